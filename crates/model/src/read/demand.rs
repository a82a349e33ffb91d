//! `demand.csv`.

use super::{Reader, is_country};
use crate::hs;
use crate::scenario::{Demand, Place, Role, Settings};
use crate::table::Row;

impl Reader {
    pub(super) fn a_demand(&mut self, row: &Row, settings: &Settings, places: &[Place]) -> Demand {
        // The table has refused invalid codes.
        let hs = hs::parse(row.word("hs")).ok().flatten().unwrap_or_default();
        if row.has("origin") && !is_country(row.word("origin")) {
            self.malformed(row, "origin", "write the ISO 3166-1 alpha-2 code, for example `RU`");
        }
        let from = self.place(row, "from");
        let unit = row.word("unit");
        let factor = if unit == "teu" { settings.t_per_teu } else { 1.0 };
        if unit == "vehicles" && row.word("role") == "scaled" {
            let message = "a demand in vehicles is not carried as freight and cannot be scaled: give it the role \
                        `fixed` or `background`";
            self.notes.push(row.note("role", message));
        }
        let base = row.number_or_zero("growth_pct");
        let growth = |column| row.number(column).unwrap_or(base) / 100.0;
        Demand {
            id: row.word("id").into(),
            name: row.word("name").into(),
            commodity: row.word("commodity").into(),
            hs,
            origin_country: row.text("origin").map_or_else(
                || places.get(from.ix()).map_or(String::new(), |p| p.country.clone()),
                str::to_string,
            ),
            origin_is_given: row.has("origin"),
            from,
            to: self.place(row, "to"),
            via: row.has("via").then(|| self.place(row, "via")),
            per_year: row.number_or_zero("per_year") * factor,
            in_vehicles: unit == "vehicles",
            unit_name: row.text("unit_name").map(str::to_string),
            role: match row.word("role") {
                "fixed" => Role::Fixed,
                "background" => Role::Background,
                _ => Role::Scaled,
            },
            priority: row.whole("priority"),
            growth: [growth("growth_low_pct"), base / 100.0, growth("growth_high_pct")],
            peak: row.number("peak_month").unwrap_or(settings.peak_factor),
            vot_usd_t_h: row.number_or_zero("vot_usd_t_h"),
            alternative_usd_t: row.number("alternative_usd_t"),
            shipment: row.text("shipment").map(str::to_string),
            origin: self.origin(row, true),
        }
    }
}
