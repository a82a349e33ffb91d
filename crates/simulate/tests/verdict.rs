//! The verdict: every demand counts, chance does not, and a year begins as it ends.

mod harbour;

use harbour::{Tables, order, orders, request, ride, run, ships};
use trimodal_model::Control;
use trimodal_model::control::Cancel;
use trimodal_simulate::outcome::Answer;
use trimodal_simulate::{Failure, Request, simulate};

#[test]
fn a_season_is_no_trend() {
    let mut tables = Tables::new();
    tables.calendars.push("monsoon,,,07-01..09-20,".into());
    tables.resources[0] = "berth,Berth,PORT,berth,1,monsoon,,,,,,".into();
    // Nine tenths of the 283 open days: 254 ships of a day.
    tables.demand = vec!["d,Grain,grain,SEA,PORT,2540000,,1,1".into()];
    let s = tables.scenario();
    let out = run(&s, &ships(&s), &request(16, 1));
    assert_eq!(out.verdict.answer, Answer::Holds, "{}", out.verdict.reason);
    assert!(out.warm_up.agrees && out.warm_up.years >= 1);
}

#[test]
fn few_random_ships_hold_with_any_seed() {
    let mut tables = Tables::new();
    // Twenty ships a year at a berth that is busy for a twentieth of it.
    tables.demand = vec!["d,Grain,grain,SEA,PORT,200000,,1,1".into()];
    let s = tables.scenario();
    for seed in 0..20 {
        let out = run(&s, &ships(&s), &request(16, seed));
        assert_eq!(out.verdict.answer, Answer::Holds, "seed {seed}: {}", out.verdict.reason);
    }
}

#[test]
fn a_tenth_too_much_fails_and_the_derate_is_the_same_for_every_seed() {
    let mut tables = Tables::new();
    tables.demand = vec!["d,Grain,grain,SEA,PORT,4015000,,1,1".into()];
    let s = tables.scenario();
    let shares: Vec<f64> = (0..5)
        .map(|seed| {
            let out = run(&s, &ships(&s), &Request { derate: true, ..request(32, seed) });
            assert_eq!(out.verdict.answer, Answer::Fails, "{}", out.verdict.reason);
            let d = out.derate.expect("asked for");
            let [low, high] = d.share_ci95.expect("an interval");
            assert!(low <= d.share && d.share <= high && high - low < 0.06, "{d:?}");
            d.share
        })
        .collect();
    assert!(shares.iter().all(|s| (s - 1.0 / 1.1).abs() <= 0.02), "{shares:?}");
}

#[test]
fn the_last_in_line_is_not_forgotten() {
    let mut tables = Tables::new();
    // The urgent demand takes all the capacity; a hundredth of the volume waits behind it for ever.
    tables.demand = vec![
        "coal,Coal,grain,SEA,PORT,3640000,,0,1".into(),
        "medicine,Medicine,grain,SEA,PORT,40000,,9,1".into(),
    ];
    tables.vehicles[0] = "ship,Ship,sea,,10000,100,grain,none,schedule,,".into();
    let s = tables.scenario();
    let out = run(&s, &ships(&s), &request(16, 2));
    assert_eq!(out.verdict.answer, Answer::Fails, "{}", out.verdict.reason);
    assert!(out.verdict.reason.contains("Medicine"), "{}", out.verdict.reason);
    let of = |id: &str| out.demand.iter().find(|d| d.demand == id).map(|d| d.answer);
    assert_eq!(of("medicine"), Some(Answer::Fails));
    assert_eq!(of("coal"), Some(Answer::Holds));
}

#[test]
fn priorities_to_nine_have_their_order() {
    let mut tables = Tables::new();
    tables.demand =
        (0..10).map(|p| format!("d{p},Grain {p},grain,SEA,PORT,350000,,{p},1")).collect();
    let s = tables.scenario();
    let out = run(&s, &ships(&s), &request(24, 3));
    let times: Vec<f64> = out.demand.iter().map(|d| d.transit_h.mean).collect();
    // At 0.96 each class waits far longer than the one before; the first ones hardly differ.
    for (a, b) in [(0, 3), (2, 5), (4, 6), (6, 7), (7, 8), (8, 9)] {
        assert!(times[a] < times[b], "{times:?}");
    }
    assert!(times[9] > 5.0 * times[5], "{times:?}");
}

