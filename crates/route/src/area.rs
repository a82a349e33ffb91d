//! Areas that are closed: the links and terminals in them, and the ways of trucks that lead through them.

use geo::indexed::IntervalTreeMultiPolygon;
use geo::line_intersection::{LineIntersection, line_intersection};
use geo::orient::{Direction, Orient};
use geo::{
    BoundingRect, Contains, Coord, Intersects, Line, LinesIter, MultiPolygon, Polygon, Rect,
};
use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use trimodal_model::network::{LinkId, Network, TerminalId};

/// An area.
#[derive(Debug, Clone, PartialEq)]
pub struct Area {
    /// Name for people.
    pub name: String,
    /// Degrees east and north. Longitudes may pass 180; a side does not jump there.
    pub polygons: MultiPolygon<f64>,
}

/// A side of a polygon by its box.
type Side = GeomWithData<Rectangle<[f64; 2]>, Line<f64>>;

/// The sides of some polygons, and what is inside.
struct Outline {
    bounds: Rect<f64>,
    sides: RTree<Side>,
    inside: IntervalTreeMultiPolygon<f64>,
}

/// Closed areas with the links and terminals in them.
pub struct ClosedAreas {
    areas: Vec<Area>,
    outline: Option<Outline>,
    /// One bit a link; empty where there is no area.
    links: Vec<u64>,
    terminals: Vec<TerminalId>,
}

impl PartialEq for ClosedAreas {
    fn eq(&self, other: &Self) -> bool {
        self.areas == other.areas && self.links == other.links && self.terminals == other.terminals
    }
}

// No coordinate of an area is NaN.
impl Eq for ClosedAreas {}

impl std::fmt::Debug for ClosedAreas {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.areas.iter().map(|a| &a.name)).finish()
    }
}

impl ClosedAreas {
    /// Finds what lies in some areas. A link does if any point of its line does. Some 20 ms for a
    /// small area and the network of the Earth.
    pub fn new(network: &Network, areas: Vec<Area>) -> ClosedAreas {
        let outline = Outline::new(areas.iter().flat_map(|a| a.polygons.iter().cloned()).collect());
        let none = ClosedAreas { areas, outline: None, links: Vec::new(), terminals: Vec::new() };
        let Some(outline) = outline else { return none };
        let word = |w: usize| {
            let mut line = Vec::new();
            let links = w * 64..network.links().min((w + 1) * 64);
            let closed = links.filter(|l| {
                !outline.is_apart(network, *l) && {
                    unwrapped(points(network, *l), &mut line);
                    outline.meets(&line)
                }
            });
            closed.fold(0, |bits, l| bits | 1 << (l % 64))
        };
        let links = (0..network.links().div_ceil(64)).into_par_iter().map(word).collect();
        let at = |[lat, lon]: [i32; 2]| [coord(lat, lon)];
        let terminals = (0..network.terminals.len()).map(TerminalId::at);
        let inside = |t: &TerminalId| outline.meets(&at(network.terminals[t.ix()].at_e3));
        let terminals = terminals.filter(inside).collect();
        ClosedAreas { outline: Some(outline), links, terminals, ..none }
    }

    /// Whether a link is in one of them.
    #[inline]
    pub fn link(&self, link: LinkId) -> bool {
        self.links.get(link.ix() / 64).is_some_and(|bits| bits >> (link.ix() % 64) & 1 == 1)
    }

    /// Whether a terminal is.
    pub fn terminal(&self, terminal: TerminalId) -> bool {
        self.terminals.binary_search(&terminal).is_ok()
    }

    /// Whether the straight way between two points, degrees north and east, leads through one of them.
    pub fn cross(&self, from: (f64, f64), to: (f64, f64)) -> bool {
        let mut line = Vec::new();
        let ends = [from, to].map(|(lat, lon)| Coord { x: lon, y: lat });
        unwrapped(ends.into_iter(), &mut line);
        self.outline.as_ref().is_some_and(|o| o.meets(&line))
    }

    /// The name of an area that a point is in.
    pub fn around(&self, (lat, lon): (f64, f64)) -> Option<&str> {
        let holds = |area: &&Area| {
            let outline = Outline::new(area.polygons.clone());
            outline.is_some_and(|o| o.meets(&[Coord { x: lon, y: lat }]))
        };
        self.areas.iter().find(holds).map(|a| a.name.as_str())
    }
}

