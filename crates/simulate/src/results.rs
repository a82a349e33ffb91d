//! Tables of the answer from the replications, each figure with its interval.

use std::collections::{BTreeMap, HashMap};

use trimodal_model::Scenario;
use trimodal_model::scenario::Role;
use trimodal_model::waiting::wait_over_service;

use crate::compile::{CompiledModel, ReportedResource};
use crate::estimate::Sample;
use crate::outcome::{
    Band, Closure, DemandResult, Quantiles, Replicate, ResourceResult, ShareIntervals, Shares,
    StockResult,
};
use crate::per_run::{AtResource, PerRun, Spread};
use crate::replication::{Replication, WEEKS};
use crate::replications::{Runs, Served};
use crate::verdict::margins;
use trimodal_des::clock::{DAY, HOUR};
use trimodal_des::statistics::{ResourceCount, Tally};

/// Queues drawn.
const DRAWN: usize = 8;

/// Quantiles of all replications together, with intervals from those of each.
fn quantiles_h(tally: &Tally, each: &[Spread], unit_h: f64) -> Quantiles {
    let all = Spread::of(tally);
    let seen = || each.iter().filter(|s| s.count > 0.0);
    let sums: Vec<f64> = each.iter().map(|s| s.sum * unit_h).collect();
    let counts: Vec<f64> = each.iter().map(|s| s.count).collect();
    Quantiles {
        mean: all.mean() * unit_h,
        p50: all.p50 * unit_h,
        p95: all.p95 * unit_h,
        mean_ci95: Sample::ratio(&sums, &counts).positive(),
        p50_ci95: Sample::of(seen().map(|s| s.p50 * unit_h)).positive(),
        p95_ci95: Sample::of(seen().map(|s| s.p95 * unit_h)).positive(),
    }
}

/// Each demand.
pub fn demand(
    s: &Scenario,
    runs: &Runs,
    served: &[Served],
    judged_years: f64,
) -> Vec<DemandResult> {
    let margins = margins(runs, served, judged_years);
    let one = |(d, margin): (&Served, crate::verdict::Margin)| {
        let row = &s.demand[d.demand];
        let mut transit = Tally::default();
        d.flows.iter().for_each(|f| transit.merge(&runs.flows[*f].transit));
        let each: Vec<Spread> = runs.figures.iter().map(|r| together(&r.flows, &d.flows)).collect();
        let transit_h = quantiles_h(&transit, &each, 1.0 / 3600.0);
        let sum = |y: &Replication, of: fn(&trimodal_des::statistics::FlowCount) -> u64| {
            d.flows.iter().map(|f| of(&y.flows[*f])).sum::<u64>() as f64 / 1e3
        };
        DemandResult {
            demand: row.id.clone(),
            name: row.name.clone(),
            unit: row.unit(),
            planned_per_year: d.planned,
            generated_per_year: Sample::of(runs.years.iter().map(|y| sum(y, |f| f.born_kg)))
                .amount(),
            delivered_per_year: Sample::of(runs.years.iter().map(|y| sum(y, |f| f.delivered_kg)))
                .amount(),
            share_delivered: margin.share.amount(),
            answer: margin.answer,
            planned_h: d.hours,
            late_p95_h: (transit_h.p95 - d.hours).max(0.0),
            transit_h,
        }
    };
    let mut all: Vec<(Role, DemandResult)> =
        served.iter().zip(margins).map(|(d, m)| (s.demand[d.demand].role, one((d, m)))).collect();
    // The scaled demand, which the study is about, first, then the greatest.
    let rank = |role: &Role| match role {
        Role::Scaled => 0,
        Role::Fixed => 1,
        Role::Background => 2,
    };
    all.sort_by(|(a, x), (b, y)| {
        let amount = y.planned_per_year.total_cmp(&x.planned_per_year);
        rank(a).cmp(&rank(b)).then(amount).then_with(|| x.demand.cmp(&y.demand))
    });
    all.into_iter().map(|(_, result)| result).collect()
}

