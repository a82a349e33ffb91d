//! Names that are spelled alike, for hints.

use std::collections::HashMap;

use crate::gazetteer::{Gazetteer, Position, key};

/// Search keys by length and first letter, each with the set of its letters, so that few are compared letter by letter.
pub struct Spellings(HashMap<(u8, u8), Vec<(u64, u32)>>);

impl Spellings {
    /// Sorts the keys of a gazetteer.
    pub fn new(places: &Gazetteer) -> Spellings {
        let mut all: HashMap<(u8, u8), Vec<(u64, u32)>> = HashMap::new();
        for (k, text) in places.keys().enumerate() {
            if (3..40).contains(&text.len()) {
                let of = (text.len() as u8, text.as_bytes()[0]);
                all.entry(of).or_default().push((letters(text), k as u32));
            }
        }
        Spellings(all)
    }

    /// The places whose names are most like `name`, best first, at most five.
    pub fn like(&self, places: &Gazetteer, name: &str) -> Vec<Position> {
        let wanted = key(name);
        let bytes = wanted.as_bytes();
        // A short word is like too many others.
        if !(5..40).contains(&wanted.len()) {
            return Vec::new();
        }
        let most = if wanted.len() < 9 { 1 } else { 2 };
        let mine = letters(&wanted);
        let mut first = vec![bytes[0], bytes[1]];
        first.dedup();
        let mut scored = Vec::new();
        for len in bytes.len() - most..=bytes.len() + most {
            let near = first.iter().filter_map(|f| self.0.get(&(len as u8, *f)));
            for (set, k) in near.flatten() {
                if (set ^ mine).count_ones() as usize > 2 * most {
                    continue;
                }
                let (text, place) = (places.key(*k as usize), places.keys[*k as usize].place);
                let d = strsim::osa_distance(text, &wanted);
                if d <= most {
                    let people = places.population[place as usize];
                    scored.push((d, std::cmp::Reverse(people), place));
                }
            }
        }
        scored.sort_unstable();
        let mut found: Vec<Position> = Vec::new();
        for (_, _, place) in scored {
            if !found.contains(&place) && found.len() < 5 {
                found.push(place);
            }
        }
        found
    }
}

/// The letters and digits of a key as bits.
fn letters(text: &str) -> u64 {
    text.bytes().fold(0, |set, b| set | 1 << (b % 64))
}
