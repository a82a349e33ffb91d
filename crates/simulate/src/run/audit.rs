//! What must hold of a run, and what is written down to find out why something does not.

use super::{NONE, Run, Trace, WAITING};
use crate::program::{Op, ResourceAt, SetAt};

impl Run<'_> {
    /// Writes down who takes what from now on.
    pub fn trace(&mut self) {
        self.trace = Some(Vec::new());
        self.watched = true;
    }

    /// What was written down.
    pub fn traced(&mut self) -> Vec<Trace> {
        self.trace.take().unwrap_or_default()
    }

    /// Remembers what each entity holds, to name who waits for whom. To be called at the start.
    pub fn remember_holders(&mut self) {
        self.held = Some(vec![Vec::new(); self.entities.len()]);
        self.watched = true;
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
        let areas =
            self.sites.iter().map(|s| s.queue(self.now)).fold(self.queued, u64::wrapping_add);
        let mut waiting = 0;
        for line in self.sites.iter().flat_map(|s| s.lines) {
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
                Op::Seize(set) if entity.order == WAITING => {
                    let short = |(r, units): &&(ResourceAt, u32)| self.sites[r.ix()].free < *units;
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

    /// Writes down who takes or gives back what.
    pub(super) fn note(&mut self, e: u32, set: SetAt, taken: bool) {
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

    /// The set that a step takes or gives back.
    pub(super) fn set_at(&self, pc: u32) -> SetAt {
        match self.model.code[pc as usize] {
            Op::Seize(set) | Op::SeizeOr(set, ..) | Op::Release(set) => set,
            op => unreachable!("{op:?} concerns no set"),
        }
    }
}