/// Several flows of a replication together; quantiles by the mean of theirs.
fn together(all: &[Spread], flows: &[usize]) -> Spread {
    let of = || flows.iter().map(|f| all[*f]);
    let count: f64 = of().map(|s| s.count).sum();
    let mean = |q: fn(&Spread) -> f64| of().map(|s| s.count * q(&s)).sum::<f64>() / count.max(1.0);
    Spread { count, sum: of().map(|s| s.sum).sum(), p50: mean(|s| s.p50), p95: mean(|s| s.p95) }
}

/// The measurements of each replication.
pub fn replicates(
    s: &Scenario,
    t: &CompiledModel,
    runs: &Runs,
    served: &[Served],
) -> Vec<Replicate> {
    let one = |(i, (y, figures)): (usize, (&Replication, &PerRun))| {
        let sum = |d: &Served, of: fn(&trimodal_des::statistics::FlowCount) -> u64| {
            d.flows.iter().map(|f| of(&y.flows[*f])).sum::<u64>() as f64 / 1e3
        };
        let demand = |of: &dyn Fn(&Served) -> f64| -> BTreeMap<String, f64> {
            served.iter().map(|d| (s.demand[d.demand].id.clone(), of(d))).collect()
        };
        let resource = |of: &dyn Fn(&AtResource, f64) -> f64| -> BTreeMap<String, f64> {
            let value = |f: &ReportedResource| {
                let servers = f64::from(t.model.resources[f.at.ix()].servers.max(1));
                (f.id.clone(), of(&figures.at[f.at.ix()], servers))
            };
            t.facilities.iter().map(value).collect()
        };
        let year = t.year as f64;
        let stock = |(i, row): (usize, &usize)| (s.resources[*row].id.clone(), y.stocks[i].0);
        Replicate {
            replication: runs.first + i as u32,
            generated: demand(&|d| sum(d, |f| f.born_kg)),
            delivered: demand(&|d| sum(d, |f| f.delivered_kg)),
            transit_mean_h: demand(&|d| together(&figures.flows, &d.flows).mean() / 3600.0),
            wait_mean_h: resource(&|r, _| r.waits.mean() / HOUR),
            queue: resource(&|r, _| r.queue / year),
            utilisation: resource(&|r, servers| r.held / year / servers),
            stock_mean_t: t.stocks.iter().enumerate().map(stock).collect(),
            events: y.events,
        }
    };
    runs.years.iter().zip(&runs.figures).enumerate().map(one).collect()
}

/// Each resource, those with the longest queues first.
pub fn resources(t: &CompiledModel, runs: &Runs) -> Vec<ResourceResult> {
    let mut all: Vec<ResourceResult> = t.facilities.iter().map(|f| resource(t, runs, f)).collect();
    let weight = |r: &ResourceResult| r.queue;
    all.sort_by(|a, b| weight(b).total_cmp(&weight(a)).then_with(|| a.id.cmp(&b.id)));
    for (i, r) in all.iter_mut().enumerate() {
        if i >= DRAWN || r.queue <= 0.0 {
            r.queue_by_week = None;
        }
    }
    all
}

