//! CSV, with shapes as well-known text in a column `geometry`.

use super::shapes;
use crate::findings::Findings;
use crate::layer::Layer;

/// A layer as a file. Points whose coordinates are columns already have no shape of their own.
pub fn file(layer: &Layer, found: &mut Findings) -> Result<Vec<u8>, String> {
    let shapes = shapes::column(layer, found);
    let mut writer = csv::Writer::from_writer(Vec::new());
    let geometry = shapes.is_some().then_some(shapes::GEOMETRY);
    let header = shapes::columns(layer, shapes.is_some()).into_iter().chain(geometry);
    writer.write_record(header).map_err(|e| e.to_string())?;
    for (r, row) in layer.rows.iter().enumerate() {
        let cells = (0..layer.columns.len()).map(|c| layer.cell(row, c).to_string());
        let text = shapes.as_ref().map(|all| all[r].clone());
        writer.write_record(cells.chain(text)).map_err(|e| e.to_string())?;
    }
    writer.into_inner().map_err(|e| e.to_string())
}
