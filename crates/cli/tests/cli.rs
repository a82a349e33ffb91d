//! The command line as a user sees it: exit codes, output streams and files, the study of the triangle,
//! and the worked example of the documentation.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use trimodal::plan::outcome::{Plan, Status};

fn trimodal(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_trimodal")).args(args).output().expect("it runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

fn tumen() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/tumen").display().to_string()
}

/// The starter in a folder of its own, with one edit.
fn starter(file: &str, find: &str, with: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, content) in trimodal::STARTER {
        let edited =
            if *name == file { content.replacen(find, with, 1) } else { content.to_string() };
        assert!(*name != file || find == with || edited != *content, "`{find}` is not in {file}");
        std::fs::write(folder.path().join(name), edited).expect("written");
    }
    folder
}

fn path(folder: &tempfile::TempDir) -> String {
    folder.path().display().to_string()
}

fn planned(args: &[&str]) -> Plan {
    let out = trimodal(&[&["plan", "--json"], args].concat());
    serde_json::from_slice(&out.stdout).unwrap_or_else(|e| panic!("{e}: {}", text(&out.stderr)))
}

#[test]
fn exit_codes() {
    let sound = starter("", "", "");
    assert_eq!(trimodal(&["check", &path(&sound)]).status.code(), Some(0));
    assert_eq!(trimodal(&["plan"]).status.code(), Some(2));
    assert_eq!(trimodal(&["plan", "/no/such/folder"]).status.code(), Some(1));
    let shut = starter("scenario.toml", "policies = []", "policies = [\"closed-port\"]");
    let out = trimodal(&["plan", &path(&shut), "--json"]);
    assert_eq!(out.status.code(), Some(3), "a policy that forbids all is an outcome");
    assert!(text(&out.stdout).contains("no scaled demand is both permitted and reachable"));
    let hasty =
        trimodal(&["plan", &path(&sound), "--json", "--samples", "0", "--time-limit", "1e-9"]);
    // A time limit before today's capacity is known means no solution; later it is a reached limit.
    assert!(matches!(hasty.status.code(), Some(3 | 4)), "{:?}", hasty.status);
}

#[test]
fn a_bad_row_is_reported_in_full() {
    let bad = starter("links.csv", "RAIL,MINE,PORT", "RAIL,MINE,PROT");
    let out = trimodal(&["plan", &path(&bad)]);
    assert_eq!(out.status.code(), Some(1));
    assert_eq!(text(&out.stdout), "");
    let place = bad.path().join("links.csv").display().to_string();
    let hint = "did you mean `PORT` (Fjord Port)? places are defined in places.csv";
    assert_eq!(
        text(&out.stderr),
        format!("error[TM-SCN-014]: unknown place `PROT`\n  {place}:3:3\n  {hint}\n")
    );
    assert!(!bad.path().join("plan.json").exists());
}

#[test]
fn only_json_goes_to_standard_output() {
    let sound = starter("", "", "");
    let out = trimodal(&["plan", &path(&sound), "--json"]);
    let plan: Plan = serde_json::from_slice(&out.stdout).expect("one JSON document");
    assert_eq!(plan.schema, "trimodal/plan/2");
    assert_eq!(text(&out.stderr), "");
    assert!(!sound.path().join("report.html").exists(), "--json writes no files");
    let again = trimodal(&["plan", &path(&sound), "--json"]);
    assert_eq!(out.stdout, again.stdout, "the same input gives the same bytes");
}

#[test]
fn output_is_whole_or_absent() {
    let sound = starter("", "", "");
    let blocked = sound.path().join("places.csv").join("sub").display().to_string();
    let out = trimodal(&["plan", &path(&sound), "--samples", "0", "--out", &blocked]);
    assert_eq!(out.status.code(), Some(1));
    assert!(text(&out.stderr).contains("error[TM-IO-002]"), "{}", text(&out.stderr));
    assert!(text(&out.stdout).contains("Capacity today"), "the answer is printed all the same");
    let out = trimodal(&["plan", &path(&sound), "--samples", "0"]);
    assert_eq!(out.status.code(), Some(0));
    let left: Vec<PathBuf> =
        std::fs::read_dir(sound.path()).expect("read").map(|e| e.expect("entry").path()).collect();
    assert!(left.iter().all(|p| !p.display().to_string().contains(".trimodal-")), "{left:?}");
    assert!(
        std::fs::read_to_string(sound.path().join("report.html"))
            .expect("a page")
            .ends_with("</html>")
    );
}

