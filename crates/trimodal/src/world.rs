//! The embedded world: itineraries, tables, what it holds, and parts of it as scenarios.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use trimodal_model::Control;
use trimodal_model::network::{LinkId, Network};
use trimodal_model::problem::{ENDS_EQUAL, Problem, Problems};
use trimodal_route::{
    Answer, Closures, Criterion, NetworkLaw, Parameters, Point, PreparedRouter, Request, Router,
    Routes, Via,
};
use trimodal_world::Gazetteer;
use trimodal_world::electrification::Electrification;
use trimodal_world::locate::{Atlas, Index, OnTheWay, OwnPlaces};

use crate::inputs::point;
use crate::shipment::{Findings, Shipment};

mod contracted;
mod detours;
mod electrification;
mod extract;
mod info;
mod look_up;
pub(crate) mod own;
mod pairs;
mod reach;
mod ready;
mod region;
mod side;
mod smaller_ships;
mod table;

use contracted::KeptContracted;
pub use detours::DetoursRequest;
pub use electrification::{ElectrificationState, ElectrificationTotals, LinkElectrification};
pub use extract::{ExtractRegion, ExtractRequest, Extracted};
pub use info::{LinkNear, LinksNear, ModeTotals, PassageInfo, WorldInfo};
pub use look_up::{LinkFound, PlaceFound};
pub use pairs::PairsRequest;
use reach::off_network;
use ready::Ready;
pub use region::{BuildRequest, Built};
pub use table::{MAX_CELLS, Room, TableRequest};
pub use trimodal_model::position::Position;

/// Prepared networks that are kept, the latest used first.
const KEPT: usize = 4;

/// How a shipment goes between two places.
#[derive(Debug, Clone, PartialEq)]
pub struct RouteRequest {
    /// Where from: a place (`Paris`, `Paris, FR`), a port (`KRPUS`) or `lat,lon`.
    pub from: String,
    /// Where to.
    pub to: String,
    /// Places, ports (where a ship calls and sails on) and passages (`suez`) on the way, in order, without
    /// handling. A passage that is closed for want of traffic or for ice is opened in its season.
    pub via: Vec<String>,
    /// What is shipped, what it may use, and the law.
    pub shipment: Shipment,
    /// The Pareto set in time, cost and CO2e, or the best by one criterion.
    pub answer: Answer,
    /// How many more itineraries that differ in modes, terminals or corridor.
    pub alternatives: u8,
    /// Relative epsilon of the Pareto set, 0 to 1 (0: the exact set).
    pub tolerance: f64,
    /// Label limit; when it is reached the outcome is marked as cut short.
    pub max_labels: u32,
}

impl RouteRequest {
    /// The Pareto set for 10 t of containers from one place to another.
    pub fn new(from: impl Into<String>, to: impl Into<String>) -> RouteRequest {
        RouteRequest { from: from.into(), to: to.into(), ..RouteRequest::default() }
    }
}

impl Default for RouteRequest {
    fn default() -> RouteRequest {
        RouteRequest {
            from: String::new(),
            to: String::new(),
            via: Vec::new(),
            shipment: Shipment::default(),
            answer: Answer::Pareto,
            alternatives: 0,
            tolerance: 0.05,
            max_labels: trimodal_route::request::MAX_LABELS as u32,
        }
    }
}

/// The embedded world, loaded: owned, shared between threads, cheap to clone.
///
/// ```
/// use trimodal::{Control, RouteRequest, World};
///
/// let world = World::load();
/// let request = RouteRequest::new("Mombasa", "Kampala");
/// let routes = world.route(&request, &Control::none())?;
/// assert!(routes.unreachable.is_none());
/// # Ok::<(), trimodal::Problems>(())
/// ```
#[derive(Clone)]
pub struct World {
    network: Arc<Network>,
    /// What sets a network of the user's own apart; none for the embedded one.
    own: Option<Arc<own::Own>>,
    places: Arc<Gazetteer>,
    /// The network indexed, with the bundled services, without parameters or law of a request.
    base: Arc<OnceLock<Router>>,
    index: Arc<OnceLock<Arc<Index>>>,
    link_ids: Arc<OnceLock<HashMap<String, LinkId>>>,
    electrification: Arc<OnceLock<Electrification>>,
    contracted: Arc<KeptContracted>,
    prepared: Arc<Mutex<Vec<Prepared>>>,
    /// Held while a shipment is made ready for single questions.
    making: Arc<Mutex<()>>,
}

