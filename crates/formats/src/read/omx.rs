//! OMX: matrices in HDF5, in the group `data`, with ids of zones in the group `lookup`.

use std::collections::HashSet;

use hdf5_pure::{Dataset, File};
use trimodal_model::problem::shown;

use crate::findings::Findings;
use crate::matrix::{Core, Matrix, is_bounded};
use crate::source::Source;

/// Names of lookups that mean the ids of zones, the surest first.
const USUAL: [&str; 7] = ["taz", "zone", "zone_id", "zones", "zone_number", "taz_id", "id"];

/// The matrices of a file.
pub fn matrix(source: &Source, found: &mut Findings) -> Option<Matrix> {
    let place = source.name.clone();
    let file = found.decode(&place, "HDF5", || {
        File::from_bytes(source.bytes().to_vec()).map_err(|e| e.to_string())
    })?;
    let (names, zones) = found.decode(&place, "OMX", || shape(&file))?;
    if !is_bounded(&place, zones, names.len(), found) {
        return None;
    }
    let mut cores = Vec::new();
    for name in names {
        let read = found.decode(&place, &format!("matrix `{name}` of OMX"), || {
            let data = file.dataset(&format!("data/{name}")).map_err(|e| e.to_string())?;
            bounded(&data, zones * zones)?;
            data.read_f64().map_err(|e| e.to_string())
        });
        match read {
            Some(cells) if cells.len() == zones * zones => cores.push(Core { name, cells }),
            Some(cells) => found.note(
                &place,
                0,
                0,
                format!("left out: matrix `{name}` with {} cells", cells.len()),
            ),
            None => {}
        }
    }
    let zones = lookup(&file, &place, zones, found);
    let mut matrix = Matrix { zones, cores };
    matrix.take_missing(&place, found);
    Some(matrix)
}

/// The names of the matrices, and the number of zones.
fn shape(file: &File) -> Result<(Vec<String>, usize), String> {
    let data = file.group("data").map_err(|e| format!("there is no group `data`: {e}"))?;
    let mut names = data.datasets().map_err(|e| e.to_string())?;
    names.sort();
    let first = names.first().ok_or("the group `data` is empty")?;
    let shape = data.dataset(first).and_then(|d| d.shape()).map_err(|e| e.to_string())?;
    let [rows, columns] = shape[..] else {
        return Err(format!("matrix `{first}` has {} dimensions", shape.len()));
    };
    if rows != columns {
        return Err(format!(
            "matrix `{first}` has {rows} rows and {columns} columns; square ones are read"
        ));
    }
    Ok((names, usize::try_from(rows).unwrap_or(usize::MAX)))
}

/// Refuses what declares more cells than it should have.
fn bounded(data: &Dataset, most: usize) -> Result<(), String> {
    let shape = data.shape().map_err(|e| e.to_string())?;
    let cells = shape.iter().fold(1_u64, |all, n| all.saturating_mul(*n));
    if cells <= most as u64 { Ok(()) } else { Err(format!("{cells} cells are too many")) }
}

/// The ids of the zones: those of a lookup that has one for each, or their numbers from 1.
fn lookup(file: &File, place: &str, zones: usize, found: &mut Findings) -> Vec<String> {
    let mut names = file.group("lookup").and_then(|g| g.datasets()).unwrap_or_default();
    names.sort();
    let (mut sound, mut others) = (Vec::new(), Vec::new());
    for name in names {
        let read = Findings::default()
            .decode(place, "a lookup", || ids(file, &name, zones))
            .filter(|ids| ids.len() == zones && ids.iter().collect::<HashSet<_>>().len() == zones);
        match read {
            Some(ids) => sound.push((name, ids)),
            None => others.push(name),
        }
    }
    let what = "lookups that do not have one id for each zone";
    found.unused(place, what, others.iter().map(String::as_str));
    let usual = |(name, _): &(String, Vec<String>)| {
        USUAL.iter().position(|u| name.eq_ignore_ascii_case(u)).unwrap_or(USUAL.len())
    };
    sound.sort_by_key(usual);
    let several = sound.len() > 1;
    let mut sound = sound.into_iter();
    let Some((name, ids)) = sound.next() else {
        if !others.is_empty() {
            found.note(place, 0, 0, "zones have their numbers, from 1");
        }
        return (1..=zones).map(|z| z.to_string()).collect();
    };
    if several || !others.is_empty() {
        found.note(place, 0, 0, format!("zones have the ids of lookup `{}`", shown(&name)));
    }
    let rest: Vec<String> = sound.map(|(name, _)| name).collect();
    found.unused(place, "lookups", rest.iter().map(String::as_str));
    ids
}

/// The ids of a lookup: numbers where they are numbers, text otherwise.
fn ids(file: &File, name: &str, zones: usize) -> Result<Vec<String>, String> {
    let data = file.dataset(&format!("lookup/{name}")).map_err(|e| e.to_string())?;
    bounded(&data, zones)?;
    if let Ok(numbers) = data.read_i64() {
        return Ok(numbers.iter().map(i64::to_string).collect());
    }
    data.read_string().map_err(|e| e.to_string())
}
