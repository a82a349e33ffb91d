//! Memory of the potentials of one question.

use trimodal_cch::potential::Potential;

use crate::objective::WEIGHTED_SUMS;

/// Potentials by the only objective, or by the criteria and by the weighted sums: those of a group are
/// computed together.
#[derive(Default)]
pub(crate) struct Potentials {
    pub only: Potential<1>,
    pub criteria: Potential<3>,
    pub sums: Potential<{ WEIGHTED_SUMS.len() }>,
}