impl Outline {
    /// None of no polygon.
    fn new(polygons: MultiPolygon<f64>) -> Option<Outline> {
        // Holes turn the other way, as the test of what is inside needs it.
        let polygons = polygons.orient(Direction::Default);
        let bounds = polygons.bounding_rect()?;
        let sides = RTree::bulk_load(polygons.lines_iter().map(side).collect());
        Some(Outline { bounds, sides, inside: IntervalTreeMultiPolygon::new(&polygons) })
    }

    /// Whether a link is obviously outside: quick, for most of a network are.
    fn is_apart(&self, n: &Network, link: usize) -> bool {
        let [a, b] = [n.tail[link], n.head[link]].map(|node| n.node_e3[node.ix()]);
        let between = &n.shape[n.shape_first[link] as usize..n.shape_first[link + 1] as usize];
        let (mut low, mut high) = (a[0].min(b[0]), a[0].max(b[0]));
        for p in between {
            (low, high) = (low.min(p[0]), high.max(p[0]));
        }
        f64::from(high) / 1e3 < self.bounds.min().y || f64::from(low) / 1e3 > self.bounds.max().y
    }

    /// Whether a line has a point in common with the polygons, wherever its longitudes are counted from.
    fn meets(&self, line: &[Coord<f64>]) -> bool {
        let (west, east) = line
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(w, e), c| (w.min(c.x), e.max(c.x)));
        let first = ((self.bounds.min().x - east) / 360.0).ceil() as i32;
        let last = ((self.bounds.max().x - west) / 360.0).floor() as i32;
        (first..=last).any(|turns| self.meets_here(line, f64::from(turns) * 360.0))
    }

    fn meets_here(&self, line: &[Coord<f64>], shift: f64) -> bool {
        let at = |c: &Coord<f64>| Coord { x: c.x + shift, y: c.y };
        let Some(first) = line.first().map(at) else { return false };
        if self.inside.contains(&first) {
            return true;
        }
        // A line that begins outside and meets no side stays outside. A single point may be on a side.
        let alone = [Line::new(first, first)];
        let legs = line.windows(2).map(|p| Line::new(at(&p[0]), at(&p[1])));
        let alone = alone.into_iter().filter(|_| line.len() == 1);
        legs.chain(alone).any(|leg| {
            let near = self.sides.locate_in_envelope_intersecting(envelope(leg));
            near.into_iter().any(|side| side.data.intersects(&leg))
        })
    }
}

/// Where two sides of a polygon cross, degrees east and north, if any do. Rings may touch.
pub fn crossing(polygon: &Polygon<f64>) -> Option<[f64; 2]> {
    let sides: RTree<Side> = RTree::bulk_load(polygon.lines_iter().map(side).collect());
    let crossed = |a: Line<f64>| {
        let near = sides.locate_in_envelope_intersecting(envelope(a));
        near.into_iter().find_map(|b| match line_intersection(a, b.data) {
            Some(LineIntersection::SinglePoint { intersection, is_proper: true }) => {
                Some([intersection.x, intersection.y])
            }
            _ => None,
        })
    };
    polygon.lines_iter().find_map(crossed)
}

fn side(line: Line<f64>) -> Side {
    let [a, b] = [line.start, line.end].map(|c| [c.x, c.y]);
    Side::new(Rectangle::from_corners(a, b), line)
}

fn envelope(line: Line<f64>) -> AABB<[f64; 2]> {
    AABB::from_corners([line.start.x, line.start.y], [line.end.x, line.end.y])
}

fn coord(lat_e3: i32, lon_e3: i32) -> Coord<f64> {
    Coord { x: f64::from(lon_e3) / 1e3, y: f64::from(lat_e3) / 1e3 }
}

/// The points of a link from tail to head.
fn points(n: &Network, link: usize) -> impl Iterator<Item = Coord<f64>> {
    let [tail, head] = [n.tail[link], n.head[link]].map(|node| n.node_e3[node.ix()]);
    let between = &n.shape[n.shape_first[link] as usize..n.shape_first[link + 1] as usize];
    let all = [tail].into_iter().chain(between.iter().copied()).chain([head]);
    all.map(|[lat, lon]| coord(lat, lon))
}

/// A line whose longitudes go on where it crosses 180 degrees.
fn unwrapped(points: impl Iterator<Item = Coord<f64>>, line: &mut Vec<Coord<f64>>) {
    line.clear();
    for point in points {
        let x = line.last().map_or(point.x, |before: &Coord<f64>| {
            before.x + (point.x - before.x + 180.0).rem_euclid(360.0) - 180.0
        });
        line.push(Coord { x, y: point.y });
    }
}
