//! The scenario folder read into one description, with every problem found.
//!
//! In: file names and bytes (a folder, an archive, a fuzzer). Out: a [`Scenario`], or all problems.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::calendar::{Calendar, parse_closed, parse_days, parse_hours, parse_seasons};
use crate::check;
use crate::hs;
use crate::ids::{CalendarId, PlaceId, ResourceId, VehicleId};
use crate::policy::Policy;
use crate::problem::{self, Note, Problem, nearest, shown};
use crate::scenario::*;
use crate::table::{self, Row, Table, Workbook, check_references, incomplete, is_named};
use crate::tables::{self, CONFIDENCE};

mod files;
mod options;
mod policies;
mod settings;

pub use files::{Files, SETTINGS, WORKBOOK};
pub use settings::SHEET;

/// The law that every scenario starts with.
const LAW: &[u8] = include_bytes!("../law/policies.csv");

/// What was read, or every problem; and what its reader should know either way.
pub type Read<T> = (Result<T, Vec<Problem>>, Vec<Note>);

impl Scenario {
    /// Reads and checks a scenario folder or workbook.
    pub fn from_folder(folder: &Path) -> Result<Scenario, Vec<Problem>> {
        Scenario::read_folder(folder).0
    }

    /// Reads and checks a scenario from files in memory.
    pub fn from_files(files: &Files) -> Result<Scenario, Vec<Problem>> {
        Scenario::read_files(files).0
    }

    /// Reads and checks a scenario folder or workbook, with notes on how it was read.
    pub fn read_folder(path: &Path) -> Read<Scenario> {
        let (files, mut notes) = Files::read(path);
        let files = match files {
            Ok(files) => files,
            Err(problems) => return (Err(problems), notes),
        };
        let (scenario, more) = Scenario::read_files(&files);
        notes.extend(more);
        (scenario, notes)
    }

    /// Reads and checks a scenario from files in memory, with notes on how they were read.
    pub fn read_files(files: &Files) -> Read<Scenario> {
        let mut reader = Reader::new();
        let scenario = reader.read(files);
        let mut problems = Problem::in_order(std::mem::take(&mut reader.problems));
        if problems.is_empty() && scenario.is_none() {
            problems.push(Problem::new(problem::EMPTY, "there is nothing to read"));
        }
        let scenario = scenario.filter(|_| problems.is_empty()).ok_or(problems);
        (scenario, reader.notes)
    }
}

/// The embedded law over some places, and more policy rows if given: for engines that judge goods without a
/// scenario.
pub fn law_over(places: &[Place], more: Option<&[u8]>) -> Result<Vec<Policy>, Vec<Problem>> {
    let mut reader = Reader::new();
    let law = reader.law();
    let own = more.map(|b| reader.table_file(&tables::POLICIES, &tables::POLICIES.file(), b));
    let own = own.unwrap_or_default();
    let mut policies: Vec<Policy> =
        law.iter().map(|r| reader.a_policy(r, &law, 0, places, true)).collect();
    policies.extend(own.iter().map(|r| reader.a_policy(r, &own, law.len(), places, false)));
    if reader.problems.is_empty() { Ok(policies) } else { Err(Problem::in_order(reader.problems)) }
}

struct Reader {
    problems: Vec<Problem>,
    notes: Vec<Note>,
    tables: BTreeMap<&'static str, Vec<Row>>,
    /// The file or sheet of each table, as problems name it.
    files: BTreeMap<&'static str, String>,
    settings_file: String,
    /// Tables that may lack rows, so that unknown names in them are no fault of who names them.
    incomplete: BTreeSet<&'static str>,
}

impl Reader {
    fn new() -> Reader {
        Reader {
            problems: Vec::new(),
            notes: Vec::new(),
            tables: BTreeMap::new(),
            files: BTreeMap::new(),
            settings_file: files::SETTINGS.into(),
            incomplete: BTreeSet::new(),
        }
    }

