//! A run: does the plan hold, demand by demand?

use std::time::Duration;

use trimodal::{Control, PlanRequest, Scenario, SimulateRequest};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let scenario = Scenario::from_files(&trimodal::starter())?;
    let control = Control::none().with_time_limit(Duration::from_secs(60));
    let plan = trimodal::plan(&scenario, &PlanRequest::for_scenario(&scenario), &control)?;
    let request = SimulateRequest { replications: 16, ..SimulateRequest::of(&plan) };
    let run = trimodal::simulate(&scenario, &request, &control)?.simulation;
    println!("{:?}: {}", run.verdict.answer, run.verdict.reason);
    for d in &run.demand {
        println!(
            "{}: {:.0} of {:.0} {} a year arrive",
            d.name, d.delivered_per_year.mean, d.planned_per_year, d.unit
        );
    }
    Ok(())
}
