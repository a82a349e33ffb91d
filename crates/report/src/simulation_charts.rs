//! The charts of a simulation: trains, resource use, queues, stocks and utilisation.

use maud::{Markup, html};
use trimodal_model::Scenario;
use trimodal_simulate::outcome::{Band, Closure, Piece, ResourceResult, Simulation};

use crate::draw::{Days, Rows, class_colour, key, lines, n, wide};
use crate::number::{duration, percent, tonnes};

const WIDTH: f64 = 720.0;
/// Queues and rows drawn.
const QUEUES: usize = 6;
const HEAT: usize = 16;
/// Least utilisation that gets a row; less would be shown as 0 %.
const USED: f64 = 0.005;
const GANTT: usize = 10;
/// Most servers drawn for one resource.
const LANES: u32 = 6;
/// Weeks drawn before and after a closure.
const AROUND: (usize, usize) = (4, 12);

/// The states of a resource and their colours.
const TIMES: [(&str, &str); 7] = [
    ("busy", "#2b8cbe"),
    ("blocked", "#b2182b"),
    ("starved", "#e0a15e"),
    ("down", "#6a51a3"),
    ("closed", "#9aa7b1"),
    ("changeover", "#1b7837"),
    ("idle", "#edf1f4"),
];

/// Colour up to each utilisation: from white to blue, then to dark red above 90 %.
const HEAT_STEPS: [(f64, &str); 8] = [
    (0.1, "#f3f6f8"),
    (0.25, "#d6e6f0"),
    (0.4, "#a9cfe5"),
    (0.55, "#74b0d3"),
    (0.7, "#2b8cbe"),
    (0.8, "#e6a04e"),
    (0.9, "#d1602b"),
    (f64::INFINITY, "#8f1020"),
];

/// All charts; a series that is zero throughout has none.
pub(crate) fn charts(s: &Simulation, scenario: &Scenario) -> Markup {
    let days = Days::of(scenario);
    html! {
        (time_space(&s.piece, days))
        (gantt(s, scenario, days))
        (closures(s, days))
        (queues(s, days))
        (stocks(s, days))
        (heat(s, days))
        (times(s))
    }
}

/// The dates of a closure.
pub(crate) fn closed_days(c: &Closure, days: Days) -> String {
    let (from, to) = (days.name(f64::from(c.from_day) - 1.0), days.name(f64::from(c.to_day) - 1.0));
    if from == to { from } else { format!("{from} to {to}") }
}

/// Time-space diagram: slopes are trains, horizontal segments are waits in loops.
fn time_space(p: &Piece, days: Days) -> Markup {
    let Some((_, end)) = p.places.last().filter(|(_, km)| *km > 0.0 && !p.trains.is_empty()) else {
        return html! {};
    };
    let named = spaced(&p.places, *end);
    let left = named.iter().map(|(name, _)| 1.12 * wide(name, 11.5)).fold(40.0, f64::max) + 14.0;
    let (top, height) = (10.0, 320.0);
    let x = |h: f64| left + (h - p.from_h) / p.trains_h * (WIDTH - left - 20.0);
    let y = |km: f64| top + km / end * height;
    let clock = |h: f64| format!("{:02}:00", (h as u64) % 24);
    html! {
        h2 { "Trains on the line" }
        svg.chart viewBox=(format!("0 0 {WIDTH} {:.0}", height + 48.0)) role="img" aria-label="Time-space diagram of the line" {
            @for hour in (0..=p.trains_h as usize).step_by(6) {
                @let h = p.from_h + hour as f64;
                line x1=(n(x(h))) x2=(n(x(h))) y1=(n(top)) y2=(n(top + height)) stroke="#e3e8ec" {}
                text x=(n(x(h))) y=(n(top + height + 16.0)) font-size="11" text-anchor="middle" fill="#51626f" { (clock(h)) }
                @if hour % 24 == 0 && (hour as f64) < p.trains_h { text x=(n(x(h))) y=(n(top + height + 32.0)) font-size="11" font-weight="600" text-anchor="middle" fill="#51626f" { (days.name(h / 24.0)) } }
            }
            @for (name, km) in named {
                line x1=(n(left)) x2=(n(WIDTH - 20.0)) y1=(n(y(km))) y2=(n(y(km))) stroke="#c3ccd3" {}
                text x=(n(left - 8.0)) y=(n(y(km) + 4.0)) font-size="11.5" text-anchor="end" fill="#22313d" { (name) }
            }
            @for train in &p.trains {
                @let points: Vec<String> = train.iter().map(|(h, km)| format!("{},{}", n(x(*h)), n(y(*km)))).collect();
                polyline points=(points.join(" ")) fill="none" stroke=(if train[0].1 <= train[train.len() - 1].1 { "#1f3a52" } else { "#d9822b" }) stroke-width="1.6" {}
            }
        }
        p.small { "Two days of the first replication. Dark: away from the first place; orange: towards it. Horizontal segments: a train waits in a loop or at a station for the section ahead." }
    }
}

