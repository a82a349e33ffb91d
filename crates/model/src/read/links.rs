//! `links.csv`.

use super::{Reader, mode};
use crate::ids::PlaceId;
use crate::problem;
use crate::scenario::{Block, Link, Mode, Place, Section};
use crate::table::Row;

impl Reader {
    pub(super) fn a_link(&mut self, row: &Row, places: &[Place]) -> Link {
        let (from, to) = (self.place(row, "from"), self.place(row, "to"));
        let mode = mode(row.word("mode"));
        let name = row.text("name").map_or_else(
            || {
                let end = |p: PlaceId| places.get(p.ix()).map_or("", |p| p.name.as_str());
                format!("{}-{}", end(from), end(to))
            },
            str::to_string,
        );
        let km = row.number_or_zero("km");
        let loaded_kmh = row.number("loaded_kmh").unwrap_or(1.0);
        Link {
            id: row.word("id").into(),
            name,
            from,
            to,
            mode,
            km,
            gauges_mm: self.gauges(row, mode),
            sections: self.sections(row, mode, km),
            loop_m: row.number("loop_m").unwrap_or(f64::INFINITY),
            max_train_m: row.number("max_train_m").unwrap_or(f64::INFINITY),
            block: if row.word("block") == "auto" { Block::Auto } else { Block::OneTrain },
            tau_h: row.number_or_zero("tau_min") / 60.0,
            headway_h: row.number_or_zero("headway_min") / 60.0,
            lanes: row.whole("lanes").max(1),
            loaded_kmh,
            empty_kmh: row.number("empty_kmh").unwrap_or(loaded_kmh),
            availability: row.number_or_zero("availability"),
            max_occupancy: row.number_or_zero("max_occupancy"),
            usd_per_t: row.number_or_zero("usd_per_t"),
            is_open: row.flag("is_open"),
            published_t_per_year: row.number("published_t_per_year"),
            origin: self.origin(row, true),
        }
    }

    fn gauges(&mut self, row: &Row, mode: Mode) -> Vec<u32> {
        let text = row.word("gauge_mm");
        let gauges: Option<Vec<u32>> = text
            .split('+')
            .filter(|t| !t.trim().is_empty())
            .map(|t| t.trim().parse().ok())
            .collect();
        match gauges {
            Some(g)
                if g.iter().all(|g| (300..=3000).contains(g))
                    && (mode == Mode::Rail) != g.is_empty() =>
            {
                g
            }
            Some(g) if g.is_empty() => {
                let message = "a railway has no gauge";
                self.problems.push(
                    row.problem(problem::VALUE_MISSING, "gauge_mm", message)
                        .hint("write for example `1435`, or `1435+1520` for dual gauge"),
                );
                g
            }
            Some(g) if mode != Mode::Rail => {
                self.problems.push(
                    row.problem(problem::MODE_MISMATCH, "gauge_mm", "only railways have a gauge")
                        .hint("leave it blank"),
                );
                g
            }
            _ => {
                self.malformed(
                    row,
                    "gauge_mm",
                    "write for example `1435`, or `1435+1520` for dual gauge",
                );
                Vec::new()
            }
        }
    }

    fn sections(&mut self, row: &Row, mode: Mode, km: f64) -> Vec<Section> {
        let listed = row.numbers("sections_km");
        if mode != Mode::Rail {
            if !listed.is_empty() {
                self.problems.push(
                    row.problem(
                        problem::MODE_MISMATCH,
                        "sections_km",
                        "only railways have sections",
                    )
                    .hint("leave it blank"),
                );
            }
            return Vec::new();
        }
        let tracks = row.whole("tracks").max(1);
        let lengths = if listed.is_empty() { vec![km] } else { listed };
        let sum: f64 = lengths.iter().sum();
        if row.has("sections_km") && row.has("km") && (sum - km).abs() > 0.005 * km {
            let message =
                format!("the sections add up to {} km, the line has {km} km", round3(sum));
            self.problems.push(
                row.problem(problem::SECTIONS, "sections_km", message)
                    .hint("correct one or the other; half a per cent of difference is allowed"),
            );
        }
        lengths.into_iter().map(|km| Section { km, parts: 1, tracks }).collect()
    }
}

fn round3(x: f64) -> f64 {
    (x * 1000.0).round() / 1000.0
}
