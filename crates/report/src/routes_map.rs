//! Itineraries on a map of the world: one coloured by mode, the others grey.

use maud::{Markup, html};
use trimodal_model::scenario::Mode;
use trimodal_route::outcome::{Itinerary, Leg, TransferKind};

use crate::plan_map::Labels;
use crate::routes_geojson::place;
use crate::routes_text::ride_words;

const OUTLINES: &str = include_str!("world_coast.csv");
const WIDTH: f64 = 1160.0;
/// Pixels between the points of a line.
const FINE: f64 = 1.3;

/// Longitude and latitude; the longitude continues past 180 degrees across the antimeridian.
type Line = Vec<[f64; 2]>;

/// Outlines of countries: closed rings.
pub(crate) fn outlines() -> impl Iterator<Item = Line> {
    let ring = |row: &str| -> Line {
        let numbers: Vec<f64> =
            row.split(' ').filter_map(|n| n.parse::<f64>().ok()).map(|n| n / 10.0).collect();
        numbers.chunks_exact(2).map(|p| [p[0], p[1]]).collect()
    };
    OUTLINES.lines().filter(|l| !l.starts_with('#')).map(ring)
}

/// Colour of a mode; access trucks are dashed road.
pub fn colour(mode: Mode) -> &'static str {
    match mode {
        Mode::Rail => "#8c2d3f",
        Mode::Sea => "#1f6f9f",
        Mode::Road => "#b8700b",
        Mode::Barge => "#2f8f7f",
    }
}

struct View {
    west: f64,
    north: f64,
    scale: f64,
    shrink: f64,
    height: f64,
}

impl View {
    /// A view that fits the lines with a margin, no wider than twice its height.
    fn around(lines: &[Line]) -> View {
        let all = || lines.iter().flatten();
        let (mut west, mut east) = span(all().map(|p| p[0]));
        let (mut south, mut north) = span(all().map(|p| p[1]));
        let shrink = ((south + north) / 2.0).to_radians().cos().max(0.3);
        let (dx, dy) = ((east - west) * 0.07 + 0.4, (north - south) * 0.1 + 0.3);
        (west, east, south, north) = (west - dx, east + dx, south - dy, north + dy);
        let (least, most) = ((east - west) * shrink * 0.42, (east - west) * shrink * 0.75);
        let short = (least - (north - south)).max(0.0) / 2.0;
        (south, north) = ((south - short).max(-85.0), (north + short).min(85.0));
        let narrow = ((north - south) / most - 1.0).max(0.0) * (east - west) / 2.0;
        (west, east) = (west - narrow, east + narrow);
        let scale = WIDTH / (east - west);
        View { west, north, scale, shrink, height: (north - south) * scale / shrink }
    }

    fn xy(&self, [lon, lat]: [f64; 2]) -> (f64, f64) {
        ((lon - self.west) * self.scale, (self.north - lat) * self.scale / self.shrink)
    }

    fn path(&self, line: &[[f64; 2]], step: f64) -> String {
        let mut path = String::new();
        let mut last = (f64::MAX, f64::MAX);
        for (i, p) in line.iter().enumerate() {
            let (x, y) = self.xy(*p);
            // Points within a pixel or two of the last one are left out.
            if i == 0 || i + 1 == line.len() || (x - last.0).abs() + (y - last.1).abs() >= step {
                path += &format!("{}{x:.1} {y:.1}", if i == 0 { "M" } else { "L" });
                last = (x, y);
            }
        }
        path
    }
}

fn span(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::MAX, f64::MIN), |(low, high), v| (low.min(v), high.max(v)))
}

/// The lines of the legs, with longitudes continued from the first point.
fn unwrapped(it: &Itinerary, near: f64) -> Vec<Line> {
    let mut before = near;
    let mut shift = |p: &[f64; 2]| {
        let lon = before + (p[0] - before + 180.0).rem_euclid(360.0) - 180.0;
        before = lon;
        [lon, p[1]]
    };
    it.legs.iter().map(|l| l.line.iter().map(&mut shift).collect()).collect()
}

