//! What is said of a name that is unknown or means several places.

use trimodal_model::network::{degrees, great_circle_km};
use trimodal_model::problem::{PLACE_AMBIGUOUS, PLACE_UNKNOWN, Problem, shown};

use super::area::Area;
use super::choose::{Candidate, Choice, Found};
use super::forms::Forms;
use super::hint::Spellings;
use super::{Atlas, Located, OwnPlaces};
use crate::gazetteer::{NO_PLACE, Position, key};

/// Inhabitants from which a town with the name of a country is meant by it.
const KNOWN_TOWN: u32 = 50_000;
/// A name leads to a place if it leads this near to it.
const SAME_PLACE_KM: f64 = 50.0;
/// Candidates listed at most.
const LISTED: usize = 8;

impl Atlas<'_> {
    fn described(&self, place: Position) -> String {
        let (lat, lon) = self.at(place);
        let (name, code) = (self.places.name(place), self.places.country_code(place));
        let people = self.places.population[place as usize];
        match self.sure_name(place) {
            Some(text) => format!("`{text}` ({lat:.2},{lon:.2}, {people} people)"),
            None => {
                format!("`{lat:.3},{lon:.3}` ({name}, {code}, {lat:.2},{lon:.2}, {people} people)")
            }
        }
    }

    /// A text by which a place is found: with its country, or with its state where the country has another so called.
    fn sure_name(&self, place: Position) -> Option<String> {
        let (name, code) = (self.places.name(place), self.places.country_code(place));
        let state = self.places.state[place as usize];
        let area = |countries, states| Area { countries, states, near: None };
        let country = area(vec![self.places.country[place as usize]], Vec::new());
        let is_sure = |area: &Area| match self.choose(&Forms::of(name), Some(area)) {
            Choice::One(found) => {
                great_circle_km((found.lat, found.lon), self.at(place)) <= SAME_PLACE_KM
            }
            _ => false,
        };
        let of_state = || {
            let word = self.index.state_names.get(&state)?;
            let is_one = self.index.states.get(&key(word)).is_some_and(|s| s.contains(&state));
            (is_one && is_sure(&area(Vec::new(), vec![state])))
                .then(|| format!("{name}, {word}, {code}"))
        };
        let is_american = code == "US";
        if is_american && let Some(text) = of_state() {
            return Some(text);
        }
        if is_sure(&country) { Some(format!("{name}, {code}")) } else { of_state() }
    }

    fn described_candidate(&self, found: Found) -> String {
        match found {
            Found::Town(place) => self.described(place),
            Found::Terminal(t) => {
                let t = &self.network.terminals[t];
                let (lat, lon) = degrees(t.at_e3);
                let country = self.network.country(t.country);
                format!("`{}` ({}, {country}, {lat:.2},{lon:.2})", t.id, t.name)
            }
            Found::Main(m) => {
                let main = &self.index.main[m];
                let name = main.code.as_deref().unwrap_or(&main.name);
                let (lat, lon) = main.at;
                format!("`{name}` ({}, {}, {lat:.2},{lon:.2})", main.name, main.country)
            }
        }
    }

    pub(super) fn country_of_candidate(&self, found: Found) -> &str {
        match found {
            Found::Town(place) => self.places.country_code(place),
            Found::Terminal(t) => self.network.country(self.network.terminals[t].country),
            Found::Main(m) => &self.index.main[m].country,
        }
    }

    pub(super) fn ambiguous(&self, text: &str, several: &[Candidate]) -> Problem {
        let shown_ones = several.iter().take(LISTED);
        let list: Vec<String> = shown_ones.map(|c| self.described_candidate(c.what)).collect();
        let country = self.country_of_candidate(several[0].what);
        let is_one_country = several.iter().all(|c| self.country_of_candidate(c.what) == country);
        let has_code = several.iter().any(|c| !matches!(c.what, Found::Town(_)));
        let how = match (is_one_country, has_code) {
            (true, true) => "give the code, or lat,lon",
            (true, false) => "add the state, or give its coordinates as lat,lon",
            (false, true) => "add the country, or give the code or lat,lon",
            (false, false) => "add the country, or give lat,lon",
        };
        Problem::new(PLACE_AMBIGUOUS, format!("`{}` means several places", shown(text)))
            .hint(format!("{how}: {}", list.join("; ")))
    }

    fn unknown(&self, text: &str, name: &str, area: Option<&Area>) -> Problem {
        let problem = Problem::new(PLACE_UNKNOWN, format!("no place is called `{}`", shown(text)));
        let elsewhere = area.map_or(Vec::new(), |_| self.places.find(name));
        let town = area.map_or_else(|| self.town_in(text), |_| None);
        let mut like = match town {
            Some(town) => vec![town],
            None if elsewhere.is_empty() => self.like(name),
            None => elsewhere,
        };
        // In the country that was named first.
        like.sort_by_key(|p| !self.holds(area, *p));
        let own = self.own_like(name).into_iter().map(|n| format!("`{n}`"));
        let all = own.chain(like.iter().map(|p| self.described(*p)));
        let list: Vec<String> = all.take(4).collect();
        if list.is_empty() {
            return problem.hint(
                "give a town of over 500 people, a port by its name or UN/LOCODE, or lat,lon",
            );
        }
        problem.hint(format!("did you mean {}?", list.join(" or ")))
    }

    /// That no place is called so, and what may be meant.
    pub(super) fn not_found(&self, text: &str) -> Problem {
        if let Some(problem) = self.only_a_country(text, &Choice::None) {
            return problem;
        }
        let Some((name, words)) = super::qualified(text) else {
            return self.unknown(text, text, None);
        };
        match self.area(&words) {
            Ok(area) => self.unknown(text, name, Some(&area)),
            Err(word) => self.no_country(text, word),
        }
    }

    /// A number, or a word such as `Depot`.
    pub(super) fn general(&self, text: &str) -> Problem {
        let problem = Problem::new(PLACE_UNKNOWN, format!("no place is called `{}`", shown(text)));
        problem.hint("name the town too, as `Hamburg, DE`, or give lat,lon")
    }

    /// The name of a country that no place in it has: a village elsewhere is not meant.
    pub(super) fn only_a_country(&self, text: &str, choice: &Choice) -> Option<Problem> {
        // `UK` and `USA` in capitals are countries, `Usa` is a town.
        let capitals = text.len() > 1 && text.bytes().all(|b| b.is_ascii_uppercase());
        let country = self.country_of(text).filter(|_| text.len() > 3 || capitals)?;
        let code = &self.places.countries[usize::from(country)];
        let is_in_it = |found: &Located| {
            found.country.is_some_and(|c| self.network.country(c) == code.as_str())
        };
        let is_town = || {
            let named = self.places.find(text);
            named.iter().any(|p| self.places.population[*p as usize] >= KNOWN_TOWN)
        };
        let is_meant = match choice {
            Choice::One(found) => is_in_it(found) || is_town(),
            Choice::Several(all) => {
                is_town() || all.iter().any(|c| self.country_of_candidate(c.what) == code)
            }
            Choice::None => false,
        };
        if is_meant {
            return None;
        }
        let capital = self.places.capital.get(usize::from(country)).copied();
        let capital = capital.filter(|p| *p != NO_PLACE);
        let such_as = capital
            .map_or(String::new(), |p| format!(", such as `{}, {code}`", self.places.name(p)));
        let problem = Problem::new(PLACE_UNKNOWN, format!("`{}` is a country", shown(text)));
        Some(problem.hint(format!("name a place in it{such_as}")))
    }

    /// Names of the user's own that differ in a letter or two, or begin so.
    fn own_like(&self, name: &str) -> Option<&str> {
        let wanted = key(name);
        if wanted.len() < 4 {
            return None;
        }
        let known = [self.own, self.nodes].into_iter().flatten().flat_map(OwnPlaces::by_key);
        let far = |k: &str| {
            if k.starts_with(&wanted) { 1 } else { strsim::osa_distance(k, &wanted) }
        };
        let near = known.map(|(k, p)| (far(k), p.name.as_str())).filter(|(d, _)| *d < 3);
        near.min().map(|(_, name)| name)
    }

    fn like(&self, name: &str) -> Vec<Position> {
        let spellings = self.index.spellings.get_or_init(|| Spellings::new(self.places));
        spellings.like(self.places, name)
    }

    fn no_country(&self, text: &str, word: &str) -> Problem {
        let near = self.country_like(word);
        let hint = near.map_or_else(
            || {
                "write a country or a state by its name or code after the comma, or lat,lon"
                    .to_string()
            },
            |n| format!("did you mean `{n}`? write a country or a state by its name or code"),
        );
        let message = format!("`{}`: unknown country `{}`", shown(text), shown(word));
        Problem::new(PLACE_UNKNOWN, message).hint(hint)
    }

    /// A country or state whose name differs in a letter or two; a short word is like too many others.
    fn country_like(&self, word: &str) -> Option<&str> {
        let wanted = key(word);
        let most = match wanted.len() {
            0..=3 => return None,
            4..=6 => 1,
            _ => 2,
        };
        let names = self.index.countries.iter().filter(|(k, _)| k.len() > 3);
        let found = names
            .map(|(k, c)| (strsim::osa_distance(k, &wanted), k, c[0]))
            .filter(|(d, _, _)| *d <= most)
            .min()?;
        Some(self.places.country_names[usize::from(found.2)].as_str())
    }
}
