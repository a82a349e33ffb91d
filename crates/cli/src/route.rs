//! `trimodal route`: how does this shipment go?

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use trimodal::inputs::point;
use trimodal::model::Control;
use trimodal::model::problem::{BAD_VALUE, ENDS_EQUAL, Problem};
use trimodal::report;
use trimodal::route::{Answer, Criterion, Point, Request, Router, Routes};
use trimodal::world::locate::Atlas;

use crate::conditions::{Conditions, World, off_network, within};
use crate::exit::{DONE, LIMIT, NO_SOLUTION};
use crate::output;

/// Options of the verb.
#[derive(Args)]
pub struct RouteArgs {
    /// Where from: a place (`Paris`, `Paris, FR`), a port (`KRPUS`) or `lat,lon`
    origin: String,
    /// Where to
    destination: String,
    /// The Pareto set in time, cost and CO2e, or the best by one of them or by distance
    #[arg(long, default_value = "pareto", value_parser = by())]
    by: Answer,
    /// A point to pass without handling, in order; may be repeated
    #[arg(long, value_name = "PLACE")]
    via: Vec<String>,
    /// How many more itineraries that differ in modes, terminals or corridor
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
    /// Write a page with a map to FILE, or to standard output
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
        let told = "more than one of --json, --geojson and --html goes to standard output";
        return Err(vec![Problem::new(BAD_VALUE, told).hint("name files: --html page.html")]);
    }
    let world = World::load();
    let atlas = world.atlas();
    let mut problems = Vec::new();
    let points = points(args, &atlas, &mut problems);
    let router = args.conditions.router(&world, &mut problems);
    let (Some(points), Some(router)) = (points, router) else {
        args.conditions.problems(&atlas, &mut problems);
        return Err(problems);
    };
    let request = request(args, &atlas, &router, points, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut routes = router.route(&request, &Control::none());
    routes.attribution = args.conditions.attribution();
    tell(args, &routes, claims.contains(&true))?;
    Ok(exit_code(&routes))
}

fn points(args: &RouteArgs, atlas: &Atlas, problems: &mut Vec<Problem>) -> Option<Vec<Point>> {
    let names = [&args.origin, &args.destination].into_iter().chain(&args.via);
    let found: Vec<_> = names.map(|n| atlas.locate(n).map(point)).collect();
    let count = found.len();
    let good: Vec<Point> =
        found.into_iter().filter_map(|p| p.map_err(|e| problems.push(e)).ok()).collect();
    (good.len() == count).then_some(good)
}

fn request(
    args: &RouteArgs,
    atlas: &Atlas,
    router: &Router,
    mut points: Vec<Point>,
    problems: &mut Vec<Problem>,
) -> Request {
    let via = points.split_off(2);
    let [origin, destination] = [points.remove(0), points.remove(0)];
    if (origin.lat, origin.lon) == (destination.lat, destination.lon) {
        let told = format!("the shipment starts where it ends: {}", origin.name);
        problems.push(Problem::new(ENDS_EQUAL, told).hint("name two different places"));
    }
    let ends = [origin, destination];
    let mut request = args.conditions.request(atlas, router, ends, args.by, problems);
    request.via = via;
    request.alternatives = usize::from(args.alternatives);
    request.tolerance = within("--tolerance", args.tolerance, 0.0, 1.0, problems);
    request.max_labels = args.labels as usize;
    let all = [&request.origin, &request.destination].into_iter().chain(&request.via);
    problems.extend(all.filter_map(|p| off_network(router, p, &request)));
    request
}

fn tell(args: &RouteArgs, routes: &Routes, stdout_taken: bool) -> Result<(), Vec<Problem>> {
    let write = |path: &Option<PathBuf>, text: &dyn Fn() -> String| match path.as_deref() {
        None => Ok(()),
        Some(p) if p == Path::new("-") => {
            output::print(&text());
            Ok(())
        }
        Some(p) => output::write(p, text()).map_err(|p| vec![p]),
    };
    // The answer is told even where it cannot be kept.
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
