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
    found.left_out(&source.name, "files", others);
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
    let first = text.lines().find(|l| !l.starts_with("# ")).unwrap_or_default();
    let delimiter = mapping.delimiter.unwrap_or_else(|| sniffed(first));
    table(stem(&file.name), &place, &text, (delimiter, mapping.decimal), found)
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
    (delimiter, decimal): (char, Option<char>),
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
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(e) => {
            broken((place, 1), &e, found);
            return None;
        }
    };
    let columns: Vec<String> = header.iter().map(|c| c.trim().to_string()).collect();
    for (i, column) in columns.iter().enumerate() {
        if !column.is_empty() && columns[..i].contains(column) {
            let message = format!("column `{}` appears twice", shown(column));
            found.problem(COLUMN_TWICE, (place, 1, i + 1), message, "rename or remove one of them");
        }
    }
    let mut layer = Layer { columns, ..Layer::new(name, &[]) };
    layer.file = place.to_string();
    for record in reader.into_records() {
        let record = match record {
            Ok(record) => record,
            Err(e) => {
                let line = e.position().map_or(0, |p| p.line() as usize);
                broken((place, line), &e, found);
                return None;
            }
        };
        let line = record.position().map_or(0, |p| p.line() as usize);
        let wide = record.iter().skip(layer.columns.len()).any(|c| !c.trim().is_empty());
        if wide {
            let message =
                format!("the row has {} cells, the header {}", record.len(), layer.columns.len());
            let hint = "put quotation marks around cells with separators";
            found.problem(CELL_COUNT, (place, line, 0), message, hint);
        }
        if record.iter().any(|c| !c.trim().is_empty()) {
            let cells =
                record.iter().take(layer.columns.len()).map(|c| value(c, decimal)).collect();
            layer.rows.push(Record { line, cells, shape: None });
        }
    }
    Some(layer)
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
