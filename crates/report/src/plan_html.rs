//! A plan as one self-contained page that makes no network request.

use maud::{Markup, html};
use trimodal_model::Scenario;
use trimodal_plan::outcome::{Plan, Solution};

use crate::number::{multiple, musd, percent, tonnes_a_year};
use crate::page::Page;
use crate::plan_map::{View, legend, map};
use crate::{plan_charts, plan_tables};

/// Shows one set of maps at a time; opens every derivation before printing.
const SCRIPT: &str = "for(const b of document.querySelectorAll('.tabs button'))b.onclick=()=>{for(const o of document.querySelectorAll('.tabs button'))o.setAttribute('aria-pressed',o===b);for(const m of document.querySelectorAll('.maps'))m.hidden=m.dataset.map!==b.dataset.map};addEventListener('beforeprint',()=>{for(const d of document.querySelectorAll('details.print'))d.open=true});";
/// The report of a plan.
pub fn html(plan: &Plan, s: &Scenario) -> String {
    let title = if plan.counterfactual_no_law {
        format!("COUNTERFACTUAL WITHOUT LAW: {}", plan.scenario)
    } else {
        plan.scenario.clone()
    };
    let page = Page {
        title: &format!("{title} · Trimodal plan"),
        watermark: plan.counterfactual_no_law.then_some(trimodal_plan::WATERMARK),
        script: SCRIPT,
        ..Page::default()
    };
    page.around(&html! {
        (head(plan, s))
        (cards(plan))
        @if plan.capacity.reason.is_none() { (maps(plan, s)) (body(plan, s)) }
        (rest(plan, s))
    })
}

fn head(plan: &Plan, s: &Scenario) -> Markup {
    let law: Vec<&str> = plan.policies.iter().map(|p| p.set.as_str()).collect();
    html! {
        h1 { (plan.scenario) }
        p.sub { (s.settings.description) }
        p.small { "law: " (if plan.counterfactual_no_law { "none (counterfactual)".to_string() } else { law.join(", ") }) " · " (plan.period_days) " days · prices " (plan.price_year) " USD · description " (plan.scenario_digest) }
    }
}

fn cards(plan: &Plan) -> Markup {
    let c = &plan.capacity;
    let binds = c.binding.first();
    let solved = plan.ladder.iter().rev().find(|r| r.capex_usd.is_some());
    html! { div.cards {
        @if let Some(reason) = &c.reason {
            div.card.alert { b { "No capacity" } span { (reason) } }
        } @else {
            div.card { b { (tonnes_a_year(c.total_t_per_year)) } span { "can be carried today in practice; gross " (tonnes_a_year(c.gross_t_per_year)) @for o in &c.observed { " · " (tonnes_a_year(o.t_per_year)) " observed " (o.year) } } }
            @if let Some(b) = binds { div.card.alert { b { (b.name) } span { "binds: " (percent(b.occupancy)) " busy, its limit" } } }
            @if let Some(r) = solved { div.card { b { (multiple(r.multiple)) " for " (musd(r.capex_usd.unwrap_or(0.0))) " MUSD" } span { "the highest rung that the options reach; EIRR " (r.economics.and_then(|e| e.eirr).map_or_else(|| "none".into(), |x| format!("{:.1} %", x * 100.0))) } } }
            div.card { b { (multiple(plan.ceiling.multiple)) } span { "ceiling of all options: " (tonnes_a_year(plan.ceiling.capacity_t_per_year)) " · binds: " (plan.ceiling.binding.iter().map(|b| b.name.clone()).collect::<Vec<_>>().join(", ")) } }
        }
        div.card { b { (tonnes_a_year(plan.not_permitted_t_per_year)) } span { "of demand not permitted by law" } }
        div.card { b { (percent(plan.inputs.share_assumed)) } span { "of the inputs are assumed or recalled, not published" } }
    } }
}

fn maps(plan: &Plan, s: &Scenario) -> Markup {
    let mut shown: Vec<(String, &Solution, Vec<String>)> =
        vec![("today".into(), &plan.capacity.solution, full(&plan.capacity.solution))];
    for rung in &plan.ladder {
        if let Some(solution) = &rung.solution {
            shown.push((multiple(rung.multiple), solution, full(solution)));
        }
    }
    html! {
        h2 { "Flows and bottlenecks" }
        div.tabs { @for (i, (name, _, _)) in shown.iter().enumerate() { button data-map=(name) aria-pressed=(if i == 0 { "true" } else { "false" }) { (name) } } }
        @for (i, (name, solution, full)) in shown.iter().enumerate() {
            div.maps data-map=(name) hidden[i > 0] {
                @if let Some(view) = View::close_up(s, 720.0) {
                    (map(s, solution, full, view, &format!("Corridor, {name}")))
                    (map(s, solution, full, View::all(s, 520.0), &format!("Overview, {name}")))
                } @else {
                    (map(s, solution, full, View::all(s, 720.0), &format!("Overview, {name}")))
                }
            }
        }
        (legend())
        p.small { "Lines join places schematically; coast and river are a hand-made sketch. Hover over a line to see its tonnes." }
    }
}

