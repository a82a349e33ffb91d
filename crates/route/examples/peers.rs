//! The world's search graph for other programs, and our own answers on it, timed: our side of
//! `benches/peers/route.py`.
//!
//! `peers export DIR` writes bare arrays, little-endian, without headers:
//!
//! | file | one entry for each | what |
//! |---|---|---|
//! | `tails.u32`, `heads.u32` | arc, by ascending tail | the states that it leads from and to |
//! | `weights.u32` | arc | metres, at least 1; a handling counts as 1,000 |
//! | `sea.u32` | arc | the same where it is a sea link, else `u32::MAX`: closed |
//! | `lat.f32`, `lon.f32` | state | degrees north and east |
//! | `order.u32` | state | the states in the order in which we contract them |
//! | `pairs.u32` | question | from and to, states of any nodes, drawn by a fixed seed |
//! | `ports.u32` | port | its sea node just loaded, and just arrived at: to leave from, to go to |
//! | `sea_pairs.u32` | question | from one port and to another, drawn by a fixed seed |
//!
//! `peers queries DIR` reads them, answers all questions once for others to compare
//! (`ours.distances.u32`, `u32::MAX` where there is no path) and prints `done`; then for each line on
//! its standard input it measures all questions and prints `done`. Before `done` comes a line
//! `name value` for each figure: `_us` is the median of microseconds a question by the clock, `_s`
//! CPU seconds. Each round leaves `ours.table.u32`, row by row, and `ours.sea.u32`.

use std::io::{self, BufRead};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use trimodal_cch::INFINITY;
use trimodal_cch::cch::Cch;
use trimodal_cch::many_to_many::{LabelSet, table};
use trimodal_cch::metric::Metric;
use trimodal_cch::perfect::PerfectMetric;
use trimodal_cch::query::{CchView, Direction, Query};
use trimodal_cch::unpack::Unpacking;
use trimodal_model::network::{Layer, Network, NodeId, Terminal, TerminalKind};
use trimodal_route::graph::{Graph, State, Step};
use trimodal_route::prepared::{self, ContractedNetwork};

const PAIRS: usize = 10_000;
const SEA_PAIRS: usize = 1_000;

fn main() -> io::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["export", dir] => export(Path::new(dir)),
        ["queries", dir] => queries(Path::new(dir)),
        _ => Err(io::Error::other("usage: peers export DIR | peers queries DIR")),
    }
}

fn export(dir: &Path) -> io::Result<()> {
    let network = Arc::new(trimodal_world::network());
    let graph = Graph::new(network.clone());
    let order = timed("order_s", || prepared::order(&network));
    let contracted = ContractedNetwork::new(&graph, &order);
    let (tails, heads): (Vec<u32>, Vec<u32>) = contracted.arcs.ends.iter().copied().unzip();
    let weights = contracted.costs(|step, _, _| Some(metres(&network, step)));
    let sea = contracted.costs(|step, _, _| by_sea(&network, step));
    let ports = ports(&graph);

    write(dir, "tails.u32", &tails)?;
    write(dir, "heads.u32", &heads)?;
    write(dir, "weights.u32", &weights)?;
    write(dir, "sea.u32", &sea)?;
    write(dir, "order.u32", &trimodal_cch::order::ranks(&contracted.cch.rank))?;
    write(dir, "pairs.u32", &flat(&random_pairs(network.nodes())))?;
    write(dir, "ports.u32", &flat(&ports))?;
    write(dir, "sea_pairs.u32", &flat(&random_sea_pairs(&ports)))?;
    let at = (0..graph.states() as u32).map(|s| network.at(graph.node(State(s))));
    let (lat, lon): (Vec<u32>, Vec<u32>) =
        at.map(|(lat, lon)| ((lat as f32).to_bits(), (lon as f32).to_bits())).unzip();
    write(dir, "lat.f32", &lat)?;
    write(dir, "lon.f32", &lon)?;

    figure("states", graph.states() as f64);
    figure("arcs", tails.len() as f64);
    figure("ports", ports.len() as f64);
    Ok(())
}

/// At least one metre: not every peer takes an arc that costs nothing.
fn metres(network: &Network, step: Step) -> u64 {
    match step {
        Step::Link(link) => u64::from(network.length_m(link).max(1)),
        Step::Transfer(_) | Step::Service(_) => 1_000,
    }
}

fn by_sea(network: &Network, step: Step) -> Option<u64> {
    match step {
        Step::Link(link) if network.layer_of(link) == Layer::Sea => Some(metres(network, step)),
        _ => None,
    }
}

