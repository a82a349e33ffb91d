//! `operations.csv`.

use super::Reader;
use crate::ids::{ResourceId, VehicleId};
use crate::problem::{self, nearest, shown};
use crate::scenario::{Hold, Operation, OperationKind};
use crate::table::Row;

impl Reader {
    pub(super) fn an_operation(&mut self, row: &Row) -> Operation {
        let word = row.word("does").to_string();
        let state = row.word("state");
        Operation {
            id: row.word("id").into(),
            place: self.place(row, "place"),
            does: match word.as_str() {
                "load" => OperationKind::Load,
                "unload" => OperationKind::Unload,
                "transload" => OperationKind::Transload,
                _ => OperationKind::Pass,
            },
            word,
            vehicle: self.vehicle(row, "vehicle").unwrap_or(VehicleId(0)),
            loaded: state != "empty",
            empty: state != "loaded",
            to_vehicle: self.vehicle(row, "to_vehicle"),
            cargo: row.list("cargo").into_iter().map(str::to_string).collect(),
            holds: self.holds(row),
            joins_later: row.word("joining") == "later",
            until_return: row.word("until") == "return",
            fixed_h: row.number_or_zero("fixed_h"),
            h_per_t: row.number_or_zero("h_per_t"),
            cv: row.number_or_zero("cv"),
            lot_t: row.number("lot_t"),
            start_when: row.word("start_when").into(),
            stock_from: self.resource(row, "stock_from"),
            stock_to: self.resource(row, "stock_to"),
            usd_per_t: row.number_or_zero("usd_per_t"),
            fleet_of: None,
            origin: self.origin(row, true),
        }
    }

    /// `pier:1+cranes:1-4`
    fn holds(&mut self, row: &Row) -> Vec<Hold> {
        let text = row.word("holds").to_string();
        let mut holds = Vec::new();
        for part in text.split('+').map(str::trim).filter(|p| !p.is_empty()) {
            let (id, count) = part.split_once(':').unwrap_or((part, "1"));
            let (least, most) = count.split_once('-').unwrap_or((count, count));
            let (Ok(least), Ok(most)) = (least.trim().parse::<u32>(), most.trim().parse::<u32>())
            else {
                self.malformed(row, "holds", "write for example `pier:1+cranes:1-4`");
                continue;
            };
            if least == 0 || most < least || most > 50 {
                self.malformed(row, "holds", "hold at least 1 and at most 50 units of a resource");
                continue;
            }
            match self.position("resources", id.trim()) {
                Some(r) => holds.push(Hold { resource: ResourceId::at(r), least, most }),
                None if self.incomplete.contains("resources") => {}
                None => {
                    let message = format!("unknown resource `{}`", shown(id.trim()));
                    let ids = self.tables["resources"].iter().map(|r| r.word("id"));
                    let hint = match nearest(id.trim(), ids) {
                        Some(near) => {
                            format!("did you mean `{near}`? resources are defined in resources.csv")
                        }
                        None => "resources are defined in resources.csv".to_string(),
                    };
                    self.problems
                        .push(row.problem(problem::ID_UNKNOWN, "holds", message).hint(hint));
                }
            }
        }
        if (1..holds.len()).any(|i| holds[..i].iter().any(|h| h.resource == holds[i].resource)) {
            self.malformed(row, "holds", "name each resource once, with the number held");
        }
        if holds.iter().filter(|h| h.most > h.least).count() > 1 {
            self.malformed(row, "holds", "only one resource of an operation may have a range");
        }
        holds
    }
}
