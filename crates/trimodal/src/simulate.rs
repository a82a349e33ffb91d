//! Does a plan hold when it is run? From a plan and a volume to a verdict.

use std::ops::Range;
use std::time::Duration;

use trimodal_model::problem::Problem;
use trimodal_model::{Control, Scenario};
use trimodal_plan::PlanRequest;
use trimodal_plan::outcome::{OLD_SCHEMA, Plan};
use trimodal_simulate::compare::against;
use trimodal_simulate::{Done, Request};

use crate::orders::{self, Case, Volume};

/// Time limit of a plan that is made on the way.
const PLAN_LIMIT: Duration = Duration::from_secs(60);

/// A run of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct SimulateRequest<'a> {
    /// The plan; none: a plan is made first, without its uncertainty.
    pub plan: Option<&'a Plan>,
    /// Name of the plan, for problems.
    pub plan_name: String,
    /// How much is run.
    pub volume: Volume,
    /// Replications; with a precision, the least.
    pub replications: u32,
    /// Run only these of the replications, counted from 0: others run the rest.
    pub part: Option<Range<u32>>,
    /// Go on until half the 95 % interval of the amount delivered is at most this share of it.
    pub precision: Option<f64>,
    /// Find the largest share of the planned rate that holds.
    pub derate: bool,
    /// Seed; none: that of the scenario.
    pub seed: Option<u64>,
    /// Threads; none: as many as there are cores. The outcome does not depend on them.
    pub threads: Option<usize>,
    /// Keep the measurements of each replication.
    pub replicates: bool,
    /// Record the first replication.
    pub recording: bool,
}

impl Default for SimulateRequest<'_> {
    /// 32 replications of today's flows of a plan that is made first.
    fn default() -> Self {
        SimulateRequest {
            plan: None,
            plan_name: "plan.json".into(),
            volume: Volume::Multiple(1.0),
            replications: 32,
            part: None,
            precision: None,
            derate: false,
            seed: None,
            threads: None,
            replicates: false,
            recording: false,
        }
    }
}

impl<'a> SimulateRequest<'a> {
    /// A run of today's flows of a plan.
    pub fn of(plan: &'a Plan) -> SimulateRequest<'a> {
        SimulateRequest { plan: Some(plan), ..SimulateRequest::default() }
    }
}

/// Why there is no run.
#[derive(Debug, thiserror::Error)]
pub enum SimulateError {
    /// The plan does not fit the scenario, or the request the plan.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Problems(Vec<Problem>),
    /// There is no plan to run, and none could be made.
    #[error("{0}")]
    NoPlan(trimodal_plan::Failure),
    /// The plan carries nothing.
    #[error("nothing to run: {0}")]
    Nothing(String),
    /// The run failed or was stopped before its first replications.
    #[error(transparent)]
    Run(#[from] trimodal_simulate::Failure),
}

impl From<Vec<Problem>> for SimulateError {
    fn from(problems: Vec<Problem>) -> Self {
        SimulateError::Problems(problems)
    }
}

/// Runs a plan on its scenario and judges it.
///
/// ```
/// use trimodal::{Control, PlanRequest, Scenario, SimulateRequest};
///
/// let scenario = Scenario::from_files(&trimodal::starter())?;
/// let plan = trimodal::plan(&scenario, &PlanRequest::for_scenario(&scenario), &Control::none())?;
/// let run = trimodal::simulate(&scenario, &SimulateRequest::of(&plan), &Control::none())?;
/// assert!(run.simulation.verdict.holds);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn simulate(
    scenario: &Scenario,
    request: &SimulateRequest,
    control: &Control,
) -> Result<Done, SimulateError> {
    Prepared::new(scenario, request, control)?.run(0, request.replications, true, control)
}

/// Runs two plans with common random numbers, each with as many replications and as long a warm-up, and sets
/// the second beside the first, as `against` of the first. `name` is that of the second, for people.
pub fn compare(
    first: (&Scenario, &SimulateRequest),
    second: (&Scenario, &SimulateRequest),
    name: &str,
    control: &Control,
) -> Result<Done, SimulateError> {
    let here = Prepared::new(first.0, first.1, control)?;
    let there = Prepared::new(second.0, second.1, control)?;
    let there = Prepared { seed: here.seed, keep: true, ..there };
    let here = Prepared { keep: true, ..here };
    let mut done = here.run(0, first.1.replications, true, control)?;
    let years = done.simulation.warm_up.years;
    let mut other = there.run(years, done.simulation.replications, false, control)?;
    let longer = other.simulation.warm_up.years;
    if longer > years {
        // Both begin alike.
        done = here.run(longer, first.1.replications, true, control)?;
        if done.simulation.replications != other.simulation.replications {
            other = there.run(longer, done.simulation.replications, false, control)?;
        }
    }
    let compared = against(&done.simulation, &other.simulation, name.to_string());
    done.simulation.against = Some(compared);
    done.simulation.stopped = done.simulation.stopped.or(other.simulation.stopped);
    Ok(done)
}

/// A plan ready to be run.
struct Prepared<'r> {
    case: Case,
    digest: String,
    counterfactual_no_law: bool,
    notices: Vec<String>,
    seed: u64,
    keep: bool,
    request: &'r SimulateRequest<'r>,
}

