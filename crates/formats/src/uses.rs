//! Modes of links by the uses that a file permits on them: `allowed_uses` of GMNS.

use trimodal_model::scenario::Mode;

use crate::findings::Findings;
use crate::network::Link;

/// Uses of a road by motor vehicles, in the words of published files.
const OF_ROADS: [&str; 14] = [
    "all", "any", "auto", "autos", "bus", "car", "cars", "drive", "driving", "hgv", "motor",
    "truck", "trucks", "vehicle",
];
/// Uses of a railway by trains, beside `rail`.
const OF_RAILWAYS: [&str; 3] = ["train", "freight_rail", "freight rail"];

/// Links whose mode was given by their uses, and those that bar freight.
#[derive(Default)]
pub struct Uses {
    given: usize,
    barred: usize,
}

impl Uses {
    /// Gives a link without a mode that of its first use that has one. A link that only others use, on foot or by
    /// bicycle, bars freight.
    pub fn apply(&mut self, uses: &str, link: &mut Link) {
        if uses.is_empty() || link.mode.is_some() || link.bars_freight {
            return;
        }
        let uses = uses.to_lowercase();
        link.mode = uses.split([',', ';', '|']).map(str::trim).find_map(mode_of);
        link.bars_freight = link.mode.is_none();
        self.given += usize::from(link.mode.is_some());
        self.barred += usize::from(link.bars_freight);
    }

    /// Notes what was given and barred.
    pub fn note(&self, file: &str, column: usize, found: &mut Findings) {
        let told = [
            (self.given, "links take their mode from their uses"),
            (self.barred, "links bar freight by their uses"),
        ];
        for (count, what) in told.into_iter().filter(|(count, _)| *count > 0) {
            found.note(file, 0, column, format!("{count} {what}"));
        }
    }
}

fn mode_of(word: &str) -> Option<Mode> {
    match word {
        _ if OF_ROADS.contains(&word) => Some(Mode::Road),
        _ if OF_RAILWAYS.contains(&word) => Some(Mode::Rail),
        _ => Mode::from_word(word),
    }
}
