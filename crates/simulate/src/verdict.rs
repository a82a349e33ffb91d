//! The verdict on a plan after some replications: it holds, it fails, or it is undecided.
//!
//! Every demand is judged by the share of the volume sent that arrives, year on year and replication by
//! replication, so that a year with few ships is no failure and one with many no success. Goods that do not
//! arrive accumulate somewhere: the loss of a year is the growth of the goods under way from the second half
//! of the year before to that of the year. The margin is 2 % of the volume sent less the loss: the demand
//! holds where the 95 % interval of its mean lies above zero, and fails where it lies below zero with
//! statistical certainty.

use trimodal_model::Scenario;

use crate::compile::CompiledModel;
use crate::estimate::{Sample, students_t, wilson};
use crate::outcome::{Answer, Growing, REACHED, Verdict};
use crate::replication::Replication;
use crate::replications::{Runs, Served};

/// A queue or stock grows when in a year it gains more than this share of its throughput.
pub const GROWS: f64 = 0.01;
/// Confidence at which a demand fails, or a trend is accepted.
const SURE: f64 = 0.999;
/// Confidence from which a trend is suspected.
const SUSPECTED: f64 = 0.99;

/// The margin of a demand, and the answer.
pub struct Margin {
    /// In the unit of the demand, a year.
    pub sample: Sample,
    pub answer: Answer,
    /// Arrived over sent.
    pub share: Sample,
}

/// The margin of each demand.
pub fn margins(runs: &Runs, served: &[Served], years: f64) -> Vec<Margin> {
    let one = |served: &Served| {
        let sent = |y: &Replication| {
            served.flows.iter().map(|f| y.judged[*f]).sum::<u64>() as f64 / 1e3 / years
        };
        let lost = |y: &Replication| served.flows.iter().map(|f| y.growth.flow[*f]).sum::<f64>();
        let sent: Vec<f64> = runs.years.iter().map(sent).collect();
        let lost: Vec<f64> = runs.years.iter().map(lost).collect();
        let arrives: Vec<f64> = sent.iter().zip(&lost).map(|(s, l)| s - l).collect();
        let sample = Sample::of(arrives.iter().zip(&sent).map(|(a, s)| a - REACHED * s));
        Margin { sample, answer: answer(&sample), share: Sample::ratio(&arrives, &sent) }
    };
    served.iter().map(one).collect()
}

fn answer(margin: &Sample) -> Answer {
    let (holds, fails) = (margin.half(0.95), margin.half(2.0 * SURE - 1.0));
    if margin.mean - holds >= 0.0 {
        Answer::Holds
    } else if margin.mean + fails < 0.0 {
        Answer::Fails
    } else {
        Answer::Undecided
    }
}

/// Trends, certain or suspected.
pub struct Trends {
    pub sure: Vec<Growing>,
    /// The worst trend that is only suspected, with the replications that would decide it; none where none is.
    pub suspected: Option<(Growing, Option<u32>)>,
}

/// Queues, buffers and stocks that gain more in a year than [`GROWS`] of their throughput.
pub fn trends(t: &CompiledModel, s: &Scenario, runs: &Runs, planned_t: f64) -> Trends {
    let n = runs.years.len() as f64;
    let mut all = Trends { sure: Vec::new(), suspected: None };
    let mut test =
        |(id, name): (&str, &str), unit: &str, passing: f64, of: &dyn Fn(&Replication) -> f64| {
            let sample = Sample::of(runs.years.iter().map(of));
            let share = if passing > 0.0 { sample.mean / passing } else { 0.0 };
            // One replication cannot show a trend.
            let beyond = |sure: f64| sample.mean > students_t(n - 1.0, sure) * sample.error;
            if !(sample.mean > 1.0 && share > GROWS && beyond(SUSPECTED)) {
                return;
            }
            let growing = Growing {
                id: id.into(),
                name: name.into(),
                unit: unit.into(),
                growth_per_year: sample.mean,
                growth_ci95: sample.interval(),
                share_of_passing: share,
            };
            if beyond(SURE) {
                all.sure.push(growing);
            } else if all.suspected.as_ref().is_none_or(|(g, _)| g.share_of_passing < share) {
                let half = students_t(n - 1.0, SURE) * sample.error;
                all.suspected = Some((growing, sample.enough(half, sample.mean)));
            }
        };
    for shown in &t.facilities {
        let r = shown.at.ix();
        let passing = runs.at[r].waits.count as f64 / n;
        test((&shown.id, &shown.name), "vehicles", passing, &|y| y.growth.queue[r]);
    }
    for (stock, row) in t.stocks.iter().enumerate() {
        let through = runs.years.iter().map(|y| y.stocks[stock].2).sum::<f64>() / n;
        let row = &s.resources[*row];
        let buffers = || t.model.buffers.iter().enumerate();
        let here = |y: &Replication| {
            let of = buffers().filter(|(_, p)| p.stock.is_some_and(|s| s.ix() == stock));
            of.map(|(p, _)| y.growth.buffer[p]).sum::<f64>()
        };
        test((&row.id, &row.name), "t", through, &here);
    }
    for (buffer, (name, passing)) in t.buffers.iter().enumerate() {
        test((name, name), "t", *passing, &|y| y.growth.buffer[buffer]);
    }
    let goods = |y: &Replication| {
        let tonnes = y.growth.flow.iter().zip(&t.in_vehicles).filter(|(_, vehicles)| !**vehicles);
        tonnes.map(|(more, _)| more).sum::<f64>()
    };
    test(("under_way", "all goods under way"), "t", planned_t, &goods);
    all.sure.sort_by(|a, b| {
        b.share_of_passing.total_cmp(&a.share_of_passing).then_with(|| a.id.cmp(&b.id))
    });
    all
}

