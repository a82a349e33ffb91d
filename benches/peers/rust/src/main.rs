//! Other crates on our search graph, for `benches/peers/route.py`.
//!
//! `trimodal-peers NAME DIR` reads the files of `peers export DIR` (see there for the format), prepares,
//! writes its answers to DIR as `NAME.way.u32` and similar files, and prints `done`. Then for each line
//! on standard input it measures all queries and prints `done`. Each `done` follows one line `name
//! value` per figure. Names: `cch` (with its own order), `cch-ours` (with our order), `fast_paths`.

use std::io::{self, BufRead};
use std::path::{Path, PathBuf};
use std::time::Instant;

use cch::graph::Graph;
use cch::{Cch, CchView, MetricView, PathQuery};

const FAR: u32 = u32::MAX;

fn main() -> io::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [name, dir] = &words[..] else {
        return Err(io::Error::other("usage: trimodal-peers NAME DIR"));
    };
    let world = World::read(name, Path::new(dir))?;
    match name.as_str() {
        "cch" => cch(&world, inertial_order(&world)?),
        "cch-ours" => cch(&world, read(&world.dir, "order.u32")?),
        "fast_paths" => fast_paths(&world),
        _ => Err(io::Error::other("no such peer")),
    }
}

fn inertial_order(world: &World) -> io::Result<Vec<u32>> {
    let degrees = |name| -> io::Result<Vec<f32>> {
        Ok(read(&world.dir, name)?.into_iter().map(f32::from_bits).collect())
    };
    let (lat, lon) = (degrees("lat.f32")?, degrees("lon.f32")?);
    let nodes = lat.len() as u32;
    let order = || cch::inertial_order(nodes, &world.tails, &world.graph.head, &lat, &lon);
    Ok(timed("order_s", order))
}

fn cch(world: &World, order: Vec<u32>) -> io::Result<()> {
    let cch = timed("shape_s", || Cch::build(&world.graph, &order));
    figure("hierarchy_arcs", cch.cch_arc_count() as f64);
    let customizer = cch.customizer();
    let mut metric = cch.customize(&world.graph.weight);
    check_cch(world, &cch.view(), &metric.view())?;
    let (from, to): (Vec<u32>, Vec<u32>) = world.ports.iter().copied().unzip();
    rounds(|| {
        timed("customize_s", || customizer.customize_into(&world.graph.weight, &mut metric));
        let (cch, metric) = (cch.view(), metric.view());
        let mut query = PathQuery::new(&cch);
        clock("way_us", &world.pairs, |from, to| query.path(&metric, from, to));
        clock("distance_us", world.few(), |from, to| cch::distance(&cch, &metric, from, to));
        let table = timed("table_s", || cch::distance_matrix(&cch, &metric, &from, &to));
        world.write("table", &table.into_iter().map(far).collect::<Vec<_>>())
    })
}

fn check_cch(world: &World, cch: &CchView, metric: &MetricView) -> io::Result<()> {
    let mut query = PathQuery::new(cch);
    let mut way = |(from, to): &(u32, u32)| world.add_up(query.path(metric, *from, *to));
    world.write("way", &world.pairs.iter().map(&mut way).collect::<Vec<_>>())?;
    let distance = |(from, to): &(u32, u32)| far(cch::distance(cch, metric, *from, *to));
    world.write("distance", &world.few().iter().map(distance).collect::<Vec<_>>())
}

fn far(distance: u32) -> u32 {
    if distance == cch::INF_WEIGHT { FAR } else { distance }
}

fn fast_paths(world: &World) -> io::Result<()> {
    let mut input = fast_paths::InputGraph::new();
    let arcs = world.tails.iter().zip(&world.graph.head).zip(&world.graph.weight);
    arcs.for_each(|((tail, head), weight)| {
        input.add_edge(*tail as usize, *head as usize, *weight as usize);
    });
    input.freeze();
    let graph = timed("prepare_s", || fast_paths::prepare(&input));
    figure("hierarchy_arcs", graph.get_num_out_edges() as f64);
    let mut calculator = fast_paths::create_calculator(&graph);
    let mut ask = |from, to| calculator.calc_path(&graph, from as usize, to as usize);
    let mut way = |(from, to): &(u32, u32)| {
        let path = ask(*from, *to);
        world.add_up(path.map(|p| p.get_nodes().iter().map(|n| *n as u32).collect()))
    };
    world.write("way", &world.pairs.iter().map(&mut way).collect::<Vec<_>>())?;
    rounds(|| {
        clock("way_us", &world.pairs, &mut ask);
        Ok(())
    })
}

