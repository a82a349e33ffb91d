//! A simulation as one self-contained page.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use trimodal_simulate::outcome::{Answer, Band, Piece, ResourceResult, Simulation};

use crate::html::{CSS, POLICY};
use crate::number::{duration, grouped, percent, tonnes};
use crate::simulation_text::{a_year, amount};

const WIDTH: f64 = 720.0;
/// Queues and rows drawn.
const QUEUES: usize = 6;
const HEAT: usize = 16;

/// What the time of a resource is called and how it is coloured.
const TIMES: [(&str, &str); 7] = [
    ("busy", "#2b8cbe"),
    ("blocked", "#b2182b"),
    ("starved", "#e0a15e"),
    ("down", "#6a51a3"),
    ("closed", "#9aa7b1"),
    ("changeover", "#1b7837"),
    ("idle", "#edf1f4"),
];

fn n(x: f64) -> String {
    format!("{x:.1}")
}

/// The report of a simulation.
pub fn simulation_html(s: &Simulation) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                title { @if s.counterfactual_no_law { "COUNTERFACTUAL WITHOUT LAW: " } (s.scenario) " · Trimodal simulation" }
                style { (PreEscaped(CSS)) }
            }
            body { @if s.counterfactual_no_law { div.watermark { (trimodal_plan::WATERMARK) } div.wm-back { "NO LAW" } } main {
                h1 { (s.scenario) }
                p.sub { (s.case) }
                p.small { (s.replications) " replications of a year after " (s.warm_up_days) " days of warm-up · " (grouped(s.events as f64)) " events · seed " (s.seed) " · trace " (s.trace_hash) " · description " (s.scenario_digest) }
                (cards(s))
                (time_space(&s.piece))
                (gantt(s))
                (queues(s))
                (stocks(s))
                (heat(s))
                (times(s))
                (tables(s))
                @for w in &s.warnings { p.small { "Warning: " (w) } }
                @for notice in &s.notices { p.small { (notice) } }
            } }
        }
    };
    page.into_string()
}

fn cards(s: &Simulation) -> Markup {
    let v = &s.verdict;
    let e = &v.delivered_per_year;
    let interval = e.ci95_low.zip(e.ci95_high);
    let unit = &v.unit;
    html! { div.cards {
        div.card.alert[!v.holds] { b { @match v.answer { Answer::Holds => { "The plan holds" } Answer::Fails => { "The plan fails" } Answer::Undecided => { "Undecided yet" } } } span { (v.reason) } }
        div.card { b { (a_year(e.mean, unit)) } span { "delivered of " (a_year(v.planned_per_year, unit)) " planned" @if let Some((low, high)) = interval { " · 95 %: " (amount(low, unit)) " to " (amount(high, unit)) } } }
        div.card { b { (percent(v.probability_reached)) } span { "of the replications reach 98 % of the plan" } }
        @if let Some(d) = &s.derate { div.card { b { (percent(d.share)) } span { "of the planned rate holds" @if let Some([low, high]) = d.share_ci95 { " (95 %: " (percent(low)) " to " (percent(high)) ")" } @if let Some(f) = d.fails_at { "; " (percent(f)) " does not" } } } }
        @for c in &s.closures { div.card { b { (c.name) " closed" } span { "day " (c.from_day) " to " (c.to_day) ": " (percent(c.delivered_meanwhile)) " of the usual tonnes arrive meanwhile, " (tonnes(c.backlog_t)) " pile up, " @match c.gone_after_days { Some(d) => { (format!("gone {d:.0} days after")) } None => { "not gone by the end of the year" } } } } }
    } }
}

