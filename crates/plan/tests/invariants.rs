//! What must never change an answer: the order of rows, rows that carry nothing, options that are not taken,
//! the name of the rule by which vehicles come back.

#[allow(dead_code, reason = "each test uses a part of it")]
mod common;

use std::collections::BTreeMap;

use proptest::prelude::*;
use trimodal_model::control::Cancel;
use trimodal_model::policy::{Law, Reading};
use trimodal_model::{Control, Scenario};
use trimodal_plan::capacity;
use trimodal_plan::column_pool::{ColumnPool, all_paths, judge_all};
use trimodal_plan::constraints::CapacityBasis;
use trimodal_plan::costs;
use trimodal_plan::explain;
use trimodal_plan::formulation::Planner;
use trimodal_plan::outcome::Plan;
use trimodal_plan::{Failure, PlanRequest, plan};

fn planned(s: &Scenario) -> Plan {
    plan(s, &PlanRequest::for_scenario(s), &Control::none()).expect("a plan")
}

fn append(files: &mut BTreeMap<String, String>, name: &str, row: &str) {
    let text = files.get_mut(name).expect("a file");
    text.push_str(row);
    text.push('\n');
}

/// The rows of a table in another order.
fn shuffled(text: &str, d: &mut common::Dice) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    for i in (2..lines.len()).rev() {
        lines.swap(i, d.roll(1, i as u64) as usize);
    }
    lines.join("\n") + "\n"
}

/// The figures of a plan that a reader stakes a decision on.
fn figures(p: &Plan) -> Vec<f64> {
    let mut all = vec![p.capacity.total_t_per_year, p.capacity.gross_t_per_year];
    all.push(p.ceiling.multiple);
    all.extend(p.capacity.served.iter().filter_map(|s| s.most_t_per_year));
    for rung in &p.ladder {
        all.extend([rung.capex_usd, rung.annual_cost_usd].into_iter().flatten());
        all.extend(rung.economics.iter().flat_map(|e| [e.npv_usd, e.at_once.npv_usd]));
    }
    all
}

