//! What `route` and `table` have in common: the shipment, what may be used, and the law.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use jiff::civil::Date;
use trimodal::inputs;
use trimodal::model::hs;
use trimodal::model::network::{Network, Thing};
use trimodal::model::problem::{
    BAD_VALUE, FOLDER, HS_CODE, Note, OFF_NETWORK, OTHER_NAME, Problem, nearest, shown,
};
use trimodal::model::scenario::Mode;
use trimodal::model::table::notes;
use trimodal::model::tables::POLICIES;
use trimodal::route::parameters::{Parameter, tonnes_of_teu};
use trimodal::route::request::MAX_LABELS;
use trimodal::route::restrict::Override;
use trimodal::route::{
    Answer, Cargo, Closures, Goods, NetworkLaw, Parameters, Point, Request, Router,
};
use trimodal::world::locate::Atlas;
use trimodal::world::{self, Gazetteer};

use crate::output;

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

/// The embedded world, loaded.
pub struct World {
    /// The network.
    pub network: Arc<Network>,
    /// The places.
    pub places: Gazetteer,
}

impl World {
    /// Loads both at once.
    pub fn load() -> World {
        let (network, places) = rayon::join(world::network, world::places);
        World { network: Arc::new(network), places }
    }

    /// Names over the network.
    pub fn atlas(&self) -> Atlas<'_> {
        Atlas { network: &self.network, places: &self.places }
    }
}

/// Reads a file named on the command line.
pub fn file(path: &Path) -> Result<Vec<u8>, Vec<Problem>> {
    std::fs::read(path)
        .map_err(|e| vec![Problem::new(FOLDER, format!("cannot read `{}`: {e}", path.display()))])
}

/// Problems of a table, placed in the file as the user named it.
pub fn in_file(mut problems: Vec<Problem>, path: &Path) -> Vec<Problem> {
    let name = path.display().to_string();
    for problem in &mut problems {
        problem.at = problem.at.take().map(|at| at.in_file(&name));
    }
    problems
}

/// Reads a table of its own: its notes are told, and all is placed in the file as it was named.
pub fn table<T>(
    path: &Path,
    read: impl FnOnce(&[u8], &mut Vec<Note>) -> Result<T, Vec<Problem>>,
) -> Result<T, Vec<Problem>> {
    let mut notes = Vec::new();
    let read = read(&file(path)?, &mut notes);
    tell_notes(notes, path);
    read.map_err(|problems| in_file(problems, path))
}

fn tell_notes(mut notes: Vec<Note>, path: &Path) {
    let name = path.display().to_string();
    for note in &mut notes {
        note.at = std::mem::take(&mut note.at).in_file(&name);
    }
    output::notes(&notes);
}

/// Takes the value, or keeps the problems.
pub fn keep<T>(outcome: Result<T, Vec<Problem>>, problems: &mut Vec<Problem>) -> Option<T> {
    outcome.map_err(|p| problems.extend(p)).ok()
}

impl Conditions {
    /// A router over the world, with the parameters and the law asked for.
    pub fn router(&self, world: &World, problems: &mut Vec<Problem>) -> Option<Router> {
        let mut parameters = Parameters::default();
        if let Some(path) = &self.factors {
            let read = table(path, |bytes, notes| inputs::factors(bytes, self.cargo, notes));
            parameters.factors = keep(read, problems)?;
        }
        let law = self.law(&world.network, problems)?;
        Some(Router::new(world.network.clone(), parameters, law))
    }

    fn law(&self, network: &Network, problems: &mut Vec<Problem>) -> Option<NetworkLaw> {
        let day = self.date.unwrap_or_else(today);
        let own = match &self.policies {
            Some(path) => Some(keep(file(path), problems)?),
            None => None,
        };
        let sets = (!self.counterfactual_no_law).then(|| self.policy.clone());
        let opened = NetworkLaw::read(network, day, sets, own.as_deref());
        let placed = |p: Vec<Problem>| match &self.policies {
            Some(path) => in_file(p, path),
            None => p,
        };
        if let (Some(path), Some(bytes)) = (&self.policies, &own) {
            tell_notes(notes(&POLICIES, &POLICIES.file(), bytes), path);
        }
        let law = keep(opened.map_err(placed), problems)?;
        let known = law.sets();
        for set in self.policy.iter().filter(|s| !known.contains(s.as_str())) {
            let hint = nearest(set, known.iter().copied()).map_or_else(
                || "name a set of the file given with --policies".to_string(),
                |n| format!("did you mean `{n}`?"),
            );
            let told = format!("--policy: unknown set `{}`", shown(set));
            problems.push(Problem::new(OTHER_NAME, told).hint(hint));
        }
        Some(law)
    }

    /// What is wrong with options that need no router, where there is none.
    pub fn problems(&self, atlas: &Atlas, problems: &mut Vec<Problem>) {
        self.changes(atlas, problems);
        things(atlas, &self.only_via, problems);
        things(atlas, &self.avoid, problems);
        self.goods(atlas, problems);
    }

    /// A request between two points, with every problem of the options told.
    pub fn request(
        &self,
        atlas: &Atlas,
        router: &Router,
        [origin, destination]: [Point; 2],
        by: Answer,
        problems: &mut Vec<Problem>,
    ) -> Request {
        let overrides = self.changes(atlas, problems);
        let closures = self.closures(atlas, router, problems);
        Request {
            origin,
            destination,
            via: Vec::new(),
            cargo: self.cargo,
            tonnes: self.mass(router, problems),
            answer: by,
            alternatives: 0,
            tolerance: 0.0,
            max_labels: MAX_LABELS,
            closures,
            avoided: self.avoided(),
            overrides,
            snap_km: within("--snap-km", self.snap_km, 0.001, 2_000.0, problems),
            goods: self.goods(atlas, problems),
        }
    }

