//! Benchmarks of the engine. Without an argument, or with the name of a model: the models of
//! `benches/peers/simulation.py`, for the comparison with other engines; prints for each the customers
//! served, the events, the seconds of one thread, and the events a second that a bare heap handles with
//! as many pending. With `figures`: the figures of the engine that `docs/method/simulate.md` states.

mod figures;
mod models;

use std::time::Instant;

use models::{crowd, cycle, jackson, port, station};
use trimodal_des::clock::ticks;
use trimodal_des::distribution::Distribution as D;
use trimodal_des::program::Model;
use trimodal_des::run::Run;

fn models() -> [(&'static str, Model, f64); 5] {
    [
        ("mm8", station(8, D::Exponential(1.0), D::Exponential(6.4)), 2e6),
        ("port", port(), 2e6),
        ("jackson", jackson(), 6e3),
        ("crowd", crowd(), 2e4),
        ("cycle", cycle(), 4e6),
    ]
}

/// Runs a model for a number of hours; also returns the seconds it took. A single thread that never
/// blocks, so on an idle core the elapsed time is its CPU time.
fn timed<'m>(name: &str, model: &'m Model, hours: f64) -> (Run<'m>, f64) {
    let mut run = Run::new(model, 1, 0).unwrap_or_else(|e| panic!("{e}"));
    if name == "cycle" {
        run.trace();
    }
    let begun = Instant::now();
    run.until(ticks(hours));
    let seconds = begun.elapsed().as_secs_f64();
    (run, seconds)
}

fn main() {
    let only = std::env::args().nth(1);
    if only.as_deref() == Some("figures") {
        figures::print();
        return;
    }
    for (name, model, hours) in models() {
        if only.as_ref().is_some_and(|o| o != name) {
            continue;
        }
        let (run, seconds) = timed(name, &model, hours);
        let bare = figures::bare_heap(run.pending() as u32);
        println!("{name} {} {} {seconds:.4} {bare:.0}", run.counts[0].count, run.handled);
    }
}
