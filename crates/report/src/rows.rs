//! The rows of tables and of lists of pairs in all their forms: Arrow batches, CSV, JSON, XLSX.

use std::collections::HashMap;
use std::io::Write;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use serde::ser::{Serialize, SerializeMap, Serializer};
use trimodal_route::matrix::{CellStatus, Totals};
use trimodal_route::outcome::StopReason;

use crate::sheets::{Book, Cell};

/// A row: the best route by one criterion between two points.
pub(crate) struct Row<'a> {
    pub id: &'a str,
    pub origin: &'a str,
    pub destination: &'a str,
    pub status: CellStatus,
    pub by: &'static str,
    pub totals: Option<&'a Totals>,
    /// Why there are no totals.
    pub reason: Option<&'a str>,
    pub geometry: Option<&'a str>,
}

/// What all rows of an output have in common.
pub(crate) struct About<'a> {
    /// Name and version of the columns.
    pub schema: &'static str,
    pub by: &'a [&'static str],
    pub without_law: bool,
    pub attribution: &'a [String],
    pub stopped: Option<StopReason>,
}

/// So many points or pairs that cannot be used are printed; the rows of the output have the reason of each.
pub(crate) const SHOWN: usize = 20;

/// The line after those that are printed, of so many in all; empty where all are.
pub(crate) fn not_shown(all: usize) -> String {
    match all.saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!("and {more} more: the column `reason` of the output has them all\n"),
    }
}

pub(crate) const WITHOUT_LAW: &str = "WITHOUT LAW: computed as if no law applied, to compare";

/// Rows to be written, made when they are asked for.
pub(crate) struct Rows<'a> {
    pub about: About<'a>,
    pub columns: Vec<Column>,
    pub count: usize,
    pub row: &'a dyn Fn(usize) -> Row<'a>,
}

/// A column: numbers have their units in their names.
#[derive(Clone, Copy)]
pub(crate) struct Column {
    name: &'static str,
    nullable: bool,
    of: Of,
}

#[derive(Clone, Copy)]
enum Of {
    Text(for<'a, 'b> fn(&'b Row<'a>) -> Option<&'a str>),
    Number(fn(&Totals) -> f64),
}

enum Value<'a> {
    Text(&'a str),
    Number(f64),
    Null,
}

const fn text(
    name: &'static str,
    nullable: bool,
    of: for<'a, 'b> fn(&'b Row<'a>) -> Option<&'a str>,
) -> Column {
    Column { name, nullable, of: Of::Text(of) }
}

const fn number(name: &'static str, of: fn(&Totals) -> f64) -> Column {
    Column { name, nullable: true, of: Of::Number(of) }
}

const COLUMNS: [Column; 13] = [
    text("origin", false, |r| Some(r.origin)),
    text("destination", false, |r| Some(r.destination)),
    text("status", false, |r| Some(r.status.word())),
    text("by", false, |r| Some(r.by)),
    text("chain", true, |r| r.totals.map(|t| t.chain)),
    number("distance_km", |t| t.distance_km),
    number("time_h", |t| t.time_h),
    number("time_p50_h", |t| t.time_p50_h),
    number("time_p90_h", |t| t.time_p90_h),
    number("cost_usd", |t| t.cost_usd),
    number("co2e_kg", |t| t.co2e_kg),
    number("mended_km", |t| t.mended_km),
    text("reason", true, |r| r.reason),
];

/// The columns of a table.
pub(crate) fn columns() -> Vec<Column> {
    COLUMNS.to_vec()
}

/// The columns of a list of pairs.
pub(crate) fn pair_columns(geometry: Option<&'static str>) -> Vec<Column> {
    let mut all = vec![text("id", false, |r| Some(r.id))];
    all.extend(COLUMNS);
    all.extend(geometry.map(|name| text(name, true, |r| r.geometry)));
    all
}

impl Column {
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Its name and the schema of its values in JSON.
    pub fn property(&self) -> (String, serde_json::Value) {
        let kind = match self.of {
            Of::Text(_) => "string",
            Of::Number(_) => "number",
        };
        let kinds = if self.nullable { vec![kind, "null"] } else { vec![kind] };
        (self.name.to_string(), serde_json::json!({ "type": kinds }))
    }

    fn value<'a>(&self, row: &Row<'a>) -> Value<'a> {
        match self.of {
            Of::Text(of) => of(row).map_or(Value::Null, Value::Text),
            Of::Number(of) => row.totals.map_or(Value::Null, |t| Value::Number(of(t))),
        }
    }

    fn field(&self) -> Field {
        let kind = match self.of {
            Of::Text(_) => DataType::Utf8,
            Of::Number(_) => DataType::Float64,
        };
        Field::new(self.name, kind, self.nullable)
    }
}

