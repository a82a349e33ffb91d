//! Judges an itinerary by the law: the goods, and every border and port that they touch.

use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

use jiff::civil::Date;
use trimodal_model::ids::{PlaceId, PolicyId};
use trimodal_model::jurisdiction;
use trimodal_model::law_over;
use trimodal_model::network::{
    BorderId, Layer, NONE, Network, NetworkElement, NodeId, PassageId, TerminalId,
};
use trimodal_model::policy::{
    self, Case, Law, LawBook, Period, Policy, PolicyEffect, Reading, Verdict,
};
use trimodal_model::problem::Problem;
use trimodal_model::scenario::Place;

use crate::dated::InForce;
use crate::graph::{Graph, State, Step};
use crate::occupied;
use crate::request::Point;

/// The goods as a law sees them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Goods {
    /// HS codes; empty: not declared.
    pub hs: Vec<String>,
    /// Country of origin of the goods; empty: that of the place they start from.
    pub origin: String,
}

/// The watermark of an answer without law.
pub const WITHOUT_LAW: &str = "WITHOUT LAW: computed as if no law applied, only to compare";

/// The set of one-liners on sanctioned territory: always on, and told of every way that touches it.
const TOUCH: &str = "touch";

/// The law in force on a day, over the countries and ports of a network.
pub struct NetworkLaw {
    policies: Vec<Policy>,
    law: Law,
    date: Date,
    /// The country of each area: the countries of the network, its terminals, the occupied regions.
    areas: Vec<String>,
    /// Where the terminals begin.
    first_port: usize,
    /// The areas of the occupied regions, by their codes.
    regions: HashMap<&'static str, PlaceId>,
    /// The sets of the jurisdictions that were chosen.
    chosen: BTreeSet<String>,
    /// The area of the port at each sea node of a terminal.
    ports: HashMap<NodeId, PlaceId>,
    /// What war or decree closes on the day, once that was asked.
    in_force: OnceLock<Vec<InForce>>,
}

impl NetworkLaw {
    /// Reads the law. `sets` are to be switched on: study cases of `more`, measures of jurisdictions; `None`:
    /// no law at all.
    pub fn read(
        network: &Network,
        day: Date,
        sets: Option<Vec<String>>,
        more: Option<&[u8]>,
    ) -> Result<NetworkLaw, Vec<Problem>> {
        let place = |id: &str, country: &str| Place {
            id: id.to_string(),
            name: id.to_string(),
            country: country.to_string(),
            lat: 0.0,
            lon: 0.0,
            kind: String::new(),
        };
        // An id that no rule can name: a rule on `KP` is on the country, its ports included.
        let land = |c: &String| place(&format!("land of {c}"), c);
        let mut places: Vec<Place> = network.countries.iter().map(land).collect();
        let at_ports = network.terminals.iter().map(|t| place(&t.id, network.country(t.country)));
        places.extend(at_ports);
        let (first, codes) = (network.countries.len(), occupied::regions());
        let regions =
            codes.iter().enumerate().map(|(i, code)| (*code, PlaceId::at(places.len() + i)));
        let regions = regions.collect();
        places.extend(codes.iter().map(|code| place(code, occupied::country(code))));
        let mut ports = HashMap::new();
        for (t, terminal) in network.terminals.iter().enumerate() {
            let nodes = terminal.transfers.iter().flat_map(|(a, b)| [*a, *b]);
            let at_sea = nodes.filter(|n| network.node_layer[n.ix()] == Layer::Sea);
            ports.extend(at_sea.map(|node| (node, PlaceId::at(first + t))));
        }
        let policies = law_over(&places, more)?;
        let of_jurisdictions: Vec<String> =
            jurisdiction::all().into_iter().flat_map(|j| j.sets).collect();
        let on = sets.iter().flatten().filter(|set| of_jurisdictions.contains(set));
        let chosen = on.cloned().collect();
        let law = sets.map_or(Law::CounterfactualNone, Law::On);
        let areas = places.into_iter().map(|p| p.country).collect();
        let first_port = first;
        let in_force = OnceLock::new();
        Ok(NetworkLaw {
            policies,
            law,
            date: day,
            areas,
            first_port,
            regions,
            chosen,
            ports,
            in_force,
        })
    }

    /// Whether nothing is judged.
    pub fn is_off(&self) -> bool {
        self.law == Law::CounterfactualNone
    }

    /// The day.
    pub fn date(&self) -> Date {
        self.date
    }

