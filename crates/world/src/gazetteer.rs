//! Names of places: cities and towns with their alternative names, found by a key that ignores case,
//! accents, script and punctuation.

use deunicode::deunicode;

/// A key in the sorted list, and its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// End of its text in [`Gazetteer::key_text`]; it begins at the end of the key before.
    pub end: u32,
    /// Position of the place.
    pub place: u32,
}

/// All places, in parallel arrays.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Gazetteer {
    /// Thousandths of a degree north and east.
    pub at_e3: Vec<[i32; 2]>,
    /// Position in `countries`.
    pub country: Vec<u16>,
    /// Inhabitants.
    pub population: Vec<u32>,
    /// ISO 3166-1 alpha-2 codes.
    pub countries: Vec<String>,
    /// English names of the countries.
    pub country_names: Vec<String>,
    /// Names, concatenated.
    pub names: String,
    /// Their lengths in bytes.
    pub name_len: Vec<u8>,
    /// Keys, concatenated.
    pub key_text: Vec<u8>,
    /// Keys in alphabetical order.
    pub keys: Vec<Key>,
    /// Start of each name; filled by [`Gazetteer::index`].
    pub name_first: Vec<u32>,
}

/// A place by its position in the gazetteer.
pub type Position = u32;

impl Gazetteer {
    /// Number of places.
    pub fn len(&self) -> usize {
        self.at_e3.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.at_e3.is_empty()
    }

    /// Computes the derived arrays. Call it after the others are filled.
    pub fn index(&mut self) {
        let mut at = 0;
        self.name_first = std::iter::once(0)
            .chain(self.name_len.iter().map(|l| {
                at += u32::from(*l);
                at
            }))
            .collect();
    }

    /// A place's name.
    pub fn name(&self, place: Position) -> &str {
        let p = place as usize;
        &self.names[self.name_first[p] as usize..self.name_first[p + 1] as usize]
    }

    /// A place's country code.
    pub fn country_code(&self, place: Position) -> &str {
        &self.countries[usize::from(self.country[place as usize])]
    }

    /// The keys in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        (0..self.keys.len()).map(|k| self.key(k))
    }

    fn key(&self, k: usize) -> &str {
        let start = if k == 0 { 0 } else { self.keys[k - 1].end as usize };
        std::str::from_utf8(&self.key_text[start..self.keys[k].end as usize]).unwrap_or("")
    }

    /// Every place with this name, largest first; `country` is a code or an English name.
    pub fn find(&self, name: &str, country: Option<&str>) -> Vec<Position> {
        let wanted = key(name);
        let country = country.map(|c| self.country_position(c));
        let from = self.lower_bound(&wanted);
        let mut found: Vec<Position> = (from..self.keys.len())
            .take_while(|k| self.key(*k) == wanted)
            .map(|k| self.keys[k].place)
            .filter(|p| country.is_none_or(|c| c == Some(self.country[*p as usize])))
            .collect();
        found.sort_by_key(|p| (std::cmp::Reverse(self.population[*p as usize]), *p));
        found.dedup();
        found
    }

    fn lower_bound(&self, wanted: &str) -> usize {
        let (mut low, mut high) = (0, self.keys.len());
        while low < high {
            let middle = (low + high) / 2;
            if self.key(middle) < wanted { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// A country by code or English name.
    pub fn country_position(&self, text: &str) -> Option<u16> {
        let wanted = key(text);
        let by = |list: &[String]| list.iter().position(|c| key(c) == wanted);
        by(&self.countries).or_else(|| by(&self.country_names)).map(|p| p as u16)
    }

    /// The places whose names are most like `name`, best first, at most five.
    pub fn like(&self, name: &str) -> Vec<Position> {
        let wanted = key(name);
        if wanted.len() < 3 {
            return Vec::new();
        }
        let mut scored: Vec<(usize, std::cmp::Reverse<u32>, Position)> = (0..self.keys.len())
            .filter(|k| self.key(*k).len().abs_diff(wanted.len()) <= 2)
            .filter_map(|k| {
                let d = strsim::damerau_levenshtein(self.key(k), &wanted);
                let place = self.keys[k].place;
                (d <= 2 && d * 3 <= wanted.len())
                    .then(|| (d, std::cmp::Reverse(self.population[place as usize]), place))
            })
            .collect();
        scored.sort_unstable();
        let mut seen = Vec::new();
        for (_, _, place) in scored {
            if !seen.contains(&place) {
                seen.push(place);
            }
            if seen.len() == 5 {
                break;
            }
        }
        seen
    }
}

/// The search key of a name: its Latin letters and digits, in lower case.
pub fn key(name: &str) -> String {
    latin(name).chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase()
}

/// A name in Latin letters without accents.
pub fn latin(name: &str) -> String {
    deunicode(name)
}
