//! Files of the field: one format to another.

use std::path::Path;

use trimodal_formats::convert::Converted;
use trimodal_formats::{Format, Mapping, Source};
use trimodal_model::Note;
use trimodal_model::problem::{FORMAT, MAPPING, Problem, Problems, nearest, shown};

use crate::Files;
use crate::kept::{self, Old};
use crate::shipment::InputFile;
use crate::world::own::{give_countries, give_gauges};

/// A source, and the file or folder that it becomes.
#[derive(Debug, Clone)]
pub struct ConvertRequest {
    /// What is read.
    pub source: Source,
    /// Its format in one word; none: by its name and content.
    pub from: Option<String>,
    /// Name of the file or folder that is written; its ending tells the format.
    pub output: String,
    /// The format that is written in one word; none: by the name.
    pub to: Option<String>,
    /// Which column means what.
    pub mapping: Option<InputFile>,
}

/// Reads a source and writes it in another format. Nothing is written to disk: the files are in the outcome.
pub fn convert(request: &ConvertRequest) -> Result<Converted, Problems> {
    let mut problems = Vec::new();
    let mut keep =
        |found: Result<Option<Format>, Problem>| found.map_err(|p| problems.push(p)).ok().flatten();
    let from = keep(format("--from", request.from.as_deref(), &Format::read_words()));
    let to = keep(format("--to", request.to.as_deref(), &Format::written_words()));
    let mapping = mapping(request.mapping.as_ref()).map_err(|p| problems.extend(p)).ok();
    let Some(mapping) = mapping.filter(|_| problems.is_empty()) else {
        return Err(problems.into());
    };
    let output = (request.output.as_str(), to);
    trimodal_formats::convert(&request.source, from, output, &mapping, give_gauges)
}

/// A scenario whose places and links are those of a network: they take the place of `places.csv` and `links.csv`. What
/// the network does not tell of a place or link that the scenario has too, by id, ends and mode, is kept. Other nodes
/// without a country have that of the nearest town, other railways without a gauge that of their country. The notes say
/// how the network was read, what was kept, and what was left out.
pub fn with_network(
    scenario: &Files,
    network: &Source,
    mapping: Option<&InputFile>,
) -> Result<(Files, Vec<Note>), Problems> {
    let mut files = scenario.as_tables().map_err(Problems::from)?;
    let mapping = self::mapping(mapping).map_err(Problems::from)?;
    let (mut table, mut notes) = trimodal_formats::convert::network(network, None, &mapping)?;
    let [places, links] =
        [kept::PLACES, kept::LINKS].map(|name| Old::read(name, files.0.get(name)));
    kept::complete(&mut table, places.as_ref(), links.as_ref());
    give_countries(&mut table);
    give_gauges(&mut table, &mut notes);
    let (tables, more) = trimodal_formats::convert::scenario_tables(&table)?;
    notes.extend(more);
    for (name, mut bytes) in tables {
        if files.0.contains_key(&name) {
            notes.push(Note::new(&name, 0, 0, format!("its rows are those of {}", network.name)));
        }
        match (name.as_str(), &places, &links) {
            (kept::PLACES, Some(old), _) => kept::places(&bytes, old, &mut notes),
            (kept::LINKS, _, Some(old)) => bytes = kept::links(bytes, old, &mut notes),
            _ => {}
        }
        files.0.insert(name, bytes);
    }
    Ok((files, notes))
}

fn format(
    option: &str,
    word: Option<&str>,
    known: &[&'static str],
) -> Result<Option<Format>, Problem> {
    let Some(word) = word else { return Ok(None) };
    let format = Format::from_word(word).filter(|f| known.contains(&f.word()));
    format.map(Some).ok_or_else(|| {
        let message = format!("{option}: `{}` is no format here", shown(word));
        let hint = match nearest(word, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("choose one of {}", known.join(", ")),
        };
        Problem::new(FORMAT, message).hint(hint)
    })
}

/// The mapping of a file; the usual names of columns without one.
pub(crate) fn mapping(file: Option<&InputFile>) -> Result<Mapping, Vec<Problem>> {
    let Some(file) = file else { return Ok(Mapping::default()) };
    file.read(
        |bytes, _| match std::str::from_utf8(bytes) {
            Ok(text) => Mapping::read(&file.name, text),
            Err(_) => Err(vec![
                Problem::new(MAPPING, "the mapping is not UTF-8 text").at(&file.name, 0, 0),
            ]),
        },
        &mut Vec::new(),
    )
}

/// A file or folder on disk as a source.
pub fn open(path: impl AsRef<Path>) -> Result<Source, Problem> {
    Source::open(path.as_ref())
}
