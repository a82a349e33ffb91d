//! Delays: their duration, and what prolongs them: closed hours, failures, changeovers, entities ahead.

use super::steps::Step;
use super::{NONE, Run};
use crate::clock::{HOUR, Ticks, ticks};
use crate::distribution::{Sampler, Stream, numbered};
use crate::program::{BundleAt, Delay, DelayAt, Failures, Model};
use crate::queue::Event;

/// The duration of a delay, with the next one drawn ahead, so that it is known at once: one cache line.
#[repr(align(64))]
pub(super) struct Timing {
    stream: Stream,
    sampler: Sampler,
    stretch: f64,
    ahead: Ticks,
}

impl Timing {
    pub fn new(hold: &Delay, key: u64, stream: Stream) -> Result<Self, String> {
        let sampler = hold.time.sampler().map_err(|e| format!("{}: {e}", hold.name))?;
        let mut timing = Timing { stream, sampler, stretch: hold.stretch * HOUR, ahead: 0 };
        if hold.numbered {
            // Nothing is drawn ahead: the field holds the key of the streams.
            timing.ahead = key;
        } else if hold.failures.is_empty() {
            // Where failures are drawn between the durations, nothing can be drawn ahead either.
            timing.ahead = timing.draw();
        }
        Ok(timing)
    }

    /// Switches to the stream of the n-th user.
    #[inline]
    fn turn_to(&mut self, number: u32) {
        self.stream = numbered(self.ahead, number);
    }

    #[inline]
    fn draw(&mut self) -> Ticks {
        let ticks = self.sampler.draw(&mut self.stream) * self.stretch + 0.5;
        // Through a signed integer, for which there is an instruction: times fit in 63 bits.
        (ticks as i64).max(0) as Ticks
    }

    #[inline]
    pub fn next(&mut self) -> Ticks {
        let next = self.draw();
        std::mem::replace(&mut self.ahead, next)
    }
}

/// Whether a bundle has a resource with a changeover time.
pub(super) fn changes_over(model: &Model, set: BundleAt) -> bool {
    model.bundles[set.ix()].items.iter().any(|(r, _)| model.resources[r.ix()].changeover > 0)
}

impl Run<'_> {
    /// Lets an entity continue at a place in the code when its delay ends.
    #[inline(always)]
    pub(super) fn schedule(&mut self, e: u32, pc: u32, end: Ticks) {
        // The last two orders are reserved.
        self.order = if self.order >= NONE - 2 { 0 } else { self.order + 1 };
        let entity = &mut self.entities[e as usize];
        (entity.since, entity.order, entity.pc) = (self.now, self.order, pc);
        if self.preempts {
            self.ends[e as usize] = end;
        }
        self.events.push(Event::new(end, self.order, e));
    }

    /// Spends a delay that something may hinder.
    pub(super) fn work(&mut self, e: u32, pc: u32, hold: DelayAt) {
        let timing = &mut self.timings[hold.ix()];
        let spec = &self.model.delays[hold.ix()];
        if spec.numbered {
            timing.turn_to(self.numbers[e as usize].1);
        }
        let ahead = !spec.numbered && spec.failures.is_empty();
        let work = if ahead { timing.next() } else { timing.draw() };
        let end = self.hindered(hold, work);
        self.schedule(e, pc, end);
    }

    /// The end of work that failures, closed hours, changeovers and entities ahead hinder.
    fn hindered(&mut self, hold: DelayAt, work: Ticks) -> Ticks {
        let spec = &self.model.delays[hold.ix()];
        let mut setup = 0;
        if let Some(set) = spec.of.filter(|s| changes_over(self.model, *s)) {
            let class = self.model.bundles[set.ix()].class;
            for (r, units) in &self.model.bundles[set.ix()].items {
                let change = self.model.resources[r.ix()].changeover;
                if change > 0 && self.classes[r.ix()] != class {
                    self.classes[r.ix()] = class;
                    setup = setup.max(change);
                    self.at[r.ix()].changeover += change * u64::from(*units);
                }
            }
        }
        let down = spec.failures.iter().map(|f| self.repairs(hold, work, f)).sum::<Ticks>();
        let worked = work + setup;
        let mut end = match spec.working {
            Some(w) => self.model.working[w].finish(self.now, worked),
            None => self.now + worked,
        };
        // Demand comes in faster than its mean in some months.
        let closed = (end - self.now).saturating_sub(worked);
        end += down;
        if let Some((lane, headway)) = spec.lane {
            end = end.max(self.lanes[lane] + headway);
            self.lanes[lane] = end;
        }
        if let Some(set) = spec.of {
            for (r, units) in &self.model.bundles[set.ix()].items {
                self.at[r.ix()].closed += closed * u64::from(*units);
            }
        }
        end
    }

    /// Time for which failures hold up some work.
    fn repairs(&mut self, hold: DelayAt, work: Ticks, failures: &Failures) -> Ticks {
        // Nothing can fail in time lost to short interruptions.
        let work = work as f64 / self.model.delays[hold.ix()].stretch;
        let timing = &mut self.timings[hold.ix()];
        let (mut worked, mut down) = (0.0, 0.0);
        loop {
            worked += Sampler::Exponential(failures.between_h).draw(&mut timing.stream);
            if worked * HOUR >= work {
                break;
            }
            down += Sampler::Exponential(failures.repair_h).draw(&mut timing.stream);
        }
        if down > 0.0 {
            let working = self.model.delays[hold.ix()].of;
            let items = working.map_or(&[][..], |set| &self.model.bundles[set.ix()].items);
            for (r, units) in items {
                match failures.of {
                    None => self.at[r.ix()].down += ticks(down) * u64::from(*units),
                    Some(of) if of == *r => self.at[r.ix()].down += ticks(down),
                    Some(_) => {}
                }
            }
        }
        ticks(down * failures.share)
    }

    /// Counts the time spent since `since` on the delay before a place in the code, for the resources that
    /// worked on it.
    #[inline(always)]
    pub(super) fn spent(&mut self, pc: u32, since: Ticks) {
        let time = self.now - since.max(self.cleared);
        match self.steps.get((pc as usize).wrapping_sub(1)) {
            Some(&Step::Delay { resource, units, .. }) => {
                self.at[resource as usize].in_hold += time * u64::from(units);
            }
            Some(&Step::Work(hold)) => self.worked(hold, time),
            _ => {}
        }
    }

    fn worked(&mut self, hold: DelayAt, time: Ticks) {
        let Some(set) = self.model.delays[hold.ix()].of else { return };
        for (r, units) in &self.model.bundles[set.ix()].items {
            self.at[r.ix()].in_hold += time * u64::from(*units);
        }
    }
}
