//! Calendars: working days, hours, closed dates, seasons.

use crate::table::split;

/// Days of each month of a common year.
pub const MONTH_DAYS: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const DAY_WORDS: [&str; 7] = ["mo", "tu", "we", "th", "fr", "sa", "su"];

/// A row of `calendars.csv`.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    /// Id in the table.
    pub id: String,
    /// Open days of the week, Monday first.
    pub days: [bool; 7],
    /// Open hours of those days, in minutes since midnight, in order, apart from one another.
    pub open_min: Vec<(u32, u32)>,
    /// Closed days of the year (0 is 1 January), with a 365-day year.
    pub closed: Vec<u32>,
    /// First and last day of the year (may pass its end) and the share of output then.
    pub seasons: Vec<(u32, u32, f64)>,
    /// Offset of the local time, h.
    pub utc_offset_h: f64,
}

impl Calendar {
    /// Share of all hours of a year in which it is open, seasons counted by their output.
    pub fn open_share(&self) -> f64 {
        let hours: u32 = self.open_min.iter().map(|(a, b)| b - a).sum();
        let week = self.days.iter().filter(|&&d| d).count() as f64 / 7.0;
        let output: f64 =
            (0..365).filter(|day| !self.closed.contains(day)).map(|day| self.output_on(day)).sum();
        f64::from(hours) / 1440.0 * week * output / 365.0
    }

    /// Share of the output on a day of the year, where it is open then.
    pub fn output_on(&self, day: u32) -> f64 {
        let within =
            |a: u32, b: u32| if a <= b { (a..=b).contains(&day) } else { day >= a || day <= b };
        self.seasons.iter().filter(|(a, b, _)| within(*a, *b)).map(|(_, _, share)| share).product()
    }

    /// Mean wait in hours until it opens, for an arrival at any minute of the year, closed dates included.
    /// `weekday` is that of 1 January, 0 for Monday.
    ///
    /// A closed gap of g hours is met with probability g / 8,760 and waited out for g / 2 on average.
    pub fn mean_opening_wait_h(&self, weekday: u32) -> f64 {
        let mut open: Vec<(u32, u32)> = Vec::new();
        for day in (0..365).filter(|day| self.days[((weekday + day) % 7) as usize]) {
            if !self.closed.contains(&day) {
                open.extend(self.open_min.iter().map(|(a, b)| (day * 1440 + a, day * 1440 + b)));
            }
        }
        let (Some(first), Some(last)) = (open.first(), open.last()) else { return f64::INFINITY };
        let around = first.0 + 365 * 1440 - last.1;
        let gaps = open.windows(2).map(|w| w[1].0 - w[0].1).chain([around]);
        gaps.map(|g| f64::from(g) / 60.0).map(|g| g * g / 2.0).sum::<f64>() / 8760.0
    }
}

/// Reads `mo-su` or `mo;we;fr`; days may wrap (`sa-mo`).
pub fn parse_days(text: &str) -> Option<[bool; 7]> {
    let index = |w: &str| DAY_WORDS.iter().position(|d| *d == w.trim());
    let mut days = [false; 7];
    for part in split(text) {
        let (a, b) = part.split_once('-').unwrap_or((part, part));
        let (mut day, last) = (index(a)?, index(b)?);
        days[day] = true;
        while day != last {
            day = (day + 1) % 7;
            days[day] = true;
        }
    }
    days.contains(&true).then_some(days)
}

/// Reads `09:00-18:00`, several separated by `;`, in order and apart.
pub fn parse_hours(text: &str) -> Option<Vec<(u32, u32)>> {
    let minute = |t: &str| {
        let (h, m) = t.trim().split_once(':')?;
        let (h, m): (u32, u32) = (h.parse().ok()?, m.parse().ok()?);
        (h <= 24 && m < 60 && h * 60 + m <= 1440).then(|| h * 60 + m)
    };
    let mut hours = Vec::new();
    for part in split(text) {
        let (a, b) = part.split_once('-')?;
        let (a, b) = (minute(a)?, minute(b)?);
        if a >= b || hours.last().is_some_and(|&(_, end)| a < end) {
            return None;
        }
        hours.push((a, b));
    }
    (!hours.is_empty()).then_some(hours)
}

