//! Why there is no itinerary, and what would make one.

use rstar::RTree;
use rstar::primitives::GeomWithData;
use trimodal_model::network::{Layer, NodeId, great_circle_km};
use trimodal_model::scenario::Mode;

use crate::closures::Closures;
use crate::graph::{State, Step};
use crate::outcome::Unreachable;
use crate::query::Query;
use crate::route::{Point, Router};
use crate::search::{self, FAR};

/// Names the cause: no terminal, something closed that can be opened, or a gap in the network.
pub(crate) fn unreachable(query: &Query) -> Unreachable {
    if let Some(found) = no_terminal(query) {
        return found;
    }
    closed(query).unwrap_or_else(|| gap(query))
}

fn no_terminal(query: &Query) -> Option<Unreachable> {
    let r = query.request;
    let points = [&r.origin, &r.destination].into_iter().chain(&r.via);
    let far: Vec<&Point> =
        points.filter(|p| query.router.meet(p, &query.closures, r.snap_km).is_empty()).collect();
    let first = far.first()?;
    let modes: Vec<&str> = [Mode::Rail, Mode::Sea, Mode::Road]
        .into_iter()
        .filter(|m| query.closures.uses(*m))
        .map(Mode::word)
        .collect();
    Some(Unreachable {
        reason: "no_terminal",
        message: format!("{} has no {} within {:.0} km", first.name, modes.join(", "), r.snap_km),
        remedy: far.iter().flat_map(|p| nearest(query.router, &query.closures, p)).collect(),
    })
}

/// The nearest network of each mode in use, however far, each in a sentence.
pub(crate) fn nearest(router: &Router, closures: &Closures, point: &Point) -> Vec<String> {
    let n = router.graph.network;
    let mut found = router.meet_anywhere(point, closures);
    found.sort_by(|a, b| a.km.total_cmp(&b.km));
    let mut seen: Vec<Mode> = Vec::new();
    let mut told = Vec::new();
    for m in found {
        let mode = m.layer.mode();
        if seen.contains(&mode) {
            continue;
        }
        seen.push(mode);
        let (lat, lon) = n.at(m.node);
        let what = match m.port {
            Some(p) => {
                let t = &n.terminals[p.ix()];
                format!("port {} ({})", t.name, t.id)
            }
            None => format!("{} at {lat:.3},{lon:.3}", mode.word()),
        };
        told.push(format!("nearest to {}: {what}, {:.0} km away", point.name, m.km));
    }
    told
}

/// Tries what is closed, one kind after another, and names what an itinerary would then use.
fn closed(query: &Query) -> Option<Unreachable> {
    let n = query.router.graph.network;
    let draught = query.router.parameters.value("ship_draught", query.request.cargo);
    let asked = &query.closures;
    let standard = Closures { modes: asked.modes.clone(), ..Closures::by_default(n, draught) };
    if *asked != standard && !asked.mended && reaches(query, &standard).is_some() {
        let avoided = query.request.avoided.join(", ");
        return Some(Unreachable {
            reason: "avoided",
            message: format!("what was avoided cuts every way ({avoided})"),
            remedy: vec!["leave out some of --avoid, --only-via or the overrides".into()],
        });
    }
    let mended = Closures { mended: false, ..asked.clone() };
    if asked.mended && reaches(query, &mended).is_some() {
        return Some(Unreachable {
            reason: "mended_off",
            message: "every way uses links that were mended, and those are off".into(),
            remedy: vec!["leave out --no-mended".into()],
        });
    }
    let borders = Closures { borders: Default::default(), ..asked.clone() };
    if let Some(steps) = reaches(query, &borders) {
        let told = crossed(query, &steps, |l| {
            let b = n.borders.get(usize::from(n.link_border[l.ix()]))?;
            let why = b.stop.closed.as_ref()?;
            Some(format!("border {} ({}): {why}", b.name, b.id))
        });
        return Some(Unreachable {
            reason: "closed_border",
            message: "every way crosses a border that is closed to freight".into(),
            remedy: told,
        });
    }
    let passages = Closures { passages: Default::default(), ..asked.clone() };
    let steps = reaches(query, &passages)?;
    let told = crossed(query, &steps, |l| {
        let at = n.link_passage[l.ix()];
        let p = n.passages.get(usize::from(at))?;
        let shut = asked.passages.contains(&trimodal_model::network::PassageId(u32::from(at)));
        shut.then(|| match p.draught_m {
            Some(d) if p.closed.is_none() => {
                format!("{} takes ships up to {d} m of draught: see --draught", p.name)
            }
            _ => format!("{}: {}", p.name, p.closed.clone().unwrap_or_default()),
        })
    });
    Some(Unreachable {
        reason: "closed_passage",
        message: "every way uses a passage that is closed".into(),
        remedy: told,
    })
}

