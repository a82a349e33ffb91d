//! `places.csv`.

use super::{Reader, is_country};
use crate::scenario::Place;
use crate::table::Row;

impl Reader {
    pub(super) fn a_place(&mut self, row: &Row) -> Place {
        let country = row.word("country").to_string();
        if !is_country(&country) && row.has("country") {
            self.malformed(row, "country", "write the ISO 3166-1 alpha-2 code, for example `KR`");
        }
        Place {
            id: row.word("id").into(),
            name: row.word("name").into(),
            country,
            lat: row.number_or_zero("lat"),
            lon: row.number_or_zero("lon"),
            kind: row.word("kind").into(),
        }
    }
}
