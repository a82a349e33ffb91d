//! The built-in law as a page, with one table per set.

use std::fmt::Write;

use trimodal_model::LAW;
use trimodal_model::table::{Row, read};
use trimodal_model::tables::POLICIES;

/// The page.
pub fn page() -> String {
    let rows = read(&POLICIES, "policies.csv", LAW, &mut Vec::new(), &mut Vec::new());
    let mut out = String::from(
        "# The built-in law\n\nGenerated from `crates/model/law/policies.csv`; do not edit. How it is judged, and what the columns mean \
         together: [law](../concepts/law.md); each column: [tables](tables.md#policiescsv). Nothing here is legal advice.\n\n\
         A blank cell means any. `transit`: whether the rule binds goods that only pass through the territory; `uncertain` \
         binds in the strict reading and not in the lenient one. A ban names the permits that lift it under *lifted by*.\n",
    );
    let mut sets: Vec<&str> = rows.iter().map(|r| r.word("set")).collect();
    sets.dedup();
    for set in sets {
        let _ = writeln!(out, "\n## {set}\n");
        out.push_str("| rule | effect | territory | direction | HS | origin | counterparty | transit | binds | in force | lifted by | reference |\n");
        out.push_str("|---|---|---|---|---|---|---|---|---|---|---|---|\n");
        rows.iter().filter(|r| r.word("set") == set).for_each(|row| one(&mut out, row));
    }
    out
}

fn one(out: &mut String, row: &Row) {
    let any = |column: &str| match row.word(column) {
        "any" => String::new(),
        text => text.replace(';', "; "),
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
