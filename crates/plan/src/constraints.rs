//! The capacity constraints on the flows: of each facility, in each state that options can give it.
//!
//! A state is a choice of levels of the options that edit the facility. Its constraints are derived
//! from the edited scenario, so the gain of an option is never an input.

use std::collections::{BTreeMap, BTreeSet};

use trimodal_model::Scenario;
use trimodal_model::facility::{Facility, Hours, Pass, TrackRow, Usage};
use trimodal_model::ids::{LinkId, OptionId, ResourceId, VehicleId};
use trimodal_model::scenario::Effect;

use crate::column_pool::ColumnPool;
use crate::requirements::Requires;

/// More states of one facility than this are refused.
pub const MAX_STATES: usize = 5_000;

/// `sum of use x flow <= hours`.
#[derive(Debug, Clone, PartialEq)]
pub struct CapacityConstraint {
    /// Hours that a unit of each column's flow takes, by column.
    pub terms: Vec<(usize, f64)>,
    /// Hours that may be used.
    pub hours: f64,
    /// Their share of the working hours.
    pub occupancy: f64,
}

/// A facility with options at given levels.
#[derive(Debug, Clone, PartialEq)]
pub struct FacilityState {
    /// Level of each option that edits the facility, in the order of [`FacilityStates::options`].
    pub levels: Vec<u32>,
    /// Its constraints; all must hold.
    pub rows: Vec<CapacityConstraint>,
}

/// A facility in all its states; the first has every option at 0.
#[derive(Debug, Clone, PartialEq)]
pub struct FacilityStates {
    /// The facility.
    pub facility: Facility,
    /// Options that edit it.
    pub options: Vec<OptionId>,
    /// States.
    pub states: Vec<FacilityState>,
}

/// The basis on which capacity is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CapacityBasis {
    /// At the accepted occupancy, in the busiest month.
    Practical,
    /// Every server busy all its working hours, no peaks.
    Gross,
}

/// A change of one facility's hours, for the worth of a unit more or less.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RhsChange {
    /// The facility.
    pub facility: Facility,
    /// Hours added to each of its constraints.
    pub hours: f64,
}

/// The columns that use each facility, and their usage.
pub struct FacilityUsers {
    resources: BTreeMap<ResourceId, Vec<(usize, f64)>>,
    links: BTreeMap<LinkId, Vec<(usize, Pass, f64)>>,
    /// Usage of resources and links: by columns that require no options, and by those whose options
    /// make it more demanding.
    usage: BTreeMap<UsageKey, UsageByOptions>,
}

/// A resource or link with one usage: all sections of a link have the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum UsageKey {
    Resource(ResourceId),
    Link(LinkId),
}

impl UsageKey {
    fn of(facility: Facility) -> UsageKey {
        match facility {
            Facility::Resource(r) => UsageKey::Resource(r),
            Facility::Section(l, _) | Facility::Road(l) => UsageKey::Link(l),
        }
    }
}

#[derive(Debug, Clone, Default)]
struct UsageByOptions {
    open: Usage,
    gated: BTreeMap<Requires, Usage>,
}

impl UsageByOptions {
    fn add(&mut self, requires: &Requires, usage: Usage) {
        if requires.is_empty() {
            self.open = self.open.and(usage);
        } else {
            let known = self.gated.entry(requires.clone()).or_default();
            *known = known.and(usage);
        }
    }

    /// Keeps only usage that is more demanding than that without options.
    fn settle(&mut self) {
        let open = self.open;
        self.gated.retain(|_, usage| usage.and(open) != open);
    }

    fn at(&self, level: impl Fn(OptionId) -> u32) -> Usage {
        let taken = |r: &Requires| r.iter().all(|&(o, least)| level(o) >= least);
        let gated = self.gated.iter().filter(|(r, _)| taken(r)).map(|(_, usage)| *usage);
        gated.fold(self.open, Usage::and)
    }
}

