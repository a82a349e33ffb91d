//! The front door: engines that threads share, outcomes that are plain data, one control for all.

use std::time::Duration;

use trimodal::route::assumptions::Assumption;
use trimodal::route::outcome::{StopReason, TransferKind};
use trimodal::route::{Criterion, Routes};
use trimodal::{
    Cancel, Control, InputFile, PairsRequest, RouteRequest, Scenario, Shipment, SimulateError,
    SimulateRequest, TableRequest, World,
};

fn shared<T: Send + Sync + 'static>() {}

#[test]
fn engines_and_outcomes_are_shared_between_threads() {
    shared::<World>();
    shared::<Scenario>();
    shared::<Routes>();
    shared::<trimodal::plan::outcome::Plan>();
    shared::<trimodal::simulation::outcome::Simulation>();
    let world = World::load();
    let request = RouteRequest::new("Mombasa", "Kampala");
    let answers: Vec<Routes> = std::thread::scope(|scope| {
        let one = || world.clone().route(&request, &Control::none()).expect("routes");
        let both = [scope.spawn(one), scope.spawn(one)];
        both.into_iter().map(|t| t.join().expect("no panic")).collect()
    });
    assert_eq!(answers[0], answers[1]);
    assert!(!answers[0].attribution.is_empty(), "the engine says whose data it used");
    // As JSON and back: the same outcome.
    let json = serde_json::to_string(&answers[0]).expect("JSON");
    assert_eq!(serde_json::from_str::<Routes>(&json).expect("routes"), answers[0]);
}

#[test]
fn a_control_ends_every_verb() {
    let world = World::load();
    let cancel = Cancel::new();
    cancel.cancel();
    let control = Control::none().with_cancel(&cancel);
    let routes = world.route(&RouteRequest::new("Vladivostok", "Lisbon"), &control);
    assert_eq!(routes.expect("routes").stopped, Some(StopReason::Cancelled));
    let points = InputFile::new("points.csv", "place\nMombasa\nKampala\n");
    let table = world.table(&TableRequest::new(points.clone(), points), &control);
    assert_eq!(table.expect("a table").stopped, Some(StopReason::Cancelled));
    let scenario = Scenario::from_files(&trimodal::starter()).expect("sound");
    let request = SimulateRequest::default();
    let run = trimodal::simulate(&scenario, &request, &control);
    assert!(matches!(run, Err(SimulateError::NoPlan(_) | SimulateError::Run(_))));
    let late = Control::none().with_time_limit(Duration::ZERO);
    let run = trimodal::simulate(&scenario, &request, &late);
    assert!(matches!(run, Err(SimulateError::Run(_))), "a limit is no impossibility");
}

#[test]
fn every_problem_of_a_request_is_found_at_once() {
    let world = World::load();
    let request = RouteRequest {
        shipment: Shipment {
            hs: vec!["713".into()],
            overrides: Some(InputFile::open("no/such/file.csv")),
            ..Shipment::default()
        },
        tolerance: 2.0,
        ..RouteRequest::new("Mombasa", "Kampala")
    };
    let problems = world.route(&request, &Control::none()).expect_err("refused");
    let text = problems.to_string();
    for part in ["--hs: `713`", "cannot read `no/such/file.csv`", "--tolerance is 2"] {
        assert!(text.contains(part), "{text}");
    }
    assert!(std::error::Error::source(&problems).is_none());
}

#[test]
fn a_prepared_network_gives_what_plain_search_gives() {
    let world = World::load();
    let ports = ["Mombasa", "Durban", "Djibouti", "Lagos", "Dakar", "Casablanca", "Tunis"];
    let rows = |n: usize| {
        let rows: String = (0..n).map(|i| format!("r{i},{}\n", ports[i % ports.len()])).collect();
        InputFile::new("from.csv", format!("id,place\n{rows}"))
    };
    let to = InputFile::new("to.csv", "place\nKampala\nLusaka\n");
    let table = |n: usize| {
        let request =
            TableRequest { by: vec![Criterion::Cost], ..TableRequest::new(rows(n), to.clone()) };
        world.table(&request, &Control::none()).expect("a table").cells
    };
    // From twenty rows on the network is prepared, and kept for the next question.
    let (plain, prepared, again) = (table(7), table(21), table(21));
    let cost = |cells: &[trimodal::route::matrix::Cell]| -> Vec<f64> {
        cells.iter().take(14).map(|c| c.totals.as_ref().map_or(-1.0, |t| t.cost_usd)).collect()
    };
    assert_eq!(prepared, again);
    for (a, b) in cost(&plain).iter().zip(cost(&prepared)) {
        assert!((a - b).abs() < 0.01, "{a} {b}");
    }
}

