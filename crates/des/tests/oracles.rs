//! Closed forms of queueing theory. Every comparison is inside an interval of a family at a joint
//! level of 99 % (Bonferroni, 40 comparisons), from independent replications, and the
//! interval must be narrow: half a width of at most 5 % of the exact value; with `TRIMODAL_LONG=1`
//! (`make test-long`) the runs are 40 times as long and it must be at most 1 %.

use trimodal_des::clock::ticks;
use trimodal_des::distribution::Distribution as D;
use trimodal_des::program::{BundleAt, Choice, Delay, Failures, Model, Op, Pc, ResourceAt};
use trimodal_des::run::Run;

const REPLICATIONS: u64 = 20;
/// Student's t with 19 degrees of freedom at 1 - 0.01 / 80 (R: qt(1 - 0.01/80, 19)).
const T: f64 = 4.47;

fn is_long() -> bool {
    std::env::var_os("TRIMODAL_LONG").is_some()
}

/// Customers that arrive, are served and leave.
fn station(m: &mut Model, name: &str, between: D, service: D, set: BundleAt, count: u32) {
    let pc = serve_once(m, name, service, set, count);
    m.source(Delay::of(format!("{name} arrivals"), between), None, 1, pc);
}

fn serve_once(m: &mut Model, name: &str, service: D, set: BundleAt, count: u32) -> Pc {
    let pc = m.here();
    let hold = m.delay(Delay::of(format!("{name} service"), service).by(set));
    m.code.extend([Op::Seize(set), Op::Delay(hold), Op::Release(set), Op::Count(count), Op::End]);
    pc
}

fn one(servers: u32) -> (Model, ResourceAt, BundleAt) {
    let mut m = Model { counts: 4, ..Model::default() };
    let r = m.resource("r", servers);
    let set = m.bundle(&[(r, 1)], 0);
    (m, r, set)
}

fn queue(servers: u32, between: D, service: D) -> Model {
    let (mut m, _, set) = one(servers);
    station(&mut m, "a", between, service, set, 0);
    m
}

/// Mean of a figure over replications, with half the width of its interval.
fn estimate(m: &Model, seed: u64, run_h: f64, of: impl Fn(&Run) -> f64) -> (f64, f64) {
    let run_h = if is_long() { 40.0 * run_h } else { run_h };
    let warm_h = 0.1 * run_h;
    let values: Vec<f64> = (0..REPLICATIONS)
        .map(|i| {
            let mut run = Run::new(m, seed, i).unwrap_or_else(|e| panic!("{e}"));
            run.until(ticks(warm_h));
            run.clear();
            run.until(ticks(warm_h + run_h));
            run.settle();
            of(&run)
        })
        .collect();
    let n = REPLICATIONS as f64;
    let mean = values.iter().sum::<f64>() / n;
    let var = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, T * (var / n).sqrt())
}

fn close(name: &str, (mean, half): (f64, f64), exact: f64) {
    let error = (mean / exact - 1.0) * 100.0;
    println!("{name:<40} {mean:>10.5} +- {half:.5}, exact {exact:>10.5} ({error:+.2} %)");
    // Times are whole milliseconds, so an exact answer may have no width at all.
    assert!((mean - exact).abs() <= half + 1e-5 * exact, "{name}: {mean} +- {half}, exact {exact}");
    let widest = if is_long() { 0.01 } else { 0.05 };
    assert!(half <= widest * exact, "{name}: +- {half} of {exact} is too wide");
}

fn wait_h(run: &Run) -> f64 {
    run.at[0].waits.mean() / 3.6e6
}

fn age_h(n: usize) -> impl Fn(&Run) -> f64 {
    move |run| run.counts[n].mean() / 3.6e6
}

/// Probability that all servers are busy (Erlang 1917).
fn erlang_b(c: u32, a: f64) -> f64 {
    (1..=c).fold(1.0, |b, k| a * b / (f64::from(k) + a * b))
}

