//! Engines that can be shared, and searches that can be stopped.

mod common;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use trimodal_model::Control;
use trimodal_model::control::{Cancel, Progress};
use trimodal_route::outcome::StopReason;
use trimodal_route::{
    Answer, ContractedNetwork, Criterion, NetworkLaw, Point, PreparedRouter, Request, Router,
};

const ANSWERS: [Answer; 2] = [Answer::Best(Criterion::Cost), Answer::Pareto];

fn request(n: &trimodal_model::network::Network, seed: u64, answer: Answer) -> Request {
    let (a, b) = common::ends(n, seed);
    let request = common::request(common::at(n, a), common::at(n, b), answer);
    Request { tolerance: 0.05, ..request }
}

#[test]
fn engines_are_shared_between_threads_and_own_what_they_hold() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<Router>();
    shared::<PreparedRouter>();
    shared::<ContractedNetwork>();
    shared::<NetworkLaw>();
    // The router outlives the network that it was made from.
    let network = common::network(1);
    let asked = request(&network, 1, Answer::Pareto);
    let router = common::router(&network);
    let contracted = Arc::new(ContractedNetwork::new(&router.graph, &[]));
    drop(network);
    let prepared = PreparedRouter::new(&router, &contracted, &asked);
    let plain = router.route(&asked, &Control::none());
    drop(router);
    let other = std::thread::spawn(move || prepared.route(&asked, &Control::none()));
    let prepared = other.join().expect("an answer");
    assert_eq!(plain.itineraries.len(), prepared.itineraries.len());
}

#[test]
fn a_stopped_search_is_incomplete_and_says_why() {
    let cancel = Cancel::new();
    cancel.cancel();
    let cancelled = Control::none().with_cancel(&cancel);
    let late = Control::none().with_time_limit(Duration::ZERO);
    let mut answered = 0;
    for seed in 0..40 {
        let n = common::network(seed);
        let router = common::router(&n);
        for (control, reason) in
            [(&cancelled, StopReason::Cancelled), (&late, StopReason::TimeLimit)]
        {
            for answer in ANSWERS {
                let asked = request(&n, seed, answer);
                let whole = router.route(&asked, &Control::none());
                assert_eq!((whole.cut_short, whole.stopped), (false, None));
                let routes = router.route(&asked, control);
                assert_eq!(routes.stopped, Some(reason), "seed {seed}, {answer:?}");
                assert!(routes.cut_short && routes.unreachable.is_none());
                assert!(routes.itineraries.len() <= whole.itineraries.len());
                assert_eq!(routes.origin, whole.origin);
                answered += usize::from(!whole.itineraries.is_empty());
            }
        }
    }
    assert!(answered > 100, "{answered}");
}

#[test]
fn the_label_limit_is_a_reason_too() {
    let mut limited = 0;
    for seed in 0..60 {
        let n = common::network(seed);
        let asked = Request { max_labels: 1, tolerance: 0.0, ..request(&n, seed, Answer::Pareto) };
        let routes = common::router(&n).route(&asked, &Control::none());
        assert_eq!(routes.cut_short, routes.stopped == Some(StopReason::LabelLimit));
        // The best by each criterion are known before the first label.
        assert!(!routes.cut_short || !routes.itineraries.is_empty());
        limited += usize::from(routes.cut_short);
    }
    assert!(limited > 5, "{limited}");
}

#[test]
fn a_matrix_reports_its_rows_and_stops_between_them() {
    let n = common::network(3);
    let router = common::router(&n);
    let points: Vec<Point> = (0..6).map(|i| common::at(&n, i)).collect();
    let asked = request(&n, 3, Answer::Best(Criterion::Time));
    let steps = Mutex::new(Vec::new());
    let hear = |p: Progress| steps.lock().expect("one thread panicked").push((p.done, p.total));
    let control = Control::none().with_progress(&hear);
    let whole = router.table(&asked, &points, &points, &control);
    assert_eq!((whole.cells.len(), whole.stopped), (36, None));
    let mut steps = steps.into_inner().expect("one thread panicked");
    steps.sort_unstable();
    assert_eq!(steps, (1..=6).map(|done| (done, 6)).collect::<Vec<_>>());
    // Cancelled after its second row.
    let (cancel, rows) = (Cancel::new(), AtomicUsize::new(0));
    let stop = |_: Progress| {
        if rows.fetch_add(1, Ordering::SeqCst) == 1 {
            cancel.cancel();
        }
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool");
    let control = Control::none().with_cancel(&cancel).with_progress(&stop);
    let part = pool.install(|| router.table(&asked, &points, &points, &control));
    assert_eq!((part.cells.len(), part.stopped), (12, Some(StopReason::Cancelled)));
    for cell in &part.cells {
        assert!(whole.cells.contains(cell));
    }
}
