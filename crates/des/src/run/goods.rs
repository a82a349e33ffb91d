//! Goods: created, kept in buffers, claimed, loaded, unloaded and delivered.

use super::{Batch, NONE, Run, WAITING};
use crate::program::Op;

impl Run<'_> {
    pub(super) fn cargo(&mut self, e: u32) -> usize {
        let cargo = self.entities[e as usize].cargo;
        if cargo != NONE {
            return cargo as usize;
        }
        let cargo = self.free_cargoes.pop().unwrap_or_else(|| {
            self.cargoes.push(Vec::new());
            (self.cargoes.len() - 1) as u32
        });
        self.entities[e as usize].cargo = cargo;
        cargo as usize
    }

    /// Handles a step that concerns goods; false where the entity has to wait.
    pub(super) fn handle_goods(&mut self, e: u32, op: Op) -> bool {
        match op {
            Op::Create(flow, kg) => {
                let cargo = self.cargo(e);
                self.cargoes[cargo].push(Batch { flow: flow.0, kg, born: self.now });
                self.flows[flow.ix()].born_kg += kg;
                self.balance[flow.ix()].0 += kg;
            }
            Op::Claim(buffer, kg) => {
                let p = &mut self.buffers[buffer.ix()];
                // A vehicle that was called for less than a lot takes what there is.
                let kg = if p.short { kg.min(p.kg.saturating_sub(p.claimed)) } else { kg };
                if p.line.first != NONE || p.kg.saturating_sub(p.claimed) < kg {
                    let entity = &mut self.entities[e as usize];
                    (entity.since, entity.order) = (self.now, WAITING);
                    p.line.insert(&mut self.entities, e);
                    return false;
                }
                p.short = false;
                p.claimed += kg;
            }
            Op::Take(buffer, kg) => self.take_goods(e, buffer.ix(), kg),
            Op::Reserve(stock, kg) => {
                let spec = self.model.stocks[stock.ix()].capacity_kg;
                let s = &self.stocks[stock.ix()];
                if s.line.first != NONE || s.kg + s.promised + kg > spec {
                    self.account_stock(stock.ix());
                    let entity = &mut self.entities[e as usize];
                    (entity.since, entity.order) = (self.now, WAITING);
                    self.stocks[stock.ix()].line.insert(&mut self.entities, e);
                    self.make_room(stock.ix());
                    return false;
                }
                self.stocks[stock.ix()].promised += kg;
            }
            Op::Put(routing) => self.put(e, routing.ix()),
            Op::Unreserve(stock, kg) => {
                self.stocks[stock.ix()].promised -= kg;
                self.let_in(stock.ix());
            }
            Op::Deliver => self.deliver(e),
            _ => unreachable!("other steps are handled by `follow`"),
        }
        true
    }

    pub(super) fn account_stock(&mut self, s: usize) {
        let stock = &mut self.stocks[s];
        let time = self.now - stock.changed;
        stock.area += u128::from(stock.kg) * u128::from(time);
        if stock.line.first != NONE {
            stock.full += time;
        }
        stock.changed = self.now;
    }

    fn take_goods(&mut self, e: u32, buffer: usize, kg: u64) {
        let cargo = self.cargo(e);
        let p = &mut self.buffers[buffer];
        let (asked, kg) = (kg, kg.min(p.kg));
        p.kg -= kg;
        p.claimed = p.claimed.saturating_sub(kg);
        p.called = p.called.saturating_sub(asked);
        let mut rest = kg;
        while rest > 0 {
            let Some(first) = p.batches.front_mut() else { break };
            let part = first.kg.min(rest);
            self.cargoes[cargo].push(Batch { kg: part, ..*first });
            first.kg -= part;
            rest -= part;
            if first.kg == 0 {
                p.batches.pop_front();
            }
        }
        if let Some(stock) = self.model.buffers[buffer].stock {
            self.account_stock(stock.ix());
            self.stocks[stock.ix()].kg -= kg;
            self.let_in(stock.ix());
        }
    }

    /// Lets vehicles that wait for room in a stock continue, in their order.
    fn let_in(&mut self, stock: usize) {
        loop {
            let e = self.stocks[stock].line.first;
            if e == NONE {
                return;
            }
            let Op::Reserve(_, kg) = self.model.code[self.entities[e as usize].pc as usize] else {
                return;
            };
            let s = &mut self.stocks[stock];
            if s.kg + s.promised + kg > self.model.stocks[stock].capacity_kg {
                return;
            }
            s.promised += kg;
            s.line.pop(&self.entities);
            self.waited_for_goods(e);
            self.ready.push(&mut self.entities, e);
        }
    }

    /// Where a stock is full and no vehicle is called to take anything out of it, a vehicle is called for
    /// the largest buffer, though it is less than a lot: lots that gather side by side could fill the
    /// stock with none of them complete.
    fn make_room(&mut self, stock: usize) {
        let buffers = || self.buffers_of[stock].iter().map(|p| *p as usize);
        if buffers().any(|p| self.buffers[p].called > 0) {
            return;
        }
        let largest = buffers().max_by_key(|p| (self.buffers[*p].kg, std::cmp::Reverse(*p)));
        let Some(p) = largest.filter(|p| self.buffers[*p].kg > 0) else { return };
        if let Some((pc, lot)) = self.model.buffers[p].call {
            self.buffers[p].called += lot;
            self.buffers[p].short = true;
            self.spawn(pc);
        }
    }

    /// Moves an entity past the step at which it waited.
    fn waited_for_goods(&mut self, e: u32) {
        let pc = self.entities[e as usize].pc;
        self.kept(e, matches!(self.model.code[pc as usize], Op::Claim(..)));
        self.entities[e as usize].pc += 1;
    }

    /// Counts the wait of an entity at the resources that it keeps meanwhile.
    pub(super) fn kept(&mut self, e: u32, for_goods: bool) {
        if self.meanwhile.is_empty() {
            return;
        }
        let model = self.model;
        let entity = &self.entities[e as usize];
        let (from, to) =
            (self.meanwhile[entity.pc as usize], self.meanwhile[entity.pc as usize + 1]);
        let time = self.now - entity.since.max(self.cleared).min(self.now);
        for (_, set) in &model.meanwhile[from as usize..to as usize] {
            for (r, units) in &model.bundles[set.ix()].items {
                let at = &mut self.at[r.ix()];
                let area = if for_goods { &mut at.starved } else { &mut at.kept };
                *area += time * u64::from(*units);
            }
        }
    }

    fn put(&mut self, e: u32, routing: usize) {
        let cargo = self.cargo(e);
        let mut batches = std::mem::take(&mut self.cargoes[cargo]);
        let mut touched: Vec<usize> = Vec::new();
        let mut stays = Vec::new();
        for batch in batches.drain(..) {
            let row = &self.model.routings[routing];
            let Ok(at) = row.binary_search_by_key(&batch.flow, |(flow, _)| flow.0) else {
                stays.push(batch);
                continue;
            };
            let buffer = row[at].1;
            let p = buffer.ix();
            if let Some(stock) = self.model.buffers[p].stock {
                self.account_stock(stock.ix());
                let s = &mut self.stocks[stock.ix()];
                s.kg += batch.kg;
                s.through += batch.kg;
            }
            self.buffers[p].kg += batch.kg;
            self.buffers[p].batches.push_back(batch);
            if !touched.contains(&p) {
                touched.push(p);
            }
        }
        self.cargoes[cargo] = stays;
        for p in touched {
            self.call(p);
            self.hand_out(p);
        }
    }

    /// Calls a vehicle for every lot for which none was called yet.
    fn call(&mut self, buffer: usize) {
        let spec = &self.model.buffers[buffer];
        let Some((pc, lot)) = spec.call else { return };
        while self.buffers[buffer].kg >= self.buffers[buffer].called + spec.call_at_kg {
            self.buffers[buffer].called += lot;
            self.spawn(pc);
        }
    }

    /// Lets vehicles that wait for goods of a buffer continue, in their order.
    fn hand_out(&mut self, buffer: usize) {
        loop {
            let e = self.buffers[buffer].line.first;
            if e == NONE {
                return;
            }
            let Op::Claim(_, kg) = self.model.code[self.entities[e as usize].pc as usize] else {
                return;
            };
            let p = &mut self.buffers[buffer];
            if p.kg.saturating_sub(p.claimed) < kg {
                return;
            }
            p.claimed += kg;
            p.line.pop(&self.entities);
            self.waited_for_goods(e);
            self.ready.push(&mut self.entities, e);
        }
    }

    fn deliver(&mut self, e: u32) {
        let cargo = self.cargo(e);
        let mut batches = std::mem::take(&mut self.cargoes[cargo]);
        for batch in batches.drain(..) {
            let flow = &mut self.flows[batch.flow as usize];
            flow.delivered_kg += batch.kg;
            self.balance[batch.flow as usize].1 += batch.kg;
            flow.transit.add_weighted((self.now - batch.born) / 1000, (batch.kg / 1000).max(1));
        }
        self.cargoes[cargo] = batches;
    }
}
