//! The capacity of each facility: derived from the description, never entered.
//!
//! Resources, sections of railway and roads are all facilities here: servers, hours in which they can work,
//! and the occupancy at which the wait is still accepted.
//!
//! Railway sections: a train occupies a single-track section for its running time plus `tau`, so
//! that a pair of opposed trains takes t_up + t_down + 2 tau and a day has
//! 1440 availability / (t_up + t_down + 2 tau) pairs (the period of the parallel timetable; see
//! UIC Code 405 R, 1996, and J. Pachl, *Railway Operation and Control*, 2002, chapter 6).
//! Roads: 1,700 passenger cars an hour and lane (Highway Capacity Manual 2010, two-lane highways).

use crate::ids::{LinkId, ResourceId};
use crate::scenario::{Block, Hold, Link, Mode, Operation, Scenario, Section, Vehicle};
use crate::waiting::practical_occupancy;

/// Passenger cars an hour in a lane of a two-lane highway (HCM 2010, chapter 15).
pub const LANE_CARS_PER_H: f64 = 1700.0;

/// The key of a facility, the same before and after options.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Facility {
    /// A row of `resources.csv`.
    Resource(ResourceId),
    /// A section of a railway, by its position in the link.
    Section(LinkId, usize),
    /// A road.
    Road(LinkId),
}

/// Hours that a facility has and may be used for, in the period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hours {
    /// Servers.
    pub servers: u32,
    /// Server-hours in which it can work: servers x open hours x availability. Stocks: tonne-hours.
    pub gross: f64,
    /// Occupancy accepted in practice.
    pub occupancy: f64,
}

impl Hours {
    /// Server-hours that may be used in practice.
    pub fn practical(&self) -> f64 {
        self.gross * self.occupancy
    }
}

/// The variability of a facility's use: that of its most variable users, so that the limit does not depend
/// on how much each of them uses it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Usage {
    /// Squared coefficient of variation of the times between arrivals.
    pub ca2: f64,
    /// Squared coefficient of variation of the service.
    pub cs2: f64,
    /// The fewest units that a user takes: four locomotives that pull in pairs make users wait as two
    /// servers do.
    pub units: u32,
}

impl Default for Usage {
    /// No users.
    fn default() -> Self {
        Usage { ca2: 0.0, cs2: 0.0, units: 1 }
    }
}

impl Usage {
    /// The usage by both of two users.
    pub fn and(self, other: Usage) -> Usage {
        Usage {
            ca2: self.ca2.max(other.ca2),
            cs2: self.cs2.max(other.cs2),
            units: self.units.max(other.units),
        }
    }
}

/// A vehicle that moves over a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pass {
    /// The link.
    pub link: LinkId,
    /// Whether it moves from the link's `from` to its `to`.
    pub forward: bool,
    /// Class, as position in `vehicles`.
    pub vehicle: crate::ids::VehicleId,
    /// Whether it is loaded.
    pub loaded: bool,
}

/// One limit of a section: passes in one direction or in both share these hours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrackRow {
    /// Direction it limits; none for both.
    pub forward: Option<bool>,
    /// Capacity of the track.
    pub hours: Hours,
}

impl Scenario {
    /// Whether a vehicle class can use a link, options aside.
    pub fn suits(&self, vehicle: &Vehicle, link: &Link) -> bool {
        if vehicle.mode != link.mode {
            return false;
        }
        match link.mode {
            Mode::Rail => vehicle.gauge_mm.is_some_and(|g| link.gauges_mm.contains(&g)),
            Mode::Sea | Mode::Road | Mode::Barge => true,
        }
    }

    /// Whether a vehicle class can use a link and the law lets it, options aside.
    pub fn may_use(&self, vehicle: &Vehicle, link: LinkId) -> bool {
        self.suits(vehicle, &self.links[link.ix()]) && !vehicle.barred.contains(&link)
    }

    /// Whether a train is short enough for a link.
    pub fn fits(&self, vehicle: &Vehicle, link: &Link) -> bool {
        link.mode != Mode::Rail || vehicle.length_m <= link.loop_m.min(link.max_train_m)
    }

    /// Every facility, in a fixed order.
    pub fn facilities(&self) -> Vec<Facility> {
        let resources = (0..self.resources.len()).map(|r| Facility::Resource(ResourceId::at(r)));
        let links = self.links.iter().enumerate().flat_map(|(l, link)| {
            let id = LinkId::at(l);
            let sections = (0..link.sections.len()).map(move |s| Facility::Section(id, s));
            let road = (link.mode == Mode::Road).then_some(Facility::Road(id));
            sections.chain(road)
        });
        resources.chain(links).collect()
    }

    /// Hours in which all servers of a resource together can work; tonne-hours of a stock.
    pub fn gross_hours(&self, id: ResourceId) -> f64 {
        let r = &self.resources[id.ix()];
        let open = self.hours() * self.calendars[r.calendar.ix()].open_share() * r.availability;
        if r.is_stock() { r.stock_t * open } else { f64::from(r.servers) * open }
    }

