//! Invariants on random networks, and a checker that finds what is wrong.

mod common;

use std::collections::BTreeMap;

use proptest::prelude::*;
use trimodal_model::Control;
use trimodal_model::Scenario;
use trimodal_model::ids::DemandId;
use trimodal_model::policy::{Law, Reading};
use trimodal_plan::capacity;
use trimodal_plan::check::{Claims, faults};
use trimodal_plan::column_pool::{ColumnPool, all_paths, judge_all};
use trimodal_plan::compare::{Case, compare};
use trimodal_plan::constraints::CapacityBasis;
use trimodal_plan::formulation::Planner;
use trimodal_plan::ladder;
use trimodal_plan::outcome::Plan;
use trimodal_plan::{PlanRequest, plan};

fn with_planner<T>(s: &Scenario, law: &Law, then: impl FnOnce(&Planner) -> T) -> T {
    let paths = all_paths(s, &Control::none()).expect("few paths");
    let pool = ColumnPool::new(
        s,
        &paths,
        &judge_all(s, &paths, law, Reading::Strict, &Control::none()).expect("verdicts"),
        &Control::none(),
    )
    .expect("a pool");
    then(&Planner::new(&pool, CapacityBasis::Practical, &Control::none()))
}

/// The scaled demand that has a way, and the capacity, which is a multiple of that demand alone.
fn reachable_and_capacity_t(s: &Scenario) -> (Vec<bool>, f64) {
    with_planner(s, &Law::On(vec![]), |p| {
        let reachable = (0..s.demand.len()).map(|d| p.pool.is_scaled(d)).collect();
        (reachable, capacity::base(p).expect("an answer").total_t)
    })
}

/// Demand that gets its first way joins what is scaled, so that the two capacities are of different mixes of goods.
fn carries_no_less(s: &Scenario, more: &Scenario) -> bool {
    let ((before, least), (after, most)) =
        (reachable_and_capacity_t(s), reachable_and_capacity_t(more));
    let keeps = before.iter().zip(&after).all(|(b, a)| *a || !b);
    keeps && (before != after || most >= least * (1.0 - 1e-6))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(40), failure_persistence: Some(Box::new(proptest::test_runner::FileFailurePersistence::WithSource("regressions"))), ..ProptestConfig::default() })]

    /// More budget never carries less.
    #[test]
    fn more_budget_never_carries_less(seed in 1_u64..100_000, budget in 0.0..200.0, more in 0.0..200.0) {
        let s = common::read(&common::random_files(seed));
        let (less, greater) = with_planner(&s, &Law::On(vec![]), |p| {
            let most = |musd: f64| ladder::max_multiple_within(p, musd * 1e6).expect("an answer").multiple;
            (most(budget), most(budget + more))
        });
        prop_assert!(greater >= less * (1.0 - 2e-5), "{less} with {budget}, {greater} with {more} more");
    }

    /// More of anything never carries less of the same goods: a server, a longer opening, a taken option.
    #[test]
    fn more_capacity_never_carries_less(seed in 1_u64..100_000, which in 0_usize..8) {
        let s = common::read(&common::random_files(seed));
        let mut more = s.clone();
        let r = which % more.resources.len();
        if more.resources[r].is_stock() { more.resources[r].stock_t *= 1.5 } else { more.resources[r].servers += 1 }
        prop_assert!(carries_no_less(&s, &more));
        let levels: Vec<u32> = s.options.iter().map(|o| u32::from(o.requires.is_empty())).collect();
        prop_assert!(carries_no_less(&s, &s.with_levels(&levels)));
    }

    /// A stricter policy never carries more permitted tonnes, the served demand held fixed.
    #[test]
    fn a_stricter_policy_never_carries_more(seed in 1_u64..100_000, place in 0_usize..5, hs in 0_usize..3) {
        let mut files = common::random_files(seed);
        let row = format!("b,ban,case,forbid,any,{},both,{},yes,made up,invented,assumed\n", ["P", "Q", "BB", "CC", "J"][place], ["any", "26", "1001"][hs]);
        files.insert("policies.csv".into(), format!("id,set,kind,effect,mode,territory,direction,hs,transit,reference,source,confidence\n{row}"));
        let s = common::read(&files);
        let law = Law::On(vec![]);
        let c = with_planner(&s, &law, |p| {
            let base = capacity::base(p).expect("an answer");
            let case = Case::Policy(vec!["ban".into()]);
            compare(&s, (p, &base), &case, &law).expect("a comparison")
        });
        prop_assert!(c.total_t_per_year <= c.base_total_t_per_year * (1.0 + 1e-6) + 1e-6, "{c:?}");
    }

    /// The same input gives the same bytes.
    #[test]
    fn the_same_plan_twice(seed in 1_u64..100_000) {
        let s = common::read(&common::random_files(seed));
        let once = plan(&s, &PlanRequest::for_scenario(&s), &Control::none()).expect("a plan");
        let again = plan(&s, &PlanRequest::for_scenario(&s), &Control::none()).expect("a plan");
        prop_assert_eq!(once, again);
    }

    /// Rungs rise in cost, and a staged ladder is never cheaper than the free one.
    #[test]
    fn a_ladder_rises(seed in 1_u64..100_000) {
        let s = common::read(&common::random_files(seed));
        let free = plan(&s, &PlanRequest::for_scenario(&s), &Control::none()).expect("a plan");
        let staged = plan(&s, &PlanRequest { staged: true, ..PlanRequest::for_scenario(&s) }, &Control::none()).expect("a plan");
        let costs: Vec<f64> = free.ladder.iter().filter_map(|r| r.annual_cost_usd).collect();
        prop_assert!(costs.windows(2).all(|w| w[1] >= w[0] * (1.0 - 1e-5)));
        for (f, st) in free.ladder.iter().zip(&staged.ladder) {
            if let (Some(f), Some(st)) = (f.annual_cost_usd, st.annual_cost_usd) {
                prop_assert!(st >= f * (1.0 - 2e-5));
            }
        }
    }
}

