//! The summary for the terminal.

use std::fmt::Write;
use std::path::Path;

use trimodal_plan::outcome::{
    Binding, Capacity, Comparison, Investment, Marginal, NotPermitted, Plan, Quantiles, Reading,
    Rung, Shift, Status,
};

use crate::number::{multiple, musd, percent, year};
use crate::simulation_text::a_year;

/// Longest list of names in a line.
const NAMES: usize = 3;

/// The summary of a plan, with the path of the full report where one was written.
pub fn text(plan: &Plan, report: Option<&Path>) -> String {
    let mut out = String::new();
    title(&mut out, plan);
    capacity(&mut out, plan);
    law(&mut out, plan);
    ladder(&mut out, plan);
    worth(&mut out, plan);
    for comparison in &plan.comparisons {
        compare(&mut out, plan, comparison);
    }
    inputs(&mut out, plan);
    if let Some(path) = report {
        line(&mut out, format!("report: {}", path.display()));
    }
    for limit in &plan.limits_reached {
        line(&mut out, format!("Limit reached: {limit}"));
    }
    for notice in &plan.notices {
        line(&mut out, notice);
    }
    out
}

fn line(out: &mut String, text: impl AsRef<str>) {
    let _ = writeln!(out, "{}", text.as_ref().trim_end());
}

fn title(out: &mut String, plan: &Plan) {
    if plan.counterfactual_no_law {
        line(out, trimodal_plan::WATERMARK);
    }
    let law = if plan.counterfactual_no_law {
        "NONE (counterfactual)".to_string()
    } else {
        plan.policies.iter().map(|p| p.set.as_str()).collect::<Vec<_>>().join(", ")
    };
    line(
        out,
        format!(
            "{} · law: {law} · {} days · prices {} USD",
            plan.scenario, plan.period_days, plan.price_year
        ),
    );
    out.push('\n');
}

fn capacity(out: &mut String, plan: &Plan) {
    let c = &plan.capacity;
    if let Some(reason) = &c.reason {
        return line(out, format!("Capacity today      none: {reason}"));
    }
    line(
        out,
        format!("Capacity today      {}   {}", a_year(c.total_t_per_year, &plan.unit), binds(c)),
    );
    line(
        out,
        format!(
            "                    gross {}{}",
            a_year(c.gross_t_per_year, &plan.unit),
            observed(c)
        ),
    );
    for (b, more) in c.binding.iter().take(NAMES).filter_map(|b| Some((b, b.one_more.as_ref()?))) {
        one_more(out, b, more, &plan.unit);
    }
    line(
        out,
        format!(
            "Demand today        {}   of which {} is carried, in order of priority",
            a_year(c.asked_t_per_year, &plan.unit),
            a_year(c.with_priorities_t_per_year, &plan.unit)
        ),
    );
    beyond_the_multiple(out, plan);
    for note in &c.notes {
        line(out, format!("Note                {note}"));
    }
}

fn binds(c: &Capacity) -> String {
    match c.binding.first() {
        Some(b) => format!(
            "binds: {} ({} {} busy, its limit)",
            b.name,
            b.kind.replace('_', " "),
            percent(b.occupancy)
        ),
        None => "no single facility binds".into(),
    }
}

fn observed(c: &Capacity) -> String {
    let years: Vec<String> =
        c.observed.iter().map(|o| format!("{:.2} ({})", o.t_per_year / 1e6, o.year)).collect();
    match years.as_slice() {
        [] => String::new(),
        years => format!(" · observed {}", years.join(", ")),
    }
}

/// The gain from one more unit of a binding facility, and the facilities that bind next.
fn one_more(out: &mut String, b: &Binding, more: &Marginal, unit: &str) {
    let next: Vec<&str> =
        more.then_binds.iter().map(String::as_str).filter(|n| *n != b.name).collect();
    let then = match next.as_slice() {
        [] => String::new(),
        [one] => format!(", then {one} binds"),
        several => format!(", then {} bind", names(several)),
    };
    let facility = format!("{}:", b.facility);
    let gain = change(more.total_t_per_year, unit);
    line(out, format!("  {facility:<18}{} {gain}{then}", more.unit));
}

