//! What a user knows better than the network: links closed, slower or dearer, by their stable ids.

use trimodal_model::network::LinkId;

/// A change to one link.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Change {
    /// No traffic.
    Close,
    /// Running speed, km/h.
    SpeedKmh(f64),
    /// Times the cost of moving.
    CostFactor(f64),
}

/// Changes by link, with who says so and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Override {
    /// The link.
    pub link: LinkId,
    /// What changes.
    pub change: Change,
    /// Who says so.
    pub author: String,
    /// Why.
    pub reason: String,
}