/// The verdict on some runs. `missing`: demand that is permitted and not carried.
pub fn judge(
    t: &CompiledModel,
    s: &Scenario,
    runs: &Runs,
    served: &[Served],
    years: f64,
    missing: &[String],
) -> Verdict {
    let margins = margins(runs, served, years);
    let total = Total::of(s, served);
    let trends = trends(t, s, runs, total.planned_t);
    let crowded = runs.years.iter().any(|y| y.crowded);
    let never: Vec<String> = t.never.iter().chain(missing).cloned().collect();
    let has = |answer| margins.iter().any(|m| m.answer == answer);
    let answer = if has(Answer::Fails) || !trends.sure.is_empty() || crowded || !never.is_empty() {
        Answer::Fails
    } else if has(Answer::Undecided) || trends.suspected.is_some() {
        Answer::Undecided
    } else {
        Answer::Holds
    };
    let sent: Vec<f64> = runs.years.iter().map(|y| total.of_year(y, |f| f.born_kg)).collect();
    let arrived: Vec<f64> =
        runs.years.iter().map(|y| total.of_year(y, |f| f.delivered_kg)).collect();
    let reached = arrived.iter().filter(|a| **a >= REACHED * total.planned).count();
    let share = total.share(runs, years);
    let mut verdict = Verdict {
        answer,
        holds: answer == Answer::Holds,
        unit: total.unit.clone(),
        planned_per_year: total.planned,
        generated_per_year: Sample::of(sent).amount(),
        delivered_per_year: Sample::of(arrived).amount(),
        share_delivered: share.amount(),
        probability_reached: reached as f64 / runs.years.len() as f64,
        probability_ci95: wilson(reached as f64, runs.years.len() as f64),
        growing: trends.sure,
        never,
        circle: Vec::new(),
        replications_to_decide: to_decide(answer, &margins, &trends.suspected),
        reason: String::new(),
    };
    verdict.reason = reason(&verdict, &margins, served, trends.suspected.as_ref(), crowded);
    verdict
}

/// The demand that is totalled: all goods; where there are none, all vehicles.
pub struct Total {
    pub unit: String,
    pub planned: f64,
    /// Of which tonnes.
    pub planned_t: f64,
    flows: Vec<usize>,
}

impl Total {
    pub fn of(s: &Scenario, served: &[Served]) -> Total {
        let vehicles = |d: &Served| s.demand[d.demand].in_vehicles;
        let only_vehicles = served.iter().all(vehicles);
        let counted: Vec<&Served> =
            served.iter().filter(|d| only_vehicles || !vehicles(d)).collect();
        let units: Vec<String> = counted.iter().map(|d| s.demand[d.demand].unit()).collect();
        let unit = match units.first() {
            Some(first) if units.iter().all(|u| u == first) => first.clone(),
            _ => "t".into(),
        };
        let planned = counted.iter().map(|d| d.planned).sum();
        Total {
            unit,
            planned,
            planned_t: if only_vehicles { 0.0 } else { planned },
            flows: counted.iter().flat_map(|d| d.flows.iter().copied()).collect(),
        }
    }

    fn of_year(&self, y: &Replication, of: fn(&trimodal_des::statistics::FlowCount) -> u64) -> f64 {
        self.flows.iter().map(|f| of(&y.flows[*f])).sum::<u64>() as f64 / 1e3
    }