/// Places far enough apart to be labelled; the ends always are.
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

/// Each use goes to the first server that is free.
fn placed<'a>(p: &'a Piece, r: &ResourceResult) -> Vec<Placed<'a>> {
    let mut bars: Vec<_> = p.bars.iter().filter(|b| b.resource == r.id).collect();
    bars.sort_by(|a, b| a.from_h.total_cmp(&b.from_h));
    let mut free = vec![f64::MIN; r.servers.max(1) as usize];
    let mut placed = Vec::new();
    for bar in bars {
        let Some(slot) = free.iter().position(|f| *f <= bar.from_h + 1e-6) else { continue };
        free[slot] = bar.to_h;
        placed.push((bar.from_h, bar.to_h, slot, bar.vehicle.as_deref()));
    }
    placed
}

/// Uses of berths, pads and lines.
fn gantt(s: &Simulation, scenario: &Scenario, days: Days) -> Markup {
    let p = &s.piece;
    let used = s.resources.iter().filter(|r| p.bars.iter().any(|b| b.resource == r.id));
    let rows: Vec<(&ResourceResult, Vec<Placed>)> =
        used.take(GANTT).map(|r| (r, placed(p, r))).collect();
    if rows.is_empty() {
        return html! {};
    }
    let class_of = |b: &Placed| b.3.map(str::to_string);
    let mut classes: Vec<String> =
        rows.iter().flat_map(|(_, b)| b.iter().filter_map(class_of)).collect();
    classes.sort_unstable();
    classes.dedup();
    let colour = |class: Option<&str>| {
        let at = class.and_then(|c| classes.iter().position(|x| x == c));
        at.map_or("#9aa7b1".to_string(), class_colour)
    };
    // A class is a vehicle class, or another class that the operations distinguish.
    let name = |class: &str| -> String {
        let vehicle = scenario.vehicles.iter().find(|v| v.id == class);
        vehicle.map_or(class.replace('_', " "), |v| v.name.clone())
    };
    let names: Vec<String> = rows.iter().map(|(r, bars)| row_name(r, bars)).collect();
    // Servers that are never taken have no lane.
    let lanes = |bars: &[Placed]| {
        bars.iter().map(|b| b.2 + 1).max().unwrap_or(1).min(LANES as usize) as f64
    };
    let layout = Rows::new(
        names.iter().map(String::as_str),
        rows.iter().map(|(_, b)| 14.0 * lanes(b) + 8.0),
    );
    let x = |h: f64| layout.left + (h - p.from_h) / p.bars_h * (WIDTH - layout.left - 24.0);
    let unclassed = rows.iter().any(|(_, b)| b.iter().any(|b| b.3.is_none()));
    let labels: Vec<String> = classes.iter().map(|c| name(c)).collect();
    html! {
        h2 { "Berths, pads and lines" }
        svg.chart viewBox=(format!("0 0 {WIDTH} {:.0}", layout.bottom + 24.0)) role="img" aria-label="Uses of berths, pads and lines" {
            @for c in &s.closures {
                @let (from, to) = (24.0 * (f64::from(c.from_day) - 1.0), 24.0 * f64::from(c.to_day));
                @if to > p.from_h && from < p.from_h + p.bars_h { (shade(x(from.max(p.from_h)), x(to.min(p.from_h + p.bars_h)), layout.bottom)) }
            }
            @for day in (0..=(p.bars_h / 24.0) as usize).step_by(7) {
                @let h = p.from_h + 24.0 * day as f64;
                line x1=(n(x(h))) x2=(n(x(h))) y1="0" y2=(n(layout.bottom)) stroke="#e3e8ec" {}
                text x=(n(x(h))) y=(n(layout.bottom + 16.0)) font-size="11" text-anchor="middle" fill="#51626f" { (days.name(h / 24.0)) }
            }
            (layout.names())
            @for ((_, bars), (top, height)) in rows.iter().zip(&layout.at) {
                @let first = top + (height - 14.0 * lanes(bars)) / 2.0;
                @for (from, to, slot, class) in bars {
                    @if *slot < LANES as usize { rect x=(n(x(*from))) y=(n(first + 14.0 * *slot as f64 + 1.0)) width=(n((x(*to) - x(*from)).max(0.6))) height="12" fill=(colour(*class)) { title { (class.map_or("in use".to_string(), name)) ": " (duration(to - from)) " from " (days.name(from / 24.0)) } } }
                }
            }
        }
        (key(labels.iter().enumerate().map(|(i, c)| (class_colour(i), c.as_str())).chain(unclassed.then(|| ("#9aa7b1".to_string(), "in use")))))
        p.small { "Four weeks of the first replication." }
    }
}

