//! Scenarios: read, looked at, and written. They are never changed; an edit makes another from edited files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCapsule};
use trimodal::model::problem::{MALFORMED, Problem};
use trimodal::model::tables::TABLES;
use trimodal::model::{SETTINGS, TableCells};
use trimodal::{Files, InputFile, Note, report};

use crate::capsules;
use crate::errors::{cell, input_error, refused_as};
use crate::layers;
use crate::outcome::{Study, no_table, unwritten};

/// The columns of a table, what each holds, and its rows.
type Written = (Vec<String>, Vec<String>, Vec<Vec<String>>);

/// A scenario with its files.
#[pyclass(frozen, module = "trimodal._trimodal")]
pub struct Scenario {
    /// As it was read.
    pub files: Arc<Files>,
    /// What engines read.
    pub model: Arc<trimodal::Scenario>,
    notes: Vec<Note>,
}

impl Scenario {
    fn of(py: Python<'_>, files: Files, folder: &Path) -> PyResult<Scenario> {
        let (read, mut notes) = py.detach(|| trimodal::Scenario::read_files(&files));
        for note in &mut notes {
            note.at = std::mem::take(&mut note.at).in_folder(folder);
        }
        let model = read.map_err(|problems| refused(py, problems, &files, folder))?;
        Ok(Scenario { files: Arc::new(files), model: Arc::new(model), notes })
    }

    /// The scenario as outcomes keep it.
    pub fn study(&self) -> Study {
        Study::of(&self.files, self.model.clone())
    }

    fn cells(&self, py: Python<'_>) -> PyResult<Vec<TableCells>> {
        self.files.cells().map_err(|problems| input_error(py, &problems, &|_| None))
    }

    fn table_cells(&self, py: Python<'_>, name: &str) -> PyResult<TableCells> {
        let found = self.cells(py)?.into_iter().find(|cells| cells.table.name == name);
        found.ok_or_else(|| no_table(py, name))
    }
}

/// The exception of a scenario that cannot be used, with the cells that its problems are about.
fn refused(py: Python<'_>, problems: Vec<Problem>, files: &Files, folder: &Path) -> PyErr {
    let all = files.cells().unwrap_or_default();
    let value = |problem: &Problem| {
        let at = problem.at.as_ref()?;
        let name = |cells: &TableCells| {
            at.file.ends_with(&cells.table.file())
                || at.file.ends_with(&format!("!{}", cells.table.name))
        };
        let rows = &all.iter().find(|cells| name(cells))?.rows;
        cell(rows, at)
    };
    let values: Vec<Option<String>> = problems.iter().map(value).collect();
    let placed: Vec<Problem> = problems
        .into_iter()
        .map(|mut problem| {
            problem.at = problem.at.take().map(|at| at.in_folder(folder));
            problem
        })
        .collect();
    let of = |problem: &Problem| values[placed.iter().position(|p| p == problem)?].clone();
    input_error(py, &placed, &of)
}

#[pymethods]
impl Scenario {
    /// Reads a folder or a workbook.
    #[staticmethod]
    fn read(py: Python<'_>, path: PathBuf) -> PyResult<Scenario> {
        let folder = match path.is_file() {
            true => path.parent().unwrap_or(Path::new("")),
            false => &path,
        };
        let (files, notes) = Files::read(&path);
        let files = files.map_err(|problems| refused(py, problems, &Files::default(), folder))?;
        let mut scenario = Scenario::of(py, files, folder)?;
        scenario.notes.splice(0..0, notes);
        Ok(scenario)
    }

    /// Reads a folder or a workbook, with places and links of a network; the second is a mapping.
    #[staticmethod]
    fn over(
        py: Python<'_>,
        path: PathBuf,
        network: PathBuf,
        mapping: Option<PathBuf>,
    ) -> PyResult<Scenario> {
        let (files, mut notes) = Files::read(&path);
        let read = files.and_then(|files| {
            let source = trimodal::files::open(&network).map_err(|problem| vec![problem])?;
            let mapping = mapping.map(|path| InputFile::open(&path));
            let read = trimodal::files::with_network(&files, &source, mapping.as_ref());
            read.map_err(|refused| refused.problems)
        });
        let read = read.map_err(|problems| refused(py, problems, &Files::default(), &path));
        let (files, more) = read?;
        let mut scenario = Scenario::of(py, files, &path)?;
        notes.extend(more);
        scenario.notes.splice(0..0, notes);
        Ok(scenario)
    }

    /// Reads files in memory.
    #[staticmethod]
    fn from_files(py: Python<'_>, files: BTreeMap<String, Vec<u8>>) -> PyResult<Scenario> {
        Scenario::of(py, Files(files), Path::new(""))
    }

    /// The scenario that `trimodal new` writes.
    #[staticmethod]
    fn starter(py: Python<'_>) -> PyResult<Scenario> {
        Scenario::of(py, trimodal::starter(), Path::new(""))
    }

