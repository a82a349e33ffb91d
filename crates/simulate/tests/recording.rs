//! The recording of a replication agrees with what was counted in it.

mod harbour;

use harbour::{Tables, order, orders, request, ride, ships};
use trimodal_model::{Control, Scenario};
use trimodal_simulate::compile::Orders;
use trimodal_simulate::recording::Recording;
use trimodal_simulate::{Done, Request, simulate};

fn recorded(s: &Scenario, orders: &Orders, request: Request) -> (Done, Recording) {
    let request = Request { recording: true, ..request };
    let mut done = simulate(s, orders, &request, &Control::none()).expect("a run");
    let recording = done.recording.take().expect("a recording");
    (done, recording)
}

/// Ships that unload at once and wait for nothing, so that goods have arrived when their ship has.
fn at_once() -> Tables {
    let mut t = Tables::new();
    t.resources[0] = "berth,Berth,PORT,berth,50,always,,,,,,".into();
    t.operations[0] = "u,PORT,unload,ship,,berth:1,,0,,,,".into();
    t.vehicles[0] = "ship,Ship,sea,,10000,100,grain,same_trainset,random,,".into();
    t
}

/// Trains that wait for each other on a single track, then a ship.
fn by_rail_and_sea() -> (Scenario, Orders) {
    let mut t = Tables::new();
    t.places.push("MINE,Mine,NL,52,5,yard".into());
    t.links.push("R,,MINE,PORT,rail,60,40,1435,1,token".into());
    t.resources.push("yard,Yard,PORT,stock,1,always,,,,,60000,24".into());
    t.resources.push("pit,Pit,PORT,unload_line,2,always,,,,,,".into());
    t.vehicles.push("train,Train,rail,1435,2500,500,coal,same_trainset,random,,".into());
    t.vehicles[0] = "ship,Ship,sea,,10000,100,coal,none,random,,".into();
    t.operations = vec![
        "ru,PORT,unload,train,,pit:1,,1,,,,yard".into(),
        "l,PORT,load,ship,,berth:1,,12,,0.5,yard,".into(),
    ];
    t.demand = vec!["d,Coal,coal,MINE,SEA,2500000,,1,1".into()];
    let s = t.scenario();
    let train = ride(&s, "train", &["MINE", "PORT"], &["ru"]);
    let ship = ride(&s, "ship", &["PORT", "SEA"], &["l"]);
    let orders = orders(vec![order(&s, "d", vec![train, ship])]);
    (s, orders)
}

#[test]
fn what_arrives_is_what_was_delivered() {
    let s = at_once().scenario();
    for seed in [1, 2, 3] {
        let (done, r) = recorded(&s, &ships(&s), request(2, seed));
        let delivered = done.simulation.replicates[0].delivered["d"];
        assert!(delivered > 1e6, "{delivered}");
        assert_eq!(r.delivered_t.iter().sum::<f64>(), delivered);
        let port = r.places.iter().position(|p| p.id == "PORT").expect("a place") as u32;
        let moves = r.vehicles.iter().flat_map(|v| &v.moves);
        let arrived: f64 = moves
            .filter(|m| r.paths[m.path as usize].to == port && m.arrive_h < f64::from(r.hours))
            .map(|m| m.load_t)
            .sum();
        assert_eq!(arrived, delivered, "seed {seed}");
    }
}

#[test]
fn goods_of_several_rides_are_delivered_within_what_is_at_its_end() {
    let (s, orders) = by_rail_and_sea();
    let (done, r) = recorded(&s, &orders, request(2, 4));
    let delivered = done.simulation.replicates[0].delivered["d"];
    let moves = || r.vehicles.iter().flat_map(|v| &v.moves);
    let arrived_at = |place: &str| -> f64 {
        let place = r.places.iter().position(|p| p.id == place).expect("a place") as u32;
        let ends = moves().filter(|m| r.paths[m.path as usize].to == place);
        ends.filter(|m| m.arrive_h < f64::from(r.hours)).map(|m| m.load_t).sum()
    };
    assert_eq!(arrived_at("SEA"), delivered);
    // The yard and the ships at the berth hold what came by rail and has not left.
    assert!((arrived_at("PORT") - delivered).abs() <= 60_000.0 + 2.0 * 10_000.0);
    assert!(arrived_at("PORT") > 1e6);
    assert_eq!(arrived_at("MINE"), 0.0, "trains come back empty");
}

