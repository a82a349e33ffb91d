//! A discrete-event engine: entities follow programs over resources and stocks.
//!
//! Input: a [`program::Model`], plain data. Output: the counts of one replication. The engine knows nothing
//! of freight, does no I/O and reads no clock; the same seed gives the same events on every machine.
//!
//! [`program`] is its language (seize, delay, put, claim, release, ...), [`run`] one replication, [`queue`]
//! the event list, [`statistics`] the counters, [`distribution`] random variates and streams,
//! [`work_calendar`] work calendars, [`clock`] the ticks in which all times are counted.

pub mod clock;
pub mod distribution;
pub mod hash;
pub mod program;
pub mod queue;
pub mod run;
pub mod statistics;
pub mod work_calendar;
