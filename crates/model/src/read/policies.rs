//! Rows of `policies.csv` and of the embedded law.

use super::{Reader, is_country, mode};
use crate::hs;
use crate::ids::{PlaceId, PolicyId};
use crate::policy::{Binds, Countries, Direction, Policy, PolicyEffect, Transit};
use crate::problem::{self, nearest, shown};
use crate::scenario::Place;
use crate::table::{Row, split};

/// Tonnes in a barrel of refined petroleum products: 7.8 barrels a tonne (average of products, BP
/// Statistical Review of World Energy, approximate conversion factors; recalled).
const T_PER_BARREL: f64 = 0.128;

impl Reader {
    pub(super) fn a_policy(
        &mut self,
        row: &Row,
        table: &[Row],
        offset: usize,
        places: &[Place],
        embedded: bool,
    ) -> Policy {
        // The table has refused invalid codes, so that nothing is banned or allowed by mistake.
        let hs = hs::parse(row.word("hs")).unwrap_or_default();
        let (countries, named) = self.territory(row, places, embedded);
        let barrel = if row.word("unit") == "barrel" { T_PER_BARREL } else { 1.0 };
        let effect = effect(row);
        if effect == PolicyEffect::Cap && !row.has("cap_per_year") {
            self.problems.push(
                row.problem(problem::VALUE_MISSING, "cap_per_year", "a cap needs `cap_per_year`")
                    .hint("the limit in `unit` a year"),
            );
        }
        Policy {
            id: row.word("id").into(),
            set: row.word("set").into(),
            is_law: row.word("kind") == "law",
            effect,
            mode: (row.word("mode") != "any").then(|| mode(row.word("mode"))),
            countries,
            places: named,
            direction: match row.word("direction") {
                "export" => Direction::Export,
                "import" => Direction::Import,
                _ => Direction::Both,
            },
            hs,
            origin: self.countries(row, "origin"),
            counterparty: self.countries(row, "counterparty"),
            flag: self.countries(row, "flag"),
            binds: binds(row),
            transit: match row.word("transit") {
                "no" => Transit::No,
                "uncertain" => Transit::Uncertain,
                _ => Transit::Yes,
            },
            cap_t_per_year: row.number("cap_per_year").map(|c| c * barrel),
            valid_from: row.text("valid_from").and_then(|d| d.parse().ok()),
            valid_to: row.text("valid_to").and_then(|d| d.parse().ok()),
            exempted_by: row
                .list("exempted_by")
                .iter()
                .filter_map(|id| table.iter().position(|r| r.word("id") == *id))
                .map(|i| PolicyId::at(offset + i))
                .collect(),
            reference: row.word("reference").into(),
            procedure: row.text("procedure").map(str::to_string),
            source: self.origin(row, false),
        }
    }

    /// Countries and places. The embedded law names places that a scenario may not have.
    fn territory(
        &mut self,
        row: &Row,
        places: &[Place],
        embedded: bool,
    ) -> (Vec<String>, Vec<PlaceId>) {
        let (mut countries, mut named) = (Vec::new(), Vec::new());
        for part in row.list("territory") {
            // The law means the country, whatever a scenario calls its places.
            let place = places.iter().position(|p| p.id == part);
            if let Some(p) = place.filter(|_| !(embedded && is_country(part))) {
                named.push(PlaceId::at(p));
            } else if is_country(part) {
                countries.push(part.to_string());
            } else if !embedded && !self.incomplete.contains("places") {
                let ids = places.iter().map(|p| p.id.as_str());
                let hint = match nearest(part, ids) {
                    Some(near) => {
                        format!("did you mean `{near}`? it may be a place or a country code")
                    }
                    None => "write a country code or the id of a place".into(),
                };
                let message = format!("unknown territory `{}`", shown(part));
                self.problems
                    .push(row.problem(problem::ID_UNKNOWN, "territory", message).hint(hint));
            }
        }
        (countries, named)
    }

    fn countries(&mut self, row: &Row, column: &str) -> Countries {
        let text = row.word(column);
        if text.is_empty() || text == "any" {
            return Countries::Any;
        }
        let parts = split(text);
        let but = parts.iter().filter(|p| p.starts_with('!')).count();
        let codes: Vec<String> =
            parts.iter().map(|p| p.trim_start_matches('!').to_string()).collect();
        if codes.iter().any(|c| !is_country(c)) || (but != 0 && but != parts.len()) {
            self.malformed(
                row,
                column,
                "write country codes separated by `;`, `!KP` for all but one, or `any`",
            );
        }
        if but > 0 { Countries::AllBut(codes) } else { Countries::Only(codes) }
    }
}

/// The subject of a rule, as given or as implied by its other columns.
fn binds(row: &Row) -> Binds {
    let any = |column| matches!(row.word(column), "" | "any");
    match row.word("binds") {
        "goods" => Binds::Goods,
        "vehicles" => Binds::Vehicles,
        "both" => Binds::Both,
        _ if !any("flag") => Binds::Vehicles,
        _ if row.word("effect") == "forbid"
            && any("hs")
            && any("origin")
            && row.word("transit") == "yes" =>
        {
            Binds::Both
        }
        _ => Binds::Goods,
    }
}

fn effect(row: &Row) -> PolicyEffect {
    match row.word("effect") {
        "permit" => PolicyEffect::Permit,
        "cap" => PolicyEffect::Cap,
        "notify" => PolicyEffect::Notify,
        _ => PolicyEffect::Forbid,
    }
}
