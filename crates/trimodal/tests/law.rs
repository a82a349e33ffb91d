//! The law by jurisdiction on the embedded world: bans and notices, lines on territory, closures by date.

use std::sync::OnceLock;

use trimodal::model::scenario::Mode;
use trimodal::model::table::read;
use trimodal::model::tables::POLICIES;
use trimodal::model::{LAW, MEASURES};
use trimodal::route::outcome::UnreachableReason;
use trimodal::route::{Answer, Criterion, Routes};
use trimodal::{Control, RouteRequest, Shipment, World};

const LAND: &[Mode] = &[Mode::Rail, Mode::Road];
const RAIL: &[Mode] = &[Mode::Rail];
const SEA: &[Mode] = &[Mode::Sea];
const TODAY: &str = "2026-11-26";

fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(World::load)
}

/// A shipment under some jurisdictions.
struct Case {
    request: RouteRequest,
}

fn case(from: &str, to: &str, jurisdiction: &str) -> Case {
    let shipment = Shipment {
        jurisdictions: jurisdiction.split(',').map(str::to_string).collect(),
        date: Some(TODAY.parse().expect("a date")),
        ..Shipment::default()
    };
    Case { request: RouteRequest { shipment, ..RouteRequest::new(from, to) } }
}

impl Case {
    fn by(mut self, modes: &[Mode]) -> Case {
        self.request.shipment.modes = modes.to_vec();
        self
    }

    /// Goods by HS code and country of origin.
    fn of(mut self, hs: &str, origin: &str) -> Case {
        self.request.shipment.hs = vec![hs.into()];
        self.request.shipment.goods_origin = Some(origin.into());
        self
    }

    fn on(mut self, day: &str) -> Case {
        self.request.shipment.date = Some(day.parse().expect("a date"));
        self
    }

    fn only_via(mut self, names: &[&str]) -> Case {
        self.request.shipment.only_via = names.iter().map(|n| n.to_string()).collect();
        self
    }

    fn fastest(mut self) -> Case {
        self.request.answer = Answer::Best(Criterion::Time);
        self
    }

    fn ask(self) -> Told {
        let routes = world().route(&self.request, &Control::none());
        Told(routes.unwrap_or_else(|p| panic!("{p}")))
    }
}

/// An answer, with what it says of rules by their ids.
struct Told(Routes);

fn reference(id: &str) -> String {
    let tables = [LAW, MEASURES];
    let rows = tables
        .iter()
        .flat_map(|bytes| read(&POLICIES, "policies.csv", bytes, &mut Vec::new(), &mut Vec::new()));
    let found = rows.into_iter().find(|r| r.word("id") == id);
    found.unwrap_or_else(|| panic!("no rule {id}")).word("reference").to_string()
}

impl Told {
    fn remedies(&self) -> &[String] {
        self.0.unreachable.as_ref().map_or(&[], |why| &why.remedy)
    }

    /// Each of these refuses.
    fn refused(self, ids: &[&str]) -> Told {
        let reason = self.0.unreachable.as_ref().map(|why| why.reason);
        assert_eq!(reason, Some(UnreachableReason::Law), "{:?}", self.0.law);
        for id in ids {
            let start = reference(id);
            assert!(self.remedies().iter().any(|l| l.starts_with(&start)), "{id}: {:?}", self.0);
        }
        self
    }

    /// There is a way.
    fn allowed(self) -> Told {
        assert!(self.0.unreachable.is_none(), "{:?}", self.0.unreachable);
        self
    }

    /// Each of these is a notice.
    fn noticed(self, ids: &[&str]) -> Told {
        for id in ids {
            let start = format!("notice: {}", reference(id));
            assert!(self.0.law.iter().any(|l| l.starts_with(&start)), "{id}: {:#?}", self.0.law);
        }
        self
    }

    /// None of these says anything.
    fn silent(self, ids: &[&str]) -> Told {
        for id in ids {
            let text = reference(id);
            let mut lines = self.0.law.iter().chain(self.remedies());
            assert!(!lines.any(|l| l.contains(&text)), "{id}: {:#?}", self.0.law);
        }
        self
    }

    fn lines_with(&self, text: &str) -> usize {
        self.0.law.iter().filter(|l| l.contains(text)).count()
    }
}