/// Distance over time: slopes are trains, flat pieces are waits in loops.
fn time_space(p: &Piece) -> Markup {
    let Some((_, end)) = p.places.last().filter(|(_, km)| *km > 0.0 && !p.trains.is_empty()) else {
        return html! {};
    };
    let (left, top, height) = (120.0, 10.0, 320.0);
    let x = |h: f64| left + (h - p.from_h) / p.trains_h * (WIDTH - left - 10.0);
    let y = |km: f64| top + km / end * height;
    html! {
        h2 { "Trains on the line" }
        svg.chart viewBox=(format!("0 0 {WIDTH} {:.0}", height + 44.0)) role="img" aria-label="Time-space diagram of the line" {
            @for hour in (0..=p.trains_h as usize).step_by(6) {
                @let at = x(p.from_h + hour as f64);
                line x1=(n(at)) x2=(n(at)) y1=(n(top)) y2=(n(top + height)) stroke="#e3e8ec" {}
                text x=(n(at.min(WIDTH - 24.0))) y=(n(top + height + 18.0)) font-size="11" text-anchor="middle" fill="#51626f" { (hour) " h" }
            }
            @for (name, km) in spaced(&p.places, *end) {
                line x1=(n(left)) x2=(n(WIDTH - 10.0)) y1=(n(y(km))) y2=(n(y(km))) stroke="#c3ccd3" {}
                text x=(n(left - 8.0)) y=(n(y(km) + 4.0)) font-size="11.5" text-anchor="end" fill="#22313d" { (name) }
            }
            @for train in &p.trains {
                @let points: Vec<String> = train.iter().map(|(h, km)| format!("{},{}", n(x(*h)), n(y(*km)))).collect();
                polyline points=(points.join(" ")) fill="none" stroke=(if train[0].1 <= train[train.len() - 1].1 { "#1f3a52" } else { "#d9822b" }) stroke-width="1.6" {}
            }
        }
        p.small { "Two days of the first replication in October. Dark: away from the first place; orange: back. Flat pieces: a train waits in a loop or at a station for the section ahead." }
    }
}

/// Places far enough from one another to be named, the ends always.
fn spaced(places: &[(String, f64)], end: f64) -> Vec<(String, f64)> {
    let mut kept: Vec<(String, f64)> = Vec::new();
    for (i, (name, km)) in places.iter().enumerate() {
        let is_end = i + 1 == places.len();
        while is_end
            && kept.last().is_some_and(|(_, last)| (km - last) / end < 0.04 && kept.len() > 1)
        {
            kept.pop();
        }
        if is_end || kept.last().is_none_or(|(_, last)| (km - last) / end >= 0.04) {
            kept.push((name.clone(), *km));
        }
    }
    kept
}

/// A use of a resource: from, to, which of its servers, class.
type Placed<'a> = (f64, f64, usize, Option<&'a str>);

