//! The tables of a scenario: every column with its unit, its rule and its purpose.
//!
//! The reader and the reference page are both made from these declarations.

use crate::mode::Mode;
use crate::table::{Column, Kind, Need, Table};
use Kind::{Choice, Date, Flag, Form, Gauges, Hs, Id, Label, Number, Numbers, Ref, Refs, Text, Whole};
use Need::{Default, Optional, Required};

const fn column(
    name: &'static str,
    kind: Kind,
    need: Need,
    unit: &'static str,
    doc: &'static str,
) -> Column {
    Column { name, kind, need, unit, doc }
}

/// Confidence in a figure, worst last.
pub const CONFIDENCE: &[&str] = &["published", "secondary", "computed", "recalled", "assumed"];
const SOURCE: Column = column("source", Text, Required, "", "Where the row's figures come from: an author, a title, a date; or the reasoning behind an assumption.");
const CONFIDENT: Column = column("confidence", Choice(CONFIDENCE), Required, "", "`published`: the source was read. `secondary`: wiki, press, forum. `computed`: derived from other rows. `recalled`: from memory, no source read. `assumed`: no figure was found; the source column says why this one.");
const HUGE: f64 = 1e10;

/// `places.csv`
pub const PLACES: Table = Table { name: "places", required: true, doc: "A named point: a port, a station, a border post, a city.", columns: &[
    column("id", Id, Required, "", "Short id, UN/LOCODE-like where there is one."),
    column("name", Text, Required, "", "Name for people."),
    column("country", Form, Required, "", "ISO 3166-1 alpha-2 code. Borders and policies are judged by it."),
    column("lat", Number(-90.0, 90.0), Required, "degrees north", "Latitude, WGS 84."),
    column("lon", Number(-180.0, 180.0), Required, "degrees east", "Longitude, WGS 84."),
    column("kind", Choice(&["port", "border", "junction", "yard", "city", "gauge_change", "terminal"]), Required, "", "What it mainly is; for the map only."),
    SOURCE, CONFIDENT,
]};

/// `links.csv`
pub const LINKS: Table = Table { name: "links", required: true, doc: "A line, lane or road between two places, usable in both directions.", columns: &[
    column("id", Id, Required, "", "Short id."),
    column("name", Text, Optional, "", "Name for people; blank: made from its ends."),
    column("from", Ref("places"), Required, "", "One end. Sections are listed from here."),
    column("to", Ref("places"), Required, "", "The other end."),
    column("mode", Choice(Mode::WORDS), Required, "", "Mode."),
    column("km", Number(0.01, 50_000.0), Required, "km", "Length."),
    column("tracks", Whole(1, 4), Default("1"), "-", "Rail: 1 for a single track used in turns, 2 or more for a track or tracks a direction."),
    column("gauge_mm", Gauges, Optional, "mm", "Rail: the gauges a train can use, joined by `+` (`1435+1520` for dual gauge)."),
    column("sections_km", Numbers(0.01, 5_000.0), Optional, "km", "Rail: distances between the loops or stations where trains can meet, separated by `;`. They add up to `km`. Blank: one section."),
    column("loop_m", Number(50.0, 5_000.0), Optional, "m", "Rail: usable length of the shortest loop. Longer trains may not use the line. Blank: no limit."),
    column("max_train_m", Number(50.0, 5_000.0), Optional, "m", "Rail: longest train for another reason than loops. Blank: no limit."),
    column("block", Choice(&["token", "semi_auto", "auto"]), Default("semi_auto"), "", "Rail: signalling. `token` and `semi_auto`: one train in a section. `auto`: trains follow one another at `headway_min` on two tracks."),
    column("tau_min", Number(0.0, 240.0), Default("4"), "min", "Rail: time lost at a station between one train's arrival and the next one's departure into the section (crossing, block, driver)."),
    column("headway_min", Number(0.5, 240.0), Default("8"), "min", "Rail with `auto` block on two tracks: time between following trains."),
    column("lanes", Whole(1, 20), Default("1"), "-", "Road: lanes in each direction."),
    column("loaded_kmh", Number(0.1, 400.0), Required, "km/h", "Speed of loaded vehicles over the link, stops not counted."),
    column("empty_kmh", Number(0.1, 400.0), Optional, "km/h", "Speed of empty vehicles; blank: as loaded."),
    column("availability", Number(0.01, 1.0), Default("1"), "-", "Share of the time in which the link can be used (maintenance windows, weather)."),
    column("max_occupancy", Number(0.01, 1.0), Default("1"), "-", "Upper limit on the occupancy in practice where a rule says so; the waiting formula may ask for less."),
    column("usd_per_t", Number(0.0, 1e5), Default("0"), "USD/t", "Charge for the use of the link, a tonne."),
    column("is_open", Flag, Default("1"), "", "0: it exists only once the option `open_link` is taken."),
    column("published_t_per_year", Number(0.0, HUGE), Optional, "t/year", "A published capacity, both directions, set beside the derived one in the report. Never used in a calculation."),
    SOURCE, CONFIDENT,
    column("low", Number(0.01, 1.0), Optional, "-", "The speeds may be as low as this share of the values given."),
    column("high", Number(1.0, 100.0), Optional, "-", "The speeds may be as high as this multiple of the values given."),
]};

