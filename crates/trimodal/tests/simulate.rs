//! `trimodal simulate` as a user meets it: what it refuses and how, limits, and what it writes.

use std::path::Path;
use std::process::{Command, Output};

fn trimodal(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_trimodal")).args(args).output().expect("it runs")
}

fn told(out: &Output) -> String {
    String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr)
}

/// The starter in a folder of its own, with one edit.
fn starter(file: &str, find: &str, with: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, content) in trimodal::STARTER {
        assert!(*name != file || content.contains(find), "`{find}` is not in {file}");
        let edited =
            if *name == file { content.replacen(find, with, 1) } else { content.to_string() };
        std::fs::write(folder.path().join(name), edited).expect("written");
    }
    folder
}

fn path(folder: &Path) -> String {
    folder.display().to_string()
}

fn refused(args: &[&str], code: i32, id: &str, words: &str) {
    let out = trimodal(args);
    let told = told(&out);
    assert_eq!(out.status.code(), Some(code), "{args:?}: {told}");
    assert!(told.contains(id) && told.contains(words), "{args:?}: {told}");
    assert!(!told.contains("panicked"), "{told}");
}

#[test]
fn bad_input_is_answered() {
    let folder = starter("", "", "");
    let here = path(folder.path());
    refused(&["simulate", &here, "--multiple", "0.5"], 1, "TM-CLI-002", "a rung of the plan");
    refused(&["simulate", &here, "--multiple", "NaN"], 1, "TM-CLI-002", "multiple");
    refused(
        &["simulate", &here, "--precision", "2", "--time-limit=-1"],
        1,
        "TM-CLI-002",
        "2 problems",
    );
    refused(&["simulate", &here, "--replications", "0"], 2, "", "not in 1..=10000");
    refused(&["simulate", &here, "--seed=-1"], 2, "", "invalid");
    refused(&["simulate", &here, "--multiple", "7.25"], 1, "TM-CLI-001", "no rung x7.25");
    refused(&["simulate", &here, "--plan", "/no/such/plan.json"], 1, "TM-IO-001", "make it");
    refused(&["simulate", "/no/such/folder"], 1, "TM-IO-001", "");

    let file = folder.path().join("other.json");
    let other = path(&file);
    std::fs::write(&file, "{\n  \"schema\": 3").expect("written");
    refused(&["simulate", &here, "--plan", &other], 1, "TM-SCN-015", "other.json:2:");
    assert!(trimodal(&["plan", &here, "--json", "--out", &here]).status.success());
    let plan = trimodal(&["plan", &here, "--json"]).stdout;
    let plan = String::from_utf8(plan).expect("UTF-8");
    let edited = |find: &str, with: &str| {
        assert!(plan.contains(find), "{find}");
        std::fs::write(&file, plan.replacen(find, with, 1)).expect("written");
    };
    edited("trimodal/plan/1", "trimodal/plan/99");
    refused(&["simulate", &here, "--plan", &other], 1, "TM-CLI-001", "trimodal/plan/99");
    edited("\"amount_per_year\": ", "\"amount_per_year\": -");
    refused(&["simulate", &here, "--plan", &other], 1, "TM-CLI-001", "cannot be run");
    edited("\"amount_per_year\": ", "\"amount_per_year\": 9e99, \"x\": ");
    refused(&["simulate", &here, "--plan", &other], 1, "TM-CLI-001", "cannot be run");
    std::fs::write(&file, &plan).expect("written");
    let changed = starter("scenario.toml", "discount_rate = 0.", "discount_rate = 0.0");
    let there = path(changed.path());
    refused(&["simulate", &there, "--plan", &other], 1, "TM-CLI-001", "another description");
}

#[test]
fn a_plan_of_other_rungs_is_of_the_same_description() {
    let folder = starter("", "", "");
    let here = path(folder.path());
    let planned = trimodal(&["plan", &here, "--multiple", "1.1", "--samples", "0", "--seed", "9"]);
    assert_eq!(planned.status.code(), Some(0), "{}", told(&planned));
    let out = trimodal(&["simulate", &here, "--multiple", "1.1", "--replications", "2"]);
    assert!(told(&out).contains("x1.1 with"), "{}", told(&out));
}

