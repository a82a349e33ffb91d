//! What a simulation says: plain data, the shape of `simulate --json`.
//!
//! Every number carries its unit in its name. Tonnes are per period (a year). Shares are of the
//! time of all servers in the measured period and of all replications; they add up to 1.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Version of the shape; it changes when a field is removed or changes its meaning.
pub const SCHEMA: &str = "trimodal/simulate/2";

/// The answer of `simulate`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Simulation {
    /// Shape of this document.
    pub schema: String,
    /// Name of the study.
    pub scenario: String,
    /// Fingerprint of the description before any option was taken.
    pub scenario_digest: String,
    /// What of the plan was run: `today`, or the rung.
    pub case: String,
    /// Multiple of today's capacity.
    pub multiple: f64,
    /// A run without law, planned so by name. Every output is watermarked.
    pub counterfactual_no_law: bool,
    /// What every reader must be told: watermark, not legal advice.
    pub notices: Vec<String>,
    /// What is odd about the description.
    pub warnings: Vec<String>,
    /// The answer.
    pub verdict: Verdict,
    /// The largest share of the planned rate that holds; set when it was asked for.
    pub derate: Option<Derate>,
    /// Each demand.
    pub demand: Vec<DemandResult>,
    /// Each finite thing that was used, those with the longest waits first.
    pub resources: Vec<ResourceResult>,
    /// Each stock.
    pub stocks: Vec<StockResult>,
    /// Long closures, and when their backlog was gone.
    pub closures: Vec<Closure>,
    /// A piece of the first replication, for the pictures.
    pub piece: Piece,
    /// Tonnes under way by week of the period.
    pub under_way_t: Band,
    /// Replications done.
    pub replications: u32,
    /// What each replication measured; left out where only text is asked for.
    pub replicates: Vec<Replicate>,
    /// The same plan set beside another one, with the same luck; set when it was asked for.
    pub against: Option<Against>,
    /// ResourceBundle when fewer replications were done than asked for, or a precision was missed: why.
    pub stopped: Option<String>,
    /// The precision asked for.
    pub precision: Option<Precision>,
    /// Days left out at the start: whole years.
    pub warm_up_days: f64,
    /// Whether they were enough.
    pub warm_up: WarmUp,
    /// Events handled in all replications, warm-up included.
    pub events: u64,
    /// Seed.
    pub seed: u64,
    /// Hash of every event of every replication.
    pub trace_hash: String,
}

/// What can be said of a plan, or of a demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It arrives, and nothing grows.
    Holds,
    /// It does not, beyond doubt.
    Fails,
    /// What was seen may be luck: more replications are needed.
    Undecided,
}

/// Whether the plan holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Verdict {
    /// Holds: of every demand at least 98 % of what is sent arrives, year on year, and no queue, pile or
    /// stock grows.
    pub answer: Answer,
    /// Whether the answer is `holds`.
    pub holds: bool,
    /// What totals are counted in: `t`, or the unit that all demands share.
    pub unit: String,
    /// What the plan says.
    pub planned_per_year: f64,
    /// What was sent.
    pub generated_per_year: Estimate,
    /// What arrived.
    pub delivered_per_year: Estimate,
    /// Arrived over sent, year on year.
    pub share_delivered: Estimate,
    /// Share of replications in which at least 98 % of the plan arrived.
    pub probability_reached: f64,
    /// Its interval (E. B. Wilson 1927).
    pub probability_ci95: Interval,
    /// Queues, piles and stocks that grow from year to year.
    pub growing: Vec<Growing>,
    /// Lots that take more than a year to gather, and demand that is permitted and not carried.
    pub never: Vec<String>,
    /// Who waits for whom, where nothing moves any more.
    pub circle: Vec<String>,
    /// Undecided: the replications that would decide, about; none: more than can be asked for.
    pub replications_to_decide: Option<u32>,
    /// Why it does not hold, or why it holds, in a sentence.
    pub reason: String,
}

/// The 95 % interval of a mean (Student's t): low and high. None after a single replication.
pub type Interval = Option<[f64; 2]>;

/// Whether the measured year begins as it ends.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct WarmUp {
    /// Whole years before the measured one.
    pub years: u32,
    /// Years over which growth is judged: the last of the warm-up and the measured one.
    pub judged_years: u32,
    /// Whether the year-ends agree.
    pub agrees: bool,
    /// What does not agree, or would need longer.
    pub told: Vec<String>,
}

/// A precision that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Precision {
    /// Half the 95 % interval over the mean of what is delivered.
    pub asked: f64,
    /// What was reached; none after a single replication.
    pub reached: Option<f64>,
    /// Whether it is enough.
    pub met: bool,
}

