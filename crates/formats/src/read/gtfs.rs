//! GTFS: trips of trains, ships and ferries, to services as `--services` reads them: one row for each pair of calls
//! of a route where goods can be taken on at the one and off at the other.

use std::collections::{BTreeMap, HashMap};
use std::io::{Cursor, Write};

use gtfs_structures::{GtfsReader, PickupDropOffType, RawGtfs, RawStopTime, RouteType, Stop};
use trimodal_model::problem::DAMAGED;

use crate::findings::Findings;
use crate::layer::{Layer, Value};
use crate::source::{Source, is_bounded_archive};

/// Of trips with more calls only the way from end to end is a service.
const MOST_CALLS: usize = 12;
/// Trips that run on days given one by one are counted over at least so many weeks.
const LEAST_WEEKS: f64 = 1.0;
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
    /// Route and departures a week by trip.
    trips: HashMap<String, (String, f64)>,
    /// Calls in order by trip.
    calls: BTreeMap<String, Vec<RawStopTime>>,
}

/// Services between two stops of a route: departures a week, and the days of each trip.
type Found = BTreeMap<(String, String, String), (f64, Vec<f64>)>;

impl Feed {
    fn new(place: &str, raw: RawGtfs, found: &mut Findings) -> Option<Feed> {
        let mut kept = |what: &str, why: String| {
            found.problem(
                DAMAGED,
                (place, 0, 0),
                format!("{what}: {why}"),
                "check the feed with a GTFS validator",
            );
        };
        let stops = raw.stops.map_err(|e| kept("stops.txt", e.to_string())).ok();
        let routes = raw.routes.map_err(|e| kept("routes.txt", e.to_string())).ok();
        let trips = raw.trips.map_err(|e| kept("trips.txt", e.to_string())).ok();
        let times = raw.stop_times.map_err(|e| kept("stop_times.txt", e.to_string())).ok();
        let (stops, routes, trips, times) = (stops?, routes?, trips?, times?);
        let mut modes = HashMap::new();
        let mut others = Vec::new();
        for route in &routes {
            let names = [&route.long_name, &route.short_name];
            let name =
                names.into_iter().flatten().find(|n| !n.is_empty()).unwrap_or(&route.id).clone();
            match mode(route.route_type) {
                Some(mode) => drop(modes.insert(route.id.clone(), (mode, name))),
                None => others.push(name),
            }
        }
        found.left_out(place, "routes of other modes", others.iter().map(String::as_str));
        let mut days =
            days_a_week(raw.calendar.and_then(Result::ok), raw.calendar_dates.and_then(Result::ok));
        let mut runs: HashMap<String, f64> = HashMap::new();
        for f in raw.frequencies.and_then(Result::ok).into_iter().flatten() {
            let span = f64::from(f.end_time.saturating_sub(f.start_time));
            *runs.entry(f.trip_id).or_default() += span / f64::from(f.headway_secs.max(1));
        }
        let trips = trips.into_iter().filter(|t| modes.contains_key(&t.route_id));
        let trips = trips.map(|t| {
            let a_week =
                *days.entry(t.service_id).or_insert(0.0) * runs.get(&t.id).copied().unwrap_or(1.0);
            (t.id, (t.route_id, a_week))
        });
        let trips: HashMap<String, (String, f64)> = trips.collect();
        let mut calls: BTreeMap<String, Vec<RawStopTime>> = BTreeMap::new();
        for call in times.into_iter().filter(|c| trips.contains_key(&c.trip_id)) {
            calls.entry(call.trip_id.clone()).or_default().push(call);
        }
        calls.values_mut().for_each(|c| c.sort_by_key(|c| c.stop_sequence));
        let stops = stops.into_iter().map(|s| (s.id.clone(), s)).collect();
        Some(Feed { place: place.to_string(), stops, routes: modes, trips, calls })
    }

    fn services(&self, found: &mut Findings) -> Layer {
        let mut all = Found::new();
        let mut long = Vec::new();
        for (trip, calls) in &self.calls {
            let Some((route, a_week)) = self.trips.get(trip) else { continue };
            if calls.len() > MOST_CALLS {
                long.push(trip.as_str());
            }
            for (from, to) in pairs(calls) {
                let key = (route.clone(), from.stop_id.clone(), to.stop_id.clone());
                let entry = all.entry(key).or_default();
                entry.0 += a_week;
                let left = from.departure_time.or(from.arrival_time);
                let came = to.arrival_time.or(to.departure_time);
                if let (Some(left), Some(came)) = (left, came) {
                    entry.1.push((f64::from(came) - f64::from(left)) / DAY_S);
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
        let mut nowhere = Vec::new();
        for ((route, from, to), (a_week, mut days)) in all {
            let (mode, name) = &self.routes[&route];
            let (Some(a), Some(b)) = (self.stop(&from), self.stop(&to)) else {
                nowhere.push(format!("{from} - {to}"));
                continue;
            };
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
fn pairs(calls: &[RawStopTime]) -> Vec<(&RawStopTime, &RawStopTime)> {
    let on = |c: &RawStopTime| !matches!(c.pickup_type, PickupDropOffType::NotAvailable);
    let off = |c: &RawStopTime| !matches!(c.drop_off_type, PickupDropOffType::NotAvailable);
    let calls: Vec<&RawStopTime> = match calls {
        [first, .., last] if calls.len() > MOST_CALLS => vec![first, last],
        all => all.iter().collect(),
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

/// Days a week on which a calendar runs.
fn days_a_week(
    calendar: Option<Vec<gtfs_structures::Calendar>>,
    dates: Option<Vec<gtfs_structures::CalendarDate>>,
) -> HashMap<String, f64> {
    let week = |c: &gtfs_structures::Calendar| {
        let days = [c.monday, c.tuesday, c.wednesday, c.thursday, c.friday, c.saturday, c.sunday];
        days.iter().filter(|d| **d).count() as f64
    };
    let mut days: HashMap<String, f64> =
        calendar.into_iter().flatten().map(|c| (c.id.clone(), week(&c))).collect();
    let mut added: HashMap<String, Vec<i32>> = HashMap::new();
    for date in dates.into_iter().flatten() {
        if matches!(date.exception_type, gtfs_structures::Exception::Added) {
            let day = date.date.to_string();
            added.entry(date.service_id).or_default().push(day_number(&day));
        }
    }
    for (service, on) in
        added.into_iter().filter(|(service, _)| !days.contains_key(service)).collect::<Vec<_>>()
    {
        let span = on.iter().max().zip(on.iter().min()).map_or(0, |(last, first)| last - first + 1);
        days.insert(service, on.len() as f64 / (f64::from(span) / 7.0).max(LEAST_WEEKS));
    }
    days
}

/// The number of a day, from its text in ISO 8601.
fn day_number(text: &str) -> i32 {
    let part = |range: std::ops::Range<usize>| {
        text.get(range).and_then(|t| t.parse().ok()).unwrap_or(1_i16)
    };
    let date = jiff::civil::Date::new(part(0..4), part(5..7) as i8, part(8..10) as i8);
    date.map_or(0, |d| d.since(jiff::civil::date(2000, 1, 1)).map_or(0, |s| s.get_days()))
}

/// A name as ids are written.
fn ids(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "_-.".contains(c) { c } else { '-' };
    name.chars().map(plain).collect()
}