/// `resources.csv`
pub const RESOURCES: Table = Table { name: "resources", required: true, doc: "A resource of finite capacity at a place: berth, crane, yard, track, locomotive, lane.", columns: &[
    column("id", Id, Required, "", "Short id, named by operations and options."),
    column("name", Text, Required, "", "Name for people."),
    column("place", Ref("places"), Required, "", "Where it is."),
    column("kind", Choice(&["berth", "crane", "stock", "unload_line", "load_line", "border_track", "gauge_line", "pool", "gate", "lane", "hall", "pad"]), Required, "", "Kind of resource. `stock`: a yard or store measured in tonnes. `pool`: vehicles or crews held for a whole round trip. The others are servers."),
    column("servers", Whole(0, 1_000_000), Default("1"), "-", "Number of servers; 1 for a stock."),
    column("calendar", Ref("calendars"), Required, "", "When it works."),
    column("availability", Number(0.01, 1.0), Default("1"), "-", "Share of its open hours in which it can work (breakdowns, weather, maintenance)."),
    column("mtbf_h", Number(0.01, 1e6), Optional, "h", "Mean time between failures, for the simulation."),
    column("mttr_h", Number(0.01, 1e5), Optional, "h", "Mean time to repair, for the simulation."),
    column("changeover_h", Number(0.0, 10_000.0), Optional, "h", "Time to change from one vehicle class to another, for the simulation."),
    column("max_occupancy", Number(0.01, 1.0), Default("1"), "-", "Upper limit on the occupancy in practice where a rule says so; the waiting formula may ask for less."),
    column("stock_t", Number(1.0, 1e9), Optional, "t", "Stocks: capacity. At least 1.5 times the largest lot that it serves."),
    column("dwell_h", Number(0.01, 50_000.0), Optional, "h", "Stocks: mean stay of a tonne."),
    column("loa_m", Number(1.0, 1_000.0), Optional, "m", "Berths: longest ship; blank: no limit."),
    column("draught_m", Number(0.1, 100.0), Optional, "m", "Berths: deepest ship; blank: no limit."),
    column("published_t_per_year", Number(0.0, HUGE), Optional, "t/year", "A published capacity, set beside the derived one in the report. Never used in a calculation."),
    SOURCE, CONFIDENT,
    column("low", Number(0.01, 1.0), Optional, "-", "The availability (stocks: `stock_t`) may be as low as this share of the value given."),
    column("high", Number(1.0, 100.0), Optional, "-", "The availability (stocks: `stock_t`) may be as high as this multiple; an availability never passes 1."),
]};

