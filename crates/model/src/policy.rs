//! The law and other rules, and the judgement of shipments by them.
//!
//! A rule binds goods: their HS prefix, their origin, and every border and country that the whole
//! shipment touches, including those it touched before it was handed over at a place. It never
//! binds a path alone, so a rule cannot be evaded by dividing a trip or changing vehicles.
//! Where a text is unclear about goods in transit, both readings are judged.
//!
//! A rule may bind vehicles too: then every movement is judged, loaded or empty, with the flag of the
//! vehicle and, where the rule has a counterparty, with everything that its class touches.

use jiff::civil::Date;
use serde::Serialize;

use crate::ids::{PlaceId, PolicyId};
use crate::mode::Mode;
use crate::provenance::Provenance;

/// The reading of an unclear text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// An unclear ban applies.
    Strict,
    /// An unclear ban does not apply.
    Lenient,
}

/// The effect of a policy.
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

/// The direction in which goods pass the territory.
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

/// The subject of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binds {
    /// Cargo.
    Goods,
    /// Movements of vehicles, with or without cargo.
    Vehicles,
    /// Both.
    Both,
}

impl Binds {
    /// Whether it judges cargo.
    pub fn goods(self) -> bool {
        self != Binds::Vehicles
    }

    /// Whether it judges vehicles.
    pub fn vehicles(self) -> bool {
        self != Binds::Goods
    }
}

impl Countries {
    /// Whether a country is among them.
    pub fn matches(&self, country: &str) -> bool {
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
    /// Effect.
    pub effect: PolicyEffect,
    /// Mode by which the border or place is passed; none for any.
    pub mode: Option<Mode>,
    /// Country codes.
    pub countries: Vec<String>,
    /// Places.
    pub places: Vec<PlaceId>,
    /// Direction.
    pub direction: Direction,
    /// First and last two-to-six digit prefixes, as text; none for any goods.
    pub hs: Option<Vec<String>>,
    /// Origins of the goods.
    pub origin: Countries,
    /// Countries that the shipment must touch too.
    pub counterparty: Countries,
    /// Flags of the vehicles it is about.
    pub flag: Countries,
    /// Subject.
    pub binds: Binds,
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
    pub source: Provenance,
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

/// Goods with all known movements, to be judged.
#[derive(Debug, Clone)]
pub struct Case<'a> {
    /// HS prefixes; empty: not declared.
    pub hs: &'a [String],
    /// Country of origin of the goods.
    pub origin: &'a str,
    /// Places where the shipment and its parts start and end.
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

impl Verdict {
    /// Adds the outcome of another case: everything that applies to either.
    pub fn merge(&mut self, other: Verdict) {
        let Verdict { forbidden_by, capped_by, notices } = other;
        self.forbidden_by.extend(forbidden_by);
        self.capped_by.extend(capped_by);
        self.notices.extend(notices);
        for list in [&mut self.forbidden_by, &mut self.capped_by, &mut self.notices] {
            list.sort_unstable();
            list.dedup();
        }
    }
}

/// A source of the country of each place: a scenario, or the areas of a network.
pub trait Areas {
    /// The country code of a place.
    fn country(&self, place: PlaceId) -> &str;
}

/// Country codes by place.
impl Areas for [String] {
    fn country(&self, place: PlaceId) -> &str {
        &self[place.ix()]
    }
}

/// The days over which the law is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub(crate) first: Date,
    pub(crate) last: Date,
}

impl Period {
    /// One day.
    pub fn of_day(day: Date) -> Period {
        Period { first: day, last: day }
    }
}

/// Policies, and which of them are on. A policy is known by its position.
#[derive(Debug, Clone, Copy)]
pub struct LawBook<'a> {
    /// All policies.
    pub policies: &'a [Policy],
    /// Which of them are on.
    pub law: &'a Law,
}

