//! `trimodal batch` as processes: the same bytes from one worker and from four, and what a kill, a cut, another
//! version or a full disk leave behind.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

const SCENARIO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/relief");

const TABLE: &str = r#"
shards = 7
[table]
origins = "origins.csv"
destinations = "destinations.csv"
by = ["time", "cost"]
modes = ["rail"]
date = "2026-11-26"
"#;

struct Study(tempfile::TempDir);

impl Study {
    fn new(job: &str) -> Study {
        let folder = tempfile::tempdir().expect("a folder");
        let study = Study(folder);
        let origins = "id,lat,lon\na,51.92,4.48\nb,53.55,9.99\nc,48.86,2.35\nd,1.0\ne,52.52,13.4\nf,45.46,9.19\ng,41.38,2.17\nh,59.33,18.07\n";
        // A row with a cell too few is a point that cannot be used.
        let origins = origins.replace("d,1.0\n", "d,1.0,-140.0\n");
        fs::write(study.path("origins.csv"), origins).expect("a file");
        fs::write(study.path("destinations.csv"), "place\nRotterdam\nVienna\nWarsaw\n")
            .expect("a file");
        fs::write(study.path("job.toml"), job.replace("SCENARIO", SCENARIO)).expect("a file");
        study
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn batch(&self, args: &[&str]) -> Output {
        self.command(args).output().expect("a process")
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trimodal"));
        command.arg("batch").args(args).current_dir(self.0.path());
        command
    }

    fn good(&self, args: &[&str]) -> String {
        let output = self.batch(args);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{args:?}: {told}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn spawn(&self, args: &[&str]) -> Child {
        let mut command = self.command(args);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a process")
    }

    /// All files of the parts, by name.
    fn parts(&self, folder: &str) -> Vec<(String, Vec<u8>)> {
        let entries = fs::read_dir(self.path(folder).join("parts")).expect("a folder");
        let mut all: Vec<(String, Vec<u8>)> = entries
            .map(|e| e.expect("an entry").path())
            .map(|p| {
                (
                    p.file_name().expect("a name").to_string_lossy().into_owned(),
                    fs::read(&p).expect("a file"),
                )
            })
            .collect();
        all.sort();
        all
    }

    fn run_whole(&self, folder: &str) {
        self.good(&["plan", "job.toml", "-o", folder]);
        self.good(&["run", folder]);
        self.good(&["collect", folder]);
    }
}

fn result(folder: &Path) -> Vec<u8> {
    fs::read(folder.join("result.parquet")).expect("a result")
}

fn failed(output: &Output, code: i32, words: &[&str]) {
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{told}");
    for word in words {
        assert!(told.contains(word), "`{word}` is not in: {told}");
    }
}

#[test]
fn a_job_without_a_date_keeps_the_day_of_its_first_planning() {
    let study = Study::new(&TABLE.replace("date = \"2026-11-26\"\n", ""));
    // Planned on another day.
    let job = study.path("job.toml");
    let mut files = trimodal_batch::gather(&job).expect("a job");
    let text = String::from_utf8(files.0["job.toml"].clone()).expect("text");
    let line = text.lines().find(|l| l.starts_with("planned_on")).expect("a day").to_string();
    let text = text.replace(&line, "planned_on = \"2026-01-05\"");
    files.0.insert("job.toml".into(), text.into_bytes());
    let before = trimodal_batch::Job::from_files(files).expect("a job");
    trimodal_batch::BatchFolder::create(&study.path("runs"), before).expect("a batch");
    let manifest = || fs::read_to_string(study.path("runs/manifest.json")).expect("a manifest");
    let first = manifest();
    assert!(first.contains("\"planned_on\": \"2026-01-05\""), "{first}");

    let again = study.batch(&["plan", "job.toml", "-o", "runs"]);
    let told = String::from_utf8_lossy(&again.stderr).into_owned();
    assert_eq!(again.status.code(), Some(0), "{told}");
    assert!(told.contains("the law is that of 2026-01-05, when it was first planned"), "{told}");
    assert_eq!(manifest(), first);
    // Another question is another batch all the same, and so is one that names its day.
    for other in
        [TABLE.replace("rail", "road").replace("date = \"2026-11-26\"\n", ""), TABLE.into()]
    {
        fs::write(&job, other).expect("a file");
        let refused = study.batch(&["plan", "job.toml", "-o", "runs"]);
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(told.contains("TM-BAT-001") && told.contains("holds another batch"), "{told}");
    }
}

#[test]
fn one_worker_and_four_write_the_same_bytes() {
    let study = Study::new(TABLE);
    study.run_whole("one");
    study.good(&["plan", "job.toml", "-o", "four"]);
    let workers: Vec<Child> = (0..4)
        .map(|i| study.spawn(&["run", "four", "--shard", &format!("{i}/4"), "--threads", "1"]))
        .collect();
    for mut worker in workers {
        assert!(worker.wait().expect("an end").success());
    }
    study.good(&["collect", "four"]);
    assert_eq!(study.parts("one"), study.parts("four"));
    assert_eq!(result(&study.path("one")), result(&study.path("four")));
    // The rows are those of `trimodal table`.
    let rows = read(&study.path("one/result.parquet"));
    assert_eq!(rows.len(), 8 * 3 * 2);
    let mut table = Command::new(env!("CARGO_BIN_EXE_trimodal"));
    table.args([
        "table",
        "origins.csv",
        "destinations.csv",
        "-o",
        "table.parquet",
        "--by",
        "time,cost",
        "--modes",
        "rail",
        "--date",
        "2026-11-26",
    ]);
    table.current_dir(study.0.path()).output().expect("a process");
    assert_eq!(rows, read(&study.path("table.parquet")));
}

#[test]
fn two_workers_at_one_shard_do_no_harm() {
    let study = Study::new(TABLE);
    study.run_whole("one");
    study.good(&["plan", "job.toml", "-o", "two"]);
    let workers: Vec<Child> =
        (0..2).map(|_| study.spawn(&["run", "two", "--shards", "0..3", "--again"])).collect();
    for mut worker in workers {
        assert!(worker.wait().expect("an end").success());
    }
    assert_eq!(study.parts("two"), study.parts("one")[..6]);
    failed(
        &study.batch(&["collect", "two"]),
        4,
        &["TM-BAT-002", "4 of 7 shards are not done: 3, 4, 5, 6"],
    );
    assert!(!study.path("two/result.parquet").exists());
}

#[test]
fn a_killed_worker_loses_nothing_that_was_done() {
    let study = Study::new(TABLE);
    study.run_whole("one");
    study.good(&["plan", "job.toml", "-o", "killed"]);
    let mut worker = study.spawn(&["run", "killed"]);
    let first = study.path("killed/parts/000001.json");
    while !first.exists() && worker.try_wait().expect("a state").is_none() {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    let _ = worker.kill();
    let _ = worker.wait();
    assert!(first.exists());
    study.good(&["run", "killed"]);
    study.good(&["collect", "killed"]);
    assert_eq!(result(&study.path("one")), result(&study.path("killed")));
}

#[test]
fn parts_cut_short_or_changed_are_found_and_computed_again() {
    let study = Study::new(TABLE);
    study.run_whole("one");
    let whole = result(&study.path("one"));
    let part = study.path("one/parts/000002.parquet");
    let bytes = fs::read(&part).expect("a part");
    fs::write(&part, &bytes[..bytes.len() / 2]).expect("a file");
    failed(
        &study.batch(&["collect", "one"]),
        4,
        &["1 of 7 shards are cut short or of another length: 2", "bytes)"],
    );
    let told = study.good(&["run", "one"]);
    assert!(told.contains("1 shards computed, 6 were done, 0 of 7 are left"), "{told}");
    // The same length, other bytes.
    let mut other = bytes.clone();
    other[bytes.len() / 2] ^= 1;
    fs::write(&part, &other).expect("a file");
    failed(&study.batch(&["collect", "one"]), 4, &["1 of 7 shards are damaged: 2"]);
    study.good(&["run", "one", "--shards", "2..3", "--again"]);
    study.good(&["collect", "one"]);
    assert_eq!(whole, result(&study.path("one")));
}

#[test]
fn a_damaged_part_names_the_command_that_computes_it_anew() {
    let study = Study::new(TABLE);
    study.good(&["plan", "job.toml", "-o", "runs"]);
    study.good(&["run", "runs"]);
    let part = study.path("runs/parts/000003.parquet");
    let mut bytes = fs::read(&part).expect("a part");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&part, bytes).expect("a part");
    let again = "trimodal batch run runs --shards 3..4 --again";
    failed(&study.batch(&["collect", "runs"]), 4, &["damaged: 3", again]);
    study.good(&["run", "runs", "--shards", "3..4", "--again"]);
    study.good(&["collect", "runs"]);
    failed(&study.batch(&["collect", "runs", "-o", "out.csv"]), 1, &["would be Parquet"]);
}

#[test]
fn a_batch_is_not_planned_over_other_files() {
    let study = Study::new(TABLE);
    let before = fs::read(study.path("job.toml")).expect("a job");
    failed(&study.batch(&["plan", "job.toml", "-o", "."]), 1, &["job.toml", "is there already"]);
    assert_eq!(fs::read(study.path("job.toml")).expect("a job"), before);
}

/// Three towns at the corners of a triangle: two roads, and a longer one that is one-way.
const NETWORK: [(&str, &str); 2] = [
    (
        "node.csv",
        "node_id,name,x_coord,y_coord\n1,Easton,4.0,51.0\n2,Weston,5.0,51.0\n3,Norton,4.5,51.5\n",
    ),
    (
        "link.csv",
        "link_id,from_node_id,to_node_id,directed,length,allowed_uses\n1,1,2,0,80,truck\n2,2,3,0,70,truck\n3,1,3,0,2,walk\n",
    ),
];

#[test]
fn a_table_over_a_network_of_ones_own_is_that_of_the_command() {
    let job = "[table]\norigins = \"towns.csv\"\ndestinations = \"towns.csv\"\nby = [\"distance\"]\nmodes = [\"road\"]\nnetwork = \"net\"\n";
    let study = Study::new(job);
    fs::create_dir(study.path("net")).expect("a folder");
    for (name, text) in NETWORK {
        fs::write(study.path("net").join(name), text).expect("a file");
    }
    fs::write(study.path("towns.csv"), "place\nEaston\nWeston\nNorton\n").expect("a file");
    study.good(&["plan", "job.toml", "-o", "runs"]);
    fs::remove_dir_all(study.path("net")).expect("the batch has a copy");
    study.good(&["run", "runs", "--shards", "0..1"]);
    study.good(&["collect", "runs"]);
    let km = |from: &str, to: &str| {
        let rows = read(&study.path("runs/result.parquet"));
        let row = rows.iter().find(|r| r[0] == from && r[1] == to);
        row.map(|r| r.join(",")).unwrap_or_default()
    };
    let there = km("Easton", "Norton");
    assert!(there.contains("150"), "{there}");
}

#[test]
fn another_version_or_other_inputs_are_refused() {
    let study = Study::new(TABLE);
    study.good(&["plan", "job.toml", "-o", "b"]);
    // The same job again is no harm; another job is refused.
    study.good(&["plan", "job.toml", "-o", "b"]);
    fs::write(study.path("other.toml"), TABLE.replace("shards = 7", "shards = 6")).expect("a file");
    failed(
        &study.batch(&["plan", "other.toml", "-o", "b"]),
        1,
        &["TM-BAT-001", "holds another batch"],
    );
    let manifest = study.path("b/manifest.json");
    let text = fs::read_to_string(&manifest).expect("a manifest");
    let version = format!("\"program\": \"{}\"", env!("CARGO_PKG_VERSION"));
    fs::write(&manifest, text.replace(&version, "\"program\": \"0.0.1\"")).expect("a file");
    failed(&study.batch(&["run", "b"]), 1, &["TM-BAT-001", "planned by version 0.0.1"]);
    failed(&study.batch(&["collect", "b"]), 1, &["TM-BAT-001"]);
    fs::write(&manifest, &text).expect("a file");
    fs::write(study.path("b/inputs/destinations.csv"), "place\nParis\n").expect("a file");
    failed(&study.batch(&["run", "b"]), 1, &["TM-BAT-001", "are not those that were planned"]);
    // A manifest that points out of its folder.
    fs::write(&manifest, text.replace("inputs/origins.csv", "../origins.csv")).expect("a file");
    failed(&study.batch(&["run", "b"]), 1, &["TM-BAT-001", "not inside"]);
}

#[test]
fn problems_of_a_job_are_reported_together() {
    let bad = "shards = 0\n[table]\norigins = \"origins.csv\"\ndestinations = \"nowhere.csv\"\ncargoo = \"coal\"\n";
    let study = Study::new(bad);
    failed(&study.batch(&["plan", "job.toml", "-o", "b"]), 1, &["nowhere.csv", "paths count from"]);
    fs::write(study.path("job.toml"), bad.replace("nowhere", "destinations")).expect("a file");
    failed(
        &study.batch(&["plan", "job.toml", "-o", "b"]),
        1,
        &["`shards` is 0", "cargoo", "2 problems"],
    );
    assert!(!study.path("b").exists());
    let study = Study::new("[table\n");
    failed(&study.batch(&["plan", "job.toml", "-o", "b"]), 1, &["job.toml:1:"]);
    let study = Study::new(
        "[plan]\nscenarios = [\"SCENARIO\"]\nvary.\"scenario.discount_rate\" = [0.1, 7]\nvary.\"demand.nothing\" = [1]\n",
    );
    failed(
        &study.batch(&["plan", "job.toml", "-o", "b"]),
        1,
        &["scenario.discount_rate = 7", "no column `nothing`"],
    );
    for (option, value) in
        [("--shard", "4/4"), ("--shard", "x"), ("--shards", "0..9"), ("--shards", "3..3")]
    {
        let study = Study::new(TABLE);
        study.good(&["plan", "job.toml", "-o", "b"]);
        failed(&study.batch(&["run", "b", option, value]), 1, &["TM-CLI-002", value]);
    }
}

#[test]
fn a_sweep_of_plans_has_a_row_for_each_rung_of_each_case() {
    let job = "[plan]\nscenarios = [\"SCENARIO\"]\nsamples = 0\nmultiples = [1.5, 2]\nvary.\"scenario.discount_rate\" = [0.04, 0.1]\nvary.\"demand.growth_pct\" = [1, 3]\n";
    let study = Study::new(job);
    study.run_whole("b");
    let rows = read(&study.path("b/result.parquet"));
    assert_eq!(rows.len(), 4 * 3);
    let line = |rate: &str, growth: &str| {
        let is = |r: &&Vec<String>| r[1] == growth && r[2] == rate && r[3] == "2.0";
        rows.iter().find(is).expect("a row").clone()
    };
    assert_eq!(rows[0][0], "relief");
    // The capacity does not depend on the discount rate; what a rung costs a year does.
    let (low, high) = (line("0.04", "1.0"), line("0.1", "1.0"));
    assert_eq!(low[5], high[5]);
    // A case that is the scenario as it is has the plan of `trimodal plan`.
    let plain =
        Study::new("[plan]\nscenarios = [\"SCENARIO\"]\nsamples = 0\nmultiples = [1.5, 2]\n");
    plain.run_whole("b");
    assert_eq!(read(&plain.path("b/result.parquet")).len(), 3);
}

#[test]
fn replications_in_shards_are_those_of_one_run() {
    let job = "shards = SHARDS\n[simulate]\nscenarios = [\"SCENARIO\"]\nreplications = 20\n";
    let study = Study::new(&job.replace("SHARDS", "3"));
    study.run_whole("three");
    fs::write(study.path("job.toml"), job.replace("SHARDS", "1").replace("SCENARIO", SCENARIO))
        .expect("a file");
    study.run_whole("one");
    let rows = read(&study.path("three/result.parquet"));
    assert_eq!(rows, read(&study.path("one/result.parquet")));
    let mut simulate = Command::new(env!("CARGO_BIN_EXE_trimodal"));
    simulate.args(["simulate", SCENARIO, "--replications", "20", "--replicates", "r.parquet"]);
    simulate.current_dir(study.0.path()).output().expect("a process");
    let whole = read(&study.path("r.parquet"));
    let without_case: Vec<Vec<String>> = rows.iter().map(|r| r[1..].to_vec()).collect();
    let number = |r: &Vec<String>| -> Vec<String> {
        r.iter().map(|c| c.parse::<f64>().map_or(c.clone(), |x| x.to_string())).collect()
    };
    assert_eq!(
        without_case.iter().map(number).collect::<Vec<_>>(),
        whole.iter().map(number).collect::<Vec<_>>()
    );
    let summary = fs::read_to_string(study.path("three/summary.csv")).expect("a summary");
    assert!(
        summary.starts_with("scenario,figure,id,replications,mean,ci95_low,ci95_high\nrelief,"),
        "{summary}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_is_full_leaves_no_part_behind() {
    let study = Study::new(TABLE);
    study.good(&["plan", "job.toml", "-o", "b"]);
    // No file may grow beyond 1 kB, as on a disk that is full.
    let run =
        format!("ulimit -f 1; trap '' XFSZ; exec {} batch run b", env!("CARGO_BIN_EXE_trimodal"));
    let output = Command::new("bash").args(["-c", &run]).current_dir(study.0.path()).output();
    failed(&output.expect("a process"), 1, &["TM-IO-002", "what is done stays done"]);
    assert!(
        study.parts("b").iter().all(|(name, _)| !name.ends_with(".json")),
        "{:?}",
        study.parts("b").len()
    );
    study.good(&["run", "b"]);
    study.good(&["collect", "b"]);
}

/// The rows of a Parquet file as text.
fn read(path: &Path) -> Vec<Vec<String>> {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    let file = fs::File::open(path).expect("a file");
    let reader = SerializedFileReader::new(file).expect("a Parquet file");
    let rows = reader.get_row_iter(None).expect("rows");
    let text = |row: parquet::record::Row| -> Vec<String> {
        row.get_column_iter()
            .map(|(_, field)| field.to_string().trim_matches('"').to_string())
            .collect()
    };
    rows.map(|row| text(row.expect("a row"))).collect()
}