/// Runs all queries and prints their median time in microseconds.
fn clock<T>(name: &str, pairs: &[(u32, u32)], mut question: impl FnMut(u32, u32) -> T) {
    let mut ask = |(from, to): &(u32, u32)| {
        let at = Instant::now();
        let answer = std::hint::black_box(question(*from, *to));
        let nanos = at.elapsed().as_nanos();
        drop(answer);
        nanos
    };
    let mut times: Vec<u128> = pairs.iter().map(&mut ask).collect();
    times.sort_unstable();
    figure(name, times[times.len() / 2] as f64 / 1e3);
}

/// Reports that preparation is done, then runs the work once per line of input.
fn rounds(mut work: impl FnMut() -> io::Result<()>) -> io::Result<()> {
    println!("done");
    for line in io::stdin().lock().lines() {
        line?;
        work()?;
        println!("done");
    }
    Ok(())
}

/// The exported data.
struct World {
    peer: String,
    dir: PathBuf,
    tails: Vec<u32>,
    graph: Graph,
    pairs: Vec<(u32, u32)>,
    ports: Vec<(u32, u32)>,
}

impl World {
    fn read(peer: &str, dir: &Path) -> io::Result<World> {
        let (tails, nodes) = (read(dir, "tails.u32")?, read(dir, "order.u32")?.len());
        let mut first_out = vec![0; nodes + 1];
        tails.iter().for_each(|t| first_out[*t as usize + 1] += 1);
        (0..nodes).for_each(|v| first_out[v + 1] += first_out[v]);
        let (head, weight) = (read(dir, "heads.u32")?, read(dir, "weights.u32")?);
        Ok(World {
            peer: peer.to_string(),
            dir: dir.to_path_buf(),
            tails,
            graph: Graph { first_out, head, weight },
            pairs: pairs(dir, "pairs.u32")?,
            ports: pairs(dir, "ports.u32")?,
        })
    }

    /// For the crate `cch`, whose only query for a distance without a path allocates its arrays each time.
    fn few(&self) -> &[(u32, u32)] {
        &self.pairs[..200]
    }

    /// The cost of a path, arc by arc.
    fn add_up(&self, way: Option<Vec<u32>>) -> u32 {
        let Some(nodes) = way else { return FAR };
        nodes.windows(2).map(|ends| self.cost(ends[0], ends[1])).fold(0, u32::saturating_add)
    }

    fn cost(&self, from: u32, to: u32) -> u32 {
        let first = &self.graph.first_out;
        let arcs = first[from as usize] as usize..first[from as usize + 1] as usize;
        let leads = arcs.filter(|a| self.graph.head[*a] == to);
        leads.map(|a| self.graph.weight[a]).min().unwrap_or(FAR)
    }

    fn write(&self, name: &str, list: &[u32]) -> io::Result<()> {
        let bytes: Vec<u8> = list.iter().flat_map(|v| v.to_le_bytes()).collect();
        std::fs::write(self.dir.join(format!("{}.{name}.u32", self.peer)), bytes)
    }
}

fn figure(name: &str, value: f64) {
    println!("{name} {value}");
}

fn timed<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let (before, at) = (cpu_s(), Instant::now());
    let done = work();
    let seconds = before.zip(cpu_s()).map_or(at.elapsed().as_secs_f64(), |(a, b)| b - a);
    figure(name, seconds);
    done
}

/// CPU seconds of all threads so far, where the system reports them.
fn cpu_s() -> Option<f64> {
    let tasks = std::fs::read_dir("/proc/self/task").ok()?;
    let of = |task: std::fs::DirEntry| {
        let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<f64>().ok()
    };
    Some(tasks.flatten().filter_map(of).sum::<f64>() / 1e9)
}

fn read(dir: &Path, name: &str) -> io::Result<Vec<u32>> {
    let bytes = std::fs::read(dir.join(name))?;
    Ok(bytes.chunks_exact(4).map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]])).collect())
}

fn pairs(dir: &Path, name: &str) -> io::Result<Vec<(u32, u32)>> {
    Ok(read(dir, name)?.chunks_exact(2).map(|c| (c[0], c[1])).collect())
}
