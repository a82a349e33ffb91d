//! The steps of the build in order: land, rail by gauge, sea, terminals, borders, contraction, places.

use std::collections::{BTreeMap, HashMap};

use trimodal_model::land::Land;
use trimodal_model::network::{Flags, Layer, NONE, Network, Passage, degrees};
use trimodal_world::Gazetteer;

use super::countries::Countries;
use super::graph::{Graph, Link, point};
use super::names::{Names, borders, kebab};
use super::sources::Sources;
use super::tables::Tables;
use super::terminals::{self, Layers, Port};
use super::{Outcome, contract, ferries, gauge, land, mend, places, sea, waterways};

/// The kind of a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Port,
    RailRoad,
    GaugeChange,
}

/// A terminal under construction.
pub struct DraftTerminal {
    pub id: String,
    pub name: String,
    pub kind: Kind,
    pub country: u16,
    pub at: [i32; 2],
    pub transfers: Vec<(u32, u32)>,
}

/// All layers in one graph.
#[derive(Default)]
pub struct Draft {
    pub graph: Graph,
    pub layer: Vec<Layer>,
    pub country: Vec<u16>,
    pub terminals: Vec<DraftTerminal>,
    pub land: Land,
}

impl Draft {
    pub fn add(&mut self, at: [i32; 2], layer: Layer, country: u16) -> u32 {
        self.layer.push(layer);
        self.country.push(country);
        self.graph.add_point(at)
    }

    /// Whether the straight line from a place to a point crosses no more water than a quay or a bridge does.
    pub fn dry(&self, at: [i32; 2], to: u32) -> bool {
        let [a, b] = [at, self.graph.points[to as usize]].map(degrees);
        self.land.is_dry(a, b)
    }

    /// Km of water on the straight line from a place to a point.
    pub fn water_km(&self, at: [i32; 2], to: u32) -> f64 {
        let [a, b] = [at, self.graph.points[to as usize]].map(degrees);
        self.land.water_km(a, b)
    }

    /// Appends a graph and returns the number of its first point.
    fn take(&mut self, graph: &Graph, layer: impl Fn(usize) -> Layer, country: &[u16]) -> u32 {
        let first = self.graph.points.len() as u32;
        for (p, at) in graph.points.iter().enumerate() {
            self.add(*at, layer(p), country[p]);
        }
        let shifted = graph.links.iter().map(|l| Link { a: l.a + first, b: l.b + first, ..*l });
        self.graph.links.extend(shifted);
        first
    }
}

/// Builds the network and the places.
pub fn world(sources: &Sources, tables: &Tables) -> Outcome<(Network, Gazetteer)> {
    let countries = Countries::new(&sources.atlas, &sources.countries)?;
    let mut draft = Draft { land: land::grid(countries.shapes()), ..Draft::default() };
    println!("{} changes from water to land and back", draft.land.changes.len());
    let mut network = Network { countries: countries.codes.clone(), ..Network::default() };

    let road = on_land(&sources.road, "road", &countries, tables)?;
    draft.take(&road.graph, |_| Layer::Road, &road.country);
    let rail = on_land(&sources.rail, "rail", &countries, tables)?;
    gauged(&mut draft, &rail, &countries, tables);
    let listed = listed_ports(sources, &countries, tables);
    let (mut passages, lines) = waters(&mut draft, sources, tables, &listed)?;
    let ferries = ferries::add(&mut draft, &countries, &tables.ferries, &mut passages);
    println!("{ferries} links of ferries");
    let (water_ports, water_links) = (&tables.water_ports, &tables.water_links);
    let water = waterways::links(&mut draft, &countries, water_ports, water_links, &mut passages)?;
    let named = |id| Passage { id, ..Passage::default() };
    network.passages = passages.into_iter().map(named).collect();

    let layers = Layers::new(&draft);
    let ports = listed.iter().zip(&lines);
    let at_sea = ports.filter(|(p, lines)| terminals::port(&mut draft, &layers, p, lines)).count();
    println!("{} ports, {at_sea} of them at sea", listed.len());
    waterways::ports(&mut draft, &layers, &countries, water_ports, &water);
    cities(&mut draft, &layers, sources, &countries);

    let names = Names::new(&sources.cities);
    let (by_link, list) = borders(&draft, &countries.codes, &names);
    println!("{} border crossings", list.len());
    network.borders = list;
    network.land = std::mem::take(&mut draft.land);
    let network = contract::network(&draft, &by_link, network);
    println!(
        "{} nodes, {} links, {} points",
        network.nodes(),
        network.links(),
        network.shape.len()
    );
    Ok((network, places::gazetteer(sources, tables)))
}

/// The lines of a mode on land, mended.
pub struct Lines {
    pub graph: Graph,
    pub country: Vec<u16>,
}

