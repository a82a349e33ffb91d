//! The files of the field, in and out: networks, matrices, services and places.
//!
//! A reader makes one of three plain forms from a [`Source`]: a [`Network`], a [`Matrix`] or [`Layer`]s of rows with
//! shapes. A writer makes files from one. So every format is one file in `read/` or `write/`, and a [`Mapping`] says
//! once for all of them which column means what. Readers report every problem with file, row and column, and note
//! what they left out.

pub mod convert;
pub mod crs;
mod findings;
pub mod format;
mod from_layers;
pub mod layer;
mod located;
pub mod mapping;
pub mod matrix;
mod measure;
pub mod network;
mod read;
mod shape;
pub mod source;
mod to_layers;
pub mod units;
mod uses;
mod write;

pub use convert::{Data, convert, read, write};
pub use findings::Findings;
pub use format::Format;
pub use layer::{Layer, Record, Value};
pub use mapping::Mapping;
pub use matrix::{Core, Matrix};
pub use network::{Link, Network, Node};
pub use source::Source;
