//! The sea network, made from the coast: points off its corners and over the open sea, links between points that
//! see one another, canals and rivers by hand and by the lanes of the source, and of all that what ships use.

mod approach;
mod lanes;
mod links;
mod mesh;
mod passages;
mod prune;
mod shore;

use trimodal_model::network::{Flags, NONE};

use super::Outcome;
use super::contract::hilbert;
use super::graph::{Graph, Link, Parts, point};
use super::sources::Sources;
use super::sphere::{At, along, km, rounded};
use super::tables::{Fairway, Tables};
use super::terminals::Port;
use approach::Approaches;
pub use approach::Line;
use lanes::Lanes;
use links::Sight;
use mesh::Node;
use prune::{Search, Used};
use shore::Shore;

/// Draught of a ship to which shallow passages are closed when links are chosen to stay, metres.
const DEEP_M: f64 = 15.5;
/// Ends of fairways are joined to points in sight within this distance.
const FAIRWAY_KM: f64 = 100.0;
/// Off a coast ships keep their distance and turn in wide bends: published distances are so much longer than the
/// straight lines between points that see one another.
const COAST_DETOUR: f64 = 1.011;
/// A link gets points on its great circle at this distance, for the map.
const BEND_KM: f64 = 120.0;

/// The network, and the lines of each port to its points: the point, and metres.
pub struct Sea {
    pub graph: Graph,
    pub lines: Vec<Vec<Line>>,
    /// How many links each passage has.
    pub passages: Vec<(String, usize)>,
}

/// Points and links before some are left out.
struct Draft {
    nodes: Vec<Node>,
    links: Vec<Sight>,
    /// How many of the links are in sight of the coast; the others are canals and rivers.
    sights: usize,
}

/// Builds the network for some ports.
pub fn network(sources: &Sources, tables: &Tables, ports: &[Port]) -> Outcome<Sea> {
    let shore = Shore::read(&sources.coast)?;
    let lanes = Lanes::read(&sources.sea)?;
    let places: Vec<At> = ports.iter().map(|p| degrees(p.at)).collect();
    let mut nodes = mesh::nodes(&shore, &lanes.guides(places));
    // Near points get near numbers, for the speed of the searches.
    nodes.sort_by_cached_key(|n| hilbert(graph_point(n.at)));
    let mut links = links::sights(&shore, &nodes);
    println!("sea: {} points, {} links in sight", nodes.len(), links.len());
    let at = |n: u32| nodes[n as usize].at;
    links.retain(|l| !passages::barred(&tables.barriers, at(l.a), at(l.b)));
    let sights = links.len();
    let mut draft = Draft { nodes, links, sights };
    for fairway in &tables.fairways {
        draft.add_fairway(&shore, fairway)?;
    }
    let seas = draft.seas();
    let rivers = lanes.rivers(&shore, &mut draft.nodes, &seas, tables);
    println!("sea: {} links of rivers", rivers.len());
    draft.links.extend(rivers);
    let seas = draft.seas();
    let main: Vec<bool> = (0..draft.nodes.len() as u32).map(|n| seas.is_ocean(n)).collect();
    let points: Vec<At> = draft.nodes.iter().map(|n| n.at).collect();
    let approaches = Approaches::new(&shore, &points, &main);
    let joined = rayon_map(ports, |p| (degrees(p.at), approaches.of(degrees(p.at), p.reached)));
    let gate =
        |l: &Sight| passages::of(&tables.passages, points[l.a as usize], points[l.b as usize]);
    let passage = rayon_map(&draft.links, gate);
    let search = Search::new(&draft.nodes, &draft.links, &passage, &joined);
    let used = used(&search, tables);
    Ok(finish(&shore, &draft, &passage, &used, tables, ports.len(), &joined))
}

fn rayon_map<T: Sync, U: Send>(items: &[T], of: impl Fn(&T) -> U + Sync + Send) -> Vec<U> {
    use rayon::prelude::*;
    items.par_iter().map(of).collect()
}