    /// The scenario, whole if no problem was found.
    fn read(&mut self, files: &Files) -> Option<Scenario> {
        let mut book = match files.workbook() {
            Some(name) => Some(Workbook::open(name, &files.0[name], &mut self.problems)?),
            None => None,
        };
        let settings = self.settings(files, &mut book);
        for table in tables::TABLES {
            self.table(table, files, &mut book);
        }
        if let Some(book) = &mut book {
            self.other_sheets(book);
        }
        self.incomplete = incomplete(&self.files, &self.problems);
        check_references(&self.tables, &self.incomplete, &mut self.problems);
        let law = self.law();
        let scenario = settings.map(|settings| self.scenario(settings, &law));
        if let Some(scenario) = scenario.as_ref().filter(|_| self.problems.is_empty()) {
            check::check(scenario, &self.tables, &mut self.problems);
        }
        self.place_settings();
        scenario
    }

    fn law(&mut self) -> Vec<Row> {
        self.table_file(&tables::POLICIES, &tables::POLICIES.file(), LAW)
    }

    fn table_file(&mut self, table: &'static Table, file: &str, bytes: &[u8]) -> Vec<Row> {
        table::read(table, file, bytes, &mut self.problems, &mut self.notes)
    }

    fn table(&mut self, table: &'static Table, files: &Files, book: &mut Option<Workbook>) {
        let bytes = files.0.get(&table.file());
        let sheets = book.as_ref().map_or(Vec::new(), Workbook::sheets);
        let sheets: Vec<String> = sheets.into_iter().filter(|s| is_named(s, table.name)).collect();
        let place = |sheet: &str| book.as_ref().map_or(String::new(), |b| b.place(sheet));
        let mut given: Vec<String> = sheets.iter().map(|s| place(s)).collect();
        given.extend(bytes.map(|_| table.file()));
        let absent = || book.as_ref().map_or_else(|| table.file(), |b| b.place(table.name));
        let file = given.first().cloned().unwrap_or_else(absent);
        self.files.insert(table.name, file.clone());
        let mut rows = match (bytes, book, &sheets[..]) {
            _ if given.len() > 1 => {
                let told = format!("the table is given twice: {}", given.join(" and "));
                let hint = "keep one of them";
                self.problems
                    .push(Problem::new(problem::GIVEN_TWICE, told).at(&file, 0, 0).hint(hint));
                Vec::new()
            }
            (Some(bytes), ..) => self.table_file(table, &file, bytes),
            (None, Some(book), [sheet]) => {
                table::read_sheet(table, book, sheet, &mut self.problems, &mut self.notes)
            }
            _ => {
                if table.required {
                    self.problems.push(
                        Problem::new(problem::FILE_MISSING, format!("{file} is missing"))
                            .at(&file, 0, 0)
                            .hint(format!("a row of it: {}", table.doc)),
                    );
                }
                Vec::new()
            }
        };
        // In the order of their ids, so that the order of rows in a file decides nothing anywhere.
        if table.columns.iter().any(|c| c.name == "id") {
            rows.sort_by(|a, b| a.word("id").cmp(b.word("id")));
        }
        self.tables.insert(table.name, rows);
    }

    /// Sheets of a workbook that are not read. One that probably is a table misspelt is a problem.
    fn other_sheets(&mut self, book: &mut Workbook) {
        let known: Vec<&str> = tables::TABLES
            .iter()
            .map(|t| t.name)
            .chain([settings::SHEET, tables::OBSERVED.name])
            .collect();
        let sheets = book.sheets();
        let is_there = |table: &str| sheets.iter().any(|s| is_named(s, table));
        for sheet in sheets.iter().filter(|s| !known.iter().any(|k| is_named(s, k))) {
            let meant = known.iter().find(|k| files::is_like(sheet, k) && !is_there(k));
            let place = book.place(sheet);
            if let Some(meant) = meant {
                self.problems.push(
                    Problem::new(
                        problem::WORKBOOK,
                        format!("no table is called `{}`", shown(sheet)),
                    )
                    .at(&place, 0, 0)
                    .hint(format!("did you mean `{meant}`? otherwise rename the sheet")),
                );
            } else if book.is_filled(sheet) {
                self.notes.push(Note::new(
                    &place,
                    0,
                    0,
                    "the sheet is not read: no table has its name",
                ));
            }
        }
    }

