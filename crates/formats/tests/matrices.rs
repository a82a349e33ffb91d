//! Matrices: which lookup names the zones of OMX, and zones without trips.

#![allow(clippy::unwrap_used)]

mod common;

use common::{read_source, there_and_back};
use hdf5_pure::FileBuilder;
use trimodal_formats::{Core, Data, Format, Matrix, Source};

/// A matrix of three zones with some lookups.
fn omx(lookups: &[(&str, &[i32])]) -> Source {
    let mut file = FileBuilder::new();
    let mut data = file.create_group("data");
    data.create_dataset("t").with_f64_data(&[1.0; 9]).with_shape(&[3, 3]);
    file.add_group(data.finish());
    let mut lookup = file.create_group("lookup");
    for (name, ids) in lookups {
        lookup.create_dataset(name).with_i32_data(ids).with_shape(&[ids.len() as u64]);
    }
    file.add_group(lookup.finish());
    Source::file("a.omx", file.finish().unwrap())
}

fn zones(lookups: &[(&str, &[i32])]) -> (Vec<String>, Vec<String>) {
    match read_source(&omx(lookups)) {
        (Data::Matrix(matrix), notes) => (matrix.zones, notes),
        (other, _) => panic!("{other:?}"),
    }
}

#[test]
fn zones_have_the_ids_of_a_lookup_that_has_one_for_each() {
    let (ids, notes) =
        zones(&[("county", &[1, 1, 2]), ("taz", &[10, 20, 30]), ("area", &[7, 8, 9])]);
    assert_eq!(ids, ["10", "20", "30"]);
    for told in [
        "1 lookups that do not have one id for each zone (`county`)",
        "zones have the ids of lookup `taz`",
        "left out: 1 lookups (`area`)",
    ] {
        assert!(notes.iter().any(|n| n.contains(told)), "{told}: {notes:?}");
    }
    assert_eq!(zones(&[("mine", &[4, 5, 6])]), (vec!["4".into(), "5".into(), "6".into()], vec![]));
    let (ids, notes) = zones(&[("zone", &[1, 2, 3, 4])]);
    assert_eq!(ids, ["1", "2", "3"]);
    assert!(notes.iter().any(|n| n.contains("zones have their numbers, from 1")), "{notes:?}");
}

#[test]
fn zones_without_trips_come_back_from_a_list() {
    let zones = ["a", "b", "c"].map(String::from).to_vec();
    let mut cells = vec![0.0; 9];
    (cells[1], cells[3]) = (5.0, f64::NAN);
    let data = Data::Matrix(Matrix { zones, cores: vec![Core { name: "t".into(), cells }] });
    let Data::Layers(rows) = there_and_back(&data, Format::Csv) else { panic!("no layers") };
    let list: Vec<String> = rows[0]
        .rows
        .iter()
        .map(|r| r.cells.iter().map(|c| c.to_string()).collect::<Vec<_>>().join(","))
        .collect();
    // A cell that is missing is blank, and no zero.
    assert_eq!(list, ["a,b,5", "b,a,", "c,c,0"]);
    let Data::Matrix(after) = there_and_back(&Data::Layers(rows), Format::Omx) else {
        panic!("no matrix")
    };
    assert_eq!(after.zones, ["a", "b", "c"]);
}
