//! A table in a folder, part by part: what is done stays done when the program is killed.

use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use trimodal::TableRequest;
use trimodal::model::problem::{BAD_VALUE, Problem};
use trimodal::report::{self, ParquetStream, Skim, Tally};

use crate::output::{self, Opened};
use crate::table::{Compute, Made, refused};

const MANIFEST: &str = "manifest.json";
const SCHEMA: &str = "trimodal/table-parts/1";

/// The folder of a table.
pub struct Parts {
    folder: PathBuf,
    /// Tells the question from others.
    question: String,
    /// The day of its law.
    date: String,
    done: Vec<Part>,
}

/// A part that is there.
struct Part {
    file: String,
    bytes: u64,
    tally: Tally,
}

impl Parts {
    /// Opens a folder, or makes it. A question without a date gets that of the parts which are there.
    pub fn open(folder: &Path, request: &mut TableRequest, resume: bool) -> Result<Parts, Problem> {
        let path = folder.join(MANIFEST);
        let manifest = match std::fs::read(&path) {
            Ok(bytes) => Some(serde_json::from_slice::<Value>(&bytes).unwrap_or_default()),
            Err(e) if e.kind() == io::ErrorKind::NotFound => None,
            Err(e) => return Err(output::unwritable(&path, &e)),
        };
        if manifest.is_some() && !resume {
            let message = format!("`{}` holds a table already", folder.display());
            let hint = "--resume continues it; another folder takes a new one";
            return Err(Problem::new(BAD_VALUE, message).hint(hint));
        }
        let known = |key: &str| manifest.as_ref().and_then(|m| m[key].as_str());
        let day = request.shipment.date.or_else(|| known("date")?.parse().ok());
        let day = *request.shipment.date.insert(day.unwrap_or_else(today));
        let question = request.fingerprint();
        if manifest.is_some()
            && (known("schema"), known("question")) != (Some(SCHEMA), Some(&question))
        {
            let message = format!("`{}` holds the table of another question", folder.display());
            let hint = "ask the same question with the same files and the same version, or give another folder";
            return Err(Problem::new(BAD_VALUE, message).hint(hint));
        }
        std::fs::create_dir_all(folder).map_err(|e| output::unwritable(folder, &e))?;
        let whole = |part: &Part| {
            std::fs::metadata(folder.join(&part.file)).is_ok_and(|m| m.len() == part.bytes)
        };
        let listed = manifest.as_ref().and_then(|m| m["parts"].as_array());
        let done = listed.into_iter().flatten().map_while(Part::read).take_while(whole).collect();
        Ok(Parts { folder: folder.to_path_buf(), question, date: day.to_string(), done })
    }

    /// Computes the parts that are missing.
    pub fn fill(mut self, compute: Compute) -> Made {
        let before = self.done.len();
        self.note(false).map_err(refused)?;
        let skim = compute(&mut |block| self.add(block), before)?;
        self.note(skim.stopped.is_none()).map_err(refused)?;
        let mut tally = Tally::default();
        self.done.iter().for_each(|part| tally.add_all(&part.tally));
        Ok((skim, tally))
    }

    fn add(&mut self, block: &mut Skim) -> Result<(), Problem> {
        if block.cells.is_empty() {
            return Ok(());
        }
        let file = format!("part-{:05}.parquet", self.done.len());
        let path = self.folder.join(&file);
        let written = || -> io::Result<u64> {
            let mut part = ParquetStream::new(Opened::new(&path)?);
            part.write(&report::skim_batch(block)).map_err(io::Error::other)?;
            let sink = part.finish(&[]).map_err(io::Error::other)?;
            sink.map_or(Ok(()), Opened::finish)?;
            Ok(std::fs::metadata(&path)?.len())
        };
        let bytes = written().map_err(|e| output::unwritable(&path, &e))?;
        self.done.push(Part { file, bytes, tally: block.tally() });
        self.note(false)
    }

    /// Writes the manifest.
    fn note(&self, complete: bool) -> Result<(), Problem> {
        let manifest = json!({
            "schema": SCHEMA,
            "question": self.question,
            "date": self.date,
            "complete": complete,
            "parts": self.done.iter().map(Part::json).collect::<Vec<_>>(),
        });
        output::write(&self.folder.join(MANIFEST), format!("{manifest:#}\n"))
    }
}

impl Part {
    fn read(part: &Value) -> Option<Part> {
        let count = |status: &str| {
            part["rows"][status].as_u64().and_then(|n| n.try_into().ok()).unwrap_or(0)
        };
        Some(Part {
            file: part["file"].as_str()?.to_string(),
            bytes: part["bytes"].as_u64()?,
            tally: Tally::from_counts(count),
        })
    }

    fn json(&self) -> Value {
        let rows: serde_json::Map<String, Value> =
            self.tally.counts().map(|(status, n)| (status.to_string(), json!(n))).collect();
        json!({ "file": self.file, "bytes": self.bytes, "rows": rows })
    }
}

fn today() -> jiff::civil::Date {
    jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::now()).date()
}