#[test]
fn unknown_names_on_the_command_line() {
    let sound = starter("", "", "");
    let out = trimodal(&[
        "plan",
        &path(&sound),
        "--without",
        "brth",
        "--with",
        "tip9",
        "--policy",
        "closed-prot",
    ]);
    assert_eq!(out.status.code(), Some(1));
    let stderr = text(&out.stderr);
    for hint in ["did you mean `berth`?", "did you mean `tip2`?", "did you mean `closed-port`?"] {
        assert!(stderr.contains(hint), "{stderr}");
    }
}

#[test]
fn new_writes_a_scenario_that_plans() {
    let folder = tempfile::tempdir().expect("a folder");
    let mine = folder.path().join("mine").display().to_string();
    assert_eq!(trimodal(&["new", &mine]).status.code(), Some(0));
    assert_eq!(trimodal(&["check", &mine]).status.code(), Some(0));
    let again = trimodal(&["new", &mine]);
    assert_eq!(again.status.code(), Some(1), "it overwrites nothing");
    assert!(text(&again.stderr).contains("nothing was written"));
}

/// Every figure of docs/start/worked-example.md.
#[test]
fn the_worked_example() {
    let sound = starter("", "", "");
    let plan = planned(&[&path(&sound), "--samples", "0"]);
    let near = |a: f64, b: f64| assert!((a - b).abs() <= 1e-4 * b.abs(), "{a} is not {b}");
    let of = |id: &str| plan.facilities.iter().find(|f| f.facility == id).expect("a facility");
    near(of("tip").occupancy_limit, 0.48 / 1.48);
    near(of("tip").gross_t_per_year.expect("t"), 8_760_000.0);
    near(of("tip").practical_t_per_year.expect("t"), 2_841_081.0);
    near(of("berth").occupancy_limit, 0.554_07);
    near(of("berth").practical_t_per_year.expect("t"), 4_853_644.0);
    near(of("RAIL:1").occupancy_limit, 0.375);
    near(of("RAIL:1").practical_t_per_year.expect("t"), 5_631_429.0);
    near(of("yard").practical_t_per_year.expect("t"), 7_300_000.0);
    near(plan.capacity.total_t_per_year, 2_500_151.0);
    near(plan.capacity.multiple_of_asked, 2.272_865);
    assert_eq!(plan.capacity.binding[0].facility, "tip");
    let levels =
        |i: usize| plan.ladder[i].solution.as_ref().map(|s| s.levels.clone()).unwrap_or_default();
    assert_eq!(levels(0), [("tip2".to_string(), 1)].into());
    assert_eq!(levels(1), [("tip2".to_string(), 1)].into());
    near(plan.ladder[1].capex_usd.expect("USD"), 12e6);
}

#[test]
fn the_triangle_is_proven_lawful_and_watermarked() {
    let plan = planned(&[&tumen(), "--samples", "0"]);
    assert!(plan.capacity.total_t_per_year > 1e6 && plan.capacity.reason.is_none());
    for rung in &plan.ladder {
        match rung.status {
            Status::Optimal => assert!(rung.gap.expect("a gap") <= 0.001),
            Status::Infeasible => {
                assert!(rung.multiple > plan.ceiling.multiple && !rung.binding.is_empty())
            }
            other => panic!("x{} ended {other:?}", rung.multiple),
        }
    }
    // Exempt coal is carried and its permit named; forbidden goods are listed with their paragraph.
    let coal = plan.capacity.served.iter().find(|s| s.demand == "coal_sha").expect("the coal");
    assert!(coal.carried_t_per_year > 0.0);
    assert!(
        plan.conditions
            .iter()
            .any(|c| c.demand == "coal_sha" && c.rule.policy == "un-2371-8-rajin")
    );
    let machinery = plan.not_permitted.iter().find(|n| n.demand == "machinery").expect("listed");
    assert!(machinery.rules.iter().any(|r| r.reference.contains("2397 (2017) para 6")));
    assert!(machinery.permitted_in_lenient_reading, "goods in transit: the text is unclear");
    let korea = plan.not_permitted.iter().find(|n| n.demand == "coal_kpo").expect("listed");
    assert!(
        !korea.permitted_in_lenient_reading && korea.rules.iter().any(|r| r.policy == "kr-vessels")
    );
    assert!(plan.notices.iter().any(|n| n.contains("not legal advice")));
    let free = planned(&[&tumen(), "--samples", "0", "--counterfactual-no-law"]);
    assert!(
        free.counterfactual_no_law && free.policies.is_empty() && free.not_permitted.is_empty()
    );
    assert!(free.notices.iter().any(|n| n.contains("COUNTERFACTUAL")));
}

