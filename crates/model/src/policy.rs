//! The law and other rules, and how a shipment is judged by them.
//!
//! A rule binds goods: their HS prefix, their origin, and every border and country that the whole
//! shipment touches, including what it touched before it was handed over at a place. It never
//! binds a path alone, so cutting a trip in two or changing vehicles cannot help.
//! Where a text is unclear about goods in transit, both readings are judged.

use jiff::civil::Date;
use serde::Serialize;

use crate::ids::{DemandId, PlaceId, PolicyId};
use crate::scenario::{Mode, Origin, Scenario};

/// How an unclear text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// An unclear ban applies.
    Strict,
    /// An unclear ban does not apply.
    Lenient,
}

/// What a policy does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PolicyEffect {
    /// Forbids.
    Forbid,
    /// Lifts bans that name it.
    Permit,
    /// Limits the year's tonnes.
    Cap,
    /// Allows, and flags.
    Notify,
}

/// Which way goods pass the territory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Out of it.
    Export,
    /// Into it.
    Import,
    /// Either.
    Both,
}

/// Whether a rule binds goods that only pass through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transit {
    /// Yes.
    Yes,
    /// No.
    No,
    /// The text is unclear.
    Uncertain,
}

/// Countries or goods a rule is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Countries {
    /// All.
    Any,
    /// These.
    Only(Vec<String>),
    /// All but these.
    AllBut(Vec<String>),
}

impl Countries {
    fn matches(&self, country: &str) -> bool {
        let among = |list: &[String]| list.iter().any(|c| c == country);
        match self {
            Countries::Any => true,
            Countries::Only(list) => among(list),
            Countries::AllBut(list) => !among(list),
        }
    }
}

/// A row of a policy table.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// Id in its table.
    pub id: String,
    /// Set it belongs to.
    pub set: String,
    /// Whether it is law (on by default) and not a study case.
    pub is_law: bool,
    /// What it does.
    pub effect: PolicyEffect,
    /// Mode by which the border or place is passed; none for any.
    pub mode: Option<Mode>,
    /// Country codes.
    pub countries: Vec<String>,
    /// Places.
    pub places: Vec<PlaceId>,
    /// Which way.
    pub direction: Direction,
    /// First and last two-to-six digit prefixes, as text; none for any goods.
    pub hs: Option<Vec<String>>,
    /// Origins of the goods.
    pub origin: Countries,
    /// Countries that the shipment must touch too.
    pub counterparty: Countries,
    /// Whether goods in transit are bound.
    pub transit: Transit,
    /// Caps: tonnes a year.
    pub cap_t_per_year: Option<f64>,
    /// First day.
    pub valid_from: Option<Date>,
    /// Last day.
    pub valid_to: Option<Date>,
    /// Permits that lift it.
    pub exempted_by: Vec<PolicyId>,
    /// Authority and paragraph.
    pub reference: String,
    /// The lawful exemption procedure.
    pub procedure: Option<String>,
    /// Source.
    pub source: Origin,
}

/// One movement between neighbouring places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Step {
    /// From.
    pub from: PlaceId,
    /// To.
    pub to: PlaceId,
    /// By.
    pub mode: Mode,
}

/// Goods with all that is known of their way, ready to be judged.
#[derive(Debug, Clone)]
pub struct Case<'a> {
    /// HS prefixes; empty: not declared.
    pub hs: &'a [String],
    /// Country of origin of the goods.
    pub origin: &'a str,
    /// Where the shipment and its parts start and end.
    pub ends: Vec<PlaceId>,
    /// Its movements, in any order.
    pub steps: Vec<Step>,
}

/// Which policies are on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Law {
    /// The law, and the study-case sets named.
    On(Vec<String>),
    /// Nothing at all: a counterfactual run.
    CounterfactualNone,
}

/// The outcome of judging one case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Bans that apply.
    pub forbidden_by: Vec<PolicyId>,
    /// Caps that the goods count against.
    pub capped_by: Vec<PolicyId>,
    /// Permits that were needed, and notices.
    pub notices: Vec<PolicyId>,
}

/// Whether a policy is in force in the scenario's period under the given law.
pub fn in_force(scenario: &Scenario, policy: &Policy, law: &Law) -> bool {
    let Law::On(cases) = law else { return false };
    let Ok(start) = scenario.settings.period_start.parse::<Date>() else { return false };
    let end = start.saturating_add(jiff::Span::new().days(i64::from(scenario.settings.days) - 1));
    let valid = policy.valid_from.is_none_or(|from| from <= end)
        && policy.valid_to.is_none_or(|to| to >= start);
    valid && (policy.is_law || cases.contains(&policy.set))
}

