//! The points of one side of a table, those that cannot be used among them.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use trimodal_model::Control;
use trimodal_model::problem::{Location, Problem};
use trimodal_route::Point;

use crate::inputs::ReadPoint;
use crate::shipment::InputFile;

/// The points of one side, by their place in its file.
#[derive(Clone)]
pub(super) struct Side {
    pub ids: Vec<String>,
    /// The rows of the points in their file.
    rows: Vec<Option<Location>>,
    pub points: Vec<Result<Point, Problem>>,
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

    /// Only those at some positions.
    pub fn part(mut self, part: Range<usize>) -> Side {
        let part = part.start.min(self.ids.len())..part.end.min(self.ids.len());
        Side {
            ids: self.ids.drain(part.clone()).collect(),
            rows: self.rows.drain(part.clone()).collect(),
            points: self.points.drain(part).collect(),
        }
    }

    /// The first that can be used.
    pub fn first(&self) -> Option<Point> {
        self.points.iter().flatten().next().cloned()
    }

    /// Those that can be used, in order.
    pub fn good(&self) -> Vec<Point> {
        self.points.iter().flatten().cloned().collect()
    }

    /// The positions of those among some that can be used.
    pub fn places(&self, some: Range<usize>) -> Vec<usize> {
        some.filter(|i| self.points[*i].is_ok()).collect()
    }

    /// Longitude and latitude of each; none for those that cannot be used.
    pub fn places_on_earth(&self) -> Vec<Option<[f64; 2]>> {
        self.points.iter().map(|p| p.as_ref().ok().map(|p| [p.lon, p.lat])).collect()
    }

    /// The positions of those that cannot, with the reason.
    pub fn bad(&self) -> Vec<(usize, Problem)> {
        let bad = |(i, p): (usize, &Result<Point, Problem>)| Some((i, p.as_ref().err()?.clone()));
        self.points.iter().enumerate().filter_map(bad).collect()
    }

    /// Replaces points that are off the network by that problem, until the work is stopped.
    pub fn drop_off_network(&mut self, problem: OffNetwork, control: &Control) {
        let step = step_of_points(control, self.points.len());
        let rows = self.points.par_iter_mut().zip(&self.rows);
        rows.for_each(|(point, row)| {
            if let Ok(p) = point
                && control.stopped().is_none()
                && let Some(found) = off_network(p, problem)
            {
                *point = Err(Problem { at: row.clone(), ..found });
            }
            step();
        });
    }
}

/// The problem of a point that is off the network.
pub(super) type OffNetwork<'a> = &'a (dyn Fn(&Point) -> Option<Problem> + Sync);

/// Tells the progress of so many points, one at a time.
pub(super) fn step_of_points(control: &Control, all: usize) -> impl Fn() + Sync {
    let done = AtomicUsize::new(0);
    move || control.step("points", done.fetch_add(1, Ordering::Relaxed) + 1, all)
}

/// The problem of a point that is off the network, with a hint where its coordinates are on it when swapped.
pub(super) fn off_network(p: &Point, problem: OffNetwork) -> Option<Problem> {
    let mut found = problem(p)?;
    let turned = Point { lat: p.lon, lon: p.lat, ..p.clone() };
    if p.lon.abs() <= 90.0 && problem(&turned).is_none() {
        let hint = found.hint.take().unwrap_or_default();
        let (lat, lon) = (turned.lat, turned.lon);
        let asked = format!("are lat and lon swapped? {lat},{lon} is on the network; {hint}");
        found.hint = Some(asked);
    }
    Some(found)
}
