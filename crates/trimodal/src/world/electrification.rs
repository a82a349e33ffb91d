//! Which railways are electrified, and how many kilometres of each region.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trimodal_model::network::LinkId;
use trimodal_world::electrification::{Basis, Electrification, State};

use super::World;

/// Whether a railway is electrified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ElectrificationState {
    /// It is.
    Electrified,
    /// It is not.
    None,
    /// Not known.
    Unknown,
}

/// Whether a link of a railway is electrified, and what says so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LinkElectrification {
    /// `electrified`, `none` or `unknown`.
    pub state: ElectrificationState,
    /// The system, `25 kV AC`; none where it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// The named line that says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
    /// The country that says so, where no line is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// How much of the railway of that country is electrified, per cent of the length.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country_percent: Option<f64>,
    /// Where it is from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// `published`, `secondary`, or `recalled`: from memory, a guess.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<String>,
}

/// Length of railway that is electrified, that is not, and of which it is not known.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ElectrificationTotals {
    /// A region (`europe`, `east-asia`, …), or `world`.
    pub region: String,
    /// Length that is electrified, km.
    pub electrified_km: u64,
    /// Length that is not, km.
    pub none_km: u64,
    /// Length of which it is not known, km.
    pub unknown_km: u64,
}

#[derive(Deserialize)]
struct Region {
    region: String,
    countries: String,
}

impl World {
    /// Which railways are electrified; worked out when it is first asked for, in a fifth of a second.
    pub fn electrification(&self) -> &Electrification {
        self.electrification.get_or_init(|| Electrification::of(&self.network))
    }

    /// The lengths of each region, then of the world; ferries and ways from terminals to tracks are left out.
    pub(super) fn electrification_totals(&self) -> Vec<ElectrificationTotals> {
        let regions = regions();
        let of_country: HashMap<&str, usize> = (regions.iter().enumerate())
            .flat_map(|(i, r)| r.countries.split(' ').map(move |country| (country, i)))
            .collect();
        let known = self.electrification();
        let n = &*self.network;
        let world = regions.len();
        let mut m = vec![[0_u64; 3]; world + 1];
        for link in (0..n.links()).map(LinkId::at) {
            let Some(state) = known.state(link) else { continue };
            let region = of_country.get(n.country_of(n.tail[link.ix()])).copied();
            for row in region.into_iter().chain([world]) {
                m[row][state as usize] += u64::from(n.length_m(link));
            }
        }
        let names = regions.into_iter().map(|r| r.region).chain(["world".to_string()]);
        let totals = names.zip(m).map(|(region, m)| {
            let km = |state: State| m[state as usize] / 1000;
            ElectrificationTotals {
                region,
                electrified_km: km(State::Electrified),
                none_km: km(State::None),
                unknown_km: km(State::Unknown),
            }
        });
        totals.collect()
    }

    /// What is known of a link; nothing where it has no track.
    pub(super) fn electrification_of(&self, link: LinkId) -> Option<LinkElectrification> {
        self.electrification().of_link(link).map(told)
    }
}

fn told(basis: &Basis) -> LinkElectrification {
    let text = |text: &String| (!text.is_empty()).then(|| text.clone());
    LinkElectrification {
        state: match basis.state {
            State::Electrified => ElectrificationState::Electrified,
            State::None => ElectrificationState::None,
            State::Unknown => ElectrificationState::Unknown,
        },
        system: text(&basis.system),
        line: text(&basis.line),
        country: text(&basis.country),
        country_percent: basis.share.map(|share| (share * 1000.0).round() / 10.0),
        source: text(&basis.source),
        confidence: text(&basis.confidence),
    }
}

fn regions() -> Vec<Region> {
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(trimodal_world::REGIONS.as_bytes());
    reader.deserialize().collect::<Result<_, _>>().expect("the regions are read by a test")
}
