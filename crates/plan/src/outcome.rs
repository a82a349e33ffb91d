//! What a plan says: plain data, the shape of `plan.json`.
//!
//! Every number carries its unit in its name. Tonnes are per period (`scenario.days`; a year by
//! default). Utilisation is hours used over hours usable in practice, so 1 is the accepted limit;
//! occupancy is hours used over all hours in which the servers can work.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Version of the shape of `plan.json`; it changes when a field is removed or changes its meaning.
pub const SCHEMA: &str = "trimodal/plan/2";
/// The shape before it, which can still be run: what it lacks is left at nothing.
pub const OLD_SCHEMA: &str = "trimodal/plan/1";

/// The answer of `plan`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// Shape of this document.
    pub schema: String,
    /// Name of the study.
    pub scenario: String,
    /// Fingerprint of the description that was planned, so that a plan is not run on another one.
    pub scenario_digest: String,
    /// Length of the period.
    pub period_days: u32,
    /// Year of the prices; amounts are in USD of that year.
    pub price_year: u32,
    /// Policy sets in force.
    pub policies: Vec<PolicySet>,
    /// A run without law, asked for by name. Every output is watermarked.
    pub counterfactual_no_law: bool,
    /// What every reader must be told: watermark, not legal advice.
    pub notices: Vec<String>,
    /// How well the inputs are known.
    pub inputs: Inputs,
    /// What can be carried today, in the strict reading of unclear texts.
    pub capacity: Capacity,
    /// The same in each reading of unclear texts.
    pub readings: Vec<Reading>,
    /// Tonnes asked for that the law does not permit (strict reading).
    pub not_permitted_t_per_year: f64,
    /// Demand that the law does not permit, with the rule and the lawful exemption procedure.
    pub not_permitted: Vec<NotPermitted>,
    /// Permits and notices that permitted demand depends on.
    pub conditions: Vec<Condition>,
    /// Demand that no vehicle can take to its end.
    pub unreachable: Vec<Unreachable>,
    /// The cheapest ways to carry more.
    pub ladder: Vec<Rung>,
    /// The most that all options together can carry.
    pub ceiling: Ceiling,
    /// What the ranges of the inputs do to the results; absent when no samples were asked for.
    pub uncertainty: Option<Uncertainty>,
    /// Comparisons asked for.
    pub comparisons: Vec<Comparison>,
    /// Every finite thing, with the derivation of its capacity.
    pub facilities: Vec<FacilityCapacity>,
    /// Ways that goods go, referred to by flows.
    pub itineraries: Vec<Itinerary>,
    /// Seed of the uncertainty analysis.
    pub seed: u64,
    /// Unit of the scaled demand: `t`, or the name that all of its rows give it. Fields that end in
    /// `t_per_year` are in this unit.
    #[serde(default = "tonnes")]
    pub unit: String,
    /// Classes of vehicle that the law divides into fleets.
    #[serde(default)]
    pub fleets: Vec<Fleet>,
    /// Limits that were reached, in words: figures that they left open are absent.
    #[serde(default)]
    pub limits_reached: Vec<String>,
}

fn tonnes() -> String {
    "t".into()
}

/// A class of vehicle that the law does not let go everywhere: planned as fleets of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fleet {
    /// Id of the class.
    pub vehicle: String,
    /// Name of the class.
    pub name: String,
    /// Names of the fleets.
    pub fleets: Vec<String>,
    /// The rules that divide it.
    pub rules: Vec<Rule>,
}

/// A policy set in force.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PolicySet {
    /// Name of the set.
    pub set: String,
    /// Whether it is law and not a study case.
    pub is_law: bool,
    /// Number of its rules in force in the period.
    pub rules: usize,
}

/// How many input figures there are of each confidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Inputs {
    /// The source was read.
    pub published: usize,
    /// Wiki, press, forum.
    pub secondary: usize,
    /// Derived from other figures.
    pub computed: usize,
    /// From memory.
    pub recalled: usize,
    /// No figure was found.
    pub assumed: usize,
    /// Share of figures that are assumed or recalled, 0 to 1.
    pub share_assumed: f64,
}

