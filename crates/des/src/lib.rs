//! A discrete-event engine: entities follow programs over resources and stocks.
//!
//! In: a [`program::Model`], plain data. Out: what one replication counted. It knows nothing of freight,
//! does no I/O and uses no clock; the same seed gives the same events on every machine.
//!
//! [`program`] is its language (seize, hold, put, claim, release, ...), [`run`] one replication, [`queue`]
//! the event list, [`statistics`] what is counted, [`distribution`] random variates and streams,
//! [`work_calendar`] work calendars, [`clock`] the ticks of all of it.

pub mod clock;
pub mod distribution;
pub mod hash;
pub mod program;
pub mod queue;
pub mod run;
pub mod statistics;
pub mod work_calendar;
