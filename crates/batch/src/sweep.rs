//! A sweep: scenarios, each with every combination of some values.

use toml::{Table, Value};
use trimodal::fields::plan::PLAN;
use trimodal::fields::simulate::SIMULATE;
use trimodal::fields::{Field, Given, plan, simulate};
use trimodal::model::problem::{BAD_VALUE, Problem};
use trimodal::{Files, PlanRequest, Scenario};

use crate::gather::JOB;
use crate::job::json;

/// The most cases of a sweep.
const MOST: usize = 1_000_000;

/// Scenarios, and the values that are varied.
#[derive(Debug, Clone)]
pub(crate) struct Sweep {
    scenarios: Vec<(String, Files)>,
    /// Keys as in [`Files::with_value`], or several with commas that change together, with their values.
    pub vary: Vec<(String, Vec<Value>)>,
    /// The fields of the plan or the simulation.
    pub given: Given,
}

/// A scenario with one combination of values.
pub(crate) struct Case<'a> {
    /// Its name.
    pub scenario: &'a str,
    /// A value for each key that is varied.
    pub values: Vec<&'a Value>,
    files: &'a Files,
    keys: Vec<&'a str>,
}

impl Case<'_> {
    /// The scenario, read and checked.
    pub fn read(&self) -> Result<Scenario, Vec<Problem>> {
        let mut files = self.files.clone();
        for (keys, value) in self.keys.iter().zip(&self.values) {
            for key in keys.split(',') {
                files = files.with_value(key.trim(), value)?;
            }
        }
        Scenario::from_files(&files).map_err(|refused| refused.problems)
    }
}

impl Sweep {
    /// A sweep of plans.
    pub fn of_plans(asked: Table, files: &Files) -> Result<Sweep, Vec<Problem>> {
        let sweep = Sweep::read(asked, files, PLAN)?;
        sweep.check(|scenario| sweep.plan_request(scenario).map(|_| ()))?;
        Ok(sweep)
    }

    /// A sweep of simulations, and the replications of each case.
    pub fn of_runs(asked: Table, files: &Files) -> Result<(Sweep, u32), Vec<Problem>> {
        let sweep = Sweep::read(asked, files, SIMULATE)?;
        let request = simulate::request(&sweep.given)?;
        if let Some(field) = ["precision", "derate", "trace"].iter().find(|f| sweep.given.has(f)) {
            let message = format!("`{field}` needs all replications of a case at once");
            let hint = "leave it out, or use `trimodal simulate`";
            return Err(vec![Problem::new(BAD_VALUE, message).at(JOB, 0, 0).hint(hint)]);
        }
        sweep.check(|_| Ok(()))?;
        Ok((sweep, request.replications))
    }

    fn read(mut asked: Table, files: &Files, fields: &[Field]) -> Result<Sweep, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut refuse = |message: &str, hint: &str| {
            problems.push(Problem::new(BAD_VALUE, message).at(JOB, 0, 0).hint(hint));
        };
        let scenarios = match asked.remove("scenarios") {
            Some(Value::Array(paths)) if !paths.is_empty() && paths.iter().all(Value::is_str) => {
                paths.iter().filter_map(Value::as_str).map(|path| of_folder(files, path)).collect()
            }
            _ => {
                refuse("`scenarios` is not a list of folders", "write scenarios = [\"mine\"]");
                Vec::new()
            }
        };
        let is_list = |v: &Value| v.as_array().is_some_and(|items| !items.is_empty());
        let vary = match asked.remove("vary") {
            None => Table::new(),
            Some(Value::Table(vary)) if vary.values().all(is_list) => vary,
            Some(_) => {
                let hint = "write \"scenario.discount_rate\" = [0.04, 0.08] in a table `vary`";
                refuse("`vary` has something else than lists of values", hint);
                Table::new()
            }
        };
        let given = Given::from_json(&[fields], &json(&asked)).map_err(|e| problems.extend(e));
        let list = |v: Value| v.as_array().cloned().unwrap_or_default();
        let vary: Vec<_> = vary.into_iter().map(|(key, values)| (key, list(values))).collect();
        match given {
            Ok(given) if problems.is_empty() => Ok(Sweep { scenarios, vary, given }),
            _ => Err(problems),
        }
    }

    /// Checks each scenario, and each value by itself.
    fn check(
        &self,
        more: impl Fn(Scenario) -> Result<(), Vec<Problem>>,
    ) -> Result<(), Vec<Problem>> {
        let cases = self.vary.iter().try_fold(self.scenarios.len(), |n, (_, values)| {
            n.checked_mul(values.len()).filter(|n| *n <= MOST)
        });
        if cases.is_none() {
            let message = format!("the sweep has more than {MOST} cases");
            let hint = "vary fewer values at once";
            return Err(vec![Problem::new(BAD_VALUE, message).at(JOB, 0, 0).hint(hint)]);
        }
        let (mut problems, mut known): (Vec<Problem>, Vec<Problem>) = Default::default();
        let mut judge = |case: Case, told: String| {
            let read = case.read().and_then(&more);
            for problem in read.err().into_iter().flatten() {
                if known.contains(&problem) {
                    continue;
                }
                let message = format!("{told}: {}", problem.message);
                problems.push(Problem { message, ..problem.clone() });
                known.push(problem);
            }
        };
        for (scenario, files) in &self.scenarios {
            let alone = |keys, values| Case { scenario, values, files, keys };
            judge(alone(Vec::new(), Vec::new()), scenario.clone());
            for (key, values) in &self.vary {
                for value in values {
                    judge(alone(vec![key], vec![value]), format!("{key} = {value}"));
                }
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    /// The number of cases.
    pub fn cases(&self) -> usize {
        self.vary.iter().map(|(_, values)| values.len()).product::<usize>() * self.scenarios.len()
    }

    /// A case; the last key varies first.
    pub fn case(&self, number: usize) -> Case<'_> {
        let mut rest = number;
        let mut choice = vec![0; self.vary.len()];
        for (chosen, (_, values)) in choice.iter_mut().zip(&self.vary).rev() {
            *chosen = rest % values.len();
            rest /= values.len();
        }
        self.case_of(rest, &choice)
    }

    fn case_of(&self, scenario: usize, choice: &[usize]) -> Case<'_> {
        let (name, files) = &self.scenarios[scenario];
        Case {
            scenario: name,
            values: self.vary.iter().zip(choice).map(|((_, values), c)| &values[*c]).collect(),
            files,
            keys: self.vary.iter().map(|(key, _)| key.as_str()).collect(),
        }
    }

    /// The scenario of a plan with what is closed, and the request.
    pub fn plan_request(
        &self,
        scenario: Scenario,
    ) -> Result<(Scenario, PlanRequest), Vec<Problem>> {
        plan::request(scenario, &self.given)
    }
}

/// The files of a scenario, by their names in its folder, and the name of the folder.
fn of_folder(files: &Files, path: &str) -> (String, Files) {
    let prefix = format!("{path}/");
    let inside = files.0.iter().filter_map(|(name, bytes)| {
        name.strip_prefix(&prefix).map(|name| (name.to_string(), bytes.clone()))
    });
    let name = path.rsplit('/').next().unwrap_or(path).to_string();
    (name, Files(inside.collect()))
}
