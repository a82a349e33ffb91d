//! Simulations as Arrow batches.

use trimodal_simulate::outcome::{Closure, DemandResult, ResourceResult, Simulation, StockResult};

use crate::batches::{Batches, batch, told};
use crate::replicates::replicates_batch;

/// The tables `demand`, `resources`, `stocks`, `closures` and `replicates`.
pub fn simulation_batches(s: &Simulation) -> Batches {
    let weeks = ["utilisation_by_week", "queue_by_week"];
    let batches = vec![
        ("demand", batch::<DemandResult>(&s.demand, &[])),
        ("resources", batch::<ResourceResult>(&s.resources, &weeks)),
        ("stocks", batch::<StockResult>(&s.stocks, &["by_week"])),
        ("closures", batch::<Closure>(&s.closures, &[])),
    ];
    let watermark = if s.counterfactual_no_law { trimodal_plan::WATERMARK } else { "" };
    let about = [
        ("schema", s.schema.clone()),
        ("scenario", s.scenario.clone()),
        ("case", s.case.clone()),
        ("watermark", watermark.to_string()),
    ];
    let mut all = told(batches, &about);
    all.push(("replicates", replicates_batch(s)));
    all
}
