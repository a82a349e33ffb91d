//! Tables of the best routes between many points: Arrow batches, Parquet, CSV, XLSX, and a summary.

use std::collections::HashMap;
use std::path::Path;

use arrow::array::RecordBatch;
use trimodal_model::Note;
use trimodal_model::problem::Problem;
use trimodal_route::matrix::Cell as SkimCell;
use trimodal_route::outcome::StopReason;

use crate::parquet_file::parquet;
use crate::rows::{About, Row, Rows, Tally, WITHOUT_LAW, columns};

/// A table with the ids of its rows and columns.
pub struct Skim {
    /// Ids of the origins, in order.
    pub origins: Vec<String>,
    /// Ids of the destinations, in order.
    pub destinations: Vec<String>,
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
    skim.rows(|rows| rows.json())
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
        let Reasons([origins, destinations]) = self;
        let found = origins.get(&cell.origin).or_else(|| destinations.get(&cell.destination));
        found.map(String::as_str)
    }
}

/// The points that cannot be used, for the end of the output; empty where all can.
pub fn bad_points_text(skim: &Skim) -> String {
    let count = skim.bad_origins.len() + skim.bad_destinations.len();
    if count == 0 {
        return String::new();
    }
    let points = if count == 1 { "point" } else { "points" };
    let mut out = format!("{count} {points} cannot be used; their cells are null:\n");
    let sides = [
        ("origin", &skim.origins, &skim.bad_origins),
        ("destination", &skim.destinations, &skim.bad_destinations),
    ];
    for (end, ids, bad) in sides {
        for (i, problem) in bad {
            out += &format!("{end} `{}`: {problem}\n", ids[*i]);
        }
    }
    out
}

/// The summary for the terminal: the number of cells by status, and the reason for missing rows.
pub fn skim_text(skim: &Skim, tally: &Tally, path: &Path) -> String {
    let mut out = format!(
        "{}: {} origins x {} destinations, best by {}\n  {}\n",
        path.display(),
        skim.origins.len(),
        skim.destinations.len(),
        skim.by.join(", "),
        tally.words()
    );
    if let Some(reason) = skim.stopped {
        let width = skim.destinations.len() * skim.by.len();
        let done = tally.all().checked_div(width).unwrap_or(0);
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
    use trimodal_route::matrix::CellStatus;

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
            cells: (0..2 * rows).map(cell).collect(),
            by_smaller_ship: HashMap::new(),
            by: vec!["time"],
            without_law: false,
            attribution: Vec::new(),
            stopped,
            bad_origins: Vec::new(),
            bad_destinations: Vec::new(),
            notes: Vec::new(),
        }
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