fn resource(t: &CompiledModel, runs: &Runs, shown: &ReportedResource) -> ResourceResult {
    let r = shown.at.ix();
    let at = &runs.at[r];
    let servers = t.model.resources[r].servers;
    let year = t.year as f64;
    let time = (year * runs.n() * f64::from(servers)).max(1.0);
    let utilisation = at.held as f64 / time;
    let each: Vec<&AtResource> = runs.figures.iter().map(|f| &f.at[r]).collect();
    let waits: Vec<Spread> = each.iter().map(|a| a.waits).collect();
    let visits: Vec<f64> = waits.iter().map(|w| w.count).collect();
    let held: Vec<f64> = each.iter().map(|a| a.held / HOUR).collect();
    let held_h = Sample::ratio(&held, &visits);
    let (ca2, cs2) = shown.variation;
    let formula = wait_over_service(utilisation, servers, ca2, cs2) * held_h.mean;
    let held_in = |week: usize| {
        let units: f64 = runs.years.iter().map(|y| f64::from(y.held[week][r])).sum();
        units / runs.n() / f64::from(servers.max(1))
    };
    let per = year * f64::from(servers.max(1));
    ResourceResult {
        id: shown.id.clone(),
        name: shown.name.clone(),
        kind: shown.kind.clone(),
        servers,
        utilisation,
        utilisation_ci95: Sample::of(each.iter().map(|a| a.held / per)).positive(),
        time: shares(at, time, shown.kind == "pool"),
        time_ci95: share_intervals(&each, time / runs.n(), shown.kind == "pool"),
        visits_per_year: at.waits.count as f64 / runs.n(),
        visits_ci95: Sample::of(visits.iter().copied()).positive(),
        wait_h: quantiles_h(&at.waits, &waits, 1.0 / HOUR),
        held_h: held_h.mean,
        held_ci95: held_h.positive(),
        wait_formula_h: formula.is_finite().then_some(formula),
        queue: at.queue as f64 / (year * runs.n()),
        queue_ci95: Sample::of(each.iter().map(|a| a.queue / year)).positive(),
        utilisation_by_week: (0..WEEKS as usize).map(held_in).collect(),
        queue_by_week: Some(band(&runs.years, |y| y.queue.iter().map(|w| w[r]).collect())),
    }
}

/// The intervals of the shares of time.
fn share_intervals(each: &[&AtResource], time: f64, is_pool: bool) -> ShareIntervals {
    let all: Vec<Shares> = each.iter().map(|a| shares(&a.count, time, is_pool)).collect();
    let of = |share: fn(&Shares) -> f64| Sample::of(all.iter().map(share)).positive();
    ShareIntervals {
        busy: of(|s| s.busy),
        blocked: of(|s| s.blocked),
        starved: of(|s| s.starved),
        down: of(|s| s.down),
        closed: of(|s| s.closed),
        changeover: of(|s| s.changeover),
        idle: of(|s| s.idle),
    }
}

/// The shares of time. The user of a pool works whenever it does not wait; other resources work while
/// an operation goes on.
fn shares(at: &ResourceCount, time: f64, is_pool: bool) -> Shares {
    let of = |ticks: u64| ticks as f64 / time;
    let (held, down, closed, changeover) =
        (of(at.held), of(at.down), of(at.closed), of(at.changeover));
    let (blocked, starved) = if is_pool {
        (of(at.kept).min(held), of(at.starved).min(held))
    } else {
        (of(at.held.saturating_sub(at.in_hold)), 0.0)
    };
    let lost = (down + closed + changeover).min(held - blocked - starved).max(0.0);
    let scale = if lost > 0.0 { lost / (down + closed + changeover) } else { 0.0 };
    Shares {
        busy: (held - blocked - starved - lost).max(0.0),
        blocked,
        starved,
        down: down * scale,
        closed: closed * scale,
        changeover: changeover * scale,
        idle: (1.0 - held).max(0.0),
    }
}

/// Each stock.
pub fn stocks(s: &Scenario, t: &CompiledModel, runs: &Runs) -> Vec<StockResult> {
    let one = |(i, row): (usize, &usize)| {
        let of = |of: fn(&(f64, f64, f64)) -> f64| {
            Sample::of(runs.years.iter().map(|y| of(&y.stocks[i])))
        };
        let (mean, full) = (of(|s| s.0), of(|s| s.1));
        StockResult {
            id: s.resources[*row].id.clone(),
            name: s.resources[*row].name.clone(),
            capacity_t: s.resources[*row].stock_t,
            mean_t: mean.mean,
            mean_ci95: mean.positive(),
            share_full: full.mean,
            share_full_ci95: full.positive(),
            by_week: band(&runs.years, |y| y.stock.iter().map(|w| w[i]).collect()),
        }
    };
    t.stocks.iter().enumerate().map(one).collect()
}

