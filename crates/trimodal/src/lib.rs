//! Plans freight over rail, sea and road as one network: the front door of the library.
//!
//! A request in, an outcome out: [`World::route`], [`World::table`], [`World::pairs`], [`plan()`], [`simulate()`] and
//! [`compare`]. A [`Control`] reports progress, cancels and sets a deadline. Outcomes are plain data.
//!
//! ```
//! use trimodal::{Control, PlanRequest, Scenario};
//!
//! let scenario = Scenario::from_files(&trimodal::starter())?;
//! let plan = trimodal::plan(&scenario, &PlanRequest::for_scenario(&scenario), &Control::none())?;
//! assert!(plan.capacity.total_t_per_year > 0.0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub use trimodal_extract as extract;
pub use trimodal_formats as formats;
pub use trimodal_model as model;
pub use trimodal_model::control::Cancel;
pub use trimodal_model::{Control, Files, Note, Problem, Problems, Scenario};
pub use trimodal_plan as plan;
pub use trimodal_plan::{PlanRequest, plan};
pub use trimodal_report as report;
pub use trimodal_route as route;

pub mod areas;
pub mod fields;
pub mod files;
pub mod findings;
mod inputs;
mod kept;
pub mod new_file;
pub mod orders;
mod own_places;
mod plans;
mod shipment;
mod simulate;
mod world;

pub use orders::Volume;
pub use plans::unknown_cases;
pub use shipment::{Amount, InputFile, Shipment};
pub use simulate::{SimulateError, SimulateRequest, compare, is_old, simulate};
pub use world::{
    BuildRequest, Built, DetoursRequest, ElectrificationState, ElectrificationTotals,
    ExtractRegion, ExtractRequest, Extracted, LinkElectrification, LinkFound, LinkNear, LinksNear,
    MAX_CELLS, ModeTotals, PairsRequest, PassageInfo, PlaceFound, Position, Room, RouteRequest,
    TableRequest, World, WorldInfo,
};

/// Which railways are electrified.
pub use trimodal_world::electrification;

/// The engine that runs plans.
pub use trimodal_simulate as simulation;

/// The scenario that `trimodal new` writes: file names and contents.
pub fn starter() -> Files {
    Files(STARTER.iter().map(|(name, text)| (name.to_string(), text.as_bytes().to_vec())).collect())
}

macro_rules! starter {
    ($($name:literal),*) => {
        /// Files of the starter scenario, in the order in which people fill them in.
        pub const STARTER: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../starter/", $name)))),*];
    };
}

starter!(
    "scenario.toml",
    "places.csv",
    "links.csv",
    "calendars.csv",
    "resources.csv",
    "vehicles.csv",
    "operations.csv",
    "demand.csv",
    "options.csv",
    "policies.csv"
);
