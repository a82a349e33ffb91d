//! GeoPackage 1.3 (OGC 12-128): a table of features for each layer with shapes, one of attributes for the others.

use std::collections::HashSet;

use geo::{BoundingRect, Geometry};
use rusqlite::types::{ToSqlOutput, Value as Sql};
use rusqlite::{Connection, params};

use super::shapes;
use crate::findings::Findings;
use crate::layer::{Kind, Layer, Value};
use crate::shape;

/// `GPKG`, and version 1.3.
const HEAD: &str = "PRAGMA application_id = 1196444487; PRAGMA user_version = 10300;";
const SRS: i32 = 4326;
const WGS84: &str = "GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\",SPHEROID[\"WGS 84\",6378137,298.257223563,AUTHORITY[\"EPSG\",\"7030\"]],AUTHORITY[\"EPSG\",\"6326\"]],PRIMEM[\"Greenwich\",0,AUTHORITY[\"EPSG\",\"8901\"]],UNIT[\"degree\",0.0174532925199433,AUTHORITY[\"EPSG\",\"9122\"]],AXIS[\"Latitude\",NORTH],AXIS[\"Longitude\",EAST],AUTHORITY[\"EPSG\",\"4326\"]]";
/// The tables that every GeoPackage has.
const TABLES: &str = "
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
INSERT INTO gpkg_spatial_ref_sys VALUES
  ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', NULL),
  ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', NULL);";
/// The day of every file, so that the same layers give the same bytes.
const LAST_CHANGE: &str = "2000-01-01T00:00:00.000Z";

/// Shapes by row, where the layer has any.
type Shapes = Option<Vec<Option<Geometry<f64>>>>;

/// The layers as a file.
pub fn file(layers: &[Layer], found: &mut Findings) -> Result<Vec<u8>, String> {
    let shapes = |l: &Layer, found: &mut Findings| match l.has_shapes() {
        true => shapes::of(l, found).map(Some).ok_or("its shapes cannot be turned to degrees"),
        false => Ok(None),
    };
    let all: Vec<Shapes> = layers.iter().map(|l| shapes(l, found)).collect::<Result<_, _>>()?;
    build(layers, &all).map_err(|e| e.to_string())
}

fn build(layers: &[Layer], shapes: &[Shapes]) -> rusqlite::Result<Vec<u8>> {
    let mut base = Connection::open_in_memory()?;
    base.execute_batch(HEAD)?;
    let all = base.transaction()?;
    all.execute_batch(TABLES)?;
    let name = "WGS 84 geodetic";
    all.execute(
        "INSERT INTO gpkg_spatial_ref_sys VALUES (?1, ?2, 'EPSG', ?2, ?3, NULL)",
        params![name, SRS, WGS84],
    )?;
    for (layer, shapes) in layers.iter().zip(shapes) {
        table(&all, layer, shapes)?;
    }
    all.commit()?;
    Ok(base.serialize("main")?.to_vec())
}

fn table(base: &Connection, layer: &Layer, shapes: &Shapes) -> rusqlite::Result<()> {
    let name = quoted(&layer.name);
    let has_keys = has_keys(layer);
    let names = columns(layer);
    let columns: Vec<(usize, Kind)> = (0..names.len()).map(|c| (c, layer.kind(c))).collect();
    let mut fields = vec!["fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL".to_string()];
    fields.extend(shapes.as_ref().map(|all| format!("geom {}", kind_of(all))));
    let field = |(c, kind): &(usize, Kind)| format!("{} {}", quoted(&names[*c]), type_of(*kind));
    fields.extend(columns.iter().map(field));
    base.execute_batch(&format!("CREATE TABLE {name} ({})", fields.join(", ")))?;
    content(base, layer, shapes)?;
    let places = vec!["?"; fields.len()].join(", ");
    let mut insert = base.prepare(&format!("INSERT INTO {name} VALUES ({places})"))?;
    for (r, row) in layer.rows.iter().enumerate() {
        // Without a key of its own a row is given one by the database.
        let key = row.key.filter(|_| has_keys).map_or(Sql::Null, Sql::Integer);
        let mut values = vec![ToSqlOutput::Owned(key)];
        if let Some(all) = shapes {
            let blob = all[r].as_ref().map(|s| shape::to_gpkg(s, SRS));
            values.push(ToSqlOutput::Owned(blob.map_or(Sql::Null, Sql::Blob)));
        }
        values.extend(columns.iter().map(|(c, kind)| value_of(layer.cell(row, *c), *kind)));
        insert.execute(rusqlite::params_from_iter(values))?;
    }
    Ok(())
}

