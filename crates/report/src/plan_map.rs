//! The corridor as a map: modes by style and colour, width by tonnes, colour by volume over capacity.

use std::collections::BTreeMap;

use maud::{Markup, html};
use trimodal_model::Scenario;
use trimodal_model::scenario::Mode;
use trimodal_plan::outcome::Solution;

use crate::number::{percent, tonnes_a_year};

const COAST: &str = include_str!("coast.csv");

/// The extent of a map in degrees, and its size in pixels.
#[derive(Debug, Clone, Copy)]
pub struct View {
    /// West, south, east, north.
    pub bounds: [f64; 4],
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl View {
    /// A view of the given bounds, its height from the middle latitude.
    fn new(bounds: [f64; 4], width: f64) -> View {
        let [west, south, east, north] = bounds;
        let shrink = ((south + north) / 2.0).to_radians().cos().max(0.2);
        let height = width * (north - south) / ((east - west) * shrink);
        View { bounds, width, height: height.clamp(width * 0.35, width * 0.9) }
    }

    /// Every place, with a margin.
    pub fn all(s: &Scenario, width: f64) -> View {
        let lons = s.places.iter().map(|p| p.lon);
        let lats = s.places.iter().map(|p| p.lat);
        let (west, east) = (lons.clone().fold(180.0, f64::min), lons.fold(-180.0, f64::max));
        let (south, north) = (lats.clone().fold(90.0, f64::min), lats.fold(-90.0, f64::max));
        let (dx, dy) = (((east - west) * 0.06).max(0.3), ((north - south) * 0.08).max(0.3));
        View::new([west - dx, south - dy, east + dx, north + dy], width)
    }

    /// The box around the places that short land links join, from the 4th to the 96th percentile in each
    /// direction; none where it is not much smaller than the whole.
    pub fn close_up(s: &Scenario, width: f64) -> Option<View> {
        let mut places: Vec<usize> = s
            .links
            .iter()
            .filter(|l| l.mode != Mode::Sea && l.km < 120.0)
            .flat_map(|l| [l.from.ix(), l.to.ix()])
            .collect();
        places.sort_unstable();
        places.dedup();
        if places.len() < 4 {
            return None;
        }
        let spread = |value: &dyn Fn(usize) -> f64| {
            let mut sorted: Vec<f64> = places.iter().map(|&p| value(p)).collect();
            sorted.sort_by(f64::total_cmp);
            let at = |share: f64| sorted[((sorted.len() - 1) as f64 * share).round() as usize];
            (at(0.04), at(0.96))
        };
        let (west, east) = spread(&|p| s.places[p].lon);
        let (south, north) = spread(&|p| s.places[p].lat);
        let (dx, dy) = ((east - west).max(0.2) * 0.14, (north - south).max(0.2) * 0.14);
        let view = View::new([west - dx, south - dy, east + dx, north + dy], width);
        let all = View::all(s, width).bounds;
        ((view.bounds[2] - view.bounds[0]) < 0.6 * (all[2] - all[0])).then_some(view)
    }

    fn xy(&self, lon: f64, lat: f64) -> (f64, f64) {
        let [west, south, east, north] = self.bounds;
        ((lon - west) / (east - west) * self.width, (north - lat) / (north - south) * self.height)
    }

    fn holds(&self, lon: f64, lat: f64) -> bool {
        let [west, south, east, north] = self.bounds;
        (west..=east).contains(&lon) && (south..=north).contains(&lat)
    }
}

/// Colour of volume over capacity, on a scale that colour-blind readers can distinguish.
fn load_colour(share: Option<f64>) -> &'static str {
    match share {
        None => "#4a6b8a",
        Some(x) if x >= 0.999 => "#b2182b",
        Some(x) if x >= 0.8 => "#e08214",
        Some(x) if x >= 0.5 => "#c9a800",
        Some(_) => "#2b8cbe",
    }
}

