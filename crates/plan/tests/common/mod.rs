//! Random small scenarios, made as files so that tests go through the reader too.

use std::collections::BTreeMap;

use trimodal_model::{Files, Scenario};

/// A small deterministic generator: the tests must not change with a library's version.
pub struct Dice(pub u64);

impl Dice {
    /// A whole number from `low` to `high`.
    pub fn roll(&mut self, low: u64, high: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        low + self.0 % (high - low + 1)
    }
}

const SOURCE: &str = "invented,assumed";

/// A corridor of a mine, a junction, two ports and a market, with random figures and options.
pub fn random_files(seed: u64) -> BTreeMap<String, String> {
    let mut d = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut files = BTreeMap::new();
    let mut put = |name: &str, text: String| files.insert(name.to_string(), text);
    put(
        "scenario.toml",
        format!(
            "name = \"random {seed}\"\nperiod_start = \"2024-01-01\"\nprice_year = 2024\ndiscount_rate = 0.{:02}\nco2_usd_t = {}\nwait_ratio = 0.{}\npeak_factor = 1.{}\nrungs = [1.3, 2]\nsamples = 0\n",
            d.roll(0, 12),
            d.roll(0, 100),
            d.roll(2, 9),
            d.roll(0, 4)
        ),
    );
    put(
        "places.csv",
        format!(
            "id,name,country,lat,lon,kind,source,confidence\nM,Mine,AA,10,10,city,{SOURCE}\nJ,Junction,AA,10,11,junction,{SOURCE}\nP,Port,AA,10,12,port,{SOURCE}\nQ,Other port,BB,9,12,port,{SOURCE}\nX,Market,CC,0,20,port,{SOURCE}\n"
        ),
    );
    put("links.csv", format!(
        "id,from,to,mode,km,tracks,gauge_mm,sections_km,tau_min,loaded_kmh,empty_kmh,is_open,source,confidence\nMJ,M,J,rail,60,1,1435,{};{},5,{},50,1,{SOURCE}\nJP,J,P,rail,{},1,1435,,6,45,55,1,{SOURCE}\nJQ,J,Q,rail,{},1,1435,,6,45,55,{},{SOURCE}\nPX,P,X,sea,1000,,,,,20,20,1,{SOURCE}\nQX,Q,X,sea,900,,,,,20,20,1,{SOURCE}\nR,M,P,road,{},,,,,50,60,1,{SOURCE}\n",
        30 + d.roll(0, 10), 0, d.roll(30, 70), d.roll(20, 60), d.roll(20, 80), d.roll(0, 1), d.roll(50, 150)
    ).replace(";0,", ";REST,"));
    let first: f64 = files["links.csv"]
        .split(";REST")
        .next()
        .and_then(|h| h.rsplit(',').next())
        .and_then(|x| x.parse().ok())
        .unwrap_or(30.0);
    let links = files["links.csv"].replace("REST", &format!("{}", 60.0 - first));
    files.insert("links.csv".into(), links);
    let mut put = |name: &str, text: String| {
        files.insert(name.to_string(), text);
    };
    put(
        "calendars.csv",
        format!(
            "id,days,open,source,confidence\na,mo-su,00:00-24:00,{SOURCE}\nd,mo-sa,08:00-18:00,{SOURCE}\n"
        ),
    );
    facilities(&mut d, &mut put);
    put("options.csv", options(&mut d));
    files
}

