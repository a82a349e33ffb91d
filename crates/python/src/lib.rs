//! The compiled part of the Python package `trimodal`. Everything is asked of the front door of the library, with
//! requests read as the HTTP API reads them; `python/trimodal` makes typed Python of it.

mod batch;
mod capsules;
mod engine;
mod errors;
mod files;
mod layers;
mod outcome;
mod pickled;
mod scenario;
mod sent;
mod verbs;
mod world;

/// The compiled part of the package `trimodal`.
#[pyo3::pymodule]
mod _trimodal {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::batch::{Batch, Job};
    #[pymodule_export]
    use crate::files::convert;
    #[pymodule_export]
    use crate::outcome::Outcome;
    #[pymodule_export]
    use crate::pickled::{pack, unpack};
    #[pymodule_export]
    use crate::scenario::Scenario;
    #[pymodule_export]
    use crate::verbs::{
        as_csv, command_line, fields, pairs, plan, read_plan, route, simulate, solver_threads,
        table,
    };
    #[pymodule_export]
    use crate::world::World;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
