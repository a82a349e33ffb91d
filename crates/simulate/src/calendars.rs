//! Calendars of a scenario as work calendars of the engine: hours, days, closed dates and seasons, each in
//! its local time.

use trimodal_des::clock::{DAY, Ticks};
use trimodal_des::work_calendar::WorkCalendar;
use trimodal_model::calendar::Calendar;

/// Minutes in a day.
const MINUTES: u32 = 1440;
/// Days in the year of calendars.
const YEAR: u32 = 365;
/// 28 February, counted from 0: in a year of 366 days the 29th maps to the same day of the calendars.
const LEAP: u32 = 58;

/// The combination of several calendars, each in its local time: the lowest rate holds. `weekday` is that
/// of 1 January, 0 for Monday; the year has `days` days.
pub fn work_calendar(calendars: &[&Calendar], weekday: u32, days: u32) -> WorkCalendar {
    let mut pieces: Vec<(Ticks, f64)> = Vec::new();
    let cuts = cuts(calendars);
    for day in 0..days {
        for minute in &cuts {
            let of = |c: &&Calendar| {
                let local = i64::from(day * MINUTES + minute) + offset_min(c);
                let local_day = local.div_euclid(i64::from(MINUTES));
                let of_week = (i64::from(weekday) + local_day).rem_euclid(7) as u32;
                let of_year = local_day.rem_euclid(i64::from(days)) as u32;
                let minute = local.rem_euclid(i64::from(MINUTES)) as u32;
                rate(c, day_of_calendar(of_year, days), of_week, minute)
            };
            let rate = calendars.iter().map(of).fold(1.0, f64::min);
            if pieces.last().is_none_or(|p| p.1 != rate) {
                let start = Ticks::from(day) * DAY + Ticks::from(*minute) * 60_000;
                pieces.push((start, rate));
            }
        }
    }
    WorkCalendar::from_pieces(pieces, Ticks::from(days) * DAY)
}

/// Minutes of a day at which a calendar may open or close: its hours and its midnight, in local time.
fn cuts(calendars: &[&Calendar]) -> Vec<u32> {
    let mut all = vec![0];
    for c in calendars {
        let hours = c.open_min.iter().flat_map(|(a, b)| [*a, *b]).chain([0]);
        let day = i64::from(MINUTES);
        all.extend(hours.map(|m| (i64::from(m) - offset_min(c)).rem_euclid(day) as u32));
    }
    all.sort_unstable();
    all.dedup();
    all
}

fn offset_min(c: &Calendar) -> i64 {
    (c.utc_offset_h * 60.0).round() as i64
}

/// The day of the 365-day year of calendars.
fn day_of_calendar(day: u32, days: u32) -> u32 {
    if days > YEAR && day > LEAP { day - 1 } else { day.min(YEAR - 1) }
}

