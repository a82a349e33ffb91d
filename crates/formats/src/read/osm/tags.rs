//! What the tags of OpenStreetMap say of a way or a place.

use std::collections::BTreeMap;

use trimodal_model::scenario::Mode;

use super::speed;

/// The tags of an element.
pub type Tags<'a> = BTreeMap<&'a str, &'a str>;

/// Classes of roads that carry freight between places.
const ROADS: [&str; 4] = ["motorway", "trunk", "primary", "secondary"];

/// A way that freight uses.
pub struct Way {
    pub id: i64,
    pub name: String,
    pub mode: Mode,
    pub kind: String,
    pub gauges_mm: Vec<u16>,
    pub lanes: Option<f64>,
    /// Speed of trucks while driving, limit of a track.
    pub running_kmh: Option<f64>,
    /// How long a ferry takes from end to end.
    pub hours: Option<f64>,
    pub is_one_way: bool,
    /// Whether it is used against the order of its points.
    is_backward: bool,
    pub refs: Vec<i64>,
}

impl Way {
    /// The same way along some points, in the order in which it is used.
    pub fn along(self, mut refs: Vec<i64>) -> Way {
        if self.is_backward {
            refs.reverse();
        }
        Way { refs, ..self }
    }

    /// Whether two ways are one line where they follow one another. A one-way road is not joined: its direction would
    /// be lost.
    pub fn continues(&self, other: &Way) -> bool {
        let same =
            (self.mode, &self.kind, &self.gauges_mm) == (other.mode, &other.kind, &other.gauges_mm);
        let same = same && (self.kind != "ferry" || self.name == other.name);
        same && !self.is_one_way && !other.is_one_way
    }
}

/// The way of some tags, without its points; none where no freight uses it.
pub fn way(id: i64, tags: &Tags) -> Option<Way> {
    let tag = |key: &str| tags.get(key).copied().unwrap_or_default();
    let (mode, kind) = kind(tags)?;
    let name = [tag("name:en"), tag("name"), tag("ref")].into_iter().find(|n| !n.is_empty());
    let is_round = ["roundabout", "circular"].contains(&tag("junction"));
    let (is_one_way, is_backward) = match tag("oneway") {
        _ if mode != Mode::Road => (false, false),
        "yes" | "true" | "1" => (true, false),
        "-1" | "reverse" => (true, true),
        "no" | "false" | "0" => (false, false),
        _ => (kind == "motorway" || is_round, false),
    };
    Some(Way {
        id,
        name: name.unwrap_or_default().to_string(),
        mode,
        kind: kind.to_string(),
        gauges_mm: if mode == Mode::Rail { gauges(tag("gauge")) } else { Vec::new() },
        lanes: tag("lanes").parse().ok().filter(|n: &f64| *n > 0.0 && *n < 50.0),
        running_kmh: if kind == "ferry" { None } else { speed::running_kmh(tags, mode) },
        hours: if kind == "ferry" { speed::hours(tag("duration")) } else { None },
        is_one_way,
        is_backward,
        refs: Vec::new(),
    })
}

fn kind<'a>(tags: &Tags<'a>) -> Option<(Mode, &'a str)> {
    let tag = |key: &str| tags.get(key).copied().unwrap_or_default();
    if tag("route") == "ferry" {
        let carries = |key: &str| tag(key) == "yes" || tag(key) == "designated";
        let train = tag("ferry") == "train" || tag("railway") == "ferry" || carries("train");
        // A ferry without a word of vehicles is as often a water taxi.
        const VEHICLES: [&str; 5] = ["vehicle", "motor_vehicle", "motorcar", "goods", "hgv"];
        let is_shut = |key: &&str| ["no", "private"].contains(&tag(key));
        let barred = ["access"].iter().chain(&VEHICLES).any(is_shut);
        let takes = VEHICLES.iter().any(|key| carries(key)) || ROADS.contains(&tag("ferry"));
        let truck = carries("hgv") || (takes && !barred);
        return if train {
            Some((Mode::Rail, "ferry"))
        } else {
            truck.then_some((Mode::Road, "ferry"))
        };
    }
    let railway = tag("railway");
    if ["rail", "narrow_gauge"].contains(&railway) {
        let siding = ["yard", "siding", "crossover"].contains(&tag("service"));
        let idle = ["tourism", "military", "test"].contains(&tag("usage"));
        return (!siding && !idle).then_some((Mode::Rail, railway));
    }
    let highway = tag("highway");
    let class = highway.strip_suffix("_link").unwrap_or(highway);
    if ROADS.contains(&class) {
        let shut = tag("hgv") == "no" || ["no", "private"].contains(&tag("access"));
        return (!shut).then_some((Mode::Road, class));
    }
    let waterway = tag("waterway");
    let navigable = ["river", "canal", "fairway"].contains(&waterway) && tags.contains_key("CEMT");
    navigable.then_some((Mode::Barge, waterway))
}

