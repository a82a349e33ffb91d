//! Runs many replications of a year and judges them.

use rayon::prelude::*;
use trimodal_des::hash;
use trimodal_model::Scenario;

use crate::derate::derate;
use crate::estimate::Sample;
use crate::judge::{judge, trends};
use crate::outcome::{Answer, Precision, SCHEMA, Simulation, Verdict, WarmUp};
use crate::pictures;
use crate::results::{self, PerRun};
use crate::translate::{Orders, Translated, translate};
use crate::warm::{self, Years};
use crate::year::{Year, judged_years, year};
use trimodal_des::run::{Run, Trace};
use trimodal_des::statistics::{FlowCount, ResourceCount, Tally};

/// Most replications that a precision can ask for.
pub const MOST: u32 = 10_000;
/// Replications reduced at a time, whatever the number of threads.
const BATCH: u64 = 16;
/// Replications that tell whether the year-ends agree.
const PILOTS: u32 = 8;
/// More years of warm-up are tried so often.
const RAISES: u32 = 3;
/// Year-ends come nearer where with more years they differ by less than this share of before.
const NEARER: f64 = 0.7;

/// What is asked.
pub struct Request<'a> {
    /// What of the plan is run, for people.
    pub case: String,
    /// Multiple of today's capacity.
    pub multiple: f64,
    /// Fingerprint of the description before options.
    pub digest: String,
    /// Whether the plan was made without law.
    pub counterfactual_no_law: bool,
    /// What every reader must be told.
    pub notices: Vec<String>,
    /// Demand that is permitted and that the plan does not carry, as told to people.
    pub missing: Vec<String>,
    /// Replications; with a precision, the least.
    pub replications: u32,
    /// Half the 95 % interval over the mean of what is delivered, to go on until.
    pub precision: Option<f64>,
    /// Seed.
    pub seed: u64,
    /// Whether to look for the largest share of the plan that holds.
    pub derate: bool,
    /// Least years of warm-up: those of another run that it is compared with.
    pub warm_years: u32,
    /// Whether to keep what each replication measured.
    pub replicates: bool,
    /// Threads; none: as many as there are cores.
    pub threads: Option<usize>,
    /// Says why to stop, if so.
    pub stop: &'a (dyn Fn() -> Option<String> + Sync),
}

/// What came out: the answer, and the trace of the first replication.
pub struct Done {
    /// The answer.
    pub simulation: Simulation,
    /// What each set of the trace stands for.
    pub translated: Translated,
    /// The first replication.
    pub trace: Vec<Trace>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A time of the description cannot be drawn from, or the like.
    #[error("{0}")]
    Description(String),
    /// An invariant of the engine is broken.
    #[error("defect: replication {replication}: {what}")]
    Unsound {
        /// Which.
        replication: u64,
        /// What does not hold.
        what: String,
    },
    /// Stopped before the first replication was done.
    #[error("stopped before the first replications were done: {0}")]
    Stopped(String),
}

/// Hears what is being done, how much of it is done, and how much there is.
pub type Tell<'a> = &'a mut (dyn FnMut(&str, usize, usize) + Send);

/// Runs a plan on a description with its investments made.
pub fn simulate(
    s: &Scenario,
    orders: &Orders,
    request: &Request,
    tell: Tell,
) -> Result<Done, Failure> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(request.threads.unwrap_or(0)).build();
    let pool = pool.map_err(|e| Failure::Description(format!("threads: {e}")))?;
    pool.install(|| simulate_here(s, orders, request, tell))
}

