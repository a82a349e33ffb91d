//! From a source to a form, and from a form to files.

use trimodal_model::problem::{EMPTY, FIELD_MISSING, FORMAT, NO_ROOM, Note, Problem, Problems};

use crate::findings::Findings;
use crate::format::Format;
use crate::layer::Layer;
use crate::mapping::{Columns, Field, Fields, MATRIX, Mapping};
use crate::matrix::{Matrix, Pairs};
use crate::network::Network;
use crate::source::{Source, stem};
use crate::units::Units;
use crate::{crs, from_layers, located, read as readers, to_layers, write as writers};

/// What a source holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// A network.
    Network(Network),
    /// A matrix.
    Matrix(Matrix),
    /// Rows of any other kind.
    Layers(Vec<Layer>),
}

/// Files by their names.
pub type Files = Vec<(String, Vec<u8>)>;

/// Files of a format.
#[derive(Debug, Clone, PartialEq)]
pub enum Written {
    /// One file.
    File(Vec<u8>),
    /// The files of a folder, by their names.
    Folder(Files),
}

/// What was converted.
#[derive(Debug)]
pub struct Converted {
    /// The files.
    pub written: Written,
    /// What they hold, in one line.
    pub summary: String,
    /// How the source was read, and what was left out.
    pub notes: Vec<Note>,
}

/// Reads a source. Layers that a mapping names are a network or a matrix.
pub fn read(
    source: &Source,
    from: Option<Format>,
    mapping: &Mapping,
    found: &mut Findings,
) -> Option<Data> {
    let format = match from.map_or_else(|| Format::of(source, found.names_format), Ok) {
        Ok(format) => format,
        Err(problem) => {
            found.problems.push(problem);
            return None;
        }
    };
    let Some(mut data) = readers::data(source, format, mapping, found) else {
        if found.is_sound() {
            let hint = "check that the file is whole, and what the notes say of it";
            found.problem(EMPTY, (&source.name, 0, 0), "nothing in it can be read", hint);
        }
        return None;
    };
    if let (Data::Layers(layers), Some(words)) = (&mut data, &mapping.units.crs) {
        let crs = crs::declared(words, (&mapping.file, 0, 0), found);
        layers.iter_mut().for_each(|l| l.crs = crs.clone());
    }
    let data = match data {
        Data::Layers(layers) if !mapping.links.is_empty() || !mapping.nodes.is_empty() => {
            Data::Network(as_network(&source.name, &layers, mapping, found)?)
        }
        Data::Layers(layers) if !mapping.matrix.is_empty() => {
            Data::Matrix(as_matrix(&layers, mapping, found)?)
        }
        Data::Network(mut network) => {
            mapping.fill(&mut network);
            Data::Network(network)
        }
        data => data,
    };
    found.is_sound().then_some(data)
}

/// Reads a source that holds a network.
pub fn network(
    source: &Source,
    from: Option<Format>,
    mapping: &Mapping,
) -> Result<(Network, Vec<Note>), Problems> {
    let mut found = Findings::default();
    let network = match read(source, from, mapping, &mut found) {
        Some(Data::Network(network)) => Some(network),
        Some(Data::Layers(layers)) => as_network(&source.name, &layers, mapping, &mut found),
        Some(Data::Matrix(_)) => {
            let message = "it holds a matrix, not a network";
            found.problem(
                FORMAT,
                (&source.name, 0, 0),
                message,
                "give a file with nodes and links",
            );
            None
        }
        None => None,
    };
    match network {
        Some(network) if found.is_sound() => Ok((network, found.notes)),
        _ => Err(found.refused()),
    }
}

/// The tables of a scenario that a network gives: `places.csv` and `links.csv`.
pub fn scenario_tables(network: &Network) -> Result<(Files, Vec<Note>), Problems> {
    let mut found = Findings::default();
    match writers::scenario::files(network, &mut found) {
        Some(files) => Ok((files, found.notes)),
        None => Err(found.refused()),
    }
}