fn rate(c: &Calendar, day: u32, weekday: u32, minute: u32) -> f64 {
    let open = c.days[weekday as usize]
        && !c.closed.contains(&day)
        && c.open_min.iter().any(|(a, b)| (*a..*b).contains(&minute));
    if open { c.output_on(day) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimodal_des::clock::ticks;
    use trimodal_model::calendar::{parse_closed, parse_days, parse_hours, parse_seasons};

    fn calendar(days: &str, open: &str, closed: &str, season: &str) -> Calendar {
        Calendar {
            id: "c".into(),
            days: parse_days(days).expect("days"),
            open_min: parse_hours(open).expect("hours"),
            closed: parse_closed(closed).expect("dates"),
            seasons: parse_seasons(season).expect("seasons"),
            utc_offset_h: 0.0,
        }
    }

    #[test]
    fn by_hand() {
        let day = work_calendar(&[&calendar("mo-su", "09:00-18:00", "", "")], 0, 365);
        // Four hours from 16:00: two today, two tomorrow from 9.
        assert_eq!(day.finish(ticks(16.0), ticks(4.0)), ticks(24.0 + 11.0));
        assert_eq!(day.finish(ticks(20.0), ticks(1.0)), ticks(24.0 + 10.0));
        assert_eq!(day.finish(ticks(17.0), ticks(1.0)), ticks(18.0));
        let week = work_calendar(&[&calendar("mo-fr", "00:00-24:00", "", "")], 5, 365);
        // 1 January is a Saturday.
        assert_eq!(week.finish(0, ticks(1.0)), ticks(49.0));
        let slow =
            work_calendar(&[&calendar("mo-su", "00:00-24:00", "", "01-01..01-10:.5")], 0, 365);
        assert_eq!(slow.finish(0, ticks(5.0)), ticks(10.0));
        let both = work_calendar(
            &[&calendar("mo-su", "06:00-12:00", "", ""), &calendar("mo-su", "09:00-18:00", "", "")],
            0,
            365,
        );
        assert_eq!(both.finish(0, ticks(4.0)), ticks(24.0 + 10.0));
        assert!(work_calendar(&[&calendar("mo-su", "00:00-24:00", "", "")], 3, 365).is_always());
        assert!(
            work_calendar(&[&calendar("mo-su", "00:00-24:00", "01-01..12-31", "")], 3, 365)
                .is_never()
        );
    }

    #[test]
    fn over_the_end_of_the_year() {
        let ice =
            work_calendar(&[&calendar("mo-su", "00:00-24:00", "", "12-15..03-10:.85")], 0, 365);
        let start = 364 * DAY;
        assert_eq!(ice.finish(start, 2 * DAY), start + (2.0 / 0.85 * DAY as f64).round() as Ticks);
        for (from, work) in [(0, 5), (364 * DAY, 400 * DAY), (3 * 365 * DAY + 77, 800 * DAY)] {
            let end = ice.finish(from, work);
            assert!((ice.work_until(end) - ice.work_until(from) - work as f64).abs() < 2.0);
        }
    }

    #[test]
    fn local_time() {
        let mut east = calendar("mo-su", "09:00-18:00", "", "");
        east.utc_offset_h = 10.0;
        // 09:00 there is 23:00 of the day before here, and 18:00 is 08:00.
        let day = work_calendar(&[&east], 0, 365);
        assert_eq!(day.finish(ticks(20.0), ticks(4.0)), ticks(27.0));
        assert_eq!(day.finish(ticks(7.0), ticks(2.0)), ticks(24.0));
        // Closed on 1 January in local time: from 14:00 on 31 December to 14:00 here.
        let mut shut = calendar("mo-su", "00:00-24:00", "01-01", "");
        shut.utc_offset_h = 10.0;
        let day = work_calendar(&[&shut], 0, 365);
        assert_eq!(day.finish(0, ticks(1.0)), ticks(15.0));
        assert_eq!(day.finish(ticks(8760.0 - 11.0), ticks(2.0)), ticks(8760.0 + 15.0));
        // Two clocks at a border: open together from 09:00 to 10:00 here.
        let here = calendar("mo-su", "09:00-18:00", "", "");
        let mut there = calendar("mo-su", "09:00-18:00", "", "");
        there.utc_offset_h = 8.0;
        let both = work_calendar(&[&here, &there], 0, 365);
        assert_eq!(both.finish(ticks(9.0), ticks(1.5)), ticks(24.0 + 9.5));
    }

    #[test]
    fn a_year_of_366_days() {
        let shut = calendar("mo-su", "00:00-24:00", "03-01;12-31", "");
        let leap = work_calendar(&[&shut], 0, 366);
        // 29 February works as the 28th does; 1 March is day 60, and 31 December the last one.
        assert_eq!(leap.finish(ticks(59.0 * 24.0), ticks(25.0)), ticks(61.0 * 24.0 + 1.0));
        assert_eq!(leap.finish(ticks(365.0 * 24.0), ticks(1.0)), ticks(366.0 * 24.0 + 1.0));
    }
}
