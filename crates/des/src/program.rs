//! The language of the engine: resources, stocks, and the programs that entities follow, as data.

use crate::clock::Ticks;
use crate::distribution::Distribution;
use crate::work_calendar::WorkCalendar;

macro_rules! positions {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// The position in the model's vector of this kind.
            pub fn ix(self) -> usize {
                self.0 as usize
            }

            /// The id of a position.
            pub fn at(position: usize) -> Self {
                $name(u32::try_from(position).expect("fewer than 2^32 parts"))
            }
        }
    )*};
}

positions! {
    /// A resource of a model.
    ResourceAt;
    /// A stock.
    StockAt;
    /// A buffer of goods for one service.
    BufferAt;
    /// A bundle: resources held together.
    BundleAt;
    /// A delay.
    DelayAt;
    /// A random choice.
    ChoiceAt;
    /// A share taken in turn.
    SplitAt;
    /// A routing: the buffer each flow goes to when a vehicle is emptied.
    RoutingAt;
    /// A flow: goods with the same route.
    FlowAt;
    /// A range: acceptable numbers of units of one resource.
    RangeAt;
    /// A class of entities that are numbered together.
    ClassAt;
    /// A place in the code.
    Pc;
}

/// One step of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// Takes a bundle, all at once; waits for it first come first served.
    Seize(BundleAt),
    /// The same, but jumps elsewhere if at least the given number wait already.
    SeizeOr(BundleAt, u32, Pc),
    /// Takes as many units of one resource as are free when its turn comes, and continues with the program
    /// for that number; waits for the fewest.
    SeizeMost(RangeAt),
    /// Takes more units of the one resource of a bundle that is held, as many as are free, and continues with
    /// the program for that number; does not wait, and takes none for which an entity as urgent waits.
    SeizeMore(BundleAt, RangeAt),
    /// Releases a bundle.
    Release(BundleAt),
    /// Spends a delay.
    Delay(DelayAt),
    /// Starts another entity at a place in the code.
    Spawn(Pc),
    /// Jumps elsewhere.
    Jump(Pc),
    /// Jumps to one of several places at random.
    Choose(ChoiceAt),
    /// Continues in its share of the cases, evenly spaced, and jumps elsewhere in the others.
    Split(SplitAt, Pc),
    /// Creates goods of a flow on board, kg.
    Create(FlowAt, u64),
    /// Waits until a buffer has the given kg unclaimed, and claims them.
    Claim(BufferAt, u64),
    /// Loads claimed kg from a buffer.
    Take(BufferAt, u64),
    /// Waits for room in a stock for the given kg, and reserves it.
    Reserve(StockAt, u64),
    /// Puts the goods on board into the buffers that the routing gives.
    Put(RoutingAt),
    /// Releases reserved room: all of it, though less than a lot may have come.
    Unreserve(StockAt, u64),
    /// The goods on board have arrived.
    Deliver,
    /// Sets the entity's clock to zero.
    Stamp,
    /// Waits until the entity's clock shows the given ticks, if it does not yet.
    DelayUntil(u64),
    /// Counts an entity that passes, in the tally of this number.
    Count(u32),
    /// Notes that the entity departs on the path of this number: see [`crate::run::Passage`].
    Depart(u32),
    /// Notes that it arrives at the end of that path.
    Arrive,
    /// Numbers the entity within a class: the n-th that comes here has the number n.
    Number(ClassAt),
    /// The entity is done.
    End,
}

/// A resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// Name for users.
    pub name: String,
    /// Number of servers.
    pub servers: u32,
    /// Whether a more urgent user preempts a less urgent one, which resumes later.
    pub preemptive: bool,
    /// Changeover time from one class of user to another, ticks.
    pub changeover: Ticks,
    /// When it works, as position in `working`; none: always.
    pub working: Option<usize>,
}

/// A stock: room for goods.
#[derive(Debug, Clone, PartialEq)]
pub struct Stock {
    /// Name for users.
    pub name: String,
    /// Room, kg.
    pub capacity_kg: u64,
}

/// A buffer of goods that one service loads.
#[derive(Debug, Clone, PartialEq)]
pub struct LotBuffer {
    /// The stock it is in; none: unlimited room.
    pub stock: Option<StockAt>,
    /// Program of a vehicle that is called for a lot, and the kg of the lot.
    pub call: Option<(Pc, u64)>,
    /// Kg of a lot that must be there before a vehicle is called for it.
    pub call_at_kg: u64,
}

/// Resources held together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ResourceBundle {
    /// Resources and units.
    pub items: Vec<(ResourceAt, u32)>,
    /// Urgency: 0 goes first.
    pub level: u8,
    /// Class of the user, for changeovers.
    pub class: u32,
}

/// Wait queues before a resource. Levels of urgency beyond the last queue share it, in their order.
pub const LEVELS: usize = 4;

/// Failures of a resource that works during a delay.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Failures {
    /// The resource that fails; none: everything that works on it.
    pub of: Option<ResourceAt>,
    /// Mean hours of work between failures, exponential.
    pub between_h: f64,
    /// Mean hours of a repair, exponential.
    pub repair_h: f64,
    /// Share of the repair for which the work is held up: one of n cranes that share the work costs 1/n.
    pub share: f64,
}

