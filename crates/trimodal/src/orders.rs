//! A plan as orders to be run: the flows of today, or of a rung of the ladder.

use std::collections::{HashMap, HashSet};

use trimodal_model::policy::Law;
use trimodal_model::problem::{Location, OTHER_NAME, Problem};
use trimodal_model::scenario::Role;
use trimodal_model::{Scenario, ids};
use trimodal_plan::check::unlawful;
use trimodal_plan::outcome::{Investment, Itinerary, OLD_SCHEMA, Plan, Rung, SCHEMA, Solution};
use trimodal_simulate::compile::{EmptyRun, FlowOrder, Orders, Ride};

/// More a year than any corridor carries.
const MOST: f64 = 1e10;

/// How much is to be run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Volume {
    /// A multiple of today's capacity: 1, or a rung of the plan.
    Multiple(f64),
    /// The demand as it is stated, by today's ways.
    Asked,
    /// What was really carried in a year, at the mix of the demand, by today's ways; none: the last year known.
    Observed(Option<u32>),
}

impl std::str::FromStr for Volume {
    type Err = String;

    fn from_str(text: &str) -> Result<Volume, String> {
        match text {
            "asked" => Ok(Volume::Asked),
            "observed" => Ok(Volume::Observed(None)),
            number => match number.parse() {
                Ok(multiple) if (1.0..=1e6).contains(&multiple) => Ok(Volume::Multiple(multiple)),
                _ => Err("give 1 for today, a rung of the plan, `asked` or `observed`".into()),
            },
        }
    }
}

/// What of a plan is to be run, on which description.
#[derive(Debug)]
pub struct Case {
    /// `today`, or the rung.
    pub name: String,
    /// Multiple of today's capacity.
    pub multiple: f64,
    /// The description with the investments made.
    pub scenario: Scenario,
    /// Flows.
    pub orders: Orders,
    /// Demand that is permitted and that the plan does not carry.
    pub missing: Vec<String>,
}

/// The case of a plan for a volume. Refuses a plan of another description, shape or version, a rung that
/// is not there or was not solved, and a year of which nothing was observed.
pub fn case(s: &Scenario, plan: &Plan, file: &str, volume: Volume) -> Result<Case, Vec<Problem>> {
    let refuse = |message: String, hint: &str| {
        let at = Location { file: file.into(), row: 0, column: 0 };
        vec![Problem { at: Some(at), ..Problem::new(OTHER_NAME, message).hint(hint) }]
    };
    if plan.schema != SCHEMA && plan.schema != OLD_SCHEMA {
        let found = trimodal_model::problem::shown(&plan.schema);
        return Err(refuse(
            format!("the plan has the shape `{found}`, not `{SCHEMA}`"),
            "make it again: trimodal plan",
        ));
    }
    // Fingerprints of the old shape were taken in another way: names and links alone can be compared.
    if plan.schema == SCHEMA && plan.scenario_digest != s.digest() {
        let message = format!(
            "the plan is of another description: it was made for {} and this one is {}",
            plan.scenario_digest,
            s.digest()
        );
        return Err(refuse(message, "make it again: trimodal plan"));
    }
    // The classes that the law divides are divided as they were for the plan.
    let (lawful, _) = s.within(&law_of(plan));
    let s = &lawful;
    let today = || ("today".to_string(), &plan.capacity.solution);
    let (name, solution) = match volume {
        Volume::Multiple(multiple) if (multiple - 1.0).abs() >= 1e-9 => {
            rung(plan, multiple).map_err(|(message, hint)| refuse(message, &hint))?
        }
        _ => today(),
    };
    let levels: Vec<u32> =
        s.options.iter().map(|o| solution.levels.get(&o.id).copied().unwrap_or(0)).collect();
    let mut orders = orders(s, plan, solution).map_err(|what| {
        refuse(
            format!("the plan has {what}, which cannot be run on this scenario"),
            "make it again: trimodal plan",
        )
    })?;
    let broken = unlawful(s, &plan.itineraries, solution, &law_of(plan));
    if !broken.is_empty() {
        return Err(refuse(
            format!("the plan is against the law: {}", broken.join("; ")),
            "make it again: trimodal plan",
        ));
    }
    let (name, multiple) = match volume {
        Volume::Multiple(multiple) => (name, multiple),
        Volume::Asked => as_asked(s, plan, &mut orders),
        Volume::Observed(year) => observed(s, plan, year, &mut orders)
            .map_err(|(message, hint)| vec![Problem::new(OTHER_NAME, message).hint(hint)])?,
    };
    let missing = missing(s, plan, &orders);
    Ok(Case { name, multiple, scenario: s.with_levels(&levels), orders, missing })
}