/// Demand that shares no facility with the binding ones and could grow beyond the common multiple.
fn beyond_the_multiple(out: &mut String, plan: &Plan) {
    let mut apart: Vec<(f64, String)> = plan
        .capacity
        .served
        .iter()
        .filter_map(|s| Some((s, s.most_t_per_year?)))
        .filter(|(s, most)| *most > s.carried_t_per_year * 1.01)
        .map(|(s, most)| (most, format!("{} {}", s.name, a_year(most, &plan.unit))))
        .collect();
    apart.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    if !apart.is_empty() {
        let apart: Vec<&str> = apart.iter().map(|(_, text)| text.as_str()).collect();
        line(out, format!("More of one alone   {}", names(&apart)));
    }
}

fn names(list: &[&str]) -> String {
    let shown = list.iter().take(NAMES).copied().collect::<Vec<_>>().join(", ");
    if list.len() > NAMES { format!("{shown} and {} more", list.len() - NAMES) } else { shown }
}

fn law(out: &mut String, plan: &Plan) {
    not_permitted(out, plan);
    readings(out, plan);
    for fleet in &plan.fleets {
        let rules: Vec<&str> = fleet.rules.iter().map(|r| authority(&r.reference)).collect();
        line(
            out,
            format!(
                "Divided by law      {}: {} separate fleets ({})",
                fleet.name,
                fleet.fleets.len(),
                rules.join("; ")
            ),
        );
    }
    if !plan.unreachable.is_empty() {
        let t: f64 = plan.unreachable.iter().map(|u| u.t_per_year).sum();
        line(
            out,
            format!(
                "Unreachable         {}   {} demand rows · reasons in report",
                a_year(t, &plan.unit),
                plan.unreachable.len()
            ),
        );
    }
}

/// Demand that the law forbids, one line for each reference.
fn not_permitted(out: &mut String, plan: &Plan) {
    let mut groups: Vec<(String, f64)> = Vec::new();
    for n in &plan.not_permitted {
        let reference = first_reference(n);
        match groups.iter_mut().find(|g| g.0 == reference) {
            Some(group) => group.1 += n.t_per_year,
            None => groups.push((reference, n.t_per_year)),
        }
    }
    for (reference, t) in groups {
        line(
            out,
            format!(
                "Not permitted       {}   {} · listed in report",
                a_year(t, &plan.unit),
                short(&reference)
            ),
        );
    }
}

/// Both readings of unclear law, where they differ.
fn readings(out: &mut String, plan: &Plan) {
    let [strict, lenient] = plan.readings.as_slice() else { return };
    let difference = strict.not_permitted_t_per_year - lenient.not_permitted_t_per_year;
    if plan.capacity.out_of_time || difference.abs() <= 0.5 {
        return;
    }
    let reading = |r: &Reading| {
        format!(
            "{} carried, {} not permitted",
            a_year(r.total_t_per_year, &plan.unit),
            a_year(r.not_permitted_t_per_year, &plan.unit)
        )
    };
    line(
        out,
        format!(
            "Unclear law         strict reading: {}; lenient reading: {}",
            reading(strict),
            reading(lenient)
        ),
    );
}

/// A reference shortened to fit a line; the report shows it in full.
fn short(reference: &str) -> String {
    const MOST: usize = 64;
    if reference.chars().count() <= MOST {
        return reference.to_string();
    }
    let cut: String = reference.chars().take(MOST).collect();
    format!("{}…", cut.rsplit_once(' ').map_or(cut.as_str(), |(head, _)| head))
}

/// The authority at the head of a reference.
fn authority(reference: &str) -> &str {
    reference.split(':').next().unwrap_or(reference)
}

