//! The part of the packed file that holds the places: towns, their names, and codes.

use super::coding::{Reader, Writer};
use super::{Damage, RANGE, small};
use crate::gazetteer::{Gazetteer, NO_PLACE};

pub fn write_places(w: &mut Writer, g: &Gazetteer) {
    w.number(g.len() as u64);
    w.points(&g.at_e3);
    w.runs(g.country.iter().map(|c| u64::from(*c)));
    g.population.iter().for_each(|p| w.number(u64::from(*p)));
    w.texts(&g.countries);
    w.texts(&g.country_names);
    g.capital.iter().for_each(|p| w.number(u64::from(p.wrapping_add(1))));
    w.texts(&g.states);
    w.runs(g.state.iter().map(|s| u64::from(*s)));
    g.name_len.iter().for_each(|l| w.number(u64::from(*l)));
    w.bytes(g.names.as_bytes());
    // Sorted keys share prefixes: each is stored as the length shared with the key before, and the rest.
    w.number(g.keys.len() as u64);
    let mut before = "";
    for key in g.keys() {
        let shared = before.bytes().zip(key.bytes()).take_while(|(a, b)| a == b).count();
        w.number(shared as u64);
        w.text(&key[shared..]);
        before = key;
    }
    g.keys.iter().for_each(|k| w.number(u64::from(k.place)));
    write_codes(w, g);
}

/// Codes in order, and their places: those of a country are near each other in both lists.
fn write_codes(w: &mut Writer, g: &Gazetteer) {
    w.bytes(&g.codes);
    w.deltas(g.code_place.iter().map(|p| i64::from(*p)));
}

pub fn read_places(r: &mut Reader) -> Result<Gazetteer, Damage> {
    let count = r.count()?;
    let mut g = Gazetteer { at_e3: r.points(count)?, ..Gazetteer::default() };
    g.country = r.runs(count, small)?;
    for _ in 0..count {
        g.population.push(u32::try_from(r.number()?).map_err(|_| RANGE)?);
    }
    g.countries = r.texts()?;
    g.country_names = r.texts()?;
    for _ in 0..g.countries.len() {
        let place = u32::try_from(r.number()?).map_err(|_| RANGE)?.wrapping_sub(1);
        g.capital.push(if (place as usize) < count { place } else { NO_PLACE });
    }
    g.states = r.texts()?;
    g.state = r.runs(count, small)?;
    let sound = g.country.iter().all(|c| usize::from(*c) < g.countries.len())
        && g.state.iter().all(|s| usize::from(*s) < g.states.len());
    if !sound {
        return Err(RANGE);
    }
    for _ in 0..count {
        g.name_len.push(u8::try_from(r.number()?).map_err(|_| RANGE)?);
    }
    g.names = r.text()?;
    let keys = r.count()?;
    let mut before = (0, 0);
    for _ in 0..keys {
        let shared = r.number()? as usize;
        let rest = r.slice()?;
        let start = g.key_text.len();
        if shared > before.1 {
            return Err(RANGE);
        }
        g.key_text.extend_from_within(before.0..before.0 + shared);
        g.key_text.extend_from_slice(rest);
        before = (start, g.key_text.len() - start);
        g.keys.push(crate::gazetteer::Key { end: g.key_text.len() as u32, place: 0 });
    }
    for k in 0..keys {
        g.keys[k].place = u32::try_from(r.number()?).map_err(|_| RANGE)?;
        if g.keys[k].place as usize >= count {
            return Err(RANGE);
        }
    }
    read_codes(r, &mut g)?;
    g.index();
    Ok(g)
}

fn read_codes(r: &mut Reader, g: &mut Gazetteer) -> Result<(), Damage> {
    g.codes = r.slice()?.to_vec();
    if !g.codes.len().is_multiple_of(5) {
        return Err(RANGE);
    }
    let mut before = 0_i64;
    for _ in 0..g.codes.len() / 5 {
        before = before.wrapping_add(r.signed()?);
        let place = u32::try_from(before).map_err(|_| RANGE)?;
        if place as usize >= g.at_e3.len() {
            return Err(RANGE);
        }
        g.code_place.push(place);
    }
    Ok(())
}
