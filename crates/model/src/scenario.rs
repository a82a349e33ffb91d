//! The scenario: one description of network, resources, vehicles, demand, options and law.
//!
//! Plain data. [`crate::read`] makes it from a folder, [`crate::edit`] applies options to it,
//! [`crate::facility`] derives the capacity of its facilities.

use serde::Serialize;

use crate::calendar::Calendar;
use crate::ids::{CalendarId, LinkId, OperationId, PlaceId, ResourceId, VehicleId};
pub use crate::mode::Mode;
pub use crate::option::{Effect, ExpansionOption};
use crate::policy::Policy;
pub use crate::provenance::Provenance;
pub use crate::settings::{Observed, Settings};

/// A named point.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Id in the table.
    pub id: String,
    /// Name for users.
    pub name: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// Main function.
    pub kind: String,
}

/// The signalling that keeps trains apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Block {
    /// One train in a section, by token or semi-automatic block.
    OneTrain,
    /// Trains follow one another at a headway where there are two tracks.
    Auto,
}

/// A stretch of railway between two places where trains can meet.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Length, km.
    pub km: f64,
    /// Equal parts it is divided into: 1, or 1 + the loops that options inserted.
    pub parts: u32,
    /// Tracks.
    pub tracks: u32,
}

/// A line, lane or road between two places.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// Id in the table.
    pub id: String,
    /// Name for users.
    pub name: String,
    /// One end; sections are listed from here.
    pub from: PlaceId,
    /// The other end.
    pub to: PlaceId,
    /// Mode.
    pub mode: Mode,
    /// Length, km.
    pub km: f64,
    /// Gauges that can use it, mm.
    pub gauges_mm: Vec<u32>,
    /// Rail: its sections; empty for the other modes.
    pub sections: Vec<Section>,
    /// Shortest loop, m; infinite where there is no limit.
    pub loop_m: f64,
    /// Longest train for other reasons, m.
    pub max_train_m: f64,
    /// Signalling.
    pub block: Block,
    /// Station time between trains in opposite use of a section, h.
    pub tau_h: f64,
    /// Headway of following trains with automatic block, h.
    pub headway_h: f64,
    /// Road: lanes a direction.
    pub lanes: u32,
    /// Speed of loaded vehicles, km/h.
    pub loaded_kmh: f64,
    /// Speed of empty vehicles, km/h.
    pub empty_kmh: f64,
    /// Share of the time in which it can be used.
    pub availability: f64,
    /// Upper limit on occupancy in practice.
    pub max_occupancy: f64,
    /// Charge, USD a tonne.
    pub usd_per_t: f64,
    /// Whether it exists before any option.
    pub is_open: bool,
    /// A published capacity, for comparison only.
    pub published_t_per_year: Option<f64>,
    /// Source and range (of the speeds).
    pub origin: Provenance,
}

impl Link {
    /// Running time from end to end, h.
    pub fn run_h(&self, loaded: bool) -> f64 {
        self.km / self.kmh(loaded)
    }

    /// Speed, km/h.
    pub fn kmh(&self, loaded: bool) -> f64 {
        if loaded { self.loaded_kmh } else { self.empty_kmh }
    }
}

/// A resource of finite capacity at a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// Id in the table.
    pub id: String,
    /// Name for users.
    pub name: String,
    /// Where it is.
    pub place: PlaceId,
    /// Kind, as in the table's column `kind`.
    pub kind: String,
    /// Number of servers.
    pub servers: u32,
    /// Its calendar.
    pub calendar: CalendarId,
    /// Share of its open hours in which it can work.
    pub availability: f64,
    /// Mean time between failures, h.
    pub mtbf_h: Option<f64>,
    /// Mean time to repair, h.
    pub mttr_h: Option<f64>,
    /// Time to change from one vehicle class to another, h.
    pub changeover_h: f64,
    /// Upper limit on occupancy in practice.
    pub max_occupancy: f64,
    /// Stocks: capacity, t.
    pub stock_t: f64,
    /// Stocks: mean stay, h.
    pub dwell_h: f64,
    /// Berths: longest ship, m.
    pub loa_m: f64,
    /// Berths: deepest ship, m.
    pub draught_m: f64,
    /// A published capacity, for comparison only.
    pub published_t_per_year: Option<f64>,
    /// Source and range (of the availability, or of the stock).
    pub origin: Provenance,
}

impl Resource {
    /// Whether it is measured in tonnes of stock.
    pub fn is_stock(&self) -> bool {
        self.kind == "stock"
    }
}

/// The return of empty vehicles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmptyReturn {
    /// Empty by the route it came.
    SameTrainset,
    /// As many leave a place as come.
    Balance,
    /// Not modelled: hired from the market.
    None,
}

