//! Itineraries as one self-contained page: comparison, map, and the breakdown of time, cost and CO2e.

use maud::{Markup, html};
use trimodal_route::Routes;
use trimodal_route::outcome::{Itinerary, Stop, TransferKind};

use crate::number::{duration, grouped};
use crate::page::Page;
use crate::routes_map::{colour, map, mark};
use crate::routes_text::{
    Step, asked, incomplete, is_watermark, kilometres, met, named, ride_words, steps, stop_words,
};

/// Shows one itinerary at a time on screen, and all of them in print.
const SCRIPT: &str = "const tabs=[...document.querySelectorAll('.tabs button')],parts=[...document.querySelectorAll('section.one')];for(const b of tabs)b.onclick=()=>{for(const o of tabs)o.setAttribute('aria-pressed',o===b);for(const p of parts)p.hidden=p.dataset.n!==b.dataset.n};addEventListener('beforeprint',()=>{for(const p of parts)p.hidden=false});";
const OWN_CSS: &str = ".tabs button i{width:10px;height:10px;display:inline-block;margin-right:3px}.best{font-size:.75rem;border:1px solid var(--line);border-radius:3px;padding:0 5px;margin-right:4px;white-space:nowrap}.stop td{color:var(--soft);background:#f7f9fa}section.one[hidden]{display:none}.split{width:100%;height:auto;display:block;margin:.2em 0 .5em}@media print{section.one{break-before:page}}";

/// The answer as a page.
pub fn routes_html(routes: &Routes) -> String {
    let title = format!("{} to {}", named(&routes.origin), named(&routes.destination));
    let lawless = routes.law.iter().find(|l| is_watermark(l));
    let page = Page {
        title: &format!("{title} · Trimodal route"),
        css: OWN_CSS,
        watermark: lawless.map(String::as_str),
        script: SCRIPT,
    };
    page.around(&html! {
        h1 { (title) }
        p.sub { (asked(routes)) }
        (meetings(routes))
        @if let Some(why) = &routes.unreachable {
            h2 { "No itinerary" }
            p { (why.message) " (" (why.reason) ")" }
            ul { @for line in &why.remedy { li { (line) } } }
        } @else {
            (comparison(routes))
            (tabs(routes))
            @for i in 0..routes.itineraries.len() { (one(&routes.itineraries, i)) }
        }
        (footer(routes))
    })
}

fn meetings(routes: &Routes) -> Markup {
    let one = |stop: &Stop| html! { (stop.name) " meets the network: " (met(stop)) };
    html! {
        p.small { (one(&routes.origin)) @for v in &routes.via { " · " (one(v)) } " · " (one(&routes.destination)) }
        @if !routes.avoided.is_empty() { p.small { "Avoided, in addition to default closures: " (routes.avoided.join(", ")) } }
    }
}

fn comparison(routes: &Routes) -> Markup {
    html! {
        div.scroll { table {
            thead { tr { th { "" } th { "Modes" } th.r { "Time" } th.r { "p10 - p90" } th.r { "USD" } th.r { "USD/t" } th.r { "kg CO2e" } th.r { "km" } th { "Best by" } } }
            tbody { @for (i, it) in routes.itineraries.iter().enumerate() { tr {
                td { (i + 1) }
                td { (it.chain) }
                td.r { (duration(it.time_h)) }
                td.r { (duration(it.time_p10_h)) " - " (duration(it.time_p90_h)) }
                td.r { (grouped(it.cost_usd)) }
                td.r { (grouped(it.cost_usd / routes.tonnes)) }
                td.r { (grouped(it.co2e_kg)) }
                td.r { (grouped(it.distance_km)) }
                td { @for b in &it.best_at { span.best { (b.word()) } } }
            } } }
        } }
        @if let Some(line) = incomplete(routes) { p.small { (line) "." } }
    }
}

fn tabs(routes: &Routes) -> Markup {
    html! { div.tabs { @for (i, it) in routes.itineraries.iter().enumerate() {
        button data-n=(i) aria-pressed=(i == 0) { (i + 1) " " (it.chain) }
    } } }
}

fn one(all: &[Itinerary], i: usize) -> Markup {
    let it = &all[i];
    html! {
        section.one data-n=(i) hidden[i > 0] {
            h2 { (i + 1) " · " (it.chain) @if !it.best_at.is_empty() { " · best by " (it.best_by()) } }
            (map(all, i))
            (legend())
            (split("Time", &duration(it.time_h), it, |s| match s { Step::Ride(l) => l.time_h, Step::Stop(t) => t.time_h }, duration))
            (split("Cost", &format!("{} USD", grouped(it.cost_usd)), it, |s| match s { Step::Ride(l) => l.cost_usd, Step::Stop(t) => t.cost_usd }, grouped))
            (split("CO2e", &format!("{} kg", grouped(it.co2e_kg)), it, |s| match s { Step::Ride(l) => l.co2e_kg, Step::Stop(t) => t.co2e_kg }, grouped))
            (table(it))
            (lists(it))
        }
    }
}