/// `operations.csv`
pub const OPERATIONS: Table = Table { name: "operations", required: false, doc: "An operation of a vehicle at a place, the resources it holds together meanwhile, and its duration.", columns: &[
    column("id", Id, Required, "", "Short id."),
    column("place", Ref("places"), Required, "", "Place of the operation."),
    column("does", Choice(&["load", "unload", "transload", "inspect", "customs", "change_loco", "gate"]), Required, "", "`load`, `unload`: cargo on or off; several rows for one vehicle are alternatives. `transload`: cargo straight to `to_vehicle`. The others apply whenever the vehicle passes, starts or ends at the place; all of them count."),
    column("vehicle", Ref("vehicles"), Required, "", "The class it applies to."),
    column("state", Choice(&["loaded", "empty", "both"]), Default("loaded"), "", "Whether it applies to loaded vehicles, to empty ones or to both."),
    column("to_vehicle", Ref("vehicles"), Optional, "", "`transload`: the class that takes the cargo."),
    column("cargo", Form, Optional, "", "Commodities it is for, separated by `;`. Blank: every one."),
    column("holds", Form, Required, "", "Resources held together, joined by `+`, each with a number: `pier:1+cranes:1-4` holds a pier and one to four cranes."),
    column("joining", Choice(&["start", "later"]), Default("start"), "", "For the simulation, where `holds` has a range. `start`: as many units as are free when the work begins, kept to its end. `later`: more join when they come free, at each eighth of the work, unless a vehicle as urgent waits for them."),
    column("until", Choice(&["done", "return"]), Default("done"), "", "`return`: the resources are held until the vehicle has been to its terminal and is back here (locomotives, crews)."),
    column("fixed_h", Number(0.0, 10_000.0), Required, "h", "Time a lot takes whatever its size."),
    column("h_per_t", Number(0.0, 100.0), Default("0"), "h/t", "Time a tonne takes by one unit of the resource that has a range; n units take 1/n of it."),
    column("cv", Number(0.0, 10.0), Default("0.5"), "-", "Coefficient of variation of the time: standard deviation over mean."),
    column("lot_t", Number(0.01, 1e7), Optional, "t", "Tonnes handled at a time; blank: the payload of the vehicle."),
    column("start_when", Text, Optional, "", "When it may start, for the simulation: `stock>=.75 lot`, `room>=lot`, `scheduled`."),
    column("stock_from", Ref("resources"), Optional, "", "`load`: the stock the cargo comes from."),
    column("stock_to", Ref("resources"), Optional, "", "`unload`: the stock the cargo goes to. Cargo changes vehicles only through the same stock, or through none."),
    column("usd_per_t", Number(0.0, 1e5), Default("0"), "USD/t", "Cost of the operation per tonne: handling, dues, fees."),
    SOURCE, CONFIDENT,
    column("low", Number(0.01, 1.0), Optional, "-", "The times may be as short as this share of the values given."),
    column("high", Number(1.0, 100.0), Optional, "-", "The times may be as long as this multiple of the values given."),
]};

/// `vehicles.csv`
pub const VEHICLES: Table = Table { name: "vehicles", required: true, doc: "A class of train, ship or truck.", columns: &[
    column("id", Id, Required, "", "Short id."),
    column("name", Text, Required, "", "Name for people."),
    column("mode", Choice(Mode::WORDS), Required, "", "Mode."),
    column("gauge_mm", Whole(300, 3_000), Optional, "mm", "Rail: the gauge of its wheels."),
    column("payload_t", Number(0.0, 1e6), Required, "t", "Net load of a full vehicle; 0 for one that carries no freight."),
    column("payload_teu", Number(0.0, 50_000.0), Optional, "TEU", "Containers: load in TEU; with `t_per_teu` of the scenario it limits the tonnes."),
    column("length_m", Number(1.0, 5_000.0), Required, "m", "Length over all."),
    column("draught_m", Number(0.0, 100.0), Optional, "m", "Ships: draught when loaded."),
    column("carries", Form, Required, "", "Commodities it can carry, separated by `;`."),
    column("empties", Choice(&["same_trainset", "balance", "none"]), Required, "", "`same_trainset`: returns empty by the route it came. `balance`: as many leave a place as come, empty where there is no load. `none`: hired from the market, its empty run is in its price."),
    column("arrivals", Choice(&["schedule", "called", "random"]), Required, "", "Arrival pattern: to a schedule, called when its lot is nearly ready, or at random."),
    column("ca2", Number(0.0, 100.0), Optional, "-", "Squared coefficient of variation of the times between arrivals; blank: schedule 0.1, called 0.4, random 1."),
    column("jitter_h", Number(0.0, 10_000.0), Optional, "h", "Schedules: standard deviation of the lateness, for the simulation."),
    column("pool", Ref("resources"), Optional, "", "A pool held from loading until the return."),
    column("allowed", Flag, Default("1"), "", "0: it may run only once the option `allow_vehicle` is taken."),
    column("flag", Form, Optional, "", "Country whose flag it flies (ISO code). Blank: not declared; a rule on a flag is then taken to apply in the strict reading."),
    column("pce", Number(0.1, 20.0), Default("2"), "-", "Road: passenger-car equivalents."),
    column("usd_per_km", Number(0.0, 1e5), Default("0"), "USD/km", "Cost of a vehicle-kilometre, loaded or empty."),
    column("usd_per_h", Number(0.0, 1e6), Default("0"), "USD/h", "Cost of a vehicle-hour, moving or in an operation."),
    column("g_co2e_per_tkm", Number(0.0, 1e5), Default("0"), "g CO2e/tkm", "Well-to-wheel emissions a tonne-kilometre of cargo."),
    SOURCE, CONFIDENT,
    column("low", Number(0.01, 1.0), Optional, "-", "The costs may be as low as this share of the values given."),
    column("high", Number(1.0, 100.0), Optional, "-", "The costs may be as high as this multiple of the values given."),
]};

