//! Good folders as spreadsheets and programs save them again: the same scenario, whatever the form.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;
use trimodal_model::table::{Kind, Table};
use trimodal_model::tables::TABLES;
use trimodal_model::{Files, Note, Problem, Scenario};

/// A table as rows of cells, the header first, comments left out.
type Cells = Vec<Vec<String>>;

fn folders() -> Vec<Files> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let names = [
        "../trimodal/starter",
        "../../scenarios/tumen",
        "../../scenarios/relief",
        "../../scenarios/vostochny",
    ];
    names.iter().map(|n| Files::from_folder(&root.join(n)).expect("it is there")).collect()
}

fn cells(bytes: &[u8]) -> Cells {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).comment(Some(b'#')).from_reader(bytes);
    reader.records().map(|r| r.expect("a record").iter().map(String::from).collect()).collect()
}

fn table_of(name: &str) -> Option<&'static Table> {
    TABLES.iter().copied().find(|t| t.file() == name)
}

fn read(files: &Files) -> (Scenario, Vec<Note>) {
    let (scenario, notes) = Scenario::read_files(files);
    let text = |p: Vec<Problem>| p.iter().map(|p| format!("{p}\n")).collect::<String>();
    (scenario.map_err(text).unwrap_or_else(|e| panic!("{e}")), notes)
}

/// The form in which a file is saved again.
#[derive(Debug, Clone)]
struct Save {
    separator: char,
    decimal_comma: bool,
    /// 0: as they are, 1: whole numbers with `.0` in columns that have blanks, as pandas does, 2: in every number.
    decimals: u8,
    line_end: &'static str,
    encoding: u8,
    blank_rows: usize,
    blank_columns: usize,
    index: u8,
    own_column: bool,
    booleans: bool,
    /// Blank cells at the end of a row are left out.
    short: bool,
    quote_all: bool,
    order: u64,
}

fn saves() -> impl Strategy<Value = Save> {
    let dialect = (
        prop::sample::select(vec![
            (',', false),
            (';', true),
            (';', false),
            ('\t', true),
            ('\t', false),
        ]),
        0_u8..3,
        prop::sample::select(vec!["\n", "\r\n", "\r"]),
        0_u8..5,
    );
    let shape = (
        0_usize..4,
        0_usize..3,
        0_u8..3,
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        any::<u64>(),
    );
    (dialect, shape).prop_map(
        |(
            ((separator, decimal_comma), decimals, line_end, encoding),
            (blank_rows, blank_columns, index, own_column, booleans, short, quote_all, order),
        )| Save {
            separator,
            decimal_comma,
            decimals,
            line_end,
            encoding,
            blank_rows,
            blank_columns,
            index,
            own_column,
            booleans,
            short,
            quote_all,
            order,
        },
    )
}

impl Save {
    fn number(&self, text: &str, column_has_blanks: bool) -> String {
        let whole = text.bytes().all(|b| b.is_ascii_digit());
        let mut text = match self.decimals {
            1 if whole && column_has_blanks => format!("{text}.0"),
            2 if whole => format!("{text}.0"),
            _ => text.to_string(),
        };
        if self.decimal_comma {
            text = text.replace('.', ",");
        }
        text
    }

    fn table(&self, table: &Table, cells: &Cells) -> Cells {
        let header = &cells[0];
        let kind = |c: usize| table.columns.iter().find(|x| x.name == header[c]).map(|x| x.kind);
        let has_blanks: Vec<bool> =
            (0..header.len()).map(|c| cells[1..].iter().any(|r| r[c].is_empty())).collect();
        let all_whole = |c: usize| {
            cells[1..].iter().all(|r| r[c].is_empty() || r[c].bytes().all(|b| b.is_ascii_digit()))
        };
        let lost = |c: usize| cells[1..].iter().any(|r| r[c].starts_with('0'));
        let mut out = cells.clone();
        for row in &mut out[1..] {
            for (c, cell) in row.iter_mut().enumerate() {
                if cell.is_empty() {
                    continue;
                }
                match kind(c) {
                    Some(Kind::Number(..) | Kind::Whole(..)) => {
                        *cell = self.number(cell, has_blanks[c])
                    }
                    Some(Kind::Flag) if self.booleans => {
                        *cell = if cell == "1" { "TRUE".into() } else { "FALSE".into() }
                    }
                    Some(Kind::Flag) => *cell = self.number(cell, has_blanks[c]),
                    // Codes and gauges are numbers only where the whole column looks like that.
                    Some(Kind::Hs | Kind::Gauges) if all_whole(c) && !lost(c) => {
                        *cell = self.number(cell, has_blanks[c])
                    }
                    _ => {}
                }
            }
        }
        if self.own_column {
            out[0].push("my comment".into());
            out[1..].iter_mut().for_each(|r| r.push("seen, yes; \"really\"\nso".into()));
        }
        if self.index > 0 {
            out[0].insert(0, if self.index == 1 { "Unnamed: 0".into() } else { String::new() });
            out[1..].iter_mut().enumerate().for_each(|(i, r)| r.insert(0, i.to_string()));
        }
        let width = out[0].len() + self.blank_columns;
        out.iter_mut().for_each(|r| r.resize(width, String::new()));
        if self.short {
            without_blank_ends(table, &mut out, width);
        }
        out.extend(std::iter::repeat_n(vec![String::new(); width], self.blank_rows));
        out
    }