fn alike(a: &Plan, b: &Plan) -> Result<(), TestCaseError> {
    let (x, y) = (figures(a), figures(b));
    prop_assert_eq!(x.len(), y.len());
    for (x, y) in x.iter().zip(&y) {
        // Rungs are proven to a gap of 1e-5 each.
        prop_assert!((x - y).abs() <= 3e-5 * x.abs().max(1e4), "{:?} {:?}", figures(a), figures(b));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(25), failure_persistence: Some(Box::new(proptest::test_runner::FileFailurePersistence::WithSource("regressions"))), ..ProptestConfig::default() })]

    /// Shuffled tables: the same answer to the byte.
    #[test]
    fn the_order_of_rows_changes_nothing(seed in 1_u64..100_000, order in 1_u64..100_000) {
        let files = common::random_files(seed);
        let mut d = common::Dice(order);
        let other: BTreeMap<String, String> = files
            .iter()
            .map(|(name, text)| {
                let same = name == "scenario.toml";
                (name.clone(), if same { text.clone() } else { shuffled(text, &mut d) })
            })
            .collect();
        prop_assert_eq!(planned(&common::read(&files)), planned(&common::read(&other)));
    }

    /// A class that carries nothing asked for, an operation that nobody needs, a row that asks for nothing.
    #[test]
    fn rows_that_carry_nothing_change_nothing(seed in 1_u64..100_000, what in 0_usize..4) {
        let files = common::random_files(seed);
        let mut more = files.clone();
        let yacht = "zz,yacht,sea,,100,30,3,people,none,random,,1,1,1,1,invented,assumed";
        match what {
            0 => append(&mut more, "vehicles.csv", "zz,ballast,rail,1435,1000,300,,ballast,same_trainset,random,,1,1,1,1,invented,assumed"),
            1 => {
                append(&mut more, "vehicles.csv", yacht);
                append(&mut more, "operations.csv", "zz,P,load,zz,,bp:1,,1,0,3,,,0,invented,assumed");
            }
            2 => {
                append(&mut more, "vehicles.csv", yacht);
                append(&mut more, "demand.csv", "zz,people,people,,P,Q,,0,t,scaled,0,0,0,,invented,assumed");
            }
            _ => append(&mut more, "places.csv", "ZZ,nowhere,AA,1,1,city,invented,assumed"),
        }
        alike(&planned(&common::read(&files)), &planned(&common::read(&more)))?;
    }

    /// An option that nobody would take, though what it allows would wait longer than all others.
    #[test]
    fn an_option_that_is_not_taken_changes_nothing(seed in 1_u64..100_000) {
        let files = common::random_files(seed);
        let mut more = files.clone();
        append(&mut more, "vehicles.csv", "zz,dear train,rail,1435,1500,600,,ore,same_trainset,random,,0,9999,9999,25,invented,assumed");
        let unload = "zz,P,unload,zz,,up:1,,1,0.0005,4,,yp,1,invented,assumed";
        append(&mut more, "operations.csv", unload);
        append(&mut more, "options.csv", "zz,allow it,allow_vehicle,zz,1,,1,90000,1,30,24,,,invented,assumed");
        let (without, mut with) = (planned(&common::read(&files)), planned(&common::read(&more)));
        // It may make possible, dearly, what was impossible; all else is as it was.
        with.ceiling.multiple = without.ceiling.multiple;
        let solved: Vec<bool> = without.ladder.iter().map(|r| r.solution.is_some()).collect();
        let mut kept = solved.iter();
        with.ladder.retain(|_| *kept.next().expect("as many rungs"));
        let mut own = without.clone();
        own.ladder.retain(|r| r.solution.is_some());
        alike(&own, &with)?;
    }

    /// What the demands pay adds up to what the objective counts.
    #[test]
    fn costs_add_up_to_the_objective(seed in 1_u64..100_000) {
        let s = common::read(&common::random_files(seed));
        let paths = all_paths(&s, &Control::none()).expect("few paths");
        let judged = judge_all(&s, &paths, &Law::On(vec![]), Reading::Strict, &Control::none()).expect("verdicts");
        let pool = ColumnPool::new(&s, &paths, &judged, &Control::none()).expect("a pool");
        let control = Control::none();
        let planner = Planner::new(&pool, CapacityBasis::Practical, &control);
        let base = capacity::base(&planner).expect("an answer");
        let paid: f64 = costs::by_demand(&planner, &base.optimum)
            .expect("an answer")
            .iter()
            .sum();
        prop_assert!((paid - base.optimum.objective).abs() <= 1e-5 * paid, "{paid} {}", base.optimum.objective);
    }
}

/// Longer hours (46 million, 20 years, 0.5 a year) and a line more (60 million, 25 years, 0.4 a year) cost the same a
/// year at 0 %: the smaller investment is taken, and of twins the first, whatever else is in the tables.
#[test]
fn of_equal_plans_the_least_investment_is_taken() {
    let files = common::random_files(57_011);
    let taken = |files: &BTreeMap<String, String>| -> Vec<String> {
        let rung = &planned(&common::read(files)).ladder[0];
        rung.investments.iter().map(|i| i.option.to_string()).collect()
    };
    assert_eq!(taken(&files), ["o7", "o5"]);
    let twin = |id: &str| {
        let mut more = files.clone();
        let row = format!("{id},twin,second_track,MJ:1,1,,1,8,0.6,40,36,,,invented,assumed");
        append(&mut more, "options.csv", &row);
        append(&mut more, "places.csv", "ZZ,nowhere,AA,1,1,city,invented,assumed");
        taken(&more)
    };
    assert_eq!(twin("zz"), ["o7", "o5"]);
    assert_eq!(twin("a0"), ["o7", "a0"]);
}

