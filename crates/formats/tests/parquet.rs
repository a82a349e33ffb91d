//! Parquet of others: every codec, times, decimals, and coordinate systems without a code.

#![allow(clippy::unwrap_used)]

mod common;

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryArray, Date32Array, Decimal128Array, Float32Array, RecordBatch,
    Time64MicrosecondArray, TimestampMicrosecondArray, TimestampMillisecondArray,
    TimestampNanosecondArray, UInt64Array,
};
use common::{layers, refused};
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
        Some(r#"{"primary_column":"geometry","columns":{"geometry":{"encoding":"point"}}}"#.into()),
    ));
    assert!(problems[0].contains("TM-FMT-001") && !problems[0].contains("whole"), "{problems:?}");
    let problems = refused(&point(r#"{"type":"EngineeringCRS","name":"my site"}"#));
    assert!(problems[0].contains("its coordinate system `my site` is not known"), "{problems:?}");
}
