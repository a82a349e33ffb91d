//! One replication: entities follow their programs over resources and stocks.
//!
//! Entities and events lie in flat slabs; an entity is 32 bytes, its pending event 16. Ties are
//! broken by the order of scheduling, waiting is first come first served within a level of urgency,
//! and a joint request takes all or nothing, so that an entity never holds one resource of an
//! operation while it queues for another.

mod audit;
mod goods;
mod resources;
mod state;
mod steps;
mod times;
mod wait_queue;

use crate::hash;
use std::collections::VecDeque;

use state::ResourceState;
use steps::{Choice, Step, steps_of};
use times::Timing;
use wait_queue::{EMPTY, WaitQueue};

use crate::clock::Ticks;
use crate::distribution::{key, stream};
use crate::program::{self, BundleAt, Delay, Model};
use crate::queue::{Event, Queue};
use crate::statistics::{FlowCount, ResourceCount, Tally};

const NONE: u32 = u32::MAX;
/// The order of an entity that was preempted and is to spend the rest of its delay.
const PREEMPTED: u32 = NONE;
/// The order of an entity without a pending event.
const WAITING: u32 = NONE - 1;

/// Goods that were created together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Batch {
    flow: u32,
    kg: u64,
    born: Ticks,
}

/// Half a cache line.
#[derive(Debug, Clone, Copy)]
#[repr(align(32))]
struct Entity {
    /// Start of its wait, or of its delay.
    since: Ticks,
    /// Time of its creation, or of its last stamp.
    born: Ticks,
    pc: u32,
    /// The next entity in its list: a wait queue, the ready list, or the free list.
    next: u32,
    /// Order of its pending event; others of its events are void.
    order: u32,
    /// Its position in the list of cargoes.
    cargo: u32,
}

#[derive(Debug, Clone, Default)]
struct BufferState {
    batches: VecDeque<Batch>,
    kg: u64,
    claimed: u64,
    called: u64,
    /// Whether a vehicle was called for less than a lot.
    short: bool,
    line: WaitQueue,
}

#[derive(Debug, Clone)]
struct StockState {
    kg: u64,
    promised: u64,
    line: WaitQueue,
    changed: Ticks,
    /// Kg put in since statistics were cleared.
    through: u64,
    /// Kg-ticks since statistics were cleared.
    area: u128,
    full: Ticks,
}

impl StockState {
    fn empty(now: Ticks) -> StockState {
        StockState { kg: 0, promised: 0, line: EMPTY, changed: now, through: 0, area: 0, full: 0 }
    }
}

/// An entry of the trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trace {
    /// Time of the event.
    pub time: Ticks,
    /// The entity, by its place in memory, which is reused after its end.
    pub entity: u32,
    /// Its class and number, where it has one.
    pub number: (u32, u32),
    /// The bundle.
    pub set: BundleAt,
    /// Whether it was taken; else it was released.
    pub taken: bool,
}

/// A movement of an entity along a path, from [`program::Op::Depart`] to [`program::Op::Arrive`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passage {
    /// Class and number of the entity.
    pub number: (u32, u32),
    /// The path.
    pub path: u32,
    /// Time of departure.
    pub depart: Ticks,
    /// Time of arrival; none: still under way.
    pub arrive: Option<Ticks>,
    /// Goods on board.
    pub kg: u64,
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
    /// [`Run::stop_when`] ended it.
    Stopped,
}

/// The most entities of a run; with more it ends as [`Ended::Crowded`].
pub const MOST_ENTITIES: usize = 2_000_000;

/// Events between two checks whether to stop.
const ASKED: u64 = 1 << 14;

