//! Tables of the best routes between many points: Arrow batches, Parquet, CSV, XLSX, and a summary.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field};
use trimodal_model::Note;
use trimodal_model::problem::Problem;
use trimodal_route::matrix::{Cell as SkimCell, CellStatus};
use trimodal_route::outcome::{Snap, StopReason};

use crate::batches::{Batches, beside, table, with_metadata};
use crate::geometry;
use crate::parquet_file::parquet;
use crate::rows::{About, Row, Rows, SHOWN, Tally, WITHOUT_LAW, columns, not_shown};

/// A table with the ids of its rows and columns.
pub struct Skim {
    /// Ids of the origins, in order.
    pub origins: Vec<String>,
    /// Ids of the destinations, in order.
    pub destinations: Vec<String>,
    /// Longitude and latitude of the origins and of the destinations; none for those that cannot be used.
    pub places: [Vec<Option<[f64; 2]>>; 2],
    /// How many of the last origins belong to the way back: 0 where only the way there was asked for. They are
    /// the first destinations again.
    pub back: usize,
    /// The cells, row by row; of each place one for each criterion, in order.
    pub cells: Vec<SkimCell>,
    /// What is told of places, by the positions of origin and destination, that only a smaller ship joins.
    pub by_smaller_ship: HashMap<(usize, usize), String>,
    /// The criteria that cells minimise.
    pub by: Vec<&'static str>,
    /// Whether it was computed as if no law applied.
    pub without_law: bool,
    /// Sources of the network, the places and the factors.
    pub attribution: Vec<String>,
    /// Where the origins and the destinations meet the networks, if that was asked for.
    pub snapped: Option<[Vec<Vec<Snap>>; 2]>,
    /// The reason why rows are missing, if some are.
    pub stopped: Option<StopReason>,
    /// Origins that cannot be used, by position, with the reason: their cells are null.
    pub bad_origins: Vec<(usize, Problem)>,
    /// Destinations that cannot be used.
    pub bad_destinations: Vec<(usize, Problem)>,
    /// Notes on inputs that were not read literally.
    pub notes: Vec<Note>,
}

/// Name and version of the table's schema.
pub const SKIM_SCHEMA: &str = "trimodal/table/2";

impl Skim {
    fn ship(&self, cell: &SkimCell) -> Option<&str> {
        if self.by_smaller_ship.is_empty() {
            return None;
        }
        self.by_smaller_ship.get(&(cell.origin, cell.destination)).map(String::as_str)
    }

    fn rows<T>(&self, work: impl FnOnce(&Rows) -> T) -> T {
        let reasons = Reasons::new(self);
        let row = |i: usize| {
            let cell = &self.cells[i];
            Row {
                id: "",
                origin: &self.origins[cell.origin],
                destination: &self.destinations[cell.destination],
                status: cell.status,
                by: self.by[i % self.by.len()],
                totals: cell.totals.as_ref(),
                reason: reasons.of(cell).or_else(|| self.ship(cell)),
                geometry: None,
            }
        };
        let about = About {
            schema: SKIM_SCHEMA,
            by: &self.by,
            without_law: self.without_law,
            attribution: &self.attribution,
            stopped: self.stopped,
        };
        work(&Rows { about, columns: columns(), count: self.cells.len(), row: &row })
    }

    /// With the way back: its ends follow those of the way there, and its cells too.
    pub fn and_back(mut self, back: Skim) -> Skim {
        let (rows, columns) = (self.origins.len(), self.destinations.len());
        self.back = back.origins.len();
        self.origins.extend(back.origins);
        self.destinations.extend(back.destinations);
        for (own, back) in self.places.iter_mut().zip(back.places) {
            own.extend(back);
        }
        if let (Some([from, to]), Some([back_from, back_to])) = (&mut self.snapped, back.snapped) {
            from.extend(back_from);
            to.extend(back_to);
        }
        let moved = back.cells.into_iter().map(|cell| SkimCell {
            origin: cell.origin + rows,
            destination: cell.destination + columns,
            ..cell
        });
        self.cells.extend(moved);
        let told = back.by_smaller_ship.into_iter();
        self.by_smaller_ship.extend(told.map(|((o, d), told)| ((o + rows, d + columns), told)));
        let later =
            |bad: Vec<(usize, Problem)>, by: usize| bad.into_iter().map(move |(i, p)| (i + by, p));
        self.bad_origins.extend(later(back.bad_origins, rows));
        self.bad_destinations.extend(later(back.bad_destinations, columns));
        self.notes.extend(
            back.notes.into_iter().filter(|note| !self.notes.contains(note)).collect::<Vec<_>>(),
        );
        self.stopped = back.stopped;
        self
    }

