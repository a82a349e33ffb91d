//! A part of the world network as a scenario folder, a starting point for a study.
//!
//! Places, lengths and gauges come from the network. Tracks, berths, cranes, vehicles and demand, which
//! it lacks, come from `data/extract_defaults.csv` and from the parameters of `route`, and each such row
//! is marked `assumed`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::simplify::{Part, Spot, handles_goods, layers};
use serde::Deserialize;
use trimodal_model::Files;
use trimodal_model::control::{Control, Stopped};
use trimodal_model::network::{Layer, NONE, Network, TerminalId, TerminalKind, degrees};
use trimodal_model::scenario::Mode;
use trimodal_route::ShipClass;
use trimodal_route::parameters::{Cargo, Handling, Parameter, Parameters};
use trimodal_route::pricing::Pricing;
use trimodal_route::trade::TradeGeography;

const DEFAULTS: &str = include_str!("../data/extract_defaults.csv");
const CARGO: Cargo = Cargo::Containers;
const ASSUMED: [&str; 2] = ["default of trimodal world extract", "assumed"];
const COMPUTED: [&str; 2] = ["world network (OpenStreetMap, ODbL)", "computed"];
const ROUTE: [&str; 2] = ["default of trimodal route (docs/method/route.md)", "assumed"];

#[derive(Deserialize)]
struct Row {
    id: String,
    value: f64,
}

/// A table under construction.
struct Sheet(Vec<Vec<String>>);

impl Sheet {
    fn new(header: &str) -> Self {
        Sheet(vec![header.split(',').map(String::from).collect()])
    }

    fn push(&mut self, cells: &[&dyn ToString], source: [&str; 2]) {
        let cells = cells.iter().map(|c| c.to_string());
        self.0.push(cells.chain(source.map(String::from)).collect());
    }

    fn bytes(self) -> Vec<u8> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        for row in self.0 {
            writer.write_record(row).expect("writing to memory cannot fail");
        }
        writer.into_inner().expect("writing to memory cannot fail")
    }
}

struct Writer<'a> {
    n: &'a Network,
    parameters: &'a Parameters,
    trade: &'a TradeGeography,
    pricing: Pricing<'a>,
    part: &'a Part,
    defaults: HashMap<String, f64>,
    /// Id of each spot.
    ids: Vec<String>,
}

/// Writes the files of a scenario; `None` where the part has no two terminals that are connected.
pub fn scenario(
    name: &str,
    n: &Network,
    parameters: &Parameters,
    part: &Part,
    control: &Control,
) -> Result<Option<Files>, Stopped> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(DEFAULTS.as_bytes());
    let rows = reader.deserialize().map(|r: Result<Row, _>| r.expect("read by a test"));
    let defaults = rows.map(|r| (r.id, r.value)).collect();
    let trade = &TradeGeography::new(n);
    // As much as whole trains and ships take, so that nothing is paid for that is not used.
    const MANY_T: f64 = 1e6;
    let pricing = Pricing::new(parameters, n, trade, (CARGO, MANY_T), "");
    let writer = Writer { n, parameters, trade, pricing, part, defaults, ids: ids(n, part) };
    let Some((from, to)) = writer.ends(control)? else { return Ok(None) };
    let mut files = BTreeMap::from([
        ("scenario.toml".to_string(), settings(name, part).into_bytes()),
        ("README.md".to_string(), readme(name, part).into_bytes()),
        ("calendars.csv".to_string(), writer.calendars()),
        ("places.csv".to_string(), writer.places()),
        ("links.csv".to_string(), writer.links()),
        ("vehicles.csv".to_string(), writer.vehicles()),
        ("demand.csv".to_string(), writer.demand(from, to)),
        ("options.csv".to_string(), writer.options()),
    ]);
    let (resources, operations) = writer.facilities();
    files.insert("resources.csv".into(), resources);
    files.insert("operations.csv".into(), operations);
    Ok(Some(Files(files)))
}

fn settings(name: &str, part: &Part) -> String {
    let name = name.replace(['"', '\\'], "'");
    // A large part has too many itineraries to list them all, so those with many transfers are left out.
    let rides = if part.spots.len() > 25 { 2 } else { 3 };
    format!(
        "# Written by `trimodal world extract`. Every `assumed` row is a default: replace it.\n\
         name = \"{name}\"\nperiod_start = \"2026-01-01\"\ndays = 365\nprice_year = 2024\n\
         discount_rate = 0.08\nrungs = [1.25, 1.5, 2, 3]\nsamples = 20\nseed = 1\nmax_rides = {rides}\n"
    )
}

