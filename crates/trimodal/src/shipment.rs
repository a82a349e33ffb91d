//! The shipment, what it may use, and the law: what all questions over the world have in common, as strings
//! and numbers that a person or a program writes.
//!
//! Problems name the fields as options of the command line (`--draught` for [`Shipment::draught_m`]).

use std::collections::HashSet;
use std::sync::Arc;

use jiff::civil::Date;
use trimodal_model::hs;
use trimodal_model::jurisdiction;
use trimodal_model::network::{Network, NetworkElement};
use trimodal_model::problem::{
    BAD_VALUE, FOLDER, HS_CODE, Note, OFF_NETWORK, OTHER_NAME, Problem, nearest, shown,
};
use trimodal_model::scenario::Mode;
use trimodal_model::table::{self, notes};
use trimodal_model::tables::{POINTS, POLICIES};
use trimodal_route::area::{Area, ClosedAreas};
use trimodal_route::occupied;
use trimodal_route::parameters::tonnes_of_teu;
use trimodal_route::request::MAX_LABELS;
use trimodal_route::restrict::Override;
use trimodal_route::services::trace;
use trimodal_route::{
    Answer, Cargo, Closures, Goods, NetworkLaw, Parameters, Point, Request, Router, Ship, ShipClass,
};
use trimodal_world::locate::{Atlas, OwnPlaces};

use crate::areas;
pub(crate) use crate::findings::Findings;
use crate::inputs;
use crate::own_places::own_places;

/// A file that belongs to a request: its content, and the name that problems give it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InputFile {
    /// Name for people.
    pub name: String,
    /// Content: text in any form that [`trimodal_model::table`] reads, or a workbook.
    pub bytes: Vec<u8>,
    /// Why it could not be read; reported with all other problems of the request.
    pub unreadable: Option<String>,
}

impl InputFile {
    /// A file of this name and content.
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> InputFile {
        InputFile { name: name.into(), bytes: bytes.into(), unreadable: None }
    }

    /// A file on disk. One that cannot be read is a problem of the request it belongs to.
    pub fn open(path: impl AsRef<std::path::Path>) -> InputFile {
        let name = path.as_ref().display().to_string();
        match std::fs::read(path) {
            Ok(bytes) => InputFile { name, bytes, unreadable: None },
            Err(e) => InputFile { name, bytes: Vec::new(), unreadable: Some(e.to_string()) },
        }
    }

    /// Emission factors: a file on disk, or `desnz` for the set of the UK Government with its size classes.
    pub fn factors(path: impl AsRef<std::path::Path>) -> InputFile {
        match path.as_ref().to_str() {
            Some("desnz") => InputFile::new("desnz", trimodal_route::factors::DESNZ),
            _ => InputFile::open(path),
        }
    }

    /// How many points a table of points has.
    pub fn points(&self) -> Result<usize, Vec<Problem>> {
        let (mut problems, mut notes) = (Vec::new(), Vec::new());
        let count = |bytes: &[u8], notes: &mut Vec<Note>| {
            let rows = table::read(&POINTS, &POINTS.file(), bytes, &mut problems, notes).len();
            // Rows that cannot be used are points all the same, with a reason in the place of figures.
            if rows > 0 { Ok(rows) } else { Err(std::mem::take(&mut problems)) }
        };
        self.read(count, &mut notes)
    }

    fn problem(&self) -> Option<Problem> {
        let why = self.unreadable.as_ref()?;
        Some(Problem::new(FOLDER, format!("cannot read `{}`: {why}", self.name)))
    }

    /// Reads a table from it; problems and notes are placed in the file as it is named.
    pub fn read<T>(
        &self,
        read: impl FnOnce(&[u8], &mut Vec<Note>) -> Result<T, Vec<Problem>>,
        notes: &mut Vec<Note>,
    ) -> Result<T, Vec<Problem>> {
        if let Some(problem) = self.problem() {
            return Err(vec![problem]);
        }
        let mut own = Vec::new();
        let read = read(&self.bytes, &mut own);
        notes.extend(self.named(own));
        read.map_err(|problems| self.placed(problems))
    }

