//! What the figures of an answer rest on, as lines for people: services, rates and emission factors, with their
//! dates, ranges and confidence.

use std::collections::BTreeMap;

use trimodal_model::scenario::Mode;
use trimodal_route::basis::{Basis, KnownService};
use trimodal_route::factors::Factor;
use trimodal_route::rates::{ELSEWHERE, Rate};

use crate::number::grouped;

/// The lines, services first.
pub fn basis_lines(basis: &Basis) -> Vec<String> {
    let mut lines: Vec<String> = basis.services.iter().map(service).collect();
    for mode in Mode::ALL {
        let mut units: BTreeMap<&str, Vec<&Rate>> = BTreeMap::new();
        for rate in basis.rates.iter().filter(|r| r.mode == mode) {
            units.entry(rate.per.word()).or_default().push(rate);
        }
        lines.extend(units.iter().map(|(unit, rates)| prices(mode, unit, rates)));
    }
    for mode in Mode::ALL {
        let factors: Vec<&Factor> = basis.factors.iter().filter(|f| f.mode == mode).collect();
        lines.extend((!factors.is_empty()).then(|| emissions(mode, &factors)));
    }
    lines.extend(FERRIES.into_iter().filter_map(|(name, ids)| ferry(basis, name, ids)));
    lines
}

/// What carries trucks and wagons, and the assumptions on its CO2e.
const FERRIES: [(&str, [&str; 2]); 2] =
    [("ferry", ["ferry_wtt", "ferry_ttw"]), ("tunnel", ["shuttle_wtt", "shuttle_ttw"])];

fn ferry(basis: &Basis, name: &str, ids: [&str; 2]) -> Option<String> {
    let rows = ids.map(|id| basis.assumptions.iter().find(|a| a.id == id));
    let [Some(wtt), Some(ttw)] = rows else { return None };
    let grams = between(wtt.value + ttw.value, wtt.value + ttw.value);
    let sources = tags([(ttw.source.as_str(), ttw.confidence.as_str())].into_iter());
    Some(format!("CO2e · {name} {grams} g/tkm well to wheel ({sources})"))
}

fn service(s: &KnownService) -> String {
    let mut parts = Vec::new();
    parts.extend(s.days_p50.map(|d| format!("{d} days ({})", s.days_confidence)));
    parts.extend(s.departures_per_week.map(|d| format!("{d} a week")));
    if let (Some(usd), Some(per)) = (s.usd, &s.per) {
        let range = match (s.usd_low, s.usd_high) {
            (Some(low), Some(high)) => format!(", usual {}-{}", grouped(low), grouped(high)),
            _ => String::new(),
        };
        let when = if s.period.is_empty() { String::new() } else { format!(" {}", s.period) };
        parts.push(format!("{} USD/{per}{range} ({}{when})", grouped(usd), s.rate_confidence));
    }
    format!("service {} · {}: {}", s.id, s.name, parts.join(", "))
}

fn prices(mode: Mode, unit: &str, rates: &[&Rate]) -> String {
    let values =
        rates.iter().flat_map(|r| [r.low.unwrap_or(r.usd), r.usd, r.high.unwrap_or(r.usd)]);
    let (low, high) = range(values);
    let used = range(rates.iter().map(|r| r.usd));
    let places: Vec<&str> =
        rates.iter().map(|r| r.place.as_str()).filter(|p| *p != ELSEWHERE).collect();
    let places =
        if places.is_empty() { String::new() } else { format!(" in {}", places.join(" ")) };
    let usual =
        if (low, high) == used { String::new() } else { format!(", usual {}", between(low, high)) };
    format!(
        "prices · {} {} USD/{unit}{usual}{places} ({})",
        mode.word(),
        between(used.0, used.1),
        tags(rates.iter().map(|r| (r.period.as_str(), r.confidence.as_str())))
    )
}

fn emissions(mode: Mode, factors: &[&Factor]) -> String {
    // The adjustment of distance is shown where all have the same one, and is part of the figures elsewhere.
    let daf = factors[0].daf;
    let is_shown = daf != 1.0 && factors.iter().all(|f| f.daf == daf);
    let grams = |f: &&Factor| (f.wtt_g_tkm + f.ttw_g_tkm) * if is_shown { 1.0 } else { f.daf };
    let adjusted = if is_shown { format!(" x {daf} for distance") } else { String::new() };
    let (low, high) = range(factors.iter().map(grams));
    let places: Vec<String> = factors
        .iter()
        .filter(|f| !f.country.is_empty())
        .map(|f| format!("{} {:.1}", f.country, grams(f)).trim_end_matches(".0").to_string())
        .collect();
    let detail = match (places.is_empty(), factors) {
        (true, [one]) => format!(" · {}", one.class),
        _ => format!(" ({})", places.join(", ")),
    };
    let sure = factors.iter().filter_map(|f| f.uncertainty_pct).fold(0.0, f64::max);
    let sure = if sure > 0.0 { format!(", ±{sure} %") } else { String::new() };
    let fixed = factors.iter().map(|f| f.fixed_g_t).fold(0.0, f64::max);
    let fixed =
        if fixed > 0.0 { format!(" and {:.1} kg/t a port", fixed / 1e3) } else { String::new() };
    format!(
        "CO2e · {} {} g/tkm{adjusted}{fixed} well to wheel{detail} ({}{sure})",
        mode.word(),
        between(low, high),
        tags(factors.iter().map(|f| (f.year.as_str(), f.confidence.as_str())))
    )
}

/// The years and the confidences of some rows.
fn tags<'a>(rows: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut words: [Vec<&str>; 2] = Default::default();
    for (year, confidence) in rows {
        for (list, word) in words.iter_mut().zip([year, confidence]) {
            if !word.is_empty() && !list.contains(&word) {
                list.push(word);
            }
        }
    }
    words[0].sort_unstable();
    let years = match &words[0][..] {
        [] => String::new(),
        [one] => one.to_string(),
        [first, .., last] => format!("{first} to {last}"),
    };
    let all = [years, words[1].join(", ")];
    all.into_iter().filter(|w| !w.is_empty()).collect::<Vec<_>>().join("; ")
}

fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::MAX, 0.0), |(low, high), v| (v.min(low), v.max(high)))
}

fn between(low: f64, high: f64) -> String {
    let short = |v: f64| {
        let text = match v {
            _ if v < 1.0 => format!("{v:.3}"),
            _ if v < 10.0 => format!("{v:.2}"),
            _ => format!("{v:.1}"),
        };
        text.trim_end_matches('0').trim_end_matches('.').to_string()
    };
    if short(low) == short(high) { short(low) } else { format!("{}-{}", short(low), short(high)) }
}