fn rung(plan: &Plan, multiple: f64) -> Result<(String, &Solution), (String, String)> {
    let rung = plan.ladder.iter().find(|r| (r.multiple - multiple).abs() < 1e-9);
    let Some(rung) = rung else {
        let known: Vec<String> = plan.ladder.iter().map(|r| r.multiple.to_string()).collect();
        let hint = format!("it has 1 (today), {}", known.join(", "));
        return Err((format!("the plan has no rung x{multiple}"), hint));
    };
    let Some(solution) = &rung.solution else {
        let why = rung.reason.clone().unwrap_or_else(|| "it was not solved".into());
        let message = format!("rung x{multiple} has no solution to run: {why}");
        return Err((message, "take another multiple".into()));
    };
    Ok((rung_name(rung), solution))
}

/// Makes the flows of each demand add up to a volume.
fn scale(orders: &mut Orders, wanted: impl Fn(usize, f64) -> f64) {
    let mut sums: HashMap<usize, f64> = HashMap::new();
    for order in &orders.flows {
        *sums.entry(order.demand).or_default() += order.per_year;
    }
    let factors: HashMap<usize, f64> = sums
        .into_iter()
        .map(|(d, sum)| (d, if sum > 0.0 { wanted(d, sum) / sum } else { 0.0 }))
        .collect();
    for order in &mut orders.flows {
        order.per_year *= factors[&order.demand];
    }
    // Empty runs balance what all loaded ones leave behind.
    let all = |orders: &Orders| orders.flows.iter().map(|o| o.per_year).sum::<f64>();
    let before: f64 = orders.flows.iter().map(|o| o.per_year / factors[&o.demand].max(1e-12)).sum();
    let factor = if before > 0.0 { all(orders) / before } else { 1.0 };
    orders.empty_runs.iter_mut().for_each(|run| run.per_year *= factor);
}

/// The demand as it is stated.
fn as_asked(s: &Scenario, plan: &Plan, orders: &mut Orders) -> (String, f64) {
    scale(orders, |d, _| s.demand[d].per_year);
    let multiple = 1.0 / plan.capacity.multiple_of_asked.max(1e-12);
    ("the demand as it is stated".into(), multiple)
}

/// What was carried in a year: scaled demand by one factor, the rest as it is stated.
fn observed(
    s: &Scenario,
    plan: &Plan,
    year: Option<u32>,
    orders: &mut Orders,
) -> Result<(String, f64), (String, String)> {
    let known = &s.settings.observed;
    let Some(year) = year.or_else(|| known.iter().map(|o| o.year).max()) else {
        let hint = "name volumes as [[observed]] in scenario.toml".into();
        return Err(("no observed volume is known".into(), hint));
    };
    let of_year: Vec<_> = known.iter().filter(|o| o.year == year).collect();
    if of_year.is_empty() {
        let years: Vec<String> = known.iter().map(|o| o.year.to_string()).collect();
        let hint = format!("[[observed]] of scenario.toml has: {}", years.join(", "));
        return Err((format!("no observed volume is known of {year}"), hint));
    }
    let tonnes: f64 = of_year.iter().map(|o| o.t_per_year).sum();
    let scaled = |d: usize| s.demand[d].role == Role::Scaled && !s.demand[d].in_vehicles;
    let today: f64 = orders.flows.iter().filter(|o| scaled(o.demand)).map(|o| o.per_year).sum();
    let factor = if today > 0.0 { tonnes / today } else { 0.0 };
    scale(orders, |d, sum| if scaled(d) { sum * factor } else { s.demand[d].per_year });
    let what: Vec<&str> = of_year.iter().map(|o| o.what.as_str()).collect();
    let name = format!("what was carried in {year}: {tonnes:.0} t ({})", what.join("; "));
    Ok((name, tonnes / plan.capacity.total_t_per_year.max(1e-9)))
}

/// Demand that the law permits and a vehicle can take, of which nothing is carried.
fn missing(s: &Scenario, plan: &Plan, orders: &Orders) -> Vec<String> {
    let carried: HashSet<usize> =
        orders.flows.iter().filter(|o| o.per_year > 0.0).map(|o| o.demand).collect();
    let out: HashSet<&str> = (plan.not_permitted.iter().map(|n| n.demand.as_str()))
        .chain(plan.unreachable.iter().map(|u| u.demand.as_str()))
        .collect();
    let one = |(i, d): (usize, &trimodal_model::scenario::Demand)| {
        let asked = d.per_year > 0.0 && !carried.contains(&i) && !out.contains(d.id.as_str());
        asked.then(|| format!("{} is permitted and nothing of it is carried", d.name))
    };
    s.demand.iter().enumerate().filter_map(one).collect()
}

/// The law under which a plan was made.
fn law_of(plan: &Plan) -> Law {
    if plan.counterfactual_no_law {
        return Law::CounterfactualNone;
    }
    let cases = plan.policies.iter().filter(|p| !p.is_law);
    Law::On(cases.map(|p| p.set.clone()).collect())
}