    fn named(&self, notes: Vec<Note>) -> impl Iterator<Item = Note> {
        let place = |mut note: Note| {
            note.at = note.at.in_file(&self.name);
            note
        };
        notes.into_iter().map(place)
    }

    /// The same problem, placed in the file as it is named.
    pub fn place(&self, mut problem: Problem) -> Problem {
        problem.at = problem.at.take().map(|at| at.in_file(&self.name));
        problem
    }

    fn placed(&self, mut problems: Vec<Problem>) -> Vec<Problem> {
        for problem in &mut problems {
            problem.at = problem.at.take().map(|at| at.in_file(&self.name));
        }
        problems
    }
}

/// How much is shipped.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Amount {
    /// Tonnes, 0.001 to 10 million.
    Tonnes(f64),
    /// Containers in TEU, for containers and reefers.
    Teu(f64),
}

/// The shipment, what it may use, and the law.
#[derive(Debug, Clone, PartialEq)]
pub struct Shipment {
    /// What is shipped.
    pub cargo: Cargo,
    /// How much.
    pub amount: Amount,
    /// Modes that may be used.
    pub modes: Vec<Mode>,
    /// What may not be used, in addition to what is closed by default or by war or decree on the day: countries (`RU`), passages (`suez`),
    /// `border:BY-PL`, `port:KRPUS`, `terminal:...`, `link:...`; `sensitive`: territories under sanctions.
    pub avoid: Vec<String>,
    /// Areas that may not be used: GeoJSON with polygons, see [`crate::areas`]. Links whose lines meet them are closed,
    /// and places in them are not reached.
    pub avoid_areas: Vec<InputFile>,
    /// Of each kind of thing named only these may be used; of passages at sea canals close canals, straits
    /// straits and capes capes.
    pub only_via: Vec<String>,
    /// Leave out links that were mended where the source of the network is cut.
    pub no_mended: bool,
    /// Class of the ship (`panamax-container`); none: by cargo. It closes passages that are too small.
    pub ship: Option<String>,
    /// Draught of the ship, m, 0.1 to 30; none: by its class.
    pub draught_m: Option<f64>,
    /// How far a place may be from the network, km, 0.001 to 2,000.
    pub snap_km: f64,
    /// HS codes of the goods; empty: not declared, so that a ban on any goods holds.
    pub hs: Vec<String>,
    /// Country where the goods originate; none: that of the origin.
    pub goods_origin: Option<String>,
    /// Codes of the jurisdictions whose measures hold on top of the law: `EU`, `US`, `UK`, `CH`; `UN`, `KR` and
    /// `JP` always do.
    pub jurisdictions: Vec<String>,
    /// Policy sets that hold on top of the law.
    pub policies: Vec<String>,
    /// Policies of one's own: a table `policies.csv`.
    pub own_policies: Option<InputFile>,
    /// Day of the law and of the seasons of passages, waterways and ferries; none: today, UTC.
    pub date: Option<Date>,
    /// Compute as if there were no law, to compare: every output is watermarked.
    pub counterfactual_no_law: bool,
    /// Emission factors in place of the bundled ones: a table `factors.csv`.
    pub factors: Option<InputFile>,
    /// Rates that go before the bundled ones: a table `rates.csv`.
    pub rates: Option<InputFile>,
    /// Services in addition to the bundled ones, or in place of those between the same terminals: a table
    /// `services.csv`.
    pub services: Option<InputFile>,
    /// Links closed, slower or dearer: a table `overrides.csv`.
    pub overrides: Option<InputFile>,
    /// Places of one's own, found before all others: a table `own_places.csv`.
    pub places: Option<InputFile>,
}