/// A map of one of the itineraries, by its position.
pub fn map(all: &[Itinerary], shown: usize) -> Markup {
    let it = &all[shown];
    let start = it.legs.first().and_then(|l| l.line.first()).map_or(0.0, |p| p[0]);
    let lines = unwrapped(it, start);
    let view = View::around(&lines);
    let others: Vec<Line> = all
        .iter()
        .enumerate()
        .filter(|(i, _)| *i != shown)
        .flat_map(|(_, other)| unwrapped(other, start))
        .collect();
    let title = format!("Map of itinerary {}: {}", shown + 1, it.chain);
    let height = format!("{:.0}", view.height);
    html! {
        svg.map viewBox=(format!("0 0 {WIDTH:.0} {height}")) role="img" aria-label=(title) {
            rect width=(WIDTH) height=(height) fill="#e6eff4" {}
            (land(&view))
            (graticule(&view))
            @for line in &others { path d=(view.path(line, 4.0)) fill="none" stroke="#9aa8b2" stroke-width="1.3" stroke-dasharray="2 3" {} }
            @for (leg, line) in it.legs.iter().zip(&lines) { (ride(leg, line, &view)) }
            (stops(it, &lines, &view))
        }
    }
}

fn land(view: &View) -> Markup {
    let east = view.west + WIDTH / view.scale;
    let mut path = String::new();
    for points in outlines() {
        for turn in [-360.0, 0.0, 360.0] {
            let moved: Line = points.iter().map(|[x, y]| [x + turn, *y]).collect();
            let (low, high) = span(moved.iter().map(|p| p[0]));
            if high >= view.west && low <= east {
                path += &view.path(&moved, FINE);
                path.push('Z');
            }
        }
    }
    html! { path d=(path) fill="#fbfaf5" stroke="#c9ccc4" stroke-width="0.8" stroke-linejoin="round" {} }
}

fn graticule(view: &View) -> Markup {
    let east = view.west + WIDTH / view.scale;
    let south = view.north - view.height * view.shrink / view.scale;
    let steps = [1.0, 2.0, 5.0, 10.0, 20.0, 30.0];
    let step = steps.into_iter().find(|s| (east - view.west) / s <= 9.0).unwrap_or(45.0);
    let ticks = |from: f64, to: f64| {
        let first = (from / step).ceil() as i32;
        (first..).map(move |k| f64::from(k) * step).take_while(move |v| *v <= to)
    };
    let name = |v: f64, plus: &str, minus: &str| {
        let v = (v + 180.0).rem_euclid(360.0) - 180.0;
        format!("{}°{}", v.abs(), if v < 0.0 { minus } else { plus })
    };
    html! {
        @for lon in ticks(view.west, east) {
            @let x = n(view.xy([lon, 0.0]).0);
            line x1=(x) x2=(x) y1="0" y2=(n(view.height)) stroke="#22313d" stroke-opacity="0.08" {}
            text x=(x) y=(n(view.height - 5.0)) dx="3" font-size="10" fill="#7c8993" { (name(lon, "E", "W")) }
        }
        @for lat in ticks(south, view.north) {
            @let y = n(view.xy([0.0, lat]).1);
            line x1="0" x2=(WIDTH) y1=(y) y2=(y) stroke="#22313d" stroke-opacity="0.08" {}
            text x="4" y=(y) dy="-3" font-size="10" fill="#7c8993" { (name(lat, "N", "S")) }
        }
    }
}

fn n(x: f64) -> String {
    format!("{x:.1}")
}

