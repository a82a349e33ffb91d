//! `trimodal world`: the contents and known defects of the embedded network, and parts of it.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use trimodal::model::control;
use trimodal::model::problem::{BAD_VALUE, FOLDER, Problem};
use trimodal::{
    BuildRequest, Control, DetoursRequest, ElectrificationTotals, ExtractRegion, ExtractRequest,
    Extracted, LinkNear, PassageInfo, World, files, report,
};

use crate::exit::{DONE, LIMIT, NO_SOLUTION};
use crate::progress::Progress;
use crate::{conditions, interrupt, output};

/// Verbs about the embedded network.
#[derive(Subcommand)]
pub enum WorldVerb {
    /// Print its contents, sources and licences
    Info,
    /// Report its defects: pieces, mended links, gauges, ports, and distances against published ones
    Check {
        /// Instead list the larger cities 40 to 600 km apart whose way by rail or road is missing or over 2.2
        /// times the straight line: of one region (europe, south-asia, …) or of all
        #[arg(long, value_name = "REGION", num_args = 0..=1, default_missing_value = "all")]
        detours: Option<String>,
        /// Instead compare distances between seaports with published ones, for a ship of this draught in metres
        #[arg(long, value_name = "M", num_args = 0..=1, default_missing_value = "8", conflicts_with = "detours", allow_negative_numbers = true)]
        sea: Option<f64>,
        /// Instead check a network of your own (see `route --network`): its pieces, gauges and ports; with --detours the ways between its larger towns, with --sea its distances between seaports
        #[arg(long, value_name = "FILE")]
        network: Option<PathBuf>,
        /// File that says which column of the network means what (mapping.toml)
        #[arg(long, value_name = "FILE", requires = "network")]
        mapping: Option<PathBuf>,
        /// Print the report as JSON
        #[arg(long)]
        json: bool,
    },
    /// Replace the railways, roads and ferries of a region by those of an extract of OpenStreetMap, for --network
    #[command(
        after_help = "Example:\n  trimodal world build estonia.osm.pbf --region 57.5,23.3,59.7,28.2 -o estonia.network && trimodal route Tallinn Tartu --network estonia.network"
    )]
    Build {
        /// Extract (.osm.pbf), or another network
        extract: PathBuf,
        /// Region in degrees: south,west,north,east
        #[arg(long, value_name = "S,W,N,E", allow_hyphen_values = true)]
        region: String,
        /// File to write
        #[arg(long, short, value_name = "FILE")]
        output: PathBuf,
    },
    /// List the links near a point, with their stable ids for --avoid and --overrides
    #[command(after_help = "Example:\n  trimodal world links 42.43,130.64")]
    Links {
        /// A place, a port or `lat,lon`
        point: String,
        /// Search radius, in km
        #[arg(long, value_name = "KM", allow_negative_numbers = true, default_value_t = 3.0)]
        km: f64,
    },
    /// Write a part of it as a scenario folder, for `trimodal check` and `plan`
    #[command(
        after_help = "Example:\n  trimodal world extract --around Hunchun --km 120 -o hunchun && trimodal plan hunchun"
    )]
    Extract(ExtractArgs),
}

/// Options of `world extract`.
#[derive(Args)]
#[group(skip)]
pub struct ExtractArgs {
    /// Centre of the region: a place, a port or `lat,lon`
    #[arg(long, value_name = "PLACE", requires = "km", required_unless_present = "bbox")]
    around: Option<String>,
    /// Radius of the region, in km
    #[arg(long, value_name = "KM", allow_negative_numbers = true, requires = "around")]
    km: Option<f64>,
    /// Bounding box in degrees: south,west,north,east
    #[arg(long, value_name = "S,W,N,E", conflicts_with = "around", allow_hyphen_values = true)]
    bbox: Option<String>,
    /// Maximum number of terminals; those nearest to the centre are kept
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(2..=60))]
    terminals: u16,
    /// Folder to create
    #[arg(long, short, value_name = "DIR")]
    output: PathBuf,
}

/// Most links printed.
const MAX_LINKS: usize = 40;

/// Runs the verb.
pub fn world(verb: &WorldVerb) -> Result<u8, Vec<Problem>> {
    let world = match verb {
        WorldVerb::Check { network, mapping, .. } => {
            conditions::world(network.as_deref(), mapping.as_deref())?
        }
        _ => World::load(),
    };
    match verb {
        WorldVerb::Info => info(&world),
        WorldVerb::Check { detours: Some(region), json, .. } => detours(&world, region, *json),
        WorldVerb::Check { sea: Some(draught_m), json, .. } => sea(&world, *draught_m, *json),
        WorldVerb::Check { json, .. } => audit(&world, *json),
        WorldVerb::Links { point, km } => links(&world, point, *km),
        WorldVerb::Build { extract, region, output } => build(&world, extract, region, output),
        WorldVerb::Extract(args) => part(&world, args),
    }
}