/// A network prepared for one shipment and criterion, with the day on which its law was read.
struct Prepared {
    shipment: Shipment,
    by: Criterion,
    day: jiff::civil::Date,
    router: Arc<PreparedRouter>,
    /// What single questions have in common, once one was asked.
    ready: Option<Arc<Ready>>,
}

impl Prepared {
    fn is_for(&self, shipment: &Shipment, by: Criterion, day: jiff::civil::Date) -> bool {
        self.by == by && self.day == day && self.shipment == *shipment
    }
}

impl World {
    /// Loads it, in about a tenth of a second.
    pub fn load() -> World {
        let (network, places) = rayon::join(trimodal_world::network, trimodal_world::places);
        World {
            network: Arc::new(network),
            own: None,
            places: Arc::new(places),
            base: Arc::default(),
            index: Arc::default(),
            link_ids: Arc::default(),
            electrification: Arc::default(),
            contracted: Arc::default(),
            prepared: Arc::default(),
            making: Arc::default(),
        }
    }

    /// The SHA-256 checksum of the embedded network, 64 hexadecimal digits.
    pub fn checksum() -> &'static str {
        trimodal_world::CHECKSUM.split_whitespace().next().unwrap_or_default()
    }

    /// The network.
    pub fn network(&self) -> &Arc<Network> {
        &self.network
    }

    /// A router over the network, whose parameters and law are replaced by those of each request.
    fn base(&self) -> &Router {
        self.base.get_or_init(|| {
            let day = crate::shipment::today();
            let law = NetworkLaw::read(&self.network, day, None, None);
            let law = law.expect("the law that comes with the program is read by a test");
            match &self.own {
                None => Router::new(self.network.clone(), Parameters::default(), law),
                Some(own) => {
                    let services = own.services(&self.network);
                    Router::over(self.network.clone(), services, Parameters::default(), law)
                }
            }
        })
    }

    /// Names over the network.
    pub fn atlas(&self) -> Atlas<'_> {
        let atlas = Atlas::with_index(&self.network, &self.places, self.index());
        self.own.iter().fold(atlas, |atlas, own| atlas.with_nodes(&own.places))
    }

    /// What is looked up by name besides towns; made when the first name is looked up.
    fn index(&self) -> Arc<Index> {
        let made = || Arc::new(Index::new(&self.network, &self.places));
        self.index.get_or_init(made).clone()
    }

    /// How a shipment goes: the itineraries, or why there is none. A search that is stopped or reaches its
    /// label limit says so in `cut_short` and `stopped`.
    pub fn route(&self, request: &RouteRequest, control: &Control) -> Result<Routes, Problems> {
        let mut found = Findings::default();
        let own = request.shipment.own_places(&self.atlas(), &mut found);
        let none = OwnPlaces::default();
        let atlas = self.atlas_for(&request.shipment, own.as_ref().unwrap_or(&none));
        // Without the places of one's own, names would be told to be unknown.
        let points = own.as_ref().and_then(|_| points(&atlas, request, &mut found));
        let router = request.shipment.router(self.base(), &atlas, &mut found);
        let (Some(points), Some(router)) = (points, router) else {
            request.shipment.check(&atlas, &mut found);
            return Err(found.refused());
        };
        let asked = engine_request(request, &atlas, &router, points, &mut found);
        if !found.problems.is_empty() {
            return Err(found.refused());
        }
        let mut routes = router.route(&asked, control);
        if routes.unreachable.is_some() && !routes.too_small.is_empty() {
            let by_smaller = self.by_smaller_ship(&request.shipment, &router, &asked, control);
            routes = by_smaller.unwrap_or(routes);
        }
        if routes.unreachable.is_some() && asked.closures.by_depth {
            // A passage that is closed to the ship says more than the depth of a port behind it.
            let closures = Closures { by_depth: false, ..asked.closures.clone() };
            let at_any_depth = router.route(&Request { closures, ..asked }, control);
            if at_any_depth.unreachable.is_some() {
                routes = at_any_depth;
            }
        }
        routes.attribution = self.attribution_of(&request.shipment);
        routes.notes = found.notes;
        Ok(routes)
    }

    /// Who made what the answers for a shipment rest on.
    fn attribution_of(&self, shipment: &Shipment) -> Vec<String> {
        let mut lines = shipment.attribution();
        if let Some(own) = &self.own {
            let of_network =
                lines.iter().position(|l| trimodal_world::ATTRIBUTION.first() == Some(&l.as_str()));
            if let Some(first) = of_network {
                lines.splice(first..=first, own.attribution.iter().cloned());
            }
            lines.dedup();
        }
        lines
    }

    /// Names as a shipment means them.
    fn atlas_for<'a>(&'a self, shipment: &Shipment, own: &'a OwnPlaces) -> Atlas<'a> {
        self.atlas().prefer_ports(shipment.prefers_ports()).with_own_places(own)
    }

    /// The prepared network of a request: one that is kept, or a new one.
    fn prepare(
        &self,
        shipment: &Shipment,
        by: Criterion,
        router: &Router,
        like: &Request,
    ) -> Arc<PreparedRouter> {
        let day = shipment.date.unwrap_or_else(crate::shipment::today);
        let same = |p: &Prepared| p.is_for(shipment, by, day);
        let kept = || self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        let (known, ready) = match kept().iter().find(|p| same(p)) {
            Some(p) => (Some(p.router.clone()), p.ready.clone()),
            None => (None, None),
        };
        // Made without the lock: it takes a second or more, and other threads have questions too.
        let prepared = known.unwrap_or_else(|| {
            let contracted = match shipment.services {
                None => self.contracted.get(like, || self.contract(router, like)),
                // Services of one's own make a graph of one's own.
                Some(_) => self.contract(router, like),
            };
            Arc::new(PreparedRouter::new(router, &contracted, like))
        });
        let mut kept = kept();
        kept.retain(|p| !same(p));
        let (shipment, router) = (shipment.clone(), prepared.clone());
        kept.insert(0, Prepared { shipment, by, day, router, ready });
        kept.truncate(KEPT);
        prepared
    }
}

