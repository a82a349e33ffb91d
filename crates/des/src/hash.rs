//! Hashes of the engine: FNV-1a (G. Fowler, L. C. Noll, K.-P. Vo, 1991) for keys and traces, the finaliser of
//! SplitMix64 (G. Steele, D. Lea, C. Flood, 2014) where neighbouring numbers must give unrelated streams.

/// The hash of no bytes.
pub const EMPTY: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a extended by one byte, or, for traces, by one word.
#[inline]
pub fn add(hash: u64, word: u64) -> u64 {
    (hash ^ word).wrapping_mul(0x0000_0100_0000_01b3)
}

/// Increment of SplitMix64's counter.
pub const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// The finaliser of SplitMix64.
#[inline]
pub fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
