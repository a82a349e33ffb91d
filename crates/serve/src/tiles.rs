//! The embedded network as vector tiles (Mapbox Vector Tile 2, Web Mercator).
//!
//! Far out, links that look alike on the grid of the tile are drawn once and have no ids; from
//! [`IDS_FROM`] on each link is a feature of its own.

use std::collections::{BTreeMap, HashMap, HashSet};

use fast_mvt::{MvtCoord, MvtGeomType, MvtLayerBuilder, MvtResult, MvtValueRef};
use line_clipping::{LineSegment, Point, Window, cohen_sutherland::clip_line};
use rstar::{AABB, RTree, RTreeObject};
use trimodal::electrification::{Electrification, State};
use trimodal::model::network::{Flags, LinkId, NONE, Network, degrees};

/// Units along the side of a tile.
const EXTENT: f64 = 4096.0;
/// Units drawn beyond each side, so that lines meet.
const BUFFER: f64 = 64.0;
/// The zoom from which links have ids.
pub const IDS_FROM: u8 = 7;
/// The zoom from which terminals and borders are drawn.
const POINTS_FROM: u8 = 4;
/// Tiles to this zoom are drawn once.
const KEPT_TO: u8 = 2;
/// The last zoom: maps enlarge its tiles.
pub const LAST_ZOOM: u8 = 10;

/// The zoom from which the points between the ends of a link are drawn: before it they fall together.
const SHAPES_FROM: u8 = 5;

/// The links of a network by their position.
pub struct Tiles {
    tree: RTree<LinkBox>,
    /// Whether each link is electrified; none where it has no track.
    electrified: Vec<Option<State>>,
    /// Tiles far out, which take long to draw and are looked at first.
    kept: HashMap<(u8, u32, u32), Vec<u8>>,
    /// Terminals and borders, on the square of the projection.
    terminals: Vec<[f64; 2]>,
    borders: Vec<[f64; 2]>,
}

/// The box of a link on the square of the projection.
struct LinkBox {
    link: LinkId,
    low: [f64; 2],
    high: [f64; 2],
    /// Worlds to the east in which it is drawn, for links across 180 degrees.
    shift: f64,
}

impl RTreeObject for LinkBox {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners(self.low, self.high)
    }
}

/// A tile: where it is on the square of the projection.
#[derive(Clone, Copy)]
struct Frame {
    zoom: u8,
    corner: [f64; 2],
    side: f64,
}

impl Frame {
    /// A point of the square in units of the tile.
    fn units(&self, at: [f64; 2]) -> [f64; 2] {
        [0, 1].map(|i| (at[i] - self.corner[i]) / self.side * EXTENT)
    }

    fn has(&self, at: [f64; 2]) -> bool {
        self.units(at).iter().all(|u| (0.0..EXTENT).contains(u))
    }

    /// The side of the cells of which far out each is one point. It divides the side of a tile, so that cells are
    /// the same in the tiles beside it.
    fn cell(&self) -> i32 {
        match self.zoom {
            0 => 32,
            1..=4 => 16,
            _ => 8,
        }
    }

    /// The grid on which lines are drawn.
    fn grid(&self) -> f64 {
        if self.zoom < IDS_FROM { 1.0 } else { 2.0 }
    }
}

/// How a line looks far out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Look {
    mode: &'static str,
    gauge: u16,
    /// Those that are electrified are drawn last: over others beside them.
    electrified: Option<State>,
    closed: bool,
}

