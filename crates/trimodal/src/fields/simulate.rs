//! Simulations: does a plan hold when it is run?

use trimodal_model::problem::{BAD_VALUE, Problem};

use crate::fields::Kind::{Flag, Number, Text, Whole};
use crate::fields::{Field, Given, optional};
use crate::{SimulateRequest, Volume};

/// The fields of a simulation.
pub const SIMULATE: &[Field] = &[
    optional(
        "volume",
        Text,
        "1 for today's capacity, a rung of the plan, `asked` or `observed`; 1 where it is not given.",
    ),
    optional("replications", Whole(1, 10_000), "Replications; 32 where it is not given."),
    optional(
        "precision",
        Number(1e-6, 1.0),
        "Add replications until half the 95 % interval of deliveries is at most this share of the mean.",
    ),
    optional("derate", Flag, "Find the largest share of the planned rate that holds."),
    optional("seed", Whole(0, u64::MAX), "Seed; that of the scenario where it is not given."),
    optional("trace", Flag, "Keep a recording of the first replication."),
];

/// The request that the fields make, of a plan that is made first.
pub fn request(given: &Given) -> Result<SimulateRequest<'static>, Vec<Problem>> {
    let volume = given.text("volume").map(|text| text.parse::<Volume>()).transpose();
    let volume = volume.map_err(|hint| {
        let message = format!("`volume` is {}", given.text("volume").unwrap_or_default());
        vec![Problem::new(BAD_VALUE, message).hint(hint)]
    })?;
    let usual = SimulateRequest::default();
    Ok(SimulateRequest {
        volume: volume.unwrap_or(usual.volume),
        replications: given.whole("replications").map_or(usual.replications, |n| n as u32),
        precision: given.number("precision"),
        derate: given.flag("derate"),
        seed: given.whole("seed"),
        recording: given.flag("trace"),
        ..usual
    })
}
