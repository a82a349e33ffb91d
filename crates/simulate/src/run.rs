//! One replication: entities follow their programs over resources and stocks.
//!
//! Entities and events lie in flat slabs; an entity is 48 bytes, its pending event 16. Ties are
//! broken by the order of scheduling, waiting is first come first served within a level of urgency,
//! and a joint request takes all or nothing, so that holding one thing while queueing for
//! another of the same operation never happens.

mod goods;
mod times;

use std::collections::VecDeque;

use crate::clock::{HOUR, Ticks};
use crate::distribution::{Sampler, Stream, stream, uniform};
use crate::program::{LEVELS, Model, Op, Pc, SetAt};
use crate::queue::{Event, Queue};
use crate::statistics::{FlowCount, ResourceCount, Tally};

const NONE: u32 = u32::MAX;
/// Marks an entity that was put off a resource and goes on with the rest of its time.
const PUT_OFF: u32 = u32::MAX;
/// Goods that came into being together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Batch {
    flow: u32,
    kg: u64,
    born: Ticks,
}

#[derive(Debug, Clone, Copy)]
struct Entity {
    /// Since when it waits, or spends a time.
    since: Ticks,
    /// When its time is spent; if put off, what is left of it.
    until: Ticks,
    /// When it came into being.
    born: Ticks,
    pc: u32,
    /// The next one in the queue, or in the list of free places.
    next: u32,
    /// Order of its pending event; others of its events are void.
    order: u32,
    /// Its place in the list of cargoes.
    cargo: u32,
}

#[derive(Debug, Clone, Copy)]
struct Line {
    first: u32,
    last: u32,
}

const EMPTY: Line = Line { first: NONE, last: NONE };

#[derive(Debug, Clone)]
struct Resource {
    free: u32,
    servers: u32,
    waiting: u32,
    lines: [Line; LEVELS],
    changed: Ticks,
    queue_changed: Ticks,
    /// Who holds it, and how urgently; only where it can be taken away.
    holder: u32,
    holder_level: u8,
    preemptive: bool,
    last_class: u32,
}

/// A set of one resource, as most are.
#[derive(Debug, Clone, Copy)]
struct Single {
    resource: u32,
    units: u32,
    level: u8,
    /// Whether there are more than this one.
    joint: bool,
}

#[derive(Debug, Clone)]
struct Pile {
    batches: VecDeque<Batch>,
    kg: u64,
    claimed: u64,
    called: u64,
    /// Whether a vehicle was called for less than a lot.
    short: bool,
    line: Line,
}

#[derive(Debug, Clone)]
struct Stock {
    kg: u64,
    promised: u64,
    line: Line,
    changed: Ticks,
    /// Kg put in since statistics were cleared.
    through: u64,
    /// Kg-ticks since statistics were cleared.
    area: u128,
    full: Ticks,
}

struct Timing {
    sampler: Sampler,
    stretch: f64,
    plain: bool,
    stream: Stream,
    of: u32,
}

/// What is written down of a traced run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trace {
    /// When.
    pub time: Ticks,
    /// Who.
    pub entity: u32,
    /// Which set.
    pub set: SetAt,
    /// Whether it was taken and not given back.
    pub taken: bool,
}

/// Why a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It reached the time asked for.
    InTime,
    /// Nothing more could happen.
    Still,
    /// More entities were in it than [`MOST_ENTITIES`].
    Crowded,
}

/// A run with more entities than this has no end worth waiting for.
pub const MOST_ENTITIES: usize = 2_000_000;

/// A replication.
pub struct Run<'m> {
    model: &'m Model,
    /// Now.
    pub now: Ticks,
    order: u32,
    events: Queue,
    /// Events handled.
    pub handled: u64,
    entities: Vec<Entity>,
    free: u32,
    alive: usize,
    ready: VecDeque<u32>,
    resources: Vec<Resource>,
    singles: Vec<Single>,
    timings: Vec<Timing>,
    choices: Vec<Stream>,
    /// For each place in the code, where its entries of `Model::meanwhile` start.
    meanwhile: Vec<u32>,
    credit: Vec<f64>,
    lanes: Vec<Ticks>,
    stocks: Vec<Stock>,
    piles: Vec<Pile>,
    cargoes: Vec<Vec<Batch>>,
    free_cargoes: Vec<u32>,
    /// What was counted at each resource.
    pub at: Vec<ResourceCount>,
    /// What was counted of each flow.
    pub flows: Vec<FlowCount>,
    /// Entities that passed each tally, and the ticks since they came into being.
    pub counts: Vec<Tally>,
    cleared: Ticks,
    /// Kg that came into being and that arrived, from the start.
    balance: Vec<(u64, u64)>,
    /// Unit-ticks under all queues, and the waits of those who were served, from the start.
    little: (u64, u64),
    /// Hash of everything that happened.
    pub hash: u64,
    trace: Option<Vec<Trace>>,
    held: Option<Vec<Vec<u32>>>,
}

