//! Parts that charts share: labels shown in full, dates, and colours for any number of classes.

use maud::{Markup, html};
use trimodal_model::Scenario;

/// Mean width of a character as a share of the font size; labels are laid out by it.
const LETTER: f64 = 0.56;
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A length for SVG.
pub(crate) fn n(x: f64) -> String {
    format!("{x:.1}")
}

/// Days of a year as dates, from 1 January as calendars count them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Days {
    leap: bool,
}

impl Days {
    /// The days of the scenario's year.
    pub fn of(s: &Scenario) -> Days {
        Days { leap: s.settings.days == 366 }
    }

    fn month_and_day(self, day: f64) -> (usize, u32) {
        let mut left = (day.max(0.0).floor() as u32).min(365);
        for (month, length) in trimodal_model::calendar::MONTH_DAYS.iter().enumerate() {
            let length = length + u32::from(self.leap && month == 1);
            if left < length {
                return (month, left + 1);
            }
            left -= length;
        }
        (11, 31)
    }

    /// A day, counted from 0 on 1 January: `15 Aug`.
    pub fn name(self, day: f64) -> String {
        let (month, day) = self.month_and_day(day);
        format!("{day} {}", MONTHS[month])
    }

    /// The first days of the months between two days, with their names.
    pub fn months(self, from: f64, to: f64) -> Vec<(f64, &'static str)> {
        let first = |day: usize| {
            let (month, of_month) = self.month_and_day(day as f64);
            (of_month == 1).then(|| (day as f64, MONTHS[month]))
        };
        (from.ceil() as usize..(to.floor() as usize).min(365)).filter_map(first).collect()
    }
}

/// The name of the scenario row with an id: pages show names.
pub(crate) fn name_of(s: &Scenario, id: &str) -> Option<String> {
    fn find<'a, T>(
        rows: &'a [T],
        of: impl Fn(&'a T) -> (&'a str, &'a str),
        id: &str,
    ) -> Option<String> {
        rows.iter().map(of).find(|(i, _)| *i == id).map(|(_, name)| name.to_string())
    }
    find(&s.resources, |x| (&x.id, &x.name), id)
        .or_else(|| find(&s.links, |x| (&x.id, &x.name), id))
        .or_else(|| find(&s.demand, |x| (&x.id, &x.name), id))
        .or_else(|| find(&s.options, |x| (&x.id, &x.name), id))
        .or_else(|| find(&s.vehicles, |x| (&x.id, &x.name), id))
        .or_else(|| find(&s.places, |x| (&x.id, &x.name), id))
        .or_else(|| s.operations.iter().find(|o| o.id == id).map(|o| operation(s, o)))
}

/// An operation in words: `unload Coal train at Rajin`.
pub(crate) fn operation(s: &Scenario, o: &trimodal_model::scenario::Operation) -> String {
    let vehicle = s.vehicles.get(o.vehicle.ix()).map_or("", |v| v.name.as_str());
    let place = s.places.get(o.place.ix()).map_or("", |p| p.name.as_str());
    format!("{} {vehicle} at {place}", o.word.replace('_', " "))
}

/// A text with every id of the scenario in it replaced by the name.
pub(crate) fn with_names(s: &Scenario, text: &str) -> String {
    let is_id = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    let mut out = String::new();
    for part in text.split_inclusive(|c| !is_id(c)) {
        let word = part.trim_end_matches(|c| !is_id(c));
        match name_of(s, word) {
            Some(name) if !word.is_empty() => out += &name,
            _ => out += word,
        }
        out += &part[word.len()..];
    }
    out
}

/// A text in lines of at most `most` characters, broken at blanks and hyphens where possible.
pub(crate) fn lines(text: &str, most: usize) -> Vec<String> {
    let mut all = vec![String::new()];
    for word in text.split_inclusive([' ', '-', '/']) {
        let last = all.len() - 1;
        let fits = (all[last].chars().count() + word.trim_end().chars().count()) <= most;
        if fits || all[last].is_empty() {
            all[last].push_str(word);
        } else {
            all.push(word.to_string());
        }
    }
    all.iter().map(|l| l.trim().to_string()).collect()
}

