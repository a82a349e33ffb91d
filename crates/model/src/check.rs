//! Rules that involve several columns, rows or tables, which a row-by-row reader cannot check.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::LinkId;
use crate::policy::PolicyEffect;
use crate::problem::{self, Code, Problem, nearest, shown};
use crate::scenario::{Effect, Mode, Operation, OperationKind, Scenario, Settings};
use crate::table::Row;

type Tables = BTreeMap<&'static str, Vec<Row>>;

/// Checks `scenario.toml`.
pub fn settings(s: &Settings, text: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut wrong = |key: &str, message: String, hint: &str| {
        let row = text.lines().position(|l| {
            l.trim_start().strip_prefix(key).is_some_and(|r| r.trim_start().starts_with('='))
        });
        problems.push(
            Problem::new(problem::TOML, message)
                .at("scenario.toml", row.map_or(0, |r| r + 1), 0)
                .hint(hint),
        );
    };
    let mut range = |key: &str, value: f64, low: f64, high: f64| {
        if !(low..=high).contains(&value) {
            wrong(key, format!("`{key}` is {value}"), &format!("it may be from {low} to {high}"));
        }
    };
    range("days", f64::from(s.days), 365.0, 366.0);
    range("price_year", f64::from(s.price_year), 1900.0, 2200.0);
    range("discount_rate", s.discount_rate, 0.0, 1.0);
    range("horizon_years", f64::from(s.horizon_years), 1.0, 100.0);
    range("co2_usd_t", s.co2_usd_t, 0.0, 1e4);
    range("wait_ratio", s.wait_ratio, 0.001, 100.0);
    range("peak_factor", s.peak_factor, 1.0, 12.0);
    range("t_per_teu", s.t_per_teu, 0.1, 30.0);
    range("max_rides", f64::from(s.max_rides), 1.0, 8.0);
    range("samples", f64::from(s.samples), 0.0, 1e5);
    for o in &s.observed {
        range("t_per_year", o.t_per_year, 0.0, 1e10);
    }
    if s.name.trim().is_empty() {
        wrong("name", "`name` is blank".into(), "give the study a name");
    }
    if s.currency != "USD" {
        let message = format!("`currency` is `{}`", shown(&s.currency));
        wrong("currency", message, "only USD is read; convert the amounts");
    }
    let rising = s.rungs.windows(2).all(|w| w[0] < w[1]);
    if s.rungs.len() > 50
        || !rising
        || s.rungs.iter().any(|r| !(1.0..=1e6).contains(r) || *r == 1.0)
    {
        wrong(
            "rungs",
            format!("`rungs` is {:?}", s.rungs),
            "write multiples above 1 in rising order, for example [1.5, 2, 3]",
        );
    }
    problems
}

/// Checks a scenario whose rows are well formed and whose references hold.
pub fn check(s: &Scenario, tables: &Tables, problems: &mut Vec<Problem>) {
    links(s, tables, problems);
    vehicles(s, tables, problems);
    operations(s, tables, problems);
    demand(s, tables, problems);
    options(s, tables, problems);
    policies(s, tables, problems);
}

struct At<'a> {
    rows: &'a [Row],
    problems: &'a mut Vec<Problem>,
}

impl At<'_> {
    fn say(&mut self, row: usize, column: &str, code: Code, message: String, hint: &str) {
        self.problems.push(self.rows[row].problem(code, column, message).hint(hint));
    }
}

fn links(s: &Scenario, tables: &Tables, problems: &mut Vec<Problem>) {
    let mut at = At { rows: &tables["links"], problems };
    for (i, link) in s.links.iter().enumerate() {
        if link.from == link.to {
            let place = &s.places[link.to.ix()].id;
            at.say(
                i,
                "to",
                problem::SAME_PLACE,
                format!("link `{}` leads from `{place}` to itself", link.id),
                "name two places",
            );
        }
    }
}

