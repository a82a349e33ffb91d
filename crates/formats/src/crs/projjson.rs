//! PROJJSON as well-known text (ISO 19162): both have the same parts.

use serde_json::Value;

const METRE: &str = "LENGTHUNIT[\"metre\",1]";
const DEGREE: &str = "ANGLEUNIT[\"degree\",0.0174532925199433]";

/// The well-known text of a system; none where a part is missing that it needs.
pub fn to_wkt(crs: &Value) -> Option<String> {
    match crs.get("type")?.as_str()? {
        "ProjectedCRS" => projected(crs),
        "CompoundCRS" => to_wkt(crs.get("components")?.get(0)?),
        "BoundCRS" => to_wkt(crs.get("source_crs")?),
        kind if kind.starts_with("Geo") => Some(format!(
            "GEOGCRS[{},CS[ellipsoidal,2],AXIS[\"longitude\",east],AXIS[\"latitude\",north],{}]",
            geographic(crs)?,
            axis_unit(crs, DEGREE)
        )),
        _ => None,
    }
}

fn name(part: &Value) -> String {
    let name = part.get("name").and_then(Value::as_str).unwrap_or("unknown");
    format!("\"{}\"", name.replace('"', "'"))
}

fn projected(crs: &Value) -> Option<String> {
    let conversion = crs.get("conversion")?;
    let parameters = conversion.get("parameters")?.as_array()?;
    let parameters: Option<Vec<String>> = parameters.iter().map(parameter).collect();
    Some(format!(
        "PROJCRS[{},BASEGEOGCRS[{}],CONVERSION[{},METHOD[{}],{}],CS[Cartesian,2],AXIS[\"E\",east],AXIS[\"N\",north],{}]",
        name(crs),
        geographic(crs.get("base_crs")?)?,
        name(conversion),
        name(conversion.get("method")?),
        parameters?.join(","),
        axis_unit(crs, METRE)
    ))
}

fn parameter(of: &Value) -> Option<String> {
    let value = of.get("value")?.as_f64()?;
    Some(format!("PARAMETER[{},{value}{}]", name(of), unit(of.get("unit"))))
}

/// Name, datum and prime meridian.
fn geographic(crs: &Value) -> Option<String> {
    let datum = crs.get("datum").or_else(|| crs.get("datum_ensemble"))?;
    let ellipsoid = datum.get("ellipsoid")?;
    let number = |key: &str| {
        let value = ellipsoid.get(key)?;
        value.as_f64().or_else(|| value.get("value")?.as_f64())
    };
    let radius = || number("radius");
    let a = number("semi_major_axis").or_else(radius)?;
    let flat = |b: f64| if a > b { a / (a - b) } else { 0.0 };
    let inverse = number("inverse_flattening")
        .or_else(|| number("semi_minor_axis").map(flat))
        .or_else(|| radius().map(|_| 0.0))?;
    let ellipsoid = format!("ELLIPSOID[{},{a},{inverse},{METRE}]", name(ellipsoid));
    Some(format!("{},DATUM[{},{ellipsoid}]{}", name(crs), name(datum), meridian(datum)))
}

fn meridian(datum: &Value) -> String {
    let Some(meridian) = datum.get("prime_meridian") else {
        return format!(",PRIMEM[\"Greenwich\",0,{DEGREE}]");
    };
    let longitude = meridian.get("longitude").cloned().unwrap_or_default();
    let value = longitude.as_f64().or_else(|| longitude.get("value")?.as_f64()).unwrap_or(0.0);
    let unit = longitude.get("unit").map_or(format!(",{DEGREE}"), |u| unit(Some(u)));
    format!(",PRIMEM[{},{value}{unit}]", name(meridian))
}

fn axis_unit(crs: &Value, usual: &str) -> String {
    let unit = unit(crs.pointer("/coordinate_system/axis/0/unit"));
    let unit = unit.trim_start_matches(',');
    if unit.is_empty() { usual.to_string() } else { unit.to_string() }
}

/// A unit with a comma before it; empty where it is not known.
fn unit(of: Option<&Value>) -> String {
    let unit = match of {
        Some(Value::String(word)) if word == "metre" => METRE.to_string(),
        Some(Value::String(word)) if word == "degree" => DEGREE.to_string(),
        Some(Value::String(_)) => "SCALEUNIT[\"unity\",1]".to_string(),
        Some(other) => {
            let Some(factor) = other.get("conversion_factor").and_then(Value::as_f64) else {
                return String::new();
            };
            let kind = other.get("type").and_then(Value::as_str).unwrap_or_default();
            let word = if kind == "LinearUnit" { "LENGTHUNIT" } else { "ANGLEUNIT" };
            format!("{word}[{},{factor}]", name(other))
        }
        None => return String::new(),
    };
    format!(",{unit}")
}
