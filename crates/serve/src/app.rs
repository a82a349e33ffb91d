//! What all requests share, and the operations that there are.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use trimodal::World;

use crate::habit::Habit;
use crate::jobs::Jobs;
use crate::metrics::Metrics;
use crate::operation::Operation;
use crate::scenarios::Scenarios;
use crate::settings::Settings;
use crate::tiles::Tiles;
use crate::workers::Workers;
use crate::{assets, jobs, look_up, openapi, pairs, reference, route, scenarios, table};

/// What all requests share.
pub struct App {
    /// The embedded world.
    pub world: World,
    /// Threads for short questions.
    pub workers: Arc<Workers>,
    /// Threads for what a person waits for while typing and moving the map, so that no itinerary is before it.
    pub look_ups: Arc<Workers>,
    /// Scenarios, bundled and of one's own.
    pub scenarios: Scenarios,
    /// Long questions.
    pub jobs: Arc<Jobs>,
    /// What is asked about often.
    pub habit: Habit,
    /// Counters.
    pub metrics: Metrics,
    /// How the server is set up.
    pub settings: Settings,
    tiles: OnceLock<Tiles>,
}

impl App {
    /// Loads the world, and the jobs of before.
    pub fn new(settings: Settings) -> std::io::Result<Arc<App>> {
        Ok(Arc::new(App {
            world: World::load(),
            workers: Workers::new(settings.threads),
            look_ups: Workers::new(settings.threads),
            scenarios: Scenarios::new(settings.scenarios.clone()),
            jobs: Jobs::open(&settings)?,
            habit: Habit::default(),
            metrics: Metrics::default(),
            settings,
            tiles: OnceLock::new(),
        }))
    }

    /// The network as tiles; made when it is first looked at.
    pub fn tiles(&self) -> &Tiles {
        self.tiles.get_or_init(|| Tiles::new(self.world.network(), self.world.electrification()))
    }

    /// The time limit of a short question: that of the request, or of the server if that is shorter.
    pub fn limit(&self, asked_s: Option<f64>) -> Duration {
        let asked = asked_s.and_then(|s| Duration::try_from_secs_f64(s).ok());
        asked.map_or(self.settings.time_limit, |limit| limit.min(self.settings.time_limit))
    }
}

/// Every operation of the API.
pub fn operations() -> Vec<Operation> {
    [
        look_up::operations(),
        route::operations(),
        table::operations(),
        pairs::operations(),
        scenarios::operations(),
        jobs::operations(),
    ]
    .into_iter()
    .flatten()
    .chain(openapi::operations())
    .collect()
}

/// The router: the API and the map.
pub fn router(app: Arc<App>) -> Router {
    let mut router: Router<Arc<App>> = Router::new();
    for operation in operations() {
        router = router.route(&format!("/api/v1{}", operation.path), operation.handler);
    }
    router = router
        .route(reference::AT, get(reference::index))
        .route(&format!("{}/{{*name}}", reference::AT), get(reference::page));
    router.fallback(assets::asset).with_state(app)
}
