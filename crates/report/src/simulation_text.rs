//! A simulation as text for the terminal.

use std::fmt::Write;
use std::path::Path;

use trimodal_simulate::Done;
use trimodal_simulate::outcome::{
    Against, Answer, DemandResult, Derate, Estimate, Interval, ResourceResult, Simulation,
};

use crate::number::{duration, percent, tonnes, tonnes_a_year};

/// Most resources shown.
const SHOWN: usize = 10;

/// The summary, with the path of the page where one was written.
pub fn simulation_text(s: &Simulation, page: Option<&Path>) -> String {
    let mut out = String::new();
    if s.counterfactual_no_law {
        line(&mut out, trimodal_plan::WATERMARK);
    }
    let replications = if s.replications == 1 { "one replication" } else { "replications" };
    let count = if s.replications == 1 { String::new() } else { format!("{} ", s.replications) };
    line(&mut out, format!("{} · {}", s.scenario, s.case));
    line(
        &mut out,
        format!(
            "{count}{replications} of a year after {} of warm-up · seed {}",
            if s.warm_up.years == 1 {
                "a year".into()
            } else {
                format!("{} years", s.warm_up.years)
            },
            s.seed
        ),
    );
    if !s.warm_up.agrees {
        let reasons = s.warm_up.told.iter().take(3).cloned().collect::<Vec<_>>().join("; ");
        line(&mut out, format!("the states at the year-ends differ: {reasons}"));
    }
    if let Some(why) = &s.stopped {
        line(&mut out, format!("stopped: {why}; the replications done by then are reported"));
    }
    out.push('\n');
    verdict(&mut out, s);
    arrivals(&mut out, s);
    waits(&mut out, s);
    stocks(&mut out, s);
    closures(&mut out, s);
    if let Some(a) = &s.against {
        against(&mut out, a);
    }
    for warning in &s.warnings {
        line(&mut out, format!("warning: {warning}"));
    }
    if let Some(page) = page {
        line(&mut out, format!("report: {}", page.display()));
    }
    for notice in &s.notices {
        line(&mut out, notice);
    }
    out
}

fn line(out: &mut String, text: impl AsRef<str>) {
    let _ = writeln!(out, "{}", text.as_ref().trim_end());
}

/// An amount per year in its unit.
pub(crate) fn a_year(amount: f64, unit: &str) -> String {
    if unit == "t" { tonnes_a_year(amount) } else { format!("{} {unit}/y", count(amount)) }
}

/// An amount; its unit is included for tonnes only and shown elsewhere otherwise.
pub(crate) fn amount(amount: f64, unit: &str) -> String {
    if unit == "t" { tonnes(amount) } else { count(amount) }
}

fn count(x: f64) -> String {
    if (x - x.round()).abs() < 0.005 || x >= 1000.0 {
        crate::number::grouped(x)
    } else if x >= 10.0 {
        format!("{x:.1}")
    } else {
        format!("{x:.2}")
    }
}

fn interval(e: &Estimate, unit: &str) -> String {
    match (e.ci95_low, e.ci95_high) {
        (Some(low), Some(high)) => {
            let (low, high) = (amount(low, unit), amount(high, unit));
            format!("{} (95 %: {low} to {high})", a_year(e.mean, unit))
        }
        _ => format!("{} (one replication has no interval)", a_year(e.mean, unit)),
    }
}

/// The word for a verdict.
pub(crate) fn word(answer: Answer) -> &'static str {
    match answer {
        Answer::Holds => "HOLDS",
        Answer::Fails => "FAILS",
        Answer::Undecided => "UNDECIDED",
    }
}

fn verdict(out: &mut String, s: &Simulation) {
    let v = &s.verdict;
    let unit = &v.unit;
    line(out, format!("{:<10}{}", word(v.answer), v.reason));
    line(out, format!("          planned   {}", a_year(v.planned_per_year, unit)));
    line(out, format!("          sent      {}", interval(&v.generated_per_year, unit)));
    line(out, format!("          delivered {}", interval(&v.delivered_per_year, unit)));
    line(
        out,
        format!(
            "          98 % of the plan is delivered in {} of the replications{}",
            percent(v.probability_reached),
            v.probability_ci95.map_or(String::new(), |[low, high]| {
                format!(" (95 %: {} to {})", percent(low), percent(high))
            })
        ),
    );
    if let Some(d) = &s.derate {
        line(out, derated(d, unit));
    }
    out.push('\n');
}