/// A class of train, ship or truck.
#[derive(Debug, Clone, PartialEq)]
pub struct Vehicle {
    /// Id in the table.
    pub id: String,
    /// Name for users.
    pub name: String,
    /// Mode.
    pub mode: Mode,
    /// Rail: gauge of its wheels, mm.
    pub gauge_mm: Option<u32>,
    /// Full load, t. Containers: the smaller of tonnes and TEU.
    pub payload_t: f64,
    /// Length over all, m.
    pub length_m: f64,
    /// Loaded draught, m.
    pub draught_m: f64,
    /// Commodities it can carry.
    pub carries: Vec<String>,
    /// Return when empty.
    pub empties: EmptyReturn,
    /// Squared coefficient of variation of the times between arrivals.
    pub ca2: f64,
    /// Arrival pattern, as in the table.
    pub arrivals: String,
    /// Standard deviation of the lateness, h.
    pub jitter_h: f64,
    /// Pool held for the whole cycle.
    pub pool: Option<ResourceId>,
    /// Whether it may run before any option.
    pub allowed: bool,
    /// Country whose flag it flies; none: not declared.
    pub flag: Option<String>,
    /// Links it may not use, by law: see [`crate::fleets`].
    pub barred: Vec<LinkId>,
    /// Links it may not use empty, by law, with whether it moves from the link's `from`.
    pub barred_empty: Vec<(LinkId, bool)>,
    /// The class of the table, where the law divides it into fleets.
    pub fleet_of: Option<VehicleId>,
    /// Road: passenger-car equivalents.
    pub pce: f64,
    /// USD a vehicle-kilometre.
    pub usd_per_km: f64,
    /// USD a vehicle-hour.
    pub usd_per_h: f64,
    /// Grams CO2e a tonne-kilometre, well to wheel.
    pub g_co2e_per_tkm: f64,
    /// Source and range (of the costs).
    pub origin: Provenance,
}

/// The kind of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperationKind {
    /// Cargo on.
    Load,
    /// Cargo off.
    Unload,
    /// Cargo straight to another vehicle.
    Transload,
    /// Applies to every vehicle that passes, starts or ends here.
    Pass,
}

/// A number of units of a resource, held together with others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold {
    /// The resource.
    pub resource: ResourceId,
    /// Fewest units.
    pub least: u32,
    /// Most units; more of them share the work a tonne.
    pub most: u32,
}

/// An operation of a vehicle at a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// Id in the table.
    pub id: String,
    /// Place.
    pub place: PlaceId,
    /// Kind, in the planner's terms.
    pub does: OperationKind,
    /// Kind, in the table's word.
    pub word: String,
    /// The class.
    pub vehicle: VehicleId,
    /// Whether it applies to loaded vehicles.
    pub loaded: bool,
    /// Whether it applies to empty vehicles.
    pub empty: bool,
    /// Transload: the class that takes the cargo.
    pub to_vehicle: Option<VehicleId>,
    /// Commodities it is for; empty for all.
    pub cargo: Vec<String>,
    /// Resources held together.
    pub holds: Vec<Hold>,
    /// Whether more units of a range join when they come free during the work, for the simulation.
    pub joins_later: bool,
    /// Whether they are held until the vehicle is back.
    pub until_return: bool,
    /// Hours a lot takes whatever its size.
    pub fixed_h: f64,
    /// Hours a tonne takes by one unit.
    pub h_per_t: f64,
    /// Coefficient of variation of the time.
    pub cv: f64,
    /// Tonnes at a time; none: the payload.
    pub lot_t: Option<f64>,
    /// When it may start, for the simulation.
    pub start_when: String,
    /// Stock the cargo comes from.
    pub stock_from: Option<ResourceId>,
    /// Stock the cargo goes to.
    pub stock_to: Option<ResourceId>,
    /// USD a tonne.
    pub usd_per_t: f64,
    /// The operation of the table, where the law divides its class into fleets.
    pub fleet_of: Option<OperationId>,
    /// Source and range (of the times).
    pub origin: Provenance,
}

impl Operation {
    /// Units of the resource that has a range with which a passing operation is done: the fewest; 1 without one.
    pub fn least_units(&self) -> u32 {
        self.holds.iter().find(|h| h.most > h.least).map_or(1, |h| h.least)
    }

    /// The order of operations on a vehicle at one place, whatever the order of the rows: first those that are
    /// done at once, then those held until the return; in each group the authorities, the gate, the locomotive.
    pub fn passing_order(&self) -> (bool, usize, &str) {
        const WORDS: [&str; 4] = ["inspect", "customs", "gate", "change_loco"];
        let word = WORDS.iter().position(|w| *w == self.word).unwrap_or(WORDS.len());
        (self.until_return, word, &self.id)
    }
}

