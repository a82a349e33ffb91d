//! A region of the embedded world replaced by an extract of OpenStreetMap, or by another network.

mod ferries;
mod ports;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rstar::RTree;
use rstar::primitives::GeomWithData;
use trimodal_formats::{Mapping, Source};
use trimodal_model::Note;
use trimodal_model::network::{
    Flags, Layer, LinkId, NONE, Network, NodeId, Terminal, TerminalKind, degrees, great_circle_km,
};
use trimodal_model::problem::{BAD_VALUE, EMPTY, Problem, Problems, UNWRITABLE};
use trimodal_model::scenario::Mode;
use trimodal_route::graph::Step;
use trimodal_route::services::{Service, ServiceRow, paths_csv, trace};
use trimodal_route::{NetworkLaw, Parameters, Router};

use super::World;
use super::own;

/// Loose ends of the embedded network are joined to the new one within this distance, km.
const JOIN_KM: f64 = 30.0;
/// How much longer the way there is than the straight line.
const JOIN_FACTOR: f64 = 1.2;

/// So few new links need no order of contraction of their own, which takes a minute to find.
const FEW_LINKS: usize = 2_000;

/// What is replaced by what.
#[derive(Debug, Clone)]
pub struct BuildRequest {
    /// An extract of OpenStreetMap, or any other network.
    pub extract: Source,
    /// Sides in degrees: south, west, north, east.
    pub region: [f64; 4],
}

/// A network with a region replaced.
#[derive(Debug)]
pub struct Built {
    /// The file, for `--network`.
    pub bytes: Vec<u8>,
    /// Links of the embedded network that were replaced.
    pub replaced: usize,
    /// Links that came in their place.
    pub new: usize,
    /// Loose ends that were joined.
    pub joined: usize,
    /// Ferries of the extract.
    pub ferries: usize,
    /// Ports and terminals of the extract where goods change modes.
    pub terminals: usize,
    /// How the extract was read.
    pub notes: Vec<Note>,
}

impl World {
    /// Replaces the railways, roads and ferries of a region by those of an extract, and adds its ports and terminals.
    /// The ports of the embedded world, waterways, the sea and all that lies outside stay, and what ends at the edge
    /// of the region is joined to the new network.
    pub fn build(&self, request: &BuildRequest) -> Result<Built, Problems> {
        check(request.region)?;
        let (mut table, mut notes) =
            trimodal_formats::convert::network(&request.extract, None, &Mapping::default())?;
        let ports = ports::take(&mut table, request.region);
        let built = own::network(&table, self, &mut notes);
        let new = built.map_err(|problems| Problems { problems, notes: notes.clone() })?;
        let mut merge = Merge::new(&self.network, request.region, &new);
        if merge.modes.is_empty() && merge.ferries.is_empty() {
            let message = "the extract has no railways, roads and ferries in the region";
            let problem = Problem::new(EMPTY, message).at(&request.extract.name, 0, 0);
            return Err(Problems {
                problems: vec![problem.hint("check --region: south,west,north,east")],
                notes,
            });
        }
        merge.keep();
        merge.add(&new, &mut notes);
        merge.join(&mut notes, &request.extract.name);
        merge.ports(&ports, &mut notes, &request.extract.name);
        let counts = merge.counts;
        let (network, ferries) = merge.finish();
        let paths = self.paths(&network.0, &network.1);
        let order = match counts.added {
            0..=FEW_LINKS => network.1.order(),
            _ => trimodal_route::prepared::order(&network.0),
        };
        let about = about(&request.extract.name);
        let bytes = own::packed(&network.0, &order, &ferries, &paths, &about);
        let bytes = bytes
            .map_err(|e| Problem::new(UNWRITABLE, format!("the network cannot be packed: {e}")))?;
        let Counts { replaced, added: new, joined, ferries, terminals } = counts;
        Ok(Built { bytes, replaced, new, joined, ferries, terminals, notes })
    }

    /// The paths of the bundled services on the new network: as before where nothing of them was replaced.
    fn paths(&self, network: &Network, moved: &Moved) -> String {
        let before = &self.base().graph.services;
        let mut after: Vec<Service> = before.iter().filter_map(|s| moved.service(s)).collect();
        let day = crate::shipment::today();
        let law = NetworkLaw::read(network, day, None, None);
        let law = law.expect("the law that comes with the program is read by a test");
        let router = Router::over(network.clone().into(), Vec::new(), Parameters::default(), law);
        let lost = |row: &ServiceRow| {
            before.iter().any(|s| s.row.id == row.id) && !after.iter().any(|s| s.row.id == row.id)
        };
        let again: Vec<Service> = ServiceRow::bundled()
            .into_iter()
            .filter(lost)
            .filter_map(|row| trace(&router, row).ok())
            .collect();
        after.extend(again);
        paths_csv(&after)
    }
}

