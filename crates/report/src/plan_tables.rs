//! The tables of the report.

use maud::{Markup, html};
use trimodal_model::Scenario;
use trimodal_plan::outcome::{FacilityCapacity, Plan, Rung, Shift};

use crate::number::{change, multiple, musd, percent, tonnes_a_year, year};

fn scroll(table: Markup) -> Markup {
    html! { div.scroll { (table) } }
}

/// The facilities that bind today, with one unit more and one unit less.
pub fn binding(plan: &Plan) -> Markup {
    scroll(html! {
        table {
            thead { tr { th { "Facility" } th { "Busy" } th { "Its limit" } th { "One more" } th.r { "Total" } th.r { "Own" } th { "Then binds" } th { "One less" } th.r { "Total" } } }
            tbody { @for b in &plan.capacity.binding { tr {
                td { b { (b.name) } br; span.small { (b.kind.replace('_', " ")) } }
                td { (percent(b.occupancy)) } td { (percent(b.occupancy_limit)) }
                @match &b.one_more { Some(m) => { td { (m.unit) } td.r { (change(m.total_t_per_year)) } td.r { (change(m.own_t_per_year)) } td { (m.then_binds.iter().filter(|x| **x != b.name).cloned().collect::<Vec<_>>().join(", ")) } } None => { td colspan="4" { "-" } } }
                @match &b.one_less { Some(m) => { td { (m.unit) } td.r { (change(m.total_t_per_year)) } } None => { td colspan="2" { "-" } } }
            } } }
        }
    })
}

/// The ladder, rung by rung: costs and economic results, then the investments.
pub fn ladder(plan: &Plan) -> Markup {
    let solved = || plan.ladder.iter().filter(|r| r.solution.is_some());
    html! {
        (scroll(html! { table.wide {
            thead { tr { th { "Rung" } th.r { "Carries" } th.r { "Capex MUSD" } th.r { "Bound" } th.r { "Gap" } th.r { "NPV MUSD" } th.r { "EIRR" } th.r { "BCR" } th.r { "NPV, all built at once" } th.r { "NPV over the rung below" } th.r { "USD / extra t" } th.r { "CO2e kt" } th { "rail / sea / road" } th { "Demand reaches it in (low / base / high)" } } }
            tbody { @for rung in &plan.ladder { (worth_row(rung)) } }
        } }))
        (scroll(html! { table {
            thead { tr { th { "Rung" } th { "Build" } th { "Start by (growth low / base / high)" } th { "Binds next" } } }
            tbody { @for rung in solved() { (build_rows(rung)) } }
        } }))
    }
}

fn years(y: trimodal_plan::outcome::Years) -> String {
    format!("{} / {} / {}", year(y.low), year(y.base), year(y.high))
}

fn worth_row(rung: &Rung) -> Markup {
    let money = |x: Option<f64>| x.map_or_else(|| "-".into(), musd);
    let e = rung.economics;
    html! { tr {
        td.nowrap { b { (multiple(rung.multiple)) } } td.r { (tonnes_a_year(rung.capacity_t_per_year)) }
        @if rung.solution.is_none() {
            td colspan="11" { (rung.reason.as_deref().unwrap_or("not carried")) }
        } @else {
            td.r { (money(rung.capex_usd)) } td.r { (money(rung.lower_bound_usd)) } td.r { (format!("{:.3} %", rung.gap.unwrap_or(0.0) * 100.0)) }
            td.r { (e.map_or_else(|| "-".into(), |e| musd(e.npv_usd))) }
            td.r { (e.and_then(|e| e.eirr).map_or_else(|| "none".into(), |x| format!("{:.1} %", x * 100.0))) }
            td.r { (e.and_then(|e| e.bcr).map_or_else(|| "-".into(), |x| format!("{x:.2}"))) }
            td.r { (e.map_or_else(|| "-".into(), |e| musd(e.at_once.npv_usd))) }
            td.r { (e.and_then(|e| e.incremental).map_or_else(|| "-".into(), |w| musd(w.npv_usd))) }
            td.r { (rung.cost_per_extra_t_usd.map_or_else(|| "-".into(), |x| format!("{x:.2}"))) }
            td.r { (rung.co2e_t_per_year.map_or_else(|| "-".into(), |x| format!("{:.0}", x / 1000.0))) }
            td.nowrap { @if let Some(m) = rung.modal_split { @let all = (m.rail_tkm + m.sea_tkm + m.road_tkm + m.barge_tkm).max(1.0); (percent(m.rail_tkm / all)) " / " (percent(m.sea_tkm / all)) " / " (percent(m.road_tkm / all)) @if m.barge_tkm > 0.0 { " / " (percent(m.barge_tkm / all)) } } }
        }
        td.nowrap { (years(rung.full_in)) }
    } }
}

