//! Runs many replications of a year and judges them.

use trimodal_model::{Control, Scenario};

use crate::compile::{CompiledModel, Orders, compile, compile_recorded};
use crate::derate::derate;
use crate::outcome::{Answer, Derate, Piece, Precision, SCHEMA, Simulation, Verdict, WarmUp};
use crate::pictures;
use crate::recording::{self, Recording};
use crate::replication::judged_years;
use crate::replications::{Failure, Runs, Served, Wanted, precision, replicate, served};
use crate::request::Request;
use crate::results;
use crate::verdict::{judge, trends};
use crate::warm::{self, Years};
use trimodal_des::run::{Run, Trace};

/// Replications from which it is judged whether the year-ends agree.
const PILOTS: u32 = 8;
/// Number of times that more years of warm-up are tried.
const RAISES: u32 = 3;
/// Year-ends come nearer if with more years they differ by less than this share of the previous difference.
const NEARER: f64 = 0.7;

/// The result: the answer, and the trace of the first replication.
pub struct Done {
    /// The answer.
    pub simulation: Simulation,
    /// The compiled model, which gives meaning to the bundles of the trace.
    pub compiled: CompiledModel,
    /// The trace of the first replication.
    pub trace: Vec<Trace>,
    /// Its recording, if asked for.
    pub recording: Option<Recording>,
}

/// Runs a plan on a description with its investments made.
pub fn simulate(
    s: &Scenario,
    orders: &Orders,
    request: &Request,
    control: &Control,
) -> Result<Done, Failure> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(request.threads.unwrap_or(0)).build();
    let pool = pool.map_err(|e| Failure::Description(format!("threads: {e}")))?;
    pool.install(|| experiment(s, orders, request, control))
}

fn experiment(
    s: &Scenario,
    orders: &Orders,
    request: &Request,
    control: &Control,
) -> Result<Done, Failure> {
    let t = match request.recording {
        true => compile_recorded(s, orders),
        false => compile(s, orders, 1.0, true),
    };
    let served = served(s, orders, &t, 1.0);
    let planned_t = judge_total(s, &served);
    let (warm, reasons, pilots) = warm_up(s, &t, request, planned_t, control)?;
    let mut runs = match &request.part {
        Some(part) => {
            let wanted = Wanted { replications: part.end, precision: None };
            replicate(&t, request, warm, wanted, Runs::from(&t, part.start), control)?
        }
        None => {
            let wanted =
                Wanted { replications: request.replications, precision: request.precision };
            replicate(&t, request, warm, wanted, pilots, control)?
        }
    };
    let judged_years = judged_years(&t, warm);
    let judged = f64::from(judged_years);
    let mut verdict = judge(&t, s, &runs, &served, judged, &request.missing);
    if verdict.answer == Answer::Fails {
        verdict.circle = deadlock(&t, request, warm, control)?;
        if !verdict.circle.is_empty() {
            let names = verdict.circle.join(", ");
            verdict.reason = format!("deadlock: {names} wait for each other");
        }
    }
    let derate = if request.derate && runs.stopped.is_none() {
        match derate(s, orders, request, warm, &verdict, control) {
            // The verdict on the whole plan is reported all the same.
            Err(Failure::Stopped(why)) => {
                runs.stopped = Some(why);
                None
            }
            other => Some(other?),
        }
    } else {
        None
    };
    let trace = std::mem::take(&mut runs.years[0].trace);
    let (recorded, days) = (runs.years[0].recorded.take(), runs.years[0].days.clone());
    let stopped = runs.stopped.take();
    let judged = Judged { runs, served, verdict, derate, planned_t, judged };
    let mut simulation = outcome(s, request, &t, judged);
    simulation.warm_up = agreement((warm, judged_years), reasons, &simulation.verdict);
    simulation.warm_up_days = f64::from(warm * s.settings.days);
    let start = u64::from(warm) * t.year;
    simulation.piece = pictures::piece(s, orders, &t, &trace, start, &simulation.closures);
    simulation.stopped = stopped.or(simulation.stopped);
    let recording = recorded.map(|r| recording::recording(s, &t, (&r, &days), &simulation));
    Ok(Done { simulation, compiled: t, trace, recording })
}

/// The judged replications.
struct Judged {
    runs: Runs,
    served: Vec<Served>,
    verdict: Verdict,
    derate: Option<Derate>,
    planned_t: f64,
    judged: f64,
}

