//! Outcomes as bytes, to be pickled: whoever receives them has all forms of the outcome.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use trimodal::Note;
use trimodal::model::problem::{CODES, Location, OTHER_NAME, Problem};
use trimodal::report::{LineForm, PairAnswer, Pairs, Skim};
use trimodal::route::Criterion;
use trimodal::route::matrix::{Cell, CellStatus, Totals, chain_of};
use trimodal::route::outcome::{Snap, StopReason};

/// Files by their names.
pub type Parts = BTreeMap<String, Vec<u8>>;

#[derive(Serialize, Deserialize)]
struct SentProblem {
    id: String,
    at: Option<Location>,
    message: String,
    hint: Option<String>,
}

impl From<&Problem> for SentProblem {
    fn from(p: &Problem) -> SentProblem {
        let (message, hint) = (p.message.clone(), p.hint.clone());
        SentProblem { id: p.code.id.into(), at: p.at.clone(), message, hint }
    }
}

impl From<SentProblem> for Problem {
    fn from(p: SentProblem) -> Problem {
        let code = CODES.iter().find(|code| code.id == p.id).copied().unwrap_or(OTHER_NAME);
        Problem { code, at: p.at, message: p.message, hint: p.hint }
    }
}

/// A row of a table or of pairs: its status, then the chain and the seven figures where there are any.
type SentRow = (String, Option<(String, [f64; 7])>);

fn sent_row(status: CellStatus, totals: Option<&Totals>) -> SentRow {
    let figures = |t: &Totals| {
        let all = [
            t.distance_km,
            t.time_h,
            t.time_p50_h,
            t.time_p90_h,
            t.cost_usd,
            t.co2e_kg,
            t.mended_km,
        ];
        (t.chain.to_string(), all)
    };
    (status.word().into(), totals.map(figures))
}

fn row((status, totals): SentRow) -> Result<(CellStatus, Option<Totals>), String> {
    let known = CellStatus::from_word(&status).ok_or(format!("`{status}` is no status"))?;
    let figures = |(chain, all): (String, [f64; 7])| {
        let [distance_km, time_h, time_p50_h, time_p90_h, cost_usd, co2e_kg, mended_km] = all;
        let chain = chain_of(&chain);
        Totals { chain, distance_km, time_h, time_p50_h, time_p90_h, cost_usd, co2e_kg, mended_km }
    };
    Ok((known, totals.map(figures)))
}

fn criteria(words: &[String]) -> Result<Vec<&'static str>, String> {
    let word = |word: &String| {
        Criterion::from_word(word).map(Criterion::word).ok_or(format!("`{word}` is no criterion"))
    };
    words.iter().map(word).collect()
}

#[derive(Serialize, Deserialize)]
struct SentSkim {
    origins: Vec<String>,
    destinations: Vec<String>,
    places: [Vec<Option<[f64; 2]>>; 2],
    back: usize,
    cells: Vec<(usize, usize, SentRow)>,
    by_smaller_ship: Vec<((usize, usize), String)>,
    by: Vec<String>,
    without_law: bool,
    attribution: Vec<String>,
    snapped: Option<[Vec<Vec<Snap>>; 2]>,
    stopped: Option<StopReason>,
    bad_origins: Vec<(usize, SentProblem)>,
    bad_destinations: Vec<(usize, SentProblem)>,
    notes: Vec<Note>,
}

/// A table as bytes.
pub fn of_skim(skim: &Skim) -> Result<Vec<u8>, String> {
    let cell = |c: &Cell| (c.origin, c.destination, sent_row(c.status, c.totals.as_ref()));
    let bad = |all: &[(usize, Problem)]| all.iter().map(|(i, p)| (*i, p.into())).collect();
    let told = skim.by_smaller_ship.iter().map(|(ends, told)| (*ends, told.clone()));
    let mut by_smaller_ship: Vec<_> = told.collect();
    // The same table gives the same bytes.
    by_smaller_ship.sort();
    let sent = SentSkim {
        origins: skim.origins.clone(),
        destinations: skim.destinations.clone(),
        places: skim.places.clone(),
        back: skim.back,
        cells: skim.cells.iter().map(cell).collect(),
        by_smaller_ship,
        by: skim.by.iter().map(|by| by.to_string()).collect(),
        without_law: skim.without_law,
        attribution: skim.attribution.clone(),
        snapped: skim.snapped.clone(),
        stopped: skim.stopped,
        bad_origins: bad(&skim.bad_origins),
        bad_destinations: bad(&skim.bad_destinations),
        notes: skim.notes.clone(),
    };
    serde_json::to_vec(&sent).map_err(|e| e.to_string())
}

