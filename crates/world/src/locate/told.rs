//! What is said of a name that is unknown or means several places.

use trimodal_model::network::degrees;
use trimodal_model::problem::{PLACE_AMBIGUOUS, PLACE_UNKNOWN, Problem, shown};

use super::area::Area;
use super::choose::{Candidate, Choice, Found};
use super::hint::Spellings;
use super::{Atlas, Located};
use crate::gazetteer::{NO_PLACE, Position, key};

/// Inhabitants from which a town with the name of a country is meant by it.
const KNOWN_TOWN: u32 = 50_000;
/// Candidates listed at most.
const LISTED: usize = 8;

impl Atlas<'_> {
    fn described(&self, place: Position) -> String {
        let (lat, lon) = self.at(place);
        let (name, code) = (self.places.name(place), self.places.country_code(place));
        let state = &self.places.states[usize::from(self.places.state[place as usize])];
        // Of the states only those of the United States have codes that people write.
        let state = state.strip_prefix("US.").map_or(String::new(), |s| format!("{s}, "));
        let people = self.places.population[place as usize];
        format!("`{name}, {state}{code}` ({lat:.2},{lon:.2}, {people} people)")
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

    fn country_of_candidate(&self, found: Found) -> &str {
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

    pub(super) fn unknown(&self, text: &str, name: &str, area: Option<&Area>) -> Problem {
        let problem = Problem::new(PLACE_UNKNOWN, format!("no place is called `{}`", shown(text)));
        let elsewhere = area.map_or(Vec::new(), |_| self.places.find(name));
        let mut like = if elsewhere.is_empty() { self.like(name) } else { elsewhere };
        // In the country that was named first.
        like.sort_by_key(|p| !self.holds(area, *p));
        let list: Vec<String> = like.iter().take(4).map(|p| self.described(*p)).collect();
        if list.is_empty() {
            return problem.hint(
                "give a town of over 500 people, a port by its name or UN/LOCODE, or lat,lon",
            );
        }
        problem.hint(format!("did you mean {}?", list.join(" or ")))
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
            Choice::Several(_) => true,
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

    fn like(&self, name: &str) -> Vec<Position> {
        let spellings = self.index.spellings.get_or_init(|| Spellings::new(self.places));
        spellings.like(self.places, name)
    }

    pub(super) fn no_country(&self, text: &str, word: &str) -> Problem {
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
