//! The number of whole years of warm-up.
//!
//! A run begins empty on 1 January, whole years before the measured one, so that the measured year
//! begins in the state that the year before it left. The years are those of the longest chain of lots, and
//! those in which every queue settles by the rates of the plan ([`crate::compile::Load::settles_h`]). A few
//! first replications then show whether the year-ends agree; where they do not but come nearer, years are
//! added.

use crate::compile::CompiledModel;
use trimodal_des::clock::HOUR;

/// Maximum number of years.
const MOST: u32 = 20;
/// Maximum number of events of a replication that the years may cost.
const EVENTS: f64 = 3e6;
/// Small descriptions are run for some more years at little cost, so that growth is judged over more years.
const CHEAP: (f64, u32) = (2e5, 4);
/// Years that are allowed to any description, however many events they cost.
const LEAST_MOST: u32 = 2;

/// Years of warm-up, and why they may be too few.
#[derive(Debug, Clone, PartialEq)]
pub struct Years {
    pub years: u32,
    /// The maximum.
    pub most: u32,
    /// Queues that would need longer.
    pub told: Vec<String>,
}

/// The years that the rates of a plan ask for.
pub fn years(t: &CompiledModel) -> Years {
    let year_h = t.year as f64 / HOUR;
    let chain = whole(t.longest_h / year_h).clamp(1, MOST);
    let events = t.events_per_year.max(1.0);
    let most = ((EVENTS / events) as u32).clamp(LEAST_MOST, MOST).max(chain);
    let cheap = ((CHEAP.0 / events) as u32).min(CHEAP.1);
    let (mut settles, mut reasons) = (1, Vec::new());
    for (shown, load) in t.facilities.iter().zip(&t.loads) {
        let servers = t.model.resources[shown.at.ix()].servers;
        let Some(hours) = load.settles_h(servers, shown.variation, year_h) else { continue };
        let wants = whole(hours / year_h);
        settles = settles.max(wants.min(most));
        if wants > most {
            let name = &shown.name;
            reasons.push(format!("the queue at {name} needs about {wants} years to settle"));
        }
    }
    Years { years: chain.max(settles).max(cheap).min(most), most, told: reasons }
}

fn whole(years: f64) -> u32 {
    years.ceil().clamp(0.0, 1e6) as u32
}