fn vehicles(s: &Scenario, tables: &Tables, problems: &mut Vec<Problem>) {
    let mut at = At { rows: &tables["vehicles"], problems };
    for (i, vehicle) in s.vehicles.iter().enumerate() {
        if let Some(pool) = vehicle.pool.map(|p| &s.resources[p.ix()]).filter(|p| p.kind != "pool")
        {
            at.say(
                i,
                "pool",
                problem::MODE_MISMATCH,
                format!("`{}` is a {}", pool.id, pool.kind),
                "name a resource of kind `pool`",
            );
        }
    }
}

fn operations(s: &Scenario, tables: &Tables, problems: &mut Vec<Problem>) {
    let mut at = At { rows: &tables["operations"], problems };
    for (i, op) in s.operations.iter().enumerate() {
        let vehicle = &s.vehicles[op.vehicle.ix()];
        if (op.does == OperationKind::Transload) != op.to_vehicle.is_some() {
            at.say(
                i,
                "to_vehicle",
                problem::MODE_MISMATCH,
                "`to_vehicle` goes with `transload`, and only with it".into(),
                "name the class that takes the cargo",
            );
        }
        if op.does != OperationKind::Pass && s.lot_t(op) <= 0.0 {
            at.say(
                i,
                "vehicle",
                problem::NEVER_FITS,
                format!("`{}` has no payload that could be handled", vehicle.id),
                "give it a payload, or give the operation a `lot_t`",
            );
        }
        for hold in &op.holds {
            holds(s, op, i, hold.resource.ix(), hold.least, &mut at);
        }
        for (column, stock, does) in [
            ("stock_from", op.stock_from, OperationKind::Load),
            ("stock_to", op.stock_to, OperationKind::Unload),
        ] {
            let Some(r) = stock.map(|r| &s.resources[r.ix()]) else { continue };
            if !r.is_stock() || r.place != op.place {
                at.say(
                    i,
                    column,
                    problem::MODE_MISMATCH,
                    format!("`{}` is not a stock at this place", r.id),
                    "name a resource of kind `stock` at the operation's place",
                );
            } else if op.does != does {
                at.say(
                    i,
                    column,
                    problem::MODE_MISMATCH,
                    format!("`{}` has no `{column}`", op.word),
                    "`load` has `stock_from`, `unload` has `stock_to`",
                );
            }
        }
    }
}

fn holds(s: &Scenario, op: &Operation, row: usize, resource: usize, least: u32, at: &mut At) {
    let (r, v) = (&s.resources[resource], &s.vehicles[op.vehicle.ix()]);
    if r.is_stock() {
        at.say(
            row,
            "holds",
            problem::MODE_MISMATCH,
            format!("`{}` is a stock, which cannot be held", r.id),
            "name it in `stock_from` or `stock_to`",
        );
    } else if r.kind != "pool" && r.place != op.place {
        let place = &s.places[r.place.ix()].id;
        at.say(
            row,
            "holds",
            problem::MODE_MISMATCH,
            format!("`{}` is at `{place}`, not at the operation's place", r.id),
            "only a pool may be held from elsewhere",
        );
    }
    let grows = s
        .options
        .iter()
        .any(|o| matches!(o.effect, Effect::AddServer { resource: x, .. } if x.ix() == resource));
    if least > r.servers && !grows {
        at.say(
            row,
            "holds",
            problem::NEVER_FITS,
            format!("it holds {least} of `{}`, which has {}", r.id, r.servers),
            "hold fewer, or add an option that adds servers",
        );
    }
    if r.kind == "berth" && (v.length_m > r.loa_m || v.draught_m > r.draught_m) {
        let limit = |m: f64, what: &str| m.is_finite().then(|| format!("{m} m {what}"));
        let limits: Vec<String> =
            [limit(r.loa_m, "long"), limit(r.draught_m, "deep")].into_iter().flatten().collect();
        let message = format!(
            "`{}` ({} m long, {} m deep) does not fit `{}`, which takes ships up to {}",
            v.id,
            v.length_m,
            v.draught_m,
            r.id,
            limits.join(" and ")
        );
        at.say(row, "vehicle", problem::NEVER_FITS, message, "use a smaller ship or another berth");
    }
}

