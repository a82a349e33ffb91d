//! Text to records: RFC 4180 with any separator, every record with its line.

/// One record of a file or one row of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    /// Its first line, from 1, as an editor or a spreadsheet counts.
    pub line: usize,
    /// Its cells, without blanks around them.
    pub cells: Vec<String>,
    /// Whether it is a comment: a line that starts with `#`, or, where a spreadsheet has put quotes
    /// or separators around it, a first cell that does and nothing else.
    pub comment: bool,
}

impl Record {
    /// A record of a line.
    pub fn new(line: usize, cells: Vec<String>) -> Record {
        let alone = cells.iter().skip(1).all(String::is_empty);
        let comment = alone && cells.first().is_some_and(|c| c.starts_with('#'));
        Record { line, cells, comment }
    }

    /// Whether it is blank: no cell holds more than separators.
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(|c| c.chars().all(|c| matches!(c, ',' | ';' | '\t' | ' ')))
    }
}

/// Divides a text into records. The error is the line of a quotation mark that is never closed.
/// Where the file is not ours, a line that starts with `#` is a row if it has several cells and a header is above.
pub(super) fn records(text: &str, separator: char, of_others: bool) -> Result<Vec<Record>, usize> {
    let mut reader = Reader { rest: text, line: 1, separator, of_others, width: 0 };
    let mut records = Vec::new();
    while !reader.rest.is_empty() {
        records.push(reader.record()?);
    }
    Ok(records)
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
    separator: char,
    of_others: bool,
    /// The cells of the header, once it is read.
    width: usize,
}

impl Reader<'_> {
    fn record(&mut self) -> Result<Record, usize> {
        let line = self.line;
        if self.rest.starts_with('#') && !self.is_row() {
            // A comment is not CSV: it may have unbalanced quotation marks.
            let upto = self.rest.find(['\n', '\r']).unwrap_or(self.rest.len());
            let cells = self.rest[..upto].split(self.separator).map(|c| c.trim().to_string());
            let cells = cells.collect();
            self.rest = &self.rest[upto..];
            self.line_end();
            return Ok(Record { line, cells, comment: true });
        }
        let mut cells = vec![self.cell()?];
        while self.rest.starts_with(self.separator) {
            self.rest = &self.rest[self.separator.len_utf8()..];
            cells.push(self.cell()?);
        }
        self.line_end();
        let record = Record::new(line, cells);
        if self.width == 0 && !record.is_blank() && !record.comment {
            self.width = record.cells.len();
        }
        Ok(record)
    }

    /// Whether a line that starts with `#` is a row: it has as many cells as the header, of which the second
    /// or a later one says something.
    fn is_row(&self) -> bool {
        if !self.of_others || self.width < 2 {
            return false;
        }
        let upto = self.rest.find(['\n', '\r']).unwrap_or(self.rest.len());
        let line = &self.rest[..upto];
        let mut reader =
            Reader { rest: line, line: 1, separator: self.separator, of_others: false, width: 0 };
        let mut cells = Vec::new();
        while let Ok(cell) = reader.cell() {
            cells.push(cell);
            match reader.rest.strip_prefix(self.separator) {
                Some(rest) => reader.rest = rest,
                None => break,
            }
        }
        cells.len() == self.width && cells[1..].iter().any(|c| !c.is_empty())
    }

    /// A cell up to its separator, the end of its line or of the text.
    fn cell(&mut self) -> Result<String, usize> {
        let mut cell = String::new();
        if let Some(rest) = self.rest.strip_prefix('"') {
            let opened = self.line;
            self.rest = rest;
            loop {
                let upto = self.rest.find('"').ok_or(opened)?;
                cell.push_str(&self.rest[..upto]);
                self.line += line_ends(&self.rest[..upto]);
                self.rest = &self.rest[upto + 1..];
                match self.rest.strip_prefix('"') {
                    Some(rest) => self.rest = rest,
                    None => break,
                }
                cell.push('"');
            }
        }
        let ends = |c: char| c == self.separator || c == '\n' || c == '\r';
        let upto = self.rest.find(ends).unwrap_or(self.rest.len());
        cell.push_str(&self.rest[..upto]);
        self.rest = &self.rest[upto..];
        Ok(cell.trim().to_string())
    }

    /// `\n`, `\r\n` and a lone `\r` end a line.
    fn line_end(&mut self) {
        let rest = self.rest.strip_prefix('\r').unwrap_or(self.rest);
        self.rest = rest.strip_prefix('\n').unwrap_or(rest);
        self.line += 1;
    }
}

fn line_ends(text: &str) -> usize {
    let bytes = text.as_bytes();
    let ends = |i: &usize| match bytes[*i] {
        b'\n' => true,
        b'\r' => bytes.get(i + 1) != Some(&b'\n'),
        _ => false,
    };
    (0..bytes.len()).filter(ends).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lines(text: &str) -> Vec<usize> {
        records(text, ',', false).expect("closed").iter().map(|r| r.line).collect()
    }

    #[test]
    fn lines_are_those_of_an_editor() {
        assert_eq!(lines("a,b\n\n# c, d\n1,2"), [1, 2, 3, 4]);
        assert_eq!(lines("a,b\r\n\r\n1,\"2\r\n3\"\r\n4,5\r\n"), [1, 2, 3, 5]);
        assert_eq!(lines("a\r\r1\r"), [1, 2, 3]);
        assert_eq!(lines("# it's \"so\n1"), [1, 2]);
    }

    #[test]
    fn quotes_hold_separators_and_themselves() {
        let read = records("\"a,\"\"b\"\"\", c ,\"\"\n", ',', false).expect("closed");
        assert_eq!(read[0].cells, ["a,\"b\"", "c", ""]);
        assert_eq!(records("a,b\nc,\"d\ne,f\n", ',', false), Err(2));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            rows in prop::collection::vec(prop::collection::vec("[a-c\",;\t\r\n#]{0,5}", 1..4), 1..6),
            separator in prop::sample::select(vec![',', ';', '\t']),
            end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
        ) {
            let quoted = |c: &String| format!("\"{}\"", c.replace('"', "\"\""));
            let mut text = String::new();
            let mut starts = Vec::new();
            for row in &rows {
                starts.push(1 + line_ends(&text));
                text += &row.iter().map(quoted).collect::<Vec<_>>().join(&separator.to_string());
                text += end;
            }
            let read = records(&text, separator, false).expect("closed");
            let cells: Vec<Vec<String>> = rows.iter()
                .map(|r| r.iter().map(|c| c.trim().to_string()).collect()).collect();
            prop_assert_eq!(read.iter().map(|r| r.cells.clone()).collect::<Vec<_>>(), cells);
            prop_assert_eq!(read.iter().map(|r| r.line).collect::<Vec<_>>(), starts);
        }

        #[test]
        fn any_text_is_divided(text in "[a\",;\r\n#]{0,40}") {
            let _ = records(&text, ';', false);
        }
    }
}
