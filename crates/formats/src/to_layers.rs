//! Layers from networks.

use crate::layer::{Layer, Value};
use crate::network::Network;
use crate::shape;

/// The layers of a network: `nodes` and `links`, with shapes where the nodes have coordinates.
pub fn layers(network: &Network) -> Vec<Layer> {
    let mut nodes = Layer::new("nodes", &["id", "name", "lon", "lat", "kind", "country", "zone"]);
    nodes.crs = crate::crs::WGS84;
    for n in &network.nodes {
        let [lon, lat] = [0, 1].map(|i| Value::maybe(n.at.map(|at| at[i])));
        let [id, name, kind, country, zone] =
            [&n.id, &n.name, &n.kind, &n.country, &n.zone].map(|t| Value::text(t));
        nodes.push(vec![id, name, lon, lat, kind, country, zone], n.at.map(shape::of_point));
    }
    let mut links = Layer::new(
        "links",
        &[
            "id",
            "name",
            "from",
            "to",
            "one_way",
            "mode",
            "km",
            "kmh",
            "minutes",
            "gauge_mm",
            "capacity",
            "lanes",
            "toll",
            "bpr_b",
            "bpr_power",
            "kind",
        ],
    );
    links.crs = crate::crs::WGS84;
    for l in &network.links {
        let [from, to] = [l.from, l.to].map(|n| Value::text(&network.nodes[n].id));
        let gauges: Vec<String> = l.gauges_mm.iter().map(u16::to_string).collect();
        let points = network.points(l);
        let mut cells =
            vec![Value::text(&l.id), Value::text(&l.name), from, to, Value::Flag(l.is_one_way)];
        cells.push(Value::text(l.mode_word()));
        cells.extend([l.km, l.kmh, l.minutes].map(Value::maybe));
        cells.push(Value::text(&gauges.join("+")));
        cells.extend([l.capacity, l.lanes, l.toll, l.b, l.power].map(Value::maybe));
        cells.push(Value::text(&l.kind));
        links.push(cells, (points.len() > 1).then(|| shape::of_line(&points)));
    }
    vec![nodes, links]
}