    /// Capacity of a resource for users of this kind.
    pub fn resource_hours(&self, id: ResourceId, usage: Usage) -> Hours {
        let r = &self.resources[id.ix()];
        let gross = self.gross_hours(id);
        if r.is_stock() {
            return Hours { servers: 1, gross, occupancy: r.max_occupancy };
        }
        let at_once = r.servers / usage.units.max(1);
        Hours {
            servers: r.servers,
            gross,
            occupancy: self.accepted(at_once, r.max_occupancy, usage),
        }
    }

    /// Limits of a section: one for a single track, one a direction for more.
    pub fn track_rows(&self, link: LinkId, section: usize, usage: Usage) -> Vec<TrackRow> {
        let l = &self.links[link.ix()];
        let s = &l.sections[section];
        let a_track = self.hours() * l.availability;
        let row = |forward, servers: u32| TrackRow {
            forward,
            hours: Hours {
                servers,
                gross: a_track * f64::from(servers),
                occupancy: self.accepted(servers, l.max_occupancy, usage),
            },
        };
        match s.tracks {
            1 => vec![row(None, 1)],
            n => {
                let (up, down) = (n.div_ceil(2), n / 2);
                vec![row(Some(true), up), row(Some(false), down)]
            }
        }
    }

    /// Capacity of a road, each direction.
    pub fn road_hours(&self, link: LinkId, usage: Usage) -> Hours {
        let l = &self.links[link.ix()];
        let gross = self.hours() * l.availability * f64::from(l.lanes);
        let occupancy = self.accepted(l.lanes, l.max_occupancy, usage);
        Hours { servers: l.lanes, gross, occupancy }
    }

    /// Hours that one pass occupies a section.
    pub fn section_h(&self, link: &Link, section: &Section, loaded: bool) -> f64 {
        let run = section.km / f64::from(section.parts) / link.kmh(loaded);
        match (section.tracks, link.block) {
            (2.., Block::Auto) => link.headway_h,
            _ => run + link.tau_h,
        }
    }

    /// Hours that one pass occupies a lane.
    pub fn lane_h(&self, vehicle: &Vehicle) -> f64 {
        vehicle.pce / LANE_CARS_PER_H
    }

    fn accepted(&self, servers: u32, at_most: f64, usage: Usage) -> f64 {
        let Usage { ca2, cs2, .. } = usage;
        practical_occupancy(self.settings.wait_ratio, servers, ca2, cs2).min(at_most)
    }

    /// Usage of a facility by all users that the description allows, whether or not any demand needs it: known
    /// before anything is planned.
    pub fn described_usage(&self, facility: Facility) -> Usage {
        match facility {
            Facility::Resource(id) => self.described_at(id),
            Facility::Section(l, _) | Facility::Road(l) => {
                let users = self.vehicles.iter().filter(|v| self.suits(v, &self.links[l.ix()]));
                users.map(|v| self.usage_of_link(v)).fold(Usage::default(), Usage::and)
            }
        }
    }

    fn described_at(&self, id: ResourceId) -> Usage {
        let holds = |o: &crate::scenario::Operation| {
            o.holds.iter().find(|h| h.resource == id).map(|h| self.usage_by(o, h))
        };
        let pools = self.vehicles.iter().filter(|v| v.pool == Some(id));
        let operations = self.operations.iter().filter_map(holds);
        operations.chain(pools.map(|v| self.usage_of_pool(v))).fold(Usage::default(), Usage::and)
    }

    /// Usage of a resource by an operation.
    pub fn usage_by(&self, op: &Operation, hold: &Hold) -> Usage {
        let ca2 = self.vehicles[op.vehicle.ix()].ca2;
        Usage { ca2, cs2: op.cv * op.cv, units: hold.least }
    }

    /// Usage of the pool of a class.
    pub fn usage_of_pool(&self, vehicle: &Vehicle) -> Usage {
        Usage { ca2: vehicle.ca2, cs2: POOL_CS2, units: 1 }
    }

    /// Usage of a section or road: running times are planned, so only arrivals vary.
    pub fn usage_of_link(&self, vehicle: &Vehicle) -> Usage {
        Usage { ca2: vehicle.ca2, cs2: 0.0, units: 1 }
    }

    /// Squared coefficients of variation of arrivals and service at a resource, as described.
    pub fn variation_at(&self, id: ResourceId) -> (f64, f64) {
        let usage = self.described_at(id);
        (usage.ca2, usage.cs2)
    }

    /// Name of a facility for users.
    pub fn facility_name(&self, facility: Facility) -> String {
        match facility {
            Facility::Resource(r) => self.resources[r.ix()].name.clone(),
            Facility::Section(l, s) => {
                let link = &self.links[l.ix()];
                match link.sections.len() {
                    1 => link.name.clone(),
                    n => format!("{} section {} of {n}", link.name, s + 1),
                }
            }
            Facility::Road(l) => self.links[l.ix()].name.clone(),
        }
    }

    /// Id of a facility: a resource's, `R4:2` for a section, `H1` for a road.
    pub fn facility_id(&self, facility: Facility) -> String {
        match facility {
            Facility::Resource(r) => self.resources[r.ix()].id.clone(),
            Facility::Section(l, s) => format!("{}:{}", self.links[l.ix()].id, s + 1),
            Facility::Road(l) => self.links[l.ix()].id.clone(),
        }
    }
}

/// Squared coefficient of variation of a round trip, where no operation gives one (assumed: trips
/// vary by half of their mean at most).
const POOL_CS2: f64 = 0.25;
