//! The law over the goods and vehicles of a scenario.

use crate::ids::{DemandId, PlaceId, PolicyId};
use crate::policy::{
    Areas, Binds, Case, Countries, Law, LawBook, Period, Policy, PolicyEffect, Reading, Step,
    Verdict,
};
use crate::scenario::{Scenario, Vehicle};

impl Areas for Scenario {
    fn country(&self, place: PlaceId) -> &str {
        &self.places[place.ix()].country
    }
}

impl Period {
    /// The period of a scenario.
    pub fn of(scenario: &Scenario) -> Period {
        let first = scenario.settings.period_start;
        let more = jiff::Span::new().days(i64::from(scenario.settings.days) - 1);
        Period { first, last: first.saturating_add(more) }
    }
}

impl<'a> LawBook<'a> {
    /// The policies of a scenario.
    pub fn of(scenario: &'a Scenario, law: &'a Law) -> LawBook<'a> {
        LawBook { policies: &scenario.policies, law }
    }
}

/// Whether a policy is in force in the period of a scenario.
pub fn in_force(scenario: &Scenario, policy: &Policy, law: &Law) -> bool {
    LawBook::of(scenario, law).in_force(policy, Period::of(scenario))
}

/// [`LawBook::judge`] with the policies, places and period of a scenario.
pub fn judge(scenario: &Scenario, case: &Case, law: &Law, reading: Reading) -> Verdict {
    LawBook::of(scenario, law).judge(scenario, Period::of(scenario), case, reading)
}

/// Bans on the movements of an empty vehicle, or of one that carries no goods. Its history is judged
/// with its class: [`judge_class`].
pub fn judge_empty(
    scenario: &Scenario,
    vehicle: &Vehicle,
    steps: &[Step],
    law: &Law,
) -> Vec<PolicyId> {
    let (book, period) = (LawBook::of(scenario, law), Period::of(scenario));
    let open = |p: &Policy| p.counterparty == Countries::Any;
    let bans = bans_on(scenario, vehicle, law).filter(|(_, p)| open(p));
    bans.filter(|(_, ban)| {
        let caught = steps.iter().filter(|s| ban.is_crossed(scenario, s));
        // A vehicle that brings goods under a permit may come and go empty.
        let permits = || ban.exempted_by.iter().map(|p| &scenario.policies[p.ix()]);
        let covered = |s: &Step| {
            permits().any(|p| book.in_force(p, period) && p.is_crossed_either_way(scenario, s))
        };
        let mut bare = caught.filter(|s| !covered(s));
        bare.next().is_some()
    })
    .map(|(id, _)| id)
    .collect()
}

/// Bans on a class of vehicle for everything that it touches: one that passes a territory may not touch
/// the counterparty of a rule.
pub fn judge_class(
    scenario: &Scenario,
    vehicle: &Vehicle,
    steps: &[Step],
    law: &Law,
) -> Vec<PolicyId> {
    let meets = |ban: &Policy| {
        ban.counterparty == Countries::Any && ban.binds == Binds::Vehicles
            || ban.counterparty != Countries::Any
                && steps.iter().any(|s| s.touches(scenario, &ban.counterparty))
    };
    bans_on(scenario, vehicle, law)
        .filter(|(_, ban)| meets(ban) && steps.iter().any(|s| ban.is_crossed(scenario, s)))
        .map(|(id, _)| id)
        .collect()
}

/// Bans that bind a vehicle on any route. A flag that is not declared may be any.
pub fn bans_on<'a>(
    scenario: &'a Scenario,
    vehicle: &'a Vehicle,
    law: &'a Law,
) -> impl Iterator<Item = (PolicyId, &'a Policy)> {
    let (book, period) = (LawBook::of(scenario, law), Period::of(scenario));
    let of_flag = |p: &Policy| vehicle.flag.as_deref().is_none_or(|f| p.flag.matches(f));
    let bans = book.policies.iter().enumerate().filter(move |(_, p)| {
        p.effect == PolicyEffect::Forbid
            && p.binds.vehicles()
            && of_flag(p)
            && book.in_force(p, period)
    });
    bans.map(|(i, p)| (PolicyId::at(i), p))
}

/// Whether goods of one demand may be those of another that starts where the first one ends.
///
/// They may when they are declared one shipment, or when their goods can be the same and they are
/// not declared to be different shipments.
pub fn hands_over(scenario: &Scenario, first: DemandId, then: DemandId) -> bool {
    let (a, b) = (&scenario.demand[first.ix()], &scenario.demand[then.ix()]);
    if first == then || a.to != b.from || a.in_vehicles || b.in_vehicles {
        return false;
    }
    if let (Some(x), Some(y)) = (&a.shipment, &b.shipment) {
        return x == y;
    }
    let overlap = |g: &String, h: &String| g.starts_with(h.as_str()) || h.starts_with(g.as_str());
    let same_goods = if a.hs.is_empty() || b.hs.is_empty() {
        a.commodity == b.commodity
    } else {
        a.hs.iter().any(|g| b.hs.iter().any(|h| overlap(g, h)))
    };
    let same_origin = !b.origin_is_given || a.origin_country == b.origin_country;
    same_goods && same_origin
}