#[test]
fn eu_bans_on_goods_of_russia_and_belarus() {
    let steel = case("Moscow, RU", "Riga, LV", "EU").of("7208", "RU").ask();
    let steel = steel.refused(&["eu-ru-3g-origin", "eu-ru-3g-exported"]);
    // A refusal tells what else there is to know, and the line on the territory gives way to it.
    steel.noticed(&["eu-ru-3g-transport"]).silent(&["touch-ru"]);
    let crude = case("Saint Petersburg, RU", "Hamburg, DE", "EU").of("2709", "RU").ask();
    crude.refused(&["eu-ru-3m-crude"]);
    let wood = case("Minsk, BY", "Warsaw, PL", "EU").of("440710", "BY").ask();
    wood.refused(&["eu-by-wood", "eu-by-wood-exported"]);
    case("Minsk, BY", "LTKLJ", "EU").of("310420", "BY").ask().refused(&["eu-by-potash"]);
    // What rests on memory alone is a notice.
    let cement = case("Minsk, BY", "Warsaw, PL", "EU").of("2523", "BY").ask();
    cement.allowed().noticed(&["eu-by-cement"]);
}

#[test]
fn transit_by_russia_is_not_a_ban_but_told() {
    let crude = case("KZAAU", "NLRTM", "EU").by(&[Mode::Rail, Mode::Sea]).of("2709", "KZ").ask();
    let crude = crude.allowed().noticed(&["eu-ru-rail", "eu-ru-5ae"]);
    crude.silent(&["eu-ru-3m-crude", "touch-ru"]);
    let train = case("Xi'an, CN", "Duisburg, DE", "EU").by(LAND).of("8471", "CN").ask();
    let train = train.allowed().noticed(&["eu-ru-rail", "touch-by"]);
    train.silent(&["eu-ru-transit", "touch-ru"]);
    let machines = case("Berlin, DE", "Almaty, KZ", "EU").by(LAND).of("8457", "DE").ask();
    machines.allowed().noticed(&["eu-ru-transit", "eu-by-transit"]).silent(&["touch-ru"]);
    let grain = case("Kaliningrad, RU", "Moscow, RU", "EU").by(LAND).of("1001", "RU").ask();
    grain.allowed().noticed(&["eu-ru-kaliningrad"]);
}

#[test]
fn carrier_rules_are_told_of_roads_and_ships() {
    let road = case("Berlin, DE", "Almaty, KZ", "EU").by(&[Mode::Road]).of("8457", "DE");
    road.fastest().ask().allowed().noticed(&["eu-ru-3l", "eu-ru-transit"]);
    let lorry = case("Minsk, BY", "Warsaw, PL", "EU").by(&[Mode::Road]).of("1001", "BY");
    lorry.fastest().ask().allowed().noticed(&["eu-by-1zc"]).silent(&["touch-by"]);
    let fish = case("RUMMK", "NLRTM", "EU").by(SEA).of("0303", "RU").ask();
    fish.noticed(&["eu-ru-5ae-2026", "eu-ru-3ea"]);
    let across = case("Xi'an, CN", "Duisburg, DE", "EU").by(&[Mode::Road]).of("8471", "CN");
    across.fastest().ask().allowed().noticed(&["eu-ru-3l"]).silent(&["eu-ru-transit"]);
    let grain = case("Kaliningrad, RU", "Moscow, RU", "EU").by(&[Mode::Road]).of("1001", "RU");
    grain.fastest().ask().allowed().noticed(&["eu-ru-3l", "eu-ru-kaliningrad"]);
    let oil = case("RUNVS", "INMUN", "EU").by(SEA).of("2709", "RU").ask();
    oil.allowed().noticed(&["eu-ru-3n"]);
}

#[test]
fn a_measure_holds_from_its_first_to_its_last_day() {
    let gas = || case("RUULU", "NLRTM", "EU").by(SEA).of("271111", "RU");
    gas().ask().allowed().noticed(&["eu-ru-3ra-2026"]);
    gas().on("2027-02-01").ask().refused(&["eu-ru-3ra"]).silent(&["eu-ru-3ra-2026"]);
    let syria = |hs| case("SYLTK", "GRPIR", "EU").by(SEA).of(hs, "SY");
    syria("2709").on("2020-06-01").ask().refused(&["eu-sy-oil"]);
    syria("2709").ask().allowed().noticed(&["eu-sy-rest"]).silent(&["eu-sy-oil", "touch-sy"]);
    syria("2510").ask().allowed().noticed(&["eu-sy-rest"]);
    let oil = case("IRBND", "GRPIR", "EU").by(SEA).of("2709", "IR").ask();
    oil.refused(&["eu-ir-crude", "eu-ir-crude-exported"]);
}

