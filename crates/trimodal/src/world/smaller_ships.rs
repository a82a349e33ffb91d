//! Where no ship was asked for and that of the cargo does not pass all the way, the largest that does is taken: for
//! single questions and for cells of tables alike.

use std::collections::{BTreeSet, HashMap};

use trimodal_model::Control;
use trimodal_model::scenario::Mode;
use trimodal_report::Skim;
use trimodal_route::matrix::{CellStatus, Joined, Matrix};
use trimodal_route::outcome::StopReason;
use trimodal_route::{Answer, Criterion, Point, Request, Router, Routes, ShipClass};

use crate::shipment::{Findings, Shipment};
use crate::world::table::{Asked, is_large};
use crate::world::{World, open_on_the_way};

/// A shipment by a class of ship, and a question of it.
struct BySmaller {
    shipment: Shipment,
    question: Request,
    /// What is told of it.
    told: String,
}

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
            let BySmaller { question, told, .. } = self.by_class(shipment, class, router, asked);
            let mut routes = router.route(&question, control);
            for it in &mut routes.itineraries {
                it.warnings.insert(0, told.clone());
            }
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
        open_on_the_way(&mut closures, &self.network, &asked.via);
        let usual = ShipClass::default_for(shipment.cargo);
        let told = format!(
            "by a {} ({}): no {} passes all the way. --ship {} asks for it",
            class.name, class.class, usual.name, class.class
        );
        let question = Request { ship, closures, ..asked.clone() };
        BySmaller { shipment: smaller, question, told }
    }

    /// Asks again for the cells of some rows of a table that have no way.
    pub(super) fn fill_by_smaller_ships(
        &self,
        shipment: &Shipment,
        asked: &Asked,
        skim: &mut Skim,
        control: &Control,
    ) -> Result<(), StopReason> {
        for class in smaller_classes(shipment) {
            let mut left: Vec<usize> = (0..skim.cells.len())
                .filter(|i| skim.cells[*i].status == CellStatus::Unreachable)
                .collect();
            if left.is_empty() {
                break;
            }
            let smaller = self.by_class(shipment, class, &asked.router, &asked.request);
            asked.keep_joined(skim, &smaller.question, &mut left);
            for (number, by) in asked.by.iter().enumerate() {
                let of_criterion = left.iter().filter(|i| *i % asked.by.len() == number);
                let cells: HashMap<(usize, usize), usize> = of_criterion
                    .map(|i| ((skim.cells[*i].origin, skim.cells[*i].destination), *i))
                    .collect();
                for part in parts(&cells) {
                    let matrix = self.part(&smaller, *by, asked, &part, control);
                    if let Some(stopped) = matrix.stopped {
                        return Err(stopped);
                    }
                    for cell in matrix.cells {
                        let place = (part.0[cell.origin], part.1[cell.destination]);
                        let Some(i) = cells.get(&place) else { continue };
                        if cell.status == CellStatus::Reached {
                            let known = &mut skim.cells[*i];
                            (known.status, known.totals) = (cell.status, cell.totals);
                            skim.by_smaller_ship.insert(place, smaller.told.clone());
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// The table between some of the points, by one criterion.
    fn part(
        &self,
        by_class: &BySmaller,
        by: Criterion,
        asked: &Asked,
        (rows, columns): &Part,
        control: &Control,
    ) -> Matrix {
        let question = Request { answer: Answer::Best(by), ..by_class.question.clone() };
        let (from, to) = (asked.origins_at(rows), asked.destinations_at(columns));
        if !is_large(rows.len(), columns.len()) {
            return asked.router.table(&question, &from, &to, control);
        }
        let prepared = self.prepare(&by_class.shipment, by, &asked.router, &question);
        prepared.table(&question, &from, &to, control)
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
fn parts(cells: &HashMap<(usize, usize), usize>) -> Vec<Part> {
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

impl Asked {
    /// Keeps of some cells those between which there may be a way.
    fn keep_joined(&self, skim: &Skim, question: &Request, left: &mut Vec<usize>) {
        let ends = |of: fn(&trimodal_route::matrix::Cell) -> usize| {
            let all: BTreeSet<usize> = left.iter().map(|i| of(&skim.cells[*i])).collect();
            all.into_iter().collect::<Vec<usize>>()
        };
        let (rows, columns) = (ends(|cell| cell.origin), ends(|cell| cell.destination));
        let (from, to) = (self.origins_at(&rows), self.destinations_at(&columns));
        let joined = Joined::new(&self.router, question, &from, &to);
        let at = |all: &[usize], place: usize| all.binary_search(&place).unwrap_or(0);
        left.retain(|i| {
            let cell = &skim.cells[*i];
            joined.may_reach(at(&rows, cell.origin), at(&columns, cell.destination))
        });
    }

    fn origins_at(&self, places: &[usize]) -> Vec<Point> {
        places.iter().filter_map(|i| self.origins.points[*i].clone().ok()).collect()
    }

    fn destinations_at(&self, places: &[usize]) -> Vec<Point> {
        places.iter().filter_map(|i| self.destinations.points[*i].clone().ok()).collect()
    }
}