fn yard(km: u32, medicine: &str) -> Tables {
    Tables {
        places: vec![
            "MINE,Mine,NL,53,3,yard".into(),
            "PORT,Port,NL,52,4,port".into(),
            "MKT,Market,NL,51,4,port".into(),
        ],
        links: vec![
            format!("R,,MINE,PORT,rail,{km},25,1520,2,auto"),
            "S,,PORT,MKT,sea,1000,20,,,".into(),
        ],
        resources: vec![
            "tippler,Tippler,PORT,unload_line,1,always,,,,,,".into(),
            "berth,Berth,PORT,berth,1,always,,,,,,".into(),
            "yard,Yard,PORT,stock,1,always,,,,,60000,1".into(),
        ],
        vehicles: vec![
            "train,Train,rail,1520,4000,800,coal,same_trainset,random,,".into(),
            "ship,Ship,sea,,40000,100,coal,none,called,,".into(),
        ],
        operations: vec![
            "off,PORT,unload,train,,tippler:1,,1,0.0005,0.5,,yard".into(),
            "on,PORT,load,ship,,berth:1,,6,0.0008,0.5,yard,".into(),
        ],
        demand: vec![
            "coal,Coal,coal,MINE,MKT,4000000,,1,1".into(),
            format!("med,Medicine,coal,MINE,MKT,{medicine},,0,1"),
        ],
        ..Tables::default()
    }
}

#[test]
fn room_is_booked_where_it_is_needed() {
    let answer = |km| {
        let s = yard(km, "1000").scenario();
        let rides = vec![
            ride(&s, "train", &["MINE", "PORT"], &["off"]),
            ride(&s, "ship", &["PORT", "MKT"], &["on"]),
        ];
        run(&s, &orders(vec![order(&s, "coal", rides)]), &request(8, 4))
    };
    for km in [100, 4000] {
        let out = answer(km);
        assert_eq!(out.verdict.answer, Answer::Holds, "{km} km: {}", out.verdict.reason);
    }
}

#[test]
fn a_lot_that_never_gathers_is_named() {
    let mut tables = yard(100, "3000");
    tables.vehicles.push("small,Small train,rail,1520,500,300,coal,same_trainset,random,,".into());
    tables.vehicles.push("big,Big ship,sea,,30000,200,coal,none,called,,".into());
    tables.resources[2] = "yard,Yard,PORT,stock,1,always,,,,,200000,1".into();
    tables.operations.push("off2,PORT,unload,small,,tippler:1,,1,0.0005,0.5,,yard".into());
    tables.operations.push("on2,PORT,load,big,,berth:1,,6,0.0008,0.5,yard,".into());
    let s = tables.scenario();
    let rides = |train: &str, off: &str, ship: &str, on: &str| {
        vec![ride(&s, train, &["MINE", "PORT"], &[off]), ride(&s, ship, &["PORT", "MKT"], &[on])]
    };
    let flows = vec![
        order(&s, "coal", rides("train", "off", "ship", "on")),
        order(&s, "med", rides("small", "off2", "big", "on2")),
    ];
    let out = run(&s, &orders(flows), &request(8, 4));
    assert_eq!(out.verdict.answer, Answer::Fails);
    let message = "a lot of `big` (30000 t) takes 10.0 years to gather from Medicine";
    assert_eq!(out.verdict.never, [message]);
    assert!(out.verdict.reason.contains(message));
}

