//! Ctrl-C during a plan, by itself and as part of `simulate`.
#![cfg(unix)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// The study of the triangle in a folder of its own, without a plan.
fn tumen() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let study = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/tumen");
    for entry in std::fs::read_dir(study).expect("the study") {
        let file = entry.expect("an entry").path();
        let input = file.extension().is_some_and(|x| x == "csv" || x == "toml");
        if input {
            let name = file.file_name().expect("a name");
            std::fs::copy(&file, folder.path().join(name)).expect("copied");
        }
    }
    folder
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder");
    let mut files: Vec<PathBuf> = entries.map(|e| e.expect("an entry").path()).collect();
    files.sort();
    files
}

/// Starts a command, interrupts it after a delay, and asserts that it ends at once with the exit code of a limit.
/// On a machine that is busy with something else it may need another attempt to do so within the time.
fn interrupted(args: &[&str], after: Duration) -> Output {
    let attempts: Vec<(Output, Duration)> = (0..3).map(|_| attempt(args, after)).collect();
    let (out, took) = attempts.into_iter().min_by_key(|(_, took)| *took).expect("an attempt");
    assert!(took < Duration::from_millis(1500), "{args:?}: {took:?}");
    out
}

fn attempt(args: &[&str], after: Duration) -> (Output, Duration) {
    let child = Command::new(env!("CARGO_BIN_EXE_trimodal"))
        .args(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    std::thread::sleep(after);
    let begun = Instant::now();
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(sent.is_ok_and(|s| s.success()));
    let out = child.wait_with_output().expect("an end");
    let took = begun.elapsed();
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert_eq!(out.status.code(), Some(4), "{args:?}: {:?} {said}", out.status);
    (out, took)
}

#[test]
fn a_plan_is_interrupted_within_a_second() {
    let folder = tumen();
    let before = files(folder.path());
    let here = folder.path().display().to_string();
    // During the evaluation of the law and of today's capacity, the ladder, and the samples.
    for after_ms in [300, 1_000, 2_000, 6_000] {
        let args = ["plan", &here, "--samples", "100000"];
        let out = interrupted(&args, Duration::from_millis(after_ms));
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        assert!(said.contains("Interrupted: there is no plan"), "{said}");
        assert!(out.stdout.is_empty());
        assert_eq!(files(folder.path()), before, "no file is written");
    }
}

#[test]
fn a_simulation_is_interrupted_while_it_plans() {
    let folder = tumen();
    let here = folder.path().display().to_string();
    for after_ms in [300, 800] {
        let args = ["simulate", &here, "--replications", "10000"];
        let out = interrupted(&args, Duration::from_millis(after_ms));
        let said = String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned();
        assert!(said.contains("nterrupted"), "{said}");
    }
}
