//! Programs, followed step by step; a step contains what it needs of the model.

use super::{Entity, NONE, Run, WAITING};
use crate::distribution::{Stream, uniform};
use crate::program::{BundleAt, ClassAt, DelayAt, Model, Op, Pc, RangeAt};

/// Units of one resource, as in most bundles.
#[derive(Debug, Clone, Copy)]
pub(super) struct One {
    pub resource: u32,
    pub units: u32,
    pub level: u8,
}

/// A step as the engine reads it: 16 bytes, four to a cache line.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    Seize(One),
    SeizeSet(BundleAt),
    SeizeOr(BundleAt, u32, Pc),
    SeizeMost(RangeAt),
    SeizeMore(BundleAt, RangeAt),
    Release(One),
    ReleaseSet(BundleAt),
    /// A delay that nothing hinders, worked by units of one resource.
    Delay {
        hold: DelayAt,
        resource: u32,
        units: u32,
    },
    /// The same, worked by nothing.
    Pass(DelayAt),
    /// Any other delay.
    Work(DelayAt),
    Spawn(Pc),
    Jump(Pc),
    Choose(u32),
    Split(u32, Pc),
    Stamp,
    Count(u32),
    End,
    /// Any other step: see the model's code.
    Other,
}

/// The code of a model as steps.
pub(super) fn steps_of(model: &Model) -> Vec<Step> {
    let one = |set: BundleAt| match model.bundles[set.ix()].items[..] {
        [(r, units)] => Some(One { resource: r.0, units, level: model.bundles[set.ix()].level }),
        _ => None,
    };
    let step = |op: &Op| match *op {
        Op::Seize(set) => one(set).map_or(Step::SeizeSet(set), Step::Seize),
        Op::SeizeOr(set, room, or) => Step::SeizeOr(set, room, or),
        Op::SeizeMost(range) => Step::SeizeMost(range),
        Op::SeizeMore(held, range) => Step::SeizeMore(held, range),
        Op::Release(set) => one(set).map_or(Step::ReleaseSet(set), Step::Release),
        Op::Delay(hold) => hold_step(model, hold, one),
        Op::Spawn(to) => Step::Spawn(to),
        Op::Jump(to) => Step::Jump(to),
        Op::Choose(choice) => Step::Choose(choice.0),
        Op::Split(turn, or) => Step::Split(turn.0, or),
        Op::Stamp => Step::Stamp,
        Op::Count(n) => Step::Count(n),
        Op::End => Step::End,
        _ => Step::Other,
    };
    model.code.iter().map(step).collect()
}

fn hold_step(model: &Model, hold: DelayAt, one: impl Fn(BundleAt) -> Option<One>) -> Step {
    let spec = &model.delays[hold.ix()];
    let hindered = spec.working.is_some()
        || !spec.failures.is_empty()
        || spec.numbered
        || spec.lane.is_some()
        || spec.of.is_some_and(|set| super::times::changes_over(model, set));
    match spec.of {
        _ if hindered => Step::Work(hold),
        None => Step::Pass(hold),
        Some(set) => one(set).map_or(Step::Work(hold), |one| Step::Delay {
            hold,
            resource: one.resource,
            units: one.units,
        }),
    }
}

/// A random choice, with the next one drawn ahead: the target is known at once, and the draw for the
/// following one is done while the processor waits for memory.
#[repr(align(64))]
pub(super) struct Choice {
    stream: Stream,
    ahead: u32,
    /// Cumulative shares, each with its target.
    branches: Vec<(f64, Pc)>,
}

impl Choice {
    pub fn new(stream: Stream, branches: &[(f64, Pc)]) -> Self {
        let mut choice = Choice { stream, ahead: 0, branches: branches.to_vec() };
        choice.next();
        choice
    }

    #[inline]
    fn next(&mut self) -> u32 {
        let u = uniform(&mut self.stream);
        // Counted without a branch, which could not be predicted.
        let below = self.branches.iter().filter(|(share, _)| *share <= u).count();
        let to = self.branches[below.min(self.branches.len() - 1)].1.0;
        std::mem::replace(&mut self.ahead, to)
    }
}