/// `demand.csv`
pub const DEMAND: Table = Table { name: "demand", required: true, doc: "Goods that somebody wants moved from one place to another in a year.", columns: &[
    column("id", Id, Required, "", "Short id."),
    column("name", Text, Required, "", "Name for people."),
    column("commodity", Id, Required, "", "Commodity, as vehicles and operations name it."),
    column("hs", Hs, Optional, "", "Harmonized System codes of the goods, or the beginnings of codes: 2, 4, 6, 8 or 10 digits, separated by `;`. Blank: not declared; a ban on any goods is then taken to apply in the strict reading."),
    column("origin", Form, Optional, "", "Country in which the goods originate (ISO code). Blank: the country of `from`."),
    column("from", Ref("places"), Required, "", "Origin of the movement."),
    column("to", Ref("places"), Required, "", "Destination of the movement."),
    column("via", Ref("places"), Optional, "", "A place it must pass, where the demand is for a corridor and not only for a relation."),
    column("per_year", Number(0.0, HUGE), Required, "`unit`/year", "Volume in the scenario's first year."),
    column("unit", Choice(&["t", "teu", "vehicles"]), Default("t"), "", "Unit of `per_year`. `vehicles`: trips that use the tracks without freight of their own."),
    column("unit_name", Text, Optional, "", "Name of the unit in reports, where tonnes stand for something else: `campaigns`, `boxes`. Blank: the unit itself."),
    column("role", Choice(&["scaled", "fixed", "background"]), Default("scaled"), "", "`scaled`: multiplied by the ladder. `fixed`: carried as it stands. `background`: traffic of others on the same tracks, carried as it stands and not counted."),
    column("priority", Whole(0, 9), Default("1"), "-", "Rank when not all demand can be carried; 0 is first."),
    column("growth_pct", Number(-50.0, 100.0), Default("0"), "% a year", "Growth of the volume."),
    column("growth_low_pct", Number(-50.0, 100.0), Optional, "% a year", "Low growth; blank: as the base."),
    column("growth_high_pct", Number(-50.0, 100.0), Optional, "% a year", "High growth; blank: as the base."),
    column("peak_month", Number(1.0, 12.0), Optional, "-", "Volume of the busiest month over the mean month; blank: the scenario's `peak_factor`."),
    column("vot_usd_t_h", Number(0.0, 1e4), Default("0"), "USD/t/h", "Value of time: cost of an hour in transit per tonne."),
    column("alternative_usd_t", Number(0.0, 1e5), Optional, "USD/t", "Cost of moving a tonne when this corridor cannot take it (generalised cost of the next best route). The benefit of carrying it here is counted against this. Blank: no benefit is counted."),
    column("shipment", Id, Optional, "", "Rows with the same name are parts of one shipment and are judged by the law together. Rows that hand over the same goods at a place are judged together unless both name different shipments."),
    SOURCE, CONFIDENT,
    column("low", Number(0.01, 1.0), Optional, "-", "The volume may be as low as this share of the value given."),
    column("high", Number(1.0, 100.0), Optional, "-", "The volume may be as high as this multiple of the value given."),
]};