/// Width of a text.
pub(crate) fn wide(text: &str, size: f64) -> f64 {
    text.chars().count() as f64 * size * LETTER
}

/// Rows of a chart, with their names in full to the left.
pub(crate) struct Rows {
    /// Where the rows begin, right of the names.
    pub left: f64,
    /// Top and height of each.
    pub at: Vec<(f64, f64)>,
    /// Bottom of the last.
    pub bottom: f64,
    names: Vec<Vec<String>>,
}

impl Rows {
    const SIZE: f64 = 11.5;
    const LINE: f64 = 13.0;

    /// Rows of at least the heights given.
    pub fn new<'a>(
        names: impl Iterator<Item = &'a str>,
        heights: impl Iterator<Item = f64>,
    ) -> Rows {
        let names: Vec<Vec<String>> = names.map(|name| lines(name, 40)).collect();
        let left = names.iter().flatten().map(|l| wide(l, Self::SIZE)).fold(60.0, f64::max) + 14.0;
        let mut top = 0.0;
        let mut at = Vec::new();
        for (name, height) in names.iter().zip(heights) {
            let height = height.max(Self::LINE * name.len() as f64 + 4.0);
            at.push((top, height));
            top += height;
        }
        Rows { left, at, bottom: top, names }
    }

    /// The names.
    pub fn names(&self) -> Markup {
        html! { @for (lines, (top, height)) in self.names.iter().zip(&self.at) {
            @let first = top + height / 2.0 - Self::LINE * (lines.len() as f64 - 1.0) / 2.0 + 4.0;
            @for (i, line) in lines.iter().enumerate() {
                text x=(n(self.left - 8.0)) y=(n(first + Self::LINE * i as f64)) font-size=(Self::SIZE) text-anchor="end" fill="#22313d" { (line) }
            }
        } }
    }
}

/// The colour of a class: distinct for the first ten, then around the colour circle.
pub(crate) fn class_colour(class: usize) -> String {
    const FIRST: [&str; 10] = [
        "#2b8cbe", "#d9822b", "#1b7837", "#6a51a3", "#b2182b", "#8c6d31", "#17a2a2", "#c2569b",
        "#5c6f7b", "#a6b727",
    ];
    match FIRST.get(class) {
        Some(colour) => (*colour).to_string(),
        None => format!("hsl({:.0},55%,{}%)", (class as f64 * 137.5) % 360.0, 35 + class % 3 * 12),
    }
}

/// A legend of colours.
pub(crate) fn key<'a>(all: impl Iterator<Item = (String, &'a str)>) -> Markup {
    html! { p.legend { @for (colour, word) in all { span { i style=(format!("background:{colour};border:1px solid #c3ccd3")) {} (word) } } } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_broken_and_never_cut() {
        let name = "Trucks on the Hunchun-Rajin highway with a very long name indeed";
        let broken = lines(name, 20);
        assert!(broken.iter().all(|l| l.chars().count() <= 20), "{broken:?}");
        assert_eq!(broken.join(" ").replace("- ", "-"), name);
        assert_eq!(lines("Onewordthatislongerthanitsline", 10), ["Onewordthatislongerthanitsline"]);
    }

    #[test]
    fn days_have_dates() {
        let days = Days { leap: false };
        let names = [0.0, 58.0, 59.0, 226.9, 364.0].map(|d| days.name(d));
        assert_eq!(names, ["1 Jan", "28 Feb", "1 Mar", "15 Aug", "31 Dec"]);
        let months = [(0.0, "Jan"), (31.0, "Feb"), (59.0, "Mar"), (90.0, "Apr")];
        assert_eq!(days.months(0.0, 92.0), months);
        assert_eq!(days.months(340.0, 371.0), []);
        assert_eq!(Days { leap: true }.name(59.0), "29 Feb");
    }

    #[test]
    fn no_two_of_forty_classes_look_the_same() {
        let all: std::collections::BTreeSet<String> = (0..40).map(class_colour).collect();
        assert_eq!(all.len(), 40);
    }
}