impl FacilityUsers {
    /// The users of the facilities of a pool.
    pub fn new(pool: &ColumnPool) -> FacilityUsers {
        let mut users = FacilityUsers {
            resources: BTreeMap::new(),
            links: BTreeMap::new(),
            usage: BTreeMap::new(),
        };
        let s = pool.s;
        for (i, column) in pool.all_columns().enumerate() {
            for (&r, &h) in &column.uses {
                users.resources.entry(r).or_default().push((i, h));
            }
            for (&pass, &n) in &column.passes {
                users.links.entry(pass.link).or_default().push((i, pass, n));
            }
            for (&r, &usage) in &column.usage {
                let by = users.usage.entry(UsageKey::Resource(r)).or_default();
                by.add(&column.requires, usage);
            }
            let classes: BTreeSet<(LinkId, VehicleId)> =
                column.passes.keys().map(|p| (p.link, p.vehicle)).collect();
            for (link, vehicle) in classes {
                let usage = s.usage_of_link(&s.vehicles[vehicle.ix()]);
                let by = users.usage.entry(UsageKey::Link(link)).or_default();
                by.add(&column.requires, usage);
            }
        }
        users.usage.values_mut().for_each(UsageByOptions::settle);
        users
    }

    /// The same users, with the usage of others included: the accepted occupancy is held fixed
    /// where two cases are compared, so that a ban on some users does not let the rest wait less
    /// and carry more.
    pub fn including(mut self, others: &FacilityUsers) -> FacilityUsers {
        for (used, by) in &others.usage {
            let own = self.usage.entry(*used).or_default();
            own.open = own.open.and(by.open);
            for (requires, usage) in &by.gated {
                own.add(requires, *usage);
            }
            own.settle();
        }
        self
    }

    /// Usage of a facility with options at these levels; none where no column can use it.
    pub fn usage(&self, facility: Facility, level: impl Fn(OptionId) -> u32) -> Option<Usage> {
        self.usage.get(&UsageKey::of(facility)).map(|by| by.at(level))
    }

    /// Options on which the capacity of a facility depends: those that edit it, and those that
    /// admit users with a more demanding usage.
    pub fn deciding_options(&self, s: &Scenario, facility: Facility) -> Vec<OptionId> {
        let gated =
            self.usage.get(&UsageKey::of(facility)).into_iter().flat_map(|by| by.gated.keys());
        let mut options = editing_options(s, facility);
        options.extend(gated.flatten().map(|(o, _)| *o));
        options.sort_unstable();
        options.dedup();
        options
    }

    /// The number of states of a facility, without listing them.
    pub fn state_count(&self, s: &Scenario, facility: Facility) -> usize {
        self.deciding_options(s, facility)
            .iter()
            .fold(1_usize, |n, o| n.saturating_mul(s.options[o.ix()].max_level as usize + 1))
    }

    /// Constraints of a facility as the (edited) scenario describes it, with the usage at these
    /// levels.
    pub fn rows(
        &self,
        pool: &ColumnPool,
        edited: &Scenario,
        facility: Facility,
        basis: CapacityBasis,
        level: &dyn Fn(OptionId) -> u32,
    ) -> Vec<CapacityConstraint> {
        let peak =
            |column: usize| if basis == CapacityBasis::Practical { pool.peak(column) } else { 1.0 };
        let limited = |terms, h: Hours| match basis {
            CapacityBasis::Practical => {
                CapacityConstraint { terms, hours: h.practical(), occupancy: h.occupancy }
            }
            CapacityBasis::Gross => CapacityConstraint { terms, hours: h.gross, occupancy: 1.0 },
        };
        let usage = self.usage(facility, level).unwrap_or_default();
        match facility {
            Facility::Resource(r) => {
                let users = self.resources.get(&r).map_or(&[][..], Vec::as_slice);
                let terms = users.iter().map(|&(c, h)| (c, h * peak(c))).collect();
                vec![limited(terms, edited.resource_hours(r, usage))]
            }
            Facility::Section(l, n) => {
                let link = &edited.links[l.ix()];
                let section = &link.sections[n];
                let hours = |pass: Pass| edited.section_h(link, section, pass.loaded);
                let row = |t: TrackRow| {
                    limited(self.passing(l, t.forward, &|c, p| hours(p) * peak(c)), t.hours)
                };
                edited.track_rows(l, n, usage).into_iter().map(row).collect()
            }
            Facility::Road(l) => {
                let lane = |c, p: Pass| edited.lane_h(&edited.vehicles[p.vehicle.ix()]) * peak(c);
                let hours = edited.road_hours(l, usage);
                let row = |forward| limited(self.passing(l, Some(forward), &lane), hours);
                [true, false].map(row).to_vec()
            }
        }
    }