impl Tiles {
    /// Indexes the links of a network: a third of a second.
    pub fn new(n: &Network, electrification: &Electrification) -> Tiles {
        let mut boxes = Vec::with_capacity(n.links());
        for link in (0..n.links()).map(LinkId::at) {
            let line = projected(&n.line(link));
            let range = |i: usize| {
                let all = || line.iter().map(|p| p[i]);
                (all().fold(f64::MAX, f64::min), all().fold(f64::MIN, f64::max))
            };
            let ((west, east), (north, south)) = (range(0), range(1));
            for shift in [-1.0, 0.0, 1.0].into_iter().filter(|s| east + s >= 0.0 && west + s <= 1.0)
            {
                let (low, high) = ([west + shift, north], [east + shift, south]);
                boxes.push(LinkBox { link, low, high, shift });
            }
        }
        let point = |at_e3: [i32; 2]| {
            let (lat, lon) = degrees(at_e3);
            mercator(lat, lon)
        };
        let mut tiles = Tiles {
            tree: RTree::bulk_load(boxes),
            electrified: (0..n.links()).map(|l| electrification.state(LinkId::at(l))).collect(),
            kept: HashMap::new(),
            terminals: n.terminals.iter().map(|t| point(t.at_e3)).collect(),
            borders: n.borders.iter().map(|b| point(b.at_e3)).collect(),
        };
        let all =
            |zoom: u8| (0..1 << zoom).flat_map(move |x| (0..1 << zoom).map(move |y| (zoom, x, y)));
        for (zoom, x, y) in (0..=KEPT_TO).flat_map(all) {
            tiles.kept.extend(tiles.draw(n, zoom, x, y).map(|tile| ((zoom, x, y), tile)));
        }
        tiles
    }

    /// A tile, or none where there is no such tile.
    pub fn tile(&self, n: &Network, zoom: u8, x: u32, y: u32) -> Option<Vec<u8>> {
        self.kept.get(&(zoom, x, y)).cloned().or_else(|| self.draw(n, zoom, x, y))
    }

    fn draw(&self, n: &Network, zoom: u8, x: u32, y: u32) -> Option<Vec<u8>> {
        if zoom > LAST_ZOOM || x >> zoom > 0 || y >> zoom > 0 {
            return None;
        }
        let side = 1.0 / f64::from(1_u32 << zoom);
        let frame = Frame { zoom, corner: [f64::from(x) * side, f64::from(y) * side], side };
        let mut bytes =
            if zoom < IDS_FROM { self.alike(n, frame) } else { self.links(n, frame) }.ok()?;
        if zoom >= POINTS_FROM {
            bytes.extend(self.terminals(n, frame).ok()?);
            bytes.extend(self.borders(n, frame).ok()?);
        }
        Some(bytes)
    }

    /// The links in a frame in the order of the network, each with its lines in units of the tile.
    fn drawn(&self, n: &Network, frame: Frame) -> Vec<(LinkId, Vec<Vec<[i32; 2]>>)> {
        let margin = frame.side * BUFFER / EXTENT;
        let low = frame.corner.map(|c| c - margin);
        let high = frame.corner.map(|c| c + frame.side + margin);
        let mut found: Vec<&LinkBox> =
            self.tree.locate_in_envelope_intersecting(AABB::from_corners(low, high)).collect();
        found.sort_by_key(|b| b.link);
        let lines = |b: &LinkBox| {
            let line = if frame.zoom < SHAPES_FROM { ends(n, b.link) } else { n.line(b.link) };
            let units = projected(&line).into_iter().map(|p| frame.units([p[0] + b.shift, p[1]]));
            (b.link, clipped(&units.collect::<Vec<_>>(), frame.grid()))
        };
        found.into_iter().map(lines).collect()
    }

