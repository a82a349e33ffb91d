//! A packed world: whatever the bytes, an error or a network, never a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trimodal_world::pack::Packed;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(packed) = Packed::open(bytes) {
        let _ = packed.network();
        let _ = packed.places();
        let _ = packed.order();
    }
});