fn ride(leg: &Leg, line: &Line, view: &View) -> Markup {
    let dash = match (leg.access, leg.ferry.is_some(), leg.mode) {
        (true, ..) => "2 3",
        (_, true, _) => "1 5",
        (_, _, Mode::Sea) => "7 4",
        (_, _, Mode::Barge) => "12 3",
        _ => "",
    };
    let by = ride_words(leg);
    let title = format!("{} - {}: {:.0} km by {by}", leg.from, leg.to, leg.distance_km);
    html! {
        path d=(view.path(line, FINE)) fill="none" stroke="#ffffff" stroke-width="5.5" stroke-opacity="0.75" stroke-linejoin="round" {}
        path d=(view.path(line, FINE)) fill="none" stroke=(colour(leg.mode)) stroke-width="3" stroke-dasharray=(dash) stroke-linejoin="round" { title { (title) } }
    }
}

/// The position of each stop, with its longitude continued as in the lines.
fn positions(it: &Itinerary, lines: &[Line]) -> Vec<(usize, [f64; 2])> {
    let at = |t: &trimodal_route::outcome::Transfer| {
        let before = t.after_leg.checked_sub(1).and_then(|l| lines.get(l)?.last());
        before.or_else(|| lines.get(t.after_leg)?.first()).copied()
    };
    let all = it.transfers.iter().enumerate();
    all.filter(|(_, t)| place(it, t).is_some()).filter_map(|(i, t)| Some((i, at(t)?))).collect()
}

fn stops(it: &Itinerary, lines: &[Line], view: &View) -> Markup {
    let mut at = positions(it, lines);
    let rank = |i: usize| match it.transfers[i].kind {
        TransferKind::Load | TransferKind::Unload => 0,
        TransferKind::Port | TransferKind::Ferry | TransferKind::Wait => 1,
        TransferKind::GaugeChange | TransferKind::RailRoad => 2,
        TransferKind::Passage => 3,
        TransferKind::Border => 4,
    };
    at.sort_by_key(|(i, _)| (rank(*i), *i));
    let mut labels = Labels::new(WIDTH, view.height);
    for (_, p) in &at {
        let (x, y) = view.xy(*p);
        labels.take(x, y);
    }
    let mut written: Vec<(String, f64, f64)> = Vec::new();
    let mut marked: Vec<(f64, f64)> = Vec::new();
    for (i, p) in &at {
        let (x, y) = view.xy(*p);
        let name = it.transfers[*i].place.clone();
        // Of stops at one position, such as a border and its gauge change, only the first is labelled.
        let crowded = marked.iter().any(|(u, v)| (u - x).abs() + (v - y).abs() < 14.0);
        if crowded || written.iter().any(|(other, _, _)| *other == name) {
            continue;
        }
        if let Some((tx, ty)) = labels.put(x, y, &name) {
            written.push((name, tx, ty));
            marked.push((x, y));
        }
    }
    html! {
        @for (i, p) in &at {
            @let (x, y) = view.xy(*p);
            @let t = &it.transfers[*i];
            g { title { (t.kind.words()) ": " (t.place) } (mark(t.kind, x, y)) }
        }
        @for (name, x, y) in &written {
            text x=(n(*x)) y=(n(*y)) font-size="12" fill="#22313d" paint-order="stroke" stroke="#ffffff" stroke-width="3" { (name) }
        }
    }
}

/// The mark of a stop: a square for ports, a diamond for gauge changes, a circle for the rest.
pub fn mark(kind: TransferKind, x: f64, y: f64) -> Markup {
    html! {
        @match kind {
            TransferKind::Port | TransferKind::Passage | TransferKind::Ferry | TransferKind::Wait => rect x=(n(x - 4.0)) y=(n(y - 4.0)) width="8" height="8" fill="#1f3a52" stroke="#fff" {},
            TransferKind::GaugeChange => path d=(format!("M{} {}l5.5 5.5l-5.5 5.5l-5.5 -5.5Z", n(x), n(y - 5.5))) fill="#b2182b" stroke="#fff" {},
            TransferKind::Border => circle cx=(n(x)) cy=(n(y)) r="3.2" fill="#fff" stroke="#b2182b" stroke-width="1.8" {},
            _ => circle cx=(n(x)) cy=(n(y)) r="4.5" fill="#fff" stroke="#1f3a52" stroke-width="2" {},
        }
    }
}
