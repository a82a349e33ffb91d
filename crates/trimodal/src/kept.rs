//! What a scenario keeps of its own places and links when a network gives them: that which the network does not tell
//! of the same place or link.

use std::collections::{BTreeSet, HashMap};

use trimodal_formats::{Data, Findings, Format, Layer, Mapping, Network as Table, Source, Value};
use trimodal_model::Note;
use trimodal_model::scenario::Mode;

use crate::findings::{listed, quoted};

pub(crate) const PLACES: &str = "places.csv";
pub(crate) const LINKS: &str = "links.csv";
/// Lengths that differ by no more than this share are the same.
const SAME_LENGTH: f64 = 1e-3;
/// A table of the scenario, by the id of each row.
pub(crate) struct Old {
    layer: Layer,
    by_id: HashMap<String, usize>,
}

impl Old {
    /// A table, as far as it can be read: the network goes before it in any case.
    pub fn read(name: &str, bytes: Option<&Vec<u8>>) -> Option<Old> {
        let source = Source::file(name, bytes?.clone());
        let mut found = Findings::default();
        let read =
            trimodal_formats::read(&source, Some(Format::Csv), &Mapping::default(), &mut found);
        let Some(Data::Layers(mut layers)) = read else { return None };
        let layer = layers.pop()?;
        let id = layer.column("id")?;
        let by_id = layer.rows.iter().enumerate();
        let by_id = by_id.map(|(i, row)| (layer.cell(row, id).to_string(), i)).collect();
        Some(Old { layer, by_id })
    }

    /// A cell of the row of an id; empty where there is none.
    fn value(&self, id: &str, column: &str) -> Value {
        let cell = |row: &usize| {
            Some(self.layer.cell(&self.layer.rows[*row], self.layer.column(column)?).clone())
        };
        self.by_id.get(id).and_then(cell).unwrap_or_default()
    }

    fn text(&self, id: &str, column: &str) -> String {
        self.value(id, column).to_string()
    }

    /// Whether the row of an id is a link between two places, of a mode.
    fn is_link(&self, id: &str, ends: [&str; 2], mode: &str) -> bool {
        let own = ["from", "to", "mode"].map(|c| self.text(id, c));
        own == [ends[0], ends[1], mode].map(String::from)
    }

    /// The ids that are not among others, in the order of the table.
    fn without(&self, others: &BTreeSet<String>) -> Vec<String> {
        let mut ids: Vec<(&usize, &String)> =
            self.by_id.iter().map(|(id, row)| (row, id)).collect();
        ids.sort();
        ids.into_iter().map(|(_, id)| id.clone()).filter(|id| !others.contains(id)).collect()
    }
}

/// Gives nodes their names, kinds and countries, and links their gauges and speeds, where the network does not tell
/// them and the scenario has the same place or link.
pub(crate) fn complete(table: &mut Table, places: Option<&Old>, links: Option<&Old>) {
    for node in table.nodes.iter_mut() {
        let Some(old) = places else { break };
        let give = |field: &mut String, column: &str| {
            if field.is_empty() {
                *field = old.text(&node.id, column);
            }
        };
        give(&mut node.name, "name");
        give(&mut node.kind, "kind");
        give(&mut node.country, "country");
    }
    let Some(old) = links else { return };
    for link in table.links.iter_mut() {
        let ends = [link.from, link.to].map(|n| table.nodes[n].id.as_str());
        if !old.is_link(&link.id, ends, link.mode_word()) {
            continue;
        }
        if link.mode == Some(Mode::Rail) && link.gauges_mm.is_empty() {
            let text = old.text(&link.id, "gauge_mm");
            link.gauges_mm = text.split('+').filter_map(|mm| mm.trim().parse().ok()).collect();
        }
        if link.kmh.is_none() && link.minutes.is_none() {
            link.kmh = old.value(&link.id, "loaded_kmh").number();
        }
    }
}

