//! Rows of `options.csv`.

use super::Reader;
use crate::ids::{CalendarId, LinkId, OptionId, ResourceId, VehicleId};
use crate::problem::{self, nearest, shown};
use crate::scenario::{Effect, ExpansionOption, Scenario};
use crate::table::Row;

impl Reader {
    pub(super) fn an_option(&mut self, row: &Row, scenario: &Scenario) -> ExpansionOption {
        let capex = row.number_or_zero("capex_musd") * 1e6;
        let low = row.number("capex_low_musd").map_or(capex, |x| x * 1e6);
        let high = row.number("capex_high_musd").map_or(capex, |x| x * 1e6);
        let refs = |column| -> Vec<OptionId> {
            let ids = row.list(column);
            ids.into_iter()
                .filter_map(|id| self.position("options", id))
                .map(OptionId::at)
                .collect()
        };
        let (requires, excludes) = (refs("requires"), refs("excludes"));
        ExpansionOption {
            id: row.word("id").into(),
            name: row.word("name").into(),
            effect: self.effect(row, scenario),
            max_level: row.whole("max_level"),
            capex_usd: [low, capex, high],
            opex_usd_per_year: row.number_or_zero("opex_musd_per_year") * 1e6,
            life_years: row.number("life_years").unwrap_or(1.0),
            lead_months: row.number_or_zero("lead_months"),
            requires,
            excludes,
            origin: self.origin(row, false),
        }
    }

    fn effect(&mut self, row: &Row, scenario: &Scenario) -> Effect {
        let amount = row.number("amount").unwrap_or(1.0);
        let whole = amount.round().clamp(0.0, 10_000.0) as u32;
        let effect = row.word("effect").to_string();
        let counts = matches!(effect.as_str(), "insert_loop" | "add_server");
        if counts && (amount - f64::from(whole)).abs() > 1e-9 {
            self.malformed(row, "amount", "loops and servers come in whole numbers");
        }
        match effect.as_str() {
            "insert_loop" | "second_track" => {
                let (link, sections) = self.target_sections(row, scenario);
                if effect == "insert_loop" {
                    Effect::InsertLoop { link, sections, loops: whole }
                } else {
                    Effect::SecondTrack { link, sections }
                }
            }
            "lengthen_loops" => Effect::LengthenLoops {
                link: self.target(row, "links", LinkId::at),
                loop_m: amount,
            },
            "open_link" => Effect::OpenLink { link: self.target(row, "links", LinkId::at) },
            "allow_vehicle" => {
                Effect::AllowVehicle { vehicle: self.target(row, "vehicles", VehicleId::at) }
            }
            "add_stock" => Effect::AddStock {
                resource: self.target(row, "resources", ResourceId::at),
                stock_t: amount,
            },
            "set_calendar" => {
                let calendar = row.text("calendar").and_then(|c| self.position("calendars", c));
                if !row.has("calendar") {
                    self.problems.push(
                        row.problem(
                            problem::VALUE_MISSING,
                            "calendar",
                            "`set_calendar` needs a calendar",
                        )
                        .hint("name a row of calendars.csv"),
                    );
                }
                Effect::SetCalendar {
                    resource: self.target(row, "resources", ResourceId::at),
                    calendar: CalendarId::at(calendar.unwrap_or(0)),
                }
            }
            _ => Effect::AddServer {
                resource: self.target(row, "resources", ResourceId::at),
                servers: whole,
            },
        }
    }

    fn target<T>(&mut self, row: &Row, table: &str, id: impl Fn(usize) -> T) -> T {
        self.named(row, table, row.word("target")).map_or_else(|| id(0), &id)
    }

    fn named(&mut self, row: &Row, table: &str, name: &str) -> Option<usize> {
        let found = self.position(table, name);
        if found.is_none() && !name.is_empty() && !self.incomplete.contains(table) {
            let what = table.strip_suffix('s').unwrap_or(table);
            let message = format!("unknown {what} `{}`", shown(name));
            let ids = self.tables[table].iter().map(|r| r.word("id"));
            let hint = match nearest(name, ids) {
                Some(near) => format!("did you mean `{near}`? {table} are defined in {table}.csv"),
                None => format!("{table} are defined in {table}.csv"),
            };
            self.problems.push(row.problem(problem::ID_UNKNOWN, "target", message).hint(hint));
        }
        found
    }

    /// `R4` for every section, `R4:1` for the first.
    fn target_sections(&mut self, row: &Row, scenario: &Scenario) -> (LinkId, Vec<usize>) {
        let text = row.word("target").to_string();
        let (name, section) =
            text.split_once(':').map_or((text.as_str(), None), |(n, s)| (n, Some(s)));
        let Some(l) = self.named(row, "links", name) else { return (LinkId(0), Vec::new()) };
        let count = scenario.links[l].sections.len();
        let sections = match section.map(str::parse::<usize>) {
            None => (0..count).collect(),
            Some(Ok(s)) if (1..=count).contains(&s) => vec![s - 1],
            Some(_) => {
                self.malformed(row, "target", &format!("`{name}` has the sections 1 to {count}"));
                Vec::new()
            }
        };
        (LinkId::at(l), sections)
    }
}
