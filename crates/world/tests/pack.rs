//! The packed file: what goes in comes out, and damage is found.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use trimodal_world::PACKED;
use trimodal_world::pack::{Packed, pack};

/// Opens a file and reads all of it.
fn read(bytes: &[u8]) -> bool {
    Packed::open(bytes)
        .is_ok_and(|p| p.network().is_ok() && p.places().is_ok() && p.order().is_ok())
}

#[test]
fn packing_what_was_read_gives_the_same_bytes() {
    let packed = Packed::open(PACKED).expect("the embedded world");
    let (network, places) = (packed.network().expect("it"), packed.places().expect("them"));
    assert!(network.links() > 500_000 && places.len() > 100_000);
    let order = packed.order().expect("it");
    let again = pack(&network, &places, &order).expect("packed");
    assert!(again == PACKED, "the file is not what the recipe would write");
}

#[test]
fn it_is_small() {
    assert!(PACKED.len() <= 15_000_000, "{} bytes", PACKED.len());
}

#[test]
fn a_flipped_bit_is_found() {
    let mut rng = Pcg64Mcg::seed_from_u64(5);
    // The header bit by bit, the rest at random.
    let places: Vec<usize> =
        (0..48).chain((0..60).map(|_| rng.random_range(0..PACKED.len()))).collect();
    let mut bytes = PACKED.to_vec();
    for at in places {
        let bit = 1 << rng.random_range(0..8);
        bytes[at] ^= bit;
        assert!(!read(&bytes), "a flipped bit at {at} is not noticed");
        bytes[at] ^= bit;
    }
    assert!(read(&bytes));
}

#[test]
fn a_cut_file_is_found() {
    for share in 0..40 {
        assert!(!read(&PACKED[..PACKED.len() * share / 40]));
    }
    assert!(!read(b"TRIMODAL"));
    assert!(!read(&[PACKED, &[0]].concat()), "bytes after the end");
}
