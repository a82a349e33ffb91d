//! The fields that all questions over the world have in common.

use trimodal_model::problem::{BAD_VALUE, Problem};
use trimodal_model::scenario::Mode;
use trimodal_route::factors::DESNZ;
use trimodal_route::{Cargo, Criterion};

use crate::fields::Kind::{Flag, Json, List, Number, Table, Text, Word, Words};
use crate::fields::{Field, Given, optional};
use crate::{Amount, InputFile, Shipment};

/// The criteria.
pub const CRITERIA: &[&str] = &["time", "cost", "co2e", "distance"];

/// What is shipped, what it may use, and the law.
pub const SHIPMENT: &[Field] = &[
    optional("cargo", Word(Cargo::WORDS), "Type of cargo; `containers` where it is not given."),
    optional(
        "tonnes",
        Number(0.001, 1e7),
        "Tonnes shipped; 10 where neither this nor `teu` is given.",
    ),
    optional("teu", Number(0.001, 1e6), "Containers shipped, in TEU of 10 t each."),
    optional("modes", Words(Mode::WORDS), "Modes that may be used; all where it is not given."),
    optional(
        "avoid",
        List,
        "Elements to avoid: countries (`RU`), passages, waterways and ferries (`suez`, `Rhine`, `dover-calais`), `border:BY-PL`, `port:KRPUS`, `terminal:…`, `link:…`; `sensitive` is all territories under sanctions that answers tell of. What is avoided is never used.",
    ),
    optional(
        "avoid_areas",
        Json,
        "Areas to avoid, as GeoJSON: a polygon, a multipolygon, a feature or a collection of features.",
    ),
    optional(
        "only_via",
        List,
        "Of each kind of element listed only these may be used, also if closed by default.",
    ),
    optional(
        "no_mended",
        Flag,
        "Exclude links that were added to close gaps in the source network.",
    ),
    optional(
        "ship",
        Text,
        "Class of the ship; passages that are too small are closed to it. By cargo where it is not given.",
    ),
    optional(
        "draught_m",
        Number(0.1, 30.0),
        "Draught of the ship, m. By class where it is not given.",
    ),
    optional(
        "snap_km",
        Number(0.001, 2000.0),
        "Maximum distance from a place to the network, km; 100 where it is not given.",
    ),
    optional(
        "hs",
        List,
        "HS codes of the goods, for the law. Bans on all goods apply where it is not given.",
    ),
    optional(
        "goods_origin",
        Text,
        "Country of origin of the goods; that of the starting point where it is not given.",
    ),
    optional(
        "jurisdictions",
        List,
        "Jurisdictions whose measures apply in addition to the built-in law: `EU`, `US`, `UK`, `CH`.",
    ),
    optional("policies", List, "Policy sets that apply in addition to the built-in law."),
    optional("own_policies", Table, "Additional policies: the text of a table policies.csv."),
    optional(
        "date",
        Text,
        "Date for the law, for closures and for seasons, YYYY-MM-DD; today (UTC) where it is not given.",
    ),
    optional(
        "counterfactual_no_law",
        Flag,
        "Compute as if no law applied, for comparison; the answer is watermarked.",
    ),
    optional(
        "factors",
        Table,
        "Emission factors that replace the bundled ones: the text of a table factors.csv, or `desnz`.",
    ),
    optional(
        "rates",
        Table,
        "Rates that go before the bundled ones: the text of a table rates.csv.",
    ),
    optional(
        "services",
        Table,
        "Services that go before the bundled ones: the text of a table services.csv.",
    ),
    optional(
        "overrides",
        Table,
        "Links to close, or to change in speed or cost: the text of a table overrides.csv.",
    ),
    optional(
        "places",
        Table,
        "Places of your own, found before all others: the text of a table own_places.csv.",
    ),
];

/// The shipment of a request.
pub fn shipment(given: &Given) -> Result<Shipment, Vec<Problem>> {
    let usual = Shipment::default();
    let mut problems = Vec::new();
    let date = given.text("date").map(|text| {
        text.parse().map_err(|_| {
            let message = format!("`date` is {}", trimodal_model::problem::shown(text));
            problems.push(Problem::new(BAD_VALUE, message).hint("give a day as YYYY-MM-DD"));
        })
    });
    if given.has("teu") && given.has("tonnes") {
        let message = "`teu` and `tonnes` are both given";
        problems.push(Problem::new(BAD_VALUE, message).hint("give one of them"));
    }
    let table =
        |name: &str| given.text(name).map(|text| InputFile::new(format!("{name}.csv"), text));
    let factors = |text: &str| match text.trim() {
        "desnz" => InputFile::new("desnz", DESNZ),
        _ => InputFile::new("factors.csv", text),
    };
    let areas =
        given.json("avoid_areas").map(|json| InputFile::new("avoid_areas", json.to_string()));
    let modes = given.list("modes");
    let shipment = Shipment {
        cargo: given.text("cargo").and_then(Cargo::from_word).unwrap_or(usual.cargo),
        amount: match (given.number("teu"), given.number("tonnes")) {
            (Some(teu), _) => Amount::Teu(teu),
            (None, Some(tonnes)) => Amount::Tonnes(tonnes),
            (None, None) => usual.amount,
        },
        modes: match modes.is_empty() {
            true => usual.modes,
            false => modes.iter().filter_map(|w| Mode::from_word(w)).collect(),
        },
        avoid: given.list("avoid"),
        avoid_areas: areas.into_iter().collect(),
        only_via: given.list("only_via"),
        no_mended: given.flag("no_mended"),
        ship: given.text("ship").map(String::from),
        draught_m: given.number("draught_m"),
        snap_km: given.number("snap_km").unwrap_or(usual.snap_km),
        hs: given.list("hs"),
        goods_origin: given.text("goods_origin").map(String::from),
        jurisdictions: given.list("jurisdictions"),
        policies: given.list("policies"),
        own_policies: table("own_policies"),
        date: date.and_then(Result::ok),
        counterfactual_no_law: given.flag("counterfactual_no_law"),
        factors: given.text("factors").map(factors),
        rates: table("rates"),
        services: table("services"),
        overrides: table("overrides"),
        places: table("places"),
    };
    if problems.is_empty() { Ok(shipment) } else { Err(problems) }
}

/// A criterion by its word.
pub fn criterion(word: &str) -> Option<Criterion> {
    match word {
        "time" => Some(Criterion::Time),
        "cost" => Some(Criterion::Cost),
        "co2e" => Some(Criterion::Co2e),
        "distance" => Some(Criterion::Distance),
        _ => None,
    }
}

/// The criteria asked for, or the usual ones.
pub fn criteria(given: &Given, usual: &[Criterion]) -> Vec<Criterion> {
    let asked: Vec<_> = given.list("by").iter().filter_map(|word| criterion(word)).collect();
    if asked.is_empty() { usual.to_vec() } else { asked }
}