/// A band over replications at each point of a series.
pub fn band(years: &[Replication], of: impl Fn(&Replication) -> Vec<f32>) -> Band {
    let series: Vec<Vec<f32>> = years.iter().map(of).collect();
    let mut band = Band::default();
    for i in 0..series.first().map_or(0, Vec::len) {
        let mut values: Vec<f32> = series.iter().map(|s| s[i]).collect();
        values.sort_by(f32::total_cmp);
        let at =
            |share: f64| f64::from(values[((values.len() - 1) as f64 * share).round() as usize]);
        band.p5.push(at(0.05));
        band.p50.push(at(0.5));
        band.p95.push(at(0.95));
    }
    band
}

/// Closures of a week or more, and when their backlog was cleared.
pub fn closures(s: &Scenario, t: &CompiledModel, runs: &Runs, planned: f64) -> Vec<Closure> {
    let rows: HashMap<&str, usize> =
        s.resources.iter().enumerate().map(|(i, r)| (r.id.as_str(), i)).collect();
    let last_day = (t.year / DAY) as usize - 1;
    let mut all: Vec<Closure> = Vec::new();
    // Resources that close together at a place are one closure.
    let mut seen = Vec::new();
    for shown in &t.facilities {
        let Some(row) = rows.get(shown.id.as_str()).map(|r| &s.resources[*r]) else { continue };
        let closed = &s.calendars[row.calendar.ix()].closed;
        for (from, to) in stretches(closed).into_iter().filter(|(a, b)| b - a >= 6 && *a > 0) {
            if seen.contains(&(row.place, from, to)) {
                continue;
            }
            seen.push((row.place, from, to));
            let days = (from as usize, (to as usize).min(last_day - 1), last_day + 1);
            all.push(closure(shown, runs, planned, (from, to), days));
        }
    }
    all
}

fn closure(
    shown: &ReportedResource,
    runs: &Runs,
    planned: f64,
    (from, to): (u32, u32),
    (first, last, end): (usize, usize, usize),
) -> Closure {
    let days = f64::from(to - from + 1);
    let backlog = |under_way: &dyn Fn(usize) -> f64| {
        let before = under_way(first - 1);
        let most = (first..end).map(under_way).fold(before, f64::max) - before;
        // Within a tenth of the backlog.
        let gone = (last..end).find(|d| under_way(*d) <= before + 0.1 * most);
        (most, gone.map(|d| (d - last) as f64))
    };
    let mean =
        |day: usize| runs.years.iter().map(|y| f64::from(y.days[day].0)).sum::<f64>() / runs.n();
    let each: Vec<_> =
        runs.years.iter().map(|y| backlog(&|day| f64::from(y.days[day].0))).collect();
    let meanwhile = runs.years.iter().map(|y| {
        (y.days[last].1 - y.days[first - 1].1) / (planned * days / (end as f64)).max(1e-9)
    });
    let meanwhile = Sample::of(meanwhile);
    let (backlog_t, gone_after_days) = backlog(&mean);
    Closure {
        resource: shown.id.clone(),
        name: shown.name.clone(),
        from_day: from + 1,
        to_day: to + 1,
        backlog_t,
        backlog_ci95: Sample::of(each.iter().map(|e| e.0)).positive(),
        gone_after_days,
        gone_after_ci95: Sample::of(each.iter().filter_map(|e| e.1)).positive(),
        delivered_meanwhile: meanwhile.mean,
        delivered_meanwhile_ci95: meanwhile.positive(),
    }
}

/// Spans of consecutive days, first and last.
fn stretches(days: &[u32]) -> Vec<(u32, u32)> {
    let mut days = days.to_vec();
    days.sort_unstable();
    let mut all: Vec<(u32, u32)> = Vec::new();
    for day in days {
        match all.last_mut() {
            Some((_, last)) if *last + 1 >= day => *last = day,
            _ => all.push((day, day)),
        }
    }
    all
}
