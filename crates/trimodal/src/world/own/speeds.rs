//! Speeds of freight from speeds that are none: of trucks without the rest of their drivers, limits of tracks.

use trimodal_model::network::{Network, NodeId};
use trimodal_model::scenario::Mode;
use trimodal_route::Parameters;
use trimodal_route::parameters::{Cargo, Parameter};

/// The bundled speeds.
#[derive(Default)]
pub struct Speeds(Parameters);

impl Speeds {
    /// The speed of freight on a link from a node, where something runs at so many km/h: trucks rest as their country
    /// says, and a train is as fast as others of its country unless the track allows less.
    pub fn of_freight(&self, network: &Network, node: NodeId, running_kmh: f64) -> Option<f64> {
        let mode = network.node_layer[node.ix()].mode();
        let usual = self.0.speed_kmh(mode, network.country_of(node), Cargo::General);
        match mode {
            Mode::Road => {
                let driving = self.0.value(Parameter::RoadSpeed, Cargo::General);
                Some(running_kmh * usual / driving)
            }
            Mode::Rail => Some(running_kmh).filter(|limit| *limit < usual),
            _ => None,
        }
    }
}
