//! The command line as a function: results go to standard output, everything else to standard error.

use std::ffi::OsString;

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
mod watch;
mod world;

/// Runs the command line, the name of the program first, and returns the exit code.
///
/// The process has to end with [`exit`], not with exit handlers, which would destroy what a cancelled solve
/// still uses.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    cli::run(arguments.into_iter())
}

/// Ends the process once everything is written: without exit handlers where a cancelled solve still runs.
pub fn exit(code: u8) -> ! {
    if trimodal::plan::lp::solver_threads() > 0 {
        signal_hook::low_level::exit(code.into());
    }
    std::process::exit(code.into())
}
