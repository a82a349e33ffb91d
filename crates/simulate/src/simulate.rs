//! Runs many replications of a year and judges them.

use rayon::prelude::*;
use statrs::distribution::{ContinuousCDF, StudentsT};
use trimodal_model::Scenario;
use trimodal_model::waiting::wait_over_service;

use crate::clock::{DAY, HOUR};
use crate::outcome::{
    Band, Closure, DemandResult, Derate, Estimate, Growing, Quantiles, ResourceResult, SCHEMA,
    Shares, Simulation, StockResult, Verdict,
};
use crate::pictures;
use crate::run::{Run, Trace};
use crate::statistics::{FlowCount, ResourceCount, Tally};
use crate::translate::{Orders, Shown, Translated, translate};
use crate::working::A_YEAR;
use crate::year::{WEEKS, Year, mser5, year};

/// Share of the plan that must arrive.
pub const REACHED: f64 = 0.98;
/// A queue or stock grows when in a year it gains more than this share of what passes it.
pub const GROWS: f64 = 0.01;
/// Most replications that a precision can ask for.
pub const MOST: u32 = 10_000;
/// Replications reduced at a time, whatever the number of threads.
const BATCH: u64 = 16;
/// Replications of the run that finds the warm-up.
const PILOT: u64 = 4;
/// Least days of warm-up: the weeks set beside the last ones of the year lie in it.
const LEAST_WARM: u64 = 60;
/// Most days of warm-up, as MSER-5 looks no further than half of a run.
const MOST_WARM: u64 = 182;
/// A trend is believed when it would not come by chance in so many cases of all (Student's t).
const SURE: f64 = 0.999;
/// Replications of each step of the search for the share that holds.
const DERATE_REPLICATIONS: u32 = 32;
/// Queues drawn.
const DRAWN: usize = 8;

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
    /// Replications; with a precision, the least.
    pub replications: u32,
    /// Half the 95 % interval over the mean of what is delivered, to go on until.
    pub precision: Option<f64>,
    /// Seed.
    pub seed: u64,
    /// Whether to look for the largest share of the plan that holds.
    pub derate: bool,
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

/// Runs a plan on a description with its investments made.
pub fn simulate(
    s: &Scenario,
    orders: &Orders,
    request: &Request,
    tell: &mut (dyn FnMut(&str, usize, usize) + Send),
) -> Result<Done, Failure> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(request.threads.unwrap_or(0)).build();
    let pool = pool.map_err(|e| Failure::Description(format!("threads: {e}")))?;
    pool.install(|| simulate_here(s, orders, request, tell))
}

