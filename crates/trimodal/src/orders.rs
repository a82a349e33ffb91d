//! A plan as orders to be run: the flows of today, or of a rung of the ladder.

use std::collections::{BTreeMap, BTreeSet};

use trimodal_model::policy::{self, Law, Reading, Step};
use trimodal_model::problem::{Location, OTHER_NAME, Problem};
use trimodal_model::scenario::Empties;
use trimodal_model::{Scenario, fleets, ids};
use trimodal_plan::outcome::{Itinerary, Plan, Rung, SCHEMA, Solution};
use trimodal_simulate::translate::{EmptyRun, Order, Orders, Ride};

/// More a year than any corridor carries.
const MOST: f64 = 1e10;

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
}

/// The case of a plan for a multiple; 1 is today. Refuses a plan of another description, shape or
/// version, and a rung that is not there or was not solved.
pub fn case(s: &Scenario, plan: &Plan, file: &str, multiple: f64) -> Result<Case, Vec<Problem>> {
    let refuse = |message: String, hint: &str| {
        let at = Location { file: file.into(), row: 0, column: 0 };
        vec![Problem { at: Some(at), ..Problem::new(OTHER_NAME, message).hint(hint) }]
    };
    if plan.schema != SCHEMA {
        let found = trimodal_model::problem::shown(&plan.schema);
        return Err(refuse(
            format!("the plan has the shape `{found}`, not `{SCHEMA}`"),
            "make it again: trimodal plan",
        ));
    }
    if plan.scenario_digest != s.digest() {
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
    let (name, solution) = if (multiple - 1.0).abs() < 1e-9 {
        ("today".to_string(), &plan.capacity.solution)
    } else {
        let rung = plan.ladder.iter().find(|r| (r.multiple - multiple).abs() < 1e-9);
        let Some(rung) = rung else {
            let known: Vec<String> = plan.ladder.iter().map(|r| r.multiple.to_string()).collect();
            let hint = format!("it has 1 (today), {}", known.join(", "));
            return Err(refuse(format!("the plan has no rung x{multiple}"), &hint));
        };
        let Some(solution) = &rung.solution else {
            let why = rung.reason.clone().unwrap_or_else(|| "it was not solved".into());
            return Err(refuse(
                format!("rung x{multiple} has no solution to run: {why}"),
                "take another multiple",
            ));
        };
        (rung_name(rung), solution)
    };
    let levels: Vec<u32> =
        s.options.iter().map(|o| solution.levels.get(&o.id).copied().unwrap_or(0)).collect();
    let orders = orders(s, plan, solution).map_err(|what| {
        refuse(
            format!("the plan has {what}, which cannot be run on this scenario"),
            "make it again: trimodal plan",
        )
    })?;
    let broken = rules_broken(s, &orders, &law_of(plan));
    if !broken.is_empty() {
        return Err(refuse(
            format!("the plan is against the law: {}", broken.join("; ")),
            "make it again: trimodal plan",
        ));
    }
    Ok(Case { name, multiple, scenario: s.with_levels(&levels), orders })
}

/// The law under which a plan was made.
fn law_of(plan: &Plan) -> Law {
    if plan.counterfactual_no_law {
        return Law::CounterfactualNone;
    }
    let cases = plan.policies.iter().filter(|p| !p.is_law);
    Law::On(cases.map(|p| p.set.clone()).collect())
}

/// Rules that orders break: by their goods, or by the movements of a class of vehicle.
fn rules_broken(s: &Scenario, orders: &Orders, law: &Law) -> Vec<String> {
    let steps = |ride: &Ride| -> Vec<Step> {
        let mode = s.vehicles[ride.vehicle.ix()].mode;
        ride.places.windows(2).map(|w| Step { from: w[0], to: w[1], mode }).collect()
    };
    let mut broken = BTreeSet::new();
    let mut classes: BTreeMap<ids::VehicleId, (Vec<Step>, Vec<Step>)> = BTreeMap::new();
    for order in &orders.flows {
        let demand = &s.demand[order.demand];
        for ride in &order.rides {
            let moves = classes.entry(ride.vehicle).or_default();
            let there = steps(ride);
            if s.vehicles[ride.vehicle.ix()].empties == Empties::SameTrainset {
                moves.1.extend(there.iter().map(|step| step.back()));
            }
            if demand.in_vehicles { &mut moves.1 } else { &mut moves.0 }.extend(there);
        }
        if !demand.in_vehicles {
            let case = policy::Case {
                hs: &demand.hs,
                origin: &demand.origin_country,
                ends: vec![demand.from, demand.to],
                steps: order.rides.iter().flat_map(steps).collect(),
            };
            let verdict = policy::judge(s, &case, law, Reading::Strict);
            let reference = |p: &ids::PolicyId| s.policies[p.ix()].reference.clone();
            broken.extend(verdict.forbidden_by.iter().map(|p| (demand.id.clone(), reference(p))));
        }
    }
    for run in &orders.empty_runs {
        classes.entry(run.ride.vehicle).or_default().1.extend(steps(&run.ride));
    }
    for (vehicle, (loaded, empty)) in classes {
        let class = &s.vehicles[vehicle.ix()];
        for rule in fleets::broken_by(s, class, (&loaded, &empty), law) {
            broken.insert((class.id.clone(), s.policies[rule.ix()].reference.clone()));
        }
    }
    broken.into_iter().map(|(who, rule)| format!("`{who}` by {rule}")).collect()
}

fn rung_name(rung: &Rung) -> String {
    let built: Vec<String> =
        rung.investments.iter().map(|i| format!("{} x{}", i.option, i.level)).collect();
    format!(
        "x{} with {}",
        rung.multiple,
        if built.is_empty() { "nothing built".into() } else { built.join(", ") }
    )
}

fn orders(s: &Scenario, plan: &Plan, solution: &Solution) -> Result<Orders, String> {
    let mut orders = Orders::default();
    for flow in &solution.flows {
        let itinerary =
            plan.itineraries.get(flow.itinerary).ok_or(format!("itinerary {}", flow.itinerary))?;
        orders.flows.push(order(s, itinerary, flow.amount_per_year)?);
    }
    for run in &solution.empty_runs {
        let ride = Ride {
            vehicle: vehicle(s, &run.vehicle)?,
            places: places(s, &run.places)?,
            links: links(s, &run.links)?,
            operations: Vec::new(),
        };
        orders.empty_runs.push(EmptyRun { ride, per_year: run.vehicles_per_year });
    }
    Ok(orders)
}

fn order(s: &Scenario, itinerary: &Itinerary, per_year: f64) -> Result<Order, String> {
    let demand = Scenario::find(&s.demand, &itinerary.demand, |d| &d.id)
        .ok_or(format!("demand `{}`", itinerary.demand))?;
    let ride = |r: &trimodal_plan::outcome::Ride| -> Result<Ride, String> {
        let operations = r.operations.iter().map(|o| {
            let at = Scenario::find(&s.operations, &o.operation, |x| &x.id);
            let at = at.ok_or(format!("operation `{}`", o.operation))?;
            Ok((ids::OperationId::at(at), o.units))
        });
        Ok(Ride {
            vehicle: vehicle(s, &r.vehicle)?,
            places: places(s, &r.places)?,
            links: links(s, &r.links)?,
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
    Ok(Order { demand, per_year, rides })
}

fn vehicle(s: &Scenario, id: &str) -> Result<ids::VehicleId, String> {
    let at = Scenario::find(&s.vehicles, id, |v| &v.id).ok_or(format!("vehicle `{id}`"))?;
    Ok(ids::VehicleId::at(at))
}

fn places(s: &Scenario, wanted: &[String]) -> Result<Vec<ids::PlaceId>, String> {
    let one = |id: &String| {
        let at = Scenario::find(&s.places, id, |p| &p.id).ok_or(format!("place `{id}`"))?;
        Ok(ids::PlaceId::at(at))
    };
    wanted.iter().map(one).collect()
}

fn links(s: &Scenario, wanted: &[String]) -> Result<Vec<ids::LinkId>, String> {
    let one = |id: &String| {
        let at = Scenario::find(&s.links, id, |l| &l.id).ok_or(format!("link `{id}`"))?;
        Ok(ids::LinkId::at(at))
    };
    wanted.iter().map(one).collect()
}