/// Uses of berths, pads and lines.
fn gantt(s: &Simulation) -> Markup {
    let p = &s.piece;
    let mut rows: Vec<(&ResourceResult, Vec<Placed>)> = Vec::new();
    for r in s.resources.iter().filter(|r| p.bars.iter().any(|b| b.resource == r.id)) {
        // Each use goes to the first server that is free.
        let mut bars: Vec<_> = p.bars.iter().filter(|b| b.resource == r.id).collect();
        bars.sort_by(|a, b| a.from_h.total_cmp(&b.from_h));
        let mut free = vec![f64::MIN; r.servers.max(1) as usize];
        let mut placed = Vec::new();
        for bar in bars {
            let Some(slot) = free.iter().position(|f| *f <= bar.from_h + 1e-6) else { continue };
            free[slot] = bar.to_h;
            placed.push((bar.from_h, bar.to_h, slot, bar.vehicle.as_deref()));
        }
        rows.push((r, placed));
    }
    if rows.is_empty() {
        return html! {};
    }
    rows.truncate(10);
    let classes: Vec<&str> = {
        let mut all: Vec<&str> =
            rows.iter().flat_map(|(_, b)| b.iter().filter_map(|b| b.3)).collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    let colours = ["#2b8cbe", "#d9822b", "#1b7837", "#6a51a3", "#b2182b"];
    let colour = |class: Option<&str>| {
        let at = class.and_then(|c| classes.iter().position(|x| *x == c)).unwrap_or(0);
        colours[at % colours.len()]
    };
    let lanes = |r: &ResourceResult| f64::from(r.servers.clamp(1, 6));
    let height: f64 = rows.iter().map(|(r, _)| 14.0 * lanes(r) + 8.0).sum::<f64>() + 26.0;
    let left = 230.0;
    let x = |h: f64| left + (h - p.from_h) / p.bars_h * (WIDTH - left - 10.0);
    let tops: Vec<f64> = rows
        .iter()
        .scan(4.0, |top, (r, _)| Some(std::mem::replace(top, *top + 14.0 * lanes(r) + 8.0)))
        .collect();
    html! {
        h2 { "Berths, pads and lines" }
        svg.chart viewBox=(format!("0 0 {WIDTH} {height:.0}")) role="img" aria-label="Uses of berths, pads and lines" {
            @for day in (0..=(p.bars_h / 24.0) as usize).step_by(7) {
                @let at = x(p.from_h + 24.0 * day as f64);
                line x1=(n(at)) x2=(n(at)) y1="0" y2=(n(height - 20.0)) stroke="#e3e8ec" {}
                text x=(n(at.min(WIDTH - 24.0))) y=(n(height - 6.0)) font-size="11" text-anchor="middle" fill="#51626f" { "day " (day) }
            }
            @for ((r, bars), top) in rows.iter().zip(&tops) {
                text x=(n(left - 8.0)) y=(n(top + 7.0 * lanes(r) + 4.0)) font-size="11.5" text-anchor="end" fill="#22313d" { (short(&r.name)) }
                @for (from, to, slot, class) in bars {
                    @if *slot < 6 { rect x=(n(x(*from))) y=(n(top + 14.0 * *slot as f64)) width=(n((x(*to) - x(*from)).max(0.6))) height="12" fill=(colour(*class)) { title { (class.unwrap_or("in use")) ": " (duration(to - from)) } } }
                }
            }
        }
        p.small { "Four weeks of the first replication from October on." @if !classes.is_empty() { " Colours: " @for (i, c) in classes.iter().enumerate() { @if i > 0 { ", " } span style=(format!("color:{};font-weight:600", colours[i % colours.len()])) { (c) } } "." } }
    }
}

fn short(name: &str) -> String {
    if name.chars().count() <= 36 {
        name.into()
    } else {
        name.chars().take(35).chain(['…']).collect()
    }
}

fn queues(s: &Simulation) -> Markup {
    let shown: Vec<_> = s
        .resources
        .iter()
        .filter_map(|r| Some((r, r.queue_by_week.as_ref()?)))
        .take(QUEUES)
        .collect();
    html! { @if !shown.is_empty() {
        h2 { "Queues over the year" }
        div.grid2 { @for (r, band) in shown { (banded(&r.name, band, "waiting", None)) } }
        p.small { "Vehicles waiting, weekly means: median and nine of ten replications." }
    } }
}

fn stocks(s: &Simulation) -> Markup {
    let used = s.stocks.iter().filter(|x| x.mean_t > 0.0);
    html! { @if !s.stocks.is_empty() {
        h2 { "Stocks over the year" }
        div.grid2 {
            @for stock in used { (banded(&stock.name, &stock.by_week, "t", Some(stock.capacity_t))) }
            (banded("All goods under way", &s.under_way_t, "t", None))
        }
        p.small { "Tonnes at the end of each week: median and nine of ten replications. Dashed: room." }
    } }
}

fn banded(name: &str, band: &Band, unit: &str, limit: Option<f64>) -> Markup {
    let (w, h, left, bottom) = (350.0, 130.0, 52.0, 110.0);
    let most = band.p95.iter().copied().chain(limit).fold(1e-9, f64::max);
    let count = band.p50.len().max(2) as f64 - 1.0;
    let x = |i: usize| left + i as f64 / count * (w - left - 8.0);
    let y = |v: f64| bottom - v / most * (bottom - 24.0);
    let path = |values: &[f64]| -> String {
        values.iter().enumerate().map(|(i, v)| format!("{},{} ", n(x(i)), n(y(*v)))).collect()
    };
    let back: String = band
        .p5
        .iter()
        .enumerate()
        .rev()
        .map(|(i, v)| format!("{},{} ", n(x(i)), n(y(*v))))
        .collect();
    let label = |v: f64| {
        if unit == "t" {
            tonnes(v)
        } else if v < 10.0 {
            format!("{v:.1}")
        } else {
            format!("{v:.0}")
        }
    };
    html! { svg.chart viewBox=(format!("0 0 {w} {h}")) role="img" aria-label=(format!("{name} over the year")) {
        text x="0" y="13" font-size="12" font-weight="600" fill="#1f3a52" { (name) }
        line x1=(n(left)) x2=(n(w - 8.0)) y1=(n(bottom)) y2=(n(bottom)) stroke="#c3ccd3" {}
        text x=(n(left - 5.0)) y=(n(y(most) + 4.0)) font-size="10.5" text-anchor="end" fill="#51626f" { (label(most)) }
        text x=(n(left - 5.0)) y=(n(bottom + 4.0)) font-size="10.5" text-anchor="end" fill="#51626f" { "0" }
        polygon points=(format!("{}{back}", path(&band.p95))) fill="#9ecae1" fill-opacity="0.7" {}
        polyline points=(path(&band.p50)) fill="none" stroke="#1f3a52" stroke-width="1.6" {}
        @if let Some(limit) = limit { line x1=(n(left)) x2=(n(w - 8.0)) y1=(n(y(limit))) y2=(n(y(limit))) stroke="#b2182b" stroke-dasharray="4 3" {} }
        @for (i, month) in ["Jan", "Apr", "Jul", "Oct"].iter().enumerate() { text x=(n(left + i as f64 * (w - left - 8.0) / 4.0)) y=(n(h - 4.0)) font-size="10.5" fill="#51626f" { (month) } }
    } }
}

/// Utilisation over the year, the busiest first.
fn heat(s: &Simulation) -> Markup {
    let mut rows: Vec<&ResourceResult> =
        s.resources.iter().filter(|r| r.utilisation > 0.0).collect();
    rows.sort_by(|a, b| b.utilisation.total_cmp(&a.utilisation));
    rows.truncate(HEAT);
    let (left, cell) = (250.0, 20.0);
    let height = cell * rows.len() as f64 + 22.0;
    let wide = (WIDTH - left - 50.0) / 52.0;
    html! {
        h2 { "How busy, week by week" }
        svg.chart viewBox=(format!("0 0 {WIDTH} {height:.0}")) role="img" aria-label="Utilisation by week" {
            @for (i, r) in rows.iter().enumerate() {
                @let y = cell * i as f64;
                text x=(n(left - 8.0)) y=(n(y + 14.0)) font-size="11.5" text-anchor="end" fill="#22313d" { (short(&r.name)) }
                @for (w, u) in r.utilisation_by_week.iter().enumerate() { rect x=(n(left + wide * w as f64)) y=(n(y + 1.0)) width=(n(wide + 0.3)) height=(n(cell - 2.0)) fill=(heat_colour(*u)) { title { "week " (w + 1) ": " (percent(*u)) } } }
                text x=(n(WIDTH - 44.0)) y=(n(y + 14.0)) font-size="11.5" fill="#22313d" { (percent(r.utilisation)) }
            }
            @for (i, month) in ["Jan", "Apr", "Jul", "Oct"].iter().enumerate() { text x=(n(left + 13.0 * wide * i as f64)) y=(n(height - 5.0)) font-size="11" fill="#51626f" { (month) } }
        }
    }
}

/// White to blue to dark red: above nine tenths is trouble.
fn heat_colour(u: f64) -> &'static str {
    const STEPS: [&str; 8] =
        ["#f3f6f8", "#d6e6f0", "#a9cfe5", "#74b0d3", "#2b8cbe", "#e6a04e", "#d1602b", "#8f1020"];
    let at = [0.1, 0.25, 0.4, 0.55, 0.7, 0.8, 0.9].iter().filter(|limit| u >= **limit).count();
    STEPS[at]
}