/// The ends, and what is on the way.
fn points(
    atlas: &Atlas,
    request: &RouteRequest,
    found: &mut Findings,
) -> Option<([Point; 2], Vec<Via>)> {
    let mut end =
        |name: &String| atlas.locate(name).map(point).map_err(|e| found.problems.push(e)).ok();
    let ends = [end(&request.from), end(&request.to)];
    let located: Vec<_> = request.via.iter().map(|name| atlas.on_the_way(name)).collect();
    let count = located.len();
    let via = |found: OnTheWay| match found {
        OnTheWay::Place(place) => Via::Point(point(place)),
        OnTheWay::Passage(name, passages) => Via::Passage { name, passages },
    };
    let good: Vec<Via> = located
        .into_iter()
        .filter_map(|p| p.map(via).map_err(|e| found.problems.push(e)).ok())
        .collect();
    let [Some(from), Some(to)] = ends else { return None };
    (good.len() == count).then_some(([from, to], good))
}

fn engine_request(
    request: &RouteRequest,
    atlas: &Atlas,
    router: &Router,
    ([origin, destination], via): ([Point; 2], Vec<Via>),
    found: &mut Findings,
) -> Request {
    if (origin.lat, origin.lon) == (destination.lat, destination.lon) {
        let message = format!("the shipment starts where it ends: {}", origin.name);
        found.problems.push(Problem::new(ENDS_EQUAL, message).hint("name two different places"));
    }
    let ends = [origin, destination];
    let mut asked = request.shipment.request(atlas, router, ends, request.answer, found);
    open_on_the_way(&mut asked.closures, atlas.network, &via);
    asked.via = via;
    asked.alternatives = usize::from(request.alternatives);
    asked.tolerance = found.within("--tolerance", request.tolerance, 0.0, 1.0);
    asked.max_labels = request.max_labels as usize;
    let via = asked.via.iter().filter_map(Via::point);
    let all = [&asked.origin, &asked.destination].into_iter().chain(via);
    found.problems.extend(all.filter_map(|p| off_network(router, p, &asked)));
    asked
}

/// Opens the passages that a request names on the way.
fn open_on_the_way(closures: &mut Closures, network: &Network, via: &[Via]) {
    for via in via {
        if let Via::Passage { passages, .. } = via {
            closures.open(network, passages.iter().copied());
        }
    }
}
