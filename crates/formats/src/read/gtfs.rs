//! GTFS: trips of trains, ships and ferries, to services as `--services` reads them: one row for each pair of calls
//! of a route where goods can be taken on at the one and off at the other.

mod calendar;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io::{Cursor, Write};

use gtfs_structures::{
    Error, GtfsReader, PickupDropOffType, RawFrequency, RawGtfs, RawStopTime, RawTrip, Route,
    RouteType, Stop,
};
use trimodal_model::problem::{DAMAGED, MALFORMED, OUT_OF_RANGE, PART_MISSING, shown};

use crate::findings::Findings;
use crate::layer::{Layer, Value};
use crate::source::{Source, is_bounded_archive};
use calendar::Days;

/// Of trips with more calls only the way from end to end is a service.
const MOST_CALLS: usize = 12;
const DAY_S: f64 = 86_400.0;

/// The services of a feed.
pub fn services(source: &Source, found: &mut Findings) -> Option<Vec<Layer>> {
    let place = source.name.clone();
    let archive = if source.is_folder { zipped(source) } else { source.bytes().to_vec() };
    if !is_bounded_archive(&place, &archive, found) {
        return None;
    }
    let read =
        || GtfsReader::default().read_shapes(false).raw().read_from_reader(Cursor::new(archive));
    let feed = found.decode(&place, "GTFS", || read().map_err(|e| e.to_string()))?;
    let feed = Feed::new(&place, feed, found)?;
    Some(vec![feed.services(found)])
}

/// A folder as the archive that the library reads.
fn zipped(source: &Source) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for file in source.files.iter().filter(|f| f.name.ends_with(".txt")) {
        let written = archive.start_file(&file.name, stored).is_ok()
            && archive.write_all(&file.bytes).is_ok();
        debug_assert!(written, "writing to memory cannot fail");
    }
    archive.finish().map(Cursor::into_inner).unwrap_or_default()
}

struct Feed {
    place: String,
    stops: HashMap<String, Stop>,
    /// Mode and name by route.
    routes: HashMap<String, (&'static str, String)>,
    /// Trips of these routes.
    trips: HashMap<String, Trip>,
    days: Days,
    /// Calls in order by trip, with their rows.
    calls: BTreeMap<String, Vec<(usize, RawStopTime)>>,
}

struct Trip {
    route: String,
    service: String,
    /// Departures on each day of its service.
    runs: f64,
}

/// What is between two stops of a route: departures on a day by service, and the days of each trip.
#[derive(Default)]
struct Between {
    runs: BTreeMap<String, f64>,
    days: Vec<f64>,
}

type Found = BTreeMap<(String, String, String), Between>;

impl Feed {
    fn new(place: &str, raw: RawGtfs, found: &mut Findings) -> Option<Feed> {
        let mut file = Files { place, found };
        let stops = file.of(Some(raw.stops));
        let routes = file.of(Some(raw.routes));
        let trips = file.of(Some(raw.trips));
        let times = file.of(Some(raw.stop_times));
        let calendars = file.of(raw.calendar);
        let dates = file.of(raw.calendar_dates);
        let frequencies = file.of(raw.frequencies);
        if !found.is_sound() {
            return None;
        }
        let known: HashSet<String> = routes.iter().map(|r| r.id.clone()).collect();
        let is_lost = |t: &&RawTrip| !known.contains(&t.route_id);
        let lost = trips.iter().filter(is_lost).map(|t| t.id.as_str());
        found.left_out(place, "trips of routes that routes.txt does not have", lost);
        let all: HashSet<String> = trips.iter().map(|t| t.id.clone()).collect();
        let runs = runs(place, frequencies, &all, found);
        let routes = modes(place, routes, found);
        let is_kept = |t: &RawTrip| routes.contains_key(&t.route_id);
        let trips = trips.into_iter().filter(is_kept).map(|t| {
            let runs = runs.get(&t.id).copied().unwrap_or(1.0);
            (t.id, Trip { route: t.route_id, service: t.service_id, runs })
        });
        let trips: HashMap<String, Trip> = trips.collect();
        let mut feed = Feed {
            place: place.to_string(),
            stops: stops.into_iter().map(|s| (s.id.clone(), s)).collect(),
            routes,
            trips,
            days: Days::new(&calendars, &dates),
            calls: BTreeMap::new(),
        };
        feed.call(times, &all, found);
        feed.references(found);
        feed.times(found);
        found.is_sound().then_some(feed)
    }

    /// Takes the calls of trips, in their order.
    fn call(&mut self, times: Vec<RawStopTime>, all: &HashSet<String>, found: &mut Findings) {
        let mut lost = BTreeSet::new();
        for (i, call) in times.into_iter().enumerate() {
            if self.trips.contains_key(&call.trip_id) {
                self.calls.entry(call.trip_id.clone()).or_default().push((i + 2, call));
            } else if !all.contains(&call.trip_id) {
                lost.insert(call.trip_id);
            }
        }
        self.calls.values_mut().for_each(|c| c.sort_by_key(|(_, c)| c.stop_sequence));
        let what = "trips with calls that trips.txt does not have";
        found.left_out(&self.place, what, lost.iter().map(String::as_str));
    }