fn readme(name: &str, part: &Part) -> String {
    let mut text = format!(
        "# {name}\n\nWritten by `trimodal world extract`: {} places and {} links of the world network, simplified\n\
         to terminals, border crossings and junctions. Lengths and gauges come from the network; tracks, berths,\n\
         vehicles and demand are defaults, marked `assumed` row by row: replace them before you rely on a result.\n\n",
        part.spots.len(),
        part.lines.len()
    );
    if part.left_out > 0 {
        text += &format!(
            "{} further terminals of the region were left out (`--terminals`).\n\n",
            part.left_out
        );
    }
    for line in trimodal_world::ATTRIBUTION {
        text += &format!("- {line}\n");
    }
    text + "\nplaces.csv and links.csv are a derived database under the ODbL 1.0: keep this notice with them.\n"
}

fn ids(n: &Network, part: &Part) -> Vec<String> {
    let mut used = BTreeSet::new();
    let mut junctions = 0;
    let mut id = |spot: &Spot| {
        let base = match spot {
            Spot::Terminal(t) => n.terminals[t.ix()].id.clone(),
            Spot::Border(b, _) => n.borders[b.ix()].id.clone(),
            Spot::Junction(_) => {
                junctions += 1;
                format!("junction-{junctions}")
            }
        };
        let free = |i: &usize| if *i == 1 { base.clone() } else { format!("{base}-{i}") };
        let id = (1..).map(|i| free(&i)).find(|i| !used.contains(i)).unwrap_or_default();
        used.insert(id.clone());
        id
    };
    part.spots.iter().map(&mut id).collect()
}