    /// Arrived over sent, year on year.
    fn share(&self, runs: &Runs, years: f64) -> Sample {
        let sum = |y: &Replication, of: fn(&Replication, usize) -> f64| {
            self.flows.iter().map(|f| of(y, *f)).sum::<f64>()
        };
        let sent = |y: &Replication| sum(y, |y, f| y.judged[f] as f64) / 1e3 / years;
        let sent: Vec<f64> = runs.years.iter().map(sent).collect();
        let lost = runs.years.iter().map(|y| sum(y, |y, f| y.growth.flow[f]));
        let arrives: Vec<f64> = sent.iter().zip(lost).map(|(s, l)| s - l).collect();
        Sample::ratio(&arrives, &sent)
    }

    /// The volume that arrived in a replication.
    pub fn delivered(&self, y: &Replication) -> f64 {
        self.of_year(y, |f| f.delivered_kg)
    }
}

/// Replications that would decide everything that is undecided.
fn to_decide(
    answer: Answer,
    margins: &[Margin],
    suspected: &Option<(Growing, Option<u32>)>,
) -> Option<u32> {
    if answer != Answer::Undecided {
        return None;
    }
    let mut most = suspected.as_ref().map_or(Some(0), |(_, n)| *n);
    for m in margins.iter().filter(|m| m.answer == Answer::Undecided) {
        let half = if m.sample.mean >= 0.0 {
            m.sample.half(0.95)
        } else {
            m.sample.half(2.0 * SURE - 1.0)
        };
        let n = m.sample.enough(half, m.sample.mean);
        most = most.zip(n).map(|(a, b)| a.max(b));
    }
    most
}

fn percent(x: f64) -> String {
    format!("{:.1} %", 100.0 * x)
}

fn between(s: &Sample) -> String {
    s.positive().map_or(String::new(), |[low, high]| {
        format!(" (95 %: {} to {})", percent(low), percent(high))
    })
}

fn reason(
    v: &Verdict,
    margins: &[Margin],
    served: &[Served],
    suspected: Option<&(Growing, Option<u32>)>,
    crowded: bool,
) -> String {
    let all = v.share_delivered;
    let interval = match (all.ci95_low, all.ci95_high) {
        (Some(low), Some(high)) => format!(" (95 %: {} to {})", percent(low), percent(high)),
        _ => String::new(),
    };
    let arrives = format!("{}{interval} of what is sent arrives", percent(all.mean));
    let worst = |answer: Answer| {
        let of = margins.iter().zip(served).filter(|(m, _)| m.answer == answer);
        of.min_by(|a, b| a.0.share.mean.total_cmp(&b.0.share.mean))
    };
    let grows = |g: &Growing| {
        let (name, by, unit) = (&g.name, g.growth_per_year, &g.unit);
        format!(
            "{name} grows by {by:.0} {unit} a year ({} of what passes)",
            percent(g.share_of_passing)
        )
    };
    match v.answer {
        Answer::Holds => format!(
            "{arrives}, at least {} of every demand, and no queue or stock grows",
            percent(REACHED)
        ),
        Answer::Fails => {
            let worst = worst(Answer::Fails).map(|(m, d)| {
                let share = percent(m.share.mean);
                format!("of {} only {share} of what is sent arrives", d.name)
            });
            let growing = v.growing.iter().find(|g| g.id != "under_way").or(v.growing.first());
            let crowded = crowded.then(|| "the number of vehicles grows without limit".to_string());
            let reasons =
                v.never.iter().cloned().chain(worst).chain(growing.map(grows)).chain(crowded);
            format!("{arrives}; {}", reasons.collect::<Vec<_>>().join("; "))
        }
        Answer::Undecided if all.ci95_low.is_none() => {
            format!("{arrives}; one replication gives no interval: more are needed")
        }
        Answer::Undecided => {
            let doubt = match (worst(Answer::Undecided), suspected) {
                (Some((m, d)), _) => {
                    format!("of {} {}{} arrives", d.name, percent(m.share.mean), between(&m.share))
                }
                (None, Some((g, _))) => format!("{}, but that may be chance", grows(g)),
                (None, None) => String::new(),
            };
            let more = match v.replications_to_decide {
                Some(n) => format!("about {n} replications would decide"),
                None => "it is too near the limit for any number of replications to decide".into(),
            };
            format!("{arrives}; {doubt}; {more}")
        }
    }
}
