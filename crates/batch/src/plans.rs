//! Plans of a sweep: a row for today and one for each rung of the ladder.

use std::ops::Range;

use arrow::array::RecordBatch;
use trimodal::Control;
use trimodal::model::problem::Problem;
use trimodal::plan::outcome::{AtLimit, Plan, Rung, Status};

use crate::rows::{Named, Rows};
use crate::shard::ShardError;
use crate::sweep::{Case, Sweep};

/// Name and version of the columns.
const SCHEMA: &str = "trimodal/batch-plans/1";

const COLUMNS: [Named; 18] = [
    ("multiple", true),
    ("status", false),
    ("capacity_t_per_year", true),
    ("capex_usd", true),
    ("lower_bound_usd", true),
    ("annual_cost_usd", true),
    ("gap", true),
    ("npv_usd", true),
    ("eirr", true),
    ("bcr", true),
    ("at_once_npv_usd", true),
    ("cost_per_extra_t_usd", true),
    ("co2e_t_per_year", true),
    ("full_in_base", true),
    ("investments", false),
    ("binding", false),
    ("reason", false),
    ("scenario_digest", false),
];

/// No rows.
pub(crate) fn none(sweep: &Sweep) -> RecordBatch {
    Rows::of(sweep, &COLUMNS).batch(SCHEMA)
}

/// The rows of some cases.
pub(crate) fn rows(
    sweep: &Sweep,
    part: Range<usize>,
    control: &Control,
) -> Result<RecordBatch, ShardError> {
    let mut rows = Rows::of(sweep, &COLUMNS);
    for number in part {
        let case = sweep.case(number);
        let plan = plan(sweep, &case, control)?;
        today(&mut rows, &case, &plan);
        plan.ladder.iter().for_each(|r| rung(&mut rows, &case, &plan, r));
    }
    Ok(rows.batch(SCHEMA))
}

/// The plan of a case.
fn plan(sweep: &Sweep, case: &Case, control: &Control) -> Result<Plan, ShardError> {
    let (scenario, request) = sweep.plan_request(case.read()?)?;
    let plan = trimodal::plan(&scenario, &request, control).map_err(|f| failed(&f, control))?;
    match control.stopped() {
        Some(why) => Err(ShardError::Stopped(why.to_string())),
        None => Ok(plan),
    }
}

/// Why there is no plan.
pub(crate) fn failed(failure: &trimodal::plan::Failure, control: &Control) -> ShardError {
    let defect = || ShardError::Defect(failure.to_string());
    match control.stopped() {
        Some(why) => ShardError::Stopped(why.to_string()),
        None => failure.problem().map_or_else(defect, |p: Problem| vec![p].into()),
    }
}

fn today(rows: &mut Rows, case: &Case, plan: &Plan) {
    rows.begin(case);
    let capacity = &plan.capacity;
    rows.number(Some(1.0));
    rows.text(Some("today"));
    rows.number(Some(capacity.total_t_per_year));
    for _ in 0..11 {
        rows.number(None);
    }
    rows.text(None);
    let binding: Vec<&str> = capacity.binding.iter().map(|b| b.name.as_str()).collect();
    rows.text(Some(&binding.join("; ")));
    rows.text(capacity.reason.as_deref());
    rows.text(Some(&plan.scenario_digest));
}

fn rung(rows: &mut Rows, case: &Case, plan: &Plan, rung: &Rung) {
    rows.begin(case);
    rows.number(Some(rung.multiple));
    rows.text(Some(match rung.status {
        Status::Optimal => "optimal",
        Status::Feasible => "feasible",
        Status::Infeasible => "infeasible",
        Status::TimeLimit => "time_limit",
    }));
    let economics = rung.economics.as_ref();
    let figures = [
        Some(rung.capacity_t_per_year),
        rung.capex_usd,
        rung.lower_bound_usd,
        rung.annual_cost_usd,
        rung.gap,
        economics.map(|e| e.npv_usd),
        economics.and_then(|e| e.eirr),
        economics.and_then(|e| e.bcr),
        economics.map(|e| e.at_once.npv_usd),
        rung.cost_per_extra_t_usd,
        rung.co2e_t_per_year,
        rung.full_in.base.map(f64::from),
    ];
    figures.into_iter().for_each(|figure| rows.number(figure));
    let built: Vec<String> = rung.investments.iter().map(|i| i.words()).collect();
    rows.text(Some(&built.join("; ")));
    let names = |b: &AtLimit| b.name.clone();
    rows.text(Some(&rung.binding.iter().map(names).collect::<Vec<_>>().join("; ")));
    rows.text(rung.reason.as_deref());
    rows.text(Some(&plan.scenario_digest));
}