/// The name of a row, with the number of servers drawn if not all are.
fn row_name(r: &ResourceResult, bars: &[Placed]) -> String {
    match bars.iter().map(|b| b.2 + 1).max() {
        Some(used) if used > LANES as usize => format!("{} ({LANES} of {})", r.name, r.servers),
        _ => r.name.clone(),
    }
}

/// The days of a closure behind a chart.
fn shade(from: f64, to: f64, height: f64) -> Markup {
    html! { rect x=(n(from)) y="0" width=(n((to - from).max(1.0))) height=(n(height)) fill="#f3d9d6" {} }
}

/// The weeks around each closure: goods in transit, and the queue at the closed resource.
fn closures(s: &Simulation, days: Days) -> Markup {
    let all = s.under_way_t.p50.len();
    let range = |c: &Closure| {
        let (from, to) = (c.from_day as usize / 7, c.to_day as usize / 7);
        from.saturating_sub(AROUND.0)..(to + AROUND.1 + 1).min(all)
    };
    let shown: Vec<&Closure> = s.closures.iter().filter(|c| range(c).len() > 2).collect();
    html! { @if !shown.is_empty() && !is_nothing(&s.under_way_t) {
        h2 { "Around the closures" }
        div.grid2 { @for c in &shown {
            @let weeks = range(c);
            (banded(&Chart { name: &format!("Goods in transit, {} closed {}", c.name, closed_days(c, days)), band: &s.under_way_t, unit: "t", limit: None, weeks: weeks.clone() }, s, days))
            @if let Some(band) = s.resources.iter().find(|r| r.id == c.resource).and_then(|r| r.queue_by_week.as_ref()).filter(|b| !is_nothing(b)) {
                (banded(&Chart { name: &format!("Waiting for {}", c.name), band, unit: "waiting", limit: None, weeks }, s, days))
            }
        } }
        p.small { "Red background: closed. Weekly values: median and p5 to p95 of the replications." }
    } }
}

fn queues(s: &Simulation, days: Days) -> Markup {
    let queued = s.resources.iter().filter_map(|r| Some((r, r.queue_by_week.as_ref()?)));
    let shown: Vec<_> = queued.filter(|(_, b)| !is_nothing(b)).take(QUEUES).collect();
    html! { @if !shown.is_empty() {
        h2 { "Queues over the year" }
        div.grid2 { @for (r, band) in shown { (banded(&Chart::year(&r.name, band, "waiting", None), s, days)) } }
        p.small { "Vehicles waiting, weekly means: median and p5 to p95 of the replications." @if !s.closures.is_empty() { " Red background: " (s.closures.iter().map(|c| format!("{} closed {}", c.name, closed_days(c, days))).collect::<Vec<_>>().join("; ")) "." } }
    } }
}

fn stocks(s: &Simulation, days: Days) -> Markup {
    let used: Vec<_> = s.stocks.iter().filter(|x| !is_nothing(&x.by_week)).collect();
    let under_way = !is_nothing(&s.under_way_t);
    html! { @if !used.is_empty() || under_way {
        h2 { "Stocks over the year" }
        div.grid2 {
            @for stock in used { (banded(&Chart::year(&stock.name, &stock.by_week, "t", Some(stock.capacity_t)), s, days)) }
            @if under_way { (banded(&Chart::year("Goods in transit", &s.under_way_t, "t", None), s, days)) }
        }
        p.small { "Tonnes at the end of each week: median and p5 to p95 of the replications. Dashed: capacity." }
    } }
}

/// Whether every value would be shown as zero.
fn is_nothing(band: &Band) -> bool {
    band.p95.iter().all(|v| *v < 0.05)
}

/// A value by week.
struct Chart<'a> {
    name: &'a str,
    band: &'a Band,
    unit: &'a str,
    limit: Option<f64>,
    weeks: std::ops::Range<usize>,
}