fn times(s: &Simulation) -> Markup {
    let rows: Vec<&ResourceResult> =
        s.resources.iter().filter(|r| r.utilisation > 0.0).take(HEAT).collect();
    let left = 250.0;
    let height = 20.0 * rows.len() as f64 + 6.0;
    html! {
        h2 { "How their time goes" }
        svg.chart viewBox=(format!("0 0 {WIDTH} {height:.0}")) role="img" aria-label="How the time of each resource goes" {
            @for (i, r) in rows.iter().enumerate() {
                @let t = &r.time;
                @let shares = [t.busy, t.blocked, t.starved, t.down, t.closed, t.changeover, t.idle];
                text x=(n(left - 8.0)) y=(n(20.0 * i as f64 + 14.0)) font-size="11.5" text-anchor="end" fill="#22313d" { (short(&r.name)) }
                @for (k, share) in shares.iter().enumerate() {
                    @let from: f64 = shares[..k].iter().sum();
                    @if *share > 0.0 { rect x=(n(left + from * (WIDTH - left))) y=(n(20.0 * i as f64 + 2.0)) width=(n(share * (WIDTH - left))) height="15" fill=(TIMES[k].1) { title { (TIMES[k].0) ": " (percent(*share)) } } }
                }
            }
        }
        p.small { @for (name, colour) in TIMES { span style=(format!("display:inline-block;width:10px;height:10px;background:{colour};border:1px solid #c3ccd3;margin-right:4px")) {} (name) "  " } "· those with the longest queues first" }
    }
}

