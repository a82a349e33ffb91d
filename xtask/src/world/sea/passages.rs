//! Gates that name straits and canals, and barriers that ships do not cross: links by the lines that they cross.

use trimodal_model::network::NONE;

use super::super::sphere::{At, along, km};
use super::super::tables::{Barrier, Passage};
use super::shore::meets;

/// A link is compared with lines in pieces of at most this length.
const PIECE_KM: f64 = 60.0;

/// A great circle of the longest link goes no farther north or south than this beyond its ends, degrees.
const ARCH_DEG: f64 = 3.0;

/// Calls `visit` with the straight pieces of a great circle until it says yes.
fn any_piece(a: At, b: At, visit: impl Fn(At, At) -> bool) -> bool {
    let pieces = (km(a, b) / PIECE_KM).ceil().max(1.0) as u32;
    let mut before = a;
    (1..=pieces).any(|i| {
        let here = if i == pieces { b } else { along(a, b, f64::from(i) / f64::from(pieces)) };
        let found = visit(before, here);
        before = here;
        found
    })
}

/// The passage that a link crosses the gate of, or none. Of several it is the first of the table.
pub fn of(gates: &[Passage], a: At, b: At) -> u16 {
    let crossed = |g: &Passage| {
        let (c, d) = ([g.lon_a, g.lat_a], [g.lon_b, g.lat_b]);
        near(a, b, &[c, d]) && any_piece(a, b, |p, q| meets(p, q, c, d))
    };
    gates.iter().position(crossed).map_or(NONE, |g| g as u16)
}

/// Whether a link crosses a barrier.
pub fn barred(barriers: &[Barrier], a: At, b: At) -> bool {
    barriers.iter().any(|barrier| {
        let line = barrier.line();
        near(a, b, &line)
            && any_piece(a, b, |p, q| line.windows(2).any(|w| meets(p, q, w[0], w[1])))
    })
}

/// Whether a link may come near a line: its latitudes overlap those of the line.
fn near(a: At, b: At, line: &[At]) -> bool {
    let south = a[1].min(b[1]) - ARCH_DEG;
    let north = a[1].max(b[1]) + ARCH_DEG;
    line.iter().any(|p| p[1] >= south) && line.iter().any(|p| p[1] <= north)
}
