//! The file of a network that `world build` makes: an archive with the packed network and the paths of services.

use std::collections::HashMap;
use std::io::{Cursor, Read, Write};

use serde::{Deserialize, Serialize};
use trimodal_formats::Source;
use trimodal_model::Note;
use trimodal_model::digest::Fnv1a;
use trimodal_model::network::{Network, Passage, PassageKind};
use trimodal_model::problem::{DAMAGED, Problem, Problems};
use trimodal_world::Gazetteer;
use trimodal_world::pack::{Packed, pack};

use super::Own;
use crate::world::World;

const NETWORK: &str = "network.bin";
const PATHS: &str = "service_paths.csv";
const ABOUT: &str = "about.txt";
/// Speeds of links, km/h, and ferries that the tables of the program do not have. Networks of before lack them.
const SPEEDS: &str = "speeds.bin";
const FERRIES: &str = "ferries.csv";
/// Neither part of the archive may unpack to more.
const MOST_BYTES: u64 = 1 << 30;

/// The parts of an archive.
pub struct Parts {
    network: Vec<u8>,
    paths: String,
    about: String,
    speeds: Vec<u8>,
    ferries: Vec<u8>,
}

/// A ferry of an extract, or the hours that it gives one of the embedded world.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FerryRow {
    pub id: String,
    pub name: String,
    pub hours: f64,
}

/// The parts of a source, if it is such an archive; a damaged one is a problem.
pub fn parts(source: &Source) -> Option<Result<Parts, Problems>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(source.bytes())).ok()?;
    archive.index_for_name(NETWORK)?;
    let there = [SPEEDS, FERRIES].map(|name| archive.index_for_name(name).is_some());
    let mut read = |name: &str| {
        let mut bytes = Vec::new();
        let file = archive.by_name(name).map_err(|e| e.to_string())?;
        file.take(MOST_BYTES).read_to_end(&mut bytes).map_err(|e| e.to_string())?;
        Ok::<_, String>(bytes)
    };
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let parts = read(NETWORK).and_then(|network| {
        let (paths, about) = (text(read(PATHS)?), text(read(ABOUT)?));
        let mut maybe = |name, is_there| if is_there { read(name) } else { Ok(Vec::new()) };
        let (speeds, ferries) = (maybe(SPEEDS, there[0])?, maybe(FERRIES, there[1])?);
        Ok(Parts { network, paths, about, speeds, ferries })
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
    network.link_kmh = speeds(&parts.speeds, network.links()).map_err(|e| damaged(source, e))?;
    ferries(&mut network, &parts.ferries).map_err(|e| damaged(source, &e))?;
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

/// The speeds of the links: of each, or of none.
fn speeds(bytes: &[u8], links: usize) -> Result<Vec<f32>, &'static str> {
    let (words, rest) = bytes.as_chunks::<4>();
    let speeds: Vec<f32> = words.iter().map(|word| f32::from_le_bytes(*word)).collect();
    let sound = rest.is_empty()
        && (speeds.is_empty() || speeds.len() == links)
        && speeds.iter().all(|kmh| (0.0..=1_000.0).contains(kmh));
    if sound { Ok(speeds) } else { Err("its speeds are not those of its links") }
}

/// Gives the ferries what the archive says of them.
fn ferries(network: &mut Network, table: &[u8]) -> Result<(), String> {
    let mut at: HashMap<String, usize> = HashMap::new();
    for (i, passage) in network.passages.iter().enumerate() {
        at.insert(passage.id.clone(), i);
    }
    for row in csv::Reader::from_reader(table).deserialize() {
        let row: FerryRow = row.map_err(|e| format!("{FERRIES}: {e}"))?;
        let sound = row.hours > 0.0 && row.hours < 10_000.0;
        let position = at.get(&row.id).filter(|_| sound);
        let position =
            position.ok_or_else(|| format!("{FERRIES}: `{}` is no ferry of it", row.id))?;
        let passage = &mut network.passages[*position];
        if passage.kind != PassageKind::Ferry {
            let (id, name, kind) = (row.id, row.name, PassageKind::Ferry);
            *passage = Passage { id, name, kind, ..Passage::default() };
        }
        passage.transit_h = row.hours;
    }
    Ok(())
}

/// The archive of a network.
pub fn packed(
    network: &Network,
    order: &[u32],
    ferries: &[FerryRow],
    paths: &str,
    about: &[String],
) -> std::io::Result<Vec<u8>> {
    // The land and the places are those of the program.
    let bare = Network { land: Default::default(), ..network.clone() };
    let bytes = pack(&bare, &Gazetteer::default(), order)?;
    let speeds: Vec<u8> = network.link_kmh.iter().flat_map(|kmh| kmh.to_le_bytes()).collect();
    let mut table = csv::Writer::from_writer(Vec::new());
    ferries.iter().try_for_each(|row| table.serialize(row)).map_err(std::io::Error::other)?;
    let table = table.into_inner().map_err(|e| std::io::Error::other(e.to_string()))?;
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let packed = zip::write::SimpleFileOptions::default();
    for (name, content) in [
        (NETWORK, &bytes[..]),
        (PATHS, paths.as_bytes()),
        (SPEEDS, &speeds),
        (FERRIES, &table),
        (ABOUT, about.join("\n").as_bytes()),
    ] {
        archive.start_file(name, packed).map_err(std::io::Error::other)?;
        archive.write_all(content)?;
    }
    archive.finish().map(Cursor::into_inner).map_err(std::io::Error::other)
}