    fn rows(&self, table: &Table) -> Vec<Row> {
        self.tables[table.name].clone()
    }

    fn position(&self, table: &str, id: &str) -> Option<usize> {
        self.tables[table].iter().position(|r| r.word("id") == id)
    }

    fn place(&self, row: &Row, column: &str) -> PlaceId {
        PlaceId::at(self.position("places", row.word(column)).unwrap_or(0))
    }

    fn resource(&self, row: &Row, column: &str) -> Option<ResourceId> {
        self.position("resources", row.text(column)?).map(ResourceId::at)
    }

    fn malformed(&mut self, row: &Row, column: &str, hint: &str) {
        let message = format!("`{column}` is `{}`", shown(row.word(column)));
        self.problems.push(row.problem(problem::MALFORMED, column, message).hint(hint));
    }

    fn origin(&mut self, row: &Row, ranged: bool) -> Origin {
        let range = if ranged {
            let (low, high) = (row.number("low"), row.number("high"));
            (low.is_some() || high.is_some()).then(|| (low.unwrap_or(1.0), high.unwrap_or(1.0)))
        } else {
            None
        };
        Origin {
            source: row.word("source").to_string(),
            confidence: row.word("confidence").to_string(),
            range,
        }
    }

    fn scenario(&mut self, settings: Settings, law: &[Row]) -> Scenario {
        let places: Vec<Place> =
            self.rows(&tables::PLACES).iter().map(|r| self.a_place(r)).collect();
        let links = self.rows(&tables::LINKS).iter().map(|r| self.a_link(r, &places)).collect();
        let calendars = self.rows(&tables::CALENDARS).iter().map(|r| self.a_calendar(r)).collect();
        let resources = self.rows(&tables::RESOURCES).iter().map(|r| self.a_resource(r)).collect();
        let vehicles =
            self.rows(&tables::VEHICLES).iter().map(|r| self.a_vehicle(r, &settings)).collect();
        let operations =
            self.rows(&tables::OPERATIONS).iter().map(|r| self.an_operation(r)).collect();
        let demand = self
            .rows(&tables::DEMAND)
            .iter()
            .map(|r| self.a_demand(r, &settings, &places))
            .collect();
        let mut scenario = Scenario {
            settings,
            places,
            links,
            calendars,
            resources,
            vehicles,
            operations,
            demand,
            options: Vec::new(),
            policies: Vec::new(),
            figures: self.figures(),
        };
        scenario.options =
            self.rows(&tables::OPTIONS).iter().map(|r| self.an_option(r, &scenario)).collect();
        let own = self.rows(&tables::POLICIES);
        let mut policies: Vec<Policy> =
            law.iter().map(|r| self.a_policy(r, law, 0, &scenario.places, true)).collect();
        policies.extend(
            own.iter()
                .map(|r| self.a_policy(r, &own, law.len(), &scenario.places, false))
                .collect::<Vec<_>>(),
        );
        scenario.policies = policies;
        scenario
    }

    fn figures(&self) -> Figures {
        let mut figures = Figures::default();
        for row in
            self.tables.iter().filter(|(name, _)| **name != "places").flat_map(|(_, rows)| rows)
        {
            if let Some(c) = CONFIDENCE.iter().position(|c| *c == row.word("confidence")) {
                figures.0[c] += row.figures();
            }
        }
        figures
    }

    fn a_place(&mut self, row: &Row) -> Place {
        let country = row.word("country").to_string();
        if !is_country(&country) && row.has("country") {
            self.malformed(row, "country", "write the ISO 3166-1 alpha-2 code, for example `KR`");
        }
        Place {
            id: row.word("id").into(),
            name: row.word("name").into(),
            country,
            lat: row.number_or_zero("lat"),
            lon: row.number_or_zero("lon"),
            kind: row.word("kind").into(),
        }
    }

