//! Times of single questions over a prepared network, names and law included, on one thread:
//!
//! ```text
//! cargo run --release --workspace --example questions_prepared -- [how many]
//! ```

use std::time::Instant;

use trimodal::model::scenario::Mode;
use trimodal::route::{Answer, Criterion};
use trimodal::{Control, RouteRequest, Shipment, World};

fn main() {
    let count: usize = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(1_000);
    let world = World::load();
    let atlas = world.atlas();
    let large = (0..atlas.places.len()).filter(|i| atlas.places.population[*i] > 200_000);
    let code = |i: usize| atlas.places.country_code(i as u32);
    let cities: Vec<String> =
        large.map(|i| format!("{}, {}", atlas.places.name(i as u32), code(i))).collect();
    let codes = world.network().terminals.iter().map(|t| t.id.clone());
    let ports: Vec<String> = codes.filter(|id| id.len() == 5).collect();
    let sea = Shipment { modes: vec![Mode::Sea], ..Shipment::default() };
    for by in [Criterion::Time, Criterion::Cost] {
        measure(&world, &Shipment::default(), by, ("cities, all modes", &cities), count);
        measure(&world, &Shipment::default(), by, ("ports, all modes", &ports), count);
        measure(&world, &sea, by, ("ports by sea", &ports), count);
    }
}

fn measure(
    world: &World,
    shipment: &Shipment,
    by: Criterion,
    (what, names): (&str, &[String]),
    count: usize,
) {
    let control = Control::none();
    // Steps far enough apart that pairs are of all lengths.
    let name = |i: usize, step: usize| &names[i * step % names.len()];
    let mut request = RouteRequest {
        shipment: shipment.clone(),
        answer: Answer::Best(by),
        ..RouteRequest::new("Paris", "Rome")
    };
    let at = Instant::now();
    world.route_prepared(&request, &control).unwrap_or_else(|p| panic!("{p}"));
    let ready = at.elapsed().as_secs_f64();
    let (mut times, mut reached) = (Vec::with_capacity(count), 0);
    let before = cpu_seconds();
    for i in 1..=count {
        request.from.clone_from(name(i, 7_919));
        request.to.clone_from(name(i, 104_729));
        let at = Instant::now();
        let found = world.route_prepared(&request, &control);
        let seconds = at.elapsed().as_secs_f64();
        if found.is_ok_and(|routes| !routes.itineraries.is_empty()) {
            reached += 1;
            times.push(seconds * 1e3);
        }
    }
    times.sort_by(f64::total_cmp);
    let share = |q: f64| times.get((times.len() as f64 * q) as usize).copied().unwrap_or(0.0);
    let mean = (cpu_seconds() - before) * 1e3 / count as f64;
    println!(
        "{what} by {}: ready in {ready:.1} s; {reached} of {count} reached; {mean:.3} ms of a processor each; on the clock median {:.3} ms, p90 {:.3}, p99 {:.3}, most {:.1}",
        by.word(),
        share(0.5),
        share(0.9),
        share(0.99),
        times.last().copied().unwrap_or(0.0)
    );
}

/// Seconds that this thread has had a processor; where that is not known, those that passed.
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    match text.split(' ').next().and_then(|n| n.parse::<f64>().ok()) {
        Some(ns) => ns / 1e9,
        None => std::time::SystemTime::UNIX_EPOCH.elapsed().map_or(0.0, |t| t.as_secs_f64()),
    }
}
