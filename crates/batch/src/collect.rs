//! The parts of a batch, checked and joined in the order of their shards.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{Field, Schema, SchemaRef};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use trimodal::Control;
use trimodal::model::problem::{BAD_VALUE, BATCH_PART, Problem};
use trimodal::new_file::NewFile;
use trimodal::report::ParquetStream;

use crate::folder::{BatchFolder, Part, put, unwritable};
use crate::shard::schema;
use crate::summary::Summary;

/// What was joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collected {
    /// Rows.
    pub rows: u64,
    /// The file.
    pub path: PathBuf,
    /// The means of replications, where there are any.
    pub summary: Option<PathBuf>,
}

/// Endings of tables that a result is not written as.
const OTHER_TABLES: [&str; 5] = ["csv", "tsv", "json", "xlsx", "gpkg"];
/// What a part is whose length is not that of its record.
const CUT: &str = "cut short or of another length";
/// What a part is whose bytes are not those of its record.
const DAMAGED: &str = "damaged";
/// Rows that are read at once.
const BLOCK: usize = 1 << 20;
/// Shards that are named in a message.
const NAMED: usize = 20;

/// Joins all parts into one Parquet file. Every part is read and its hash compared.
///
/// # Errors
///
/// If parts are missing or damaged, which are all named, or if `control` ends the work; then nothing is written.
pub fn collect(
    folder: &BatchFolder,
    output: &Path,
    control: &Control,
) -> Result<Collected, Vec<Problem>> {
    let extension = output.extension().map(|e| e.to_string_lossy().to_lowercase());
    if let Some(other) = extension.filter(|e| OTHER_TABLES.contains(&e.as_str())) {
        let message = format!("`{}` would be Parquet, not {other}", output.display());
        let hint =
            "write .parquet; `trimodal convert result.parquet result.csv` goes on from there";
        return Err(vec![Problem::new(BAD_VALUE, message).hint(hint)]);
    }
    let parts: Vec<Result<Part, u32>> =
        (0..folder.job.shards()).map(|shard| folder.done(shard).ok_or(shard)).collect();
    let (cut, missing): (Vec<u32>, Vec<u32>) = parts
        .iter()
        .filter_map(|p| p.as_ref().err().copied())
        .partition(|s| folder.cut(*s).is_some());
    let there = |part: &Part| folder.read(part).is_none().then_some(part.shard);
    let damaged: Vec<u32> = parts.iter().flatten().filter_map(there).collect();
    let problems: Vec<Problem> = [("not done", missing), (CUT, cut), (DAMAGED, damaged)]
        .into_iter()
        .filter(|(_, shards)| !shards.is_empty())
        .map(|(what, shards)| problem(folder, what, &shards))
        .collect();
    if !problems.is_empty() {
        return Err(problems);
    }
    join(folder, &parts.into_iter().flatten().collect::<Vec<_>>(), output, control)
}

fn problem(folder: &BatchFolder, what: &str, shards: &[u32]) -> Problem {
    let named: Vec<String> = shards.iter().take(NAMED).map(u32::to_string).collect();
    let more = if shards.len() > NAMED { ", …" } else { "" };
    let all = folder.job.shards();
    let mut message =
        format!("{} of {all} shards are {what}: {}{more}", shards.len(), named.join(", "));
    if let (CUT, [shard, ..]) = (what, shards)
        && let Some((length, whole)) = folder.cut(*shard)
    {
        message += &format!(" (shard {shard} has {length} of {whole} bytes)");
    }
    let path = folder.path().display();
    let hint = match (what, shards) {
        // `run` leaves alone what is done, and a damaged part counts as done.
        (DAMAGED, [first, ..]) => {
            let end = shards.last().unwrap_or(first) + 1;
            format!("trimodal batch run {path} --shards {first}..{end} --again computes them anew")
        }
        _ => format!("trimodal batch run {path} computes them"),
    };
    Problem::new(BATCH_PART, message).hint(hint)
}