#[test]
fn us_uk_and_swiss_measures() {
    let iran = |hs| case("IRBND", "USNYC", "US").by(SEA).of(hs, "IR").ask();
    iran("2709").refused(&["us-ir-import"]);
    iran("4901").allowed().noticed(&["us-info", "us-ir-general"]).silent(&["us-ir-import"]);
    let cuba = |from, to, hs, origin| case(from, to, "US").by(SEA).of(hs, origin).ask();
    cuba("CUHAV", "USMIA", "1701", "CU").refused(&["us-cu-import"]);
    let meat = cuba("USMIA", "CUHAV", "0207", "US").allowed();
    meat.noticed(&["us-cu-515-207", "us-cu-general"]);
    let fish = case("KPNAM", "USLAX", "US").by(SEA).of("0307", "KP").ask();
    fish.refused(&["us-kp-import", "us-kp-vessels", "un-2371-9-seafood"]);
    let steel = case("RUULU", "GBLON", "UK").by(SEA).of("7207", "RU").ask();
    steel.refused(&["uk-ru-steel-2023", "uk-ru-steel-consigned"]);
    let swiss = case("Moscow, RU", "Basel, CH", "CH").of("7208", "RU").ask();
    swiss.allowed().noticed(&["ch-ru-14a"]);
    let sugar = case("CUHAV", "ESBCN", "EU").by(SEA).of("1701", "CU").ask();
    sugar.allowed().noticed(&["eu-cu-blocking"]).silent(&["touch-cu"]);
}

#[test]
fn several_jurisdictions_speak_and_those_not_chosen_do_not() {
    let both = case("RUULU", "NLRTM", "eu, US").by(SEA).of("1001", "RU").ask();
    both.allowed().noticed(&["eu-ru-3ea", "us-ru-general"]).silent(&["uk-ru-57a", "touch-ru"]);
    let nothing = case("Paris, FR", "Berlin, DE", "EU").of("7208", "FR").ask().allowed();
    assert!(nothing.0.law.is_empty(), "{:?}", nothing.0.law);
    let union = case("Shymkent, KZ", "Minsk, BY", "EU").by(RAIL).of("1001", "KZ").ask().allowed();
    let union = union.noticed(&["touch-ru", "touch-by"]);
    assert_eq!(union.0.law.len(), 2, "{:?}", union.0.law);
}

#[test]
fn every_territory_is_told_once_at_home_and_at_the_ends_too() {
    let home = case("Moscow, RU", "Kazan, RU", "").by(LAND).ask().allowed();
    assert_eq!(home.lines_with("Sanctions territory: Russia"), 1, "{:?}", home.0.law);
    assert!(
        home.0.law[0].contains("what to do: read the notices of the jurisdictions"),
        "{:?}",
        home.0.law
    );
    let origin = case("TRIST", "NLRTM", "").by(SEA).of("7208", "RU").fastest().ask();
    origin.noticed(&["touch-ru"]);
    let mut off = case("Moscow, RU", "Kazan, RU", "EU").by(LAND);
    off.request.shipment.counterfactual_no_law = true;
    let off = off.ask();
    assert_eq!(off.0.law, [trimodal::route::law::WITHOUT_LAW]);
}

#[test]
fn undeclared_goods_get_a_hint_where_bans_name_codes() {
    let hint = "declare the HS code with --hs";
    let undeclared = case("Moscow, RU", "Riga, LV", "EU").by(RAIL).fastest().ask();
    let undeclared = undeclared.refused(&["eu-ru-3g-origin"]);
    assert!(undeclared.remedies().iter().any(|l| l.starts_with(hint)));
    let declared = case("Moscow, RU", "Riga, LV", "EU").by(RAIL).of("7208", "RU").fastest().ask();
    assert!(declared.remedies().iter().all(|l| !l.starts_with(hint)));
    // A ban on all goods needs no code.
    let any = case("KPNAM", "USLAX", "US").by(SEA).fastest().ask();
    assert!(any.refused(&["us-kp-import"]).remedies().iter().all(|l| !l.starts_with(hint)));
}

#[test]
fn unknown_codes_are_refused_with_the_list() {
    let request = case("Paris", "Berlin", "EU,XX").request;
    let problems = world().route(&request, &Control::none()).expect_err("XX").problems;
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].message, "--jurisdiction: unknown code `XX`");
    let hint = problems[0].hint.clone().unwrap_or_default();
    assert!(hint.contains("EU (European Union)") && hint.contains("UN (United Nations"), "{hint}");
}

