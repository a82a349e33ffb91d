//! A job and everything it names, as files in memory: what machines need to run it.

use std::path::Path;

use toml::{Table, Value};
use trimodal::Files;
use trimodal::fields::Kind;
use trimodal::fields::shipment::SHIPMENT;
use trimodal::model::problem::{FOLDER, Problem, TOML, shown};

use crate::own_network;

/// The name of the job among its files.
pub const JOB: &str = "job.toml";

/// The key of the day on which a job without a `date` was planned: its law is that of this day on all machines.
pub(crate) const PLANNED_ON: &str = "planned_on";

/// Reads a job and the files and scenarios that it names, which are sought beside it. The job that is returned
/// names their copies, and the day of its law.
pub fn gather(path: &Path) -> Result<Files, Vec<Problem>> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|e| {
        let problem = Problem::new(FOLDER, format!("cannot read `{name}`: {e}"));
        vec![problem.hint("`trimodal batch --help` shows a job")]
    })?;
    let mut job = parse(&name, &text)?;
    let base = path.parent().unwrap_or(Path::new(""));
    let mut gathered = Gathered { base, files: Files::default(), problems: Vec::new() };
    if let Some(table) = job.get_mut("table").and_then(Value::as_table_mut) {
        for field in file_fields() {
            gathered.inputs(table, field);
        }
        gathered.network(table);
        if !table.contains_key("date") {
            job.insert(PLANNED_ON.into(), Value::String(today()));
        }
    }
    for kind in ["plan", "simulate"] {
        if let Some(table) = job.get_mut(kind).and_then(Value::as_table_mut) {
            gathered.scenarios(table);
        }
    }
    gathered.files.0.insert(JOB.into(), job.to_string().into_bytes());
    if gathered.problems.is_empty() { Ok(gathered.files) } else { Err(gathered.problems) }
}

/// A job as a table.
pub(crate) fn parse(name: &str, text: &str) -> Result<Table, Vec<Problem>> {
    text.parse::<Table>().map_err(|e| {
        let before = e.span().map_or("", |span| text.get(..span.start).unwrap_or_default());
        let row = 1 + before.matches('\n').count();
        let column = 1 + before.rsplit('\n').next().map_or(0, |line| line.chars().count());
        vec![Problem::new(TOML, e.message().to_string()).at(name, row, column)]
    })
}

/// The fields of a table that name files.
pub(crate) fn file_fields() -> impl Iterator<Item = &'static str> {
    let tables = SHIPMENT.iter().filter(|f| matches!(f.kind, Kind::Table)).map(|f| f.name);
    ["origins", "destinations", "avoid_areas"].into_iter().chain(tables)
}

/// What a field of a file may say instead of a path.
pub(crate) fn is_word(field: &str, value: &str) -> bool {
    field == "factors" && value == "desnz"
}

fn today() -> String {
    jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::now()).date().to_string()
}

struct Gathered<'a> {
    base: &'a Path,
    files: Files,
    problems: Vec<Problem>,
}

impl Gathered<'_> {
    /// Takes the files of a field and puts their new names in the place of the old.
    fn inputs(&mut self, table: &mut Table, field: &'static str) {
        match table.get_mut(field) {
            Some(Value::String(path)) if !is_word(field, path) => {
                *path = self.input(field, path);
            }
            Some(Value::Array(paths)) => {
                for path in paths {
                    if let Value::String(path) = path {
                        *path = self.input(field, path);
                    }
                }
            }
            _ => {}
        }
    }

    /// Takes a network, a folder or a file with those that belong to it, and its mapping.
    fn network(&mut self, table: &mut Table) {
        let [network, mapping] = own_network::FIELDS;
        if let Some(Value::String(path)) = table.get_mut(network) {
            let folder = self.name(path);
            match trimodal::files::open(self.base.join(&*path)) {
                Ok(source) => {
                    *path = match (source.is_folder, source.files.first()) {
                        (false, Some(main)) => format!("{folder}/{}", main.name),
                        _ => folder.clone(),
                    };
                    let named =
                        source.files.into_iter().map(|f| (format!("{folder}/{}", f.name), f.bytes));
                    self.files.0.extend(named);
                }
                Err(problem) => self.problems.push(problem),
            }
        }
        self.inputs(table, mapping);
    }

    fn input(&mut self, field: &str, path: &str) -> String {
        let name = self.name(path);
        match std::fs::read(self.base.join(path)) {
            Ok(bytes) => drop(self.files.0.insert(name.clone(), bytes)),
            Err(e) => {
                let message = format!("`{field}`: cannot read `{}`: {e}", shown(path));
                let hint = "paths count from the folder of the job";
                self.problems.push(Problem::new(FOLDER, message).hint(hint));
            }
        }
        name
    }

    /// A name for a copy that no other has.
    fn name(&self, path: &str) -> String {
        let last = Path::new(path).file_name().map(|n| n.to_string_lossy().into_owned());
        let last = last.unwrap_or_else(|| "input".into());
        let taken = |name: &String| {
            let folder = format!("{name}/");
            self.files.0.keys().any(|k| k == name || k.starts_with(&folder))
        };
        let numbered = (1..).map(|n| if n == 1 { last.clone() } else { format!("{n}-{last}") });
        let mut names = numbered.map(|name| format!("inputs/{name}"));
        names.find(|name| !taken(name)).unwrap_or_default()
    }

    /// Takes the scenarios of a sweep.
    fn scenarios(&mut self, table: &mut Table) {
        let Some(Value::Array(paths)) = table.get_mut("scenarios") else { return };
        for path in paths {
            let Value::String(path) = path else { continue };
            let name = self.name(path);
            let (read, _) = Files::read(&self.base.join(&*path));
            match read.and_then(|files| files.as_tables()) {
                Ok(files) => {
                    let copied =
                        files.0.into_iter().map(|(n, bytes)| (format!("{name}/{n}"), bytes));
                    self.files.0.extend(copied);
                }
                Err(problems) => self.problems.extend(problems),
            }
            *path = name;
        }
    }
}
