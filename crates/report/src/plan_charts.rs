//! The ladder, the range of the capacity and the inputs that move it, as charts.

use maud::{Markup, html};
use trimodal_model::Scenario;
use trimodal_plan::outcome::{Mover, Plan, Status, Uncertainty};

use crate::draw::{Rows, n, name_of, with_names};
use crate::number::{multiple, musd, percent, tonnes_a_year};

const WIDTH: f64 = 720.0;

/// Investment of each rung against its capacity; rungs that no set of options reaches are marked.
pub fn ladder(plan: &Plan) -> Markup {
    if plan.ladder.is_empty() {
        return html! {};
    }
    let dearest = plan.ladder.iter().filter_map(|r| r.capex_usd).fold(1.0, f64::max);
    let height = 34.0 * plan.ladder.len() as f64 + 20.0;
    let (left, right) = (150.0, 110.0);
    html! {
        svg.chart viewBox=(format!("0 0 {WIDTH} {height:.0}")) role="img" aria-label="Investment of each rung of the ladder" {
            @for (i, rung) in plan.ladder.iter().enumerate() {
                @let y = 34.0 * i as f64 + 8.0;
                text x="0" y=(n(y + 16.0)) font-size="14" font-weight="600" fill="#1f3a52" { (multiple(rung.multiple)) }
                text x="48" y=(n(y + 16.0)) font-size="12.5" fill="#51626f" { (tonnes_a_year(rung.capacity_t_per_year)) }
                @match rung.capex_usd {
                    Some(capex) => {
                        @let width = (WIDTH - left - right) * capex / dearest;
                        rect x=(n(left)) y=(n(y)) width=(n(width.max(2.0))) height="22" fill=(if rung.status == Status::Optimal { "#2b8cbe" } else { "#8fb9d1" }) {}
                        text x=(n(left + width + 8.0)) y=(n(y + 16.0)) font-size="12.5" fill="#22313d" { (musd(capex)) " MUSD" }
                    }
                    None => {
                        rect x=(n(left)) y=(n(y)) width=(n(WIDTH - left)) height="22" fill="#f5e3e3" {}
                        text x=(n(left + 8.0)) y=(n(y + 15.0)) font-size="12" fill="#8f1020" {
                            @if rung.status == Status::TimeLimit { "time limit reached" } @else { "not reachable with these options: ceiling " (multiple(plan.ceiling.multiple)) }
                        }
                    }
                }
            }
        }
    }
}

/// p10 to p90 of the capacity, with the planned value.
pub fn range(u: &Uncertainty, planned: f64) -> Markup {
    let q = u.capacity_t_per_year;
    let (low, high) = (q.p10.min(planned) * 0.9, q.p90.max(planned) * 1.1);
    let x = |t: f64| 20.0 + (t - low) / (high - low).max(1.0) * (WIDTH - 40.0);
    html! {
        svg.chart viewBox=(format!("0 0 {WIDTH} 74")) role="img" aria-label="Range of the capacity" {
            line x1="20" x2=(n(WIDTH - 20.0)) y1="34" y2="34" stroke="#c3ccd3" {}
            rect x=(n(x(q.p10))) y="26" width=(n((x(q.p90) - x(q.p10)).max(2.0))) height="16" fill="#9ecae1" {}
            line x1=(n(x(q.p50))) x2=(n(x(q.p50))) y1="22" y2="46" stroke="#1f3a52" stroke-width="2.5" {}
            circle cx=(n(x(planned))) cy="34" r="5" fill="#b2182b" {}
            @for (t, word) in [(q.p10, "p10"), (q.p90, "p90")] {
                text x=(n(x(t))) y="62" font-size="12" text-anchor="middle" fill="#22313d" { (word) " " (tonnes_a_year(t)) }
            }
            text x=(n(x(q.p50))) y="14" font-size="12" text-anchor="middle" fill="#22313d" { "p50 " (tonnes_a_year(q.p50)) }
            text x=(n(x(planned))) y="62" font-size="12" text-anchor="middle" fill="#8f1020" { @if (x(planned) - x(q.p90)).abs() > 110.0 && (x(planned) - x(q.p10)).abs() > 110.0 { "as given " (tonnes_a_year(planned)) } }
        }
        p.small { "Red: the value as given. Bar: p10 to p90 of " (u.samples) " samples over " (u.ranged_inputs) " inputs with a range." }
    }
}

