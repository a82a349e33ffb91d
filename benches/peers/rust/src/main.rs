//! Other crates on our search graph, for `benches/peers/route.py`.
//!
//! `trimodal-peers NAME DIR` reads what `peers export DIR` wrote (there the format), prints what it
//! took to prepare and `done`; then for each line on its standard input measures all questions
//! once, prints a line `name value` for each figure and `done`. Names: `cch` (in the order it finds
//! itself), `cch-ours` (in our order), `fast_paths`.

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
    rounds(|| {
        timed("customize_s", || customizer.customize_into(&world.graph.weight, &mut metric));
        let (cch, metric) = (cch.view(), metric.view());
        let mut query = PathQuery::new(&cch);
        let way = |from, to| query.path(&metric, from, to);
        world.ask("way", &world.pairs, way, |way| world.add_up(way))?;
        distances_and_table(world, &cch, &metric)
    })
}

fn distances_and_table(world: &World, cch: &CchView, metric: &MetricView) -> io::Result<()> {
    // The crate's only question for a bare distance makes its arrays anew each time: a few do.
    let far = |d: u32| if d == cch::INF_WEIGHT { FAR } else { d };
    let few = &world.pairs[..200];
    world.ask("distance", few, |from, to| cch::distance(cch, metric, from, to), |d| far(*d))?;
    let (from, to): (Vec<u32>, Vec<u32>) = world.ports.iter().copied().unzip();
    let table = timed("table_s", || cch::distance_matrix(cch, metric, &from, &to));
    world.write("table", &table.into_iter().map(far).collect::<Vec<_>>())
}

fn fast_paths(world: &World) -> io::Result<()> {
    let mut input = fast_paths::InputGraph::new();
    for ((tail, head), weight) in world.tails.iter().zip(&world.graph.head).zip(&world.graph.weight)
    {
        input.add_edge(*tail as usize, *head as usize, *weight as usize);
    }
    input.freeze();
    let graph = timed("prepare_s", || fast_paths::prepare(&input));
    figure("hierarchy_arcs", graph.get_num_out_edges() as f64);
    let mut calculator = fast_paths::create_calculator(&graph);
    rounds(|| {
        world.ask(
            "way",
            &world.pairs,
            |from, to| calculator.calc_path(&graph, from as usize, to as usize),
            |path| {
                let nodes = |p: &fast_paths::ShortestPath| -> Vec<u32> {
                    p.get_nodes().iter().map(|n| *n as u32).collect()
                };
                world.add_up(&path.as_ref().map(nodes))
            },
        )
    })
}

/// Says that all is prepared, then does the work for each line that comes in.
fn rounds(mut work: impl FnMut() -> io::Result<()>) -> io::Result<()> {
    println!("done");
    for line in io::stdin().lock().lines() {
        line?;
        work()?;
        println!("done");
    }
    Ok(())
}

/// What was exported.
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

    /// Asks all questions; keeps what `told` makes of each answer, which is not timed.
    fn ask<T>(
        &self,
        name: &str,
        pairs: &[(u32, u32)],
        mut question: impl FnMut(u32, u32) -> T,
        told: impl Fn(&T) -> u32,
    ) -> io::Result<()> {
        let (mut times, mut answers) = (Vec::new(), Vec::new());
        for (from, to) in pairs {
            let at = Instant::now();
            let answer = question(*from, *to);
            times.push(at.elapsed().as_nanos());
            answers.push(told(&answer));
        }
        times.sort_unstable();
        figure(&format!("{name}_us"), times[times.len() / 2] as f64 / 1e3);
        self.write(name, &answers)
    }

    /// What a way costs, arc by arc.
    fn add_up(&self, way: &Option<Vec<u32>>) -> u32 {
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

/// CPU seconds of all threads so far, if the system tells.
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
