//! Capacity, what binds, and the cheapest investments for many times more.
pub mod outcome;
