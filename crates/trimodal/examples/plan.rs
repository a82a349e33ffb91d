//! A plan: what a corridor can carry, and the cheapest investments for more.

use trimodal::model::control::Progress;
use trimodal::{Control, PlanRequest, Scenario};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let scenario = Scenario::from_files(&trimodal::starter())?;
    let progress = |p: Progress| eprintln!("{} {}/{}", p.stage, p.done, p.total);
    let control = Control::none().with_progress(&progress);
    let plan = trimodal::plan(&scenario, &PlanRequest::for_scenario(&scenario), &control)?;
    println!("today: {:.2} Mt/y", plan.capacity.total_t_per_year / 1e6);
    for rung in &plan.ladder {
        let built: Vec<String> = rung.investments.iter().map(|i| i.words()).collect();
        let capex =
            rung.capex_usd.map_or("out of reach".into(), |usd| format!("{:.0} MUSD", usd / 1e6));
        println!("x{}: {capex} {}", rung.multiple, built.join(", "));
    }
    Ok(())
}