/// The table of links of a network, with the columns of the scenario that it has no value for, of links that the
/// scenario has too: those of the same id, ends and mode. Notes say which were kept, and what was not.
pub(crate) fn links(new: Vec<u8>, old: &Old, notes: &mut Vec<Note>) -> Vec<u8> {
    let Some(Old { layer, .. }) = Old::read(LINKS, Some(&new)) else { return new };
    let mut columns = layer.columns.clone();
    columns.extend(old.layer.columns.iter().filter(|c| !layer.columns.contains(c)).cloned());
    let mut told = Told::default();
    let mut rows: Vec<Vec<String>> = vec![columns.clone()];
    for row in &layer.rows {
        let of = |column: &str| {
            layer.column(column).map_or(Value::Empty, |c| layer.cell(row, c).clone())
        };
        let [id, from, to, mode] = ["id", "from", "to", "mode"].map(|c| of(c).to_string());
        let is_old = old.is_link(&id, [&from, &to], &mode);
        let km = [of("km").number(), old.value(&id, "km").number()];
        let is_as_long = matches!(km, [Some(a), Some(b)] if (a - b).abs() <= SAME_LENGTH * b);
        if is_old {
            told.same += 1
        } else {
            told.new.push(id.clone())
        }
        let cell = |column: &String| {
            let (own, kept) = (of(column), old.value(&id, column));
            if !own.is_empty() || !is_old || kept.is_empty() {
                return own.to_string();
            }
            // Sections add up to the length of the link.
            if column == "sections_km" && !is_as_long {
                told.sections.push(id.clone());
                return String::new();
            }
            told.kept.insert(column.clone());
            kept.to_string()
        };
        rows.push(columns.iter().map(cell).collect());
    }
    told.note(old, &layer, notes);
    written(&rows).unwrap_or(new)
}

/// Notes which places of the scenario the network does not have.
pub(crate) fn places(new: &[u8], old: &Old, notes: &mut Vec<Note>) {
    let Some(table) = Old::read(PLACES, Some(&new.to_vec())) else { return };
    let lost = old.without(&table.by_id.into_keys().collect());
    note(PLACES, "places of the scenario are not in the network and are left out", &lost, notes);
}

/// What was kept, and what was not.
#[derive(Default)]
struct Told {
    same: usize,
    new: Vec<String>,
    kept: BTreeSet<String>,
    sections: Vec<String>,
}

impl Told {
    fn note(self, old: &Old, layer: &Layer, notes: &mut Vec<Note>) {
        let quoted: Vec<String> = self.kept.iter().map(|c| format!("`{c}`")).collect();
        if !quoted.is_empty() {
            let message = format!(
                "of {} links with the id, the ends and the mode of one of the scenario, what the network does not tell is kept: {}",
                self.same,
                quoted.join(", ")
            );
            notes.push(Note::new(LINKS, 0, 0, message));
        }
        let filled = |c: &usize| old.layer.rows.iter().any(|r| !old.layer.cell(r, *c).is_empty());
        let only = (0..old.layer.columns.len())
            .filter(|c| filled(c) && layer.column(&old.layer.columns[*c]).is_none())
            .map(|c| format!("`{}`", old.layer.columns[c]));
        let only: Vec<String> = only.collect();
        if !only.is_empty() {
            let what = format!(
                "links are none of the scenario: they have the defaults of {}",
                only.join(", ")
            );
            note(LINKS, &what, &self.new, notes);
        }
        let what =
            "links have another length than in the scenario: their `sections_km` are left out";
        note(LINKS, what, &self.sections, notes);
        let id = layer.column("id");
        let ids = layer.rows.iter().filter_map(|r| Some(layer.cell(r, id?).to_string()));
        let lost = old.without(&ids.collect());
        note(LINKS, "links of the scenario are not in the network and are left out", &lost, notes);
    }
}

fn note(file: &str, what: &str, ids: &[String], notes: &mut Vec<Note>) {
    if ids.is_empty() {
        return;
    }
    let list = listed(&quoted(ids.iter().map(String::as_str)));
    let message = format!("{} {what} ({list})", ids.len());
    notes.push(Note::new(file, 0, 0, message));
}

fn written(rows: &[Vec<String>]) -> Option<Vec<u8>> {
    let mut table = csv::Writer::from_writer(Vec::new());
    rows.iter().try_for_each(|row| table.write_record(row)).ok()?;
    table.into_inner().ok()
}