impl<'m> Run<'m> {
    /// A run of a model whose times were checked.
    pub fn new(model: &'m Model, seed: u64, replication: u64) -> Result<Self, String> {
        Run::starting(model, seed, replication, 0)
    }

    /// The same, from a time on.
    pub fn starting(
        model: &'m Model,
        seed: u64,
        replication: u64,
        now: Ticks,
    ) -> Result<Self, String> {
        let resources = model.resources.iter().map(|r| Resource {
            free: r.servers,
            servers: r.servers,
            waiting: 0,
            lines: [EMPTY; LEVELS],
            changed: now,
            queue_changed: now,
            holder: NONE,
            holder_level: 0,
            preemptive: r.preemptive,
            last_class: 0,
        });
        let singles = model.sets.iter().map(|s| Single {
            resource: s.items[0].0.0,
            units: s.items[0].1,
            level: s.level,
            joint: s.items.len() > 1,
        });
        let timing = |h: &crate::program::Hold| -> Result<Timing, String> {
            Ok(Timing {
                sampler: h.time.sampler().map_err(|e| format!("{}: {e}", h.name))?,
                stretch: h.stretch * HOUR,
                plain: h.working.is_none()
                    && h.failures.is_none()
                    && h.lane.is_none()
                    && !h.of.is_some_and(|s| changes_over(model, s)),
                stream: stream(seed, replication, &h.name, "time"),
                of: h.of.map_or(NONE, |s| s.0),
            })
        };
        let pile = Pile {
            batches: VecDeque::new(),
            kg: 0,
            claimed: 0,
            called: 0,
            short: false,
            line: EMPTY,
        };
        let stock =
            Stock { kg: 0, promised: 0, line: EMPTY, changed: now, through: 0, area: 0, full: 0 };
        let mut run = Run {
            model,
            now,
            order: 0,
            events: Queue::default(),
            handled: 0,
            entities: Vec::new(),
            free: NONE,
            alive: 0,
            ready: VecDeque::new(),
            resources: resources.collect(),
            singles: singles.collect(),
            timings: model.holds.iter().map(timing).collect::<Result<_, _>>()?,
            choices: (0..model.choices.len())
                .map(|c| stream(seed, replication, &format!("choice {c}"), "choice"))
                .collect(),
            meanwhile: starts_of(model),
            credit: vec![0.5; model.turns.len()],
            lanes: vec![0; model.lanes],
            stocks: vec![stock; model.stocks.len()],
            piles: vec![pile; model.piles.len()],
            cargoes: Vec::new(),
            free_cargoes: Vec::new(),
            at: vec![ResourceCount::default(); model.resources.len()],
            flows: vec![FlowCount::default(); model.flows.len()],
            counts: vec![Tally::default(); model.counts],
            cleared: now,
            balance: vec![(0, 0); model.flows.len()],
            little: (0, 0),
            hash: 0xcbf2_9ce4_8422_2325,
            trace: None,
            held: None,
        };
        for pc in &model.starts {
            run.spawn(*pc);
        }
        run.go_on();
        Ok(run)
    }

    /// Writes down who takes what from now on.
    pub fn trace(&mut self) {
        self.trace = Some(Vec::new());
    }

    /// What was written down.
    pub fn traced(&mut self) -> Vec<Trace> {
        self.trace.take().unwrap_or_default()
    }

    /// Remembers what each entity holds, to name who waits for whom. To be called at the start.
    pub fn remember_holders(&mut self) {
        self.held = Some(vec![Vec::new(); self.entities.len()]);
    }

    /// Runs until a time.
    pub fn until(&mut self, end: Ticks) -> Ended {
        while let Some(event) = self.events.pop_until(end) {
            let time = event.time();
            self.now = time;
            let e = event.entity();
            if self.entities[e as usize].order != event.order() {
                continue;
            }
            self.handled += 1;
            self.hash = (self.hash ^ time ^ u64::from(e) << 40).wrapping_mul(0x0000_0100_0000_01b3);
            self.spent(e);
            self.follow(e);
            self.go_on();
            if self.alive > MOST_ENTITIES {
                return Ended::Crowded;
            }
        }
        self.now = end;
        if self.alive > 0 && self.events.is_empty() { Ended::Still } else { Ended::InTime }
    }