/// Lorries that return empty on their own path, and lorries that balance, do the same where nothing
/// runs in the other direction, in the peak month too: so they are worth the same.
#[test]
fn the_rule_of_empties_is_a_name() {
    for seed in 1..=20 {
        let mut files = common::random_files(seed);
        let rows = files["demand.csv"].lines();
        let one_way: Vec<String> =
            rows.filter(|r| !r.starts_with("back")).map(str::to_string).collect();
        let with_peak =
            one_way.join("\n").replace("source,confidence", "peak_month,source,confidence");
        let demand = with_peak.replace("invented,assumed", "1.7,invented,assumed") + "\n";
        // By road alone.
        let demand = demand.replace("M,X,", "M,P,");
        let demand: String = demand
            .lines()
            .filter(|r| !r.starts_with("ore"))
            .map(|r| r.to_string() + "\n")
            .collect();
        files.insert("demand.csv".into(), demand);
        let balance = planned(&common::read(&files));
        let vehicles = files["vehicles.csv"].replace(",balance,", ",same_trainset,");
        files.insert("vehicles.csv".into(), vehicles);
        let there_and_back = planned(&common::read(&files));
        alike(&balance, &there_and_back).expect("the same worth");
        assert!(balance.capacity.total_t_per_year > 0.0, "{:?}", balance.capacity.reason);
    }
}

/// A plan that is cancelled is no plan, and no impossibility either.
#[test]
fn cancelled_is_no_plan() {
    let s = common::read(&common::random_files(3));
    let cancel = Cancel::new();
    let control = Control::none().with_cancel(&cancel);
    let request = PlanRequest::for_scenario(&s);
    let switched = plan(&s, &request, &control).expect("a plan");
    assert_eq!(switched, planned(&s), "a switch that is off changes nothing");
    cancel.cancel();
    assert_eq!(plan(&s, &request, &control), Err(Failure::Cancelled));
}

/// The time limit is reported as a limit, never as an impossibility.
#[test]
fn out_of_time_is_no_reason() {
    let s = common::read(&common::random_files(3));
    let hurried = Control::none().with_time_limit(std::time::Duration::from_nanos(1));
    let late = plan(&s, &PlanRequest::for_scenario(&s), &hurried).expect("a plan");
    assert!(late.capacity.out_of_time && !late.limits_reached.is_empty());
    assert_eq!(late.capacity.reason.as_deref(), Some(explain::OUT_OF_TIME));
}

/// More scaled rows than the maximum of each row alone is computed for: the plan says so.
#[test]
fn a_maximum_that_is_not_computed_is_stated() {
    let mut files = common::random_files(3);
    assert!(planned(&common::read(&files)).capacity.notes.is_empty());
    let header = files["demand.csv"].lines().next().expect("a header").to_string();
    let row = |i| format!("g{i},grain,grain,1001,M,X,,100,t,scaled,0,2,0.02,60,invented,assumed\n");
    let rows: String = (0..201).map(row).collect();
    files.insert("demand.csv".into(), format!("{header}\n{rows}"));
    let many = planned(&common::read(&files));
    assert!(many.capacity.served.iter().all(|s| s.most_t_per_year.is_none()));
    assert!(many.capacity.notes[0].contains("201 scaled rows"), "{:?}", many.capacity.notes);
}

/// A passing operation that has a range is done by its fewest units, on the way out and back: as the same
/// operation with just so many.
#[test]
fn a_passing_operation_takes_the_fewest_of_its_range() {
    let with = |holds: &str| {
        let mut files = common::random_files(7);
        append(&mut files, "resources.csv", "gt,gate p,P,gate,6,a,,,test,assumed");
        let row = |id: &str, vehicle: &str| {
            format!("{id},P,inspect,{vehicle},both,{holds},,0.2,0.0001,0.4,,,0,test,assumed")
        };
        append(&mut files, "operations.csv", &row("it", "t"));
        append(&mut files, "operations.csv", &row("ik", "k"));
        planned(&common::read(&files))
    };
    let (range, fixed) = (with("gt:2-4"), with("gt:2"));
    assert!(range.capacity.total_t_per_year > 0.0, "{:?}", range.capacity.reason);
    // A fixed number of units does not share the work a tonne.
    assert!(range.capacity.total_t_per_year >= fixed.capacity.total_t_per_year * 0.999);
}
