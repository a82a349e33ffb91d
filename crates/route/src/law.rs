//! Judges an itinerary by the law: the goods, and every border and port that they touch.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;
use trimodal_model::ids::{PlaceId, PolicyId};
use trimodal_model::law_over;
use trimodal_model::network::{Layer, NONE, Network, NodeId};
use trimodal_model::policy::{self, Case, Law, LawBook, Period, Policy, Reading, Verdict};
use trimodal_model::problem::Problem;
use trimodal_model::scenario::Place;

use crate::graph::{Graph, State, Step};

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

/// The law in force on a day, over the countries and ports of a network.
pub struct NetworkLaw {
    policies: Vec<Policy>,
    law: Law,
    day: Period,
    /// The country of each area: the countries of the network, then its terminals.
    areas: Vec<String>,
    /// The area of the port at each sea node of a terminal.
    ports: HashMap<NodeId, PlaceId>,
}

impl NetworkLaw {
    /// Reads the law. `sets` are study cases of `more` to switch on; `None`: no law at all.
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
        let first = network.countries.len();
        let mut ports = HashMap::new();
        for (t, terminal) in network.terminals.iter().enumerate() {
            let nodes = terminal.transfers.iter().flat_map(|(a, b)| [*a, *b]);
            let at_sea = nodes.filter(|n| network.node_layer[n.ix()] == Layer::Sea);
            ports.extend(at_sea.map(|node| (node, PlaceId::at(first + t))));
        }
        let policies = law_over(&places, more)?;
        let law = sets.map_or(Law::CounterfactualNone, Law::On);
        let areas = places.into_iter().map(|p| p.country).collect();
        Ok(NetworkLaw { policies, law, day: Period::of_day(day), areas, ports })
    }

    /// Whether nothing is judged.
    pub fn is_off(&self) -> bool {
        self.law == Law::CounterfactualNone
    }

    /// Judges a path in the strict reading.
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
        let book = LawBook { policies: &self.policies, law: &self.law };
        book.judge(self.areas.as_slice(), self.day, &case, Reading::Strict)
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
        movements.ends.extend(here);
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
        }
        movements.ends.extend(here);
        movements
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
        let bans = law
            .policies
            .iter()
            .filter(|p| book.may_forbid(p, law.day, &goods.hs, Reading::Strict) && origin(p));
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
            let territory = bit(areas.iter().map(inside).collect());
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

    /// The territories that a node is in.
    pub fn at(&self, network: &Network, node: NodeId) -> u32 {
        area_of(&self.ports, network, node).map_or(0, |area| self.of_area[area.ix()])
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

/// The reference of a policy and its lawful exemption procedure, for people.
pub fn citation(policy: &Policy) -> String {
    match &policy.procedure {
        Some(p) => format!("{} - lawful exemption: {p}", policy.reference),
        None => format!("{} - no exemption procedure is known", policy.reference),
    }
}
