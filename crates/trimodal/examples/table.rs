//! A table of many: the cheapest itineraries between some ports and some cities.

use trimodal::route::Criterion;
use trimodal::{Control, InputFile, Problems, TableRequest, World};

fn main() -> Result<(), Problems> {
    let from = InputFile::new("from.csv", "place\nMombasa\nDurban\nDjibouti\n");
    let to = InputFile::new("to.csv", "place\nKampala\nLusaka\n\"Addis Ababa\"\n");
    let request = TableRequest { by: vec![Criterion::Cost], ..TableRequest::new(from, to) };
    let table = World::load().table(&request, &Control::none())?;
    for cell in &table.cells {
        let (from, to) = (&table.origins[cell.origin], &table.destinations[cell.destination]);
        match &cell.totals {
            Some(t) => println!("{from} -> {to}: {:.0} USD by {}", t.cost_usd, t.chain),
            None => println!("{from} -> {to}: {}", cell.status.word()),
        }
    }
    Ok(())
}
