//! Hashes: of descriptions, of traces, and of the keys of random streams. Each algorithm has one implementation.
//!
//! None of them is cryptographic: they detect accidental differences only.

/// 64-bit FNV-1a (G. Fowler, L. C. Noll, K.-P. Vo, 1991), fed piece by piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fnv1a(u64);

impl Default for Fnv1a {
    fn default() -> Self {
        Fnv1a(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv1a {
    /// The hash of some bytes.
    pub fn of(bytes: &[u8]) -> u64 {
        Fnv1a::default().with(bytes).finish()
    }

    /// The same, with more bytes at its end.
    #[must_use]
    pub fn with(self, bytes: &[u8]) -> Self {
        let step = |h: u64, b: &u8| (h ^ u64::from(*b)).wrapping_mul(0x0000_0100_0000_01b3);
        Fnv1a(bytes.iter().fold(self.0, step))
    }

    /// The same, with a text and an end mark, so that `ab`, `c` differs from `a`, `bc`.
    #[must_use]
    pub fn with_text(self, text: &str) -> Self {
        self.with(text.as_bytes()).with(&[0xff])
    }

    /// The hash so far.
    pub fn finish(self) -> u64 {
        self.0
    }
}

/// One step of SplitMix64 (G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators",
/// OOPSLA 2014): neighbouring inputs give unrelated outputs.
pub fn split_mix(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_values() {
        // From the authors' test vectors.
        assert_eq!(Fnv1a::of(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(Fnv1a::of(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(Fnv1a::of(b"foobar"), 0x8594_4171_f739_67e8);
        let apart =
            |parts: [&str; 2]| parts.iter().fold(Fnv1a::default(), |h, p| h.with_text(p)).finish();
        assert_ne!(apart(["ab", "c"]), apart(["a", "bc"]));
    }
}