/// Lists a table in the contents of the file, and its shapes.
fn content(base: &Connection, layer: &Layer, shapes: &Shapes) -> rusqlite::Result<()> {
    let content = "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change, min_x, min_y, max_x, max_y, srs_id)
         VALUES (?1, ?2, ?1, ?3, ?4, ?5, ?6, ?7, ?8)";
    let kind = if shapes.is_some() { "features" } else { "attributes" };
    let bounds = shapes.as_ref().and_then(|all| bounds(all));
    let [x0, y0, x1, y1] = [0, 1, 2, 3].map(|i| bounds.map(|b| b[i]));
    base.execute(
        content,
        params![layer.name, kind, LAST_CHANGE, x0, y0, x1, y1, shapes.as_ref().map(|_| SRS)],
    )?;
    if let Some(all) = shapes {
        let geometry = "INSERT INTO gpkg_geometry_columns VALUES (?1, 'geom', ?2, ?3, 0, 0)";
        base.execute(geometry, params![layer.name, kind_of(all), SRS])?;
    }
    Ok(())
}

/// Whether the rows have keys, all different.
fn has_keys(layer: &Layer) -> bool {
    let mut seen = HashSet::new();
    layer.rows.iter().all(|row| row.key.is_some_and(|key| seen.insert(key)))
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The names of the columns: unlike each other, the key and the shape in any case.
fn columns(layer: &Layer) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut taken = vec!["fid".to_string(), "geom".to_string()];
    for column in &layer.columns {
        let mut name = if column.is_empty() { "column".to_string() } else { column.clone() };
        while taken.contains(&name.to_lowercase()) {
            name.push('_');
        }
        taken.push(name.to_lowercase());
        names.push(name);
    }
    names
}

fn type_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "TEXT",
        Kind::Number => "DOUBLE",
        Kind::Whole => "INTEGER",
        Kind::Flag => "BOOLEAN",
    }
}

fn kind_of(shapes: &[Option<Geometry<f64>>]) -> &'static str {
    let mut shapes = shapes.iter().flatten();
    match shapes.next() {
        Some(Geometry::Point(_)) if shapes.all(|s| matches!(s, Geometry::Point(_))) => "POINT",
        Some(Geometry::LineString(_)) if shapes.all(|s| matches!(s, Geometry::LineString(_))) => {
            "LINESTRING"
        }
        _ => "GEOMETRY",
    }
}

fn bounds(shapes: &[Option<Geometry<f64>>]) -> Option<[f64; 4]> {
    let each = shapes.iter().flatten().filter_map(|s| s.bounding_rect());
    let each = each.map(|r| [r.min().x, r.min().y, r.max().x, r.max().y]);
    each.reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])])
}

fn value_of(value: &Value, kind: Kind) -> ToSqlOutput<'_> {
    let sql = match (value, kind) {
        (Value::Empty, _) => Sql::Null,
        (Value::Flag(is), Kind::Flag) => Sql::Integer(i64::from(*is)),
        (Value::Whole(x), Kind::Whole) => Sql::Integer(*x),
        (value, Kind::Whole) => value.to_string().parse().map_or(Sql::Null, Sql::Integer),
        (value, Kind::Number) => value.number().map_or(Sql::Null, Sql::Real),
        (value, _) => Sql::Text(value.to_string()),
    };
    ToSqlOutput::Owned(sql)
}
