//! A region of the embedded world replaced by an extract of OpenStreetMap, or by another network.

use std::collections::{BTreeMap, HashMap};

use rstar::RTree;
use rstar::primitives::GeomWithData;
use trimodal_formats::{Mapping, Source};
use trimodal_model::Note;
use trimodal_model::network::{
    Flags, Layer, LinkId, NONE, Network, NodeId, Terminal, degrees, great_circle_km,
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
    /// How the extract was read.
    pub notes: Vec<Note>,
}

impl World {
    /// Replaces the railways and roads of a region by those of an extract. Ports, ferries, waterways, the sea and all
    /// that lies outside stay, and what ends at the edge of the region is joined to the new network.
    pub fn build(&self, request: &BuildRequest) -> Result<Built, Problems> {
        let [south, west, north, east] = request.region;
        let sound = -90.0 <= south
            && south < north
            && north <= 90.0
            && -180.0 <= west
            && west < east
            && east <= 180.0;
        if !sound {
            let message = format!("--region is {south},{west},{north},{east}");
            let hint = "give south,west,north,east in degrees, as 59,24,60,26";
            return Err(Problem::new(BAD_VALUE, message).hint(hint).into());
        }
        let (table, mut notes) =
            trimodal_formats::convert::network(&request.extract, None, &Mapping::default())?;
        let built = own::network(&table, self, &mut notes);
        let new = built.map_err(|problems| Problems { problems, notes: notes.clone() })?;
        let mut merge = Merge::new(&self.network, request.region, &new);
        if merge.modes.is_empty() {
            let message = "the extract has no railways and no roads in the region";
            let problem = Problem::new(EMPTY, message).at(&request.extract.name, 0, 0);
            return Err(Problems {
                problems: vec![problem.hint("check --region: south,west,north,east")],
                notes,
            });
        }
        merge.keep();
        merge.add(&new, &mut notes);
        merge.join(&mut notes, &request.extract.name);
        let (replaced, added, joined) = (merge.replaced, merge.added, merge.joined);
        let network = merge.finish();
        let paths = self.paths(&network.0, &network.1);
        let order = match added {
            0..=FEW_LINKS => network.1.order(),
            _ => trimodal_route::prepared::order(&network.0),
        };
        let about = about(&request.extract.name);
        let bytes = own::packed(&network.0, &order, &paths, &about);
        let bytes = bytes
            .map_err(|e| Problem::new(UNWRITABLE, format!("the network cannot be packed: {e}")))?;
        Ok(Built { bytes, replaced, new: added, joined, notes })
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
    moved: Moved,
    network: Network,
    /// Nodes that lost links.
    loose: Vec<NodeId>,
    /// Nodes of the extract.
    fresh: Vec<NodeId>,
    replaced: usize,
    added: usize,
    joined: usize,
}

impl<'a> Merge<'a> {
    fn new(old: &'a Network, region: [f64; 4], new: &Network) -> Merge<'a> {
        let in_region =
            |l: &usize| [new.tail[*l], new.head[*l]].iter().any(|n| inside(region, new.at(*n)));
        let of = |l: usize| new.layer_of(LinkId::at(l)).mode();
        let mut modes: Vec<Mode> = (0..new.links()).filter(in_region).map(of).collect();
        modes.sort_unstable();
        modes.dedup();
        modes.retain(|m| matches!(m, Mode::Rail | Mode::Road));
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
            moved,
            network,
            loose: Vec::new(),
            fresh: Vec::new(),
            replaced: 0,
            added: 0,
            joined: 0,
        }
    }

    fn is_replaced(&self, l: usize) -> bool {
        let n = self.old;
        let mode = n.layer_of(LinkId::at(l)).mode();
        self.modes.contains(&mode)
            && !n.flags[l].has(Flags::FERRY)
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
                self.replaced += 1;
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
        let mut ferries = 0;
        for l in 0..new.links() {
            let layer = new.layer_of(LinkId::at(l));
            let ends = [new.tail[l], new.head[l]];
            if !self.modes.contains(&layer.mode())
                || !ends.iter().any(|x| inside(self.region, new.at(*x)))
            {
                continue;
            }
            if new.flags[l].has(Flags::FERRY) {
                ferries += 1;
                continue;
            }
            let [tail, head] = ends.map(|x| self.fresh_node(new, x, &mut position));
            let border = self.border(new, l);
            let inner = &new.shape[new.shape_first[l] as usize..new.shape_first[l + 1] as usize];
            // The lengths of an extract need no correction.
            let factor = self.network.length_factor[if layer.mode() == Mode::Rail { 0 } else { 2 }];
            let m = (f64::from(new.raw_m[l]) / factor).round().max(1.0) as u32;
            push_link(&mut self.network, [tail, head], m, new.flags[l], (NONE, border), inner);
            self.added += 1;
        }
        if ferries > 0 {
            let message =
                format!("left out: {ferries} ferries; those of the embedded network stay");
            notes.push(Note::new("--region", 0, 0, message));
        }
        for t in &new.terminals {
            let pair = |(a, b): &(NodeId, NodeId)| Some((*position.get(a)?, *position.get(b)?));
            let transfers: Vec<_> = t.transfers.iter().filter_map(pair).collect();
            if !transfers.is_empty() {
                let country = self.country(new.country(t.country));
                let id = format!("new-{}", t.id);
                self.network.terminals.push(Terminal { id, country, transfers, ..t.clone() });
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
        let mut trees: BTreeMap<Layer, Vec<GeomWithData<[f64; 2], NodeId>>> = BTreeMap::new();
        for x in &self.fresh {
            let (lat, lon) = self.network.at(*x);
            trees
                .entry(self.network.node_layer[x.ix()])
                .or_default()
                .push(GeomWithData::new([lat, lon], *x));
        }
        let trees: BTreeMap<Layer, _> =
            trees.into_iter().map(|(layer, all)| (layer, RTree::bulk_load(all))).collect();
        let mut alone = 0;
        for x in std::mem::take(&mut self.loose) {
            let at = degrees(self.network.node_e3[x.ix()]);
            let tree = trees.get(&self.network.node_layer[x.ix()]);
            let near = tree.and_then(|t| t.nearest_neighbor([at.0, at.1]));
            let near = near.map(|p| (great_circle_km(at, (p.geom()[0], p.geom()[1])), p.data));
            let Some((km, to)) = near.filter(|(km, _)| *km <= JOIN_KM) else {
                alone += 1;
                continue;
            };
            let m = (km * JOIN_FACTOR * 1e3).round().max(1.0) as u32;
            push_link(&mut self.network, [x, to], m, Flags::MENDED, (NONE, NONE), &[]);
            self.joined += 1;
        }
        if alone > 0 {
            let message = format!(
                "{alone} ends of the embedded network have no track or road of the extract within {JOIN_KM} km"
            );
            notes.push(Note::new(file, 0, 0, message));
        }
    }

    fn finish(mut self) -> (Network, Moved) {
        self.network.index();
        trimodal_world::apply_borders(&mut self.network);
        (self.network, self.moved)
    }
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
    n.shape.extend_from_slice(inner);
    n.shape_first.push(n.shape.len() as u32);
}
