//! Where no ship was asked for and that of the cargo does not pass all the way, the largest that does is taken: for
//! single questions and for cells of tables alike.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use rayon::prelude::*;
use trimodal_model::Control;
use trimodal_model::scenario::Mode;
use trimodal_report::Skim;
use trimodal_route::matrix::{Cell, CellStatus, Joined};
use trimodal_route::outcome::StopReason;
use trimodal_route::{
    Answer, Criterion, Point, PreparedRouter, Request, Router, Routes, ShipClass,
};

use crate::shipment::{Findings, Shipment};
use crate::world::side::Side;
use crate::world::table::Asked;
use crate::world::{World, open_on_the_way};

/// A question of a shipment by a class of ship.
struct BySmaller {
    question: Request,
    /// What is told of it.
    told: String,
}

/// A class for the cells of a table, and between which of its points it may find a way.
pub(super) struct OfTable {
    by_class: BySmaller,
    joined: Joined,
}

/// Cells by the places of origin and destination, with their positions in the table.
type Left = HashMap<(usize, usize), usize>;

/// A part of a table: the places of origins and of destinations.
type Part = (Vec<usize>, Vec<usize>);

impl World {
    /// The answer with the largest ship that finds a way.
    pub(super) fn by_smaller_ship(
        &self,
        shipment: &Shipment,
        router: &Router,
        asked: &Request,
        control: &Control,
    ) -> Option<Routes> {
        smaller_classes(shipment).into_iter().find_map(|class| {
            let BySmaller { question, told } = self.by_class(shipment, class, router, asked);
            let mut routes = router.route(&question, control);
            tell(&mut routes, &told);
            (!routes.itineraries.is_empty()).then_some(routes)
        })
    }

    fn by_class(
        &self,
        shipment: &Shipment,
        class: &ShipClass,
        router: &Router,
        asked: &Request,
    ) -> BySmaller {
        let (ship, avoid_areas) = (Some(class.class.clone()), Vec::new());
        let smaller = Shipment { ship, avoid_areas, ..shipment.clone() };
        // What is wrong with the shipment was found before.
        let mut found = Findings::default();
        let ends = [asked.origin.clone(), asked.destination.clone()];
        let fields = smaller.request(&self.atlas(), router, ends, asked.answer, &mut found);
        let (ship, mut closures) = (fields.ship, fields.closures);
        closures.areas = asked.closures.areas.clone();
        // Nobody named this ship: one of its class that fits the ports is meant.
        closures.by_depth = false;
        open_on_the_way(&mut closures, &self.network, &asked.via);
        let usual = ShipClass::default_for(shipment.cargo);
        let told = format!(
            "by a {} ({}): no {} passes all the way. --ship {} asks for it",
            class.name, class.class, usual.name, class.class
        );
        let question = Request { ship, closures, ..asked.clone() };
        BySmaller { question, told }
    }

    /// The smaller classes for the cells of a table.
    fn classes_of_table(&self, shipment: &Shipment, asked: &Asked) -> Vec<OfTable> {
        let (from, to) = (asked.origins.good(), asked.destinations.good());
        let made = smaller_classes(shipment).into_iter().map(|class| {
            let by_class = self.by_class(shipment, class, &asked.router, &asked.request);
            let joined = Joined::new(&asked.router, &by_class.question, &from, &to);
            OfTable { by_class, joined }
        });
        made.collect()
    }

    /// Asks again for the cells of some rows of a table that have no way.
    pub(super) fn fill_by_smaller_ships(
        &self,
        shipment: &Shipment,
        asked: &Asked,
        prepared: &[(Arc<PreparedRouter>, Request)],
        skim: &mut Skim,
        control: &Control,
    ) -> Result<(), StopReason> {
        if !skim.cells.iter().any(|cell| cell.status == CellStatus::Unreachable) {
            return Ok(());
        }
        for class in asked.smaller.get_or_init(|| self.classes_of_table(shipment, asked)) {
            for number in 0..asked.by.len() {
                let left = asked.left(skim, number, class);
                if !left.is_empty() {
                    let usual = prepared.get(number).map(|(usual, _)| &**usual);
                    asked.fill_left(skim, number, class, (&left, usual), control)?;
                }
            }
        }
        Ok(())
    }
}

/// From so many questions on the network is prepared for a class of ships.
const MANY: usize = 8;

impl World {
    /// The answers with the largest ship that finds a way to questions that differ in their ends only. `usual` is
    /// prepared for them and finds none.
    pub(super) fn by_smaller_ships(
        &self,
        (shipment, router): (&Shipment, &Router),
        usual: &PreparedRouter,
        asked: &[Request],
        control: &Control,
    ) -> Result<Vec<Option<Routes>>, StopReason> {
        let mut found: Vec<Option<Routes>> = asked.iter().map(|_| None).collect();
        for class in smaller_classes(shipment) {
            let waiting: Vec<usize> = (0..asked.len()).filter(|i| found[*i].is_none()).collect();
            let Some(first) = waiting.first() else { break };
            let BySmaller { question, told } =
                self.by_class(shipment, class, router, &asked[*first]);
            let ends = |end: fn(&Request) -> &Point| -> Vec<Point> {
                waiting.iter().map(|i| end(&asked[*i]).clone()).collect()
            };
            let (from, to) = (ends(|r| &r.origin), ends(|r| &r.destination));
            let joined = Joined::new(router, &question, &from, &to);
            let may: Vec<usize> = (0..waiting.len()).filter(|i| joined.may_reach(*i, *i)).collect();
            let prepared = (may.len() >= MANY).then(|| usual.for_questions_like(&question));
            let one = |i: &usize| {
                if let Some(stopped) = control.stopped() {
                    return Err(stopped.into());
                }
                let (origin, destination) = (from[*i].clone(), to[*i].clone());
                let question = Request { origin, destination, ..question.clone() };
                let mut routes = match &prepared {
                    Some(prepared) => prepared.route_found(&question, control),
                    None => Some(router.route(&question, control)),
                };
                routes = routes.filter(|routes| !routes.itineraries.is_empty());
                if let Some(routes) = &mut routes {
                    tell(routes, &told);
                }
                Ok((waiting[*i], routes))
            };
            let answers: Vec<Result<_, StopReason>> = may.par_iter().map(one).collect();
            for answer in answers {
                let (i, routes) = answer?;
                found[i] = routes;
            }
        }
        Ok(found)
    }
}