    /// What war or decree closes, restricts or lets carriers avoid on the day.
    pub(crate) fn in_force(&self, network: &Network) -> &[InForce] {
        self.in_force.get_or_init(|| InForce::on(network, self.date))
    }

    /// Whether a policy is a measure of a jurisdiction that was chosen.
    pub fn is_chosen(&self, policy: &Policy) -> bool {
        self.chosen.contains(&policy.set)
    }

    /// Judges a path in the strict reading. What it touches is told apart from that: [`NetworkLaw::touched`].
    pub fn judge(
        &self,
        graph: &Graph,
        goods: &Goods,
        start: NodeId,
        steps: &[(Step, State)],
    ) -> Verdict {
        let Movements { ends, steps } = self.movements(graph, start, steps);
        let origin = match goods.origin.as_str() {
            "" => ends.first().map_or("", |p| self.country(*p)),
            given => given,
        };
        let case = Case { hs: &goods.hs, origin, ends: ends.clone(), steps };
        let day = Period::of_day(self.date);
        let mut verdict = self.book().judge(self.areas.as_slice(), day, &case, Reading::Strict);
        verdict.notices.retain(|id| self.policy(*id).set != TOUCH);
        verdict
    }

    fn book(&self) -> LawBook<'_> {
        LawBook { policies: &self.policies, law: &self.law }
    }

    /// The one-liners on sanctioned territory that a path touches: where it passes, starts or ends, at home too.
    pub fn touched(
        &self,
        graph: &Graph,
        start: NodeId,
        steps: &[(Step, State)],
    ) -> BTreeSet<PolicyId> {
        let Movements { ends, steps } = self.movements(graph, start, steps);
        let passed = steps.iter().flat_map(|s| [s.from, s.to]);
        let places: BTreeSet<PlaceId> = ends.iter().copied().chain(passed).collect();
        self.touching_places(&places)
    }

    /// The one-liners on a point by itself: its port, its country, its region.
    pub fn touching(&self, network: &Network, point: &Point) -> BTreeSet<PolicyId> {
        let port = point.port.map(|t| PlaceId::at(self.first_port + t.ix()));
        let country = point.country.map(|c| PlaceId::at(usize::from(c)));
        let home = point.country.map(|c| network.country(c));
        let region = occupied::region(home, point.at(), self.date);
        let region = region.and_then(|code| self.regions.get(code).copied());
        self.touching_places(&[port, country, region].into_iter().flatten().collect())
    }

    fn touching_places(&self, places: &BTreeSet<PlaceId>) -> BTreeSet<PolicyId> {
        self.touch(|p| places.iter().any(|x| p.holds_inside(self.areas.as_slice(), *x)))
    }

    /// The one-liners on some countries.
    pub fn touching_countries(&self, codes: &[&str]) -> BTreeSet<PolicyId> {
        self.touch(|p| p.countries.iter().any(|c| codes.contains(&c.as_str())))
    }

    /// The countries of which an answer says that it touches them: whole territories under sanctions, whether the law
    /// is set aside or not.
    pub fn sensitive(&self, network: &Network) -> Vec<u16> {
        let is_valid = |p: &&Policy| {
            p.set == TOUCH
                && p.valid_from.is_none_or(|from| from <= self.date)
                && p.valid_to.is_none_or(|to| self.date <= to)
        };
        let all = self.policies.iter().filter(is_valid).flat_map(|p| &p.countries);
        let number = |code: &String| network.countries.iter().position(|c| c == code);
        all.filter_map(number).map(|c| c as u16).collect()
    }

    fn touch(&self, is_touched: impl Fn(&Policy) -> bool) -> BTreeSet<PolicyId> {
        let (book, day) = (self.book(), Period::of_day(self.date));
        let all = self.policies.iter().enumerate().filter(|(_, p)| p.set == TOUCH);
        let touched = all.filter(|(_, p)| book.in_force(p, day) && is_touched(p));
        touched.map(|(i, _)| PolicyId::at(i)).collect()
    }

    /// The countries, ports, borders and passages that a path uses.
    pub(crate) fn used(
        &self,
        graph: &Graph,
        start: NodeId,
        steps: &[(Step, State)],
    ) -> BTreeSet<NetworkElement> {
        let n = &graph.network;
        let movements = self.movements(graph, start, steps);
        let passed = movements.steps.iter().flat_map(|s| [s.from, s.to]);
        let mut used = BTreeSet::new();
        for place in movements.ends.iter().copied().chain(passed) {
            let port = place.ix().checked_sub(self.first_port);
            if let Some(t) = port.filter(|t| *t < n.terminals.len()) {
                used.insert(NetworkElement::Terminal(TerminalId::at(t)));
            }
            let country = n.countries.iter().position(|c| c == self.country(place));
            used.extend(country.map(|c| NetworkElement::Country(c as u16)));
        }
        for (step, _) in unfolded(graph, steps) {
            let Step::Link(l) = step else { continue };
            let (border, passage) = (n.link_border[l.ix()], n.link_passage[l.ix()]);
            let border = (border != NONE).then_some(BorderId(u32::from(border)));
            let passage = (passage != NONE).then_some(PassageId(u32::from(passage)));
            used.extend(border.map(NetworkElement::Border));
            used.extend(passage.map(NetworkElement::Passage));
        }
        used
    }

    /// The links of a path, those of services too.
    pub(crate) fn links_of(
        graph: &Graph,
        steps: &[(Step, State)],
    ) -> impl Iterator<Item = NetworkElement> {
        let link = |(step, _)| match step {
            Step::Link(l) => Some(NetworkElement::Link(l)),
            _ => None,
        };
        unfolded(graph, steps).into_iter().filter_map(link)
    }

    /// A policy by its position.
    pub fn policy(&self, id: PolicyId) -> &Policy {
        &self.policies[id.ix()]
    }

    /// The sets of study cases among the policies.
    pub fn sets(&self) -> BTreeSet<&str> {
        self.policies.iter().filter(|p| !p.is_law).map(|p| p.set.as_str()).collect()
    }

    /// Positions of the countries that a policy is about, those of its places included.
    pub fn territory(&self, network: &Network, policy: &Policy) -> Vec<u16> {
        let named = policy.places.iter().map(|p| self.country(*p));
        let codes = policy.countries.iter().map(String::as_str).chain(named);
        codes
            .filter_map(|c| network.countries.iter().position(|x| x == c))
            .map(|p| p as u16)
            .collect()
    }

    fn country(&self, area: PlaceId) -> &str {
        &self.areas[area.ix()]
    }

    /// The movements of a path between areas.
    fn movements(&self, graph: &Graph, start: NodeId, steps: &[(Step, State)]) -> Movements {
        let n = &graph.network;
        let mut movements = Movements { ends: Vec::new(), steps: Vec::new() };
        let mut here = self.area(n, start);
        // A region is a part of its country: its edge is crossed where a way starts or ends in it.
        let at = |node: NodeId| self.region(n, node).or_else(|| self.area(n, node));
        let edge = |from, to, node: NodeId| policy::Step {
            from,
            to,
            mode: n.node_layer[node.ix()].mode(),
        };
        movements.ends.extend(at(start));
        if let (Some(region), Some(country)) = (self.region(n, start), here) {
            movements.steps.push(edge(region, country, start));
        }
        let mut last = start;
        for (step, to) in unfolded(graph, steps) {
            let there = self.area(n, to);
            if let (Some(a), Some(b)) = (here, there)
                && a != b
                // Between a quay and its hinterland nothing is crossed.
                && (matches!(step, Step::Link(_)) || self.country(a) != self.country(b))
            {
                let mode = n.node_layer[to.ix()].mode();
                movements.steps.push(policy::Step { from: a, to: b, mode });
            }
            here = there.or(here);
            last = to;
        }
        movements.ends.extend(self.region(n, last).or(here));
        if let (Some(region), Some(country)) = (self.region(n, last), here) {
            movements.steps.push(edge(country, region, last));
        }
        movements
    }

    /// The occupied region that a node on land lies in.
    fn region(&self, n: &Network, node: NodeId) -> Option<PlaceId> {
        let on_land = n.node_layer[node.ix()] != Layer::Sea;
        let region = || occupied::region(Some(n.country_of(node)), n.at(node), self.date);
        let code = on_land.then(region).flatten()?;
        self.regions.get(code).copied()
    }

    /// The port or the country that a node is in; none at sea.
    fn area(&self, n: &Network, node: NodeId) -> Option<PlaceId> {
        area_of(&self.ports, n, node)
    }
}

