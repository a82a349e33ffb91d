//! `trimodal route`: the itineraries of a shipment.

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use trimodal::model::problem::{BAD_VALUE, Problem};
use trimodal::report;
use trimodal::route::{Answer, Criterion, Routes};
use trimodal::{Control, RouteRequest};

use crate::conditions::Conditions;
use crate::exit::{DONE, LIMIT, NO_SOLUTION};
use crate::{interrupt, output};

/// Options of the verb.
#[derive(Args)]
pub struct RouteArgs {
    /// Origin: a place (`Paris`, `Paris, FR`), a port (`KRPUS`) or `lat,lon`
    origin: String,
    /// Destination
    destination: String,
    /// The Pareto set in time, cost and CO2e, or the best itinerary by one criterion
    #[arg(long, default_value = "pareto", value_parser = by())]
    by: Answer,
    /// Place, port (a ship calls and sails on) or passage (`suez`, `Kiel Canal`, `northern-sea-route`, `dover-calais`) on the way, passed without handling; a passage closed by default is opened in its season; repeat it for several, in order
    #[arg(long, value_name = "NAME")]
    via: Vec<String>,
    /// Number of further itineraries that differ in modes, terminals or corridor
    #[arg(long, value_name = "K", default_value_t = 0, value_parser = clap::value_parser!(u8).range(..=20))]
    alternatives: u8,
    /// Relative epsilon of the Pareto set (0: the exact set)
    #[arg(long, value_name = "SHARE", allow_negative_numbers = true, default_value_t = 0.05)]
    tolerance: f64,
    /// Label limit; when it is reached the answer is marked incomplete
    #[arg(long, value_name = "N", default_value_t = trimodal::route::request::MAX_LABELS as u32, value_parser = clap::value_parser!(u32).range(1_000..=16_000_000))]
    labels: u32,
    /// Print the answer as JSON
    #[arg(long)]
    json: bool,
    /// Write the lines as GeoJSON to FILE, or to standard output
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    geojson: Option<PathBuf>,
    /// Write an HTML page with a map to FILE, or to standard output
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    html: Option<PathBuf>,
    #[command(flatten)]
    conditions: Conditions,
}

/// `pareto` or a criterion.
pub fn by() -> impl TypedValueParser<Value = Answer> {
    PossibleValuesParser::new(["pareto", "time", "cost", "co2e", "distance"]).map(|w| {
        match w.as_str() {
            "time" => Answer::Best(Criterion::Time),
            "cost" => Answer::Best(Criterion::Cost),
            "co2e" => Answer::Best(Criterion::Co2e),
            "distance" => Answer::Best(Criterion::Distance),
            _ => Answer::Pareto,
        }
    })
}

/// Runs the verb.
pub fn route(args: &RouteArgs) -> Result<u8, Vec<Problem>> {
    let to_stdout = |p: &Option<PathBuf>| p.as_deref() == Some(Path::new("-"));
    let claims = [args.json, to_stdout(&args.geojson), to_stdout(&args.html)];
    if claims.iter().filter(|c| **c).count() > 1 {
        let message = "more than one of --json, --geojson and --html goes to standard output";
        return Err(vec![
            Problem::new(BAD_VALUE, message).hint("give file names, for example --html page.html"),
        ]);
    }
    let request = RouteRequest {
        from: args.origin.clone(),
        to: args.destination.clone(),
        via: args.via.clone(),
        shipment: args.conditions.shipment(),
        answer: args.by,
        alternatives: args.alternatives,
        tolerance: args.tolerance,
        max_labels: args.labels,
    };
    let control = Control::none().with_cancel(&interrupt::switch());
    let routes = args.conditions.world()?.route(&request, &control).map_err(output::refused)?;
    output::notes(&routes.notes);
    print_and_write(args, &routes, claims.contains(&true))?;
    Ok(exit_code(&routes))
}

fn print_and_write(
    args: &RouteArgs,
    routes: &Routes,
    stdout_taken: bool,
) -> Result<(), Vec<Problem>> {
    let write = |path: &Option<PathBuf>, text: &dyn Fn() -> String| match path.as_deref() {
        None => Ok(()),
        Some(p) if p == Path::new("-") => {
            output::print(&text());
            Ok(())
        }
        Some(p) => output::write(p, text()).map_err(|p| vec![p]),
    };
    // The answer is printed even where it cannot be written.
    if args.json {
        output::print(&report::routes_json(routes));
    } else if !stdout_taken {
        output::print(&report::routes_text(routes));
    }
    write(&args.geojson, &|| report::routes_geojson(routes))?;
    write(&args.html, &|| report::routes_html(routes))
}

fn exit_code(routes: &Routes) -> u8 {
    match (&routes.unreachable, routes.cut_short) {
        (Some(_), _) => NO_SOLUTION,
        (None, true) => LIMIT,
        (None, false) => DONE,
    }
}