fn build(world: &World, extract: &Path, region: &str, to: &Path) -> Result<u8, Vec<Problem>> {
    let source = files::open(extract).map_err(|p| vec![p])?;
    let region = sides("--region", region).map_err(|p| vec![p])?;
    let built = world.build(&BuildRequest { extract: source, region }).map_err(output::refused)?;
    output::notes(&built.notes);
    output::write(to, &built.bytes).map_err(|p| vec![p])?;
    output::print(&format!(
        "{}: {} links replaced by {}, {} ends joined at the edge; {} ferries, {} ports and terminals\n",
        to.display(),
        built.replaced,
        built.new,
        built.joined,
        built.ferries,
        built.terminals
    ));
    Ok(DONE)
}

/// Four sides in degrees.
fn sides(option: &str, text: &str) -> Result<[f64; 4], Problem> {
    let sides: Vec<f64> = text.split(',').map(|v| v.trim().parse().unwrap_or(f64::NAN)).collect();
    let count = sides.len();
    sides.try_into().map_err(|_| {
        let message = format!("{option} has {count} sides");
        Problem::new(BAD_VALUE, message).hint("give south,west,north,east")
    })
}

fn info(world: &World) -> Result<u8, Vec<Problem>> {
    let all = world.info();
    let mut text = format!("{} nodes, {} links\n", all.nodes, all.links);
    for m in &all.modes {
        text += &format!("  {:<5} {:>7} links {:>9} km\n", m.mode.word(), m.links, m.km);
    }
    text += &electrified(&all.electrification);
    text += &format!(
        "{} ports, {} rail-road terminals, {} break-of-gauge stations, {} border crossings, {} places\n\nPassages (for --via, --avoid and --only-via):\n",
        all.ports, all.rail_road_terminals, all.gauge_changes, all.borders, all.places
    );
    let at_sea = |p: &&PassageInfo| !["ferry", "waterway"].contains(&p.kind.as_str());
    for p in all.passages.iter().filter(at_sea) {
        let closed = if p.is_closed { "  closed by default" } else { "" };
        let deep = p.draught_m.map_or(String::new(), |d| format!("  draught up to {d} m"));
        let season = p.season_closed.as_ref().map_or(String::new(), |s| format!("  closed {s}"));
        text += &format!("  {:<20} {:<7} {}{deep}{season}{closed}\n", p.id, p.kind, p.name);
    }
    let mut ferries: Vec<&str> = named(&all.passages, "ferry", |p| &p.id);
    let mut waterways: Vec<&str> = named(&all.passages, "waterway", |p| &p.name);
    for (what, names) in [("Ferries", &mut ferries), ("Inland waterways", &mut waterways)] {
        names.sort_unstable();
        names.dedup();
        text += &format!("\n{what} ({}, named in the same way):\n{}", names.len(), wrapped(names));
    }
    text += "\nIt has no navigation detail, no live data and no track-level detail: docs/method/world.md\n";
    output::print(&(text + &lines(&all.attribution)));
    Ok(DONE)
}

/// Lengths of railway by whether they are electrified.
fn electrified(regions: &[ElectrificationTotals]) -> String {
    let mut text = String::from("Railways, km            electrified       not   unknown\n");
    for r in regions {
        let (yes, no, unknown) = (r.electrified_km, r.none_km, r.unknown_km);
        text += &format!("  {:<20} {yes:>12} {no:>9} {unknown:>9}\n", r.region);
    }
    text
}

fn named<'a>(
    all: &'a [PassageInfo],
    kind: &str,
    name: fn(&PassageInfo) -> &String,
) -> Vec<&'a str> {
    all.iter().filter(|p| p.kind == kind).map(|p| name(p).as_str()).collect()
}

/// Names in lines of up to a hundred letters.
fn wrapped(names: &[&str]) -> String {
    let mut lines = vec![String::from(" ")];
    for (i, name) in names.iter().enumerate() {
        let comma = if i + 1 < names.len() { "," } else { "" };
        if lines[lines.len() - 1].chars().count() + name.chars().count() > 98 {
            lines.push(String::from(" "));
        }
        if let Some(last) = lines.last_mut() {
            *last += &format!(" {name}{comma}");
        }
    }
    lines.join("\n") + "\n"
}

fn sea(world: &World, draught_m: f64, json: bool) -> Result<u8, Vec<Problem>> {
    let found = world.sea_audit(draught_m).map_err(output::refused)?;
    output::print(&if json { report::sea_json(&found) } else { report::sea_text(&found) });
    Ok(DONE)
}

