//! CSV, with shapes as well-known text in a column `geometry`.

use crate::findings::Findings;
use crate::layer::Layer;
use crate::shape;

/// A layer as a file. A point whose coordinates are columns already has no shape of its own.
pub fn file(layer: &Layer, _: &mut Findings) -> Result<Vec<u8>, String> {
    let has_point = layer.column("lon").is_some() && layer.column("lat").is_some();
    let shapes = layer.has_shapes() && !has_point;
    let mut writer = csv::Writer::from_writer(Vec::new());
    let geometry = shapes.then_some("geometry");
    let header = layer.columns.iter().map(String::as_str).chain(geometry);
    writer.write_record(header).map_err(|e| e.to_string())?;
    for row in &layer.rows {
        let cells = (0..layer.columns.len()).map(|c| layer.cell(row, c).to_string());
        let text = shapes.then(|| row.shape.as_ref().map_or(String::new(), shape::to_wkt));
        writer.write_record(cells.chain(text)).map_err(|e| e.to_string())?;
    }
    writer.into_inner().map_err(|e| e.to_string())
}
