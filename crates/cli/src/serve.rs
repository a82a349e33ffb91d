//! `trimodal serve`: the map and the HTTP API on this machine.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use trimodal::model::problem::{BAD_VALUE, Problem, UNWRITABLE};
use trimodal_serve::Settings;

use crate::exit::DONE;
use crate::{interrupt, output};

/// Options of the verb.
#[derive(Args)]
pub struct ServeArgs {
    /// Port to listen on (0: any free one)
    #[arg(long, value_name = "N", default_value_t = Settings::PORT)]
    port: u16,
    /// Address to listen on; one that other machines reach needs --token
    #[arg(long, value_name = "IP", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    listen: IpAddr,
    /// Token that callers must send [default: that of the environment variable TRIMODAL_TOKEN, or none]
    #[arg(long, value_name = "TOKEN")]
    token: Option<String>,
    /// Folder of scenarios that are read and written
    #[arg(long, value_name = "FOLDER", default_value = "scenarios")]
    scenarios: PathBuf,
    /// Folder for jobs and their results [default: trimodal in the state folder of the user]
    #[arg(long, value_name = "FOLDER")]
    state: Option<PathBuf>,
    /// Origins of other pages that may call the API, such as https://example.org
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    cors: Vec<String>,
    /// Names under which the server is called, beside those of this machine
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    host_name: Vec<String>,
    /// Cells of a table that are answered at once
    #[arg(long, value_name = "N", default_value_t = 250_000)]
    max_cells: usize,
    /// Megabytes that a request may have
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=1024))]
    max_body_mb: u16,
    /// Time limit of a short question, in seconds
    #[arg(long, value_name = "S", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..))]
    time_limit: u32,
    /// Time limit of a job, in seconds
    #[arg(long, value_name = "S", default_value_t = 3_600, value_parser = clap::value_parser!(u32).range(1..))]
    job_time_limit: u32,
    /// Megabytes that a job may take; one that takes more is ended
    #[arg(long, value_name = "N", default_value_t = 4_096, value_parser = clap::value_parser!(u32).range(16..))]
    job_memory_mb: u32,
    /// Jobs that run at once
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=64))]
    jobs: u16,
    /// Print a line of JSON to standard error for each request
    #[arg(long)]
    log: bool,
}

/// Runs the verb.
pub fn serve(args: &ServeArgs) -> Result<u8, Vec<Problem>> {
    let settings = settings(args).map_err(|p| vec![p])?;
    if args.log {
        trimodal_serve::log_to_stderr();
    }
    let scenarios = settings.scenarios.display().to_string();
    let has_token = settings.token.is_some();
    let address = settings.address;
    let ready = |at: SocketAddr| {
        let who = if has_token { "callers must send the token" } else { "for this machine only" };
        let open = address_to_open(at);
        output::print(&format!(
            "Map: http://{open}/ · API: http://{open}/api/v1 · {who} · scenarios: {scenarios} · Ctrl-C ends it\n"
        ));
        if at.ip().is_unspecified() {
            let port = at.port();
            output::print(&format!("Other machines: http://NAME-OF-THIS-MACHINE:{port}/\n"));
        }
    };
    trimodal_serve::serve(settings, &interrupt::switch(), ready)
        .map_err(|e| vec![cannot_serve(address, &e)])?;
    Ok(DONE)
}

fn settings(args: &ServeArgs) -> Result<Settings, Problem> {
    let token = args.token.clone().or_else(|| std::env::var("TRIMODAL_TOKEN").ok());
    let token = token.filter(|t| !t.is_empty());
    if !args.listen.is_loopback() && token.is_none() {
        let message =
            format!("--listen {} lets other machines in, and there is no token", args.listen);
        let hint = "give --token, or set TRIMODAL_TOKEN";
        return Err(Problem::new(BAD_VALUE, message).hint(hint));
    }
    if token
        .as_ref()
        .is_some_and(|t| t.len() < 16 || !t.chars().all(|c| c.is_ascii_graphic() && c != ';'))
    {
        let message = "--token is too short, or has letters that a header cannot have";
        return Err(Problem::new(BAD_VALUE, message).hint("give at least 16 letters and digits"));
    }
    let state = args.state.clone().map_or_else(state_folder, Ok)?;
    Ok(Settings {
        address: SocketAddr::new(args.listen, args.port),
        token,
        cors: args.cors.clone(),
        hosts: args.host_name.clone(),
        max_cells: args.max_cells,
        max_body: usize::from(args.max_body_mb) << 20,
        time_limit: Duration::from_secs(args.time_limit.into()),
        job_time_limit: Duration::from_secs(args.job_time_limit.into()),
        job_memory: (args.job_memory_mb as usize) << 20,
        jobs: usize::from(args.jobs),
        ..Settings::new(args.scenarios.clone(), state)
    })
}

/// The folder in which programs of this user keep what they work on.
fn state_folder() -> Result<PathBuf, Problem> {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|p| p.is_absolute());
    let state = folder("XDG_STATE_HOME")
        .or_else(|| folder("LOCALAPPDATA"))
        .or_else(|| folder("HOME").map(|home| home.join(".local/state")));
    state.map(|s| s.join("trimodal")).ok_or_else(|| {
        Problem::new(BAD_VALUE, "there is no home folder to keep jobs in")
            .hint("give --state FOLDER")
    })
}

/// An address that a browser on this machine can open: 0.0.0.0 and :: stand for all of its addresses.
fn address_to_open(at: SocketAddr) -> SocketAddr {
    let here: IpAddr = match at.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(here, at.port())
}

fn cannot_serve(address: SocketAddr, error: &io::Error) -> Problem {
    let (message, hint) = match error.kind() {
        io::ErrorKind::ResourceBusy => (error.to_string(), "give --state another one"),
        io::ErrorKind::AddrInUse => (
            format!("another program listens on {address}"),
            "give another --port; 0 takes any free one",
        ),
        io::ErrorKind::AddrNotAvailable | io::ErrorKind::PermissionDenied => {
            (format!("cannot listen on {address}: {error}"), "give another --listen or --port")
        }
        io::ErrorKind::InvalidInput => {
            let problem = Problem::new(BAD_VALUE, format!("--cors: {error}"));
            return problem.hint("give origins such as https://example.org");
        }
        _ => (format!("cannot serve: {error}"), "check the folder given with --state"),
    };
    Problem::new(UNWRITABLE, message).hint(hint)
}
