//! The caller's cancel, in the parts of the plan that have no other error.

use trimodal_model::Control;
use trimodal_model::control::Cancel;

use crate::lp::SolverError;

/// The caller cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled;

impl Cancelled {
    /// An error where the caller has cancelled. A deadline is none: figures not found by then are
    /// absent.
    pub fn check(control: &Control) -> Result<(), Cancelled> {
        match control.cancel().is_some_and(Cancel::is_cancelled) {
            true => Err(Cancelled),
            false => Ok(()),
        }
    }
}

impl From<Cancelled> for SolverError {
    fn from(_: Cancelled) -> SolverError {
        SolverError::Cancelled
    }
}
