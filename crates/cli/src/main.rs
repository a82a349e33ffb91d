//! The command line. Results go to standard output, everything else to standard error.

use std::process::ExitCode;

mod batch;
mod cli;
mod conditions;
mod convert;
mod exit;
mod interrupt;
mod new;
mod output;
mod pairs;
mod parts;
mod plan;
mod progress;
mod route;
mod rows;
mod serve;
mod simulate;
mod table;
mod world;

fn main() -> ExitCode {
    let code = cli::run();
    if trimodal::plan::lp::solver_threads() > 0 {
        // Everything is written; exit handlers would destroy what a cancelled solve still uses.
        signal_hook::low_level::exit(code.into());
    }
    ExitCode::from(code)
}
