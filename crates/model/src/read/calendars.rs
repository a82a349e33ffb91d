//! `calendars.csv`.

use super::Reader;
use crate::calendar::{Calendar, parse_closed, parse_days, parse_hours, parse_seasons};
use crate::problem;
use crate::table::Row;

impl Reader {
    pub(super) fn a_calendar(&mut self, row: &Row) -> Calendar {
        let days = parse_days(row.word("days"));
        let open_min = parse_hours(row.word("open"));
        let closed = parse_closed(row.word("closed_dates"));
        let seasons = parse_seasons(row.word("season"));
        if days.is_none() {
            self.malformed(row, "days", "write for example `mo-su` or `mo;we;fr`");
        }
        if open_min.is_none() {
            self.malformed(
                row,
                "open",
                "write for example `09:00-18:00`; several in order, separated by `;`",
            );
        }
        if closed.is_none() {
            self.malformed(row, "closed_dates", "write for example `01-01;05-01..05-03`");
        }
        if seasons.is_none() {
            self.malformed(
                row,
                "season",
                "write for example `12-15..03-10:0.85`, a share from 0 to 1",
            );
        }
        let calendar = Calendar {
            id: row.word("id").into(),
            days: days.unwrap_or([true; 7]),
            open_min: open_min.unwrap_or_else(|| vec![(0, 1440)]),
            closed: closed.unwrap_or_default(),
            seasons: seasons.unwrap_or_default(),
            utc_offset_h: row.number_or_zero("utc_offset_h"),
        };
        if calendar.open_share() <= 0.0 {
            self.problems.push(
                row.problem(
                    problem::OUT_OF_RANGE,
                    "id",
                    format!("calendar `{}` is never open", calendar.id),
                )
                .hint("leave out the resource or close the place by a policy instead"),
            );
        }
        calendar
    }
}