impl Draft {
    /// Adds a fairway: a line that ships follow where the coast shows land or leaves no room.
    fn add_fairway(&mut self, shore: &Shore, fairway: &Fairway) -> Outcome<()> {
        let line = fairway.line();
        let drawn: f64 = line.windows(2).map(|w| km(w[0], w[1])).sum();
        let factor = fairway.length_km.map_or(1.0, |published| published / drawn);
        let first = self.nodes.len() as u32;
        for (i, at) in line.iter().enumerate() {
            let number = self.nodes.len() as u32;
            self.nodes.push(Node { at: *at, size: 1.0, open: false, narrow: false });
            if i > 0 {
                self.links.push(Sight::new(number - 1, number, km(line[i - 1], *at) * factor));
            }
        }
        let last = self.nodes.len() as u32 - 1;
        let before = self.links.len();
        for end in [first, last] {
            let here = self.nodes[end as usize].at;
            let mut near: Vec<(f64, u32)> = (0..first)
                .map(|n| (km(here, self.nodes[n as usize].at), n))
                .filter(|(km, n)| *km <= FAIRWAY_KM && shore.open(here, self.nodes[*n as usize].at))
                .collect();
            near.sort_by(|x, y| x.0.total_cmp(&y.0));
            let join = |(km, n): &(f64, u32)| Sight::new(end, *n, *km);
            self.links.extend(near.iter().take(FAIRWAY_JOINS).map(join));
        }
        if self.links.len() == before {
            return Err(format!("fairway {}: no open sea at its ends", fairway.id).into());
        }
        Ok(())
    }

    /// The seas and lakes.
    fn seas(&self) -> Seas {
        let mut parts = Parts::new(self.nodes.len());
        for l in &self.links {
            parts.join(l.a, l.b);
        }
        let root: Vec<u32> = (0..self.nodes.len() as u32).map(|n| parts.of(n)).collect();
        let mut size = vec![0_u32; self.nodes.len()];
        root.iter().for_each(|r| size[*r as usize] += 1);
        let largest = (0..size.len()).max_by_key(|r| (size[*r], usize::MAX - r)).unwrap_or(0);
        Seas { root, ocean: largest as u32 }
    }
}

/// Which sea or lake each point is in.
struct Seas {
    /// One point of the sea or lake.
    root: Vec<u32>,
    ocean: u32,
}

impl Seas {
    fn of(&self, point: u32) -> u32 {
        self.root[point as usize]
    }

    fn is_ocean(&self, point: u32) -> bool {
        self.of(point) == self.ocean
    }

    /// With more points, each by itself.
    fn extended(&self, points: usize) -> Seas {
        let mut root = self.root.clone();
        root.extend(self.root.len() as u32..points as u32);
        Seas { root, ocean: self.ocean }
    }
}

/// Most links that join the end of a fairway to the sea.
const FAIRWAY_JOINS: usize = 40;

/// What ships use, with all passages open but those under ice, and with more of them closed.
fn used(search: &Search, tables: &Tables) -> Used {
    let closed = |which: &dyn Fn(&super::tables::Passage) -> bool| -> Vec<u16> {
        let rows = tables.passages.iter().enumerate();
        rows.filter(|(_, p)| which(p)).map(|(i, _)| i as u16).collect()
    };
    let ice = |p: &super::tables::Passage| !p.closed.is_empty();
    let deep = |p: &super::tables::Passage| p.draught_m.is_some_and(|d| d < DEEP_M);
    let named = |p: &super::tables::Passage, ids: &[&str]| ids.contains(&p.id.as_str());
    let far = ["suez", "panama"];
    let small = ["sunda", "lombok", "torres", "bass", "dover", "windward", "mona", "great-belt"];
    let cases = [
        (closed(&ice), 1),
        (closed(&|p| ice(p) || deep(p)), 1),
        (closed(&|p| ice(p) || named(p, &["suez"])), 3),
        (closed(&|p| ice(p) || named(p, &["panama"])), 3),
        (closed(&|p| ice(p) || named(p, &far)), 3),
        (closed(&|p| ice(p) || named(p, &["malacca", "singapore"])), 4),
        (closed(&|p| ice(p) || named(p, &small)), 4),
        (Vec::new(), 3),
    ];
    let mut used = Used::default();
    for (closed, every) in &cases {
        let more = search.used(closed, *every);
        used.links.extend(more.links);
        used.lines.extend(more.lines);
    }
    used.links.extend(search.backbone());
    for closed in [closed(&ice), closed(&|p| ice(p) || deep(p))] {
        search.add_short(&closed, &mut used);
    }
    used
}