impl<'r> Prepared<'r> {
    fn new(
        scenario: &Scenario,
        request: &'r SimulateRequest<'r>,
        control: &Control,
    ) -> Result<Prepared<'r>, SimulateError> {
        let made;
        let plan = match request.plan {
            Some(plan) => plan,
            None => {
                let quick = PlanRequest { samples: 0, ..PlanRequest::for_scenario(scenario) };
                let control = control.clone().with_time_limit(PLAN_LIMIT);
                made = trimodal_plan::plan(scenario, &quick, &control)
                    .map_err(SimulateError::NoPlan)?;
                if let Some(why) = control.stopped().filter(|_| made.capacity.out_of_time) {
                    return Err(trimodal_simulate::Failure::Stopped(why.to_string()).into());
                }
                &made
            }
        };
        let case = orders::case(scenario, plan, &request.plan_name, request.volume)?;
        if case.orders.flows.is_empty() {
            let why = plan.capacity.reason.clone();
            return Err(SimulateError::Nothing(why.unwrap_or_else(|| "nothing is carried".into())));
        }
        Ok(Prepared {
            case,
            digest: plan.scenario_digest.clone(),
            counterfactual_no_law: plan.counterfactual_no_law,
            notices: plan.notices.clone(),
            seed: request.seed.unwrap_or(scenario.settings.seed),
            keep: request.replicates,
            request,
        })
    }

    /// Runs it. `whole`: with the precision and the derating asked for.
    fn run(
        &self,
        warm_years: u32,
        replications: u32,
        whole: bool,
        control: &Control,
    ) -> Result<Done, SimulateError> {
        let request = Request {
            case: self.case.name.clone(),
            multiple: self.case.multiple,
            digest: self.digest.clone(),
            counterfactual_no_law: self.counterfactual_no_law,
            notices: self.notices.clone(),
            missing: self.case.missing.clone(),
            replications,
            part: self.request.part.clone(),
            precision: self.request.precision.filter(|_| whole),
            seed: self.seed,
            derate: self.request.derate && whole,
            warm_years,
            replicates: self.keep,
            recording: self.request.recording && whole,
            threads: self.request.threads,
        };
        let (scenario, orders) = (&self.case.scenario, &self.case.orders);
        Ok(trimodal_simulate::simulate(scenario, orders, &request, control)?)
    }
}

/// Whether a plan was made by an older version, so that whether it is of a description is not known.
pub fn is_old(plan: &Plan) -> bool {
    plan.schema == OLD_SCHEMA
}