fn erlang_c_wait(c: u32, rho: f64, service: f64) -> f64 {
    let b = erlang_b(c, f64::from(c) * rho);
    b / (1.0 - rho * (1.0 - b)) * service / (f64::from(c) * (1.0 - rho))
}

/// Mean wait in M/G/1 (Pollaczek 1930, Khinchine 1932).
fn pollaczek_khinchine(lambda: f64, s: f64, s2: f64) -> f64 {
    lambda * s2 / (2.0 * (1.0 - lambda * s))
}

#[test]
fn markov_servers() {
    for (servers, rho, run_h) in
        [(1, 0.5, 4e4), (1, 0.8, 2e5), (1, 0.95, 4e6), (8, 0.5, 8e4), (8, 0.8, 2e4), (8, 0.95, 4e5)]
    {
        let between = 1.0 / (rho * f64::from(servers));
        let m = queue(servers, D::Exponential(between), D::Exponential(1.0));
        let exact = erlang_c_wait(servers, rho, 1.0);
        close(&format!("M/M/{servers} at {rho}"), estimate(&m, 1, run_h, wait_h), exact);
    }
}

#[test]
fn markov_servers_are_busy_as_they_should_be() {
    let m = queue(8, D::Exponential(1.0 / 6.4), D::Exponential(1.0));
    let busy = |run: &Run| {
        run.at[0].in_hold as f64 / 8.0 / ticks(if is_long() { 8e5 } else { 2e4 }) as f64
    };
    close("M/M/8 utilisation", estimate(&m, 2, 2e4, busy), 0.8);
}

#[test]
fn lost_calls() {
    for (name, service) in
        [("exponential", D::Exponential(1.0)), ("lognormal", D::Lognormal { mean: 1.0, cv: 1.5 })]
    {
        let (mut m, _, set) = one(5);
        let pc = m.here();
        let hold = m.delay(Delay::of("service", service).by(set));
        let lost = Pc::at(m.code.len() + 5);
        m.code.extend([
            Op::SeizeOr(set, 0, lost),
            Op::Delay(hold),
            Op::Release(set),
            Op::Count(0),
            Op::End,
            Op::Count(1),
            Op::End,
        ]);
        m.source(Delay::of("arrivals", D::Exponential(0.25)), None, 1, pc);
        let share = |run: &Run| {
            run.counts[1].count as f64 / (run.counts[0].count + run.counts[1].count) as f64
        };
        close(&format!("M/M/c/c, {name}"), estimate(&m, 3, 2e4, share), erlang_b(5, 4.0));
    }
}

#[test]
fn a_waiting_room_of_four() {
    let (mut m, _, set) = one(1);
    let pc = m.here();
    let hold = m.delay(Delay::of("service", D::Exponential(1.0)).by(set));
    let lost = Pc::at(m.code.len() + 5);
    m.code.extend([
        Op::SeizeOr(set, 4, lost),
        Op::Delay(hold),
        Op::Release(set),
        Op::Count(0),
        Op::End,
        Op::Count(1),
        Op::End,
    ]);
    m.source(Delay::of("arrivals", D::Exponential(1.0 / 0.9)), None, 1, pc);
    let share =
        |run: &Run| run.counts[1].count as f64 / (run.counts[0].count + run.counts[1].count) as f64;
    let (rho, k) = (0.9_f64, 5);
    let exact = (1.0 - rho) * rho.powi(k) / (1.0 - rho.powi(k + 1));
    close("M/M/1/5 lost", estimate(&m, 4, 4e4, share), exact);
}

#[test]
fn any_service_by_one_server() {
    let cv = 1.5_f64;
    for (name, service, second) in [
        ("fixed", D::Fixed(1.0), 1.0),
        ("Erlang 4", D::Gamma { mean: 1.0, cv: 0.5 }, 1.25),
        ("lognormal", D::Lognormal { mean: 1.0, cv }, 1.0 + cv * cv),
        ("triangular", D::Triangular { low: 0.0, mode: 1.0, high: 2.0 }, 1.0 + 1.0 / 6.0),
        ("empirical", D::Empirical(vec![0.5, 0.5, 2.0]), (0.25 + 0.25 + 4.0) / 3.0),
        ("gamma", D::Gamma { mean: 1.0, cv: 1.2 }, 1.0 + 1.44),
    ] {
        let m = queue(1, D::Exponential(1.0 / 0.7), service);
        let exact = pollaczek_khinchine(0.7, 1.0, second);
        close(&format!("M/G/1, {name}"), estimate(&m, 5, 3e5, wait_h), exact);
    }
}

