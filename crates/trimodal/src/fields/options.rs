//! Problems name options of the command line; callers who write fields are told of fields.

/// Options of the command line, and the fields of the same meaning. Those of `trimodal serve` stay as they are.
const FIELDS: &[(&str, &str)] = &[
    ("alternatives", "alternatives"),
    ("around", "around"),
    ("avoid", "avoid"),
    ("avoid-area", "avoid_areas"),
    ("bbox", "box"),
    ("by", "by"),
    ("counterfactual-no-law", "counterfactual_no_law"),
    ("date", "date"),
    ("draught", "draught_m"),
    ("goods-origin", "goods_origin"),
    ("hs", "hs"),
    ("jurisdiction", "jurisdictions"),
    ("km", "km"),
    ("modes", "modes"),
    ("multiple", "multiples"),
    ("no-mended", "no_mended"),
    ("only-via", "only_via"),
    ("policies", "own_policies"),
    ("policy", "policies"),
    ("ship", "ship"),
    ("snap-km", "snap_km"),
    ("terminals", "terminals"),
    ("teu", "teu"),
    ("tolerance", "tolerance"),
    ("tonnes", "tonnes"),
    ("via", "via"),
    ("with", "compare_with"),
    ("without", "compare_without"),
];

/// A message in which options of the command line (`--snap-km`) have become fields (`snap_km`).
///
/// ```
/// use trimodal::fields::in_fields;
///
/// assert_eq!(in_fields("--ship: unknown, --draught too"), "ship: unknown, draught_m too");
/// assert_eq!(in_fields("a -- b, --max-cells"), "a -- b, --max-cells");
/// ```
pub fn in_fields(message: &str) -> String {
    let mut parts = message.split("--");
    let mut text = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(part.len());
        let (option, rest) = part.split_at(end);
        match FIELDS.iter().find(|(name, _)| *name == option) {
            Some((_, field)) => text.push_str(field),
            None => text.extend(["--", option]),
        }
        text.push_str(rest);
    }
    text
}
