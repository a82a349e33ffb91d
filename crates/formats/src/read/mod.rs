//! Readers, one format a file.

mod csv;
mod geojson;
mod gmns;
mod gpkg;
mod gtfs;
mod omx;
mod osm;
mod parquet;
mod shapefile;
mod tntp;
mod unlocode;
mod xlsx;

use trimodal_model::problem::EMPTY;

use crate::convert::Data;
use crate::findings::Findings;
use crate::format::Format;
use crate::layer::Layer;
use crate::mapping::Mapping;
use crate::source::Source;

/// What a source of a format holds, as far as it can be read: problems may have been found.
pub fn data(
    source: &Source,
    format: Format,
    mapping: &Mapping,
    found: &mut Findings,
) -> Option<Data> {
    let layers = |layers: Option<Vec<Layer>>| layers.map(Data::Layers);
    let mut data = match format {
        Format::Csv | Format::Scenario => layers(csv::layers(source, mapping, found)),
        Format::GeoJson => layers(geojson::layers(source, mapping, found)),
        Format::GeoPackage => layers(gpkg::layers(source, found)),
        Format::GeoParquet => layers(parquet::layers(source, mapping, found)),
        Format::Gmns => gmns::network(source, mapping, found).map(Data::Network),
        Format::Gtfs => layers(gtfs::services(source, found)),
        Format::Omx => omx::matrix(source, found).map(Data::Matrix),
        Format::OsmPbf => osm::network(source, found).map(Data::Network),
        Format::Shapefile => layers(shapefile::layers(source, found)),
        Format::Tntp => tntp::data(source, mapping, found),
        Format::Unlocode => layers(unlocode::places(source, found)),
        Format::Xlsx => layers(xlsx::layers(source, found)),
    }?;
    // These formats have no type for shapes.
    if let (Data::Layers(layers), Format::Csv | Format::Xlsx) = (&mut data, format)
        && !mapping.names_geometry()
    {
        layers.iter_mut().for_each(|l| l.take_shapes(found));
    }
    let nothing = match &data {
        Data::Layers(layers) if layers.iter().all(|l| l.rows.is_empty()) => "it holds no rows",
        Data::Network(network) if network.links.is_empty() => "it holds no links",
        Data::Matrix(matrix) if matrix.zones.is_empty() || matrix.cores.is_empty() => {
            "it holds no matrix that can be read"
        }
        _ => return Some(data),
    };
    if found.is_sound() {
        found.problem(EMPTY, (&source.name, 0, 0), nothing, "check that the file is whole");
    }
    Some(data)
}