    fn passing(
        &self,
        link: LinkId,
        forward: Option<bool>,
        hours: &dyn Fn(usize, Pass) -> f64,
    ) -> Vec<(usize, f64)> {
        let mut terms: BTreeMap<usize, f64> = BTreeMap::new();
        for &(column, pass, n) in self.links.get(&link).map_or(&[][..], Vec::as_slice) {
            if forward.is_none_or(|f| f == pass.forward) {
                *terms.entry(column).or_insert(0.0) += n * hours(column, pass);
            }
        }
        terms.into_iter().collect()
    }

    /// Every used facility with its states under options.
    pub fn states(&self, pool: &ColumnPool, basis: CapacityBasis) -> Vec<FacilityStates> {
        let mut scratch = pool.s.clone();
        pool.used_facilities()
            .into_iter()
            .map(|f| self.of_facility(pool, &mut scratch, f, basis))
            .collect()
    }

    fn of_facility(
        &self,
        pool: &ColumnPool,
        scratch: &mut Scenario,
        facility: Facility,
        basis: CapacityBasis,
    ) -> FacilityStates {
        let options = self.deciding_options(pool.s, facility);
        let edits = editing_options(pool.s, facility);
        let states = combinations(pool.s, &options)
            .into_iter()
            .map(|levels| {
                let undo = Undo::of(scratch, facility);
                let taken = options.iter().zip(&levels).filter(|(o, _)| edits.contains(o));
                taken.for_each(|(&option, &level)| scratch.take(option, level));
                let level = |option: OptionId| {
                    options.iter().position(|o| *o == option).map_or(0, |i| levels[i])
                };
                let rows = self.rows(pool, scratch, facility, basis, &level);
                undo.put_back(scratch);
                FacilityState { levels, rows }
            })
            .collect();
        FacilityStates { facility, options, states }
    }
}

/// Options that edit a facility's capacity.
pub fn editing_options(s: &Scenario, facility: Facility) -> Vec<OptionId> {
    let edits = |effect: &Effect| match (facility, effect) {
        (Facility::Resource(r), Effect::AddServer { resource, .. })
        | (Facility::Resource(r), Effect::AddStock { resource, .. })
        | (Facility::Resource(r), Effect::SetCalendar { resource, .. }) => *resource == r,
        (Facility::Section(l, n), Effect::InsertLoop { link, sections, .. })
        | (Facility::Section(l, n), Effect::SecondTrack { link, sections }) => {
            *link == l && sections.contains(&n)
        }
        _ => false,
    };
    (0..s.options.len()).map(OptionId::at).filter(|o| edits(&s.options[o.ix()].effect)).collect()
}

/// All levels of some options, the last varying fastest; the first has all at 0.
fn combinations(s: &Scenario, options: &[OptionId]) -> Vec<Vec<u32>> {
    let mut all = vec![Vec::new()];
    for option in options {
        let most = s.options[option.ix()].max_level;
        all = all
            .into_iter()
            .flat_map(|head: Vec<u32>| {
                (0..=most).map(move |level| head.iter().copied().chain([level]).collect())
            })
            .collect();
    }
    all
}

/// The part of a scenario that options of one facility edit.
enum Undo {
    Resource(ResourceId, Box<trimodal_model::scenario::Resource>),
    Sections(LinkId, Vec<trimodal_model::scenario::Section>),
    Nothing,
}

impl Undo {
    fn of(s: &Scenario, facility: Facility) -> Undo {
        match facility {
            Facility::Resource(r) => Undo::Resource(r, Box::new(s.resources[r.ix()].clone())),
            Facility::Section(l, _) => Undo::Sections(l, s.links[l.ix()].sections.clone()),
            Facility::Road(_) => Undo::Nothing,
        }
    }

    fn put_back(self, s: &mut Scenario) {
        match self {
            Undo::Resource(r, resource) => s.resources[r.ix()] = *resource,
            Undo::Sections(l, sections) => s.links[l.ix()].sections = sections,
            Undo::Nothing => {}
        }
    }
}