/// The gauges of `1435;1520`; none where they are not told.
fn gauges(text: &str) -> Vec<u16> {
    let each = text.split(';').filter_map(|g| g.trim().parse().ok());
    each.filter(|g| (300..=3_000).contains(g)).collect()
}

/// Whether a point of a railway is a place where trains stop.
pub fn is_station(tags: &Tags) -> bool {
    tags.get("railway").is_some_and(|r| ["station", "halt", "yard"].contains(r))
}

/// A place where freight changes its mode.
pub struct Terminal {
    pub id: i64,
    pub name: String,
    pub kind: &'static str,
}

/// The terminal of some tags; none where there is none.
pub fn terminal(id: i64, tags: &Tags) -> Option<Terminal> {
    let kind = match (is_inland(tags), is_port(tags), is_freight_yard(tags)) {
        (true, _, _) => "terminal",
        (_, true, _) => "port",
        (_, _, true) => "yard",
        _ => return None,
    };
    let tag = |key: &str| tags.get(key).copied().unwrap_or_default();
    let name =
        [tag("name:en"), tag("name")].into_iter().find(|n| !n.is_empty()).unwrap_or_default();
    Some(Terminal { id, name: name.to_string(), kind })
}

/// A harbour of these kinds takes no freight between ships and land.
const NO_FREIGHT: [&str; 6] =
    ["marina", "marina_no_facilities", "fishing", "naval", "yacht", "seaplane"];

fn is_port(tags: &Tags) -> bool {
    let tag = |key: &str| tags.get(key).copied().unwrap_or_default();
    let is_other = ["seamark:harbour:category", "harbour:category", "harbour", "port"]
        .iter()
        .any(|key| tag(key).split(';').all(|kind| NO_FREIGHT.contains(&kind)));
    let is_named = ["port", "container_terminal"].contains(&tag("industrial"))
        || tag("landuse") == "port"
        || tag("seamark:type") == "harbour"
        || ["yes", "commercial", "cargo"].contains(&tag("harbour"));
    is_named && !is_other && tag("leisure") != "marina"
}

fn is_inland(tags: &Tags) -> bool {
    let tag = |key: &str| tags.get(key).copied().unwrap_or_default();
    let by_rail = ["container_terminal", "freight_terminal", "intermodal_terminal"];
    let of_freight = ["freight", "cargo"].contains(&tag("station"))
        || ["freight", "mixed"].contains(&tag("railway:traffic_mode"));
    tag("industrial") == "intermodal_terminal"
        || by_rail.contains(&tag("railway"))
        || (tag("railway") == "station" && of_freight)
}

/// A yard where goods are loaded: of one for shunting alone the purpose is told.
fn is_freight_yard(tags: &Tags) -> bool {
    const SHUNTING: [&str; 4] = ["marshalling", "auxiliary", "unused", "storage"];
    let tag = |key: &str| tags.get(key).copied().unwrap_or_default();
    let purpose = tag("railway:yard:purpose");
    let shunts = purpose.split(';').all(|p| SHUNTING.contains(&p.trim()));
    tag("railway") == "yard" && !shunts
}