/// A map of one solution.
pub fn map(s: &Scenario, solution: &Solution, full: &[String], view: View, title: &str) -> Markup {
    let loads: BTreeMap<&str, (f64, Option<f64>)> = solution
        .links
        .iter()
        .map(|l| (l.link.as_str(), (l.t_per_year, l.volume_over_capacity)))
        .collect();
    let most = loads.values().map(|l| l.0).fold(1.0, f64::max);
    let clip = format!(
        "clip-{:x}",
        title.bytes().fold(7_u64, |h, b| h.wrapping_mul(31).wrapping_add(u64::from(b)))
    );
    html! {
        svg.map viewBox=(format!("0 0 {:.0} {:.0}", view.width, view.height)) role="img" aria-label=(title) {
            defs { clipPath id=(clip) { rect width=(view.width) height=(format!("{:.0}", view.height)) {} } }
            rect width=(view.width) height=(format!("{:.0}", view.height)) fill="#f4f7f9" {}
            g clip-path=(format!("url(#{clip})")) {
                (graticule(&view))
                (coast(&view))
                @for link in &s.links { (a_link(s, link, loads.get(link.id.as_str()).copied(), most, &view)) }
                (places(s, full, &view))
            }
        }
    }
}

fn graticule(view: &View) -> Markup {
    let [west, south, east, north] = view.bounds;
    let step = [0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 45.0]
        .into_iter()
        .find(|d| (east - west) / d <= 8.0)
        .unwrap_or(45.0);
    let ticks = |from: f64, to: f64| {
        let first = (from / step).ceil() as i32;
        (first..).map(move |k| f64::from(k) * step).take_while(move |v| *v <= to)
    };
    html! {
        @for lon in ticks(west, east) {
            @let x = view.xy(lon, south).0;
            line x1=(n(x)) x2=(n(x)) y1="0" y2=(n(view.height)) stroke="#e2e8ec" {}
            @if x < view.width - 40.0 { text x=(n(x + 3.0)) y=(n(view.height - 5.0)) font-size="10" fill="#8a97a3" { (format!("{lon}°E")) } }
        }
        @for lat in ticks(south, north) {
            @let y = view.xy(west, lat).1;
            line x1="0" x2=(n(view.width)) y1=(n(y)) y2=(n(y)) stroke="#e2e8ec" {}
            text x="4" y=(n(y - 3.0)) font-size="10" fill="#8a97a3" { (format!("{lat}°N")) }
        }
    }
}

fn n(x: f64) -> String {
    format!("{x:.1}")
}

fn coast(view: &View) -> Markup {
    let mut lines: Vec<(&str, Vec<(f64, f64)>)> = Vec::new();
    for row in COAST.lines().filter(|l| !l.starts_with('#')) {
        let mut cells = row.split(',');
        let (Some(name), Some(lon), Some(lat)) = (cells.next(), cells.next(), cells.next()) else {
            continue;
        };
        let (Ok(lon), Ok(lat)) = (lon.parse::<f64>(), lat.parse::<f64>()) else { continue };
        match lines.last_mut() {
            Some((last, points)) if *last == name => points.push((lon, lat)),
            _ => lines.push((name, vec![(lon, lat)])),
        }
    }
    html! {
        @for (name, points) in &lines {
            @let path = points.iter().enumerate().map(|(i, (lon, lat))| {
                let (x, y) = view.xy(*lon, *lat);
                format!("{}{x:.1} {y:.1}", if i == 0 { "M" } else { "L" })
            }).collect::<String>();
            @if *name == "tumen" {
                path d=(path) fill="none" stroke="#9ec5e0" stroke-width="2.5" stroke-linejoin="round" {}
            } @else {
                path d=(path) fill="none" stroke="#9aa8b2" stroke-width="1.2" stroke-linejoin="round" {}
            }
        }
    }
}

