//! Countries and states in every common form, as they follow a name: `NL`, `Netherlands`, `GA`, `Shenzhen, Guangdong`.

use std::sync::OnceLock;

use trimodal_model::network::{degrees, great_circle_km};

use super::choose::Choice;
use super::forms::Forms;
use super::{Atlas, Position};
use crate::gazetteer::key;

/// A town that follows a name is at most this far away: `Waigaoqiao, Shanghai`.
const SUBURB_KM: f64 = 80.0;
/// A terminal is in the state of a town within this distance.
const IN_STATE_KM: f64 = 30.0;

/// Territories that are also written with the country they belong to.
const DEPENDENT: [(&str, &str); 9] = [
    ("CN", "HK MO"),
    ("US", "PR GU VI AS MP"),
    ("FR", "RE GP MQ GF YT NC PF PM MF BL WF"),
    ("GB", "GI BM KY VG TC FK GG JE IM AI MS SH"),
    ("NL", "CW AW SX BQ"),
    ("DK", "FO GL"),
    ("FI", "AX"),
    ("NO", "SJ"),
    ("AU", "CX CC NF"),
];

/// Countries of the past, as old papers write them, and what lies there today.
const FORMER: [(&str, &str); 26] = [
    ("ussr", "RU UA BY KZ UZ TM KG TJ GE AM AZ MD LT LV EE"),
    ("sovietunion", "RU UA BY KZ UZ TM KG TJ GE AM AZ MD LT LV EE"),
    ("udssr", "RU UA BY KZ UZ TM KG TJ GE AM AZ MD LT LV EE"),
    ("yugoslavia", "RS HR SI BA ME MK XK"),
    ("jugoslavija", "RS HR SI BA ME MK XK"),
    ("serbiaandmontenegro", "RS ME"),
    ("czechoslovakia", "CZ SK"),
    ("eastgermany", "DE"),
    ("westgermany", "DE"),
    ("gdr", "DE"),
    ("ddr", "DE"),
    ("brd", "DE"),
    ("rhodesia", "ZW"),
    ("southernrhodesia", "ZW"),
    ("northernrhodesia", "ZM"),
    ("nyasaland", "MW"),
    ("tanganyika", "TZ"),
    ("zaire", "CD"),
    ("belgiancongo", "CD"),
    ("dahomey", "BJ"),
    ("uppervolta", "BF"),
    ("goldcoast", "GH"),
    ("siam", "TH"),
    ("ceylon", "LK"),
    ("persia", "IR"),
    ("formosa", "TW"),
];

/// Where a place must be: in one of these countries, or one of these states, or near a town.
#[derive(Debug, Clone, Default)]
pub struct Area {
    /// Positions in the list of countries of the gazetteer.
    pub countries: Vec<u16>,
    /// Positions in its list of states.
    pub states: Vec<u16>,
    /// A town.
    pub near: Option<(f64, f64)>,
}

