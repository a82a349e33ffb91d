//! Scenarios in a workbook, as spreadsheets write them.

use std::io::{Cursor, Read, Write};
use std::path::Path;

use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};
use trimodal_model::tables::TABLES;
use trimodal_model::{Files, Note, Problem, Scenario};

fn starter() -> Files {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../trimodal/starter");
    Files::from_folder(&folder).expect("it is there")
}

/// Everything that looks like a number is one, as in a CSV file opened by a spreadsheet, except
/// in `text` columns.
fn fill(sheet: &mut Worksheet, bytes: &[u8], text: &[&str]) {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(bytes);
    let header = reader.headers().expect("a header").clone();
    for (c, name) in (0..).zip(&header) {
        sheet.write_string(0, c, name).expect("written");
    }
    for (r, record) in (1..).zip(reader.records()) {
        for (c, cell) in (0..).zip(record.expect("a record").iter()) {
            match cell.parse::<f64>() {
                _ if cell.is_empty() => {}
                Ok(x) if !text.contains(&&header[usize::from(c)]) => {
                    sheet.write_number(r, c, x).expect("written");
                }
                _ => {
                    sheet.write_string(r, c, cell).expect("written");
                }
            }
        }
    }
}

/// The starter's settings.
const SETTINGS: &[(&str, &str)] = &[
    ("name", "Quarry corridor"),
    (
        "description",
        "How much ore and grain can the line and the port carry, and what would carry more?",
    ),
    ("days", "365"),
    ("price_year", "2024"),
    ("discount_rate", "0.08"),
    ("horizon_years", "30"),
    ("co2_usd_t", "50"),
    ("peak_factor", "1.25"),
    ("rungs", "1.25;1.5;2;3;5"),
    ("samples", "100"),
];

/// The starter as one workbook, its settings in a sheet, changed by `edit`.
fn workbook(edit: impl Fn(&mut Workbook)) -> Vec<u8> {
    let mut book = Workbook::new();
    for table in TABLES {
        let sheet = book.add_worksheet();
        sheet.set_name(table.name).expect("a name");
        fill(sheet, &starter().0[&table.file()], &[]);
    }
    let sheet = book.add_worksheet();
    sheet.set_name("scenario").expect("a name");
    sheet.write_string(0, 0, "key").expect("written");
    sheet.write_string(0, 1, "value").expect("written");
    for (r, (key, value)) in (1..).zip(SETTINGS) {
        sheet.write_string(r, 0, *key).expect("written");
        match value.parse::<f64>() {
            Ok(x) => sheet.write_number(r, 1, x).expect("written"),
            Err(_) => sheet.write_string(r, 1, *value).expect("written"),
        };
        sheet.write_string(r, 2, "what it means").expect("written");
    }
    let day = ExcelDateTime::from_ymd(2024, 1, 1).expect("a day");
    sheet.write_string(20, 0, "period_start").expect("written");
    sheet
        .write_datetime_with_format(20, 1, &day, &Format::new().set_num_format("dd/mm/yyyy"))
        .expect("written");
    let sheet = book.add_worksheet().set_name("observed").expect("a name");
    fill(sheet, b"year,t_per_year,what,source\n2023,900000,ore and grain shipped,invented\n", &[]);
    edit(&mut book);
    book.save_to_buffer().expect("bytes")
}

fn read(bytes: Vec<u8>) -> (Result<Scenario, Vec<Problem>>, Vec<Note>) {
    Scenario::read_files(&Files([("scenario.xlsx".to_string(), bytes)].into()))
}

fn places(problems: &[Problem]) -> Vec<String> {
    let place = |p: &Problem| p.at.as_ref().map_or(String::new(), |at| at.to_string());
    problems.iter().map(|p| format!("{} {}", p.code.id, place(p))).collect()
}

