//! Failures, cranes, clocks and years, and their effect on work, against closed forms.

mod harbour;

use harbour::{Tables, request, run, ships};
use trimodal_simulate::Request;
use trimodal_simulate::compare::against;
use trimodal_simulate::outcome::{ResourceResult, Simulation};

fn berth(out: &Simulation) -> &ResourceResult {
    out.resources.iter().find(|r| r.id == "berth").expect("a berth")
}

#[test]
fn failures_that_are_told_are_had() {
    let mut tables = Tables::new();
    tables.resources[0] = "berth,Berth,PORT,berth,1,always,,100,20,,,".into();
    tables.demand = vec!["d,Grain,grain,SEA,PORT,1800000,,1,1".into()];
    let s = tables.scenario();
    let row = s.resources.iter().find(|r| r.id == "berth").expect("a berth");
    assert!((row.availability - 100.0 / 120.0).abs() < 1e-9);
    let out = run(&s, &ships(&s), &request(32, 1));
    // A day of work has 0.24 failures of 20 h.
    let [low, high] = berth(&out).held_ci95.expect("an interval");
    assert!(low < 28.8 && 28.8 < high, "{low} to {high}");
    assert!(berth(&out).time.down > 0.08, "{:?}", berth(&out).time);
}

#[test]
fn everything_that_is_held_fails_on_its_own() {
    let mut tables = Tables::new();
    tables.resources.push("tug,Tugs,PORT,crane,4,always,0.8,,,,,".into());
    tables.resources.push("pilot,Pilot,PORT,gate,2,always,,40,10,,,".into());
    tables.operations[0] = "u,PORT,unload,ship,,berth:1+tug:2+pilot:1,,24,,0.7,,".into();
    tables.demand = vec!["d,Grain,grain,SEA,PORT,1000000,,1,1".into()];
    let s = tables.scenario();
    let out = run(&s, &ships(&s), &request(32, 1));
    // Each of two tugs costs a quarter of an hour per hour, the pilot another quarter.
    let [low, high] = berth(&out).held_ci95.expect("an interval");
    assert!(low < 42.0 && 42.0 < high, "{low} to {high}");
}

#[test]
fn failures_need_both_times() {
    let mut tables = Tables::new();
    tables.resources[0] = "berth,Berth,PORT,berth,1,always,,100,,,,".into();
    let refused = std::panic::catch_unwind(|| tables.scenario());
    let message =
        refused.expect_err("refused").downcast_ref::<String>().cloned().unwrap_or_default();
    assert!(message.contains("TM-SCN-009") && message.contains("mttr_h"), "{message}");
}

/// Two berths and two cranes that share the work: the first ship has both, the next one as many as are free
/// when its turn comes, which are both again. So it is a single server of half the time (M/G/1).
#[test]
fn a_ship_that_waited_for_cranes_gets_all_that_are_free() {
    let mut tables = Tables::new();
    tables.resources[0] = "berth,Berth,PORT,berth,2,always,,,,,,".into();
    tables.resources.push("cranes,Cranes,PORT,crane,2,always,,,,,,".into());
    let cv = 0.2887;
    tables.operations[0] = format!("u,PORT,unload,ship,,berth:1+cranes:1-2,,0,0.0024,{cv},,");
    // A ship in 30 h, half a day of work for two cranes.
    tables.demand = vec!["d,Grain,grain,SEA,PORT,2920000,,1,1".into()];
    let s = tables.scenario();
    let out = run(&s, &ships(&s), &request(64, 1));
    let (lambda, work) = (1.0 / 30.0, 12.0);
    let exact = work + lambda * work * work * (1.0 + cv * cv) / (2.0 * (1.0 - lambda * work));
    let [low, high] = out.demand[0].transit_h.mean_ci95.expect("an interval");
    // A third ship may find one crane free only while two are served: rare, and within a per cent.
    let sail = 5.0;
    assert!(low < 1.01 * exact + sail && 0.99 * exact + sail < high, "{low} to {high}, {exact}");
}

