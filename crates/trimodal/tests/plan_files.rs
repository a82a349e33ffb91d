//! A plan.json that was changed by hand or damaged: problems or orders to run, never a panic.

use std::sync::OnceLock;

use proptest::prelude::*;
use serde_json::Value;
use trimodal::plan::outcome::Plan;
use trimodal::{Control, PlanRequest, Scenario, Volume, orders};

fn starter() -> &'static (Scenario, Value) {
    static STARTER: OnceLock<(Scenario, Value)> = OnceLock::new();
    STARTER.get_or_init(|| {
        let scenario = Scenario::from_files(&trimodal::starter()).expect("sound");
        let request = PlanRequest { samples: 0, ..PlanRequest::for_scenario(&scenario) };
        let plan = trimodal::plan(&scenario, &request, &Control::none()).expect("a plan");
        (scenario, serde_json::to_value(plan).expect("JSON"))
    })
}

/// The places of a value, as paths that lead to it.
fn leaves(value: &Value, path: String, all: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            map.iter().for_each(|(key, v)| leaves(v, format!("{path}/{key}"), all));
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(i, v)| leaves(v, format!("{path}/{i}"), all));
            all.push(path);
        }
        _ => all.push(path),
    }
}

fn odd() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(Value::from(-1)),
        Just(Value::from(1e300)),
        Just(Value::from(u64::MAX)),
        Just(Value::from(0.0)),
        Just(Value::from("")),
        Just(Value::from("PORT")),
        Just(Value::from(Vec::<Value>::new())),
        Just(Value::from(true)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300,
        failure_persistence: Some(Box::new(proptest::test_runner::FileFailurePersistence::WithSource("regressions"))),
        ..ProptestConfig::default()
    })]
    #[test]
    fn no_plan_makes_a_panic(changes in prop::collection::vec((any::<prop::sample::Index>(), odd()), 1..4)) {
        let (scenario, plan) = starter();
        let mut all = Vec::new();
        leaves(plan, String::new(), &mut all);
        let mut changed = plan.clone();
        for (at, value) in changes {
            if let Some(place) = changed.pointer_mut(&all[at.index(all.len())]) {
                *place = value;
            }
        }
        if let Ok(plan) = serde_json::from_value::<Plan>(changed) {
            for volume in [Volume::Multiple(1.0), Volume::Multiple(1.5), Volume::Asked] {
                if let Ok(case) = orders::case(scenario, &plan, "plan.json", volume) {
                    prop_assert!(case.orders.flows.iter().all(|f| f.per_year.is_finite()));
                }
            }
        }
    }
}