/// The sea node of each port just loaded, from which a ship leaves, and just arrived at.
fn ports(graph: &Graph) -> Vec<(u32, u32)> {
    let at_sea = |node: &NodeId| graph.network.node_layer[node.ix()] == Layer::Sea;
    let nodes = |t: &Terminal| t.transfers.iter().flat_map(|(a, b)| [*a, *b]).find(at_sea);
    let ports = graph.network.terminals.iter().filter(|t| t.kind == TerminalKind::Port);
    ports.filter_map(nodes).map(|n| (graph.loaded(n).0, graph.arrived(n).0)).collect()
}

fn random_pairs(nodes: usize) -> Vec<(u32, u32)> {
    let mut rng = Pcg64Mcg::seed_from_u64(1);
    let mut node = || (rng.random::<f64>() * nodes as f64) as u32;
    (0..PAIRS).map(|_| (node(), node())).collect()
}

fn random_sea_pairs(ports: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut rng = Pcg64Mcg::seed_from_u64(2);
    let mut port = || ports[(rng.random::<f64>() * ports.len() as f64) as usize];
    let draws = std::iter::repeat_with(|| (port(), port())).filter(|(from, to)| from != to);
    draws.map(|(from, to)| (from.0, to.1)).take(SEA_PAIRS).collect()
}

fn queries(dir: &Path) -> io::Result<()> {
    let ends: Vec<(u32, u32)> =
        read(dir, "tails.u32")?.into_iter().zip(read(dir, "heads.u32")?).collect();
    let order = read(dir, "order.u32")?;
    let cch = timed("shape_s", || Cch::new(&ends, &order));
    figure("hierarchy_arcs", cch.arcs() as f64);
    let asked = Asked {
        ends,
        cch,
        weights: read(dir, "weights.u32")?,
        sea: read(dir, "sea.u32")?,
        pairs: pairs(dir, "pairs.u32")?,
        ports: pairs(dir, "ports.u32")?,
        sea_pairs: pairs(dir, "sea_pairs.u32")?,
    };
    asked.check(dir)?;
    println!("done");
    for line in io::stdin().lock().lines() {
        line?;
        asked.measure(dir)?;
        println!("done");
    }
    Ok(())
}

/// The questions.
struct Asked {
    ends: Vec<(u32, u32)>,
    cch: Cch,
    weights: Vec<u32>,
    sea: Vec<u32>,
    pairs: Vec<(u32, u32)>,
    ports: Vec<(u32, u32)>,
    sea_pairs: Vec<(u32, u32)>,
}

impl Asked {
    /// Answers every question in every mode, untimed: how many answers differ?
    fn check(&self, dir: &Path) -> io::Result<()> {
        let customized = Customized::new(&self.cch, &self.weights);
        let (quick, full) = (customized.quick(), customized.full());
        let reported = distances(&full, &self.pairs);
        let again = [
            distances(&quick, &self.pairs),
            self.paths(&full, &self.pairs, &self.weights),
            self.paths(&quick, &self.pairs, &self.weights),
        ];
        let wrong = |i: &usize| again.iter().any(|list| list[*i] != reported[*i]);
        figure("questions", reported.len() as f64);
        figure("reached", reported.iter().filter(|d| **d != INFINITY).count() as f64);
        figure("wrong", (0..reported.len()).filter(wrong).count() as f64);
        write(dir, "ours.distances.u32", &reported)
    }

    fn measure(&self, dir: &Path) -> io::Result<()> {
        let customized = Customized::new(&self.cch, &self.weights);
        customized.times.iter().for_each(|(name, seconds)| figure(name, *seconds));
        let (quick, full) = (customized.quick(), customized.full());
        let mut query = Query::default();
        clock("distance_quick_us", &self.pairs, |a, b| query.distance(&quick, a, b));
        clock("way_quick_us", &self.pairs, |a, b| query.path(&quick, a, b));
        clock("distance_full_us", &self.pairs, |a, b| query.distance(&full, a, b));
        clock("way_full_us", &self.pairs, |a, b| query.path(&full, a, b));
        self.ports(dir, &full)?;
        self.by_sea(dir)
    }

    fn ports(&self, dir: &Path, view: &CchView) -> io::Result<()> {
        let (from, to): (Vec<u32>, Vec<u32>) = self.ports.iter().copied().unzip();
        let cells = timed("table_s", || {
            table(
                &self.cch,
                &LabelSet::new(view, &from, Direction::Forward),
                &LabelSet::new(view, &to, Direction::Backward),
            )
        });
        write(dir, "ours.table.u32", &cells)
    }

    /// From port to port by sea alone: the same hierarchy with all else closed.
    fn by_sea(&self, dir: &Path) -> io::Result<()> {
        let customized = Customized::new(&self.cch, &self.sea);
        let view = customized.full();
        let mut query = Query::default();
        clock("sea_us", &self.sea_pairs, |a, b| query.path(&view, a, b));
        write(dir, "ours.sea.u32", &self.paths(&view, &self.sea_pairs, &self.sea))
    }

