//! CSV: a file or every file of a folder is a layer.

use std::borrow::Cow;

use trimodal_model::problem::{CELL_COUNT, COLUMN_TWICE, DAMAGED, shown};
use trimodal_model::table::as_text;

use crate::findings::Findings;
use crate::layer::{Layer, Record, Value};
use crate::mapping::Mapping;
use crate::source::{File, Source, extension, stem};

/// The layers of a source.
pub fn layers(source: &Source, mapping: &Mapping, found: &mut Findings) -> Option<Vec<Layer>> {
    let is_table =
        |f: &&File| !source.is_folder || ["csv", "tsv"].contains(&extension(&f.name).as_str());
    let mut layers = Vec::new();
    for file in source.files.iter().filter(is_table) {
        layers.extend(layer(source, file, mapping, found));
    }
    let others = source.files.iter().filter(|f| !is_table(f)).map(|f| f.name.as_str());
    found.unused(&source.name, "files", others);
    Some(layers)
}

/// The layer of a file.
pub fn layer(
    source: &Source,
    file: &File,
    mapping: &Mapping,
    found: &mut Findings,
) -> Option<Layer> {
    let place = source.place(&file.name);
    let text = text(&place, &file.bytes, found)?;
    let text = lines(text);
    // Spreadsheets write the separator in a line of its own.
    let (declared, text, before) = match separator(&text) {
        Some((declared, rest)) => (Some(declared), rest, 1),
        None => (None, &*text, 0),
    };
    let first = text.lines().find(|l| !l.starts_with("# ")).unwrap_or_default();
    let delimiter = mapping.delimiter.or(declared).unwrap_or_else(|| sniffed(first));
    let separators = Separators { delimiter, decimal: mapping.decimal, before };
    table(stem(&file.name), &place, text, separators, found)
}

/// Text whose lines end as those of old Macintoshes, with the ends of today.
fn lines(text: Cow<str>) -> Cow<str> {
    let is_old = text.contains('\r') && !text.contains('\n');
    if is_old { text.replace('\r', "\n").into() } else { text }
}

/// The separator of a line `sep=;`, and the text after it.
fn separator(text: &str) -> Option<(char, &str)> {
    let (first, rest) = text.split_once('\n')?;
    let declared = first.trim_end_matches('\r').trim_matches('"');
    let mut declared = declared.to_lowercase().strip_prefix("sep=")?.to_string();
    let delimiter = declared.pop()?;
    declared.is_empty().then_some((delimiter, rest))
}

/// How a table is written.
#[derive(Clone, Copy)]
pub struct Separators {
    /// Between cells.
    pub delimiter: char,
    /// Between a number and its decimals, where that is not a point.
    pub decimal: Option<char>,
    /// Lines of the file before the header.
    pub before: usize,
}

/// A file as text. What is valid text is taken as it is, whatever its length.
pub fn text<'a>(place: &str, bytes: &'a [u8], found: &mut Findings) -> Option<Cow<'a, str>> {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => {
            Some(Cow::Borrowed(text.strip_prefix('\u{feff}').unwrap_or(text)))
        }
        _ => as_text(place, bytes, &mut found.problems, &mut found.notes),
    }
}

/// The separator that a header has most of.
fn sniffed(header: &str) -> char {
    let count = |c: &char| header.matches(*c).count();
    // The last of equals wins: a comma where there is none of all.
    ['|', '\t', ';', ','].into_iter().max_by_key(count).unwrap_or(',')
}

/// A table of text with a header.
pub fn table(
    name: &str,
    place: &str,
    text: &str,
    Separators { delimiter, decimal, before }: Separators,
    found: &mut Findings,
) -> Option<Layer> {
    let delimiter = u8::try_from(delimiter).unwrap_or(b',');
    // Where a table begins with a comment, as those of scenarios do, it may have more of them.
    let comment = text.starts_with("# ").then_some(b'#');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .comment(comment)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut lines = Lines { text: text.as_bytes(), comment, counted: 0, line: before + 1 };
    let header = reader.headers().map_err(|e| broken((place, before + 1), &e, found)).ok()?;
    let mut layer = Layer::new(name, &[]);
    layer.columns = header.iter().map(|c| c.trim().to_string()).collect();
    layer.file = place.to_string();
    check_header((place, lines.of(0)), &layer.columns, found);
    let mut short = Vec::new();
    for record in reader.into_records() {
        let at = |p: Option<&csv::Position>| p.map_or(0, |p| p.byte() as usize);
        let record = match record {
            Ok(record) => record,
            Err(e) => {
                broken((place, lines.of(at(e.position()))), &e, found);
                return None;
            }
        };
        let line = lines.of(at(record.position()));
        let wide = record.iter().skip(layer.columns.len()).any(|c| !c.trim().is_empty());
        if wide {
            let message =
                format!("the row has {} cells, the header {}", record.len(), layer.columns.len());
            let hint = "put quotation marks around cells with separators";
            found.problem(CELL_COUNT, (place, line, 0), message, hint);
        }
        if record.iter().any(|c| !c.trim().is_empty()) {
            if record.len() < layer.columns.len() {
                short.push(line.to_string());
            }
            let cells =
                record.iter().take(layer.columns.len()).map(|c| value(c, decimal)).collect();
            layer.rows.push(Record { line, cells, ..Record::default() });
        }
    }
    let what = "rows have fewer cells than the header: those that lack are blank; rows";
    found.list(place, what, short.iter().map(String::as_str));
    Some(layer)
}

fn check_header((place, line): (&str, usize), columns: &[String], found: &mut Findings) {
    for (i, column) in columns.iter().enumerate() {
        if !column.is_empty() && columns[..i].contains(column) {
            let message = format!("column `{}` appears twice", shown(column));
            let hint = "rename or remove one of them";
            found.problem(COLUMN_TWICE, (place, line, i + 1), message, hint);
        }
    }
}

/// The lines of records, by the bytes where they begin. The reader counts a record from the end of the one before it,
/// so that the rest of its line and blank lines would be the record's.
struct Lines<'a> {
    text: &'a [u8],
    comment: Option<u8>,
    counted: usize,
    line: usize,
}

impl Lines<'_> {
    fn of(&mut self, mut start: usize) -> usize {
        while let Some(byte) = self.text.get(start) {
            match byte {
                b'\n' | b'\r' => start += 1,
                byte if self.comment == Some(*byte) => {
                    let rest = &self.text[start..];
                    start += rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
                }
                _ => break,
            }
        }
        let new = self.text.get(self.counted..start).unwrap_or_default();
        self.line += new.iter().filter(|b| **b == b'\n').count();
        self.counted = self.counted.max(start);
        self.line
    }
}

fn broken((place, line): (&str, usize), e: &csv::Error, found: &mut Findings) {
    let message = format!("it cannot be read as CSV: {e}");
    found.problem(DAMAGED, (place, line, 0), message, "check the file");
}

fn value(cell: &str, decimal: Option<char>) -> Value {
    let Some(mark) = decimal.filter(|d| *d != '.') else { return Value::text(cell) };
    let plain = cell.trim().replace(mark, ".");
    if plain.parse::<f64>().is_ok() { Value::text(&plain) } else { Value::text(cell) }
}
