//! Plans freight over rail, sea and road as one network: the front door of the library.
//!
//! ```
//! use trimodal::{model::Control, plan, plan::PlanRequest};
//! # let files = trimodal::starter();
//! let scenario = trimodal::Scenario::from_files(&files).expect("the starter is sound");
//! let request = PlanRequest::for_scenario(&scenario);
//! let plan = plan::plan(&scenario, &request, &Control::none()).expect("a plan");
//! assert!(plan.capacity.total_t_per_year > 0.0);
//! ```

pub use trimodal_extract as extract;
pub use trimodal_model as model;
pub use trimodal_model::{Files, Scenario};
pub use trimodal_plan as plan;
pub use trimodal_report as report;
pub use trimodal_route as route;
pub use trimodal_simulate as simulate;
pub use trimodal_world as world;

pub mod inputs;
pub mod orders;

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