#[test]
fn limits_are_told_with_what_was_done() {
    let folder = starter("", "", "");
    let here = path(folder.path());
    let out = trimodal(&["simulate", &here, "--precision", "0.000001", "--time-limit", "1"]);
    assert_eq!(out.status.code(), Some(4), "{}", told(&out));
    assert!(told(&out).contains("stopped: time limit of 1 s"), "{}", told(&out));
    let out = trimodal(&["simulate", &here, "--time-limit", "0.000001"]);
    assert_eq!(out.status.code(), Some(4), "{}", told(&out));
}

#[test]
fn nothing_to_run_is_a_result() {
    let shut = starter("scenario.toml", "policies = []", "policies = [\"closed-port\"]");
    let out = trimodal(&["simulate", &path(shut.path())]);
    assert_eq!(out.status.code(), Some(3), "{}", told(&out));
    assert!(told(&out).contains("Nothing to run"), "{}", told(&out));
}

#[test]
fn the_same_bytes_for_any_number_of_threads_and_other_luck_for_another_seed() {
    let folder = starter("", "", "");
    let here = path(folder.path());
    let run = |more: &[&str]| {
        let args = [&["simulate", &here, "--json", "--replications", "6"], more].concat();
        String::from_utf8(trimodal(&args).stdout).expect("UTF-8")
    };
    let one = run(&["--threads", "1"]);
    assert!(one.contains("trimodal/simulate/2") && one.contains("probability_reached"));
    assert_eq!(one, run(&["--threads", "3"]));
    let other = run(&["--seed", "18446744073709551615"]);
    assert!(other.contains("18446744073709551615") && one != other);
}

#[test]
fn files_are_whole_and_the_answer_is_told_where_they_cannot_be_written() {
    let folder = starter("", "", "");
    let here = path(folder.path());
    let (page, trace) = (folder.path().join("run.html"), folder.path().join("trace.csv"));
    let args = [
        "simulate",
        &here,
        "--replications",
        "2",
        "--html",
        &path(&page),
        "--trace",
        &path(&trace),
    ];
    assert_eq!(trimodal(&args).status.code(), Some(0));
    let page = std::fs::read_to_string(page).expect("a page");
    assert!(
        page.contains("<svg")
            && page.contains("</html>")
            && !page.contains("http://")
            && !page.contains("https:")
    );
    let trace = std::fs::read_to_string(trace).expect("a trace");
    assert!(trace.starts_with("hour,vehicle,does,resources\n"));
    // Vehicles take before they give back.
    let count = |word: &str| trace.lines().filter(|l| l.split(',').nth(2) == Some(word)).count();
    assert!(count("takes") > 100 && count("gives") > 100, "{} lines", trace.lines().count());
    let out =
        trimodal(&["simulate", &here, "--replications", "2", "--html", "/no/such/folder/run.html"]);
    assert_eq!(out.status.code(), Some(1));
    assert!(told(&out).contains("HOLDS") && told(&out).contains("TM-IO-002"), "{}", told(&out));
}

#[test]
fn a_plan_without_law_is_watermarked() {
    let folder = tempfile::tempdir().expect("a folder");
    let (plan, page) = (folder.path().join("plan.json"), folder.path().join("run.html"));
    let tumen = path(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/tumen"));
    let made = trimodal(&["plan", &tumen, "--json", "--counterfactual-no-law"]);
    std::fs::write(&plan, made.stdout).expect("written");
    let given = ["simulate", &tumen, "--plan", &path(&plan), "--replications", "2"];
    let text = told(&trimodal(&[&given[..], &["--html", &path(&page)]].concat()));
    assert!(text.lines().next().is_some_and(|l| l.contains("COUNTERFACTUAL")), "{text}");
    assert!(std::fs::read_to_string(page).expect("a page").contains("NO LAW"));
    let json = told(&trimodal(&[&given[..], &["--json"]].concat()));
    assert!(json.contains("\"counterfactual_no_law\": true"));
}

#[test]
fn the_triangle_holds_today_at_twice_and_at_three_times() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = tempfile::tempdir().expect("a folder");
    let plan = folder.path().join("plan.json");
    let tumen = path(&root.join("scenarios/tumen"));
    std::fs::write(&plan, trimodal(&["plan", &tumen, "--json", "--samples", "80"]).stdout)
        .expect("written");
    let run = |multiple: &str| {
        trimodal(&[
            "simulate",
            &tumen,
            "--plan",
            &path(&plan),
            "--multiple",
            multiple,
            "--replications",
            "32",
        ])
        .status
        .code()
    };
    assert_eq!([run("1"), run("2"), run("3")], [Some(0), Some(0), Some(0)]);
}