fn demand(s: &Scenario, tables: &Tables, problems: &mut Vec<Problem>) {
    let mut at = At { rows: &tables["demand"], problems };
    let carried: BTreeSet<&str> =
        s.vehicles.iter().flat_map(|v| v.carries.iter().map(String::as_str)).collect();
    for (i, d) in s.demand.iter().enumerate() {
        if d.from == d.to {
            at.say(
                i,
                "to",
                problem::SAME_PLACE,
                format!("demand `{}` starts and ends at `{}`", d.id, s.places[d.to.ix()].id),
                "name two places",
            );
        }
        if !carried.contains(d.commodity.as_str()) {
            let hint = match nearest(&d.commodity, carried.iter().copied()) {
                Some(near) => {
                    format!("did you mean `{near}`? vehicles say what they carry in `carries`")
                }
                None => "vehicles say what they carry in `carries`".into(),
            };
            at.say(
                i,
                "commodity",
                problem::ID_UNKNOWN,
                format!("no vehicle carries `{}`", shown(&d.commodity)),
                &hint,
            );
        }
        if !(d.growth[0] <= d.growth[1] && d.growth[1] <= d.growth[2]) {
            at.say(
                i,
                "growth_pct",
                problem::LOW_HIGH,
                "growth is not in the order low, base, high".into(),
                "let `growth_low_pct` be the least and `growth_high_pct` the most",
            );
        }
    }
}

fn options(s: &Scenario, tables: &Tables, problems: &mut Vec<Problem>) {
    let mut at = At { rows: &tables["options"], problems };
    for (i, o) in s.options.iter().enumerate() {
        if !(o.capex_usd[0] <= o.capex_usd[1] && o.capex_usd[1] <= o.capex_usd[2]) {
            at.say(
                i,
                "capex_musd",
                problem::LOW_HIGH,
                "the investment is not between its low and high".into(),
                "let `capex_low_musd` be the least and `capex_high_musd` the most",
            );
        }
        if let Some((column, message, hint)) = idle(s, i) {
            at.say(i, column, problem::OPTION_IDLE, message, hint);
        }
        if o.requires.iter().any(|r| o.excludes.contains(r))
            || o.excludes.iter().any(|e| e.ix() == i)
        {
            at.say(
                i,
                "excludes",
                problem::CYCLE,
                format!("option `{}` excludes itself or what it requires", o.id),
                "it could never be taken",
            );
        }
        if let Some(circle) = circle(s, i) {
            at.say(
                i,
                "requires",
                problem::CYCLE,
                format!("options require one another in a circle: {circle}"),
                "remove one of the requirements",
            );
        }
    }
}

/// The reason why an option would change nothing: the column, the problem, the hint.
type Idle = (&'static str, String, &'static str);

fn idle(s: &Scenario, i: usize) -> Option<Idle> {
    let option = &s.options[i];
    let once = |what: &str| -> Option<Idle> {
        (option.max_level > 1).then(|| {
            ("max_level", format!("{what} is possible only once"), "write 1, or leave it blank")
        })
    };
    let when = |idle: bool, column, message: &str, hint| -> Option<Idle> {
        idle.then(|| (column, message.to_string(), hint))
    };
    match &option.effect {
        Effect::InsertLoop { link, sections, loops } => not_rail(s, *link, "loops").or_else(|| {
            let none = *loops == 0 || sections.is_empty();
            when(none, "amount", "it inserts no loop", "insert at least one")
        }),
        Effect::SecondTrack { link, sections } => {
            let single = |x: &usize| s.links[link.ix()].sections[*x].tracks == 1;
            not_rail(s, *link, "tracks").or_else(|| once("a second track")).or_else(|| {
                let double = !sections.iter().any(single);
                when(double, "target", "it has a second track already", "remove the option")
            })
        }
        Effect::LengthenLoops { link, loop_m } => {
            let link = &s.links[link.ix()];
            let as_long = *loop_m <= link.loop_m.min(link.max_train_m);
            let hint = "give the new length in metres";
            once("lengthening to one length")
                .or_else(|| when(as_long, "amount", "the loops are at least as long already", hint))
        }
        Effect::AddServer { resource, servers } => {
            let stock = s.resources[resource.ix()].is_stock();
            when(stock, "target", "a stock has no servers", "use `add_stock`")
                .or_else(|| when(*servers == 0, "amount", "it adds no server", "add at least one"))
        }
        Effect::AddStock { resource, stock_t } => {
            let stock = s.resources[resource.ix()].is_stock();
            when(!stock, "target", "it is not a stock", "use `add_server`").or_else(|| {
                when(*stock_t <= 0.0, "amount", "it adds nothing", "give the tonnes it adds")
            })
        }
        Effect::SetCalendar { resource, calendar } => {
            let same = s.resources[resource.ix()].calendar == *calendar;
            let message = "it has this calendar already";
            once("a change to one calendar")
                .or_else(|| when(same, "calendar", message, "name another calendar"))
        }
        Effect::OpenLink { link } => once("opening a link").or_else(|| {
            let hint = "set `is_open` to 0 in links.csv, or remove the option";
            when(s.links[link.ix()].is_open, "target", "the link is open already", hint)
        }),
        Effect::AllowVehicle { vehicle } => once("allowing a vehicle").or_else(|| {
            let hint = "set `allowed` to 0 in vehicles.csv, or remove the option";
            when(s.vehicles[vehicle.ix()].allowed, "target", "the vehicle is allowed already", hint)
        }),
    }
}

