//! Every town and port is found by its own name, or the answer lists it: nothing goes silently elsewhere.

mod common;

use std::time::Instant;

use common::{atlas, found, refused};
use trimodal_model::network::{TerminalKind, degrees, great_circle_km};
use trimodal_world::gazetteer::key;
use trimodal_world::locate::Located;

/// Towns from this size on are tested.
const TOWN: u32 = 50_000;
/// A name leads to the place if it leads this near to it.
const NEAR_KM: f64 = 20.0;

fn km(a: &Located, at: (f64, f64)) -> f64 {
    great_circle_km((a.lat, a.lon), at)
}

#[test]
fn large_towns_by_their_own_names() {
    let town = atlas(false);
    let places = town.places;
    let mut elsewhere = Vec::new();
    let all = (0..places.len() as u32).filter(|p| places.population[*p as usize] >= TOWN);
    let mut tested = 0;
    for p in all {
        let at = degrees(places.at_e3[p as usize]);
        let (name, code) = (places.name(p), places.country_code(p));
        for text in [name.to_string(), format!("{name}, {code}")] {
            tested += 1;
            match town.locate(&text) {
                Ok(found) if km(&found, at) <= NEAR_KM => {}
                // The rail terminal of the city.
                Ok(found) if km(&found, at) <= 30.0 && key(&found.name) == key(name) => {}
                Ok(found) if name == "St. Petersburg" && found.name == "Saint Petersburg" => {}
                // The name of a quarter, or of a smaller town, may mean the larger one of the same own name.
                Ok(found) if key(&found.name) == key(name) && is_far_larger(&found, p) => {}
                Ok(found) => elsewhere.push(format!("{text}: {found:?}")),
                Err(problem) => {
                    let hint = problem.hint.unwrap_or_default();
                    if !hint.contains(name) {
                        elsewhere.push(format!("{text}: {hint}"));
                    }
                }
            }
        }
    }
    assert!(tested > 20_000, "{tested}");
    assert!(elsewhere.is_empty(), "{} of {tested}\n{}", elsewhere.len(), elsewhere.join("\n"));
}

/// Whether what was found is a town or capital that outweighs a place of the same name.
fn is_far_larger(found: &Located, p: u32) -> bool {
    let places = atlas(false).places;
    let same = places.find(&found.name).into_iter();
    let at = |q: &u32| degrees(places.at_e3[*q as usize]);
    let it = same.min_by(|a, b| km(found, at(a)).total_cmp(&km(found, at(b))));
    it.is_some_and(|q| {
        let known = if places.is_capital(q) { 4 } else { 1 };
        places.population[q as usize] * known >= 5 * places.population[p as usize]
    })
}

#[test]
fn large_towns_by_their_own_names_where_ports_are_preferred() {
    let sea = atlas(true);
    let places = sea.places;
    let all = (0..places.len() as u32).filter(|p| places.population[*p as usize] >= TOWN);
    let mut elsewhere = Vec::new();
    for p in all {
        let at = degrees(places.at_e3[p as usize]);
        let (name, code) = (places.name(p), places.country_code(p));
        // With its country a name leads to the town or to a port near it.
        if let Ok(found) = sea.locate(&format!("{name}, {code}")) {
            let same = key(&found.name) == key(name);
            if km(&found, at) > 100.0 && !same {
                elsewhere.push(format!("{name}, {code}: {found:?}"));
            }
        }
    }
    assert!(elsewhere.is_empty(), "{}\n{}", elsewhere.len(), elsewhere.join("\n"));
}

#[test]
fn every_port_by_its_name() {
    let sea = atlas(true);
    let n = sea.network;
    let ports = n.terminals.iter().filter(|t| t.kind == TerminalKind::Port);
    let mut lost = Vec::new();
    let mut tested = 0;
    for t in ports {
        let at = degrees(t.at_e3);
        let country = n.country(t.country);
        for text in [t.name.clone(), format!("{}, {country}", t.name)] {
            tested += 1;
            match sea.locate(&text) {
                Ok(found) if km(&found, at) <= 15.0 => {}
                // The main port of the city: its terminal is where it is.
                Ok(found) if found.port.is_some() && km(&found, at) < 60.0 => {}
                // Without its country a port may stand behind a far more important one of its name.
                Ok(found) if text == t.name && is_well_known(&found, &text) => {}
                Ok(found) => lost.push(format!("{text} ({}): {found:?}", t.id)),
                Err(problem) => {
                    let hint = problem.hint.unwrap_or_default();
                    if !hint.contains(&t.id) && !key(&hint).contains(&key(&t.name)) {
                        lost.push(format!("{text} ({}): {hint}", t.id));
                    }
                }
            }
        }
    }
    println!("{} of {tested} ports lead elsewhere:\n{}", lost.len(), lost.join("\n"));
    assert!(lost.len() * 200 <= tested, "{} of {tested}\n{}", lost.len(), lost.join("\n"));
}