#[test]
fn the_sheets_of_a_workbook_are_written_as_tables() {
    let book = Files([("scenario.xlsx".to_string(), workbook(|_| ()))].into());
    let folder = book.as_tables().expect("a good workbook");
    assert!(!folder.is_workbook() && folder.0.contains_key("scenario.toml"));
    let read = |files: &Files| Scenario::from_files(files).expect("a good scenario");
    assert_eq!(read(&folder).digest(), read(&book).digest());
    let more = book.with_value("scenario.discount_rate", &toml::Value::Float(0.2)).expect("a key");
    assert_eq!(read(&more).settings.discount_rate, 0.2);
}

#[test]
fn a_workbook_is_the_folder_that_it_was_made_of() {
    let before = Scenario::from_files(&starter()).expect("sound");
    let (after, notes) = read(workbook(|_| ()));
    let after = after.unwrap_or_else(|p| panic!("{p:?}"));
    assert_eq!(format!("{after:?}"), format!("{before:?}"));
    assert_eq!((after.digest(), notes), (before.digest(), vec![]));
}

#[test]
fn problems_are_placed_by_sheet_row_and_column() {
    let edit = |book: &mut Workbook| {
        let demand = book.worksheet_from_name("demand").expect("there");
        // A zero lost in the hs column, and another one by format only.
        demand.write_number(1, 3, 713.0).expect("written");
        demand
            .write_number_with_format(2, 3, 713.0, &Format::new().set_num_format("0000"))
            .expect("written");
        let links = book.worksheet_from_name("links").expect("there");
        links.write_string(2, 2, "PROT").expect("written");
        let settings = book.worksheet_from_name("scenario").expect("there");
        settings.write_string(4, 1, "much").expect("written");
    };
    let (scenario, _) = read(workbook(edit));
    let problems = scenario.expect_err("bad");
    assert_eq!(
        places(&problems),
        [
            "TM-TAB-002 scenario.xlsx!demand:2:D",
            "TM-TAB-002 scenario.xlsx!demand:3:D",
            "TM-SCN-014 scenario.xlsx!links:3:C",
            "TM-SCN-016 scenario.xlsx!scenario:5:B",
        ]
    );
    assert!(problems[0].hint.as_ref().is_some_and(|h| h.contains("zero was probably lost")));
}