/// The links and transfers of a path, each with the node it leads to: services by their own paths.
fn unfolded(graph: &Graph, steps: &[(Step, State)]) -> Vec<(Step, NodeId)> {
    let mut all = Vec::with_capacity(steps.len());
    for (step, state) in steps {
        match step {
            Step::Service(id) => all.extend(graph.service(*id).path.iter().copied()),
            _ => all.push((*step, graph.node(*state))),
        }
    }
    all
}

/// Countries and ports that decide whether a ban can bind a path: those of its territory, and those that the
/// shipment must touch too. A path that touches none of them is lawful, whatever its way.
#[derive(Debug, Clone, Default)]
pub struct Territories {
    /// The territories that each area is in, a bit each.
    of_area: Vec<u32>,
    /// For each ban the bits of its territory, and those of its counterparties; 0: any.
    bans: Vec<(u32, u32)>,
    ports: HashMap<NodeId, PlaceId>,
}

impl Territories {
    /// Those of the bans that may apply to some goods.
    pub fn new(law: &NetworkLaw, goods: &Goods) -> Territories {
        let book = LawBook { policies: &law.policies, law: &law.law };
        let origin = |p: &Policy| goods.origin.is_empty() || p.origin.matches(&goods.origin);
        let bans = law.policies.iter().filter(|p| {
            book.may_forbid(p, Period::of_day(law.date), &goods.hs, Reading::Strict) && origin(p)
        });
        let mut found = Territories { ports: law.ports.clone(), ..Territories::default() };
        let mut sets: Vec<Vec<bool>> = Vec::new();
        let areas: Vec<PlaceId> = (0..law.areas.len()).map(PlaceId::at).collect();
        let mut bit = |set: Vec<bool>| -> u32 {
            let known = sets.iter().position(|s| *s == set);
            let position = known.unwrap_or_else(|| {
                sets.push(set);
                sets.len() - 1
            });
            // Sets beyond the last bit share it.
            1 << position.min(31)
        };
        for ban in bans {
            let inside = |a: &PlaceId| ban.holds_inside(law.areas.as_slice(), *a);
            // A node does not say whether it is in an occupied region: its whole country counts.
            let occupied = law.regions.iter().filter(|(_, place)| inside(place));
            let homes: BTreeSet<&str> = occupied.map(|(code, _)| occupied::country(code)).collect();
            let may_be = |a: &PlaceId| inside(a) || homes.contains(law.country(*a));
            let territory = bit(areas.iter().map(may_be).collect());
            let counterparty = match &ban.counterparty {
                policy::Countries::Any => 0,
                some => bit(areas.iter().map(|a| some.matches(law.country(*a))).collect()),
            };
            found.bans.push((territory, counterparty));
        }
        found.bans.sort_unstable();
        found.bans.dedup();
        let of = |area: usize| {
            let of_sets = sets.iter().enumerate().filter(|(_, set)| set[area]);
            of_sets.fold(0, |bits, (i, _)| bits | 1_u32 << i.min(31))
        };
        found.of_area = (0..areas.len()).map(of).collect();
        found
    }

