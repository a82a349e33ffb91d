//! What is asked of a plan, before it is made.

use trimodal_model::Scenario;
use trimodal_model::problem::{OTHER_NAME, Problem, nearest, shown};
use trimodal_plan::compare::Case;

/// A problem for each case that names nothing of the scenario.
pub fn unknown_cases(cases: &[Case], scenario: &Scenario) -> Vec<Problem> {
    let unknown = |case: &Case| {
        let (name, known) = case.known(scenario).err()?;
        let hint = nearest(&name, known.iter().map(String::as_str)).map_or_else(
            || "name a resource, link, place, option or policy set of the scenario".into(),
            |n| format!("did you mean `{n}`?"),
        );
        let what = case.words();
        let what = what.split(' ').next().unwrap_or_default();
        let message = format!("--{what}: unknown name `{}`", shown(&name));
        Some(Problem::new(OTHER_NAME, message).hint(hint))
    };
    cases.iter().filter_map(unknown).collect()
}