/// Returns whether to stop.
pub type Stop<'m> = &'m (dyn Fn() -> bool + Sync);

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
    ready: WaitQueue,
    steps: Vec<Step>,
    states: Vec<ResourceState>,
    /// The holder of each resource; only of preemptive ones.
    holders: Vec<u32>,
    /// Class of the last user of each resource.
    classes: Vec<u32>,
    /// Whether any resource is preemptive.
    preempts: bool,
    /// If so, the end of the delay of each entity; if it was preempted, the rest of the delay.
    ends: Vec<Ticks>,
    /// Class and number of each entity; only where the model has classes.
    numbers: Vec<(u32, u32)>,
    /// The next number of each class.
    next_number: Vec<u32>,
    timings: Vec<Timing>,
    choices: Vec<Choice>,
    /// For each place in the code, where its entries of `Model::meanwhile` start.
    meanwhile: Vec<u32>,
    credit: Vec<f64>,
    lanes: Vec<Ticks>,
    stocks: Vec<StockState>,
    buffers: Vec<BufferState>,
    /// The buffers of each stock.
    buffers_of: Vec<Vec<u32>>,
    cargoes: Vec<Vec<Batch>>,
    free_cargoes: Vec<u32>,
    /// The counters of each resource.
    pub at: Vec<ResourceCount>,
    /// The counters of each flow.
    pub flows: Vec<FlowCount>,
    /// Entities that passed each tally, and the ticks since their creation.
    pub counts: Vec<Tally>,
    cleared: Ticks,
    /// Kg created and kg delivered, from the start.
    balance: Vec<(u64, u64)>,
    /// Ticks under all queues before statistics were cleared.
    queued: u64,
    /// Waits of the entities that were served, from the start.
    waited: u64,
    /// Hash of everything that happened.
    pub hash: u64,
    trace: Option<Vec<Trace>>,
    /// The movements of entities, if they are recorded.
    passages: Option<Vec<Passage>>,
    /// The movement that each entity is on, if any; only where the model has paths.
    under_way: Vec<Option<Passage>>,
    /// The holders of each resource, if they are recorded.
    owners: Option<Vec<Vec<u32>>>,
    stop: Option<Stop<'m>>,
    /// Whether either of these is kept.
    watched: bool,
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
        let timing = |h: &Delay| {
            let key = key(seed, replication, &h.name, "time");
            Timing::new(h, key, stream(seed, replication, &h.name, "time"))
        };
        let choice = |c: &program::Choice| {
            Choice::new(stream(seed, replication, &c.name, "choice"), &c.ways)
        };
        let mut run = Run {
            model,
            now,
            order: 0,
            events: Queue::default(),
            handled: 0,
            entities: Vec::new(),
            free: NONE,
            alive: 0,
            ready: EMPTY,
            steps: steps_of(model),
            states: model.resources.iter().map(ResourceState::of).collect(),
            holders: vec![NONE; model.resources.len()],
            classes: vec![0; model.resources.len()],
            preempts: model.resources.iter().any(|r| r.preemptive),
            ends: Vec::new(),
            numbers: Vec::new(),
            next_number: vec![0; model.classes.len()],
            timings: model.delays.iter().map(timing).collect::<Result<_, _>>()?,
            choices: model.choices.iter().map(choice).collect(),
            meanwhile: starts_of(model),
            credit: vec![0.5; model.splits.len()],
            lanes: vec![0; model.lanes],
            stocks: vec![StockState::empty(now); model.stocks.len()],
            buffers: vec![BufferState::default(); model.buffers.len()],
            buffers_of: buffers_of(model),
            cargoes: Vec::new(),
            free_cargoes: Vec::new(),
            at: vec![ResourceCount::default(); model.resources.len()],
            flows: vec![FlowCount::default(); model.flows.len()],
            counts: vec![Tally::default(); model.counts],
            cleared: now,
            balance: vec![(0, 0); model.flows.len()],
            queued: 0,
            waited: 0,
            hash: hash::EMPTY,
            trace: None,
            passages: None,
            under_way: Vec::new(),
            owners: None,
            stop: None,
            watched: false,
        };
        run.begin();
        Ok(run)
    }

    /// Starts the first entities.
    fn begin(&mut self) {
        for pc in &self.model.starts {
            self.spawn(*pc);
        }
        if let Some(e) = self.ready.pop(&self.entities) {
            self.follow_all(e, self.entities[e as usize].pc);
        }
    }

    /// Runs until a time.
    pub fn until(&mut self, end: Ticks) -> Ended {
        while let Some(event) = self.events.pop_until(end) {
            let time = event.time();
            self.now = time;
            let e = event.entity();
            let Entity { order, since, pc, .. } = self.entities[e as usize];
            if order != event.order() {
                continue;
            }
            self.handled += 1;
            self.hash = hash::add(self.hash, time ^ u64::from(e) << 40);
            self.spent(pc, since);
            self.follow_all(e, pc);
            if self.alive > MOST_ENTITIES {
                return Ended::Crowded;
            }
            if self.handled.is_multiple_of(ASKED) && self.stop.is_some_and(|stop| stop()) {
                return Ended::Stopped;
            }
        }
        self.now = end;
        if self.alive > 0 && self.events.is_empty() { Ended::Still } else { Ended::InTime }
    }

    /// Stops the run once `stop` returns true, before the end time if need be.
    pub fn stop_when(&mut self, stop: Stop<'m>) {
        self.stop = Some(stop);
    }

    /// Events that are pending.
    pub fn pending(&self) -> usize {
        self.events.len()
    }

    /// Entities in the run.
    pub fn alive(&self) -> usize {
        self.alive
    }

    /// Clears the statistics: the warm-up is over.
    pub fn clear(&mut self) {
        for count in &mut self.at {
            count.waits.clear();
            let waits = std::mem::take(&mut count.waits);
            *count = ResourceCount { waits, ..ResourceCount::default() };
        }
        for r in 0..self.states.len() {
            let held = self.held(r);
            self.queued = self.queued.wrapping_add(self.states[r].queue(self.now));
            self.states[r].clear(held, self.now);
        }
        for s in &mut self.stocks {
            (s.through, s.area, s.full, s.changed) = (0, 0, 0, self.now);
        }
        self.flows.fill(FlowCount::default());
        self.counts.iter_mut().for_each(Tally::clear);
        self.cleared = self.now;
    }

    /// Brings all areas up to now, current delays included.
    pub fn settle(&mut self) {
        for r in 0..self.states.len() {
            self.at[r].held = self.states[r].held(self.held(r), self.now);
            self.at[r].queue = self.states[r].queue(self.now);
        }
        for s in 0..self.stocks.len() {
            self.account_stock(s);
        }
        let pending: Vec<Event> = self.events.iter().collect();
        for event in pending {
            let e = event.entity();
            if self.entities[e as usize].order == event.order() {
                self.spent(self.entities[e as usize].pc, self.entities[e as usize].since);
                self.entities[e as usize].since = self.now;
            }
        }
    }

    /// Users waiting for a resource.
    pub fn waiting(&self, resource: usize) -> u32 {
        self.states[resource].waiting
    }

    /// Units of a resource that are held.
    pub fn held(&self, resource: usize) -> u32 {
        self.model.resources[resource].servers - self.states[resource].free
    }

    /// Unit-ticks for which a resource was held since statistics were cleared.
    pub fn held_area(&self, resource: usize) -> Ticks {
        self.states[resource].held(self.held(resource), self.now)
    }

    /// Ticks for which users waited for a resource since statistics were cleared.
    pub fn queue_area(&self, resource: usize) -> Ticks {
        self.states[resource].queue(self.now)
    }

    /// Stocks in the run.
    pub fn stocks(&self) -> usize {
        self.stocks.len()
    }

    /// Kg created and kg delivered of each flow, from the start.
    pub fn from_the_start(&self) -> &[(u64, u64)] {
        &self.balance
    }

    /// Kg in a buffer for which vehicles have been called: whole lots that wait.
    pub fn called_kg(&self, buffer: usize) -> u64 {
        let p = &self.buffers[buffer];
        p.kg.min(p.called)
    }

    /// Kg of each flow that lie in lots which are still gathering.
    pub fn gathering_kg(&self) -> Vec<u64> {
        let mut all = vec![0; self.flows.len()];
        for p in &self.buffers {
            let mut rest = p.kg.saturating_sub(p.called);
            // First in, first out: the goods that still gather came last.
            for batch in p.batches.iter().rev() {
                if rest == 0 {
                    break;
                }
                let part = batch.kg.min(rest);
                all[batch.flow as usize] += part;
                rest -= part;
            }
        }
        all
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

    /// Share of the time in which a vehicle waited for room in a stock.
    pub fn share_full(&self, stock: usize) -> f64 {
        self.stocks[stock].full as f64 / (self.now - self.cleared).max(1) as f64
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

/// The buffers of each stock.
fn buffers_of(model: &Model) -> Vec<Vec<u32>> {
    let mut all = vec![Vec::new(); model.stocks.len()];
    for (at, buffer) in model.buffers.iter().enumerate() {
        if let Some(stock) = buffer.stock {
            all[stock.ix()].push(at as u32);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_for_the_cache() {
        let bytes = (size_of::<Entity>(), size_of::<Event>(), size_of::<Step>());
        assert_eq!(bytes, (32, 16, 16));
        assert_eq!(
            (size_of::<ResourceState>(), size_of::<Timing>(), size_of::<Choice>()),
            (64, 64, 64)
        );
        assert_eq!(size_of::<ResourceCount>(), 128);
    }
}
