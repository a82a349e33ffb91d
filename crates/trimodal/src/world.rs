//! `trimodal world`: what the embedded network holds, and parts of it.

use clap::Subcommand;
use trimodal::model::problem::Problem;

use crate::exit::DONE;
use crate::output;

/// Verbs about the embedded network.
#[derive(Subcommand)]
pub enum WorldVerb {
    /// What it holds, where it comes from and under which licences
    Info,
}

/// Runs the verb.
pub fn world(verb: &WorldVerb) -> Result<u8, Vec<Problem>> {
    match verb {
        WorldVerb::Info => info(),
    }
    Ok(DONE)
}

fn info() {
    output::print("\n");
}
