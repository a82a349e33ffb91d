//! Two plans compared with the same random numbers: trains and lorries at random, and on schedule.

use trimodal::{Control, Files, PlanRequest, Scenario, SimulateRequest};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let control = Control::none();
    let today = Scenario::from_files(&trimodal::starter())?;
    let Files(mut files) = trimodal::starter();
    let classes = String::from_utf8(files["vehicles.csv"].clone())?;
    files.insert("vehicles.csv".into(), classes.replace(",random,", ",schedule,").into_bytes());
    let on_time = Scenario::from_files(&Files(files))?;
    let plan = |s: &Scenario| trimodal::plan(s, &PlanRequest::for_scenario(s), &control);
    let (first, second) = (plan(&today)?, plan(&on_time)?);
    let request = |plan| SimulateRequest { replications: 16, ..SimulateRequest::of(plan) };
    let (here, there) = ((&today, &request(&first)), (&on_time, &request(&second)));
    let run = trimodal::compare(here, there, "on schedule", &control)?.simulation;
    for d in run.against.iter().flat_map(|a| &a.differences).take(8) {
        println!("{} {}: {:.2} -> {:.2} {}", d.figure, d.name, d.here, d.there, d.unit);
    }
    Ok(())
}
