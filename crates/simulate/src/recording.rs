//! The recording of one replication: where every vehicle was, how busy each resource was and how long its
//! queue, day by day. For players on a map; plain data, the file of `simulate --recording`.

mod vehicles;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trimodal_des::clock::{DAY, HOUR, Ticks};
use trimodal_model::Scenario;
use trimodal_model::ids::LinkId;
use trimodal_model::scenario::Mode;

use crate::compile::{CompiledModel, ReportedResource};
use crate::outcome::Simulation;
use crate::replication::{Day, Recorded};

/// Version of the schema; it changes when a field is removed or changes its meaning.
pub const SCHEMA: &str = "trimodal/trace/1";

/// The recording of one replication of a year. Hours count from the start of `start`, days from 0; hours are
/// rounded to 0.01.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Recording {
    /// Schema of this document.
    pub schema: String,
    /// Version of the program.
    pub version: String,
    /// Name of the study.
    pub scenario: String,
    /// Fingerprint of the description before any option was taken.
    pub scenario_digest: String,
    /// The part of the plan that was run: `today`, or the rung.
    pub case: String,
    /// Notices for every reader: watermark, not legal advice.
    pub notices: Vec<String>,
    /// Seed.
    pub seed: u64,
    /// First day of the year.
    pub start: String,
    /// Hours of the year.
    pub hours: u32,
    /// Places, in the order in which the fields below number them from 0.
    pub places: Vec<RecordedPlace>,
    /// Links that were followed, each direction on its own, in the order in which moves number them from 0.
    pub paths: Vec<Path>,
    /// Vehicles. The model knows journeys (out with a load and back), not vehicles: a journey is given to the
    /// vehicle of its class that has stood longest at the place where it starts, or to a new one.
    pub vehicles: Vec<RecordedVehicle>,
    /// Journeys that were left out to keep the recording small, by class; empty where it is complete.
    pub left_out: Vec<LeftOut>,
    /// Resources that were held or waited for.
    pub resources: Vec<RecordedResource>,
    /// Stocks.
    pub stocks: Vec<RecordedStock>,
    /// Tonnes that arrived at the end of their route, by day; demand in vehicles is not counted.
    pub delivered_t: Vec<f64>,
    /// The day on which the most vehicles waited, counted from 0; none where none ever waited.
    pub worst_day: Option<u32>,
    /// Makers of the data.
    pub attribution: Vec<String>,
}

/// A place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RecordedPlace {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
}

/// A link in one direction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Path {
    /// Id of the link.
    pub link: String,
    /// Its name.
    pub name: String,
    /// Mode.
    pub mode: Mode,
    /// Place of departure.
    pub from: u32,
    /// Place of arrival.
    pub to: u32,
    /// Its line as `[lon, lat]`: a straight one, as tables of links have no other. Longitudes do not jump at
    /// 180 degrees: they may pass it.
    #[schemars(with = "Vec<trimodal_model::position::Position>")]
    pub line: Vec<[f64; 2]>,
}

/// A vehicle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RecordedVehicle {
    /// Name of its class.
    pub class: String,
    /// Mode.
    pub mode: Mode,
    /// Its movements in order, none of which overlap: each begins where the one before ended.
    pub moves: Vec<Move>,
}

/// A movement along a path: `[path, departure in hours, arrival in hours, load in tonnes]`. A departure before
/// the year is negative. A vehicle that is under way at the end of the year arrives as planned. Load 0: empty,
/// or of a demand in vehicles.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "(u32, f64, f64, f64)", into = "(u32, f64, f64, f64)")]
#[schemars(with = "(u32, f64, f64, f64)")]
pub struct Move {
    /// The path.
    pub path: u32,
    /// Departure, h.
    pub depart_h: f64,
    /// Arrival, h.
    pub arrive_h: f64,
    /// Tonnes on board.
    pub load_t: f64,
}

impl From<(u32, f64, f64, f64)> for Move {
    fn from((path, depart_h, arrive_h, load_t): (u32, f64, f64, f64)) -> Move {
        Move { path, depart_h, arrive_h, load_t }
    }
}

impl From<Move> for (u32, f64, f64, f64) {
    fn from(m: Move) -> Self {
        (m.path, m.depart_h, m.arrive_h, m.load_t)
    }
}

/// Journeys of a class that were left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LeftOut {
    /// Name of the class.
    pub class: String,
    /// Journeys of the class in the year.
    pub journeys: u32,
    /// Those recorded, evenly spread over the year.
    pub recorded: u32,
}

/// A resource by day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RecordedResource {
    /// Id: of the resource, `R4:2` for a section (with `.1` for parts, `>` and `<` for directions).
    pub id: String,
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: String,
    /// Its place; none for sections and roads.
    pub place: Option<u32>,
    /// Share of each day in which it was held.
    pub busy: Vec<f64>,
    /// Mean number of users waiting on each day.
    pub queue: Vec<f64>,
}