fn derated(d: &Derate, unit: &str) -> String {
    let interval = d.share_ci95.map_or(String::new(), |[low, high]| {
        format!(" (95 %: {} to {})", percent(low), percent(high))
    });
    match d.fails_at {
        None if d.share_ci95 == Some([1.0, 1.0]) => "derate    none: the whole plan holds".into(),
        None => format!("derate    none in the mean: {}{interval}", percent(d.share)),
        Some(fails) => format!(
            "derate    {}{interval} of the plan holds ({} delivered), {} does not",
            percent(d.share),
            a_year(d.delivered_per_year, unit),
            percent(fails)
        ),
    }
}

fn arrivals(out: &mut String, s: &Simulation) {
    line(
        out,
        format!(
            "{:<36}{:>12}{:>12}{:>12}{:>9}{:>9}{:>9}{:>11}{:>18}",
            "Deliveries",
            "planned",
            "sent",
            "delivered",
            "no queue",
            "mean",
            "p95",
            "of sent",
            "95 %"
        ),
    );
    let row = |d: &DemandResult| {
        let share = d.share_delivered;
        let interval = match (share.ci95_low, share.ci95_high) {
            (Some(low), Some(high)) => format!("{:.1} to {:.1} %", 100.0 * low, 100.0 * high),
            _ => "-".into(),
        };
        let name = if d.unit == "t" { d.name.clone() } else { format!("{} ({})", d.name, d.unit) };
        format!(
            "  {:<34}{:>12}{:>12}{:>12}{:>9}{:>9}{:>9}{:>11}{:>18}{}",
            cut(&name, 33),
            amount(d.planned_per_year, &d.unit),
            amount(d.generated_per_year.mean, &d.unit),
            amount(d.delivered_per_year.mean, &d.unit),
            duration(d.planned_h),
            duration(d.transit_h.mean),
            duration(d.transit_h.p95),
            percent(share.mean),
            interval,
            match d.answer {
                Answer::Holds => "",
                Answer::Fails => "  fails",
                Answer::Undecided => "  undecided",
            }
        )
    };
    for d in &s.demand {
        line(out, row(d));
    }
    out.push('\n');
}

fn against(out: &mut String, a: &Against) {
    line(
        out,
        format!("Against {}, which {}, with common random numbers", a.other, words(a.answer)),
    );
    line(out, format!("{:<44}{:>12}{:>12}{:>14}{:>22}", "", "here", "there", "difference", "95 %"));
    let shown = a.differences.iter().filter(|d| {
        let sure = |low: f64, high: f64| low > 0.0 || high < 0.0;
        let interval = d.difference.ci95_low.zip(d.difference.ci95_high);
        d.difference.mean != 0.0 && interval.is_none_or(|(low, high)| sure(low, high))
    });
    let mut rows = 0;
    for d in shown {
        let e = &d.difference;
        let number = |x: f64| if d.unit == "t" { tonnes(x) } else { format!("{x:.2} {}", d.unit) };
        let interval = e
            .ci95_low
            .zip(e.ci95_high)
            .map_or("-".into(), |(low, high)| format!("{} to {}", number(low), number(high)));
        line(
            out,
            format!(
                "  {:<10}{:<32}{:>12}{:>12}{:>14}{:>22}",
                d.figure,
                cut(&d.name, 31),
                number(d.here),
                number(d.there),
                number(e.mean),
                interval
            ),
        );
        rows += 1;
    }
    if rows == 0 {
        line(out, "  no significant difference");
    }
    out.push('\n');
}

fn words(answer: Answer) -> &'static str {
    match answer {
        Answer::Holds => "holds",
        Answer::Fails => "fails",
        Answer::Undecided => "is undecided",
    }
}