impl Default for Shipment {
    /// 10 t of containers by all modes under the law of today.
    fn default() -> Shipment {
        Shipment {
            cargo: Cargo::Containers,
            amount: Amount::Tonnes(10.0),
            modes: Mode::ALL.to_vec(),
            avoid: Vec::new(),
            avoid_areas: Vec::new(),
            only_via: Vec::new(),
            no_mended: false,
            ship: None,
            draught_m: None,
            snap_km: 100.0,
            hs: Vec::new(),
            goods_origin: None,
            jurisdictions: Vec::new(),
            policies: Vec::new(),
            own_policies: None,
            date: None,
            counterfactual_no_law: false,
            factors: None,
            rates: None,
            services: None,
            overrides: None,
            places: None,
        }
    }
}

impl Shipment {
    /// The places of one's own; none if they cannot be read.
    pub(crate) fn own_places(&self, atlas: &Atlas, found: &mut Findings) -> Option<OwnPlaces> {
        let Some(file) = &self.places else { return Some(OwnPlaces::default()) };
        found.table(file, |bytes, notes| own_places(atlas, bytes, notes))
    }

    /// Whether a port is meant where a port and a town have one name.
    pub(crate) fn prefers_ports(&self) -> bool {
        self.modes.contains(&Mode::Sea)
    }

    /// A router over the network of another, with the parameters, services and law asked for.
    pub(crate) fn router(
        &self,
        base: &Router,
        atlas: &Atlas,
        found: &mut Findings,
    ) -> Option<Router> {
        let mut parameters = Parameters::default();
        if let Some(file) = &self.rates {
            let own = found.table(file, |bytes, notes| inputs::rates(atlas, bytes, notes))?;
            parameters.rates = parameters.rates.with(own);
        }
        if let Some(file) = &self.factors {
            parameters.factors =
                found.table(file, |bytes, notes| inputs::factors(bytes, self.cargo, notes))?;
        }
        let rows = match &self.services {
            Some(file) => {
                found.table(file, |bytes, notes| inputs::services(atlas, bytes, notes))?
            }
            None => Vec::new(),
        };
        let law = self.law(&base.graph.network, found)?;
        let router = base.with(parameters, law);
        if rows.is_empty() {
            return Some(router);
        }
        let name = self.services.as_ref().map_or("", |file| &file.name);
        let traced: Vec<_> = rows.into_iter().map(|(at, row)| (at, trace(&router, row))).collect();
        let mut services = Vec::new();
        for (line, service) in traced {
            match service {
                Ok(service) => services.push(service),
                Err(why) => found.problems.push(
                    Problem::new(OFF_NETWORK, why)
                        .at(name, line, 0)
                        .hint("check the coordinates, which are degrees north and east"),
                ),
            }
        }
        Some(router.with_services(services))
    }

    fn law(&self, network: &Network, found: &mut Findings) -> Option<NetworkLaw> {
        let day = self.date.unwrap_or_else(today);
        let (chosen, unknown) = jurisdiction::sets(&self.jurisdictions);
        found.problems.extend(unknown);
        let sets = (!self.counterfactual_no_law).then(|| [&self.policies[..], &chosen].concat());
        let own = self.own_policies.as_ref();
        if let Some(problem) = own.and_then(InputFile::problem) {
            found.problems.push(problem);
            return None;
        }
        let opened = NetworkLaw::read(network, day, sets, own.map(|file| &file.bytes[..]));
        let opened = opened.map_err(|p| own.map_or(p.clone(), |file| file.placed(p)));
        if let Some(file) = own {
            found.notes.extend(file.named(notes(&POLICIES, &POLICIES.file(), &file.bytes)));
        }
        let law = found.keep(opened)?;
        let known = law.sets();
        for set in self.policies.iter().filter(|s| !known.contains(s.as_str())) {
            let hint = nearest(set, known.iter().copied()).map_or_else(
                || "name a set of the file given with --policies".to_string(),
                |n| format!("did you mean `{n}`?"),
            );
            let message = format!("--policy: unknown set `{}`", shown(set));
            found.problems.push(Problem::new(OTHER_NAME, message).hint(hint));
        }
        Some(law)
    }

