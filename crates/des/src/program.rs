//! The language of the engine: resources, stocks, and the programs that vehicles follow as data.

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
    /// Goods of one service in a stock.
    BufferAt;
    /// Resources held together.
    BundleAt;
    /// A time to spend.
    DelayAt;
    /// A random choice.
    ChoiceAt;
    /// A share taken in turn.
    SplitAt;
    /// Where each flow goes when a vehicle is emptied.
    RoutingAt;
    /// Goods with the same way.
    FlowAt;
    /// Numbers of units, any of which will do.
    RangeAt;
    /// Entities that are numbered together.
    ClassAt;
    /// A place in the code.
    Pc;
}

/// One step of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// Takes a set of resources, all at once; waits for them first come first served.
    Seize(BundleAt),
    /// The same, but goes elsewhere where so many wait already.
    SeizeOr(BundleAt, u32, Pc),
    /// Takes as many as are free when its turn comes, of one resource, and goes on where the program for so
    /// many begins; waits for the fewest.
    SeizeMost(RangeAt),
    /// Takes more units of the one resource of a set that is held, as many as are free, and goes on where the
    /// program for so many begins; does not wait, and takes none for which somebody as urgent waits.
    SeizeMore(BundleAt, RangeAt),
    /// Gives a set back.
    Release(BundleAt),
    /// Spends a time.
    Delay(DelayAt),
    /// Lets another entity start at a place in the code.
    Spawn(Pc),
    /// Goes elsewhere.
    Jump(Pc),
    /// Goes to one of several places by chance.
    Choose(ChoiceAt),
    /// Goes on in its share of the cases, evenly spaced, and elsewhere in the others.
    Split(SplitAt, Pc),
    /// Gets goods of a flow, kg: they come into being here.
    Create(FlowAt, u64),
    /// Waits until a buffer has so many kg that nobody else has claimed, and claims them.
    Claim(BufferAt, u64),
    /// Takes claimed kg from a buffer on board.
    Take(BufferAt, u64),
    /// Waits for room in a stock for so many kg, and keeps it.
    Reserve(StockAt, u64),
    /// Puts what is on board into the buffers that come next.
    Put(RoutingAt),
    /// Gives back room that was kept: all of it, though less than a lot may have come.
    Unreserve(StockAt, u64),
    /// What is on board has arrived.
    Deliver,
    /// Sets the entity's clock to zero.
    Stamp,
    /// Waits until the entity's clock shows so many ticks, if it does not yet.
    DelayUntil(u64),
    /// Counts a class of entity that passes: the number of a tally.
    Count(u32),
    /// The entity is the next one of a class: the n-th that comes here has the number n.
    Number(ClassAt),
    /// The entity is done.
    End,
}

/// A finite thing.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// Id for people.
    pub name: String,
    /// How many.
    pub servers: u32,
    /// Whether a more urgent user takes it from a less urgent one, who goes on later.
    pub preemptive: bool,
    /// Time to change from one class of user to another, ticks.
    pub changeover: Ticks,
    /// When it works, as position in `working`; none: always.
    pub working: Option<usize>,
}

/// Room for goods.
#[derive(Debug, Clone, PartialEq)]
pub struct Stock {
    /// Id for people.
    pub name: String,
    /// Room, kg.
    pub capacity_kg: u64,
}

/// Goods in a stock that one service takes on.
#[derive(Debug, Clone, PartialEq)]
pub struct LotBuffer {
    /// Where it lies; none: room without end.
    pub stock: Option<StockAt>,
    /// Program of a vehicle that is called for a lot, and the kg of the lot.
    pub call: Option<(Pc, u64)>,
    /// Kg of a lot that must lie there before a vehicle is called for it.
    pub call_at_kg: u64,
}

/// Resources held together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ResourceBundle {
    /// Resources and units.
    pub items: Vec<(ResourceAt, u32)>,
    /// 0 goes first.
    pub level: u8,
    /// Class of the user, for changeovers.
    pub class: u32,
}

/// Lines before a resource. Levels of urgency beyond the last line share it, in their order.
pub const LEVELS: usize = 4;

/// Failures of something that works during a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Failures {
    /// What fails; none: everything that works on it.
    pub of: Option<ResourceAt>,
    /// Mean hours of work between failures, exponential.
    pub between_h: f64,
    /// Mean hours of a repair, exponential.
    pub repair_h: f64,
    /// Share of the repair that the work is held up: one of n cranes that share the work costs 1/n.
    pub share: f64,
}

/// A time to spend.
#[derive(Debug, Clone, PartialEq)]
pub struct Delay {
    /// Name of its random stream.
    pub name: String,
    /// Hours of work.
    pub time: Distribution,
    /// Each hour of work takes so many, for time lost in short pieces.
    pub stretch: f64,
    /// When work goes on, as position in `working`.
    pub working: Option<usize>,
    /// What fails meanwhile, each on its own. Failures happen only while work goes on.
    pub failures: Vec<Failures>,
    /// Drawn by the number of the entity ([`Op::Number`]), not in the order of use.
    pub numbered: bool,
    /// The resources that work meanwhile.
    pub of: Option<BundleAt>,
    /// No overtaking: on this lane, at least so many ticks behind the one before.
    pub lane: Option<(usize, Ticks)>,
}

impl Delay {
    /// A plain time.
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

    /// The same, worked by a set.
    pub fn by(self, set: BundleAt) -> Self {
        Delay { of: Some(set), ..self }
    }
}

/// A random choice.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// Name of its random stream.
    pub name: String,
    /// Cumulative shares, each with where it leads.
    pub ways: Vec<(f64, Pc)>,
}

/// Room for a step that leads to a place that is not written yet: see [`Model::later`].
#[derive(Debug)]
#[must_use = "until it is filled, the program ends there"]
pub struct Later(usize);

/// A model: what there is, and what entities do.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Model {
    /// Finite things.
    pub resources: Vec<Resource>,
    /// Stocks.
    pub stocks: Vec<Stock>,
    /// Buffers in them.
    pub buffers: Vec<LotBuffer>,
    /// Sets held together.
    pub bundles: Vec<ResourceBundle>,
    /// Sets of one resource, the most units first, each with where the program for it begins.
    pub ranges: Vec<Vec<(BundleAt, Pc)>>,
    /// Times.
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
    /// What an entity that waits at a place in the code keeps from others meanwhile: pools, and
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

    /// Leaves room for a step that leads to a place that is not written yet.
    pub fn later(&mut self) -> Later {
        self.code.push(Op::End);
        Later(self.code.len() - 1)
    }

    /// Fills that room: the step leads to here.
    pub fn lead_here(&mut self, later: Later, step: impl FnOnce(Pc) -> Op) {
        self.code[later.0] = step(self.here());
    }

    /// A companion does something of its own while the entity goes on.
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

    /// Adds a set.
    pub fn bundle(&mut self, items: &[(ResourceAt, u32)], level: u8) -> BundleAt {
        let bundle = ResourceBundle { items: items.to_vec(), level, class: 0 };
        if let Some(known) = self.bundles.iter().position(|b| *b == bundle) {
            return BundleAt::at(known);
        }
        self.bundles.push(bundle);
        BundleAt::at(self.bundles.len() - 1)
    }

    /// Adds a time.
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