#[test]
fn urgent_customers_first() {
    let (rates, levels) = ([0.3, 0.5], [0_u8, 1]);
    for preemptive in [false, true] {
        let mut m = Model { counts: 2, ..Model::default() };
        let r = m.resource("r", 1);
        m.resources[0].preemptive = preemptive;
        for (i, level) in levels.into_iter().enumerate() {
            let set = m.bundle(&[(r, 1)], level);
            let name = format!("class {i}");
            station(
                &mut m,
                &name,
                D::Exponential(1.0 / rates[i]),
                D::Exponential(1.0),
                set,
                i as u32,
            );
        }
        let (s1, s2) = (rates[0], rates[0] + rates[1]);
        // A. Cobham 1954; preemptive resume: e.g. L. Kleinrock, Queueing Systems II, 1976, 3.3.
        let exact = if preemptive {
            [1.0 / (1.0 - s1), 1.0 / (1.0 - s1) + s2 / ((1.0 - s1) * (1.0 - s2))]
        } else {
            [1.0 + s2 / (1.0 - s1), 1.0 + s2 / ((1.0 - s1) * (1.0 - s2))]
        };
        let exact = if preemptive { [1.0 / (1.0 - s1), exact[1]] } else { exact };
        for (i, exact) in exact.into_iter().enumerate() {
            let name = format!("priority, preemptive {preemptive}, class {i}");
            close(&name, estimate(&m, 6, 2e5, age_h(i)), exact);
        }
    }
}

#[test]
fn a_server_that_breaks_down() {
    let (mut m, _, set) = one(1);
    let pc = m.here();
    let service = Delay::of("service", D::Exponential(1.0)).by(set);
    let hold = m.delay(Delay {
        failures: vec![Failures { of: None, between_h: 10.0, repair_h: 2.0, share: 1.0 }],
        ..service
    });
    m.code.extend([Op::Seize(set), Op::Delay(hold), Op::Release(set), Op::End]);
    m.source(Delay::of("arrivals", D::Exponential(1.0 / 0.6)), None, 1, pc);
    // Completion times (D. P. Gaver 1962): a service and a repair for each failure during it.
    let first = 1.0 * (1.0 + 2.0 / 10.0);
    let second = 2.0 * (1.0_f64 + 0.2).powi(2) + 0.1 * 2.0 * 4.0;
    let exact = pollaczek_khinchine(0.6, first, second);
    close("M/M/1 with breakdowns", estimate(&m, 7, 3e5, wait_h), exact);
    let down = |run: &Run| run.at[0].down as f64 / run.at[0].held as f64;
    close("share of held time down", estimate(&m, 7, 3e5, down), 0.2 / 1.2);
}

#[test]
fn customers_that_come_three_at_a_time() {
    let (mut m, _, set) = one(1);
    let pc = serve_once(&mut m, "a", D::Exponential(1.0), set, 0);
    m.source(Delay::of("arrivals", D::Exponential(5.0)), None, 3, pc);
    let (lambda, b) = (0.2, 3.0);
    let rho = lambda * b;
    let before = (lambda * b * 2.0 + lambda * b * (b - 1.0)) / (2.0 * (1.0 - rho));
    close("M^3/M/1", estimate(&m, 8, 3e5, wait_h), before + (b - 1.0) / 2.0);
}