/// Splitting a forbidden shipment at any place never makes all of its parts permitted.
#[test]
fn splitting_never_helps() {
    let places = ["KPRAJ", "RUVVO", "CNHUC", "KRPUS", "JPNII", "CNSHA", "RUKHA"];
    let goods = ["2701", "8471", "4407", "1006", "7207", "0713", "2710", ""];
    let mut forbidden = 0;
    for seed in 1..=4000_u64 {
        let mut d = common::Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let pick = |d: &mut common::Dice| places[d.roll(0, 6) as usize];
        // The whole path: three or four different places in a row.
        let mut path: Vec<&str> = Vec::new();
        while path.len() < 3 + (seed % 2) as usize {
            let next = pick(&mut d);
            if !path.contains(&next) {
                path.push(next);
            }
        }
        let hs = goods[d.roll(0, 7) as usize];
        let origin = ["RU", "CN", "KP", "KR"][d.roll(0, 3) as usize];
        let last = path.len() - 1;
        let cut = d.roll(1, last as u64 - 1) as usize;
        let declare = d.roll(0, 1) == 1;
        for reading in [Reading::Strict, Reading::Lenient] {
            let whole = [(0, last)];
            let parts = [(0, cut), (cut, last)];
            if standing(&path, &whole, hs, origin, true, reading).iter().all(|&ok| ok) {
                continue;
            }
            forbidden += 1;
            let split = standing(&path, &parts, hs, origin, declare, reading);
            assert!(
                !split.iter().all(|&ok| ok),
                "{path:?} of {hs} from {origin} cut at {}: {reading:?}",
                path[cut]
            );
        }
    }
    assert!(forbidden > 1000, "only {forbidden} forbidden shipments were tried");
}

/// The tables of one line over some places, without its demand.
fn one_line(path: &[&str], tail: &str) -> BTreeMap<String, String> {
    let mut files = common::random_files(7);
    let rows: String =
        path.iter().map(|p| format!("{p},{p},{},0,0,port,{tail}\n", &p[..2])).collect();
    files.insert(
        "places.csv".into(),
        format!("id,name,country,lat,lon,kind,source,confidence\n{rows}"),
    );
    let links: String = path
        .windows(2)
        .map(|w| format!("{0}{1},{0},{1},sea,100,20,{tail}\n", w[0], w[1]))
        .collect();
    files.insert(
        "links.csv".into(),
        format!("id,from,to,mode,km,loaded_kmh,source,confidence\n{links}"),
    );
    files.insert("calendars.csv".into(), format!("id,source,confidence\na,{tail}\n"));
    files.insert(
        "resources.csv".into(),
        format!("id,name,place,kind,calendar,source,confidence\nr,r,{},berth,a,{tail}\n", path[0]),
    );
    files.insert("vehicles.csv".into(), format!("id,name,mode,payload_t,length_m,carries,empties,arrivals,source,confidence\ns,s,sea,100,100,x,none,random,{tail}\n"));
    files.insert(
        "operations.csv".into(),
        format!(
            "id,place,does,vehicle,holds,fixed_h,source,confidence\no,{},gate,s,r:1,1,{tail}\n",
            path[0]
        ),
    );
    files.insert(
        "options.csv".into(),
        "id,name,effect,target,capex_musd,life_years,lead_months,source,confidence\n".into(),
    );
    files
}