    /// Columns in another order, the same in every row.
    fn shuffled(&self, cells: Cells) -> Cells {
        let mut order: Vec<usize> = (0..cells[0].len()).collect();
        order.sort_by_key(|c| (*c as u64 + 1).wrapping_mul(self.order | 1) % 1_000_003);
        cells
            .into_iter()
            .map(|r| order.iter().map(|c| r.get(*c).cloned().unwrap_or_default()).collect())
            .collect()
    }

    fn bytes(&self, cells: &Cells) -> Vec<u8> {
        let quoted = |c: &String| {
            let needs = c.contains(['"', '\n', '\r', ',', ';', '\t']) || c.starts_with('#');
            if needs || (self.quote_all && !c.is_empty()) {
                format!("\"{}\"", c.replace('"', "\"\""))
            } else {
                c.clone()
            }
        };
        let mut text = String::new();
        for row in cells {
            text += &row.iter().map(quoted).collect::<Vec<_>>().join(&self.separator.to_string());
            text += self.line_end;
        }
        let windows = |text: &str| {
            text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect::<Option<Vec<u8>>>()
        };
        match self.encoding {
            1 => format!("\u{feff}{text}").into_bytes(),
            2 => "\u{feff}"
                .encode_utf16()
                .chain(text.encode_utf16())
                .flat_map(u16::to_le_bytes)
                .collect(),
            3 => "\u{feff}"
                .encode_utf16()
                .chain(text.encode_utf16())
                .flat_map(u16::to_be_bytes)
                .collect(),
            4 => windows(&text).unwrap_or_else(|| text.into_bytes()),
            _ => text.into_bytes(),
        }
    }

    fn files(&self, files: &Files) -> Files {
        let mut out = BTreeMap::new();
        for (name, bytes) in &files.0 {
            let saved = match table_of(name) {
                Some(table) => {
                    let cells = self.table(table, &cells(bytes));
                    let cells = if self.short { cells } else { self.shuffled(cells) };
                    self.bytes(&cells)
                }
                None => bytes.clone(),
            };
            out.insert(name.clone(), saved);
        }
        Files(out)
    }
}

/// Failed cases are kept beside the test and tried first from then on.
fn kept() -> Option<Box<dyn proptest::test_runner::FailurePersistence>> {
    Some(Box::new(proptest::test_runner::FileFailurePersistence::WithSource("regressions")))
}

/// Drops blank cells at the end of rows where the columns are optional, as spreadsheets do.
fn without_blank_ends(table: &Table, out: &mut Cells, width: usize) {
    let optional = |c: usize| {
        out[0].get(c).is_none_or(|h| {
            table
                .columns
                .iter()
                .find(|x| x.name == *h)
                .is_none_or(|x| x.need != trimodal_model::table::Need::Required)
        })
    };
    let keep = (0..width).rposition(|c| !optional(c)).map_or(width, |c| c + 1);
    for row in &mut out[1..] {
        while row.len() > keep && row.last().is_some_and(String::is_empty) {
            row.pop();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(60), failure_persistence: kept(), ..ProptestConfig::default() })]
    #[test]
    fn a_good_folder_saved_again_is_the_same_scenario(save in saves(), which in 0_usize..4) {
        let files = &folders()[which];
        let (before, notes) = read(files);
        prop_assert!(notes.is_empty(), "{:?}", notes);
        let (after, notes) = read(&save.files(files));
        prop_assert_eq!(after.digest(), before.digest());
        prop_assert_eq!(format!("{after:?}"), format!("{before:?}"));
        // Everything that is left out or not read as written is noted.
        let noted = |what: &str| notes.iter().any(|n| n.message.contains(what));
        prop_assert_eq!(noted("`my comment` is not read"), save.own_column);
        prop_assert_eq!(noted("semicolons"), save.separator == ';');
        prop_assert_eq!(noted("tabs"), save.separator == '\t');
        prop_assert_eq!(noted("decimal commas"), save.decimal_comma);
        prop_assert_eq!(noted("UTF-16"), matches!(save.encoding, 2 | 3));
    }

    /// A good file cut, doubled or overwritten anywhere gives a scenario or problems, and no panic.
    #[test]
    fn broken_files_are_answered(which in 0_usize..4, table in 0_usize..10, at in any::<prop::sample::Index>(), with in prop::collection::vec(any::<u8>(), 0..6), save in saves()) {
        let mut files = save.files(&folders()[which]);
        let names: Vec<String> = files.0.keys().cloned().collect();
        let name = &names[table % names.len()];
        let bytes = files.0.get_mut(name).expect("it is there");
        let at = at.index(bytes.len());
        let end = (at + with.len()).min(bytes.len());
        bytes.splice(at..end, with);
        let (scenario, _) = Scenario::read_files(&files);
        if let Err(problems) = scenario {
            prop_assert!(!problems.is_empty());
        }
    }
}