    /// Notes trips whose days are not known, and stops that are not.
    fn references(&self, found: &mut Findings) {
        let idle = self.trips.iter().filter(|(_, t)| !self.days.has(&t.service));
        let idle: BTreeSet<&str> = idle.map(|(id, _)| id.as_str()).collect();
        let what = "trips run on days that no calendar has: they count as no departures";
        found.list(&self.place, what, idle);
        let calls = self.calls.values().flatten();
        let lost = calls.filter(|(_, c)| !self.stops.contains_key(&c.stop_id));
        let lost: BTreeSet<&str> = lost.map(|(_, c)| c.stop_id.as_str()).collect();
        found.left_out(&self.place, "stops with calls that stops.txt does not have", lost);
    }

    /// Times of a trip that run backward are problems.
    fn times(&self, found: &mut Findings) {
        let file = within(&self.place, "stop_times.txt");
        for (trip, calls) in &self.calls {
            let mut before: Option<u32> = None;
            for (row, call) in calls {
                for time in [call.arrival_time, call.departure_time].into_iter().flatten() {
                    if before.is_some_and(|b| time < b) {
                        let message = format!("trip `{}` runs backward in time", shown(trip));
                        let hint = "times after midnight go on from 24:00:00";
                        found.problem(OUT_OF_RANGE, (&file, *row, 0), message, hint);
                    }
                    before = Some(time);
                }
            }
        }
    }

    fn services(&self, found: &mut Findings) -> Layer {
        let mut all = Found::new();
        let mut long = Vec::new();
        for (trip, calls) in &self.calls {
            let Some(of) = self.trips.get(trip) else { continue };
            if calls.len() > MOST_CALLS {
                long.push(trip.as_str());
            }
            for (from, to) in pairs(calls) {
                let key = (of.route.clone(), from.stop_id.clone(), to.stop_id.clone());
                let entry = all.entry(key).or_default();
                if self.days.has(&of.service) {
                    *entry.runs.entry(of.service.clone()).or_default() += of.runs;
                }
                let left = from.departure_time.or(from.arrival_time);
                let came = to.arrival_time.or(to.departure_time);
                if let (Some(left), Some(came)) = (left, came) {
                    entry.days.push((f64::from(came) - f64::from(left)) / DAY_S);
                }
            }
        }
        let message = format!("trips with more than {MOST_CALLS} calls, but for their ends");
        found.left_out(&self.place, &message, long);
        self.layer(all, found)
    }

    fn layer(&self, all: Found, found: &mut Findings) -> Layer {
        let columns = [
            "id",
            "mode",
            "cargo",
            "from",
            "from_lat",
            "from_lon",
            "to",
            "to_lat",
            "to_lon",
            "departures_per_week",
            "days_p50",
            "source",
            "departures_confidence",
            "days_confidence",
        ];
        let mut layer = Layer::new("services", &columns);
        let (mut nowhere, mut idle) = (Vec::new(), Vec::new());
        for ((route, from, to), Between { runs, mut days }) in all {
            let (mode, name) = &self.routes[&route];
            let (Some(a), Some(b)) = (self.stop(&from), self.stop(&to)) else {
                nowhere.push(format!("{from} - {to}"));
                continue;
            };
            let a_week = self.days.a_week(&runs);
            // Where no calendar is known, the departures are not.
            if a_week == 0.0 && !runs.is_empty() {
                idle.push(format!("{from} - {to}"));
                continue;
            }
            days.sort_by(f64::total_cmp);
            let median = days.get(days.len() / 2).copied().filter(|d| *d > 0.0);
            let mut cells = vec![Value::Text(format!("{}-{}", ids(&route), layer.rows.len() + 1))];
            cells.extend([Value::text(mode), Value::text("any")]);
            for (name, at) in [a, b] {
                cells.extend([Value::text(&name), Value::Number(at[0]), Value::Number(at[1])]);
            }
            // The table refuses less than one in a hundred weeks.
            cells.push(Value::maybe(Some(a_week).filter(|w| *w >= 0.01)));
            cells.push(Value::maybe(median.map(|d| (d.max(0.01) * 1e4).round() / 1e4)));
            cells.push(Value::Text(format!("GTFS {}, {name}", self.place)));
            cells.extend([Value::text("published"), Value::text("published")]);
            layer.push(cells, None);
        }
        found.left_out(
            &self.place,
            "services of stops without coordinates",
            nowhere.iter().map(String::as_str),
        );
        let what = "services that run on no day";
        found.left_out(&self.place, what, idle.iter().map(String::as_str));
        layer
    }

