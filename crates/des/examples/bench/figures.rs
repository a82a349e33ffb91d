//! Benchmarks of the engine alone: medians of interleaved rounds.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Instant;

use trimodal_des::clock::{Ticks, ticks};
use trimodal_des::distribution::{Distribution as D, stream};
use trimodal_des::program::{Delay, Model, Op, Pc};
use trimodal_des::queue::{Event, Queue};
use trimodal_des::run::Run;

use super::{jackson, models, timed};

const ROUNDS: usize = 5;

pub fn print() {
    println!("share of a bare binary heap's events a second that the whole engine reaches:");
    for (name, model, hours) in models() {
        share(name, &model, hours);
    }
    println!("events a second of the queue alone, beside the standard library's heap:");
    for pending in [10, 100, 1_000, 10_000, 100_000, 1_000_000] {
        let rounds = (0..ROUNDS).map(|_| (bare_queue(pending), bare_heap(pending)));
        let (ours, heap): (Vec<f64>, Vec<f64>) = rounds.unzip();
        let (ours, heap) = (median(ours), median(heap));
        println!("  {pending:>9} pending {ours:>12.0} {heap:>12.0}  x {:.1}", ours / heap);
    }
    let seconds = median((0..ROUNDS).map(|_| ten_million()).collect());
    println!("1e7 events over 1,000 facilities: {seconds:.2} s");
    match bytes_an_entity() {
        Some(bytes) => println!("bytes an entity with its pending event: {bytes:.0}"),
        None => println!("bytes an entity: not available on this system"),
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn share(name: &str, model: &Model, hours: f64) {
    let round = |_| {
        let (run, seconds) = timed(name, model, hours);
        let pending = run.pending() as u32;
        (run.handled as f64 / seconds, bare_heap(pending), f64::from(pending))
    };
    let rounds: Vec<(f64, f64, f64)> = (0..ROUNDS).map(round).collect();
    let ours = median(rounds.iter().map(|r| r.0).collect());
    let heap = median(rounds.iter().map(|r| r.1).collect());
    println!(
        "  {name:<8} {:>6} pending {ours:>12.0} {heap:>12.0}  {:.2}",
        rounds[0].2,
        ours / heap
    );
}

/// Return times, drawn before the clock starts.
fn later() -> Vec<Ticks> {
    let sampler = D::Exponential(1.0).sampler().unwrap_or_else(|e| panic!("{e}"));
    let mut random = stream(1, 0, "heap", "bench");
    (0..1 << 16).map(|_| ticks(sampler.draw(&mut random))).collect()
}

/// The hold model (J. G. Vaucher, P. Duval 1975): repeatedly takes the first event and schedules it again
/// later. Returns the events a second once each pending one has been taken about once.
fn hold(pending: u32, mut push: impl FnMut(Event), mut turn: impl FnMut(u32, Ticks)) -> f64 {
    const EVENTS: usize = 4_000_000;
    let later = later();
    let time = |i: usize| later[i % later.len()];
    (0..pending).for_each(|e| push(Event::new(time(e as usize), e, e)));
    (0..pending).for_each(|e| turn(pending + e, time(e as usize * 7)));
    let begun = Instant::now();
    (0..EVENTS).for_each(|i| turn(2 * pending + i as u32, time(i)));
    EVENTS as f64 / begun.elapsed().as_secs_f64()
}

/// The standard library's heap alone.
pub fn bare_heap(pending: u32) -> f64 {
    let heap = std::cell::RefCell::new(BinaryHeap::new());
    let turn = |order, after| {
        let mut heap = heap.borrow_mut();
        if let Some(Reverse(first)) = heap.pop() {
            let first: Event = first;
            heap.push(Reverse(Event::new(first.time() + after, order, first.entity())));
        }
    };
    hold(pending, |event| heap.borrow_mut().push(Reverse(event)), turn)
}

/// The engine's queue alone.
fn bare_queue(pending: u32) -> f64 {
    let queue = std::cell::RefCell::new(Queue::default());
    let turn = |order, after| {
        let mut queue = queue.borrow_mut();
        if let Some(first) = queue.pop_until(Ticks::MAX) {
            queue.push(Event::new(first.time() + after, order, first.entity()));
        }
    };
    hold(pending, |event| queue.borrow_mut().push(event), turn)
}

fn ten_million() -> f64 {
    let model = jackson();
    let mut run = Run::new(&model, 1, 0).unwrap_or_else(|e| panic!("{e}"));
    let begun = Instant::now();
    while run.handled < 10_000_000 {
        run.until(run.now + ticks(100.0));
    }
    begun.elapsed().as_secs_f64()
}

/// Memory of a million entities that spend one delay after the other, from the memory of the process as
/// the system reports it.
fn bytes_an_entity() -> Option<f64> {
    const ENTITIES: usize = 1_000_000;
    let mut m = Model::default();
    let time = m.delay(Delay::of("time", D::Exponential(1.0)));
    m.code.extend([Op::Delay(time), Op::Jump(Pc::at(0))]);
    m.starts = vec![Pc::at(0); ENTITIES];
    let before = resident()?;
    let mut run = Run::new(&m, 1, 0).unwrap_or_else(|e| panic!("{e}"));
    run.until(ticks(5.0));
    let bytes = resident()? - before;
    assert_eq!(run.pending(), ENTITIES);
    Some(bytes / ENTITIES as f64)
}

/// Bytes in memory (Linux).
fn resident() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmRSS:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? * 1024.0)
}
