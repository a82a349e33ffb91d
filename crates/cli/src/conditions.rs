//! What `route` and `table` have in common: the shipment, what may be used, and the law.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use jiff::civil::Date;
use trimodal::model::scenario::Mode;
use trimodal::route::Cargo;
use trimodal::{Amount, InputFile, Shipment};

/// The shipment, what may be used, and the law.
#[derive(Args)]
pub struct Conditions {
    /// What is shipped
    #[arg(long, default_value = "containers", value_parser = cargo())]
    cargo: Cargo,
    /// Tonnes shipped [default: 10, about one TEU]
    #[arg(long, value_name = "T", allow_negative_numbers = true, conflicts_with = "teu")]
    tonnes: Option<f64>,
    /// Containers shipped, in TEU of 10 t each
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    teu: Option<f64>,
    /// Modes that may be used
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "rail,sea,road", value_parser = mode())]
    modes: Vec<Mode>,
    /// What may not be used, on top of what is closed anyway: countries (`RU`), passages (`suez`), `border:BY-PL`, `port:KRPUS`, `terminal:…`, `link:…`
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    avoid: Vec<String>,
    /// Of each kind of thing named (countries, passages, borders, ports) only these may be used
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    only_via: Vec<String>,
    /// Leave out links that were mended where the source of the network is cut
    #[arg(long)]
    no_mended: bool,
    /// Draught of the ship; passages that are too shallow are closed to it [default: by cargo]
    #[arg(long, value_name = "M", allow_negative_numbers = true)]
    draught: Option<f64>,
    /// How far a place may be from the network, km
    #[arg(long, value_name = "KM", allow_negative_numbers = true, default_value_t = 100.0)]
    snap_km: f64,
    /// HS codes of the goods, for the law [default: not declared; a ban on any goods then holds]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    hs: Vec<String>,
    /// Country where the goods originate [default: that of the origin]
    #[arg(long, value_name = "CC")]
    goods_origin: Option<String>,
    /// Policy sets that hold on top of the law
    #[arg(long, value_name = "SET", value_delimiter = ',')]
    policy: Vec<String>,
    /// Policies of your own (policies.csv)
    #[arg(long, value_name = "FILE")]
    policies: Option<PathBuf>,
    /// Day on which the law is read [default: today, UTC]
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<Date>,
    /// Compute as if there were no law, to compare; every output is watermarked
    #[arg(long)]
    counterfactual_no_law: bool,
    /// Emission factors in place of the bundled ones (factors.csv)
    #[arg(long, value_name = "FILE")]
    factors: Option<PathBuf>,
    /// Links closed, slower or dearer (overrides.csv)
    #[arg(long, value_name = "FILE")]
    overrides: Option<PathBuf>,
}

fn cargo() -> impl TypedValueParser<Value = Cargo> {
    let words = Cargo::ALL.map(Cargo::word);
    let of = |word: String| Cargo::ALL.into_iter().find(|c| c.word() == word);
    PossibleValuesParser::new(words).map(move |w| of(w).unwrap_or(Cargo::Containers))
}

fn mode() -> impl TypedValueParser<Value = Mode> {
    PossibleValuesParser::new(["rail", "sea", "road"]).map(|w| match w.as_str() {
        "sea" => Mode::Sea,
        "road" => Mode::Road,
        _ => Mode::Rail,
    })
}

impl Conditions {
    /// The same as the library has it.
    pub fn shipment(&self) -> Shipment {
        let read = |path: &Option<PathBuf>| path.as_deref().map(InputFile::open);
        Shipment {
            cargo: self.cargo,
            amount: match (self.teu, self.tonnes) {
                (Some(teu), _) => Amount::Teu(teu),
                (None, tonnes) => Amount::Tonnes(tonnes.unwrap_or(10.0)),
            },
            modes: self.modes.clone(),
            avoid: self.avoid.clone(),
            only_via: self.only_via.clone(),
            no_mended: self.no_mended,
            draught_m: self.draught,
            snap_km: self.snap_km,
            hs: self.hs.clone(),
            goods_origin: self.goods_origin.clone(),
            policies: self.policy.clone(),
            own_policies: read(&self.policies),
            date: self.date,
            counterfactual_no_law: self.counterfactual_no_law,
            factors: read(&self.factors),
            overrides: read(&self.overrides),
        }
    }
}