/// The outcome, without the findings of the warm-up and the trace.
fn outcome(s: &Scenario, request: &Request, t: &CompiledModel, judged: Judged) -> Simulation {
    let Judged { runs, served, verdict, derate, planned_t, judged } = judged;
    let precision = request.precision.map(|asked| precision(&runs, asked));
    Simulation {
        schema: SCHEMA.into(),
        scenario: s.settings.name.clone(),
        scenario_digest: request.digest.clone(),
        case: request.case.clone(),
        multiple: request.multiple,
        counterfactual_no_law: request.counterfactual_no_law,
        notices: request.notices.clone(),
        warnings: t.warnings.clone(),
        demand: results::demand(s, &runs, &served, judged),
        resources: results::resources(t, &runs),
        stocks: results::stocks(s, t, &runs),
        closures: results::closures(s, t, &runs, planned_t),
        piece: Piece::default(),
        under_way_t: results::band(&runs.years, |y| {
            y.days.iter().step_by(7).map(|d| d.0).collect()
        }),
        replications: runs.years.len() as u32,
        replicates: match request.replicates {
            true => results::replicates(s, t, &runs, &served),
            false => Vec::new(),
        },
        against: None,
        stopped: missed(precision, runs.years.len()),
        precision,
        warm_up_days: 0.0,
        warm_up: WarmUp::default(),
        events: runs.years.iter().map(|y| y.events).sum(),
        seed: request.seed,
        trace_hash: format!("{:016x}", runs.hash),
        verdict,
        derate,
    }
}

/// The message for a precision that was not reached with the most replications allowed.
fn missed(precision: Option<Precision>, replications: usize) -> Option<String> {
    let p = precision.filter(|p| !p.met)?;
    let reached = p.reached.map_or("no interval".into(), |r| format!("{:.2} %", 100.0 * r));
    let asked = 100.0 * p.asked;
    Some(format!("precision {reached} after {replications} replications, {asked:.2} % asked for"))
}

fn judge_total(s: &Scenario, served: &[Served]) -> f64 {
    crate::verdict::Total::of(s, served).planned_t
}

/// Years of warm-up, the reasons why they may be too few, and the first replications. Year-ends must agree:
/// where they do not but come nearer with more years, years are added.
fn warm_up(
    s: &Scenario,
    t: &CompiledModel,
    request: &Request,
    planned_t: f64,
    control: &Control,
) -> Result<(u32, Vec<String>, Runs), Failure> {
    let Years { years, most, told: reasons } = warm::years(t);
    let mut warm = years.max(request.warm_years);
    let pilots = Wanted { replications: request.replications.min(PILOTS), precision: None };
    let apart = |warm: u32| -> Result<(f64, Runs), Failure> {
        let runs = replicate(t, request, warm, pilots, Runs::from(t, 0), control)?;
        let grows = trends(t, s, &runs, planned_t);
        let all = grows.sure.iter().chain(grows.suspected.iter().map(|(g, _)| g));
        Ok((all.map(|g| g.share_of_passing).fold(0.0, f64::max), runs))
    };
    let (mut before, mut runs) = apart(warm)?;
    for _ in 0..RAISES {
        let more = (2 * warm).min(most);
        if before <= 0.0 || more <= warm || request.warm_years > 0 || runs.stopped.is_some() {
            break;
        }
        match apart(more) {
            Ok((now, longer)) if longer.stopped.is_none() && now <= NEARER * before => {
                (warm, before, runs) = (more, now, longer);
            }
            Ok(_) | Err(Failure::Stopped(_)) => break,
            Err(failure) => return Err(failure),
        }
    }
    runs.stopped = None;
    Ok((warm, reasons, runs))
}

fn agreement(
    (years, judged_years): (u32, u32),
    mut reasons: Vec<String>,
    verdict: &Verdict,
) -> WarmUp {
    let grows = verdict.growing.iter().map(|g| {
        format!("{} has {:.0} {} more at the end of each year", g.name, g.growth_per_year, g.unit)
    });
    reasons.extend(grows);
    WarmUp { years, judged_years, agrees: reasons.is_empty(), told: reasons }
}

/// The deadlock at the end of the year, if there is one.
fn deadlock(
    t: &CompiledModel,
    request: &Request,
    warm: u32,
    control: &Control,
) -> Result<Vec<String>, Failure> {
    let stop = || control.stopped().is_some();
    let mut run = Run::new(&t.model, request.seed, 0).map_err(Failure::Description)?;
    run.stop_when(&stop);
    run.remember_holders();
    run.until(u64::from(warm + 1) * t.year);
    Ok(run.deadlock())
}