/// Two berths and three cranes, at most two a ship: one ship is served by two cranes, more by all three. If
/// cranes that come free join the ship that is left and its work is exponential, the number of ships is a
/// birth-death process. Work here is lognormal with the same variation, so the mean agrees within 5 %.
#[test]
fn cranes_join_later_where_the_row_says_so() {
    let served = |joining: &str| {
        let mut tables = Tables::new();
        tables.resources[0] = "berth,Berth,PORT,berth,2,always,,,,,,".into();
        tables.resources.push("cranes,Cranes,PORT,crane,3,always,,,,,,".into());
        tables.operations[0] =
            format!("u,PORT,unload,ship,,berth:1+cranes:1-2,,0,0.0048,1,,,{joining}");
        // A ship in 30 h; 48 crane-hours each.
        tables.demand = vec!["d,Grain,grain,SEA,PORT,2920000,,1,1".into()];
        let s = tables.scenario();
        run(&s, &ships(&s), &Request { warm_years: 2, ..request(400, 1) })
    };
    let (lambda, one, more) = (1.0 / 30.0, 2.0 / 48.0, 3.0 / 48.0);
    let (first, next) = (lambda / one, lambda / more);
    let empty = 1.0 / (1.0 + first / (1.0 - next));
    let exact: f64 = empty * first / ((1.0 - next) * (1.0 - next)) / lambda;
    let (later, start) = (served("later"), served("start"));
    let (sail, mean) = (5.0, later.demand[0].transit_h.mean);
    assert!(((mean - sail) / exact - 1.0).abs() < 0.05, "{mean}, {exact}");
    let compared = against(&start, &later, "later".into());
    let transit = compared.differences.iter().find(|d| d.figure == "transit").expect("transit");
    assert!(transit.difference.ci95_high.is_some_and(|high| high < -1.0), "{transit:?}");
}

#[test]
fn a_year_of_366_days_sends_what_it_should() {
    let tables = Tables { days: 366, ..Tables::default() };
    let mut even = tables.clone();
    even.vehicles[0] = "ship,Ship,sea,,10000,100,grain,none,schedule,,".into();
    let s = even.scenario();
    let out = run(&s, &ships(&s), &request(16, 1));
    let sent = out.verdict.generated_per_year.mean;
    assert!((sent / 2_555_000.0 - 1.0).abs() < 0.002, "{sent}");
    assert_eq!(out.warm_up_days, f64::from(out.warm_up.years) * 366.0);
}

#[test]
fn two_clocks_at_a_border_leave_the_hours_they_share() {
    let open = |offset: &str| {
        let mut tables = Tables::new();
        tables.calendars.push("here,,08:00-20:00,,0".into());
        tables.calendars.push(format!("there,,08:00-20:00,,{offset}"));
        tables.resources[0] = "berth,Berth,PORT,berth,1,here,,,,,,".into();
        tables.resources.push("customs,Customs,PORT,gate,1,there,,,,,,".into());
        tables.operations[0] = "u,PORT,unload,ship,,berth:1+customs:1,,2,,0,,".into();
        tables.demand = vec!["d,Grain,grain,SEA,PORT,1000000,,1,1".into()];
        let s = tables.scenario();
        berth(&run(&s, &ships(&s), &request(8, 1))).held_h
    };
    // Six hours in common are met more seldom than twelve.
    assert!(open("6") > 1.3 * open("0"), "{} {}", open("6"), open("0"));
}

#[test]
fn a_busy_queue_is_in_its_steady_state() {
    // M/G/1 with the variation of an exponential service, at 0.9: Pollaczek and Khinchine.
    let mut tables = Tables::new();
    tables.operations[0] = "u,PORT,unload,ship,,berth:1,,24,,1,,".into();
    tables.demand = vec!["d,Grain,grain,SEA,PORT,3285000,,1,1".into()];
    let s = tables.scenario();
    let exact = 0.9 / 0.1 * 24.0;
    let inside = (0..6).filter(|seed| {
        let out = run(&s, &ships(&s), &request(48, *seed));
        let [low, high] = berth(&out).wait_h.mean_ci95.expect("an interval");
        low < exact && exact < high
    });
    assert!(inside.count() >= 5);
}

#[test]
fn common_random_numbers_separate_two_plans() {
    let plan = |hours: f64| {
        let mut tables = Tables::new();
        tables.operations[0] = format!("u,PORT,unload,ship,,berth:1,,{hours},,0.7,,");
        let s = tables.scenario();
        run(&s, &ships(&s), &Request { warm_years: 4, ..request(16, 1) })
    };
    let (here, there) = (plan(24.0), plan(23.5));
    let compared = against(&here, &there, "faster".into());
    let of = |figure: &str| {
        let found = compared.differences.iter().find(|d| d.figure == figure && d.id != "b2");
        found.unwrap_or_else(|| panic!("{figure}")).difference
    };
    // Half an hour of work saves more than that of waiting, with certainty, though the intervals of the waits
    // themselves overlap.
    let wait = of("wait");
    assert!(wait.ci95_high.is_some_and(|high| high < -0.5), "{wait:?}");
    let apart = |s: &Simulation| berth(s).wait_h.mean_ci95.expect("an interval");
    assert!(apart(&here)[0] < apart(&there)[1], "{:?} {:?}", apart(&here), apart(&there));
    assert!(of("transit").mean < -1.0);
    assert!(of("delivered").mean.abs() < 20_000.0);
}