#[test]
fn what_can_be_meant_in_two_ways_is_refused() {
    let starter = &folders()[0];
    let problems = |file: &str, text: &str| -> String {
        let mut files = starter.clone();
        files.0.insert(file.into(), text.as_bytes().to_vec());
        let (scenario, _) = Scenario::read_files(&files);
        scenario.expect_err(text).iter().map(|p| format!("{p}\n")).collect()
    };
    let places = |sep: &str, a: &str, b: &str| {
        format!("id,name,country,lat,lon,kind,source,confidence\nMINE,M,NO,{a},{b},terminal,x,assumed\nPORT,P,NO,68.43,17.4,port,x,assumed\nMARKET,M,DE,53.55,9.99,port,x,assumed\n").replace(',', sep).replace('@', ",")
    };
    // A decimal comma among decimal points.
    assert!(problems("places.csv", &places(";", "68@35", "18.2")).contains("places.csv:2:4"));
    let demand = |volume: &str, separator: &str, low: &str| {
        format!("id;name;commodity;from;to;per_year;source;confidence;low\nore;Ore;ore;MINE;MARKET;{volume};x;assumed;{low}\n").replace(';', separator)
    };
    for (volume, separator, low) in
        [("1.500", ";", ""), ("\"1,500\"", ",", ""), ("1,500", ";", ""), ("1.500", ";", "0,9")]
    {
        let messages = problems("demand.csv", &demand(volume, separator, low));
        assert!(
            messages.contains("TM-TAB-001") && messages.contains("1500 or 1.5"),
            "{volume} {separator} {low}: {messages}"
        );
        assert!(messages.contains("demand.csv:2:6"), "{messages}");
    }
    // Numbers with thousands separators are invalid in any file.
    for (volume, separator) in [
        ("1.500.000", ";"),
        ("1.500,5", ";"),
        ("\"1,500,000\"", ","),
        ("1 500 000", ","),
        ("1'500'000", ";"),
    ] {
        let messages = problems("demand.csv", &demand(volume, separator, ""));
        assert!(
            messages.contains("TM-SCN-010") && messages.contains("thousands"),
            "{volume}: {messages}"
        );
    }
    // Three digits after the mark are decimals where other numbers of the file show it.
    let mut files = starter.clone();
    files.0.insert("demand.csv".into(), demand("1,500", ";", "0,9").into_bytes());
    files.0.insert(
        "policies.csv".into(),
        b"id,set,kind,effect,territory,reference,source,confidence\n".to_vec(),
    );
    assert_eq!(read(&files).0.demand[0].per_year, 1.5);
    // So are large numbers as spreadsheets shorten them.
    files.0.insert("demand.csv".into(), demand("1,5E+06", ";", "0,9").into_bytes());
    assert_eq!(read(&files).0.demand[0].per_year, 1.5e6);
}

