//! Distances at sea against published ones, and what the sea network promises: no way over land, ports in place.

use std::sync::OnceLock;

use trimodal_model::network::{Flags, Layer, LinkId, NONE, Network, great_circle_km};
use trimodal_route::graph::Graph;
use trimodal_route::sea_audit::{PublishedSeaDistance, SeaAudit, sea_audit};

fn graph() -> &'static Graph {
    static WORLD: OnceLock<Graph> = OnceLock::new();
    WORLD.get_or_init(|| Graph::new(trimodal_world::network()))
}

fn world() -> &'static Network {
    &graph().network
}

fn audit() -> &'static SeaAudit {
    static AUDIT: OnceLock<SeaAudit> = OnceLock::new();
    AUDIT.get_or_init(|| {
        let rows = PublishedSeaDistance::rows(&trimodal_world::sea_distances()).expect("a table");
        sea_audit(graph(), &rows, 8.0)
    })
}

#[test]
fn published_distances_are_met_as_well_as_the_page_says() {
    let a = audit();
    assert!(a.rows > 3150, "{}", a.rows);
    assert!(a.unmeasured < 20, "{}", a.unmeasured);
    assert!(a.median_abs_error_pct < 1.05, "{}", a.median_abs_error_pct);
    assert!(a.median_error_pct.abs() < 0.5, "{}", a.median_error_pct);
    assert!(a.within_3_pct > 0.76, "{}", a.within_3_pct);
    assert!(a.within_8_pct > 0.92, "{}", a.within_8_pct);
}

/// Published km of ways that were 13 to 57 % too long on lanes.
#[test]
fn ways_that_were_far_too_long_are_near_the_published() {
    let row = |from: &str, a: (f64, f64), to: &str, b: (f64, f64), km: f64| PublishedSeaDistance {
        from: from.into(),
        from_lat: a.0,
        from_lon: a.1,
        to: to.into(),
        to_lat: b.0,
        to_lon: b.1,
        published_km: km,
        why_not: String::new(),
    };
    let rows = [
        row("Dublin", (53.346, -6.217), "Cardiff", (51.45, -3.167), 380.0),
        row("Callao", (-12.05, -77.15), "Salaverry", (-8.233, -78.983), 493.0),
        row("Guayaquil", (-2.283, -79.917), "Puntarenas", (9.983, -84.833), 1458.0),
        row("Suva", (-18.133, 178.433), "Apia", (-13.833, -171.75), 1198.0),
    ];
    for (row, found) in rows.iter().zip(sea_audit(graph(), &rows, 8.0).distances) {
        let straight = great_circle_km((row.from_lat, row.from_lon), (row.to_lat, row.to_lon));
        // Between Guayaquil and Puntarenas the published distance is shorter than the great circle, which counts there.
        let is_short = row.published_km < straight;
        let within = if is_short { 12.0 } else { 8.0 };
        let km = found.measured_km.unwrap_or(f64::NAN);
        let error = (km / row.published_km.max(straight) - 1.0) * 100.0;
        assert!(error.abs() < within, "{} - {}: {error:.1} %", found.from, found.to);
    }
}

/// Lines of ports may cross moles and river banks; everything else is at sea, by a second map: the grid of land
/// and water, from another coast, in which lakes are land. Only what is land for 6 km around counts.
#[test]
fn no_leg_at_sea_crosses_land() {
    let n = world();
    let exempt = Flags::ACCESS.0 | Flags::OVER_LAND.0;
    let free = |l: &LinkId| {
        n.layer_of(*l) == Layer::Sea
            && n.flags[l.ix()].0 & exempt == 0
            && n.link_passage[l.ix()] == NONE
    };
    let inland = |(lat, lon): (f64, f64)| {
        let around = [-0.055, 0.0, 0.055];
        around.iter().all(|dy| around.iter().all(|dx| n.land.holds((lat + dy, lon + dx))))
    };
    let (mut links, mut over) = (0, Vec::new());
    for l in (0..n.links()).map(LinkId::at).filter(free) {
        let line: Vec<(f64, f64)> =
            n.line(l).into_iter().map(trimodal_model::network::degrees).collect();
        if n.land.holds(line[0]) || n.land.holds(line[line.len() - 1]) {
            continue;
        }
        links += 1;
        let crossed = |w: &[(f64, f64)]| {
            let (a, b) = (w[0], w[1]);
            let turn = (b.1 - a.1 + 180.0).rem_euclid(360.0) - 180.0;
            let steps = (great_circle_km(a, b) / 2.0).ceil().max(1.0) as u32;
            let at = |i: u32| {
                let t = f64::from(i) / f64::from(steps);
                (a.0 + (b.0 - a.0) * t, a.1 + turn * t)
            };
            (0..steps).any(|i| inland(at(i)))
        };
        if line.windows(2).any(crossed) {
            over.push((line[0], line[line.len() - 1]));
        }
    }
    assert!(links > 50_000, "{links}");
    assert!(over.len() < 20, "{} of {links}, {:?}", over.len(), &over[..over.len().min(12)]);
}