    /// Asks for paths, and adds up the arcs of each: its cost, not the cost that we report.
    fn paths(&self, view: &CchView, pairs: &[(u32, u32)], costs: &[u32]) -> Vec<u32> {
        let mut query = Query::default();
        let mut ask = |(from, to): &(u32, u32)| {
            let cost = query.path(view, *from, *to);
            let adds_up =
                cost == INFINITY || self.follow(&query.path, (*from, *to), costs) == Some(cost);
            if adds_up { cost } else { INFINITY - 1 }
        };
        pairs.iter().map(&mut ask).collect()
    }

    /// The cost of a path, if it is one.
    fn follow(&self, path: &[u32], (from, to): (u32, u32), costs: &[u32]) -> Option<u32> {
        let (mut at, mut cost) = (from, 0);
        for arc in path {
            let (tail, head) = self.ends[*arc as usize];
            if tail != at {
                return None;
            }
            (at, cost) = (head, cost + costs[*arc as usize]);
        }
        (at == to).then_some(cost)
    }
}

/// A customized hierarchy: the quick form is that of other libraries; the full one also has the arcs on
/// shortest paths and what they represent.
struct Customized<'a> {
    cch: &'a Cch,
    costs: &'a [u32],
    metric: Metric,
    perfect: PerfectMetric,
    unpacking: Unpacking,
    /// Of the quick form: what paths were found to need.
    found: Unpacking,
    times: [(&'static str, f64); 3],
}

impl<'a> Customized<'a> {
    fn new(cch: &'a Cch, costs: &'a [u32]) -> Customized<'a> {
        let ((metric, found), quick) =
            cpu(|| (Metric::customize(cch, costs), Unpacking::unknown(cch)));
        let (perfect, thinned) = cpu(|| PerfectMetric::new(cch, &metric));
        let (unpacking, unpacked) = cpu(|| Unpacking::new(cch, &perfect, costs));
        let times = [("quick_s", quick), ("thin_s", thinned), ("vias_s", unpacked)];
        Customized { cch, costs, metric, perfect, unpacking, found, times }
    }

    fn quick(&self) -> CchView<'_> {
        let (cch, costs, metric) = (self.cch, self.costs, &self.metric);
        CchView { cch, costs, metric, perfect: None, unpacking: Some(&self.found) }
    }

    fn full(&self) -> CchView<'_> {
        CchView { perfect: Some(&self.perfect), unpacking: Some(&self.unpacking), ..self.quick() }
    }
}

fn distances(view: &CchView, pairs: &[(u32, u32)]) -> Vec<u32> {
    let mut query = Query::default();
    pairs.iter().map(|(from, to)| query.distance(view, *from, *to)).collect()
}

/// Asks all questions; prints the median of microseconds each.
fn clock(name: &str, pairs: &[(u32, u32)], mut question: impl FnMut(u32, u32) -> u32) {
    let mut ask = |(from, to): &(u32, u32)| {
        let at = Instant::now();
        std::hint::black_box(question(*from, *to));
        at.elapsed().as_nanos()
    };
    let mut times: Vec<u128> = pairs.iter().map(&mut ask).collect();
    times.sort_unstable();
    figure(name, times[times.len() / 2] as f64 / 1e3);
}

fn figure(name: &str, value: f64) {
    println!("{name} {value}");
}

fn timed<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let (done, seconds) = cpu(work);
    figure(name, seconds);
    done
}

/// Does the work; CPU seconds of all threads, or by the clock where the system has none.
fn cpu<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let (before, at) = (cpu_s(), Instant::now());
    let done = work();
    (done, before.zip(cpu_s()).map_or(at.elapsed().as_secs_f64(), |(a, b)| b - a))
}

fn cpu_s() -> Option<f64> {
    let tasks = std::fs::read_dir("/proc/self/task").ok()?;
    let of = |task: std::fs::DirEntry| {
        let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<f64>().ok()
    };
    Some(tasks.flatten().filter_map(of).sum::<f64>() / 1e9)
}

fn write(dir: &Path, name: &str, list: &[u32]) -> io::Result<()> {
    std::fs::write(dir.join(name), list.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<_>>())
}

fn read(dir: &Path, name: &str) -> io::Result<Vec<u32>> {
    let bytes = std::fs::read(dir.join(name))?;
    Ok(bytes.chunks_exact(4).map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]])).collect())
}

fn pairs(dir: &Path, name: &str) -> io::Result<Vec<(u32, u32)>> {
    Ok(read(dir, name)?.chunks_exact(2).map(|c| (c[0], c[1])).collect())
}

fn flat(pairs: &[(u32, u32)]) -> Vec<u32> {
    pairs.iter().flat_map(|(a, b)| [*a, *b]).collect()
}