/// Judges goods on their whole way.
pub fn judge(scenario: &Scenario, case: &Case, law: &Law, reading: Reading) -> Verdict {
    let mut verdict = Verdict::default();
    for (i, policy) in scenario.policies.iter().enumerate() {
        if !in_force(scenario, policy, law) || !applies(scenario, policy, case, reading) {
            continue;
        }
        let id = PolicyId::at(i);
        match policy.effect {
            PolicyEffect::Forbid => match exemption(scenario, policy, case, law, reading) {
                Some(permit) => verdict.notices.push(permit),
                None => verdict.forbidden_by.push(id),
            },
            PolicyEffect::Cap => verdict.capped_by.push(id),
            PolicyEffect::Notify => verdict.notices.push(id),
            PolicyEffect::Permit => {}
        }
    }
    verdict.notices.sort_unstable();
    verdict.notices.dedup();
    verdict
}

/// The permit that lifts a ban for these goods. A permit must be clear: where its own conditions
/// hang on an unclear text, the strict reading does not grant it.
fn exemption(
    scenario: &Scenario,
    ban: &Policy,
    case: &Case,
    law: &Law,
    reading: Reading,
) -> Option<PolicyId> {
    let reading = match reading {
        Reading::Strict => Reading::Lenient,
        Reading::Lenient => Reading::Strict,
    };
    ban.exempted_by.iter().copied().find(|&id| {
        let permit = &scenario.policies[id.ix()];
        // Goods whose HS code is not declared cannot show that they fall under a permit.
        let declared = permit.hs.is_none()
            || (!case.hs.is_empty() && case.hs.iter().all(|g| within(g, permit.hs.as_deref())));
        declared && in_force(scenario, permit, law) && applies(scenario, permit, case, reading)
    })
}

fn applies(scenario: &Scenario, policy: &Policy, case: &Case, reading: Reading) -> bool {
    policy.origin.matches(case.origin)
        && touches_goods(policy, case.hs, reading)
        && crosses(scenario, policy, case, reading)
        && meets_counterparty(scenario, policy, case)
}

/// Goods match by prefix either way: a ban on 27 covers 2701, and goods declared as 27 may hold
/// the 2701 that a ban names. Undeclared goods may be anything.
fn touches_goods(policy: &Policy, hs: &[String], reading: Reading) -> bool {
    let Some(banned) = &policy.hs else { return true };
    if hs.is_empty() {
        return reading == Reading::Strict && policy.effect != PolicyEffect::Permit;
    }
    hs.iter().any(|g| banned.iter().any(|b| g.starts_with(b.as_str()) || b.starts_with(g.as_str())))
}

fn within(goods: &str, hs: Option<&[String]>) -> bool {
    hs.is_none_or(|list| list.iter().any(|b| goods.starts_with(b.as_str())))
}

fn crosses(scenario: &Scenario, policy: &Policy, case: &Case, reading: Reading) -> bool {
    let country = |p: PlaceId| scenario.places[p.ix()].country.as_str();
    let inside =
        |p: PlaceId| policy.places.contains(&p) || policy.countries.iter().any(|c| c == country(p));
    let by_mode = |s: &&Step| policy.mode.is_none_or(|m| m == s.mode);
    let mut crossing = case.steps.iter().filter(by_mode).filter(|s| match policy.direction {
        Direction::Export => inside(s.from) && !inside(s.to),
        Direction::Import => !inside(s.from) && inside(s.to),
        Direction::Both => inside(s.from) != inside(s.to),
    });
    if crossing.next().is_none() {
        return false;
    }
    if case.ends.iter().any(|&p| inside(p)) {
        return true;
    }
    match policy.transit {
        Transit::Yes => true,
        Transit::No => false,
        Transit::Uncertain => reading == Reading::Strict,
    }
}

fn meets_counterparty(scenario: &Scenario, policy: &Policy, case: &Case) -> bool {
    if policy.counterparty == Countries::Any {
        return true;
    }
    let country = |p: PlaceId| scenario.places[p.ix()].country.as_str();
    let mut places =
        case.steps.iter().flat_map(|s| [s.from, s.to]).chain(case.ends.iter().copied());
    places.any(|p| policy.counterparty.matches(country(p)))
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