/// `options.csv`
pub const OPTIONS: Table = Table { name: "options", required: false, doc: "A possible investment or change. It edits the description; capacity is derived anew.", columns: &[
    column("id", Id, Required, "", "Short id."),
    column("name", Text, Required, "", "Name for people."),
    column("effect", Choice(&["insert_loop", "second_track", "lengthen_loops", "add_server", "add_stock", "set_calendar", "open_link", "allow_vehicle"]), Required, "", "Effect on the target."),
    column("target", Form, Required, "", "A resource (`add_server`, `add_stock`, `set_calendar`), a link (`open_link`, `lengthen_loops`), a section of a link as `R4:1` or a whole link as `R4` (`insert_loop`, `second_track`), a vehicle (`allow_vehicle`)."),
    column("amount", Number(0.0, 1e9), Default("1"), "-", "Amount that a level adds: servers, tonnes of stock, loops in the section; for `lengthen_loops` the new length in metres."),
    column("calendar", Ref("calendars"), Optional, "", "`set_calendar`: the new calendar."),
    column("max_level", Whole(1, 100), Default("1"), "-", "Maximum number of times it can be taken."),
    column("capex_musd", Number(0.0, 1e6), Required, "million USD", "Investment a level, in prices of `price_year`."),
    column("capex_low_musd", Number(0.0, 1e6), Optional, "million USD", "Low investment; blank: as given."),
    column("capex_high_musd", Number(0.0, 1e6), Optional, "million USD", "High investment; blank: as given."),
    column("opex_musd_per_year", Number(0.0, 1e6), Default("0"), "million USD/year", "Running cost a level."),
    column("life_years", Number(1.0, 200.0), Required, "years", "Economic life."),
    column("lead_months", Number(0.0, 600.0), Required, "months", "From the decision until it works."),
    column("requires", Refs("options"), Optional, "", "Options that must be taken too."),
    column("excludes", Refs("options"), Optional, "", "Options that cannot be taken together with it."),
    SOURCE, CONFIDENT,
]};

/// `policies.csv`
pub const POLICIES: Table = Table { name: "policies", required: false, doc: "A legal or operational rule that forbids, caps or flags movements.", columns: &[
    column("id", Id, Required, "", "Short id."),
    column("set", Id, Required, "", "The set it belongs to."),
    column("kind", Choice(&["law", "case"]), Default("case"), "", "`law` is always on unless the user asks for a run without law. `case` is a study case, on when its set is named."),
    column("effect", Choice(&["forbid", "permit", "cap", "notify"]), Required, "", "`forbid`: a ban. `permit`: lifts the bans that name it in `exempted_by`, with notice where the text asks for it. `cap`: at most `cap_per_year`. `notify`: allowed, but flagged."),
    column("mode", Choice(Mode::WORDS_OR_ANY), Default("any"), "", "Mode by which the border or place is passed."),
    column("territory", Form, Required, "", "Country code or place id the rule is about; several separated by `;`."),
    column("direction", Choice(&["export", "import", "both"]), Default("both"), "", "Goods that leave the territory, enter it, or either. For a place: depart from it, arrive at it, or either."),
    column("binds", Choice(&["goods", "vehicles", "both"]), Optional, "", "Subject of the rule. `goods`: the cargo. `vehicles`: every movement of a vehicle, loaded, empty or with nothing to carry, and with `counterparty` its history: a class that passes the territory may not touch the counterparty. Blank: `vehicles` where `flag` is given; `both` where a ban names no goods, no origin and binds transit; else `goods`."),
    column("flag", Form, Default("any"), "", "Flags of the vehicles it is about, separated by `;`, `!KP` for all but one, or `any`."),
    column("hs", Hs, Default("any"), "", "HS codes or their beginnings (2, 4, 6, 8 or 10 digits) separated by `;`, ranges of chapters as `72-89`, or `any`."),
    column("origin", Form, Default("any"), "", "Countries where the goods originate, separated by `;`, `!KP` for all but one, or `any`."),
    column("counterparty", Form, Default("any"), "", "Countries that the shipment must also touch for the rule to apply, separated by `;`, or `any`."),
    column("transit", Choice(&["yes", "no", "uncertain"]), Default("yes"), "", "Whether it applies to goods that only pass through the territory. `uncertain`: the text is unclear and both readings are run."),
    column("cap_per_year", Number(0.0, HUGE), Optional, "`unit`/year", "Caps: the limit."),
    column("unit", Choice(&["t", "barrel"]), Default("t"), "", "Caps: unit of the limit. A barrel of petroleum products is taken as 0.128 t."),
    column("valid_from", Date, Optional, "", "First day; blank: always."),
    column("valid_to", Date, Optional, "", "Last day; blank: still in force."),
    column("exempted_by", Refs("policies"), Optional, "", "Permits that lift this ban."),
    column("reference", Text, Required, "", "Authority and paragraph."),
    column("procedure", Text, Optional, "", "The lawful exemption procedure, if there is one."),
    SOURCE, CONFIDENT,
]};

