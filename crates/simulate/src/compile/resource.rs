//! Resources, stocks and bundles of the model, and what hinders work on them.

use std::collections::HashMap;

use trimodal_model::Scenario;
use trimodal_model::ids::{CalendarId, OperationId, PlaceId, ResourceId, VehicleId};
use trimodal_model::scenario::{Operation, OperationKind, Resource};

use super::load::Load;
use super::{Compiler, ReportedResource, kg};
use crate::calendars::work_calendar;
use trimodal_des::clock::ticks;
use trimodal_des::program::{
    BundleAt, Delay, Failures, ResourceAt, ResourceBundle, Stock, StockAt,
};

/// Operations on empty vehicles that pass, by class and place, in the order in which they happen.
pub(super) fn empty_stops(s: &Scenario) -> HashMap<(VehicleId, PlaceId), Vec<OperationId>> {
    let mut all: HashMap<_, Vec<OperationId>> = HashMap::new();
    for (i, op) in
        s.operations.iter().enumerate().filter(|(_, o)| o.does == OperationKind::Pass && o.empty)
    {
        all.entry((op.vehicle, op.place)).or_default().push(OperationId::at(i));
    }
    for stops in all.values_mut() {
        stops.sort_by_key(|o| s.operations[o.ix()].passing_order());
    }
    all
}

/// Variation of arrivals and service at each resource, as `Scenario::variation_at` returns it for one.
pub(super) fn variations(s: &Scenario) -> Vec<(f64, f64)> {
    let mut all = vec![(0.0_f64, 0.0_f64); s.resources.len()];
    for op in &s.operations {
        for hold in &op.holds {
            let (ca2, cs2) = &mut all[hold.resource.ix()];
            *ca2 = ca2.max(s.vehicles[op.vehicle.ix()].ca2);
            *cs2 = cs2.max(op.cv * op.cv);
        }
    }
    for pool in s.vehicles.iter().filter_map(|v| v.pool) {
        all[pool.ix()] = s.variation_at(pool);
    }
    all
}

/// Difference between a row's availability and that of its failures beyond which a warning is printed.
const TOLERANCE: f64 = 0.02;