fn a_link(
    s: &Scenario,
    link: &trimodal_model::scenario::Link,
    load: Option<(f64, Option<f64>)>,
    most: f64,
    view: &View,
) -> Markup {
    let (a, b) = (&s.places[link.from.ix()], &s.places[link.to.ix()]);
    let (x1, y1) = view.xy(a.lon, a.lat);
    let (x2, y2) = view.xy(b.lon, b.lat);
    // Links of several modes between the same places are curved so that none hides another.
    let bow = match link.mode {
        Mode::Rail => 0.0,
        Mode::Road => 0.10,
        Mode::Sea => -0.12,
        Mode::Barge => -0.06,
    };
    let (cx, cy) = ((x1 + x2) / 2.0 - (y2 - y1) * bow, (y1 + y2) / 2.0 + (x2 - x1) * bow);
    let path = format!("M{x1:.1} {y1:.1}Q{cx:.1} {cy:.1} {x2:.1} {y2:.1}");
    let tonnes = load.map_or(0.0, |l| l.0);
    let used = load.is_some();
    let width = if used { 1.6 + 9.0 * (tonnes / most).sqrt() } else { 1.0 };
    let colour = if used { load_colour(load.and_then(|l| l.1)) } else { "#c3ccd3" };
    let dash = match link.mode {
        Mode::Rail => "",
        Mode::Road => "7 4",
        Mode::Sea => "1.5 5",
        Mode::Barge => "4 4",
    };
    let share = load
        .and_then(|l| l.1)
        .map_or(String::new(), |x| format!(", {} of practical capacity", percent(x)));
    let word = if link.is_open { "" } else { " (not open today)" };
    html! {
        g {
            title { (link.name) " · " (link.mode.word()) (word) " · " (tonnes_a_year(tonnes)) (share) }
            path d=(path) fill="none" stroke=(colour) stroke-width=(n(width)) stroke-dasharray=(dash) stroke-linecap=(if link.mode == Mode::Sea { "round" } else { "butt" }) {}
            @if link.mode == Mode::Rail {
                path d=(path) fill="none" stroke="#ffffff" stroke-width=(n((width * 0.35).max(0.6))) stroke-dasharray="1 9" {}
            }
        }
    }
}

/// Placement of labels: none covers another label or a mark.
pub(crate) struct Labels {
    size: (f64, f64),
    taken: Vec<[f64; 4]>,
}

impl Labels {
    pub(crate) fn new(width: f64, height: f64) -> Labels {
        Labels { size: (width, height), taken: Vec::new() }
    }

    /// Reserves the space of a mark.
    pub(crate) fn take(&mut self, x: f64, y: f64) {
        self.taken.push([x - 4.0, y - 4.0, x + 4.0, y + 4.0]);
    }

    /// Finds free space for a label beside a mark, and reserves it.
    pub(crate) fn put(&mut self, x: f64, y: f64, name: &str) -> Option<(f64, f64)> {
        let wide = name.chars().count() as f64 * 6.3;
        let spots = [
            (7.0, 4.0),
            (-7.0 - wide, 4.0),
            (-wide / 2.0, -8.0),
            (-wide / 2.0, 17.0),
            (7.0, -7.0),
            (7.0, 15.0),
        ];
        let area = |(tx, ty): (f64, f64)| [tx, ty - 10.0, tx + wide, ty + 3.0];
        let free = |b: [f64; 4]| {
            let inside = b[0] >= 0.0 && b[2] <= self.size.0 && b[1] >= 0.0 && b[3] <= self.size.1;
            let apart = |t: &[f64; 4]| b[0] >= t[2] || b[2] <= t[0] || b[1] >= t[3] || b[3] <= t[1];
            inside && self.taken.iter().all(apart)
        };
        let spot = spots.into_iter().map(|(dx, dy)| (x + dx, y + dy)).find(|s| free(area(*s)))?;
        self.taken.push(area(spot));
        Some(spot)
    }
}

