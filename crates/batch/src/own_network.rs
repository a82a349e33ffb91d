//! A network of the user's own among the files of a job, in place of the embedded one.

use toml::{Table, Value};
use trimodal::formats::Source;
use trimodal::formats::source::File;
use trimodal::model::problem::{BAD_VALUE, Problem};
use trimodal::{Files, Note, Problems, World};

use crate::job::input;

/// The fields of a table that name a network, and the mapping of its columns.
pub const FIELDS: [&str; 2] = ["network", "mapping"];

/// Where a network and its mapping are among the files of a job.
#[derive(Debug, Clone)]
pub struct OwnNetwork {
    network: String,
    mapping: Option<String>,
}

impl OwnNetwork {
    /// Takes the fields that name it; none where the table is about the embedded network.
    pub fn take(asked: &mut Table) -> Result<Option<OwnNetwork>, Vec<Problem>> {
        let mut problems = Vec::new();
        let [network, mapping] = FIELDS.map(|field| match asked.remove(field) {
            None => None,
            Some(Value::String(path)) => Some(path),
            Some(other) => {
                problems.push(refused(format!("`{field}` is {other}"), "name one file or folder"));
                None
            }
        });
        if network.is_none() && mapping.is_some() {
            problems.push(refused("there is a `mapping`, but no `network`".into(), "name both"));
        }
        match problems.is_empty() {
            true => Ok(network.map(|network| OwnNetwork { network, mapping })),
            false => Err(problems),
        }
    }

    /// The world over it.
    pub fn world(&self, files: &Files) -> Result<(World, Vec<Note>), Problems> {
        let mapping = self.mapping.as_ref().map(|path| input(files, path));
        World::over_network(&self.source(files), mapping.as_ref())
    }

    /// A folder, or a file with those that belong to it, which lie in a folder of their own.
    fn source(&self, files: &Files) -> Source {
        let name = self.network.as_str();
        let inside = |folder: &str| {
            let prefix = format!("{folder}/");
            let named = files.0.iter().filter_map(move |(key, bytes)| {
                Some(File { name: key.strip_prefix(&prefix)?.into(), bytes: bytes.clone() })
            });
            named.collect::<Vec<_>>()
        };
        let Some(bytes) = files.0.get(name) else { return Source::folder(name, inside(name)) };
        let mut source = Source::file(name, bytes.clone());
        let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
        let main = source.files[0].name.clone();
        source.files.extend(inside(folder).into_iter().filter(|f| f.name != main));
        source
    }
}

fn refused(message: String, hint: &str) -> Problem {
    Problem::new(BAD_VALUE, message).at(crate::gather::JOB, 0, 0).hint(hint)
}