/// Tells of the ship that is taken.
fn tell(routes: &mut Routes, told: &str) {
    for it in &mut routes.itineraries {
        it.warnings.insert(0, told.to_string());
    }
}

/// The classes that may be taken in the place of the usual one, the largest first.
fn smaller_classes(shipment: &Shipment) -> Vec<&'static ShipClass> {
    let is_free = shipment.ship.is_none() && shipment.draught_m.is_none();
    let sails = shipment.modes.is_empty() || shipment.modes.contains(&Mode::Sea);
    if is_free && sails { ShipClass::smaller_for(shipment.cargo) } else { Vec::new() }
}

/// Of a table that was stopped, the rows that are answered: the others end at the first with a cell that a smaller
/// ship may reach.
pub(super) fn keep_answered(shipment: &Shipment, skim: &mut Skim) {
    if smaller_classes(shipment).is_empty() {
        return;
    }
    let open = skim.cells.iter().find(|cell| cell.status == CellStatus::Unreachable);
    if let Some(first) = open.map(|cell| cell.origin) {
        skim.cells.retain(|cell| cell.origin < first);
    }
}

/// Two parts that have all cells: whole rows, of which more than half is asked for, and the columns of the others.
fn parts(cells: &Left) -> Vec<Part> {
    let columns: BTreeSet<usize> = cells.keys().map(|(_, d)| *d).collect();
    let mut of_row: HashMap<usize, usize> = HashMap::new();
    cells.keys().for_each(|(o, _)| *of_row.entry(*o).or_default() += 1);
    let is_whole = |o: usize| of_row[&o] * 2 > columns.len();
    let part = |whole: bool| -> Part {
        let some = || cells.keys().filter(|(o, _)| is_whole(*o) == whole);
        let rows: BTreeSet<usize> = some().map(|(o, _)| *o).collect();
        let columns: BTreeSet<usize> = some().map(|(_, d)| *d).collect();
        (rows.into_iter().collect(), columns.into_iter().collect())
    };
    [part(true), part(false)].into_iter().filter(|(rows, _)| !rows.is_empty()).collect()
}

impl OfTable {
    fn question_by(&self, by: Criterion) -> Request {
        Request { answer: Answer::Best(by), ..self.by_class.question.clone() }
    }
}

impl Asked {
    /// Asks for the cells of a criterion that are left, by a class of ships.
    fn fill_left(
        &self,
        skim: &mut Skim,
        number: usize,
        class: &OfTable,
        (left, usual): (&Left, Option<&PreparedRouter>),
        control: &Control,
    ) -> Result<(), StopReason> {
        let question = &class.question_by(self.by[number]);
        let prepared = usual.map(|usual| usual.for_questions_like(question));
        for part in parts(left) {
            let (from, to) = self.points_of(&part);
            let is_left = |o: usize, d: usize| left.contains_key(&(part.0[o], part.1[d]));
            let matrix = match &prepared {
                Some(prepared) => prepared.table_of(question, (&from, &to), &is_left, control),
                None => self.router.table(question, &from, &to, control),
            };
            if let Some(stopped) = matrix.stopped {
                return Err(stopped);
            }
            for cell in matrix.cells {
                let place = (part.0[cell.origin], part.1[cell.destination]);
                let Some(i) = left.get(&place) else { continue };
                if cell.status == CellStatus::Reached {
                    let known = &mut skim.cells[*i];
                    (known.status, known.totals) = (cell.status, cell.totals);
                    skim.by_smaller_ship.insert(place, class.by_class.told.clone());
                }
            }
        }
        Ok(())
    }

    fn points_of(&self, (rows, columns): &Part) -> (Vec<Point>, Vec<Point>) {
        let points = |side: &Side, places: &[usize]| {
            places.iter().filter_map(|i| side.points[*i].clone().ok()).collect()
        };
        (points(&self.origins, rows), points(&self.destinations, columns))
    }

    /// The cells of a criterion, by its number, that have no way and may have one by a class.
    fn left(&self, skim: &Skim, number: usize, class: &OfTable) -> Left {
        let places = |side: &Side| side.places(0..side.points.len());
        let (rows, columns) = (places(&self.origins), places(&self.destinations));
        let at = |all: &[usize], place: usize| all.binary_search(&place).unwrap_or(0);
        let cells = (number..skim.cells.len()).step_by(self.by.len());
        let left = cells.filter(|i| {
            let Cell { status, origin, destination, .. } = skim.cells[*i];
            status == CellStatus::Unreachable
                && class.joined.may_reach(at(&rows, origin), at(&columns, destination))
        });
        left.map(|i| ((skim.cells[i].origin, skim.cells[i].destination), i)).collect()
    }
}
