//! A plan as a workbook: carried demand, binding facilities, the ladder, flows and facilities.

use rust_xlsxwriter::XlsxError;
use trimodal_model::Scenario;
use trimodal_plan::outcome::{FacilityUse, Itinerary, Plan, Rung, Solution, Years};

use crate::number::multiple;
use crate::sheets::{Book, Cell};

macro_rules! row {
    ($($cell:expr),* $(,)?) => { vec![$(Cell::from($cell)),*] };
}

/// A plan as the bytes of an `.xlsx` file.
pub fn plan_xlsx(plan: &Plan, s: &Scenario) -> Result<Vec<u8>, String> {
    book(plan, s).map_err(|e| e.to_string())
}

fn book(plan: &Plan, s: &Scenario) -> Result<Vec<u8>, XlsxError> {
    let above: Vec<String> = if plan.counterfactual_no_law {
        vec![trimodal_plan::WATERMARK.to_string()]
    } else {
        Vec::new()
    };
    let mut book = Book::new()?;
    let mut add = |name: &str, header: &[&str], rows: Vec<Vec<Cell>>| {
        book.sheet(name, &above, header, &rows).map(|_| ())
    };
    add("about", &["what", "value"], about(plan))?;
    add("capacity", CAPACITY, capacity(plan))?;
    add("binding", BINDING, binding(plan))?;
    add("ladder", LADDER, plan.ladder.iter().map(rung).collect())?;
    add("investments", INVESTMENTS, investments(plan))?;
    add("flows", FLOWS, flows(plan, s))?;
    add("facilities", FACILITIES, facilities(plan))?;
    add("links", LINKS, links(plan, s))?;
    add("not_permitted", NOT_PERMITTED, not_permitted(plan))?;
    book.bytes()
}

/// The solutions of today and of every solved rung.
fn solutions(plan: &Plan) -> impl Iterator<Item = (String, &Solution)> {
    let rungs =
        plan.ladder.iter().filter_map(|r| Some((multiple(r.multiple), r.solution.as_ref()?)));
    std::iter::once(("today".to_string(), &plan.capacity.solution)).chain(rungs)
}

fn about(plan: &Plan) -> Vec<Vec<Cell>> {
    let law: Vec<&str> = plan.policies.iter().map(|p| p.set.as_str()).collect();
    let c = &plan.capacity;
    let mut rows = vec![
        row!["study", &plan.scenario],
        row!["description", &plan.scenario_digest],
        row!["law", law.join(", ")],
        row!["days of the period", plan.period_days],
        row!["prices, USD of", plan.price_year],
        row!["capacity today, t/year", c.total_t_per_year],
        row!["gross capacity, t/year", c.gross_t_per_year],
        row!["asked for today, t/year", c.asked_t_per_year],
        row!["not permitted, t/year", plan.not_permitted_t_per_year],
        row!["ceiling of all options, multiple of today", plan.ceiling.multiple],
        row!["share of inputs assumed or recalled", plan.inputs.share_assumed],
    ];
    rows.extend(c.reason.iter().map(|why| row!["nothing is carried", why]));
    rows.extend(plan.notices.iter().map(|notice| row!["notice", notice]));
    rows
}

const CAPACITY: &[&str] =
    &["demand", "name", "asked_t_per_year", "carried_t_per_year", "with_priorities_t_per_year"];

fn capacity(plan: &Plan) -> Vec<Vec<Cell>> {
    let served = plan.capacity.served.iter();
    let row_of = |d: &trimodal_plan::outcome::Served| {
        row![
            &d.demand,
            &d.name,
            d.asked_t_per_year,
            d.carried_t_per_year,
            d.with_priorities_t_per_year
        ]
    };
    served.map(row_of).collect()
}

const BINDING: &[&str] = &[
    "facility",
    "name",
    "kind",
    "occupancy",
    "occupancy_limit",
    "one_more",
    "one_more_total_t_per_year",
    "then_binds",
    "one_less",
    "one_less_total_t_per_year",
];

fn binding(plan: &Plan) -> Vec<Vec<Cell>> {
    let row_of = |b: &trimodal_plan::outcome::Binding| {
        let (more, less) = (b.one_more.as_ref(), b.one_less.as_ref());
        row![
            &b.facility,
            &b.name,
            &b.kind,
            b.occupancy,
            b.occupancy_limit,
            more.map_or("", |m| m.unit.as_str()),
            more.map(|m| m.total_t_per_year),
            more.map_or(String::new(), |m| m.then_binds.join("; ")),
            less.map_or("", |m| m.unit.as_str()),
            less.map(|m| m.total_t_per_year),
        ]
    };
    plan.capacity.binding.iter().map(row_of).collect()
}

const LADDER: &[&str] = &[
    "multiple",
    "capacity_t_per_year",
    "status",
    "capex_usd",
    "lower_bound_usd",
    "annual_cost_usd",
    "gap",
    "npv_usd",
    "eirr",
    "bcr",
    "cost_per_extra_t_usd",
    "co2e_t_per_year",
    "full_in_low",
    "full_in_base",
    "full_in_high",
    "build",
    "binds_next",
    "reason",
];

fn rung(r: &Rung) -> Vec<Cell> {
    let status = serde_json::to_value(r.status).ok();
    let built = r.investments.iter().map(|i| match i.level {
        1 => i.name.clone(),
        n => format!("{} x{n}", i.name),
    });
    let next: Vec<&str> = r.binding.iter().map(|b| b.name.as_str()).collect();
    let [low, base, high] = years(r.full_in);
    row![
        r.multiple,
        r.capacity_t_per_year,
        status.as_ref().and_then(|s| s.as_str()).unwrap_or(""),
        r.capex_usd,
        r.lower_bound_usd,
        r.annual_cost_usd,
        r.gap,
        r.economics.map(|e| e.npv_usd),
        r.economics.and_then(|e| e.eirr),
        r.economics.and_then(|e| e.bcr),
        r.cost_per_extra_t_usd,
        r.co2e_t_per_year,
        low,
        base,
        high,
        built.collect::<Vec<_>>().join("; "),
        next.join("; "),
        r.reason.as_deref().unwrap_or(""),
    ]
}

