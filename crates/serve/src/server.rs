//! The server: an accept loop with time limits, and a graceful end.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::csrf::CsrfLayer;
use trimodal::Cancel;

use crate::app::{self, App};
use crate::deadline::Deadline;
use crate::guard::guard;
use crate::settings::Settings;

/// Time that answers under way are given at the end.
const DRAIN_TIME: Duration = Duration::from_secs(10);
/// The file of a state folder that its server locks.
const LOCK: &str = "lock";
/// How often the switch is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Serves until the switch is set. `ready` is told the address once callers are answered.
pub fn serve(
    settings: Settings,
    stop: &Cancel,
    ready: impl FnOnce(std::net::SocketAddr),
) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let address = settings.address;
    let done = runtime.block_on(async {
        let listener = TcpListener::bind(address).await?;
        let lock = lock(&settings.state)?;
        let app = App::new(settings)?;
        let service = service(&app)?;
        // The first look at the map should not wait for it.
        let ahead = app.clone();
        tokio::task::spawn_blocking(move || _ = ahead.tiles());
        ready(listener.local_addr()?);
        accept(app, listener, service, stop).await;
        Ok(lock)
    });
    // Jobs that still run are told to stop by the end of the process; the next start says they were cut off.
    runtime.shutdown_timeout(Duration::from_millis(100));
    // Only now may another server take the folder.
    done.map(drop)
}

/// Takes a state folder for this server alone: another would end its jobs. The lock goes with the process, however
/// that ends.
fn lock(state: &Path) -> io::Result<File> {
    std::fs::create_dir_all(state)?;
    let file = File::options().create(true).append(true).open(state.join(LOCK))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            let message = format!("another server uses the folder `{}`", state.display());
            Err(io::Error::new(io::ErrorKind::ResourceBusy, message))
        }
        // A file system without locks is used without one.
        Err(TryLockError::Error(e)) if e.kind() == io::ErrorKind::Unsupported => Ok(file),
        Err(TryLockError::Error(e)) => Err(e),
    }
}

/// The service with everything around it.
fn service(app: &Arc<App>) -> io::Result<Router> {
    let origins: Vec<HeaderValue> =
        app.settings.cors.iter().filter_map(|o| o.parse().ok()).collect();
    let mut csrf = CsrfLayer::new();
    for origin in &app.settings.cors {
        let bad = |e| io::Error::new(io::ErrorKind::InvalidInput, format!("`{origin}`: {e}"));
        csrf = csrf.add_trusted_origin(origin).map_err(bad)?;
    }
    let mut router = app::router(app.clone()).layer(csrf);
    if !origins.is_empty() {
        let exposed =
            ["location", "retry-after", "trimodal-version", "trimodal-world", "trimodal-stopped"];
        let cors = CorsLayer::new()
            .allow_origin(AllowOrigin::list(origins))
            .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
            .allow_headers([header::CONTENT_TYPE, header::AUTHORIZATION])
            .expose_headers(exposed.map(HeaderName::from_static));
        router = router.layer(cors);
    }
    Ok(router
        .layer(CatchPanicLayer::new())
        .layer(middleware::from_fn_with_state(app.clone(), guard)))
}

async fn accept(app: Arc<App>, listener: TcpListener, service: Router, stop: &Cancel) {
    let graceful = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(app.settings.connections));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = switched(stop) => break,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Out of handles: waiting lets some be closed.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(LOOK_EVERY).await;
                continue;
            }
        };
        let Ok(permit) = room.clone().try_acquire_owned() else {
            tracing::warn!("a connection was closed: there are as many as the limit");
            continue;
        };
        let connection = connection(stream, service.clone(), &app.settings);
        let watched = graceful.watch(connection);
        let app = app.clone();
        tokio::spawn(async move {
            app.metrics.connections.inc();
            // A caller that goes away is no error of the server.
            let _ = watched.await;
            app.metrics.connections.dec();
            drop(permit);
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(DRAIN_TIME, graceful.shutdown()).await;
}

type Connection = http1::Connection<TokioIo<Deadline>, TowerToHyperService<Router>>;

fn connection(stream: TcpStream, service: Router, settings: &Settings) -> Connection {
    // Small answers are sent at once.
    let _ = stream.set_nodelay(true);
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(settings.head_time)
        .serve_connection(
            TokioIo::new(Deadline::new(stream, settings.write_time)),
            TowerToHyperService::new(service),
        )
}

async fn switched(stop: &Cancel) {
    while !stop.is_cancelled() {
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