/// `calendars.csv`
pub const CALENDARS: Table = Table { name: "calendars", required: true, doc: "Working days and hours, closed dates and seasons.", columns: &[
    column("id", Id, Required, "", "Short id."),
    column("days", Form, Default("mo-su"), "", "Days of the week: `mo-su`, `mo-sa`, `mo;we;fr`."),
    column("open", Form, Default("00:00-24:00"), "", "Hours of those days: `09:00-18:00`; several separated by `;`."),
    column("closed_dates", Form, Optional, "", "Days closed every year, `MM-DD` separated by `;`, or ranges `MM-DD..MM-DD`."),
    column("season", Form, Optional, "", "Parts of the year with less output: `12-15..03-10:0.85`, separated by `;`."),
    column("utc_offset_h", Number(-12.0, 14.0), Default("0"), "h", "Offset of the local time."),
    SOURCE, CONFIDENT,
]};

/// All tables, in the order in which users fill them in.
pub const TABLES: &[&Table] =
    &[&PLACES, &LINKS, &CALENDARS, &RESOURCES, &VEHICLES, &OPERATIONS, &DEMAND, &OPTIONS, &POLICIES];

/// The sheet `scenario` of a workbook, in place of `scenario.toml`.
pub const SETTINGS: Table = Table { name: "scenario", required: true, doc: "Settings of a scenario in a workbook, in place of `scenario.toml`: the sheet `scenario`, a key a row.", columns: &[
    column("key", Text, Required, "", "A key of [scenario.toml](scenario.md)."),
    column("value", Text, Required, "", "Its value; several are separated by `;`. A blank one is as if the row were not there. Further columns are not read."),
]};

/// The sheet `observed` of a workbook.
pub const OBSERVED: Table = Table { name: "observed", required: false, doc: "Observed volumes, in a workbook: the sheet `observed`, as `[[observed]]` of `scenario.toml`.", columns: &[
    column("year", Whole(1900, 2200), Required, "", "Year."),
    column("t_per_year", Number(0.0, HUGE), Required, "t/year", "Tonnes in that year."),
    column("what", Text, Required, "", "The traffic counted, and where."),
    column("source", Text, Required, "", "Source of the figure."),
]};

/// Sheets that only workbooks have.
pub const SHEETS: &[&Table] = &[&SETTINGS, &OBSERVED];

/// A list of points: `origins.csv`, `destinations.csv` of `trimodal table`.
pub const POINTS: Table = Table { name: "points", required: true, doc: "Points between which `trimodal table` computes.", columns: &[
    column("id", Label, Optional, "", "Id for the output, of any printable characters; blank: the place as written, or its coordinates."),
    column("place", Text, Optional, "", "A place as `trimodal route` takes it: `Paris`, `Paris, FR`, `KRPUS`. Blank: `lat` and `lon` are given."),
    column("lat", Number(-90.0, 90.0), Optional, "degrees north", "Latitude, WGS 84; in place of `place`. `latitude` and `y` are read too."),
    column("lon", Number(-180.0, 180.0), Optional, "degrees east", "Longitude, WGS 84; in place of `place`. `longitude`, `lng` and `x` are read too."),
]};