impl LawBook<'_> {
    /// Whether a policy is in force on some day of a period.
    pub fn in_force(self, policy: &Policy, period: Period) -> bool {
        let Law::On(cases) = self.law else { return false };
        let valid = policy.valid_from.is_none_or(|from| from <= period.last)
            && policy.valid_to.is_none_or(|to| to >= period.first);
        valid && (policy.is_law || cases.contains(&policy.set))
    }

    /// Whether a policy is a ban in force that some goods may fall under, whatever their way.
    pub fn may_forbid(self, policy: &Policy, days: Period, hs: &[String], by: Reading) -> bool {
        policy.effect == PolicyEffect::Forbid
            && policy.binds.goods()
            && self.in_force(policy, days)
            && touches_goods(policy, hs, by)
    }

    /// Judges goods over all their movements.
    pub fn judge<A: Areas + ?Sized>(
        self,
        areas: &A,
        period: Period,
        case: &Case,
        reading: Reading,
    ) -> Verdict {
        let judge = Judge { book: self, areas, period, case };
        let mut verdict = Verdict::default();
        for (i, policy) in self.policies.iter().enumerate() {
            if !policy.binds.goods()
                || !self.in_force(policy, period)
                || !judge.applies(policy, reading)
            {
                continue;
            }
            let id = PolicyId::at(i);
            match policy.effect {
                PolicyEffect::Forbid => match judge.exemption(policy, reading) {
                    Some(permits) => verdict.notices.extend(permits),
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
}

impl Step {
    /// Whether it starts or ends in one of these countries.
    pub fn touches<A: Areas + ?Sized>(&self, areas: &A, countries: &Countries) -> bool {
        [self.from, self.to].iter().any(|p| countries.matches(areas.country(*p)))
    }

    /// Whether it leads from one country to another.
    pub fn crosses_border<A: Areas + ?Sized>(&self, areas: &A) -> bool {
        areas.country(self.from) != areas.country(self.to)
    }

    /// The movement in the opposite direction.
    pub fn back(self) -> Step {
        Step { from: self.to, to: self.from, mode: self.mode }
    }
}

impl Policy {
    /// Whether a place lies in the territory.
    pub fn holds_inside<A: Areas + ?Sized>(&self, areas: &A, place: PlaceId) -> bool {
        let country = areas.country(place);
        self.places.contains(&place) || self.countries.iter().any(|c| c == country)
    }

    /// Whether it names a country or a place of another's territory: as territory, origin or counterparty.
    pub fn speaks_on(&self, other: &Policy) -> bool {
        let only = |list: &Countries| match list {
            Countries::Only(codes) => codes.iter().any(|c| other.countries.contains(c)),
            Countries::Any | Countries::AllBut(_) => false,
        };
        self.countries.iter().any(|c| other.countries.contains(c))
            || self.places.iter().any(|p| other.places.contains(p))
            || only(&self.origin)
            || only(&self.counterparty)
    }

    /// Whether a movement passes the edge of the territory in the rule's mode and direction.
    pub fn is_crossed<A: Areas + ?Sized>(&self, areas: &A, step: &Step) -> bool {
        let (from, to) = (self.holds_inside(areas, step.from), self.holds_inside(areas, step.to));
        self.mode.is_none_or(|m| m == step.mode)
            && match self.direction {
                Direction::Export => from && !to,
                Direction::Import => !from && to,
                Direction::Both => from != to,
            }
    }

    /// The same whatever the direction.
    pub fn is_crossed_either_way<A: Areas + ?Sized>(&self, areas: &A, step: &Step) -> bool {
        self.is_crossed(areas, step) || self.is_crossed(areas, &step.back())
    }
}

/// One case before the law.
struct Judge<'a, 'b, A: ?Sized> {
    book: LawBook<'a>,
    areas: &'a A,
    period: Period,
    case: &'a Case<'b>,
}

impl<A: Areas + ?Sized> Judge<'_, '_, A> {
    /// The permits that lift a ban for these goods: every passage that the ban catches in the direction of
    /// a permit must be covered by one. A permit must be clear: where its own conditions depend on an unclear
    /// text, the strict reading does not grant it.
    fn exemption(&self, ban: &Policy, reading: Reading) -> Option<Vec<PolicyId>> {
        let reading = match reading {
            Reading::Strict => Reading::Lenient,
            Reading::Lenient => Reading::Strict,
        };
        let of = |id: &PolicyId| &self.book.policies[id.ix()];
        let granted = |id: &PolicyId| {
            let (permit, hs) = (of(id), self.case.hs);
            // Goods whose HS code is not declared cannot show that they fall under a permit.
            let declared = permit.hs.is_none()
                || (!hs.is_empty() && hs.iter().all(|g| within(g, permit.hs.as_deref())));
            declared && self.book.in_force(permit, self.period) && self.applies(permit, reading)
        };
        let permits: Vec<PolicyId> = ban.exempted_by.iter().copied().filter(granted).collect();
        let mut caught = self.case.steps.iter().filter(|s| ban.is_crossed(self.areas, s));
        let covered = |s: &Step| {
            let other_way = permits.iter().all(|p| of(p).goes_other_way(self.areas, ban, s));
            other_way || permits.iter().any(|p| of(p).is_crossed(self.areas, s))
        };
        let lifted = !permits.is_empty() && caught.all(covered);
        lifted.then_some(permits)
    }

    fn applies(&self, policy: &Policy, reading: Reading) -> bool {
        policy.origin.matches(self.case.origin)
            && touches_goods(policy, self.case.hs, reading)
            && self.crosses(policy, reading)
            && self.meets_counterparty(policy)
    }

    fn crosses(&self, policy: &Policy, reading: Reading) -> bool {
        if !self.case.steps.iter().any(|s| policy.is_crossed(self.areas, s)) {
            return false;
        }
        if self.case.ends.iter().any(|&p| policy.holds_inside(self.areas, p)) {
            return true;
        }
        match policy.transit {
            Transit::Yes => true,
            Transit::No => false,
            Transit::Uncertain => reading == Reading::Strict,
        }
    }

    fn meets_counterparty(&self, policy: &Policy) -> bool {
        if policy.counterparty == Countries::Any {
            return true;
        }
        let passed = self.case.steps.iter().flat_map(|s| [s.from, s.to]);
        let mut places = passed.chain(self.case.ends.iter().copied());
        places.any(|p| policy.counterparty.matches(self.areas.country(p)))
    }
}

impl Policy {
    /// Whether a passage of a ban's territory is in the direction that this permit is not about.
    fn goes_other_way<A: Areas + ?Sized>(&self, areas: &A, ban: &Policy, step: &Step) -> bool {
        match self.direction {
            Direction::Both => false,
            Direction::Export => !ban.holds_inside(areas, step.from),
            Direction::Import => !ban.holds_inside(areas, step.to),
        }
    }
}

/// Goods match by prefix in either direction: a ban on 27 covers 2701, and goods declared as 27 may include
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