/// Whether what was found is a main port or city that outweighs all others of the name.
fn is_well_known(found: &Located, name: &str) -> bool {
    let places = atlas(true).places;
    let near = |p: &u32| km(found, degrees(places.at_e3[*p as usize])) < 100.0;
    let people = |p: u32| places.population[p as usize];
    places.find(name).into_iter().filter(near).any(|p| people(p) >= 50_000)
}

#[test]
#[ignore = "needs TRIMODAL_SHARED"]
fn the_trial_list() {
    let folder = std::env::var("TRIMODAL_SHARED").expect("TRIMODAL_SHARED");
    let path = std::path::Path::new(&folder).join("cases/route/names.csv");
    let text = std::fs::read_to_string(path).expect("the list");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let (mut all, mut good, mut told) = (0, 0, Vec::new());
    let mut silent = 0;
    for row in reader.records() {
        let row = row.expect("a row");
        let (query, meant) = (&row[1], &row[2]);
        let points = meant.split(';').filter_map(|p| {
            let (lat, lon) = p.split_once(',')?;
            Some((lat.trim().parse().ok()?, lon.trim().parse().ok()?))
        });
        let points: Vec<(f64, f64)> = points.collect();
        all += 1;
        match atlas(true).locate(query) {
            Ok(found) => {
                let far = points.iter().map(|p| km(&found, *p)).fold(f64::MAX, f64::min);
                good += usize::from(far <= 10.0);
                silent += usize::from(far > 100.0);
                if far > 10.0 {
                    told.push(format!("{query}: {far:.0} km, {found:?}"));
                }
            }
            Err(problem) => told.push(format!("{query}: {problem} {:?}", problem.hint)),
        }
    }
    println!("{good} of {all} within 10 km\n{}", told.join("\n"));
    assert!(silent == 0 && good * 100 >= all * 97, "{good} of {all}\n{}", told.join("\n"));
}

#[test]
fn codes_in_any_case_with_and_without_a_space() {
    for text in ["NLRTM", "nlrtm", "NL RTM", "nl rtm", " NlRtm "] {
        assert!(found(text).port.is_some(), "{text}");
    }
    // Inland places, and ports that are not of the network.
    for (text, lat, lon) in [
        ("USCHI", 41.85, -87.75),
        ("UGKLA", 0.31, 32.60),
        ("us dal", 32.78, -96.80),
        ("DEMUC", 48.14, 11.58),
        ("CHZRH", 47.37, 8.54),
        ("KZKHO", 44.21, 80.40),
    ] {
        let at = found(text);
        assert!(great_circle_km((at.lat, at.lon), (lat, lon)) < 20.0, "{text}: {at:?}");
    }
    let capitals = atlas(false);
    assert!(capitals.locate("Delhi").is_ok_and(|d| d.lat > 28.0), "a name of five letters");
}

#[test]
fn countries_and_states_in_every_common_form() {
    for (text, lat, lon) in [
        ("Rotterdam, Netherlands", 51.95, 4.05),
        ("Rotterdam Netherlands", 51.95, 4.05),
        ("Hamburg, Deutschland", 53.52, 9.93),
        ("London, UK", 51.50, 0.48),
        ("Chicago, USA", 41.85, -87.75),
        ("Busan, Korea", 35.08, 128.82),
        ("Izmir, Turkiye", 38.44, 27.15),
        ("Abidjan, Cote d'Ivoire", 5.29, -4.01),
        ("Savannah, GA", 32.13, -81.14),
        ("Tbilisi, Georgia", 41.70, 44.80),
        ("Atlanta, Georgia", 33.75, -84.39),
        ("Vancouver, CA", 49.29, -123.05),
        ("Vancouver, WA", 45.63, -122.67),
        ("Los Angeles, CA, USA", 33.74, -118.26),
        ("Halifax, Nova Scotia", 44.65, -63.57),
        ("Shenzhen, Guangdong, China", 22.57, 114.27),
        ("Hong Kong, China", 22.34, 114.12),
        ("Santiago (Chile)", -33.45, -70.66),
        ("Port of Los Angeles", 33.74, -118.26),
        ("Suez Canal Container Terminal", 31.21, 32.37),
        ("St Louis, MO", 38.63, -90.20),
    ] {
        let at = found(text);
        assert!(great_circle_km((at.lat, at.lon), (lat, lon)) < 10.0, "{text}: {at:?}");
    }
}

