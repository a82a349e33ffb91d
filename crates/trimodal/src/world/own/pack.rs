//! The file of a network that `world build` makes: an archive with the packed network and the paths of services.

use std::io::{Cursor, Read, Write};

use trimodal_formats::Source;
use trimodal_model::Note;
use trimodal_model::digest::Fnv1a;
use trimodal_model::network::Network;
use trimodal_model::problem::{DAMAGED, Problem, Problems};
use trimodal_world::Gazetteer;
use trimodal_world::pack::{Packed, pack};

use super::Own;
use crate::world::World;

const NETWORK: &str = "network.bin";
const PATHS: &str = "service_paths.csv";
const ABOUT: &str = "about.txt";
/// Neither part of the archive may unpack to more.
const MOST_BYTES: u64 = 1 << 30;

/// The parts of an archive.
pub struct Parts {
    network: Vec<u8>,
    paths: String,
    about: String,
}

/// The parts of a source, if it is such an archive; a damaged one is a problem.
pub fn parts(source: &Source) -> Option<Result<Parts, Problems>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(source.bytes())).ok()?;
    archive.index_for_name(NETWORK)?;
    let mut read = |name: &str| {
        let mut bytes = Vec::new();
        let file = archive.by_name(name).map_err(|e| e.to_string())?;
        file.take(MOST_BYTES).read_to_end(&mut bytes).map_err(|e| e.to_string())?;
        Ok::<_, String>(bytes)
    };
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let parts = read(NETWORK).and_then(|network| {
        Ok(Parts { network, paths: text(read(PATHS)?), about: text(read(ABOUT)?) })
    });
    Some(parts.map_err(|e| damaged(source, &e)))
}

fn damaged(source: &Source, why: &str) -> Problems {
    let message = format!("the network cannot be read: {why}");
    let hint = "make it again with `trimodal world build`";
    Problem::new(DAMAGED, message).at(&source.name, 0, 0).hint(hint).into()
}

/// The world of an archive.
pub fn load(
    embedded: World,
    source: &Source,
    parts: Parts,
) -> Result<(World, Vec<Note>), Problems> {
    let refused = |e: trimodal_world::pack::Damage| damaged(source, &e.to_string());
    let packed = Packed::open(&parts.network).map_err(refused)?;
    let mut network = packed.network().map_err(refused)?;
    let mut order = packed.order().map_err(refused)?;
    let mut seen = vec![false; network.nodes()];
    order.retain(|node| {
        seen.get_mut(*node as usize).is_some_and(|seen| !std::mem::replace(seen, true))
    });
    trimodal_world::apply_tables(&mut network);
    network.land = embedded.network.land.clone();
    let own = Own {
        name: source.name.clone(),
        digest: Fnv1a::of(source.bytes()),
        paths: Some(parts.paths),
        order: order.into(),
        attribution: parts.about.lines().map(String::from).collect(),
        ..Own::default()
    };
    Ok((embedded.replaced(network, own), Vec::new()))
}

/// The archive of a network.
pub fn packed(
    network: &Network,
    order: &[u32],
    paths: &str,
    about: &[String],
) -> std::io::Result<Vec<u8>> {
    // The land and the places are those of the program.
    let bare = Network { land: Default::default(), ..network.clone() };
    let bytes = pack(&bare, &Gazetteer::default(), order)?;
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let packed = zip::write::SimpleFileOptions::default();
    for (name, content) in
        [(NETWORK, &bytes[..]), (PATHS, paths.as_bytes()), (ABOUT, about.join("\n").as_bytes())]
    {
        archive.start_file(name, packed).map_err(std::io::Error::other)?;
        archive.write_all(content)?;
    }
    archive.finish().map(Cursor::into_inner).map_err(std::io::Error::other)
}