#[test]
fn dates_are_read_as_the_column_decides() {
    let starter = &folders()[0];
    let with = |from: &str, to: &str| {
        let mut files = starter.clone();
        let text = format!(
            "id,set,effect,territory,valid_from,valid_to,reference,source,confidence\nc,closed-port,forbid,PORT,{from},{to},r,s,assumed\n"
        );
        files.0.insert("policies.csv".into(), text.into_bytes());
        Scenario::read_files(&files).0.map(|s| {
            let p = s.policies.last().expect("a policy").clone();
            (p.valid_from.map(|d| d.to_string()), p.valid_to.map(|d| d.to_string()))
        })
    };
    let good = (Some("2017-03-04".to_string()), Some("2017-12-22".to_string()));
    for (from, to) in [
        ("2017-03-04", "2017-12-22"),
        ("2017-03-04 00:00:00", "2017-12-22T00:00:00"),
        ("2017/03/04", "2017/12/22"),
        ("4.3.2017", "22.12.2017"),
        ("04/03/2017", "22/12/2017"),
        ("3/4/2017", "12/22/2017"),
    ] {
        assert_eq!(with(from, to).expect(from), good);
    }
    for (from, to, code) in [
        ("3/4/2017", "5/6/2018", "TM-TAB-001"),
        ("22/12/2017", "12/22/2018", "TM-TAB-001"),
        ("3/4/17", "22/12/17", "TM-SCN-015"),
        ("2017-13-01", "", "TM-SCN-015"),
        ("Mar-17", "", "TM-SCN-015"),
        ("2017-03-04 12:00:00", "", "TM-SCN-015"),
        ("43000", "", "TM-SCN-015"),
    ] {
        let problems = with(from, to).expect_err(from);
        assert!(problems.iter().all(|p| p.code.id == code), "{from}: {problems:?}");
    }
}

#[test]
fn places_of_problems_are_those_of_an_editor() {
    let starter = &folders()[0];
    let row = "MINE,M,NO,68.35,18.2,terminal,x,assumed";
    for (text, place) in [
        (format!("id,name,country,lat,lon,kind,source,confidence\r\n{row}\r\n\r\n# a, b\r\nA,B,NO,999,1,port,x,assumed\r\n"), "places.csv:5:4"),
        (format!("# one\n\n# two\nid,name,country,lat,lon,kind,source,confidence\n{row}\n\n\nA,B,NO,999,1,port,x,assumed\n"), "places.csv:8:4"),
        ("id,name,country,lat,lon,kind,source,confidence\nMINE,\"a\nb\r\nc\",NO,68.35,18.2,terminal,x,assumed\nA,B,NO,999,1,port,x,assumed\n".to_string(), "places.csv:5:4"),
        (format!("sep=,\r\nid,name,country,lat,lon,kind,source,confidence\r\n{row}\r\nA,B,NO,999,1,port,x,assumed\r\n"), "places.csv:4:4"),
        (format!("id,name,country,lat,lon,kind,source,confidence\r{row}\rA,B,NO,999,1,port,x,assumed\r"), "places.csv:3:4"),
    ] {
        let mut files = starter.clone();
        files.0.insert("places.csv".into(), text.clone().into_bytes());
        let problems = Scenario::read_files(&files).0.expect_err("bad");
        let places: Vec<String> = problems.iter().filter(|p| p.code.id == "TM-SCN-011").filter_map(|p| p.at.as_ref().map(|a| a.to_string())).collect();
        assert_eq!(places, [place], "{text}");
    }
}

#[test]
fn nothing_is_swallowed_in_silence() {
    let starter = &folders()[0];
    let with = |text: &str| {
        let mut files = starter.clone();
        files.0.insert("places.csv".into(), text.as_bytes().to_vec());
        Scenario::read_files(&files)
    };
    let good = "PORT,P,NO,68.43,17.4,port,x,assumed\nMARKET,M,DE,53.55,9.99,port,x,assumed\n";
    let header = "id,name,country,lat,lon,kind,source,confidence\n";
    // A quotation mark that is never closed would eat the rest of the file.
    let (scenario, _) = with(&format!("{header}MINE,\"M,NO,68.35,18.2,terminal,x,assumed\n{good}"));
    let problems = scenario.expect_err("open");
    assert_eq!(
        (problems[0].code.id, problems[0].at.as_ref().expect("placed").row),
        ("TM-TAB-003", 2)
    );
    // A comment that has the form of a row is noted.
    let (scenario, notes) = with(&format!(
        "{header}MINE,M,NO,68.35,18.2,terminal,x,assumed\n#1 Quay,Q,NO,1,1,port,x,assumed\n{good}"
    ));
    assert!(scenario.is_ok());
    assert!(notes.iter().any(|n| n.at.row == 3 && n.message.contains("comment")), "{notes:?}");
    // Rows of separators only are ignored.
    let (scenario, _) = with(&format!(
        "{header}MINE,M,NO,68.35,18.2,terminal,x,assumed\n{good}\n   \n,,,,\n;;;;;;\n\t\t\n"
    ));
    assert!(scenario.is_ok());
    // A misspelt column is an error; a user's additional column a note.
    let (scenario, _) = with(&format!("{}{}", header.replace("kind", "knid"), good));
    assert!(scenario.expect_err("misspelt").iter().any(|p| p.code.id == "TM-SCN-006"));
}
