//! The arguments of the command line, and the exit code of each outcome.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand};
use trimodal::model::problem::Problem;

use crate::batch::{BatchVerb, batch};
use crate::convert::{ConvertArgs, convert};
use crate::exit::{BAD_INPUT, DEFECT, DONE};
use crate::pairs::{PairsArgs, pairs};
use crate::plan::{NetworkArgs, PlanArgs, plan};
use crate::route::{RouteArgs, route};
use crate::serve::{ServeArgs, serve};
use crate::simulate::{SimulateArgs, simulate};
use crate::table::{TableArgs, table};
use crate::world::{WorldVerb, world};
use crate::{new, output};

/// Plan freight over rail, water and road as one network
#[derive(Parser)]
#[command(
    version,
    after_help = "Exit codes: 0 done, 1 bad input, 2 usage, 3 no solution, 4 limit reached."
)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Compute a corridor's capacity, its bottlenecks, and the cheapest investments for multiples of that capacity
    #[command(
        after_help = "Examples:\n  trimodal plan scenarios/tumen\n  trimodal plan scenarios/tumen --without KPRJN --policy no-chinese-border\n  trimodal plan scenarios/tumen --json | jq '.ladder[] | {multiple, status, capex_usd}'"
    )]
    Plan(PlanArgs),
    /// Simulate a plan train by train, ship by ship and truck by truck, and report whether it holds
    #[command(
        after_help = "Examples:\n  trimodal simulate scenarios/tumen\n  trimodal simulate scenarios/tumen --multiple 2 --derate --html run.html\n  trimodal simulate scenarios/tumen --multiple asked --precision 0.01 --json | jq .verdict\n  trimodal simulate mine --against theirs"
    )]
    Simulate(SimulateArgs),
    /// Route a shipment over rail, water and road, with time, cost and CO2e leg by leg
    #[command(
        after_help = "Examples:\n  trimodal route \"Xi'an\" Duisburg\n  trimodal route Shanghai Rotterdam --modes sea --avoid suez --by distance\n  trimodal route -33.9,18.4 \"Paris, FR\" --cargo reefer --teu 4 --html route.html"
    )]
    Route(Box<RouteArgs>),
    /// Compute the best routes between many points, to Parquet, CSV, JSON or XLSX
    #[command(
        after_help = "Examples:\n  trimodal table origins.csv destinations.csv -o skim.parquet --by time,cost\n  trimodal table origins.csv destinations.csv -o skim/ --resume"
    )]
    Table(Box<TableArgs>),
    /// Compute the best route of each pair of a list, to Parquet, CSV, JSON or XLSX
    #[command(
        after_help = "Examples:\n  trimodal pairs lanes.csv -o routes.csv --by cost,co2e\n  trimodal pairs lanes.csv -o routes.parquet --geometry wkt"
    )]
    Pairs(Box<PairsArgs>),
    /// Convert files of the field: networks, tables, matrices, services and places
    #[command(
        after_help = "Examples:\n  trimodal convert routes.geojson routes.gpkg\n  trimodal convert SiouxFalls_net.tntp net.xlsx\n  trimodal convert stations.csv net/ --to gmns --mapping mapping.toml"
    )]
    Convert(Box<ConvertArgs>),
    /// Inspect the embedded network, or extract a part of it as a scenario
    #[command(subcommand)]
    World(WorldVerb),
    /// Cut a large job into shards, run them on any number of machines, and join them
    #[command(subcommand, after_help = crate::batch::HELP)]
    Batch(BatchVerb),
    /// Serve a map and an HTTP API on this machine
    #[command(
        after_help = "Examples:\n  trimodal serve\n  trimodal serve --port 9000 --scenarios studies\n  TRIMODAL_TOKEN=… trimodal serve --listen 0.0.0.0"
    )]
    Serve(Box<ServeArgs>),
    /// Check a scenario folder and report every problem in it
    #[command(after_help = "Example:\n  trimodal check scenarios/tumen")]
    Check {
        /// Scenario folder or workbook
        folder: PathBuf,
        #[command(flatten)]
        network: NetworkArgs,
    },
    /// Write a commented starter scenario
    #[command(after_help = "Example:\n  trimodal new my-corridor && trimodal plan my-corridor")]
    New {
        /// Folder to create
        folder: PathBuf,
        /// Write one workbook, scenario.xlsx, with a sheet for each table
        #[arg(long)]
        xlsx: bool,
    },
}

/// Runs the command line.
pub fn run(given: impl Iterator<Item = OsString>) -> u8 {
    let asked = match Cli::try_parse_from(arguments(given)) {
        Ok(asked) => asked,
        Err(told) => {
            // Help and version are told in this way too.
            let _ = told.print();
            return u8::try_from(told.exit_code()).unwrap_or(DEFECT);
        }
    };
    let answer = match asked.verb {
        Verb::Plan(args) => plan(&args),
        Verb::Simulate(args) => simulate(&args),
        Verb::Route(args) => route(&args),
        Verb::Table(args) => table(&args),
        Verb::Pairs(args) => pairs(&args),
        Verb::Convert(args) => convert(&args),
        Verb::World(verb) => world(&verb),
        Verb::Batch(verb) => batch(&verb),
        Verb::Serve(args) => serve(&args),
        Verb::Check { folder, network } => check(&folder, &network),
        Verb::New { folder, xlsx } => start(&folder, xlsx),
    };
    let answer = match (answer, output::unprinted()) {
        (Ok(_), Some(problem)) => Err(vec![problem]),
        (answer, _) => answer,
    };
    answer.unwrap_or_else(|problems| {
        problems.iter().for_each(output::say);
        if problems.len() > 1 {
            output::say(format!("{} problems", problems.len()));
        }
        BAD_INPUT
    })
}

/// Coordinates south of the equator look like options; a leading space prevents that reading.
fn arguments(given: impl Iterator<Item = OsString>) -> impl Iterator<Item = OsString> {
    let southern = |text: &str| {
        let mut rest = text.strip_prefix('-').unwrap_or("").chars();
        rest.next().is_some_and(|c| c.is_ascii_digit() || c == '.') && text.contains(',')
    };
    given.map(move |arg| match arg.to_str() {
        Some(text) if southern(text) => OsString::from(format!(" {text}")),
        _ => arg,
    })
}

fn check(folder: &Path, network: &NetworkArgs) -> Result<u8, Vec<Problem>> {
    let s = network.read(folder)?;
    output::print(&format!(
        "{}: no problems · {} places, {} links, {} resources, {} operations, {} vehicles, {} demand rows, {} options\n",
        folder.display(),
        s.places.len(),
        s.links.len(),
        s.resources.len(),
        s.operations.len(),
        s.vehicles.len(),
        s.demand.len(),
        s.options.len()
    ));
    Ok(DONE)
}

fn start(folder: &Path, xlsx: bool) -> Result<u8, Vec<Problem>> {
    new::new(folder, xlsx)?;
    let shown = folder.display();
    output::print(&format!("{shown}: written · next: trimodal plan {shown}\n"));
    Ok(DONE)
}