fn build_rows(rung: &Rung) -> Markup {
    let next: Vec<&str> = rung.binding.iter().map(|b| b.name.as_str()).collect();
    html! {
        @if rung.investments.is_empty() { tr { td.nowrap { b { (multiple(rung.multiple)) } } td { "nothing" } td {} td { (next.join(", ")) } } }
        @for (i, x) in rung.investments.iter().enumerate() { tr {
            @if i == 0 { td.nowrap rowspan=(rung.investments.len()) { b { (multiple(rung.multiple)) } } }
            td { (x.name) @if x.level > 1 { " x" (x.level) } span.small { " " (musd(x.capex_usd)) " MUSD" } } td { (years(x.start_by)) }
            @if i == 0 { td rowspan=(rung.investments.len()) { (next.join(", ")) } }
        } }
    }
}

/// Served demand.
pub fn served(plan: &Plan) -> Markup {
    scroll(html! {
        table {
            thead { tr { th { "Demand" } th.r { "Asked" } th.r { "At the common multiple" } th.r { "With priorities" } th.r { "Maximum beside the others" } } }
            tbody { @for s in &plan.capacity.served { tr { td { (s.name) } td.r { (tonnes_a_year(s.asked_t_per_year)) } td.r { (tonnes_a_year(s.carried_t_per_year)) } td.r { (tonnes_a_year(s.with_priorities_t_per_year)) } td.r { (s.most_t_per_year.map_or_else(|| "-".into(), tonnes_a_year)) } } } }
        }
        @for note in &plan.capacity.notes { p.small { "Note: " (note) "." } }
    })
}

/// Demand that is not served, with the reasons.
pub fn unserved(plan: &Plan) -> Markup {
    html! {
        @if plan.not_permitted.is_empty() && plan.unreachable.is_empty() { p { "All demand is permitted and can be reached." } }
        @if !plan.not_permitted.is_empty() { (scroll(html! {
            table {
                thead { tr { th { "Not permitted" } th.r { "Asked" } th { "Authority and paragraph" } th { "Lawful exemption procedure" } th { "Lenient reading" } } }
                tbody { @for n in &plan.not_permitted { tr {
                    td { (n.name) } td.r { (tonnes_a_year(n.t_per_year)) }
                    td { @for r in &n.rules { div { (r.reference) } } }
                    td { @for r in &n.rules { @if let Some(p) = &r.procedure { div { (p) } } } }
                    td { (if n.permitted_in_lenient_reading { "permitted" } else { "not permitted" }) }
                } } }
            }
        })) }
        @if !plan.unreachable.is_empty() { (scroll(html! {
            table { thead { tr { th { "Unreachable" } th.r { "Asked" } th { "Why" } } }
                tbody { @for u in &plan.unreachable { tr { td { (u.name) } td.r { (tonnes_a_year(u.t_per_year)) } td { (u.reason) } } } } }
        })) }
    }
}

/// Both readings of unclear law, the vehicle classes that the law divides, and the permits and notices that flows need.
pub fn law(plan: &Plan) -> Markup {
    html! {
        (scroll(html! { table {
            thead { tr { th { "Reading of unclear law" } th.r { "Capacity" } th.r { "For the demand that both permit" } th.r { "Not permitted" } } }
            tbody { @for r in &plan.readings { tr { td { (r.reading.word()) } td.r { (tonnes_a_year(r.total_t_per_year)) } td.r { (tonnes_a_year(r.same_demand_total_t_per_year)) } td.r { (tonnes_a_year(r.not_permitted_t_per_year)) } } } }
        } }))
        @if !plan.fleets.is_empty() { (scroll(html! { table {
            thead { tr { th { "Class divided by law" } th { "Separate fleets" } th { "Authority" } } }
            tbody { @for f in &plan.fleets { tr { td { (f.name) } td { (f.fleets.join(" · ")) } td { @for r in &f.rules { p { (r.reference) } } } } } }
        } })) }
        @if !plan.conditions.is_empty() { details {
            summary { "Permits, caps and notices that permitted demand depends on (" (plan.conditions.len()) ")" }
            (scroll(html! { table { tbody { @for c in &plan.conditions { tr { td { (c.name) } td { (c.rule.reference) } td { (c.rule.procedure.as_deref().unwrap_or("")) } } } } } }))
        } }
    }
}