    fn a_link(&mut self, row: &Row, places: &[Place]) -> Link {
        let (from, to) = (self.place(row, "from"), self.place(row, "to"));
        let mode = mode(row.word("mode"));
        let name = row.text("name").map_or_else(
            || {
                let end = |p: PlaceId| places.get(p.ix()).map_or("", |p| p.name.as_str());
                format!("{}-{}", end(from), end(to))
            },
            str::to_string,
        );
        let km = row.number_or_zero("km");
        let loaded_kmh = row.number("loaded_kmh").unwrap_or(1.0);
        Link {
            id: row.word("id").into(),
            name,
            from,
            to,
            mode,
            km,
            gauges_mm: self.gauges(row, mode),
            sections: self.sections(row, mode, km),
            loop_m: row.number("loop_m").unwrap_or(f64::INFINITY),
            max_train_m: row.number("max_train_m").unwrap_or(f64::INFINITY),
            block: if row.word("block") == "auto" { Block::Auto } else { Block::OneTrain },
            tau_h: row.number_or_zero("tau_min") / 60.0,
            headway_h: row.number_or_zero("headway_min") / 60.0,
            lanes: row.whole("lanes").max(1),
            loaded_kmh,
            empty_kmh: row.number("empty_kmh").unwrap_or(loaded_kmh),
            availability: row.number_or_zero("availability"),
            max_occupancy: row.number_or_zero("max_occupancy"),
            usd_per_t: row.number_or_zero("usd_per_t"),
            is_open: row.flag("is_open"),
            published_t_per_year: row.number("published_t_per_year"),
            origin: self.origin(row, true),
        }
    }

    fn gauges(&mut self, row: &Row, mode: Mode) -> Vec<u32> {
        let text = row.word("gauge_mm");
        let gauges: Option<Vec<u32>> = text
            .split('+')
            .filter(|t| !t.trim().is_empty())
            .map(|t| t.trim().parse().ok())
            .collect();
        match gauges {
            Some(g)
                if g.iter().all(|g| (300..=3000).contains(g))
                    && (mode == Mode::Rail) != g.is_empty() =>
            {
                g
            }
            Some(g) if g.is_empty() => {
                let message = "a railway has no gauge";
                self.problems.push(
                    row.problem(problem::VALUE_MISSING, "gauge_mm", message)
                        .hint("write for example `1435`, or `1435+1520` for dual gauge"),
                );
                g
            }
            Some(g) if mode != Mode::Rail => {
                self.problems.push(
                    row.problem(problem::MODE_MISMATCH, "gauge_mm", "only railways have a gauge")
                        .hint("leave it blank"),
                );
                g
            }
            _ => {
                self.malformed(
                    row,
                    "gauge_mm",
                    "write for example `1435`, or `1435+1520` for dual gauge",
                );
                Vec::new()
            }
        }
    }

    fn sections(&mut self, row: &Row, mode: Mode, km: f64) -> Vec<Section> {
        let listed = row.numbers("sections_km");
        if mode != Mode::Rail {
            if !listed.is_empty() {
                self.problems.push(
                    row.problem(
                        problem::MODE_MISMATCH,
                        "sections_km",
                        "only railways have sections",
                    )
                    .hint("leave it blank"),
                );
            }
            return Vec::new();
        }
        let tracks = row.whole("tracks").max(1);
        let lengths = if listed.is_empty() { vec![km] } else { listed };
        let sum: f64 = lengths.iter().sum();
        if row.has("sections_km") && row.has("km") && (sum - km).abs() > 0.005 * km {
            let message =
                format!("the sections add up to {} km, the line has {km} km", round3(sum));
            self.problems.push(
                row.problem(problem::SECTIONS, "sections_km", message)
                    .hint("correct one or the other; half a per cent of difference is allowed"),
            );
        }
        lengths.into_iter().map(|km| Section { km, parts: 1, tracks }).collect()
    }

