//! Plans and scenarios as Arrow batches.

use trimodal_model::Scenario;
use trimodal_plan::outcome::{
    Binding, FacilityCapacity, FacilityUse, Investment, LinkLoad, NotPermitted, Plan, Rung, Served,
};

use crate::batches::{Batches, batch, beside, numbers, told};
use crate::geometry;
use crate::scenario_batches::ends;

/// The tables `ladder`, `investments`, `capacity` (of each demand), `binding`, `facilities`, `use` (of facilities),
/// `links` (with their lines as `geometry`) and `not_permitted`. Those of several cases have the `multiple` of
/// today's capacity first, 1 for today.
pub fn plan_batches(plan: &Plan, scenario: &Scenario) -> Batches {
    let ladder = batch::<Rung>(&plan.ladder, &["investments", "binding", "solution"]);
    let cases = || {
        let rungs = plan.ladder.iter().filter_map(|r| Some((r.multiple, r.solution.as_ref()?)));
        std::iter::once((1.0, &plan.capacity.solution)).chain(rungs)
    };
    let built = || plan.ladder.iter().flat_map(|r| r.investments.iter().map(|x| (r.multiple, x)));
    let (multiples, investments): (Vec<f64>, Vec<Investment>) =
        built().map(|(m, x)| (m, x.clone())).unzip();
    let investments =
        beside(vec![numbers("multiple", multiples)], batch(&investments, &[]), vec![]);
    let used = || cases().flat_map(|(m, s)| s.facilities.iter().map(move |f| (m, f.clone())));
    let (multiples, facilities): (Vec<f64>, Vec<FacilityUse>) = used().unzip();
    let facility_use =
        beside(vec![numbers("multiple", multiples)], batch(&facilities, &[]), vec![]);
    let loads = || cases().flat_map(|(m, s)| s.links.iter().map(move |l| (m, l.clone())));
    let (multiples, loads): (Vec<f64>, Vec<LinkLoad>) = loads().unzip();
    let lines = loads.iter().map(|load| line(scenario, &load.link));
    let links = beside(
        vec![numbers("multiple", multiples)],
        batch(&loads, &[]),
        vec![geometry::column(lines)],
    );
    let batches = vec![
        ("ladder", ladder),
        ("investments", investments),
        ("capacity", batch::<Served>(&plan.capacity.served, &[])),
        ("binding", batch::<Binding>(&plan.capacity.binding, &[])),
        ("facilities", batch::<FacilityCapacity>(&plan.facilities, &[])),
        ("use", facility_use),
        ("links", links),
        ("not_permitted", batch::<NotPermitted>(&plan.not_permitted, &[])),
    ];
    let watermark = if plan.counterfactual_no_law { trimodal_plan::WATERMARK } else { "" };
    let about = [
        ("schema", plan.schema.clone()),
        ("scenario", plan.scenario.clone()),
        ("watermark", watermark.to_string()),
    ];
    told(batches, &about)
}

/// The straight line of a link.
fn line(s: &Scenario, id: &str) -> Option<geo_types::Geometry<f64>> {
    let link = s.links.iter().find(|l| l.id == id)?;
    geometry::line(&ends(s, link))
}