fn audit(world: &World, json: bool) -> Result<u8, Vec<Problem>> {
    let found = world.audit().map_err(output::refused)?;
    let text = if json { report::check_json(&found) } else { report::check_text(&found) };
    output::print(&text);
    Ok(DONE)
}

fn detours(world: &World, region: &str, json: bool) -> Result<u8, Vec<Problem>> {
    let request = DetoursRequest { region: (region != "all").then(|| region.to_string()) };
    let progress = Progress::new();
    let show = |p: control::Progress| progress.step(p.stage, p.done, p.total);
    let control = Control::none().with_progress(&show).with_cancel(&interrupt::switch());
    let found = world.detours(&request, &control);
    progress.clear();
    let found = found.map_err(output::refused)?;
    let text = if json { report::detours_json(&found) } else { report::detours_text(&found) };
    output::print(&text);
    Ok(if found.stopped.is_some() { LIMIT } else { DONE })
}

fn lines(attribution: &[String]) -> String {
    attribution.iter().map(|l| format!("{l}\n")).collect()
}

fn links(world: &World, text: &str, km: f64) -> Result<u8, Vec<Problem>> {
    let near = world.links_near(text, km).map_err(output::refused)?;
    let mut out = format!("Links within {km} km of {}: {}\n", near.point, near.links.len());
    near.links.iter().take(MAX_LINKS).for_each(|link| out += &one_link(link));
    if near.links.len() > MAX_LINKS {
        out += "  …\n";
    }
    output::print(&(out + &lines(&near.attribution)));
    Ok(if near.links.is_empty() { NO_SOLUTION } else { DONE })
}

fn one_link(link: &LinkNear) -> String {
    let gauge = link.gauge_mm.map_or(String::new(), |g| g.to_string());
    let mut line =
        format!("  {:<16} {gauge:>4} {:>8.1} km, {:.1} km away", link.id, link.km, link.away_km);
    let names = [("border", &link.border), ("passage", &link.passage)];
    for (what, name) in names {
        line += &name.as_ref().map_or(String::new(), |name| format!(", {what} {name}"));
    }
    for (is_so, word) in [(link.mended, "mended"), (link.access, "access")] {
        line += &if is_so { format!(", {word}") } else { String::new() };
    }
    line + "\n"
}

fn region(args: &ExtractArgs) -> Result<ExtractRegion, Problem> {
    let Some(text) = &args.bbox else {
        let around = args.around.clone().unwrap_or_default();
        return Ok(ExtractRegion::Around(around, args.km.unwrap_or(0.0)));
    };
    sides("--bbox", text).map(ExtractRegion::Box)
}

fn part(world: &World, args: &ExtractArgs) -> Result<u8, Vec<Problem>> {
    let folder = &args.output;
    let taken = folder.is_file() || std::fs::read_dir(folder).is_ok_and(|mut d| d.next().is_some());
    let taken = taken.then(|| {
        let message = format!("`{}` exists and is not empty", folder.display());
        Problem::new(FOLDER, message).hint("choose a new folder; nothing was written")
    });
    let extracted = region(args).map_err(|p| vec![p]).and_then(|region| {
        let request = ExtractRequest { region, terminals: args.terminals };
        world.extract(&request, &Control::none()).map_err(output::refused)
    });
    let extracted = match (extracted, taken) {
        (Ok(extracted), None) => extracted,
        (Ok(_), Some(taken)) => return Err(vec![taken]),
        (Err(problems), taken) => return Err(problems.into_iter().chain(taken).collect()),
    };
    let Some(files) = &extracted.files else {
        output::print(&format!(
            "no two terminals within {} are connected by open lines inside the region: {} terminals found\n",
            extracted.name, extracted.places
        ));
        return Ok(NO_SOLUTION);
    };
    write(folder, &files.0)?;
    output::print(&written(folder, &extracted));
    Ok(DONE)
}

fn write(
    folder: &Path,
    files: &std::collections::BTreeMap<String, Vec<u8>>,
) -> Result<(), Vec<Problem>> {
    std::fs::create_dir_all(folder).map_err(|e| {
        vec![Problem::new(FOLDER, format!("cannot create `{}`: {e}", folder.display()))]
    })?;
    for (name, bytes) in files {
        output::write(&folder.join(name), bytes).map_err(|p| vec![p])?;
    }
    Ok(())
}

fn written(folder: &Path, extracted: &Extracted) -> String {
    let shown = folder.display();
    let more = match extracted.left_out {
        0 => String::new(),
        n => format!(", {n} further terminals left out (--terminals)"),
    };
    format!(
        "{shown}: {} places, {} links{more}\nCapacities, vehicles and demand are defaults, marked `assumed` · next: trimodal plan {shown}\n{}",
        extracted.places,
        extracted.links,
        lines(&extracted.attribution)
    )
}
