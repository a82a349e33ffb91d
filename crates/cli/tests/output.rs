//! Output of the program: files are written whole, and only regular files are replaced.
#![cfg(unix)]

use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trimodal"));
    command.args(args);
    command
}

fn run(args: &[&str]) -> Output {
    command(args).output().expect("it runs")
}

fn stderr(out: &Output) -> String {
    String::from_utf8_lossy(&out.stderr).into_owned()
}

/// The starter beside an empty folder.
struct Case {
    folder: tempfile::TempDir,
}

impl Case {
    fn new() -> Case {
        let case = Case { folder: tempfile::tempdir().expect("a folder") };
        let out = run(&["new", &case.at("s")]);
        assert!(out.status.success(), "{}", stderr(&out));
        case
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn at(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// Runs every verb that writes a file, one after the other, with `to` as its output.
    fn writers(&self, to: &str) -> impl Iterator<Item = Output> {
        let (s, to) = (self.at("s"), self.at(to));
        let all = [
            vec!["plan", &s, "--samples", "0", "--json", "--xlsx", &to],
            vec!["simulate", &s, "--replications", "16", "--html", &to],
            vec!["simulate", &s, "--replications", "16", "--trace", &to],
            vec!["simulate", &s, "--replications", "16", "--recording", &to],
            vec!["route", "Mombasa", "Nairobi", "--by", "time", "--html", &to],
            vec!["route", "Mombasa", "Nairobi", "--by", "time", "--geojson", &to],
        ];
        all.map(|args| args.into_iter().map(String::from).collect::<Vec<_>>())
            .into_iter()
            .map(|args| run(&args.iter().map(String::as_str).collect::<Vec<_>>()))
    }
}

#[test]
fn a_link_stays_a_link_and_its_file_keeps_its_permissions() {
    let case = Case::new();
    std::fs::create_dir(case.path("far")).expect("a folder");
    let file = case.path("far/file");
    std::os::unix::fs::symlink("far/file", case.path("link")).expect("a link");
    for permissions in [0o640, 0o606] {
        std::fs::write(&file, "old").expect("written");
        let mode = std::fs::Permissions::from_mode(permissions);
        std::fs::set_permissions(&file, mode).expect("set");
        for out in case.writers("link") {
            assert!(matches!(out.status.code(), Some(0 | 3)), "{}", stderr(&out));
            let link = std::fs::symlink_metadata(case.path("link")).expect("there");
            assert!(link.is_symlink());
            let is = std::fs::metadata(&file).expect("there");
            assert!(is.len() > 100);
            assert_eq!(is.permissions().mode() & 0o777, permissions);
            std::fs::write(&file, "old").expect("written");
        }
    }
    // A link to a file that does not exist yet is followed too.
    std::fs::remove_file(&file).expect("removed");
    assert_eq!(case.writers("link").count(), 6);
    assert!(
        file.is_file() && std::fs::symlink_metadata(case.path("link")).expect("there").is_symlink()
    );
    let rest = std::fs::read_dir(case.path("far")).expect("a folder").count();
    assert_eq!(rest, 1, "something was left aside");
}

#[test]
fn devices_and_pipes_are_written_and_stay_what_they_are() {
    let case = Case::new();
    for (device, code) in [("/dev/null", 0), ("/dev/full", 1)] {
        if !Path::new(device).exists() {
            continue;
        }
        for out in case.writers(device) {
            assert!(
                out.status.code() == Some(code) || (code == 0 && out.status.code() == Some(3)),
                "{}",
                stderr(&out)
            );
            assert_eq!(stderr(&out).contains("TM-IO-002"), code == 1);
        }
        let is = std::fs::symlink_metadata(device).expect("there");
        assert!(is.file_type().is_char_device());
    }
    let pipe = case.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    let reader = Command::new("cat").arg(&pipe).stdout(Stdio::piped()).spawn().expect("cat");
    let out = run(&["route", "Mombasa", "Nairobi", "--by", "time", "--geojson", &case.at("pipe")]);
    assert!(out.status.success(), "{}", stderr(&out));
    let read = reader.wait_with_output().expect("read").stdout;
    assert!(serde_json::from_slice::<serde_json::Value>(&read).is_ok());
    assert!(std::fs::symlink_metadata(&pipe).expect("there").file_type().is_fifo());
}

#[test]
fn failed_writes_are_errors() {
    let case = Case::new();
    std::fs::create_dir(case.path("folder")).expect("a folder");
    std::os::unix::fs::symlink("circle", case.path("circle")).expect("a link");
    for to in ["folder", "circle", "no/folder/file"] {
        for out in case.writers(to) {
            assert_eq!(out.status.code(), Some(1), "{to}");
            assert!(stderr(&out).contains("TM-IO-002"), "{to}: {}", stderr(&out));
        }
    }
    // A plan does not overwrite its own scenario.
    let book = case.at("book");
    assert!(run(&["new", "--xlsx", &book]).status.success());
    let file = case.at("book/scenario.xlsx");
    let before = std::fs::read(&file).expect("there");
    for scenario in [&book, &file] {
        let out = run(&["plan", scenario, "--samples", "0", "--json", "--xlsx", &file]);
        assert!(
            out.status.code() == Some(1) && stderr(&out).contains("TM-CLI-002"),
            "{}",
            stderr(&out)
        );
        assert_eq!(std::fs::read(&file).expect("there"), before);
    }
}

#[test]
fn a_full_standard_output_is_an_error_and_a_closed_one_is_not() {
    let case = Case::new();
    let s = case.at("s");
    let verbs: &[&[&str]] = &[
        &["check", &s],
        &["plan", &s, "--samples", "0"],
        &["plan", &s, "--samples", "0", "--json"],
        &["simulate", &s, "--replications", "16"],
        &["route", "Mombasa", "Nairobi", "--by", "time"],
        &["world", "info"],
    ];
    for args in verbs {
        if let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") {
            let out = command(args).stdout(full).output().expect("it runs");
            assert_eq!(out.status.code(), Some(1), "{args:?}");
            assert!(stderr(&out).contains("error[TM-IO-002]"), "{args:?}: {}", stderr(&out));
        }
        let mut child =
            command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
        drop(child.stdout.take());
        let out = child.wait_with_output().expect("it ends");
        assert!(matches!(out.status.code(), Some(0 | 3)), "{args:?}: {}", stderr(&out));
        assert!(!stderr(&out).contains("error"), "{args:?}: {}", stderr(&out));
    }
}