fn not_rail(s: &Scenario, link: LinkId, what: &str) -> Option<Idle> {
    (s.links[link.ix()].mode != Mode::Rail).then(|| {
        ("target", format!("only a railway has {what}"), "name a railway, or a section of one")
    })
}

/// The cycle of requirements that starts at an option, reported at its first member only.
fn circle(s: &Scenario, start: usize) -> Option<String> {
    let mut path = vec![start];
    let mut seen = BTreeSet::new();
    if !walk(s, start, start, &mut path, &mut seen) || path.iter().any(|&o| o < start) {
        return None;
    }
    let names: Vec<&str> = path.iter().chain([&start]).map(|&o| s.options[o].id.as_str()).collect();
    Some(names.join(" -> "))
}

fn walk(
    s: &Scenario,
    at: usize,
    start: usize,
    path: &mut Vec<usize>,
    seen: &mut BTreeSet<usize>,
) -> bool {
    for next in s.options[at].requires.iter().map(|r| r.ix()) {
        if next == start {
            return true;
        }
        if seen.insert(next) {
            path.push(next);
            if walk(s, next, start, path, seen) {
                return true;
            }
            path.pop();
        }
    }
    false
}

fn policies(s: &Scenario, tables: &Tables, problems: &mut Vec<Problem>) {
    let sets: BTreeSet<&str> = s.policies.iter().map(|p| p.set.as_str()).collect();
    for name in &s.settings.policies {
        if !sets.contains(name.as_str()) {
            let hint = match nearest(name, sets.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "sets are named in policies.csv".into(),
            };
            problems.push(
                Problem::new(problem::ID_UNKNOWN, format!("unknown policy set `{}`", shown(name)))
                    .at("scenario.toml", 0, 0)
                    .hint(hint),
            );
        }
    }
    let rows = &tables["policies"];
    let law = s.policies.len() - rows.len();
    let mut at = At { rows, problems };
    for (i, policy) in s.policies[law..].iter().enumerate() {
        if s.policies[..law].iter().any(|p| p.id == policy.id) {
            at.say(
                i,
                "id",
                problem::ID_TWICE,
                format!("id `{}` is taken by the embedded law", policy.id),
                "choose another id",
            );
        }
        if policy.exempted_by.iter().any(|p| s.policies[p.ix()].effect != PolicyEffect::Permit) {
            at.say(
                i,
                "exempted_by",
                problem::EXEMPTION,
                format!("`{}` is exempted by a policy that is no permit", policy.id),
                "name policies with the effect `permit`",
            );
        }
        if let (Some(from), Some(to)) = (policy.valid_from, policy.valid_to)
            && from > to
        {
            at.say(
                i,
                "valid_to",
                problem::LOW_HIGH,
                format!("`{}` ends before it begins", policy.id),
                "correct the dates",
            );
        }
    }
}
