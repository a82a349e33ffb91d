//! Parquet of others: every codec, times, decimals, and coordinate systems without a code.

#![allow(clippy::unwrap_used)]

mod common;

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BinaryArray, Date32Array, Decimal128Array, Float32Array, Float64Array,
    ListArray, RecordBatch, StructArray, Time64MicrosecondArray, TimestampMicrosecondArray,
    TimestampMillisecondArray, TimestampNanosecondArray, UInt64Array,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Field};
use common::{layers, refused};
use geozero::ToWkt;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use trimodal_formats::{Source, Value, crs::Crs};

fn file(columns: Vec<(&str, ArrayRef)>, codec: Compression, geo: Option<String>) -> Source {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let pairs = geo.map(|text| vec![KeyValue::new("geo".to_string(), text)]);
    let properties =
        WriterProperties::builder().set_compression(codec).set_key_value_metadata(pairs).build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    Source::file("a.parquet", bytes)
}

fn times() -> Vec<(&'static str, ArrayRef)> {
    let decimal = |x: i128, precision, scale| {
        Arc::new(Decimal128Array::from(vec![x]).with_precision_and_scale(precision, scale).unwrap())
    };
    vec![
        (
            "ns",
            Arc::new(TimestampNanosecondArray::from(vec![1_704_164_645_678_000_000])) as ArrayRef,
        ),
        (
            "us",
            Arc::new(
                TimestampMicrosecondArray::from(vec![1_704_164_645_000_000]).with_timezone("UTC"),
            ),
        ),
        ("ms", Arc::new(TimestampMillisecondArray::from(vec![1_704_164_645_000]))),
        ("day", Arc::new(Date32Array::from(vec![19_724]))),
        ("time", Arc::new(Time64MicrosecondArray::from(vec![30_600_000_000]))),
        ("price", decimal(-1_250, 10, 2)),
        ("long", decimal(12_345_678_901_234_567_890, 30, 2)),
        ("big", Arc::new(UInt64Array::from(vec![u64::MAX]))),
        ("short", Arc::new(Float32Array::from(vec![0.1]))),
    ]
}

#[test]
fn times_are_iso_8601_and_decimals_numbers_in_every_codec() {
    use parquet::basic::{GzipLevel, ZstdLevel};
    let codecs = [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::ZSTD(ZstdLevel::default()),
        Compression::GZIP(GzipLevel::default()),
        Compression::LZ4,
        Compression::LZ4_RAW,
    ];
    for codec in codecs {
        let (layers, notes) = layers(&file(times(), codec, None));
        let text = |t: &str| Value::Text(t.to_string());
        let expected = [
            text("2024-01-02T03:04:05.678"),
            text("2024-01-02T03:04:05Z"),
            text("2024-01-02T03:04:05"),
            text("2024-01-02"),
            text("08:30:00"),
            Value::Number(-12.5),
            text("123456789012345678.90"),
            text("18446744073709551615"),
            Value::Number(0.1),
        ];
        assert_eq!(layers[0].rows[0].cells, expected, "{codec}");
        assert_eq!(notes, Vec::<String>::new());
    }
}

/// A point with a system in PROJJSON.
fn point(crs: &str) -> Source {
    // POINT (4321000 3210000), little-endian.
    let mut wkb = vec![1, 1, 0, 0, 0];
    wkb.extend([4_321_000.0_f64, 3_210_000.0].iter().flat_map(|x| x.to_le_bytes()));
    let geo = format!(
        r#"{{"version":"1.1.0","primary_column":"geometry","columns":{{"geometry":{{"encoding":"WKB","geometry_types":["Point"],"crs":{crs}}}}}}}"#
    );
    let shapes = Arc::new(BinaryArray::from_vec(vec![&wkb])) as ArrayRef;
    file(vec![("geometry", shapes)], Compression::UNCOMPRESSED, Some(geo))
}

const LAEA: &str = r#"{"type":"ProjectedCRS","name":"mine","base_crs":{"type":"GeographicCRS","name":"ETRS89",
    "datum":{"type":"GeodeticReferenceFrame","name":"European Terrestrial Reference System 1989",
    "ellipsoid":{"name":"GRS 1980","semi_major_axis":6378137,"inverse_flattening":298.257222101}},
    "coordinate_system":{"subtype":"ellipsoidal","axis":[{"name":"lon","abbreviation":"","direction":"east","unit":"degree"}]}},
    "conversion":{"name":"x","method":{"name":"Lambert Azimuthal Equal Area","id":{"authority":"EPSG","code":9820}},"parameters":[
    {"name":"Latitude of natural origin","value":52,"unit":"degree","id":{"authority":"EPSG","code":8801}},
    {"name":"Longitude of natural origin","value":10,"unit":"degree","id":{"authority":"EPSG","code":8802}},
    {"name":"False easting","value":4321000,"unit":"metre","id":{"authority":"EPSG","code":8806}},
    {"name":"False northing","value":3210000,"unit":"metre","id":{"authority":"EPSG","code":8807}}]},
    "coordinate_system":{"subtype":"Cartesian","axis":[{"name":"E","abbreviation":"E","direction":"east","unit":"metre"},
    {"name":"N","abbreviation":"N","direction":"north","unit":"metre"}]}ID}"#;

fn to_wkt(shape: &geo::Geometry<f64>) -> String {
    shape.to_wkt().unwrap()
}

/// A file with one column of shapes in a native encoding.
fn native(encoding: &str, shapes: ArrayRef) -> Source {
    let geo = format!(
        r#"{{"version":"1.1.0","primary_column":"geometry","columns":{{"geometry":{{"encoding":"{encoding}","geometry_types":[]}}}}}}"#
    );
    let ids = Arc::new(UInt64Array::from_iter_values(0..shapes.len() as u64));
    let columns = vec![("id", ids as ArrayRef), ("geometry", shapes)];
    file(columns, Compression::SNAPPY, Some(geo))
}

