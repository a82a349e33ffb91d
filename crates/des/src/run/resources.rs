//! Resources: seized, waited for, released, and preempted.

use super::state::{LAST, line_of};
use super::steps::{One, Step};
use super::wait_queue::WaitQueue;
use super::{Entity, NONE, PREEMPTED, Run, WAITING};
use crate::clock::Ticks;
use crate::program::{BundleAt, LEVELS, Pc, RangeAt, ResourceBundle};

impl Run<'_> {
    /// Takes units of one resource if no entity as urgent waits; otherwise the entity waits.
    #[inline(always)]
    pub(super) fn seize(&mut self, e: u32, pc: u32, one: One) -> bool {
        let r = one.resource as usize;
        self.entities[e as usize].since = self.now;
        let site = &self.states[r];
        if !site.has(one.units, one.level) {
            if !(site.preemptive && self.can_preempt(r, one.level)) {
                self.entities[e as usize].pc = pc;
                self.enqueue(e, r, one.level);
                return false;
            }
            self.preempt(r);
        } else if self.watched {
            self.note(e, self.set_at(pc), true);
        }
        self.take(e, one);
        self.at[r].waits.add_zero();
        true
    }

    /// Takes a bundle, all or nothing.
    pub(super) fn seize_set(&mut self, e: u32, pc: u32, set: BundleAt) -> bool {
        let spec = &self.model.bundles[set.ix()];
        if let [(r, units)] = spec.items[..] {
            return self.seize(e, pc, One { resource: r.0, units, level: spec.level });
        }
        self.entities[e as usize].since = self.now;
        let short = spec.items.iter().find(|(r, n)| !self.states[r.ix()].has(*n, spec.level));
        if let Some((r, _)) = short {
            self.entities[e as usize].pc = pc;
            self.enqueue(e, r.ix(), spec.level);
            return false;
        }
        self.take_set(e, set);
        for (r, _) in &spec.items {
            self.at[r.ix()].waits.add_zero();
        }
        true
    }

    /// Takes as many units as are free, if at least the fewest are and no entity as urgent waits.
    pub(super) fn seize_most(&mut self, e: u32, pc: u32, range: RangeAt) -> Option<Pc> {
        self.entities[e as usize].since = self.now;
        let (r, fewest, level) = self.fewest(range);
        if !self.states[r].has(fewest, level) {
            self.entities[e as usize].pc = pc;
            self.enqueue(e, r, level);
            return None;
        }
        self.at[r].waits.add_zero();
        self.take_most(e, range)
    }

    /// Takes more units of the resource that is held, if some are free and no entity as urgent waits.
    pub(super) fn seize_more(&mut self, e: u32, held: BundleAt, range: RangeAt) -> Option<Pc> {
        let model = self.model;
        let ResourceBundle { items, level, .. } = &model.bundles[held.ix()];
        let (r, now) = items[0];
        let site = &self.states[r.ix()];
        if !site.has(1, *level) {
            return None;
        }
        let units = |set: BundleAt| model.bundles[set.ix()].items[0].1;
        let fits = |(set, _): &&(BundleAt, Pc)| (now + 1..=now + site.free).contains(&units(*set));
        let (set, to) = *model.ranges[range.ix()].iter().find(fits)?;
        self.take(e, One { resource: r.0, units: units(set) - now, level: *level });
        if self.watched {
            self.note(e, held, false);
            self.note(e, set, true);
        }
        Some(to)
    }

    /// The resource of a range, its fewest units, and the level of the user.
    fn fewest(&self, range: RangeAt) -> (usize, u32, u8) {
        let (set, _) = self.model.ranges[range.ix()].last().expect("a range has a set");
        let set = &self.model.bundles[set.ix()];
        let (r, units) = set.items[0];
        (r.ix(), units, set.level)
    }

    /// Takes as many units of a range as are free.
    fn take_most(&mut self, e: u32, range: RangeAt) -> Option<Pc> {
        let model = self.model;
        let fits = |(set, _): &&(BundleAt, Pc)| {
            let (r, units) = model.bundles[set.ix()].items[0];
            units <= self.states[r.ix()].free
        };
        let (set, to) = *model.ranges[range.ix()].iter().find(fits)?;
        self.take_set(e, set);
        Some(to)
    }

    #[inline]
    fn take(&mut self, e: u32, one: One) {
        let site = &mut self.states[one.resource as usize];
        site.take(one.units, self.now);
        if site.preemptive {
            site.holder_level = one.level;
            self.holders[one.resource as usize] = e;
        }
    }

    fn take_set(&mut self, e: u32, set: BundleAt) {
        let spec = &self.model.bundles[set.ix()];
        for (r, units) in &spec.items {
            self.take(e, One { resource: r.0, units: *units, level: spec.level });
        }
        if self.watched {
            self.note(e, set, true);
        }
    }

    /// Joins the wait queue of a resource, behind the entities that asked no later.
    #[inline]
    fn enqueue(&mut self, e: u32, r: usize, level: u8) {
        self.entities[e as usize].order = WAITING;
        let site = &mut self.states[r];
        site.join(self.now);
        if usize::from(level) < LAST {
            site.lines[usize::from(level)].insert(&mut self.entities, e);
        } else {
            self.enqueue_last(e, r, level);
        }
    }

    /// Joins the last wait queue, behind the entities that are as urgent and asked no later.
    fn enqueue_last(&mut self, e: u32, r: usize, level: u8) {
        let of = |x: u32| (self.level_of(x), self.entities[x as usize].since);
        let own = (level, self.entities[e as usize].since);
        let WaitQueue { first, last } = self.states[r].lines[LAST];
        let before = if first == NONE || of(last) <= own {
            last
        } else if of(first) > own {
            NONE
        } else {
            let mut before = first;
            loop {
                let next = self.entities[before as usize].next;
                if of(next) > own {
                    break before;
                }
                before = next;
            }
        };
        self.states[r].lines[LAST].insert_behind(&mut self.entities, e, before);
        self.states[r].last_level = self.level_of(self.states[r].lines[LAST].first);
    }

    /// The level of a waiting entity.
    fn level_of(&self, e: u32) -> u8 {
        match self.steps[self.entities[e as usize].pc as usize] {
            Step::Seize(one) => one.level,
            Step::SeizeSet(set) | Step::SeizeOr(set, ..) => self.model.bundles[set.ix()].level,
            Step::SeizeMost(range) => self.fewest(range).2,
            // Preempted.
            _ => LAST as u8,
        }
    }

    #[inline]
    fn dequeue(&mut self, r: usize, line: usize) {
        let site = &mut self.states[r];
        site.leave(self.now);
        site.lines[line].pop(&self.entities);
        if line == LAST && !site.lines[LAST].is_empty() {
            self.states[r].last_level = self.level_of(self.states[r].lines[LAST].first);
        }
    }

    #[inline]
    pub(super) fn release(&mut self, e: u32, pc: u32, one: One) {
        if self.watched {
            self.note(e, self.set_at(pc), false);
        }
        let r = one.resource as usize;
        self.give_back(r, one.units);
        if self.states[r].waiting > 0 {
            self.serve(r);
        }
    }

    pub(super) fn release_set(&mut self, e: u32, set: BundleAt) {
        if self.watched {
            self.note(e, set, false);
        }
        let items = &self.model.bundles[set.ix()].items;
        for (r, units) in items {
            self.give_back(r.ix(), *units);
        }
        for (r, _) in items {
            self.serve(r.ix());
        }
    }

    #[inline]
    fn give_back(&mut self, r: usize, units: u32) {
        let site = &mut self.states[r];
        site.give_back(units, self.now);
        if site.preemptive {
            self.holders[r] = NONE;
        }
    }

    /// Gives free units to the waiting entities, the most urgent and longest waiting first.
    #[inline]
    fn serve(&mut self, r: usize) {
        for level in 0..LEVELS {
            loop {
                let site = &self.states[r];
                let e = site.lines[level].first;
                if e == NONE {
                    break;
                }
                if site.free == 0 {
                    return;
                }
                let pc = self.entities[e as usize].pc;
                match self.steps[pc as usize] {
                    Step::Seize(one) if site.free < one.units => return,
                    Step::Seize(one) => {
                        self.dequeue(r, level);
                        self.take(e, one);
                        if self.watched {
                            self.note(e, self.set_at(pc), true);
                        }
                        let wait = self.served(e);
                        self.at[r].waits.add(wait);
                    }
                    Step::SeizeSet(set) | Step::SeizeOr(set, ..) => {
                        if !self.serve_set(e, r, level, set) {
                            return;
                        }
                    }
                    Step::SeizeMost(range) => {
                        if site.free < self.fewest(range).1 {
                            return;
                        }
                        self.dequeue(r, level);
                        let to = self.take_most(e, range);
                        let wait = self.served(e);
                        self.at[r].waits.add(wait);
                        self.entities[e as usize].pc = to.map_or(pc, |to| to.0);
                    }
                    // A preempted entity waits in the middle of its delay.
                    _ => {
                        self.dequeue(r, level);
                        self.resume(e, r, level as u8);
                    }
                }
            }
        }
    }

    /// Serves the first in the queue its bundle, or moves it to the queue of the resource that is short;
    /// false if that is this one.
    fn serve_set(&mut self, e: u32, r: usize, level: usize, set: BundleAt) -> bool {
        let items = &self.model.bundles[set.ix()].items;
        let short = items.iter().find(|(x, units)| self.states[x.ix()].free < *units);
        if short.is_some_and(|(x, _)| x.ix() == r) {
            return false;
        }
        self.dequeue(r, level);
        if let Some((x, _)) = short {
            let level = self.model.bundles[set.ix()].level;
            self.enqueue(e, x.ix(), level);
            return true;
        }
        self.take_set(e, set);
        let wait = self.served(e);
        for (x, _) in items {
            self.at[x.ix()].waits.add(if x.ix() == r { wait } else { 0 });
        }
        true
    }

    /// Lets an entity that has been served continue; returns its wait.
    #[inline]
    fn served(&mut self, e: u32) -> Ticks {
        let wait = self.now - self.entities[e as usize].since;
        self.waited += wait;
        self.kept(e, false);
        self.entities[e as usize].pc += 1;
        self.ready.push(&mut self.entities, e);
        wait
    }

    /// Whether the holder of a resource is less urgent and in the middle of its delay: one that was just
    /// served, or waits for something else meanwhile, is in another list.
    fn can_preempt(&self, r: usize, level: u8) -> bool {
        let holder = self.entities.get(self.holders[r] as usize);
        self.states[r].holder_level > level && holder.is_some_and(|e| e.order < WAITING)
    }

    /// Preempts the holder of a resource, which resumes first when it is free again.
    fn preempt(&mut self, r: usize) {
        let (holder, level) = (self.holders[r], self.states[r].holder_level);
        let Entity { pc, since, .. } = self.entities[holder as usize];
        self.spent(pc, since);
        self.ends[holder as usize] -= self.now;
        let entity = &mut self.entities[holder as usize];
        entity.order = PREEMPTED;
        entity.since = self.now;
        let site = &mut self.states[r];
        site.give_back(1, self.now);
        site.join(self.now);
        site.lines[line_of(level)].push_front(&mut self.entities, holder);
    }

    fn resume(&mut self, e: u32, r: usize, level: u8) {
        self.take(e, One { resource: r as u32, units: 1, level });
        let pc = self.entities[e as usize].pc;
        self.schedule(e, pc, self.now + self.ends[e as usize]);
    }
}

