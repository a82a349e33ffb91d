//! One replication of a year: warm up, measure, sample week by week.

use crate::compile::CompiledModel;
use trimodal_des::clock::{DAY, HOUR};
use trimodal_des::run::{Ended, Passage, Run, Stop, Trace};
use trimodal_des::statistics::{FlowCount, ResourceCount};

/// Weeks sampled.
pub const WEEKS: u64 = 52;
/// Number of last weeks of the year that are compared with the same days of earlier years: enough for
/// gathering lots and for arrivals and departures of ships to even out, and for a run that began empty to
/// fill up.
const LAST: usize = 26;

/// The measurements of one replication.
pub struct Replication {
    /// At each resource.
    pub at: Vec<ResourceCount>,
    /// Of each flow.
    pub flows: Vec<FlowCount>,
    /// Tonnes that arrived.
    pub delivered_t: f64,
    /// Of each flow, kg sent in the years judged.
    pub judged: Vec<u64>,
    /// For each week and resource, mean units held.
    pub held: Vec<Vec<f32>>,
    /// For each week and resource, mean users waiting.
    pub queue: Vec<Vec<f32>>,
    /// For each week and stock, tonnes in it at the end.
    pub stock: Vec<Vec<f32>>,
    /// Growth from year to year of each queue, of each buffer, and of the goods under way.
    pub growth: Growth,
    /// Tonnes under way at the end of each day, and tonnes delivered until then.
    pub days: Vec<(f32, f64)>,
    /// Mean tonnes in each stock, share of time with a vehicle waiting for room, tonnes put in.
    pub stocks: Vec<(f64, f64, f64)>,
    /// Events handled.
    pub events: u64,
    /// Hash of all of them.
    pub hash: u64,
    /// Invariants that do not hold.
    pub faults: Vec<String>,
    /// Bundles taken and released, if asked for, from the start of the measured year.
    pub trace: Vec<Trace>,
    /// What a recording is made from, if asked for.
    pub recorded: Option<Recorded>,
    /// Whether it was abandoned with too many vehicles in it.
    pub crowded: bool,
}

/// What a recording of the measured year is made from.
#[derive(Default)]
pub struct Recorded {
    /// Movements that ended in it or have not ended.
    pub passages: Vec<Passage>,
    /// The state at the end of each day.
    pub days: Vec<Day>,
}

/// The state at the end of a day.
pub struct Day {
    /// For each resource, unit-ticks held since the start of the year.
    pub held: Vec<u64>,
    /// For each resource, ticks waited for it since the start of the year.
    pub queue: Vec<u64>,
    /// Kg in each stock.
    pub stock: Vec<u64>,
}

impl Day {
    fn of(run: &Run) -> Day {
        let resources = 0..run.at.len();
        Day {
            held: resources.clone().map(|r| run.held_area(r)).collect(),
            queue: resources.map(|r| run.queue_area(r)).collect(),
            stock: (0..run.stocks()).map(|s| run.stock_kg(s)).collect(),
        }
    }
}

/// Growth over a year before.
#[derive(Default)]
pub struct Growth {
    /// Users waiting for each resource.
    pub queue: Vec<f64>,
    /// Tonnes of whole lots in each buffer.
    pub buffer: Vec<f64>,
    /// Tonnes under way of each flow, without lots that still gather.
    pub flow: Vec<f64>,
}

/// Samples of one week.
struct Sample {
    held: Vec<f32>,
    queue: Vec<f32>,
    stock: Vec<f32>,
    buffer: Vec<f32>,
    flow: Vec<f32>,
}

/// The year before those over which growth is judged: the first half of the warm-up, and the years of the
/// longest chain, only fill the queues.
fn base_year(t: &CompiledModel, warm_years: u32) -> u32 {
    let chain = (t.longest_h * HOUR / t.year as f64).ceil().min(f64::from(warm_years)) as u32;
    warm_years.div_ceil(2).max(chain).max(1)
}

/// Years over which growth is judged, the measured one included.
pub fn judged_years(t: &CompiledModel, warm_years: u32) -> u32 {
    warm_years + 1 - base_year(t, warm_years)
}