impl Run<'_> {
    pub(super) fn spawn(&mut self, pc: Pc) {
        let entity = Entity {
            since: self.now,
            born: self.now,
            pc: pc.0,
            next: NONE,
            order: WAITING,
            cargo: NONE,
        };
        self.alive += 1;
        let e = self.free;
        if e == NONE {
            self.grow(entity);
            return;
        }
        self.free = self.entities[e as usize].next;
        self.entities[e as usize] = entity;
        self.ready.push(&mut self.entities, e);
    }

    /// Starts a companion, which takes the number of the entity that starts it.
    fn spawn_from(&mut self, e: u32, pc: Pc) {
        let companion = if self.free == NONE { self.entities.len() as u32 } else { self.free };
        self.spawn(pc);
        if !self.model.classes.is_empty() {
            self.numbers[companion as usize] = self.numbers[e as usize];
        }
    }

    /// Adds an entity where no place is free.
    fn grow(&mut self, entity: Entity) {
        let e = self.entities.len() as u32;
        self.entities.push(entity);
        if !self.model.classes.is_empty() {
            self.numbers.push((0, 0));
        }
        if self.preempts {
            self.ends.push(self.now);
        }
        self.ready.push(&mut self.entities, e);
    }

    /// Follows the program of an entity, from a place in the code on, and then those of all entities that can
    /// continue because of it, in their order.
    #[inline]
    pub(super) fn follow_all(&mut self, first: u32, pc: u32) {
        let (mut e, mut pc) = (first, pc);
        loop {
            self.follow(e, pc);
            let Some(next) = self.ready.pop(&self.entities) else { return };
            (e, pc) = (next, self.entities[next as usize].pc);
        }
    }

    /// Follows an entity's program until it waits, spends a delay or ends. Inlined where events are
    /// handled: saving and restoring registers was a tenth of the run time.
    #[inline(always)]
    fn follow(&mut self, e: u32, mut pc: u32) {
        loop {
            match self.steps[pc as usize] {
                Step::Seize(one) => {
                    if !self.seize(e, pc, one) {
                        return;
                    }
                }
                Step::Release(one) => self.release(e, pc, one),
                Step::Delay { hold, .. } | Step::Pass(hold) => {
                    let work = self.timings[hold.ix()].next();
                    self.schedule(e, pc + 1, self.now + work);
                    return;
                }
                Step::Work(hold) => {
                    self.work(e, pc + 1, hold);
                    return;
                }
                Step::SeizeSet(set) => {
                    if !self.seize_set(e, pc, set) {
                        return;
                    }
                }
                Step::ReleaseSet(set) => self.release_set(e, set),
                Step::Spawn(to) => self.spawn_from(e, to),
                Step::Jump(to) => {
                    pc = to.0;
                    continue;
                }
                Step::Choose(choice) => {
                    pc = self.choices[choice as usize].next();
                    continue;
                }
                Step::Stamp => self.entities[e as usize].born = self.now,
                Step::Count(n) => self.count(e, n as usize),
                Step::End => {
                    self.end(e, pc);
                    return;
                }
                step => {
                    let Some(to) = self.branch(e, pc, step) else { return };
                    pc = to;
                    continue;
                }
            }
            pc += 1;
        }
    }

    /// Whether a bundle is not free and at least `room` entities wait for its resource.
    fn is_crowded(&self, set: BundleAt, room: u32) -> bool {
        let (r, units) = self.model.bundles[set.ix()].items[0];
        let state = &self.states[r.ix()];
        state.free < units && state.waiting >= room
    }

    /// Whether this is one of the share of cases that continue, evenly spaced.
    #[inline]
    fn takes_its_turn(&mut self, split: usize) -> bool {
        let credit = &mut self.credit[split];
        *credit += self.model.splits[split];
        let goes_on = *credit >= 1.0;
        if goes_on {
            *credit -= 1.0;
        }
        goes_on
    }

    #[inline]
    fn count(&mut self, e: u32, tally: usize) {
        let age = self.now - self.entities[e as usize].born;
        self.counts[tally].add(age);
    }

    /// Follows a step that may lead elsewhere, or a rare one: where the entity continues, if it does.
    fn branch(&mut self, e: u32, pc: u32, step: Step) -> Option<u32> {
        match step {
            Step::SeizeOr(set, room, or) if self.is_crowded(set, room) => Some(or.0),
            Step::SeizeOr(set, ..) => self.seize_set(e, pc, set).then_some(pc + 1),
            Step::SeizeMost(range) => self.seize_most(e, pc, range).map(|to| to.0),
            Step::SeizeMore(held, range) => {
                Some(self.seize_more(e, held, range).map_or(pc + 1, |to| to.0))
            }
            Step::Split(split, or) => {
                Some(if self.takes_its_turn(split as usize) { pc + 1 } else { or.0 })
            }
            _ => {
                self.entities[e as usize].pc = pc;
                self.other(e, pc).then_some(pc + 1)
            }
        }
    }

    /// Handles the rare steps; false where the entity stops.
    fn other(&mut self, e: u32, pc: u32) -> bool {
        let time = match self.model.code[pc as usize] {
            Op::DelayUntil(time) => time,
            Op::Number(class) => return self.number(e, class),
            Op::Depart(path) => return self.depart(e, path),
            Op::Arrive => return self.arrive(e),
            op => return self.handle_goods(e, op),
        };
        let end = self.entities[e as usize].born + time;
        if end <= self.now {
            return true;
        }
        self.schedule(e, pc + 1, end);
        false
    }

    /// Gives the entity the next number of a class.
    fn number(&mut self, e: u32, class: ClassAt) -> bool {
        let next = &mut self.next_number[class.ix()];
        self.numbers[e as usize] = (class.0, *next);
        *next = next.wrapping_add(1);
        true
    }

    #[inline]
    fn end(&mut self, e: u32, pc: u32) {
        let cargo = self.entities[e as usize].cargo;
        if cargo != NONE {
            self.cargoes[cargo as usize].clear();
            self.free_cargoes.push(cargo);
        }
        let entity = &mut self.entities[e as usize];
        (entity.order, entity.pc) = (WAITING, pc);
        entity.next = self.free;
        self.free = e;
        self.alive -= 1;
    }
}