    /// Far out: segments between the same cells that look alike once, in one feature for each look. A cell is drawn
    /// at the first point that is in it: on a grid, lines would look like streets.
    fn alike(&self, n: &Network, frame: Frame) -> MvtResult<Vec<u8>> {
        let mut seen = HashSet::new();
        let mut points: HashMap<[i32; 2], [i32; 2]> = HashMap::new();
        let cell = frame.cell();
        let mut looks: BTreeMap<Look, Vec<[[i32; 2]; 2]>> = BTreeMap::new();
        for (link, lines) in self.drawn(n, frame) {
            let look = Look {
                mode: n.layer_of(link).mode().word(),
                gauge: n.layer_of(link).gauge_mm().unwrap_or(0),
                electrified: self.electrified[link.ix()],
                closed: is_closed(n, link),
            };
            for ends in lines.iter().flat_map(|line| line.windows(2)) {
                let [a, b] = [ends[0], ends[1]].map(|at| {
                    let of_cell = at.map(|u| u.div_euclid(cell));
                    *points.entry(of_cell).or_insert(at)
                });
                if a != b && seen.insert((look, a.min(b), a.max(b))) {
                    looks.entry(look).or_default().push([a, b]);
                }
            }
        }
        let mut layer = MvtLayerBuilder::new("links")?;
        for (look, segments) in looks {
            let mut feature = layer.feature_of(MvtGeomType::LineString);
            for line in joined(segments) {
                feature.line(line.into_iter().map(coord))?;
            }
            feature.tag_ref("mode", MvtValueRef::String(look.mode))?;
            if look.gauge > 0 {
                feature.tag_ref("gauge", MvtValueRef::UInt(look.gauge.into()))?;
            }
            if let Some(state) = look.electrified {
                feature.tag_ref("electrification", MvtValueRef::String(state.word()))?;
            }
            feature.tag_ref("closed", MvtValueRef::Bool(look.closed))?;
            layer = feature.end();
        }
        Ok(layer.encode())
    }

    /// Near: each link with what it is.
    fn links(&self, n: &Network, frame: Frame) -> MvtResult<Vec<u8>> {
        let mut layer = MvtLayerBuilder::new("links")?;
        let drawn = self.drawn(n, frame).into_iter().filter(|(_, lines)| !lines.is_empty());
        for (link, lines) in drawn {
            let l = link.ix();
            let mut feature = layer.feature_of(MvtGeomType::LineString);
            for line in lines {
                feature.line(line.into_iter().map(coord))?;
            }
            feature.tag_ref("id", MvtValueRef::String(&n.link_name(link)))?;
            feature.tag_ref("mode", MvtValueRef::String(n.layer_of(link).mode().word()))?;
            if let Some(gauge) = n.layer_of(link).gauge_mm() {
                feature.tag_ref("gauge", MvtValueRef::UInt(gauge.into()))?;
            }
            if let Some(state) = self.electrified[l] {
                feature.tag_ref("electrification", MvtValueRef::String(state.word()))?;
            }
            if let Some(border) = n.borders.get(usize::from(n.link_border[l])) {
                feature.tag_ref("border", MvtValueRef::String(&border.id))?;
            }
            if let Some(passage) = n.passage_of(link) {
                feature.tag_ref("passage", MvtValueRef::String(&passage.id))?;
            }
            feature.tag_ref("ferry", MvtValueRef::Bool(n.flags[l].has(Flags::FERRY)))?;
            feature.tag_ref("mended", MvtValueRef::Bool(n.flags[l].has(Flags::MENDED)))?;
            feature.tag_ref("closed", MvtValueRef::Bool(is_closed(n, link)))?;
            layer = feature.end();
        }
        Ok(layer.encode())
    }

    fn terminals(&self, n: &Network, frame: Frame) -> MvtResult<Vec<u8>> {
        let mut layer = MvtLayerBuilder::new("terminals")?;
        for (t, at) in n.terminals.iter().zip(&self.terminals).filter(|(_, at)| frame.has(**at)) {
            let mut feature = layer.feature_of(MvtGeomType::Point);
            feature.points([coord(frame.units(*at).map(|u| u.round() as i32))])?;
            feature.tag_ref("id", MvtValueRef::String(&t.id))?;
            feature.tag_ref("name", MvtValueRef::String(&t.name))?;
            feature.tag_ref("kind", MvtValueRef::String(t.kind.word()))?;
            layer = feature.end();
        }
        Ok(layer.encode())
    }