fn crossed(
    query: &Query,
    steps: &[(Step, State)],
    tell: impl Fn(trimodal_model::network::LinkId) -> Option<String>,
) -> Vec<String> {
    let _ = query;
    let links = steps.iter().filter_map(|(s, _)| match s {
        Step::Link(l) => tell(*l),
        Step::Transfer(_) => None,
    });
    let mut told: Vec<String> = Vec::new();
    for line in links {
        if !told.contains(&line) {
            told.push(line);
        }
    }
    told
}

/// A way by the fewest km under other closures.
fn reaches(query: &Query, closures: &Closures) -> Option<Vec<(Step, State)>> {
    let graph = &query.router.graph;
    let other = Query::new(query.router, query.request, closures.clone(), None);
    let starts = other.gates(&query.request.origin, "load");
    let ends = other.gates(&query.request.destination, "unload");
    let from: Vec<(State, u64)> = starts.iter().map(|g| (g.state, 0)).collect();
    let mut end = None;
    let tree = search::forwards(
        graph,
        &from,
        |step, a, b| {
            other.weigh(step, a, b)?;
            Some(match step {
                Step::Link(l) => u64::from(graph.network.length_m(l)),
                Step::Transfer(_) => 0,
            })
        },
        |state, _| {
            let there = ends.iter().any(|g| g.state == state);
            end = there.then_some(state);
            there
        },
    );
    end.map(|e| tree.path(e).1)
}

/// Where what can be reached from the origin comes nearest to what can reach the destination.
fn gap(query: &Query) -> Unreachable {
    let graph = &query.router.graph;
    let n = graph.network;
    let starts: Vec<(State, u64)> =
        query.gates(&query.request.origin, "load").iter().map(|g| (g.state, 0)).collect();
    let ends: Vec<(State, u64)> =
        query.gates(&query.request.destination, "unload").iter().map(|g| (g.state, 0)).collect();
    let open = |step, a, b| query.weigh(step, a, b).map(|_| 1);
    let there = search::forwards(graph, &starts, open, |_, _| false).cost;
    let back = search::backwards(graph, &ends, open);
    let nodes = |costs: &[u64]| -> Vec<NodeId> {
        (0..n.nodes()).filter(|i| costs[*i] != FAR).map(NodeId::at).collect()
    };
    let (from, to) = (nodes(&there), nodes(&back));
    let near = nearest_pair(query, &from, &to);
    let (o, d) = (&query.request.origin.name, &query.request.destination.name);
    let Some((km, a, b)) = near else {
        return Unreachable {
            reason: "component",
            message: format!("{o} and {d} are not joined by the modes asked for"),
            remedy: Vec::new(),
        };
    };
    let (la, lb) = (n.node_layer[a.ix()], n.node_layer[b.ix()]);
    let told = |x: NodeId| {
        let (lat, lon) = n.at(x);
        format!("{lat:.3},{lon:.3} ({})", n.country_of(x))
    };
    let gauges = [la, lb].map(Layer::gauge_mm);
    let (reason, what) = match gauges {
        [Some(x), Some(y)] if x != y => ("gauge", format!("a change from {x} to {y} mm")),
        _ if la.mode() != lb.mode() => (
            "no_terminal",
            format!("a terminal between {} and {}", la.mode().word(), lb.mode().word()),
        ),
        _ => ("component", format!("{km:.1} km of {}", la.mode().word())),
    };
    Unreachable {
        reason,
        message: format!("{o} and {d} lie on parts of the network that are not joined"),
        remedy: vec![format!("{what} between {} and {} would join them", told(a), told(b))],
    }
}

fn nearest_pair(query: &Query, from: &[NodeId], to: &[NodeId]) -> Option<(f64, NodeId, NodeId)> {
    let n = query.router.graph.network;
    let (few, many) = if from.len() <= to.len() { (from, to) } else { (to, from) };
    let land = |x: &&NodeId| n.node_layer[x.ix()] != Layer::Sea;
    let sphere = |x: NodeId| {
        let (lat, lon) = n.at(x);
        let (lat, lon) = (lat.to_radians(), lon.to_radians());
        [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()]
    };
    let tree = RTree::bulk_load(
        few.iter().filter(land).map(|x| GeomWithData::new(sphere(*x), *x)).collect(),
    );
    let best = many
        .iter()
        .filter(land)
        .filter_map(|x| Some((*x, tree.nearest_neighbor(sphere(*x))?.data)))
        .map(|(x, y)| (great_circle_km(n.at(x), n.at(y)), x, y))
        .min_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))))?;
    let (km, x, y) = best;
    Some(if from.len() <= to.len() { (km, y, x) } else { (km, x, y) })
}
