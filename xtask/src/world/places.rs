//! The gazetteer: every city of the source, with alternative names for the larger ones, and the codes of freight.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use trimodal_world::gazetteer::{Gazetteer, Key, NO_PLACE, key};

use super::codes::{CodePlace, Joined};
use super::graph::point;
use super::sources::{City, Country, Sources};
use super::tables::Tables;

/// Population from which a city is also found by its alternative names.
const OTHER_NAMES_FROM: u32 = 15_000;

/// Builds the gazetteer: the towns, those added by hand, and the places and codes of freight. The name of a place
/// added by hand is not accepted as an alternative name of another: Khasan is not Kazan.
pub fn gazetteer(sources: &Sources, tables: &Tables) -> Gazetteer {
    let towns = sources.cities.iter().chain(&tables.places).filter(|c| c.name.len() < 256);
    let towns: Vec<&City> = towns.collect();
    let mut joined = Joined::new(towns.clone(), has_others);
    joined.ports(&tables.port_index);
    let lost = joined.codes(&sources.codes, &tables.states, &positions(sources));
    let (added, codes) = joined.finish();
    println!(
        "{} codes of places, {lost} without a position; {} places added to the towns",
        codes.len(),
        added.len()
    );
    let mut g = countries(&sources.countries);
    let mut cities: Vec<&City> = towns;
    cities.extend(added.iter().filter(|c| c.name.len() < 256));
    cities.sort_by_key(|c| {
        let p = point(c.latitude, c.longitude);
        (&c.countrycode, p[0] / 2000, p, &c.name)
    });
    let taken: BTreeSet<String> = tables.places.iter().map(|c| key(&c.name)).collect();
    let states: BTreeSet<String> =
        tables.states.iter().map(|s| format!("{}.{}", s.country, s.admin1)).collect();
    g.states = std::iter::once(String::new()).chain(states).collect();
    let mut place_of: HashMap<CodePlace, u32> = HashMap::new();
    let mut keys: BTreeSet<(String, u32)> = BTreeSet::new();
    for city in cities {
        let Some(place) = add(&mut g, city) else { continue };
        let at = g.at_e3[place as usize];
        place_of.entry((city.countrycode.clone(), at, city.name.clone())).or_insert(place);
        for name in city.alternatenames.iter().filter(|_| has_others(city)).chain([&city.name]) {
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
    for (code, place) in codes {
        if let Some(place) = place_of.get(&place) {
            g.codes.extend(code.as_bytes());
            g.code_place.push(*place);
        }
    }
    g.index();
    capitals(&mut g, &sources.countries);
    g
}

fn has_others(city: &City) -> bool {
    city.population >= OTHER_NAMES_FROM
}

fn countries(countries: &[Country]) -> Gazetteer {
    let mut listed: Vec<&Country> = countries.iter().collect();
    listed.sort_by(|a, b| a.iso.cmp(&b.iso));
    Gazetteer {
        countries: listed.iter().map(|c| c.iso.clone()).collect(),
        country_names: listed.iter().map(|c| c.name.clone()).collect(),
        ..Gazetteer::default()
    }
}

/// Adds a place without its names to look up.
fn add(g: &mut Gazetteer, city: &City) -> Option<u32> {
    let country = g.countries.binary_search(&city.countrycode).ok()?;
    let place = g.at_e3.len() as u32;
    g.at_e3.push(point(city.latitude, city.longitude));
    g.country.push(country as u16);
    g.population.push(rounded(city.population));
    let state = g.states.binary_search(&format!("{}.{}", city.countrycode, city.admin1code));
    g.state.push(state.map_or(0, |s| s as u16));
    g.names.push_str(&city.name);
    g.name_len.push(city.name.len() as u8);
    Some(place)
}

fn capitals(g: &mut Gazetteer, countries: &[Country]) {
    g.capital = vec![NO_PLACE; g.countries.len()];
    for country in countries {
        let Ok(c) = g.countries.binary_search(&country.iso) else { continue };
        let found = g.find(&country.capital);
        let mine = found.into_iter().find(|p| usize::from(g.country[*p as usize]) == c);
        g.capital[c] = mine.unwrap_or(NO_PLACE);
    }
}

/// Positions of ports by their codes, for codes that have none.
fn positions(sources: &Sources) -> BTreeMap<String, (f64, f64)> {
    let one = |feature: &geojson::Feature| {
        let code = feature.property("port")?.as_str()?.trim().to_string();
        let geojson::GeometryValue::Point { coordinates } = &feature.geometry.as_ref()?.value
        else {
            return None;
        };
        let at = coordinates.as_slice();
        Some((code, (at[1], at[0])))
    };
    sources.ports.features.iter().filter_map(one).collect()
}

/// Two leading digits suffice to rank places, and compress well.
fn rounded(population: u32) -> u32 {
    let mut scale = 1;
    while population / scale >= 100 {
        scale *= 10;
    }
    population / scale * scale
}
