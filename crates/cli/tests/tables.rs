//! Tables in the formats that spreadsheets save, from the command line.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn trimodal(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_trimodal")).args(args).output().expect("it runs")
}

fn stderr(out: &Output) -> String {
    String::from_utf8_lossy(&out.stderr).into_owned()
}

fn starter(name: &str, xlsx: bool) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    let mut args = vec!["new", path.to_str().expect("text")];
    args.extend(xlsx.then_some("--xlsx"));
    assert!(trimodal(&args).status.success());
    (folder, path)
}

fn check(path: &Path) -> Output {
    trimodal(&["check", path.to_str().expect("text")])
}

#[test]
fn a_workbook_is_written_read_and_planned() {
    let (_text, text) = starter("text", false);
    let (_book, book) = starter("book", true);
    let names: Vec<_> =
        std::fs::read_dir(&book).expect("a folder").flatten().map(|e| e.file_name()).collect();
    assert_eq!(names, ["scenario.xlsx"]);
    let out = check(&book);
    assert!(out.status.success() && stderr(&out).is_empty(), "{}", stderr(&out));
    let plan = |path: &Path| {
        let out = trimodal(&["plan", path.to_str().expect("text"), "--samples", "0", "--json"]);
        assert!(out.status.success(), "{}", stderr(&out));
        out.stdout
    };
    let file = book.join("scenario.xlsx");
    assert!(plan(&text) == plan(&book) && plan(&book) == plan(&file), "the answers differ");
    // Outputs go beside the workbook and are not reported as stray files.
    let out = trimodal(&["plan", file.to_str().expect("text"), "--samples", "0"]);
    assert!(out.status.success() && book.join("plan.json").is_file(), "{}", stderr(&out));
    assert!(stderr(&check(&book)).is_empty());
}

#[test]
fn a_plan_is_written_as_a_workbook_that_can_be_read() {
    let (folder, scenario) = starter("s", false);
    let file = folder.path().join("plan.xlsx");
    let args = [
        "plan",
        scenario.to_str().expect("text"),
        "--samples",
        "0",
        "--xlsx",
        file.to_str().expect("text"),
    ];
    let out = trimodal(&args);
    assert!(out.status.success(), "{}", stderr(&out));
    let first = std::fs::read(&file).expect("there");
    let mut problems = Vec::new();
    let book = trimodal::model::table::Workbook::open("plan.xlsx", &first, &mut problems);
    let sheets = book.map(|b| b.sheets()).unwrap_or_default();
    assert_eq!(
        sheets,
        [
            "about",
            "capacity",
            "binding",
            "ladder",
            "investments",
            "flows",
            "facilities",
            "links",
            "not_permitted"
        ]
    );
    assert!(trimodal(&args).status.success());
    assert_eq!(std::fs::read(&file).expect("there"), first, "the same answer, other bytes");
}

#[test]
fn strays_are_named() {
    let (_folder, s) = starter("s", false);
    let put = |name: &str, text: &[u8]| std::fs::write(s.join(name), text).expect("written");
    for name in ["link.csv", "Demand.csv", "demand.xlsx", "notes.ods", "old.tsv"] {
        put(name, b"id,name\n");
    }
    for name in ["~$demand.xlsx", ".~lock.links.csv#", "photo.png", "README.md", ".hidden.csv"] {
        put(name, b"");
    }
    let out = check(&s);
    assert!(out.status.success());
    let text = stderr(&out);
    for name in ["link.csv", "Demand.csv", "demand.xlsx", "notes.ods", "old.tsv"] {
        assert!(text.contains(name), "{name} is not named: {text}");
    }
    for name in ["~$", "lock", "photo", "README", "hidden"] {
        assert!(!text.contains(name), "{name} is named: {text}");
    }
    // An optional table under another name would be ignored silently, so it is an error.
    std::fs::rename(s.join("policies.csv"), s.join("Policies.csv")).expect("renamed");
    let out = check(&s);
    assert_eq!(out.status.code(), Some(1));
    assert!(
        stderr(&out).contains("Policies.csv") && stderr(&out).contains("policies.csv"),
        "{}",
        stderr(&out)
    );
}

#[test]
fn tables_of_other_verbs_have_the_same_formats() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).display().to_string();
    let utf16: Vec<u8> =
        "\u{feff}id\tplace\r\n1\tShanghai\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(at("to.csv"), "place\nBusan\n").expect("written");
    let forms: &[(&str, &[u8], &str)] = &[
        (
            "semicolons",
            b"\xef\xbb\xbfid;lat;lon;comment\r\n1;31,2;121,5;\"a; b\"\r\n;;;\r\n",
            "`comment` is not read",
        ),
        ("utf16", &utf16, "UTF-16"),
        ("index", b",id,place\n0,1.0,Shanghai\n", "no name"),
        ("cp1252", b"id,place\n1,Malm\xf6\n", "Windows-1252"),
    ];
    for (name, bytes, note) in forms {
        std::fs::write(at(name), bytes).expect("written");
        let out = trimodal(&[
            "table",
            &at(name),
            &at("to.csv"),
            "-o",
            &at("out.csv"),
            "--by",
            "distance",
        ]);
        assert!(out.status.success(), "{name}: {}", stderr(&out));
        assert!(stderr(&out).contains(note), "{name}: {}", stderr(&out));
        let out = std::fs::read_to_string(at("out.csv")).expect("written");
        assert!(out.lines().nth(1).is_some_and(|l| l.starts_with("1,Busan,reached")), "{out}");
    }
    // To a workbook and from one.
    let out = trimodal(&[
        "table",
        &at("semicolons"),
        &at("to.csv"),
        "-o",
        &at("out.xlsx"),
        "--by",
        "distance",
    ]);
    assert!(out.status.success(), "{}", stderr(&out));
    let bytes = std::fs::read(at("out.xlsx")).expect("written");
    assert!(trimodal::model::table::is_workbook(&bytes));
    let out = trimodal(&["table", &at("out.xlsx"), &at("to.csv"), "-o", &at("out.csv")]);
    assert!(stderr(&out).contains("2 sheets: table, about"), "{}", stderr(&out));
}

#[test]
fn a_code_without_its_leading_zero_is_refused_by_route_too() {
    for (code, good) in [
        ("0713", true),
        ("0713.10", true),
        ("2701.0", true),
        ("713", false),
        ("7", false),
        ("713.1", false),
    ] {
        let out = trimodal(&[
            "route",
            "Vladivostok",
            "KPRJN",
            "--by",
            "time",
            "--date",
            "2024-06-01",
            "--hs",
            code,
        ]);
        assert_eq!(stderr(&out).contains("TM-TAB-002"), !good, "{code}: {}", stderr(&out));
    }
}

/// Folders of the shared folder in which trials found defects.
#[test]
#[ignore = "reads the folder TRIMODAL_SHARED"]
fn folders_of_the_trials_are_read() {
    let shared = std::env::var("TRIMODAL_SHARED").expect("TRIMODAL_SHARED names the folder");
    for name in
        ["excel_cp1252", "excel_german", "excel_hs", "excel_naive", "excel_trailing", "excel_utf16"]
    {
        let out = check(&Path::new(&shared).join("cases/plan").join(name));
        assert!(out.status.success(), "{name}: {}", stderr(&out));
    }
    let out = check(&Path::new(&shared).join("cases/plan/excel_hs_lost"));
    assert!(
        out.status.code() == Some(1)
            && stderr(&out).contains("TM-TAB-002")
            && stderr(&out).contains("demand.csv:5:4"),
        "{}",
        stderr(&out)
    );
}