/// What can be carried without building anything.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Capacity {
    /// The largest total of permitted, reachable, scaled demand at its mix, in practice.
    pub total_t_per_year: f64,
    /// The same with every server busy all its working hours and no peak month.
    pub gross_t_per_year: f64,
    /// What that demand asks for today.
    pub asked_t_per_year: f64,
    /// `total / asked`.
    pub multiple_of_asked: f64,
    /// The most of the asked demand (each row at most what it asks) when low `priority` numbers go
    /// first.
    pub with_priorities_t_per_year: f64,
    /// Each demand row.
    pub served: Vec<Served>,
    /// What binds.
    pub binding: Vec<Binding>,
    /// Volumes really carried, for comparison.
    pub observed: Vec<ObservedVolume>,
    /// Flows, use of facilities and loads on links.
    pub solution: Solution,
    /// Set when nothing can be carried: why.
    pub reason: Option<String>,
    /// Whether the reason is that the time limit was reached first: then nothing is known.
    #[serde(default)]
    pub out_of_time: bool,
}

/// A demand row and what of it is carried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Served {
    /// Id of the demand.
    pub demand: String,
    /// Its name.
    pub name: String,
    /// What it asks for.
    pub asked_t_per_year: f64,
    /// What is carried at the common multiple.
    pub carried_t_per_year: f64,
    /// What is carried when priorities decide.
    pub with_priorities_t_per_year: f64,
    /// The most of it while every other row is carried at the common multiple. None where nothing limits
    /// it, where there are more than 200 rows or a million rows times itineraries, or where the time limit
    /// was reached first.
    pub most_t_per_year: Option<f64>,
}

/// A facility at its limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Binding {
    /// Id of the facility.
    pub facility: String,
    /// Its name.
    pub name: String,
    /// Kind: berth, pool, section, …; `policy` for a cap.
    pub kind: String,
    /// Hours used over hours in which it can work.
    pub occupancy: f64,
    /// The occupancy accepted in practice.
    pub occupancy_limit: f64,
    /// One unit more, solved again.
    pub one_more: Option<Marginal>,
    /// One unit less, solved again.
    pub one_less: Option<Marginal>,
}

/// The effect of a unit more or less, from solving again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Marginal {
    /// What was changed: "one more berth", "one train path a day less".
    pub unit: String,
    /// Change of the total capacity.
    pub total_t_per_year: f64,
    /// Change of the tonnes through the facility itself.
    pub own_t_per_year: f64,
    /// What binds then.
    pub then_binds: Vec<String>,
}

/// A volume that was really carried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ObservedVolume {
    /// Year.
    pub year: u32,
    /// Tonnes.
    pub t_per_year: f64,
    /// What was counted and where.
    pub what: String,
    /// Source.
    pub source: String,
}

/// The result in one reading of unclear texts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reading {
    /// `strict` or `lenient`.
    pub reading: String,
    /// Capacity for the demand that this reading permits.
    pub total_t_per_year: f64,
    /// Capacity for the demand that both readings permit.
    pub same_demand_total_t_per_year: f64,
    /// Tonnes asked for that it does not permit.
    pub not_permitted_t_per_year: f64,
}

/// Demand that the law does not permit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NotPermitted {
    /// Id of the demand.
    pub demand: String,
    /// Its name.
    pub name: String,
    /// What it asks for.
    pub t_per_year: f64,
    /// Whether the lenient reading of unclear texts permits it.
    pub permitted_in_lenient_reading: bool,
    /// The rules that forbid it.
    pub rules: Vec<Rule>,
}

/// A rule of law or of a study case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rule {
    /// Id in the policy table.
    pub policy: String,
    /// Its set.
    pub set: String,
    /// Authority and paragraph.
    pub reference: String,
    /// The lawful exemption procedure, if there is one.
    pub procedure: Option<String>,
}

/// A permit or notice that demand depends on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Condition {
    /// Id of the demand.
    pub demand: String,
    /// Its name.
    pub name: String,
    /// The permit or notice.
    pub rule: Rule,
}

/// Demand that no vehicle can take to its end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Unreachable {
    /// Id of the demand.
    pub demand: String,
    /// Its name.
    pub name: String,
    /// What it asks for.
    pub t_per_year: f64,
    /// Why.
    pub reason: String,
}

/// Whether a rung was solved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Proven cheapest, within the gap given.
    Optimal,
    /// The best found in the time given, with its gap.
    Feasible,
    /// No set of options can carry it.
    Infeasible,
    /// Out of time before any solution was found.
    TimeLimit,
}