#[test]
fn a_run_without_law_is_watermarked_everywhere() {
    let sound = starter("", "", "");
    let out = trimodal(&["plan", &path(&sound), "--samples", "0", "--counterfactual-no-law"]);
    assert!(text(&out.stdout).starts_with("COUNTERFACTUAL"));
    for file in ["plan.json", "report.html"] {
        let content = std::fs::read_to_string(sound.path().join(file)).expect("written");
        assert!(content.contains("COUNTERFACTUAL"), "{file}");
    }
}

#[test]
fn the_page_makes_no_network_request() {
    let nasty = starter("places.csv", "Upper Mine", "<script>alert(1)</script> & \"\"Mine\"\"");
    let file = nasty.path().join("places.csv");
    let quoted = std::fs::read_to_string(&file)
        .expect("read")
        .replace("MINE,<script", "MINE,\"<script")
        .replace("\"\"Mine\"\",", "\"\"Mine\"\"\",");
    std::fs::write(&file, quoted).expect("written");
    let out = trimodal(&["plan", &path(&nasty), "--samples", "5"]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    let page = std::fs::read_to_string(nasty.path().join("report.html")).expect("a page");
    assert!(!page.contains("<script>alert"), "names are escaped");
    for load in ["src=\"http", "href=\"http", "url(http", "@import", "<link", "<img", "<iframe"] {
        assert!(!page.contains(load), "{load}");
    }
    assert!(page.contains("default-src 'none'"));
}

/// Output shown in the documents equals the output of the program; `...` stands for omitted lines.
#[test]
fn the_documents_show_the_actual_output() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut samples = 0;
    for page in ["README.md", "docs/start/routes.md"] {
        let document = std::fs::read_to_string(root.join(page)).expect(page);
        for (command, shown) in document.split("    $ trimodal ").skip(1).filter_map(sample) {
            samples += 1;
            // Quoted words have odd positions.
            let words = command.split('"').enumerate().flat_map(|(i, part)| match i % 2 {
                1 => vec![part.to_string()],
                _ => part.split_whitespace().map(String::from).collect(),
            });
            let mut run = Command::new(env!("CARGO_BIN_EXE_trimodal"));
            run.args(words).current_dir(&root);
            let out = if command == "serve" { interrupted(&mut run) } else { run.output() };
            let out = out.expect("it runs");
            let mut rest = text(&out.stdout);
            for part in shown.split("...\n").map(str::trim_end) {
                let at = rest.find(part);
                let at =
                    at.unwrap_or_else(|| panic!("{page}: {command}\n{part}\nis not in\n{rest}"));
                rest = rest.split_off(at + part.len());
            }
            assert!(shown.contains("...") || rest.trim().is_empty(), "{page}: {command}: {rest}");
        }
    }
    assert!(samples >= 6, "{samples} samples with output");
}

/// The output of a program that goes on until it is interrupted, which is done after its first line.
fn interrupted(run: &mut Command) -> std::io::Result<Output> {
    let mut child = run.stdout(Stdio::piped()).spawn()?;
    let mut first = Vec::new();
    let out = child.stdout.as_mut().expect("standard output");
    while first.last() != Some(&b'\n') {
        let mut byte = [0];
        out.read_exact(&mut byte)?;
        first.push(byte[0]);
    }
    Command::new("kill").args(["-INT", &child.id().to_string()]).status()?;
    let out = child.wait_with_output()?;
    Ok(Output { stdout: [first, out.stdout].concat(), ..out })
}

/// A command and the output shown below it, if any.
fn sample(text: &str) -> Option<(&str, String)> {
    let (command, block) = text.split_once('\n')?;
    let shown: String = block
        .lines()
        .take_while(|l| l.is_empty() || l.starts_with("    "))
        .map(|l| format!("{}\n", l.strip_prefix("    ").unwrap_or(l)))
        .collect();
    (!shown.trim().is_empty()).then_some((command, shown))
}