/// The capacity with each influential input alone at its low and at its high.
pub fn tornado(u: &Uncertainty, planned: f64, s: &Scenario) -> Markup {
    // Inputs without effect get no bar.
    let moves = |m: &&Mover| {
        [m.at_low_t_per_year, m.at_high_t_per_year].iter().any(|t| (t - planned).abs() >= 0.5)
    };
    let movers: Vec<&Mover> = u.movers.iter().filter(moves).collect();
    if movers.is_empty() {
        return html! {};
    }
    let names: Vec<String> = movers.iter().map(|m| input(s, &m.input)).collect();
    let layout = Rows::new(names.iter().map(String::as_str), movers.iter().map(|_| 24.0));
    let ends = || movers.iter().flat_map(|m| [m.at_low_t_per_year, m.at_high_t_per_year]);
    let (low, high) = (ends().fold(planned, f64::min), ends().fold(planned, f64::max));
    let (left, right) = (layout.left, 20.0);
    let x = |t: f64| left + (t - low) / (high - low).max(1.0) * (WIDTH - left - right);
    let height = layout.bottom + 34.0;
    html! {
        h3 { "Inputs that move the capacity most" }
        svg.chart viewBox=(format!("0 0 {WIDTH} {height:.0}")) role="img" aria-label="Inputs that move the capacity most" {
            (layout.names())
            @for (m, (top, tall)) in movers.iter().zip(&layout.at) {
                @let y = top + (tall - 17.0) / 2.0;
                @let (a, b) = (x(m.at_low_t_per_year), x(m.at_high_t_per_year));
                rect x=(n(a.min(x(planned)))) y=(n(y)) width=(n((x(planned) - a).abs().max(0.5))) height="17" fill="#e0a15e" { title { "at its low: " (tonnes_a_year(m.at_low_t_per_year)) } }
                rect x=(n(b.min(x(planned)))) y=(n(y)) width=(n((b - x(planned)).abs().max(0.5))) height="17" fill="#2b8cbe" { title { "at its high: " (tonnes_a_year(m.at_high_t_per_year)) } }
            }
            line x1=(n(x(planned))) x2=(n(x(planned))) y1="0" y2=(n(height - 24.0)) stroke="#1f3a52" stroke-width="1.5" {}
            @for (t, anchor) in [(low, "start"), (high, "end")] {
                text x=(n(x(t))) y=(n(height - 8.0)) font-size="12" text-anchor=(anchor) fill="#51626f" { (tonnes_a_year(t)) }
            }
        }
        p.small { "Capacity with one input changed at a time: orange at its low, blue at its high." }
    }
}

/// An input by the name of its row: `links.csv R4: speeds` is `Rajin line: speeds`.
fn input(s: &Scenario, text: &str) -> String {
    let row = text.split_once(".csv ").map_or(text, |(_, rest)| rest);
    match row.split_once(':') {
        Some((id, what)) => {
            format!("{}:{what}", name_of(s, id.trim()).unwrap_or_else(|| id.to_string()))
        }
        None => with_names(s, row),
    }
}

/// The share of samples in which each facility binds.
pub fn binding_share(u: &Uncertainty) -> Markup {
    html! {
        @if !u.binding_share.is_empty() { p.small { "At its limit in the samples: "
            @for (i, b) in u.binding_share.iter().take(6).enumerate() { @if i > 0 { " · " } (b.name) " " (percent(b.share)) }
        } }
    }
}