#[test]
fn machines_and_a_repairman() {
    let (mut m, _, set) = one(1);
    let think = m.delay(Delay::of("runs", D::Exponential(5.0)));
    let mend = m.delay(Delay::of("repair", D::Exponential(1.0)).by(set));
    let pc = m.here();
    m.code.extend([
        Op::Delay(think),
        Op::Seize(set),
        Op::Delay(mend),
        Op::Release(set),
        Op::Jump(pc),
    ]);
    m.starts = vec![pc; 6];
    let (n, r) = (6_i32, 0.2_f64);
    // p0 of the finite-source queue (C. Palm 1947).
    let term = |k: i32| (n - k + 1..=n).map(f64::from).product::<f64>() * r.powi(k);
    let p0 = 1.0 / (0..=n).map(term).sum::<f64>();
    let busy =
        |run: &Run| run.at[0].in_hold as f64 / ticks(if is_long() { 1.2e6 } else { 3e4 }) as f64;
    close("finite source, busy", estimate(&m, 9, 3e4, busy), 1.0 - p0);
}

#[test]
fn jackson_network_of_a_thousand() {
    const N: usize = 1000;
    let mut m = Model { counts: 1, ..Model::default() };
    // Each node sends a fifth out, and the rest to two others.
    let to = |i: usize| [(i * 7 + 3) % N, (i * 13 + 11) % N];
    let mut rates = vec![0.1; N];
    for _ in 0..400 {
        let mut next = vec![0.1; N];
        for (i, rate) in rates.iter().enumerate() {
            next[to(i)[0]] += 0.5 * rate;
            next[to(i)[1]] += 0.3 * rate;
        }
        rates = next;
    }
    const STEPS: usize = 4;
    let start = |i: usize| Pc::at(i * STEPS);
    let out = Pc::at(N * STEPS);
    for (i, rate) in rates.iter().enumerate() {
        let r = m.resource(format!("n{i}"), 1);
        let set = m.bundle(&[(r, 1)], 0);
        let hold = m.delay(Delay::of(format!("n{i}"), D::Exponential(0.7 / rate)).by(set));
        let ways = vec![(0.5, start(to(i)[0])), (0.8, start(to(i)[1])), (1.0, out)];
        m.choices.push(Choice { name: format!("n{i}"), ways });
        let choice = trimodal_des::program::ChoiceAt::at(i);
        m.code.extend([Op::Seize(set), Op::Delay(hold), Op::Release(set), Op::Choose(choice)]);
    }
    m.code.extend([Op::Count(0), Op::End]);
    for i in 0..N {
        m.source(Delay::of(format!("in {i}"), D::Exponential(10.0)), None, 1, start(i));
    }
    // J. R. Jackson 1957: every node is an M/M/1 at 0.7, so N x 0.7 / 0.3 are inside.
    let exact = N as f64 * 0.7 / 0.3 / (0.1 * N as f64);
    close("Jackson network, time inside", estimate(&m, 10, 2.5e3, age_h(0)), exact);
}

#[test]
fn closed_network() {
    let means = [1.0, 0.8, 0.5];
    let mut m = Model { counts: 1, ..Model::default() };
    let pc = m.here();
    for (i, mean) in means.iter().enumerate() {
        let r = m.resource(format!("r{i}"), 1);
        let set = m.bundle(&[(r, 1)], 0);
        let hold = m.delay(Delay::of(format!("s{i}"), D::Exponential(*mean)).by(set));
        m.code.extend([Op::Seize(set), Op::Delay(hold), Op::Release(set)]);
    }
    m.code.extend([Op::Count(0), Op::Jump(pc)]);
    m.starts = vec![pc; 5];
    // Mean value analysis (M. Reiser, S. S. Lavenberg 1980).
    let (mut lengths, mut rate) = ([0.0; 3], 0.0);
    for n in 1..=5 {
        let times: Vec<f64> = means.iter().zip(lengths).map(|(s, l)| s * (1.0 + l)).collect();
        rate = f64::from(n) / times.iter().sum::<f64>();
        lengths = [0, 1, 2].map(|i| rate * times[i]);
    }
    let hours = if is_long() { 1.2e6 } else { 3e4 };
    let through = |run: &Run| run.counts[0].count as f64 / hours;
    close("closed network, throughput", estimate(&m, 11, 3e4, through), rate);
}