/// What one replication measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Replicate {
    /// Its number, from 0: with the seed, the key of its random streams.
    pub replication: u32,
    /// What was sent of each demand, in its unit.
    pub generated: BTreeMap<String, f64>,
    /// What arrived of each demand.
    pub delivered: BTreeMap<String, f64>,
    /// Mean hours from start to end of what arrived of each demand.
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

/// Two plans, or two descriptions, with the same luck.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Against {
    /// What the other one is.
    pub other: String,
    /// What can be said of it.
    pub answer: Answer,
    /// What differs.
    pub differences: Vec<Difference>,
}

/// A figure here and there. Differences are taken replication by replication: what luck they share goes out.
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
    /// Its upper end.
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
    /// How much more there is at the end of the year than a year before.
    pub growth_per_year: f64,
    /// Its interval.
    pub growth_ci95: Interval,
    /// The same as a share of what passed in the year.
    pub share_of_passing: f64,
}

/// The largest share of the planned rate that holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Derate {
    /// The largest share tried, in whole per cent, of which enough arrives and with which nothing grows, on
    /// the mean.
    pub share: f64,
    /// Where it lies, at 95 %: beyond the limit whatever more is sent does not arrive, so that the interval
    /// of what is lost is that of the share.
    pub share_ci95: Interval,
    /// The smallest share tried that does not hold; none where the whole plan holds.
    pub fails_at: Option<f64>,
    /// What arrives at that share, in the unit of the verdict.
    pub delivered_per_year: f64,
    /// Replications of each share tried.
    pub replications: u32,
}

/// A demand and what arrived of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DemandResult {
    /// Id of the demand.
    pub demand: String,
    /// Its name.
    pub name: String,
    /// Its unit: `t`, `vehicles`, or the name that the table gives it.
    pub unit: String,
    /// What the plan says.
    pub planned_per_year: f64,
    /// What was sent.
    pub generated_per_year: Estimate,
    /// What arrived.
    pub delivered_per_year: Estimate,
    /// Arrived over sent, year on year.
    pub share_delivered: Estimate,
    /// What can be said of it.
    pub answer: Answer,
    /// Hours without any queue or closure: moving, work, gathering of lots.
    pub planned_h: f64,
    /// Hours from start to end.
    pub transit_h: Quantiles,
    /// Hours beyond `planned_h`, nineteen of twenty.
    pub late_p95_h: f64,
}

/// Mean and quantiles.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Quantiles {
    /// Mean.
    pub mean: f64,
    /// Half are below.
    pub p50: f64,
    /// Nineteen of twenty are below.
    pub p95: f64,
    /// Interval of the mean.
    pub mean_ci95: Interval,
    /// Interval of the median of a replication.
    pub p50_ci95: Interval,
    /// Interval of the 95th per cent of a replication.
    pub p95_ci95: Interval,
}

/// A finite thing and how its time went.
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
    /// How the time goes.
    pub time: Shares,
    /// The intervals of that.
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
    /// The waiting formula of the plan at the measured utilisation; none at or above full.
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

/// How the time of a resource goes; adds up to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Shares {
    /// Works.
    pub busy: f64,
    /// Held by a user who waits for something else.
    pub blocked: f64,
    /// Held by a user who waits for goods.
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

/// Intervals of how the time of a resource goes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ShareIntervals {
    /// Works.
    pub busy: Interval,
    /// Held by a user who waits for something else.
    pub blocked: Interval,
    /// Held by a user who waits for goods.
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
    /// Share of the time in which somebody waits for room.
    pub share_full: f64,
    /// Its interval.
    pub share_full_ci95: Interval,
    /// Content by week.
    pub by_week: Band,
}

/// A value by week: a band over replications.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Band {
    /// One in twenty is below.
    pub p5: Vec<f64>,
    /// Half are below.
    pub p50: Vec<f64>,
    /// Nineteen of twenty are below.
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
    /// The most tonnes under way beyond the level before.
    pub backlog_t: f64,
    /// Its interval.
    pub backlog_ci95: Interval,
    /// Days after the end of the closure until the level before is reached again; none: not in the period.
    pub gone_after_days: Option<f64>,
    /// Interval of the days, of the replications in which it is reached.
    pub gone_after_ci95: Interval,
    /// Tonnes that arrived during the closure, over what would have arrived at the plan's rate.
    pub delivered_meanwhile: f64,
    /// Its interval.
    pub delivered_meanwhile_ci95: Interval,
}

/// A piece of the first replication.
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
    /// Operation class, where classes are told apart.
    pub vehicle: Option<String>,
}
