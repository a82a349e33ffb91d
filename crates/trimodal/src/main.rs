//! The command line. Results go to standard output, everything else to standard error.

use std::process::ExitCode;

mod cli;
mod new;
mod output;
mod progress;

fn main() -> ExitCode {
    cli::run()
}