    fn a_calendar(&mut self, row: &Row) -> Calendar {
        let days = parse_days(row.word("days"));
        let open_min = parse_hours(row.word("open"));
        let closed = parse_closed(row.word("closed_dates"));
        let seasons = parse_seasons(row.word("season"));
        if days.is_none() {
            self.malformed(row, "days", "write for example `mo-su` or `mo;we;fr`");
        }
        if open_min.is_none() {
            self.malformed(
                row,
                "open",
                "write for example `09:00-18:00`; several in order, separated by `;`",
            );
        }
        if closed.is_none() {
            self.malformed(row, "closed_dates", "write for example `01-01;05-01..05-03`");
        }
        if seasons.is_none() {
            self.malformed(
                row,
                "season",
                "write for example `12-15..03-10:0.85`, a share from 0 to 1",
            );
        }
        let calendar = Calendar {
            id: row.word("id").into(),
            days: days.unwrap_or([true; 7]),
            open_min: open_min.unwrap_or_else(|| vec![(0, 1440)]),
            closed: closed.unwrap_or_default(),
            seasons: seasons.unwrap_or_default(),
            utc_offset_h: row.number_or_zero("utc_offset_h"),
        };
        if calendar.open_share() <= 0.0 {
            self.problems.push(
                row.problem(
                    problem::OUT_OF_RANGE,
                    "id",
                    format!("calendar `{}` is never open", calendar.id),
                )
                .hint("leave out the resource or close the place by a policy instead"),
            );
        }
        calendar
    }

    fn a_resource(&mut self, row: &Row) -> Resource {
        let kind = row.word("kind").to_string();
        let is_stock = kind == "stock";
        for column in ["stock_t", "dwell_h"] {
            if is_stock && !row.has(column) {
                self.problems.push(
                    row.problem(
                        problem::VALUE_MISSING,
                        column,
                        format!("a stock needs `{column}`"),
                    )
                    .hint("how much fits (t) and how long a tonne stays (h)"),
                );
            } else if !is_stock && row.has(column) {
                self.problems.push(
                    row.problem(
                        problem::MODE_MISMATCH,
                        column,
                        format!("a {kind} has no `{column}`"),
                    )
                    .hint("only resources of kind `stock` have it"),
                );
            }
        }
        let (mtbf_h, mttr_h) = (row.number("mtbf_h"), row.number("mttr_h"));
        for (given, other, column) in [(mtbf_h, mttr_h, "mttr_h"), (mttr_h, mtbf_h, "mtbf_h")] {
            if given.is_some() && other.is_none() && !self.incomplete.contains("resources") {
                self.problems.push(
                    row.problem(
                        problem::VALUE_MISSING,
                        column,
                        format!("failures need both `mtbf_h` and `mttr_h`: `{column}` is missing"),
                    )
                    .hint("give both, or neither and an `availability`"),
                );
            }
        }
        let availability = match (row.number_or_zero("availability"), mtbf_h.zip(mttr_h)) {
            // Nothing that fails is there all the time.
            (share, Some((between, repair))) if share >= 1.0 => between / (between + repair),
            (share, _) => share,
        };
        Resource {
            id: row.word("id").into(),
            name: row.word("name").into(),
            place: self.place(row, "place"),
            servers: row.whole("servers"),
            calendar: CalendarId::at(self.position("calendars", row.word("calendar")).unwrap_or(0)),
            availability,
            mtbf_h,
            mttr_h,
            changeover_h: row.number_or_zero("changeover_h"),
            max_occupancy: row.number_or_zero("max_occupancy"),
            stock_t: row.number_or_zero("stock_t"),
            dwell_h: row.number_or_zero("dwell_h"),
            loa_m: row.number("loa_m").unwrap_or(f64::INFINITY),
            draught_m: row.number("draught_m").unwrap_or(f64::INFINITY),
            published_t_per_year: row.number("published_t_per_year"),
            origin: self.origin(row, true),
            kind,
        }
    }

