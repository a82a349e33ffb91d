//! Workbooks with one table per sheet; numbers as numbers, ids and codes as text.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

/// Maximum rows of a sheet below its header.
pub const MOST_ROWS: usize = 1_048_575;
/// Maximum characters of a cell.
const MOST_CHARACTERS: usize = 32_767;

/// The content of a cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    /// Text, even where it looks like a number.
    Text(String),
    /// A number; one that is not finite is left blank.
    Number(f64),
    /// A blank cell.
    Blank,
}

impl From<f64> for Cell {
    fn from(x: f64) -> Cell {
        Cell::Number(x)
    }
}

impl From<Option<f64>> for Cell {
    fn from(x: Option<f64>) -> Cell {
        x.map_or(Cell::Blank, Cell::Number)
    }
}

impl From<Option<i32>> for Cell {
    fn from(x: Option<i32>) -> Cell {
        x.map_or(Cell::Blank, |x| Cell::Number(f64::from(x)))
    }
}

impl From<u32> for Cell {
    fn from(x: u32) -> Cell {
        Cell::Number(f64::from(x))
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        if text.is_empty() { Cell::Blank } else { Cell::Text(text.to_string()) }
    }
}

impl From<&String> for Cell {
    fn from(text: &String) -> Cell {
        text.as_str().into()
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        text.as_str().into()
    }
}

/// A workbook under construction.
pub(crate) struct Book {
    book: Workbook,
    head: Format,
    text: Format,
}

impl Book {
    /// An empty workbook with a fixed date, so that the same content gives the same bytes.
    pub fn new() -> Result<Book, XlsxError> {
        let mut book = Workbook::new();
        let day = ExcelDateTime::from_ymd(2000, 1, 1)?;
        book.set_properties(&DocProperties::new().set_creation_datetime(&day));
        let head = Format::new().set_bold().set_num_format("@").set_background_color("EEF2F6");
        Ok(Book { book, head, text: Format::new().set_num_format("@") })
    }

    /// Adds a sheet: `above` its header, each a row of one cell; the header; the rows.
    pub fn sheet(
        &mut self,
        name: &str,
        above: &[String],
        header: &[&str],
        rows: &[Vec<Cell>],
    ) -> Result<&mut Worksheet, XlsxError> {
        let (head, text) = (self.head.clone(), self.text.clone());
        let sheet = self.book.add_worksheet();
        sheet.set_name(name)?;
        let mut line = 0;
        for text in above {
            sheet.write_string(line, 0, cut(text))?;
            line += 1;
        }
        for (c, name) in (0..).zip(header) {
            sheet.write_string_with_format(line, c, *name, &head)?;
        }
        for (r, row) in (line + 1..).zip(rows) {
            for (c, cell) in (0..).zip(row) {
                match cell {
                    Cell::Text(t) => {
                        sheet.write_string_with_format(r, c, cut(t), &text)?;
                    }
                    Cell::Number(x) if x.is_finite() => {
                        sheet.write_number(r, c, *x)?;
                    }
                    Cell::Number(_) | Cell::Blank => {}
                }
            }
        }
        sheet.set_freeze_panes(line + 1, 0)?;
        for (c, width) in (0..).zip(widths(header, rows)) {
            sheet.set_column_width(c, width)?;
        }
        Ok(sheet)
    }

    /// The bytes of the file.
    pub fn bytes(mut self) -> Result<Vec<u8>, XlsxError> {
        self.book.save_to_buffer()
    }
}

fn cut(text: &str) -> String {
    text.chars().take(MOST_CHARACTERS).collect()
}

/// Column widths that show the header and most cells below it.
fn widths(header: &[&str], rows: &[Vec<Cell>]) -> Vec<f64> {
    let of = |cell: &Cell| match cell {
        Cell::Text(t) => t.chars().count(),
        Cell::Number(_) => 10,
        Cell::Blank => 0,
    };
    let column = |c: usize| {
        let below = rows.iter().take(200).filter_map(|r| r.get(c)).map(of).max().unwrap_or(0);
        below.max(header[c].chars().count()).clamp(6, 48) as f64 + 2.0
    };
    (0..header.len()).map(column).collect()
}
