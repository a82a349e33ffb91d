//! What the tags of OpenStreetMap say of speeds and times.

use trimodal_model::scenario::Mode;

use super::tags::Tags;

/// The share of a limit that trucks drive, and their speeds by the class of the road where no limit is told, km/h: the
/// defaults of openrouteservice for `driving-hgv` (Travel Speeds, giscience.github.io/openrouteservice).
const OF_LIMIT: f64 = 0.9;
const MOTORWAY_KMH: f64 = 85.0;
const ROAD_KMH: f64 = 60.0;
const RAMP_KMH: f64 = 50.0;
/// The limit in a town where it is told in words: `DE:urban`.
const URBAN_KMH: f64 = 50.0;

/// The speed of trucks on a road while they drive, or the limit of a track.
pub fn running_kmh(tags: &Tags, mode: Mode) -> Option<f64> {
    match mode {
        Mode::Road => Some(road_kmh(tags)),
        Mode::Rail => ["maxspeed:freight", "maxspeed"].iter().find_map(|key| limit(tags, key)),
        _ => None,
    }
}

fn road_kmh(tags: &Tags) -> f64 {
    let told = ["maxspeed:hgv", "maxspeed"].iter().find_map(|key| limit(tags, key));
    match (told, tags.get("highway").copied().unwrap_or_default()) {
        // No truck is faster, whatever the limit for cars.
        (Some(kmh), _) => (kmh * OF_LIMIT).min(MOTORWAY_KMH),
        (None, ramp) if ramp.ends_with("_link") => RAMP_KMH,
        (None, "motorway") => MOTORWAY_KMH,
        (None, _) => ROAD_KMH,
    }
}

/// The limit of a key, or the lower one of both directions.
fn limit(tags: &Tags, key: &str) -> Option<f64> {
    let of = |key: &str| tags.get(key).and_then(|text| kmh(text));
    let of_directions = || {
        let both = ["forward", "backward"].map(|way| of(&format!("{key}:{way}")));
        both.into_iter().flatten().reduce(f64::min)
    };
    of(key).or_else(of_directions)
}

/// `80`, `50 mph`, `DE:urban`; the lowest of `80;60`. None for `none`, `signals` and other words.
fn kmh(text: &str) -> Option<f64> {
    text.split(';').filter_map(one).reduce(f64::min)
}

fn one(text: &str) -> Option<f64> {
    let text = text.trim();
    if text.ends_with(":urban") {
        return Some(URBAN_KMH);
    }
    let (number, factor) = match text.strip_suffix("mph") {
        Some(miles) => (miles, 1.609_344),
        None => (text.strip_suffix("km/h").unwrap_or(text), 1.0),
    };
    let kmh = number.trim().parse::<f64>().ok()? * factor;
    (1.0..=400.0).contains(&kmh).then_some(kmh)
}

/// Hours of `1:30`, `01:30:00`, `PT1H30M`, or of minutes alone.
pub fn hours(text: &str) -> Option<f64> {
    let hours = match text.strip_prefix("PT") {
        Some(parts) => iso(parts)?,
        None => {
            let parts: Vec<f64> =
                text.split(':').map(|p| p.trim().parse().ok()).collect::<Option<_>>()?;
            match parts[..] {
                [minutes] => minutes / 60.0,
                [hours, minutes] => hours + minutes / 60.0,
                [hours, minutes, seconds] => hours + minutes / 60.0 + seconds / 3600.0,
                _ => return None,
            }
        }
    };
    (hours > 0.0 && hours < 1_000.0).then_some(hours)
}

/// Hours of `1H30M` or `90M`.
fn iso(text: &str) -> Option<f64> {
    let (mut hours, mut number) = (0.0, String::new());
    for c in text.chars() {
        let unit = match c {
            'H' => 1.0,
            'M' => 1.0 / 60.0,
            'S' => 1.0 / 3600.0,
            _ => {
                number.push(c);
                continue;
            }
        };
        hours += number.parse::<f64>().ok()? * unit;
        number.clear();
    }
    number.is_empty().then_some(hours)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_in_the_ways_they_are_tagged() {
        let read = |text: &str| kmh(text).map(|kmh| (kmh * 10.0).round() / 10.0);
        assert_eq!(read("80"), Some(80.0));
        assert_eq!(read("50 mph"), Some(80.5));
        assert_eq!(read("80;60"), Some(60.0));
        assert_eq!(read("RU:urban"), Some(50.0));
        assert_eq!(
            (read("none"), read("DE:motorway"), read("-5"), read("")),
            (None, None, None, None)
        );
    }

    #[test]
    fn trucks_drive_by_the_limit_or_by_the_class() {
        let road =
            |tags: &[(&'static str, &'static str)]| road_kmh(&tags.iter().copied().collect());
        assert_eq!(road(&[("highway", "motorway")]), 85.0);
        assert_eq!(road(&[("highway", "motorway"), ("maxspeed", "130")]), 85.0);
        assert_eq!(road(&[("highway", "motorway_link")]), 50.0);
        assert_eq!(road(&[("highway", "primary"), ("maxspeed", "70")]), 63.0);
        assert_eq!(road(&[("highway", "trunk"), ("maxspeed", "90"), ("maxspeed:hgv", "60")]), 54.0);
        let both = [("highway", "trunk"), ("maxspeed:forward", "90"), ("maxspeed:backward", "50")];
        assert_eq!(road(&both), 45.0);
    }

    #[test]
    fn durations_are_read_in_the_ways_they_are_tagged() {
        let minutes = |text: &str| hours(text).map(|h| (h * 60.0).round());
        assert_eq!(minutes("01:30"), Some(90.0));
        assert_eq!(minutes("1:30:00"), Some(90.0));
        assert_eq!(minutes("25"), Some(25.0));
        assert_eq!(minutes("PT1H30M"), Some(90.0));
        assert_eq!(minutes("PT45M"), Some(45.0));
        assert_eq!((minutes("a day"), minutes(""), minutes("0:00")), (None, None, None));
    }
}