    /// What is wrong with fields that need no router, where there is none.
    pub(crate) fn check(&self, atlas: &Atlas, found: &mut Findings) {
        self.changes(atlas, found);
        elements(atlas, &self.only_via, found);
        elements(atlas, &self.avoided_by_name(), found);
        areas::read(&self.avoid_areas, found);
        self.vessel(found);
        self.goods(atlas, found);
    }

    /// A request of the engine between two points, with every problem of the fields found.
    pub(crate) fn request(
        &self,
        atlas: &Atlas,
        router: &Router,
        [origin, destination]: [Point; 2],
        answer: Answer,
        found: &mut Findings,
    ) -> Request {
        let overrides = self.changes(atlas, found);
        let mut areas = areas::read(&self.avoid_areas, found);
        let mut closures = self.closures(atlas, found);
        if self.avoid.iter().any(|name| areas::is_sensitive(name)) {
            areas.push(occupied::area(router.law.date()));
            let countries = router.law.sensitive(atlas.network);
            countries.into_iter().for_each(|c| closures.avoid(NetworkElement::Country(c)));
        }
        let avoided = self.avoided(&areas);
        if !areas.is_empty() {
            closures.areas = Some(Arc::new(ClosedAreas::new(atlas.network, areas)));
        }
        Request {
            origin,
            destination,
            via: Vec::new(),
            cargo: self.cargo,
            tonnes: self.tonnes(router, found),
            ship: self.ship.clone().unwrap_or_default(),
            answer,
            alternatives: 0,
            tolerance: 0.0,
            max_labels: MAX_LABELS,
            closures,
            avoided,
            overrides,
            snap_km: found.within("--snap-km", self.snap_km, 0.001, 2_000.0),
            goods: self.goods(atlas, found),
        }
    }

    fn tonnes(&self, router: &Router, found: &mut Findings) -> f64 {
        let teu = match self.amount {
            Amount::Tonnes(tonnes) => return found.within("--tonnes", tonnes, 0.001, 1e7),
            Amount::Teu(teu) => teu,
        };
        if !matches!(self.cargo, Cargo::Containers | Cargo::Reefer) {
            let message = format!("--teu is for containers, not for {}", self.cargo.word());
            found.problems.push(Problem::new(BAD_VALUE, message).hint("give --tonnes"));
        }
        let teu = found.within("--teu", teu, 0.001, 1e6);
        tonnes_of_teu(&router.parameters, teu, self.cargo)
    }

    fn changes(&self, atlas: &Atlas, found: &mut Findings) -> Vec<Override> {
        let Some(file) = &self.overrides else { return Vec::new() };
        let read = found.table(file, |bytes, notes| inputs::overrides(atlas, bytes, notes));
        read.unwrap_or_default()
    }

    fn closures(&self, atlas: &Atlas, found: &mut Findings) -> Closures {
        let date = self.date.unwrap_or_else(today);
        let day = (date.month().unsigned_abs(), date.day().unsigned_abs());
        let mut closures = Closures::by_default(atlas.network, self.vessel(found))
            .on(atlas.network, day)
            .dated(atlas.network, date);
        closures.modes = self.modes.iter().copied().collect();
        closures.mended = self.no_mended;
        closures.cargo = Some(self.cargo);
        closures.by_depth = self.ship.is_some() || self.draught_m.is_some();
        let only = elements(atlas, &self.only_via, found);
        if !only.is_empty() {
            closures.only(atlas.network, &only, &[]);
        }
        elements(atlas, &self.avoided_by_name(), found).into_iter().for_each(|t| closures.avoid(t));
        closures
    }

    /// The ship: that of the class or of the cargo, with the draught given.
    fn vessel(&self, found: &mut Findings) -> Ship {
        let class = match &self.ship {
            None => ShipClass::default_for(self.cargo),
            Some(id) => self.class(id, found),
        };
        let given = self.draught_m.map(|d| found.within("--draught", d, 0.1, 30.0));
        given.map_or(class.ship(), |d| class.ship().with_draught(d))
    }