#[test]
fn an_occupied_port_is_closed_and_told() {
    let to =
        |to, names: &[&str]| case("UASVP", to, "US").by(SEA).of("1001", "UA").only_via(names).ask();
    let closed = to("TRAMR", &[]);
    let why = closed.0.unreachable.as_ref().expect("a closed port");
    assert_eq!(why.reason, UnreachableReason::ClosedOnTheDay);
    assert!(why.remedy[0].starts_with("ua-ports-crimea:"), "{:?}", why.remedy);
    closed.noticed(&["touch-ua-occupied"]);
    let opened = to("TRAMR", &["port:UASVP", "port:TRAMR"]).allowed();
    let opened = opened.noticed(&["us-ua-regions-general"]).silent(&["touch-ua-occupied"]);
    assert_eq!(opened.lines_with("used as asked for"), 1, "{:?}", opened.0.law);
    to("USNYC", &["port:UASVP", "port:USNYC"]).refused(&["us-ua-regions"]);
    let inland = case("Melitopol, UA", "Kyiv, UA", "EU").by(LAND).fastest();
    // Before the front that is known: since then nothing crosses it.
    let inland = inland.on("2022-06-01").ask();
    inland.allowed().noticed(&["eu-ua-ngca"]).silent(&["touch-ua-occupied"]);
}

#[test]
fn nothing_crosses_the_line_of_contact() {
    let land = |from, to| case(from, to, "").by(LAND).fastest().ask();
    for (from, to) in [("Kyiv", "Donetsk, UA"), ("Rostov-on-Don", "Donetsk, UA")] {
        let closed = land(from, to);
        let why = closed.0.unreachable.as_ref().expect("the front");
        assert_eq!(why.reason, UnreachableReason::ClosedOnTheDay, "{from}");
        assert!(why.remedy[0].starts_with("ua-front:"), "{:?}", why.remedy);
        closed.noticed(&["touch-ua-occupied"]);
    }
    land("Melitopol, UA", "Berdiansk, UA").allowed().noticed(&["touch-ua-occupied"]);
    for (from, to) in [
        ("Kyiv", "Lviv"),
        ("Odesa", "Kharkiv, UA"),
        ("Dnipro, UA", "Zaporizhzhia, UA"),
        ("Kherson, UA", "Mykolaiv, UA"),
        ("Kramatorsk, UA", "Kyiv"),
    ] {
        let open = land(from, to).allowed().silent(&["touch-ua-occupied"]);
        assert_eq!(countries(&open), ["UA"], "{from}");
    }
}

#[test]
fn occupied_regions_of_georgia_are_told() {
    let road = |from, to| case(from, to, "").by(&[Mode::Road]).fastest().ask().allowed();
    for to in ["Sukhumi, GE", "Tskhinvali, GE"] {
        road("Tbilisi", to).noticed(&["touch-ge-occupied"]);
    }
    for to in ["Poti", "Zugdidi, GE", "Gori, GE"] {
        road("Tbilisi", to).silent(&["touch-ge-occupied"]);
    }
    let port = case("TRAMR", "GESUK", "").by(SEA).ask();
    let why = port.0.unreachable.as_ref().expect("a closed port");
    assert_eq!(why.reason, UnreachableReason::ClosedOnTheDay);
}

#[test]
fn borders_close_and_open_by_date() {
    let pass = |day| case("Kabul, AF", "Peshawar, PK", "").by(&[Mode::Road]).on(day).fastest();
    let before = pass("2025-10-11").ask().allowed();
    assert!(before.0.closed_on_the_day.is_empty(), "{:?}", before.0.closed_on_the_day);
    assert_eq!(before.0.itineraries[0].countries, ["AF", "PK"]);
    let after = pass("2025-10-12").ask();
    let told = &after.0.closed_on_the_day;
    assert!(told[0].starts_with("af-pk-2025: border:AF-PK: closed since 2025-10-12"), "{told:?}");
    let direct = |t: &Told| t.0.itineraries.iter().any(|i| i.countries == ["AF", "PK"]);
    assert!(!direct(&after));
    assert!(direct(&pass(TODAY).only_via(&["border:AF-PK"]).ask()));
}

