//! Times: how long something takes, and what hinders it: hours, failures, changeovers, those ahead.

use super::{NONE, Run, changes_over};
use crate::clock::{HOUR, Ticks, ticks};
use crate::distribution::Sampler;
use crate::program::{HoldAt, Op};
use crate::queue::Event;

impl Run<'_> {
    #[inline]
    pub(super) fn schedule(&mut self, e: u32, end: Ticks) {
        // The last two orders have meanings of their own.
        self.order = if self.order >= NONE - 2 { 0 } else { self.order + 1 };
        let entity = &mut self.entities[e as usize];
        entity.since = self.now;
        entity.until = end;
        entity.order = self.order;
        self.events.push(Event::new(end, self.order, e));
    }

    #[inline]
    pub(super) fn spend(&mut self, e: u32, hold: HoldAt) {
        let timing = &mut self.timings[hold.ix()];
        let work = (timing.sampler.draw(&mut timing.stream) * timing.stretch + 0.5) as Ticks;
        let end = if timing.plain { self.now + work } else { self.hindered(hold, work) };
        self.schedule(e, end);
    }

    /// When work is done that failures, hours, changeovers and those ahead hinder.
    fn hindered(&mut self, hold: HoldAt, work: Ticks) -> Ticks {
        let spec = &self.model.holds[hold.ix()];
        let mut setup = 0;
        if let Some(set) = spec.of.filter(|s| changes_over(self.model, *s)) {
            let class = self.model.sets[set.ix()].class;
            for (r, units) in &self.model.sets[set.ix()].items {
                let resource = &mut self.resources[r.ix()];
                let change = self.model.resources[r.ix()].changeover;
                if change > 0 && resource.last_class != class {
                    resource.last_class = class;
                    setup = setup.max(change);
                    self.at[r.ix()].changeover += change * u64::from(*units);
                }
            }
        }
        let down = spec.failures.map_or(0, |f| self.repairs(hold, work, f));
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
            for (r, units) in &self.model.sets[set.ix()].items {
                self.at[r.ix()].down += down * u64::from(*units);
                self.at[r.ix()].closed += closed * u64::from(*units);
            }
        }
        end
    }

    /// Time for the failures that happen during some work (they happen only while it works).
    fn repairs(&mut self, hold: HoldAt, work: Ticks, (between_h, repair_h): (f64, f64)) -> Ticks {
        let timing = &mut self.timings[hold.ix()];
        let (mut worked, mut down) = (0.0, 0.0);
        loop {
            worked += Sampler::Exponential(between_h).draw(&mut timing.stream);
            if worked * HOUR >= work as f64 {
                return ticks(down);
            }
            down += Sampler::Exponential(repair_h).draw(&mut timing.stream);
        }
    }

    /// Counts the time that an entity has spent for the resources that worked on it.
    #[inline]
    pub(super) fn spent(&mut self, e: u32) {
        let entity = &self.entities[e as usize];
        let Some(Op::Hold(hold)) = self.model.code.get((entity.pc as usize).wrapping_sub(1)) else {
            return;
        };
        let of = self.timings[hold.ix()].of;
        if of == NONE {
            return;
        }
        let time = self.now - entity.since.max(self.cleared).min(self.now);
        let single = self.singles[of as usize];
        if !single.joint {
            self.at[single.resource as usize].in_hold += time * u64::from(single.units);
            return;
        }
        for (r, units) in &self.model.sets[of as usize].items {
            self.at[r.ix()].in_hold += time * u64::from(*units);
        }
    }
}