    fn mass(&self, router: &Router, problems: &mut Vec<Problem>) -> f64 {
        let Some(teu) = self.teu else {
            return within("--tonnes", self.tonnes.unwrap_or(10.0), 0.001, 1e7, problems);
        };
        if !matches!(self.cargo, Cargo::Containers | Cargo::Reefer) {
            let told = format!("--teu is for containers, not for {}", self.cargo.word());
            problems.push(Problem::new(BAD_VALUE, told).hint("give --tonnes"));
        }
        let teu = within("--teu", teu, 0.001, 1e6, problems);
        tonnes_of_teu(&router.parameters, teu, self.cargo)
    }

    fn changes(&self, atlas: &Atlas, problems: &mut Vec<Problem>) -> Vec<Override> {
        let Some(path) = &self.overrides else { return Vec::new() };
        let read = table(path, |bytes, notes| inputs::overrides(atlas, bytes, notes));
        keep(read, problems).unwrap_or_default()
    }

    fn closures(&self, atlas: &Atlas, router: &Router, problems: &mut Vec<Problem>) -> Closures {
        let by_cargo = router.parameters.value(Parameter::ShipDraught, self.cargo);
        let draught =
            self.draught.map_or(by_cargo, |d| within("--draught", d, 0.1, 30.0, problems));
        let mut closures = Closures::by_default(atlas.network, draught);
        closures.modes = self.modes.iter().copied().collect();
        closures.mended = self.no_mended;
        let only = things(atlas, &self.only_via, problems);
        if !only.is_empty() {
            closures.only(atlas.network, &only, &[]);
        }
        things(atlas, &self.avoid, problems).into_iter().for_each(|t| closures.avoid(t));
        closures
    }

    fn avoided(&self) -> Vec<String> {
        let only = self.only_via.iter().map(|o| format!("all but {o}"));
        let mended = self.no_mended.then(|| "mended links".to_string());
        self.avoid.iter().cloned().chain(only).chain(mended).collect()
    }

    fn goods(&self, atlas: &Atlas, problems: &mut Vec<Problem>) -> Goods {
        let mut codes = Vec::new();
        for given in &self.hs {
            match hs::code(given) {
                Ok(code) => codes.push(code),
                Err(hint) => {
                    let told = format!("--hs: `{}` is no HS code", shown(given));
                    problems.push(Problem::new(HS_CODE, told).hint(hint));
                }
            }
        }
        let origin = self.goods_origin.as_deref().unwrap_or("");
        let code = match atlas.places.country_position(origin) {
            Some(c) => atlas.places.countries[usize::from(c)].clone(),
            None if origin.is_empty() => String::new(),
            None => {
                let names = atlas.places.countries.iter().chain(&atlas.places.country_names);
                let near = nearest(origin, names.map(String::as_str));
                let told = format!("--goods-origin: `{}` is no country", shown(origin));
                let hint = near.map(|n| format!("did you mean `{n}`?"));
                problems.push(Problem::new(OTHER_NAME, told).maybe_hint(hint));
                String::new()
            }
        };
        Goods { hs: codes, origin: code }
    }

    /// Whether the answer is without law.
    pub fn lawless(&self) -> bool {
        self.counterfactual_no_law
    }

    /// Who made what the answer rests on.
    pub fn attribution(&self) -> Vec<String> {
        let mut lines: Vec<String> = world::ATTRIBUTION.iter().map(|l| l.to_string()).collect();
        lines.push(match &self.factors {
            Some(path) => format!("Emission factors: {}, given by the user.", path.display()),
            None => trimodal::route::parameters::ATTRIBUTION.to_string(),
        });
        lines
    }
}

/// A point must be in reach of some network, whatever modes are asked for.
pub fn off_network(router: &Router, point: &Point, request: &Request) -> Option<Problem> {
    let all = Closures { modes: Default::default(), ..request.closures.clone() };
    let within = if request.snap_km > 0.0 { request.snap_km } else { return None };
    if !router.snap(point, &all, within).is_empty() {
        return None;
    }
    let told = format!("{} is more than {within} km from every network", point.name);
    let hint = format!("{}; allow more with --snap-km", router.nearest(point, &all).join("; "));
    Some(Problem::new(OFF_NETWORK, told).hint(hint))
}

fn things(atlas: &Atlas, names: &[String], problems: &mut Vec<Problem>) -> Vec<Thing> {
    let mut found = Vec::new();
    for name in names.iter().filter(|n| !n.trim().is_empty()) {
        match atlas.things(name) {
            Ok(things) => found.extend(things),
            Err(problem) => problems.push(problem),
        }
    }
    found
}

/// A number on the command line, or a problem.
pub fn within(option: &str, value: f64, low: f64, high: f64, problems: &mut Vec<Problem>) -> f64 {
    if !(low..=high).contains(&value) {
        let told = format!("{option} is {value}");
        problems.push(Problem::new(BAD_VALUE, told).hint(format!("give {low} to {high}")));
    }
    value
}

fn today() -> Date {
    jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::now()).date()
}