/// Day of a 365-day year, 0 for 1 January, from `MM-DD`. 29 February counts as 28 February.
pub fn parse_day_of_year(text: &str) -> Option<u32> {
    let (m, d) = text.trim().split_once('-')?;
    let (m, d): (usize, u32) = (m.parse().ok()?, d.parse().ok()?);
    if !(1..=12).contains(&m) || d == 0 || d > MONTH_DAYS[m - 1] + u32::from(m == 2) {
        return None;
    }
    Some(MONTH_DAYS[..m - 1].iter().sum::<u32>() + d.min(MONTH_DAYS[m - 1]) - 1)
}

/// Reads `MM-DD` and `MM-DD..MM-DD` separated by `;` into days of the year.
pub fn parse_closed(text: &str) -> Option<Vec<u32>> {
    let mut days = Vec::new();
    for part in split(text) {
        let (a, b) = part.split_once("..").unwrap_or((part, part));
        let (mut day, last) = (parse_day_of_year(a)?, parse_day_of_year(b)?);
        days.push(day);
        while day != last {
            day = (day + 1) % 365;
            days.push(day);
        }
    }
    days.sort_unstable();
    days.dedup();
    Some(days)
}

/// Reads `12-15..03-10:0.85`, several separated by `;`.
pub fn parse_seasons(text: &str) -> Option<Vec<(u32, u32, f64)>> {
    split(text)
        .into_iter()
        .map(|part| {
            let (days, share) = part.split_once(':')?;
            let (a, b) = days.split_once("..")?;
            let share: f64 = share.trim().parse().ok()?;
            let good = share.is_finite() && (0.0..=1.0).contains(&share);
            good.then_some((parse_day_of_year(a)?, parse_day_of_year(b)?, share))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn shares_by_hand() {
        assert_eq!(calendar("mo-su", "00:00-24:00", "", "").open_share(), 1.0);
        let day = calendar("mo-sa", "09:00-18:00", "01-01;05-01", "");
        assert!((day.open_share() - 9.0 / 24.0 * 6.0 / 7.0 * 363.0 / 365.0).abs() < 1e-12);
        // 15 December to 10 March: 17 + 31 + 28 + 10 = 86 days at 0.85.
        let ice = calendar("mo-su", "00:00-24:00", "", "12-15..03-10:.85");
        assert!((ice.open_share() - (279.0 + 86.0 * 0.85) / 365.0).abs() < 1e-12);
        assert_eq!(calendar("mo-su", "00:00-24:00", "01-01..12-31", "").open_share(), 0.0);
    }

    #[test]
    fn opening_wait_by_hand() {
        // Closed 15 h a day: met with probability 15/24, waited for 7.5 h.
        let day = calendar("mo-su", "09:00-18:00", "", "");
        assert!((day.mean_opening_wait_h(0) - 15.0 / 24.0 * 7.5).abs() < 1e-12);
        assert_eq!(calendar("mo-su", "00:00-24:00", "", "").mean_opening_wait_h(3), 0.0);
        // Closed for 30 days: met with probability 30/365, waited for 15 days.
        let june = calendar("mo-su", "00:00-24:00", "06-01..06-30", "");
        assert!((june.mean_opening_wait_h(0) - 30.0 / 365.0 * 15.0 * 24.0).abs() < 1e-9);
        // Every Sunday of a year that begins on a Monday, and the Monday after the first of them.
        let week = calendar("mo-sa", "00:00-24:00", "01-08", "");
        let by_hand = (51.0 * 24.0 * 12.0 + 48.0 * 24.0) / 8760.0;
        assert!((week.mean_opening_wait_h(0) - by_hand).abs() < 1e-9);
    }

    #[test]
    fn malformed() {
        for bad in ["xx", "mo-", "", "mo-xx"] {
            assert_eq!(parse_days(bad), None, "{bad}");
        }
        for bad in [
            "812888818:88888-..08",
            "9-18",
            "18:00-09:00",
            "09:00-25:00",
            "09:00-18:00;17:00-20:00",
            "",
        ] {
            assert_eq!(parse_hours(bad), None, "{bad}");
        }
        assert_eq!(parse_closed("02-30"), None);
        assert_eq!(parse_closed("13-01"), None);
        assert_eq!(parse_seasons("01-01..02-01:1.5"), None);
        assert_eq!(parse_days("sa-mo"), Some([true, false, false, false, false, true, true]));
    }
}
