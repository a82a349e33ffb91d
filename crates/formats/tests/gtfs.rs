//! Feeds: departures of the weeks in which a service runs, and what is wrong in a feed.

#![allow(clippy::unwrap_used)]

mod common;

use common::{cells, layers, refused};
use trimodal_formats::Source;
use trimodal_formats::source::File;

const WEEK: &str =
    "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n";
const DATES: &str = "service_id,date,exception_type\n";

/// A feed of one ferry route, with other files in place of its own.
fn feed(others: &[(&str, &str)]) -> Source {
    let own = [
        ("agency.txt", "agency_id,agency_name,agency_url,agency_timezone\na,A,http://a.org,UTC\n"),
        (
            "stops.txt",
            "stop_id,stop_name,stop_lat,stop_lon\nT,Tallinn,59.44,24.75\nH,Helsinki,60.17,24.95\n",
        ),
        (
            "routes.txt",
            "route_id,agency_id,route_short_name,route_long_name,route_type\nR,a,,Tallinn-Helsinki,4\n",
        ),
        ("trips.txt", "route_id,service_id,trip_id\nR,S,t1\nR,W,t2\n"),
        (
            "stop_times.txt",
            "trip_id,arrival_time,departure_time,stop_id,stop_sequence\nt1,08:00:00,08:00:00,T,1\nt1,10:30:00,10:30:00,H,2\nt2,09:00:00,09:00:00,T,1\nt2,11:30:00,11:30:00,H,2\n",
        ),
    ];
    let kept = own.iter().filter(|(name, _)| !others.iter().any(|(other, _)| other == name));
    let files = kept
        .chain(others)
        .map(|(name, text)| File { name: name.to_string(), bytes: text.as_bytes().to_vec() });
    Source::folder("feed", files.collect())
}

fn departures(others: &[(&str, &str)]) -> Vec<String> {
    cells(&layers(&feed(others)).0[0], "departures_per_week")
}

#[test]
fn departures_are_those_of_the_weeks_in_which_the_service_runs() {
    let seasons =
        format!("{WEEK}S,1,1,1,1,1,1,1,20260601,20260831\nW,1,1,1,1,1,1,1,20260901,20270531\n");
    assert_eq!(departures(&[("calendar.txt", &seasons)]), ["7"]);
    let both =
        format!("{WEEK}S,1,1,1,1,1,1,1,20260601,20260831\nW,0,0,0,0,0,1,1,20260601,20260831\n");
    assert_eq!(departures(&[("calendar.txt", &both)]), ["9"]);
}

#[test]
fn days_are_added_and_removed() {
    let none =
        format!("{WEEK}S,0,0,0,0,0,0,0,20260601,20260628\nW,0,0,0,0,0,0,0,20260601,20260628\n");
    let days = |range: std::ops::RangeInclusive<u32>, kind: u8| -> String {
        let each = range.map(|d| format!("S,202606{d:02},{kind}\n"));
        format!("{DATES}{}", each.collect::<String>())
    };
    let told = [("calendar.txt", none.as_str()), ("calendar_dates.txt", &days(1..=28, 1))];
    assert_eq!(departures(&told), ["7"]);
    // Only the first Monday is left.
    let all =
        format!("{WEEK}S,1,1,1,1,1,1,1,20260601,20260628\nW,0,0,0,0,0,0,0,20260601,20260628\n");
    let told = [("calendar.txt", all.as_str()), ("calendar_dates.txt", &days(2..=28, 2))];
    assert_eq!(departures(&told), ["1"]);
    // Days alone: every Saturday.
    let saturdays = format!("{DATES}S,20260606,1\nS,20260613,1\nS,20260620,1\nS,20260627,1\n");
    assert_eq!(departures(&[("calendar_dates.txt", &saturdays)]), ["1"]);
}

#[test]
fn without_calendars_departures_are_not_known() {
    assert_eq!(departures(&[]), [""]);
}

#[test]
fn a_service_that_runs_on_no_day_is_left_out() {
    let none =
        format!("{WEEK}S,0,0,0,0,0,0,0,20260601,20260628\nW,0,0,0,0,0,0,0,20260601,20260628\n");
    let source = feed(&[("calendar.txt", &none)]);
    let problems = refused(&source);
    assert!(problems[0].contains("it holds no rows"), "{problems:?}");
}

#[test]
fn what_cannot_be_read_has_its_place() {
    let dates = format!("{WEEK}S,1,1,1,1,1,1,1,2026-06-01,20260831\n");
    let exceptions = format!("{DATES}S,20260601,1\nS,yesterday,1\n");
    let frequencies = "trip_id,start_time,end_time,headway_secs\nt1,06:00:00,late,600\n";
    let times = "trip_id,arrival_time,departure_time,stop_id,stop_sequence\nt1,25h,10:30:00,H,2\n";
    let problems = refused(&feed(&[
        ("calendar.txt", &dates),
        ("calendar_dates.txt", &exceptions),
        ("frequencies.txt", frequencies),
        ("stop_times.txt", times),
    ]));
    let places = [
        "feed/calendar.txt:2",
        "feed/calendar_dates.txt:3",
        "feed/frequencies.txt:2:3",
        "feed/stop_times.txt:2:2",
    ];
    assert_eq!(problems.len(), places.len(), "{problems:?}");
    for place in places {
        let at = format!("\n  {place}\n");
        assert!(problems.iter().any(|p| p.contains(&at)), "{place}: {problems:?}");
    }
}

#[test]
fn names_that_refer_to_nothing_are_told() {
    let calendar = format!("{WEEK}S,1,1,1,1,1,1,1,20260601,20260831\n");
    let (_, notes) = layers(&feed(&[
        ("calendar.txt", &calendar),
        ("trips.txt", "route_id,service_id,trip_id\nR,S,t1\nR,W,t2\nRX,S,t9\n"),
        ("frequencies.txt", "trip_id,start_time,end_time,headway_secs\nt8,06:00:00,07:00:00,600\n"),
        (
            "stop_times.txt",
            "trip_id,arrival_time,departure_time,stop_id,stop_sequence\nt1,08:00:00,08:00:00,T,1\nt1,10:30:00,10:30:00,H,2\nt1,11:30:00,11:30:00,NO,3\nt7,11:30:00,11:30:00,H,1\n",
        ),
    ]));
    for told in [
        "1 trips of routes that routes.txt does not have (`t9`)",
        "1 trips run on days that no calendar has: they count as no departures (`t2`)",
        "1 trips with calls that trips.txt does not have (`t7`)",
        "1 stops with calls that stops.txt does not have (`NO`)",
        "1 trips with a frequency that trips.txt does not have (`t8`)",
    ] {
        assert!(notes.iter().any(|n| n.contains(told)), "{told}: {notes:?}");
    }
}

#[test]
fn a_trip_that_runs_backward_in_time_is_refused() {
    let calendar = format!("{WEEK}S,1,1,1,1,1,1,1,20260601,20260831\n");
    let times = "trip_id,arrival_time,departure_time,stop_id,stop_sequence\nt1,23:00:00,23:00:00,T,1\nt1,01:30:00,01:30:00,H,2\n";
    let problems = refused(&feed(&[("calendar.txt", &calendar), ("stop_times.txt", times)]));
    assert!(
        problems[0].contains("trip `t1` runs backward in time\n  feed/stop_times.txt:3\n"),
        "{problems:?}"
    );
}