fn rung_name(rung: &Rung) -> String {
    let built: Vec<String> = rung.investments.iter().map(Investment::words).collect();
    format!(
        "x{} with {}",
        rung.multiple,
        if built.is_empty() { "nothing built".into() } else { built.join(", ") }
    )
}

/// Positions of rows by their ids.
struct Ids<'a> {
    demand: HashMap<&'a str, usize>,
    vehicles: HashMap<&'a str, usize>,
    places: HashMap<&'a str, usize>,
    links: HashMap<&'a str, usize>,
    operations: HashMap<&'a str, usize>,
}

fn positions<T>(rows: &[T], id: impl Fn(&T) -> &str) -> HashMap<&str, usize> {
    // The first of a name counts, as everywhere.
    rows.iter().enumerate().rev().map(|(i, row)| (id(row), i)).collect()
}

impl<'a> Ids<'a> {
    fn of(s: &'a Scenario) -> Ids<'a> {
        Ids {
            demand: positions(&s.demand, |d| &d.id),
            vehicles: positions(&s.vehicles, |v| &v.id),
            places: positions(&s.places, |p| &p.id),
            links: positions(&s.links, |l| &l.id),
            operations: positions(&s.operations, |o| &o.id),
        }
    }

    fn vehicle(&self, id: &str) -> Result<ids::VehicleId, String> {
        let at = self.vehicles.get(id).ok_or(format!("vehicle `{id}`"))?;
        Ok(ids::VehicleId::at(*at))
    }

    fn places(&self, wanted: &[String]) -> Result<Vec<ids::PlaceId>, String> {
        let one = |id: &String| {
            let at = self.places.get(id.as_str()).ok_or(format!("place `{id}`"))?;
            Ok(ids::PlaceId::at(*at))
        };
        wanted.iter().map(one).collect()
    }

    fn links(&self, wanted: &[String]) -> Result<Vec<ids::LinkId>, String> {
        let one = |id: &String| {
            let at = self.links.get(id.as_str()).ok_or(format!("link `{id}`"))?;
            Ok(ids::LinkId::at(*at))
        };
        wanted.iter().map(one).collect()
    }
}

fn orders(s: &Scenario, plan: &Plan, solution: &Solution) -> Result<Orders, String> {
    let ids = Ids::of(s);
    let mut orders = Orders::default();
    for flow in &solution.flows {
        let itinerary =
            plan.itineraries.get(flow.itinerary).ok_or(format!("itinerary {}", flow.itinerary))?;
        orders.flows.push(order(s, &ids, itinerary, flow.amount_per_year)?);
    }
    for run in &solution.empty_runs {
        let ride = Ride {
            vehicle: ids.vehicle(&run.vehicle)?,
            places: ids.places(&run.places)?,
            links: ids.links(&run.links)?,
            operations: Vec::new(),
        };
        orders.empty_runs.push(EmptyRun { ride, per_year: run.vehicles_per_year });
    }
    Ok(orders)
}

fn order(
    s: &Scenario,
    ids: &Ids,
    itinerary: &Itinerary,
    per_year: f64,
) -> Result<FlowOrder, String> {
    let demand = *ids
        .demand
        .get(itinerary.demand.as_str())
        .ok_or(format!("demand `{}`", itinerary.demand))?;
    let ride = |r: &trimodal_plan::outcome::Ride| -> Result<Ride, String> {
        let operations = r.operations.iter().map(|o| {
            let at = ids.operations.get(o.operation.as_str());
            let at = at.ok_or(format!("operation `{}`", o.operation))?;
            Ok((ids::OperationId::at(*at), o.units))
        });
        Ok(Ride {
            vehicle: ids.vehicle(&r.vehicle)?,
            places: ids.places(&r.places)?,
            links: ids.links(&r.links)?,
            operations: operations.collect::<Result<_, String>>()?,
        })
    };
    let rides = itinerary.rides.iter().map(ride).collect::<Result<Vec<_>, String>>()?;
    let joins = |link: ids::LinkId, ends: &[ids::PlaceId]| {
        let l = &s.links[link.ix()];
        [l.from, l.to] == ends || [l.to, l.from] == ends
    };
    let whole = |r: &Ride| {
        r.places.len() == r.links.len() + 1
            && r.links.iter().zip(r.places.windows(2)).all(|(l, ends)| joins(*l, ends))
    };
    if !(0.0..=MOST).contains(&per_year) {
        return Err(format!("{per_year} a year of `{}`", itinerary.demand));
    }
    if rides.is_empty() || !rides.iter().all(whole) {
        return Err(format!("a broken itinerary of `{}`", itinerary.demand));
    }
    Ok(FlowOrder { demand, per_year, rides })
}