    /// Events that are pending.
    pub fn pending(&self) -> usize {
        self.events.len()
    }

    /// Entities in the run.
    pub fn alive(&self) -> usize {
        self.alive
    }

    /// Forgets what was counted: the warm-up is over.
    pub fn clear(&mut self) {
        for count in &mut self.at {
            count.waits.clear();
            let waits = std::mem::take(&mut count.waits);
            *count = ResourceCount { waits, ..ResourceCount::default() };
        }
        for r in &mut self.resources {
            (r.changed, r.queue_changed) = (self.now, self.now);
        }
        for s in &mut self.stocks {
            (s.through, s.area, s.full, s.changed) = (0, 0, 0, self.now);
        }
        self.flows.fill(FlowCount::default());
        self.counts.iter_mut().for_each(Tally::clear);
        self.cleared = self.now;
    }

    /// Brings all areas up to now, times that are being spent included.
    pub fn settle(&mut self) {
        for r in 0..self.resources.len() {
            self.account(r);
            self.account_queue(r);
        }
        for s in 0..self.stocks.len() {
            self.account_stock(s);
        }
        let pending: Vec<Event> = self.events.iter().collect();
        for event in pending {
            let e = event.entity();
            if self.entities[e as usize].order == event.order() {
                self.spent(e);
                self.entities[e as usize].since = self.now;
            }
        }
    }

    /// Users waiting for a resource.
    pub fn waiting(&self, resource: usize) -> u32 {
        self.resources[resource].waiting
    }

    /// Units of a resource that are held.
    pub fn held(&self, resource: usize) -> u32 {
        self.resources[resource].servers - self.resources[resource].free
    }

    /// Stocks in the run.
    pub fn stocks(&self) -> usize {
        self.stocks.len()
    }

    /// Kg in a stock.
    pub fn stock_kg(&self, stock: usize) -> u64 {
        self.stocks[stock].kg
    }

    /// Kg put into a stock since statistics were cleared.
    pub fn through_kg(&self, stock: usize) -> u64 {
        self.stocks[stock].through
    }

    /// Mean kg in a stock since statistics were cleared. Call [`Run::settle`] before.
    pub fn mean_stock_kg(&self, stock: usize) -> f64 {
        self.stocks[stock].area as f64 / (self.now - self.cleared).max(1) as f64
    }

    /// Share of the time in which somebody waited for room in a stock.
    pub fn share_full(&self, stock: usize) -> f64 {
        self.stocks[stock].full as f64 / (self.now - self.cleared).max(1) as f64
    }

