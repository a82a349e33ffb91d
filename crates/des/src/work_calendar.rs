//! Work calendars: when work that starts now ends, given closed times and seasons.

use crate::clock::{DAY, Ticks};

/// Days in the year of calendars.
const YEAR: u32 = 365;

/// The rate of work over a year that repeats.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkCalendar {
    /// Start of each piece, ticks from 1 January; the first is 0.
    starts: Vec<Ticks>,
    /// Work done before each piece, ticks.
    done: Vec<f64>,
    /// Rate in each piece, 0 to 1.
    rates: Vec<f64>,
    /// Work done in a year.
    a_year: f64,
    /// Ticks in the year.
    year: Ticks,
}

impl WorkCalendar {
    /// A rate for each month, the mean of the year scaled to 1: the season of a demand.
    pub fn of_months(factors: &[f64; 12], days: u32) -> Self {
        let february = 28 + days.saturating_sub(YEAR);
        let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let sum: f64 = factors.iter().zip(lengths).map(|(f, d)| f * f64::from(d)).sum();
        let mean = sum / f64::from(days);
        let mut start = 0;
        let mut pieces = Vec::new();
        for (factor, days) in factors.iter().zip(lengths) {
            pieces.push((start, factor / mean));
            start += Ticks::from(days) * DAY;
        }
        WorkCalendar::from_pieces(pieces, Ticks::from(days) * DAY)
    }

    /// A year from pieces, each the start and the rate (0 to 1) of a span that ends where the next one
    /// starts; the first starts at 0.
    pub fn from_pieces(pieces: Vec<(Ticks, f64)>, year: Ticks) -> Self {
        let (starts, rates): (Vec<Ticks>, Vec<f64>) = pieces.into_iter().unzip();
        let mut done = Vec::with_capacity(starts.len());
        let mut sum = 0.0;
        for (i, start) in starts.iter().enumerate() {
            done.push(sum);
            let end = starts.get(i + 1).copied().unwrap_or(year);
            sum += (end - start) as f64 * rates[i];
        }
        WorkCalendar { starts, done, rates, a_year: sum, year }
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
        let (years, within) = (tick / self.year, tick % self.year);
        let piece = self.starts.partition_point(|s| *s <= within) - 1;
        let part = (within - self.starts[piece]) as f64 * self.rates[piece];
        years as f64 * self.a_year + self.done[piece] + part
    }

    /// The tick at which work of `work` ticks that starts at `tick` ends.
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
        let end = year * self.year + self.starts[piece] + within.round() as Ticks;
        end.max(tick)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_keep_the_mean() {
        let mut peak = [1.0; 12];
        peak[6] = 2.0;
        let months = WorkCalendar::of_months(&peak, 365);
        assert!((months.a_year - 365.0 * DAY as f64).abs() < 1.0);
        let july = months.work_until(212 * DAY) - months.work_until(181 * DAY);
        let june = months.work_until(181 * DAY) - months.work_until(151 * DAY);
        assert!((july / 31.0 / (june / 30.0) - 2.0).abs() < 1e-9);
        let leap = WorkCalendar::of_months(&[1.0; 12], 366);
        assert!((leap.a_year - 366.0 * DAY as f64).abs() < 1.0);
    }
}
