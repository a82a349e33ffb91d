//! What a simulation says: plain data, the shape of `simulate --json`.
//!
//! Every number carries its unit in its name. Tonnes are per period (a year). Shares are of the
//! time of all servers in the measured period and of all replications; they add up to 1.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Version of the shape; it changes when a field is removed or changes its meaning.
pub const SCHEMA: &str = "trimodal/simulate/1";

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
    /// Set when fewer replications were done than asked for: why.
    pub stopped: Option<String>,
    /// Days left out at the start, by MSER-5 and the longest chain.
    pub warm_up_days: f64,
    /// Events handled in all replications, warm-up included.
    pub events: u64,
    /// Seed.
    pub seed: u64,
    /// Hash of every event of every replication.
    pub trace_hash: String,
}

/// Whether the plan holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Verdict {
    /// At least 98 % delivered and no trend in any queue or stock.
    pub holds: bool,
    /// What the plan says.
    pub planned_t_per_year: f64,
    /// What arrived.
    pub delivered_t_per_year: Estimate,
    /// Mean delivered over planned.
    pub share_delivered: f64,
    /// Share of replications in which at least 98 % of the plan arrived.
    pub probability_reached: f64,
    /// Queues and stocks that grew over the year.
    pub growing: Vec<Growing>,
    /// Who waits for whom, where nothing moves any more.
    pub circle: Vec<String>,
    /// Why it does not hold, or why it holds, in a sentence.
    pub reason: String,
}

/// A mean with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Estimate {
    /// Mean over replications.
    pub mean: f64,
    /// Lower end of the 95 % interval of the mean (Student's t).
    pub ci95_low: f64,
    /// Its upper end.
    pub ci95_high: f64,
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
    /// The same as a share of what passed in the year.
    pub share_of_passing: f64,
}

/// The largest share of the planned rate that holds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Derate {
    /// The largest share tried that holds.
    pub share: f64,
    /// The smallest share tried that does not; none where the whole plan holds.
    pub fails_at: Option<f64>,
    /// Tonnes delivered at that share.
    pub delivered_t_per_year: f64,
}

/// A demand and what arrived of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DemandResult {
    /// Id of the demand.
    pub demand: String,
    /// Its name.
    pub name: String,
    /// What the plan says.
    pub planned_t_per_year: f64,
    /// What arrived.
    pub delivered_t_per_year: Estimate,
    /// Hours without any queue or closure: moving, work, gathering of lots.
    pub planned_h: f64,
    /// Hours from start to end.
    pub transit_h: Quantiles,
    /// Hours beyond `planned_h`, nineteen tonnes of twenty.
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
    /// How the time goes.
    pub time: Shares,
    /// Users.
    pub visits_per_year: f64,
    /// Wait of a user.
    pub wait_h: Quantiles,
    /// Hours held by a user.
    pub held_h: f64,
    /// The waiting formula of the plan at the measured utilisation; none at or above full.
    pub wait_formula_h: Option<f64>,
    /// Mean number of users waiting.
    pub queue: f64,
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
    /// Share of the time in which somebody waits for room.
    pub share_full: f64,
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
    /// Days after the end of the closure until the level before is reached again; none: not in the period.
    pub gone_after_days: Option<f64>,
    /// Tonnes that arrived during the closure, over what would have arrived at the plan's rate.
    pub delivered_meanwhile: f64,
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