    /// What must hold in every run and does not: goods are conserved to the kilogram, and the area
    /// under all queues is the sum of all waits (J. D. C. Little 1961). Call [`Run::settle`] before.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for (flow, kg) in self.under_way_kg().into_iter().enumerate() {
            let (born, arrived) = self.balance[flow];
            if born != arrived + kg {
                let name = &self.model.flows[flow];
                faults.push(format!(
                    "{name}: {born} kg came, {arrived} kg arrived, {kg} kg are under way"
                ));
            }
        }
        let mut waiting = 0;
        for line in self.resources.iter().flat_map(|r| r.lines) {
            let mut e = line.first;
            while e != NONE {
                waiting += self.now - self.entities[e as usize].since;
                e = self.entities[e as usize].next;
            }
        }
        let preempts = self.resources.iter().any(|r| r.preemptive);
        if !preempts && self.little.0 != self.little.1 + waiting {
            faults.push(format!(
                "areas {} differ from waits {} and {waiting}",
                self.little.0, self.little.1
            ));
        }
        faults
    }

    /// Kg of a flow in piles and on board.
    pub fn under_way_kg(&self) -> Vec<u64> {
        let mut kg = vec![0; self.flows.len()];
        let piled = self.piles.iter().flat_map(|p| &p.batches);
        for batch in piled.chain(self.cargoes.iter().flatten()) {
            kg[batch.flow as usize] += batch.kg;
        }
        kg
    }

    /// A circle of entities each of which waits for what the next one holds, as names of what they
    /// wait for; empty where there is none. Needs [`Run::remember_holders`].
    pub fn circle(&self) -> Vec<String> {
        let Some(held) = &self.held else { return Vec::new() };
        let waits = |e: usize| -> Option<u32> {
            let entity = self.entities.get(e)?;
            match self.model.code.get(entity.pc as usize)? {
                Op::Seize(set) if entity.order == NONE - 1 => {
                    let short = |(r, units): &&(crate::program::ResourceAt, u32)| {
                        self.resources[r.ix()].free < *units
                    };
                    self.model.sets[set.ix()].items.iter().find(short).map(|(r, _)| r.0)
                }
                _ => None,
            }
        };
        let holder = |r: u32| held.iter().position(|h| h.contains(&r));
        for start in 0..self.entities.len() {
            let (mut e, mut seen, mut names) = (start, Vec::new(), Vec::new());
            while let Some(r) = waits(e) {
                if let Some(from) = seen.iter().position(|x| *x == e) {
                    return names.split_off(from);
                }
                seen.push(e);
                names.push(self.model.resources[r as usize].name.clone());
                let Some(next) = holder(r) else { break };
                e = next;
            }
        }
        Vec::new()
    }

    fn spawn(&mut self, pc: Pc) -> u32 {
        let entity = Entity {
            since: self.now,
            until: self.now,
            born: self.now,
            pc: pc.0,
            next: NONE,
            order: NONE - 1,
            cargo: NONE,
        };
        self.alive += 1;
        let e = if self.free == NONE {
            self.entities.push(entity);
            if let Some(held) = &mut self.held {
                held.push(Vec::new());
            }
            (self.entities.len() - 1) as u32
        } else {
            let e = self.free;
            self.free = self.entities[e as usize].next;
            self.entities[e as usize] = entity;
            e
        };
        self.ready.push_back(e);
        e
    }

    #[inline]
    fn go_on(&mut self) {
        while let Some(e) = self.ready.pop_front() {
            self.follow(e);
        }
    }

    /// Follows an entity's program until it waits, spends a time or ends.
    #[inline]
    fn follow(&mut self, e: u32) {
        let code = &self.model.code[..];
        loop {
            let pc = self.entities[e as usize].pc;
            match code[pc as usize] {
                Op::Seize(set) => {
                    if !self.seize(e, set) {
                        return;
                    }
                }
                Op::SeizeOr(set, room, or) => {
                    let r = &self.resources[self.singles[set.ix()].resource as usize];
                    if r.free < self.singles[set.ix()].units && r.waiting >= room {
                        self.entities[e as usize].pc = or.0;
                        continue;
                    }
                    if !self.seize(e, set) {
                        return;
                    }
                }
                Op::Release(set) => self.release(e, set),
                Op::Hold(hold) => {
                    self.entities[e as usize].pc = pc + 1;
                    self.spend(e, hold);
                    return;
                }
                Op::Spawn(to) => {
                    self.spawn(to);
                }
                Op::Jump(to) => {
                    self.entities[e as usize].pc = to.0;
                    continue;
                }
                Op::Choose(choice) => {
                    let u = uniform(&mut self.choices[choice.ix()]);
                    let list = &self.model.choices[choice.ix()];
                    let at = list.partition_point(|(share, _)| *share <= u).min(list.len() - 1);
                    self.entities[e as usize].pc = list[at].1.0;
                    continue;
                }
                Op::Turn(turn, or) => {
                    let credit = &mut self.credit[turn.ix()];
                    *credit += self.model.turns[turn.ix()];
                    if *credit < 1.0 {
                        self.entities[e as usize].pc = or.0;
                        continue;
                    }
                    *credit -= 1.0;
                }
                Op::Stamp => self.entities[e as usize].born = self.now,
                Op::Rest(time) => {
                    let end = self.entities[e as usize].born + time;
                    if end > self.now {
                        self.entities[e as usize].pc = pc + 1;
                        self.schedule(e, end);
                        return;
                    }
                }
                Op::Count(n) => {
                    let age = self.now - self.entities[e as usize].born;
                    self.counts[n as usize].add(age);
                }
                Op::End => {
                    self.end(e);
                    return;
                }
                op => {
                    if !self.handle_goods(e, op) {
                        return;
                    }
                }
            }
            self.entities[e as usize].pc += 1;
        }
    }

    fn end(&mut self, e: u32) {
        let cargo = self.entities[e as usize].cargo;
        if cargo != NONE {
            self.cargoes[cargo as usize].clear();
            self.free_cargoes.push(cargo);
        }
        let entity = &mut self.entities[e as usize];
        entity.order = NONE - 1;
        entity.next = self.free;
        self.free = e;
        self.alive -= 1;
    }

    // ---- resources ----

    #[inline]
    fn account(&mut self, r: usize) {
        let resource = &mut self.resources[r];
        let held = u64::from(resource.servers - resource.free);
        self.at[r].held += held * (self.now - resource.changed);
        resource.changed = self.now;
    }

    #[inline]
    fn account_queue(&mut self, r: usize) {
        let resource = &mut self.resources[r];
        let time = self.now - resource.queue_changed;
        let waiting = resource.waiting;
        self.at[r].queue += u64::from(waiting) * time;
        self.little.0 += u64::from(waiting) * time;
        resource.queue_changed = self.now;
    }

    /// Takes a set if it is free and nobody as urgent waits; otherwise the entity waits.
    #[inline]
    fn seize(&mut self, e: u32, set: SetAt) -> bool {
        let single = self.singles[set.ix()];
        self.entities[e as usize].since = self.now;
        if !single.joint {
            let r = single.resource as usize;
            if self.resources[r].free >= single.units
                && (self.resources[r].waiting == 0 || !self.as_urgent_waits(r, single.level))
            {
                self.take(e, r, single.units, single.level);
                self.at[r].waits.add(0);
                self.note(e, set, true);
                return true;
            }
            if self.resources[r].preemptive && self.resources[r].holder_level > single.level {
                self.put_off(r);
                self.take(e, r, single.units, single.level);
                self.at[r].waits.add(0);
                return true;
            }
            self.enqueue(e, r, single.level);
            return false;
        }
        let items = &self.model.sets[set.ix()].items;
        let blocked = |(r, units): &&(crate::program::ResourceAt, u32)| {
            let x = &self.resources[r.ix()];
            x.free < *units || (x.waiting > 0 && self.as_urgent_waits(r.ix(), single.level))
        };
        if let Some((r, _)) = items.iter().find(blocked) {
            self.enqueue(e, r.ix(), single.level);
            return false;
        }
        self.take_all(e, set);
        for (r, _) in items {
            self.at[r.ix()].waits.add(0);
        }
        true
    }

    fn as_urgent_waits(&self, r: usize, level: u8) -> bool {
        self.resources[r].lines[..=usize::from(level)].iter().any(|l| l.first != NONE)
    }

    #[inline]
    fn take(&mut self, e: u32, r: usize, units: u32, level: u8) {
        self.account(r);
        let resource = &mut self.resources[r];
        resource.free -= units;
        if resource.preemptive {
            (resource.holder, resource.holder_level) = (e, level);
        }
    }

    fn take_all(&mut self, e: u32, set: SetAt) {
        let model = self.model;
        let spec = &model.sets[set.ix()];
        for (r, units) in &spec.items {
            self.take(e, r.ix(), *units, spec.level);
        }
        self.note(e, set, true);
    }

    fn note(&mut self, e: u32, set: SetAt, taken: bool) {
        if let Some(trace) = &mut self.trace {
            trace.push(Trace { time: self.now, entity: e, set, taken });
        }
        let Some(held) = &mut self.held else { return };
        for (r, _) in &self.model.sets[set.ix()].items {
            if taken {
                held[e as usize].push(r.0);
                continue;
            }
            // What an entity has taken a companion may give back.
            let mine = held[e as usize].iter().position(|x| *x == r.0);
            let owner = match mine {
                Some(at) => Some((e as usize, at)),
                None => held
                    .iter()
                    .enumerate()
                    .find_map(|(o, h)| h.iter().position(|x| *x == r.0).map(|at| (o, at))),
            };
            if let Some((owner, at)) = owner {
                held[owner].remove(at);
            }
        }
    }

    /// Joins the line of a resource, behind those that asked no later.
    fn enqueue(&mut self, e: u32, r: usize, level: u8) {
        self.account_queue(r);
        self.entities[e as usize].order = NONE - 1;
        let resource = &mut self.resources[r];
        resource.waiting += 1;
        let line = &mut resource.lines[usize::from(level)];
        insert(&mut self.entities, line, e);
    }

    #[inline]
    fn release(&mut self, e: u32, set: SetAt) {
        let single = self.singles[set.ix()];
        self.note(e, set, false);
        if !single.joint {
            let r = single.resource as usize;
            self.give_back(r, single.units);
            if self.resources[r].waiting > 0 {
                self.serve(r);
            }
            return;
        }
        let model = self.model;
        let items = &model.sets[set.ix()].items;
        for (r, units) in items {
            self.give_back(r.ix(), *units);
        }
        for (r, _) in items {
            self.serve(r.ix());
        }
    }

    #[inline]
    fn give_back(&mut self, r: usize, units: u32) {
        self.account(r);
        let resource = &mut self.resources[r];
        resource.free += units;
        if resource.preemptive {
            resource.holder = NONE;
        }
    }

    /// Gives what is free to those who wait, most urgent and longest waiting first.
    #[inline]
    fn serve(&mut self, r: usize) {
        for level in 0..LEVELS {
            loop {
                let e = self.resources[r].lines[level].first;
                if e == NONE {
                    break;
                }
                if self.resources[r].free == 0 {
                    return;
                }
                let set = match self.model.code[self.entities[e as usize].pc as usize] {
                    Op::Seize(set) | Op::SeizeOr(set, ..) => set,
                    // One that was put off waits in the middle of its time.
                    _ => {
                        self.dequeue(r, level);
                        self.resume(e, r, level as u8);
                        continue;
                    }
                };
                let items = &self.model.sets[set.ix()].items;
                let short = items.iter().find(|(x, units)| self.resources[x.ix()].free < *units);
                match short {
                    Some((x, _)) if x.ix() == r => return,
                    Some((x, _)) => {
                        self.dequeue(r, level);
                        self.enqueue(e, x.ix(), level as u8);
                    }
                    None => {
                        self.dequeue(r, level);
                        self.take_all(e, set);
                        let wait = self.now - self.entities[e as usize].since;
                        self.little.1 += wait;
                        for (x, _) in items {
                            self.at[x.ix()].waits.add(if x.ix() == r { wait } else { 0 });
                        }
                        self.kept(e, false);
                        self.entities[e as usize].pc += 1;
                        self.ready.push_back(e);
                    }
                }
            }
        }
    }

    #[inline]
    fn dequeue(&mut self, r: usize, level: usize) {
        self.account_queue(r);
        let resource = &mut self.resources[r];
        resource.waiting -= 1;
        let line = &mut resource.lines[level];
        pop_front(&mut self.entities, line);
    }

    /// Takes a resource from its holder, who goes on first when it is free again.
    fn put_off(&mut self, r: usize) {
        let (holder, level) = (self.resources[r].holder, self.resources[r].holder_level);
        self.spent(holder);
        let entity = &mut self.entities[holder as usize];
        entity.until -= self.now;
        entity.order = PUT_OFF;
        entity.since = self.now;
        self.account(r);
        self.account_queue(r);
        let resource = &mut self.resources[r];
        resource.free += 1;
        resource.waiting += 1;
        let line = &mut resource.lines[usize::from(level)];
        self.entities[holder as usize].next = line.first;
        line.first = holder;
        if line.last == NONE {
            line.last = holder;
        }
    }

    fn resume(&mut self, e: u32, r: usize, level: u8) {
        self.take(e, r, 1, level);
        let end = self.now + self.entities[e as usize].until;
        self.schedule(e, end);
    }
}