fn check([south, west, north, east]: [f64; 4]) -> Result<(), Problem> {
    let sound = -90.0 <= south
        && south < north
        && north <= 90.0
        && -180.0 <= west
        && west < east
        && east <= 180.0;
    if sound {
        return Ok(());
    }
    let message = format!("--region is {south},{west},{north},{east}");
    let hint = "give south,west,north,east in degrees, as 59,24,60,26";
    Err(Problem::new(BAD_VALUE, message).hint(hint))
}

fn about(extract: &str) -> Vec<String> {
    let mut lines: Vec<String> =
        trimodal_world::ATTRIBUTION.iter().map(|l| l.to_string()).collect();
    lines.push(format!("A region of the network: {extract}; OpenStreetMap data (c) OpenStreetMap contributors, ODbL 1.0."));
    lines
}

/// Where the parts of the old network are in the new one.
struct Moved {
    nodes: Vec<Option<NodeId>>,
    links: Vec<Option<LinkId>>,
}

impl Moved {
    /// The order in which the nodes that stay are contracted.
    fn order(&self) -> Vec<u32> {
        let moved = |node: u32| self.nodes.get(node as usize).copied().flatten();
        trimodal_world::order().into_iter().filter_map(moved).map(|node| node.0).collect()
    }

    fn service(&self, service: &Service) -> Option<Service> {
        let step = |(step, node): &(Step, NodeId)| {
            let step = match step {
                Step::Link(l) => Step::Link(self.links[l.ix()]?),
                other => *other,
            };
            Some((step, self.nodes[node.ix()]?))
        };
        let path: Option<Vec<_>> = service.path.iter().map(step).collect();
        Some(Service {
            row: service.row.clone(),
            from: self.nodes[service.from.ix()]?,
            path: path?,
        })
    }
}

struct Merge<'a> {
    old: &'a Network,
    region: [f64; 4],
    /// Modes that the extract has in the region, and the old network loses there.
    modes: Vec<Mode>,
    /// Modes whose ferries inside the region are those of the extract.
    ferries: Vec<Mode>,
    moved: Moved,
    network: Network,
    /// Nodes that lost links.
    loose: Vec<NodeId>,
    /// Nodes of the extract.
    fresh: Vec<NodeId>,
    /// Ferries of the embedded world that were replaced, without those that the extract has too.
    lost: BTreeSet<u16>,
    /// Ferries that the tables of the program do not have, and hours of those that they have.
    crossings: Vec<own::FerryRow>,
    counts: Counts,
}

/// What was done.
#[derive(Default, Clone, Copy)]
struct Counts {
    replaced: usize,
    added: usize,
    joined: usize,
    ferries: usize,
    terminals: usize,
}