fn legend() -> Markup {
    use trimodal_model::scenario::Mode;
    let line = |mode, dash: &'static str, word: &'static str| {
        html! { span { svg width="34" height="10" { path d="M0 5H34" stroke=(colour(mode)) stroke-width="3" stroke-dasharray=(dash) {} } (word) } }
    };
    let sign = |kind, word: &'static str| html! { span { svg width="14" height="14" { (mark(kind, 7.0, 7.0)) } (word) } };
    html! { p.legend {
        (line(Mode::Rail, "", "rail")) (line(Mode::Sea, "7 4", "sea")) (line(Mode::Road, "", "road")) (line(Mode::Barge, "12 3", "barge"))
        (line(Mode::Road, "1 5", "ferry (trucks)")) (line(Mode::Rail, "1 5", "ferry (wagons)"))
        (line(Mode::Road, "2 3", "truck to the network"))
        (sign(TransferKind::Port, "port, passage, ferry")) (sign(TransferKind::GaugeChange, "gauge change")) (sign(TransferKind::Border, "border")) (sign(TransferKind::Load, "load, unload, rail-road"))
        span { "other itineraries grey" }
    } }
}

/// A bar with the share of each leg and stop in a total, in the order of travel.
fn split(
    what: &str,
    total: &str,
    it: &Itinerary,
    of: impl Fn(&Step) -> f64,
    format: impl Fn(f64) -> String,
) -> Markup {
    const LEFT: f64 = 150.0;
    const WIDTH: f64 = 1010.0;
    let steps = steps(it);
    let whole: f64 = steps.iter().map(&of).sum();
    let mut x = LEFT;
    let bars: Vec<(f64, f64, &str, String)> = steps
        .iter()
        .map(|s| {
            let wide = if whole > 0.0 { of(s) / whole * WIDTH } else { 0.0 };
            let (fill, name) = match s {
                Step::Ride(l) => {
                    (colour(l.mode), format!("{} {} - {}", ride_words(l), l.from, l.to))
                }
                Step::Stop(t) => (stop_colour(t.kind), format!("{} {}", t.kind.words(), t.place)),
            };
            let bar = (x, wide, fill, format!("{name}: {}", format(of(s))));
            x += wide;
            bar
        })
        .collect();
    html! {
        svg.split viewBox="0 0 1160 26" role="img" aria-label=(format!("{what} by leg and stop")) {
            text x="0" y="17" font-size="13" font-weight="600" fill="#22313d" { (what) }
            text x="42" y="17" font-size="12.5" fill="#5b6b78" { (total) }
            @for (x, wide, fill, title) in &bars {
                rect x=(format!("{x:.1}")) y="4" width=(format!("{:.1}", (wide - 0.6).max(0.0))) height="18" fill=(fill) { title { (title) } }
            }
        }
    }
}

/// The colour of a stop, distinct from the colours of modes.
fn stop_colour(kind: TransferKind) -> &'static str {
    match kind {
        TransferKind::Border => "#d9848f",
        TransferKind::GaugeChange => "#b2182b",
        TransferKind::Passage => "#6f93a8",
        _ => "#8b97a1",
    }
}

fn table(it: &Itinerary) -> Markup {
    html! { div.scroll { table {
        thead { tr { th { "" } th { "Where" } th.r { "km" } th.r { "h" } th.r { "USD" } th.r { "kg CO2e" } } }
        tbody { @for step in steps(it) {
            @match step {
                Step::Ride(l) => tr {
                    td.nowrap { (ride_words(l)) } td { (l.from) " - " (l.to) @if l.mended_km > 0.0 { " · " (format!("{:.1}", l.mended_km)) " km mended" } }
                    td.r { (kilometres(l.distance_km)) } td.r { (format!("{:.1}", l.time_h)) } td.r { (grouped(l.cost_usd)) } td.r { (grouped(l.co2e_kg)) }
                },
                Step::Stop(t) => tr.stop {
                    @let (what, place) = stop_words(t);
                    td.nowrap { (what) } td { (place) @if t.time_p90_h > t.time_h { " · p90 " (duration(t.time_p90_h)) } }
                    td.r {} td.r { (format!("{:.1}", t.time_h)) } td.r { (grouped(t.cost_usd)) } td.r { (grouped(t.co2e_kg)) }
                },
            }
        } }
    } } }
}

fn lists(it: &Itinerary) -> Markup {
    let all = [
        ("Countries", &it.countries),
        ("Borders", &it.borders),
        ("Gauge changes", &it.gauge_changes),
        ("Passages", &it.passages),
    ];
    html! { p.small {
        @for (what, names) in all.into_iter().filter(|(_, n)| !n.is_empty()) { b { (what) ": " } (names.join(" ")) " · " }
        (format!("{:.1}", it.mended_km)) " km on mended links · CO2e well to tank " (grouped(it.co2e_wtt_kg)) " kg, tank to wheel " (grouped(it.co2e_ttw_kg)) " kg"
        @for warning in &it.warnings { " · " b { "Warning: " } (warning) }
    } }
}

fn footer(routes: &Routes) -> Markup {
    html! { footer {
        @for line in routes.law.iter().filter(|l| !is_watermark(l)) { p.small { b { "Law: " } (line) } }
        @if !routes.too_small.is_empty() { p.small { "Passages that do not take this ship: " (routes.too_small.join(", ")) } }
        @if !routes.closed_on_the_day.is_empty() { p.small { "Closed on the day near this way, by war or decree: " (routes.closed_on_the_day.join("; ")) } }
        @for line in crate::basis_text::basis_lines(&routes.basis) { p.small { (line) } }
        @for line in &routes.attribution { p.small { (line) } }
        p.small { "Times, costs and factors are defaults with sources (docs/method/route.md). Rules are applied as data with their references; this is not legal advice. Trimodal " (routes.version) }
    } }
}
