//! `trimodal world`: what the embedded network holds, what is wrong with it, and parts of it.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use trimodal::extract;
use trimodal::extract::simplify::{Part, Region, simplify};
use trimodal::inputs::point;
use trimodal::model::network::{Flags, LinkId, NONE, Network, great_circle_km};
use trimodal::model::problem::{BAD_VALUE, FOLDER, Problem};
use trimodal::model::scenario::Mode;
use trimodal::report;
use trimodal::route::audit::{PublishedDistance, audit};
use trimodal::route::graph::Graph;
use trimodal::route::parameters::Parameter;
use trimodal::route::{Cargo, Closures, Parameters};

use crate::conditions::{World, within};
use crate::exit::{DONE, NO_SOLUTION};
use crate::output;

/// Verbs about the embedded network.
#[derive(Subcommand)]
pub enum WorldVerb {
    /// What it holds, where it comes from and under which licences
    Info,
    /// What is wrong with it: pieces, mends, gauges, ports, and distances against published ones
    Check {
        /// Print everything as JSON
        #[arg(long)]
        json: bool,
    },
    /// The links near a point, with their stable ids for --avoid and --overrides
    #[command(after_help = "Example:\n  trimodal world links 42.43,130.64")]
    Links {
        /// A place, a port or `lat,lon`
        point: String,
        /// How far around it, km
        #[arg(long, value_name = "KM", allow_negative_numbers = true, default_value_t = 3.0)]
        km: f64,
    },
    /// A part of it as a scenario folder, for `trimodal check` and `plan`
    #[command(
        after_help = "Example:\n  trimodal world extract --around Hunchun --km 120 -o hunchun && trimodal plan hunchun"
    )]
    Extract(ExtractArgs),
}

/// Options of `world extract`.
#[derive(Args)]
#[group(skip)]
pub struct ExtractArgs {
    /// Its middle: a place, a port or `lat,lon`
    #[arg(long, value_name = "PLACE", requires = "km", required_unless_present = "bbox")]
    around: Option<String>,
    /// Its radius, km
    #[arg(long, value_name = "KM", allow_negative_numbers = true, requires = "around")]
    km: Option<f64>,
    /// Its sides in degrees: south,west,north,east
    #[arg(long, value_name = "S,W,N,E", conflicts_with = "around", allow_hyphen_values = true)]
    bbox: Option<String>,
    /// How many terminals at most, those nearest to the middle
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(2..=60))]
    terminals: u16,
    /// Folder to make
    #[arg(long, short, value_name = "DIR")]
    output: PathBuf,
}

/// Runs the verb.
pub fn world(verb: &WorldVerb) -> Result<u8, Vec<Problem>> {
    let world = World::load();
    match verb {
        WorldVerb::Info => info(&world),
        WorldVerb::Check { json } => check_up(&world, *json),
        WorldVerb::Links { point, km } => links(&world, point, *km),
        WorldVerb::Extract(args) => part(&world, args),
    }
}

fn info(world: &World) -> Result<u8, Vec<Problem>> {
    let n = &world.network;
    let mut text = format!("{} nodes, {} links\n", n.nodes(), n.links());
    for mode in [Mode::Rail, Mode::Sea, Mode::Road] {
        let all = (0..n.links()).map(LinkId::at).filter(|l| n.layer_of(*l).mode() == mode);
        let (links, m) = all.fold((0, 0), |(c, m), l| (c + 1, m + u64::from(n.length_m(l))));
        text += &format!("  {:<5} {links:>7} links {:>9} km\n", mode.word(), m / 1000);
    }
    let kinds = |k| n.terminals.iter().filter(|t| t.kind.word() == k).count();
    text += &format!(
        "{} ports, {} rail-road terminals, {} break-of-gauge stations, {} border crossings, {} places\n\nPassages (for --avoid and --only-via):\n",
        kinds("port"),
        kinds("rail-road terminal"),
        kinds("gauge change"),
        n.borders.len(),
        world.places.len()
    );
    for p in &n.passages {
        let closed = if p.closed.is_some() { "  closed by default" } else { "" };
        let deep = p.draught_m.map_or(String::new(), |d| format!("  draught to {d} m"));
        text += &format!("  {:<20} {}{deep}{closed}\n", p.id, p.name);
    }
    text += "\nIt has no navigation detail, no live data and no track-level detail: docs/method/world.md\n";
    output::print(&(text + &attribution()));
    Ok(DONE)
}

fn check_up(world: &World, json: bool) -> Result<u8, Vec<Problem>> {
    let rows = PublishedDistance::rows(trimodal::world::DISTANCES)
        .map_err(|e| vec![Problem::new(BAD_VALUE, format!("distances.csv cannot be read: {e}"))])?;
    let found = audit(&Graph::new(world.network.clone()), &rows);
    let text = if json { report::check_json(&found) } else { report::check_text(&found) };
    output::print(&text);
    Ok(DONE)
}

fn attribution() -> String {
    trimodal::world::ATTRIBUTION.iter().map(|l| format!("{l}\n")).collect()
}

fn links(world: &World, text: &str, km: f64) -> Result<u8, Vec<Problem>> {
    let mut problems = Vec::new();
    let km = within("--km", km, 0.01, 100.0, &mut problems);
    let at = world.atlas().locate(text).map_err(|p| problems.push(p)).ok();
    let Some(at) = at.filter(|_| problems.is_empty()) else { return Err(problems) };
    let n = &world.network;
    let mut near: Vec<(f64, LinkId)> = (0..n.links())
        .map(LinkId::at)
        .map(|l| (nearness(n, l, (at.lat, at.lon)), l))
        .filter(|(d, _)| *d <= km)
        .collect();
    near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut out = format!("Links within {km} km of {}: {}\n", at.name, near.len());
    for (d, l) in near.iter().take(40) {
        out += &one_link(n, *l, *d);
    }
    if near.len() > 40 {
        out += "  …\n";
    }
    output::print(&(out + &attribution()));
    Ok(if near.is_empty() { NO_SOLUTION } else { DONE })
}