/// A stock by day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RecordedStock {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Its place.
    pub place: u32,
    /// Unit of the level.
    pub unit: String,
    /// Room, t.
    pub capacity_t: f64,
    /// Content at the end of each day.
    pub level: Vec<f64>,
}

/// The recording of a replication from what was kept of it: movements and states, and tonnes under way and
/// delivered until the end of each day.
pub(crate) fn recording(
    s: &Scenario,
    t: &CompiledModel,
    (recorded, days): (&Recorded, &[(f32, f64)]),
    of: &Simulation,
) -> Recording {
    let (vehicles, left_out) = vehicles::vehicles(s, t, &recorded.passages, of.warm_up.years);
    let resources: Vec<RecordedResource> =
        t.facilities.iter().filter_map(|f| resource(s, t, f, &recorded.days)).collect();
    Recording {
        schema: SCHEMA.into(),
        version: env!("CARGO_PKG_VERSION").into(),
        scenario: of.scenario.clone(),
        scenario_digest: of.scenario_digest.clone(),
        case: of.case.clone(),
        notices: of.notices.clone(),
        seed: of.seed,
        start: s.settings.period_start.first_of_year().to_string(),
        hours: (t.year as f64 / HOUR) as u32,
        places: places(s),
        paths: t.paths.iter().flatten().map(|path| a_path(s, *path)).collect(),
        vehicles,
        left_out,
        worst_day: worst_day(&resources),
        resources,
        stocks: stocks(s, t, &recorded.days),
        delivered_t: steps(days.iter().map(|d| d.1)).map(|x| rounded(x, 1000.0)).collect(),
        attribution: Vec::new(),
    }
}

fn places(s: &Scenario) -> Vec<RecordedPlace> {
    let one = |p: &trimodal_model::scenario::Place| RecordedPlace {
        id: p.id.clone(),
        name: p.name.clone(),
        lat: p.lat,
        lon: p.lon,
    };
    s.places.iter().map(one).collect()
}

fn a_path(s: &Scenario, (id, forward): (LinkId, bool)) -> Path {
    let link = &s.links[id.ix()];
    let (from, to) = if forward { (link.from, link.to) } else { (link.to, link.from) };
    let [a, b] = [from, to].map(|p| [s.places[p.ix()].lon, s.places[p.ix()].lat]);
    let east = (b[0] - a[0] + 180.0).rem_euclid(360.0) - 180.0;
    Path {
        link: link.id.clone(),
        name: link.name.clone(),
        mode: link.mode,
        from: from.0,
        to: to.0,
        line: vec![a, [rounded(a[0] + east, 1e6), b[1]]],
    }
}

/// A resource; none if nobody held it or waited for it.
fn resource(
    s: &Scenario,
    t: &CompiledModel,
    shown: &ReportedResource,
    days: &[Day],
) -> Option<RecordedResource> {
    let at = shown.at.ix();
    let servers = f64::from(t.model.resources[at].servers.max(1));
    let series = |of: &dyn Fn(&Day) -> Ticks, per: f64| -> Vec<f64> {
        steps(days.iter().map(|d| of(d) as f64 / (DAY as f64 * per)))
            .map(|x| rounded(x, 1000.0))
            .collect()
    };
    let (busy, queue) = (series(&|d| d.held[at], servers), series(&|d| d.queue[at], 1.0));
    let used = busy.iter().chain(&queue).any(|x| *x > 0.0);
    let row = s.resources.iter().find(|r| r.id == shown.id);
    used.then(|| RecordedResource {
        id: shown.id.clone(),
        name: shown.name.clone(),
        kind: shown.kind.clone(),
        place: row.map(|r| r.place.0),
        busy,
        queue,
    })
}

fn stocks(s: &Scenario, t: &CompiledModel, days: &[Day]) -> Vec<RecordedStock> {
    let one = |(at, row): (usize, &usize)| {
        let stock = &s.resources[*row];
        RecordedStock {
            id: stock.id.clone(),
            name: stock.name.clone(),
            place: stock.place.0,
            unit: "t".into(),
            capacity_t: stock.stock_t,
            level: days.iter().map(|d| rounded(d.stock[at] as f64 / 1e3, 10.0)).collect(),
        }
    };
    t.stocks.iter().enumerate().map(one).collect()
}

fn worst_day(resources: &[RecordedResource]) -> Option<u32> {
    let days = resources.first().map_or(0, |r| r.queue.len());
    let waiting = |day: &usize| resources.iter().map(|r| r.queue[*day]).sum::<f64>();
    let worst = (0..days).rev().max_by(|a, b| waiting(a).total_cmp(&waiting(b)))?;
    (waiting(&worst) > 0.0).then_some(worst as u32)
}

/// The differences of sums.
fn steps(sums: impl Iterator<Item = f64>) -> impl Iterator<Item = f64> {
    sums.scan(0.0, |before, now| Some(now - std::mem::replace(before, now)))
}

fn rounded(x: f64, per_one: f64) -> f64 {
    let rounded = (x * per_one).round() / per_one;
    // No minus zero.
    rounded + 0.0
}