#[test]
fn both_ways_are_the_tables_of_each_way_and_go_on_where_they_ended() {
    let world = World::load();
    let file = |name: &str, rows: &str| InputFile::new(name, format!("place\n{rows}"));
    let (a, b) =
        (file("a.csv", "Mombasa\nDurban\nNowhereville\n"), file("b.csv", "Kampala\nLusaka\n"));
    let asked = |from: &InputFile, to: &InputFile, both_ways: bool| TableRequest {
        both_ways,
        ..TableRequest::new(from.clone(), to.clone())
    };
    let csv = |request: &TableRequest| {
        let skim = world.table(request, &Control::none()).expect("a table");
        let text = String::from_utf8(trimodal::report::skim_csv(&skim)).expect("text");
        text.lines().filter(|l| !l.starts_with('#')).skip(1).map(String::from).collect::<Vec<_>>()
    };
    let both = csv(&asked(&a, &b, true));
    assert_eq!(both, [csv(&asked(&a, &b, false)), csv(&asked(&b, &a, false))].concat());
    assert_eq!(both.len(), 12);
    let ends = |request: &TableRequest, done: usize| {
        let mut seen = Vec::new();
        let made = world.table_in_blocks(request, done, &Control::none(), &mut |block| {
            seen.push((block.origins.len(), block.cells.len()));
            Ok(())
        });
        made.expect("a table");
        seen
    };
    let request = asked(&a, &b, true);
    assert_eq!(ends(&request, 0), [(3, 6), (2, 6)]);
    assert_eq!(ends(&request, 1), [(2, 6)]);
    assert_eq!(ends(&request, 2), []);
}

#[test]
fn finding_points_tells_its_progress_and_is_ended() {
    let world = World::load();
    // In the middle of the Pacific: each takes a search for what is near.
    let all = |row: &dyn Fn(String) -> String| -> String {
        (0..500).map(|i| row(format!("p{i},-40,-{}", 120.0 + f64::from(i) / 1e3))).collect()
    };
    let rows = all(&|point| format!("{point}\n"));
    let far = InputFile::new("far.csv", format!("id,lat,lon\n{rows}"));
    let near = InputFile::new("near.csv", "id,place\nm,Mombasa\n");
    let rows = all(&|point| format!("{point},-4.05,39.67\n"));
    let header = "id,origin_lat,origin_lon,destination_lat,destination_lon";
    let pairs = InputFile::new("pairs.csv", format!("{header}\n{rows}"));
    let cancel = Cancel::new();
    let seen = std::sync::Mutex::new(Vec::new());
    let step = |p: trimodal::model::control::Progress<'_>| {
        seen.lock().expect("no panic").push((p.stage.to_string(), p.total));
        cancel.cancel();
    };
    let control = Control::none().with_cancel(&cancel).with_progress(&step);
    let table = world.table(&TableRequest::new(far, near), &control).expect("a table");
    assert_eq!((table.stopped, table.cells.len()), (Some(StopReason::Cancelled), 0));
    assert!(table.bad_origins.len() < 400, "{} points were still tried", table.bad_origins.len());
    assert_eq!(seen.lock().expect("no panic")[0], ("points".to_string(), 500));
    seen.lock().expect("no panic").clear();
    let cancel = Cancel::new();
    let stop = |_: trimodal::model::control::Progress<'_>| cancel.cancel();
    let control = Control::none().with_cancel(&cancel).with_progress(&stop);
    let answer = world.pairs(&PairsRequest::new(pairs), &control).expect("pairs");
    assert_eq!((answer.stopped, answer.answers.len()), (Some(StopReason::Cancelled), 0));
    assert!(answer.bad.len() < 400, "{} pairs were still tried", answer.bad.len());
}

#[test]
fn every_stop_says_what_its_figures_rest_on() {
    let world = World::load();
    let asks = [
        ("Mombasa", "Kampala"),
        ("Xi'an", "Duisburg"),
        ("Trelleborg", "Rostock"),
        ("Shanghai", "Ouagadougou"),
        ("Rotterdam", "Basel"),
        ("Warsaw", "Minsk"),
    ];
    for (from, to) in asks {
        let routes = world.route(&RouteRequest::new(from, to), &Control::none()).expect("routes");
        let basis = &routes.basis.assumptions;
        assert!(
            basis.iter().all(|a| !a.source.is_empty() && !a.confidence.is_empty()),
            "{basis:?}"
        );
        for (leg, it) in
            routes.itineraries.iter().flat_map(|it| it.legs.iter().map(move |l| (l, it)))
        {
            assert!(leg.countries.iter().all(|c| it.countries.contains(c)), "{leg:?}");
        }
        for stop in routes.itineraries.iter().flat_map(|it| &it.transfers) {
            let of_service = stop.kind == TransferKind::Wait && stop.assumptions.is_empty();
            let known = |id: &String| basis.iter().any(|a| a.id == *id);
            assert!(stop.assumptions.iter().all(known), "{stop:?}");
            assert!(of_service || !stop.assumptions.is_empty(), "{stop:?}");
            let is_its_own = |a: &&Assumption| a.unit == "h" && stop.assumptions.contains(&a.id);
            let hours: Vec<f64> = basis.iter().filter(is_its_own).map(|a| a.value).collect();
            // A ferry is boarded by a timetable too.
            if let ([hours], true) = (&hours[..], stop.kind != TransferKind::Ferry) {
                assert!((hours - stop.time_p50_h).abs() < 1e-6, "{hours} h, but {stop:?}");
            }
        }
    }
}
