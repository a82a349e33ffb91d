//! What every shortcut stands for: an arc of the graph, or two arcs by way of a lower node.
//!
//! Costs alone tell it: a shortcut stands for the first thing that costs what it costs. Found for all
//! arcs at once where many ways will be asked for, or for one arc at a time.

use crate::prices::Prices;
use crate::shape::Shape;

/// What the two ways along an arc stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Via {
    /// The way up: an arc of the graph, or [`VIA`] and the arc between the node that it passes
    /// and its lower end.
    pub up: u32,
    /// The way down.
    pub down: u32,
    /// How far behind that arc the one to the higher end stands in the list of the node. 16 bits
    /// are enough: where one node has more arcs, all together are more than 31 bits can count.
    pub gap: [u16; 2],
}

/// Marks a way that is no arc of the graph but passes a lower node.
pub const VIA: u32 = 1 << 31;

/// Nothing: what a way that does not exist stands for.
const NOTHING: Via = Via { up: VIA, down: VIA, gap: [0; 2] };

/// What all arcs of a shape stand for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Vias(Vec<Via>);

impl Vias {
    /// Finds what all arcs stand for by their prices, and those of the graph.
    pub fn new(shape: &Shape, prices: &Prices, costs: &[u32]) -> Vias {
        let mut vias = Vias(vec![NOTHING; shape.arcs()]);
        let deep = shape.depth.iter().max().map_or(0, |d| *d as usize + 1);
        // The arcs of one node by the depth of their head: what they cost, and stand for.
        let mut row = vec![([0_u32; 2], NOTHING); deep];
        for u in 0..shape.nodes() as u32 {
            let own = shape.arcs_of(u);
            if own.is_empty() {
                continue;
            }
            for a in own.clone() {
                let at = shape.head_depth[a] as usize;
                row[at] = ([prices.up[a], prices.down[a]], NOTHING);
            }
            for low in shape.below_of(u).iter().rev() {
                triangles(shape, prices, *low as usize, &mut row);
            }
            for a in own {
                vias.0[a] = row[shape.head_depth[a] as usize].1;
            }
        }
        // An arc of the graph comes before any way around, the first of several.
        for (i, (cost, arc)) in costs.iter().zip(&shape.input).enumerate().rev() {
            if *arc == u32::MAX {
                continue;
            }
            let a = (arc / 2) as usize;
            let via = &mut vias.0[a];
            let (price, to) = if arc % 2 == 0 {
                (prices.up[a], &mut via.up)
            } else {
                (prices.down[a], &mut via.down)
            };
            if *cost == price {
                *to = i as u32;
            }
        }
        vias
    }
}

/// Marks what stands for the ways through one lower node. Few of them do, so that the branches are
/// foreseen; adding and choosing at once, as the prices are found, would guess wrong at every third.
fn triangles(shape: &Shape, prices: &Prices, low: usize, row: &mut [([u32; 2], Via)]) {
    let (to_u, from_u) = (prices.up[low], prices.down[low]);
    let rest = low + 1..shape.first[shape.tail[low] as usize + 1] as usize;
    let ways = shape.head_depth[rest.clone()].iter().zip(&prices.up[rest.clone()]);
    for (gap, ((d, up), down)) in ways.zip(&prices.down[rest]).enumerate() {
        let ([there, back], via) = &mut row[*d as usize];
        if from_u.saturating_add(*up) == *there {
            (via.up, via.gap[0]) = (VIA | low as u32, gap as u16);
        }
        if down.saturating_add(to_u) == *back {
            (via.down, via.gap[1]) = (VIA | low as u32, gap as u16);
        }
    }
}

/// Finds what one arc stands for.
fn find(shape: &Shape, prices: &Prices, costs: &[u32], arc: usize, upwards: bool) -> (u32, u16) {
    let side = |a: usize, upwards: bool| if upwards { prices.up[a] } else { prices.down[a] };
    let price = side(arc, upwards);
    let mut inputs = shape.inputs_of(arc as u32);
    if let Some((i, _)) = inputs.find(|(i, up)| *up == upwards && costs[*i as usize] == price) {
        return (i, 0);
    }
    let high = shape.head[arc];
    for low in shape.below_of(shape.tail[arc]) {
        let first = *low as usize;
        let half = side(first, !upwards);
        if half > price {
            continue;
        }
        let rest = first + 1..shape.first[shape.tail[first] as usize + 1] as usize;
        if let Ok(gap) = shape.head[rest.clone()].binary_search(&high)
            && half.saturating_add(side(rest.start + gap, upwards)) == price
        {
            return (VIA | *low, gap as u16);
        }
    }
    (VIA, 0)
}

/// A ride along an arc of the shape, up or down, as one word.
pub fn step(arc: u32, upwards: bool) -> u32 {
    2 * arc + u32::from(!upwards)
}

/// Opens shortcuts.
pub struct Opener<'a> {
    /// The shape.
    pub shape: &'a Shape,
    /// Its prices.
    pub prices: &'a Prices,
    /// The prices of its graph.
    pub costs: &'a [u32],
    /// What the arcs stand for, where that is known.
    pub vias: Option<&'a Vias>,
}

/// Room for opening shortcuts, used again from way to way.
#[derive(Debug, Clone, Default)]
pub struct Opened {
    /// A step with where its two parts are, or an arc of the graph with 0.
    rides: Vec<(u32, u32)>,
    stack: Vec<u32>,
}

impl Opener<'_> {
    fn via(&self, ride: u32) -> (u32, u16) {
        let (a, upwards) = ((ride / 2) as usize, ride.is_multiple_of(2));
        match self.vias {
            Some(vias) => {
                let Via { up, down, gap } = vias.0[a];
                if upwards { (up, gap[0]) } else { (down, gap[1]) }
            }
            None => find(self.shape, self.prices, self.costs, a, upwards),
        }
    }

    /// Replaces steps (see [`step`]) by the arcs of the graph that they stand for, in order.
    ///
    /// Shortcuts are opened in rounds, not each to its bottom, so that the memory they wait for is
    /// fetched side by side; what they open to is put in order afterwards.
    pub fn open(&self, way: &mut Vec<u32>, opened: &mut Opened) {
        let Opened { rides, stack } = opened;
        rides.clear();
        rides.extend(way.iter().map(|step| (*step, 0)));
        let mut next = 0;
        while next < rides.len() {
            let (ride, _) = rides[next];
            let (via, gap) = self.via(ride);
            if via & VIA == 0 {
                rides[next] = (via, 0);
            } else {
                rides[next].1 = rides.len() as u32;
                let to_low = via & !VIA;
                let to_high = to_low + 1 + u32::from(gap);
                // Down to the middle, then up from it.
                let (down, up) =
                    if ride.is_multiple_of(2) { (to_low, to_high) } else { (to_high, to_low) };
                rides.extend([(step(down, false), 0), (step(up, true), 0)]);
            }
            next += 1;
        }
        stack.clear();
        stack.extend((0..way.len() as u32).rev());
        way.clear();
        while let Some(at) = stack.pop() {
            match rides[at as usize] {
                (arc, 0) => way.push(arc),
                (_, parts) => stack.extend([parts + 1, parts]),
            }
        }
    }
}
