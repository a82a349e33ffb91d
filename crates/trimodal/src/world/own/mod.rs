//! A network of the user's own in place of the embedded one: any file that holds nodes and links, or a region that
//! `world build` replaced.

mod berths;
mod build;
mod checks;
mod gauges;
mod pack;
mod speeds;
mod terminals;

use std::sync::{Arc, OnceLock};

use trimodal_formats::{Network as Table, Source};
use trimodal_model::Note;
use trimodal_model::digest::Fnv1a;
use trimodal_model::network::Network;
use trimodal_model::problem::{Problem, Problems};
use trimodal_route::services::{Service, bundled_on};
use trimodal_world::locate::OwnPlaces;

use crate::shipment::InputFile;
use crate::world::World;

pub(super) use build::FERRY_KMH;
pub(crate) use build::give_countries;
pub(crate) use gauges::give_gauges;
pub(super) use pack::{FerryRow, packed};

/// What sets a network of the user's own apart from the embedded one.
#[derive(Default)]
pub(super) struct Own {
    /// As the user named it.
    pub name: String,
    /// A digest of its files.
    pub digest: u64,
    /// Its nodes by their names and ids.
    pub places: OwnPlaces,
    /// The paths of the bundled services on it, if it has any.
    pub paths: Option<String>,
    /// The end of the order in which its nodes are contracted.
    pub order: OnceLock<Vec<u32>>,
    /// Who made it.
    pub attribution: Vec<String>,
}

/// The network of a table, with what is noted of it.
pub(super) fn network(
    table: &Table,
    world: &World,
    notes: &mut Vec<Note>,
) -> Result<Network, Vec<Problem>> {
    build::network(table, world, notes).map(|(network, _)| network)
}

impl Own {
    /// The bundled services that run on it.
    pub fn services(&self, network: &Network) -> Vec<Service> {
        self.paths.as_ref().map_or(Vec::new(), |paths| bundled_on(network, paths))
    }
}

impl World {
    /// A network of the user's own, with the places and the land of the embedded world: a file or folder with nodes
    /// and links in any format that [`trimodal_formats`] reads, or what [`World::build`] makes. The notes say how it
    /// was read, and what checks found: pieces, gauges that touch, detours.
    pub fn over_network(
        source: &Source,
        mapping: Option<&InputFile>,
    ) -> Result<(World, Vec<Note>), Problems> {
        let embedded = World::load();
        if let Some(parts) = pack::parts(source) {
            return pack::load(embedded, source, parts?);
        }
        let mapping = crate::files::mapping(mapping).map_err(Problems::from)?;
        let (table, mut notes) = trimodal_formats::convert::network(source, None, &mapping)?;
        let built = build::network(&table, &embedded, &mut notes);
        let (network, places) =
            built.map_err(|problems| Problems { problems, notes: notes.clone() })?;
        let digest =
            source.files.iter().fold(Fnv1a::default(), |d, f| d.with_text(&f.name).with(&f.bytes));
        let own = Own {
            name: source.name.clone(),
            digest: digest.finish(),
            places,
            attribution: vec![format!("Network: {}, given by the user.", source.name)],
            ..Own::default()
        };
        let world = embedded.replaced(network, own);
        notes.extend(world.checks(&source.name));
        Ok((world, notes))
    }

    /// The same places over another network.
    pub(super) fn replaced(self, network: Network, own: Own) -> World {
        World {
            network: Arc::new(network),
            own: Some(Arc::new(own)),
            places: self.places,
            base: Arc::default(),
            index: Arc::default(),
            link_ids: Arc::default(),
            electrification: Arc::default(),
            contracted: Arc::default(),
            prepared: Arc::default(),
            making: Arc::default(),
        }
    }

    /// Name and digest of a network of the user's own.
    pub fn own_network(&self) -> Option<(&str, u64)> {
        self.own.as_ref().map(|own| (own.name.as_str(), own.digest))
    }
}