fn first_reference(n: &NotPermitted) -> String {
    n.rules.first().map_or_else(|| "policy".into(), |r| r.reference.clone())
}

fn ladder(out: &mut String, plan: &Plan) {
    if plan.ladder.is_empty() {
        return;
    }
    line(
        out,
        format!(
            "{:<7}{:>10}  {:<42}{:>10}{:>9}{:>9}{:>7}{:>7}  demand reaches it in",
            "Ladder", "capacity", "build", "capex", "bound", "gap", "NPV", "EIRR"
        ),
    );
    for rung in &plan.ladder {
        match rung.status {
            Status::Optimal | Status::Feasible => solved(out, plan, rung),
            Status::Infeasible | Status::TimeLimit => {
                let reason = rung.reason.as_deref().unwrap_or("no solution");
                line(out, format!(" {:<5} {reason}", multiple(rung.multiple)));
            }
        }
    }
}

/// The method of the economic evaluation, and its results if all is built at once and from rung to rung.
fn worth(out: &mut String, plan: &Plan) {
    let all = || plan.ladder.iter().filter_map(|r| Some((r.multiple, r.economics?)));
    let Some((_, e)) = all().next() else { return };
    line(
        out,
        format!(
            "  NPV in MUSD, each investment built when it is needed, {} years at {} from the first, residual values included",
            e.horizon_years,
            percent(e.discount_rate)
        ),
    );
    let list = |of: &dyn Fn(f64, trimodal_plan::outcome::Economics) -> Option<String>| {
        all().filter_map(|(m, e)| of(m, e)).collect::<Vec<_>>().join(" · ")
    };
    let once = list(&|m, e| Some(format!("{} {}", multiple(m), musd(e.at_once.npv_usd))));
    line(out, format!("  all built at once: {once}"));
    let more = list(&|m, e| {
        let w = e.incremental?;
        let eirr = w.eirr.map_or_else(|| "none".into(), percent);
        Some(format!("{} {} (EIRR {eirr})", multiple(m), musd(w.npv_usd)))
    });
    if !more.is_empty() {
        line(out, format!("  incremental to the rung below: {more}"));
    }
}

fn solved(out: &mut String, plan: &Plan, rung: &Rung) {
    let built: Vec<String> = rung.investments.iter().map(Investment::words).collect();
    let mut lines =
        wrap(&if built.is_empty() { "nothing".to_string() } else { built.join(", ") }, 41);
    let first = lines.remove(0);
    let eirr = rung.economics.and_then(|e| e.eirr).map_or_else(|| "none".into(), percent);
    let npv = rung.economics.map_or_else(|| "-".into(), |e| musd(e.npv_usd));
    let usd = |x: Option<f64>| x.map_or_else(|| "-".into(), musd);
    let not_proven = if rung.status == Status::Feasible { " (not proven)" } else { "" };
    line(
        out,
        format!(
            " {:<5} {:>10}  {first:<42}{:>10}{:>9}{:>9}{npv:>7}{eirr:>7}  {}{not_proven}",
            multiple(rung.multiple),
            if rung.capacity_t_per_year < 5e3 {
                let unit = if plan.unit == "t" { " t" } else { "" };
                format!("{:.0}{unit}", rung.capacity_t_per_year)
            } else {
                format!("{:.2}", rung.capacity_t_per_year / 1e6)
            },
            format!("{} MUSD", usd(rung.capex_usd)),
            usd(rung.lower_bound_usd),
            format!("{:.2} %", rung.gap.unwrap_or(0.0) * 100.0),
            year(rung.full_in.base)
        ),
    );
    for more in lines {
        line(out, format!("                   {more}"));
    }
}

fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.len() - 1;
        if !lines[last].is_empty() && lines[last].chars().count() + 1 + word.chars().count() > width
        {
            lines.push(word.to_string());
        } else {
            if !lines[last].is_empty() {
                lines[last].push(' ');
            }
            lines[last].push_str(word);
        }
    }
    lines
}

