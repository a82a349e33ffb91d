//! Single questions answered from a prepared network: what depends on the shipment alone is made once and kept.

use std::sync::{Arc, PoisonError};

use jiff::civil::Date;
use trimodal_model::problem::Problems;
use trimodal_model::{Control, Note};
use trimodal_route::{Answer, Criterion, Point, PreparedRouter, Request, Routes};
use trimodal_world::locate::OwnPlaces;

use crate::inputs::point;
use crate::shipment::{Findings, Shipment, today};
use crate::world::{RouteRequest, World};

/// What all questions about a shipment by one criterion have in common.
pub(super) struct Ready {
    own: OwnPlaces,
    /// A question with ends that mean nothing.
    like: Request,
    attribution: Vec<String>,
    notes: Vec<Note>,
}

/// A shipment made ready with its prepared network.
type Desk = (Arc<Ready>, Arc<PreparedRouter>);

impl World {
    /// The answer of [`World::route`] for one who asks many questions about one shipment: the network is prepared
    /// for it once, in a few seconds, and questions by one criterion are then answered in a fraction of a
    /// millisecond. The last four shipments and criteria are kept.
    ///
    /// Of paths that cost the same, to the unit in which searches count, another may be found than by
    /// [`World::route`]. Whatever else is asked for (a Pareto set, points on the way, alternatives), or has no
    /// itinerary, that answers.
    pub fn route_prepared(
        &self,
        request: &RouteRequest,
        control: &Control,
    ) -> Result<Routes, Problems> {
        match self.answer_prepared(request, control) {
            Some(routes) => Ok(routes),
            None => self.route(request, control),
        }
    }

    /// Prepares the network for questions like this one, unless it is: a few seconds.
    pub fn prepare_for(&self, request: &RouteRequest) {
        if let Answer::Best(by) = request.answer {
            // Where something is wrong with the shipment, the answer to the question tells it.
            let _ = self.desk(&request.shipment, by);
        }
    }

    /// Whether the network is prepared for questions like this one.
    pub fn is_prepared_for(&self, request: &RouteRequest) -> bool {
        let Answer::Best(by) = request.answer else { return false };
        let day = request.shipment.date.unwrap_or_else(today);
        self.kept_desk(&request.shipment, by, day).is_some()
    }

    /// The answer, if there is an itinerary and it is a question that this answers.
    fn answer_prepared(&self, request: &RouteRequest, control: &Control) -> Option<Routes> {
        let Answer::Best(by) = request.answer else { return None };
        let is_plain = request.via.is_empty()
            && request.alternatives == 0
            && (0.0..=1.0).contains(&request.tolerance);
        if !is_plain {
            return None;
        }
        let (ready, prepared) = self.desk(&request.shipment, by)?;
        let atlas = self.atlas_for(&request.shipment, &ready.own);
        let end = |name: &str| atlas.locate(name).ok().map(point);
        let (origin, destination) = (end(&request.from)?, end(&request.to)?);
        if origin.at() == destination.at() {
            return None;
        }
        let (tolerance, max_labels) = (request.tolerance, request.max_labels as usize);
        let like = ready.like.clone();
        let asked = Request { origin, destination, tolerance, max_labels, ..like };
        let mut routes = prepared.route_found(&asked, control)?;
        routes.attribution = ready.attribution.clone();
        routes.notes = ready.notes.clone();
        Some(routes)
    }

    /// A shipment made ready: one that is kept, or a new one; none where something is wrong with it.
    fn desk(&self, shipment: &Shipment, by: Criterion) -> Option<Desk> {
        let day = shipment.date.unwrap_or_else(today);
        if let Some(known) = self.kept_desk(shipment, by, day) {
            return Some(known);
        }
        // One thread makes it, the others wait for it.
        let _making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = self.kept_desk(shipment, by, day) {
            return Some(known);
        }
        let mut found = Findings::default();
        let own = shipment.own_places(&self.atlas(), &mut found)?;
        let router = shipment.router(self.base(), &self.atlas(), &mut found)?;
        let nowhere =
            || Point { name: String::new(), lat: 0.0, lon: 0.0, port: None, country: None };
        let atlas = self.atlas_for(shipment, &own);
        let ends = [nowhere(), nowhere()];
        let like = shipment.request(&atlas, &router, ends, Answer::Best(by), &mut found);
        if !found.problems.is_empty() {
            return None;
        }
        let prepared = self.prepare(shipment, by, &router, &like);
        let (attribution, notes) = (self.attribution_of(shipment), found.notes);
        let ready = Arc::new(Ready { own, like, attribution, notes });
        let mut kept = self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(of) = kept.iter_mut().find(|p| p.is_for(shipment, by, day)) {
            of.ready = Some(ready.clone());
        }
        Some((ready, prepared))
    }

    /// One that is kept, put first.
    fn kept_desk(&self, shipment: &Shipment, by: Criterion, day: Date) -> Option<Desk> {
        let mut kept = self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|p| p.is_for(shipment, by, day))?;
        let found = (kept[at].ready.clone()?, kept[at].router.clone());
        kept[..=at].rotate_right(1);
        Some(found)
    }
}
