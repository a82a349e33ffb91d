//! The outcome of a simulation: plain data, the schema of `simulate --json`.
//!
//! Every number carries its unit in its name. Tonnes are per period (a year). Shares are of the
//! time of all servers in the measured period and of all replications; they add up to 1.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Version of the schema; it changes when a field is removed or changes its meaning.
pub const SCHEMA: &str = "trimodal/simulate/2";

/// The answer of `simulate`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Simulation {
    /// Schema of this document.
    pub schema: String,
    /// Name of the study.
    pub scenario: String,
    /// Fingerprint of the description before any option was taken.
    pub scenario_digest: String,
    /// The part of the plan that was run: `today`, or the rung.
    pub case: String,
    /// Multiple of today's capacity.
    pub multiple: f64,
    /// Whether the plan was explicitly made without law. Every output is watermarked.
    pub counterfactual_no_law: bool,
    /// Notices for every reader: watermark, not legal advice.
    pub notices: Vec<String>,
    /// Warnings about the description.
    pub warnings: Vec<String>,
    /// The answer.
    pub verdict: Verdict,
    /// The largest share of the planned rate that holds; set when it was asked for.
    pub derate: Option<Derate>,
    /// Each demand.
    pub demand: Vec<DemandResult>,
    /// Each resource that was used, those with the longest waits first.
    pub resources: Vec<ResourceResult>,
    /// Each stock.
    pub stocks: Vec<StockResult>,
    /// Long closures, and when their backlog was cleared.
    pub closures: Vec<Closure>,
    /// An excerpt of the first replication, for the pictures.
    pub piece: Piece,
    /// Tonnes under way by week of the period.
    pub under_way_t: Band,
    /// Replications done.
    pub replications: u32,
    /// The measurements of each replication; left out where only text is asked for.
    pub replicates: Vec<Replicate>,
    /// The comparison with another plan, with common random numbers; set when it was asked for.
    pub against: Option<Against>,
    /// The reason why fewer replications were done than asked for, or a precision was missed.
    pub stopped: Option<String>,
    /// The precision asked for.
    pub precision: Option<Precision>,
    /// Days of warm-up, which are not measured: whole years.
    pub warm_up_days: f64,
    /// Whether the warm-up was long enough.
    pub warm_up: WarmUp,
    /// Events handled in all replications, warm-up included.
    pub events: u64,
    /// Seed.
    pub seed: u64,
    /// Hash of every event of every replication.
    pub trace_hash: String,
}

/// Share of the volume sent that must arrive.
pub const REACHED: f64 = 0.98;

/// The answer on a plan, or on a demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The demand arrives, and nothing grows.
    Holds,
    /// It does not, with statistical certainty.
    Fails,
    /// The result may be due to chance: more replications are needed.
    Undecided,
}

/// Whether the plan holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Verdict {
    /// `holds` if of every demand at least 98 % of the volume sent arrives, year on year, and no queue, lot
    /// buffer or stock grows.
    pub answer: Answer,
    /// Whether the answer is `holds`.
    pub holds: bool,
    /// Unit of the totals: `t`, or the unit that all demands share.
    pub unit: String,
    /// Volume of the plan.
    pub planned_per_year: f64,
    /// Volume sent.
    pub generated_per_year: Estimate,
    /// Volume that arrived.
    pub delivered_per_year: Estimate,
    /// Arrived over sent, year on year.
    pub share_delivered: Estimate,
    /// Share of replications in which at least 98 % of the plan arrived.
    pub probability_reached: f64,
    /// Its interval (E. B. Wilson 1927).
    pub probability_ci95: Interval,
    /// Queues, lot buffers and stocks that grow from year to year.
    pub growing: Vec<Growing>,
    /// Lots that take more than a year to gather, and demand that is permitted and not carried.
    pub never: Vec<String>,
    /// The cycle of resources whose holders wait for each other, in a deadlock.
    pub circle: Vec<String>,
    /// If undecided: the approximate number of replications that would decide; none: more than can be asked for.
    pub replications_to_decide: Option<u32>,
    /// Why the plan holds or does not hold, in a sentence.
    pub reason: String,
}

/// The 95 % interval of a mean (Student's t): low and high. None after a single replication.
pub type Interval = Option<[f64; 2]>;

/// Whether the measured year begins in the same state as it ends.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct WarmUp {
    /// Whole years before the measured one.
    pub years: u32,
    /// Years over which growth is judged: the last of the warm-up and the measured one.
    pub judged_years: u32,
    /// Whether the year-ends agree.
    pub agrees: bool,
    /// Reasons why the warm-up may be too short: year-ends that do not agree, queues that settle later.
    pub told: Vec<String>,
}