fn compare(out: &mut String, plan: &Plan, c: &Comparison) {
    line(out, format!("Compare             {}", c.case));
    let of = |list: &[Shift]| {
        let mut list: Vec<&Shift> = list.iter().collect();
        list.sort_by(|a, b| b.carried_t_per_year.total_cmp(&a.carried_t_per_year));
        let all: Vec<&str> = list.iter().map(|s| s.name.as_str()).collect();
        names(&all)
    };
    let carried: f64 = c.served.iter().map(|s| s.carried_t_per_year).sum();
    let served = match &c.reason {
        Some(reason) => reason.clone(),
        None => format!(
            "{} of today's flow is still served; capacity for it {} against {} ({})",
            a_year(carried, &plan.unit),
            a_year(c.total_t_per_year, &plan.unit),
            a_year(c.base_total_t_per_year, &plan.unit),
            change(c.difference_t_per_year, &plan.unit)
        ),
    };
    line(out, format!("  served            {served}"));
    let lost = match c.lost.as_slice() {
        [] => "nothing".to_string(),
        list => format!("{} no longer served: {}", a_year(c.lost_t_per_year, &plan.unit), of(list)),
    };
    line(out, format!("  lost              {lost}"));
    if !c.gained.is_empty() {
        let asked = a_year(c.gained_t_per_year, &plan.unit);
        line(out, format!("  gained            {asked} newly served: {}", of(&c.gained)));
    }
    let mut costs = Vec::new();
    if !c.served.is_empty() {
        costs.push(c.extra_cost_usd_per_year.map_or_else(
            || "served demand: not known".into(),
            |usd| format!("{} MUSD/y for the served demand", signed_musd(usd)),
        ));
    }
    if !c.lost.is_empty() {
        let usd = signed_musd(c.lost_cost_usd_per_year);
        costs.push(format!("{usd} MUSD/y for the lost demand, at its next best alternatives"));
    }
    if c.lost_without_alternative_t_per_year > 0.5 {
        let t = a_year(c.lost_without_alternative_t_per_year, &plan.unit);
        costs.push(format!("{t} of it states no alternative"));
    }
    line(out, format!("  costs             {}", costs.join("; ")));
}

fn signed_musd(usd: f64) -> String {
    let text = musd(usd);
    if text.starts_with('-') { text } else { format!("+{text}") }
}

fn sampling(q: &Quantiles) -> String {
    let one = |ci: Option<[f64; 2]>| {
        ci.map_or_else(|| "?".into(), |[low, high]| format!("{:.2}-{:.2}", low / 1e6, high / 1e6))
    };
    format!("{}, {}, {} Mt/y", one(q.p10_ci95), one(q.p50_ci95), one(q.p90_ci95))
}

fn inputs(out: &mut String, plan: &Plan) {
    let share = percent(plan.inputs.share_assumed);
    match &plan.uncertainty {
        Some(u) => {
            let q = u.capacity_t_per_year;
            line(
                out,
                format!(
                    "{share} of the inputs are assumed or recalled, not published: capacity p10 {:.2} · p50 {:.2} · p90 {:.2} Mt/y",
                    q.p10 / 1e6,
                    q.p50 / 1e6,
                    q.p90 / 1e6
                ),
            );
            line(
                out,
                format!(
                    "  95 % intervals of the sampling: {} ({} samples)",
                    sampling(&q),
                    u.samples
                ),
            );
        }
        None => line(out, format!("{share} of the inputs are assumed or recalled, not published")),
    }
}

/// A change per year, with its sign.
fn change(amount: f64, unit: &str) -> String {
    // A change that rounds to zero is not shown as a loss.
    let sign = if amount > -0.5 { "+" } else { "-" };
    format!("{sign}{}", a_year(amount.abs(), unit))
}
