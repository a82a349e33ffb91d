//! Invariants of a run, and records that help to find out why one does not hold.

use super::{NONE, Passage, Run, Trace, WAITING};
use crate::program::{BundleAt, Op, ResourceAt};

impl Run<'_> {
    /// Records from now on which entity takes or releases which bundle.
    pub fn trace(&mut self) {
        self.trace = Some(Vec::new());
        self.watched = true;
    }

    /// The recorded trace.
    pub fn traced(&mut self) -> Vec<Trace> {
        self.trace.take().unwrap_or_default()
    }

    /// Records from now on the movements that end or have not ended.
    pub fn record_passages(&mut self) {
        self.passages = Some(Vec::new());
    }

    /// The recorded movements in the order of arrival, then those that have not ended.
    pub fn passages(&mut self) -> Vec<Passage> {
        let mut all = self.passages.take().unwrap_or_default();
        all.extend(self.under_way.iter().flatten());
        all
    }

    pub(super) fn depart(&mut self, e: u32, path: u32) -> bool {
        let at = e as usize;
        if self.under_way.len() <= at {
            self.under_way.resize(self.entities.len(), None);
        }
        let cargo = self.entities[at].cargo;
        let kg = self.cargoes.get(cargo as usize).map_or(0, |c| c.iter().map(|b| b.kg).sum());
        let number = self.numbers.get(at).copied().unwrap_or_default();
        self.under_way[at] = Some(Passage { number, path, depart: self.now, arrive: None, kg });
        true
    }

    pub(super) fn arrive(&mut self, e: u32) -> bool {
        let passage = self.under_way.get_mut(e as usize).and_then(Option::take);
        if let (Some(passage), Some(all)) = (passage, &mut self.passages) {
            all.push(Passage { arrive: Some(self.now), ..passage });
        }
        true
    }

    /// Records the holders of each resource, for [`Run::deadlock`]. To be called at the start.
    pub fn remember_holders(&mut self) {
        self.owners = Some(vec![Vec::new(); self.states.len()]);
        self.watched = true;
    }

    /// Invariants that do not hold: goods are conserved to the kilogram, and the area under all queues
    /// is the sum of all waits (J. D. C. Little 1961). Call [`Run::settle`] before.
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
        let areas =
            self.states.iter().map(|s| s.queue(self.now)).fold(self.queued, u64::wrapping_add);
        let mut waiting = 0;
        for line in self.states.iter().flat_map(|s| s.lines) {
            let mut e = line.first;
            while e != NONE {
                waiting += self.now - self.entities[e as usize].since;
                e = self.entities[e as usize].next;
            }
        }
        if !self.preempts && areas != self.waited + waiting {
            faults.push(format!("areas {areas} differ from waits {} and {waiting}", self.waited));
        }
        faults
    }

    /// Kg of a flow in buffers and on board.
    pub fn under_way_kg(&self) -> Vec<u64> {
        let mut kg = vec![0; self.flows.len()];
        let piled = self.buffers.iter().flat_map(|p| &p.batches);
        for batch in piled.chain(self.cargoes.iter().flatten()) {
            kg[batch.flow as usize] += batch.kg;
        }
        kg
    }

    /// A cycle of entities each of which waits for a resource that the next one holds, as the names of
    /// these resources; empty where there is none. Needs [`Run::remember_holders`].
    pub fn deadlock(&self) -> Vec<String> {
        let Some(owners) = &self.owners else { return Vec::new() };
        let waits = |e: usize| -> Option<u32> {
            let entity = self.entities.get(e)?;
            match self.model.code.get(entity.pc as usize)? {
                Op::Seize(set) if entity.order == WAITING => {
                    let short = |(r, units): &&(ResourceAt, u32)| self.states[r.ix()].free < *units;
                    self.model.bundles[set.ix()].items.iter().find(short).map(|(r, _)| r.0)
                }
                Op::SeizeMost(range) if entity.order == WAITING => {
                    let (set, _) = self.model.ranges[range.ix()].last()?;
                    self.model.bundles[set.ix()].items.first().map(|(r, _)| r.0)
                }
                _ => None,
            }
        };
        let holder = |r: u32| owners[r as usize].first().map(|e| *e as usize);
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

    /// Records that an entity takes or releases a bundle.
    pub(super) fn note(&mut self, e: u32, set: BundleAt, taken: bool) {
        if let Some(trace) = &mut self.trace {
            let number = self.numbers.get(e as usize).copied().unwrap_or_default();
            trace.push(Trace { time: self.now, entity: e, number, set, taken });
        }
        let Some(owners) = &mut self.owners else { return };
        for (r, _) in &self.model.bundles[set.ix()].items {
            let owners = &mut owners[r.ix()];
            if taken {
                owners.push(e);
                continue;
            }
            // A companion of the same number may release a bundle that the entity took.
            let number = |e: u32| self.numbers.get(e as usize);
            let owner = owners
                .iter()
                .position(|o| *o == e)
                .or_else(|| owners.iter().position(|o| number(*o) == number(e)))
                .or((!owners.is_empty()).then_some(0));
            if let Some(owner) = owner {
                owners.remove(owner);
            }
        }
    }

    /// The bundle that a step takes or releases.
    pub(super) fn set_at(&self, pc: u32) -> BundleAt {
        match self.model.code[pc as usize] {
            Op::Seize(set) | Op::SeizeOr(set, ..) | Op::Release(set) => set,
            op => unreachable!("{op:?} concerns no set"),
        }
    }
}
