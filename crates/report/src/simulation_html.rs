//! A simulation as one self-contained page.

use maud::{Markup, PreEscaped, html};
use trimodal_model::Scenario;
use trimodal_simulate::outcome::{Answer, Simulation};
use trimodal_simulate::recording::Recording;

use crate::draw::Days;
use crate::number::{duration, grouped, percent, tonnes};
use crate::page::Page;
use crate::recording_json;
use crate::routes_map::outlines;
use crate::simulation_charts::{charts, closed_days};
use crate::simulation_text::{a_year, amount};

/// The player of recordings, made from `web/src/player`.
const PLAYER: &str = include_str!("../assets/player.js");
const PLAYER_CSS: &str = include_str!("../assets/player.css");

/// The report of a simulation, with a player of its first replication if that was recorded.
pub fn simulation_html(
    s: &Simulation,
    scenario: &Scenario,
    recording: Option<&Recording>,
) -> String {
    let without = if s.counterfactual_no_law { "COUNTERFACTUAL WITHOUT LAW: " } else { "" };
    let page = Page {
        title: &format!("{without}{} · Trimodal simulation", s.scenario),
        watermark: s.counterfactual_no_law.then_some(trimodal_plan::WATERMARK),
        css: recording.map_or("", |_| PLAYER_CSS),
        script: recording.map_or("", |_| PLAYER),
    };
    page.around(&html! {
        h1 { (s.scenario) }
        p.sub { (s.case) }
        p.small { (s.replications) " replications of a year after " (s.warm_up_days) " days of warm-up · " (grouped(s.events as f64)) " events · seed " (s.seed) " · trace " (s.trace_hash) " · description " (s.scenario_digest) }
        (cards(s, Days::of(scenario)))
        (charts(s, scenario))
        @if let Some(recording) = recording { (player(recording)) }
        (tables(s))
        @for w in &s.warnings { p.small { "Warning: " (w) } }
        @for notice in &s.notices { p.small { (notice) } }
    })
}

/// The first replication, to be played.
fn player(recording: &Recording) -> Markup {
    // No text of the recording can end the element that holds it.
    let json = recording_json(recording).replace('<', "\\u003c");
    let rings: Vec<_> = outlines().collect();
    let land = serde_json::to_string(&rings).unwrap_or_default();
    html! {
        h2 { "The first replication, day by day" }
        script #trace type="application/json" { (PreEscaped(json)) }
        script #land type="application/json" { (PreEscaped(land)) }
        div #player data-theme="light" {}
    }
}

fn cards(s: &Simulation, days: Days) -> Markup {
    let v = &s.verdict;
    let e = &v.delivered_per_year;
    let interval = e.ci95_low.zip(e.ci95_high);
    let unit = &v.unit;
    html! { div.cards {
        div.card.alert[!v.holds] { b { @match v.answer { Answer::Holds => { "The plan holds" } Answer::Fails => { "The plan fails" } Answer::Undecided => { "Undecided" } } } span { (v.reason) } }
        div.card { b { (a_year(e.mean, unit)) } span { "delivered of " (a_year(v.planned_per_year, unit)) " planned" @if let Some((low, high)) = interval { " · 95 %: " (amount(low, unit)) " to " (amount(high, unit)) } } }
        div.card { b { (percent(v.probability_reached)) } span { "of the replications reach 98 % of the plan" } }
        @if let Some(d) = &s.derate { div.card { b { (percent(d.share)) } span { "of the planned rate holds" @if let Some([low, high]) = d.share_ci95 { " (95 %: " (percent(low)) " to " (percent(high)) ")" } @if let Some(f) = d.fails_at { "; " (percent(f)) " does not" } } } }
        @for c in &s.closures { div.card { b { (c.name) " closed" } span { (closed_days(c, days)) ": " (percent(c.delivered_meanwhile)) " of the usual tonnes delivered meanwhile, backlog " (tonnes(c.backlog_t)) ", " @match c.gone_after_days { Some(d) => { (format!("cleared after {d:.0} days")) } None => { "not cleared by the end of the year" } } } } }
    } }
}

fn tables(s: &Simulation) -> Markup {
    html! {
        h2 { "Deliveries" }
        div.scroll { table {
            thead { tr { th { "Demand" } th.r { "Planned" } th.r { "Delivered" } th.r { "95 % interval" } th.r { "Time without queues" } th.r { "Mean" } th.r { "p95" } th.r { "p95 late" } } }
            tbody { @for d in &s.demand { @let e = &d.delivered_per_year; tr {
                td { (d.name) @if d.unit != "t" { " (" (d.unit) ")" } } td.r { (amount(d.planned_per_year, &d.unit)) } td.r { (amount(e.mean, &d.unit)) }
                td.r { @if let Some((low, high)) = e.ci95_low.zip(e.ci95_high) { (amount(low, &d.unit)) " to " (amount(high, &d.unit)) } }
                td.r { (duration(d.planned_h)) } td.r { (duration(d.transit_h.mean)) } td.r { (duration(d.transit_h.p95)) } td.r { (duration(d.late_p95_h)) }
            } } }
        } }
        h2 { "Waits" }
        div.scroll { table {
            thead { tr { th { "Resource" } th.r { "Servers" } th.r { "Utilisation" } th.r { "Users a year" } th.r { "Held h" } th.r { "Wait h" } th.r { "p50" } th.r { "p95" } th.r { "By the formula" } th.r { "Queue" } } }
            tbody { @for r in s.resources.iter().filter(|r| r.utilisation > 0.0) { tr {
                td { (r.name) } td.r { (r.servers) } td.r { (percent(r.utilisation)) } td.r { (grouped(r.visits_per_year)) } td.r { (format!("{:.2}", r.held_h)) }
                td.r { (format!("{:.2}", r.wait_h.mean)) } td.r { (format!("{:.2}", r.wait_h.p50)) } td.r { (format!("{:.2}", r.wait_h.p95)) }
                td.r { @match r.wait_formula_h { Some(w) => { (format!("{w:.2}")) } None => { "-" } } } td.r { (format!("{:.2}", r.queue)) }
            } } }
        } }
        p.small { "By the formula: Allen-Cunneen at the measured utilisation, as in the plan. Where several resources are taken together, the wait is counted at the one that was short." }
    }
}