/// The graph of what is used.
fn finish(
    shore: &Shore,
    draft: &Draft,
    passage: &[u16],
    used: &Used,
    tables: &Tables,
    ports: usize,
    joined: &[([f64; 2], Vec<Line>)],
) -> Sea {
    let mut graph = Graph::default();
    let mut number = vec![u32::MAX; draft.nodes.len()];
    let mut links: Vec<u32> = used.links.iter().copied().collect();
    links.sort_unstable();
    let mut counts = vec![0; tables.passages.len()];
    let mut over_land = 0;
    for l in links {
        let Sight { a, b, m } = draft.links[l as usize];
        let by_coast = [a, b].iter().any(|n| !draft.nodes[*n as usize].open);
        let is_sight = (l as usize) < draft.sights;
        let detour = if by_coast && is_sight { COAST_DETOUR } else { 1.0 };
        let m = (f64::from(m) * detour).round() as u32;
        let ends = [a, b].map(|n| draft.nodes[n as usize].at);
        let [a, b] = [a, b].map(|n| {
            if number[n as usize] == u32::MAX {
                number[n as usize] = graph.add_point(graph_point(draft.nodes[n as usize].at));
            }
            number[n as usize]
        });
        let passage = passage[l as usize];
        let mut flags = Flags::default();
        if passage != NONE {
            counts[usize::from(passage)] += 1;
        } else if l as usize >= draft.sights && shore.land_km(ends[0], ends[1]) > 1.0 {
            flags = Flags::OVER_LAND;
            over_land += 1;
        }
        draw(&mut graph, ends, Link { a, b, m, flags, passage });
    }
    let mut lines = vec![Vec::new(); ports];
    for (port, node) in &used.lines {
        let all = &joined[*port as usize].1;
        let Some((_, m)) = all.iter().find(|(p, _)| p == node) else { continue };
        if number[*node as usize] == u32::MAX {
            number[*node as usize] = graph.add_point(graph_point(draft.nodes[*node as usize].at));
        }
        lines[*port as usize].push((number[*node as usize], *m));
    }
    println!(
        "sea: {} points, {} links, {over_land} over land",
        graph.points.len(),
        graph.links.len()
    );
    let ids = tables.passages.iter().map(|p| p.id.clone());
    Sea { graph, lines, passages: ids.zip(counts).collect() }
}

/// Adds a link with points on its great circle.
fn draw(graph: &mut Graph, ends: [At; 2], link: Link) {
    let parts = (f64::from(link.m) / 1e3 / BEND_KM).ceil().max(1.0) as u32;
    let mut last = link.a;
    let mut done = 0;
    for i in 1..=parts {
        let share = f64::from(i) / f64::from(parts);
        let next = match i == parts {
            true => link.b,
            false => graph.add_point(graph_point(rounded(along(ends[0], ends[1], share)))),
        };
        let so_far = (f64::from(link.m) * share).round() as u32;
        graph.links.push(Link { a: last, b: next, m: so_far - done, ..link });
        (last, done) = (next, so_far);
    }
}

fn graph_point(at: At) -> [i32; 2] {
    point(at[1], at[0])
}

fn degrees(at: [i32; 2]) -> At {
    [f64::from(at[1]) / 1e3, f64::from(at[0]) / 1e3]
}
