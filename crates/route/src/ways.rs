//! Finds the ways that a question asks for.

use trimodal_model::network::{LinkId, TerminalId};

use crate::closing;
use crate::graph::{State, Step};
use crate::guide::Guide;
use crate::measure::Measure;
use crate::pareto::{self, Found, Rest, Task, Way};
use crate::prepared::{Ready, Room};
use crate::query::{Gate, Landed, Query};
use crate::route::{By, Point};
use crate::search::{self, FAR};
use crate::weights::{Criterion, Weight, plus};
use crate::zones::Zones;

impl Query<'_> {
    /// The ways asked for, each with its landings, and whether the search was cut short.
    pub(crate) fn ways(&self) -> Option<(Vec<Landed>, bool)> {
        let starts = self.gates(&self.request.origin, "load");
        let ends = self.gates(&self.request.destination, "unload");
        if starts.is_empty() || ends.is_empty() {
            return None;
        }
        let via: Vec<Vec<State>> = self.request.via.iter().map(|p| self.passing(p)).collect();
        let (mut found, cut) = match self.request.by {
            By::One(by) => (self.best(&starts, &via, &ends, by, &[]).into_iter().collect(), false),
            By::Pareto => self.front(&starts, &via, &ends),
        };
        if found.is_empty() {
            return None;
        }
        self.alternatives(&starts, &via, &ends, &mut found);
        let landing = |gates: &[Gate], state: State| {
            gates.iter().find(|g| g.state == state).map(|g| g.landing.clone())
        };
        let told = found.into_iter().filter_map(|w| {
            let last = w.steps.last().map_or(w.start, |(_, s)| *s);
            let ends = [landing(&starts, w.start)?, landing(&ends, last)?];
            Some((w, ends))
        });
        Some((told.collect(), cut))
    }

    /// The states that count as passing a point.
    fn passing(&self, point: &Point) -> Vec<State> {
        let meetings = self.router.meet(point, &self.closures, self.request.snap_km);
        let mut states: Vec<State> =
            meetings.iter().map(|m| self.router.graph.arrived(m.node)).collect();
        states.sort_unstable();
        states.dedup();
        states
    }

    /// The best way by one criterion, with links that weigh more for having been used before.
    fn best(
        &self,
        starts: &[Gate],
        via: &[Vec<State>],
        ends: &[Gate],
        by: Criterion,
        used: &[LinkId],
    ) -> Option<Way> {
        let graph = &self.router.graph;
        let by = Measure::One(by);
        let mut from: Vec<(State, u64)> = starts.iter().map(|g| self.entry(g, by)).collect();
        let last: Vec<(State, u64)> = ends.iter().map(|g| self.entry(g, by)).collect();
        if let Some(ready) = self.ready.filter(|r| r.measure(0) == by && used.is_empty()) {
            let (best, joined) = ready.with_room(|room| {
                let best = ready.best(0, &from, &last, room);
                let joined = best.is_some() || ready.joined(&from, &last, room);
                (best, joined)
            });
            // Joined, and yet none: it costs more than can be counted there.
            if best.is_some() || !joined {
                let best = best?;
                return self.weighed(starts, ends, best.start, best.steps);
            }
        }
        let weigh = |step, a, b| {
            let w = self.measure(step, a, b, by)?;
            let again = matches!(step, Step::Link(l) if used.binary_search(&l).is_ok());
            Some(if again { w + w / 2 } else { w })
        };
        if let Some(guide) = self.guide.filter(|_| via.is_empty()) {
            let goals: Vec<(State, Weight)> = ends.iter().map(|g| (g.state, g.weight)).collect();
            let (source, steps) = guide.with_room(|room| {
                let m = guide.number(by)?;
                let mut rest = Guide::new(guide, &goals, room);
                search::guided(graph, &from, &last, |state| rest.bound(state, m), weigh)
            })?;
            return self.weighed(starts, ends, from[source].0, steps);
        }
        let mut parts: Vec<search::Tree> = Vec::new();
        let stages = via.iter().cloned().map(|s| s.into_iter().map(|s| (s, 0)).collect::<Vec<_>>());
        for goals in stages.chain([last]) {
            let mut least = FAR;
            let tree = search::forwards(graph, &from, weigh, |state, cost| {
                if let Some((_, w)) = goals.iter().find(|(s, _)| *s == state) {
                    least = least.min(cost + w);
                }
                parts.len() == via.len() && cost >= least
            });
            from = goals
                .iter()
                .filter(|(s, _)| tree.cost[s.ix()] != FAR)
                .map(|(s, w)| (*s, tree.cost[s.ix()] + w))
                .collect();
            parts.push(tree);
        }
        let (mut state, _) = from.iter().min_by_key(|(s, c)| (*c, *s)).copied()?;
        let mut steps = Vec::new();
        for tree in parts.iter().rev() {
            let (start, mut part) = tree.path(state);
            part.extend(steps);
            steps = part;
            state = start;
        }
        self.weighed(starts, ends, state, steps)
    }

    /// A way with its true weight.
    pub(crate) fn weighed(
        &self,
        starts: &[Gate],
        ends: &[Gate],
        start: State,
        steps: Vec<(Step, State)>,
    ) -> Option<Way> {
        let mut weight = starts.iter().find(|g| g.state == start)?.weight;
        let mut at = start;
        for (step, to) in &steps {
            weight = plus(weight, self.weigh(*step, at, *to)?);
            at = *to;
        }
        weight = plus(weight, ends.iter().find(|g| g.state == at)?.weight);
        Some(Way { weight, start, source: 0, steps })
    }

    /// The Pareto set: segment by segment where there are points to pass.
    fn front(&self, starts: &[Gate], via: &[Vec<State>], ends: &[Gate]) -> (Vec<Way>, bool) {
        let mut cut = false;
        let mut heads: Vec<Way> = starts
            .iter()
            .enumerate()
            .map(|(i, g)| Way { weight: g.weight, start: g.state, source: i, steps: Vec::new() })
            .collect();
        let end_of = |w: &Way| w.steps.last().map_or(w.start, |(_, s)| *s);
        for goals in via {
            let mut next = Vec::new();
            for goal in goals {
                let sources: Vec<(State, Weight)> =
                    heads.iter().map(|w| (end_of(w), w.weight)).collect();
                let (ways, c) = self.segment(&sources, &[(*goal, [0; 3])]);
                cut |= c;
                next.extend(pareto::undominated(joined(&heads, ways)));
            }
            heads = next;
        }
        let sources: Vec<(State, Weight)> = heads.iter().map(|w| (end_of(w), w.weight)).collect();
        let goals: Vec<(State, Weight)> = ends.iter().map(|g| (g.state, g.weight)).collect();
        let (ways, c) = self.segment(&sources, &goals);
        (pareto::undominated(joined(&heads, ways)), cut | c)
    }

    /// Each part of the way may lose a little; all together no more than the tolerance.
    fn part_tolerance_ppm(&self) -> u64 {
        let parts = self.request.via.len() as f64 + 1.0;
        (((1.0 + self.request.tolerance).powf(1.0 / parts) - 1.0) * 1e6).floor() as u64
    }

    fn segment(&self, sources: &[(State, Weight)], ends: &[(State, Weight)]) -> (Vec<Way>, bool) {
        let tolerance_ppm = self.part_tolerance_ppm();
        match (self.ready, self.guide) {
            (None, Some(guide)) if tolerance_ppm > 0 => {
                guide.with_room(|room| self.around(guide, sources, ends, room))
            }
            (Some(ready), _) if tolerance_ppm > 0 => ready.with_room(|room| {
                let seeds = self.seeds(ready, sources, ends, room);
                let task = self.task(sources, ends);
                let rest = &mut Guide::new(ready, ends, room);
                self.closed(seeds, |zones| {
                    let found = ready.close(&task, rest, zones);
                    found.unwrap_or_else(|| self.close(&task, rest, zones))
                })
            }),
            _ => self.searched(sources, ends),
        }
    }

    fn task<'b>(&'b self, sources: &'b [(State, Weight)], ends: &'b [(State, Weight)]) -> Task<'b> {
        let tolerance_ppm = self.part_tolerance_ppm();
        Task { sources, ends, tolerance_ppm, most_labels: self.request.most_labels }
    }

    /// The best ways by each measure, from what was made ready.
    fn seeds(
        &self,
        ready: &Ready,
        sources: &[(State, Weight)],
        ends: &[(State, Weight)],
        room: &mut Room,
    ) -> Vec<Way> {
        let seed = |m: usize| {
            let by = ready.measure(m);
            let best = ready.best(m, &measured(sources, by), &measured(ends, by), room)?;
            self.along(sources, ends, best.source, best.steps, |w| by.of(w, 0))
        };
        (0..ready.measures()).filter_map(seed).collect()
    }

    /// The set by plain search.
    fn searched(&self, sources: &[(State, Weight)], ends: &[(State, Weight)]) -> (Vec<Way>, bool) {
        let graph = &self.router.graph;
        let tree = |c: usize| {
            let ends: Vec<(State, u64)> = ends.iter().map(|(s, w)| (*s, w[c])).collect();
            search::backwards_tree(graph, &ends, |step, a, b| Some(self.weigh(step, a, b)?[c]))
        };
        let (time, (cost, co2e)) = rayon::join(|| tree(0), || rayon::join(|| tree(1), || tree(2)));
        let trees = [time, cost, co2e];
        let mut ways: Vec<Way> =
            (0..3).filter_map(|c| self.downhill(sources, ends, &trees[c], c)).collect();
        let bounds = trees.map(|t| t.cost);
        let task = self.task(sources, ends);
        if task.tolerance_ppm == 0 {
            let known: Vec<Weight> = ways.iter().map(|w| w.weight).collect();
            let weigh = |step, a, b| self.weigh(step, a, b);
            let found = pareto::search(graph, &task, &mut &bounds, &known, weigh);
            ways.extend(found.ways);
            return (pareto::undominated(ways), found.cut);
        }
        self.closed(ways, |zones| self.close(&task, &mut &bounds, zones))
    }

    /// The set by plain search, guided by what was made ready for fewer closures: a way around more
    /// of them is no better.
    fn around(
        &self,
        ready: &Ready,
        sources: &[(State, Weight)],
        ends: &[(State, Weight)],
        room: &mut Room,
    ) -> (Vec<Way>, bool) {
        let mut guide = Guide::new(ready, ends, room);
        let mut ways = Vec::new();
        for m in 0..ready.measures() {
            let bound = |state| guide.bound(state, m);
            match self.guided(sources, ends, ready.measure(m), bound) {
                Some(way) => ways.push(way),
                // What cannot be reached by one measure cannot be reached.
                None => return (ways, false),
            }
        }
        let task = self.task(sources, ends);
        self.closed(ways, |zones| self.close(&task, &mut guide, zones))
    }

    /// The best way by a measure, with what the rest takes at least.
    fn guided(
        &self,
        sources: &[(State, Weight)],
        ends: &[(State, Weight)],
        by: Measure,
        bound: impl FnMut(State) -> Option<u64>,
    ) -> Option<Way> {
        let weigh = |step, a, b| self.measure(step, a, b, by);
        let (from, to) = (measured(sources, by), measured(ends, by));
        let (source, steps) = search::guided(&self.router.graph, &from, &to, bound, weigh)?;
        self.along(sources, ends, source, steps, |w| by.of(w, 0))
    }

    /// Finds what known ways do not cover, over the whole network.
    fn close(&self, task: &Task, rest: &mut impl Rest, zones: &mut Zones) -> Found {
        let graph = &self.router.graph;
        let out = |state: State, visit: &mut dyn FnMut(Step, State, Weight)| {
            graph.out(state, |step, to| {
                if let Some(weight) = self.weigh(step, state, to) {
                    visit(step, to, weight);
                }
            });
        };
        closing::close(graph.states(), task, rest, zones, out)
    }

    /// Known ways with all that is needed beside them.
    fn closed(&self, ways: Vec<Way>, close: impl FnOnce(&mut Zones) -> Found) -> (Vec<Way>, bool) {
        let tolerance_ppm = self.part_tolerance_ppm();
        let mut ways = pareto::thinned(pareto::undominated(ways), tolerance_ppm);
        let mut zones = Zones::all(tolerance_ppm);
        ways.iter().for_each(|w| zones.cover(w.weight));
        let found = close(&mut zones);
        ways.extend(found.ways);
        (pareto::undominated(ways), found.cut)
    }

    /// The best way by one criterion, read off its tree.
    fn downhill(
        &self,
        sources: &[(State, Weight)],
        ends: &[(State, Weight)],
        tree: &search::Tree,
        c: usize,
    ) -> Option<Way> {
        let open = sources.iter().enumerate().filter(|(_, (s, _))| tree.cost[s.ix()] != FAR);
        let (source, (start, _)) =
            open.min_by_key(|(i, (s, w))| (w[c] + tree.cost[s.ix()], *i)).map(|(i, x)| (i, *x))?;
        self.along(sources, ends, source, tree.onwards(start), |w| w[c])
    }

    /// A way with its weight; where several ends are at its last state, the least by a measure.
    fn along(
        &self,
        sources: &[(State, Weight)],
        ends: &[(State, Weight)],
        source: usize,
        steps: Vec<(Step, State)>,
        by: impl Fn(Weight) -> u64,
    ) -> Option<Way> {
        let (start, mut weight) = sources[source];
        let mut at = start;
        for (step, to) in &steps {
            weight = plus(weight, self.weigh(*step, at, *to)?);
            at = *to;
        }
        let end = ends.iter().filter(|(s, _)| *s == at).map(|(_, w)| *w).min_by_key(|w| by(*w))?;
        Some(Way { weight: plus(weight, end), start, source, steps })
    }

    /// Adds ways that differ: links used before weigh half as much again, until enough are found
    /// (the penalty method of de la Barra, Perez and Anez 1993).
    fn alternatives(
        &self,
        starts: &[Gate],
        via: &[Vec<State>],
        ends: &[Gate],
        found: &mut Vec<Way>,
    ) {
        let by = match self.request.by {
            By::One(by) => by,
            By::Pareto => Criterion::Cost,
        };
        let links = |w: &Way| -> Vec<LinkId> {
            w.steps
                .iter()
                .filter_map(|(s, _)| if let Step::Link(l) = s { Some(*l) } else { None })
                .collect()
        };
        let wanted = found.len() + self.request.alternatives;
        let mut used: Vec<LinkId> = found.iter().flat_map(links).collect();
        for _ in 0..self.request.alternatives * 3 {
            if found.len() >= wanted {
                break;
            }
            used.sort_unstable();
            let Some(way) = self.best(starts, via, ends, by, &used) else { break };
            used.extend(links(&way));
            if found.iter().all(|f| self.differs(f, &way)) {
                found.push(way);
            }
        }
    }

    /// Whether two ways differ by their transfers, or by more than a fifth of their length.
    fn differs(&self, a: &Way, b: &Way) -> bool {
        let n = self.router.graph.network;
        let transfers = |w: &Way| -> Vec<TerminalId> {
            w.steps
                .iter()
                .filter_map(|(s, _)| if let Step::Transfer(t) = s { Some(*t) } else { None })
                .collect()
        };
        if transfers(a) != transfers(b) {
            return true;
        }
        let links = |w: &Way| -> Vec<LinkId> {
            let mut l: Vec<LinkId> = w
                .steps
                .iter()
                .filter_map(|(s, _)| if let Step::Link(l) = s { Some(*l) } else { None })
                .collect();
            l.sort_unstable();
            l
        };
        let (la, lb) = (links(a), links(b));
        let km = |l: &LinkId| u64::from(n.length_m(*l));
        let shared: u64 = lb.iter().filter(|l| la.binary_search(l).is_ok()).map(km).sum();
        let whole: u64 = lb.iter().map(km).sum();
        shared * 5 < whole * 4
    }
}

/// Where ways begin or end, by one measure.
fn measured(list: &[(State, Weight)], by: Measure) -> Vec<(State, u64)> {
    list.iter().map(|(s, w)| (*s, by.of(*w, 0))).collect()
}

/// Puts the steps of each way's head before its own.
fn joined(heads: &[Way], ways: Vec<Way>) -> Vec<Way> {
    let join = |way: Way| {
        let head = &heads[way.source];
        let steps = head.steps.iter().copied().chain(way.steps).collect();
        Way { weight: way.weight, start: head.start, source: head.source, steps }
    };
    ways.into_iter().map(join).collect()
}
