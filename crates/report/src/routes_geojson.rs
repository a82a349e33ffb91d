//! Itineraries as GeoJSON (RFC 7946): a line for each ride, a point for each stop.

use geojson::{Feature, FeatureCollection, Geometry, GeometryValue, JsonObject, Position};
use serde_json::{Value, json};
use trimodal_route::Routes;
use trimodal_route::outcome::{Itinerary, Leg, Transfer};

/// The answer as one FeatureCollection, with the attribution as a foreign member.
pub fn routes_geojson(routes: &Routes) -> String {
    let mut features = Vec::new();
    for (i, it) in routes.itineraries.iter().enumerate() {
        features.extend(it.legs.iter().enumerate().map(|(l, leg)| line(i, l, leg)));
        features.extend(it.transfers.iter().filter_map(|t| point(i, it, t)));
    }
    let foreign = JsonObject::from_iter([
        ("attribution".to_string(), json!(routes.attribution)),
        ("law".to_string(), json!(routes.law)),
        ("unreachable".to_string(), json!(routes.unreachable)),
    ]);
    let all = FeatureCollection { bbox: None, features, foreign_members: Some(foreign) };
    let mut text = all.to_string();
    text.push('\n');
    text
}

fn line(itinerary: usize, number: usize, leg: &Leg) -> Feature {
    let parts = cut(&leg.line);
    let positions = |p: &Vec<[f64; 2]>| p.iter().map(|p| Position::from(p.to_vec())).collect();
    let value = match &parts[..] {
        [one] => GeometryValue::LineString { coordinates: positions(one) },
        many => {
            GeometryValue::MultiLineString { coordinates: many.iter().map(positions).collect() }
        }
    };
    feature(
        value,
        json!({
            "itinerary": itinerary + 1,
            "leg": number + 1,
            "mode": leg.mode.word(),
            "gauge_mm": leg.gauge_mm,
            "access": leg.access,
            "ferry": leg.ferry,
            "waterways": leg.waterways,
            "from": leg.from,
            "to": leg.to,
            "distance_km": leg.distance_km,
            "time_h": leg.time_h,
            "cost_usd": leg.cost_usd,
            "co2e_kg": leg.co2e_kg,
            "mended_km": leg.mended_km,
        }),
    )
}

fn point(itinerary: usize, it: &Itinerary, t: &Transfer) -> Option<Feature> {
    let at = place(it, t)?;
    let value = GeometryValue::Point { coordinates: Position::from(at.to_vec()) };
    Some(feature(
        value,
        json!({
            "itinerary": itinerary + 1,
            "kind": t.kind,
            "place": t.place,
            "id": t.id,
            "time_h": t.time_h,
            "time_p90_h": t.time_p90_h,
            "cost_usd": t.cost_usd,
            "co2e_kg": t.co2e_kg,
        }),
    ))
}

/// The position of a stop: the end of the ride before it, or the start of the next.
pub fn place(it: &Itinerary, t: &Transfer) -> Option<[f64; 2]> {
    let before = t.after_leg.checked_sub(1).and_then(|l| it.legs.get(l)?.line.last());
    before.or_else(|| it.legs.get(t.after_leg)?.line.first()).copied()
}

fn feature(value: GeometryValue, properties: Value) -> Feature {
    Feature {
        geometry: Some(Geometry::new(value)),
        properties: properties.as_object().cloned(),
        ..Feature::default()
    }
}

/// Cuts a line where it crosses the antimeridian, as RFC 7946 section 3.1.9 requires.
pub(crate) fn cut(line: &[[f64; 2]]) -> Vec<Vec<[f64; 2]>> {
    let mut parts = vec![Vec::new()];
    let mut before: Option<[f64; 2]> = None;
    for point in line {
        if let Some([x, y]) = before
            && (point[0] - x).abs() > 180.0
        {
            let edge = 180.0_f64.copysign(x);
            let (near, far) = ((edge - x).abs(), (edge + point[0]).abs());
            let share = if near + far > 0.0 { near / (near + far) } else { 0.5 };
            let lat = y + (point[1] - y) * share;
            if let Some(last) = parts.last_mut() {
                last.push([edge, lat]);
            }
            parts.push(vec![[-edge, lat]]);
        }
        if let Some(last) = parts.last_mut() {
            last.push(*point);
        }
        before = Some(*point);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_line_over_the_antimeridian_is_cut_there() {
        let line = [[170.0, 10.0], [-170.0, 20.0], [-160.0, 20.0]];
        let whole = vec![
            vec![[170.0, 10.0], [180.0, 15.0]],
            vec![[-180.0, 15.0], [-170.0, 20.0], [-160.0, 20.0]],
        ];
        assert_eq!(cut(&line), whole);
        assert_eq!(cut(&line[1..]), vec![line[1..].to_vec()]);
    }
}