/// A number with three decimals, as `{:.3}` writes it, in a fraction of the time.
fn thousandths(value: f64, text: &mut Vec<u8>) -> &[u8] {
    text.clear();
    let scaled = value * 1e3;
    let whole = scaled.round();
    // Near half a thousandth the product may be on the other side of it than the number.
    let is_plain = (0.0..1e12).contains(&scaled) && (scaled - whole).abs() < 0.499;
    if !is_plain || value.is_sign_negative() {
        write!(text, "{value:.3}").expect("writing to memory cannot fail");
        return text;
    }
    let mut rest = whole as u64;
    for place in 0.. {
        if place == 3 {
            text.push(b'.');
        }
        text.push(b'0' + (rest % 10) as u8);
        rest /= 10;
        if rest == 0 && place >= 3 {
            break;
        }
    }
    text.reverse();
    text
}

impl<'a> Rows<'a> {
    fn all(&self) -> impl Iterator<Item = Row<'a>> {
        (0..self.count).map(self.row)
    }

    /// One Arrow batch. The metadata hold name and version of the schema, the criteria and the attribution.
    pub fn batch(&self) -> RecordBatch {
        let fields: Vec<Field> = self.columns.iter().map(Column::field).collect();
        let rows: Vec<Row> = self.all().collect();
        let array = |column: &Column| -> ArrayRef {
            match column.of {
                Of::Text(of) => Arc::new(rows.iter().map(of).collect::<StringArray>()),
                Of::Number(of) => {
                    Arc::new(rows.iter().map(|r| r.totals.map(of)).collect::<Float64Array>())
                }
            }
        };
        let columns = self.columns.iter().map(array).collect();
        let schema = Schema::new_with_metadata(fields, self.about.metadata());
        RecordBatch::try_new(Arc::new(schema), columns).expect("all columns have the same length")
    }

    /// CSV. Comment lines would break most readers: a watermark is a column, and the attribution is printed in
    /// the summary only.
    pub fn csv(&self) -> Vec<u8> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let watermark = self.about.without_law.then_some("watermark");
        let header: Vec<&str> = self.columns.iter().map(|c| c.name).chain(watermark).collect();
        writer.write_record(header).expect("writing to memory cannot fail");
        let mut digits = Vec::new();
        for row in self.all() {
            for column in &self.columns {
                let cell = match column.value(&row) {
                    Value::Text(text) => text.as_bytes(),
                    // Metres, seconds, cents and grams.
                    Value::Number(value) => thousandths(value, &mut digits),
                    Value::Null => &[],
                };
                writer.write_field(cell).expect("writing to memory cannot fail");
            }
            if self.about.without_law {
                writer.write_field(WITHOUT_LAW).expect("writing to memory cannot fail");
            }
            writer.write_record(None::<&[u8]>).expect("writing to memory cannot fail");
        }
        writer.into_inner().expect("writing to memory cannot fail")
    }

    /// One JSON object with the `rows`, a row a line, and before them the `points`, where they meet the networks.
    pub fn json(&self, points: Option<&impl Serialize>) -> Vec<u8> {
        let mut out = Vec::new();
        let about = serde_json::to_string(&self.about).unwrap_or_default();
        out.extend(about.trim_end_matches('}').as_bytes());
        if let Some(points) = points {
            out.extend(b",\"points\":");
            serde_json::to_writer(&mut out, points).expect("writing to memory cannot fail");
        }
        out.extend(b",\"rows\":[");
        for (i, row) in self.all().enumerate() {
            out.extend(if i == 0 { "\n" } else { ",\n" }.as_bytes());
            let row = JsonRow { columns: &self.columns, row };
            serde_json::to_writer(&mut out, &row).expect("writing to memory cannot fail");
        }
        out.extend(b"\n]}\n");
        out
    }

    /// The bytes of an `.xlsx` file, with full precision and the attribution on a second sheet.
    pub fn xlsx(&self, name: &str) -> Result<Vec<u8>, String> {
        let header: Vec<&str> = self.columns.iter().map(|c| c.name).collect();
        let row = |r: Row| -> Vec<Cell> {
            let cell = |column: &Column| match column.value(&r) {
                Value::Text(text) => text.into(),
                Value::Number(value) => value.into(),
                Value::Null => "".into(),
            };
            self.columns.iter().map(cell).collect()
        };
        let rows: Vec<Vec<Cell>> = self.all().map(row).collect();
        let a = &self.about;
        let above: Vec<String> =
            a.without_law.then(|| WITHOUT_LAW.to_string()).into_iter().collect();
        let mut about =
            vec![vec!["schema".into(), a.schema.into()], vec!["by".into(), a.by.join(" ").into()]];
        about.extend(a.stopped.map(|reason| vec!["stopped".into(), reason.word().into()]));
        about.extend(a.attribution.iter().map(|line| vec!["attribution".into(), line.into()]));
        let book = || {
            let mut book = Book::new()?;
            book.sheet(name, &above, &header, &rows)?;
            book.sheet("about", &[], &["what", "value"], &about)?;
            book.bytes()
        };
        book().map_err(|e: rust_xlsxwriter::XlsxError| e.to_string())
    }
}

