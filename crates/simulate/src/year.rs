//! One replication of a year: warm up, measure, sample week by week.

use crate::clock::DAY;
use crate::run::{Ended, Run, Trace};
use crate::statistics::{FlowCount, ResourceCount};
use crate::translate::Translated;
use crate::working::A_YEAR;

/// Weeks sampled.
pub const WEEKS: u64 = 52;
/// The last weeks of the year are set beside the same days a year before.
const LAST: usize = 4;
/// Days between the last sample and the end of the year.
const REST: u64 = 365 - WEEKS * 7;

/// What one replication measured.
pub struct Year {
    /// At each resource.
    pub at: Vec<ResourceCount>,
    /// Of each flow.
    pub flows: Vec<FlowCount>,
    /// Tonnes that arrived.
    pub delivered_t: f64,
    /// For each week and resource, mean units held.
    pub held: Vec<Vec<f32>>,
    /// For each week and resource, mean users waiting.
    pub queue: Vec<Vec<f32>>,
    /// For each week and stock, tonnes in it at the end.
    pub stock: Vec<Vec<f32>>,
    /// Growth over the year of each queue, of each stock in tonnes, and of all tonnes under way.
    pub growth: Growth,
    /// Tonnes under way at the end of each day, and tonnes delivered until then.
    pub days: Vec<(f32, f64)>,
    /// Mean tonnes in each stock, share of time with somebody waiting for room, tonnes put in.
    pub stocks: Vec<(f64, f64, f64)>,
    /// Events handled.
    pub events: u64,
    /// Hash of all of them.
    pub hash: u64,
    /// What must hold and does not.
    pub faults: Vec<String>,
    /// Who took what, if asked for, from the start of the measured year.
    pub trace: Vec<Trace>,
    /// Whether it was given up with too many vehicles in it.
    pub crowded: bool,
}

/// How much more there is than a year before.
#[derive(Default)]
pub struct Growth {
    /// Users waiting for each resource.
    pub queue: Vec<f64>,
    /// Tonnes in each stock.
    pub stock: Vec<f64>,
    /// Tonnes under way.
    pub under_way: f64,
}

/// Samples of one week.
struct Sample {
    held: Vec<f32>,
    queue: Vec<f32>,
    stock: Vec<f32>,
    under_way: f64,
}

/// Runs a year that begins with 1 January, after so many days of warming up.
pub fn year(
    t: &Translated,
    seed: u64,
    replication: u64,
    warm: u64,
    traced: bool,
) -> Result<Year, String> {
    let start = A_YEAR;
    let mut run = Run::starting(&t.model, seed, replication, start - warm * DAY)?;
    let mut crowded = false;
    let mut until = |run: &mut Run, day: u64| crowded |= run.until(day) == Ended::Crowded;
    let before_from = start - (LAST as u64 * 7 + REST) * DAY;
    until(&mut run, before_from);
    let mut before = Vec::new();
    for week in 1..=LAST as u64 {
        before.push(a_week(&mut run, before_from + week * 7 * DAY, &mut until));
    }
    until(&mut run, start);
    run.settle();
    run.clear();
    if traced {
        run.trace();
    }
    let (mut weeks, mut days) = (Vec::new(), Vec::new());
    for week in 0..WEEKS {
        for day in 1..7 {
            until(&mut run, start + (week * 7 + day) * DAY);
            days.push(a_day(&run));
        }
        weeks.push(a_week_so_far(&mut run, start + (week + 1) * 7 * DAY, &mut until, weeks.last()));
        days.push(a_day(&run));
    }
    until(&mut run, start + A_YEAR);
    days.push(a_day(&run));
    run.settle();
    let stocks = (0..t.model.stocks.len())
        .map(|s| (run.mean_stock_kg(s) / 1e3, run.share_full(s), run.through_kg(s) as f64 / 1e3));
    let stocks = stocks.collect();
    let samples: Vec<Sample> = weeks.into_iter().map(|(sample, ..)| sample).collect();
    let growth = growth(&before, &samples[samples.len() - LAST..]);
    let delivered_t = days.last().map_or(0.0, |d| d.1);
    let mut out = Year {
        delivered_t,
        held: Vec::new(),
        queue: Vec::new(),
        stock: Vec::new(),
        growth,
        days,
        stocks,
        events: run.handled,
        hash: run.hash,
        faults: run.faults(),
        trace: run.traced(),
        crowded,
        at: std::mem::take(&mut run.at),
        flows: std::mem::take(&mut run.flows),
    };
    for s in samples {
        out.held.push(s.held);
        out.queue.push(s.queue);
        out.stock.push(s.stock);
    }
    Ok(out)
}