fn on_land(source: &Graph, mode: &str, countries: &Countries, tables: &Tables) -> Outcome<Lines> {
    let mut graph = source.clone();
    let mut country = countries.of(&graph);
    let mut split = mend::split_long(&mut graph, &mut country);
    let crossings = mend::Crossings::new(&tables.ferries);
    let short = mend::short_gaps(&mut graph, &country, &crossings);
    let by_hand = mend::by_hand(&mut graph, &mut country, countries, &tables.mends, mode)?;
    let ends = mend::dead_ends(&mut graph, &country, mode, &crossings);
    split += mend::split_long(&mut graph, &mut country);
    for at in mend::alone(&graph) {
        println!("mends.csv: {mode} at {at:?} leads to no line of the source");
    }
    println!(
        "{mode}: {short} short gaps and {ends} dead ends joined, {by_hand} links by hand, {split} points put into long links"
    );
    Ok(Lines { graph, country })
}

fn gauged(draft: &mut Draft, rail: &Lines, countries: &Countries, tables: &Tables) {
    let country = &rail.country;
    let g = gauge::split(rail, countries, tables);
    println!(
        "rail: {} tracks cut between gauges: {:?}",
        g.cut.len(),
        gauge::cut_by_pair(&g.cut, country, &countries.codes)
    );
    let first = draft.take(&g.graph, |p| Layer::Rail(g.gauge_mm[p]), &g.country);
    for (row, transfers) in tables.gauge_changes.iter().zip(&g.transfers) {
        if transfers.is_empty() {
            println!("gauge change without a track: {}", row.id);
        }
        draft.terminals.push(DraftTerminal {
            id: row.id.clone(),
            name: row.name.clone(),
            kind: Kind::GaugeChange,
            country: countries.position(&row.country_b),
            at: point(row.lat_b, row.lon_b),
            transfers: transfers.iter().map(|(a, b)| (a + first, b + first)).collect(),
        });
    }
}

/// The sea, and the numbers of its points that each port is joined to.
fn waters(
    draft: &mut Draft,
    sources: &Sources,
    tables: &Tables,
    ports: &[Port],
) -> Outcome<(Vec<String>, Vec<Vec<sea::Line>>)> {
    let sea::Sea { graph, mut lines, passages } = sea::network(sources, tables, ports)?;
    for (name, links) in &passages {
        if *links == 0 {
            println!("passage without a link: {name}");
        }
    }
    let first = draft.take(&graph, |_| Layer::Sea, &vec![NONE; graph.points.len()]);
    lines.iter_mut().flatten().for_each(|(point, _)| *point += first);
    Ok((passages.into_iter().map(|(id, _)| id).collect(), lines))
}

/// The ports of the source and of the tables, in the order of their codes.
fn listed_ports(sources: &Sources, countries: &Countries, tables: &Tables) -> Vec<Port> {
    let own: HashMap<&str, ()> = tables.ports.iter().map(|p| (p.replaces.as_str(), ())).collect();
    let mut ports: BTreeMap<String, Port> = BTreeMap::new();
    for feature in &sources.ports.features {
        let text = |k: &str| feature.property(k).and_then(|v| v.as_str()).unwrap_or_default();
        let code = text("port").trim().to_string();
        let Some(geometry) = &feature.geometry else { continue };
        let geojson::GeometryValue::Point { coordinates } = &geometry.value else { continue };
        let coordinates = coordinates.as_slice();
        if code.len() != 5 || own.contains_key(code.as_str()) || tables.left_out.contains(&code) {
            continue;
        }
        let at = point(coordinates[1], coordinates[0]);
        if waterways::is_misplaced(&code, at, &tables.water_ports) {
            continue;
        }
        let country = countries.of_port(&code[..2]);
        let name = text("name").trim().to_string();
        let reached = tables.sea_reach.contains(&code);
        ports.entry(code.clone()).or_insert(Port { code, name, country, at, reached });
    }
    for p in &tables.ports {
        let country = countries.of_port(&p.country);
        let at = point(p.lat, p.lon);
        let (code, name) = (p.code.clone(), p.name.clone());
        let reached = tables.sea_reach.contains(&code);
        ports.insert(p.code.clone(), Port { code, name, country, at, reached });
    }
    let mouths = waterways::mouths(&tables.water_ports, &ports, countries);
    ports.extend(mouths.into_iter().map(|p| (p.code.clone(), p)));
    ports.into_values().collect()
}

fn cities(draft: &mut Draft, layers: &Layers, sources: &Sources, countries: &Countries) {
    let mut cities: Vec<_> = sources.cities.iter().collect();
    cities.sort_by(|a, b| b.population.cmp(&a.population).then_with(|| a.name.cmp(&b.name)));
    let mut used = HashMap::new();
    let mut made = 0;
    for city in cities {
        let base = format!("{}-{}", city.countrycode.to_lowercase(), kebab(&city.name));
        let times = used.entry(base.clone()).or_insert(0);
        let id = if *times == 0 { base } else { format!("{base}-{}", *times + 1) };
        if terminals::rail_road(draft, layers, city, countries.position(&city.countrycode), id) {
            *times += 1;
            made += 1;
        }
    }
    println!("{made} rail-road terminals");
    let mended = draft.graph.links.iter().filter(|l| l.flags.has(Flags::MENDED)).count();
    println!("{mended} mended links");
}