impl About<'_> {
    fn metadata(&self) -> HashMap<String, String> {
        let mut all = HashMap::from([
            ("schema".to_string(), self.schema.to_string()),
            ("by".to_string(), self.by.join(" ")),
            ("attribution".to_string(), self.attribution.join(" ")),
        ]);
        if self.without_law {
            all.insert("watermark".to_string(), WITHOUT_LAW.to_string());
        }
        if let Some(reason) = self.stopped {
            all.insert("stopped".to_string(), reason.word().to_string());
        }
        all
    }
}

impl Serialize for About<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema", self.schema)?;
        map.serialize_entry("version", env!("CARGO_PKG_VERSION"))?;
        map.serialize_entry("by", self.by)?;
        if self.without_law {
            map.serialize_entry("watermark", WITHOUT_LAW)?;
        }
        if let Some(reason) = self.stopped {
            map.serialize_entry("stopped", reason.word())?;
        }
        map.serialize_entry("attribution", self.attribution)?;
        map.end()
    }
}

struct JsonRow<'a> {
    columns: &'a [Column],
    row: Row<'a>,
}

impl Serialize for JsonRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.columns.len()))?;
        for column in self.columns {
            match column.value(&self.row) {
                Value::Text(text) => map.serialize_entry(column.name, text)?,
                Value::Number(value) => map.serialize_entry(column.name, &value)?,
                Value::Null => map.serialize_entry(column.name, &())?,
            }
        }
        map.end()
    }
}

/// How many cells or pairs have each status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally([usize; 5]);

const STATUSES: [CellStatus; 5] = [
    CellStatus::Reached,
    CellStatus::SamePlace,
    CellStatus::Unreachable,
    CellStatus::Forbidden,
    CellStatus::BadPoint,
];

impl Tally {
    /// Counts one more.
    pub fn add(&mut self, status: CellStatus) {
        let place = STATUSES.iter().position(|s| *s == status);
        place.into_iter().for_each(|i| self.0[i] += 1);
    }

    /// Adds those of another.
    pub fn add_all(&mut self, other: &Tally) {
        self.0.iter_mut().zip(other.0).for_each(|(a, b)| *a += b);
    }

    /// All of them.
    pub fn all(&self) -> usize {
        self.0.iter().sum()
    }

    /// Those with figures.
    pub fn answered(&self) -> usize {
        self.0[0] + self.0[1]
    }

    /// The counts by the words of the statuses, for a file beside the rows.
    pub fn counts(&self) -> impl Iterator<Item = (&'static str, usize)> {
        STATUSES.into_iter().map(CellStatus::word).zip(self.0)
    }

    /// The tally of such counts.
    pub fn from_counts(count: impl Fn(&str) -> usize) -> Tally {
        Tally(STATUSES.map(|s| count(s.word())))
    }

    /// In words.
    pub(crate) fn words(&self) -> String {
        let words = [
            "reached",
            "the same place",
            "unreachable (trimodal route explains why)",
            "forbidden by law (trimodal route cites it)",
            "of a point that cannot be used",
        ];
        let told = words.iter().zip(self.0).enumerate().filter(|(i, (_, n))| *i == 0 || *n > 0);
        told.map(|(_, (words, n))| format!("{n} {words}")).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::thousandths;

    #[test]
    fn numbers_are_written_as_with_three_decimals() {
        let mut text = Vec::new();
        let mut check = |x: f64| {
            let written = String::from_utf8(thousandths(x, &mut text).to_vec()).expect("digits");
            assert_eq!(written, format!("{x:.3}"));
        };
        for x in [0.0, -0.0, 0.0005, 0.0015, 1.0005, 2.0015, 999.9995, 1e9, 1e15, 1e300, -1.5, 0.3]
        {
            check(x);
            check(x + 1e-9);
            check(x - 1e-9);
        }
        for i in 0..100_000_u32 {
            check(f64::from(i.wrapping_mul(2_654_435_761)) / 8192.0);
            check(f64::from(i) / 2e3 + f64::from(i % 7) * 1e-13);
        }
        assert!(thousandths(f64::NAN, &mut Vec::new()) == b"NaN");
    }
}