/// Runs a year that begins on 1 January, after `warm_years` whole years of warm-up. None if `stop` ended
/// it.
pub fn replication(
    t: &CompiledModel,
    (seed, replication): (u64, u64),
    warm_years: u32,
    traced: bool,
    stop: Stop,
) -> Result<Option<Replication>, String> {
    let start = u64::from(warm_years) * t.year;
    let mut run = Run::new(&t.model, seed, replication)?;
    run.stop_when(stop);
    let (mut crowded, mut stopped) = (false, false);
    let mut until = |run: &mut Run, day: u64| {
        if stopped || stop() {
            stopped = true;
            return;
        }
        let ended = run.until(day);
        crowded |= ended == Ended::Crowded;
        stopped |= ended == Ended::Stopped;
    };
    let before = last_weeks(t, &mut run, warm_years, &mut until);
    let base = run.from_the_start().to_vec();
    until(&mut run, start);
    run.settle();
    run.clear();
    let mut recorded = (traced && t.paths.is_some()).then(Recorded::default);
    if traced {
        run.trace();
    }
    if recorded.is_some() {
        run.record_passages();
    }
    let (samples, days) = measured(t, &mut run, start, (&mut until, recorded.as_mut()));
    if let Some(recorded) = &mut recorded {
        recorded.passages = run.passages();
    }
    run.settle();
    if stopped {
        return Ok(None);
    }
    let years = f64::from(judged_years(t, warm_years));
    let growth = growth(&before, &samples[samples.len() - LAST..], years);
    let since = run.from_the_start().iter().zip(&base);
    let judged = since.map(|(now, then)| now.0 - then.0).collect();
    let out = counted(t, run, samples, days);
    Ok(Some(Replication { growth, judged, crowded, recorded, ..out }))
}

/// The last weeks of the year at whose end the years judged begin, on the days of the measured year.
fn last_weeks(
    t: &CompiledModel,
    run: &mut Run,
    warm_years: u32,
    until: &mut impl FnMut(&mut Run, u64),
) -> Vec<Sample> {
    let end = u64::from(base_year(t, warm_years)) * t.year;
    let begin = end - t.year + (WEEKS - LAST as u64) * 7 * DAY;
    until(run, begin);
    let weeks = 1..=LAST as u64;
    let weeks = weeks.map(|week| a_week(t, run, begin + week * 7 * DAY, until)).collect();
    until(run, end);
    weeks
}

/// The measured year: its weeks, and its days as [`a_day`] returns them.
fn measured(
    t: &CompiledModel,
    run: &mut Run,
    start: u64,
    (until, mut recorded): (&mut impl FnMut(&mut Run, u64), Option<&mut Recorded>),
) -> (Vec<Sample>, Vec<(f32, f64)>) {
    let (mut weeks, mut days) = (Vec::new(), Vec::new());
    let mut end_of_day = |run: &Run| {
        days.push(a_day(t, run));
        if let Some(recorded) = &mut recorded {
            recorded.days.push(Day::of(run));
        }
    };
    for week in 0..WEEKS {
        for day in 1..7 {
            until(run, start + (week * 7 + day) * DAY);
            end_of_day(run);
        }
        let end = start + (week + 1) * 7 * DAY;
        weeks.push(a_week_so_far(t, run, end, until, weeks.last()));
        end_of_day(run);
    }
    for day in WEEKS * 7 + 1..=t.year / DAY {
        until(run, start + day * DAY);
        end_of_day(run);
    }
    (weeks.into_iter().map(|(sample, ..)| sample).collect(), days)
}

