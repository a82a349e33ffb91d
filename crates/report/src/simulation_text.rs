//! A simulation for the terminal.

use std::fmt::Write;
use std::path::Path;

use trimodal_simulate::outcome::{DemandResult, Estimate, ResourceResult, Simulation};
use trimodal_simulate::simulate::Done;

use crate::number::{duration, percent, tonnes, tonnes_a_year};

/// Resources shown.
const SHOWN: usize = 10;

/// The summary, with the place of the page where one was written.
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
            "{count}{replications} of a year after {} days of warm-up · seed {}",
            s.warm_up_days, s.seed
        ),
    );
    if let Some(why) = &s.stopped {
        line(&mut out, format!("stopped: {why}; what was done by then is told"));
    }
    out.push('\n');
    verdict(&mut out, s);
    arrivals(&mut out, s);
    waits(&mut out, s);
    stocks(&mut out, s);
    closures(&mut out, s);
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

fn interval(e: &Estimate) -> String {
    if e.ci95_high == f64::MAX {
        return format!("{} (one replication has no interval)", tonnes_a_year(e.mean));
    }
    format!("{} (95 %: {} to {})", tonnes_a_year(e.mean), tonnes(e.ci95_low), tonnes(e.ci95_high))
}

fn verdict(out: &mut String, s: &Simulation) {
    let v = &s.verdict;
    line(out, format!("{:<9}{}", if v.holds { "HOLDS" } else { "FAILS" }, v.reason));
    line(out, format!("         planned   {}", tonnes_a_year(v.planned_t_per_year)));
    line(out, format!("         delivered {}", interval(&v.delivered_t_per_year)));
    line(
        out,
        format!(
            "         98 % of the plan arrive in {} of the replications",
            percent(v.probability_reached)
        ),
    );
    if let Some(d) = &s.derate {
        line(
            out,
            match d.fails_at {
                None => "derate   none: the whole plan holds".into(),
                Some(fails) => format!(
                    "derate   {} of the plan holds ({} delivered), {} does not",
                    percent(d.share),
                    tonnes_a_year(d.delivered_t_per_year),
                    percent(fails)
                ),
            },
        );
    }
    out.push('\n');
}

fn arrivals(out: &mut String, s: &Simulation) {
    line(
        out,
        format!(
            "{:<36}{:>12}{:>12}{:>9}{:>9}{:>9}{:>11}",
            "What arrives", "planned", "delivered", "plan's", "mean", "p95", "share"
        ),
    );
    let row = |d: &DemandResult| {
        format!(
            "  {:<34}{:>12}{:>12}{:>9}{:>9}{:>9}{:>11}",
            cut(&d.name, 33),
            tonnes(d.planned_t_per_year),
            tonnes(d.delivered_t_per_year.mean),
            duration(d.planned_h),
            duration(d.transit_h.mean),
            duration(d.transit_h.p95),
            percent(d.delivered_t_per_year.mean / d.planned_t_per_year.max(1e-9)),
        )
    };
    for d in &s.demand {
        line(out, row(d));
    }
    out.push('\n');
}

fn waits(out: &mut String, s: &Simulation) {
    line(
        out,
        format!(
            "{:<36}{:>8}{:>9}{:>9}{:>9}{:>9}{:>8}",
            "Where it waits", "in use", "wait h", "p50", "p95", "formula", "queue"
        ),
    );
    let row = |r: &ResourceResult| {
        format!(
            "  {:<34}{:>8}{:>9.1}{:>9.1}{:>9.1}{:>9}{:>8.1}",
            cut(&r.name, 33),
            percent(r.utilisation),
            r.wait_h.mean,
            r.wait_h.p50,
            r.wait_h.p95,
            r.wait_formula_h.map_or_else(|| "-".into(), |w| format!("{w:.1}")),
            r.queue
        )
    };
    for r in s.resources.iter().take(SHOWN).filter(|r| r.queue > 0.0) {
        line(out, row(r));
    }
    out.push('\n');
}

fn stocks(out: &mut String, s: &Simulation) {
    if s.stocks.is_empty() {
        return;
    }
    line(
        out,
        format!("{:<36}{:>12}{:>12}{:>26}", "Stocks", "room", "mean", "somebody waits for room"),
    );
    for stock in &s.stocks {
        line(
            out,
            format!(
                "  {:<34}{:>12}{:>12}{:>26}",
                cut(&stock.name, 33),
                tonnes(stock.capacity_t),
                tonnes(stock.mean_t),
                percent(stock.share_full)
            ),
        );
    }
    out.push('\n');
}

fn closures(out: &mut String, s: &Simulation) {
    for c in &s.closures {
        let gone = match c.gone_after_days {
            Some(days) => format!("gone {days:.0} days after"),
            None => "not gone by the end of the year".into(),
        };
        line(
            out,
            format!(
                "{} closed from day {} to {}: {} arrive meanwhile, {} pile up, {gone}",
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

/// Who took what in the first replication, as CSV: hour of the year, number of the vehicle, whether it
/// takes or gives back, and what.
pub fn trace_csv(done: &Done) -> Vec<u8> {
    let model = &done.translated.model;
    let mut csv = csv::Writer::from_writer(Vec::new());
    // A vector takes every byte.
    let _ = csv.write_record(["hour", "vehicle", "does", "resources"]);
    for event in &done.trace {
        let items = &model.sets[event.set.ix()].items;
        let names: Vec<String> = items
            .iter()
            .map(|(r, units)| format!("{} x{units}", model.resources[r.ix()].name))
            .collect();
        let hour = trimodal_simulate::pictures::since(event.time);
        let does = if event.taken { "takes" } else { "gives" };
        let _ = csv.write_record([
            &format!("{hour:.4}"),
            &event.entity.to_string(),
            does,
            &names.join(" + "),
        ]);
    }
    csv.into_inner().unwrap_or_default()
}
