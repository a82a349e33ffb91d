//! The published journeys of the shared folder, asked from the command line. `cargo test --release --workspace --test
//! truth -- --ignored --nocapture` compares them with docs/reference/truth.md; with `TRUTH_WRITE=1` it writes that page.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

/// A figure is inside a range that is widened by this share at both ends.
const WIDER: f64 = 0.15;
/// A rate is inside a range that is widened by this factor.
const RATE_FACTOR: f64 = 1.5;

/// Questions of rows whose `tool_arguments` leave out what the row says: its modes, its corridor, ordinary trains
/// beside the express, a named ferry.
const ASKED: [(&str, &str); 16] = [
    ("t02", "--modes=rail --by=cost --avoid=MN,border:CN-RU"),
    ("t04", "--modes=rail --by=cost --avoid=MN,border:CN-RU"),
    ("t07", "--modes=rail,sea --by=time --avoid=RU,IR,TM"),
    ("t08", "--modes=rail,sea --by=time --avoid=RU,IR,TM"),
    ("t09", "--modes=rail,sea --by=time --avoid=RU,IR,TM,TR,BG,UA --via=Poti"),
    ("t10", "--modes=rail,sea --by=time --avoid=RU,IR,TM,UA"),
    ("t11", "--modes=rail --by=time --via=Ulaanbaatar"),
    ("t12", "--modes=rail --by=time --via=Ulaanbaatar"),
    ("t14", "--modes=rail,sea --by=time --avoid=CN,KP --via=Vostochny"),
    ("t15", "--modes=rail,sea --by=time --via=Vladivostok --avoid=KZ,MN,KP,border:CN-RU"),
    ("t43", "--modes=rail --by=time --avoid=MX,CA"),
    ("t44", "--modes=rail --by=time --avoid=MX,CA"),
    ("t45", "--modes=rail --by=time --cargo=general --via=mobile-coatzacoalcos"),
    ("t48", "--modes=sea,rail --by=time --avoid=suez,CN,PK,AF,TM,KZ"),
    ("t51", "--modes=sea,rail --by=time --avoid=BG,GR,RO,RS --via=ITTRS"),
    ("t52", "--modes=sea,road --by=time --via=incheon-dalian"),
];

type Row = BTreeMap<String, String>;

fn rows() -> Vec<Row> {
    let folder = std::env::var("TRIMODAL_SHARED").expect("TRIMODAL_SHARED names the folder");
    let path = PathBuf::from(folder).join("facts/transit_truth.csv");
    let mut reader = csv::Reader::from_path(path).expect("the published journeys");
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

fn number(row: &Row, column: &str) -> Option<f64> {
    row[column].parse().ok()
}

/// The best itinerary.
fn asked(row: &Row, arguments: &str) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trimodal"));
    command.args(["route", "--json"]).args(arguments.split_whitespace());
    command.args(match row["usd_unit"].as_str() {
        "USD/FEU" => &["--teu=2"][..],
        "USD/TEU" => &["--teu=1"],
        "USD/truck" => &["--tonnes=20"],
        _ => &[],
    });
    let at = |end: &str| format!("{},{}", row[&format!("{end}_lat")], row[&format!("{end}_lon")]);
    let done = command.args(["--", &at("origin"), &at("dest")]).output().expect("a process");
    let told = String::from_utf8_lossy(&done.stderr).into_owned();
    let routes: Value =
        serde_json::from_slice(&done.stdout).unwrap_or_else(|e| panic!("{e}: {told}"));
    routes["itineraries"][0].clone()
}

fn all<'a>(itinerary: &'a Value, list: &str) -> &'a Vec<Value> {
    itinerary[list].as_array().expect("a list")
}

fn sum<'a>(parts: impl IntoIterator<Item = &'a Value>, field: &str) -> f64 {
    parts.into_iter().filter_map(|part| part[field].as_f64()).sum()
}

/// Days in transit: without the trucks at the ends, the first loading and wait, and the last unloading. Of a
/// sailing alone, those of the ferry.
fn days(row: &Row, itinerary: &Value) -> f64 {
    let (legs, transfers) = (all(itinerary, "legs"), all(itinerary, "transfers"));
    let is_access = |leg: &&Value| leg["access"].as_bool() == Some(true);
    let of = |kind: &'static str| transfers.iter().filter(move |t| t["kind"] == kind);
    if row["basis"] == "berth-berth" || row["note"].starts_with("sailing only") {
        let ferry = of("ferry").next().and_then(|t| t["after_leg"].as_u64());
        if let Some(leg) = ferry.and_then(|at| legs.get(at as usize)) {
            return leg["time_h"].as_f64().unwrap_or_default() / 24.0;
        }
    }
    let first = legs.iter().position(|leg| !is_access(&leg)).unwrap_or(0) as u64;
    let waits = of("wait").filter(|t| t["after_leg"].as_u64().is_some_and(|at| at <= first));
    let ends = of("load").take(1).chain(of("unload").next_back()).chain(waits);
    let access =
        if row["mode"] == "road" { 0.0 } else { sum(legs.iter().filter(is_access), "time_h") };
    (itinerary["time_h"].as_f64().expect("hours") - sum(ends, "time_h") - access) / 24.0
}

/// The freight: without the trucks at the ends and the fees of orders.
fn freight(itinerary: &Value) -> f64 {
    const ORDER_FEE: f64 = 60.0;
    let access = all(itinerary, "legs").iter().filter(|l| l["access"].as_bool() == Some(true));
    let orders = all(itinerary, "transfers").iter().filter(|t| t["kind"] == "load").count().max(1);
    itinerary["cost_usd"].as_f64().expect("a price")
        - sum(access, "cost_usd")
        - ORDER_FEE * orders as f64
}