/// A list of pairs: the file of `trimodal pairs`.
pub const PAIRS: Table = Table { name: "pairs", required: true, doc: "Pairs of places that `trimodal pairs` routes, one a row.", columns: &[
    column("id", Label, Optional, "", "Id for the output, of any printable characters; ids may repeat."),
    column("origin", Text, Optional, "", "A place as `trimodal route` takes it: a name, a code or coordinates. Blank: `origin_lat` and `origin_lon` are given. `from` is read too."),
    column("destination", Text, Optional, "", "Where to, in the same way. `to` is read too."),
    column("origin_lat", Number(-90.0, 90.0), Optional, "degrees north", "Latitude, WGS 84; in place of `origin`."),
    column("origin_lon", Number(-180.0, 180.0), Optional, "degrees east", "Longitude, WGS 84; in place of `origin`."),
    column("destination_lat", Number(-90.0, 90.0), Optional, "degrees north", "Latitude, WGS 84; in place of `destination`."),
    column("destination_lon", Number(-180.0, 180.0), Optional, "degrees east", "Longitude, WGS 84; in place of `destination`."),
]};

/// Places of a user's own: `--places FILE`.
pub const OWN_PLACES: Table = Table { name: "own_places", required: true, doc: "Places of your own, found by name before all others (`--places FILE`).", columns: &[
    column("name", Text, Required, "", "Name, as it is asked for; case and accents do not matter."),
    column("lat", Number(-90.0, 90.0), Required, "degrees north", "Latitude, WGS 84."),
    column("lon", Number(-180.0, 180.0), Required, "degrees east", "Longitude, WGS 84."),
    column("country", Text, Optional, "", "Country by name or code; blank: that of the network nearby."),
]};

/// Corrections of the network by a user: `--overrides FILE`.
pub const OVERRIDES: Table = Table { name: "overrides", required: true, doc: "Changes to links of the world network, the same for every verb (`--overrides FILE`).", columns: &[
    column("link", Text, Required, "", "Stable id of the link, `rail:0123456789`; `trimodal world links LAT,LON` lists those near a point."),
    column("action", Choice(&["close", "speed", "cost"]), Required, "", "`close`: no traffic. `speed`: running speed. `cost`: times the cost of moving."),
    column("value", Number(0.001, 1_000.0), Optional, "(km/h, or a factor)", "`speed`: km/h. `cost`: the factor. Blank for `close`."),
    column("author", Text, Required, "", "Who says so."),
    column("reason", Text, Required, "", "Why."),
]};

/// Emission factors in place of the bundled ones: `--factors FILE`.
pub const FACTORS: Table = Table { name: "factors", required: true, doc: "Emission factors in place of the bundled ones (`--factors FILE`). Every mode needs a row for `any` cargo or for the cargo shipped.", columns: &[
    column("mode", Choice(Mode::WORDS), Required, "", "Mode."),
    column("cargo", Choice(&["any", "containers", "dry_bulk", "liquid_bulk", "general", "reefer"]), Default("any"), "", "Cargo the factor is for; a row for the cargo goes before one for `any`."),
    column("wtt_g_tkm", Number(0.0, 2_000.0), Required, "g CO2e/tkm", "Well-to-tank: making and delivering the energy."),
    column("ttw_g_tkm", Number(0.0, 2_000.0), Required, "g CO2e/tkm", "Tank-to-wheel: using it."),
    column("country", Text, Optional, "", "Country the factor holds in, a two-letter code; blank: everywhere else."),
    column("ship", Text, Optional, "", "Class of ship the factor holds for (`--ship`); blank: any other."),
    column("fixed_g_t", Number(0.0, 1_000_000.0), Optional, "g CO2e/t", "At each end of a voyage, whatever its length; blank: 0."),
    column("daf", Number(1.0, 3.0), Optional, "", "Distance adjustment that belongs to the factor: distance moved over the shortest feasible one; blank: 1."),
    column("load", Number(0.05, 1.0), Optional, "", "Trucks: share of a full truck that the factor belongs to; the factor is then converted to the load of the shipment. Blank: it holds for any load."),
    column("class", Text, Optional, "", "Vehicle class."),
    column("year", Text, Optional, "", "Year of the data."),
    column("uncertainty_pct", Number(0.0, 1_000.0), Optional, "%", "Uncertainty."),
    column("source", Text, Required, "", "Where the factor comes from."),
    column("confidence", Text, Optional, "", "`published`, `derived`, `recalled` and so on."),
]};

