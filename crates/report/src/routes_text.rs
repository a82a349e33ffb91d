//! Itineraries as text for the terminal: the request, a comparison, then each itinerary leg by leg.

use std::fmt::Write;

use trimodal_model::scenario::Mode;
use trimodal_route::Routes;
use trimodal_route::outcome::{Itinerary, Leg, Snap, Stop, StopReason, Transfer, TransferKind};

use crate::basis_text::basis_lines;
use crate::number::{duration, grouped};

/// Width of the column of places.
const WHERE: usize = 46;

/// The answer as text.
pub fn routes_text(routes: &Routes) -> String {
    let mut out = String::new();
    for line in routes.law.iter().filter(|l| is_watermark(l)) {
        let _ = writeln!(out, "{line}");
    }
    question(&mut out, routes);
    if let Some(why) = &routes.unreachable {
        let _ = writeln!(out, "No itinerary ({}): {}", why.reason, why.message);
        for line in &why.remedy {
            let _ = writeln!(out, "  - {line}");
        }
    } else {
        comparison(&mut out, routes);
        for (i, itinerary) in routes.itineraries.iter().enumerate() {
            one(&mut out, i + 1, itinerary);
        }
    }
    close(&mut out, routes);
    out
}

/// Whether a line of the law is the watermark of a run without law.
pub fn is_watermark(line: &str) -> bool {
    line == trimodal_route::law::WITHOUT_LAW
}

/// Name and country of a point.
pub fn named(stop: &Stop) -> String {
    match stop.country.as_str() {
        "" => stop.name.clone(),
        country => format!("{}, {country}", stop.name),
    }
}

/// The request in one line.
pub fn asked(routes: &Routes) -> String {
    let cargo = routes.cargo.word().replace('_', " ");
    let by = match routes.by.as_str() {
        "pareto" if routes.tolerance > 0.0 => format!(
            "best in time, cost and CO2e, within {} %",
            (routes.tolerance * 1e3).round() / 10.0
        ),
        "pareto" => "the whole Pareto set in time, cost and CO2e".into(),
        "co2e" => "least CO2e".into(),
        "distance" => "shortest".into(),
        other => format!("least {other}"),
    };
    format!("{cargo}, {} t · {by}", tonnes(routes.tonnes))
}