/// The cheapest way to carry a multiple of today's capacity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rung {
    /// Multiple of `capacity.total_t_per_year`.
    pub multiple: f64,
    /// Tonnes that it carries.
    pub capacity_t_per_year: f64,
    /// Whether it was solved.
    pub status: Status,
    /// Investment.
    pub capex_usd: Option<f64>,
    /// Proven lower bound on the objective, expressed as investment: `capex_usd` less what the
    /// gap in the annual cost would buy at the plan's mean annuity.
    pub lower_bound_usd: Option<f64>,
    /// The objective: annuities, running cost of the options and generalised transport cost.
    pub annual_cost_usd: Option<f64>,
    /// Proven lower bound on `annual_cost_usd`.
    pub annual_cost_lower_bound_usd: Option<f64>,
    /// `(annual_cost - bound) / annual_cost`.
    pub gap: Option<f64>,
    /// What is built.
    pub investments: Vec<Investment>,
    /// What is at its limit then (for an impossible rung: at the ceiling).
    pub binding: Vec<AtLimit>,
    /// Annual cost of the options per tonne carried beyond today's capacity.
    pub cost_per_extra_t_usd: Option<f64>,
    /// Tonne-kilometres by mode.
    pub modal_split: Option<ModalSplit>,
    /// Emissions, well to wheel.
    pub co2e_t_per_year: Option<f64>,
    /// Its economics.
    pub economics: Option<Economics>,
    /// When the demand fills it.
    pub full_in: Years,
    /// Flows, use of facilities and loads on links.
    pub solution: Option<Solution>,
    /// For a rung that is not carried: why.
    pub reason: Option<String>,
}

/// An option taken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Investment {
    /// Id of the option.
    pub option: String,
    /// Its name.
    pub name: String,
    /// How many times it is taken.
    pub level: u32,
    /// Investment in all its levels.
    pub capex_usd: f64,
    /// Months from decision to work.
    pub lead_months: f64,
    /// First year of operation: the year in which demand passes what is carried without it and without
    /// those that open later, but no earlier than it can be built.
    #[serde(default)]
    pub opens_in: Years,
    /// The year by which it must start for that.
    pub start_by: Years,
}

impl Investment {
    /// Its name, and how many times where that is more than once.
    pub fn words(&self) -> String {
        if self.level > 1 { format!("{} x{}", self.name, self.level) } else { self.name.clone() }
    }
}

/// Calendar years in three cases of growth; none where it does not happen within 60 years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Years {
    /// Low growth.
    pub low: Option<i32>,
    /// Base growth.
    pub base: Option<i32>,
    /// High growth.
    pub high: Option<i32>,
}

/// A facility at its limit, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AtLimit {
    /// Id of the facility.
    pub facility: String,
    /// Its name.
    pub name: String,
    /// Whether options could still lift it and are not all taken.
    pub can_grow: bool,
}

/// Tonne-kilometres by mode.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ModalSplit {
    /// Rail.
    pub rail_tkm: f64,
    /// Sea.
    pub sea_tkm: f64,
    /// Road.
    pub road_tkm: f64,
}

/// What a rung is worth against building nothing, each investment opening in its own year (`opens_in`).
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Economics {
    /// Net present value in the scenario's first year, residual values included.
    pub npv_usd: f64,
    /// Economic internal rate of return, 0.12 for 12 %; none where the flows have no single rate above
    /// -20 %.
    pub eirr: Option<f64>,
    /// Present value of benefits over that of investment and running cost less residual values.
    pub bcr: Option<f64>,
    /// Present value of what is left at the end, part of the above.
    pub residual_usd: f64,
    /// Discount rate a year.
    pub discount_rate: f64,
    /// Years appraised, from the first year of operation.
    pub horizon_years: u32,
    /// First year of operation of the first investment.
    pub opens_in: i32,
    /// Last year appraised.
    pub ends_in: i32,
    /// The same if all is built at once.
    pub at_once: Worth,
    /// First year of operation if all is built at once.
    pub at_once_opens_in: i32,
    /// What it adds to the rung below; none for the first.
    pub incremental: Option<Worth>,
}

/// The worth of one flow of benefits and costs.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Worth {
    /// Net present value.
    pub npv_usd: f64,
    /// Economic internal rate of return; none where there is no single one above -20 %.
    pub eirr: Option<f64>,
    /// Benefits over costs, as in the rung.
    pub bcr: Option<f64>,
}

