//! Lists of pairs with the best route of each by one or several criteria.

use std::fmt::Write as _;
use std::path::Path;

use arrow::array::RecordBatch;
use trimodal_model::Note;
use trimodal_model::problem::Problem;
use trimodal_route::matrix::{CellStatus, Totals};
use trimodal_route::outcome::{Snap, StopReason};

use crate::batches::{Batches, beside, with_metadata};
use crate::geometry;
use crate::line_form::LineForm;
use crate::parquet_file::parquet;
use crate::rows::{About, Row, Rows, SHOWN, Tally, WITHOUT_LAW, not_shown, pair_columns};

/// The best route of a pair by one criterion.
#[derive(Debug, Clone, PartialEq)]
pub struct PairAnswer {
    /// Its result.
    pub status: CellStatus,
    /// The totals, where there is a route.
    pub totals: Option<Totals>,
    /// Why there is none, or what else its reader should know.
    pub reason: Option<String>,
    /// The line, where it was asked for.
    pub line: Option<String>,
}

/// A list of pairs with their answers.
pub struct Pairs {
    /// Id, origin and destination of each pair as written, in the order of the file.
    pub pairs: Vec<[String; 3]>,
    /// Longitude and latitude of the ends of each pair; none where one cannot be used.
    pub places: Vec<Option<[[f64; 2]; 2]>>,
    /// The answers, pair by pair, for each criterion in order. Those at the end are missing where it was stopped.
    pub answers: Vec<PairAnswer>,
    /// The criteria.
    pub by: Vec<&'static str>,
    /// The form of the lines, where they were asked for.
    pub geometry: Option<LineForm>,
    /// Whether it was computed as if no law applied.
    pub without_law: bool,
    /// Sources of the network, the places and the factors.
    pub attribution: Vec<String>,
    /// Where the ends of each pair meet the networks, if that was asked for.
    pub snapped: Option<Vec<[Vec<Snap>; 2]>>,
    /// The reason why rows are missing, if some are.
    pub stopped: Option<StopReason>,
    /// Pairs that cannot be used, with the reason.
    pub bad: Vec<Problem>,
    /// Notes on inputs that were not read literally.
    pub notes: Vec<Note>,
}

/// Name and version of the columns.
pub const PAIRS_SCHEMA: &str = "trimodal/pairs/1";

impl Pairs {
    fn row(&self, i: usize) -> Row<'_> {
        let [id, origin, destination] = &self.pairs[i / self.by.len()];
        let answer = &self.answers[i];
        Row {
            id,
            origin,
            destination,
            status: answer.status,
            by: self.by[i % self.by.len()],
            totals: answer.totals.as_ref(),
            reason: answer.reason.as_deref(),
            geometry: answer.line.as_deref(),
        }
    }

    fn rows<T>(&self, work: impl FnOnce(&Rows) -> T) -> T {
        let about = About {
            schema: PAIRS_SCHEMA,
            by: &self.by,
            without_law: self.without_law,
            attribution: &self.attribution,
            stopped: self.stopped,
        };
        let columns = pair_columns(self.geometry.map(LineForm::column));
        work(&Rows { about, columns, count: self.answers.len(), row: &|i| self.row(i) })
    }

    /// How many have each status.
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        self.answers.iter().for_each(|a| tally.add(a.status));
        tally
    }
}

/// The list as one Arrow batch.
pub fn pairs_batch(pairs: &Pairs) -> RecordBatch {
    pairs.rows(|rows| rows.batch())
}

/// The list as a map: the rows with lines in a column `geometry`, those of the itineraries where they were asked for,
/// straight ones else. It is null where there is no itinerary to draw, a pair cannot be used, or both ends are one place.
pub fn pairs_map_batches(pairs: &Pairs) -> Batches {
    let batch = pairs_batch(pairs);
    let metadata = batch.schema().metadata().clone();
    let line = |(i, answer): (usize, &PairAnswer)| match (pairs.geometry, &answer.line) {
        (Some(form), Some(line)) => form.shape(line),
        (Some(_), None) => None,
        (None, _) => {
            let [from, to] = (*pairs.places.get(i / pairs.by.len())?)?;
            geometry::straight(Some(from), Some(to))
        }
    };
    let lines = geometry::column(pairs.answers.iter().enumerate().map(line));
    with_metadata(vec![("pairs", beside(Vec::new(), batch, vec![lines]))], &metadata)
}

/// The list as a Parquet file, compressed with zstd.
pub fn pairs_parquet(pairs: &Pairs) -> Vec<u8> {
    parquet(&pairs_batch(pairs))
}

/// The list as CSV.
pub fn pairs_csv(pairs: &Pairs) -> Vec<u8> {
    pairs.rows(|rows| rows.csv())
}

/// The list as JSON.
pub fn pairs_json(pairs: &Pairs) -> Vec<u8> {
    let points = pairs.snapped.as_ref().map(|snapped| {
        let point = |([id, ..], [from, to]): (&[String; 3], &[Vec<Snap>; 2])| {
            serde_json::json!({ "id": id, "origin": from, "destination": to })
        };
        pairs.pairs.iter().zip(snapped).map(point).collect::<Vec<_>>()
    });
    pairs.rows(|rows| rows.json(points.as_ref()))
}

/// The list as the bytes of an `.xlsx` file.
pub fn pairs_xlsx(pairs: &Pairs) -> Result<Vec<u8>, String> {
    pairs.rows(|rows| rows.xlsx("pairs"))
}

/// The summary for the terminal.
pub fn pairs_text(pairs: &Pairs, path: &Path) -> String {
    let (count, by) = (pairs.pairs.len(), pairs.by.join(", "));
    let words = pairs.tally().words();
    let mut out = format!("{}: {count} pairs, best by {by}\n  {words}\n", path.display());
    if let Some(reason) = pairs.stopped {
        let done = pairs.answers.len() / pairs.by.len().max(1);
        let _ =
            writeln!(out, "  incomplete ({reason}): the first {done} of {count} pairs are done");
    }
    if pairs.without_law {
        let _ = writeln!(out, "{WITHOUT_LAW}");
    }
    for line in &pairs.attribution {
        let _ = writeln!(out, "{line}");
    }
    out
}

/// The pairs that cannot be used, for the end of the output: the first of many, and how many more there are; empty
/// where all can.
pub fn bad_pairs_text(pairs: &Pairs) -> String {
    let mut out = match pairs.bad.len() {
        0 => return String::new(),
        1 => "1 pair cannot be used; its figures are null:\n".to_string(),
        n => format!("{n} pairs cannot be used; their figures are null:\n"),
    };
    for problem in pairs.bad.iter().take(SHOWN) {
        let _ = writeln!(out, "{problem}");
    }
    out += &not_shown(pairs.bad.len());
    out
}