/// A delay.
#[derive(Debug, Clone, PartialEq)]
pub struct Delay {
    /// Name of its random stream.
    pub name: String,
    /// Hours of work.
    pub time: Distribution,
    /// Hours that each hour of work takes, for time lost in short interruptions.
    pub stretch: f64,
    /// When work goes on, as position in `working`.
    pub working: Option<usize>,
    /// Failures meanwhile, independent of each other. They happen only while work goes on.
    pub failures: Vec<Failures>,
    /// Drawn by the number of the entity ([`Op::Number`]), not in the order of use.
    pub numbered: bool,
    /// The resources that work meanwhile.
    pub of: Option<BundleAt>,
    /// No overtaking: on this lane, at least this many ticks behind the previous entity.
    pub lane: Option<(usize, Ticks)>,
}

impl Delay {
    /// A plain delay.
    pub fn of(name: impl Into<String>, time: Distribution) -> Self {
        Delay {
            name: name.into(),
            time,
            stretch: 1.0,
            working: None,
            failures: Vec::new(),
            numbered: false,
            of: None,
            lane: None,
        }
    }

    /// The same, worked by a bundle.
    pub fn by(self, set: BundleAt) -> Self {
        Delay { of: Some(set), ..self }
    }
}

/// A random choice.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// Name of its random stream.
    pub name: String,
    /// Cumulative shares, each with its target.
    pub ways: Vec<(f64, Pc)>,
}

/// A placeholder for a step whose target is not written yet: see [`Model::later`].
#[derive(Debug)]
#[must_use = "until it is filled, the program ends there"]
pub struct Later(usize);

/// A model: resources, stocks, and the programs of entities.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Model {
    /// Resources.
    pub resources: Vec<Resource>,
    /// Stocks.
    pub stocks: Vec<Stock>,
    /// Buffers in them.
    pub buffers: Vec<LotBuffer>,
    /// Bundles.
    pub bundles: Vec<ResourceBundle>,
    /// Bundles of one resource, the most units first, each with the start of the program for it.
    pub ranges: Vec<Vec<(BundleAt, Pc)>>,
    /// Delays.
    pub delays: Vec<Delay>,
    /// Random choices.
    pub choices: Vec<Choice>,
    /// Shares taken in turn.
    pub splits: Vec<f64>,
    /// For each routing the buffer of each flow that goes on, in the order of flows; others end there.
    pub routings: Vec<Vec<(FlowAt, BufferAt)>>,
    /// Names of the flows.
    pub flows: Vec<String>,
    /// Work calendars.
    pub working: Vec<WorkCalendar>,
    /// Lanes without overtaking.
    pub lanes: usize,
    /// Tallies of entities that pass.
    pub counts: usize,
    /// Names of the classes of numbered entities.
    pub classes: Vec<String>,
    /// Resources that an entity waiting at a place in the code keeps from others meanwhile: pools, and
    /// whatever is held until the return.
    pub meanwhile: Vec<(Pc, BundleAt)>,
    /// The code.
    pub code: Vec<Op>,
    /// Entities at the start.
    pub starts: Vec<Pc>,
}

impl Model {
    /// The next place in the code.
    pub fn here(&self) -> Pc {
        Pc::at(self.code.len())
    }

    /// Adds a placeholder for a step whose target is not written yet.
    pub fn later(&mut self) -> Later {
        self.code.push(Op::End);
        Later(self.code.len() - 1)
    }

    /// Fills the placeholder: the step leads here.
    pub fn lead_here(&mut self, later: Later, step: impl FnOnce(Pc) -> Op) {
        self.code[later.0] = step(self.here());
    }

    /// Adds a companion, which follows `body` while the entity continues.
    pub fn companion(&mut self, body: impl FnOnce(&mut Model)) {
        let (companion, entity) = (self.later(), self.later());
        self.lead_here(companion, Op::Spawn);
        body(self);
        self.code.push(Op::End);
        self.lead_here(entity, Op::Jump);
    }

    /// Adds a resource with servers that always work.
    pub fn resource(&mut self, name: impl Into<String>, servers: u32) -> ResourceAt {
        let name = name.into();
        self.resources.push(Resource {
            name,
            servers,
            preemptive: false,
            changeover: 0,
            working: None,
        });
        ResourceAt::at(self.resources.len() - 1)
    }

    /// Adds a bundle, unless the model has it already.
    pub fn bundle(&mut self, items: &[(ResourceAt, u32)], level: u8) -> BundleAt {
        let bundle = ResourceBundle { items: items.to_vec(), level, class: 0 };
        if let Some(known) = self.bundles.iter().position(|b| *b == bundle) {
            return BundleAt::at(known);
        }
        self.bundles.push(bundle);
        BundleAt::at(self.bundles.len() - 1)
    }

    /// Adds a delay.
    pub fn delay(&mut self, delay: Delay) -> DelayAt {
        self.delays.push(delay);
        DelayAt::at(self.delays.len() - 1)
    }

    /// Adds a source: entities start at `to` after each time between arrivals, `batch` at once.
    pub fn source(&mut self, between: Delay, first: Option<Delay>, batch: u32, to: Pc) {
        let between = self.delay(between);
        self.starts.push(self.here());
        if let Some(first) = first {
            let first = self.delay(first);
            self.code.push(Op::Delay(first));
            self.code.extend((0..batch).map(|_| Op::Spawn(to)));
        }
        let again = self.here();
        self.code.push(Op::Delay(between));
        self.code.extend((0..batch).map(|_| Op::Spawn(to)));
        self.code.push(Op::Jump(again));
    }
}
