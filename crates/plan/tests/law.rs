//! The law over everything that moves: empty runs, ships with a history, shipments in stages.

#[allow(dead_code, reason = "each test uses a part of it")]
mod common;

use std::collections::BTreeMap;

use trimodal_model::Control;
use trimodal_model::policy::Law;
use trimodal_plan::check::{Claims, faults};
use trimodal_plan::outcome::{EmptyRun, Plan};
use trimodal_plan::{PlanRequest, Policies, plan};

const TAIL: &str = "invented,assumed";

/// Three ports: one in the DPRK, one in China, one in the Republic of Korea. Boxes go to and fro, more of
/// them one way, so that empty ships run.
fn files() -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut put = |name: &str, text: String| files.insert(name.to_string(), text);
    put("scenario.toml", "name = \"ships\"\nperiod_start = \"2024-01-01\"\nprice_year = 2024\ndiscount_rate = 0.08\nrungs = [1.5]\nsamples = 0\nmax_rides = 1\n".into());
    put(
        "places.csv",
        format!(
            "id,name,country,lat,lon,kind,source,confidence\nKPRJN,Rajin,KP,42,130,port,{TAIL}\nCNSHA,Shanghai,CN,31,121,port,{TAIL}\nKRPUS,Busan,KR,35,129,port,{TAIL}\n"
        ),
    );
    put(
        "links.csv",
        format!(
            "id,from,to,mode,km,loaded_kmh,source,confidence\na,KPRJN,CNSHA,sea,1700,25,{TAIL}\nb,KRPUS,CNSHA,sea,900,25,{TAIL}\nc,KPRJN,KRPUS,sea,900,25,{TAIL}\n"
        ),
    );
    put("calendars.csv", format!("id,source,confidence\nall,{TAIL}\n"));
    put(
        "resources.csv",
        format!(
            "id,name,place,kind,servers,calendar,source,confidence\nships,Ships,CNSHA,pool,4,all,{TAIL}\n"
        ),
    );
    put(
        "vehicles.csv",
        format!(
            "id,name,mode,payload_t,length_m,carries,empties,arrivals,pool,usd_per_km,usd_per_h,source,confidence\nfeeder,Feeder,sea,4000,140,boxes,balance,schedule,ships,10,400,{TAIL}\n"
        ),
    );
    put("operations.csv", "id,place,does,vehicle,holds,fixed_h,source,confidence\n".into());
    put(
        "demand.csv",
        format!(
            "id,name,commodity,hs,origin,from,to,per_year,role,source,confidence\nout,Out of Rajin,boxes,39,CN,KPRJN,CNSHA,100000,scaled,{TAIL}\npus,Busan to Shanghai,boxes,39,KR,KRPUS,CNSHA,100000,scaled,{TAIL}\nsha,Shanghai to Busan,boxes,39,CN,CNSHA,KRPUS,10000,scaled,{TAIL}\n"
        ),
    );
    files
}

fn planned(files: &BTreeMap<String, String>, policies: Policies) -> Plan {
    let s = common::read(files);
    let request = PlanRequest { policies, ..PlanRequest::for_scenario(&s) };
    plan(&s, &request, &Control::none()).expect("a plan")
}

#[test]
fn empty_ships_keep_the_law_too() {
    let lawful = planned(&files(), Policies::OfScenario);
    let runs = &lawful.capacity.solution.empty_runs;
    assert!(!runs.is_empty(), "nothing balances");
    let touches = |run: &EmptyRun, p: &str| run.places.iter().any(|x| x == p);
    assert!(!runs.iter().any(|r| touches(r, "KPRJN") && touches(r, "KRPUS")), "{runs:?}");
    // Ships of one class would call at both: two fleets do.
    assert_eq!(lawful.fleets.len(), 1, "{:?}", lawful.fleets);
    for fleet in ["feeder", "feeder.KP"] {
        let places: Vec<&String> = runs
            .iter()
            .filter(|r| r.vehicle == fleet)
            .flat_map(|r| &r.places)
            .chain(
                lawful
                    .itineraries
                    .iter()
                    .flat_map(|i| &i.rides)
                    .filter(|r| r.vehicle == fleet)
                    .flat_map(|r| &r.places),
            )
            .collect();
        assert!(!places.is_empty(), "{fleet} does nothing");
        let both = ["KPRJN", "KRPUS"].iter().all(|p| places.iter().any(|x| x == p));
        assert!(!both, "{fleet} calls at {places:?}");
    }
    // Without any law the short path is taken, and the answer is better: the test tells them apart.
    let without = planned(&files(), Policies::CounterfactualNone);
    assert!(without.capacity.total_t_per_year > lawful.capacity.total_t_per_year * 1.001);
    assert!(without.fleets.is_empty());
}

