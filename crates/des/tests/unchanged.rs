//! Optimisations of the engine must not change a figure: the hash over every event and over all
//! statistics of a few runs, as they were before events, entities and times were packed. Only that of
//! `jackson` is newer: its choices are drawn by their names, and no longer by their positions.

#[path = "../examples/bench/models.rs"]
mod models;

use models::{crowd, cycle, jackson, port, station};
use trimodal_des::clock::ticks;
use trimodal_des::distribution::Distribution as D;
use trimodal_des::program::{Delay, Failures, Model, Op};
use trimodal_des::run::Run;
use trimodal_des::statistics::Tally;

/// Two classes, one of which preempts the other, then resources taken in pairs, with breakdowns.
fn mixed() -> Model {
    let mut m = Model { counts: 2, ..Model::default() };
    let [one, two, three] = [("one", 1), ("two", 3), ("three", 2)].map(|(n, c)| m.resource(n, c));
    m.resources[0].preemptive = true;
    let pair = m.bundle(&[(two, 1), (three, 1)], 1);
    for level in 0..2 {
        let name = |what: &str| format!("{what} {level}");
        let own = m.bundle(&[(one, 1)], level);
        let first = m.delay(Delay::of(name("first"), D::Gamma { mean: 0.7, cv: 0.6 }).by(own));
        let service = Delay::of(name("second"), D::Lognormal { mean: 2.0, cv: 0.5 }).by(pair);
        let second = m.delay(Delay {
            failures: vec![Failures { of: None, between_h: 9.0, repair_h: 1.0, share: 1.0 }],
            ..service
        });
        let pc = m.here();
        m.code.extend([Op::Seize(own), Op::Delay(first), Op::Release(own)]);
        m.code.extend([Op::Seize(pair), Op::Delay(second), Op::Release(pair)]);
        m.code.extend([Op::Count(u32::from(level)), Op::End]);
        m.source(Delay::of(name("in"), D::Exponential(3.0)), None, 1, pc);
    }
    m
}

fn figures(model: &Model, hours: f64) -> (u64, u64) {
    let mut run = Run::new(model, 1, 0).expect("a model");
    run.until(ticks(hours / 10.0));
    run.settle();
    run.clear();
    run.until(ticks(hours));
    run.settle();
    assert!(run.faults().is_empty(), "{:?}", run.faults());
    let tally = |t: &Tally| {
        [t.count, t.sum].into_iter().chain([0.05, 0.5, 0.95].map(|share| t.quantile(share) as u64))
    };
    let at =
        run.at.iter().flat_map(|a| tally(&a.waits).chain([a.held, a.in_hold, a.queue, a.down]));
    let all = at.chain(run.counts.iter().flat_map(tally));
    // FNV-1a, by words.
    let of_all = all.fold(0xcbf2_9ce4_8422_2325_u64, |h, x| (h ^ x).wrapping_mul(0x100_0000_01b3));
    (run.hash, of_all)
}

#[test]
fn no_event_and_no_figure() {
    let mm8 = station(8, D::Exponential(1.0), D::Exponential(6.4));
    let runs = [
        ("mm8", mm8, 2e4, (0x586e_eb9f_c5f7_c9c1, 0x45a6_9f5a_aaae_4a6e)),
        ("port", port(), 1e4, (0x58d3_227c_d256_ea1b, 0xb6ba_df8a_90a2_597a)),
        ("jackson", jackson(), 1e2, (0x8897_417b_0def_ffcc, 0xe16a_dfb7_24a2_02e5)),
        ("crowd", crowd(), 3e2, (0x3bf0_fc9b_d9b1_94f7, 0x7fe3_0a2d_401b_26d2)),
        ("cycle", cycle(), 1e3, (0x4ee2_6c5e_e646_5d45, 0xc2f9_2acc_c147_3fa9)),
        ("mixed", mixed(), 2e4, (0xb6da_eae1_032c_e971, 0x3174_a951_acdf_0cb6)),
    ];
    for (name, model, hours, before) in runs {
        let now = figures(&model, hours);
        assert_eq!(now, before, "{name}: {:#x}, {:#x}", now.0, now.1);
    }
}
