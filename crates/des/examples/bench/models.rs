//! The models of `benches/peers/simulation.py`.

use trimodal_des::distribution::Distribution as D;
use trimodal_des::program::{Choice, ChoiceAt, Delay, Model, Op, Pc};

/// Customers that arrive at some servers, are served and leave.
pub fn station(servers: u32, between: D, service: D) -> Model {
    let mut m = Model { counts: 1, ..Model::default() };
    let r = m.resource("r", servers);
    let set = m.bundle(&[(r, 1)], 0);
    let hold = m.delay(Delay::of("service", service).by(set));
    let pc = m.here();
    m.code.extend([Op::Seize(set), Op::Delay(hold), Op::Release(set), Op::Count(0), Op::End]);
    m.source(Delay::of("arrivals", between), None, 1, pc);
    m
}

/// Ships take a berth of three, then two of eight cranes, then one of two channels out.
pub fn port() -> Model {
    let mut m = Model { counts: 1, ..Model::default() };
    let sets =
        [("berth", 3, 1), ("crane", 8, 2), ("channel", 2, 1)].map(|(name, servers, units)| {
            let r = m.resource(name, servers);
            m.bundle(&[(r, units)], 0)
        });
    let holds = [2.0, 3.0, 1.0].map(|h| m.delay(Delay::of(format!("{h}"), D::Exponential(h))));
    let pc = m.here();
    let [berth, crane, channel] = sets;
    m.code.extend([
        Op::Seize(berth),
        Op::Delay(holds[0]),
        Op::Seize(crane),
        Op::Delay(holds[1]),
        Op::Release(crane),
        Op::Release(berth),
        Op::Seize(channel),
        Op::Delay(holds[2]),
        Op::Release(channel),
        Op::Count(0),
        Op::End,
    ]);
    m.source(Delay::of("arrivals", D::Exponential(2.5)), None, 1, pc);
    m
}

/// A thousand servers; from each, customers go to one of two others or leave (J. R. Jackson 1957).
pub fn jackson() -> Model {
    const N: usize = 1000;
    let mut m = Model { counts: 1, ..Model::default() };
    let start = |i: usize| Pc::at(i * 4);
    let out = Pc::at(N * 4);
    for i in 0..N {
        let r = m.resource(format!("n{i}"), 1);
        let set = m.bundle(&[(r, 1)], 0);
        let hold = m.delay(Delay::of(format!("n{i}"), D::Exponential(1.4)).by(set));
        let to = [(i * 7 + 3) % N, (i * 13 + 11) % N];
        let ways = vec![(0.5, start(to[0])), (0.8, start(to[1])), (1.0, out)];
        m.choices.push(Choice { name: format!("n{i}"), ways });
        m.code.extend([
            Op::Seize(set),
            Op::Delay(hold),
            Op::Release(set),
            Op::Choose(ChoiceAt::at(i)),
        ]);
    }
    m.code.extend([Op::Count(0), Op::End]);
    for i in 0..N {
        m.source(Delay::of(format!("in {i}"), D::Exponential(10.0)), None, 1, start(i));
    }
    m
}

/// Ten thousand customers that repeatedly ask for one of a hundred servers.
pub fn crowd() -> Model {
    let mut m = Model { counts: 1, ..Model::default() };
    let r = m.resource("r", 100);
    let set = m.bundle(&[(r, 1)], 0);
    let hold = m.delay(Delay::of("service", D::Exponential(1.0)).by(set));
    m.code.extend([
        Op::Seize(set),
        Op::Delay(hold),
        Op::Release(set),
        Op::Count(0),
        Op::Jump(Pc::at(0)),
    ]);
    m.starts = vec![Pc::at(0); 10_000];
    m
}

/// A ship that loads, sails, unloads and sails back, for ever; every seize is recorded.
pub fn cycle() -> Model {
    let mut m = Model { counts: 1, ..Model::default() };
    let [a, b] = ["a", "b"].map(|name| {
        let r = m.resource(name, 1);
        m.bundle(&[(r, 1)], 0)
    });
    let [work, sail] = ["work", "sail"].map(|name| m.delay(Delay::of(name, D::Fixed(1.0))));
    let trip = |quay| [Op::Seize(quay), Op::Delay(work), Op::Release(quay), Op::Delay(sail)];
    m.code.extend([trip(a), trip(b)].concat());
    m.code.extend([Op::Count(0), Op::Jump(Pc::at(0))]);
    m.starts = vec![Pc::at(0)];
    m
}
