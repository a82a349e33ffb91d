//! The law judges without a scenario: policies, the country of each place, a period and a case.

use jiff::civil::{Date, date};
use trimodal_model::ids::PlaceId;
use trimodal_model::law_over;
use trimodal_model::policy::{Case, Law, LawBook, Period, Reading, Step, Verdict};
use trimodal_model::scenario::{Mode, Place};

fn place(id: &str, country: &str) -> Place {
    Place {
        id: id.into(),
        name: id.into(),
        country: country.into(),
        lat: 0.0,
        lon: 0.0,
        kind: String::new(),
    }
}

/// Seafood by rail from the first country to the second.
fn judge(countries: [&str; 2], day: Date, law: &Law) -> Verdict {
    let places: Vec<Place> =
        countries.iter().enumerate().map(|(i, c)| place(&format!("place {i}"), c)).collect();
    let policies = law_over(&places, None).expect("the embedded law");
    let areas = countries.map(String::from);
    let [from, to] = [PlaceId::at(0), PlaceId::at(1)];
    let case = Case {
        hs: &["0307".to_string()],
        origin: countries[0],
        ends: vec![from, to],
        steps: vec![Step { from, to, mode: Mode::Rail }],
    };
    let book = LawBook { policies: &policies, law };
    book.judge(areas.as_slice(), Period::of_day(day), &case, Reading::Strict)
}

#[test]
fn a_ban_holds_in_its_territory_and_its_time() {
    let on = Law::On(Vec::new());
    let today = date(2026, 1, 1);
    assert!(!judge(["KP", "CN"], today, &on).forbidden_by.is_empty());
    assert_eq!(judge(["FR", "DE"], today, &on), Verdict::default());
    assert_eq!(judge(["KP", "CN"], date(1990, 1, 1), &on), Verdict::default());
    assert_eq!(judge(["KP", "CN"], today, &Law::CounterfactualNone), Verdict::default());
}
