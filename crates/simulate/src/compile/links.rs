//! Moves over links: tracks and loops, lanes, and the sea.

use trimodal_model::facility::{Facility, LANE_CARS_PER_H};
use trimodal_model::ids::{LinkId, PlaceId};
use trimodal_model::scenario::{Block, Mode, Vehicle};

use super::{Compiler, ReportedResource};
use trimodal_des::clock::ticks;
use trimodal_des::distribution::Distribution;
use trimodal_des::program::{BundleAt, Delay, Op, ResourceAt};

/// The tracks of a link.
pub(super) struct Line {
    /// For each part in order: its km, its resource by direction, and whether it has two tracks.
    parts: Vec<Part>,
    /// Between the parts, the track by direction: forward, backward.
    loops: Vec<[ResourceAt; 2]>,
}

struct Part {
    km: f64,
    track: [ResourceAt; 2],
    tracks: u32,
    /// The first of its two lanes without overtaking.
    lanes: usize,
}

/// A part of a line as seen by a train of one direction.
struct Section {
    km: f64,
    track: ResourceAt,
    /// Whether trains follow one another on it at the headway.
    follows: bool,
    /// Its lane without overtaking.
    lane: usize,
    /// The track in the loop at its end, which is seized with it.
    ahead: Option<ResourceAt>,
    /// The track in the loop at its beginning, which is then released.
    behind: Option<ResourceAt>,
}

fn sections(line: &Line, auto: bool, forward: bool) -> Vec<Section> {
    let n = line.parts.len();
    let dir = usize::from(!forward);
    // Where trains follow each other on a track of their direction they wait on it, not in a loop.
    let follows = |at: usize| line.parts[at].tracks >= 2 && auto;
    let one = |step: usize| {
        let at = if forward { step } else { n - 1 - step };
        let part = &line.parts[at];
        let (next, before) =
            (line.loops.get(at), at.checked_sub(1).and_then(|b| line.loops.get(b)));
        let (ahead, behind) = if forward { (next, before) } else { (before, next) };
        let came_from = if forward { at.checked_sub(1) } else { Some(at + 1) };
        Section {
            km: part.km,
            track: part.track[dir],
            follows: follows(at),
            lane: part.lanes + dir,
            ahead: ahead.filter(|_| !follows(at)).map(|l| l[dir]),
            behind: behind.filter(|_| came_from.is_some_and(|p| !follows(p))).map(|l| l[dir]),
        }
    };
    (0..n).map(one).collect()
}