/// Trucks bring boxes to a yard and take others out of it: a user that waits for room while it keeps a truck
/// would wait for itself.
#[test]
fn a_pool_that_fills_and_empties_a_yard_never_stops() {
    let tables = Tables {
        places: vec![
            "A,Inland,NL,53,3,city".into(),
            "P,Port,NL,52,4,port".into(),
            "M,Market,NL,51,4,port".into(),
        ],
        links: vec!["H,,A,P,road,50,50,,,".into(), "S,,P,M,sea,500,20,,,".into()],
        resources: vec![
            "yard,Yard,P,stock,1,always,,,,,1500,1".into(),
            "berth,Berth,P,berth,1,always,,,,,,".into(),
            "gate,Gate,P,gate,2,always,,,,,,".into(),
            "trucks,Trucks,A,pool,6,always,,,,,,".into(),
        ],
        vehicles: vec![
            "truck,Truck,road,,20,17,boxes,same_trainset,random,,trucks".into(),
            "feeder,Feeder,sea,,1000,100,boxes,none,called,,".into(),
        ],
        operations: vec![
            "off,P,unload,truck,,gate:1,,0.2,,0.5,,yard".into(),
            "on,P,load,truck,,gate:1,,0.2,,0.5,yard,".into(),
            "sea_on,P,load,feeder,,berth:1,,6,0.002,0.5,yard,".into(),
            "sea_off,P,unload,feeder,,berth:1,,6,0.002,0.5,,yard".into(),
        ],
        demand: vec!["out,Out,boxes,A,M,90000,,1,1".into(), "in,In,boxes,M,A,90000,,1,1".into()],
        ..Tables::default()
    };
    let s = tables.scenario();
    let flows = vec![
        order(
            &s,
            "out",
            vec![
                ride(&s, "truck", &["A", "P"], &["off"]),
                ride(&s, "feeder", &["P", "M"], &["sea_on"]),
            ],
        ),
        order(
            &s,
            "in",
            vec![
                ride(&s, "feeder", &["M", "P"], &["sea_off"]),
                ride(&s, "truck", &["P", "A"], &["on"]),
            ],
        ),
    ];
    let out = run(&s, &orders(flows), &request(8, 6));
    assert!(out.verdict.circle.is_empty(), "{:?}", out.verdict.circle);
    // The yard is far too small for a whole lot each way; what matters is that it goes on for ever.
    for d in &out.demand {
        assert!(d.delivered_per_year.mean > 0.3 * d.planned_per_year, "{d:?}");
    }
}

#[test]
fn vehicles_are_counted_in_their_own_unit() {
    let mut tables = Tables::new();
    tables.demand.push("pass,Passage,grain,SEA,P2,200,vehicles,1,1".into());
    let s = tables.scenario();
    let out = run(&s, &ships(&s), &request(8, 4));
    let pass = out.demand.iter().find(|d| d.demand == "pass").expect("counted");
    assert_eq!((pass.unit.as_str(), pass.planned_per_year), ("vehicles", 200.0));
    assert!((pass.delivered_per_year.mean / 200.0 - 1.0).abs() < 0.1, "{pass:?}");
    assert_eq!(out.verdict.unit, "t");
    assert!((out.verdict.planned_per_year - 2_555_000.0).abs() < 1.0);
}

#[test]
fn one_replication_has_no_interval_and_decides_nothing() {
    let s = Tables::default().scenario();
    let out = run(&s, &ships(&s), &request(1, 1));
    assert_eq!(out.verdict.answer, Answer::Undecided);
    assert_eq!(out.verdict.delivered_per_year.ci95_high, None);
    let json = serde_json::to_string(&out).expect("JSON");
    assert!(!json.contains("e308") && json.contains("\"ci95_low\":null"));
}

#[test]
fn a_stop_is_heard_in_the_middle_of_a_replication() {
    // Ten thousand ships a day: seconds a replication.
    let mut tables = Tables::new();
    tables.demand = vec!["d,Grain,grain,SEA,PORT,9000000000,,1,1".into()];
    tables.resources[0] = "berth,Berth,PORT,berth,10000,always,,,,,,".into();
    let s = tables.scenario();
    let begun = std::time::Instant::now();
    let cancel = Cancel::new();
    let control = Control::none().with_cancel(&cancel);
    let out = std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(std::time::Duration::from_millis(300));
            cancel.cancel();
        });
        simulate(&s, &ships(&s), &request(32, 1), &control)
    });
    match out {
        Ok(done) => assert!(done.simulation.stopped.is_some()),
        Err(failure) => assert!(matches!(failure, Failure::Stopped(_)), "{failure}"),
    }
    assert!(begun.elapsed().as_secs_f64() < 1.5, "{:?}", begun.elapsed());
}
