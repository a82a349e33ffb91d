//! Two answers side by side. Runs with the same seed share their random numbers (common random numbers):
//! the draws of a demand or an operation depend on nothing but its ids. So differences are taken
//! replication by replication, and are far more certain than the figures themselves.

use std::collections::{BTreeMap, BTreeSet};

use crate::estimate::Sample;
use crate::outcome::{Against, Difference, Replicate, Simulation};

/// The differences from another answer with the same seed, years of warm-up and number of replications.
pub fn against(here: &Simulation, there: &Simulation, other: String) -> Against {
    let mut differences = Vec::new();
    let demand = |s: &Simulation| -> BTreeMap<String, (String, String)> {
        let of = s.demand.iter().map(|d| (d.demand.clone(), (d.name.clone(), d.unit.clone())));
        of.collect()
    };
    let resources = |s: &Simulation| -> BTreeMap<String, (String, String)> {
        s.resources.iter().map(|r| (r.id.clone(), (r.name.clone(), "h".into()))).collect()
    };
    let both = |mut a: BTreeMap<String, (String, String)>,
                b: BTreeMap<String, (String, String)>| {
        for (id, named) in b {
            a.entry(id).or_insert(named);
        }
        a
    };
    let demands = both(demand(here), demand(there));
    for (id, (name, unit)) in &demands {
        // A demand that is not run there is not delivered there.
        let figure = Paired { figure: "delivered", id, name, unit, missing: Some(0.0) };
        differences.extend(figure.difference(here, there, |r| &r.delivered));
    }
    for (id, (name, _)) in &demands {
        let figure = Paired { figure: "transit", id, name, unit: "h", missing: None };
        differences.extend(figure.difference(here, there, |r| &r.transit_mean_h));
    }
    let known: BTreeSet<&String> = there.resources.iter().map(|r| &r.id).collect();
    for (id, (name, _)) in resources(here).iter().filter(|(id, _)| known.contains(id)) {
        let figure = Paired { figure: "wait", id, name, unit: "h", missing: None };
        differences.extend(figure.difference(here, there, |r| &r.wait_mean_h));
    }
    Against { other, answer: there.verdict.answer, differences }
}

struct Paired<'a> {
    figure: &'a str,
    id: &'a str,
    name: &'a str,
    unit: &'a str,
    /// The value of a missing row; none: no difference.
    missing: Option<f64>,
}

impl Paired<'_> {
    fn difference(
        &self,
        here: &Simulation,
        there: &Simulation,
        of: fn(&Replicate) -> &BTreeMap<String, f64>,
    ) -> Option<Difference> {
        let value = |r: &Replicate| of(r).get(self.id).copied().or(self.missing);
        let pairs: Option<Vec<(f64, f64)>> = here
            .replicates
            .iter()
            .zip(&there.replicates)
            .map(|(a, b)| value(a).zip(value(b)))
            .collect();
        let pairs = pairs.filter(|p| !p.is_empty())?;
        let mean = |of: fn(&(f64, f64)) -> f64| Sample::of(pairs.iter().map(of)).mean;
        Some(Difference {
            figure: self.figure.into(),
            id: self.id.into(),
            name: self.name.into(),
            unit: self.unit.into(),
            here: mean(|p| p.0),
            there: mean(|p| p.1),
            difference: Sample::of(pairs.iter().map(|(a, b)| b - a)).estimate(),
        })
    }
}