impl Compiler<'_> {
    /// Writes the move over a link from a place.
    pub(super) fn run(&mut self, v: &Vehicle, id: LinkId, from: PlaceId, loaded: bool, level: u8) {
        let link = &self.s.links[id.ix()];
        let forward = link.from == from;
        let stretch = if self.calendars { 1.0 / link.availability.max(0.01) } else { 1.0 };
        match link.mode {
            Mode::Sea | Mode::Barge => {
                self.depart(id, forward);
                self.pass(&link.id, link.run_h(loaded), stretch, None);
            }
            Mode::Road => {
                let gate = self.road(id, forward);
                let set = self.set(&[(gate, 1)], level, 0);
                self.loaded(set, v.pce / LANE_CARS_PER_H * stretch);
                self.push(Some(Op::Seize(set)));
                self.depart(id, forward);
                self.given_back_after(&link.id, set, v.pce / LANE_CARS_PER_H, stretch);
                self.pass(&link.id, link.run_h(loaded), stretch, None);
            }
            Mode::Rail => self.rail(id, forward, loaded, level, stretch),
        }
        self.arrive();
    }

    /// Notes that the vehicle leaves for a link, if movements are recorded.
    fn depart(&mut self, id: LinkId, forward: bool) {
        let Some(paths) = &mut self.paths else { return };
        let path = paths.iter().position(|p| *p == (id, forward)).unwrap_or_else(|| {
            paths.push((id, forward));
            paths.len() - 1
        });
        self.push(Some(Op::Depart(path as u32)));
    }

    fn arrive(&mut self) {
        let recorded = self.paths.is_some().then_some(Op::Arrive);
        self.push(recorded);
    }

    fn pass(&mut self, name: &str, hours: f64, stretch: f64, of: Option<BundleAt>) {
        let hold = Delay { stretch, of, ..Delay::of(name, Distribution::Fixed(hours)) };
        self.push_delay(hold);
    }

    /// Lets a companion release a bundle after some time, while the vehicle continues.
    fn given_back_after(&mut self, name: &str, set: BundleAt, hours: f64, stretch: f64) {
        let hold =
            Delay { stretch, ..Delay::of(format!("{name} clear"), Distribution::Fixed(hours)) };
        let hold = self.model.delay(hold.by(set));
        self.events += self.writing.trips;
        self.model.companion(|model| model.code.extend([Op::Delay(hold), Op::Release(set)]));
    }

    fn rail(&mut self, id: LinkId, forward: bool, loaded: bool, level: u8, stretch: f64) {
        self.line(id);
        let link = &self.s.links[id.ix()];
        let all = sections(&self.tracks[&id], link.block == Block::Auto, forward);
        for (at, section) in all.into_iter().enumerate() {
            let hours = section.km / link.kmh(loaded);
            let track = (section.track, 1);
            let items: Vec<_> = [track].into_iter().chain(section.ahead.map(|l| (l, 1))).collect();
            let enter = self.set(&items, level, 0);
            let alone = self.set(&[track], level, 0);
            self.push(Some(Op::Seize(enter)));
            if at == 0 {
                self.depart(id, forward);
            }
            if let Some(behind) = section.behind {
                let left = self.set(&[(behind, 1)], level, 0);
                self.push(Some(Op::Release(left)));
            }
            let occupied = if section.follows { link.headway_h } else { hours + link.tau_h };
            self.loaded(alone, occupied * stretch);
            if section.follows {
                self.given_back_after(&link.id, alone, link.headway_h, stretch);
                let lane = Some((section.lane, ticks(link.headway_h)));
                let run = Delay::of(&link.id, Distribution::Fixed(hours));
                self.push_delay(Delay { stretch, lane, ..run });
            } else {
                self.pass(&link.id, hours, stretch, Some(alone));
                self.given_back_after(&link.id, alone, link.tau_h, stretch);
            }
        }
    }

    fn line(&mut self, id: LinkId) {
        if self.tracks.contains_key(&id) {
            return;
        }
        let s = self.s;
        let link = &s.links[id.ix()];
        let users = s.vehicles.iter().filter(|v| s.suits(v, link));
        let ca2 = users.map(|v| v.ca2).fold(0.0, f64::max);
        let mut parts: Vec<Part> = Vec::new();
        let mut km_from = 0.0;
        for (i, section) in link.sections.iter().enumerate() {
            let km = section.km / f64::from(section.parts);
            for part in 0..section.parts {
                let suffix =
                    if section.parts > 1 { format!(".{}", part + 1) } else { String::new() };
                let facility = Facility::Section(id, i);
                let (name, of) = (s.facility_name(facility), s.facility_id(facility));
                let mut opened = Vec::new();
                let mut new = |direction: &str, servers: u32| {
                    let id_ = format!("{of}{suffix}{direction}");
                    let at = self.model.resource(id_.clone(), servers);
                    opened.push(at);
                    self.shown.push(ReportedResource {
                        at,
                        id: id_,
                        name: format!("{name}{suffix}{direction}"),
                        kind: "section".into(),
                        variation: (ca2, 0.0),
                        line: Some((id, km_from, km_from + km)),
                    });
                    at
                };
                let track = match section.tracks {
                    1 => [new("", 1); 2],
                    n => [new(" >", n.div_ceil(2)), new(" <", n / 2)],
                };
                opened.into_iter().for_each(|at| self.open(at, 1.0));
                parts.push(Part { km, track, tracks: section.tracks, lanes: self.model.lanes });
                self.model.lanes += 2;
                km_from += km;
            }
        }
        let loops = (1..parts.len())
            .map(|i| {
                [">", "<"].map(|direction| {
                    self.model.resource(format!("{} loop {i} {direction}", link.id), 1)
                })
            })
            .collect();
        self.tracks.insert(id, Line { parts, loops });
    }

    fn road(&mut self, id: LinkId, forward: bool) -> ResourceAt {
        if let Some(known) = self.roads.get(&(id, forward)) {
            return *known;
        }
        let link = &self.s.links[id.ix()];
        let direction = if forward { ">" } else { "<" };
        let name = format!("{} {direction}", link.id);
        let at = self.model.resource(name.clone(), link.lanes.max(1));
        self.open(at, 1.0);
        let variation = (1.0, 0.0);
        self.shown.push(ReportedResource {
            at,
            id: name,
            name: format!("{} {direction}", link.name),
            kind: "road".into(),
            variation,
            line: None,
        });
        self.roads.insert((id, forward), at);
        at
    }
}