    fn a_vehicle(&mut self, row: &Row, settings: &Settings) -> Vehicle {
        let mode = mode(row.word("mode"));
        if (mode == Mode::Rail) != row.has("gauge_mm") {
            let message = if mode == Mode::Rail {
                "a train has no gauge"
            } else {
                "only trains have a gauge"
            };
            self.problems.push(row.problem(problem::MODE_MISMATCH, "gauge_mm", message));
        }
        let arrivals = row.word("arrivals").to_string();
        let by_arrivals = match arrivals.as_str() {
            "schedule" => 0.1,
            "called" => 0.4,
            _ => 1.0,
        };
        let teu_t = row.number("payload_teu").map_or(f64::INFINITY, |teu| teu * settings.t_per_teu);
        Vehicle {
            id: row.word("id").into(),
            name: row.word("name").into(),
            mode,
            gauge_mm: row.has("gauge_mm").then(|| row.whole("gauge_mm")),
            payload_t: row.number_or_zero("payload_t").min(teu_t),
            length_m: row.number_or_zero("length_m"),
            draught_m: row.number_or_zero("draught_m"),
            carries: row.list("carries").into_iter().map(str::to_string).collect(),
            empties: match row.word("empties") {
                "same_trainset" => Empties::SameTrainset,
                "balance" => Empties::Balance,
                _ => Empties::None,
            },
            ca2: row.number("ca2").unwrap_or(by_arrivals),
            arrivals,
            jitter_h: row.number_or_zero("jitter_h"),
            pool: self.resource(row, "pool"),
            allowed: row.flag("allowed"),
            flag: self.flag(row),
            barred: Vec::new(),
            barred_empty: Vec::new(),
            fleet_of: None,
            pce: row.number_or_zero("pce"),
            usd_per_km: row.number_or_zero("usd_per_km"),
            usd_per_h: row.number_or_zero("usd_per_h"),
            g_co2e_per_tkm: row.number_or_zero("g_co2e_per_tkm"),
            origin: self.origin(row, true),
        }
    }

    fn vehicle(&self, row: &Row, column: &str) -> Option<VehicleId> {
        self.position("vehicles", row.text(column)?).map(VehicleId::at)
    }

    fn an_operation(&mut self, row: &Row) -> Operation {
        let word = row.word("does").to_string();
        let state = row.word("state");
        Operation {
            id: row.word("id").into(),
            place: self.place(row, "place"),
            does: match word.as_str() {
                "load" => Does::Load,
                "unload" => Does::Unload,
                "transload" => Does::Transload,
                _ => Does::Pass,
            },
            word,
            vehicle: self.vehicle(row, "vehicle").unwrap_or(VehicleId(0)),
            loaded: state != "empty",
            empty: state != "loaded",
            to_vehicle: self.vehicle(row, "to_vehicle"),
            cargo: row.list("cargo").into_iter().map(str::to_string).collect(),
            holds: self.holds(row),
            until_return: row.word("until") == "return",
            fixed_h: row.number_or_zero("fixed_h"),
            h_per_t: row.number_or_zero("h_per_t"),
            cv: row.number_or_zero("cv"),
            lot_t: row.number("lot_t"),
            start_when: row.word("start_when").into(),
            stock_from: self.resource(row, "stock_from"),
            stock_to: self.resource(row, "stock_to"),
            usd_per_t: row.number_or_zero("usd_per_t"),
            fleet_of: None,
            origin: self.origin(row, true),
        }
    }

    fn flag(&mut self, row: &Row) -> Option<String> {
        let flag = row.text("flag")?.to_string();
        if !is_country(&flag) {
            self.malformed(row, "flag", "write the ISO 3166-1 alpha-2 code, for example `PA`");
        }
        Some(flag)
    }