/// Rivers, canals and straits that the map of the coast closes, by boxes: south, west, north, east. Nowhere else
/// does a link at sea run over land.
const OVER_LAND: &[(&str, [f64; 4])] = &[
    ("Parana", [-34.3, -60.8, -32.8, -58.9]),
    ("Amazon", [-3.3, -60.1, 1.0, -49.8]),
    ("Corpus Christi", [27.7, -97.3, 27.9, -97.0]),
    ("Brownsville", [25.9, -97.5, 26.1, -97.1]),
    ("New Orleans", [29.4, -90.2, 30.3, -89.0]),
    ("Sabine", [29.6, -94.0, 30.1, -93.8]),
    ("Houston", [29.6, -95.2, 29.8, -94.9]),
    ("Sitka", [57.2, -135.7, 57.4, -135.6]),
    ("Kuskokwim", [60.1, -162.5, 60.8, -161.7]),
    ("Portland Canal", [55.8, -130.1, 56.0, -130.0]),
    ("Johnstone Strait", [49.9, -127.4, 50.8, -125.1]),
    ("Columbia", [45.6, -123.2, 46.2, -122.7]),
    ("Swinomish", [48.2, -122.5, 48.3, -122.3]),
    ("St Marys River", [45.9, -84.7, 46.7, -83.8]),
    ("St Lawrence", [44.0, -76.5, 46.1, -73.1]),
    ("St Clair and Detroit", [41.9, -83.2, 43.2, -82.3]),
    ("Canso", [45.4, -61.8, 46.0, -61.0]),
    ("Cape Cod", [41.7, -70.7, 41.9, -70.4]),
    ("Cape Fear", [34.1, -78.0, 34.2, -77.9]),
    ("Charleston", [32.7, -80.0, 32.9, -79.9]),
    ("Menai Strait", [53.1, -4.4, 53.3, -4.1]),
    ("Bridgwater", [51.1, -3.2, 51.3, -3.0]),
    ("Severn", [51.5, -2.8, 51.9, -2.3]),
    ("Thames", [51.4, -0.1, 51.6, 0.5]),
    ("The Wash", [52.7, 0.2, 53.0, 0.5]),
    ("Guadalquivir", [36.7, -6.5, 37.4, -6.0]),
    ("Scheldt", [51.2, 4.2, 51.4, 4.5]),
    ("Rotterdam", [51.8, 4.1, 52.0, 4.4]),
    ("Little Belt", [55.4, 9.6, 55.6, 9.9]),
    ("Kiel Canal", [53.8, 9.1, 54.5, 10.3]),
    ("Elbe", [53.5, 9.6, 53.6, 10.0]),
    ("Oslofjord", [59.5, 10.4, 59.7, 10.5]),
    ("Oulu", [65.0, 25.1, 65.1, 25.4]),
    ("Panama Canal", [8.8, -80.0, 9.5, -79.4]),
    ("Suez Canal", [29.8, 32.3, 31.4, 32.6]),
    ("Bosporus", [41.0, 29.0, 41.2, 29.1]),
    ("Corinth Canal", [37.9, 22.9, 38.0, 23.1]),
    ("Shatt al-Arab", [29.9, 48.4, 30.1, 48.7]),
    ("Don and Volga", [45.3, 39.2, 49.0, 48.1]),
    ("Yangtze", [31.8, 119.7, 32.4, 120.6]),
    ("Congo", [-6.0, 12.9, -5.8, 13.5]),
];

#[test]
fn links_over_land_are_rivers_and_canals() {
    let n = world();
    let dry = (0..n.links()).map(LinkId::at).filter(|l| n.flags[l.ix()].has(Flags::OVER_LAND));
    let mut seen = 0;
    for l in dry.filter(|l| n.layer_of(*l) == Layer::Sea) {
        seen += 1;
        let line: Vec<(f64, f64)> =
            n.line(l).into_iter().map(trimodal_model::network::degrees).collect();
        let inside = |[south, west, north, east]: &[f64; 4]| {
            line.iter().all(|(y, x)| (south..=north).contains(&y) && (west..=east).contains(&x))
        };
        assert!(OVER_LAND.iter().any(|(_, sides)| inside(sides)), "over land: {line:?}");
    }
    assert!(seen > 60, "{seen}");
}

#[test]
fn ports_are_where_they_are() {
    let n = world();
    for (code, lat, lon) in [
        ("SEVBY", 57.64, 18.29),
        ("CAMNE", 48.85, -67.55),
        ("COADZ", 12.58, -81.70),
        ("USLAX", 33.74, -118.26),
        ("MAPTM", 35.88, -5.50),
        ("BRMAO", -3.145, -60.02),
        ("CNTXG", 38.97, 117.78),
        ("PTPDL", 37.74, -25.66),
        ("ILETH", 29.54, 34.96),
        ("BHKBS", 26.20, 50.70),
        ("OMDQM", 19.67, 57.70),
        ("CNWEG", 37.51, 122.13),
        ("ITBDS", 40.64, 17.96),
    ] {
        let t = n.terminals.iter().find(|t| t.id == code).unwrap_or_else(|| panic!("no {code}"));
        let km = great_circle_km((lat, lon), trimodal_model::network::degrees(t.at_e3));
        assert!(km < 10.0, "{code} is {km:.0} km off");
        let sea = t.transfers.iter().any(|(a, _)| n.node_layer[a.ix()] == Layer::Sea)
            || t.transfers.iter().any(|(_, b)| n.node_layer[b.ix()] == Layer::Sea);
        assert!(sea, "{code} has no sea");
    }
}