impl<'a> Chart<'a> {
    fn year(name: &'a str, band: &'a Band, unit: &'a str, limit: Option<f64>) -> Chart<'a> {
        Chart { name, band, unit, limit, weeks: 0..band.p50.len() }
    }

    fn label(&self, v: f64) -> String {
        match self.unit {
            "t" => tonnes(v),
            _ if v < 10.0 => format!("{v:.1}"),
            _ => format!("{v:.0}"),
        }
    }
}

fn banded(c: &Chart, s: &Simulation, days: Days) -> Markup {
    let of = |values: &'_ [f64]| -> Vec<f64> {
        values.get(c.weeks.clone()).map_or(Vec::new(), <[f64]>::to_vec)
    };
    let (low, mid, high) = (of(&c.band.p5), of(&c.band.p50), of(&c.band.p95));
    let most = high.iter().copied().chain(c.limit).fold(1e-9, f64::max);
    let (w, left) = (350.0, (wide(&c.label(most), 10.5) + 12.0).max(40.0));
    let name = lines(c.name, 50);
    let (top, height) = (15.0 * name.len() as f64 + 6.0, 92.0);
    let bottom = top + height;
    // A value of a whole week is drawn at its middle.
    let (first, count) = (c.weeks.start as f64, (c.weeks.len() as f64).max(1.0));
    let x = |week: f64| left + (week - first) / count * (w - left - 8.0);
    let y = |v: f64| bottom - v / most * height;
    let points = |values: &[f64]| -> Vec<String> {
        let at = |(i, v): (usize, &f64)| format!("{},{}", n(x(first + i as f64 + 0.5)), n(y(*v)));
        values.iter().enumerate().map(at).collect()
    };
    let around: Vec<String> =
        points(&high).into_iter().chain(points(&low).into_iter().rev()).collect();
    html! { svg.chart viewBox=(format!("0 0 {w} {:.0}", bottom + 18.0)) role="img" aria-label=(format!("{} by week", c.name)) {
        @for (i, line) in name.iter().enumerate() { text x="0" y=(n(13.0 + 15.0 * i as f64)) font-size="12" font-weight="600" fill="#1f3a52" { (line) } }
        @for closed in &s.closures {
            @let (from, to) = ((f64::from(closed.from_day) - 1.0) / 7.0, f64::from(closed.to_day) / 7.0);
            @if to > first && from < first + count { rect x=(n(x(from.max(first)))) y=(n(top)) width=(n((x(to.min(first + count)) - x(from.max(first))).max(1.0))) height=(n(height)) fill="#f3d9d6" { title { (closed.name) " closed " (closed_days(closed, days)) } } }
        }
        line x1=(n(left)) x2=(n(w - 8.0)) y1=(n(bottom)) y2=(n(bottom)) stroke="#c3ccd3" {}
        text x=(n(left - 5.0)) y=(n(y(most) + 8.0)) font-size="10.5" text-anchor="end" fill="#51626f" { (c.label(most)) }
        text x=(n(left - 5.0)) y=(n(bottom + 4.0)) font-size="10.5" text-anchor="end" fill="#51626f" { "0" }
        polygon points=(around.join(" ")) fill="#9ecae1" fill-opacity="0.7" {}
        polyline points=(points(&mid).join(" ")) fill="none" stroke="#1f3a52" stroke-width="1.6" {}
        @if let Some(limit) = c.limit { line x1=(n(left)) x2=(n(w - 8.0)) y1=(n(y(limit))) y2=(n(y(limit))) stroke="#b2182b" stroke-dasharray="4 3" {} }
        @for (day, month) in ticks(days, first * 7.0, (first + count) * 7.0) {
            line x1=(n(x(day / 7.0))) x2=(n(x(day / 7.0))) y1=(n(bottom)) y2=(n(bottom + 4.0)) stroke="#9aa8b2" {}
            text x=(n(x(day / 7.0) + 2.0)) y=(n(bottom + 14.0)) font-size="10.5" fill="#51626f" { (month) }
        }
    } }
}

/// The months on an axis: every month on a short axis, every third over a year.
fn ticks(days: Days, from: f64, to: f64) -> Vec<(f64, String)> {
    let all = days.months(from, to);
    let step = if all.len() > 7 { 3 } else { 1 };
    // The last days have no room for a name.
    let room = |(day, _): &(f64, &str)| to - day > (to - from) * 0.05;
    all.into_iter().step_by(step).filter(room).map(|(day, name)| (day, name.to_string())).collect()
}

