//! The command line.

fn main() {
    trimodal_cli::exit(trimodal_cli::run(std::env::args_os()))
}