fn join(
    folder: &BatchFolder,
    parts: &[Part],
    output: &Path,
    control: &Control,
) -> Result<Collected, Vec<Problem>> {
    let failed = |e: &std::io::Error| vec![unwritable(output, e)];
    let other = |e: String| failed(&std::io::Error::other(e));
    let aside = NewFile::create(output).map_err(|e| failed(&e))?;
    let mut stream = ParquetStream::new(std::io::BufWriter::new(aside));
    let columns = schema(&folder.job);
    let mut summary = (folder.job.kind() == "simulate").then(Summary::default);
    let mut rows = 0;
    for (done, part) in parts.iter().enumerate() {
        control.step("parts", done, parts.len());
        if let Some(why) = control.stopped() {
            let message = format!("{why}: nothing was written");
            return Err(vec![Problem::new(BATCH_PART, message).hint("collect again")]);
        }
        let bytes =
            folder.read(part).ok_or_else(|| vec![problem(folder, DAMAGED, &[part.shard])])?;
        for batch in batches(bytes).map_err(|_| vec![problem(folder, DAMAGED, &[part.shard])])? {
            if batch.schema().fields() != columns.fields() {
                return Err(vec![other_columns(folder, part.shard, &batch, &columns)]);
            }
            rows += batch.num_rows() as u64;
            stream.write(&batch).map_err(other)?;
            if let Some(summary) = &mut summary {
                summary.add(&batch);
            }
        }
    }
    if let Some(sink) = stream.finish(&[]).map_err(other)? {
        let aside = sink.into_inner().map_err(|e| failed(e.error()))?;
        aside.finish().map_err(|e| failed(&e))?;
    }
    let summary = summary.map(|summary| -> Result<PathBuf, Vec<Problem>> {
        let path = output.with_file_name("summary.csv");
        put(&path, &summary.csv()).map_err(|e| vec![unwritable(&path, &e)])?;
        Ok(path)
    });
    Ok(Collected { rows, path: output.to_path_buf(), summary: summary.transpose()? })
}

/// A part that has not the columns of the job.
fn other_columns(folder: &BatchFolder, shard: u32, rows: &RecordBatch, own: &Schema) -> Problem {
    let words = |schema: &Schema| {
        let field = |f: &Arc<Field>| format!("{} {}", f.name(), f.data_type());
        schema.fields().iter().map(field).collect::<Vec<_>>()
    };
    let (there, own) = (words(&rows.schema()), words(own));
    let lacks = own.iter().filter(|column| !there.contains(column)).cloned();
    let more = there.iter().filter(|column| !own.contains(column)).cloned();
    let (lacks, more) = (lacks.collect::<Vec<_>>().join(", "), more.collect::<Vec<_>>().join(", "));
    let message = format!(
        "shard {shard} has other columns than its job: it lacks [{lacks}] and has [{more}] instead"
    );
    let (path, end) = (folder.path().display(), shard + 1);
    let hint =
        format!("trimodal batch run {path} --shards {shard}..{end} --again computes it anew");
    Problem::new(BATCH_PART, message)
        .at(&folder.part_path(shard).display().to_string(), 0, 0)
        .hint(hint)
}

/// The rows of a Parquet file as one batch, with the metadata of its columns.
///
/// # Errors
///
/// If the bytes are no Parquet file.
pub fn rows_of(bytes: Vec<u8>) -> Result<RecordBatch, String> {
    let (schema, all) = read(bytes)?;
    arrow::compute::concat_batches(&schema, &all).map_err(|e| e.to_string())
}

/// The rows of a part, with the metadata of its table: whom to name, and any watermark.
fn batches(bytes: Vec<u8>) -> Result<Vec<RecordBatch>, String> {
    read(bytes).map(|(_, all)| all)
}

/// The rows of a Parquet file in blocks. Its reader gives rows without the metadata of the file, which are given back.
fn read(bytes: Vec<u8>) -> Result<(SchemaRef, Vec<RecordBatch>), String> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes));
    let builder = builder.map_err(|e| e.to_string())?.with_batch_size(BLOCK);
    let schema = builder.schema().clone();
    let reader = builder.build().map_err(|e| e.to_string())?;
    let whole = |rows: RecordBatch| rows.with_schema(schema.clone());
    let all = reader.map(|rows| rows.and_then(whole)).collect::<Result<_, _>>();
    Ok((schema, all.map_err(|e| e.to_string())?))
}
