//! The points of one side of a table, those that cannot be used among them.

use trimodal_model::problem::{Location, Problem};
use trimodal_route::Point;
use trimodal_route::matrix::{Cell, CellStatus};

use crate::inputs::ReadPoint;
use crate::shipment::InputFile;

/// The points of one side, by their place in its file.
#[derive(Clone)]
pub(super) struct Side {
    pub ids: Vec<String>,
    /// The rows of the points in their file.
    rows: Vec<Option<Location>>,
    points: Vec<Result<Point, Problem>>,
}

impl Side {
    pub fn new(file: &InputFile, read: Vec<ReadPoint>) -> Side {
        let mut side = Side { ids: Vec::new(), rows: Vec::new(), points: Vec::new() };
        for ReadPoint { id, at, point } in read {
            side.ids.push(id);
            side.rows.push(at.map(|at| at.in_file(&file.name)));
            side.points.push(point.map_err(|p| file.place(p)));
        }
        side
    }

    /// The first that can be used.
    pub fn first(&self) -> Option<Point> {
        self.points.iter().flatten().next().cloned()
    }

    /// Those that can be used, in order.
    pub fn good(&self) -> Vec<Point> {
        self.points.iter().flatten().cloned().collect()
    }

    /// The positions of those that cannot, with the reason.
    pub fn bad(&self) -> Vec<(usize, Problem)> {
        let bad = |(i, p): (usize, &Result<Point, Problem>)| Some((i, p.as_ref().err()?.clone()));
        self.points.iter().enumerate().filter_map(bad).collect()
    }

    /// Replaces points that are off the network by that problem.
    pub fn drop_off_network(&mut self, problem: impl Fn(&Point) -> Option<Problem>) {
        for (point, row) in self.points.iter_mut().zip(&self.rows) {
            let Ok(p) = point else { continue };
            let Some(mut found) = problem(p) else { continue };
            found.at = row.clone();
            let turned = Point { lat: p.lon, lon: p.lat, ..p.clone() };
            if p.lon.abs() <= 90.0 && problem(&turned).is_none() {
                let hint = found.hint.unwrap_or_default();
                let (lat, lon) = (turned.lat, turned.lon);
                let asked =
                    format!("are lat and lon swapped? {lat},{lon} is on the network; {hint}");
                found.hint = Some(asked);
            }
            *point = Err(found);
        }
    }
}

/// The cells of the points that can be used among those of all, as far as rows are complete.
pub(super) fn with_bad_points(good: Vec<Cell>, origins: &Side, destinations: &Side) -> Vec<Cell> {
    if origins.points.iter().chain(&destinations.points).all(Result::is_ok) {
        return good;
    }
    let positions = |side: &Side| -> Vec<usize> {
        (0..side.points.len()).filter(|i| side.points[*i].is_ok()).collect()
    };
    let (rows, columns) = (positions(origins), positions(destinations));
    let width = columns.len();
    // Rows that were stopped are missing, and with them the rows of bad points below.
    let last = good.last().map_or(0, |c| rows[c.origin] + 1);
    let done = if good.len() == rows.len() * width { origins.points.len() } else { last };
    let mut known: Vec<bool> = vec![false; origins.points.len()];
    good.iter().for_each(|c| known[rows[c.origin]] = true);
    let mut good = good.into_iter().peekable();
    let mut all = Vec::with_capacity(done * destinations.points.len());
    for origin in (0..done).filter(|o| known[*o] || origins.points[*o].is_err()) {
        for destination in 0..destinations.points.len() {
            let here = |c: &Cell| rows[c.origin] == origin && columns[c.destination] == destination;
            let found = good.next_if(here);
            let (status, totals) =
                found.map_or((CellStatus::BadPoint, None), |c| (c.status, c.totals));
            all.push(Cell { origin, destination, status, totals });
        }
    }
    all
}
