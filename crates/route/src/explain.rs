//! Why there is no itinerary, and what would make one possible.

use rstar::RTree;
use rstar::primitives::GeomWithData;
use trimodal_model::network::{Layer, LinkId, NodeId, PassageId, great_circle_km};
use trimodal_model::scenario::Mode;

use crate::cost::Criterion;
use crate::dated;
use crate::graph::{State, Step};
use crate::law::NetworkLaw;
use crate::outcome::{End, StopReason, Unreachable, UnreachableReason as Reason};
use crate::query::{AccessPoint, RouteQuery};
use crate::request::{Point, Request};
use crate::restrict::Closures;
use crate::search::{INFINITY, Steps, Tree, try_backward, try_forward};

/// The cause: no terminal, something closed that can be opened, or a gap in the network.
pub(crate) fn unreachable(query: &RouteQuery) -> Result<Unreachable, StopReason> {
    if let Some(found) = in_area(query) {
        return Ok(found);
    }
    if let Some(found) = closed_on_the_day(query)? {
        return Ok(found);
    }
    if let Some(found) = no_terminal(query) {
        return Ok(found);
    }
    if let Some(found) = closed(query)? {
        return Ok(found);
    }
    match not_passed(query)? {
        Some(found) => Ok(found),
        None => gap(query),
    }
}

/// What war or decree closes on the day, where there is a way without that.
fn closed_on_the_day(query: &RouteQuery) -> Result<Option<Unreachable>, StopReason> {
    let closed = &query.closures.on_the_day;
    if closed.is_empty() {
        return Ok(None);
    }
    let open = query.closures.clone().without_dated();
    let (router, request) = (query.router, query.request);
    let meets = |p: &Point| !router.snap(p, &open, request.snap_km).is_empty();
    if ![&request.origin, &request.destination].into_iter().all(meets) {
        return Ok(None);
    }
    let law = &query.router.law;
    let opened = RouteQuery::new(query.router, query.request, open, None, query.control);
    let Some(path) = opened.best(&opened.ends(), Criterion::Distance, &[])? else {
        return Ok(None);
    };
    let graph = &query.router.graph;
    let mut used = law.used(graph, graph.node(path.start), &path.steps);
    used.extend(NetworkLaw::links_of(graph, &path.steps));
    let hit = used.intersection(closed).copied().collect();
    let mut remedy = dated::told(law.in_force(&graph.network), &hit, |_, _| true);
    remedy.push(
        "another day is asked for with --date; --only-via opens a passage that it names".into(),
    );
    Ok(Some(Unreachable {
        reason: Reason::ClosedOnTheDay,
        end: None,
        message: format!("every route uses what is closed by war or decree on {}", law.date()),
        remedy,
    }))
}

/// What must be passed and cannot be, where there is a way without it.
fn not_passed(query: &RouteQuery) -> Result<Option<Unreachable>, StopReason> {
    let via = &query.request.via;
    let direct = Request { via: Vec::new(), ..query.request.clone() };
    let closures = query.closures.clone();
    let without = RouteQuery::new(query.router, &direct, closures, None, query.control);
    if via.is_empty() || without.shortest()?.is_none() {
        return Ok(None);
    }
    let message = match query.first_not_passed()? {
        Some(i) => format!("the modes in use do not lead over {}", via[i].name()),
        None => format!(
            "from {} the modes in use do not lead on to {}",
            via[via.len() - 1].name(),
            query.request.destination.name
        ),
    };
    let remedy = vec!["allow more with --modes, or leave out --via: there is a way without".into()];
    Ok(Some(Unreachable { reason: Reason::Component, end: None, message, remedy }))
}

/// The points of a request that do not meet the network.
fn far<'q>(query: &'q RouteQuery) -> Vec<&'q Point> {
    let (r, snapped) = (query.request, query.snapped());
    let ends = [(&r.origin, &snapped.origin), (&r.destination, &snapped.destination)];
    let via = r.via.iter().zip(&snapped.via);
    let via = via.filter_map(|(v, found)| Some((v.point()?, found)));
    let points = ends.into_iter().chain(via);
    points.filter(|(_, found)| found.is_empty()).map(|(p, _)| p).collect()
}

/// A point in an area that is closed, or behind one.
fn in_area(query: &RouteQuery) -> Option<Unreachable> {
    let areas = query.closures.areas.as_ref()?;
    let open = Closures { areas: None, ..query.closures.clone() };
    let meets = |p: &Point| !query.router.snap(p, &open, query.request.snap_km).is_empty();
    let told = |p: &Point| match areas.around(p.at()) {
        Some(area) => Some(format!("{} lies in an area that is avoided: {area}", p.name)),
        None if meets(p) => {
            Some(format!("areas that are avoided lie between {} and every network", p.name))
        }
        None => None,
    };
    let message = far(query).into_iter().find_map(told)?;
    let remedy = vec!["leave out --avoid-area, or make the area smaller".into()];
    Some(Unreachable { reason: Reason::Avoided, end: None, message, remedy })
}

