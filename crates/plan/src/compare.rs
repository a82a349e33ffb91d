//! One case beside another, with the served demand held fixed.

use trimodal_model::Scenario;
use trimodal_model::policy::{Law, Reading};
use trimodal_model::scenario::Effect;

use crate::capacity;
use crate::formulation::Planner;
use crate::itineraries::TooMany;
use crate::network::{Network, all_ways, judge_all};
use crate::outcome::Comparison;
use crate::rows::Use;
use crate::solver::Ended;

/// What to compare with the scenario as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Case {
    /// Without a resource, a link, or everything at a place.
    Without(String),
    /// With an option taken in all its levels, and what it requires.
    With(String),
    /// With study-case policy sets beside the law.
    Policy(Vec<String>),
}

impl Case {
    /// The case in words.
    pub fn words(&self) -> String {
        match self {
            Case::Without(id) => format!("without {id}"),
            Case::With(id) => format!("with {id}"),
            Case::Policy(sets) => format!("policy {}", sets.join(", ")),
        }
    }

    /// Whether the scenario has what the case names; if not, the names that it could have meant.
    pub fn known(&self, s: &Scenario) -> Result<(), (String, Vec<String>)> {
        let (wanted, known): (Vec<&String>, Vec<String>) = match self {
            Case::Without(id) => {
                let places = s.places.iter().map(|p| p.id.clone());
                let links = s.links.iter().map(|l| l.id.clone());
                (
                    vec![id],
                    s.resources.iter().map(|r| r.id.clone()).chain(links).chain(places).collect(),
                )
            }
            Case::With(id) => (vec![id], s.options.iter().map(|o| o.id.clone()).collect()),
            Case::Policy(sets) => {
                (sets.iter().collect(), s.policies.iter().map(|p| p.set.clone()).collect())
            }
        };
        match wanted.into_iter().find(|w| !known.contains(w)) {
            Some(missing) => Err((missing.clone(), known)),
            None => Ok(()),
        }
    }

    fn edit(&self, s: &Scenario) -> Scenario {
        match self {
            Case::Without(id) => without(s, id),
            Case::With(id) => {
                let mut levels = vec![0; s.options.len()];
                if let Some(i) = s.options.iter().position(|o| o.id == *id) {
                    take_with_requirements(s, i, s.options[i].max_level, &mut levels);
                }
                s.with_levels(&levels)
            }
            Case::Policy(_) => s.clone(),
        }
    }

    fn law(&self, law: &Law) -> Law {
        match (self, law) {
            (Case::Policy(more), Law::On(sets)) => {
                Law::On(sets.iter().chain(more).cloned().collect())
            }
            _ => law.clone(),
        }
    }
}

fn take_with_requirements(s: &Scenario, option: usize, level: u32, levels: &mut [u32]) {
    levels[option] = levels[option].max(level);
    for needed in &s.options[option].requires {
        if levels[needed.ix()] == 0 {
            take_with_requirements(s, needed.ix(), 1, levels);
        }
    }
}

/// Closes what an id names: a resource loses its servers, a link is shut, a place loses all its
/// links. Options that would bring it back go with it.
fn without(s: &Scenario, id: &str) -> Scenario {
    let mut edited = s.clone();
    let place = s.places.iter().position(|p| p.id == id);
    let shut = |l: &trimodal_model::scenario::Link| {
        l.id == id || place.is_some_and(|p| l.from.ix() == p || l.to.ix() == p)
    };
    for link in edited.links.iter_mut().filter(|l| shut(l)) {
        link.is_open = false;
    }
    for resource in edited.resources.iter_mut().filter(|r| r.id == id) {
        resource.servers = 0;
        resource.stock_t = 0.0;
    }
    let links = edited.links.clone();
    let resources = edited.resources.clone();
    for option in &mut edited.options {
        let gone = match option.effect {
            Effect::OpenLink { link } => shut(&links[link.ix()]),
            Effect::AddServer { resource, .. } | Effect::AddStock { resource, .. } => {
                resources[resource.ix()].id == id
            }
            _ => false,
        };
        if gone {
            option.max_level = 0;
        }
    }
    edited
}

/// Compares a case with the scenario, both for the demand that both can serve.
pub fn compare(
    s: &Scenario,
    case: &Case,
    law: &Law,
    time_limit_s: f64,
) -> Result<Comparison, TooMany> {
    let other = case.edit(s);
    let other_law = case.law(law);
    let (ways, other_ways) = (all_ways(s)?, all_ways(&other)?);
    let base = Network::new(s, &ways, &judge_all(s, &ways, law, Reading::Strict));
    let changed = Network::new(
        &other,
        &other_ways,
        &judge_all(&other, &other_ways, &other_law, Reading::Strict),
    );
    let serves = |n: &Network, d: usize| n.is_scaled(d) && can_go_now(n, d);
    let demand = 0..s.demand.len();
    let held: Vec<usize> =
        demand.clone().filter(|&d| serves(&base, d) && serves(&changed, d)).collect();
    let dropped: Vec<usize> = demand.filter(|&d| serves(&base, d) != serves(&changed, d)).collect();
    let dropped_t = dropped.iter().fold(0.0, |t, &d| t + base.asked_t(d));
    let id = |d: &usize| s.demand[*d].id.clone();
    let (held_ids, dropped_ids) = (held.iter().map(id).collect(), dropped.iter().map(id).collect());
    let (base_t, _) = capacity_for(&base, &held, time_limit_s);
    let (case_t, binding) = capacity_for(&changed, &held, time_limit_s);
    Ok(Comparison {
        case: case.words(),
        total_t_per_year: case_t,
        base_total_t_per_year: base_t,
        difference_t_per_year: case_t - base_t,
        demand_held: held_ids,
        demand_dropped: dropped_ids,
        dropped_t_per_year: dropped_t,
        binding,
        reason: held.is_empty().then(|| "no demand is served in both cases".to_string()),
    })
}

/// Whether a demand has a way that needs no option and no absent server.
fn can_go_now(n: &Network, d: usize) -> bool {
    let served = |c: &crate::column::Column| {
        c.requires.is_empty()
            && c.uses.iter().all(|(r, h)| *h <= 0.0 || n.s.resource_hours(*r).gross > 0.0)
    };
    n.ways.iter().zip(&n.columns).any(|(w, c)| w.demand.ix() == d && served(c))
}

/// Capacity when only some of the scaled demand is counted, at its mix.
pub fn capacity_for(
    network: &Network,
    held: &[usize],
    time_limit_s: f64,
) -> (f64, Vec<crate::outcome::AtLimit>) {
    if held.is_empty() {
        return (0.0, Vec::new());
    }
    let planner = Planner::new(network, Use::Practical);
    let mut carry = capacity::carry(network, |_, units| crate::formulation::Carry::Multiple(units));
    for (d, c) in carry.iter_mut().enumerate() {
        if matches!(c, crate::formulation::Carry::Multiple(_)) && !held.contains(&d) {
            *c = crate::formulation::Carry::UpTo(0.0);
        }
    }
    let levels = vec![0; network.s.options.len()];
    let q = capacity::fixed(carry, crate::formulation::Aim::MostMultiple, &levels, time_limit_s);
    let answer = planner.ask(&q);
    if answer.ended != Ended::Optimal {
        return (0.0, Vec::new());
    }
    let asked: f64 = held.iter().map(|&d| network.asked_t(d)).sum();
    (answer.multiple * asked, capacity::at_limit(&planner, &answer, None))
}
