//! The options required before a link, a vehicle or a stock can be used.
//!
//! There may be alternatives: two options that open the same link, several that make loops long
//! enough, several levels that make a stock large enough. Each alternative is listed, so that the
//! order of the options has no effect.

use std::collections::BTreeMap;

use trimodal_model::Scenario;
use trimodal_model::ids::{LinkId, OptionId, ResourceId, VehicleId};
use trimodal_model::scenario::Effect;

/// Options needed together, with their least level, in order.
pub type Requires = Vec<(OptionId, u32)>;

/// Alternative sets of options.
type Choice = Vec<Requires>;

/// The links, vehicles and stocks that the options of a scenario open.
pub struct Requirements {
    /// Whether a class may ever run over a link, by vehicle and link.
    possible: Vec<Vec<bool>>,
    /// Options that open a link, allow a class, or make the loops of a link this long.
    link: Vec<Vec<OptionId>>,
    vehicle: Vec<Vec<OptionId>>,
    loops: BTreeMap<LinkId, Vec<(OptionId, f64)>>,
    /// Options that add to a stock: tonnes a level, and levels.
    stock: BTreeMap<ResourceId, Vec<(OptionId, f64, u32)>>,
}

impl Requirements {
    /// Reads the options.
    pub fn new(s: &Scenario) -> Requirements {
        let mut needs = Requirements {
            possible: Vec::new(),
            link: vec![Vec::new(); s.links.len()],
            vehicle: vec![Vec::new(); s.vehicles.len()],
            loops: BTreeMap::new(),
            stock: BTreeMap::new(),
        };
        for (o, option) in s.options.iter().enumerate().filter(|(_, o)| o.max_level > 0) {
            let id = OptionId::at(o);
            match option.effect {
                Effect::OpenLink { link } => needs.link[link.ix()].push(id),
                Effect::AllowVehicle { vehicle } => {
                    let fleet =
                        |v: &usize| *v == vehicle.ix() || s.vehicles[*v].fleet_of == Some(vehicle);
                    (0..s.vehicles.len()).filter(fleet).for_each(|v| needs.vehicle[v].push(id));
                }
                Effect::LengthenLoops { link, loop_m } => {
                    needs.loops.entry(link).or_default().push((id, loop_m));
                }
                Effect::AddStock { resource, stock_t } if stock_t > 0.0 => {
                    let list = needs.stock.entry(resource).or_default();
                    list.push((id, stock_t, option.max_level));
                }
                _ => {}
            }
        }
        let links = || (0..s.links.len()).map(LinkId::at);
        needs.possible = (0..s.vehicles.len())
            .map(|v| links().map(|l| needs.is_possible(s, VehicleId::at(v), l)).collect())
            .collect();
        needs
    }

    /// Whether a class may ever run over a link.
    pub fn can_pass(&self, vehicle: VehicleId, link: LinkId) -> bool {
        self.possible[vehicle.ix()][link.ix()]
    }

    fn is_possible(&self, s: &Scenario, vehicle: VehicleId, link: LinkId) -> bool {
        let (v, l) = (&s.vehicles[vehicle.ix()], &s.links[link.ix()]);
        s.may_use(v, link) && self.choices(s, vehicle, link).iter().all(|c| !c.is_empty()) && {
            v.gauge_mm.is_none() || v.length_m <= l.max_train_m
        }
    }

    /// The choices to make before a class runs over a link that it may use.
    fn choices(&self, s: &Scenario, vehicle: VehicleId, link: LinkId) -> Vec<Choice> {
        let (v, l) = (&s.vehicles[vehicle.ix()], &s.links[link.ix()]);
        let each = |ids: &[OptionId]| ids.iter().map(|&o| vec![(o, 1)]).collect::<Choice>();
        let mut choices = Vec::new();
        if !l.is_open {
            choices.push(each(&self.link[link.ix()]));
        }
        if !v.allowed {
            choices.push(each(&self.vehicle[vehicle.ix()]));
        }
        if !s.fits(v, l) {
            let longer = self.loops.get(&link).into_iter().flatten();
            let enough = longer.filter(|(_, loop_m)| *loop_m >= v.length_m);
            choices.push(enough.map(|&(o, _)| vec![(o, 1)]).collect());
        }
        choices
    }

