//! Room under construction.
pub mod ids;
pub mod problem;
pub mod table;
pub mod tables;
pub mod waiting;
