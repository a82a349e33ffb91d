//! The weeks in which the services of a feed run, from its calendars and the days that are added and removed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use gtfs_structures::{Calendar, CalendarDate, Exception};
use jiff::civil::{Date, date};

/// Later days of a calendar are not counted: ten years show how a service runs.
const MOST_DAYS: i32 = 3_660;
const WEEK: i32 = 7;

/// The weeks in which services run, as numbers, and on how many of their days.
pub struct Days {
    of: HashMap<String, BTreeMap<i32, u8>>,
    first: i32,
    last: i32,
}

impl Days {
    /// Those of a feed.
    pub fn new(calendars: &[Calendar], dates: &[CalendarDate]) -> Days {
        // Day 0 is a Monday.
        let mut of: HashMap<String, BTreeSet<i32>> = HashMap::new();
        let mut ends: Vec<i32> = Vec::new();
        for c in calendars {
            let week =
                [c.monday, c.tuesday, c.wednesday, c.thursday, c.friday, c.saturday, c.sunday];
            let (start, end) = (c.start_date, c.end_date);
            let first = number(start.year(), start.month(), start.day());
            let last = number(end.year(), end.month(), end.day()).min(first + MOST_DAYS);
            let runs = |day: &i32| week[day.rem_euclid(WEEK) as usize];
            of.entry(c.id.clone()).or_default().extend((first..=last).filter(runs));
            ends.extend([first, last]);
        }
        for d in dates {
            let day = number(d.date.year(), d.date.month(), d.date.day());
            let days = of.entry(d.service_id.clone()).or_default();
            match d.exception_type {
                Exception::Added => days.insert(day),
                Exception::Deleted => days.remove(&day),
            };
            ends.push(day);
        }
        let first = ends.iter().min().copied().unwrap_or_default();
        let last = ends.iter().max().copied().unwrap_or_default();
        let weeks = |days: BTreeSet<i32>| {
            let mut weeks = BTreeMap::new();
            for day in days {
                *weeks.entry(day.div_euclid(WEEK)).or_default() += 1;
            }
            weeks
        };
        let of = of.into_iter().map(|(service, days)| (service, weeks(days))).collect();
        Days { of, first, last }
    }

    /// Whether a calendar or a day names a service.
    pub fn has(&self, service: &str) -> bool {
        self.of.contains_key(service)
    }

    /// Departures a week of trips that run so many times on each day of a service: those of the usual one of the weeks
    /// in which any of them runs. Weeks that the feed has only in part count where there are no others.
    pub fn a_week(&self, runs: &BTreeMap<String, f64>) -> f64 {
        let mut weeks: BTreeMap<i32, f64> = BTreeMap::new();
        for (service, runs) in runs {
            for (week, days) in self.of.get(service).into_iter().flatten() {
                *weeks.entry(*week).or_default() += runs * f64::from(*days);
            }
        }
        let is_whole = |week: i32| week * WEEK >= self.first && week * WEEK + WEEK - 1 <= self.last;
        let mut whole: Vec<f64> =
            weeks.iter().filter(|(week, _)| is_whole(**week)).map(|(_, n)| *n).collect();
        whole.sort_by(f64::total_cmp);
        match whole.len() {
            0 => {
                let span = f64::from(self.last - self.first + 1) / f64::from(WEEK);
                weeks.values().sum::<f64>() / span.min(weeks.len() as f64).max(1.0)
            }
            n => f64::midpoint(whole[(n - 1) / 2], whole[n / 2]),
        }
    }
}

/// The number of a day.
fn number(year: i16, month: i8, day: i8) -> i32 {
    let monday = date(2001, 1, 1);
    let days = Date::new(year, month, day).and_then(|day| monday.until(day));
    days.map_or(0, |span| span.get_days())
}