    /// The origins and destinations of the way there.
    fn there(&self) -> [usize; 2] {
        let rows = self.origins.len() - self.back;
        [rows, if self.back > 0 { self.back } else { self.destinations.len() }]
    }

    /// How many of its cells have each status.
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        self.cells.iter().for_each(|c| tally.add(c.status));
        tally
    }
}

/// The table as one Arrow batch: `origin`, `destination`, `status`, `by`, `chain`, then numbers with their units
/// in their names, null where there is no route, and the `reason` where a point cannot be used or a smaller ship is taken. The metadata hold
/// the name and version of the schema, the criteria and the attribution.
pub fn skim_batch(skim: &Skim) -> RecordBatch {
    skim.rows(|rows| rows.batch())
}

/// The table as a map: `cells` with straight lines from origins to destinations, then `origins` and `destinations`
/// of the way there as points, all in a column `geometry`. It is null where a point cannot be used, or where both
/// are the same place.
pub fn skim_map_batches(skim: &Skim) -> Batches {
    let batch = skim_batch(skim);
    let metadata = batch.schema().metadata().clone();
    let [from, to] = &skim.places;
    let line = |c: &SkimCell| geometry::straight(*from.get(c.origin)?, *to.get(c.destination)?);
    let cells = beside(Vec::new(), batch, vec![geometry::column(skim.cells.iter().map(line))]);
    let points = |ids: &[String], places: &[Option<[f64; 2]>], count: usize| {
        let ids: ArrayRef = Arc::new(StringArray::from_iter_values(ids.iter().take(count)));
        let at = (0..count).map(|i| places.get(i).copied().flatten().map(geometry::point));
        let id = (Field::new("id", DataType::Utf8, false), ids);
        table(vec![id, geometry::column(at)])
    };
    let [rows, columns] = skim.there();
    let all = vec![
        ("cells", cells),
        ("origins", points(&skim.origins, from, rows)),
        ("destinations", points(&skim.destinations, to, columns)),
    ];
    with_metadata(all, &metadata)
}

/// The table as a Parquet file, compressed with zstd.
pub fn skim_parquet(skim: &Skim) -> Vec<u8> {
    parquet(&skim_batch(skim))
}

/// The table as CSV.
pub fn skim_csv(skim: &Skim) -> Vec<u8> {
    skim.rows(|rows| rows.csv())
}

/// The table as JSON.
pub fn skim_json(skim: &Skim) -> Vec<u8> {
    let side = |ids: &[String], snapped: &[Vec<Snap>]| -> Vec<serde_json::Value> {
        let point = |(id, snap)| serde_json::json!({ "id": id, "snap": snap });
        ids.iter().zip(snapped).map(point).collect()
    };
    let points = skim.snapped.as_ref().map(|[from, to]| {
        let (origins, destinations) = (side(&skim.origins, from), side(&skim.destinations, to));
        serde_json::json!({ "origins": origins, "destinations": destinations })
    });
    skim.rows(|rows| rows.json(points.as_ref()))
}

/// The table as the bytes of an `.xlsx` file, with full precision and the attribution on a second sheet.
pub fn skim_xlsx(skim: &Skim) -> Result<Vec<u8>, String> {
    skim.rows(|rows| rows.xlsx("table"))
}

/// Why cells of points that cannot be used are null.
struct Reasons([HashMap<usize, String>; 2]);

impl Reasons {
    fn new(skim: &Skim) -> Reasons {
        let told = |end: &str, bad: &[(usize, Problem)]| {
            bad.iter().map(|(i, p)| (*i, format!("{end}: {} [{}]", p.message, p.code.id))).collect()
        };
        Reasons([told("origin", &skim.bad_origins), told("destination", &skim.bad_destinations)])
    }

    fn of(&self, cell: &SkimCell) -> Option<&str> {
        if cell.status != CellStatus::BadPoint {
            return None;
        }
        let Reasons([origins, destinations]) = self;
        let found = origins.get(&cell.origin).or_else(|| destinations.get(&cell.destination));
        found.map(String::as_str)
    }
}

/// The points that cannot be used, for the end of the output: the first of many, and how many more there are; empty
/// where all can.
pub fn bad_points_text(skim: &Skim) -> String {
    // Those of the way back are the same points again.
    let [rows, columns] = skim.there();
    let told = |bad: &[(usize, Problem)], last: usize| -> Vec<(usize, Problem)> {
        bad.iter().filter(|(i, _)| *i < last).cloned().collect()
    };
    let (origins, destinations) =
        (told(&skim.bad_origins, rows), told(&skim.bad_destinations, columns));
    let count = origins.len() + destinations.len();
    if count == 0 {
        return String::new();
    }
    let points = if count == 1 { "point" } else { "points" };
    let mut out = format!("{count} {points} cannot be used; their cells are null:\n");
    let sides =
        [("origin", &skim.origins, origins), ("destination", &skim.destinations, destinations)];
    let each = sides.into_iter().flat_map(|(end, ids, bad)| {
        bad.into_iter().map(move |(i, problem)| format!("{end} `{}`: {problem}\n", ids[i]))
    });
    out.extend(each.take(SHOWN));
    out += &not_shown(count);
    out
}

