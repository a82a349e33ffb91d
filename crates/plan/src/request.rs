//! The request for a plan.

use trimodal_model::Scenario;
use trimodal_model::policy::Law;

use crate::compare::Case;

/// The policies that a plan obeys. The scenario's own policy sets cannot be left out by accident.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Policies {
    /// The law and the policy sets that the scenario switches on.
    #[default]
    OfScenario,
    /// The same and these policy sets.
    OfScenarioAnd(Vec<String>),
    /// None at all: a counterfactual, watermarked in every output.
    CounterfactualNone,
}

impl Policies {
    /// The law that they are for a scenario.
    pub fn law(&self, s: &Scenario) -> Law {
        let own = || s.settings.policies.iter().cloned();
        match self {
            Policies::OfScenario => Law::On(own().collect()),
            Policies::OfScenarioAnd(more) => Law::On(own().chain(more.iter().cloned()).collect()),
            Policies::CounterfactualNone => Law::CounterfactualNone,
        }
    }
}

/// The request for a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanRequest {
    /// The policies in force.
    pub policies: Policies,
    /// Multiples of today's capacity, rising.
    pub rungs: Vec<f64>,
    /// Whether each rung contains the investments of the rung before.
    pub staged: bool,
    /// Cases to compare.
    pub compare: Vec<Case>,
    /// Samples of the uncertainty analysis; 0 for none.
    pub samples: u32,
    /// Seed of the uncertainty analysis.
    pub seed: u64,
}

impl PlanRequest {
    /// The request that a scenario states: its policies, rungs, samples and seed, no comparisons.
    ///
    /// ```
    /// # use trimodal_plan::PlanRequest;
    /// # fn of(scenario: &trimodal_model::Scenario) -> PlanRequest {
    /// PlanRequest { samples: 0, ..PlanRequest::for_scenario(scenario) }
    /// # }
    /// ```
    pub fn for_scenario(s: &Scenario) -> PlanRequest {
        PlanRequest {
            policies: Policies::OfScenario,
            rungs: s.settings.rungs.clone(),
            staged: false,
            compare: Vec::new(),
            samples: s.settings.samples,
            seed: s.settings.seed,
        }
    }
}
