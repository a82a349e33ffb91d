//! The largest share of a plan that holds.

use trimodal_model::Scenario;

use crate::compile::{Orders, compile};
use crate::outcome::{Answer, Derate, Verdict};
use crate::replication::judged_years;
use crate::replications::{Failure, Runs, Served, Wanted, replicate, served};
use crate::request::Request;
use crate::verdict::{self, Total};
use trimodal_model::Control;

/// Replications of each share tried, whatever number is asked for: it decides which trends are significant.
const REPLICATIONS: u32 = 64;

/// The mean result of a share that was tried.
struct Tried {
    holds: bool,
    delivered: f64,
    /// Half width of the interval of the share that arrives, of the demand that loses most.
    half: f64,
}

/// Tries shares in whole per cent with the same random numbers for each, from above: small volumes may
/// fail too, as their lots take more than a year to gather.
pub fn derate(
    s: &Scenario,
    orders: &Orders,
    request: &Request,
    warm: u32,
    whole: &Verdict,
    control: &Control,
) -> Result<Derate, Failure> {
    let replications = REPLICATIONS;
    if whole.answer == Answer::Holds {
        return Ok(Derate {
            share: 1.0,
            share_ci95: Some([1.0, 1.0]),
            fails_at: None,
            delivered_per_year: whole.delivered_per_year.mean,
            replications,
        });
    }
    let wanted = Wanted { replications, precision: None };
    let at = |percent: u32| -> Result<Tried, Failure> {
        let share = f64::from(percent) / 100.0;
        let t = compile(s, orders, share, true);
        let demand = served(s, orders, &t, share);
        let runs = replicate(&t, request, warm, wanted, Runs::from(&t, 0), control)?;
        match runs.stopped.clone() {
            Some(why) => Err(Failure::Stopped(why)),
            None => Ok(tried(&t, s, &runs, &demand, warm)),
        }
    };
    let Some((best, tried, beyond)) = largest(at)? else {
        return Ok(Derate {
            share: 0.0,
            share_ci95: Some([0.0, 0.05]),
            fails_at: Some(0.05),
            delivered_per_year: 0.0,
            replications,
        });
    };
    let share = f64::from(best) / 100.0;
    // Below the limit losses are small and vary little: the interval is that of the first share beyond it.
    let half = beyond.unwrap_or(tried.half).max(tried.half) * share + 0.005;
    Ok(Derate {
        share,
        share_ci95: Some([(share - half).max(0.0), (share + half).min(1.0)]),
        fails_at: (best < 100).then_some(share + 0.01),
        delivered_per_year: tried.delivered,
        replications,
    })
}

/// The largest per cent that holds, in steps of five from above and then of one from below, with the half
/// width of the interval of the last share tried above it.
fn largest(
    at: impl Fn(u32) -> Result<Tried, Failure>,
) -> Result<Option<(u32, Tried, Option<f64>)>, Failure> {
    let mut found = None;
    for percent in (1..=20).rev().map(|step| 5 * step) {
        let here = at(percent)?;
        if here.holds {
            found = Some((percent, here));
            break;
        }
    }
    let Some((mut best, mut tried)) = found else { return Ok(None) };
    let mut beyond = None;
    while best < 100 {
        let here = at(best + 1)?;
        beyond = Some(here.half);
        if !here.holds {
            break;
        }
        (best, tried) = (best + 1, here);
    }
    Ok(Some((best, tried, beyond)))
}

fn tried(
    t: &crate::compile::CompiledModel,
    s: &Scenario,
    runs: &Runs,
    served: &[Served],
    warm: u32,
) -> Tried {
    let margins = verdict::margins(runs, served, f64::from(judged_years(t, warm)));
    let total = Total::of(s, served);
    let trends = verdict::trends(t, s, runs, total.planned_t);
    let crowded = runs.years.iter().any(|y| y.crowded);
    let arrives = margins.iter().all(|m| m.sample.mean >= 0.0);
    let grows = !trends.sure.is_empty();
    let worst = margins.iter().min_by(|a, b| a.share.mean.total_cmp(&b.share.mean));
    Tried {
        holds: arrives && !grows && !crowded && t.never.is_empty(),
        delivered: runs.years.iter().map(|y| total.delivered(y)).sum::<f64>() / runs.n(),
        half: worst.map_or(0.0, |m| m.share.half(0.95)),
    }
}
