//! `resources.csv`.

use super::Reader;
use crate::ids::CalendarId;
use crate::problem;
use crate::scenario::Resource;
use crate::table::Row;

impl Reader {
    pub(super) fn a_resource(&mut self, row: &Row) -> Resource {
        let kind = row.word("kind").to_string();
        self.stock_columns(row, &kind);
        let (mtbf_h, mttr_h) = (row.number("mtbf_h"), row.number("mttr_h"));
        for (given, other, column) in [(mtbf_h, mttr_h, "mttr_h"), (mttr_h, mtbf_h, "mtbf_h")] {
            if given.is_some() && other.is_none() && !self.incomplete.contains("resources") {
                self.problems.push(
                    row.problem(
                        problem::VALUE_MISSING,
                        column,
                        format!("failures need both `mtbf_h` and `mttr_h`: `{column}` is missing"),
                    )
                    .hint("give both, or neither and an `availability`"),
                );
            }
        }
        let availability = match (row.number_or_zero("availability"), mtbf_h.zip(mttr_h)) {
            // A resource that fails is not available all the time.
            (share, Some((between, repair))) if share >= 1.0 => between / (between + repair),
            (share, _) => share,
        };
        Resource {
            id: row.word("id").into(),
            name: row.word("name").into(),
            place: self.place(row, "place"),
            servers: row.whole("servers"),
            calendar: CalendarId::at(self.position("calendars", row.word("calendar")).unwrap_or(0)),
            availability,
            mtbf_h,
            mttr_h,
            changeover_h: row.number_or_zero("changeover_h"),
            max_occupancy: row.number_or_zero("max_occupancy"),
            stock_t: row.number_or_zero("stock_t"),
            dwell_h: row.number_or_zero("dwell_h"),
            loa_m: row.number("loa_m").unwrap_or(f64::INFINITY),
            draught_m: row.number("draught_m").unwrap_or(f64::INFINITY),
            published_t_per_year: row.number("published_t_per_year"),
            origin: self.origin(row, true),
            kind,
        }
    }
    /// Columns that all stocks have, and only stocks.
    fn stock_columns(&mut self, row: &Row, kind: &str) {
        let is_stock = kind == "stock";
        for column in ["stock_t", "dwell_h"] {
            if is_stock && !row.has(column) {
                self.problems.push(
                    row.problem(
                        problem::VALUE_MISSING,
                        column,
                        format!("a stock needs `{column}`"),
                    )
                    .hint("how much fits (t) and how long a tonne stays (h)"),
                );
            } else if !is_stock && row.has(column) {
                self.problems.push(
                    row.problem(
                        problem::MODE_MISMATCH,
                        column,
                        format!("a {kind} has no `{column}`"),
                    )
                    .hint("only resources of kind `stock` have it"),
                );
            }
        }
    }
}