/// Utilisation over the year, the busiest first.
fn heat(s: &Simulation, days: Days) -> Markup {
    let mut rows: Vec<&ResourceResult> =
        s.resources.iter().filter(|r| r.utilisation >= USED).collect();
    rows.sort_by(|a, b| b.utilisation.total_cmp(&a.utilisation));
    rows.truncate(HEAT);
    if rows.is_empty() {
        return html! {};
    }
    let layout = Rows::new(rows.iter().map(|r| r.name.as_str()), rows.iter().map(|_| 20.0));
    let weeks = rows.iter().map(|r| r.utilisation_by_week.len()).max().unwrap_or(52).max(1) as f64;
    let step = (WIDTH - layout.left - 50.0) / weeks;
    let x = |week: f64| layout.left + step * week;
    html! {
        h2 { "Utilisation by week" }
        svg.chart viewBox=(format!("0 0 {WIDTH} {:.0}", layout.bottom + 30.0)) role="img" aria-label="Utilisation by week" {
            (layout.names())
            @for (r, (top, height)) in rows.iter().zip(&layout.at) {
                @for (w, u) in r.utilisation_by_week.iter().enumerate() { rect x=(n(x(w as f64))) y=(n(top + 1.0)) width=(n(step + 0.3)) height=(n(height - 2.0)) fill=(heat_colour(*u)) { title { "week from " (days.name(7.0 * w as f64)) ": " (percent(*u)) } } }
                text x=(n(WIDTH - 44.0)) y=(n(top + height / 2.0 + 4.0)) font-size="11.5" fill="#22313d" { (percent(r.utilisation)) }
            }
            @for c in &s.closures {
                @let (from, to) = ((f64::from(c.from_day) - 1.0) / 7.0, (f64::from(c.to_day) / 7.0).min(weeks));
                rect x=(n(x(from))) y=(n(layout.bottom + 2.0)) width=(n((x(to) - x(from)).max(2.0))) height="5" fill="#b2182b" { title { (c.name) " closed " (closed_days(c, days)) } }
            }
            @for (day, month) in ticks(days, 0.0, weeks * 7.0) { text x=(n(x(day / 7.0))) y=(n(layout.bottom + 22.0)) font-size="11" fill="#51626f" { (month) } }
        }
        (scale())
        @for c in &s.closures { p.small { "Red bar below: " (c.name) " closed " (closed_days(c, days)) "." } }
    }
}

/// The legend of the utilisation colours.
fn scale() -> Markup {
    let from = std::iter::once(0.0).chain(HEAT_STEPS.iter().map(|(upto, _)| *upto));
    let words: Vec<String> = from
        .zip(HEAT_STEPS)
        .map(|(from, (upto, _))| match upto {
            x if x.is_infinite() => format!("{} and more", percent(from)),
            x if from == 0.0 => format!("under {}", percent(x)),
            x => format!("{:.0}-{}", from * 100.0, percent(x)),
        })
        .collect();
    key(HEAT_STEPS
        .iter()
        .zip(&words)
        .map(|((_, colour), word)| (colour.to_string(), word.as_str())))
}

fn heat_colour(u: f64) -> &'static str {
    HEAT_STEPS.iter().find(|(upto, _)| u < *upto).map_or(HEAT_STEPS[7].1, |(_, colour)| colour)
}

fn times(s: &Simulation) -> Markup {
    let rows: Vec<&ResourceResult> =
        s.resources.iter().filter(|r| r.utilisation >= USED).take(HEAT).collect();
    if rows.is_empty() {
        return html! {};
    }
    let shares = |r: &ResourceResult| {
        let t = &r.time;
        [t.busy, t.blocked, t.starved, t.down, t.closed, t.changeover, t.idle]
    };
    let layout = Rows::new(rows.iter().map(|r| r.name.as_str()), rows.iter().map(|_| 20.0));
    let seen = |k: usize| rows.iter().any(|r| shares(r)[k] > 0.0005);
    html! {
        h2 { "Use of time" }
        svg.chart viewBox=(format!("0 0 {WIDTH} {:.0}", layout.bottom + 6.0)) role="img" aria-label="Use of time of each resource" {
            (layout.names())
            @for (r, (top, height)) in rows.iter().zip(&layout.at) {
                @let shares = shares(r);
                @for (k, share) in shares.iter().enumerate() {
                    @let from: f64 = shares[..k].iter().sum();
                    @if *share > 0.0 { rect x=(n(layout.left + from * (WIDTH - layout.left))) y=(n(top + 2.0)) width=(n(share * (WIDTH - layout.left))) height=(n(height - 5.0)) fill=(TIMES[k].1) { title { (TIMES[k].0) ": " (percent(*share)) } } }
                }
            }
        }
        (key(TIMES.iter().enumerate().filter(|(k, _)| seen(*k)).map(|(_, (name, colour))| (colour.to_string(), *name))))
        p.small { "Resources with the longest queues first." }
    }
}