/// Coordinates as structs of columns, some with heights.
fn coordinates(points: &[[f64; 2]], with_height: bool) -> ArrayRef {
    let axis = |i: usize| Arc::new(Float64Array::from_iter_values(points.iter().map(|p| p[i])));
    let field = |name: &str| Arc::new(Field::new(name, DataType::Float64, false));
    let mut columns = vec![(field("x"), axis(0) as ArrayRef), (field("y"), axis(1))];
    if with_height {
        columns.push((field("z"), axis(0)));
    }
    Arc::new(StructArray::from(columns))
}

/// Lists of so many values each, the second one null.
fn lists(values: ArrayRef, lengths: &[usize]) -> ArrayRef {
    let item = Arc::new(Field::new("item", values.data_type().clone(), false));
    let present: Vec<bool> = (0..lengths.len()).map(|i| i != 1).collect();
    let offsets = OffsetBuffer::from_lengths(lengths.iter().copied());
    let nulls = (lengths.len() > 1).then(|| NullBuffer::from(present));
    Arc::new(ListArray::new(item, offsets, values, nulls))
}

#[test]
fn native_encodings_of_shapes_are_read() {
    let points = [[24.5, 59.0], [24.75, 59.5], [25.0, 58.0], [26.0, 58.5]];
    let wkt = |source: &Source| {
        let (layers, notes) = layers(source);
        assert_eq!(notes, Vec::<String>::new());
        let shapes = layers[0].rows.iter().map(|row| row.shape.as_ref());
        assert_eq!(layers[0].columns, ["id"]);
        shapes.map(|s| s.map_or("none".into(), to_wkt)).collect::<Vec<_>>()
    };
    for with_height in [false, true] {
        let all = wkt(&native("point", coordinates(&points[..2], with_height)));
        assert_eq!(all, ["POINT(24.5 59)", "POINT(24.75 59.5)"]);
        // Two lines and none between them.
        let lines = lists(coordinates(&points, with_height), &[2, 0, 2]);
        let all = wkt(&native("linestring", lines));
        assert_eq!(all, ["LINESTRING(24.5 59,24.75 59.5)", "none", "LINESTRING(25 58,26 58.5)"]);
        let parts = lists(coordinates(&points, with_height), &[4]);
        let all = wkt(&native("multipoint", parts.clone()));
        assert!(all[0].starts_with("MULTIPOINT(") && all[0].contains("26 58.5"), "{all:?}");
        let all = wkt(&native("polygon", lists(parts, &[1])));
        assert!(
            all[0].starts_with("POLYGON((24.5 59,") && all[0].ends_with("24.5 59))"),
            "{all:?}"
        );
    }
}

/// A list of lists without nulls.
fn parts(points: &[[f64; 2]], lengths: &[usize]) -> ArrayRef {
    let values = coordinates(points, false);
    let item = Arc::new(Field::new("item", values.data_type().clone(), false));
    let offsets = OffsetBuffer::from_lengths(lengths.iter().copied());
    lists(Arc::new(ListArray::new(item, offsets, values, None)), &[lengths.len()])
}

#[test]
fn lines_in_parts_and_areas_in_parts_are_read_natively() {
    let points = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [5.0, 5.0]];
    let lines = native("multilinestring", parts(&points, &[2, 2]));
    let (all, _) = layers(&lines);
    let shape = all[0].rows[0].shape.as_ref().unwrap();
    assert_eq!(to_wkt(shape), "MULTILINESTRING((0 0,1 0),(1 1,5 5))");
    let areas = native("multipolygon", lists(parts(&points, &[4]), &[1]));
    let (all, _) = layers(&areas);
    let shape = all[0].rows[0].shape.as_ref().unwrap();
    assert!(to_wkt(shape).starts_with("MULTIPOLYGON(((0 0,1 0,"));
    // What is not what the metadata say is told.
    let (all, notes) = layers(&native("multipolygon", parts(&points, &[2, 2])));
    assert!(all[0].rows[0].shape.is_none());
    assert!(notes.iter().any(|n| n.contains("shapes or columns that cannot be read")), "{notes:?}");
}

#[test]
fn a_system_without_a_known_code_is_read_by_its_parts() {
    for id in ["", r#","id":{"authority":"ESRI","code":102001}"#] {
        let (layers, _) = layers(&point(&LAEA.replace("ID", id)));
        let at = layers[0].crs.projector().unwrap().degrees([4_321_000.0, 3_210_000.0]).unwrap();
        assert!((at[0] - 10.0).abs() < 1e-7 && (at[1] - 52.0).abs() < 1e-7, "{at:?}");
    }
    let (layers, _) =
        layers(&point(&LAEA.replace("ID", r#","id":{"authority":"EPSG","code":3035}"#)));
    assert_eq!(layers[0].crs, Crs::Epsg(3035));
    let problems = refused(&file(
        vec![("geometry", Arc::new(BinaryArray::from_vec(vec![&[0]])) as ArrayRef)],
        Compression::UNCOMPRESSED,
        Some(r#"{"primary_column":"geometry","columns":{"geometry":{"encoding":"twkb"}}}"#.into()),
    ));
    assert!(problems[0].contains("TM-FMT-001") && !problems[0].contains("whole"), "{problems:?}");
    let problems = refused(&point(r#"{"type":"EngineeringCRS","name":"my site"}"#));
    assert!(problems[0].contains("its coordinate system `my site` is not known"), "{problems:?}");
}
