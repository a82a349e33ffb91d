//! Today's capacity by demand row, and all of it as the outcome reports it.

use crate::capacity::BaseCapacity;
use crate::constraints::CapacityBasis;
use crate::formulation::{DemandTarget, Objective, Planner};
use crate::lp::{SolveStatus, SolverError};
use crate::marginal;
use crate::outcome::{Capacity, ObservedVolume, Served, Solution};
use crate::requests;
use crate::solution;

/// Serves the demand in the order of priorities: tonnes of each row. Those of later classes are 0 where
/// the time limit is reached first.
fn with_priorities(planner: &Planner) -> Result<Vec<f64>, SolverError> {
    let pool = planner.pool;
    let n = pool.s.demand.len();
    let levels = vec![0; pool.s.options.len()];
    let mut targets = requests::demand_targets(pool, |_, units| DemandTarget::UpTo(units));
    let mut carried = vec![0.0; n];
    let mut classes: Vec<u32> =
        (0..n).filter(|&d| pool.is_scaled(d)).map(|d| pool.s.demand[d].priority).collect();
    classes.sort_unstable();
    classes.dedup();
    for class in classes {
        let members: Vec<usize> =
            (0..n).filter(|&d| pool.is_scaled(d) && pool.s.demand[d].priority == class).collect();
        let q = requests::at_levels(targets.clone(), Objective::MaxTotal(members.clone()), &levels);
        let optimum = planner.solve(&q)?;
        if optimum.status != SolveStatus::Optimal {
            break;
        }
        for d in members {
            carried[d] = solution::carried(pool, &optimum, d);
            targets[d] = DemandTarget::Exactly(carried[d] * (1.0 - 1e-9));
        }
    }
    Ok(carried)
}

/// The greatest number of scaled rows, and of rows times paths, for which the maximum of each row alone
/// is computed: each is a linear program of its own.
const MAX_ROWS_ALONE: usize = 200;
const MAX_WORK_ALONE: usize = 1_000_000;

/// The maximum of each scaled row alone.
struct EachAlone {
    most_t: Vec<Option<f64>>,
    /// Set where it was not computed: the limit that was exceeded.
    note: Option<String>,
}

/// The maximum of each scaled row while every other one is carried at the common multiple: more than that
/// multiple where the row shares no facility with those that bind it.
fn each_alone(planner: &Planner, base: &BaseCapacity) -> Result<EachAlone, SolverError> {
    let pool = planner.pool;
    let n = pool.s.demand.len();
    let scaled: Vec<usize> = (0..n).filter(|&d| pool.is_scaled(d)).collect();
    let mut most_t = vec![None; n];
    if base.reason.is_some() {
        return Ok(EachAlone { most_t, note: None });
    }
    if let Some(note) = too_many_alone(scaled.len(), pool.paths.len()) {
        return Ok(EachAlone { most_t, note: Some(note) });
    }
    let levels = vec![0; pool.s.options.len()];
    for &d in &scaled {
        let others = |o: usize, units: f64| {
            let carried = DemandTarget::Exactly(units * base.multiple * (1.0 - 1e-9));
            if o == d { DemandTarget::Multiple(units) } else { carried }
        };
        let q = requests::at_levels(
            requests::demand_targets(pool, others),
            Objective::MaxMultiple,
            &levels,
        );
        let optimum = planner.solve(&q)?;
        if optimum.status == SolveStatus::Optimal && !optimum.unlimited {
            most_t[d] = Some(optimum.multiple.max(base.multiple) * pool.asked_t(d));
        }
    }
    Ok(EachAlone { most_t, note: None })
}

/// The limit of [`each_alone`] that is exceeded, in words.
fn too_many_alone(rows: usize, paths: usize) -> Option<String> {
    let work = rows.saturating_mul(paths);
    let exceeded = if rows > MAX_ROWS_ALONE {
        format!("{rows} scaled rows; the limit is {MAX_ROWS_ALONE}")
    } else if work > MAX_WORK_ALONE {
        format!("{rows} scaled rows times {paths} paths; the limit is {MAX_WORK_ALONE}")
    } else {
        return None;
    };
    Some(format!("the maximum of each row alone was not computed: {exceeded}"))
}

/// Puts today's capacity together for the outcome.
pub fn report(
    planner: &Planner,
    base: &BaseCapacity,
    gross: &BaseCapacity,
    solution: Solution,
) -> Result<Capacity, SolverError> {
    let pool = planner.pool;
    debug_assert_eq!(planner.basis(), CapacityBasis::Practical);
    let asked = requests::asked_scaled_t(pool);
    let by_priority = if base.optimum.flows.is_empty() {
        vec![0.0; pool.s.demand.len()]
    } else {
        with_priorities(planner)?
    };
    let alone = each_alone(planner, base)?;
    let served: Vec<Served> = (0..pool.s.demand.len())
        .filter(|&d| pool.is_scaled(d))
        .map(|d| Served {
            demand: pool.s.demand[d].id.clone(),
            name: pool.s.demand[d].name.clone(),
            asked_t_per_year: pool.asked_t(d),
            carried_t_per_year: pool.asked_t(d) * base.multiple,
            with_priorities_t_per_year: by_priority[d],
            most_t_per_year: alone.most_t[d],
        })
        .collect();
    let observed = pool.s.settings.observed.iter().map(|o| ObservedVolume {
        year: o.year,
        t_per_year: o.t_per_year,
        what: o.what.clone(),
        source: o.source.clone(),
    });
    Ok(Capacity {
        total_t_per_year: base.total_t,
        gross_t_per_year: gross.total_t,
        asked_t_per_year: asked,
        multiple_of_asked: base.multiple,
        with_priorities_t_per_year: served.iter().map(|s| s.with_priorities_t_per_year).sum(),
        served,
        binding: marginal::binding(planner, base)?,
        observed: observed.collect(),
        solution,
        reason: base.reason.clone(),
        out_of_time: base.out_of_time,
        notes: alone.note.into_iter().collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_stated() {
        assert_eq!(too_many_alone(MAX_ROWS_ALONE, 10), None);
        let rows = too_many_alone(MAX_ROWS_ALONE + 1, 10).expect("a note");
        assert!(rows.contains("201 scaled rows; the limit is 200"), "{rows}");
        let work = too_many_alone(100, 20_000).expect("a note");
        assert!(work.contains("100 scaled rows times 20000 paths; the limit is 1000000"), "{work}");
    }
}
