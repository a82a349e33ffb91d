//! A network as the router needs it: nodes in layers, joined by terminals.

use std::collections::{BTreeMap, HashMap};

use rstar::RTree;
use rstar::primitives::GeomWithData;
use trimodal_formats::network::CENTROID;
use trimodal_formats::{Link, Network as Table};
use trimodal_model::Note;
use trimodal_model::network::{
    Border, BorderDelay, Flags, Layer, LinkId, NONE, Network, NodeId, Passage, PassageKind,
    degrees, great_circle_km,
};
use trimodal_model::problem::{NOT_ROUTABLE, Problem};
use trimodal_model::scenario::Mode;
use trimodal_world::Gazetteer;
use trimodal_world::locate::{OwnPlace, OwnPlaces};

use super::gauges::Assumed;
use super::speeds::Speeds;
use super::terminals;
use crate::findings::{listed, quoted};
use crate::world::World;

/// The speed of a ferry whose file has neither speed nor time, km/h.
pub const FERRY_KMH: f64 = 25.0;
/// A node farther from every place is in no country.
const COUNTRY_KM: f64 = 300.0;
/// Two links between the same nodes are one way there and back if their lengths differ by no more than this share.
const SAME_LENGTH: f64 = 0.02;
/// The network of a table, and its nodes by name.
pub fn network(
    table: &Table,
    world: &World,
    notes: &mut Vec<Note>,
) -> Result<(Network, OwnPlaces), Vec<Problem>> {
    check(table)?;
    let mut builder = Builder::new(table, world);
    builder.links(notes);
    builder.berths(notes);
    terminals::join(table, &mut builder.network, &builder.node, &builder.countries, notes);
    builder.borders(notes);
    let mut network = builder.network;
    network.index();
    trimodal_world::apply_borders(&mut network);
    Ok((network, places(table)))
}

fn check(table: &Table) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    let nowhere: Vec<&trimodal_formats::Node> =
        table.nodes.iter().filter(|n| n.at.is_none()).collect();
    if let Some(first) = nowhere.first() {
        let list = listed(&quoted(nowhere.iter().map(|n| n.id.as_str())));
        let message = format!("{} nodes have no coordinates: {list}", nowhere.len());
        let hint = "routes need them; give them in the table of nodes, for TNTP in NAME_node.tntp beside the net";
        let problem = Problem::new(NOT_ROUTABLE, message).at(&table.nodes_file, first.row, 0);
        problems.push(problem.hint(hint));
    }
    let without: Vec<&Link> = table.of_freight().0.filter(|l| l.mode.is_none()).collect();
    if let Some(first) = without.first() {
        let list = listed(&quoted(without.iter().map(|l| l.id.as_str())));
        let message = format!("{} links have no mode: {list}", without.len());
        let hint =
            "say it in a mapping (--mapping): [links] mode = { value = \"road\" }, or the column";
        problems.push(
            Problem::new(NOT_ROUTABLE, message).at(&table.links_file, first.row, 0).hint(hint),
        );
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// Nodes of a network by the node of the table and the layer.
pub type InLayers = BTreeMap<(usize, Layer), NodeId>;

pub(super) struct Builder<'a> {
    pub table: &'a Table,
    countries: Vec<u16>,
    pub network: Network,
    node: InLayers,
    speeds: Speeds,
    assumed: Assumed,
}

