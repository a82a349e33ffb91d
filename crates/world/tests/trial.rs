//! A trial of names as forwarders write them, with what is meant by each.

use trimodal_model::network::great_circle_km;
use trimodal_world::locate::{Atlas, Located};

const TRIAL: &str = include_str!("data/names_trial.txt");
/// A name is found where the place is this near to what is meant, in km.
const FOUND_KM: f64 = 10.0;
/// What is written for a name that nobody can tell.
const ASKED: &str = "?";

/// How far a place is from the nearest of the points meant.
fn far(at: &Located, meant: &str) -> f64 {
    let point = |text: &str| {
        let (lat, lon) = text.trim().split_once(' ').expect("two numbers");
        (lat.parse().expect("a latitude"), lon.parse().expect("a longitude"))
    };
    let km = meant.split(';').map(|m| great_circle_km((at.lat, at.lon), point(m)));
    km.fold(f64::MAX, f64::min)
}

#[test]
fn every_name_of_the_trial_is_found_or_asked_about() {
    let (network, places) = (trimodal_world::network(), trimodal_world::places());
    let atlas = Atlas::new(&network, &places).prefer_ports(true);
    let mut wrong = Vec::new();
    let rows = TRIAL.lines().filter(|row| !row.starts_with('#'));
    let rows: Vec<(&str, &str)> = rows.filter_map(|row| row.rsplit_once('|')).collect();
    for (name, meant) in &rows {
        match (atlas.locate(name), *meant) {
            (Err(_), ASKED) => {}
            (Ok(at), ASKED) => wrong.push(format!("{name}: not asked about, {at:?}")),
            (Ok(at), meant) if far(&at, meant) <= FOUND_KM => {}
            (Ok(at), meant) => {
                wrong.push(format!("{name}: {:.0} km away, {at:?}", far(&at, meant)));
            }
            (Err(problem), _) => wrong.push(format!("{name}: {problem}")),
        }
    }
    assert!(rows.len() > 1_000, "{} rows", rows.len());
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}