fn simulate_here(
    s: &Scenario,
    orders: &Orders,
    request: &Request,
    tell: &mut (dyn FnMut(&str, usize, usize) + Send),
) -> Result<Done, Failure> {
    let t = translate(s, orders, 1.0, true);
    let warm = warm_up(&t, request.seed)?;
    let mut runs = replicate(&t, request, warm, request.replications, request.precision, tell)?;
    let planned = planned_t(s, orders);
    let judged = judge(&t, &runs, planned);
    let derate = if request.derate {
        match derate(s, orders, request, warm, (&judged, planned), tell) {
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
    let stopped = runs.stopped.take();
    let circle = if judged.holds { Vec::new() } else { circle(&t, request.seed, warm)? };
    let simulation = Simulation {
        schema: SCHEMA.into(),
        scenario: s.settings.name.clone(),
        scenario_digest: request.digest.clone(),
        case: request.case.clone(),
        multiple: request.multiple,
        counterfactual_no_law: request.counterfactual_no_law,
        notices: request.notices.clone(),
        warnings: t.warnings.clone(),
        demand: demand(s, orders, &t, &runs),
        resources: resources(&t, &runs),
        stocks: stocks(s, &t, &runs),
        closures: closures(s, &t, &runs, planned),
        piece: pictures::piece(s, orders, &t, &trace),
        under_way_t: band(&runs.years, |y| y.days.iter().step_by(7).map(|d| d.0).collect()),
        replications: runs.years.len() as u32,
        stopped,
        warm_up_days: warm as f64,
        events: runs.years.iter().map(|y| y.events).sum(),
        seed: request.seed,
        trace_hash: format!("{:016x}", runs.hash),
        verdict: Verdict { reason: reason(&judged, &circle), circle, ..judged },
        derate,
    };
    Ok(Done { simulation, translated: t, trace })
}

/// Tonnes of all orders that carry goods.
fn planned_t(s: &Scenario, orders: &Orders) -> f64 {
    let goods = |o: &&crate::translate::Order| !s.demand[o.demand].in_vehicles;
    orders.flows.iter().filter(goods).map(|o| o.per_year).sum()
}

fn warm_up(t: &Translated, seed: u64) -> Result<u64, Failure> {
    let pilot = |i: u64| -> Result<Vec<f64>, String> {
        let mut run = Run::starting(&t.model, seed, i, A_YEAR)?;
        Ok((1..=365)
            .map(|day| {
                run.until(A_YEAR + day * DAY);
                run.under_way_kg().iter().sum::<u64>() as f64
            })
            .collect())
    };
    let pilots: Result<Vec<Vec<f64>>, String> = (0..PILOT).into_par_iter().map(pilot).collect();
    let pilots = pilots.map_err(Failure::Description)?;
    let mean: Vec<f64> = (0..365).map(|d| pilots.iter().map(|p| p[d]).sum()).collect();
    let chain = (t.longest_h / 24.0).ceil() as u64;
    Ok((mser5(&mean) as u64).max(chain).clamp(LEAST_WARM, MOST_WARM))
}

/// Replications with what they add up to.
struct Runs {
    years: Vec<Year>,
    at: Vec<ResourceCount>,
    flows: Vec<FlowCount>,
    hash: u64,
    stopped: Option<String>,
}

fn replicate(
    t: &Translated,
    request: &Request,
    warm: u64,
    least: u32,
    precision: Option<f64>,
    tell: &mut (dyn FnMut(&str, usize, usize) + Send),
) -> Result<Runs, Failure> {
    let mut runs = Runs {
        years: Vec::new(),
        at: vec![ResourceCount::default(); t.model.resources.len()],
        flows: vec![FlowCount::default(); t.model.flows.len()],
        hash: 0xcbf2_9ce4_8422_2325,
        stopped: None,
    };
    let most = u64::from(if precision.is_some() { MOST.max(least) } else { least });
    let mut from = 0;
    while from < most {
        if let Some(why) = (request.stop)() {
            if runs.years.is_empty() {
                return Err(Failure::Stopped(why));
            }
            runs.stopped = Some(why);
            break;
        }
        let to = (from + BATCH).min(if from < u64::from(least) { u64::from(least) } else { most });
        let batch: Result<Vec<Year>, String> =
            (from..to).into_par_iter().map(|i| year(t, request.seed, i, warm, i == 0)).collect();
        runs.take(batch.map_err(Failure::Description)?)?;
        from = to;
        tell("replications", from as usize, most.min(from.max(u64::from(least))) as usize);
        let precise = precision.is_none_or(|p| {
            let e = estimate(&runs.years, |y| y.delivered_t);
            (e.ci95_high - e.mean) <= p * e.mean
        });
        if from >= u64::from(least) && precise {
            break;
        }
    }
    Ok(runs)
}

impl Runs {
    /// Takes replications in, in their order.
    fn take(&mut self, years: Vec<Year>) -> Result<(), Failure> {
        for mut year in years {
            if let Some(what) = year.faults.first().filter(|_| !year.crowded) {
                let replication = self.years.len() as u64;
                return Err(Failure::Unsound { replication, what: what.clone() });
            }
            self.at.iter_mut().zip(&year.at).for_each(|(a, b)| a.merge(b));
            for (a, b) in self.flows.iter_mut().zip(&year.flows) {
                a.born_kg += b.born_kg;
                a.delivered_kg += b.delivered_kg;
                a.transit.merge(&b.transit);
            }
            self.hash = (self.hash ^ year.hash).wrapping_mul(0x0000_0100_0000_01b3);
            // Kept small: only what differs between replications.
            year.at = Vec::new();
            year.flows.iter_mut().for_each(|f| f.transit = Tally::default());
            self.years.push(year);
        }
        Ok(())
    }

    fn n(&self) -> f64 {
        self.years.len() as f64
    }
}

/// Mean and 95 % interval over replications (Student's t).
fn estimate(years: &[Year], of: impl Fn(&Year) -> f64) -> Estimate {
    let (mean, sd) = mean_sd(years, of);
    let n = years.len() as f64;
    let half =
        if years.len() > 1 { students_t(n - 1.0, 0.975) * sd / n.sqrt() } else { f64::INFINITY };
    // One replication has no interval: it may be anything that can be delivered.
    if half.is_finite() {
        Estimate { mean, ci95_low: (mean - half).max(0.0), ci95_high: mean + half }
    } else {
        Estimate { mean, ci95_low: 0.0, ci95_high: f64::MAX }
    }
}

/// Quantile of Student's t; infinite with no degree of freedom.
fn students_t(freedom: f64, share: f64) -> f64 {
    StudentsT::new(0.0, 1.0, freedom).map_or(f64::INFINITY, |d| d.inverse_cdf(share))
}

fn mean_sd(years: &[Year], of: impl Fn(&Year) -> f64) -> (f64, f64) {
    let n = years.len() as f64;
    let mean = years.iter().map(&of).sum::<f64>() / n;
    let var = years.iter().map(|y| (of(y) - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0);
    (mean, var.sqrt())
}

// ---- verdict ----

fn judge(t: &Translated, runs: &Runs, planned: f64) -> Verdict {
    let delivered = estimate(&runs.years, |y| y.delivered_t);
    let share = if planned > 0.0 { delivered.mean / planned } else { 1.0 };
    let reached = runs.years.iter().filter(|y| y.delivered_t >= REACHED * planned).count();
    let growing = growing(t, runs, planned);
    let crowded = runs.years.iter().any(|y| y.crowded);
    Verdict {
        holds: share >= REACHED && growing.is_empty() && !crowded,
        planned_t_per_year: planned,
        delivered_t_per_year: delivered,
        share_delivered: share,
        probability_reached: reached as f64 / runs.n(),
        growing,
        circle: Vec::new(),
        reason: String::new(),
    }
}

/// Queues and stocks that gain more in a year than [`GROWS`] of what passes them, beyond doubt.
fn growing(t: &Translated, runs: &Runs, planned: f64) -> Vec<Growing> {
    let mut all = Vec::new();
    // One replication tells no trend from luck.
    let errors = students_t(runs.n() - 1.0, SURE);
    let mut test = |id: &str,
                    name: &str,
                    unit: &str,
                    passing: f64,
                    least: f64,
                    of: &dyn Fn(&Year) -> f64| {
        let (mean, sd) = mean_sd(&runs.years, of);
        let share = if passing > 0.0 { mean / passing } else { 0.0 };
        let sure = mean > errors * sd / runs.n().sqrt();
        if mean > least && share > GROWS && sure {
            let (id, name, unit) = (id.into(), name.into(), unit.into());
            all.push(Growing { id, name, unit, growth_per_year: mean, share_of_passing: share });
        }
    };
    for shown in &t.facilities {
        let r = shown.at.ix();
        let passing = runs.at[r].waits.count as f64 / runs.n();
        test(&shown.id, &shown.name, "vehicles", passing, 1.0, &|y| y.growth.queue[r]);
    }
    for stock in 0..t.stocks.len() {
        let through = runs.years.iter().map(|y| y.stocks[stock].2).sum::<f64>() / runs.n();
        let name = &t.model.stocks[stock].name;
        test(name, name, "t", through, 1.0, &|y| y.growth.stock[stock]);
    }
    test("under_way", "all goods under way", "t", planned, 1.0, &|y| y.growth.under_way);
    all.sort_by(|a, b| b.share_of_passing.total_cmp(&a.share_of_passing));
    all
}

fn reason(v: &Verdict, circle: &[String]) -> String {
    let percent = |x: f64| format!("{:.1} %", 100.0 * x);
    let delivered = percent(v.share_delivered);
    if !circle.is_empty() {
        return format!("nothing moves any more: {} wait for one another", circle.join(", "));
    }
    match v.growing.iter().find(|g| g.id != "under_way").or(v.growing.first()) {
        Some(g) => format!(
            "{delivered} of the plan arrive, and {} grows by {:.0} {} a year ({} of what passes)",
            g.name,
            g.growth_per_year,
            g.unit,
            percent(g.share_of_passing)
        ),
        None if v.holds => format!("{delivered} of the plan arrive and no queue or stock grows"),
        None => format!("{delivered} of the plan arrive, less than {}", percent(REACHED)),
    }
}

/// Who waits for whom at the end of a year, if somebody does in a circle.
fn circle(t: &Translated, seed: u64, warm: u64) -> Result<Vec<String>, Failure> {
    let start = A_YEAR - warm * DAY;
    let mut run = Run::starting(&t.model, seed, 0, start).map_err(Failure::Description)?;
    run.remember_holders();
    run.until(2 * A_YEAR);
    Ok(run.circle())
}

/// The largest share of the plan that holds, in whole per cent, with the same luck for each.
fn derate(
    s: &Scenario,
    orders: &Orders,
    request: &Request,
    warm: u64,
    (whole, planned): (&Verdict, f64),
    tell: &mut (dyn FnMut(&str, usize, usize) + Send),
) -> Result<Derate, Failure> {
    if whole.holds {
        let delivered_t_per_year = whole.delivered_t_per_year.mean;
        return Ok(Derate { share: 1.0, fails_at: None, delivered_t_per_year });
    }
    let mut at = |percent: u32| -> Result<Option<f64>, Failure> {
        let share = f64::from(percent) / 100.0;
        let t = translate(s, orders, share, true);
        let replications = request.replications.min(DERATE_REPLICATIONS);
        let runs = replicate(&t, request, warm, replications, None, tell)?;
        let verdict = judge(&t, &runs, planned * share);
        Ok(verdict.holds.then_some(verdict.delivered_t_per_year.mean))
    };
    // From above, as little goods may fail too: their lots take more than a year to gather.
    let mut found = Derate { share: 0.0, fails_at: Some(0.01), delivered_t_per_year: 0.0 };
    let steps = (1..20).map(|step| 100 - 5 * step);
    for coarse in steps {
        let Some(delivered) = at(coarse)? else { continue };
        found = Derate {
            share: f64::from(coarse) / 100.0,
            fails_at: None,
            delivered_t_per_year: delivered,
        };
        for fine in coarse + 1..coarse + 5 {
            let Some(delivered) = at(fine)? else { break };
            found.share = f64::from(fine) / 100.0;
            found.delivered_t_per_year = delivered;
        }
        found.fails_at = Some(found.share + 0.01);
        break;
    }
    Ok(found)
}

// ---- tables ----

fn quantiles_h(tally: &Tally, unit_h: f64) -> Quantiles {
    let q = |share| if tally.count > 0 { tally.quantile(share) * unit_h } else { 0.0 };
    Quantiles { mean: tally.mean() * unit_h, p50: q(0.5), p95: q(0.95) }
}

fn demand(s: &Scenario, orders: &Orders, t: &Translated, runs: &Runs) -> Vec<DemandResult> {
    let mut all = Vec::new();
    for (d, row) in s.demand.iter().enumerate() {
        let order = |f: &usize| &orders.flows[t.flows[*f]];
        let flows: Vec<usize> = (0..t.flows.len()).filter(|f| order(f).demand == d).collect();
        if flows.is_empty() {
            continue;
        }
        let planned: f64 = flows.iter().map(|f| order(f).per_year).sum();
        let hours = flows.iter().map(|f| order(f).per_year * t.hours[*f]).sum::<f64>() / planned;
        let mut transit = Tally::default();
        flows.iter().for_each(|f| transit.merge(&runs.flows[*f].transit));
        let transit_h = quantiles_h(&transit, 1.0 / 3600.0);
        let delivered =
            |y: &Year| flows.iter().map(|f| y.flows[*f].delivered_kg as f64 / 1e3).sum();
        all.push(DemandResult {
            demand: row.id.clone(),
            name: row.name.clone(),
            planned_t_per_year: planned,
            delivered_t_per_year: estimate(&runs.years, delivered),
            planned_h: hours,
            late_p95_h: (transit_h.p95 - hours).max(0.0),
            transit_h,
        });
    }
    all
}

fn resources(t: &Translated, runs: &Runs) -> Vec<ResourceResult> {
    let mut all: Vec<ResourceResult> = t.facilities.iter().map(|f| resource(t, runs, f)).collect();
    let weight = |r: &ResourceResult| r.queue;
    all.sort_by(|a, b| weight(b).total_cmp(&weight(a)).then_with(|| a.id.cmp(&b.id)));
    for (i, r) in all.iter_mut().enumerate() {
        if i >= DRAWN || r.queue <= 0.0 {
            r.queue_by_week = None;
        }
    }
    all
}

fn resource(t: &Translated, runs: &Runs, shown: &Shown) -> ResourceResult {
    let r = shown.at.ix();
    let at = &runs.at[r];
    let servers = t.model.resources[r].servers;
    let time = (A_YEAR as f64 * runs.n() * f64::from(servers)).max(1.0);
    let utilisation = at.held as f64 / time;
    let visits = at.waits.count as f64;
    let held_h = if visits > 0.0 { at.held as f64 / visits / HOUR } else { 0.0 };
    let (ca2, cs2) = shown.variation;
    let formula = wait_over_service(utilisation, servers, ca2, cs2) * held_h;
    let held = |week: usize| {
        let units: f64 = runs.years.iter().map(|y| f64::from(y.held[week][r])).sum();
        units / runs.n() / f64::from(servers.max(1))
    };
    ResourceResult {
        id: shown.id.clone(),
        name: shown.name.clone(),
        kind: shown.kind.clone(),
        servers,
        utilisation,
        time: shares(at, time, shown.kind == "pool"),
        visits_per_year: visits / runs.n(),
        wait_h: quantiles_h(&at.waits, 1.0 / HOUR),
        held_h,
        wait_formula_h: formula.is_finite().then_some(formula),
        queue: at.queue as f64 / (A_YEAR as f64 * runs.n()),
        utilisation_by_week: (0..WEEKS as usize).map(held).collect(),
        queue_by_week: Some(band(&runs.years, |y| y.queue.iter().map(|w| w[r]).collect())),
    }
}

/// How the time goes. The user of a pool works whenever it does not wait; other resources work while
/// an operation goes on.
fn shares(at: &ResourceCount, time: f64, is_pool: bool) -> Shares {
    let of = |ticks: u64| ticks as f64 / time;
    let (held, down, closed, changeover) =
        (of(at.held), of(at.down), of(at.closed), of(at.changeover));
    let (blocked, starved) = if is_pool {
        (of(at.kept).min(held), of(at.starved).min(held))
    } else {
        (of(at.held.saturating_sub(at.in_hold)), 0.0)
    };
    let lost = (down + closed + changeover).min(held - blocked - starved).max(0.0);
    let scale = if lost > 0.0 { lost / (down + closed + changeover) } else { 0.0 };
    Shares {
        busy: (held - blocked - starved - lost).max(0.0),
        blocked,
        starved,
        down: down * scale,
        closed: closed * scale,
        changeover: changeover * scale,
        idle: (1.0 - held).max(0.0),
    }
}

fn stocks(s: &Scenario, t: &Translated, runs: &Runs) -> Vec<StockResult> {
    let one = |(i, row): (usize, &usize)| {
        let mean = |of: fn(&(f64, f64, f64)) -> f64| {
            runs.years.iter().map(|y| of(&y.stocks[i])).sum::<f64>() / runs.n()
        };
        StockResult {
            id: s.resources[*row].id.clone(),
            name: s.resources[*row].name.clone(),
            capacity_t: s.resources[*row].stock_t,
            mean_t: mean(|s| s.0),
            share_full: mean(|s| s.1),
            by_week: band(&runs.years, |y| y.stock.iter().map(|w| w[i]).collect()),
        }
    };
    t.stocks.iter().enumerate().map(one).collect()
}

/// A band over replications at each point of a series.
fn band(years: &[Year], of: impl Fn(&Year) -> Vec<f32>) -> Band {
    let series: Vec<Vec<f32>> = years.iter().map(of).collect();
    let mut band = Band::default();
    for i in 0..series.first().map_or(0, Vec::len) {
        let mut values: Vec<f32> = series.iter().map(|s| s[i]).collect();
        values.sort_by(f32::total_cmp);
        let at =
            |share: f64| f64::from(values[((values.len() - 1) as f64 * share).round() as usize]);
        band.p5.push(at(0.05));
        band.p50.push(at(0.5));
        band.p95.push(at(0.95));
    }
    band
}

/// Closures of a week or more, and when the goods they held up were gone.
fn closures(s: &Scenario, t: &Translated, runs: &Runs, planned: f64) -> Vec<Closure> {
    let mean =
        |day: usize| runs.years.iter().map(|y| f64::from(y.days[day].0)).sum::<f64>() / runs.n();
    let delivered = |day: usize| runs.years.iter().map(|y| y.days[day].1).sum::<f64>() / runs.n();
    let mut all = Vec::new();
    for shown in &t.facilities {
        let Some(row) = s.resources.iter().find(|r| r.id == shown.id) else { continue };
        let closed = &s.calendars[row.calendar.ix()].closed;
        for (from, to) in stretches(closed).into_iter().filter(|(a, b)| b - a >= 6 && *a > 0) {
            let (first, last) = (from as usize, (to as usize).min(364));
            // What closes together at a place is one closure.
            let same = |c: &Closure| {
                let other = s.resources.iter().find(|r| r.id == c.resource);
                (c.from_day, c.to_day) == (from + 1, to + 1)
                    && other.is_some_and(|r| r.place == row.place)
            };
            if all.iter().any(same) {
                continue;
            }
            let before = mean(first - 1);
            let after: Vec<f64> = (first..365).map(mean).collect();
            let backlog = after.iter().fold(before, |a, b| a.max(*b)) - before;
            // Within a tenth of what piled up.
            let gone = (last..365).find(|d| mean(*d) <= before + 0.1 * backlog);
            let days = f64::from(to - from + 1);
            all.push(Closure {
                resource: shown.id.clone(),
                name: shown.name.clone(),
                from_day: from + 1,
                to_day: to + 1,
                backlog_t: backlog,
                gone_after_days: gone.map(|d| (d - last) as f64),
                delivered_meanwhile: (delivered(last) - delivered(first - 1))
                    / (planned * days / 365.0).max(1e-9),
            });
        }
    }
    all
}

/// Days in a row, first and last.
fn stretches(days: &[u32]) -> Vec<(u32, u32)> {
    let mut days = days.to_vec();
    days.sort_unstable();
    let mut all: Vec<(u32, u32)> = Vec::new();
    for day in days {
        match all.last_mut() {
            Some((_, last)) if *last + 1 >= day => *last = day,
            _ => all.push((day, day)),
        }
    }
    all
}