#[test]
fn a_vehicle_is_at_one_place_at_a_time() {
    let (s, orders) = by_rail_and_sea();
    let (_, r) = recorded(&s, &orders, request(1, 5));
    assert!(r.left_out.is_empty());
    for vehicle in &r.vehicles {
        assert!(!vehicle.moves.is_empty());
        for m in &vehicle.moves {
            assert!(m.depart_h < m.arrive_h && m.arrive_h >= 0.0, "{m:?}");
            assert!(m.depart_h <= f64::from(r.hours) && m.load_t >= 0.0, "{m:?}");
        }
        for pair in vehicle.moves.windows(2) {
            assert!(pair[0].arrive_h <= pair[1].depart_h, "{pair:?}");
            let [before, after] = [0, 1].map(|i| &r.paths[pair[i].path as usize]);
            assert_eq!(before.to, after.from, "{pair:?}");
        }
    }
    let trains = r.vehicles.iter().filter(|v| v.class == "Train").count();
    assert!((1..20).contains(&trains), "{trains} trains make all journeys in turn");
}

#[test]
fn days_add_up_to_the_figures_of_the_year() {
    let (s, orders) = by_rail_and_sea();
    let (done, r) = recorded(&s, &orders, request(1, 6));
    let counted = &done.simulation.replicates[0];
    let mean = |days: &[f64]| days.iter().sum::<f64>() / days.len() as f64;
    assert!(r.resources.iter().any(|x| x.id == "berth") && r.resources.len() > 1);
    for x in &r.resources {
        assert_eq!((x.busy.len(), x.queue.len()), (365, 365));
        assert!(
            x.busy.iter().all(|b| (0.0..=1.0).contains(b)) && x.queue.iter().all(|q| *q >= 0.0)
        );
        assert!((mean(&x.busy) - counted.utilisation[&x.id]).abs() < 1e-3, "{}", x.id);
        assert!((mean(&x.queue) - counted.queue[&x.id]).abs() < 1e-3, "{}", x.id);
    }
    let yard = &r.stocks[0];
    assert!(yard.level.iter().all(|t| (0.0..=60_000.0).contains(t)));
    assert!((mean(&yard.level) - counted.stock_mean_t["yard"]).abs() < 1_500.0);
    let waiting = |day: usize| r.resources.iter().map(|x| x.queue[day]).sum::<f64>();
    let worst = r.worst_day.expect("trains wait") as usize;
    assert!((0..365).all(|day| waiting(day) <= waiting(worst)));
}

#[test]
fn the_seed_decides_not_the_threads_and_recording_changes_nothing() {
    let (s, orders) = by_rail_and_sea();
    let text = |r: &Recording| serde_json::to_string(r).expect("JSON");
    let with = |threads| recorded(&s, &orders, Request { threads: Some(threads), ..request(3, 7) });
    let (done, one) = with(1);
    assert_eq!(text(&one), text(&with(3).1));
    assert_ne!(text(&one), text(&recorded(&s, &orders, request(3, 8)).1));
    let plain = harbour::run(&s, &orders, &request(3, 7));
    assert_eq!(done.simulation, plain);
    let read: Recording = serde_json::from_str(&text(&one)).expect("a recording");
    assert_eq!(read, one);
}

#[test]
fn a_path_does_not_jump_at_180_degrees() {
    let mut t = at_once();
    t.places[0] = "SEA,Sea,NZ,-20,-179,port".into();
    t.places[1] = "PORT,Port,NZ,-20,179,port".into();
    let s = t.scenario();
    let (_, r) = recorded(&s, &ships(&s), request(1, 1));
    assert_eq!(r.paths[0].line, [[-179.0, -20.0], [-181.0, -20.0]]);
    assert_eq!(r.paths[1].line, [[179.0, -20.0], [181.0, -20.0]]);
}