    fn borders(&self, n: &Network, frame: Frame) -> MvtResult<Vec<u8>> {
        let mut layer = MvtLayerBuilder::new("borders")?;
        for (b, at) in n.borders.iter().zip(&self.borders).filter(|(_, at)| frame.has(**at)) {
            let mut feature = layer.feature_of(MvtGeomType::Point);
            feature.points([coord(frame.units(*at).map(|u| u.round() as i32))])?;
            feature.tag_ref("id", MvtValueRef::String(&b.id))?;
            feature.tag_ref("name", MvtValueRef::String(&b.name))?;
            feature.tag_ref("mode", MvtValueRef::String(b.mode.word()))?;
            layer = feature.end();
        }
        Ok(layer.encode())
    }
}

fn coord([x, y]: [i32; 2]) -> MvtCoord {
    MvtCoord { x, y }
}

/// Whether a link is closed unless its passage is opened.
fn is_closed(n: &Network, link: LinkId) -> bool {
    let passage = n.link_passage[link.ix()];
    passage != NONE && n.passages[usize::from(passage)].closed.is_some()
}

/// Degrees on the square of the Web Mercator projection, from its north-west corner.
fn mercator(lat: f64, lon: f64) -> [f64; 2] {
    let lat = lat.clamp(-85.05, 85.05).to_radians();
    let y = (lat.tan() + 1.0 / lat.cos()).ln() / std::f64::consts::PI;
    [(lon + 180.0) / 360.0, (1.0 - y) / 2.0]
}

/// The ends of a link.
fn ends(n: &Network, link: LinkId) -> Vec<[i32; 2]> {
    [n.tail[link.ix()], n.head[link.ix()]].map(|node| n.node_e3[node.ix()]).to_vec()
}

/// A line on the square of the projection, without a jump at 180 degrees.
fn projected(line: &[[i32; 2]]) -> Vec<[f64; 2]> {
    let mut square: Vec<[f64; 2]> = Vec::with_capacity(line.len());
    for point in line {
        let (lat, lon) = degrees(*point);
        let mut at = mercator(lat, lon);
        if let Some(last) = square.last() {
            at[0] += (last[0] - at[0]).round();
        }
        square.push(at);
    }
    square
}

/// The parts of a line inside the tile and its buffer, on the grid, without points that repeat.
fn clipped(line: &[[f64; 2]], grid: f64) -> Vec<Vec<[i32; 2]>> {
    let window = Window::new(-BUFFER, EXTENT + BUFFER, -BUFFER, EXTENT + BUFFER);
    let snapped = |p: Point| [p.x, p.y].map(|u| ((u / grid).round() * grid) as i32);
    let mut parts: Vec<Vec<[i32; 2]>> = Vec::new();
    for ends in line.windows(2) {
        let [a, b] = [ends[0], ends[1]].map(|[x, y]| Point::new(x, y));
        let Some(inside) = clip_line(LineSegment::new(a, b), window) else { continue };
        let (a, b) = (snapped(inside.p1), snapped(inside.p2));
        if a == b {
            continue;
        }
        match parts.last_mut() {
            Some(part) if part.last() == Some(&a) => part.push(b),
            _ => parts.push(vec![a, b]),
        }
    }
    parts
}

/// Segments as lines: each line goes on as long as there is a segment at its end.
fn joined(segments: Vec<[[i32; 2]; 2]>) -> Vec<Vec<[i32; 2]>> {
    let mut at: HashMap<[i32; 2], Vec<usize>> = HashMap::new();
    for (i, ends) in segments.iter().enumerate() {
        ends.iter().for_each(|end| at.entry(*end).or_default().push(i));
    }
    let mut used = vec![false; segments.len()];
    let mut lines = Vec::new();
    for first in 0..segments.len() {
        if std::mem::replace(&mut used[first], true) {
            continue;
        }
        let mut line = segments[first].to_vec();
        while let Some(next) = at[&line[line.len() - 1]].iter().copied().find(|i| !used[*i]) {
            used[next] = true;
            let [a, b] = segments[next];
            line.push(if a == line[line.len() - 1] { b } else { a });
        }
        lines.push(line);
    }
    lines
}