    /// Name and degrees north and east of a stop, or of the station that it is part of.
    fn stop(&self, id: &str) -> Option<(String, [f64; 2])> {
        let stop = self.stops.get(id)?;
        let station = stop.parent_station.as_ref().and_then(|p| self.stops.get(p));
        let name = station.and_then(|s| s.name.clone()).or_else(|| stop.name.clone());
        let at = [Some(stop), station]
            .into_iter()
            .flatten()
            .find_map(|s| Some([s.latitude?, s.longitude?]))?;
        Some((name.unwrap_or_else(|| id.to_string()), at))
    }
}

/// Pairs of calls where goods are taken on and off.
fn pairs(calls: &[(usize, RawStopTime)]) -> Vec<(&RawStopTime, &RawStopTime)> {
    let on = |c: &RawStopTime| !matches!(c.pickup_type, PickupDropOffType::NotAvailable);
    let off = |c: &RawStopTime| !matches!(c.drop_off_type, PickupDropOffType::NotAvailable);
    let calls: Vec<&RawStopTime> = match calls {
        [(_, first), .., (_, last)] if calls.len() > MOST_CALLS => vec![first, last],
        all => all.iter().map(|(_, call)| call).collect(),
    };
    let mut pairs = Vec::new();
    for (i, from) in calls.iter().enumerate() {
        let later = calls[i + 1..].iter().filter(|to| to.stop_id != from.stop_id);
        pairs.extend(later.filter(|to| on(from) && off(to)).map(|to| (*from, *to)));
    }
    pairs
}

fn mode(of: RouteType) -> Option<&'static str> {
    let plain = match of {
        RouteType::Extended(extended) => extended.to_standard_route_type(),
        plain => plain,
    };
    match plain {
        RouteType::Rail => Some("rail"),
        RouteType::Ferry => Some("sea"),
        _ => None,
    }
}

/// How often trips run on a day, of those that are given by their frequency.
fn runs(
    place: &str,
    frequencies: Vec<RawFrequency>,
    all: &HashSet<String>,
    found: &mut Findings,
) -> HashMap<String, f64> {
    let mut runs: HashMap<String, f64> = HashMap::new();
    for f in frequencies {
        let span = f64::from(f.end_time.saturating_sub(f.start_time));
        *runs.entry(f.trip_id).or_default() += span / f64::from(f.headway_secs.max(1));
    }
    let lost: BTreeSet<&str> =
        runs.keys().filter(|t| !all.contains(*t)).map(String::as_str).collect();
    found.left_out(place, "trips with a frequency that trips.txt does not have", lost);
    runs
}

/// Modes and names of routes; those of other modes are left out.
fn modes(
    place: &str,
    routes: Vec<Route>,
    found: &mut Findings,
) -> HashMap<String, (&'static str, String)> {
    let mut modes = HashMap::new();
    let mut others = Vec::new();
    for route in routes {
        let names = [&route.long_name, &route.short_name];
        let name = names.into_iter().flatten().find(|n| !n.is_empty()).unwrap_or(&route.id).clone();
        match mode(route.route_type) {
            Some(mode) => drop(modes.insert(route.id, (mode, name))),
            None => others.push(name),
        }
    }
    found.left_out(place, "routes of other modes", others.iter().map(String::as_str));
    modes
}

/// How a file of a feed is named in problems.
fn within(place: &str, file: &str) -> String {
    std::path::Path::new(place).join(file).display().to_string()
}

/// The files of a feed, as the library read them.
struct Files<'a> {
    place: &'a str,
    found: &'a mut Findings,
}

impl Files<'_> {
    /// The rows of a file; none where there is no such file. One that cannot be read is a problem at its place.
    fn of<T>(&mut self, read: Option<Result<Vec<T>, Error>>) -> Vec<T> {
        let hint = "check the feed with a GTFS validator";
        match read {
            None => {}
            Some(Ok(rows)) => return rows,
            Some(Err(Error::CSVError { file_name, source, line_in_error })) => {
                let why = reason(&source);
                let row = source.position().map_or(0, |p| p.line() as usize);
                let column = line_in_error.map_or(0, |line| column(&source, &why, &line.values));
                let at = within(self.place, &file_name);
                let message = format!("the row cannot be read: {why}");
                self.found.problem(MALFORMED, (&at, row, column), message, hint);
            }
            Some(Err(Error::MissingFile(name))) => {
                let message = format!("`{name}` is missing");
                self.found.problem(PART_MISSING, (self.place, 0, 0), message, hint);
            }
            Some(Err(other)) => {
                self.found.problem(DAMAGED, (self.place, 0, 0), other.to_string(), hint)
            }
        }
        Vec::new()
    }
}

/// The column of an error: the one that it names, or the only one with the value that it shows; otherwise 0.
fn column(error: &csv::Error, why: &str, values: &[String]) -> usize {
    if let csv::ErrorKind::Deserialize { err, .. } = error.kind()
        && let Some(field) = err.field()
    {
        return field as usize + 1;
    }
    let is_shown = |v: &String| !v.is_empty() && why.contains(&format!("'{v}'"));
    let mut shown = (1..).zip(values).filter(|(_, v)| is_shown(v));
    match (shown.next(), shown.next()) {
        (Some((column, _)), None) => column,
        _ => 0,
    }
}

fn reason(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Deserialize { err, .. } => err.kind().to_string(),
        _ => error.to_string(),
    }
}

/// A name as ids are written.
fn ids(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "_-.".contains(c) { c } else { '-' };
    name.chars().map(plain).collect()
}