/// A precision that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Precision {
    /// Half width of the 95 % interval over the mean of the volume delivered.
    pub asked: f64,
    /// The precision reached; none after a single replication.
    pub reached: Option<f64>,
    /// Whether it was met.
    pub met: bool,
}

/// The measurements of one replication.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Replicate {
    /// Its number, from 0: with the seed, the key of its random streams.
    pub replication: u32,
    /// Volume sent of each demand, in its unit.
    pub generated: BTreeMap<String, f64>,
    /// Volume of each demand that arrived.
    pub delivered: BTreeMap<String, f64>,
    /// Mean hours from start to end of the goods of each demand that arrived.
    pub transit_mean_h: BTreeMap<String, f64>,
    /// Mean wait at each resource.
    pub wait_mean_h: BTreeMap<String, f64>,
    /// Mean number waiting at each resource.
    pub queue: BTreeMap<String, f64>,
    /// Share of the time in which each resource is held.
    pub utilisation: BTreeMap<String, f64>,
    /// Mean content of each stock, t.
    pub stock_mean_t: BTreeMap<String, f64>,
    /// Events handled, warm-up included.
    pub events: u64,
}

/// Two plans, or two descriptions, compared with common random numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Against {
    /// The case of the other outcome.
    pub other: String,
    /// Its answer.
    pub answer: Answer,
    /// The differences.
    pub differences: Vec<Difference>,
}

/// A figure here and there. Differences are taken replication by replication, so that the random numbers in
/// common cancel out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Difference {
    /// `delivered`, `transit` (mean hours from start to end) or `wait` (mean hours).
    pub figure: String,
    /// Id of the demand or resource.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Unit.
    pub unit: String,
    /// Here.
    pub here: f64,
    /// There.
    pub there: f64,
    /// There less here, with its interval.
    pub difference: Estimate,
}

/// A mean with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Estimate {
    /// Mean over replications.
    pub mean: f64,
    /// Lower end of the 95 % interval of the mean (Student's t); none after a single replication.
    pub ci95_low: Option<f64>,
    /// Upper end of the interval.
    pub ci95_high: Option<f64>,
}

/// A queue or stock with a trend.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Growing {
    /// Id of the resource or stock.
    pub id: String,
    /// Name.
    pub name: String,
    /// `vehicles` or `t`.
    pub unit: String,
    /// Growth from the end of one year to the end of the next.
    pub growth_per_year: f64,
    /// Its interval.
    pub growth_ci95: Interval,
    /// The same as a share of what passed in the year.
    pub share_of_passing: f64,
}

/// The largest share of the planned rate that holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Derate {
    /// The largest share tried, in whole per cent, of which on average enough arrives and with which nothing
    /// grows.
    pub share: f64,
    /// Its 95 % interval: beyond the limit the additional volume does not arrive, so that the interval of the
    /// losses is that of the share.
    pub share_ci95: Interval,
    /// The smallest share tried that does not hold; none where the whole plan holds.
    pub fails_at: Option<f64>,
    /// Volume that arrives at that share, in the unit of the verdict.
    pub delivered_per_year: f64,
    /// Replications of each share tried.
    pub replications: u32,
}

/// A demand and its deliveries.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DemandResult {
    /// Id of the demand.
    pub demand: String,
    /// Its name.
    pub name: String,
    /// Its unit: `t`, `vehicles`, or the name that the table gives it.
    pub unit: String,
    /// Volume of the plan.
    pub planned_per_year: f64,
    /// Volume sent.
    pub generated_per_year: Estimate,
    /// Volume that arrived.
    pub delivered_per_year: Estimate,
    /// Arrived over sent, year on year.
    pub share_delivered: Estimate,
    /// The answer on it.
    pub answer: Answer,
    /// Hours without any queue or closure: moving, work, gathering of lots.
    pub planned_h: f64,
    /// Hours from start to end.
    pub transit_h: Quantiles,
    /// 95th percentile of the hours beyond `planned_h`.
    pub late_p95_h: f64,
}

/// Mean and quantiles.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Quantiles {
    /// Mean.
    pub mean: f64,
    /// Median.
    pub p50: f64,
    /// 95th percentile.
    pub p95: f64,
    /// Interval of the mean.
    pub mean_ci95: Interval,
    /// Interval of the median of a replication.
    pub p50_ci95: Interval,
    /// Interval of the 95th percentile of a replication.
    pub p95_ci95: Interval,
}