fn one_link(n: &Network, l: LinkId, d: f64) -> String {
    let layer = n.layer_of(l);
    let gauge = layer.gauge_mm().map_or(String::new(), |g| g.to_string());
    let km = f64::from(n.length_m(l)) / 1e3;
    let mut line = format!("  {:<16} {gauge:>4} {km:>8.1} km, {d:.1} km away", n.link_name(l));
    if let Some(b) = n.borders.get(usize::from(n.link_border[l.ix()])) {
        line += &format!(", border {}", b.id);
    }
    if n.link_passage[l.ix()] != NONE {
        line += &format!(", passage {}", n.passages[usize::from(n.link_passage[l.ix()])].id);
    }
    for (flag, word) in [(Flags::MENDED, "mended"), (Flags::ACCESS, "access")] {
        if n.flags[l.ix()].has(flag) {
            line += &format!(", {word}");
        }
    }
    line + "\n"
}

/// Distance to the nearest point of a link's line, km.
fn nearness(n: &Network, l: LinkId, at: (f64, f64)) -> f64 {
    let ends = [n.tail[l.ix()], n.head[l.ix()]].map(|x| n.at(x));
    // Most links are far away: their lines are not read.
    if ends.iter().all(|e| (e.0 - at.0).abs() > 15.0) {
        return f64::MAX;
    }
    let degrees = trimodal::model::network::degrees;
    let points = n.line(l).into_iter().map(|p| great_circle_km(degrees(p), at));
    points.fold(f64::MAX, f64::min)
}

fn region(
    world: &World,
    args: &ExtractArgs,
    problems: &mut Vec<Problem>,
) -> Option<(String, Region)> {
    if let Some(text) = &args.bbox {
        let sides: Vec<f64> =
            text.split(',').map(|v| v.trim().parse().unwrap_or(f64::NAN)).collect();
        let [south, west, north, east] = sides[..] else {
            let told = format!("--bbox has {} sides", sides.len());
            problems.push(Problem::new(BAD_VALUE, told).hint("give south,west,north,east"));
            return None;
        };
        let sound = (-90.0..=90.0).contains(&south)
            && (-90.0..=90.0).contains(&north)
            && south < north
            && west != east
            && [west, east].iter().all(|v| (-180.0..=180.0).contains(v));
        if !sound {
            let told = format!("--bbox is {text}");
            let hint = "give south,west,north,east in degrees, as 41.5,129,44,133";
            problems.push(Problem::new(BAD_VALUE, told).hint(hint));
            return None;
        }
        return Some((
            format!("{south},{west},{north},{east}"),
            Region::Box([south, west, north, east]),
        ));
    }
    let km = within("--km", args.km.unwrap_or(0.0), 1.0, 3_000.0, problems);
    let around = args.around.as_deref().unwrap_or_default();
    let middle = world.atlas().locate(around).map(point).map_err(|p| problems.push(p)).ok()?;
    let name = format!("{km} km around {}", middle.name);
    Some((name, Region::Around((middle.lat, middle.lon), km)))
}

fn part(world: &World, args: &ExtractArgs) -> Result<u8, Vec<Problem>> {
    let mut problems = Vec::new();
    let found = region(world, args, &mut problems);
    let folder = &args.output;
    let taken = folder.is_file() || std::fs::read_dir(folder).is_ok_and(|mut d| d.next().is_some());
    if taken {
        let told = format!("`{}` exists and is not empty", folder.display());
        problems.push(Problem::new(FOLDER, told).hint("name a new folder; nothing was written"));
    }
    let Some((name, region)) = found.filter(|_| problems.is_empty()) else { return Err(problems) };
    let parameters = Parameters::default();
    let draught = parameters.value(Parameter::ShipDraught, Cargo::Containers);
    let closures = Closures::by_default(&world.network, draught);
    let graph = Graph::new(world.network.clone());
    let part = simplify(&graph, &closures, &region, usize::from(args.terminals));
    let Some(files) = extract::scenario(&name, &world.network, &parameters, &part) else {
        output::print(&format!(
            "no two terminals within {name} are joined by open lines inside it: {} terminals found\n",
            part.spots.len()
        ));
        return Ok(NO_SOLUTION);
    };
    write(folder, &files.0)?;
    output::print(&told(folder, &part));
    Ok(DONE)
}

fn write(
    folder: &Path,
    files: &std::collections::BTreeMap<String, Vec<u8>>,
) -> Result<(), Vec<Problem>> {
    std::fs::create_dir_all(folder).map_err(|e| {
        vec![Problem::new(FOLDER, format!("cannot make `{}`: {e}", folder.display()))]
    })?;
    for (name, bytes) in files {
        output::write(&folder.join(name), bytes).map_err(|p| vec![p])?;
    }
    Ok(())
}

fn told(folder: &Path, part: &Part) -> String {
    let shown = folder.display();
    let more = match part.left_out {
        0 => String::new(),
        n => format!(", {n} further terminals left out (--terminals)"),
    };
    format!(
        "{shown}: {} places, {} links{more}\nCapacities, vehicles and demand are defaults, marked `assumed` · next: trimodal plan {shown}\n{}",
        part.spots.len(),
        part.lines.len(),
        attribution()
    )
}