/// The table of such bytes.
pub fn skim(bytes: &[u8]) -> Result<Skim, String> {
    let sent: SentSkim = serde_json::from_slice(bytes).map_err(|e| e.to_string())?;
    let cell = |(origin, destination, sent): (usize, usize, SentRow)| {
        row(sent).map(|(status, totals)| Cell { origin, destination, status, totals })
    };
    let bad =
        |all: Vec<(usize, SentProblem)>| all.into_iter().map(|(i, p)| (i, p.into())).collect();
    Ok(Skim {
        origins: sent.origins,
        destinations: sent.destinations,
        places: sent.places,
        back: sent.back,
        cells: sent.cells.into_iter().map(cell).collect::<Result<_, _>>()?,
        by_smaller_ship: HashMap::from_iter(sent.by_smaller_ship),
        by: criteria(&sent.by)?,
        without_law: sent.without_law,
        attribution: sent.attribution,
        snapped: sent.snapped,
        stopped: sent.stopped,
        bad_origins: bad(sent.bad_origins),
        bad_destinations: bad(sent.bad_destinations),
        notes: sent.notes,
    })
}

#[derive(Serialize, Deserialize)]
struct SentPairs {
    pairs: Vec<[String; 3]>,
    places: Vec<Option<[[f64; 2]; 2]>>,
    answers: Vec<(SentRow, Option<String>, Option<String>)>,
    by: Vec<String>,
    geometry: Option<String>,
    without_law: bool,
    attribution: Vec<String>,
    snapped: Option<Vec<[Vec<Snap>; 2]>>,
    stopped: Option<StopReason>,
    bad: Vec<SentProblem>,
    notes: Vec<Note>,
}

/// Pairs as bytes.
pub fn of_pairs(pairs: &Pairs) -> Result<Vec<u8>, String> {
    let answer =
        |a: &PairAnswer| (sent_row(a.status, a.totals.as_ref()), a.reason.clone(), a.line.clone());
    let sent = SentPairs {
        pairs: pairs.pairs.clone(),
        places: pairs.places.clone(),
        answers: pairs.answers.iter().map(answer).collect(),
        by: pairs.by.iter().map(|by| by.to_string()).collect(),
        geometry: pairs.geometry.map(|form| form.column().into()),
        without_law: pairs.without_law,
        attribution: pairs.attribution.clone(),
        snapped: pairs.snapped.clone(),
        stopped: pairs.stopped,
        bad: pairs.bad.iter().map(SentProblem::from).collect(),
        notes: pairs.notes.clone(),
    };
    serde_json::to_vec(&sent).map_err(|e| e.to_string())
}

/// The pairs of such bytes.
pub fn pairs(bytes: &[u8]) -> Result<Pairs, String> {
    let sent: SentPairs = serde_json::from_slice(bytes).map_err(|e| e.to_string())?;
    let answer = |(sent, reason, line): (SentRow, Option<String>, Option<String>)| {
        row(sent).map(|(status, totals)| PairAnswer { status, totals, reason, line })
    };
    Ok(Pairs {
        pairs: sent.pairs,
        places: sent.places,
        answers: sent.answers.into_iter().map(answer).collect::<Result<_, _>>()?,
        by: criteria(&sent.by)?,
        geometry: sent.geometry.as_deref().and_then(LineForm::from_column),
        without_law: sent.without_law,
        attribution: sent.attribution,
        snapped: sent.snapped,
        stopped: sent.stopped,
        bad: sent.bad.into_iter().map(Problem::from).collect(),
        notes: sent.notes,
    })
}