/// Whether a figure is inside the published range, widened; and its ratio to the middle.
fn judged(
    row: &Row,
    [low, high]: [&str; 2],
    figure: f64,
    widened: [f64; 2],
) -> Option<(bool, f64)> {
    let (low, high) = (number(row, low)?, number(row, high)?);
    let inside = low * widened[0] <= figure && figure <= high * widened[1];
    Some((inside, figure / (low * high).sqrt()))
}

/// A figure: whether it is inside, and its ratio to the middle of the range.
type Judged = Option<(bool, f64)>;
/// Those of some rows, of days and of rates.
type Figures = [Vec<(bool, f64)>; 2];

/// Judgements of days and of rates by mode and half.
#[derive(Default)]
struct Table(BTreeMap<(String, String), Figures>);

impl Table {
    fn add(&mut self, row: &Row, of: [Judged; 2]) {
        let is_even = row["id"][1..].parse::<u32>().is_ok_and(|n| n % 2 == 0);
        let half = if is_even { "even" } else { "odd" };
        for mode in [row["mode"].as_str(), "~all"] {
            for half in [half, "~both"] {
                let kept = self.0.entry((mode.to_string(), half.to_string())).or_default();
                for (list, judged) in kept.iter_mut().zip(of) {
                    list.extend(judged);
                }
            }
        }
    }

    /// The lines of a table of Markdown.
    fn lines(&self) -> String {
        let mut told = String::from(
            "| mode | rows | days | median ratio | inside | rates | inside x 1.5 |\n|---|---|---|---|---|---|---|\n",
        );
        for ((mode, half), [days, rates]) in &self.0 {
            let inside = |list: &[(bool, f64)]| list.iter().filter(|(inside, _)| *inside).count();
            let mut ratios: Vec<f64> = days.iter().map(|(_, ratio)| *ratio).collect();
            ratios.sort_by(f64::total_cmp);
            let median = ratios.get(ratios.len() / 2).map_or(String::new(), |r| format!("{r:.2}"));
            let (mode, half) = (mode.trim_start_matches('~'), half.trim_start_matches('~'));
            let (n, of) = (days.len(), rates.len());
            let (a, b) = (inside(days), inside(rates));
            told += &format!("| {mode} | {half} | {n} | {median} | {a} | {of} | {b} |\n");
        }
        told
    }

    /// The share of days, and of rates, that are inside.
    fn shares(&self) -> [f64; 2] {
        let all = &self.0[&("~all".to_string(), "~both".to_string())];
        all.each_ref().map(|list| {
            list.iter().filter(|(inside, _)| *inside).count() as f64 / list.len() as f64
        })
    }
}

/// All journeys asked in one way: the table, and a line for each that is outside.
fn ask_all(rows: &[Row], own: bool) -> (Table, String) {
    let (mut table, mut outside) = (Table::default(), String::new());
    for row in rows {
        let id = row["id"].as_str();
        let asked_as = ASKED.iter().find(|(of, _)| own && *of == id).map(|(_, asked)| *asked);
        let arguments = asked_as.unwrap_or(&row["tool_arguments"]);
        let itinerary = asked(row, arguments);
        let (took, paid) = (days(row, &itinerary), freight(&itinerary));
        let days = judged(row, ["days_low", "days_high"], took, [1.0 - WIDER, 1.0 + WIDER]);
        let rate = judged(row, ["usd_low", "usd_high"], paid, [1.0 / RATE_FACTOR, RATE_FACTOR]);
        println!("{id} {} days {days:.2?} rate {rate:.2?}", itinerary["chain"]);
        table.add(row, [days, rate]);
        if days.is_some_and(|(inside, _)| !inside) {
            let (low, high) = (&row["days_low"], &row["days_high"]);
            let (from, to, mode) = (&row["origin"], &row["destination"], &row["mode"]);
            let chain = itinerary["chain"].as_str().unwrap_or_default();
            let corridor = &row["corridor"];
            outside += &format!(
                "- {from} to {to} ({mode}; {corridor}): {took:.1} days against {low}-{high}, by {chain} with `{arguments}`\n"
            );
        }
    }
    (table, outside)
}

const INTRODUCTION: &str = "# Published journeys, asked

Made by `TRUTH_WRITE=1 TRIMODAL_SHARED=... cargo test --release --workspace --test truth -- --ignored` from the folder of facts, and compared
by the same without `TRUTH_WRITE`. Days are those in transit: without loading, unloading and the first wait. Inside: within the published
range widened by 15 % (days) or by a factor of 1.5 (rates). The model was fitted with the odd rows; the even ones report. More in
[Times, prices and services](../method/services.md).
";

#[test]
#[ignore = "reads the folder TRIMODAL_SHARED"]
fn published_journeys_are_inside_their_ranges() {
    let rows = rows();
    let (said, outside) = ask_all(&rows, true);
    let (bare, outside_bare) = ask_all(&rows, false);
    let page = format!(
        "{INTRODUCTION}\n## Asked as the row says\n\nIts modes, corridor, ordinary trains or express, ferry.\n\n{}\nOutside:\n\n{outside}\n## \
         Asked with the arguments of the table\n\n{}\nOutside:\n\n{outside_bare}",
        said.lines(),
        bare.lines(),
    );
    println!("{page}");
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/truth.md");
    if std::env::var("TRUTH_WRITE").is_ok() {
        std::fs::write(&path, &page).expect("the page is written");
    }
    let known = std::fs::read_to_string(&path).expect("docs/reference/truth.md");
    assert!(known == page, "docs/reference/truth.md is stale: run with TRUTH_WRITE=1");
    let [days, rates] = said.shares();
    assert!(days >= 0.8, "{days} of days");
    assert!(rates >= 0.8, "{rates} of rates");
}
