//! Sources: where vehicles and goods enter the study.

use trimodal_model::ids::ResourceId;
use trimodal_model::scenario::Vehicle;

use super::{Compiler, PEAK_MONTH};
use trimodal_des::distribution::Distribution;
use trimodal_des::program::{BufferAt, Delay, FlowAt, Op, Pc, RoutingAt};
use trimodal_des::work_calendar::WorkCalendar;

impl Compiler<'_> {
    /// Adds a source of vehicles at the edge of the study.
    pub(super) fn arrivals(
        &mut self,
        name: &str,
        per_year: f64,
        v: &Vehicle,
        peak: f64,
        lot_h: f64,
        to: Pc,
    ) {
        let mean = self.s.hours() / per_year;
        let ca2 = if v.arrivals == "schedule" { 0.0 } else { v.ca2 };
        let between = self.with_months(
            Delay::of(format!("{name} arrivals"), Distribution::renewal(mean, ca2)),
            peak,
        );
        let first = any_phase(name, mean.max(lot_h), self.s.hours());
        self.events += per_year;
        self.model.source(between, Some(first), 1, to);
    }

    fn with_months(&mut self, hold: Delay, peak: f64) -> Delay {
        if peak <= 1.0 || !self.calendars {
            return hold;
        }
        let (model, days) = (&mut self.model, self.s.settings.days);
        let at = *self.months.entry(peak.to_bits()).or_insert_with(|| {
            let mut factors = [(12.0 - peak) / 11.0; 12];
            factors[PEAK_MONTH] = peak;
            model.working.push(WorkCalendar::of_months(&factors, days));
            model.working.len() - 1
        });
        Delay { working: Some(at), ..hold }
    }

    /// Adds a source of goods for a stock at the edge of the study, in parts of a lot.
    pub(super) fn production(
        &mut self,
        name: &str,
        (flow, part): (FlowAt, u64),
        per_year: f64,
        peak: f64,
        (buffer, stock): (BufferAt, ResourceId),
        first: Delay,
    ) {
        let at = self.stock(stock);
        self.model.routings.push(vec![(flow, buffer)]);
        let routing = RoutingAt::at(self.model.routings.len() - 1);
        let start = self.model.here();
        self.model.code.extend([
            Op::Create(flow, part),
            Op::Reserve(at, part),
            Op::Put(routing),
            Op::Unreserve(at, part),
            Op::End,
        ]);
        let parts = per_year * 1000.0 / part as f64;
        let between =
            Delay::of(format!("{name} production"), Distribution::Fixed(self.s.hours() / parts));
        let between = self.with_months(between, peak);
        self.events += parts;
        self.model.source(between, Some(first), 1, start);
    }
}

/// The first arrival comes at a random phase of the longest lot: lots that all began to gather at once
/// would stay in phase with the calendar for ever.
pub(super) fn any_phase(name: &str, longest_h: f64, year_h: f64) -> Delay {
    let high = longest_h.min(year_h);
    Delay::of(format!("{name} first"), Distribution::Uniform { low: 0.0, high })
}
