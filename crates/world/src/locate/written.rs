//! Names written in other ways than `name, country`: without a comma, with a code or post code, or with a terminal.

use trimodal_model::network::{degrees, great_circle_km};
use trimodal_model::problem::{PLACE_UNKNOWN, Problem};

use super::area::Area;
use super::choose::Choice;
use super::forms::{Forms, is_general};
use super::index::Kind;
use super::{Atlas, Located};
use crate::gazetteer::{Position, key};

/// The words of a country that are looked for at the end of a text.
const COUNTRY_WORDS: usize = 9;
/// The words of a text that is divided in two places.
const WORDS: usize = 7;
/// A town goes before a shorter name than this.
const SHORT: usize = 2;

/// A terminal with a name of its own is this near to the town before it: Vorsino by Moscow.
const OUTSKIRTS_KM: f64 = 130.0;
/// Two names with a stroke between them are one port within this distance: Bremen/Bremerhaven.
const ONE_PORT_KM: f64 = 60.0;
/// The road and the track of a border crossing are within this distance.
const ONE_CROSSING_KM: f64 = 25.0;
/// A port is this near to the town of its name.
const SAME_DEGREES: f64 = 1.0;

/// What a text means, or nothing if it is not written so.
type Looked = Option<Result<Located, Problem>>;

