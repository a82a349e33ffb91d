//! The model shared by all engines: the scenario folder read and checked, resources and operations,
//! the law, and the waiting formula.
//!
//! Input: a folder or files in memory. Output: a [`Scenario`], or every problem at once. Engines read a
//! scenario and never change it; options make an edited copy ([`edit`]), from which capacity is
//! derived anew ([`facility`]).

pub mod calendar;
mod check;
pub mod control;
pub mod digest;
pub mod edit;
pub mod embedded;
pub mod emissions;
pub mod facility;
pub mod fleets;
pub mod hs;
pub mod ids;
pub mod jurisdiction;
pub mod land;
pub mod law;
pub mod mode;
pub mod network;
pub mod option;
pub mod outline;
pub mod passage;
pub mod policy;
pub mod position;
pub mod problem;
pub mod provenance;
mod read;
pub mod scenario;
pub mod settings;
pub mod table;
#[rustfmt::skip]
pub mod tables;
mod vary;
pub mod waiting;

pub use control::Control;
pub use edit::Levels;
pub use problem::{Note, Problem, Problems};
pub use read::{Files, LAW, MEASURES, Read, SETTINGS, SHEET, TableCells, WORKBOOK, law_over};
pub use scenario::Scenario;
