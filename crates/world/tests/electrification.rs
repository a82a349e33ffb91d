//! The tables of electrified railways: against the network that they are laid over, and against each other.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::OnceLock;

use trimodal_model::network::{LinkId, Network, great_circle_km};
use trimodal_world::electrification::{
    Country, Electrification, Extent, Line, State, countries, laid, lines,
};

const CONFIDENCE: [&str; 4] = ["published", "secondary", "derived", "recalled"];

fn network() -> &'static Network {
    static NETWORK: OnceLock<Network> = OnceLock::new();
    NETWORK.get_or_init(trimodal_world::network)
}

/// The lines, each with its links.
fn all() -> Vec<(Line, Vec<LinkId>)> {
    let lines = lines();
    let ways = laid(network(), &lines);
    let both = lines.into_iter().zip(ways);
    both.map(|(line, way)| {
        let way = way.unwrap_or_else(|| panic!("{} is not on the network", line.name));
        (line, way)
    })
    .collect()
}

fn by_country() -> HashMap<String, Country> {
    countries().into_iter().map(|row| (row.country.clone(), row)).collect()
}

fn km(links: &[LinkId]) -> f64 {
    links.iter().map(|l| f64::from(network().length_m(*l)) / 1e3).sum()
}

#[test]
fn every_line_is_on_the_network_past_its_places() {
    for (line, way) in all() {
        let points = line.points().unwrap_or_else(|| panic!("{}: places", line.name));
        assert!(points.len() >= 2, "{}", line.name);
        let straight: f64 = points.windows(2).map(|p| great_circle_km(p[0], p[1])).sum();
        let km = km(&way);
        assert!(
            km < 1.7 * straight + 20.0 && km > 0.7 * straight - 20.0,
            "{}: {km:.0} km, {straight:.0} km straight",
            line.name
        );
        // A place of the same name elsewhere would be a detour.
        for p in points.windows(3) {
            let way = great_circle_km(p[0], p[1]) + great_circle_km(p[1], p[2]);
            let direct = great_circle_km(p[0], p[2]);
            assert!(way < 150.0 || direct > 0.55 * way, "{}: {p:?}", line.name);
        }
        let gauges: HashSet<_> = way.iter().map(|l| network().layer_of(*l).gauge_mm()).collect();
        assert!(line.gauge_mm.is_none() || gauges == [line.gauge_mm].into(), "{}", line.name);
    }
}

#[test]
fn every_line_is_in_its_countries_and_they_are_known() {
    let known = by_country();
    for (line, way) in all() {
        let countries: Vec<&str> = line.countries.split(' ').collect();
        for country in &countries {
            assert!(
                network().countries.iter().any(|c| c == country),
                "{}: {country} is no country",
                line.name
            );
            assert!(
                known.contains_key(*country) || *country == "PS",
                "{}: {country} has no row",
                line.name
            );
        }
        // Rivers and coasts are borders, and borders are drawn coarsely.
        let elsewhere: Vec<LinkId> = way
            .into_iter()
            .filter(|l| !countries.contains(&network().country_of(network().tail[l.ix()])))
            .collect();
        assert!(km(&elsewhere) < 40.0, "{}: {:.0} km elsewhere", line.name, km(&elsewhere));
    }
}

#[test]
fn states_of_countries_are_those_of_their_shares() {
    for row in countries() {
        let Some(share) = row.share() else {
            assert_eq!(row.confidence, "recalled", "{} has no figures", row.country);
            continue;
        };
        let fits = match row.state {
            Extent::Electrified => share >= 0.95,
            Extent::None => share <= 0.05,
            Extent::Part => (0.05..0.95).contains(&share),
        };
        assert!(fits, "{}: {share:.2}", row.country);
    }
}