fn tables(s: &Simulation) -> Markup {
    html! {
        h2 { "What arrives" }
        div.scroll { table {
            thead { tr { th { "Demand" } th.r { "Planned" } th.r { "Delivered" } th.r { "95 % interval" } th.r { "Time without waits" } th.r { "Mean" } th.r { "p95" } th.r { "p95 late" } } }
            tbody { @for d in &s.demand { @let e = &d.delivered_per_year; tr {
                td { (d.name) @if d.unit != "t" { " (" (d.unit) ")" } } td.r { (amount(d.planned_per_year, &d.unit)) } td.r { (amount(e.mean, &d.unit)) }
                td.r { @if let Some((low, high)) = e.ci95_low.zip(e.ci95_high) { (amount(low, &d.unit)) " to " (amount(high, &d.unit)) } }
                td.r { (duration(d.planned_h)) } td.r { (duration(d.transit_h.mean)) } td.r { (duration(d.transit_h.p95)) } td.r { (duration(d.late_p95_h)) }
            } } }
        } }
        h2 { "Where it waits" }
        div.scroll { table {
            thead { tr { th { "Resource" } th.r { "Servers" } th.r { "In use" } th.r { "Users a year" } th.r { "Held h" } th.r { "Wait h" } th.r { "p50" } th.r { "p95" } th.r { "By the formula" } th.r { "Queue" } } }
            tbody { @for r in s.resources.iter().filter(|r| r.utilisation > 0.0) { tr {
                td { (r.name) } td.r { (r.servers) } td.r { (percent(r.utilisation)) } td.r { (grouped(r.visits_per_year)) } td.r { (format!("{:.2}", r.held_h)) }
                td.r { (format!("{:.2}", r.wait_h.mean)) } td.r { (format!("{:.2}", r.wait_h.p50)) } td.r { (format!("{:.2}", r.wait_h.p95)) }
                td.r { @match r.wait_formula_h { Some(w) => { (format!("{w:.2}")) } None => { "-" } } } td.r { (format!("{:.2}", r.queue)) }
            } } }
        } }
        p.small { "By the formula: Allen-Cunneen at the measured use, as the plan takes it. Where several things are taken together, the wait is counted at the one that was short." }
    }
}