    /// The least levels of options with which a stock holds so many tonnes.
    fn of_stock(&self, s: &Scenario, stock: ResourceId, tonnes: f64) -> Choice {
        let missing = tonnes - s.resources[stock.ix()].stock_t;
        if missing <= 0.0 {
            return vec![Requires::new()];
        }
        let mut found = Choice::new();
        let options = self.stock.get(&stock).map_or(&[][..], Vec::as_slice);
        fill(options, missing, &mut Requires::new(), &mut found);
        found
    }

    /// Alternative sets of options with which a class can run over a link.
    pub fn of_passage(&self, s: &Scenario, vehicle: VehicleId, link: LinkId) -> Vec<Requires> {
        all_of(s, self.choices(s, vehicle, link))
    }

    /// Alternative sets of options that suffice for all these passages and stocks; none where no
    /// set does.
    pub fn of_rides(
        &self,
        s: &Scenario,
        passages: impl Iterator<Item = (VehicleId, LinkId)>,
        lots: impl Iterator<Item = (ResourceId, f64)>,
    ) -> Vec<Requires> {
        let mut choices: Vec<Choice> = passages.flat_map(|(v, l)| self.choices(s, v, l)).collect();
        let stocks = lots.map(|(stock, tonnes)| self.of_stock(s, stock, tonnes));
        choices.extend(stocks.filter(|c| !c.iter().any(Vec::is_empty)));
        choices.sort_unstable();
        choices.dedup();
        all_of(s, choices)
    }
}

/// Levels of some options that add up to the missing tonnes, none of them higher than needed.
fn fill(
    options: &[(OptionId, f64, u32)],
    missing: f64,
    taken: &mut Requires,
    found: &mut Vec<Requires>,
) {
    if missing <= 1e-9 {
        found.push(taken.clone());
        return;
    }
    let Some((&(option, tonnes, most), rest)) = options.split_first() else { return };
    let enough = (missing / tonnes).ceil() as u32;
    for level in 0..=enough.min(most) {
        if level > 0 {
            taken.push((option, level));
        }
        fill(rest, missing - f64::from(level) * tonnes, taken, found);
        if level > 0 {
            taken.pop();
        }
    }
}

/// One of each choice, in every combination that no exclusion forbids, none with more than another.
fn all_of(s: &Scenario, choices: Vec<Choice>) -> Vec<Requires> {
    let mut all = vec![Requires::new()];
    for choice in choices {
        let with =
            |head: &Requires| choice.iter().map(|more| together(head, more)).collect::<Vec<_>>();
        all = all.iter().flat_map(with).filter(|r| !clashes(s, r)).collect();
        all.sort_unstable();
        all.dedup();
    }
    let less = |a: &Requires, b: &Requires| {
        a.iter().all(|(o, n)| b.iter().any(|(p, other)| o == p && n <= other))
    };
    let beaten = |r: &Requires| all.iter().any(|other| other != r && less(other, r));
    let kept: Vec<Requires> = all.iter().filter(|r| !beaten(r)).cloned().collect();
    kept
}

fn together(a: &Requires, b: &Requires) -> Requires {
    let mut levels: BTreeMap<OptionId, u32> = a.iter().copied().collect();
    for &(option, level) in b {
        let most = levels.entry(option).or_insert(level);
        *most = level.max(*most);
    }
    levels.into_iter().collect()
}

fn clashes(s: &Scenario, requires: &Requires) -> bool {
    let taken = |o: &OptionId| requires.iter().any(|(p, _)| p == o);
    requires.iter().any(|(o, _)| s.options[o.ix()].excludes.iter().any(taken))
}