#[test]
fn formulas_without_a_value_and_errors_are_no_blanks() {
    let bytes = edited(|_, _, text| {
        *text = text
            .replace(r#"<c r="E2"><v>60</v></c>"#, r#"<c r="E2"><f>30+30</f></c>"#)
            .replace(r#"<c r="E3"><v>55</v></c>"#, r#"<c r="E3" t="e"><v>#N/A</v></c>"#);
    });
    assert_eq!(
        places(&read(bytes).0.expect_err("bad")),
        ["TM-TAB-004 scenario.xlsx!links:2:E", "TM-TAB-004 scenario.xlsx!links:3:E"]
    );
}

#[test]
fn sheets_that_are_no_tables_are_told() {
    let (scenario, notes) = read(workbook(|book| {
        book.add_worksheet()
            .set_name("my notes")
            .expect("a name")
            .write_string(0, 0, "call Kim")
            .expect("written");
        book.add_worksheet().set_name("Sheet1").expect("a name");
    }));
    assert!(scenario.is_ok());
    assert_eq!(notes.len(), 1);
    assert_eq!(notes[0].at.file, "scenario.xlsx!my notes");
    // A sheet with a misspelt table name would lose a table.
    let (scenario, _) = read(workbook(|book| {
        book.worksheet_from_name("options").expect("there").set_name("option").expect("a name");
    }));
    assert_eq!(places(&scenario.expect_err("bad")), ["TM-TAB-004 scenario.xlsx!option"]);
    let (scenario, _) = read(workbook(|book| {
        book.worksheet_from_name("links").expect("there").set_name("Links").expect("a name");
    }));
    assert!(scenario.is_ok());
    let (scenario, _) = read(workbook(|book| {
        book.worksheet_from_name("calendars").expect("there").set_name("hours").expect("a name");
    }));
    assert_eq!(places(&scenario.expect_err("bad")), ["TM-SCN-001 scenario.xlsx!calendars"]);
}

#[test]
fn a_table_given_twice_is_refused() {
    let mut files = starter();
    files.0.insert("scenario.xlsx".into(), workbook(|_| ()));
    let problems = Scenario::from_files(&files).expect_err("twice");
    assert_eq!(problems.len(), TABLES.len() + 1);
    assert!(problems.iter().all(|p| p.code.id == "TM-TAB-005"), "{problems:?}");
}

#[test]
fn a_workbook_that_is_none_is_a_problem() {
    for bytes in
        [&b"PK\x03\x04 and no more"[..], b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", b"id,name", b""]
    {
        let problems = read(bytes.to_vec()).0.expect_err("none");
        assert_eq!(places(&problems), ["TM-TAB-004 scenario.xlsx"]);
    }
}

#[test]
fn text_of_settings_may_have_quotes_and_lines() {
    let text = "all \"goods\"\nby rail \\ road";
    let (scenario, _) = read(workbook(|book| {
        let sheet = book.worksheet_from_name("observed").expect("there");
        sheet.write_string(1, 2, text).expect("written");
        let sheet = book.worksheet_from_name("scenario").expect("there");
        sheet.write_string(2, 1, text).expect("written");
    }));
    let settings = scenario.expect("sound").settings;
    assert_eq!((settings.observed[0].what.as_str(), settings.description.as_str()), (text, text));
}

/// Failed cases are kept beside the test and tried first from then on.
fn kept() -> Option<Box<dyn proptest::test_runner::FailurePersistence>> {
    Some(Box::new(proptest::test_runner::FileFailurePersistence::WithSource("regressions")))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: kept(), ..ProptestConfig::default() })]
    /// A broken workbook gives problems and no panic.
    #[test]
    fn broken_workbooks_are_answered(
        at in any::<prop::sample::Index>(),
        with in prop::collection::vec(any::<u8>(), 0..8),
        part in 0_usize..40,
        text in prop::sample::select(vec!["", "\"", "-1", "99999999999", "A0", "ZZZZZ9", "<c>", "</row>", "t=\"s\"", "NaN"]),
    ) {
        let mut bytes = WORKBOOK.with(Clone::clone);
        let place = at.index(bytes.len());
        let end = (place + with.len()).min(bytes.len());
        bytes.splice(place..end, with);
        for bytes in [bytes, part_broken(part, &at, text), WORKBOOK.with(|b| b[..place].to_vec())] {
            if let Err(problems) = read(bytes).0 {
                prop_assert!(!problems.is_empty());
            }
        }
    }
}

/// The workbook with a value or a tag of one of its parts overwritten.
fn part_broken(part: usize, at: &prop::sample::Index, with: &str) -> Vec<u8> {
    edited(|i, all, text| {
        if i != part % all {
            return;
        }
        let cuts: Vec<usize> = text.match_indices(['"', '<', '>']).map(|(i, _)| i + 1).collect();
        let from = at.index(cuts.len());
        let to = cuts.get(from + 1).map_or(cuts[from], |end| end - 1);
        text.replace_range(cuts[from]..to.max(cuts[from]), with);
    })
}

/// The workbook with its parts changed: each by its number, the number of parts, and its text.
fn edited(edit: impl Fn(usize, usize, &mut String)) -> Vec<u8> {
    let whole = WORKBOOK.with(Clone::clone);
    let mut from = zip::ZipArchive::new(Cursor::new(whole)).expect("an archive");
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let all = from.len();
    for i in 0..all {
        let mut entry = from.by_index(i).expect("a part");
        let mut text = String::new();
        entry.read_to_string(&mut text).expect("text");
        edit(i, all, &mut text);
        let name = entry.name().expect("a name").into_owned();
        to.start_file(name, zip::write::SimpleFileOptions::default()).expect("begun");
        to.write_all(text.as_bytes()).expect("written");
    }
    to.finish().expect("finished").into_inner()
}

thread_local! {
    static WORKBOOK: Vec<u8> = workbook(|_| ());
}