#[cfg(test)]
mod tests {
    use crate::clock::ticks;
    use crate::distribution::Distribution as D;
    use crate::program::{Delay, Model, Op, Pc, RangeAt};
    use crate::run::{Ended, Run};

    /// One hour at a time on a single server, on which the urgent preempt the others.
    fn model() -> (Model, [Op; 3], [Op; 3]) {
        let mut m = Model::default();
        let r = m.resource("r", 1);
        m.resources[0].preemptive = true;
        let visits = [0, 1].map(|level| {
            let set = m.bundle(&[(r, 1)], level);
            let hold = m.delay(Delay::of(format!("{level}"), D::Fixed(1.0)).by(set));
            [Op::Seize(set), Op::Delay(hold), Op::Release(set)]
        });
        let [urgent, other] = visits;
        (m, urgent, other)
    }

    #[test]
    fn no_entity_is_preempted_before_its_delay_begins() {
        let (mut m, urgent, other) = model();
        // The first releases it to the second, and asks for it again in the same moment, urgently.
        m.code = [&other[..], &urgent, &[Op::End], &other, &[Op::End]].concat();
        m.starts = vec![Pc(0), Pc(7)];
        let mut run = Run::new(&m, 1, 0).expect("a model");
        assert_eq!(run.until(ticks(10.0)), Ended::InTime);
        run.settle();
        assert_eq!((run.alive(), run.at[0].in_hold, run.at[0].held), (0, ticks(3.0), ticks(3.0)));
    }