fn years(y: Years) -> [Option<i32>; 3] {
    [y.low, y.base, y.high]
}

const INVESTMENTS: &[&str] = &[
    "multiple",
    "option",
    "name",
    "level",
    "capex_usd",
    "lead_months",
    "start_by_low",
    "start_by_base",
    "start_by_high",
];

fn investments(plan: &Plan) -> Vec<Vec<Cell>> {
    let all = plan.ladder.iter().flat_map(|r| r.investments.iter().map(move |i| (r.multiple, i)));
    all.map(|(multiple, i)| {
        let [low, base, high] = years(i.start_by);
        row![multiple, &i.option, &i.name, i.level, i.capex_usd, i.lead_months, low, base, high]
    })
    .collect()
}

const FLOWS: &[&str] = &[
    "case",
    "demand",
    "name",
    "amount_per_year",
    "unit",
    "vehicles",
    "way",
    "distance_km",
    "time_h",
    "cost_usd_per_t",
    "generalised_cost_usd_per_t",
    "co2e_kg_per_t",
];

fn flows(plan: &Plan, s: &Scenario) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    for (case, solution) in solutions(plan) {
        for flow in &solution.flows {
            let Some(i) = plan.itineraries.get(flow.itinerary) else { continue };
            let name = s.demand.iter().find(|d| d.id == i.demand).map_or("", |d| d.name.as_str());
            rows.push(row![
                &case,
                &i.demand,
                name,
                flow.amount_per_year,
                if i.in_vehicles { "vehicles" } else { "t" },
                vehicles(i, s),
                route(i, s),
                i.distance_km,
                i.time_h,
                i.cost_usd_per_t,
                i.generalised_cost_usd_per_t,
                i.co2e_kg_per_t,
            ]);
        }
    }
    rows
}

fn vehicles(i: &Itinerary, s: &Scenario) -> String {
    let name = |id: &String| {
        s.vehicles.iter().find(|v| v.id == *id).map_or(id.clone(), |v| v.name.clone())
    };
    i.rides.iter().map(|r| name(&r.vehicle)).collect::<Vec<_>>().join("; ")
}

/// The names of the places where goods are loaded, transferred and unloaded.
fn route(i: &Itinerary, s: &Scenario) -> String {
    let name =
        |id: &String| s.places.iter().find(|p| p.id == *id).map_or(id.clone(), |p| p.name.clone());
    let starts = i.rides.iter().filter_map(|r| r.places.first());
    let end = i.rides.last().and_then(|r| r.places.last());
    starts.chain(end).map(name).collect::<Vec<_>>().join(" - ")
}

const FACILITIES: &[&str] = &[
    "case",
    "facility",
    "name",
    "kind",
    "servers_today",
    "used_h",
    "occupancy",
    "occupancy_limit_today",
    "utilisation",
    "t_per_year",
    "gross_t_per_year_today",
    "practical_t_per_year_today",
    "published_t_per_year",
    "confidence",
    "source",
];

fn facilities(plan: &Plan) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    for (case, solution) in solutions(plan) {
        for f in &plan.facilities {
            let used = solution.facilities.iter().find(|u| u.facility == f.facility);
            let figure = |of: fn(&FacilityUse) -> f64| used.map_or(0.0, of);
            rows.push(row![
                &case,
                &f.facility,
                &f.name,
                &f.kind,
                f.servers,
                figure(|u| u.used_h),
                figure(|u| u.occupancy),
                f.occupancy_limit,
                figure(|u| u.utilisation),
                figure(|u| u.t_per_year),
                f.gross_t_per_year,
                f.practical_t_per_year,
                f.published_t_per_year,
                &f.confidence,
                &f.source,
            ]);
        }
    }
    rows
}

const LINKS: &[&str] = &[
    "case",
    "link",
    "name",
    "t_per_year",
    "loaded_vehicles_per_year",
    "empty_vehicles_per_year",
    "volume_over_capacity",
];

fn links(plan: &Plan, s: &Scenario) -> Vec<Vec<Cell>> {
    let name = |id: &str| s.links.iter().find(|l| l.id == id).map_or("", |l| l.name.as_str());
    let loads =
        solutions(plan).flat_map(|(case, x)| x.links.iter().map(move |l| (case.clone(), l)));
    loads
        .map(|(case, l)| {
            row![
                case,
                &l.link,
                name(&l.link),
                l.t_per_year,
                l.loaded_vehicles_per_year,
                l.empty_vehicles_per_year,
                l.volume_over_capacity,
            ]
        })
        .collect()
}

const NOT_PERMITTED: &[&str] =
    &["demand", "name", "t_per_year", "permitted_in_lenient_reading", "rules", "procedures"];

fn not_permitted(plan: &Plan) -> Vec<Vec<Cell>> {
    let row_of = |n: &trimodal_plan::outcome::NotPermitted| {
        let rules: Vec<&str> = n.rules.iter().map(|r| r.reference.as_str()).collect();
        let procedures: Vec<&str> = n.rules.iter().filter_map(|r| r.procedure.as_deref()).collect();
        let lenient = if n.permitted_in_lenient_reading { "yes" } else { "no" };
        row![&n.demand, &n.name, n.t_per_year, lenient, rules.join("; "), procedures.join("; ")]
    };
    plan.not_permitted.iter().map(row_of).collect()
}
