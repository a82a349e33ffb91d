//! TNTP: nets in km, km/h and minutes, as their header says; trips.

use trimodal_model::problem::{NO_ROOM, VALUE_MISSING};

use crate::findings::Findings;
use crate::matrix::Matrix;
use crate::network::{CENTROID, Link, Network, Node};

/// A network as a net. TNTP numbers its nodes from 1, zones first.
pub fn net(network: &Network, name: &str, found: &mut Findings) -> Vec<u8> {
    let zone = |i: &usize| !network.nodes[*i].zone.is_empty();
    let centroid = |i: &usize| network.nodes[*i].kind == CENTROID;
    let mut order: Vec<usize> = (0..network.nodes.len()).collect();
    // Those that no way passes come first, then zones that ways pass; otherwise the order stays.
    order.sort_by_key(|i| (!centroid(i), !zone(i)));
    let mut number = vec![0; order.len()];
    for (n, i) in order.iter().enumerate() {
        number[*i] = n + 1;
    }
    let renamed =
        (0..number.len()).filter(|i| network.nodes[*i].id != number[*i].to_string()).count();
    if renamed > 0 {
        found.note(
            name,
            0,
            0,
            format!("{renamed} nodes have numbers in place of their ids: TNTP has no ids"),
        );
    }
    left_out(network, name, found);
    let zones = order.iter().filter(|i| zone(i)).count();
    let through = order.iter().filter(|i| centroid(i)).count() + 1;
    let mut text = format!(
        "<NUMBER OF ZONES> {zones}\n<NUMBER OF NODES> {}\n<FIRST THRU NODE> {through}\n<NUMBER OF LINKS> {}\n\
         <ORIGINAL HEADER>~\tInit node\tTerm node\tCapacity\tLength (km)\tFree Flow Time (min)\tB\tPower\tSpeed (km/h)\tToll\tType\t;\n\
         <END OF METADATA>\n\n\n~\tinit_node\tterm_node\tcapacity\tlength\tfree_flow_time\tb\tpower\tspeed\ttoll\tlink_type\t;\n",
        network.nodes.len(),
        network.links.iter().map(|l| if l.is_one_way { 1 } else { 2 }).sum::<usize>(),
    );
    for l in &network.links {
        let km = l.km.unwrap_or(0.0);
        let minutes = l.minutes.or_else(|| l.kmh.map(|kmh| km / kmh * 60.0)).unwrap_or(0.0);
        let [capacity, b, power, kmh, toll] =
            [l.capacity, l.b, l.power, l.kmh, l.toll].map(|x| x.unwrap_or(0.0));
        let kind = if is_type(&l.kind) { &l.kind } else { "1" };
        let row = |from: usize, to: usize| {
            let [from, to] = [from, to].map(|n| number[n]);
            format!(
                "\t{from}\t{to}\t{capacity}\t{km}\t{minutes}\t{b}\t{power}\t{kmh}\t{toll}\t{kind}\t;\n"
            )
        };
        text += &row(l.from, l.to);
        if !l.is_one_way {
            text += &row(l.to, l.from);
        }
    }
    text.into_bytes()
}

/// Whether a kind can be a type of links, which has no blanks.
fn is_type(kind: &str) -> bool {
    !kind.is_empty() && !kind.contains([' ', ';', '\t', ','])
}

fn left_out(network: &Network, name: &str, found: &mut Findings) {
    let count = |what: &str, n: usize, found: &mut Findings| {
        if n > 0 {
            found.note(name, 0, 0, format!("left out: {what} of {n}, for which TNTP has no place"));
        }
    };
    let nodes = |is: fn(&Node) -> bool| network.nodes.iter().filter(|n| is(n)).count();
    let links = |is: fn(&Link) -> bool| network.links.iter().filter(|l| is(l)).count();
    let other = |n: &Node| !n.kind.is_empty() && n.kind != CENTROID;
    let told = [
        ("the coordinates", nodes(|n| n.at.is_some())),
        ("the names", nodes(|n| !n.name.is_empty()) + links(|l| !l.name.is_empty())),
        ("the countries", nodes(|n| !n.country.is_empty())),
        ("the kinds", nodes(other) + links(|l| !l.kind.is_empty() && !is_type(&l.kind))),
        ("the modes", links(|l| l.mode.is_some())),
        ("the gauges", links(|l| !l.gauges_mm.is_empty())),
        ("the lanes", links(|l| l.lanes.is_some())),
        ("the lines", links(|l| l.line.len() > 2)),
        ("that freight is barred", links(|l| l.bars_freight)),
    ];
    for (what, n) in told {
        count(what, n, found);
    }
    let short = network.links.iter().find(|l| l.km.is_none());
    if let Some(link) = short {
        let message = format!("link `{}` has no length", link.id);
        found.problem(
            VALUE_MISSING,
            (&network.links_file, link.row, 0),
            message,
            "give it one: TNTP needs it",
        );
    }
}

/// A matrix of one core as trips.
pub fn trips(matrix: &Matrix, name: &str, found: &mut Findings) -> Vec<u8> {
    let [core] = &matrix.cores[..] else {
        let names: Vec<&str> = matrix.cores.iter().map(|c| c.name.as_str()).collect();
        let message =
            format!("TNTP holds one matrix, but there are {}: {}", names.len(), names.join(", "));
        found.problem(
            NO_ROOM,
            (name, 0, 0),
            message,
            "choose one in a mapping: [matrix] values, or write .omx",
        );
        return Vec::new();
    };
    let zones = matrix.zones.len();
    if (1..=zones).zip(&matrix.zones).any(|(n, z)| n.to_string() != *z) {
        found.note(name, 0, 0, "zones have numbers in place of their ids: TNTP has no ids");
    }
    let missing = core.cells.iter().filter(|x| x.is_nan()).count();
    if missing > 0 {
        let message = format!("{missing} cells without a value are left out: TNTP reads them as 0");
        found.note(name, 0, 0, message);
    }
    let mut text = format!(
        "<NUMBER OF ZONES> {zones}\n<TOTAL OD FLOW> {}\n<END OF METADATA>\n\n",
        matrix.total(0)
    );
    for from in 0..zones {
        text += &format!("\nOrigin {}\n", from + 1);
        for (to, value) in core.cells[from * zones..(from + 1) * zones].iter().enumerate() {
            if !value.is_nan() {
                text += &format!("{:5} : {value};{}", to + 1, if to % 5 == 4 { "\n" } else { " " });
            }
        }
        text.push('\n');
    }
    text.into_bytes()
}