impl<'a> Merge<'a> {
    fn new(old: &'a Network, region: [f64; 4], new: &Network) -> Merge<'a> {
        let of_land = |m: &Mode| matches!(m, Mode::Rail | Mode::Road);
        let among = |is_meant: &dyn Fn(usize) -> bool| {
            let meant = (0..new.links()).filter(|l| is_meant(*l));
            let mut modes: Vec<Mode> = meant.map(|l| new.layer_of(LinkId::at(l)).mode()).collect();
            modes.sort_unstable();
            modes.dedup();
            modes.retain(of_land);
            modes
        };
        let is_in = |x: NodeId| inside(region, new.at(x));
        let no_ferry = Flags::FERRY.with(Flags::ACCESS);
        let modes = among(&|l| {
            new.flags[l].without(no_ferry) == new.flags[l]
                && (is_in(new.tail[l]) || is_in(new.head[l]))
        });
        let ferries =
            among(&|l| new.flags[l].has(Flags::FERRY) && is_in(new.tail[l]) && is_in(new.head[l]));
        let network = Network {
            countries: old.countries.clone(),
            length_factor: old.length_factor,
            passages: old.passages.clone(),
            borders: old.borders.clone(),
            shape_first: vec![0],
            ..Network::default()
        };
        let moved = Moved { nodes: vec![None; old.nodes()], links: vec![None; old.links()] };
        Merge {
            old,
            region,
            modes,
            ferries,
            moved,
            network,
            loose: Vec::new(),
            fresh: Vec::new(),
            lost: BTreeSet::new(),
            crossings: Vec::new(),
            counts: Counts::default(),
        }
    }

    fn is_replaced(&self, l: usize) -> bool {
        let n = self.old;
        let mode = n.layer_of(LinkId::at(l)).mode();
        let modes = if n.flags[l].has(Flags::FERRY) { &self.ferries } else { &self.modes };
        modes.contains(&mode)
            && [n.tail[l], n.head[l]].iter().all(|x| inside(self.region, n.at(*x)))
    }

    /// Takes over what stays of the old network.
    fn keep(&mut self) {
        let n = self.old;
        let mut stays = vec![false; n.nodes()];
        let mut loses = vec![false; n.nodes()];
        for l in 0..n.links() {
            let marks = if self.is_replaced(l) { &mut loses } else { &mut stays };
            [n.tail[l], n.head[l]].iter().for_each(|x| marks[x.ix()] = true);
        }
        let ends = n.terminals.iter().flat_map(|t| &t.transfers);
        ends.for_each(|(a, b)| [a, b].iter().for_each(|x| stays[x.ix()] = true));
        for i in (0..n.nodes()).filter(|i| stays[*i]) {
            let id =
                push_node(&mut self.network, (n.node_e3[i], n.node_layer[i], n.node_country[i]));
            self.moved.nodes[i] = Some(id);
            if loses[i] {
                self.loose.push(id);
            }
        }
        for l in 0..n.links() {
            if self.is_replaced(l) {
                self.counts.replaced += 1;
                if n.flags[l].has(Flags::FERRY) {
                    self.lost.insert(n.link_passage[l]);
                }
                continue;
            }
            let ends = [n.tail[l], n.head[l]].map(|x| self.moved.nodes[x.ix()]);
            let [Some(tail), Some(head)] = ends else { continue };
            self.moved.links[l] = Some(LinkId::at(self.network.links()));
            let inner = &n.shape[n.shape_first[l] as usize..n.shape_first[l + 1] as usize];
            push_link(
                &mut self.network,
                [tail, head],
                n.raw_m[l],
                n.flags[l],
                (n.link_passage[l], n.link_border[l]),
                inner,
            );
            give_speed(&mut self.network, n, l);
        }
        let moved = |x: NodeId| self.moved.nodes[x.ix()];
        for t in &n.terminals {
            let pairs = t.transfers.iter().filter_map(|(a, b)| Some((moved(*a)?, moved(*b)?)));
            self.network.terminals.push(Terminal { transfers: pairs.collect(), ..t.clone() });
        }
    }

    /// Adds the railways and roads of the extract that lie in the region, and its terminals.
    fn add(&mut self, new: &Network, notes: &mut Vec<Note>) {
        let mut position: HashMap<NodeId, NodeId> = HashMap::new();
        let mut left_out = 0;
        for l in 0..new.links() {
            let layer = new.layer_of(LinkId::at(l));
            let ends = [new.tail[l], new.head[l]];
            let count_in = ends.iter().filter(|x| inside(self.region, new.at(**x))).count();
            let is_ferry = new.flags[l].has(Flags::FERRY);
            left_out += usize::from(is_ferry && count_in == 1);
            let modes = if is_ferry { &self.ferries } else { &self.modes };
            if !modes.contains(&layer.mode()) || count_in < if is_ferry { 2 } else { 1 } {
                continue;
            }
            let [tail, head] = ends.map(|x| self.fresh_node(new, x, &mut position));
            let border = self.border(new, l);
            let inner = &new.shape[new.shape_first[l] as usize..new.shape_first[l + 1] as usize];
            // The lengths of an extract need no correction.
            let factor = self.network.length_factor[if layer.mode() == Mode::Rail { 0 } else { 2 }];
            let m = (f64::from(new.raw_m[l]) / factor).round().max(1.0) as u32;
            let passage = if is_ferry { self.crossing(new, l) } else { NONE };
            push_link(&mut self.network, [tail, head], m, new.flags[l], (passage, border), inner);
            give_speed(&mut self.network, new, l);
            *if is_ferry { &mut self.counts.ferries } else { &mut self.counts.added } += 1;
        }
        if left_out > 0 {
            let message = format!(
                "left out: {left_out} ferries that leave the region; those of the embedded network stay"
            );
            notes.push(Note::new("--region", 0, 0, message));
        }
        self.tell_lost(notes);
        for t in &new.terminals {
            let pair = |(a, b): &(NodeId, NodeId)| Some((*position.get(a)?, *position.get(b)?));
            let transfers: Vec<_> = t.transfers.iter().filter_map(pair).collect();
            if !transfers.is_empty() {
                let country = self.country(new.country(t.country));
                let id = format!("new-{}", t.id);
                self.network.terminals.push(Terminal { id, country, transfers, ..t.clone() });
                self.counts.terminals += usize::from(t.kind != TerminalKind::GaugeChange);
            }
        }
    }

    fn fresh_node(
        &mut self,
        new: &Network,
        x: NodeId,
        position: &mut HashMap<NodeId, NodeId>,
    ) -> NodeId {
        if let Some(known) = position.get(&x) {
            return *known;
        }
        let country = self.country(new.country_of(x));
        let id =
            push_node(&mut self.network, (new.node_e3[x.ix()], new.node_layer[x.ix()], country));
        position.insert(x, id);
        self.fresh.push(id);
        id
    }

    /// The position of a country of the old list; a country that is not in it has no network, and so no law.
    fn country(&self, code: &str) -> u16 {
        self.network.countries.iter().position(|c| c == code).map_or(NONE, |p| p as u16)
    }

    fn border(&mut self, new: &Network, l: usize) -> u16 {
        let Some(border) = new.borders.get(usize::from(new.link_border[l])) else { return NONE };
        let countries = border.countries.map(|c| self.country(new.country(c)));
        if countries.contains(&NONE) || self.network.borders.len() >= usize::from(NONE) {
            return NONE;
        }
        let id = format!("new-{}", border.id);
        self.network.borders.push(trimodal_model::network::Border {
            id,
            countries,
            ..border.clone()
        });
        self.network.borders.len() as u16 - 1
    }

    /// Joins the loose ends of the old network to the nearest nodes of the new one.
    fn join(&mut self, notes: &mut Vec<Note>, file: &str) {
        let trees = trees(&self.network, &self.fresh);
        let mut alone = 0;
        for x in std::mem::take(&mut self.loose) {
            let at = degrees(self.network.node_e3[x.ix()]);
            let tree = trees.get(&self.network.node_layer[x.ix()]);
            let Some((km, to)) = tree.and_then(|t| nearest(t, at, JOIN_KM)) else {
                alone += 1;
                continue;
            };
            let m = (km * JOIN_FACTOR * 1e3).round().max(1.0) as u32;
            push_link(&mut self.network, [x, to], m, Flags::MENDED, (NONE, NONE), &[]);
            self.counts.joined += 1;
        }
        if alone > 0 {
            let message = format!(
                "{alone} ends of the embedded network have no track or road of the extract within {JOIN_KM} km"
            );
            notes.push(Note::new(file, 0, 0, message));
        }
    }

    fn finish(mut self) -> ((Network, Moved), Vec<own::FerryRow>) {
        self.network.index();
        trimodal_world::apply_borders(&mut self.network);
        ((self.network, self.moved), self.crossings)
    }
}

type Tree = RTree<GeomWithData<[f64; 2], NodeId>>;

/// Nodes by their layers and places.
fn trees(n: &Network, nodes: &[NodeId]) -> BTreeMap<Layer, Tree> {
    let mut points: BTreeMap<Layer, Vec<GeomWithData<[f64; 2], NodeId>>> = BTreeMap::new();
    for x in nodes {
        let (lat, lon) = n.at(*x);
        let point = GeomWithData::new([lat, lon], *x);
        points.entry(n.node_layer[x.ix()]).or_default().push(point);
    }
    points.into_iter().map(|(layer, all)| (layer, RTree::bulk_load(all))).collect()
}

/// The nearest node of a tree, with the km to it.
fn nearest(tree: &Tree, at: (f64, f64), within_km: f64) -> Option<(f64, NodeId)> {
    let near = tree.nearest_neighbor([at.0, at.1])?;
    let km = great_circle_km(at, (near.geom()[0], near.geom()[1]));
    (km <= within_km).then_some((km, near.data))
}

fn inside([south, west, north, east]: [f64; 4], (lat, lon): (f64, f64)) -> bool {
    (south..=north).contains(&lat) && (west..=east).contains(&lon)
}

fn push_node(n: &mut Network, (at_e3, layer, country): ([i32; 2], Layer, u16)) -> NodeId {
    n.node_e3.push(at_e3);
    n.node_layer.push(layer);
    n.node_country.push(country);
    NodeId::at(n.nodes() - 1)
}

fn push_link(
    n: &mut Network,
    [tail, head]: [NodeId; 2],
    m: u32,
    flags: Flags,
    (passage, border): (u16, u16),
    inner: &[[i32; 2]],
) {
    n.tail.push(tail);
    n.head.push(head);
    n.raw_m.push(m);
    n.flags.push(flags);
    n.link_passage.push(passage);
    n.link_border.push(border);
    n.link_kmh.push(0.0);
    n.shape.extend_from_slice(inner);
    n.shape_first.push(n.shape.len() as u32);
}

/// Gives the last link the speed of a link of another network.
fn give_speed(n: &mut Network, of: &Network, l: usize) {
    if let (Some(kmh), Some(own)) = (n.link_kmh.last_mut(), of.link_kmh.get(l)) {
        *kmh = *own;
    }
}