fn no_terminal(query: &RouteQuery) -> Option<Unreachable> {
    let far = far(query);
    let first = far.first()?;
    let modes: Vec<&str> =
        Mode::ALL.into_iter().filter(|m| query.closures.uses(*m)).map(Mode::word).collect();
    Some(Unreachable {
        reason: Reason::NoTerminal,
        end: end_of(query, first),
        message: far_from(query, first, &modes.join(", ")),
        remedy: far.iter().flat_map(|p| remedies(query, p)).collect(),
    })
}

/// The end of the question that a point is, if it is one.
fn end_of(query: &RouteQuery, point: &Point) -> Option<End> {
    let Request { origin, destination, .. } = query.request;
    match point {
        p if std::ptr::eq(p, origin) => Some(End::Origin),
        p if std::ptr::eq(p, destination) => Some(End::Destination),
        _ => None,
    }
}

fn far_from(query: &RouteQuery, point: &Point, modes: &str) -> String {
    let (name, km) = (&point.name, query.request.snap_km);
    match query.router.is_cut_off(point, &query.closures, km) {
        true => format!("{name} has no {modes} within {km:.0} km on its own side of the water"),
        false => format!("{name} has no {modes} within {km:.0} km"),
    }
}

/// The nearest networks, and what would reach them over water.
fn remedies(query: &RouteQuery, point: &Point) -> Vec<String> {
    let mut lines = query.router.nearest(point, &query.closures);
    let shallow = query.router.too_shallow(point, &query.closures, query.request.snap_km);
    if !shallow.is_empty() {
        lines.extend(shallow);
        return lines;
    }
    if query.router.is_cut_off(point, &query.closures, query.request.snap_km) {
        lines.extend(query.router.across(point, query.closures.cargo, query.request.snap_km));
    }
    lines
}

/// Opens what is closed, one kind after another, and names what an itinerary would then use.
fn closed(query: &RouteQuery) -> Result<Option<Unreachable>, StopReason> {
    let n = &query.router.graph.network;
    let asked = &query.closures;
    let open = Closures { modes: asked.modes.clone(), ..Closures::by_default(n, asked.ship) };
    let standard = asked.day.map_or_else(|| open.clone(), |day| open.clone().on(n, day));
    let standard = match asked.on_the_day.is_empty() {
        true => standard,
        false => standard.dated(n, query.router.law.date()),
    };
    if *asked != standard && !asked.mended && path(query, &standard)?.is_some() {
        let avoided = query.request.avoided.join(", ");
        return Ok(Some(Unreachable {
            reason: Reason::Avoided,
            end: None,
            message: format!("what was avoided closes every route ({avoided})"),
            remedy: vec![
                "leave out some of --avoid, --avoid-area, --only-via or the overrides".into(),
            ],
        }));
    }
    let mended = Closures { mended: false, ..asked.clone() };
    if asked.mended && path(query, &mended)?.is_some() {
        return Ok(Some(Unreachable {
            reason: Reason::MendedOff,
            end: None,
            message: "every route uses mended links, which are off".into(),
            remedy: vec!["leave out --no-mended".into()],
        }));
    }
    let borders = Closures { borders: Default::default(), ..asked.clone() };
    if let Some(steps) = path(query, &borders)? {
        return Ok(Some(Unreachable {
            reason: Reason::ClosedBorder,
            end: None,
            message: "every route crosses a border that is closed to freight".into(),
            remedy: lines_along(&steps, |l| closed_border(query, l)),
        }));
    }
    let passages = Closures { passages: Default::default(), ..asked.clone() };
    Ok(path(query, &passages)?.map(|steps| Unreachable {
        reason: Reason::ClosedPassage,
        end: None,
        message: "every route uses a passage that is closed".into(),
        remedy: lines_along(&steps, |l| closed_passage(query, l)),
    }))
}

fn closed_border(query: &RouteQuery, link: LinkId) -> Option<String> {
    let n = &query.router.graph.network;
    let border = n.borders.get(usize::from(n.link_border[link.ix()]))?;
    let why = border.stop.closed.as_ref()?;
    Some(format!("border {} ({}): {why}", border.name, border.id))
}

