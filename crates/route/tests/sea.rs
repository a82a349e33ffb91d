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