/// Where the entries of each place in the code start in `Model::meanwhile`, which is in order.
fn starts_of(model: &Model) -> Vec<u32> {
    if model.meanwhile.is_empty() {
        return Vec::new();
    }
    let start = |pc: usize| model.meanwhile.partition_point(|(at, _)| at.ix() < pc) as u32;
    (0..=model.code.len()).map(start).collect()
}

fn changes_over(model: &Model, set: SetAt) -> bool {
    model.sets[set.ix()].items.iter().any(|(r, _)| model.resources[r.ix()].changeover > 0)
}

/// Puts an entity into a line, behind those that have waited as long.
fn insert(entities: &mut [Entity], line: &mut Line, e: u32) {
    let since = entities[e as usize].since;
    entities[e as usize].next = NONE;
    if line.first == NONE {
        (line.first, line.last) = (e, e);
        return;
    }
    if entities[line.last as usize].since <= since {
        entities[line.last as usize].next = e;
        line.last = e;
        return;
    }
    // One that comes over from another line has waited for longer than some here.
    if entities[line.first as usize].since > since {
        entities[e as usize].next = line.first;
        line.first = e;
        return;
    }
    let mut before = line.first;
    loop {
        let next = entities[before as usize].next;
        if entities[next as usize].since > since {
            entities[e as usize].next = next;
            entities[before as usize].next = e;
            return;
        }
        before = next;
    }
}

fn pop_front(entities: &mut [Entity], line: &mut Line) {
    line.first = entities[line.first as usize].next;
    if line.first == NONE {
        line.last = NONE;
    }
}
