//! Options: possible investments and changes, the rows of `options.csv`.

use crate::ids::{CalendarId, LinkId, OptionId, ResourceId, VehicleId};
use crate::provenance::Provenance;

/// The effect of an option on the description. Fields are positions and amounts, named as in the table.
#[allow(missing_docs)]
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Divides sections (positions in the link) into more equal parts.
    InsertLoop { link: LinkId, sections: Vec<usize>, loops: u32 },
    /// Gives sections a second track.
    SecondTrack { link: LinkId, sections: Vec<usize> },
    /// Makes every loop of a link this long, m.
    LengthenLoops { link: LinkId, loop_m: f64 },
    /// Adds servers to a resource.
    AddServer { resource: ResourceId, servers: u32 },
    /// Adds tonnes to a stock.
    AddStock { resource: ResourceId, stock_t: f64 },
    /// Changes a resource's calendar.
    SetCalendar { resource: ResourceId, calendar: CalendarId },
    /// Opens a link.
    OpenLink { link: LinkId },
    /// Allows a vehicle class.
    AllowVehicle { vehicle: VehicleId },
}

/// A possible investment or change.
#[derive(Debug, Clone, PartialEq)]
pub struct ExpansionOption {
    /// Id in the table.
    pub id: String,
    /// Name for users.
    pub name: String,
    /// The effect of a level.
    pub effect: Effect,
    /// Maximum number of times it can be taken.
    pub max_level: u32,
    /// USD a level: low, as given, high.
    pub capex_usd: [f64; 3],
    /// USD a year and level.
    pub opex_usd_per_year: f64,
    /// Economic life, years.
    pub life_years: f64,
    /// Months from decision to work.
    pub lead_months: f64,
    /// Options that must be taken too.
    pub requires: Vec<OptionId>,
    /// Options that cannot be taken with it.
    pub excludes: Vec<OptionId>,
    /// Source.
    pub origin: Provenance,
}