/// Whether each part of a path is permitted, planned as demand rows of one network that has only
/// this path.
fn standing(
    path: &[&str],
    parts: &[(usize, usize)],
    hs: &str,
    origin: &str,
    declare: bool,
    reading: Reading,
) -> Vec<bool> {
    let tail = "invented,assumed";
    let mut files = one_line(path, tail);
    let demand: String = parts
        .iter()
        .enumerate()
        .map(|(i, (a, b))| {
            // A part may leave out where its goods came from; then they are those handed over.
            let stated = if declare || i == 0 { origin } else { "" };
            format!("d{i},d{i},x,{hs},{stated},{},{},1,{tail}\n", path[*a], path[*b])
        })
        .collect();
    files.insert(
        "demand.csv".into(),
        format!("id,name,commodity,hs,origin,from,to,per_year,source,confidence\n{demand}"),
    );
    let s = common::read(&files);
    let paths = all_paths(&s, &Control::none()).expect("one path");
    let verdicts =
        judge_all(&s, &paths, &Law::On(vec![]), reading, &Control::none()).expect("verdicts");
    assert!(
        paths.iter().enumerate().all(|(d, w)| w.len() == 1 && w[0].demand == DemandId(d as u32))
    );
    verdicts.iter().map(|v| v[0].forbidden_by.is_empty()).collect()
}

fn planned(seed: u64) -> (Scenario, Plan) {
    let s = common::read(&common::random_files(seed));
    let plan = plan(&s, &PlanRequest::for_scenario(&s), &Control::none()).expect("a plan");
    (s, plan)
}

/// The checker passes what was planned and refuses what is tampered with.
#[test]
fn the_checker_finds_what_is_wrong() {
    let law = Law::On(vec![]);
    let mut tampered = 0;
    for seed in 1..=30 {
        let (s, plan) = planned(seed);
        let scaled: Vec<String> = s.demand.iter().map(|d| d.id.clone()).collect();
        let sound =
            |solution: &trimodal_plan::outcome::Solution, multiple: f64, cost: Option<f64>| {
                let claims = Claims {
                    multiple,
                    scaled: &scaled,
                    annual_cost_usd: cost,
                    law: &law,
                    reading: Reading::Strict,
                };
                faults(&s, &plan.itineraries, solution, &claims)
            };
        let base = plan.capacity.multiple_of_asked;
        assert_eq!(sound(&plan.capacity.solution, base, None), Vec::<String>::new(), "seed {seed}");
        for rung in plan.ladder.iter().filter(|r| r.solution.is_some()) {
            let (multiple, cost) = (base * rung.multiple, rung.annual_cost_usd);
            let solution = rung.solution.clone().expect("filtered");
            assert_eq!(sound(&solution, multiple, cost), Vec::<String>::new(), "seed {seed}");
            let mut less = solution.clone();
            less.flows[0].amount_per_year *= 0.99;
            assert!(!sound(&less, multiple, None).is_empty(), "a lost tonne was not missed");
            assert!(
                !sound(&solution, multiple, cost.map(|c| c * 1.001)).is_empty(),
                "a wrong cost was not seen"
            );
            assert!(
                !sound(&solution, multiple * 1.01, None).is_empty(),
                "a broken promise was not seen"
            );
            let mut unbuilt = solution.clone();
            unbuilt.levels.clear();
            if !solution.levels.is_empty() {
                assert!(!sound(&unbuilt, multiple, cost).is_empty(), "an unbuilt plan passed");
                tampered += 1;
            }
            let mut stuck = solution.clone();
            if let Some(run) = stuck.empty_runs.first_mut() {
                run.vehicles_per_year *= 0.9;
                assert!(
                    !sound(&stuck, multiple, None).is_empty(),
                    "stranded vehicles were not seen"
                );
            }
        }
    }
    assert!(tampered > 5, "too few plans that build anything");
}