/// The requested comparisons: served and lost demand, and costs.
pub fn comparisons(plan: &Plan) -> Markup {
    let list = |rows: &[Shift]| rows.iter().map(|s| s.name.as_str()).collect::<Vec<_>>().join(", ");
    let of = |rows: &[Shift]| rows.iter().map(|s| s.carried_t_per_year).sum::<f64>();
    scroll(html! { table {
        thead { tr { th { "Case" } th { "Served in both" } th.r { "Capacity for them" } th.r { "Today" } th.r { "Difference" } th { "No longer served" } th.r { "Served, MUSD/y more" } th.r { "Lost, MUSD/y more" } th { "At its limit in the case" } } }
        tbody { @for c in &plan.comparisons { tr {
            td { (c.case) @if let Some(r) = &c.reason { br; span.small { (r) } } }
            td { (tonnes_a_year(of(&c.served))) br; span.small { (list(&c.served)) } }
            td.r { (tonnes_a_year(c.total_t_per_year)) } td.r { (tonnes_a_year(c.base_total_t_per_year)) } td.r { (change(c.difference_t_per_year)) }
            td { @if c.lost.is_empty() { "nothing" } @else { b { (tonnes_a_year(c.lost_t_per_year)) } br; span.small { (list(&c.lost)) } } @if !c.gained.is_empty() { br; "newly served: " (tonnes_a_year(c.gained_t_per_year)) " " span.small { (list(&c.gained)) } } }
            td.r { (c.extra_cost_usd_per_year.map_or_else(|| "-".into(), musd)) }
            td.r { @if !c.lost.is_empty() { (musd(c.lost_cost_usd_per_year)) @if c.lost_without_alternative_t_per_year > 0.5 { br; span.small { (tonnes_a_year(c.lost_without_alternative_t_per_year)) " state no alternative" } } } }
            td { (c.binding.iter().map(|b| b.name.clone()).collect::<Vec<_>>().join(", ")) }
        } } }
    } })
}

/// Every facility, with its derivation behind a click.
pub fn facilities(plan: &Plan) -> Markup {
    let used = |f: &FacilityCapacity| {
        plan.capacity.solution.facilities.iter().find(|u| u.facility == f.facility)
    };
    let mut list: Vec<&FacilityCapacity> = plan.facilities.iter().collect();
    list.sort_by(|a, b| {
        let use_of = |f: &FacilityCapacity| used(f).map_or(-1.0, |u| u.utilisation);
        use_of(b).total_cmp(&use_of(a))
    });
    let mt = |x: Option<f64>| x.map_or_else(String::new, tonnes_a_year);
    html! { div.facilities { @for f in list {
        details {
            summary {
                span.name { (f.name) span.small { " " (f.kind.replace('_', " ")) } }
                @if let Some(u) = used(f) { span.bar { i style=(format!("width:{:.0}%", (u.utilisation * 100.0).clamp(0.0, 100.0))) class=(if u.utilisation > 0.999 { "full" } else { "" }) {} } span.pc { (percent(u.utilisation)) } } @else { span.bar {} span.pc { "-" } }
            }
            ol { @for step in &f.derivation { li { (step) } } }
            p.small { "gross " (mt(f.gross_t_per_year)) " · practical " (mt(f.practical_t_per_year)) @if let Some(p) = f.published_t_per_year { " · published " (tonnes_a_year(p)) @if let Some(g) = f.gross_t_per_year { " (derived gross is " (percent(g / p.max(1.0))) " of it)" } } " · " (f.confidence) ": " (f.source) }
        }
    } } }
}

/// Rows of the scenario with their confidence and source.
pub fn sources(s: &Scenario) -> Markup {
    let mut rows: Vec<(&str, String, &str, &str)> = Vec::new();
    rows.extend(
        s.links.iter().map(|x| {
            ("link", x.name.clone(), x.origin.confidence.as_str(), x.origin.source.as_str())
        }),
    );
    rows.extend(s.resources.iter().map(|x| {
        ("resource", x.name.clone(), x.origin.confidence.as_str(), x.origin.source.as_str())
    }));
    rows.extend(s.operations.iter().map(|x| {
        (
            "operation",
            crate::draw::operation(s, x),
            x.origin.confidence.as_str(),
            x.origin.source.as_str(),
        )
    }));
    rows.extend(s.vehicles.iter().map(|x| {
        ("vehicle", x.name.clone(), x.origin.confidence.as_str(), x.origin.source.as_str())
    }));
    rows.extend(s.demand.iter().map(|x| {
        ("demand", x.name.clone(), x.origin.confidence.as_str(), x.origin.source.as_str())
    }));
    rows.extend(s.options.iter().map(|x| {
        ("option", x.name.clone(), x.origin.confidence.as_str(), x.origin.source.as_str())
    }));
    rows.extend(s.policies.iter().map(|x| {
        ("rule", x.reference.clone(), x.source.confidence.as_str(), x.source.source.as_str())
    }));
    html! { details {
        summary { "Every row with its source (" (rows.len()) ")" }
        (scroll(html! { table { thead { tr { th { "What" } th { "Name" } th { "Confidence" } th { "Source" } } }
            tbody { @for (what, name, confidence, source) in &rows { tr { td.nowrap { (what) } td { (name) } td { (confidence) } td { (source) } } } } } }))
    } }
}
