//! GeoPackage (OGC 12-128): the tables of features and of attributes.

use std::collections::HashSet;
use std::io::{Cursor, Read};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use crate::crs::Crs;
use crate::findings::Findings;
use crate::layer::{Layer, Record, Value};
use crate::shape;
use crate::source::Source;

/// The bytes of the header up to the versions of its journal, the last two of them.
const HEAD: usize = 20;
/// The key that a GeoPackage needs. It is no column, and tells rows apart where nothing else does.
const KEY: &str = "fid";

/// The layers of a file.
pub fn layers(source: &Source, found: &mut Findings) -> Option<Vec<Layer>> {
    let place = source.name.clone();
    let bytes = source.bytes();
    let mut unread: Vec<String> = Vec::new();
    let mut views = Vec::new();
    let layers = found.decode(&place, "a GeoPackage", || {
        let base = open(bytes).map_err(|e| e.to_string())?;
        let tables = tables(&base).map_err(|e| e.to_string())?;
        let read = |t: &Table| {
            layer(&base, t, &place, &mut unread).map_err(|e| format!("table {}: {e}", t.name))
        };
        views = others(&base).map_err(|e| e.to_string())?;
        tables.iter().map(read).collect::<Result<Vec<_>, String>>()
    })?;
    found.unused(&place, "views and other tables", views.iter().map(String::as_str));
    found.left_out(&place, "shapes that cannot be read", unread.iter().map(String::as_str));
    for layer in layers.iter().filter(|l| l.has_shapes() && l.crs == Crs::Undeclared) {
        let message = "the coordinate system of the layer is not known: degrees on WGS 84";
        found.note(&layer.file, 0, 0, message);
    }
    Some(layers)
}

fn open(bytes: &[u8]) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut base = Connection::open_in_memory_with_flags(flags)?;
    // A base in memory has no write-ahead log: it is read as one without, which the header says.
    let mut head = bytes[..bytes.len().min(HEAD)].to_vec();
    head.iter_mut().skip(18).for_each(|version| *version = 1);
    let whole = Cursor::new(head).chain(Cursor::new(bytes.get(HEAD..).unwrap_or_default()));
    base.deserialize_read_exact("main", whole, bytes.len(), true)?;
    // A file of others may have views and triggers: nothing in it is run.
    base.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;")?;
    Ok(base)
}

struct Table {
    name: String,
    shapes: Option<String>,
    crs: Crs,
}

fn tables(base: &Connection) -> rusqlite::Result<Vec<Table>> {
    let mut query = base.prepare(
        "SELECT c.table_name, g.column_name, s.organization, s.organization_coordsys_id, s.definition
         FROM gpkg_contents c
         JOIN sqlite_master m ON m.name = c.table_name AND m.type = 'table'
         LEFT JOIN gpkg_geometry_columns g ON g.table_name = c.table_name
         LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id
         WHERE c.data_type IN ('features', 'attributes') ORDER BY c.rowid",
    )?;
    let table = |row: &rusqlite::Row| {
        let (organization, number): (Option<String>, Option<i64>) = (row.get(2)?, row.get(3)?);
        let definition: Option<String> = row.get(4)?;
        let by_number = organization
            .filter(|o| o.eq_ignore_ascii_case("epsg"))
            .and_then(|_| Crs::from_words(&number?.to_string()));
        let crs = by_number.or_else(|| Crs::from_wkt(&definition?)).unwrap_or_default();
        Ok(Table { name: row.get(0)?, shapes: row.get(1)?, crs })
    };
    query.query_map([], table)?.collect()
}

/// What the file lists beside the tables that are read: views, images.
fn others(base: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut query = base.prepare(
        "SELECT c.table_name FROM gpkg_contents c
         LEFT JOIN sqlite_master m ON m.name = c.table_name AND m.type = 'table'
         WHERE m.name IS NULL OR c.data_type NOT IN ('features', 'attributes') ORDER BY c.rowid",
    )?;
    query.query_map([], |row| row.get(0))?.collect()
}

fn layer(
    base: &Connection,
    table: &Table,
    place: &str,
    unread: &mut Vec<String>,
) -> rusqlite::Result<Layer> {
    let quoted = table.name.replace('"', "\"\"");
    let mut query = base.prepare(&format!("SELECT * FROM \"{quoted}\""))?;
    let names: Vec<String> = query.column_names().map(str::to_string).collect();
    let shapes =
        table.shapes.as_ref().and_then(|s| names.iter().position(|n| n.eq_ignore_ascii_case(s)));
    let key = names.iter().position(|n| n == KEY);
    let is_kept = |i: usize| Some(i) != shapes && Some(i) != key;
    let mut layer = Layer::new(&table.name, &[]);
    layer.columns =
        names.iter().enumerate().filter(|(i, _)| is_kept(*i)).map(|(_, n)| n.clone()).collect();
    (layer.file, layer.crs) = (format!("{place}!{}", table.name), table.crs.clone());
    layer.is_typed = true;
    let flags = flags(base, &table.name)?;
    let flags: Vec<bool> = names.iter().map(|n| flags.contains(n)).collect();
    let mut rows = query.query([])?;
    let mut line = 0;
    while let Some(row) = rows.next()? {
        line += 1;
        let mut record = Record { line, ..Record::default() };
        for (i, is_flag) in flags.iter().enumerate() {
            let value = row.get_ref(i)?;
            if is_kept(i) {
                record.cells.push(match value {
                    ValueRef::Integer(x @ (0 | 1)) if *is_flag => Value::Flag(x == 1),
                    other => value_of(other),
                });
            } else if Some(i) == key {
                record.key = value.as_i64().ok();
            } else if Some(i) == shapes
                && let ValueRef::Blob(bytes) = value
            {
                record.shape = shape::from_gpkg(bytes);
                if record.shape.is_none() {
                    unread.push(format!("{} row {line}", table.name));
                }
            }
        }
        layer.rows.push(record);
    }
    Ok(layer)
}

/// The columns of true and false, which are numbers in the file.
fn flags(base: &Connection, table: &str) -> rusqlite::Result<HashSet<String>> {
    let mut query = base.prepare(
        "SELECT name FROM pragma_table_info(?1) WHERE upper(type) IN ('BOOLEAN', 'BOOL')",
    )?;
    query.query_map([table], |row| row.get(0))?.collect()
}

fn value_of(value: ValueRef) -> Value {
    match value {
        ValueRef::Null | ValueRef::Blob(_) => Value::Empty,
        ValueRef::Integer(x) => Value::Whole(x),
        ValueRef::Real(x) => Value::Number(x),
        ValueRef::Text(text) => Value::text(&String::from_utf8_lossy(text)),
    }
}