#[test]
fn the_checker_refuses_unlawful_empty_runs_and_mixed_fleets() {
    let files = files();
    let (s, _) = common::read(&files).within(&Law::On(vec![]));
    let plan = planned(&files, Policies::OfScenario);
    let scaled: Vec<String> = plan.capacity.served.iter().map(|d| d.demand.clone()).collect();
    let law = Law::On(vec![]);
    let claims = Claims {
        multiple: plan.capacity.multiple_of_asked,
        scaled: &scaled,
        annual_cost_usd: None,
        law: &law,
        reading: trimodal_model::policy::Reading::Strict,
    };
    let judged = |solution| faults(&s, &plan.itineraries, solution, &claims);
    assert_eq!(judged(&plan.capacity.solution), Vec::<String>::new());
    // A circle of empty ships by Busan and Rajin balances, and breaks the law.
    let mut circle = plan.capacity.solution.clone();
    for (from, to) in [("KPRJN", "KRPUS"), ("KRPUS", "KPRJN")] {
        circle.empty_runs.push(EmptyRun {
            vehicle: "feeder.KP".into(),
            places: vec![from.into(), to.into()],
            links: vec!["c".into()],
            vehicles_per_year: 1.0,
        });
    }
    let found = judged(&circle).join("; ");
    assert!(found.contains("Republic of Korea"), "{found}");
}

#[test]
fn a_closed_port_is_closed_to_empty_ships() {
    let mut files = files();
    let row = format!("z,shut,case,forbid,sea,CNSHA,import,any,yes,made up,{TAIL}");
    files.insert("policies.csv".into(), format!("id,set,kind,effect,mode,territory,direction,hs,transit,reference,source,confidence\n{row}\n"));
    let plan = planned(&files, Policies::OfScenarioAnd(vec!["shut".into()]));
    // Nothing loaded enters Shanghai, and nothing empty either; so nothing goes round at all.
    assert_eq!(plan.capacity.total_t_per_year, 0.0);
    let names: Vec<&str> = plan.not_permitted.iter().map(|n| n.demand.as_str()).collect();
    assert_eq!(names, ["out", "pus"]);
}

#[test]
fn a_flag_is_judged() {
    let mut files = files();
    let vehicles = files["vehicles.csv"]
        .replace("source,confidence", "flag,source,confidence")
        .replace("invented,assumed", "KP,invented,assumed");
    files.insert("vehicles.csv".into(), vehicles.clone());
    let row = format!("z,flags,case,forbid,sea,CN,both,KP,made up,{TAIL}");
    files.insert(
        "policies.csv".into(),
        format!(
            "id,set,kind,effect,mode,territory,direction,flag,reference,source,confidence\n{row}\n"
        ),
    );
    let set = Policies::OfScenarioAnd(vec!["flags".into()]);
    let banned = planned(&files, set.clone());
    assert_eq!(banned.capacity.total_t_per_year, 0.0, "{:?}", banned.capacity.reason);
    assert_eq!(banned.not_permitted.len(), 3, "listed with the rule: {:?}", banned.not_permitted);
    // A flag that is not declared may be any; another flag is free.
    files.insert("vehicles.csv".into(), vehicles.replace(",KP,invented", ",,invented"));
    assert_eq!(planned(&files, set.clone()).capacity.total_t_per_year, 0.0);
    files.insert("vehicles.csv".into(), vehicles.replace(",KP,invented", ",PA,invented"));
    assert!(planned(&files, set).capacity.total_t_per_year > 0.0);
}