fn full(solution: &Solution) -> Vec<String> {
    solution
        .facilities
        .iter()
        .filter(|u| u.utilisation > 0.999)
        .map(|u| u.facility.clone())
        .collect()
}

fn body(plan: &Plan, s: &Scenario) -> Markup {
    html! {
        h2 { "Facilities that bind today" }
        @if plan.capacity.binding.is_empty() { p { "No single facility binds: the loss of any one unit can be made up elsewhere." } } @else { (plan_tables::binding(plan)) }
        p.small { "One unit more and one unit less, each solved again. Total: change of the total capacity; own: change of the tonnes through the facility." }
        h2 { "The ladder" }
        p { "The cheapest integer investments for multiples of today's " (tonnes_a_year(plan.capacity.total_t_per_year)) " at the same mix of demand: annuities, running cost and generalised transport cost together, each proven to the gap shown." }
        (plan_charts::ladder(plan))
        (plan_tables::ladder(plan))
        p.small { "NPV, EIRR and BCR: each investment is built when demand needs it, against building nothing, over the horizon of the scenario, residual values included; BCR is benefits over investment and running cost less residual values; no EIRR is reported below -20 %. Bound: the proven lower bound on the annual cost, expressed as investment. Binds next: the facilities that bind with the rung's own investments. Demand reaches it in, start by: years with low, base and high growth of demand. Rail, sea, road: shares of tonne-kilometres." }
        @if let Some(u) = &plan.uncertainty {
            h2 { "Uncertainty" }
            (plan_charts::range(u, plan.capacity.total_t_per_year))
            (plan_charts::binding_share(u))
            (plan_charts::tornado(u, plan.capacity.total_t_per_year, s))
            (rung_ranges(u))
            p.small { "The investments of a rung are just sufficient at the values as given, so they suffice only in samples where every relevant input is at least as favourable. A project needs a margin; the last column is the share of samples in which the rung suffices." }
        }
        @if !plan.comparisons.is_empty() { h2 { "Comparisons" } (plan_tables::comparisons(plan)) p.small { "Capacity for the demand that both cases serve." } }
    }
}

fn rung_ranges(u: &trimodal_plan::outcome::Uncertainty) -> Markup {
    html! { div.scroll { table {
        thead { tr { th { "Rung as planned" } th.r { "Capex p10 / p50 / p90 MUSD" } th.r { "Carries p10 / p50 / p90 Mt/y" } th.r { "Sufficient in" } } }
        tbody { @for r in &u.rungs { tr {
            td { (multiple(r.multiple)) }
            td.r { @if let Some(q) = r.capex_usd { (musd(q.p10)) " / " (musd(q.p50)) " / " (musd(q.p90)) } }
            td.r { @if let Some(q) = r.capacity_t_per_year { (format!("{:.2} / {:.2} / {:.2}", q.p10 / 1e6, q.p50 / 1e6, q.p90 / 1e6)) } }
            td.r { (percent(r.share_enough)) }
        } } }
    } } }
}

fn rest(plan: &Plan, s: &Scenario) -> Markup {
    html! {
        h2 { "Demand served and not served" }
        (plan_tables::served(plan))
        (plan_tables::unserved(plan))
        (plan_tables::law(plan))
        h2 { "How each capacity is derived" }
        p.small { "Open a line for the derivation. The bar is today's use as a share of the practical capacity." }
        (plan_tables::facilities(plan))
        h2 { "Assumptions and sources" }
        p { (plan.inputs.published) " figures are published, " (plan.inputs.secondary) " secondary, " (plan.inputs.computed) " computed, " (plan.inputs.recalled) " recalled and " (plan.inputs.assumed) " assumed." }
        (plan_tables::sources(s))
        h2 { "Limits of the model" }
        p { "A yearly plan in steady state: flows are continuous, demand keeps its mix, and queues enter only by the accepted wait at each facility, not as a simulation. Tracks are upper bounds for a first-come dispatcher. Costs exclude queues, empty containers and the time saved by longer opening hours. Benefits count only the difference to the next best alternative stated in the demand table. Traffic beyond the network's edge is unlimited. Run the plan with `trimodal simulate` to see whether it holds with queues and random variation." }
        footer { @for notice in &plan.notices { p.small { (notice) } }
            p.small { "Emission factors: UK Government GHG Conversion Factors 2025 (DESNZ), Open Government Licence v3.0, where the scenario quotes them. Made by Trimodal." } }
    }
}
