//! The gazetteer: every city of the source, with alternative names for the larger ones.

use std::collections::BTreeSet;

use trimodal_world::gazetteer::{Gazetteer, Key, key};

use super::graph::point;
use super::sources::{City, Country};

/// Population from which a city is also found by its alternative names.
const OTHER_NAMES_FROM: u32 = 15_000;

/// Sorts the cities by country and place, and builds the keys. The name of a place added by hand is not
/// accepted as an alternative name of another: Khasan is not Kazan.
pub fn gazetteer(cities: &[City], own: &[City], countries: &[Country]) -> Gazetteer {
    let taken: BTreeSet<String> = own.iter().map(|c| key(&c.name)).collect();
    let mut listed: Vec<&Country> = countries.iter().collect();
    listed.sort_by(|a, b| a.iso.cmp(&b.iso));
    let mut g = Gazetteer {
        countries: listed.iter().map(|c| c.iso.clone()).collect(),
        country_names: listed.iter().map(|c| c.name.clone()).collect(),
        ..Gazetteer::default()
    };
    let mut cities: Vec<&City> = cities.iter().chain(own).filter(|c| c.name.len() < 256).collect();
    cities.sort_by_key(|c| {
        let p = point(c.latitude, c.longitude);
        (&c.countrycode, p[0] / 2000, p, &c.name)
    });
    let mut keys: BTreeSet<(String, u32)> = BTreeSet::new();
    for city in cities {
        let Ok(country) = g.countries.binary_search(&city.countrycode) else { continue };
        let place = g.at_e3.len() as u32;
        g.at_e3.push(point(city.latitude, city.longitude));
        g.country.push(country as u16);
        g.population.push(rounded(city.population));
        g.names.push_str(&city.name);
        g.name_len.push(city.name.len() as u8);
        let others = city.alternatenames.iter().filter(|_| city.population >= OTHER_NAMES_FROM);
        for name in others.chain([&city.name]) {
            let k = key(name);
            let is_own = name == &city.name;
            if ((2..40).contains(&k.len()) && !taken.contains(&k)) || (is_own && !k.is_empty()) {
                keys.insert((k, place));
            }
        }
    }
    for (text, place) in keys {
        g.key_text.extend(text.as_bytes());
        g.keys.push(Key { end: g.key_text.len() as u32, place });
    }
    g.index();
    g
}

/// Two leading digits suffice to rank places, and compress well.
fn rounded(population: u32) -> u32 {
    let mut scale = 1;
    while population / scale >= 100 {
        scale *= 10;
    }
    population / scale * scale
}