#[test]
fn coordinates_in_every_common_form() {
    for text in [
        "51.92,4.5",
        "51.92 4.5",
        "51.92;4.5",
        "5155N 00430E",
        "5155n 00430e",
        "51 55 N 4 30 E",
        "51\u{b0}55'N 4\u{b0}30'E",
        "51\u{b0}55'12\"N, 4\u{b0}30'E",
        "N51.92 E4.5",
        "515512N 0043000E",
        "4.5E 51.92N",
        "51-55N 004-30E",
        "51-55.2N 004-30.0E",
        "51:55:12N 004:30:00E",
        "51d55m12sN 4d30m0sE",
        "(51.92, 4.5)",
        "lat 51.92 lon 4.5",
        "lon=4.5, lat=51.92",
        "geo:51.92,4.5",
        "51.92/4.5",
        "51,92 4,5",
    ] {
        let at = found(text);
        assert!((at.lat - 51.92).abs() < 0.01 && (at.lon - 4.5).abs() < 0.01, "{text}: {at:?}");
    }
    let south = found("3354S 01824W");
    assert_eq!((south.lat, south.lon), (-33.9, -18.4));
    for text in ["5175N 00430E", "9155N 00430E", "51N 52N", "51.92N", "5155N 00430"] {
        assert!(atlas(true).locate(text).is_err(), "{text}");
    }
}

#[test]
fn codes_of_the_port_index() {
    let text = include_str!("../data/port_index.csv");
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    let (mut all, mut unknown, mut far) = (0, Vec::new(), Vec::new());
    for row in reader.records() {
        let row = row.expect("a row");
        let (code, at) = (&row[0], (row[4].parse(), row[5].parse()));
        let (Ok(lat), Ok(lon)) = at else { panic!("{row:?}") };
        if code.is_empty() {
            continue;
        }
        all += 1;
        match atlas(true).locate(&code.to_lowercase()) {
            Err(_) => unknown.push(code.to_string()),
            Ok(found) if km(&found, (lat, lon)) > 60.0 => {
                far.push(format!("{code} {found:?} {lat},{lon}"))
            }
            Ok(_) => {}
        }
    }
    println!(
        "{all} codes, {} unknown {unknown:?}\n{} far\n{}",
        unknown.len(),
        far.len(),
        far.join("\n")
    );
    assert!(all > 3_000 && unknown.len() * 200 < all && far.len() * 20 < all);
}

#[test]
fn a_hint_costs_little() {
    let atlas = atlas(true);
    let _ = atlas.locate("Qwertzuiop");
    let start = Instant::now();
    let count = 300;
    for i in 0..count {
        let name = format!("Rotterdaxm{}", char::from(b'a' + (i % 26) as u8));
        assert!(atlas.locate(&name).is_err());
    }
    let each = start.elapsed() / count;
    println!("{each:?} each");
    assert!(each.as_micros() < 2_000, "{each:?}");
}

#[test]
fn hints_do_not_mislead() {
    for (text, word) in [("London, XQ", "Iraq"), ("London, Uk.", "Ukraine")] {
        match atlas(true).locate(text) {
            Ok(found) => assert!((found.lat - 51.5).abs() < 1.0, "{found:?}"),
            Err(problem) => assert!(!problem.hint.unwrap_or_default().contains(word), "{text}"),
        }
    }
    for (text, capital) in [("Georgia", "Tbilisi"), ("Netherlands", "Amsterdam")] {
        assert!(refused(text).1.contains(capital), "{text}: {:?}", refused(text));
    }
    for text in ["Singapore", "Luxembourg", "Djibouti", "Panama", "Kuwait", "Hong Kong"] {
        found(text);
    }
    assert!(refused("Oslo, Norwey").1.contains("Norway"));
}