#[test]
fn no_line_contradicts_its_country_or_another_line() {
    let known = by_country();
    let mut electrified: BTreeMap<String, HashSet<LinkId>> = BTreeMap::new();
    let mut said: HashMap<LinkId, (State, String)> = HashMap::new();
    let mut against: BTreeMap<(String, String), Vec<LinkId>> = BTreeMap::new();
    for (line, way) in all() {
        for link in way {
            let first = || (line.state(), line.name.clone());
            let (state, other) = said.entry(link).or_insert_with(first);
            if *state != line.state() {
                against.entry((line.name.clone(), other.clone())).or_default().push(link);
            } else if *state == State::Electrified {
                let country = network().country_of(network().tail[link.ix()]).to_string();
                electrified.entry(country).or_default().insert(link);
            }
        }
    }
    // Lines meet at stations, whose tracks the source joins some way off.
    let against = against.into_iter().map(|(names, links)| (names, km(&links)));
    let against: Vec<_> = against.filter(|(_, km)| *km > 5.0).collect();
    assert!(against.is_empty(), "{against:?}");
    for (country, links) in electrified {
        let Some(most) = known.get(&country).and_then(|row| row.electrified_km) else { continue };
        // Figures are some years old; lengths of the network are about right.
        let km = km(&links.into_iter().collect::<Vec<_>>());
        assert!(km <= 1.15 * most + 30.0, "{country}: {km:.0} km of lines, {most:.0} km in all");
    }
}

#[test]
fn every_row_has_a_source_and_a_confidence() {
    let mut names = HashSet::new();
    for row in lines() {
        assert!(names.insert(row.name.clone()), "{} twice", row.name);
        assert!(CONFIDENCE.contains(&row.confidence.as_str()), "{}", row.name);
        assert!(!row.source.is_empty(), "{}", row.name);
    }
    let mut codes = HashSet::new();
    for row in countries() {
        assert!(codes.insert(row.country.clone()), "{} twice", row.country);
        assert!(CONFIDENCE.contains(&row.confidence.as_str()), "{}", row.country);
        assert!(!row.source.is_empty(), "{}", row.country);
    }
}

/// The state and the basis of the track nearest to a point.
fn at(known: &Electrification, lat: f64, lon: f64, gauge: u16) -> (State, String, String) {
    let n = network();
    let tracks =
        (0..n.links()).map(LinkId::at).filter(|l| n.layer_of(*l).gauge_mm() == Some(gauge));
    let tracks = tracks.filter(|l| known.state(*l).is_some());
    let away = |l: &LinkId| {
        let far = |p: [i32; 2]| great_circle_km(trimodal_model::network::degrees(p), (lat, lon));
        n.line(*l).into_iter().map(far).fold(f64::MAX, f64::min)
    };
    let link = tracks.min_by(|a, b| away(a).total_cmp(&away(b))).expect("a track");
    let basis = known.of_link(link).expect("a track");
    (basis.state, basis.system.clone(), basis.line.clone() + &basis.country)
}

#[test]
fn known_railways_are_told_as_they_are() {
    let known = Electrification::of(network());
    let told = |lat, lon, gauge| at(&known, lat, lon, gauge);
    let (state, system, line) = told(42.35, 130.45, 1435);
    assert_eq!((state, system.as_str()), (State::Electrified, "3 kV DC"), "Rajin: {line}");
    let (state, system, line) = told(42.42, 130.55, 1520);
    assert_eq!((state, system.as_str()), (State::Electrified, "3 kV DC"), "Tumangang: {line}");
    assert_eq!(told(42.75, 130.85, 1520).0, State::None, "Baranovsky-Khasan");
    assert_eq!(told(52.0, 113.5, 1520).1, "25 kV AC", "Chita");
    assert_eq!(told(46.95, 7.44, 1435), (State::Electrified, "15 kV AC".into(), "CH".into()));
    assert_eq!(told(41.26, -95.93, 1435), (State::None, String::new(), "US".into()));
    assert_eq!(told(40.497, -74.446, 1435).0, State::Electrified, "New Brunswick");
    assert_eq!(told(50.97, 9.79, 1435).0, State::Electrified, "Bebra");
}
