//! The packed file: a header, then four parts, each a zstd frame of varints.
//!
//! ```text
//! "TRIMODAL"  8 bytes
//! version     u32, little-endian
//! for the network, the places, the order, the land: compressed length u32, plain length u32, CRC-32 u32
//! the four parts
//! ```
//!
//! Data are stored by column, because similar values compress well. Coordinates and positions are
//! stored as differences, signed ones in zigzag.

mod coding;
mod places;

use thiserror::Error;
use trimodal_model::land::Land;
use trimodal_model::network::{
    Border, BorderDelay, Flags, Layer, NONE, Network, NodeId, Passage, Terminal, TerminalKind,
};
use trimodal_model::scenario::Mode;

use self::coding::{Reader, Writer};
use self::places::{read_places, write_places};
use crate::gazetteer::Gazetteer;

const MAGIC: &[u8; 8] = b"TRIMODAL";
/// Version of the packed form.
pub const VERSION: u32 = 4;
const PARTS: usize = 4;
const HEADER: usize = 8 + 4 + PARTS * 12;

/// Why a packed file cannot be read.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum Damage {
    /// It is another kind of file.
    #[error("not a packed Trimodal network")]
    NotOurs,
    /// It has the version of another release of the program.
    #[error("packed version {0}, but this program reads {VERSION}: build the network again")]
    OtherVersion(u32),
    /// Bytes are missing or changed.
    #[error("the packed network is damaged: {0}")]
    Broken(&'static str),
}

const CUT: Damage = Damage::Broken("it ends too early");