    /// Its settings as JSON.
    fn settings(&self) -> PyResult<String> {
        serde_json::to_string(&self.model.settings)
            .map_err(|e| PyRuntimeError::new_err(e.to_string()))
    }

    /// Its files as text: CSV tables and `scenario.toml`, those of a workbook too. Settings in JSON replace its own.
    #[pyo3(signature = (settings=None))]
    fn files<'py>(
        &self,
        py: Python<'py>,
        settings: Option<&str>,
    ) -> PyResult<BTreeMap<String, Bound<'py, PyBytes>>> {
        let mut all = BTreeMap::new();
        for cells in self.cells(py)? {
            let file = cells.table.file();
            let bytes = match self.files.0.get(&file) {
                Some(bytes) => bytes.clone(),
                None => csv_of(&cells)?,
            };
            all.insert(file, PyBytes::new(py, &bytes));
        }
        let toml = match (settings, self.files.0.get(SETTINGS)) {
            (None, Some(bytes)) => bytes.clone(),
            (settings, _) => {
                let own = self.settings()?;
                toml_of(py, settings.unwrap_or(&own))?.into_bytes()
            }
        };
        all.insert(SETTINGS.to_string(), PyBytes::new(py, &toml));
        Ok(all)
    }

    /// Names of the tables that a scenario may have.
    #[staticmethod]
    fn known_tables() -> Vec<&'static str> {
        TABLES.iter().map(|table| table.name).collect()
    }

    /// Names of its tables.
    fn tables(&self, py: Python<'_>) -> PyResult<Vec<&'static str>> {
        Ok(self.cells(py)?.iter().map(|cells| cells.table.name).collect())
    }

    /// A table as a stream of Arrow; on request places and links with their geometry.
    fn arrow<'py>(
        &self,
        py: Python<'py>,
        name: &str,
        geometry: bool,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let cells = self.table_cells(py, name)?;
        let batch = match geometry {
            true => report::scenario_map_batch(&cells, &self.model),
            false => report::scenario_batch(&cells),
        };
        capsules::stream(py, batch)
    }

    /// A table as its columns, what each holds (`Int64`, `Float64` or `Utf8`), and its rows as written.
    fn rows(&self, py: Python<'_>, name: &str) -> PyResult<Written> {
        let cells = self.table_cells(py, name)?;
        let schema = report::scenario_batch(&cells).schema();
        let kinds = schema.fields().iter().map(|f| f.data_type().to_string()).collect();
        Ok((cells.header, kinds, cells.rows.into_iter().map(|(_, row)| row).collect()))
    }

    /// Its files as they were read.
    fn as_read<'py>(&self, py: Python<'py>) -> BTreeMap<String, Bound<'py, PyBytes>> {
        let bytes = |bytes: &Vec<u8>| PyBytes::new(py, bytes);
        self.files.0.iter().map(|(name, content)| (name.clone(), bytes(content))).collect()
    }

    /// Its places and links as GeoJSON.
    fn geojson(&self) -> String {
        report::scenario_geojson(&self.model, &[])
    }

    /// As a workbook.
    fn xlsx<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let files = self.files(py, None)?;
        let files = files.into_iter().map(|(name, bytes)| (name, bytes.as_bytes().to_vec()));
        let bytes = report::scenario_xlsx(&Files(files.collect()));
        let bytes = bytes.map_err(|why| refused_as(py, "InputError", unwritten(why)))?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// As a GeoPackage: a layer for each table, places and links with their geometry.
    fn gpkg<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let cells = self.cells(py)?;
        let batch =
            |cells: &TableCells| (cells.table.name, report::scenario_map_batch(cells, &self.model));
        let bytes = py.detach(|| layers::file(cells.iter().map(batch).collect(), "gpkg"));
        Ok(PyBytes::new(py, &bytes.map_err(|problems| input_error(py, &problems, &|_| None))?))
    }

    /// Fingerprint.
    fn digest(&self) -> String {
        self.model.digest()
    }

    /// What is not read as it is written, in lines.
    fn notes(&self) -> Vec<String> {
        self.notes.iter().map(ToString::to_string).collect()
    }
}

fn csv_of(cells: &TableCells) -> PyResult<Vec<u8>> {
    let broken = |e: csv::Error| PyRuntimeError::new_err(e.to_string());
    let mut out = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    out.write_record(&cells.header).map_err(broken)?;
    for (_, row) in &cells.rows {
        out.write_record(row).map_err(broken)?;
    }
    out.into_inner().map_err(|e| PyRuntimeError::new_err(e.to_string()))
}

fn toml_of(py: Python<'_>, settings: &str) -> PyResult<String> {
    let parsed: Result<toml::Table, _> = serde_json::from_str(settings);
    let text = parsed
        .map_err(|e| e.to_string())
        .and_then(|table| toml::to_string(&table).map_err(|e| e.to_string()));
    text.map_err(|e| {
        let problem = Problem::new(MALFORMED, format!("the settings cannot be written: {e}"));
        input_error(py, &[problem.at(SETTINGS, 0, 0)], &|_| None)
    })
}