impl Atlas<'_> {
    /// The country of a code or a name, a position in the list of the gazetteer.
    pub fn country_of(&self, text: &str) -> Option<u16> {
        match self.index.countries_of(&key(text))[..] {
            [one] => Some(one),
            _ => None,
        }
    }

    /// The area that words after a name tell, the last being the widest; or the word that tells none.
    pub(super) fn area<'t>(&self, words: &[&'t str]) -> Result<Area, &'t str> {
        let Some((last, _)) = words.split_last() else { return Ok(Area::default()) };
        // `Korea, Republic of` and `Taiwan (China)` are one country in several words.
        for n in (1..=words.len().min(3)).rev() {
            let (before, told) = words.split_at(words.len() - n);
            if let Some(area) = self.country_or_state(&told.join(" ")) {
                return Ok(before.last().map_or_else(|| area.clone(), |w| self.inside(&area, w)));
            }
        }
        match self.choose(&Forms::of(last), None) {
            Choice::One(town) if key(last).len() > 3 => {
                Ok(Area { near: Some((town.lat, town.lon)), ..Area::default() })
            }
            _ => Err(last),
        }
    }

    /// A country, a state, or both at once (`MA USA`), with or without a post code behind (`TX 77001`).
    pub(super) fn country_or_state(&self, text: &str) -> Option<Area> {
        let has_digit = |w: &&str| w.bytes().any(|b| b.is_ascii_digit());
        let words: Vec<&str> = text.split_whitespace().collect();
        let end = words.iter().rposition(|w| !has_digit(w))? + 1;
        let (text, k) = (words[..end].join(" "), key(&words[..end].concat()));
        let area = Area {
            countries: self.index.countries_of(&k),
            states: self.index.states.get(&k).cloned().unwrap_or_default(),
            near: None,
        };
        if !area.countries.is_empty() || !area.states.is_empty() {
            return Some(area);
        }
        if let Some((_, today)) = FORMER.iter().find(|(name, _)| *name == k) {
            let countries = today.split(' ').filter_map(|c| self.country_of(c)).collect();
            return Some(Area { countries, ..Area::default() });
        }
        let (state, country) = text.rsplit_once(' ')?;
        let countries = self.index.countries_of(&key(country));
        let states = self.states_in(state, &countries);
        (!states.is_empty()).then(|| Area { countries: Vec::new(), states, near: None })
    }

    fn states_in(&self, word: &str, countries: &[u16]) -> Vec<u16> {
        let country = |s: &u16| {
            let state = &self.places.states[usize::from(*s)];
            state.split('.').next().and_then(|c| self.country_of(c))
        };
        let all = self.index.states.get(&key(word)).into_iter().flatten();
        all.filter(|s| country(s).is_some_and(|c| countries.contains(&c))).copied().collect()
    }

    /// The part of a country that another word tells: a state, or a town; or the whole of it.
    fn inside(&self, area: &Area, word: &str) -> Area {
        let states = self.states_in(word, &area.countries);
        if !states.is_empty() {
            return Area { countries: Vec::new(), states, near: None };
        }
        match self.choose(&Forms::of(word), Some(area)) {
            Choice::One(town) => Area { near: Some((town.lat, town.lon)), ..Area::default() },
            _ => area.clone(),
        }
    }

    /// With the territories of its countries.
    pub(super) fn with_dependent(&self, area: &Area) -> Area {
        let code = |c: &u16| self.places.countries[usize::from(*c)].as_str();
        let all = DEPENDENT.iter().filter(|(of, _)| area.countries.iter().any(|c| code(c) == *of));
        let more = all.flat_map(|(_, list)| list.split(' ')).filter_map(|c| self.country_of(c));
        let countries = area.countries.iter().copied().chain(more).collect();
        Area { countries, ..area.clone() }
    }

    pub(super) fn holds(&self, area: Option<&Area>, place: Position) -> bool {
        let Some(area) = area else { return true };
        let p = place as usize;
        let near = area.near.is_some_and(|at| great_circle_km(at, self.at(place)) <= SUBURB_KM);
        near || area.countries.contains(&self.places.country[p])
            || (self.places.state[p] != 0 && area.states.contains(&self.places.state[p]))
    }

    pub(super) fn holds_terminal(&self, area: Option<&Area>, t: usize) -> bool {
        let Some(area) = area else { return true };
        let terminal = &self.network.terminals[t];
        let (country, at) = (self.network.country(terminal.country), degrees(terminal.at_e3));
        self.holds_point(area, country, at, &self.index.terminal_states[t])
    }

    pub(super) fn holds_main(&self, area: Option<&Area>, m: usize) -> bool {
        let Some(area) = area else { return true };
        let main = &self.index.main[m];
        self.holds_point(area, &main.country, main.at, &main.state)
    }

    fn holds_point(
        &self,
        area: &Area,
        country: &str,
        at: (f64, f64),
        state: &OnceLock<u16>,
    ) -> bool {
        let near = area.near.is_some_and(|town| great_circle_km(town, at) <= SUBURB_KM);
        let code = |c: &u16| self.places.countries[usize::from(*c)] == country;
        let of_country =
            |s: &u16| self.places.states[usize::from(*s)].split('.').next() == Some(country);
        near || area.countries.iter().any(code)
            || (area.states.iter().any(of_country)
                && area.states.contains(state.get_or_init(|| self.state_at(at))))
    }

    /// The state of the nearest town; the first of the list, none, if it is far away.
    fn state_at(&self, at: (f64, f64)) -> u16 {
        let rows = |p: &usize| (f64::from(self.places.at_e3[*p][0]) / 1e3 - at.0).abs() < 0.3;
        let named = |p: &usize| self.places.state[*p] != 0;
        let far = |p: &usize| great_circle_km(self.at(*p as u32), at);
        let towns = (0..self.places.len()).filter(|p| named(p) && rows(p));
        let nearest = towns.map(|p| (far(&p), p)).min_by(|a, b| a.0.total_cmp(&b.0));
        nearest.filter(|(km, _)| *km <= IN_STATE_KM).map_or(0, |(_, p)| self.places.state[p])
    }
}
