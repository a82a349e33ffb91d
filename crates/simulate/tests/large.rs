//! The cost of a description is linear in its size.

mod harbour;

use std::time::{Duration, Instant};
use trimodal_model::{Control, Scenario};

use harbour::{Tables, orders, request};
use trimodal_model::ids::{LinkId, OperationId, PlaceId, VehicleId};
use trimodal_simulate::compile::{FlowOrder, Orders, Ride, compile};
use trimodal_simulate::simulate;

/// A sea with `n` ports, each with its berth, its row of operations and its grain.
/// Ids have four digits, so that sorted rows stay in this order; the sea comes after all ports.
fn ports(n: usize) -> (trimodal_model::Scenario, Orders) {
    let mut tables = Tables {
        places: vec!["SEA,Sea,NL,53,3,port".into()],
        links: Vec::new(),
        resources: Vec::new(),
        operations: Vec::new(),
        demand: Vec::new(),
        ..Tables::default()
    };
    for i in 0..n {
        tables.places.push(format!("P{i:04},Port {i},NL,52,4,port"));
        tables.links.push(format!("L{i:04},,SEA,P{i:04},sea,100,20,,,"));
        tables.resources.push(format!("b{i:04},Berth {i},P{i:04},berth,1,always,,,,,,"));
        tables.operations.push(format!("u{i:04},P{i:04},unload,ship,,b{i:04}:1,,24,,0.7,,"));
        tables.demand.push(format!("d{i:04},Grain {i},grain,SEA,P{i:04},100000,,1,1"));
    }
    let s = tables.scenario();
    let ride = |i: usize| Ride {
        vehicle: VehicleId::at(0),
        places: vec![PlaceId::at(n), PlaceId::at(i)],
        links: vec![LinkId::at(i)],
        operations: vec![(OperationId::at(i), 1)],
    };
    let flows =
        (0..n).map(|i| FlowOrder { demand: i, per_year: 1e5, rides: vec![ride(i)] }).collect();
    (s, orders(flows))
}

fn seconds(of: impl FnOnce()) -> Duration {
    let begun = Instant::now();
    of();
    begun.elapsed()
}

#[test]
fn five_thousand_ports_are_compiled_and_run_in_linear_time() {
    let cases = [1250, 5000].map(|n| (n, ports(n)));
    let compiled = |(_, (s, flows)): &(usize, (Scenario, Orders))| {
        let runs = (0..3).map(|_| seconds(|| drop(compile(s, flows, 1.0, true))));
        runs.min().unwrap_or_default()
    };
    // Four times the ports. Clocks on shared machines are rough: a moment of peace in ten is enough.
    let linear = (0..10).any(|_| {
        let [small, large] = [compiled(&cases[0]), compiled(&cases[1])];
        println!("compiled in {small:?} and {large:?}");
        large < 12 * small.max(Duration::from_millis(2)) && large < Duration::from_secs(2)
    });
    assert!(linear, "5,000 ports take more than 12 times as long as 1,250");
    let (_, (s, flows)) = &cases[1];
    let whole = seconds(|| {
        simulate(s, flows, &request(4, 1), &Control::none()).expect("a run");
    });
    println!("four replications in all: {whole:?}");
}