/// Writes a form in a format, as one file or as a folder.
pub fn write(
    data: Data,
    to: Format,
    name: &str,
    is_folder: bool,
    mapping: &Mapping,
    found: &mut Findings,
) -> Option<Written> {
    let written = match to {
        Format::Gmns | Format::Scenario | Format::Tntp => {
            if let (Format::Tntp, Data::Matrix(matrix)) = (to, &data) {
                return Some(Written::File(writers::tntp::trips(matrix, name, found)));
            }
            let network = to_network(data, name, mapping, found)?;
            match to {
                Format::Gmns => Written::Folder(writers::gmns::files(&network, found)),
                Format::Scenario => {
                    let files = writers::scenario::files(&network, found)?;
                    found.note("links.csv", 0, 0, "a scenario needs vehicles, resources, calendars and demand too: `trimodal new` writes commented ones");
                    Written::Folder(files)
                }
                _ => Written::File(writers::tntp::net(&network, name, found)),
            }
        }
        Format::Omx => {
            let matrix = match data {
                Data::Matrix(matrix) => matrix,
                Data::Layers(layers) => as_matrix(&layers, mapping, found)?,
                Data::Network(_) => {
                    found.problem(
                        NO_ROOM,
                        (name, 0, 0),
                        "OMX holds matrices, not networks",
                        "write .gpkg or .csv",
                    );
                    return None;
                }
            };
            Written::File(writers::omx::file(&matrix, name, found)?)
        }
        to => {
            let mut layers = to_layers(data);
            layers.iter_mut().for_each(|l| l.take_missing(found));
            if matches!(to, Format::GeoPackage | Format::GeoJson | Format::GeoParquet) {
                located::give_shapes(&mut layers, found);
            }
            writers::layers(layers, to, name, is_folder, found)?
        }
    };
    found.is_sound().then_some(written)
}

/// Reads a source and writes it in another format. `complete` gives a network what a scenario needs and its source may
/// not tell: the gauges of its railways.
pub fn convert(
    source: &Source,
    from: Option<Format>,
    (output, to): (&str, Option<Format>),
    mapping: &Mapping,
    complete: impl FnOnce(&mut Network, &mut Vec<Note>),
) -> Result<Converted, Problems> {
    let mut found = Findings::default();
    found.names_format = true;
    let to = match to.map_or_else(|| Format::of_output(output), Ok) {
        Ok(to) => Some(to),
        Err(problem) => {
            found.problems.push(problem);
            None
        }
    };
    let data = read(source, from, mapping, &mut found);
    let (Some(to), Some(mut data)) = (to, data) else { return Err(found.refused()) };
    if let (Format::Scenario, Data::Network(network)) = (to, &mut data) {
        complete(network, &mut found.notes);
    }
    // A folder has no ending, or says that it is one; `-` is a stream.
    let is_folder =
        output != "-" && (output.ends_with('/') || crate::source::extension(output).is_empty());
    let summary = summary(&data);
    match write(data, to, output, is_folder, mapping, &mut found) {
        Some(written) => Ok(Converted { written, summary, notes: found.notes }),
        None => Err(found.refused()),
    }
}

fn summary(data: &Data) -> String {
    match data {
        Data::Network(n) => format!("{} nodes, {} links", n.nodes.len(), n.links.len()),
        Data::Matrix(m) => {
            let names: Vec<&str> = m.cores.iter().map(|c| c.name.as_str()).collect();
            format!(
                "{} zones, {} ({})",
                m.zones.len(),
                count(names.len(), "matrix", "matrices"),
                names.join(", ")
            )
        }
        Data::Layers(layers) => {
            let one = |l: &Layer| format!("{}: {}", l.name, count(l.rows.len(), "row", "rows"));
            layers.iter().map(one).collect::<Vec<_>>().join(", ")
        }
    }
}

fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

fn as_network(
    name: &str,
    layers: &[Layer],
    mapping: &Mapping,
    found: &mut Findings,
) -> Option<Network> {
    from_layers::network(stem(name), layers, mapping, Units::default(), found)
}