#[test]
fn passages_close_and_are_avoided_by_date() {
    let gulf = |day| case("AEJEA", "INMUN", "").by(SEA).on(day).fastest().ask();
    let closed = gulf("2026-05-01");
    let why = closed.0.unreachable.expect("Hormuz is closed");
    assert!(why.remedy[0].starts_with("hormuz-2026:"), "{:?}", why.remedy);
    let open = gulf("2026-01-15").allowed();
    assert!(open.0.law.is_empty(), "{:?}", open.0.law);
    assert_eq!(gulf(TODAY).allowed().lines_with("hormuz: restricted since 2026-06-17"), 1);
    let suez = |day| case("INMUN", "ITGOA", "").by(SEA).on(day).fastest().ask().allowed();
    let line = "avoided by carriers since 2023-12-15";
    assert_eq!(suez("2023-12-14").lines_with(line), 0);
    let avoided = suez(TODAY);
    assert_eq!(avoided.lines_with(line), 1, "{:?}", avoided.0.law);
    assert_eq!(avoided.lines_with("--avoid bab-el-mandeb,suez for the way they sail"), 1);
}

#[test]
fn measures_are_read_whole_and_no_ban_rests_on_memory() {
    let (mut problems, mut notes) = (Vec::new(), Vec::new());
    let rows = read(&POLICIES, "measures.csv", MEASURES, &mut problems, &mut notes);
    assert!(problems.is_empty() && rows.len() == 119, "{} rows: {problems:?}", rows.len());
    let bans = rows.iter().filter(|r| r.word("effect") == "forbid");
    let from_memory = bans.filter(|r| matches!(r.word("confidence"), "recalled" | "assumed"));
    let from_memory: Vec<&str> = from_memory.map(|r| r.word("id")).collect();
    assert_eq!(from_memory, [""; 0], "bans from memory");
    let of_codes: Vec<String> =
        trimodal::model::jurisdiction::all().into_iter().flat_map(|j| j.sets).collect();
    for row in &rows {
        let set = row.word("set").to_string();
        assert!(set == "touch" || of_codes.contains(&set), "{set} has no code");
        assert_eq!(row.word("kind"), if set == "touch" { "law" } else { "case" });
    }
}

/// Countries of the first itinerary.
fn countries(told: &Told) -> Vec<String> {
    told.0.itineraries.first().map(|i| i.countries.clone()).unwrap_or_default()
}

#[test]
fn sensitive_territories_are_avoided_as_a_set() {
    let avoiding = |from: &str, to: &str, word: &str| {
        let mut case = case(from, to, "").by(LAND).fastest();
        case.request.shipment.avoid = vec![word.into()];
        case.ask()
    };
    assert!(
        countries(&case("Warsaw", "Almaty", "").by(LAND).fastest().ask()).contains(&"RU".into())
    );
    let around = countries(&avoiding("Warsaw", "Almaty", "sensitive").allowed());
    assert!(!around.is_empty());
    for code in ["RU", "BY", "IR", "SY", "KP", "CU"] {
        assert!(!around.iter().any(|c| c == code), "{around:?}");
    }
    // The occupied regions are closed, the rest of the country is not.
    assert!(avoiding("Odesa", "Melitopol", "Sensitive").0.unreachable.is_some());
    avoiding("Odesa", "Kyiv", "sensitive").allowed();
    let mut only = case("Warsaw", "Almaty", "");
    only.request.shipment.only_via = vec!["sensitive".into()];
    assert!(world().route(&only.request, &Control::none()).is_err(), "a set to avoid only");
}

/// Crimea is of Ukraine (UN General Assembly 68/262): its places meet the roads and tracks there, with the notice. No
/// lawful way leads out of it.
#[test]
fn ways_in_crimea_are_told_of_and_lead_nowhere_else() {
    for modes in [&[Mode::Road][..], RAIL] {
        let asked = || case("Simferopol", "Sevastopol", "EU").by(modes).fastest();
        let inside = asked().ask().allowed().noticed(&["eu-ua-crimea"]);
        let mut plain = asked();
        plain.request.shipment.jurisdictions.clear();
        plain.ask().allowed().noticed(&["touch-ua-occupied"]);
        assert!(inside.0.itineraries[0].countries.iter().all(|c| c == "UA"));
        for (from, to) in [
            ("Kherson, UA", "Simferopol"),
            ("Simferopol", "Krasnodar, RU"),
            ("Kerch", "Temryuk"),
            ("Samsun", "Simferopol"),
        ] {
            let told = case(from, to, "EU").by(modes).fastest().ask();
            assert!(told.0.itineraries.is_empty(), "{from} - {to}: {:?}", told.0.itineraries[0]);
        }
    }
    let port = case("Sevastopol", "TRIST", "EU").fastest().ask();
    assert!(port.0.itineraries.is_empty(), "{:?}", port.0.itineraries[0]);
}