impl<'a> Builder<'a> {
    fn new(table: &'a Table, world: &World) -> Builder<'a> {
        let (countries, codes) = countries(table, &world.places);
        let network = Network {
            countries: codes,
            length_factor: [1.0; 3],
            land: world.network.land.clone(),
            shape_first: vec![0],
            ..Network::default()
        };
        let speeds = Speeds::default();
        Builder {
            table,
            countries,
            network,
            node: BTreeMap::new(),
            speeds,
            assumed: Assumed::default(),
        }
    }

    fn node(&mut self, i: usize, layer: Layer) -> NodeId {
        let n = &mut self.network;
        let [lon, lat] = self.table.nodes[i].at.unwrap_or_default();
        let country = if layer == Layer::Sea { NONE } else { self.countries[i] };
        *self.node.entry((i, layer)).or_insert_with(|| {
            n.node_e3.push([(lat * 1e3).round() as i32, (lon * 1e3).round() as i32]);
            n.node_layer.push(layer);
            n.node_country.push(country);
            NodeId::at(n.node_e3.len() - 1)
        })
    }

    fn links(&mut self, notes: &mut Vec<Note>) {
        let table = self.table;
        let mut seen: HashMap<(NodeId, NodeId), Vec<f64>> = HashMap::new();
        let (mut back, mut alone, mut loops) = (0, 0, 0);
        let (of_freight, barred) = table.of_freight();
        for link in of_freight {
            let Some(mode) = link.mode else { continue };
            if link.from == link.to {
                loops += 1;
                continue;
            }
            let layers = self.layers(mode, link);
            for layer in layers {
                let ends = [self.node(link.from, layer), self.node(link.to, layer)];
                let km = link.km.unwrap_or(0.0);
                let known = seen.entry((ends[0].min(ends[1]), ends[0].max(ends[1]))).or_default();
                if known.iter().any(|k| (k - km).abs() <= SAME_LENGTH * km) {
                    back += usize::from(link.is_one_way);
                    alone = alone.max(1) - 1;
                    continue;
                }
                known.push(km);
                alone += usize::from(link.is_one_way);
                self.link(link, ends, km);
            }
        }
        let told = [
            (barred, "links bar freight: left out"),
            (back, "links are the way back of another: links go both ways"),
            (alone, "one-way links have no way back: they are used both ways"),
            (loops, "links lead from a node to itself: left out"),
        ];
        for (count, what) in told.into_iter().filter(|(count, _)| *count > 0) {
            notes.push(Note::new(&table.links_file, 0, 0, format!("{count} {what}")));
        }
        self.assumed.tell(&table.links_file, notes);
    }

    /// The layers that a link of a mode is in: one for each gauge. The gauge of a railway that tells none is that of
    /// its country.
    fn layers(&mut self, mode: Mode, link: &Link) -> Vec<Layer> {
        match mode {
            Mode::Road => vec![Layer::Road],
            Mode::Sea => vec![Layer::Sea],
            Mode::Barge => vec![Layer::Waterway],
            Mode::Rail if link.gauges_mm.is_empty() => {
                let country = self.network.country(self.countries[link.from]);
                let [lon, lat] = self.table.nodes[link.from].at.unwrap_or_default();
                let mm = self.assumed.gauge_mm(link, country, (lat, lon));
                vec![Layer::Rail(mm)]
            }
            Mode::Rail => link.gauges_mm.iter().map(|mm| Layer::Rail(*mm)).collect(),
        }
    }

    fn link(&mut self, link: &Link, [tail, head]: [NodeId; 2], km: f64) {
        let of_freight = |kmh| self.speeds.of_freight(&self.network, tail, kmh);
        let running = link.running_kmh.and_then(of_freight);
        let n = &mut self.network;
        let m = (km * 1e3).round().clamp(1.0, f64::from(u32::MAX)) as u32;
        n.tail.push(tail);
        n.head.push(head);
        n.raw_m.push(m);
        let of_time = link.minutes.filter(|min| *min > 0.0 && km > 0.0).map(|min| km / min * 60.0);
        let kmh = link.kmh.or(of_time).filter(|kmh| (0.1..=1_000.0).contains(kmh));
        n.flags.push(if link.is_ferry() { Flags::FERRY } else { Flags::default() });
        let passage = if link.is_ferry() { ferry(n, link, km, kmh) } else { NONE };
        n.link_passage.push(passage);
        let own = kmh.or(running).filter(|_| !link.is_ferry());
        n.link_kmh.push(own.unwrap_or(0.0) as f32);
        n.link_border.push(NONE);
        let inner = link.line.get(1..link.line.len().saturating_sub(1)).unwrap_or_default();
        n.shape.extend(
            inner.iter().map(|p| [(p[1] * 1e3).round() as i32, (p[0] * 1e3).round() as i32]),
        );
        n.shape_first.push(n.shape.len() as u32);
    }

    /// Marks land links between two countries as crossings of the border.
    fn borders(&mut self, notes: &mut Vec<Note>) {
        let n = &mut self.network;
        for l in 0..n.links() {
            let layer = n.layer_of(LinkId::at(l));
            let ends = [n.tail[l], n.head[l]];
            let [a, b] = ends.map(|x| n.node_country[x.ix()]);
            let on_land = matches!(layer, Layer::Road | Layer::Rail(_));
            if !on_land || a == b || a == NONE || b == NONE || n.borders.len() >= usize::from(NONE)
            {
                continue;
            }
            let [x, y] = ends.map(|x| n.node_e3[x.ix()]);
            let at_e3 = [0, 1].map(|i| (x[i] + y[i]) / 2);
            let codes = [a, b].map(|c| n.country(c).to_string());
            let mode = layer.mode();
            let number = n.borders.len() + 1;
            let id = format!("{}-{}-{}-{number}", mode.word(), codes[0], codes[1]).to_lowercase();
            let name = format!("{}-{} {number}", codes[0], codes[1]);
            n.link_border[l] = n.borders.len() as u16;
            n.borders.push(Border {
                id,
                name,
                mode,
                countries: [a, b],
                at_e3,
                stop: BorderDelay::default(),
            });
        }
        if !n.borders.is_empty() {
            let message = format!(
                "{} links cross a border: their stops are those usual between the countries",
                n.borders.len()
            );
            notes.push(Note::new(&self.table.links_file, 0, 0, message));
        }
    }
}

/// The passage of a ferry: a new one.
fn ferry(n: &mut Network, link: &Link, km: f64, kmh: Option<f64>) -> u16 {
    if n.passages.len() >= usize::from(NONE) {
        return NONE;
    }
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let name = if link.name.is_empty() { format!("ferry {}", link.id) } else { link.name.clone() };
    n.passages.push(Passage {
        id: name.chars().map(plain).collect(),
        name,
        kind: PassageKind::Ferry,
        transit_h: km / kmh.unwrap_or(FERRY_KMH),
        ..Passage::default()
    });
    n.passages.len() as u16 - 1
}

/// Gives the nodes without a country that of the nearest place of the embedded world.
pub fn give_countries(table: &mut Table) {
    let places = World::load().places;
    let near = nearest_countries(table, &places);
    for (node, country) in table.nodes.iter_mut().zip(near) {
        node.country = country.unwrap_or_default();
    }
}

/// The country of each node, as stated or as that of the nearest place.
fn nearest_countries(table: &Table, places: &Gazetteer) -> Vec<Option<String>> {
    let point = |p: usize| {
        let (lat, lon) = degrees(places.at_e3[p]);
        GeomWithData::new([lat, lon], p)
    };
    let tree = RTree::bulk_load((0..places.len()).map(point).collect());
    let code = |node: &trimodal_formats::Node| {
        if node.country.len() == 2 {
            return Some(node.country.clone());
        }
        let [lon, lat] = node.at?;
        let near = tree.nearest_neighbor([lat, lon])?;
        let [a, b] = *near.geom();
        let is_near = great_circle_km((a, b), (lat, lon)) <= COUNTRY_KM;
        is_near.then(|| places.country_code(near.data as u32).to_string())
    };
    table.nodes.iter().map(code).collect()
}

/// The position of each node's country among the codes, and the codes.
fn countries(table: &Table, places: &Gazetteer) -> (Vec<u16>, Vec<String>) {
    let of = nearest_countries(table, places);
    let mut codes: Vec<String> = of.iter().flatten().cloned().collect();
    codes.sort();
    codes.dedup();
    let position = |code: &Option<String>| {
        let position = code.as_ref().and_then(|c| codes.binary_search(c).ok());
        position.map_or(NONE, |p| p as u16)
    };
    (of.iter().map(position).collect(), codes)
}

/// The nodes by their names and ids.
fn places(table: &Table) -> OwnPlaces {
    let place = |name: &str, id: Option<&str>, node: &trimodal_formats::Node| {
        let [lon, lat] = node.at?;
        let (name, id) = (name.to_string(), id.map(String::from));
        Some(OwnPlace { name, lat, lon, country: None, id })
    };
    let by_id = table.nodes.iter().filter_map(|n| place(&n.id, None, n));
    let with_name = table.nodes.iter().filter(|n| !n.name.is_empty() && n.kind != CENTROID);
    let by_name = with_name.filter_map(|n| place(&n.name, Some(&n.id), n));
    OwnPlaces::new(by_name.chain(by_id).collect())
}