/// How many rows of origins are complete, given how many cells there are.
fn rows_done(skim: &Skim, cells: usize) -> usize {
    let [rows, columns] = skim.there().map(|n| n * skim.by.len());
    let [there, back] = [rows / skim.by.len() * columns, skim.back * rows];
    if cells <= there {
        return cells.checked_div(columns).unwrap_or(0);
    }
    rows / skim.by.len() + (cells - there).min(back).checked_div(rows).unwrap_or(0)
}

/// The summary for the terminal: the number of cells by status, and the reason for missing rows.
pub fn skim_text(skim: &Skim, tally: &Tally, path: &Path) -> String {
    let [rows, columns] = skim.there();
    let back = if skim.back > 0 { " and back" } else { "" };
    let mut out = format!(
        "{}: {rows} origins x {columns} destinations{back}, best by {}\n  {}\n",
        path.display(),
        skim.by.join(", "),
        tally.words()
    );
    if let Some(reason) = skim.stopped {
        let done = rows_done(skim, tally.all());
        out += &format!(
            "  incomplete ({reason}): {done} of {} rows are done, the others are missing\n",
            skim.origins.len()
        );
    }
    if skim.without_law {
        out += &format!("{WITHOUT_LAW}\n");
    }
    for line in &skim.attribution {
        out += &format!("{line}\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skim(rows: usize, stopped: Option<StopReason>) -> Skim {
        let cell = |i: usize| SkimCell {
            origin: i / 2,
            destination: i % 2,
            status: CellStatus::Unreachable,
            totals: None,
        };
        Skim {
            origins: ["a", "b", "c"].map(String::from).to_vec(),
            destinations: ["d", "e"].map(String::from).to_vec(),
            places: [vec![Some([0.0, 1.0]), Some([2.0, 3.0]), None], vec![Some([4.0, 5.0]); 2]],
            back: 0,
            cells: (0..2 * rows).map(cell).collect(),
            by_smaller_ship: HashMap::new(),
            by: vec!["time"],
            without_law: false,
            attribution: Vec::new(),
            snapped: None,
            stopped,
            bad_origins: Vec::new(),
            bad_destinations: Vec::new(),
            notes: Vec::new(),
        }
    }

    #[test]
    fn the_way_back_follows_the_way_there() {
        let there = skim(3, None);
        let cell =
            |i: usize| SkimCell { origin: i / 3, destination: i % 3, ..there.cells[0].clone() };
        let back = Skim {
            origins: there.destinations.clone(),
            destinations: there.origins.clone(),
            cells: (0..6).map(cell).collect(),
            ..skim(0, None)
        };
        let both = there.and_back(back);
        let csv = String::from_utf8(skim_csv(&both)).expect("text");
        let ends = |line: &str| line.split(',').take(2).collect::<Vec<_>>().join("-");
        let lines: Vec<String> =
            csv.lines().filter(|l| l.contains("unreachable")).map(ends).collect();
        let told =
            ["a-d", "a-e", "b-d", "b-e", "c-d", "c-e", "d-a", "d-b", "d-c", "e-a", "e-b", "e-c"];
        assert_eq!(lines, told);
        let text = skim_text(&both, &both.tally(), Path::new("skim.csv"));
        assert!(text.contains("3 origins x 2 destinations and back"), "{text}");
        assert_eq!(rows_done(&both, 6), 3);
        assert_eq!(rows_done(&both, 9), 4);
        assert_eq!(rows_done(&both, 12), 5);
    }

    #[test]
    fn missing_rows_are_reported_with_the_reason() {
        let text = |rows, stopped| {
            let skim = skim(rows, stopped);
            skim_text(&skim, &skim.tally(), Path::new("skim.csv"))
        };
        assert!(!text(3, None).contains("incomplete"));
        let reasons = [
            (StopReason::LabelLimit, "label limit"),
            (StopReason::Cancelled, "cancelled"),
            (StopReason::TimeLimit, "time limit"),
        ];
        for (reason, words) in reasons {
            let line =
                format!("  incomplete ({words}): 1 of 3 rows are done, the others are missing\n");
            assert!(text(1, Some(reason)).contains(&line), "{}", text(1, Some(reason)));
        }
    }
}
