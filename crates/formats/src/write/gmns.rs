//! GMNS 0.96: `node.csv`, `link.csv` with lines, and the units in `config.csv`.

use crate::findings::Findings;
use crate::layer::{Layer, Value};
use crate::network::Network;
use crate::shape;
use crate::write::csv;

/// The columns of links. The last five are not of GMNS.
const LINKS: [&str; 17] = [
    "link_id",
    "name",
    "from_node_id",
    "to_node_id",
    "directed",
    "dir_flag",
    "length",
    "facility_type",
    "capacity",
    "free_speed",
    "lanes",
    "toll",
    "mode",
    "minutes",
    "gauge_mm",
    "bpr_b",
    "bpr_power",
];

/// The files of a network.
pub fn files(network: &Network, found: &mut Findings) -> Vec<(String, Vec<u8>)> {
    let columns = ["node_id", "name", "x_coord", "y_coord", "node_type", "zone_id", "country"];
    let mut nodes = Layer::new("node", &columns);
    for n in &network.nodes {
        let [x, y] = [0, 1].map(|i| Value::maybe(n.at.map(|at| at[i])));
        let [id, name, kind, zone, country] =
            [&n.id, &n.name, &n.kind, &n.zone, &n.country].map(|t| Value::text(t));
        nodes.push(vec![id, name, x, y, kind, zone, country], None);
    }
    let links = links(network);
    let mut config = Layer::new(
        "config",
        &[
            "dataset_name",
            "short_length",
            "long_length",
            "speed",
            "crs",
            "geometry_field_format",
            "version_number",
        ],
    );
    let words = [network.name.as_str(), "m", "km", "km/h", "EPSG:4326", "wkt", "0.96"];
    config.push(words.map(Value::text).to_vec(), None);
    found.note("node.csv", 0, 0, "not of GMNS: country is a further column");
    let extra = "not of GMNS: mode, minutes, gauge_mm, bpr_b and bpr_power are further columns";
    found.note("link.csv", 0, 0, extra);
    let tables = [&nodes, &links, &config]
        .map(|l| (format!("{}.csv", l.name), csv::file(l, found).unwrap_or_default()));
    tables.to_vec()
}

fn links(network: &Network) -> Layer {
    let mut links = Layer::new("link", &LINKS);
    for l in &network.links {
        let gauges: Vec<String> = l.gauges_mm.iter().map(u16::to_string).collect();
        let has_line = l.line.len() > 1;
        let mut cells = vec![Value::text(&l.id), Value::text(&l.name)];
        cells.extend([l.from, l.to].map(|n| Value::text(&network.nodes[n].id)));
        cells.extend([
            Value::Whole(i64::from(l.is_one_way)),
            Value::Whole(i64::from(has_line)),
            Value::maybe(l.km),
        ]);
        cells.extend([
            Value::text(&l.kind),
            Value::maybe(l.capacity),
            Value::maybe(l.kmh),
            Value::maybe(l.lanes),
        ]);
        cells.extend([Value::maybe(l.toll), Value::text(l.mode_word())]);
        cells.extend([
            Value::maybe(l.minutes),
            Value::text(&gauges.join("+")),
            Value::maybe(l.b),
            Value::maybe(l.power),
        ]);
        links.push(cells, has_line.then(|| shape::of_line(&l.line)));
    }
    links
}
