//! Working time: when the work that starts now is done, where hours, days and seasons close a
//! facility or slow it down.

use trimodal_model::calendar::Calendar;

use crate::clock::{DAY, Ticks};

/// Minutes in a day.
const MINUTES: u32 = 1440;
/// Days in the year of calendars.
const YEAR: u32 = 365;

/// One or more calendars together: the rate at which work goes on, from minute to minute.
#[derive(Debug, Clone, PartialEq)]
pub struct Working {
    /// When each piece starts, ticks from 1 January; the first is 0.
    starts: Vec<Ticks>,
    /// Work done before each piece, ticks.
    done: Vec<f64>,
    /// Rate in each piece, 0 to 1.
    rates: Vec<f64>,
    /// Work done in a year.
    a_year: f64,
}

/// Ticks in the year of calendars.
pub const A_YEAR: Ticks = DAY * YEAR as Ticks;

impl Working {
    /// All of these at once: the lowest rate holds. `weekday` is that of 1 January, 0 for Monday.
    pub fn of(calendars: &[&Calendar], weekday: u32) -> Self {
        let mut pieces: Vec<(Ticks, f64)> = Vec::new();
        for day in 0..YEAR {
            let start = Ticks::from(day) * DAY;
            let mut cuts: Vec<u32> = calendars
                .iter()
                .flat_map(|c| c.open_min.iter().flat_map(|(a, b)| [*a, *b]))
                .chain([0])
                .filter(|m| *m < MINUTES)
                .collect();
            cuts.sort_unstable();
            cuts.dedup();
            for minute in cuts {
                let of = |c: &&Calendar| rate(c, day, (weekday + day) % 7, minute);
                let rate = calendars.iter().map(of).fold(1.0, f64::min);
                if pieces.last().is_none_or(|p| p.1 != rate) {
                    pieces.push((start + Ticks::from(minute) * 60_000, rate));
                }
            }
        }
        Working::from_pieces(pieces)
    }

    /// A rate for each month, the mean of the year scaled to 1: how demand comes in.
    pub fn of_months(factors: &[f64; 12]) -> Self {
        const DAYS: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let mean: f64 =
            factors.iter().zip(DAYS).map(|(f, d)| f * f64::from(d)).sum::<f64>() / f64::from(YEAR);
        let mut start = 0;
        let mut pieces = Vec::new();
        for (factor, days) in factors.iter().zip(DAYS) {
            pieces.push((start, factor / mean));
            start += Ticks::from(days) * DAY;
        }
        Working::from_pieces(pieces)
    }

    fn from_pieces(pieces: Vec<(Ticks, f64)>) -> Self {
        let (starts, rates): (Vec<Ticks>, Vec<f64>) = pieces.into_iter().unzip();
        let mut done = Vec::with_capacity(starts.len());
        let mut sum = 0.0;
        for (i, start) in starts.iter().enumerate() {
            done.push(sum);
            let end = starts.get(i + 1).copied().unwrap_or(A_YEAR);
            sum += (end - start) as f64 * rates[i];
        }
        Working { starts, done, rates, a_year: sum }
    }

    /// Whether it never closes and never slows.
    pub fn is_always(&self) -> bool {
        self.rates == [1.0]
    }

    /// Whether no work is ever done.
    pub fn is_never(&self) -> bool {
        self.a_year <= 0.0
    }

    /// Work done from the start of the year of tick 0 until a tick.
    pub fn work_until(&self, tick: Ticks) -> f64 {
        let (years, within) = (tick / A_YEAR, tick % A_YEAR);
        let piece = self.starts.partition_point(|s| *s <= within) - 1;
        let part = (within - self.starts[piece]) as f64 * self.rates[piece];
        years as f64 * self.a_year + self.done[piece] + part
    }

    /// When work of so many ticks that starts at `tick` is done.
    pub fn finish(&self, tick: Ticks, work: Ticks) -> Ticks {
        if self.is_always() {
            return tick + work;
        }
        if self.is_never() {
            return Ticks::MAX / 2;
        }
        let target = self.work_until(tick) + work as f64;
        let years = (target / self.a_year).floor();
        let mut rest = target - years * self.a_year;
        let mut year = years as Ticks;
        // Work that ends with the year ends in the last open piece, not after the closed ones.
        if rest <= 0.0 && year > 0 {
            year -= 1;
            rest = self.a_year;
        }
        let after = self.done.partition_point(|d| *d < rest);
        let piece = after.max(1) - 1;
        let within = if self.rates[piece] > 0.0 {
            (rest - self.done[piece]) / self.rates[piece]
        } else {
            0.0
        };
        let end = year * A_YEAR + self.starts[piece] + within.round() as Ticks;
        end.max(tick)
    }
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
    use crate::clock::ticks;
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
        let day = Working::of(&[&calendar("mo-su", "09:00-18:00", "", "")], 0);
        // Four hours from 16:00: two today, two tomorrow from 9.
        assert_eq!(day.finish(ticks(16.0), ticks(4.0)), ticks(24.0 + 11.0));
        assert_eq!(day.finish(ticks(20.0), ticks(1.0)), ticks(24.0 + 10.0));
        assert_eq!(day.finish(ticks(17.0), ticks(1.0)), ticks(18.0));
        let week = Working::of(&[&calendar("mo-fr", "00:00-24:00", "", "")], 5);
        // 1 January is a Saturday.
        assert_eq!(week.finish(0, ticks(1.0)), ticks(49.0));
        let slow = Working::of(&[&calendar("mo-su", "00:00-24:00", "", "01-01..01-10:.5")], 0);
        assert_eq!(slow.finish(0, ticks(5.0)), ticks(10.0));
        let both = Working::of(
            &[&calendar("mo-su", "06:00-12:00", "", ""), &calendar("mo-su", "09:00-18:00", "", "")],
            0,
        );
        assert_eq!(both.finish(0, ticks(4.0)), ticks(24.0 + 10.0));
        assert!(Working::of(&[&calendar("mo-su", "00:00-24:00", "", "")], 3).is_always());
        assert!(
            Working::of(&[&calendar("mo-su", "00:00-24:00", "01-01..12-31", "")], 3).is_never()
        );
    }

    #[test]
    fn over_the_end_of_the_year() {
        let ice = Working::of(&[&calendar("mo-su", "00:00-24:00", "", "12-15..03-10:.85")], 0);
        let start = 364 * DAY;
        assert_eq!(ice.finish(start, 2 * DAY), start + (2.0 / 0.85 * DAY as f64).round() as Ticks);
        for (from, work) in [(0, 5), (364 * DAY, 400 * DAY), (3 * 365 * DAY + 77, 800 * DAY)] {
            let end = ice.finish(from, work);
            assert!((ice.work_until(end) - ice.work_until(from) - work as f64).abs() < 2.0);
        }
    }

    #[test]
    fn months_keep_the_mean() {
        let mut peak = [1.0; 12];
        peak[6] = 2.0;
        let months = Working::of_months(&peak);
        assert!((months.a_year - A_YEAR as f64).abs() < 1.0);
        let july = months.work_until(212 * DAY) - months.work_until(181 * DAY);
        let june = months.work_until(181 * DAY) - months.work_until(151 * DAY);
        assert!((july / 31.0 / (june / 30.0) - 2.0).abs() < 1e-9);
    }
}
