//! Every bad scenario is refused with stable ids, places and hints; the messages are compared in full.

use std::fmt::Write;

use trimodal::{Files, Scenario};

/// Undoes `\n`, `\t`, `\0` and `\xHH`.
fn unescape(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut i = 0;
    while i < bytes.len() {
        let (byte, step) = match (bytes[i], bytes.get(i + 1)) {
            (b'\\', Some(b'n')) => (b'\n', 2),
            (b'\\', Some(b't')) => (b'\t', 2),
            (b'\\', Some(b'0')) => (0, 2),
            (b'\\', Some(b'x')) => {
                (u8::from_str_radix(&text[i + 2..i + 4], 16).expect("two digits"), 4)
            }
            (other, _) => (other, 1),
        };
        out.push(byte);
        i += step;
    }
    out
}

fn replace_first(bytes: &[u8], find: &[u8], with: &[u8]) -> Vec<u8> {
    let at = bytes.windows(find.len()).position(|w| w == find);
    let at =
        at.unwrap_or_else(|| panic!("`{}` is not in the starter", String::from_utf8_lossy(find)));
    [&bytes[..at], with, &bytes[at + find.len()..]].concat()
}

fn edit(files: &mut Files, line: &str) {
    let parts: Vec<&str> = line.splitn(3, " | ").map(str::trim_start).collect();
    let file = parts[0].trim().to_string();
    match parts[1..] {
        ["DELETE"] => assert!(files.0.remove(&file).is_some()),
        ["WRITE"] => drop(files.0.insert(file, Vec::new())),
        ["WRITE", text] => drop(files.0.insert(file, unescape(text))),
        [find, with] => {
            let edited = replace_first(&files.0[&file], &unescape(find), &unescape(with));
            files.0.insert(file, edited);
        }
        _ => panic!("not an edit: {line}"),
    }
}

#[test]
fn every_bad_scenario_is_refused() {
    let cases = include_str!("bad_scenarios.txt");
    let mut answers = String::new();
    let mut count = 0;
    for case in cases.split("\n== ").skip(1) {
        let (name, edits) = case.split_once('\n').expect("a name and edits");
        let mut files = trimodal::starter();
        for line in edits.lines().filter(|l| !l.trim().is_empty() && !l.starts_with('#')) {
            edit(&mut files, line);
        }
        let problems =
            Scenario::from_files(&files).err().unwrap_or_else(|| panic!("`{name}` was accepted"));
        let _ = writeln!(answers, "== {name}");
        for problem in problems {
            let _ = writeln!(answers, "{problem}");
        }
        count += 1;
    }
    assert!(count >= 60, "only {count} bad scenarios");
    insta::assert_snapshot!("bad_scenarios", answers);
}

#[test]
fn unusual_but_valid_files_are_accepted() {
    // A byte-order mark, columns in another order, Windows line endings, an absent optional file.
    let mut files = trimodal::starter();
    let places = "\u{feff}name,id,lon,lat,country,confidence,source,kind\r\n\
        Upper Mine,MINE,18.2,68.35,NO,assumed,x,terminal\r\nFjord Port,PORT,17.4,68.43,NO,assumed,x,port\r\nMarket,MARKET,9.99,53.55,DE,assumed,x,port\r\n";
    files.0.insert("places.csv".into(), places.as_bytes().to_vec());
    files.0.remove("policies.csv");
    let scenario = Scenario::from_files(&files).expect("it is sound");
    let market = scenario.places.iter().find(|p| p.id == "MARKET").expect("it is there");
    assert_eq!(market.lon, 9.99);
}

#[test]
fn the_fuzz_corpus_replays() {
    let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    let inputs = |target: &str| -> Vec<Vec<u8>> {
        let entries =
            std::fs::read_dir(corpus.join(target)).expect("the corpus is in the repository");
        entries.map(|e| std::fs::read(e.expect("an entry").path()).expect("a file")).collect()
    };
    let mut replayed = 0;
    for bytes in inputs("scenario") {
        let _ = Scenario::from_files(&Files::from_bundle(&bytes));
        replayed += 1;
    }
    for bytes in inputs("cells") {
        let text = String::from_utf8_lossy(&bytes);
        let _ = (
            trimodal::model::calendar::parse_days(&text),
            trimodal::model::calendar::parse_hours(&text),
        );
        let _ = (
            trimodal::model::calendar::parse_closed(&text),
            trimodal::model::calendar::parse_seasons(&text),
        );
        let _ = trimodal::model::hs::parse(&text);
        replayed += 1;
    }
    assert!(replayed >= 5, "the corpus is missing");
}
