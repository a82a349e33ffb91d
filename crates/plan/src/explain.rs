//! The reasons, in words, why nothing more can be carried.

use trimodal_model::ids::ResourceId;
use trimodal_model::scenario::{Demand, Role};

use crate::binding;
use crate::column_pool::{ColumnPool, Standing};
use crate::columns::Column;
use crate::formulation::{DemandTarget, LpSolution, Objective, Planner};
use crate::lp::SolverError;
use crate::requests;

/// The reason where the time limit was reached first.
pub const OUT_OF_TIME: &str =
    "the time limit was reached before anything was known; give more with --time-limit";
/// The reason where the scaled demand uses nothing finite.
pub const UNLIMITED: &str = "nothing in the scenario limits what can be carried: no resource, section or road is used by the scaled demand";

/// The reason where no scaled demand counts.
pub fn no_demand(pool: &ColumnPool) -> String {
    let scaled = |d: &&Demand| d.role == Role::Scaled;
    if pool.s.demand.iter().filter(scaled).count() == 0 {
        return "no demand has the role `scaled`".into();
    }
    if pool.s.demand.iter().filter(scaled).all(|d| d.per_year <= 0.0) {
        return "the scaled demand asks for nothing".into();
    }
    let forbidden = pool.standing.iter().filter(|s| matches!(s, Standing::Forbidden(_))).count();
    match forbidden {
        0 => "no scaled demand can be reached".into(),
        n => format!("no scaled demand is both permitted and reachable ({n} not permitted)"),
    }
}

/// The reason where fixed and background traffic alone exceeds the capacity: the rows, the share of them
/// that fits, and the facilities at their limit. None where the time limit was reached first.
pub fn crowded_out(planner: &Planner, levels: &[u32]) -> Result<Option<String>, SolverError> {
    let pool = planner.pool;
    let wanted = requests::demand_targets(pool, |_, _| DemandTarget::UpTo(0.0));
    let share = |only: Option<usize>| {
        let scaled_down = wanted.iter().enumerate().map(|(d, target)| match target {
            DemandTarget::Exactly(units) if only.is_none_or(|o| o == d) => {
                DemandTarget::Multiple(*units)
            }
            _ => DemandTarget::UpTo(0.0),
        });
        planner.solve(&requests::at_levels(scaled_down.collect(), Objective::MaxMultiple, levels))
    };
    let limits = |optimum: &LpSolution| match names_at_limit(planner, optimum) {
        none if none.is_empty() => "what is not built yet".to_string(),
        names => names.join(", "),
    };
    let exact = (0..wanted.len()).filter(|&d| matches!(wanted[d], DemandTarget::Exactly(_)));
    for d in exact {
        let alone = share(Some(d))?;
        if alone.is_out_of_time() {
            return Ok(None);
        }
        if alone.multiple < 1.0 {
            return Ok(Some(format!(
                "fixed or background traffic `{}` alone does not fit: {:.0} % of it can be carried, limited by {}",
                pool.s.demand[d].id,
                (alone.multiple * 100.0).abs(),
                limits(&alone)
            )));
        }
    }
    let all = share(None)?;
    if all.is_out_of_time() {
        return Ok(None);
    }
    Ok(Some(format!(
        "fixed and background traffic together exceeds the capacity: {:.0} % of it fits, limited by {}",
        (all.multiple * 100.0).abs(),
        limits(&all)
    )))
}

fn names_at_limit(planner: &Planner, optimum: &LpSolution) -> Vec<String> {
    binding::at_limit(planner, optimum, None).into_iter().map(|a| a.name).collect()
}

/// The reason where the common multiple is zero though fixed and background traffic fits.
pub fn blocked(planner: &Planner, optimum: &LpSolution) -> String {
    let pool = planner.pool;
    let has_servers = |r: &ResourceId| pool.s.gross_hours(*r) > 0.0;
    let ready = |c: &Column| {
        c.requires.is_empty() && c.uses.iter().all(|(r, h)| *h <= 0.0 || has_servers(r))
    };
    let own =
        |d: usize| pool.paths.iter().zip(&pool.columns).filter(move |(p, _)| p.demand.ix() == d);
    let unready =
        (0..pool.s.demand.len()).find(|&d| pool.is_scaled(d) && !own(d).any(|(_, c)| ready(c)));
    let Some(d) = unready else {
        return format!(
            "nothing more fits beside fixed and background traffic: {} is full",
            names_at_limit(planner, optimum).join(", ")
        );
    };
    let missing = own(d).next().map_or_else(String::new, |(_, c)| {
        let resource = c.uses.keys().find(|r| !has_servers(r));
        let resource = resource.map(|r| pool.s.resources[r.ix()].name.clone());
        let option = c.requires.first().map(|(o, _)| pool.s.options[o.ix()].name.clone());
        resource.or(option).unwrap_or_default()
    });
    format!(
        "demand `{}` depends on what is not built yet ({missing}), so the common multiple is zero",
        pool.s.demand[d].id
    )
}