/// A resource and the use of its time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ResourceResult {
    /// Id: of the resource, `R4:2` for a section (with `.1` for parts, `>` and `<` for directions).
    pub id: String,
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: String,
    /// Servers.
    pub servers: u32,
    /// Share of the time in which it is held.
    pub utilisation: f64,
    /// Its interval.
    pub utilisation_ci95: Interval,
    /// Shares of its time.
    pub time: Shares,
    /// The intervals of these shares.
    pub time_ci95: ShareIntervals,
    /// Users.
    pub visits_per_year: f64,
    /// Their interval.
    pub visits_ci95: Interval,
    /// Wait of a user.
    pub wait_h: Quantiles,
    /// Hours held by a user.
    pub held_h: f64,
    /// Their interval.
    pub held_ci95: Interval,
    /// Wait by the waiting formula of the plan at the measured utilisation; none at or above full utilisation.
    pub wait_formula_h: Option<f64>,
    /// Mean number of users waiting.
    pub queue: f64,
    /// Its interval.
    pub queue_ci95: Interval,
    /// Utilisation by week of the period.
    pub utilisation_by_week: Vec<f64>,
    /// Users waiting by week, for those with the longest queues.
    pub queue_by_week: Option<Band>,
}

/// Shares of the time of a resource; they add up to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Shares {
    /// Works.
    pub busy: f64,
    /// Held by a user that waits for something else.
    pub blocked: f64,
    /// Held by a user that waits for goods.
    pub starved: f64,
    /// Being repaired.
    pub down: f64,
    /// Held out of hours, or slowed by the season.
    pub closed: f64,
    /// Being changed from one class to another.
    pub changeover: f64,
    /// Free.
    pub idle: f64,
}

/// Intervals of the shares of the time of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ShareIntervals {
    /// Works.
    pub busy: Interval,
    /// Held by a user that waits for something else.
    pub blocked: Interval,
    /// Held by a user that waits for goods.
    pub starved: Interval,
    /// Being repaired.
    pub down: Interval,
    /// Held out of hours, or slowed by the season.
    pub closed: Interval,
    /// Being changed from one class to another.
    pub changeover: Interval,
    /// Free.
    pub idle: Interval,
}

/// A stock.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StockResult {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Room.
    pub capacity_t: f64,
    /// Mean content.
    pub mean_t: f64,
    /// Its interval.
    pub mean_ci95: Interval,
    /// Share of the time in which a vehicle waits for room.
    pub share_full: f64,
    /// Its interval.
    pub share_full_ci95: Interval,
    /// Content by week.
    pub by_week: Band,
}

/// A value by week: a band over replications.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Band {
    /// 5th percentile.
    pub p5: Vec<f64>,
    /// Median.
    pub p50: Vec<f64>,
    /// 95th percentile.
    pub p95: Vec<f64>,
}

/// A long closure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Closure {
    /// Id of the resource that is closed.
    pub resource: String,
    /// Its name.
    pub name: String,
    /// First closed day of the period, from 1.
    pub from_day: u32,
    /// Last closed day.
    pub to_day: u32,
    /// The most tonnes under way beyond the previous level.
    pub backlog_t: f64,
    /// Its interval.
    pub backlog_ci95: Interval,
    /// Days from the end of the closure until the previous level is reached again; none: not in the period.
    pub gone_after_days: Option<f64>,
    /// Interval of the days, of the replications in which it is reached.
    pub gone_after_ci95: Interval,
    /// Tonnes that arrived during the closure, over the tonnes that arrive at the plan's rate.
    pub delivered_meanwhile: f64,
    /// Its interval.
    pub delivered_meanwhile_ci95: Interval,
}

/// An excerpt of the first replication.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Piece {
    /// Its first hour, from the start of the period.
    pub from_h: f64,
    /// Hours of the time-space diagram.
    pub trains_h: f64,
    /// Hours of the bars.
    pub bars_h: f64,
    /// Places along the line of the time-space diagram, with their km.
    pub places: Vec<(String, f64)>,
    /// Trains on it: hour and km, in order.
    pub trains: Vec<Vec<(f64, f64)>>,
    /// Uses of berths, pads, halls and lines.
    pub bars: Vec<Bar>,
}

/// A use of a resource.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Bar {
    /// Id of the resource.
    pub resource: String,
    /// From, hours from the start of the period.
    pub from_h: f64,
    /// To.
    pub to_h: f64,
    /// Name of the class of vehicle.
    pub vehicle: Option<String>,
}
