//! Options edit the description; everything else is derived from it again.

use crate::ids::OptionId;
use crate::scenario::{Effect, Scenario};

/// Number of times each option is taken, by position in `options`.
pub type Levels = Vec<u32>;

impl Scenario {
    /// The description with options taken.
    pub fn with_levels(&self, levels: &[u32]) -> Scenario {
        let mut edited = self.clone();
        for (i, &level) in levels.iter().enumerate() {
            edited.take(OptionId::at(i), level);
        }
        edited
    }

    /// Takes one option `level` times.
    pub fn take(&mut self, option: OptionId, level: u32) {
        if level == 0 {
            return;
        }
        match self.options[option.ix()].effect.clone() {
            Effect::InsertLoop { link, sections, loops } => {
                for s in sections {
                    self.links[link.ix()].sections[s].parts += loops * level;
                }
            }
            Effect::SecondTrack { link, sections } => {
                for s in sections {
                    self.links[link.ix()].sections[s].tracks += level;
                }
            }
            Effect::LengthenLoops { link, loop_m } => {
                let l = &mut self.links[link.ix()];
                l.loop_m = l.loop_m.max(loop_m);
            }
            Effect::AddServer { resource, servers } => {
                self.resources[resource.ix()].servers += servers * level;
            }
            Effect::AddStock { resource, stock_t } => {
                self.resources[resource.ix()].stock_t += stock_t * f64::from(level);
            }
            Effect::SetCalendar { resource, calendar } => {
                self.resources[resource.ix()].calendar = calendar;
            }
            Effect::OpenLink { link } => self.links[link.ix()].is_open = true,
            Effect::AllowVehicle { vehicle } => {
                let fleets = self.vehicles.iter_mut().enumerate();
                fleets
                    .filter(|(v, class)| *v == vehicle.ix() || class.fleet_of == Some(vehicle))
                    .for_each(|(_, class)| class.allowed = true);
            }
        }
    }
}
