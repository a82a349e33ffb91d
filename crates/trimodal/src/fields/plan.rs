//! Plans: the capacity of a scenario and its ladder.

use trimodal_model::Scenario;
use trimodal_model::problem::{BAD_VALUE, Problem};
use trimodal_plan::compare::Case;
use trimodal_plan::{PlanRequest, Policies};

use crate::fields::Kind::{Flag, List, Numbers, Whole};
use crate::fields::{Field, Given, optional};
use crate::unknown_cases;

/// The fields of a plan.
pub const PLAN: &[Field] = &[
    optional(
        "multiples",
        Numbers,
        "Multiples of today's capacity; those of the scenario where they are not given.",
    ),
    optional(
        "policies",
        List,
        "Sets of policies that hold beside the law and those of the scenario.",
    ),
    optional("closed", List, "Resources, links and places that are closed."),
    optional("compare_policies", List, "Compares the plan with one under these sets of policies."),
    optional(
        "compare_without",
        List,
        "Each compares the plan with one without a resource, a link, or everything at a place.",
    ),
    optional("compare_with", List, "Each compares the plan with one with an option taken."),
    optional(
        "counterfactual_no_law",
        Flag,
        "Plan as if no law applied, for comparison; the answer is watermarked.",
    ),
    optional("staged", Flag, "Each rung contains the investments of the rung before."),
    optional(
        "samples",
        Whole(0, 10_000),
        "Samples of the uncertainty analysis; those of the scenario where it is not given.",
    ),
    optional("seed", Whole(0, u64::MAX), "Seed of the uncertainty analysis."),
];

/// The scenario with what is closed, and the request that the fields make. All problems are reported together.
pub fn request(scenario: Scenario, given: &Given) -> Result<(Scenario, PlanRequest), Vec<Problem>> {
    let request = asked(&scenario, given);
    let scenario = closed(scenario, given, request.as_ref().err())?;
    Ok((scenario, request?))
}

/// The scenario with what is closed; all problems are told together.
fn closed(
    scenario: Scenario,
    given: &Given,
    others: Option<&Vec<Problem>>,
) -> Result<Scenario, Vec<Problem>> {
    let cases: Vec<Case> = given.list("closed").into_iter().map(Case::Without).collect();
    let mut problems = named("closed", unknown_cases(&cases, &scenario));
    if !problems.is_empty() {
        problems.extend(others.into_iter().flatten().cloned());
        return Err(problems);
    }
    Ok(cases.iter().fold(scenario, |scenario, case| case.edit(&scenario)))
}

/// Problems of cases as those of a field.
fn named(field: &str, problems: Vec<Problem>) -> Vec<Problem> {
    let one = |p: Problem| {
        let told = p.message.split_once(": ").map(|(_, told)| format!("{field}: {told}"));
        Problem { message: told.unwrap_or_else(|| p.message.clone()), ..p }
    };
    problems.into_iter().map(one).collect()
}

fn asked(scenario: &Scenario, given: &Given) -> Result<PlanRequest, Vec<Problem>> {
    let usual = PlanRequest::for_scenario(scenario);
    let mut problems = Vec::new();
    let mut rungs = given.numbers("multiples");
    if rungs.iter().any(|m| !(*m > 1.0 && *m <= 1e6)) {
        let problem = Problem::new(BAD_VALUE, format!("`multiples` is {rungs:?}"));
        problems.push(problem.hint("give multiples above 1"));
    }
    rungs.sort_by(f64::total_cmp);
    rungs.dedup();
    let without = given.list("compare_without").into_iter().map(Case::Without);
    let with = given.list("compare_with").into_iter().map(Case::With);
    let policy = given.list("compare_policies");
    let policy = (!policy.is_empty()).then_some(Case::Policy(policy));
    let compare: Vec<Case> = without.chain(with).chain(policy).collect();
    problems.extend(unknown_cases(&compare, scenario));
    let policies = given.list("policies");
    if given.flag("counterfactual_no_law") && !policies.is_empty() {
        let problem = Problem::new(BAD_VALUE, "`policies` do not hold where no law does");
        problems.push(problem.hint("leave out `policies` or `counterfactual_no_law`"));
    }
    let held: Vec<Case> = policies.iter().map(|set| Case::Policy(vec![set.clone()])).collect();
    problems.extend(named("policies", unknown_cases(&held, scenario)));
    let request = PlanRequest {
        policies: match (given.flag("counterfactual_no_law"), policies.is_empty()) {
            (true, _) => Policies::CounterfactualNone,
            (false, true) => usual.policies,
            (false, false) => Policies::OfScenarioAnd(policies),
        },
        rungs: if rungs.is_empty() { usual.rungs } else { rungs },
        staged: given.flag("staged"),
        compare,
        samples: given.whole("samples").and_then(|n| n.try_into().ok()).unwrap_or(usual.samples),
        seed: given.whole("seed").unwrap_or(usual.seed),
    };
    if problems.is_empty() { Ok(request) } else { Err(problems) }
}