/// Whether and how a demand grows on the ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Multiplied by the ladder.
    Scaled,
    /// Carried as it stands.
    Fixed,
    /// Carried as it stands and not counted.
    Background,
}

/// Goods to be moved.
#[derive(Debug, Clone, PartialEq)]
pub struct Demand {
    /// Id in the table.
    pub id: String,
    /// Name for users.
    pub name: String,
    /// Commodity, as vehicles name it.
    pub commodity: String,
    /// HS prefixes; empty: not declared.
    pub hs: Vec<String>,
    /// Country where the goods originate.
    pub origin_country: String,
    /// Whether the row itself names that country.
    pub origin_is_given: bool,
    /// Start.
    pub from: PlaceId,
    /// End.
    pub to: PlaceId,
    /// A place it must pass.
    pub via: Option<PlaceId>,
    /// Tonnes a year, or vehicle trips a year where `in_vehicles`.
    pub per_year: f64,
    /// Whether the volume is in vehicle trips and carries no tonnes.
    pub in_vehicles: bool,
    /// Name of the unit of the volume, where it is neither tonnes nor vehicles.
    pub unit_name: Option<String>,
    /// Role on the ladder.
    pub role: Role,
    /// 0 goes first.
    pub priority: u32,
    /// Growth a year: low, base, high, as shares (0.05 for 5 %).
    pub growth: [f64; 3],
    /// Busiest month over the mean month.
    pub peak: f64,
    /// Value of time, USD a tonne and hour.
    pub vot_usd_t_h: f64,
    /// Generalised cost of the next best route, USD a tonne.
    pub alternative_usd_t: Option<f64>,
    /// Shipment of which it is a part.
    pub shipment: Option<String>,
    /// Source and range (of the volume).
    pub origin: Provenance,
}

impl Demand {
    /// The unit of the volume: `t`, `vehicles`, or the name that the table gives it.
    pub fn unit(&self) -> String {
        let plain = if self.in_vehicles { "vehicles" } else { "t" };
        self.unit_name.clone().unwrap_or_else(|| plain.into())
    }
}

/// Number of figures of each confidence in the scenario, in the order of
/// [`crate::tables::CONFIDENCE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct ConfidenceCounts(pub [usize; 5]);

impl ConfidenceCounts {
    /// Share of figures that were assumed or recalled.
    pub fn share_not_sourced(&self) -> f64 {
        let all: usize = self.0.iter().sum();
        if all == 0 { 0.0 } else { (self.0[3] + self.0[4]) as f64 / all as f64 }
    }
}

/// One description that every engine reads.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// `scenario.toml`.
    pub settings: Settings,
    /// `places.csv`.
    pub places: Vec<Place>,
    /// `links.csv`.
    pub links: Vec<Link>,
    /// `calendars.csv`.
    pub calendars: Vec<Calendar>,
    /// `resources.csv`.
    pub resources: Vec<Resource>,
    /// `vehicles.csv`.
    pub vehicles: Vec<Vehicle>,
    /// `operations.csv`.
    pub operations: Vec<Operation>,
    /// `demand.csv`.
    pub demand: Vec<Demand>,
    /// `options.csv`.
    pub options: Vec<ExpansionOption>,
    /// The embedded law, then `policies.csv`.
    pub policies: Vec<Policy>,
    /// Confidence of the figures.
    pub figures: ConfidenceCounts,
    /// See [`Scenario::digest`].
    pub(crate) digest: String,
}

impl Scenario {
    /// Hours in the period.
    pub fn hours(&self) -> f64 {
        f64::from(self.settings.days) * 24.0
    }

    /// Weekday of 1 January of the period's first year, 0 for Monday.
    pub fn first_weekday(&self) -> u32 {
        let first = self.settings.period_start.first_of_year();
        first.weekday().to_monday_zero_offset().unsigned_abs().into()
    }

    /// Mean wait of an arrival until a resource opens, h.
    pub fn opening_wait_h(&self, resource: ResourceId) -> f64 {
        let calendar = &self.calendars[self.resources[resource.ix()].calendar.ix()];
        calendar.mean_opening_wait_h(self.first_weekday())
    }

    /// The tonnes that an operation handles at a time.
    pub fn lot_t(&self, operation: &Operation) -> f64 {
        operation.lot_t.unwrap_or(self.vehicles[operation.vehicle.ix()].payload_t)
    }

    /// A fingerprint of the description as it was read: 64-bit FNV-1a of its rows in a canonical form.
    /// Edited copies keep it.
    pub fn digest(&self) -> String {
        self.digest.clone()
    }

    /// Position of an id among rows, with the rows' ids given by `id`.
    pub fn find<T>(rows: &[T], wanted: &str, id: impl Fn(&T) -> &str) -> Option<usize> {
        rows.iter().position(|row| id(row) == wanted)
    }
}
