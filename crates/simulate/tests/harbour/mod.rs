//! Small descriptions for tests: a sea, some ports, and whatever rows are added.

// Each test file uses a part of it.
#![allow(dead_code)]

use trimodal_model::ids::{LinkId, OperationId, PlaceId, VehicleId};
use trimodal_model::{Control, Files, Scenario};
use trimodal_simulate::compile::{FlowOrder, Orders, Ride};
use trimodal_simulate::outcome::Simulation;
use trimodal_simulate::{Request, simulate};

/// Tables as lines of text, without their sources.
#[derive(Clone)]
pub struct Tables {
    pub days: u32,
    pub places: Vec<String>,
    pub links: Vec<String>,
    pub calendars: Vec<String>,
    pub resources: Vec<String>,
    pub vehicles: Vec<String>,
    pub operations: Vec<String>,
    pub demand: Vec<String>,
}

fn lines(of: &[&str]) -> Vec<String> {
    of.iter().map(|line| line.to_string()).collect()
}

impl Default for Tables {
    /// Ships from the sea to a port with one berth, and to a second port.
    fn default() -> Self {
        Tables {
            days: 365,
            places: lines(&[
                "SEA,Sea,NL,53,3,port",
                "PORT,Port,NL,52,4,port",
                "P2,Second port,NL,51,4,port",
            ]),
            links: lines(&["L1,,SEA,PORT,sea,100,20,,,", "L2,,SEA,P2,sea,100,20,,,"]),
            calendars: lines(&["always,,,,"]),
            resources: lines(&[
                "berth,Berth,PORT,berth,1,always,,,,,,",
                "b2,Second berth,P2,berth,1,always,,,,,,",
            ]),
            vehicles: lines(&["ship,Ship,sea,,10000,100,grain,none,random,,"]),
            operations: lines(&[
                "u,PORT,unload,ship,,berth:1,,24,,0.7,,",
                "u2,P2,unload,ship,,b2:1,,24,,0.7,,",
            ]),
            demand: lines(&["d,Grain,grain,SEA,PORT,2555000,,1,1"]),
        }
    }
}

impl Tables {
    /// Ships from the sea to a port, to be changed row by row.
    pub fn new() -> Self {
        Self::default()
    }

    pub fn scenario(&self) -> Scenario {
        let table = |head: &str, rows: &[String]| {
            // Cells at the end may be left out.
            let pad = |r: &String| ",".repeat(head.matches(',').count() - r.matches(',').count());
            let rows: String =
                rows.iter().map(|r| format!("{r}{},test,assumed\n", pad(r))).collect();
            format!("{head},source,confidence\n{rows}")
        };
        let settings = format!(
            "name = \"harbour\"\nperiod_start = \"2024-01-01\"\ndays = {}\nprice_year = 2024\ndiscount_rate = 0.08\npeak_factor = 1.0\n",
            self.days
        );
        let files = [
            ("scenario.toml", settings),
            ("places.csv", table("id,name,country,lat,lon,kind", &self.places)),
            (
                "links.csv",
                table("id,name,from,to,mode,km,loaded_kmh,gauge_mm,tracks,block", &self.links),
            ),
            ("calendars.csv", table("id,days,open,closed_dates,utc_offset_h", &self.calendars)),
            (
                "resources.csv",
                table(
                    "id,name,place,kind,servers,calendar,availability,mtbf_h,mttr_h,changeover_h,stock_t,dwell_h",
                    &self.resources,
                ),
            ),
            (
                "vehicles.csv",
                table(
                    "id,name,mode,gauge_mm,payload_t,length_m,carries,empties,arrivals,ca2,pool",
                    &self.vehicles,
                ),
            ),
            (
                "operations.csv",
                table(
                    "id,place,does,vehicle,state,holds,until,fixed_h,h_per_t,cv,stock_from,stock_to,joining",
                    &self.operations,
                ),
            ),
            (
                "demand.csv",
                table("id,name,commodity,from,to,per_year,unit,priority,peak_month", &self.demand),
            ),
        ];
        let files = files.into_iter().map(|(n, t)| (n.to_string(), t.into_bytes())).collect();
        Scenario::from_files(&Files(files)).unwrap_or_else(|problems| {
            panic!("{}", problems.iter().map(|p| p.to_string()).collect::<Vec<_>>().join("\n"))
        })
    }
}

fn find<T>(rows: &[T], id: &str, of: impl Fn(&T) -> &str) -> usize {
    rows.iter().position(|r| of(r) == id).unwrap_or_else(|| panic!("no `{id}`"))
}

/// A ride by the ids of its vehicle, places and operations.
pub fn ride(s: &Scenario, vehicle: &str, places: &[&str], operations: &[&str]) -> Ride {
    let places: Vec<PlaceId> =
        places.iter().map(|p| PlaceId::at(find(&s.places, p, |x| &x.id))).collect();
    let link = |ends: &[PlaceId]| {
        let joins =
            |l: &trimodal_model::scenario::Link| [l.from, l.to] == ends || [l.to, l.from] == ends;
        LinkId::at(s.links.iter().position(joins).expect("a link"))
    };
    let links = places.windows(2).map(link).collect();
    let operations = operations
        .iter()
        .map(|o| (OperationId::at(find(&s.operations, o, |x| &x.id)), 1))
        .collect();
    let vehicle = VehicleId::at(find(&s.vehicles, vehicle, |v| &v.id));
    Ride { vehicle, places, links, operations }
}

/// An order of a whole demand.
pub fn order(s: &Scenario, demand: &str, rides: Vec<Ride>) -> FlowOrder {
    let demand = find(&s.demand, demand, |d| &d.id);
    FlowOrder { demand, per_year: s.demand[demand].per_year, rides }
}

pub fn orders(flows: Vec<FlowOrder>) -> Orders {
    Orders { flows, empty_runs: Vec::new() }
}

pub fn request(replications: u32, seed: u64) -> Request {
    Request {
        case: "test".into(),
        replications,
        seed,
        replicates: true,
        threads: Some(2),
        ..Request::default()
    }
}

pub fn run(s: &Scenario, orders: &Orders, request: &Request) -> Simulation {
    simulate(s, orders, request, &Control::none()).expect("a run").simulation
}

/// Grain to the port by ships, and to the second port where there is a demand `x`.
pub fn ships(s: &Scenario) -> Orders {
    let one = |d: &trimodal_model::scenario::Demand| {
        let to = s.places[d.to.ix()].id.as_str();
        let operation = if to == "PORT" { "u" } else { "u2" };
        order(s, &d.id, vec![ride(s, "ship", &["SEA", to], &[operation])])
    };
    orders(s.demand.iter().map(one).collect())
}