/// The most that all options together can carry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ceiling {
    /// Multiple of today's capacity (proven upper bound where `status` is `feasible`).
    pub multiple: f64,
    /// Tonnes.
    pub capacity_t_per_year: f64,
    /// Whether it is proven.
    pub status: Status,
    /// What binds there.
    pub binding: Vec<AtLimit>,
}

/// Flows and what they use.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Solution {
    /// Level of each option, by id; options not taken are left out.
    pub levels: std::collections::BTreeMap<String, u32>,
    /// Tonnes (or vehicle trips of background traffic) by itinerary.
    pub flows: Vec<Flow>,
    /// Empty runs of vehicle classes that balance.
    pub empty_runs: Vec<EmptyRun>,
    /// The same at the rate of the busiest month, as if it lasted all the period: what counts for the use
    /// of facilities.
    #[serde(default)]
    pub peak_empty_runs: Vec<EmptyRun>,
    /// Use of every facility that is used.
    pub facilities: Vec<FacilityUse>,
    /// Load on every link that is used.
    pub links: Vec<LinkLoad>,
}

/// A flow along an itinerary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Flow {
    /// Position in `itineraries`.
    pub itinerary: usize,
    /// Amount: tonnes, or vehicle trips where the itinerary says so.
    pub amount_per_year: f64,
}

/// Empty runs that balance a vehicle class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EmptyRun {
    /// Vehicle class.
    pub vehicle: String,
    /// Places passed, in order.
    pub places: Vec<String>,
    /// Links passed, in order.
    pub links: Vec<String>,
    /// Vehicle trips.
    pub vehicles_per_year: f64,
}

/// Use of a facility.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FacilityUse {
    /// Id of the facility.
    pub facility: String,
    /// Server-hours used in the period, at the peak month's rate (stocks: tonne-hours).
    pub used_h: f64,
    /// Hours used over hours usable in practice: 1 is the limit.
    pub utilisation: f64,
    /// Hours used over hours in which it can work.
    pub occupancy: f64,
    /// Tonnes through it.
    pub t_per_year: f64,
}

/// Load on a link, both directions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LinkLoad {
    /// Id of the link.
    pub link: String,
    /// Tonnes.
    pub t_per_year: f64,
    /// Loaded vehicles.
    pub loaded_vehicles_per_year: f64,
    /// Empty vehicles.
    pub empty_vehicles_per_year: f64,
    /// Volume over practical capacity of its busiest section; none at sea.
    pub volume_over_capacity: Option<f64>,
}

/// A way that goods go.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Itinerary {
    /// Demand it serves.
    pub demand: String,
    /// Whether amounts are vehicle trips and not tonnes.
    pub in_vehicles: bool,
    /// Rides, in order.
    pub rides: Vec<Ride>,
    /// Options that must be taken before it can be used, with their least level.
    pub requires: std::collections::BTreeMap<String, u32>,
    /// Length.
    pub distance_km: f64,
    /// Time of a tonne, expected waits for opening hours and stays in stock included, queues not.
    pub time_h: f64,
    /// Cost of a tonne, without the value of time and of CO2e.
    pub cost_usd_per_t: f64,
    /// Cost with the value of time and of CO2e.
    pub generalised_cost_usd_per_t: f64,
    /// Emissions of a tonne, well to wheel.
    pub co2e_kg_per_t: f64,
}

/// One ride by one vehicle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ride {
    /// Vehicle class.
    pub vehicle: String,
    /// Mode.
    pub mode: String,
    /// Places passed, in order.
    pub places: Vec<String>,
    /// Links passed, in order.
    pub links: Vec<String>,
    /// Operations that happen to the loaded vehicle, in order; those at its end include unloading.
    pub operations: Vec<OperationUse>,
}

/// An operation of a ride.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OperationUse {
    /// Id of the operation.
    pub operation: String,
    /// Units of the resource that has a range (1 where none has).
    pub units: u32,
}

