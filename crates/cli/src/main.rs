//! The command line. Results go to standard output, everything else to standard error.

use std::process::ExitCode;

mod cli;
mod conditions;
mod exit;
mod interrupt;
mod new;
mod output;
mod plan;
mod progress;
mod route;
mod simulate;
mod table;
mod world;

fn main() -> ExitCode {
    cli::run()
}