fn waits(out: &mut String, s: &Simulation) {
    line(
        out,
        format!(
            "{:<36}{:>8}{:>9}{:>18}{:>9}{:>9}{:>9}{:>8}{:>18}",
            "Waits", "in use", "wait h", "95 %", "p50", "p95", "formula", "queue", "95 %"
        ),
    );
    let row = |r: &ResourceResult| {
        format!(
            "  {:<34}{:>8}{:>9.1}{:>18}{:>9.1}{:>9.1}{:>9}{:>8.1}{:>18}",
            cut(&r.name, 33),
            percent(r.utilisation),
            r.wait_h.mean,
            span(r.wait_h.mean_ci95),
            r.wait_h.p50,
            r.wait_h.p95,
            r.wait_formula_h.map_or_else(|| "-".into(), |w| format!("{w:.1}")),
            r.queue,
            span(r.queue_ci95)
        )
    };
    for r in s.resources.iter().take(SHOWN).filter(|r| r.queue > 0.0) {
        line(out, row(r));
    }
    out.push('\n');
}

/// An interval of hours or vehicles.
fn span(interval: Interval) -> String {
    interval.map_or("-".into(), |[low, high]| format!("{low:.1} to {high:.1}"))
}

fn stocks(out: &mut String, s: &Simulation) {
    if s.stocks.is_empty() {
        return;
    }
    line(
        out,
        format!(
            "{:<36}{:>12}{:>12}{:>22}{:>26}",
            "Stocks", "capacity", "mean", "95 %", "a vehicle waits for room"
        ),
    );
    for stock in &s.stocks {
        line(
            out,
            format!(
                "  {:<34}{:>12}{:>12}{:>22}{:>26}",
                cut(&stock.name, 33),
                tonnes(stock.capacity_t),
                tonnes(stock.mean_t),
                tonne_span(stock.mean_ci95),
                percent(stock.share_full)
            ),
        );
    }
    out.push('\n');
}

fn tonne_span(interval: Interval) -> String {
    interval.map_or("-".into(), |[low, high]| format!("{} to {}", tonnes(low), tonnes(high)))
}

fn closures(out: &mut String, s: &Simulation) {
    for c in &s.closures {
        let cleared = match c.gone_after_days {
            Some(days) => format!("cleared after {days:.0} days"),
            None => "not cleared by the end of the year".into(),
        };
        line(
            out,
            format!(
                "{} closed from day {} to {}: {} of the usual tonnes delivered meanwhile, backlog {}, {cleared}",
                c.name,
                c.from_day,
                c.to_day,
                percent(c.delivered_meanwhile),
                tonnes(c.backlog_t)
            ),
        );
    }
    if !s.closures.is_empty() {
        out.push('\n');
    }
}

fn cut(name: &str, most: usize) -> String {
    if name.chars().count() <= most {
        return name.into();
    }
    let kept: String = name.chars().take(most - 1).collect();
    format!("{}…", kept.trim_end())
}

/// Each seizure and release of resources in the first replication, as CSV: hour of the year, class and number
/// of the vehicle, `takes` or `gives`, and the resources.
pub fn trace_csv(done: &Done) -> Vec<u8> {
    let model = &done.compiled.model;
    let mut csv = csv::Writer::from_writer(Vec::new());
    // Writing to a vector cannot fail.
    let _ = csv.write_record(["hour", "vehicle", "does", "resources"]);
    for event in &done.trace {
        let items = &model.bundles[event.set.ix()].items;
        let names: Vec<String> = items
            .iter()
            .map(|(r, units)| format!("{} x{units}", model.resources[r.ix()].name))
            .collect();
        let start = u64::from(done.simulation.warm_up.years) * done.compiled.year;
        let hour = trimodal_simulate::pictures::since(event.time, start);
        let (class, number) = event.number;
        let class = model.classes.get(class as usize).map_or("", String::as_str);
        let does = if event.taken { "takes" } else { "gives" };
        let _ = csv.write_record([
            &format!("{hour:.4}"),
            &format!("{class} {number}"),
            does,
            &names.join(" + "),
        ]);
    }
    csv.into_inner().unwrap_or_default()
}