fn a_day(run: &Run) -> (f32, f64) {
    let delivered: u64 = run.flows.iter().map(|f| f.delivered_kg).sum();
    (under_way_t(run) as f32, delivered as f64 / 1e3)
}

fn under_way_t(run: &Run) -> f64 {
    run.under_way_kg().iter().sum::<u64>() as f64 / 1e3
}

/// Areas of all resources at the end of a week: held and queue.
type Areas = Vec<(u64, u64)>;

fn a_week(run: &mut Run, end: u64, until: &mut impl FnMut(&mut Run, u64)) -> Sample {
    run.settle();
    let areas = areas(run);
    until(run, end);
    sample(run, &areas).0
}

fn a_week_so_far(
    run: &mut Run,
    end: u64,
    until: &mut impl FnMut(&mut Run, u64),
    last: Option<&(Sample, Areas)>,
) -> (Sample, Areas) {
    until(run, end);
    let none = Vec::new();
    sample(run, last.map_or(&none, |(_, areas)| areas))
}

fn areas(run: &Run) -> Areas {
    run.at.iter().map(|a| (a.held, a.queue)).collect()
}

fn sample(run: &mut Run, last: &Areas) -> (Sample, Areas) {
    run.settle();
    let now = areas(run);
    let mean = |of: fn(&(u64, u64)) -> u64| -> Vec<f32> {
        let before = |r: usize| last.get(r).map_or(0, of);
        now.iter().enumerate().map(|(r, a)| (of(a) - before(r)) as f32 / (7 * DAY) as f32).collect()
    };
    let (held, queue) = (mean(|a| a.0), mean(|a| a.1));
    let stocks = run.stocks();
    let stock = (0..stocks).map(|s| (run.stock_kg(s) as f64 / 1e3) as f32).collect();
    let under_way = under_way_t(run);
    (Sample { held, queue, stock, under_way }, now)
}

fn growth(before: &[Sample], after: &[Sample]) -> Growth {
    let mean = |weeks: &[Sample], of: &dyn Fn(&Sample) -> f64| {
        weeks.iter().map(of).sum::<f64>() / weeks.len() as f64
    };
    let more = |of: &dyn Fn(&Sample) -> f64| mean(after, of) - mean(before, of);
    Growth {
        queue: (0..before[0].queue.len()).map(|r| more(&|s| f64::from(s.queue[r]))).collect(),
        stock: (0..before[0].stock.len()).map(|r| more(&|s| f64::from(s.stock[r]))).collect(),
        under_way: more(&|s| s.under_way),
    }
}

/// Days of warm-up by MSER-5 (K. P. White, "An effective truncation heuristic for bias reduction in
/// simulation output", Simulation 69, 1997): of the tonnes under way, day by day, means of five
/// days; the truncation with the least standard error of the rest, within the first half.
pub fn mser5(days: &[f64]) -> usize {
    let means: Vec<f64> = days.chunks_exact(5).map(|c| c.iter().sum::<f64>() / 5.0).collect();
    let error = |cut: usize| {
        let rest = &means[cut..];
        let n = rest.len() as f64;
        let mean = rest.iter().sum::<f64>() / n;
        rest.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n * n)
    };
    let best = (0..means.len() / 2).min_by(|a, b| error(*a).total_cmp(&error(*b)));
    best.unwrap_or(0) * 5
}

#[cfg(test)]
mod tests {
    use super::mser5;

    #[test]
    fn truncates_a_start_from_empty() {
        // Rises for 50 days, then level: what comes after the rise is kept.
        let noise = |i: usize| ((i * 7919) % 13) as f64 / 13.0;
        let days: Vec<f64> = (0..365).map(|i| (i.min(50) as f64) + noise(i)).collect();
        assert_eq!(mser5(&days), 50);
        let level: Vec<f64> = (0..365).map(noise).collect();
        assert!(mser5(&level) <= 30);
    }
}
