//! A plan.json over the starter: whatever it says, problems or orders to run, never a panic.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use trimodal::plan::outcome::Plan;
use trimodal::{Scenario, Volume, orders};

fuzz_target!(|bytes: &[u8]| {
    static STARTER: OnceLock<Scenario> = OnceLock::new();
    let scenario =
        STARTER.get_or_init(|| Scenario::from_files(&trimodal::starter()).expect("sound"));
    if let Ok(plan) = serde_json::from_slice::<Plan>(bytes) {
        for volume in [Volume::Multiple(1.0), Volume::Multiple(2.0), Volume::Asked] {
            let _ = orders::case(scenario, &plan, "plan.json", volume);
        }
    }
});