/// The capacity of a finite thing and how it was derived.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FacilityCapacity {
    /// Id: of the resource, `R4:2` for a section, of the link for a road.
    pub facility: String,
    /// Name.
    pub name: String,
    /// Kind: berth, crane, stock, …, section, road.
    pub kind: String,
    /// Place, for a resource.
    pub place: Option<String>,
    /// Link, for a section or road.
    pub link: Option<String>,
    /// Servers.
    pub servers: u32,
    /// Hours in the period in which all servers together can work (stocks: tonne-hours).
    pub gross_h: f64,
    /// Occupancy accepted in practice.
    pub occupancy_limit: f64,
    /// The derivation, one step a line, with units.
    pub derivation: Vec<String>,
    /// Tonnes a year if only the class named in the derivation used it: gross and practical.
    pub gross_t_per_year: Option<f64>,
    /// The same in practice.
    pub practical_t_per_year: Option<f64>,
    /// A published capacity.
    pub published_t_per_year: Option<f64>,
    /// Source of the row.
    pub source: String,
    /// Confidence of the row.
    pub confidence: String,
}

/// What the ranges of the inputs do to the results.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Uncertainty {
    /// Samples drawn.
    pub samples: usize,
    /// Inputs that have a range.
    pub ranged_inputs: usize,
    /// Today's capacity.
    pub capacity_t_per_year: Quantiles,
    /// Share of samples in which each facility binds, most frequent first.
    pub binding_share: Vec<BindingShare>,
    /// Cost of each rung.
    pub rungs: Vec<RungUncertainty>,
    /// Inputs that move the capacity most, each alone at its low and high.
    pub movers: Vec<Mover>,
}

/// Quantiles over samples, each with the interval in which sampling leaves it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Quantiles {
    /// One in ten is below.
    pub p10: f64,
    /// Half are below.
    pub p50: f64,
    /// Nine in ten are below.
    pub p90: f64,
    /// 95 % interval of `p10` by order statistics; none where there are too few samples for one.
    pub p10_ci95: Option<[f64; 2]>,
    /// The same of `p50`.
    pub p50_ci95: Option<[f64; 2]>,
    /// The same of `p90`.
    pub p90_ci95: Option<[f64; 2]>,
}

/// How often a facility binds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BindingShare {
    /// Id of the facility.
    pub facility: String,
    /// Its name.
    pub name: String,
    /// Share of samples, 0 to 1.
    pub share: f64,
}

/// The plan of a rung over samples: what it costs, and whether it is still enough.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RungUncertainty {
    /// Multiple.
    pub multiple: f64,
    /// Share of samples in which what the rung builds still carries the rung's tonnes.
    pub share_enough: f64,
    /// Investment of what the rung builds.
    pub capex_usd: Option<Quantiles>,
    /// Tonnes that what the rung builds carries.
    pub capacity_t_per_year: Option<Quantiles>,
}

/// An input and how far it moves the capacity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Mover {
    /// The input: `links.csv R4 speeds`.
    pub input: String,
    /// Capacity with the input at its low.
    pub at_low_t_per_year: f64,
    /// Capacity with the input at its high.
    pub at_high_t_per_year: f64,
}

/// One case beside the scenario as it stands.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Comparison {
    /// The case: "without rj_p3", "with o10", "policy closed-seaport".
    pub case: String,
    /// Scaled demand that both can serve.
    pub served: Vec<Shift>,
    /// Scaled and fixed demand that loses its way in the case.
    pub lost: Vec<Shift>,
    /// Scaled and fixed demand that finds a way only in the case.
    pub gained: Vec<Shift>,
    /// What the lost rows carry today at the common multiple.
    pub lost_t_per_year: f64,
    /// What the gained rows ask for.
    pub gained_t_per_year: f64,
    /// Capacity of the case for the demand that both serve.
    pub total_t_per_year: f64,
    /// Capacity of the scenario for the same demand.
    pub base_total_t_per_year: f64,
    /// The difference.
    pub difference_t_per_year: f64,
    /// What it costs a year to carry in the case what both serve, fixed demand included, at today's
    /// multiple or the most that both allow, less what that costs today. None where it is not known.
    pub extra_cost_usd_per_year: Option<f64>,
    /// What the lost rows pay more by their next best ways (`alternative_usd_t`), where they name one.
    pub lost_cost_usd_per_year: f64,
    /// Tonnes of the lost rows that name no next best way.
    pub lost_without_alternative_t_per_year: f64,
    /// What binds in the case.
    pub binding: Vec<AtLimit>,
    /// Set when the case cannot be run as asked: why.
    pub reason: Option<String>,
}

/// A demand row in a comparison.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Shift {
    /// Id of the demand.
    pub demand: String,
    /// Its name.
    pub name: String,
    /// What it asks for.
    pub asked_t_per_year: f64,
    /// What of it is carried today at the common multiple.
    pub carried_t_per_year: f64,
}