fn places(s: &Scenario, full: &[String], view: &View) -> Markup {
    let mut space = Labels::new(view.width, view.height);
    let mut order: Vec<usize> =
        (0..s.places.len()).filter(|&p| view.holds(s.places[p].lon, s.places[p].lat)).collect();
    let bottleneck =
        |p: usize| s.resources.iter().any(|r| r.place.ix() == p && full.contains(&r.id));
    let rank =
        |p: usize| (!bottleneck(p), s.places[p].kind != "port", s.places[p].kind != "border");
    order.sort_by_key(|&p| (rank(p), p));
    for &p in &order {
        let (x, y) = view.xy(s.places[p].lon, s.places[p].lat);
        space.take(x, y);
    }
    let mut labels = Vec::new();
    for &p in &order {
        let place = &s.places[p];
        let (x, y) = view.xy(place.lon, place.lat);
        let name = label(s, p, full);
        if let Some((tx, ty)) = space.put(x, y, &name) {
            labels.push((p, name, tx, ty));
        }
    }
    html! {
        @for &p in &order {
            @let place = &s.places[p];
            @let (x, y) = view.xy(place.lon, place.lat);
            g {
                title { (place.name) ", " (place.country) }
                @if bottleneck(p) {
                    circle cx=(n(x)) cy=(n(y)) r="8" fill="none" stroke="#b2182b" stroke-width="2.5" {}
                }
                @if place.kind == "port" {
                    rect x=(n(x - 3.5)) y=(n(y - 3.5)) width="7" height="7" fill="#1f3a52" {}
                } @else {
                    circle cx=(n(x)) cy=(n(y)) r="3" fill="#ffffff" stroke="#1f3a52" stroke-width="1.5" {}
                }
            }
        }
        @for (p, name, x, y) in &labels {
            text x=(n(*x)) y=(n(*y)) font-size="11.5" font-weight=(if bottleneck(*p) { "700" } else { "400" }) fill=(if bottleneck(*p) { "#8f1020" } else { "#22313d" }) paint-order="stroke" stroke="#f4f7f9" stroke-width="3" { (name) }
        }
    }
}

/// A place's name and its facilities at capacity.
fn label(s: &Scenario, place: usize, full: &[String]) -> String {
    let name = s.places[place].name.split(['(', '/']).next().unwrap_or("").trim();
    let here = s.resources.iter().filter(|r| r.place.ix() == place && full.contains(&r.id));
    let stuck: Vec<&str> =
        here.map(|r| r.name.strip_prefix(name).unwrap_or(&r.name).trim()).collect();
    match stuck.first() {
        Some(first) if stuck.len() == 1 => format!("{name}: {first}"),
        Some(first) => format!("{name}: {first} and {} more", stuck.len() - 1),
        None => name.to_string(),
    }
}

/// The legend of styles and colours.
pub fn legend() -> Markup {
    let colours = [
        ("#2b8cbe", "under 50 %"),
        ("#c9a800", "50-80 %"),
        ("#e08214", "80-100 %"),
        ("#b2182b", "at its limit"),
        ("#4a6b8a", "no limit (sea)"),
        ("#c3ccd3", "unused"),
    ];
    html! {
        p.legend {
            span { svg width="40" height="10" { path d="M0 5H40" stroke="#445" stroke-width="5" {} path d="M0 5H40" stroke="#fff" stroke-width="2" stroke-dasharray="1 9" {} } " rail" }
            span { svg width="40" height="10" { path d="M0 5H40" stroke="#445" stroke-width="4" stroke-dasharray="7 4" {} } " road" }
            span { svg width="40" height="10" { path d="M2 5H40" stroke="#445" stroke-width="4" stroke-dasharray="1.5 5" stroke-linecap="round" {} } " sea" }
            span { "width: tonnes" }
            @for (colour, word) in colours { span { i style=(format!("background:{colour}")) {} (word) } }
            span { svg width="16" height="16" { circle cx="8" cy="8" r="6" fill="none" stroke="#b2182b" stroke-width="2.5" {} } " bottleneck" }
        }
    }
}
