//! Tables of the best routes between many points: Arrow batches, Parquet, CSV, XLSX, and a summary.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use trimodal_model::Note;
use trimodal_model::problem::Problem;
use trimodal_route::matrix::{Cell as SkimCell, CellStatus, Totals};
use trimodal_route::outcome::StopReason;

use crate::parquet_file::parquet;
use crate::sheets::{Book, Cell};

/// A table with the ids of its rows and columns.
pub struct Skim {
    /// Ids of the origins, in order.
    pub origins: Vec<String>,
    /// Ids of the destinations, in order.
    pub destinations: Vec<String>,
    /// All cells, row by row.
    pub cells: Vec<SkimCell>,
    /// The criterion that each cell minimises.
    pub by: &'static str,
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

type Number = (&'static str, fn(&Totals) -> f64);

const NUMBERS: [Number; 7] = [
    ("distance_km", |f| f.distance_km),
    ("time_h", |f| f.time_h),
    ("time_p50_h", |f| f.time_p50_h),
    ("time_p90_h", |f| f.time_p90_h),
    ("cost_usd", |f| f.cost_usd),
    ("co2e_kg", |f| f.co2e_kg),
    ("mended_km", |f| f.mended_km),
];

/// The table as one Arrow batch: `origin`, `destination`, `status`, `chain`, then numbers with
/// their units in their names, null where there is no route, and the `reason` where a point cannot be used. The metadata hold the name and version of
/// the schema, the criterion and the attribution.
pub fn skim_batch(skim: &Skim) -> RecordBatch {
    let text = |of: &dyn Fn(&SkimCell) -> Option<String>| -> ArrayRef {
        Arc::new(skim.cells.iter().map(of).collect::<StringArray>())
    };
    let number = |of: fn(&Totals) -> f64| -> ArrayRef {
        let values = skim.cells.iter().map(|c| c.totals.as_ref().map(of));
        Arc::new(values.collect::<Float64Array>())
    };
    let mut fields = ["origin", "destination", "status"].map(|n| field(n, false)).to_vec();
    fields.push(field("chain", true));
    let mut columns = vec![
        text(&|c| Some(skim.origins[c.origin].clone())),
        text(&|c| Some(skim.destinations[c.destination].clone())),
        text(&|c| Some(c.status.word().to_string())),
        text(&|c| c.totals.as_ref().map(|f| f.chain.to_string())),
    ];
    for (name, of) in NUMBERS {
        fields.push(Field::new(name, DataType::Float64, true));
        columns.push(number(of));
    }
    let reasons = Reasons::new(skim);
    fields.push(field("reason", true));
    columns.push(text(&|c| reasons.of(c).map(String::from)));
    let schema = Schema::new_with_metadata(fields, metadata(skim));
    RecordBatch::try_new(Arc::new(schema), columns).expect("all columns have the same length")
}

fn field(name: &str, nullable: bool) -> Field {
    Field::new(name, DataType::Utf8, nullable)
}

fn metadata(skim: &Skim) -> HashMap<String, String> {
    let mut all = HashMap::from([
        ("schema".to_string(), SKIM_SCHEMA.to_string()),
        ("by".to_string(), skim.by.to_string()),
        ("attribution".to_string(), skim.attribution.join(" ")),
    ]);
    if skim.without_law {
        all.insert("watermark".to_string(), WITHOUT_LAW.to_string());
    }
    if let Some(reason) = skim.stopped {
        all.insert("stopped".to_string(), reason.word().to_string());
    }
    all
}

const WITHOUT_LAW: &str = "WITHOUT LAW: computed as if no law applied, to compare";

/// The table as a Parquet file, compressed with zstd.
pub fn skim_parquet(skim: &Skim) -> Vec<u8> {
    parquet(&skim_batch(skim))
}

/// The table as CSV. Comment lines would break most readers: a watermark is a column, and the attribution
/// is printed by `skim_text` only.
pub fn skim_csv(skim: &Skim) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut header = vec!["origin", "destination", "status", "chain"];
    header.extend(NUMBERS.map(|(name, _)| name));
    header.push("reason");
    let reasons = Reasons::new(skim);
    header.extend(skim.without_law.then_some("watermark"));
    let rows = skim.cells.iter().map(|c| {
        let figures = c.totals.as_ref();
        let mut row = vec![
            skim.origins[c.origin].clone(),
            skim.destinations[c.destination].clone(),
            c.status.word().to_string(),
            figures.map_or(String::new(), |f| f.chain.to_string()),
        ];
        row.extend(NUMBERS.map(|(_, of)| figures.map_or(String::new(), |f| rounded(of(f)))));
        row.push(reasons.of(c).unwrap_or("").to_string());
        row.extend(skim.without_law.then(|| WITHOUT_LAW.to_string()));
        row
    });
    let all = std::iter::once(header.into_iter().map(String::from).collect()).chain(rows);
    for row in all {
        writer.write_record(row).expect("writing to memory cannot fail");
    }
    writer.into_inner().expect("writing to memory cannot fail")
}

/// The table as the bytes of an `.xlsx` file, with full precision and the attribution on a second sheet.
pub fn skim_xlsx(skim: &Skim) -> Result<Vec<u8>, String> {
    let mut header = vec!["origin", "destination", "status", "chain"];
    header.extend(NUMBERS.map(|(name, _)| name));
    header.push("reason");
    let reasons = Reasons::new(skim);
    let row = |c: &SkimCell| {
        let figures = c.totals.as_ref();
        let mut row: Vec<Cell> = vec![
            (&skim.origins[c.origin]).into(),
            (&skim.destinations[c.destination]).into(),
            c.status.word().into(),
            figures.map_or("", |f| f.chain).into(),
        ];
        row.extend(NUMBERS.map(|(_, of)| Cell::from(figures.map(of))));
        row.push(reasons.of(c).unwrap_or("").into());
        row
    };
    let rows: Vec<Vec<Cell>> = skim.cells.iter().map(row).collect();
    let above: Vec<String> =
        skim.without_law.then(|| WITHOUT_LAW.to_string()).into_iter().collect();
    let mut about =
        vec![vec!["schema".into(), SKIM_SCHEMA.into()], vec!["by".into(), skim.by.into()]];
    about.extend(skim.stopped.map(|reason| vec!["stopped".into(), reason.word().into()]));
    about.extend(skim.attribution.iter().map(|line| vec!["attribution".into(), line.into()]));
    let book = || {
        let mut book = Book::new()?;
        book.sheet("table", &above, &header, &rows)?;
        book.sheet("about", &[], &["what", "value"], &about)?;
        book.bytes()
    };
    book().map_err(|e: rust_xlsxwriter::XlsxError| e.to_string())
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

/// Three decimals: metres, seconds, cents and grams.
fn rounded(value: f64) -> String {
    format!("{value:.3}")
}

/// The summary for the terminal: the number of cells by status, and the reason for missing rows.
pub fn skim_text(skim: &Skim, path: &Path) -> String {
    let count = |s: CellStatus| skim.cells.iter().filter(|c| c.status == s).count();
    let mut out = format!(
        "{}: {} origins x {} destinations, best by {}\n  {} reached",
        path.display(),
        skim.origins.len(),
        skim.destinations.len(),
        skim.by,
        count(CellStatus::Reached)
    );
    let rest = [
        (CellStatus::SamePlace, "the same place"),
        (CellStatus::Unreachable, "unreachable (trimodal route explains why)"),
        (CellStatus::Forbidden, "forbidden by law (trimodal route cites it)"),
        (CellStatus::BadPoint, "of a point that cannot be used"),
    ];
    for (status, words) in rest.into_iter().filter(|(s, _)| count(*s) > 0) {
        out += &format!(", {} {words}", count(status));
    }
    out.push('\n');
    if let Some(reason) = skim.stopped {
        let done = skim.cells.len().checked_div(skim.destinations.len()).unwrap_or(0);
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
            cells: (0..2 * rows).map(cell).collect(),
            by: "time",
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
        let text = |rows, stopped| skim_text(&skim(rows, stopped), Path::new("skim.csv"));
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
