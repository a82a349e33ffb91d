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
    /// The capital of each country, or [`NO_PLACE`].
    pub capital: Vec<u32>,
    /// States and provinces, `US.GA`; the first is none.
    pub states: Vec<String>,
    /// Position in `states`.
    pub state: Vec<u16>,
    /// UN/LOCODEs in order, five letters each, concatenated.
    pub codes: Vec<u8>,
    /// The place of each code.
    pub code_place: Vec<u32>,
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

/// No place.
pub const NO_PLACE: u32 = u32::MAX;

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

    /// A key by its position.
    pub fn key(&self, k: usize) -> &str {
        let start = if k == 0 { 0 } else { self.keys[k - 1].end as usize };
        std::str::from_utf8(&self.key_text[start..self.keys[k].end as usize]).unwrap_or("")
    }

    /// Every place with this name, its own or another, largest first.
    pub fn find(&self, name: &str) -> Vec<Position> {
        self.find_key(&key(name))
    }

    /// The same by a search key.
    pub fn find_key(&self, wanted: &str) -> Vec<Position> {
        if wanted.is_empty() {
            return Vec::new();
        }
        let from = self.lower_bound(wanted);
        let mut found: Vec<Position> = (from..self.keys.len())
            .take_while(|k| self.key(*k) == wanted)
            .map(|k| self.keys[k].place)
            .collect();
        found.sort_by_key(|p| (std::cmp::Reverse(self.population[*p as usize]), *p));
        found.dedup();
        found
    }

    /// The place of a UN/LOCODE in capitals.
    pub fn place_of_code(&self, code: &str) -> Option<Position> {
        let wanted = code.as_bytes();
        let at = |i: usize| &self.codes[5 * i..5 * i + 5];
        let (mut low, mut high) = (0, self.code_place.len());
        while low < high {
            let middle = (low + high) / 2;
            if at(middle) < wanted { low = middle + 1 } else { high = middle }
        }
        (low < self.code_place.len() && at(low) == wanted).then(|| self.code_place[low])
    }

    /// Whether a place is the capital of its country.
    pub fn is_capital(&self, place: Position) -> bool {
        self.capital.get(usize::from(self.country[place as usize])) == Some(&place)
    }

    /// The position of the first key that is not before this one.
    pub fn lower_bound(&self, wanted: &str) -> usize {
        let (mut low, mut high) = (0, self.keys.len());
        while low < high {
            let middle = (low + high) / 2;
            if self.key(middle) < wanted { low = middle + 1 } else { high = middle }
        }
        low
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