/// A packed world, its parts still compressed, each with its uncompressed length.
pub struct Packed<'a> {
    parts: [(&'a [u8], usize); PARTS],
}

impl<'a> Packed<'a> {
    /// Verifies the header and the checksums.
    pub fn open(bytes: &'a [u8]) -> Result<Self, Damage> {
        if bytes.len() < HEADER || &bytes[..8] != MAGIC {
            return Err(Damage::NotOurs);
        }
        let word = |at: usize| {
            u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
        };
        if word(8) != VERSION {
            return Err(Damage::OtherVersion(word(8)));
        }
        let mut parts = [(bytes, 0); PARTS];
        let mut at = HEADER;
        for (i, part) in parts.iter_mut().enumerate() {
            let head = 12 + 12 * i;
            let packed = bytes.get(at..at + word(head) as usize).ok_or(CUT)?;
            if crc32fast::hash(packed) != word(head + 8) {
                return Err(Damage::Broken("a checksum does not match"));
            }
            *part = (packed, word(head + 4) as usize);
            at += packed.len();
        }
        if bytes.len() > at {
            return Err(Damage::Broken("there are bytes after the end"));
        }
        Ok(Packed { parts })
    }

    fn part<T>(&self, i: usize, read: fn(&mut Reader) -> Result<T, Damage>) -> Result<T, Damage> {
        let plain = plain(self.parts[i].0, self.parts[i].1)?;
        let mut r = Reader { bytes: &plain, at: 0 };
        let read = read(&mut r)?;
        r.end()?;
        Ok(read)
    }

    /// Unpacks and indexes the network.
    pub fn network(&self) -> Result<Network, Damage> {
        let mut network = self.part(0, read_network)?;
        network.land = self.part(3, read_land)?;
        network.index();
        Ok(network)
    }

    /// Unpacks the places.
    pub fn places(&self) -> Result<Gazetteer, Damage> {
        self.part(1, read_places)
    }

    /// Unpacks the end of the order in which the nodes of the network are contracted.
    pub fn order(&self) -> Result<Vec<u32>, Damage> {
        self.part(2, read_order)
    }
}

fn plain(part: &[u8], len: usize) -> Result<Vec<u8>, Damage> {
    let plain = zstd::bulk::decompress(part, len).map_err(|_| Damage::Broken("zstd"))?;
    if plain.len() == len { Ok(plain) } else { Err(Damage::Broken("a length does not match")) }
}

/// Packs a world. The same world gives the same bytes.
pub fn pack(network: &Network, places: &Gazetteer, order: &[u32]) -> std::io::Result<Vec<u8>> {
    let mut parts: [Writer; PARTS] = std::array::from_fn(|_| Writer::default());
    write_network(&mut parts[0], network);
    write_places(&mut parts[1], places);
    write_order(&mut parts[2], order);
    write_land(&mut parts[3], &network.land);
    let mut head = MAGIC.to_vec();
    head.extend(VERSION.to_le_bytes());
    let mut body = Vec::new();
    for part in &parts {
        let packed = zstd::bulk::compress(&part.0, 19)?;
        for word in [packed.len() as u32, part.0.len() as u32, crc32fast::hash(&packed)] {
            head.extend(word.to_le_bytes());
        }
        body.extend(packed);
    }
    head.extend(body);
    Ok(head)
}

fn write_network(w: &mut Writer, n: &Network) {
    w.texts(&n.countries);
    w.texts(&n.passages.iter().map(|p| p.id.clone()).collect::<Vec<_>>());
    w.number(n.nodes() as u64);
    w.runs(n.node_layer.iter().map(|l| layer_code(*l)));
    w.runs(n.node_country.iter().map(|c| u64::from(*c)));
    w.points(&n.node_e3);
    w.number(n.links() as u64);
    w.deltas(n.tail.iter().map(|t| i64::from(t.0)));
    for (t, h) in n.tail.iter().zip(&n.head) {
        w.signed(i64::from(h.0) - i64::from(t.0));
    }
    n.raw_m.iter().for_each(|m| w.number(u64::from(*m)));
    w.runs(n.flags.iter().map(|f| u64::from(f.0)));
    w.runs(n.link_passage.iter().map(|p| u64::from(*p)));
    w.runs(n.link_border.iter().map(|b| u64::from(*b)));
    for pair in n.shape_first.windows(2) {
        w.number(u64::from(pair[1] - pair[0]));
    }
    for (l, pair) in n.shape_first.windows(2).enumerate() {
        let start = n.node_e3[n.tail[l].ix()];
        w.points_from(start, &n.shape[pair[0] as usize..pair[1] as usize]);
    }
    w.number(n.terminals.len() as u64);
    for t in &n.terminals {
        w.text(&t.id);
        w.text(&t.name);
        w.number(t.kind as u64);
        w.number(u64::from(t.country));
        w.points(&[t.at_e3]);
        w.number(t.transfers.len() as u64);
        for (a, b) in &t.transfers {
            w.number(u64::from(a.0));
            w.signed(i64::from(b.0) - i64::from(a.0));
        }
    }
    w.number(n.borders.len() as u64);
    for b in &n.borders {
        w.text(&b.id);
        w.text(&b.name);
        w.number(u64::from(b.mode == Mode::Road));
        w.number(u64::from(b.countries[0]));
        w.number(u64::from(b.countries[1]));
        w.points(&[b.at_e3]);
    }
}

fn write_land(w: &mut Writer, land: &Land) {
    w.number(u64::from(land.step_e3));
    w.number(land.first.len() as u64);
    w.deltas(land.first.iter().map(|f| i64::from(*f)));
    for row in land.first.windows(2) {
        w.deltas(land.changes[row[0] as usize..row[1] as usize].iter().map(|c| i64::from(*c)));
    }
}

fn read_land(r: &mut Reader) -> Result<Land, Damage> {
    let step_e3 = small(r.number()?)?;
    let rows = r.count()?;
    let mut first = Vec::with_capacity(rows);
    let mut before = 0_i64;
    for _ in 0..rows {
        before = before.wrapping_add(r.signed()?);
        first.push(u32::try_from(before).map_err(|_| RANGE)?);
    }
    let sound = first.is_empty() || (step_e3 > 0 && first[0] == 0 && first.is_sorted());
    if !sound {
        return Err(RANGE);
    }
    r.enough(first.last().map_or(0, |f| *f as usize))?;
    let mut changes = Vec::with_capacity(first.last().map_or(0, |f| *f as usize));
    for row in first.windows(2) {
        let mut at = 0_i64;
        for _ in row[0]..row[1] {
            at = at.wrapping_add(r.signed()?);
            changes.push(u16::try_from(at).map_err(|_| RANGE)?);
        }
    }
    Ok(Land { step_e3, first, changes })
}

fn read_network(r: &mut Reader) -> Result<Network, Damage> {
    let mut n = Network { countries: r.texts()?, length_factor: [1.0; 3], ..Network::default() };
    let named = |id| Passage { id, ..Passage::default() };
    n.passages = r.texts()?.into_iter().map(named).collect();
    let nodes = r.count()?;
    n.node_layer = r.runs(nodes, |c| Ok(layer_of(c)))?;
    n.node_country = r.runs(nodes, small)?;
    n.node_e3 = r.points(nodes)?;
    let links = r.count()?;
    let mut tail = 0_i64;
    for _ in 0..links {
        tail = tail.wrapping_add(r.signed()?);
        n.tail.push(node(tail, nodes)?);
    }
    for l in 0..links {
        n.head.push(node(i64::from(n.tail[l].0).wrapping_add(r.signed()?), nodes)?);
    }
    for _ in 0..links {
        n.raw_m.push(u32::try_from(r.number()?).map_err(|_| RANGE)?);
    }
    n.flags = r.runs(links, |v| u8::try_from(v).map(Flags).map_err(|_| RANGE))?;
    n.link_passage = r.runs(links, small)?;
    n.link_border = r.runs(links, small)?;
    n.shape_first = vec![0];
    let mut points = 0_u64;
    for _ in 0..links {
        points = r.number()?.saturating_add(points);
        n.shape_first.push(u32::try_from(points).map_err(|_| RANGE)?);
    }
    r.enough(points as usize)?;
    n.shape.reserve(points as usize);
    for l in 0..links {
        let start = n.node_e3[n.tail[l].ix()];
        let count = (n.shape_first[l + 1] - n.shape_first[l]) as usize;
        r.points_from(start, count, &mut n.shape)?;
    }
    for _ in 0..r.count()? {
        n.terminals.push(read_terminal(r, nodes)?);
    }
    for _ in 0..r.count()? {
        n.borders.push(Border {
            id: r.text()?,
            name: r.text()?,
            mode: if r.number()? == 1 { Mode::Road } else { Mode::Rail },
            countries: [small(r.number()?)?, small(r.number()?)?],
            at_e3: r.points(1)?[0],
            stop: BorderDelay::default(),
        });
    }
    if is_sound(&n) { Ok(n) } else { Err(RANGE) }
}

/// Whether what nodes, links, terminals and borders refer to is there, and all of it is on the Earth.
fn is_sound(n: &Network) -> bool {
    let known = |position: &u16, of: usize| *position == NONE || usize::from(*position) < of;
    let country = |position: &u16| known(position, n.countries.len());
    let on_earth = |at: &[i32; 2]| at[0].abs() <= 90_000 && at[1].abs() <= 360_000;
    n.node_country.iter().all(country)
        && n.terminals.iter().all(|t| country(&t.country) && on_earth(&t.at_e3))
        && n.borders.iter().all(|b| b.countries.iter().all(country) && on_earth(&b.at_e3))
        && n.link_passage.iter().all(|p| known(p, n.passages.len()))
        && n.link_border.iter().all(|b| known(b, n.borders.len()))
        && n.node_e3.iter().chain(&n.shape).all(on_earth)
}

fn read_terminal(r: &mut Reader, nodes: usize) -> Result<Terminal, Damage> {
    let (id, name) = (r.text()?, r.text()?);
    let kind = match r.number()? {
        0 => TerminalKind::Port,
        1 => TerminalKind::RailRoad,
        2 => TerminalKind::GaugeChange,
        _ => return Err(RANGE),
    };
    let country = small(r.number()?)?;
    let at_e3 = r.points(1)?[0];
    let mut transfers = Vec::new();
    for _ in 0..r.count()? {
        let a = r.number()? as i64;
        transfers.push((node(a, nodes)?, node(a.wrapping_add(r.signed()?), nodes)?));
    }
    Ok(Terminal { id, name, kind, country, at_e3, transfers })
}

fn write_order(w: &mut Writer, order: &[u32]) {
    w.number(order.len() as u64);
    w.deltas(order.iter().map(|v| i64::from(*v)));
}

fn read_order(r: &mut Reader) -> Result<Vec<u32>, Damage> {
    let count = r.count()?;
    r.enough(count)?;
    let mut before = 0_i64;
    let mut next = || {
        before = before.wrapping_add(r.signed()?);
        u32::try_from(before).map_err(|_| RANGE)
    };
    (0..count).map(|_| next()).collect()
}

fn layer_code(layer: Layer) -> u64 {
    match layer {
        Layer::Sea => 0,
        Layer::Road => 1,
        Layer::Waterway => 2,
        Layer::Rail(mm) => u64::from(mm),
    }
}

fn layer_of(code: u64) -> Layer {
    match code {
        0 => Layer::Sea,
        1 => Layer::Road,
        2 => Layer::Waterway,
        mm => Layer::Rail(mm as u16),
    }
}

const RANGE: Damage = Damage::Broken("a value is out of range");

fn small(value: u64) -> Result<u16, Damage> {
    u16::try_from(value).map_err(|_| RANGE)
}

fn node(value: i64, nodes: usize) -> Result<NodeId, Damage> {
    u32::try_from(value).ok().filter(|v| (*v as usize) < nodes).map(NodeId).ok_or(RANGE)
}