/// The counters of a run in the measured year.
fn counted(
    t: &CompiledModel,
    mut run: Run,
    samples: Vec<Sample>,
    days: Vec<(f32, f64)>,
) -> Replication {
    let stocks = (0..t.model.stocks.len())
        .map(|s| (run.mean_stock_kg(s) / 1e3, run.share_full(s), run.through_kg(s) as f64 / 1e3));
    let mut out = Replication {
        delivered_t: days.last().map_or(0.0, |d| d.1),
        judged: Vec::new(),
        held: Vec::new(),
        queue: Vec::new(),
        stock: Vec::new(),
        growth: Growth::default(),
        days,
        stocks: stocks.collect(),
        events: run.handled,
        hash: run.hash,
        faults: run.faults(),
        trace: run.traced(),
        recorded: None,
        crowded: false,
        at: std::mem::take(&mut run.at),
        flows: std::mem::take(&mut run.flows),
    };
    for s in samples {
        out.held.push(s.held);
        out.queue.push(s.queue);
        out.stock.push(s.stock);
    }
    out
}

fn a_day(t: &CompiledModel, run: &Run) -> (f32, f64) {
    let tonnes = run.flows.iter().zip(&t.in_vehicles).filter(|(_, vehicles)| !**vehicles);
    let delivered: u64 = tonnes.map(|(f, _)| f.delivered_kg).sum();
    (under_way_t(t, run) as f32, delivered as f64 / 1e3)
}

fn under_way_t(t: &CompiledModel, run: &Run) -> f64 {
    let tonnes = run.from_the_start().iter().zip(&t.in_vehicles).filter(|(_, v)| !**v);
    tonnes.map(|((born, arrived), _)| born - arrived).sum::<u64>() as f64 / 1e3
}

/// Areas of all resources at the end of a week: held and queue.
type Areas = Vec<(u64, u64)>;

fn a_week(
    t: &CompiledModel,
    run: &mut Run,
    end: u64,
    until: &mut impl FnMut(&mut Run, u64),
) -> Sample {
    run.settle();
    let areas = areas(run);
    until(run, end);
    sample(t, run, &areas).0
}

fn a_week_so_far(
    t: &CompiledModel,
    run: &mut Run,
    end: u64,
    until: &mut impl FnMut(&mut Run, u64),
    last: Option<&(Sample, Areas)>,
) -> (Sample, Areas) {
    until(run, end);
    let none = Vec::new();
    sample(t, run, last.map_or(&none, |(_, areas)| areas))
}

fn areas(run: &Run) -> Areas {
    run.at.iter().map(|a| (a.held, a.queue)).collect()
}

fn sample(t: &CompiledModel, run: &mut Run, last: &Areas) -> (Sample, Areas) {
    run.settle();
    let now = areas(run);
    let mean = |of: fn(&(u64, u64)) -> u64| -> Vec<f32> {
        let before = |r: usize| last.get(r).map_or(0, of);
        now.iter().enumerate().map(|(r, a)| (of(a) - before(r)) as f32 / (7 * DAY) as f32).collect()
    };
    let (held, queue) = (mean(|a| a.0), mean(|a| a.1));
    let stocks = run.stocks();
    let stock = (0..stocks).map(|s| (run.stock_kg(s) as f64 / 1e3) as f32).collect();
    let buffer =
        (0..t.model.buffers.len()).map(|p| (run.called_kg(p) as f64 / 1e3) as f32).collect();
    let under_way = run.from_the_start().iter().zip(run.gathering_kg());
    let flow = under_way
        .map(|((born, arrived), gathers)| ((born - arrived - gathers) as f64 / 1e3) as f32)
        .collect();
    (Sample { held, queue, stock, buffer, flow }, now)
}

fn growth(before: &[Sample], after: &[Sample], years: f64) -> Growth {
    let mean = |weeks: &[Sample], of: &dyn Fn(&Sample) -> f64| {
        weeks.iter().map(of).sum::<f64>() / weeks.len() as f64
    };
    let more = |of: &dyn Fn(&Sample) -> f64| (mean(after, of) - mean(before, of)) / years;
    let each = |of: fn(&Sample) -> &Vec<f32>| -> Vec<f64> {
        (0..of(&before[0]).len()).map(|i| more(&|s| f64::from(of(s)[i]))).collect()
    };
    Growth { queue: each(|s| &s.queue), buffer: each(|s| &s.buffer), flow: each(|s| &s.flow) }
}