/// Stages of one shipment are judged together whatever lies between them, whatever their order.
#[test]
fn stages_of_a_shipment_are_judged_together() {
    let mut files = files();
    let demand = format!(
        "id,name,commodity,hs,origin,from,to,per_year,role,shipment,source,confidence\na1,First,boxes,39,CN,KPRJN,CNSHA,1000,scaled,one,{TAIL}\nb2,Second,boxes,48,CN,CNSHA,KRPUS,1000,scaled,one,{TAIL}\nc3,Other,boxes,39,CN,CNSHA,KRPUS,1000,scaled,two,{TAIL}\n"
    );
    files.insert("demand.csv".into(), demand);
    let plan = planned(&files, Policies::OfScenario);
    let names: Vec<&str> = plan.not_permitted.iter().map(|n| n.demand.as_str()).collect();
    assert_eq!(names, ["a1", "b2"], "{:?}", plan.not_permitted);
}

/// Six hundred rows of the same goods that may hand over to one another are judged in seconds.
#[test]
fn hand_overs_of_many_rows_are_judged_fast() {
    let mut files = files();
    let n = 25;
    let places: String =
        (0..n).map(|i| format!("p{i:02},P{i},CN,30,{},city,{TAIL}\n", 100 + i)).collect();
    let links: String =
        (1..n).map(|i| format!("r{i:02},p{:02},p{i:02},road,10,50,{TAIL}\n", i - 1)).collect();
    let demand: String = (0..n)
        .flat_map(|i| (0..n).filter(move |j| *j != i).map(move |j| (i, j)))
        .map(|(i, j)| format!("d{i:02}{j:02},D,boxes,39,CN,p{i:02},p{j:02},100,scaled,{TAIL}\n"))
        .collect();
    files.insert(
        "places.csv".into(),
        format!("id,name,country,lat,lon,kind,source,confidence\n{places}"),
    );
    files.insert(
        "links.csv".into(),
        format!("id,from,to,mode,km,loaded_kmh,source,confidence\n{links}"),
    );
    files.insert("resources.csv".into(), format!("id,name,place,kind,servers,calendar,source,confidence\nships,Trucks,p00,pool,400,all,{TAIL}\n"));
    let lorry = format!("feeder,Lorry,road,20,17,boxes,balance,random,ships,1,20,{TAIL}\n");
    files.insert("vehicles.csv".into(), format!("id,name,mode,payload_t,length_m,carries,empties,arrivals,pool,usd_per_km,usd_per_h,source,confidence\n{lorry}"));
    files.insert(
        "demand.csv".into(),
        format!("id,name,commodity,hs,origin,from,to,per_year,role,source,confidence\n{demand}"),
    );
    let s = common::read(&files);
    let begun = std::time::Instant::now();
    let paths = trimodal_plan::column_pool::all_paths(&s, &trimodal_model::Control::none())
        .expect("few paths");
    let judged = trimodal_plan::column_pool::judge_all(
        &s,
        &paths,
        &Law::On(vec![]),
        trimodal_model::policy::Reading::Strict,
        &Control::none(),
    )
    .expect("verdicts");
    assert_eq!(judged.len(), 600);
    // 0.1 s on a quiet machine; over 300 s when every pair was judged with all that led to it.
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}

/// The policy sets that a scenario switches on hold without being asked for, and with others.
#[test]
fn a_scenarios_own_policy_sets_hold() {
    let mut files = files();
    let row = format!("z,shut,case,forbid,sea,CNSHA,import,any,yes,made up,{TAIL}");
    files.insert("policies.csv".into(), format!("id,set,kind,effect,mode,territory,direction,hs,transit,reference,source,confidence\n{row}\n"));
    let settings = files["scenario.toml"].clone() + "policies = [\"shut\"]\n";
    files.insert("scenario.toml".into(), settings);
    for policies in [Policies::OfScenario, Policies::OfScenarioAnd(Vec::new())] {
        assert_eq!(planned(&files, policies).capacity.total_t_per_year, 0.0);
    }
    let without = planned(&files, Policies::CounterfactualNone);
    assert!(without.capacity.total_t_per_year > 0.0);
}
