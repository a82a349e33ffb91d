//! OMX 0.2: matrices in HDF5, compressed, with the ids of zones in a lookup.

use hdf5_pure::{AttrValue, FileBuilder};
use trimodal_model::problem::NO_ROOM;

use crate::findings::Findings;
use crate::matrix::Matrix;

/// Level of compression, as the validator of OMX has it.
const LEVEL: u32 = 1;

/// A matrix as a file.
pub fn file(matrix: &Matrix, name: &str, found: &mut Findings) -> Option<Vec<u8>> {
    let written = build(matrix);
    written
        .map_err(|e| found.problem(NO_ROOM, (name, 0, 0), e, "give matrices and zones plain names"))
        .ok()
}

fn build(matrix: &Matrix) -> Result<Vec<u8>, String> {
    let n = matrix.zones.len() as u64;
    let mut file = FileBuilder::new();
    file.set_attr("OMX_VERSION", AttrValue::AsciiString("0.2".into()));
    file.set_attr("SHAPE", AttrValue::I32Array(vec![n as i32, n as i32]));
    let mut data = file.create_group("data");
    for core in &matrix.cores {
        let set = data.create_dataset(&core.name.replace('/', "_"));
        set.with_f64_data(&core.cells).with_shape(&[n, n]);
        set.with_chunks(&[1.max(n.min(64)), n.max(1)]).with_shuffle().with_deflate(LEVEL);
    }
    file.add_group(data.finish());
    let mut lookup = file.create_group("lookup");
    let numbers: Option<Vec<i32>> = matrix.zones.iter().map(|z| z.parse().ok()).collect();
    match numbers {
        Some(numbers) => {
            lookup.create_dataset("zone").with_i32_data(&numbers).with_shape(&[n]);
        }
        None => {
            let names: Vec<&str> = matrix.zones.iter().map(String::as_str).collect();
            lookup.create_dataset("zone").with_strings(&names).map_err(|e| e.to_string())?;
        }
    }
    file.add_group(lookup.finish());
    file.finish().map_err(|e| e.to_string())
}