fn simulate_here(
    s: &Scenario,
    orders: &Orders,
    request: &Request,
    tell: Tell,
) -> Result<Done, Failure> {
    let t = translate(s, orders, 1.0, true);
    let served = served(s, orders, &t, 1.0);
    let planned_t = judge_total(s, &served);
    let (warm, told, pilots) = warm_up(s, &t, request, planned_t, tell)?;
    let wanted = Wanted { replications: request.replications, precision: request.precision };
    let mut runs = replicate(&t, request, warm, wanted, Some(pilots), tell)?;
    let judged_years = judged_years(&t, warm);
    let judged = f64::from(judged_years);
    let mut verdict = judge(&t, s, &runs, &served, judged, &request.missing);
    if verdict.answer == Answer::Fails {
        verdict.circle = circle(&t, request, warm)?;
        if !verdict.circle.is_empty() {
            let names = verdict.circle.join(", ");
            verdict.reason = format!("nothing moves any more: {names} wait for one another");
        }
    }
    let derate = if request.derate && runs.stopped.is_none() {
        match derate(s, orders, request, warm, &verdict, tell) {
            // The verdict on the whole plan is told all the same.
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
    let precision = request.precision.map(|asked| precision(&runs, asked));
    let stopped = runs.stopped.take().or_else(|| missed(precision, runs.years.len()));
    let simulation = Simulation {
        schema: SCHEMA.into(),
        scenario: s.settings.name.clone(),
        scenario_digest: request.digest.clone(),
        case: request.case.clone(),
        multiple: request.multiple,
        counterfactual_no_law: request.counterfactual_no_law,
        notices: request.notices.clone(),
        warnings: t.warnings.clone(),
        demand: results::demand(s, &runs, &served, judged),
        resources: results::resources(&t, &runs),
        stocks: results::stocks(s, &t, &runs),
        closures: results::closures(s, &t, &runs, planned_t),
        piece: pictures::piece(s, orders, &t, &trace, u64::from(warm) * t.year),
        under_way_t: results::band(&runs.years, |y| {
            y.days.iter().step_by(7).map(|d| d.0).collect()
        }),
        replications: runs.years.len() as u32,
        replicates: match request.replicates {
            true => results::replicates(s, &t, &runs, &served),
            false => Vec::new(),
        },
        against: None,
        stopped,
        precision,
        warm_up_days: f64::from(warm * s.settings.days),
        warm_up: agreement((warm, judged_years), told, &verdict),
        events: runs.years.iter().map(|y| y.events).sum(),
        seed: request.seed,
        trace_hash: format!("{:016x}", runs.hash),
        verdict,
        derate,
    };
    Ok(Done { simulation, translated: t, trace })
}

fn judge_total(s: &Scenario, served: &[Served]) -> f64 {
    crate::judge::Total::of(s, served).planned_t
}

/// A demand that is run, with its flows.
pub struct Served {
    /// Position of the demand.
    pub demand: usize,
    /// For people.
    pub name: String,
    /// What is to be sent in a year: tonnes, or vehicles.
    pub planned: f64,
    /// Its flows in the model.
    pub flows: Vec<usize>,
    /// Hours without any queue or closure.
    pub hours: f64,
}

/// The demands that are run, in the order of the table.
pub fn served(s: &Scenario, orders: &Orders, t: &Translated, share: f64) -> Vec<Served> {
    let mut flows: Vec<Vec<usize>> = vec![Vec::new(); s.demand.len()];
    for (flow, order) in t.flows.iter().enumerate() {
        flows[orders.flows[*order].demand].push(flow);
    }
    let one = |(demand, flows): (usize, Vec<usize>)| {
        let amount = |f: &usize| orders.flows[t.flows[*f]].per_year * share;
        let planned: f64 = flows.iter().map(amount).sum();
        let hours = flows.iter().map(|f| amount(f) * t.hours[*f]).sum::<f64>() / planned;
        Served { demand, name: s.demand[demand].name.clone(), planned, flows, hours }
    };
    flows.into_iter().enumerate().filter(|(_, f)| !f.is_empty()).map(one).collect()
}

// ---- warm-up ----

/// Years of warm-up, what would need longer, and the first replications. Their year-ends must agree: where
/// they do not but come nearer with more years, there are more.
fn warm_up(
    s: &Scenario,
    t: &Translated,
    request: &Request,
    planned_t: f64,
    tell: Tell,
) -> Result<(u32, Vec<String>, Runs), Failure> {
    let Years { years, most, told } = warm::years(t);
    let mut warm = years.max(request.warm_years);
    let pilots = Wanted { replications: request.replications.min(PILOTS), precision: None };
    let mut apart = |warm: u32| -> Result<(f64, Runs), Failure> {
        let runs = replicate(t, request, warm, pilots, None, tell)?;
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
    Ok((warm, told, runs))
}

fn agreement(
    (years, judged_years): (u32, u32),
    mut told: Vec<String>,
    verdict: &Verdict,
) -> WarmUp {
    let grows = verdict.growing.iter().map(|g| {
        format!("{} has {:.0} {} more at the end of each year", g.name, g.growth_per_year, g.unit)
    });
    told.extend(grows);
    WarmUp { years, judged_years, agrees: told.is_empty(), told }
}

// ---- replications ----

/// Replications with what they add up to.
pub struct Runs {
    /// What differs between them.
    pub years: Vec<Year>,
    /// The figures of each.
    pub figures: Vec<PerRun>,
    /// All together, at each resource.
    pub at: Vec<ResourceCount>,
    /// All together, of each flow.
    pub flows: Vec<FlowCount>,
    hash: u64,
    /// Why there are fewer than asked for.
    pub stopped: Option<String>,
}

/// How many replications.
#[derive(Clone, Copy)]
pub struct Wanted {
    /// So many; with a precision, the least.
    pub replications: u32,
    /// Until this is reached.
    pub precision: Option<f64>,
}

/// Runs replications, after those that were run already.
pub fn replicate(
    t: &Translated,
    request: &Request,
    warm: u32,
    wanted: Wanted,
    first: Option<Runs>,
    tell: Tell,
) -> Result<Runs, Failure> {
    let mut runs = first.unwrap_or_else(|| Runs::none(t));
    let (least, asked) = (u64::from(wanted.replications), wanted.precision);
    let most = if asked.is_some() { least.max(MOST.into()) } else { least };
    let stop = || (request.stop)().is_some();
    let mut from = runs.years.len() as u64;
    while from < most {
        let to = (from + BATCH).min(if from < least { least } else { most });
        let one = |i| year(t, (request.seed, i), warm, i == 0, &stop);
        let batch: Result<Vec<Option<Year>>, String> =
            (from..to).into_par_iter().map(one).collect();
        let batch = batch.map_err(Failure::Description)?;
        // Told to stop, the replications that were done before count, whichever they are.
        let cut = batch.iter().any(Option::is_none);
        runs.take(batch.into_iter().flatten().collect())?;
        if cut {
            let why = (request.stop)().unwrap_or_else(|| "interrupted".into());
            if runs.years.is_empty() {
                return Err(Failure::Stopped(why));
            }
            runs.stopped = Some(why);
            break;
        }
        from = to;
        tell("replications", from as usize, most.min(from.max(least)) as usize);
        if from >= least && asked.is_none_or(|p| precision(&runs, p).met) {
            break;
        }
    }
    Ok(runs)
}

fn precision(runs: &Runs, asked: f64) -> Precision {
    let delivered = Sample::of(runs.years.iter().map(|y| y.delivered_t));
    let half = delivered.half(0.95);
    let reached = (half.is_finite() && delivered.mean > 0.0).then(|| half / delivered.mean);
    Precision { asked, reached, met: reached.is_some_and(|r| r <= asked) }
}

/// A precision that was not reached with all the replications that there may be.
fn missed(precision: Option<Precision>, replications: usize) -> Option<String> {
    let p = precision.filter(|p| !p.met)?;
    let reached = p.reached.map_or("no interval".into(), |r| format!("{:.2} %", 100.0 * r));
    let asked = 100.0 * p.asked;
    Some(format!("precision {reached} after {replications} replications, {asked:.2} % asked for"))
}

impl Runs {
    fn none(t: &Translated) -> Runs {
        Runs {
            years: Vec::new(),
            figures: Vec::new(),
            at: vec![ResourceCount::default(); t.model.resources.len()],
            flows: vec![FlowCount::default(); t.model.flows.len()],
            hash: hash::EMPTY,
            stopped: None,
        }
    }

    /// Takes replications in, in their order.
    fn take(&mut self, years: Vec<Year>) -> Result<(), Failure> {
        for mut year in years {
            if let Some(what) = year.faults.first().filter(|_| !year.crowded) {
                let replication = self.years.len() as u64;
                return Err(Failure::Unsound { replication, what: what.clone() });
            }
            self.figures.push(PerRun::of(&year));
            self.at.iter_mut().zip(&year.at).for_each(|(a, b)| a.merge(b));
            for (a, b) in self.flows.iter_mut().zip(&year.flows) {
                a.born_kg += b.born_kg;
                a.delivered_kg += b.delivered_kg;
                a.transit.merge(&b.transit);
            }
            self.hash = hash::add(self.hash, year.hash);
            // Kept small: only what differs between replications.
            year.at = Vec::new();
            year.flows.iter_mut().for_each(|f| f.transit = Tally::none());
            self.years.push(year);
        }
        Ok(())
    }

    /// How many.
    pub fn n(&self) -> f64 {
        self.years.len() as f64
    }
}

/// Who waits for whom at the end of a year, if somebody does in a circle.
fn circle(t: &Translated, request: &Request, warm: u32) -> Result<Vec<String>, Failure> {
    let stop = || (request.stop)().is_some();
    let mut run = Run::new(&t.model, request.seed, 0).map_err(Failure::Description)?;
    run.stop_when(&stop);
    run.remember_holders();
    run.until(u64::from(warm + 1) * t.year);
    Ok(run.circle())
}
