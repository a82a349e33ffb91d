//! What is said of a name that is unknown or means several places.

use trimodal_model::network::degrees;
use trimodal_model::problem::{PLACE_AMBIGUOUS, PLACE_UNKNOWN, Problem, shown};

use super::Atlas;
use super::area::Area;
use super::choose::{Candidate, Found};
use super::hint::Spellings;
use crate::gazetteer::{Position, key};

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
