//! Lists of pairs with the best route of each by one or several criteria.

use std::fmt::Write as _;
use std::path::Path;

use arrow::array::RecordBatch;
use trimodal_model::Note;
use trimodal_model::problem::Problem;
use trimodal_route::matrix::{CellStatus, Totals};
use trimodal_route::outcome::{Itinerary, Snap, StopReason};

use crate::parquet_file::parquet;
use crate::routes_geojson::cut;
use crate::rows::{About, Row, Rows, SHOWN, Tally, WITHOUT_LAW, not_shown, pair_columns};

/// The form of the line of a route in one cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineForm {
    /// Well-known text, longitude before latitude: `LINESTRING`, or `MULTILINESTRING` where it is cut at the
    /// antimeridian.
    Wkt,
    /// Encoded polyline of six decimals, latitude before longitude. It cannot be cut, so it runs on across 180
    /// degrees.
    Polyline6,
}

impl LineForm {
    /// The name of the column.
    pub fn column(self) -> &'static str {
        match self {
            LineForm::Wkt => "wkt",
            LineForm::Polyline6 => "polyline6",
        }
    }

    /// The line of an itinerary.
    pub fn of(self, itinerary: &Itinerary) -> String {
        let mut line: Vec<[f64; 2]> = Vec::new();
        for point in itinerary.legs.iter().flat_map(|leg| &leg.line) {
            if line.last() != Some(point) {
                line.push(*point);
            }
        }
        match self {
            LineForm::Wkt => wkt(&line),
            LineForm::Polyline6 => polyline6(&line),
        }
    }
}

fn wkt(line: &[[f64; 2]]) -> String {
    // A tenth of a metre.
    let rounded = |x: f64| (x * 1e6).round() / 1e6 + 0.0;
    let part = |part: &Vec<[f64; 2]>| {
        let points = part.iter().map(|[lon, lat]| format!("{} {}", rounded(*lon), rounded(*lat)));
        format!("({})", points.collect::<Vec<_>>().join(", "))
    };
    match &cut(line)[..] {
        [one] if one.len() < 2 => "LINESTRING EMPTY".into(),
        [one] => format!("LINESTRING {}", part(one)),
        many => {
            let parts: Vec<String> = many.iter().map(part).collect();
            format!("MULTILINESTRING ({})", parts.join(", "))
        }
    }
}

/// The encoding of Google Maps with six decimals: differences, five bits a character, the last first.
fn polyline6(line: &[[f64; 2]]) -> String {
    let mut out = String::new();
    let mut before = [0_i64; 2];
    let mut last = None;
    for [lon, lat] in line {
        let lon = last.map_or(*lon, |last: f64| lon + ((last - lon) / 360.0).round() * 360.0);
        last = Some(lon);
        let here = [*lat, lon].map(|x| (x * 1e6).round() as i64);
        for (now, before) in here.iter().zip(before) {
            let step = now - before;
            let mut bits = (step << 1) ^ (step >> 63);
            loop {
                let more = if bits >= 0x20 { 0x20 } else { 0 };
                out.push(char::from(((bits & 0x1f) as u8 | more) + 63));
                bits >>= 5;
                if more == 0 {
                    break;
                }
            }
        }
        before = here;
    }
    out
}

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

#[cfg(test)]
mod tests {
    use super::{polyline6, wkt};

    #[test]
    fn lines_have_the_forms_that_others_read() {
        let line = [[170.0, 10.0], [-170.0, 20.0]];
        assert_eq!(wkt(&line), "MULTILINESTRING ((170 10, 180 15), (-180 15, -170 20))");
        assert_eq!(wkt(&[[1.5, -2.0], [2.25, 3.0]]), "LINESTRING (1.5 -2, 2.25 3)");
        assert_eq!(wkt(&[[1.5, -2.0]]), "LINESTRING EMPTY");
        // Of the description of the format, its three points, with six decimals in place of five.
        let line = [[-120.2, 38.5], [-120.95, 40.7], [-126.453, 43.252]];
        assert_eq!(polyline6(&line), "_izlhA~rlgdF_{geC~ywl@_kwzCn`{nI");
        // Across 180 degrees it runs on.
        assert_eq!(
            polyline6(&[[170.0, 10.0], [-170.0, 20.0]]),
            polyline6(&[[170.0, 10.0], [190.0, 20.0]])
        );
    }
}