impl Atlas<'_> {
    /// A text in one of the ways of this module.
    pub(super) fn written_otherwise(&self, text: &str) -> Looked {
        let flat = flat(text);
        // What stands after the last comma is a country then, not a town of two letters.
        let ends_in_code =
            text.rsplit_once(',').is_some_and(|(_, last)| self.is_country_code(last));
        self.without_comma(&flat.replace('/', " "))
            .or_else(|| self.code_and_name(&flat))
            .or_else(|| self.country_first(text))
            .or_else(|| self.italian_province(&flat))
            .or_else(|| self.without_post_code(text))
            .or_else(|| if ends_in_code { None } else { self.beside_town(&flat) })
            .or_else(|| if ends_in_code { self.beside_town_in(text) } else { None })
    }

    fn beside_town(&self, flat: &str) -> Looked {
        self.town_and_terminal(flat).or_else(|| self.port_and_letters(flat))
    }

    /// `Shanghai Waigaoqiao, CN`: a town and its terminal in the country that stands behind.
    fn beside_town_in(&self, text: &str) -> Looked {
        let (name, country) = text.rsplit_once(',')?;
        let area = self.country_or_state(country.trim())?;
        let found = self.beside_town(&flat(name))?.ok()?;
        let code = self.network.country(found.country?);
        let is_there =
            area.countries.iter().any(|c| self.places.countries[usize::from(*c)] == code);
        is_there.then_some(Ok(found))
    }

    /// `Karachi KICT`, `QICT Port Qasim`, `Santos (BTP)`: a port, and the letters of a terminal of it that nobody knows.
    fn port_and_letters(&self, flat: &str) -> Looked {
        let is_letters = |w: &str| {
            (3..=5).contains(&w.len())
                && w.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
                && w.bytes().any(|b| b.is_ascii_uppercase())
                && self.by_code(w).is_none()
        };
        let port = match (flat.rsplit_once(' '), flat.split_once(' ')) {
            (Some((port, word)), _) if is_letters(word) => port,
            (_, Some((word, port))) if is_letters(word) => port,
            _ => return None,
        };
        // Where all is in capitals, letters are words.
        if !port.bytes().any(|b| b.is_ascii_lowercase()) {
            return None;
        }
        let Choice::One(found) = self.choose(&Forms::of(port), None) else { return None };
        let mains = self.index.main.iter().filter(|m| m.kind == Kind::Sea);
        let is_port = mains.into_iter().any(|m| m.at == (found.lat, found.lon));
        is_port.then_some(Ok(found))
    }

    /// A name in a script that does not tell the place by its letters alone: `釜山`, `大阪, 日本`.
    pub(super) fn in_script(&self, text: &str) -> Looked {
        if text.is_ascii() {
            return None;
        }
        let name = text.split([',', '，', '(', ' ']).next()?;
        let name = name.strip_suffix(['港', '市']).unwrap_or(name);
        self.located(self.index.scripts.get(name)?)
    }

    /// A border crossing by its name, where nothing else is called so; several beside each other are one.
    pub(super) fn at_border(&self, text: &str) -> Looked {
        let name = text.split([',', '(']).next()?;
        let all = self.index.borders.get(&key(name))?;
        let at = |b: &u32| degrees(self.network.borders[*b as usize].at_e3);
        let (lat, lon) = at(all.first()?);
        let is_one = all.iter().all(|b| great_circle_km(at(b), (lat, lon)) <= ONE_CROSSING_KM);
        let name = name.trim().to_string();
        is_one.then_some(Ok(Located { name, lat, lon, port: None, country: None }))
    }

    fn is_country_code(&self, word: &str) -> bool {
        let word = word.trim();
        let is_code = word.len() == 2 && word.bytes().all(|b| b.is_ascii_uppercase());
        is_code && self.country_or_state(word).is_some()
    }

    /// `Buenos Aires (Puerto Nuevo), AR`: the port of that name, else what is in brackets beside the town, else the
    /// town.
    pub(super) fn bracketed(&self, text: &str) -> Looked {
        let (town, rest) = text.split_once('(')?;
        let (inside, after) = rest.split_once(')')?;
        let (town, inside) = (town.trim(), inside.trim());
        let area = self.country_or_state(after.trim().strip_prefix(',')?.trim())?;
        let found = |name: &str| self.in_it(text, name, &area).filter(Result::is_ok);
        let whole = found(&format!("{town} ({inside})"));
        whole
            .or_else(|| found(&format!("{town} {inside}")))
            .or_else(|| self.beside(inside, &self.in_it(text, town, &area)?.ok()?))
            .or_else(|| self.in_it(text, town, &area))
    }

    /// A place by its name near another one: `Chicago (Joliet)`.
    fn beside(&self, name: &str, town: &Located) -> Looked {
        let area = Area { near: Some((town.lat, town.lon)), ..Area::default() };
        let is_name = name.len() > 3 && !is_general(name);
        match is_name.then(|| self.choose(&Forms::of(name), Some(&area)))? {
            Choice::One(found) => Some(Ok(found)),
            _ => None,
        }
    }

    /// `Rotterdam Netherlands`, `BOSTON MA USA`: the last words name the country or state.
    fn without_comma(&self, text: &str) -> Looked {
        let ends: Vec<usize> = text.match_indices(' ').map(|(i, _)| i).collect();
        ends.iter().rev().take(COUNTRY_WORDS).rev().find_map(|end| {
            let (name, word) = (text[..*end].trim(), text[*end..].trim());
            // Two letters without a comma may be anything.
            let is_word = word.len() > 3 || word.chars().all(|c| !c.is_ascii_lowercase());
            if name.is_empty() || !is_word || key(word).len() < 2 {
                return None;
            }
            let area = self.country_or_state(word)?;
            self.in_it(text, name, &area)
        })
    }

    fn in_it(&self, text: &str, name: &str, area: &Area) -> Looked {
        match self.choose(&Forms::of(name), Some(area)) {
            Choice::One(found) => Some(Ok(found)),
            Choice::Several(several) => Some(Err(self.ambiguous(text, &several))),
            Choice::None => None,
        }
    }

    /// `NLRTM Rotterdam`, `Rotterdam (NLRTM)`, `NLRTM - Rotterdam`: the code, if what stands beside it is there.
    fn code_and_name(&self, flat: &str) -> Looked {
        let is_code = |w: &&str| {
            w.len() == 5 && w.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        };
        let code = flat.split(' ').find(is_code)?;
        let found = self.by_code(code)?;
        let rest: Vec<&str> = flat.split(' ').filter(|w| *w != code && *w != "-").collect();
        let area = Area { near: Some((found.lat, found.lon)), ..Area::default() };
        let is_there =
            |name: &str| !matches!(self.choose(&Forms::of(name), Some(&area)), Choice::None);
        let (all, first) = (rest.join(" "), rest.first()?);
        (is_there(&all) || is_there(first)).then_some(Ok(found))
    }

    /// `NL, Rotterdam`, `NL-Rotterdam`, `DE Hamburg`, `Netherlands, Rotterdam`.
    fn country_first(&self, text: &str) -> Looked {
        let (country, name) = text.split_once([',', '-', ' ', ':', '/'])?;
        let (country, name) = (country.trim(), name.trim());
        let is_code = country.len() < 4 && country.bytes().all(|b| b.is_ascii_uppercase());
        if (!is_code && !text.contains(',')) || name.is_empty() {
            return None;
        }
        let area = self.country_or_state(country)?;
        self.in_it(text, name, &area)
    }

    /// `Milano (MI)`, `Segrate MI`: Italians write the province, which may read like another country.
    fn italian_province(&self, flat: &str) -> Looked {
        let (name, province) = flat.rsplit_once(' ')?;
        let is_province = province.len() == 2 && province.bytes().all(|b| b.is_ascii_uppercase());
        let italy = self.country_or_state("Italia").filter(|_| is_province)?;
        let forms = Forms::of(name);
        match (self.choose(&forms, Some(&italy)), self.choose(&forms, None)) {
            (Choice::One(there), Choice::One(any)) if there == any => Some(Ok(there)),
            _ => None,
        }
    }

    /// `20457 Hamburg`, `Houston TX 77001`: without the post code.
    fn without_post_code(&self, text: &str) -> Looked {
        let is_post_code = |w: &&str| {
            let w = w.trim_matches([',', '(', ')']);
            let digits = w.bytes().filter(u8::is_ascii_digit).count();
            let rest = w.bytes().filter(|b| !b.is_ascii_digit()).count();
            let is_long = digits > 3 && digits < 10 && rest < 4 && !w.contains('.');
            // Half of a British or Canadian one.
            let is_half = (3..=4).contains(&w.len())
                && digits > 0
                && rest > 0
                && w.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
            is_long || is_half
        };
        let words = text.split_whitespace();
        let rest: Vec<&str> = words.filter(|w| !is_post_code(w)).collect();
        let rest = rest.join(" ");
        let is_shorter = rest.len() < text.len() && key(&rest).len() > SHORT;
        if !is_shorter || is_general(&rest) {
            return None;
        }
        let rest = rest.trim_matches([',', ' ']);
        match self.located(rest) {
            Some(Ok(found)) => Some(Ok(found)),
            Some(Err(problem)) if problem.code.id != PLACE_UNKNOWN.id => Some(Err(problem)),
            _ => None,
        }
    }

    /// `Hamburg Altenwerder`, `DIT Duisburg`: a town, and a place or terminal beside it.
    fn town_and_terminal(&self, flat: &str) -> Looked {
        self.divided(flat).find_map(|(town, place)| {
            let Choice::One(town) = self.choose(&Forms::of(town), None) else { return None };
            let area = Area { near: Some((town.lat, town.lon)), ..Area::default() };
            let forms = Forms::of(place);
            let beside = match self.choose(&forms, Some(&area)) {
                Choice::None => self.choose(&forms, None),
                choice => choice,
            };
            let Choice::One(found) = beside else { return None };
            let apart = great_circle_km((found.lat, found.lon), (town.lat, town.lon));
            // Of `Antwerp/Rotterdam` nobody knows which.
            let most = if flat.contains('/') { ONE_PORT_KM } else { OUTSKIRTS_KM };
            (apart <= most).then(|| Ok(self.more_exact(found, town)))
        })
    }

    /// Of a town and its terminal the terminal, in whichever order they stand.
    pub(super) fn more_exact(&self, a: Located, b: Located) -> Located {
        if self.people_at(&a) > self.people_at(&b) { b } else { a }
    }

    /// The inhabitants of the town of a name; a terminal has none.
    fn people_at(&self, it: &Located) -> u32 {
        let near = |p: &Position| {
            let (lat, lon) = self.at(*p);
            (lat - it.lat).abs() < SAME_DEGREES && (lon - it.lon).abs() < SAME_DEGREES
        };
        let named = self.places.find(&it.name).into_iter().filter(near);
        named.map(|p| self.places.population[p as usize]).max().unwrap_or(0)
    }

    /// The town of `Hamburg Xyz`, for a hint.
    pub(super) fn town_in(&self, text: &str) -> Option<Position> {
        let flat = flat(text);
        let towns = self.divided(&flat).map(|(town, _)| town).filter(|t| key(t).len() > 3);
        let named = towns.filter_map(|town| self.places.find(town).first().copied());
        named.max_by_key(|p| self.places.population[*p as usize])
    }

    /// A text in two parts, the left one first, and the longer ones of these first.
    fn divided<'t>(&self, flat: &'t str) -> impl Iterator<Item = (&'t str, &'t str)> + use<'t> {
        let cuts: Vec<usize> = flat.match_indices([' ', '-', '/']).map(|(i, _)| i).collect();
        let few = if cuts.len() < WORDS { cuts } else { Vec::new() };
        let parts = |cut: usize| (flat[..cut].trim(), flat[cut + 1..].trim());
        let pairs: Vec<(&str, &str)> = few.into_iter().rev().map(parts).collect();
        let turned: Vec<(&str, &str)> = pairs.iter().rev().map(|(a, b)| (*b, *a)).collect();
        let is_named =
            |(town, place): &(&str, &str)| key(town).len() > SHORT && key(place).len() >= SHORT;
        pairs.into_iter().chain(turned).filter(is_named)
    }
}

/// A text without commas and brackets.
fn flat(text: &str) -> String {
    let words = text.split([',', '(', ')', ' ', '[', ']']).filter(|w| !w.is_empty());
    words.collect::<Vec<_>>().join(" ")
}