    /// The territories that a node is in; none where there is no law.
    pub fn at(&self, network: &Network, node: NodeId) -> u32 {
        let area = area_of(&self.ports, network, node);
        area.and_then(|area| self.of_area.get(area.ix())).copied().unwrap_or(0)
    }

    /// Whether a ban may bind a path that touches some territories.
    pub fn may_bind(&self, touched: u32) -> bool {
        let binds = |(territory, counterparty): &(u32, u32)| {
            touched & territory != 0 && (*counterparty == 0 || touched & counterparty != 0)
        };
        touched != 0 && self.bans.iter().any(binds)
    }
}

/// The port or the country that a node is in; none at sea.
fn area_of(ports: &HashMap<NodeId, PlaceId>, n: &Network, node: NodeId) -> Option<PlaceId> {
    let country = n.node_country[node.ix()];
    if n.node_layer[node.ix()] == Layer::Sea {
        return ports.get(&node).copied();
    }
    (country != NONE).then(|| PlaceId::at(usize::from(country)))
}

/// A path as the law sees it.
struct Movements {
    ends: Vec<PlaceId>,
    steps: Vec<policy::Step>,
}

/// The reference of a policy, for people, with the lawful exemption from a ban or with what a notice asks for.
pub fn citation(policy: &Policy) -> String {
    let reference = &policy.reference;
    match (policy.effect, &policy.procedure) {
        (PolicyEffect::Forbid, Some(p)) => format!("{reference} - lawful exemption: {p}"),
        (PolicyEffect::Forbid, None) => format!("{reference} - no exemption procedure is known"),
        (_, Some(p)) => format!("{reference} - what to do: {p}"),
        (_, None) => reference.clone(),
    }
}
