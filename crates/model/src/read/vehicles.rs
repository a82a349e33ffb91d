//! `vehicles.csv`.

use super::{Reader, is_country, mode};
use crate::ids::VehicleId;
use crate::problem;
use crate::scenario::{EmptyReturn, Mode, Settings, Vehicle};
use crate::table::Row;

impl Reader {
    pub(super) fn a_vehicle(&mut self, row: &Row, settings: &Settings) -> Vehicle {
        let mode = mode(row.word("mode"));
        if (mode == Mode::Rail) != row.has("gauge_mm") {
            let message = if mode == Mode::Rail {
                "a train has no gauge"
            } else {
                "only trains have a gauge"
            };
            self.problems.push(row.problem(problem::MODE_MISMATCH, "gauge_mm", message));
        }
        let arrivals = row.word("arrivals").to_string();
        let by_arrivals = match arrivals.as_str() {
            "schedule" => 0.1,
            "called" => 0.4,
            _ => 1.0,
        };
        let teu_t = row.number("payload_teu").map_or(f64::INFINITY, |teu| teu * settings.t_per_teu);
        Vehicle {
            id: row.word("id").into(),
            name: row.word("name").into(),
            mode,
            gauge_mm: row.has("gauge_mm").then(|| row.whole("gauge_mm")),
            payload_t: row.number_or_zero("payload_t").min(teu_t),
            length_m: row.number_or_zero("length_m"),
            draught_m: row.number_or_zero("draught_m"),
            carries: row.list("carries").into_iter().map(str::to_string).collect(),
            empties: match row.word("empties") {
                "same_trainset" => EmptyReturn::SameTrainset,
                "balance" => EmptyReturn::Balance,
                _ => EmptyReturn::None,
            },
            ca2: row.number("ca2").unwrap_or(by_arrivals),
            arrivals,
            jitter_h: row.number_or_zero("jitter_h"),
            pool: self.resource(row, "pool"),
            allowed: row.flag("allowed"),
            flag: self.flag(row),
            barred: Vec::new(),
            barred_empty: Vec::new(),
            fleet_of: None,
            pce: row.number_or_zero("pce"),
            usd_per_km: row.number_or_zero("usd_per_km"),
            usd_per_h: row.number_or_zero("usd_per_h"),
            g_co2e_per_tkm: row.number_or_zero("g_co2e_per_tkm"),
            origin: self.origin(row, true),
        }
    }

    pub(super) fn vehicle(&self, row: &Row, column: &str) -> Option<VehicleId> {
        self.position("vehicles", row.text(column)?).map(VehicleId::at)
    }

    fn flag(&mut self, row: &Row) -> Option<String> {
        let flag = row.text("flag")?.to_string();
        if !is_country(&flag) {
            self.malformed(row, "flag", "write the ISO 3166-1 alpha-2 code, for example `PA`");
        }
        Some(flag)
    }
}