    fn class(&self, id: &str, found: &mut Findings) -> &'static ShipClass {
        let ids = || ShipClass::all().iter().map(|c| c.class.as_str());
        let Some(class) = ShipClass::by_id(id) else {
            let near = nearest(id, ids()).map(|n| format!("did you mean `{n}`? "));
            let all = ids().collect::<Vec<_>>().join(", ");
            let hint = format!("{}the classes are {all}", near.unwrap_or_default());
            let message = format!("--ship: unknown class `{}`", shown(id));
            found.problems.push(Problem::new(OTHER_NAME, message).hint(hint));
            return ShipClass::default_for(self.cargo);
        };
        if !class.carries(self.cargo) {
            let carry = |c: &&ShipClass| c.carries(self.cargo);
            let fit: Vec<&str> =
                ShipClass::all().iter().filter(carry).map(|c| c.class.as_str()).collect();
            let message = format!("--ship: a {} carries no {}", class.name, self.cargo.word());
            let hint = format!("choose one of {}, or another --cargo", fit.join(", "));
            found.problems.push(Problem::new(BAD_VALUE, message).hint(hint));
        }
        class
    }

    fn avoided_by_name(&self) -> Vec<String> {
        self.avoid.iter().filter(|name| !areas::is_sensitive(name)).cloned().collect()
    }

    fn avoided(&self, areas: &[Area]) -> Vec<String> {
        let only = self.only_via.iter().map(|o| format!("all but {o}"));
        let mended = self.no_mended.then(|| "mended links".to_string());
        let areas = areas.iter().map(|a| a.name.clone());
        self.avoid.iter().cloned().chain(areas).chain(only).chain(mended).collect()
    }

    fn goods(&self, atlas: &Atlas, found: &mut Findings) -> Goods {
        let mut codes = Vec::new();
        for given in &self.hs {
            match hs::code(given) {
                Ok(code) => codes.push(code),
                Err(hint) => {
                    let message = format!("--hs: `{}` is not a valid HS code", shown(given));
                    found.problems.push(Problem::new(HS_CODE, message).hint(hint));
                }
            }
        }
        let origin = self.goods_origin.as_deref().unwrap_or("");
        let code = match atlas.country_of(origin) {
            Some(c) => atlas.places.countries[usize::from(c)].clone(),
            None if origin.is_empty() => String::new(),
            None => {
                let names = atlas.places.countries.iter().chain(&atlas.places.country_names);
                let near = nearest(origin, names.map(String::as_str));
                let message = format!("--goods-origin: `{}` is not a country", shown(origin));
                let hint = near.map(|n| format!("did you mean `{n}`?"));
                found.problems.push(Problem::new(OTHER_NAME, message).maybe_hint(hint));
                String::new()
            }
        };
        Goods { hs: codes, origin: code }
    }

    /// Who made what an outcome rests on.
    pub(crate) fn attribution(&self) -> Vec<String> {
        let mut lines: Vec<String> =
            trimodal_world::ATTRIBUTION.iter().map(|l| l.to_string()).collect();
        lines.push(match &self.factors {
            Some(file) if file.name == "desnz" => {
                "Emission factors: UK Government GHG Conversion Factors 2025 (DESNZ), OGL v3; method per ISO 14083.".to_string()
            }
            Some(file) => format!("Emission factors: {}, given by the user.", file.name),
            None => trimodal_route::factors::ATTRIBUTION.to_string(),
        });
        lines
    }
}

fn elements(atlas: &Atlas, names: &[String], found: &mut Findings) -> Vec<NetworkElement> {
    let mut all = Vec::new();
    let mut known = HashSet::new();
    let once = names.iter().map(String::as_str).filter(|n| !n.trim().is_empty());
    let once: Vec<&str> = once.filter(|n| known.insert(*n)).collect();
    for found_one in atlas.all_things(&once) {
        match found_one {
            Ok(elements) => all.extend(elements),
            Err(problem) => found.problems.push(problem),
        }
    }
    all
}

pub(crate) fn today() -> Date {
    jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::now()).date()
}
