//! The built-in law as a page, with one table per set.

use std::fmt::Write;

use trimodal_model::jurisdiction;
use trimodal_model::table::{Row, read};
use trimodal_model::tables::POLICIES;
use trimodal_model::{LAW, MEASURES};

/// The members of the European Union with their parts elsewhere, as the measures list them.
const UNION: &str = "AT; AX; BE; BG; CY; CZ; DE; DK; EE; ES; FI; FR; GF; GP; GR; HR; HU; IE; IT; LT; LU; LV; MQ; MT; NL; PL; PT; RE; RO; SE; SI; SK; YT";

/// The page.
pub fn page() -> String {
    let mut out = String::from(
        "# The built-in law\n\nGenerated from `crates/model/law/policies.csv`; do not edit. How it is judged, and what the columns mean \
         together: [law](../concepts/law.md); each column: [tables](tables.md#policiescsv). Nothing here is legal advice.\n\n\
         A blank cell means any. `transit`: whether the rule binds goods that only pass through the territory; `uncertain` \
         binds in the strict reading and not in the lenient one. A ban names the permits that lift it under *lifted by*.\n",
    );
    tables(&mut out, LAW);
    out.push_str(
        "\n# Measures of jurisdictions\n\nGenerated from `crates/model/law/measures.csv`: for routes and tables only, chosen by `--jurisdiction`; \
         the set `touch` is always on. `EU` stands for the members with Aland, French Guiana, Guadeloupe, Martinique, Mayotte and Reunion; \
         `UA-43` (Crimea), `UA-09`, `UA-14`, `UA-23` and `UA-65` for regions of Ukraine under occupation, `GE-AB` (Abkhazia) and `GE-SO` (Tskhinvali region) for those of Georgia.\n\n\
         | code | jurisdiction | sets | binds | always on |\n|---|---|---|---|---|\n",
    );
    for j in jurisdiction::all() {
        let on = if j.always_on { "yes" } else { "" };
        let (sets, bound) = (j.sets.join("`, `"), &j.who_is_bound);
        let _ = writeln!(out, "| {} | {} | `{sets}` | {bound} | {on} |", j.code, j.name);
    }
    tables(&mut out, MEASURES);
    out
}

/// One table for each set of some policies.
fn tables(out: &mut String, policies: &[u8]) {
    let rows = read(&POLICIES, "policies.csv", policies, &mut Vec::new(), &mut Vec::new());
    let mut sets: Vec<&str> = rows.iter().map(|r| r.word("set")).collect();
    sets.dedup();
    for set in sets {
        let _ = writeln!(out, "\n## {set}\n");
        out.push_str("| rule | effect | territory | direction | HS | origin | counterparty | transit | binds | in force | lifted by | reference |\n");
        out.push_str("|---|---|---|---|---|---|---|---|---|---|---|---|\n");
        rows.iter().filter(|r| r.word("set") == set).for_each(|row| one(out, row));
    }
}

fn one(out: &mut String, row: &Row) {
    let any = |column: &str| match row.word(column) {
        "any" => String::new(),
        text => text.replace(';', "; ").replace(UNION, "EU"),
    };
    let mode = any("mode");
    let effect = [row.word("effect"), &mode].join(" ").trim().to_string();
    let cap = row
        .number("cap_per_year")
        .map_or(String::new(), |cap| format!(" {cap} {} a year", row.text("unit").unwrap_or("t")));
    let force = match (row.text("valid_from"), row.text("valid_to")) {
        (None, None) => String::new(),
        (Some(from), None) => format!("from {from}"),
        (None, Some(to)) => format!("until {to}"),
        (Some(from), Some(to)) => format!("{from} to {to}"),
    };
    let _ = writeln!(
        out,
        "| `{}` | {effect}{cap} | {} | {} | {} | {} | {} | {} | {} | {force} | {} | {} |",
        row.word("id"),
        any("territory"),
        row.word("direction"),
        any("hs"),
        any("origin"),
        any("counterparty"),
        row.word("transit"),
        row.word("binds"),
        row.list("exempted_by").iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(" "),
        row.word("reference").replace('|', "/"),
    );
}