impl Compiler<'_> {
    pub(super) fn resource(&mut self, id: ResourceId) -> ResourceAt {
        if let Some(known) = self.resources[id.ix()] {
            return known;
        }
        let r = &self.s.resources[id.ix()];
        let at = self.model.resource(r.id.clone(), r.servers);
        let working = if self.calendars { self.working(vec![r.calendar]) } else { None };
        self.model.resources[at.ix()].working = working;
        self.model.resources[at.ix()].changeover = ticks(r.changeover_h);
        let open = self.s.calendars[r.calendar.ix()].open_share();
        self.open(at, open);
        self.shown.push(ReportedResource {
            at,
            id: r.id.clone(),
            name: r.name.clone(),
            kind: r.kind.clone(),
            variation: self.variations[id.ix()],
            line: None,
        });
        self.resources[id.ix()] = Some(at);
        at
    }

    /// Adds the load of a resource, with the share of the year in which it is open.
    pub(super) fn open(&mut self, at: ResourceAt, open: f64) {
        self.loads.resize(at.ix() + 1, Load::default());
        self.loads[at.ix()].open = open;
    }

    pub(super) fn stock(&mut self, id: ResourceId) -> StockAt {
        if let Some(known) = self.stocks[id.ix()] {
            return known;
        }
        let r = &self.s.resources[id.ix()];
        self.model.stocks.push(Stock { name: r.id.clone(), capacity_kg: kg(r.stock_t) });
        self.stock_rows.push(id.ix());
        let at = StockAt::at(self.model.stocks.len() - 1);
        self.stocks[id.ix()] = Some(at);
        at
    }

    /// A bundle; the same resources at the same level for the same class are one bundle.
    pub(super) fn set(&mut self, items: &[(ResourceAt, u32)], level: u8, class: u32) -> BundleAt {
        let set = ResourceBundle { items: items.to_vec(), level, class };
        if let Some(known) = self.sets.get(&set) {
            return *known;
        }
        self.model.bundles.push(set.clone());
        let at = BundleAt::at(self.model.bundles.len() - 1);
        self.sets.insert(set, at);
        at
    }

    /// The resources of an operation, held together.
    pub(super) fn held_by(&mut self, op: &Operation, units: u32, level: u8) -> Option<BundleAt> {
        let items: Vec<(ResourceAt, u32)> = op
            .holds
            .iter()
            .map(|h| {
                let n = if h.most > h.least { units.clamp(h.least, h.most) } else { h.least };
                let at = self.resource(h.resource);
                (at, n.min(self.model.resources[at.ix()].servers.max(1)))
            })
            .filter(|(_, n)| *n > 0)
            .collect();
        if items.is_empty() {
            return None;
        }
        // Each class of vehicle has a separate bundle where changeovers between classes count.
        let changes = items.iter().any(|(r, _)| self.model.resources[r.ix()].changeover > 0);
        let class = if changes { op.vehicle.0 + 1 } else { 0 };
        Some(self.set(&items, level, class))
    }

    /// Adds the hours and failures of the resources of an operation: failures are independent, and all count.
    pub(super) fn hinder(&mut self, hold: &mut Delay, op: &Operation, units: u32) {
        if !self.calendars {
            return;
        }
        let s = self.s;
        for h in &op.holds {
            let r = &s.resources[h.resource.ix()];
            if self.is_pool(h.resource) || !(0.0 < r.availability && r.availability < 1.0) {
                continue;
            }
            let shares = h.most > h.least;
            let n = if shares { units.clamp(h.least, h.most) } else { h.least };
            self.contradicts(r);
            match repair_h(r) {
                Some(repair_h) if n > 0 => hold.failures.push(Failures {
                    of: self.resources[h.resource.ix()],
                    between_h: repair_h * r.availability / (1.0 - r.availability) / f64::from(n),
                    repair_h,
                    share: if shares { 1.0 / f64::from(n) } else { 1.0 },
                }),
                _ => hold.stretch += lost(r, n, shares),
            }
        }
        let mut calendars: Vec<CalendarId> =
            op.holds.iter().map(|h| s.resources[h.resource.ix()].calendar).collect();
        calendars.sort_by(|a, b| s.calendars[a.ix()].id.cmp(&s.calendars[b.ix()].id));
        calendars.dedup();
        hold.working = self.working(calendars);
    }

    /// Warns where the failures of a row imply another availability than the row.
    fn contradicts(&mut self, r: &Resource) {
        let Some((between, repair)) = r.mtbf_h.zip(r.mttr_h) else { return };
        let made = between / (between + repair);
        if (made - r.availability).abs() > TOLERANCE {
            self.warn(format!(
                "`{}`: its availability of {:.2} is used, also for the times between failures; mtbf_h and mttr_h \
                 imply {made:.2}",
                r.id, r.availability
            ));
        }
    }

    /// The factor by which failures of the resources held prolong an operation.
    pub(super) fn slowed(&self, op: &Operation, units: u32) -> f64 {
        let mut slowed = 1.0;
        for h in op.holds.iter().filter(|h| self.calendars && !self.is_pool(h.resource)) {
            let shares = h.most > h.least;
            let n = if shares { units.clamp(h.least, h.most) } else { h.least };
            slowed += lost(&self.s.resources[h.resource.ix()], n, shares);
        }
        slowed
    }

    pub(super) fn working(&mut self, calendars: Vec<CalendarId>) -> Option<usize> {
        if let Some(known) = self.working.get(&calendars) {
            return *known;
        }
        let rows: Vec<_> = calendars.iter().map(|c| &self.s.calendars[c.ix()]).collect();
        let working = work_calendar(&rows, self.s.first_weekday(), self.s.settings.days);
        let at = (!working.is_always()).then(|| {
            self.model.working.push(working);
            self.model.working.len() - 1
        });
        self.working.insert(calendars, at);
        at
    }
}

/// The mean repair of a resource, where its failures are simulated individually.
fn repair_h(r: &Resource) -> Option<f64> {
    r.mttr_h.filter(|m| *m > 0.0 && r.mtbf_h.is_some())
}

/// Hours lost to failures in an hour of work by n units, each of which stops all, or which share the work.
fn lost(r: &Resource, n: u32, shares: bool) -> f64 {
    if !(0.0 < r.availability && r.availability < 1.0) {
        return 0.0;
    }
    (1.0 / r.availability - 1.0) * if shares { 1.0 } else { f64::from(n) }
}
