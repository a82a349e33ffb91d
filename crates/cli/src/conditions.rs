//! Options that `route`, `table` and `pairs` share: the shipment, the permitted parts of the network, and the law.

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use jiff::civil::Date;
use trimodal::model::problem::Problem;
use trimodal::model::scenario::Mode;
use trimodal::route::Cargo;
use trimodal::{Amount, InputFile, Shipment, World, files};

use crate::output;

/// The shipment, the permitted parts of the network, and the law.
#[derive(Args)]
pub struct Conditions {
    /// Type of cargo
    #[arg(long, default_value = "containers", value_parser = cargo())]
    cargo: Cargo,
    /// Tonnes shipped [default: 10, about one TEU]
    #[arg(long, value_name = "T", allow_negative_numbers = true, conflicts_with = "teu")]
    tonnes: Option<f64>,
    /// Containers shipped, in TEU of 10 t each
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    teu: Option<f64>,
    /// Modes that may be used
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "rail,sea,road,barge", value_parser = mode())]
    modes: Vec<Mode>,
    /// Elements to avoid, in addition to those closed by default: countries (`RU`), passages, waterways and ferries (`suez`, `Rhine`, `dover-calais`), `border:BY-PL`, `port:KRPUS`, `terminal:…`, `link:…`, or `sensitive` for all territories under sanctions
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    avoid: Vec<String>,
    /// File of areas to avoid: GeoJSON with polygons; may be given several times
    #[arg(long, value_name = "FILE")]
    avoid_area: Vec<PathBuf>,
    /// For each kind of element listed (countries, canals, straits, capes, waterways, ferries, borders, ports), allow only those listed, also if closed by default or on the date: `suez` closes other canals, but no strait
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    only_via: Vec<String>,
    /// Exclude links that were added to close gaps in the source network
    #[arg(long)]
    no_mended: bool,
    /// Class of the ship (`feeder`, `supramax`, `sea-river`, `seawaymax`, …); passages that are too small are closed to it [default: by cargo]
    #[arg(long, value_name = "CLASS")]
    ship: Option<String>,
    /// Draught of the ship, in metres; shallower passages are closed to it [default: by class]
    #[arg(long, value_name = "M", allow_negative_numbers = true)]
    draught: Option<f64>,
    /// Maximum distance from a place to the network, in km
    #[arg(long, value_name = "KM", allow_negative_numbers = true, default_value_t = 100.0)]
    snap_km: f64,
    /// HS codes of the goods, for the law [default: not declared; bans on all goods then apply]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    hs: Vec<String>,
    /// Country of origin of the goods [default: country of the starting point]
    #[arg(long, value_name = "CC")]
    goods_origin: Option<String>,
    /// Jurisdictions whose measures apply in addition to the built-in law: `EU`, `US`, `UK`, `CH` (`UN`, `KR` and `JP` always apply)
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    jurisdiction: Vec<String>,
    /// Policy sets that apply in addition to the built-in law
    #[arg(long, value_name = "SET", value_delimiter = ',')]
    policy: Vec<String>,
    /// File of additional policies (policies.csv)
    #[arg(long, value_name = "FILE")]
    policies: Option<PathBuf>,
    /// Date for the law, for closures by war or decree, and for seasons of passages, waterways and ferries [default: today, UTC]
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<Date>,
    /// Compute as if no law applied, for comparison; every output is watermarked
    #[arg(long)]
    counterfactual_no_law: bool,
    /// File of emission factors that replace the bundled ones (factors.csv), or `desnz` for the set of the UK Government
    #[arg(long, value_name = "FILE")]
    factors: Option<PathBuf>,
    /// File of rates that go before the bundled ones (rates.csv)
    #[arg(long, value_name = "FILE")]
    rates: Option<PathBuf>,
    /// File of services, ships of a line or block trains, that go before the bundled ones (services.csv)
    #[arg(long, value_name = "FILE")]
    services: Option<PathBuf>,
    /// File of links to close, or to change in speed or cost (overrides.csv)
    #[arg(long, value_name = "FILE")]
    overrides: Option<PathBuf>,
    /// File or folder of a network in place of the embedded one: GMNS, GeoPackage, CSV, an extract of OpenStreetMap, …, or what `world build` wrote; its nodes are found by name and id
    #[arg(long, value_name = "FILE")]
    network: Option<PathBuf>,
    /// File that says which column of the network means what (mapping.toml)
    #[arg(long, value_name = "FILE", requires = "network")]
    mapping: Option<PathBuf>,
    /// File of places of your own, found by name before all others (own_places.csv)
    #[arg(long, value_name = "FILE")]
    places: Option<PathBuf>,
}

fn cargo() -> impl TypedValueParser<Value = Cargo> {
    let of = |word: String| Cargo::from_word(&word).unwrap_or(Cargo::Containers);
    PossibleValuesParser::new(Cargo::WORDS).map(of)
}

fn mode() -> impl TypedValueParser<Value = Mode> {
    let of = |word: String| Mode::from_word(&word).unwrap_or(Mode::Rail);
    PossibleValuesParser::new(Mode::WORDS).map(of)
}

/// The embedded world, or that of a network of the user's own; prints how it was read.
pub fn world(network: Option<&Path>, mapping: Option<&Path>) -> Result<World, Vec<Problem>> {
    let Some(network) = network else { return Ok(World::load()) };
    let source = files::open(network).map_err(|p| vec![p])?;
    let mapping = mapping.map(InputFile::open);
    let (world, notes) = World::over_network(&source, mapping.as_ref()).map_err(output::refused)?;
    output::notes(&notes);
    Ok(world)
}

impl Conditions {
    /// The world that is asked about.
    pub fn world(&self) -> Result<World, Vec<Problem>> {
        world(self.network.as_deref(), self.mapping.as_deref())
    }

    /// The shipment in the types of the library.
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
            avoid_areas: self.avoid_area.iter().map(InputFile::open).collect(),
            only_via: self.only_via.clone(),
            no_mended: self.no_mended,
            ship: self.ship.clone(),
            draught_m: self.draught,
            snap_km: self.snap_km,
            hs: self.hs.clone(),
            goods_origin: self.goods_origin.clone(),
            jurisdictions: self.jurisdiction.clone(),
            policies: self.policy.clone(),
            own_policies: read(&self.policies),
            date: self.date,
            counterfactual_no_law: self.counterfactual_no_law,
            factors: self.factors.as_deref().map(InputFile::factors),
            rates: read(&self.rates),
            services: read(&self.services),
            overrides: read(&self.overrides),
            places: read(&self.places),
        }
    }
}