impl Writer<'_> {
    fn value(&self, id: &str) -> f64 {
        *self.defaults.get(id).expect("every default has a row")
    }

    fn at(&self, spot: usize) -> (f64, f64) {
        match self.part.spots[spot] {
            Spot::Terminal(t) => degrees(self.n.terminals[t.ix()].at_e3),
            Spot::Border(_, node) | Spot::Junction(node) => self.n.at(node),
        }
    }

    fn terminals(&self) -> impl Iterator<Item = (usize, TerminalId)> {
        self.part.spots.iter().enumerate().filter_map(|(i, s)| match s {
            Spot::Terminal(t) => Some((i, *t)),
            _ => None,
        })
    }

    /// The terminal nearest to the centre, and the farthest one that is connected to it: of its own country if
    /// there is any, where no law of trade binds.
    fn ends(&self, control: &Control) -> Result<Option<(usize, usize)>, Stopped> {
        let begins = |(i, t): &(usize, TerminalId)| {
            handles_goods(self.n, *t) && self.part.lines.iter().any(|l| l.ends.contains(i))
        };
        let Some((from, first)) = self.terminals().find(begins) else { return Ok(None) };
        let mut best = BTreeMap::from([(from, 0_u64)]);
        let mut todo = vec![from];
        while let Some(at) = todo.pop() {
            control.stopped().map_or(Ok(()), Err)?;
            for line in self.part.lines.iter().filter(|l| l.ends.contains(&at)) {
                let to = line.ends[0] + line.ends[1] - at;
                let m = best[&at] + line.length_m;
                if best.get(&to).is_none_or(|old| m < *old) {
                    best.insert(to, m);
                    todo.push(to);
                }
            }
        }
        let goods = self.terminals().filter(|(i, t)| *i != from && handles_goods(self.n, *t));
        let country = |t: TerminalId| self.n.terminals[t.ix()].country;
        let last = goods.max_by_key(|(i, t)| {
            let far = best.get(i).copied();
            (far.is_some() && country(*t) == country(first), far, std::cmp::Reverse(*i))
        });
        Ok(last.filter(|(to, _)| best.contains_key(to)).map(|(to, _)| (from, to)))
    }

    fn calendars(&self) -> Vec<u8> {
        let mut sheet = Sheet::new("id,source,confidence");
        sheet.push(&[&"always"], ASSUMED);
        sheet.bytes()
    }

    fn places(&self) -> Vec<u8> {
        let mut sheet = Sheet::new("id,name,country,lat,lon,kind,source,confidence");
        for (i, spot) in self.part.spots.iter().enumerate() {
            let (lat, lon) = self.at(i);
            let (name, country, kind) = match spot {
                Spot::Terminal(t) => {
                    let t = &self.n.terminals[t.ix()];
                    let kind = match t.kind {
                        TerminalKind::Port => "port",
                        TerminalKind::RailRoad => "terminal",
                        TerminalKind::GaugeChange => "gauge_change",
                    };
                    (t.name.clone(), self.n.country(t.country), kind)
                }
                Spot::Border(b, node) => {
                    (self.n.borders[b.ix()].name.clone(), self.n.country_of(*node), "border")
                }
                Spot::Junction(node) => {
                    let number = self.ids[i].replace("junction-", "Junction ");
                    (number, self.n.country_of(*node), "junction")
                }
            };
            let country = if country.is_empty() { self.nearest_country(i) } else { country };
            sheet.push(&[&self.ids[i], &name, &country, &lat, &lon, &kind], COMPUTED);
        }
        sheet.bytes()
    }

    /// The country of a spot; a junction of sea lanes has that of the nearest terminal.
    fn nearest_country(&self, spot: usize) -> &str {
        let km = |i: usize| trimodal_model::network::great_circle_km(self.at(i), self.at(spot));
        let nearest = self.terminals().min_by(|a, b| km(a.0).total_cmp(&km(b.0)));
        nearest.map_or("XX", |(_, t)| self.n.country(self.n.terminals[t.ix()].country))
    }

    fn links(&self) -> Vec<u8> {
        let mut sheet = Sheet::new(
            "id,from,to,mode,km,gauge_mm,sections_km,loop_m,loaded_kmh,lanes,source,confidence",
        );
        for (i, line) in self.part.lines.iter().enumerate() {
            let mode = line.layer.mode();
            let km = (line.length_m as f64 / 1e3).max(0.1);
            let speed = self.parameters.speed_kmh(mode, &line.country, CARGO);
            let [from, to] = line.ends.map(|e| self.ids[e].clone());
            let gauge = line.layer.gauge_mm().map_or(String::new(), |g| g.to_string());
            let rail = mode == Mode::Rail;
            let sections = if rail { self.sections(km) } else { String::new() };
            let loops = if rail { self.value("loop").to_string() } else { String::new() };
            let lanes = if mode == Mode::Road { "1" } else { "" };
            let id = format!("{}-{}", mode.word(), i + 1);
            let km = format!("{km:.3}");
            let speed = format!("{speed:.1}");
            let cells: [&dyn ToString; 10] =
                [&id, &from, &to, &mode.word(), &km, &gauge, &sections, &loops, &speed, &lanes];
            sheet.push(&cells, ["length: world network (OpenStreetMap, ODbL); speed, sections, loops, lanes: defaults", "assumed"]);
        }
        sheet.bytes()
    }

    /// Sections of equal length, whose sum is the length of the link to the metre.
    fn sections(&self, km: f64) -> String {
        let count = (km / self.value("section")).ceil().max(1.0);
        let one = (km / count * 1e3).floor() / 1e3;
        let last = km - one * (count - 1.0);
        let mut all = vec![format!("{one:.3}"); count as usize - 1];
        all.push(format!("{last:.3}"));
        all.join(";")
    }

    fn gauges(&self) -> BTreeSet<u16> {
        self.part.lines.iter().filter_map(|l| l.layer.gauge_mm()).collect()
    }

    fn uses(&self, mode: Mode) -> bool {
        self.part.lines.iter().any(|l| l.layer.mode() == mode)
    }

    /// The vehicles with their layers.
    fn fleet(&self) -> Vec<(String, Layer)> {
        let trains = self.gauges().into_iter().map(|g| (format!("train_{g}"), Layer::Rail(g)));
        let ship = self.uses(Mode::Sea).then(|| ("ship".to_string(), Layer::Sea));
        let truck = self.uses(Mode::Road).then(|| ("truck".to_string(), Layer::Road));
        let barge = self.uses(Mode::Barge).then(|| ("barge".to_string(), Layer::Waterway));
        trains.chain(ship).chain(truck).chain(barge).collect()
    }

    fn vehicles(&self) -> Vec<u8> {
        let mut sheet = Sheet::new(
            "id,name,mode,gauge_mm,payload_t,length_m,draught_m,carries,empties,arrivals,usd_per_km,g_co2e_per_tkm,source,confidence",
        );
        for (id, layer) in self.fleet() {
            let mode = layer.mode();
            let word = match mode {
                Mode::Rail => "train",
                Mode::Sea => "ship",
                Mode::Road => "truck",
                Mode::Barge => "barge",
            };
            let payload = self.value(&format!("{word}_payload"));
            let length = self.value(&format!("{word}_length"));
            let draught = if mode == Mode::Sea {
                ShipClass::default_for(CARGO).draught_m.to_string()
            } else {
                String::new()
            };
            let gauge = layer.gauge_mm().map_or(String::new(), |g| g.to_string());
            let factor = self.pricing.factor(mode, NONE);
            let grams = (factor.wtt_g_tkm + factor.ttw_g_tkm) * factor.daf;
            // A trainset returns empty, so half of the cost falls on each direction.
            let (empties, trips) =
                if mode == Mode::Rail { ("same_trainset", 2.0) } else { ("none", 1.0) };
            let usd = self.pricing.moving(mode, NONE) * payload / trips;
            let (usd, grams) = (format!("{usd:.3}"), format!("{grams:.2}"));
            let name = id.replace('_', " ");
            let cells: [&dyn ToString; 12] = [
                &id,
                &name,
                &mode.word(),
                &gauge,
                &payload,
                &length,
                &draught,
                &"containers",
                &empties,
                &"random",
                &usd,
                &grams,
            ];
            sheet.push(&cells, ROUTE);
        }
        sheet.bytes()
    }

    fn demand(&self, from: usize, to: usize) -> Vec<u8> {
        let mut sheet = Sheet::new(
            "id,name,commodity,from,to,per_year,unit,role,priority,vot_usd_t_h,source,confidence",
        );
        let tonnes = self.value("demand");
        let (from, to) = (&self.ids[from], &self.ids[to]);
        let name = "Example: replace by what is shipped";
        sheet.push(
            &[&"example", &name, &"containers", from, to, &tonnes, &"t", &"scaled", &1, &0.02],
            ASSUMED,
        );
        sheet.bytes()
    }

    fn options(&self) -> Vec<u8> {
        let mut sheet = Sheet::new(
            "id,name,effect,target,max_level,capex_musd,life_years,lead_months,source,confidence",
        );
        for (i, t) in self.terminals().filter(|(_, t)| handles_goods(self.n, *t)) {
            let (id, name) = (&self.ids[i], &self.n.terminals[t.ix()].name);
            let has = |mode| layers(self.n, t).iter().any(|l| l.mode() == mode);
            for (mode, what, words) in [
                (Mode::Sea, "berth", "Further berth"),
                (Mode::Rail, "tracks", "Further loading track"),
            ] {
                if !has(mode) || !self.uses(mode) {
                    continue;
                }
                let key = if mode == Mode::Sea { "berth_capex" } else { "track_capex" };
                let option = format!("{id}.more-{what}");
                let target = format!("{id}.{what}");
                let title = format!("{words} at {name}");
                let capex = self.value(key);
                sheet.push(
                    &[&option, &title, &"add_server", &target, &4, &capex, &30, &24],
                    ASSUMED,
                );
            }
        }
        sheet.bytes()
    }

    fn facilities(&self) -> (Vec<u8>, Vec<u8>) {
        let mut resources =
            Sheet::new("id,name,place,kind,servers,calendar,stock_t,dwell_h,source,confidence");
        let mut operations = Sheet::new(
            "id,place,does,vehicle,state,to_vehicle,holds,fixed_h,h_per_t,stock_from,stock_to,usd_per_t,source,confidence",
        );
        for (i, spot) in self.part.spots.iter().enumerate() {
            match spot {
                Spot::Terminal(t) if handles_goods(self.n, *t) => {
                    self.terminal(i, *t, &mut resources, &mut operations);
                }
                Spot::Terminal(t) => self.gauge_change(i, *t, &mut resources, &mut operations),
                Spot::Border(..) => self.border(i, &mut resources, &mut operations),
                Spot::Junction(_) => {}
            }
        }
        (resources.bytes(), operations.bytes())
    }

    fn terminal(&self, i: usize, t: TerminalId, resources: &mut Sheet, operations: &mut Sheet) {
        let (id, name) = (&self.ids[i], &self.n.terminals[t.ix()].name);
        let yard = format!("{id}.yard");
        let title = format!("Yard {name}");
        let (stock, stay) = (self.value("yard"), self.value("yard_stay"));
        resources.push(&[&yard, &title, id, &"stock", &1, &"always", &stock, &stay], ASSUMED);
        let here = layers(self.n, t);
        let mut made = BTreeSet::new();
        for (vehicle, layer) in self.fleet().into_iter().filter(|(_, l)| here.contains(l)) {
            let mode = layer.mode();
            let (what, kind, servers, fixed, rate) = match mode {
                Mode::Sea | Mode::Barge => {
                    ("berth", "berth", "berths", "berth_fixed", "berth_rate")
                }
                Mode::Rail => ("tracks", "load_line", "tracks", "track_fixed", "track_rate"),
                Mode::Road => ("gate", "gate", "gates", "gate_fixed", ""),
            };
            let resource = format!("{id}.{what}");
            if made.insert(what) {
                let title = format!("{} {name}", what[..1].to_uppercase() + &what[1..]);
                let servers = self.value(servers);
                resources
                    .push(&[&resource, &title, id, &kind, &servers, &"always", &"", &""], ASSUMED);
            }
            let fixed = self.value(fixed);
            let rate = if rate.is_empty() { 0.0 } else { self.value(rate) };
            for (does, handling) in [("load", Handling::Load), ("unload", Handling::Unload)] {
                let usd = self.handling(handling, mode, t);
                let op = format!("{id}.{does}-{vehicle}");
                let holds = format!("{resource}:1");
                let (from, to) =
                    if does == "load" { (yard.as_str(), "") } else { ("", yard.as_str()) };
                let cells: [&dyn ToString; 12] = [
                    &op, id, &does, &vehicle, &"loaded", &"", &holds, &fixed, &rate, &from, &to,
                    &usd,
                ];
                operations.push(&cells, ASSUMED);
            }
        }
    }

    /// US dollars a tonne of handling at a terminal; at sea the freight that goes with its region.
    fn handling(&self, handling: Handling, mode: Mode, t: TerminalId) -> f64 {
        match (mode, self.trade.port(t)) {
            (Mode::Sea, Some(port)) => self.pricing.freight(handling, port.region),
            _ => self.pricing.handling(handling, mode, self.n.terminals[t.ix()].country),
        }
    }

    fn gauge_change(&self, i: usize, t: TerminalId, resources: &mut Sheet, operations: &mut Sheet) {
        let (id, name) = (&self.ids[i], &self.n.terminals[t.ix()].name);
        let here = layers(self.n, t);
        let trains: Vec<String> =
            self.fleet().into_iter().filter(|(_, l)| here.contains(l)).map(|(v, _)| v).collect();
        if trains.len() < 2 {
            return;
        }
        let resource = format!("{id}.shed");
        let title = format!("Gauge change {name}");
        let servers = self.value("gauge_lines");
        resources
            .push(&[&resource, &title, id, &"gauge_line", &servers, &"always", &"", &""], ASSUMED);
        let usd = self.parameters.value(Parameter::GaugeChange, CARGO);
        let (fixed, rate) = (self.value("gauge_fixed"), self.value("gauge_rate"));
        for a in &trains {
            for b in trains.iter().filter(|b| *b != a) {
                let op = format!("{id}.{a}-{b}");
                let holds = format!("{resource}:1");
                let cells: [&dyn ToString; 12] =
                    [&op, id, &"transload", a, &"loaded", b, &holds, &fixed, &rate, &"", &"", &usd];
                operations.push(&cells, ASSUMED);
            }
        }
    }

    fn border(&self, i: usize, resources: &mut Sheet, operations: &mut Sheet) {
        let id = &self.ids[i];
        let Spot::Border(b, _) = self.part.spots[i] else { return };
        let border = &self.n.borders[b.ix()];
        let rail = border.mode == Mode::Rail;
        let (what, kind, servers, fixed) = if rail {
            ("tracks", "border_track", "border_tracks", "border_train")
        } else {
            ("lanes", "lane", "border_lanes", "border_truck")
        };
        let resource = format!("{id}.{what}");
        let title = format!("Border {} {what}", border.name);
        let servers = self.value(servers);
        resources.push(&[&resource, &title, id, &kind, &servers, &"always", &"", &""], ASSUMED);
        let here: BTreeSet<Layer> =
            self.part.lines.iter().filter(|l| l.ends.contains(&i)).map(|l| l.layer).collect();
        for (vehicle, _) in self.fleet().into_iter().filter(|(_, l)| here.contains(l)) {
            let op = format!("{id}.{vehicle}");
            let holds = format!("{resource}:1");
            let (fixed, usd) = (self.value(fixed), border.stop.usd_t);
            let cells: [&dyn ToString; 12] =
                [&op, id, &"customs", &vehicle, &"loaded", &"", &holds, &fixed, &0, &"", &"", &usd];
            operations.push(&cells, ASSUMED);
        }
    }
}