fn to_network(data: Data, name: &str, mapping: &Mapping, found: &mut Findings) -> Option<Network> {
    match data {
        Data::Network(network) => Some(network),
        Data::Layers(layers) => as_network(name, &layers, mapping, found),
        Data::Matrix(_) => {
            let message = "a matrix is no network";
            found.problem(
                NO_ROOM,
                (name, 0, 0),
                message,
                "write .omx, .csv or .xlsx, or trips as .tntp",
            );
            None
        }
    }
}

fn to_layers(data: Data) -> Vec<Layer> {
    match data {
        Data::Layers(layers) => layers,
        Data::Network(network) => to_layers::layers(&network),
        Data::Matrix(matrix) => vec![matrix.layer()],
    }
}

/// The matrix of a list of pairs: the columns that a mapping names, or those with usual names; without a column for
/// values all other columns of numbers.
fn as_matrix(layers: &[Layer], mapping: &Mapping, found: &mut Findings) -> Option<Matrix> {
    let layer = mapping.layer(&mapping.matrix, layers, found).or(layers.first())?;
    let fields: Fields = mapping.matrix.clone();
    let columns = Columns::of(layer, MATRIX, &fields, &mapping.file, found);
    let (Some(origin), Some(destination)) = (columns.index("origin"), columns.index("destination"))
    else {
        let hint = format!(
            "name them in a mapping: [matrix] origin, destination; there are {}",
            layer.columns.join(", ")
        );
        let message = "no columns hold the origins and destinations of a matrix";
        found.problems.push(Problem::new(FIELD_MISSING, message).at(&layer.file, 1, 0).hint(hint));
        return None;
    };
    let ends = [origin, destination];
    let core = apart(layer, &columns, &fields);
    let values =
        values(layer, &columns, [origin, destination, core.unwrap_or(origin)], mapping, found)?;
    let is_used = |c: &usize| values.contains(c) || ends.contains(c) || core == Some(*c);
    let left = (0..layer.columns.len()).filter(|c| !is_used(c));
    found.unused(&layer.file, "columns", left.map(|c| layer.columns[c].as_str()));
    let pairs = Pairs { ends, values, core };
    Matrix::from_layer(layer, &pairs, found).filter(|_| found.is_sound())
}

/// The column that tells several rows of a pair apart: the one that a mapping names, or `by` of a table of several
/// criteria.
fn apart(layer: &Layer, columns: &Columns, fields: &Fields) -> Option<usize> {
    let column = columns.index("core")?;
    let mut words = layer.rows.iter().map(|r| layer.cell(r, column));
    let first = words.next();
    (fields.contains_key("core") || words.any(|w| Some(w) != first)).then_some(column)
}

/// The columns of values: those that a mapping names, or one with a usual name, or all others of numbers.
fn values(
    layer: &Layer,
    columns: &Columns,
    others: [usize; 3],
    mapping: &Mapping,
    found: &mut Findings,
) -> Option<Vec<usize>> {
    let mut values = match (mapping.matrix.get("values"), columns.index("values")) {
        (Some(Field::Columns(names)), _) => named(layer, names, mapping, found),
        (_, Some(column)) => vec![column],
        _ => Vec::new(),
    };
    if values.is_empty() {
        let is_number = |c: &usize| layer.is_numeric(*c) && !others.contains(c);
        values = (0..layer.columns.len()).filter(is_number).collect();
    }
    if values.is_empty() {
        let message = "no column holds values of a matrix";
        let hint = "name them in a mapping: [matrix] values";
        found.problem(FIELD_MISSING, (&layer.file, 1, 0), message, hint);
        return None;
    }
    Some(values)
}

fn named(layer: &Layer, names: &[String], mapping: &Mapping, found: &mut Findings) -> Vec<usize> {
    let mut columns = Vec::new();
    for name in names {
        match layer.column(name) {
            Some(column) => columns.push(column),
            None => {
                let message = format!("`{}` has no column `{name}`", layer.file);
                let hint = format!("its columns are {}", layer.columns.join(", "));
                found.problem(FIELD_MISSING, (&mapping.file, 0, 0), message, hint);
            }
        }
    }
    columns
}
