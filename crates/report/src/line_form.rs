//! Forms of the line of a route in one cell.

use geo_types::Geometry;
use trimodal_route::outcome::Itinerary;

use crate::geometry;
use crate::routes_geojson::cut;

/// The form of the line of a route in one cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineForm {
    /// Well-known text, longitude before latitude: `LINESTRING`, or `MULTILINESTRING` where it is cut at the
    /// antimeridian.
    Wkt,
    /// Encoded polyline of six decimals, latitude before longitude. It cannot be cut, so it runs on across 180
    /// degrees.
    Polyline6,
}

impl LineForm {
    /// The name of the column.
    pub fn column(self) -> &'static str {
        match self {
            LineForm::Wkt => "wkt",
            LineForm::Polyline6 => "polyline6",
        }
    }

    /// The form of a column.
    pub fn from_column(name: &str) -> Option<LineForm> {
        [LineForm::Wkt, LineForm::Polyline6].into_iter().find(|form| form.column() == name)
    }

    /// The line of an itinerary.
    pub fn of(self, itinerary: &Itinerary) -> String {
        let mut line: Vec<[f64; 2]> = Vec::new();
        for point in itinerary.legs.iter().flat_map(|leg| &leg.line) {
            if line.last() != Some(point) {
                line.push(*point);
            }
        }
        match self {
            LineForm::Wkt => wkt(&line),
            LineForm::Polyline6 => polyline6(&line),
        }
    }

    /// The shape of a line that [`LineForm::of`] wrote; none where it has less than two points.
    pub(crate) fn shape(self, text: &str) -> Option<Geometry<f64>> {
        match self {
            LineForm::Wkt => geometry::parts(from_wkt(text)?),
            LineForm::Polyline6 => geometry::line(&from_polyline6(text)?),
        }
    }
}

fn wkt(line: &[[f64; 2]]) -> String {
    // A tenth of a metre.
    let rounded = |x: f64| (x * 1e6).round() / 1e6 + 0.0;
    let part = |part: &Vec<[f64; 2]>| {
        let points = part.iter().map(|[lon, lat]| format!("{} {}", rounded(*lon), rounded(*lat)));
        format!("({})", points.collect::<Vec<_>>().join(", "))
    };
    match &cut(line)[..] {
        [one] if one.len() < 2 => "LINESTRING EMPTY".into(),
        [one] => format!("LINESTRING {}", part(one)),
        many => {
            let parts: Vec<String> = many.iter().map(part).collect();
            format!("MULTILINESTRING ({})", parts.join(", "))
        }
    }
}

/// The parts of well-known text as [`wkt`] writes it.
fn from_wkt(text: &str) -> Option<Vec<Vec<[f64; 2]>>> {
    let inside = text.trim_start_matches("MULTI").strip_prefix("LINESTRING ")?;
    let point = |point: &str| {
        let mut degrees = point.trim_matches([' ', '(', ')']).split(' ').map(str::parse);
        Some([degrees.next()?.ok()?, degrees.next()?.ok()?])
    };
    inside.split("), (").map(|part| part.split(',').map(point).collect()).collect()
}

/// The encoding of Google Maps with six decimals: differences, five bits a character, the last first.
fn polyline6(line: &[[f64; 2]]) -> String {
    let mut out = String::new();
    let mut before = [0_i64; 2];
    let mut last = None;
    for [lon, lat] in line {
        let lon = last.map_or(*lon, |last: f64| lon + ((last - lon) / 360.0).round() * 360.0);
        last = Some(lon);
        let here = [*lat, lon].map(|x| (x * 1e6).round() as i64);
        for (now, before) in here.iter().zip(before) {
            let step = now - before;
            let mut bits = (step << 1) ^ (step >> 63);
            loop {
                let more = if bits >= 0x20 { 0x20 } else { 0 };
                out.push(char::from(((bits & 0x1f) as u8 | more) + 63));
                bits >>= 5;
                if more == 0 {
                    break;
                }
            }
        }
        before = here;
    }
    out
}

/// The points of such an encoding, with longitudes between -180 and 180.
fn from_polyline6(text: &str) -> Option<Vec<[f64; 2]>> {
    let (mut numbers, mut bits, mut shift) = (Vec::new(), 0_i64, 0_u32);
    for byte in text.bytes() {
        let byte = i64::from(byte.checked_sub(63)?);
        bits |= (byte & 0x1f).checked_shl(shift)?;
        shift += 5;
        if byte < 0x20 {
            numbers.push((bits >> 1) ^ -(bits & 1));
            (bits, shift) = (0, 0);
        }
    }
    let mut at = [0_i64; 2];
    let point = |step: &[i64]| {
        at = [at[0] + step[0], at[1] + step[1]];
        let [lat, lon] = at.map(|x| x as f64 / 1e6);
        [lon - (lon / 360.0).round() * 360.0, lat]
    };
    Some(numbers.chunks_exact(2).map(point).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_the_forms_that_others_read() {
        let line = [[170.0, 10.0], [-170.0, 20.0]];
        assert_eq!(wkt(&line), "MULTILINESTRING ((170 10, 180 15), (-180 15, -170 20))");
        assert_eq!(wkt(&[[1.5, -2.0], [2.25, 3.0]]), "LINESTRING (1.5 -2, 2.25 3)");
        assert_eq!(wkt(&[[1.5, -2.0]]), "LINESTRING EMPTY");
        // Of the description of the format, its three points, with six decimals in place of five.
        let line = [[-120.2, 38.5], [-120.95, 40.7], [-126.453, 43.252]];
        assert_eq!(polyline6(&line), "_izlhA~rlgdF_{geC~ywl@_kwzCn`{nI");
        // Across 180 degrees it runs on.
        assert_eq!(
            polyline6(&[[170.0, 10.0], [-170.0, 20.0]]),
            polyline6(&[[170.0, 10.0], [190.0, 20.0]])
        );
    }

    #[test]
    fn lines_that_were_written_are_read() {
        let lines: [&[[f64; 2]]; 2] =
            [&[[1.5, -2.0], [2.25, 3.0]], &[[170.0, 10.0], [-170.0, 20.0]]];
        for line in lines {
            let shape = geometry::line(line);
            assert!(shape.is_some());
            assert_eq!(LineForm::Wkt.shape(&wkt(line)), shape);
            assert_eq!(LineForm::Polyline6.shape(&polyline6(line)), shape);
        }
        assert_eq!(LineForm::Wkt.shape("LINESTRING EMPTY"), None);
        assert_eq!(LineForm::Polyline6.shape(""), None);
    }
}