fn closed_passage(query: &RouteQuery, link: LinkId) -> Option<String> {
    let n = &query.router.graph.network;
    let at = n.link_passage[link.ix()];
    let passage = n.passages.get(usize::from(at))?;
    if !query.closures.passages.contains(&PassageId(u32::from(at))) {
        return None;
    }
    let shut = passage.season.filter(|s| query.closures.day.is_some_and(|day| s.has(day)));
    let (name, id) = (&passage.name, &passage.id);
    let kind = passage.kind.word();
    Some(match (shut, query.closures.ship.exceeds(passage), &passage.closed) {
        (Some(season), ..) => {
            format!("{kind} {name} ({id}): closed {season} in most years; see --date")
        }
        (_, Some(limit), _) => format!("{kind} {name} ({id}) {limit}: see --ship and --draught"),
        (_, _, Some(why)) => format!("{kind} {name} ({id}): {why}; name it with --via to open it"),
        _ => format!("{name} ({id})"),
    })
}

/// What is said of the links of a path, each line once.
fn lines_along(steps: &[(Step, State)], line: impl Fn(LinkId) -> Option<String>) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (step, _) in steps {
        let Step::Link(link) = step else { continue };
        lines.extend(line(*link).filter(|l| !lines.contains(l)));
    }
    lines
}

/// The shortest path under other closures.
fn path(query: &RouteQuery, closures: &Closures) -> Result<Option<Steps>, StopReason> {
    let closures = closures.clone();
    RouteQuery::new(query.router, query.request, closures, None, query.control).shortest()
}

/// Access points at no cost.
fn free(points: &[AccessPoint]) -> Vec<(State, u64)> {
    points.iter().map(|p| (p.state, 0)).collect()
}

/// Where what the origin reaches comes nearest to what reaches the destination.
fn gap(query: &RouteQuery) -> Result<Unreachable, StopReason> {
    let graph = &query.router.graph;
    let n = &graph.network;
    let open = |step, a, b| query.costs.cost(step, a, b).map(|_| 1);
    let from = free(&query.starts());
    let there = try_forward(graph, &from, open, |_, _| false, query.control)?;
    let back = try_backward(graph, &free(&query.targets()), open, query.control)?;
    let nodes = |tree: &Tree| -> Vec<NodeId> {
        (0..n.nodes()).filter(|i| tree.cost[*i] != INFINITY).map(NodeId::at).collect()
    };
    let (there, back) = (nodes(&there), nodes(&back));
    let near = nearest_pair(query, &there, &back);
    let end = Some(if there.len() <= back.len() { End::Origin } else { End::Destination });
    let (o, d) = (&query.request.origin.name, &query.request.destination.name);
    let Some((km, a, b)) = near else {
        return Ok(Unreachable {
            reason: Reason::Component,
            end,
            message: format!("{o} and {d} are not connected by the modes in use"),
            remedy: Vec::new(),
        });
    };
    let (la, lb) = (n.node_layer[a.ix()], n.node_layer[b.ix()]);
    let spot = |x: NodeId| {
        let (lat, lon) = n.at(x);
        format!("{lat:.3},{lon:.3} ({})", n.country_of(x))
    };
    let (reason, what) = match [la, lb].map(Layer::gauge_mm) {
        [Some(x), Some(y)] if x != y => (Reason::Gauge, format!("a change from {x} to {y} mm")),
        _ if la.mode() != lb.mode() => (
            Reason::NoTerminal,
            format!("a terminal between {} and {}", la.mode().word(), lb.mode().word()),
        ),
        _ if km > LONGEST_FERRY_KM => {
            let remedy = vec![format!("{km:.0} km lie between: allow more with --modes")];
            let message = apart(query, end);
            return Ok(Unreachable { reason: Reason::Component, end, message, remedy });
        }
        _ if !n.land.is_dry(n.at(a), n.at(b)) => {
            (Reason::Component, format!("a ferry for {}, {km:.1} km,", carried(la)))
        }
        _ => (Reason::Component, format!("{km:.1} km of {}", la.mode().word())),
    };
    Ok(Unreachable {
        reason,
        end,
        message: apart(query, end),
        remedy: vec![format!("{what} between {} and {} would connect them", spot(a), spot(b))],
    })
}

/// A gap of more km is none that somebody would close.
const LONGEST_FERRY_KM: f64 = 1_000.0;

fn apart(query: &RouteQuery, end: Option<End>) -> String {
    let [o, d] = [&query.request.origin.name, &query.request.destination.name];
    let smaller = if end == Some(End::Origin) { o } else { d };
    format!(
        "{o} and {d} lie on parts of the network that are not connected, the smaller at {smaller}"
    )
}

/// What a ferry carries in a layer.
fn carried(layer: Layer) -> String {
    match layer.gauge_mm() {
        Some(mm) => format!("wagons of {mm} mm"),
        None => "trucks".to_string(),
    }
}

fn nearest_pair(
    query: &RouteQuery,
    from: &[NodeId],
    to: &[NodeId],
) -> Option<(f64, NodeId, NodeId)> {
    let n = &query.router.graph.network;
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
