//! The land of the world as outlines of countries for the maps of reports: Natural Earth, 1:110 m,
//! in tenths of a degree.

use std::fmt::Write;

use topojson::{TopoJson, to_geojson};

use super::Outcome;
use super::countries::{polygons, unwrapped};

/// One outline per line: longitude and latitude in tenths of a degree, separated by spaces.
pub fn outlines(atlas: &str) -> Outcome<String> {
    let TopoJson::Topology(topology) = atlas.parse()? else {
        return Err("the atlas is no topology".into());
    };
    let mut out = String::from(
        "# Outlines of countries, longitude and latitude in tenths of a degree. Natural Earth 1:110 m, public domain,\n\
         # by way of world-atlas 2.0.2; written by `xtask world`. For orientation only.\n",
    );
    for feature in to_geojson(&topology, "countries")?.features {
        let Some(geometry) = feature.geometry else { continue };
        for rings in polygons(&serde_json::to_value(&geometry)?) {
            let Some(outer) = rings.first() else { continue };
            let tenths = |v: f64| (v * 10.0).round() as i32;
            let mut points: Vec<[i32; 2]> =
                unwrapped(outer).iter().map(|p| [tenths(p.x), tenths(p.y)]).collect();
            points.dedup();
            let text: Vec<String> = points.iter().map(|[x, y]| format!("{x} {y}")).collect();
            let _ = writeln!(out, "{}", text.join(" "));
        }
    }
    Ok(out)
}
