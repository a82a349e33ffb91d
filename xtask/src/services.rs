//! The paths of the bundled services on the embedded world: `crates/route/data/service_paths.csv`.

use std::path::Path;
use std::process::ExitCode;

use trimodal_route::services::{Service, ServiceRow, paths_csv, trace};
use trimodal_route::{NetworkLaw, Parameters, Router};

/// Finds them and writes the table. A service that has no path is told, and left out.
pub fn write() -> ExitCode {
    let network = std::sync::Arc::new(trimodal_world::network());
    let day = "2026-01-01".parse().expect("a day");
    let law = match NetworkLaw::read(&network, day, None, None) {
        Ok(law) => law,
        Err(_) => return ExitCode::FAILURE,
    };
    let router = Router::new(network.clone(), Parameters::default(), law);
    let mut found: Vec<Service> = Vec::new();
    for row in ServiceRow::bundled() {
        let id = row.id.clone();
        match trace(&router, row) {
            Ok(service) => found.push(service),
            Err(why) => eprintln!("{id}: {why}"),
        }
    }
    for s in &found {
        let km = s.length_m(&network) / 1_000;
        println!("{:<6} {:<40} {km:>6} km", s.row.id, s.row.name());
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/route/data/service_paths.csv");
    match std::fs::write(path, paths_csv(&found)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("cannot write the paths: {e}");
            ExitCode::FAILURE
        }
    }
}
