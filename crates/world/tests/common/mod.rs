//! The embedded world, for tests of names.

use std::sync::{Arc, OnceLock};

use trimodal_model::network::Network;
use trimodal_world::Gazetteer;
use trimodal_world::locate::{Atlas, Index, Located};

/// Names over the embedded world; `sea`: ports are preferred.
pub fn atlas(sea: bool) -> Atlas<'static> {
    static WORLD: OnceLock<(Network, Gazetteer, Arc<Index>)> = OnceLock::new();
    let (network, places, index) = WORLD.get_or_init(|| {
        let (network, places) = (trimodal_world::network(), trimodal_world::places());
        let index = Arc::new(Index::new(&network, &places));
        (network, places, index)
    });
    Atlas::with_index(network, places, index.clone()).prefer_ports(sea)
}

/// What is found where ports are preferred.
pub fn found(text: &str) -> Located {
    atlas(true).locate(text).unwrap_or_else(|p| panic!("{text}: {p} {:?}", p.hint))
}

/// The id and the hint of a refusal.
#[allow(dead_code, reason = "not all tests need it")]
pub fn refused(text: &str) -> (String, String) {
    let problem = atlas(true).locate(text).expect_err(text);
    (problem.code.id.to_string(), problem.hint.unwrap_or_default())
}