    /// `pier:1+cranes:1-4`
    fn holds(&mut self, row: &Row) -> Vec<Hold> {
        let text = row.word("holds").to_string();
        let mut holds = Vec::new();
        for part in text.split('+').map(str::trim).filter(|p| !p.is_empty()) {
            let (id, count) = part.split_once(':').unwrap_or((part, "1"));
            let (least, most) = count.split_once('-').unwrap_or((count, count));
            let (Ok(least), Ok(most)) = (least.trim().parse::<u32>(), most.trim().parse::<u32>())
            else {
                self.malformed(row, "holds", "write for example `pier:1+cranes:1-4`");
                continue;
            };
            if least == 0 || most < least || most > 50 {
                self.malformed(row, "holds", "hold at least 1 and at most 50 units of a resource");
                continue;
            }
            match self.position("resources", id.trim()) {
                Some(r) => holds.push(Hold { resource: ResourceId::at(r), least, most }),
                None if self.incomplete.contains("resources") => {}
                None => {
                    let message = format!("unknown resource `{}`", shown(id.trim()));
                    let ids = self.tables["resources"].iter().map(|r| r.word("id"));
                    let hint = match nearest(id.trim(), ids) {
                        Some(near) => {
                            format!("did you mean `{near}`? resources are defined in resources.csv")
                        }
                        None => "resources are defined in resources.csv".to_string(),
                    };
                    self.problems
                        .push(row.problem(problem::ID_UNKNOWN, "holds", message).hint(hint));
                }
            }
        }
        if (1..holds.len()).any(|i| holds[..i].iter().any(|h| h.resource == holds[i].resource)) {
            self.malformed(row, "holds", "name each resource once, with the number held");
        }
        if holds.iter().filter(|h| h.most > h.least).count() > 1 {
            self.malformed(row, "holds", "only one resource of an operation may have a range");
        }
        holds
    }

    fn a_demand(&mut self, row: &Row, settings: &Settings, places: &[Place]) -> Demand {
        // The table has refused what is no code.
        let hs = hs::parse(row.word("hs")).ok().flatten().unwrap_or_default();
        if row.has("origin") && !is_country(row.word("origin")) {
            self.malformed(row, "origin", "write the ISO 3166-1 alpha-2 code, for example `RU`");
        }
        let from = self.place(row, "from");
        let unit = row.word("unit");
        let factor = if unit == "teu" { settings.t_per_teu } else { 1.0 };
        let base = row.number_or_zero("growth_pct");
        let growth = |column| row.number(column).unwrap_or(base) / 100.0;
        Demand {
            id: row.word("id").into(),
            name: row.word("name").into(),
            commodity: row.word("commodity").into(),
            hs,
            origin_country: row.text("origin").map_or_else(
                || places.get(from.ix()).map_or(String::new(), |p| p.country.clone()),
                str::to_string,
            ),
            origin_is_given: row.has("origin"),
            from,
            to: self.place(row, "to"),
            via: row.has("via").then(|| self.place(row, "via")),
            per_year: row.number_or_zero("per_year") * factor,
            in_vehicles: unit == "vehicles",
            unit_name: row.text("unit_name").map(str::to_string),
            role: match row.word("role") {
                "fixed" => Role::Fixed,
                "background" => Role::Background,
                _ => Role::Scaled,
            },
            priority: row.whole("priority"),
            growth: [growth("growth_low_pct"), base / 100.0, growth("growth_high_pct")],
            peak: row.number("peak_month").unwrap_or(settings.peak_factor),
            vot_usd_t_h: row.number_or_zero("vot_usd_t_h"),
            alternative_usd_t: row.number("alternative_usd_t"),
            shipment: row.text("shipment").map(str::to_string),
            origin: self.origin(row, true),
        }
    }
}

fn is_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase())
}

fn mode(word: &str) -> Mode {
    match word {
        "sea" => Mode::Sea,
        "road" => Mode::Road,
        _ => Mode::Rail,
    }
}

fn round3(x: f64) -> f64 {
    (x * 1000.0).round() / 1000.0
}
