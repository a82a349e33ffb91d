//! Random numbers depend on the ids of the flow that draws them: unrelated rows and the order of rows change
//! none, and no two rides share a stream.

mod harbour;

use std::collections::BTreeMap;

use harbour::{Tables, order, orders, request, ride, run, ships};
use proptest::prelude::*;
use trimodal_des::clock::{hours, ticks};
use trimodal_des::run::Run;
use trimodal_simulate::compile::{Orders, compile};

/// The events of the vehicles of a class: time, number, whether it takes, resources.
type Story = Vec<(u64, u32, bool, Vec<(String, u32)>)>;

/// The stories of all classes in the first half of a year.
fn stories(s: &trimodal_model::Scenario, orders: &Orders, seed: u64) -> BTreeMap<String, Story> {
    let t = compile(s, orders, 1.0, true);
    let mut run = Run::new(&t.model, seed, 3).expect("a model");
    run.trace();
    run.until(ticks(4380.0));
    let mut all: BTreeMap<String, Story> = BTreeMap::new();
    for event in run.traced() {
        let class = t.model.classes[event.number.0 as usize].clone();
        let items = t.model.bundles[event.set.ix()].items.iter();
        let names = items.map(|(r, n)| (t.model.resources[r.ix()].name.clone(), *n)).collect();
        all.entry(class).or_default().push((event.time, event.number.1, event.taken, names));
    }
    all
}

fn of<'a>(stories: &'a BTreeMap<String, Story>, demand: &str) -> &'a Story {
    let name = stories.keys().find(|k| k.starts_with(&format!("{demand} "))).expect("a class");
    &stories[name]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn unrelated_rows_change_no_random_numbers(
        seed in any::<u64>(),
        others in prop::collection::vec((1_u32..60, "[a-z]{1,6}"), 0..4),
        first in any::<bool>(),
    ) {
        let base = Tables::default().scenario();
        let alone = stories(&base, &ships(&base), seed);
        let mut more = Tables::new();
        for (i, (ships, name)) in others.iter().enumerate() {
            let row = format!("{name}{i},Other,grain,SEA,P2,{}0000,,1,1", ships);
            let at = if first { 0 } else { more.demand.len() };
            more.demand.insert(at, row);
        }
        more.places.reverse();
        more.links.reverse();
        more.operations.reverse();
        let s = more.scenario();
        let mut flows = ships(&s);
        flows.flows.reverse();
        let together = stories(&s, &flows, seed);
        prop_assert_eq!(of(&alone, "d"), of(&together, "d"));
        prop_assert!(of(&alone, "d").len() > 100);
    }
}

#[test]
fn the_order_of_rows_changes_no_answer() {
    let mut tables = Tables::new();
    tables.demand.push("x,Other,grain,SEA,P2,900000,,2,1".into());
    tables.demand.push("y,Third,grain,SEA,PORT,500000,,4,1".into());
    let answer = |tables: &Tables, reverse: bool| {
        let s = tables.scenario();
        let mut flows = ships(&s);
        if reverse {
            flows.flows.reverse();
        }
        let mut out = run(&s, &flows, &request(6, 5));
        out.demand.sort_by(|a, b| a.demand.cmp(&b.demand));
        out
    };
    let first = answer(&tables, false);
    for table in [
        &mut tables.places,
        &mut tables.links,
        &mut tables.resources,
        &mut tables.operations,
        &mut tables.demand,
    ] {
        table.reverse();
    }
    assert_eq!(first, answer(&tables, true));
}

/// Ten demands that share a row of operations, at a berth with room for all.
fn many(priority: impl Fn(usize) -> usize, servers: u32) -> (trimodal_model::Scenario, Orders) {
    let mut tables = Tables::new();
    tables.resources[0] = format!("berth,Berth,PORT,berth,{servers},always,,,,,,");
    tables.demand = (0..10)
        .map(|i| format!("d{i},Grain {i},grain,SEA,PORT,3000000,,{},1", priority(i)))
        .collect();
    let s = tables.scenario();
    let flows = ships(&s);
    (s, flows)
}

/// Hours at the berth of the n-th ship of each demand.
fn services((s, flows): &(trimodal_model::Scenario, Orders)) -> Vec<Vec<f64>> {
    let stories = stories(s, flows, 9);
    (0..10)
        .map(|i| {
            let mut taken = BTreeMap::new();
            let mut spent = BTreeMap::new();
            for (time, number, takes, _) in of(&stories, &format!("d{i}")) {
                if *takes {
                    taken.insert(*number, *time);
                } else if let Some(from) = taken.get(number) {
                    spent.insert(*number, hours(time - from));
                }
            }
            let numbers = 0..spent.len() as u32;
            numbers.map_while(|n| spent.get(&n).copied()).collect()
        })
        .collect()
}

#[test]
fn rides_of_one_row_draw_apart() {
    let all = services(&many(|_| 1, 1000));
    let n = all.iter().map(Vec::len).min().unwrap_or(0);
    assert!(n > 80, "{n}");
    for i in 0..10 {
        for j in 0..i {
            let r = correlation(&all[i][..n], &all[j][..n]);
            // Five standard deviations of the correlation of independent draws.
            assert!(r.abs() < 5.0 / (n as f64).sqrt(), "rides {i} and {j}: {r}");
        }
    }
}

#[test]
fn the_nth_ship_draws_the_same_whatever_happens_before_it() {
    let (free, queued) = (services(&many(|_| 1, 1000)), services(&many(|i| 9 - i, 8)));
    for (a, b) in free.iter().zip(&queued) {
        let n = a.len().min(b.len());
        assert!(n > 10);
        for (x, y) in a[..n].iter().zip(&b[..n]) {
            assert!((x - y).abs() < 1e-6, "{x} {y}");
        }
    }
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
    let (ma, mb) = (mean(a), mean(b));
    let sum = |of: &dyn Fn(f64, f64) -> f64| {
        a.iter().zip(b).map(|(x, y)| of(x - ma, y - mb)).sum::<f64>()
    };
    sum(&|x, y| x * y) / (sum(&|x, _| x * x) * sum(&|_, y| y * y)).sqrt()
}

#[test]
fn two_routes_of_one_demand_have_separate_streams() {
    let tables = Tables::new();
    let s = tables.scenario();
    let half = |mut o: trimodal_simulate::compile::FlowOrder| {
        o.per_year /= 2.0;
        o
    };
    let first = ride(&s, "ship", &["SEA", "PORT"], &["u"]);
    let other = ride(&s, "ship", &["SEA", "P2"], &["u2"]);
    let flows = orders(vec![half(order(&s, "d", vec![first])), half(order(&s, "d", vec![other]))]);
    let t = compile(&s, &flows, 1.0, true);
    let mut names: Vec<&String> = t.model.delays.iter().map(|h| &h.name).collect();
    let all = names.len();
    names.sort();
    names.dedup();
    // Only the sea, whose time is fixed, is named by its link.
    assert!(all - names.len() <= 1, "{names:?}");
}