    #[test]
    fn more_units_join_when_they_come_free() {
        let mut m = Model::default();
        let cranes = m.resource("cranes", 3);
        let sets = [1, 2].map(|n| m.bundle(&[(cranes, n)], 0));
        let [hour, two] = [1.0, 2.0].map(|h| m.delay(Delay::of(format!("{h}"), D::Fixed(h))));
        // Two parts of two hours with one crane, of one with two: (with two, with one) for each part.
        m.ranges = vec![vec![(sets[1], Pc(1)), (sets[0], Pc(4))], vec![(sets[1], Pc(2))]];
        m.code = vec![
            Op::SeizeMost(RangeAt(0)),
            Op::Delay(hour),
            Op::Delay(hour),
            Op::Jump(Pc(7)),
            Op::Delay(two),
            Op::SeizeMore(sets[0], RangeAt(1)),
            Op::Jump(Pc(9)),
            Op::Release(sets[1]),
            Op::End,
            Op::Delay(two),
            Op::Release(sets[0]),
            Op::End,
        ];
        // Three in one moment: two cranes, one crane, and a wait for the two that the first gives back.
        m.starts = vec![Pc(0); 3];
        let mut run = Run::new(&m, 1, 0).expect("a model");
        run.until(ticks(3.5));
        run.settle();
        // At two hours the third took both; the second has one still, and four hours to its end.
        assert_eq!((run.alive(), run.at[0].held), (2, ticks(2.0 * 3.0 + 1.5 * 3.0)));
        m.starts = vec![Pc(0); 2];
        let mut run = Run::new(&m, 1, 0).expect("a model");
        run.until(ticks(10.0));
        run.settle();
        // Now the second takes a second crane after its first part: one hour more, not two.
        assert_eq!((run.alive(), run.at[0].held), (0, ticks(2.0 * 2.0 + 2.0 + 2.0)));
        assert_eq!(run.faults(), Vec::<String>::new());
    }

    #[test]
    fn the_area_under_a_queue_survives_clearing() {
        let (mut m, _, other) = model();
        m.resources[0].preemptive = false;
        m.code = [&other[..], &[Op::End]].concat();
        m.starts = vec![Pc(0); 3];
        let mut run = Run::new(&m, 1, 0).expect("a model");
        run.until(ticks(0.5));
        run.clear();
        run.until(ticks(1.5));
        run.settle();
        // Two wait until the first hour ends, then one.
        assert_eq!(run.at[0].queue, ticks(1.5));
        assert_eq!(run.faults(), Vec::<String>::new());
    }
}