fn tonnes(t: f64) -> String {
    let text = format!("{t:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

fn question(out: &mut String, routes: &Routes) {
    let via: String = routes.via.iter().map(|v| format!("{} -> ", named(v))).collect();
    let (from, to) = (named(&routes.origin), named(&routes.destination));
    let _ = writeln!(out, "{from} -> {via}{to} · {}", asked(routes));
    let via = routes.via.iter().filter(|v| v.passage.is_none());
    for stop in [&routes.origin].into_iter().chain(via).chain([&routes.destination]) {
        let _ = writeln!(out, "  {} meets the network: {}", stop.name, met(stop));
    }
    if !routes.avoided.is_empty() {
        let _ = writeln!(
            out,
            "  avoided, in addition to default closures: {}",
            routes.avoided.join(", ")
        );
    }
    out.push('\n');
}

/// The access points of a place.
pub fn met(stop: &Stop) -> String {
    let one = |s: &Snap| {
        let what = match (&s.port, s.gauge_mm) {
            (Some(port), _) if s.mode == Mode::Barge => format!("inland port {port}"),
            (Some(port), _) => format!("port {port}"),
            (None, Some(gauge)) => format!("rail {gauge}"),
            (None, None) => s.mode.word().to_string(),
        };
        format!("{what} {:.1} km", s.distance_km)
    };
    // Of each network the nearest is told.
    let first = |(i, s): &(usize, &Snap)| {
        let same = |o: &Snap| (o.mode, o.gauge_mm, &o.port) == (s.mode, s.gauge_mm, &s.port);
        !stop.snap[..*i].iter().any(same)
    };
    let told = stop.snap.iter().enumerate().filter(first).map(|(_, s)| one(s));
    match stop.snap.is_empty() {
        true => "nowhere in reach".into(),
        false => told.collect::<Vec<_>>().join(", "),
    }
}

fn comparison(out: &mut String, routes: &Routes) {
    let wide = routes.itineraries.iter().map(|i| i.chain.len()).max().unwrap_or(0).clamp(8, 30);
    let _ = writeln!(
        out,
        "    {:<wide$} {:>8} {:>15} {:>9} {:>9} {:>7}  best by",
        "modes", "time", "p10-p90", "USD", "kg CO2e", "km"
    );
    for (i, it) in routes.itineraries.iter().enumerate() {
        let range = format!("{}-{}", duration(it.time_p10_h), duration(it.time_p90_h));
        let line = format!(
            "{:>3} {:<wide$} {:>8} {range:>15} {:>9} {:>9} {:>7}  {}",
            i + 1,
            shortened(&it.chain, wide),
            duration(it.time_h),
            grouped(it.cost_usd),
            grouped(it.co2e_kg),
            grouped(it.distance_km),
            it.best_by()
        );
        let _ = writeln!(out, "{}", line.trim_end());
    }
    if let Some(line) = incomplete(routes) {
        let see =
            if routes.stopped == Some(StopReason::LabelLimit) { " (see --labels)" } else { "" };
        let _ = writeln!(out, "    {line}{see}.");
    }
}

/// The reason why itineraries may be missing, if the search stopped early.
pub fn incomplete(routes: &Routes) -> Option<String> {
    let why = match routes.stopped? {
        StopReason::LabelLimit => "at its label limit".to_string(),
        reason => format!("early ({reason})"),
    };
    Some(format!("The search stopped {why}: itineraries may be missing"))
}

fn one(out: &mut String, number: usize, it: &Itinerary) {
    let best = match it.best_at.is_empty() {
        true => String::new(),
        false => format!(" · best by {}", it.best_by()),
    };
    let _ = writeln!(out, "\n{number}  {}{best}", it.chain);
    let _ = writeln!(
        out,
        "   {:<16}{:<WHERE$}{:>7}{:>8}{:>8}{:>9}",
        "", "", "km", "h", "USD", "kg CO2e"
    );
    for step in steps(it) {
        match step {
            Step::Ride(leg) => ride(out, leg),
            Step::Stop(transfer) => stop(out, transfer),
        }
    }
    let list = |out: &mut String, what: &str, names: &[String]| {
        if !names.is_empty() {
            wrapped(out, what, &names.join(" "));
        }
    };
    list(out, "countries", &it.countries);
    list(out, "borders", &it.borders);
    list(out, "gauge changes", &it.gauge_changes);
    list(out, "passages", &it.passages);
    let waterways: Vec<String> = it.legs.iter().flat_map(|l| l.waterways.clone()).collect();
    if !waterways.is_empty() {
        wrapped(out, "waterways", &waterways.join(", "));
    }
    for warning in &it.warnings {
        wrapped(out, "warning", warning);
    }
    if it.mended_km > 0.0 {
        wrapped(
            out,
            "mended",
            &format!(
                "{:.1} km on links joined where the source is cut (--no-mended leaves them out)",
                it.mended_km
            ),
        );
    }
}

/// A ride or a stop of an itinerary.
pub enum Step<'a> {
    /// A ride.
    Ride(&'a Leg),
    /// A stop.
    Stop(&'a Transfer),
}

/// Rides and stops in the order in which they happen.
pub fn steps(it: &Itinerary) -> Vec<Step<'_>> {
    let mut all = Vec::new();
    for k in 0..=it.legs.len() {
        all.extend(it.transfers.iter().filter(|t| t.after_leg == k).map(Step::Stop));
        all.extend(it.legs.get(k).map(Step::Ride));
    }
    all
}

/// The name of a ride.
pub fn ride_words(leg: &Leg) -> String {
    match (leg.access, leg.mode, leg.gauge_mm) {
        (true, _, _) => "truck (access)".into(),
        (_, Mode::Rail, _) if leg.ferry.is_some() => "ferry (wagons)".into(),
        _ if leg.ferry.is_some() => "ferry (truck)".into(),
        (_, Mode::Rail, Some(gauge)) => format!("rail {gauge}"),
        (_, mode, _) => mode.word().into(),
    }
}

/// The name of a stop, and its place.
pub fn stop_words(t: &Transfer) -> (String, String) {
    let place =
        if t.note.is_empty() { t.place.clone() } else { format!("{} ({})", t.place, t.note) };
    (t.kind.words().to_string(), place)
}

/// Kilometres, with one decimal below ten.
pub fn kilometres(km: f64) -> String {
    if km < 9.95 { format!("{km:.1}") } else { grouped(km) }
}

fn ride(out: &mut String, leg: &Leg) {
    let place = format!("{} - {}", leg.from, leg.to);
    let km = kilometres(leg.distance_km);
    row(out, &ride_words(leg), &place, &km, [leg.time_h, leg.cost_usd, leg.co2e_kg]);
}

fn stop(out: &mut String, t: &Transfer) {
    let (what, mut place) = stop_words(t);
    if t.time_p90_h > t.time_h * 1.2 && t.kind == TransferKind::Border {
        place += &format!(", p90 {}", duration(t.time_p90_h));
    }
    row(out, &what, &place, "", [t.time_h, t.cost_usd, t.co2e_kg]);
}

fn row(out: &mut String, what: &str, place: &str, km: &str, [h, usd, kg]: [f64; 3]) {
    let what = match what {
        "rail-road terminal" => "rail-road",
        other => other,
    };
    let place = shortened(place, WHERE - 1);
    let _ = writeln!(
        out,
        "   {what:<16}{place:<WHERE$}{km:>7}{h:>8.1}{:>8}{:>9}",
        grouped(usd),
        grouped(kg)
    );
}

fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_string();
    }
    let cut: String = text.chars().take(most - 1).collect();
    format!("{}…", cut.trim_end())
}

/// A labelled list, wrapped at the width of the table.
fn wrapped(out: &mut String, what: &str, text: &str) {
    let mut line = format!("   {what:<16}");
    for word in text.split(' ') {
        if line.chars().count() + word.chars().count() > 96 {
            let _ = writeln!(out, "{}", line.trim_end());
            line = " ".repeat(19);
        }
        line += word;
        line.push(' ');
    }
    let _ = writeln!(out, "{}", line.trim_end());
}

fn close(out: &mut String, routes: &Routes) {
    out.push('\n');
    let by_sea = routes.itineraries.iter().any(|i| i.chain.contains("sea"));
    if by_sea && !routes.too_small.is_empty() {
        let _ = writeln!(out, "Closed to this ship (see --ship): {}", routes.too_small.join(", "));
    }
    let closed = routes.closed_on_the_day.len();
    if closed > 0 {
        let _ = writeln!(
            out,
            "Closed on the day near this way: {closed} by war or decree (`closed_on_the_day` of --json lists them; --only-via opens a passage)"
        );
    }
    for line in routes.law.iter().filter(|l| !is_watermark(l)) {
        let _ = writeln!(out, "law · {line}");
    }
    for line in basis_lines(&routes.basis) {
        let _ = writeln!(out, "{line}");
    }
    for line in &routes.attribution {
        let _ = writeln!(out, "{line}");
    }
    out.push_str("Times, costs and factors are defaults with sources: docs/method/route.md. Rules are applied as data; this is not legal advice.\n");
}