/// Resources, vehicles, operations and demand.
fn facilities(d: &mut Dice, put: &mut dyn FnMut(&str, String)) {
    put(
        "resources.csv",
        format!(
            "id,name,place,kind,servers,calendar,stock_t,dwell_h,source,confidence\nbp,berth p,P,berth,{},a,,,{SOURCE}\ncp,cranes p,P,crane,{},a,,,{SOURCE}\nbq,berth q,Q,berth,1,a,,,{SOURCE}\nyp,yard p,P,stock,1,a,{},{},{SOURCE}\nup,unload p,P,unload_line,{},a,,,{SOURCE}\nuq,unload q,Q,unload_line,1,d,,,{SOURCE}\nlo,locos,J,pool,{},a,,,{SOURCE}\ntr,trucks,M,pool,{},d,,,{SOURCE}\n",
            d.roll(1, 2),
            d.roll(1, 3),
            d.roll(20, 60) * 1000,
            d.roll(24, 120),
            d.roll(1, 2),
            d.roll(1, 4),
            d.roll(10, 60)
        ),
    );
    put(
        "vehicles.csv",
        format!(
            "id,name,mode,gauge_mm,payload_t,length_m,draught_m,carries,empties,arrivals,pool,allowed,usd_per_km,usd_per_h,g_co2e_per_tkm,source,confidence\nt,train,rail,1435,{},600,,ore;grain,same_trainset,random,,1,15,120,25,{SOURCE}\ns,ship,sea,,{},180,9,ore;grain,none,called,,1,10,300,7,{SOURCE}\nk,truck,road,,20,17,,grain,balance,random,tr,1,1,18,80,{SOURCE}\n",
            d.roll(10, 40) * 100,
            d.roll(8, 15) * 1000
        ),
    );
    put(
        "operations.csv",
        format!(
            "id,place,does,vehicle,state,holds,until,fixed_h,h_per_t,cv,stock_from,stock_to,usd_per_t,source,confidence\nl,J,change_loco,t,loaded,lo:1,return,0.{},0,0.3,,,0,{SOURCE}\nu,P,unload,t,,up:1,,1,0.000{},0.4,,yp,1,{SOURCE}\nv,Q,unload,t,,uq:1,,1,0.000{},0.4,,,2,{SOURCE}\na,P,load,s,,bp:1+cp:1-3,,{},0.00{},0.4,yp,,2,{SOURCE}\nb,Q,load,s,,bq:1,,{},0.0008,0.4,,,3,{SOURCE}\ng,P,unload,k,,up:1,,0.1,0,0.5,,yp,1,{SOURCE}\n",
            d.roll(1, 9),
            d.roll(3, 9),
            d.roll(3, 9),
            d.roll(5, 15),
            d.roll(1, 3),
            d.roll(5, 20)
        ),
    );
    put(
        "demand.csv",
        format!(
            "id,name,commodity,hs,from,to,via,per_year,unit,role,priority,growth_pct,vot_usd_t_h,alternative_usd_t,source,confidence\nore,ore,ore,2601,M,X,,{},t,scaled,1,3,0.01,40,{SOURCE}\ngrain,grain,grain,1001,M,X,,{},t,scaled,0,2,0.02,60,{SOURCE}\nback,barley,grain,1003,P,M,,{},t,scaled,2,2,0.02,60,{SOURCE}\n",
            d.roll(3, 9) * 100_000,
            d.roll(3, 9) * 10_000,
            d.roll(1, 5) * 1_000
        ),
    );
}

/// At most eight binaries in all.
fn options(d: &mut Dice) -> String {
    let all = [
        "o1,berth,add_server,bp,1,,2,{c},1,30,24,,",
        "o2,crane,add_server,cp,1,,1,{c},0.3,20,12,,",
        "o3,line,add_server,up,1,,1,{c},0.4,25,18,,",
        "o4,loop,insert_loop,MJ:1,1,,1,{c},0.2,30,24,,",
        "o5,track,second_track,MJ:1,1,,1,{c},0.6,40,36,,",
        "o6,locos,add_server,lo,1,,2,{c},0.3,25,9,,",
        "o7,hours,set_calendar,uq,1,a,1,{c},0.5,20,6,,",
        "o8,line q,add_server,uq,1,,1,{c},0.4,25,18,,",
    ];
    let mut text = String::from(
        "id,name,effect,target,amount,calendar,max_level,capex_musd,opex_musd_per_year,life_years,lead_months,requires,excludes,source,confidence\n",
    );
    let (mut binaries, mut taken) = (0, Vec::new());
    while binaries < 6 {
        let i = d.roll(0, 7) as usize;
        let levels = if i == 0 || i == 5 { 2 } else { 1 };
        if taken.contains(&i) || binaries + levels > 8 {
            continue;
        }
        taken.push(i);
        binaries += levels;
        let capex = d.roll(2, 60).to_string();
        let mut row = all[i].replace("{c}", &capex);
        if taken.len() == 3 && d.roll(0, 1) == 1 {
            row = all[i].replace("{c}", &capex).trim_end_matches(",,").to_string()
                + &format!(",o{},", taken[0] + 1);
        }
        text += &format!("{row},{SOURCE}\n");
    }
    text
}

/// Reads files made as text.
pub fn read(files: &BTreeMap<String, String>) -> Scenario {
    let bytes = files.iter().map(|(n, t)| (n.clone(), t.clone().into_bytes())).collect();
    Scenario::from_files(&Files(bytes)).unwrap_or_else(|problems| {
        let list: Vec<String> = problems.iter().map(ToString::to_string).collect();
        panic!("{}\n{files:#?}", list.join("\n"))
    })
}
