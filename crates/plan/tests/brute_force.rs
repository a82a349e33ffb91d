//! Oracle: on 200 random networks every set of investments is tried one by one, with flows by
//! another solver (microlp) on the edited description, and nothing may be cheaper than the plan.

mod common;

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOutcome};
use trimodal_model::Control;
use trimodal_model::Scenario;
use trimodal_model::policy::{Law, Reading};
use trimodal_plan::capacity;
use trimodal_plan::column_pool::{ColumnPool, all_paths, judge_all};
use trimodal_plan::constraints::{CapacityBasis, FacilityUsers};
use trimodal_plan::formulation::{Planner, option_usd_per_year};
use trimodal_plan::ladder;
use trimodal_plan::outcome::Status;

/// All level vectors that respect requirements and exclusions.
fn level_sets(s: &Scenario) -> Vec<Vec<u32>> {
    let mut all = vec![Vec::new()];
    for o in &s.options {
        all = all
            .into_iter()
            .flat_map(|head: Vec<u32>| {
                (0..=o.max_level).map(move |n| [head.clone(), vec![n]].concat())
            })
            .collect();
    }
    let sound = |levels: &Vec<u32>| {
        s.options.iter().zip(levels).all(|(o, &n)| {
            n == 0
                || (o.requires.iter().all(|r| levels[r.ix()] > 0)
                    && o.excludes.iter().all(|e| levels[e.ix()] == 0))
        })
    };
    all.into_iter().filter(sound).collect()
}

/// Least transport cost of a multiple in an edited description, by the other solver.
fn transport_usd(s: &Scenario, levels: &[u32], multiple: f64) -> Option<f64> {
    let edited = s.with_levels(levels);
    let paths = all_paths(s, &Control::none()).expect("few paths");
    let judged = judge_all(s, &paths, &Law::On(vec![]), Reading::Strict, &Control::none())
        .expect("verdicts");
    let pool = ColumnPool::new(s, &paths, &judged, &Control::none()).expect("a pool");
    let mut p = Problem::new(OptimizationDirection::Minimize);
    // Tonnes in thousands, so that the other solver sees the same orders of magnitude.
    let columns: Vec<_> = pool
        .all_columns()
        .enumerate()
        .map(|(i, c)| {
            let usd = if i < pool.paths.len() { c.generalised_usd } else { 0.0 };
            let open = c.requires.iter().all(|(o, n)| levels[o.ix()] >= *n);
            p.add_var(usd / 1000.0, (0.0, if open { f64::INFINITY } else { 0.0 }))
        })
        .collect();
    for (d, demand) in s.demand.iter().enumerate() {
        let own: Vec<_> = pool
            .paths
            .iter()
            .zip(&columns)
            .filter(|(w, _)| w.demand.ix() == d)
            .map(|(_, &x)| (x, 1.0))
            .collect();
        p.add_constraint(&own, ComparisonOp::Eq, demand.per_year * multiple / 1000.0);
    }
    // Empty vehicles of the busiest month use what they pass; those of the mean month, made here, cost.
    let first = pool.paths.len();
    let mean: Vec<_> = pool
        .empty_columns
        .iter()
        .map(|c| p.add_var(c.generalised_usd / 1000.0, (0.0, f64::INFINITY)))
        .collect();
    let mut balance: std::collections::BTreeMap<_, Vec<_>> = std::collections::BTreeMap::new();
    for (i, (c, &x)) in pool.all_columns().zip(&columns).enumerate() {
        let (peak, other) = match i.checked_sub(first) {
            Some(empty_move) => (1.0, mean[empty_move]),
            None => (s.demand[pool.paths[i].demand.ix()].peak, x),
        };
        for (key, n) in &c.balance {
            balance.entry((*key, true)).or_default().push((x, *n * peak * 20.0));
            balance.entry((*key, false)).or_default().push((other, *n * 20.0));
        }
    }
    for terms in balance.values() {
        p.add_constraint(terms.as_slice(), ComparisonOp::Eq, 0.0);
    }
    add_capacities(&mut p, &columns, (&pool, &edited), levels);
    match p.solve().ok()? {
        SolveOutcome::Solution(solution) => Some(solution.objective() * 1e6),
        SolveOutcome::Interrupted(_) => panic!("the other solver has no time limit"),
    }
}

fn add_capacities(
    p: &mut Problem,
    columns: &[microlp::Variable],
    (pool, edited): (&ColumnPool, &Scenario),
    levels: &[u32],
) {
    let users = FacilityUsers::new(pool);
    let level = |option: trimodal_model::ids::OptionId| levels[option.ix()];
    for facility in pool.used_facilities() {
        for row in users.rows(pool, edited, facility, CapacityBasis::Practical, &level) {
            let scale = row.hours.max(1.0);
            let terms: Vec<_> =
                row.terms.iter().map(|&(c, h)| (columns[c], h * 1000.0 / scale)).collect();
            if !terms.is_empty() {
                p.add_constraint(&terms, ComparisonOp::Le, row.hours / scale);
            }
        }
    }
}

fn cheapest_by_hand(s: &Scenario, multiple: f64) -> Option<f64> {
    let yearly = |levels: &[u32]| -> f64 {
        (0..levels.len())
            .map(|i| {
                f64::from(levels[i]) * option_usd_per_year(s, trimodal_model::ids::OptionId::at(i))
            })
            .sum()
    };
    level_sets(s)
        .into_iter()
        .filter_map(|levels| Some(transport_usd(s, &levels, multiple)? + yearly(&levels)))
        .min_by(f64::total_cmp)
}

#[test]
fn nothing_is_cheaper_than_the_plan() {
    let (mut solved, mut impossible) = (0, 0);
    for seed in 1..=200 {
        let s = common::read(&common::random_files(seed));
        let paths = all_paths(&s, &Control::none()).expect("few paths");
        let pool = ColumnPool::new(
            &s,
            &paths,
            &judge_all(&s, &paths, &Law::On(vec![]), Reading::Strict, &Control::none())
                .expect("verdicts"),
            &Control::none(),
        )
        .expect("a pool");
        let control = Control::none();
        let planner = Planner::new(&pool, CapacityBasis::Practical, &control);
        let base = capacity::base(&planner).expect("an answer");
        assert_eq!(base.reason, None, "seed {seed}");
        let multiple = [1.02, 1.1, 1.25, 1.6][seed as usize % 4];
        let none = vec![0; s.options.len()];
        let ours = ladder::solve(&planner, base.multiple, multiple, &none).expect("an answer");
        match cheapest_by_hand(&s, base.multiple * multiple) {
            Some(theirs) => {
                assert_eq!(ours.status, Status::Optimal, "seed {seed}: brute force finds {theirs}");
                let difference = (ours.cost_usd - theirs).abs() / theirs;
                assert!(difference < 2e-5, "seed {seed}: {} against {theirs}", ours.cost_usd);
                assert!(
                    ours.bound_usd <= theirs * (1.0 + 1e-6),
                    "seed {seed}: the bound is no bound"
                );
                solved += 1;
            }
            None => {
                assert_eq!(ours.status, Status::Infeasible, "seed {seed}");
                impossible += 1;
            }
        }
    }
    println!("{solved} solved, {impossible} impossible");
    assert!(
        solved >= 80 && impossible >= 30,
        "{solved} solved, {impossible} impossible: the cases are too one-sided"
    );
}