#[test]
fn a_line_of_two_that_blocks() {
    // A saturated first machine, room for three, a second machine; blocked after service.
    let mut m = Model { counts: 1, ..Model::default() };
    let (a, b) = (m.resource("a", 1), m.resource("b", 1));
    let room = m.resource("room", 3);
    let [a, b, room] = [a, b, room].map(|r| m.bundle(&[(r, 1)], 0));
    let first = m.delay(Delay::of("first", D::Exponential(1.0)).by(a));
    let second = m.delay(Delay::of("second", D::Exponential(1.0)).by(b));
    let pc = m.here();
    let on = Pc::at(m.code.len() + 6);
    // The machine is kept until there is room; a part that moves on frees its room.
    m.code.extend([
        Op::Seize(a),
        Op::Delay(first),
        Op::Seize(room),
        Op::Release(a),
        Op::Spawn(on),
        Op::Jump(pc),
        Op::Seize(b),
        Op::Release(room),
        Op::Delay(second),
        Op::Release(b),
        Op::Count(0),
        Op::End,
    ]);
    m.starts = vec![pc];
    let hours = if is_long() { 2.4e6 } else { 6e4 };
    let through = |run: &Run| run.counts[0].count as f64 / hours;
    // J. A. Buzacott 1967: (b + 2) / (b + 3) of the rate, for equal rates and room for b.
    close("tandem with blocking", estimate(&m, 12, 6e4, through), 5.0 / 6.0);
}

#[test]
fn a_yard_without_end() {
    let m = queue(100_000, D::Exponential(0.1), D::Lognormal { mean: 24.0, cv: 1.0 });
    let hours = if is_long() { 4e5 } else { 1e4 };
    let held = |run: &Run| run.at[0].held as f64 / ticks(hours) as f64;
    close("M/G/inf, in the yard", estimate(&m, 13, 1e4, held), 240.0);
}

/// Intervals at 95 % contain the exact value in 93 to 97 of a hundred cases, at a fixed seed.
#[test]
fn intervals_cover() {
    let m = queue(1, D::Exponential(2.0), D::Exponential(1.0));
    let mut covered = 0;
    for repeat in 0..1000_u64 {
        let values: Vec<f64> = (0..10)
            .map(|i| {
                let mut run = Run::new(&m, 1000 + repeat, i).unwrap_or_else(|e| panic!("{e}"));
                run.until(ticks(200.0));
                run.clear();
                run.until(ticks(1200.0));
                wait_h(&run)
            })
            .collect();
        let mean = values.iter().sum::<f64>() / 10.0;
        let var = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 9.0;
        // Student's t with 9 degrees of freedom at 0.975.
        covered += u32::from((mean - 1.0).abs() <= 2.262_157 * (var / 10.0).sqrt());
    }
    println!("{covered} of 1000 intervals at 95 % contain the exact value");
    assert!((930..=970).contains(&covered), "{covered} of 1000");
}

/// L = lambda W, on every resource of a run, to the tick.
#[test]
fn littles_law_is_exact_where_nobody_is_left() {
    let (mut m, r, set) = one(2);
    let other = m.resource("other", 1);
    let both = m.bundle(&[(r, 1), (other, 1)], 0);
    station(&mut m, "a", D::Exponential(1.0), D::Exponential(1.2), set, 0);
    station(&mut m, "b", D::Exponential(9.0), D::Exponential(1.0), both, 1);
    let mut run = Run::new(&m, 5, 0).unwrap_or_else(|e| panic!("{e}"));
    let mut end = 0.0;
    // When no entity waits, the areas under the queues are the sums of the waits.
    loop {
        end += 1000.0;
        run.until(ticks(end));
        if run.waiting(0) + run.waiting(1) == 0 && end >= 5000.0 {
            break;
        }
        assert!(end < 1e6, "an entity always waits");
    }
    run.settle();
    let areas: u64 = run.at.iter().map(|a| a.queue).sum();
    let waits: u64 = run.at.iter().map(|a| a.waits.sum).sum();
    assert_eq!(areas, waits);
    assert!(waits > 0);
}
