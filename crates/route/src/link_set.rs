//! A set of links that is asked about for every link of a network.

use std::collections::BTreeSet;

use trimodal_model::network::LinkId;

/// Bits of the sieve.
const BITS: usize = 1 << 12;

/// Some links. A sieve tells at once of most links that they are not among them.
#[derive(Debug, Clone, Default)]
pub struct LinkSet {
    all: BTreeSet<LinkId>,
    /// A bit for each of the last digits; empty until a link is put in.
    sieve: Vec<u64>,
}

impl PartialEq for LinkSet {
    fn eq(&self, other: &Self) -> bool {
        self.all == other.all
    }
}

impl Eq for LinkSet {}

impl LinkSet {
    /// Puts a link in.
    pub fn insert(&mut self, link: LinkId) {
        if self.sieve.is_empty() {
            self.sieve = vec![0; BITS / 64];
        }
        let bit = link.ix() % BITS;
        self.sieve[bit / 64] |= 1 << (bit % 64);
        self.all.insert(link);
    }

    /// Takes a link out, and tells whether it was in.
    pub fn remove(&mut self, link: LinkId) -> bool {
        self.all.remove(&link)
    }

    /// Whether a link is in.
    #[inline]
    pub fn has(&self, link: LinkId) -> bool {
        let bit = link.ix() % BITS;
        self.sieve.get(bit / 64).is_some_and(|bits| bits >> (bit % 64) & 1 == 1)
            && self.all.contains(&link)
    }
}

impl Extend<LinkId> for LinkSet {
    fn extend<T: IntoIterator<Item = LinkId>>(&mut self, links: T) {
        links.into_iter().for_each(|l| self.insert(l));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_is_in_and_nothing_else() {
        let mut set = LinkSet::default();
        assert!(!set.has(LinkId::at(7)));
        set.extend([7, 7 + BITS, 90_000].map(LinkId::at));
        let held = (0..100_000).map(LinkId::at).filter(|l| set.has(*l)).count();
        assert_eq!(held, 3);
        assert!(set.remove(LinkId::at(7)) && !set.has(LinkId::at(7)));
        assert!(set.has(LinkId::at(7 + BITS)));
    }
}