/// Rates that go before the bundled ones: `--rates FILE`.
pub const RATES: Table = Table { name: "rates", required: true, doc: "Prices that go before the bundled ones (`--rates FILE`). A row replaces the bundled rows of the same mode, cargo, `what` and `where`.", columns: &[
    column("mode", Choice(Mode::WORDS), Required, "", "Mode."),
    column("cargo", Choice(&["any", "containers", "dry_bulk", "liquid_bulk", "general", "reefer"]), Default("any"), "", "Cargo the rate is for; a row for the cargo goes before one for `any`."),
    column("what", Choice(&["moving", "load", "unload", "gate"]), Required, "", "`moving`: by distance. `load`, `unload`: at the ends; at sea the part of the freight that depends on the region of the port. `gate`: at sea, the surcharge of a trade in its fuller direction."),
    column("where", Text, Default("--"), "", "A country (`DE`), at sea a region of ports or a gate with a direction (`pacific-north:E`), or `--` for all others."),
    column("usd", Number(0.0, HUGE), Required, "US dollars", "The rate."),
    column("low", Number(0.0, HUGE), Optional, "US dollars", "The least that is usual."),
    column("high", Number(0.0, HUGE), Optional, "US dollars", "The most that is usual."),
    column("per", Choice(&["teu-km", "truck-km", "tkm", "teu", "truck", "t", "shipment"]), Required, "", "Unit. Containers and trucks are charged whole."),
    column("period", Text, Optional, "", "When the rate held."),
    column("source", Text, Required, "", "Where the rate comes from."),
    column("confidence", Text, Optional, "", "`published`, `derived`, `recalled` and so on."),
]};

/// Services of one's own: `--services FILE`.
pub const SERVICES: Table = Table { name: "services", required: true, doc: "Ships of a line and block trains between two terminals, in one direction (`--services FILE`). A row goes in place of a bundled service between the same terminals. Sea and rail only.", columns: &[
    column("id", Id, Required, "", "Short id for the answer."),
    column("mode", Choice(&["sea", "rail"]), Required, "", "Mode."),
    column("cargo", Choice(&["any", "containers", "dry_bulk", "liquid_bulk", "general", "reefer"]), Default("containers"), "", "Cargo it carries."),
    column("from_code", Text, Optional, "", "Code of the port where it begins; blank: the nearest to its coordinates."),
    column("to_code", Text, Optional, "", "Code of the port where it ends."),
    column("from", Text, Required, "", "Where from: a name for people."),
    column("from_lat", Number(-90.0, 90.0), Required, "degrees north", "Latitude of the terminal."),
    column("from_lon", Number(-180.0, 180.0), Required, "degrees east", "Longitude of the terminal."),
    column("to", Text, Required, "", "Where to: a name for people."),
    column("to_lat", Number(-90.0, 90.0), Required, "degrees north", "Latitude of the terminal."),
    column("to_lon", Number(-180.0, 180.0), Required, "degrees east", "Longitude of the terminal."),
    column("avoid", Text, Optional, "", "Passages and countries its way keeps clear of, separated by spaces: `suez RU`."),
    column("departures_per_week", Number(0.01, 1_000.0), Optional, "a week", "The wait is half the time between two; blank: no wait."),
    column("days_p10", Number(0.01, 400.0), Optional, "days", "One of ten needs less; not used."),
    column("days_p50", Number(0.01, 400.0), Optional, "days", "Median time from terminal to terminal; blank: by the model."),
    column("days_p90", Number(0.01, 400.0), Optional, "days", "Nine of ten need no longer; blank: it does not vary."),
    column("usd", Number(0.0, HUGE), Optional, "US dollars", "Price; blank: by the model."),
    column("usd_low", Number(0.0, HUGE), Optional, "US dollars", "The least that is usual."),
    column("usd_high", Number(0.0, HUGE), Optional, "US dollars", "The most that is usual."),
    column("per", Choice(&["teu", "truck", "t", "shipment"]), Default("teu"), "", "Unit of the price."),
    column("period", Text, Optional, "", "When the price held."),
    column("source", Text, Required, "", "Where the figures come from."),
    column("departures_confidence", Text, Optional, "", "`published`, `derived`, `recalled` and so on."),
    column("days_confidence", Text, Optional, "", "The same."),
    column("rate_confidence", Text, Optional, "", "The same."),
]};

/// Tables that verbs take one by one, outside a scenario folder.
pub const INPUTS: &[&Table] =
    &[&POINTS, &PAIRS, &OWN_PLACES, &OVERRIDES, &FACTORS, &RATES, &SERVICES];
