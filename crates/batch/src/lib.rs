//! Large jobs, cut into shards that any engine of many machines can run.
//!
//! A [`Job`] is a table, a sweep of plans, or the replications of simulations: one description, read from a small
//! TOML file and the inputs that it names. [`run_shard`] computes one shard of it as an Arrow batch, a pure function:
//! whoever runs a shard, and how often, the rows are the same. A [`BatchFolder`] keeps a job and the parts that are
//! done in a folder that machines share.
//!
//! ```no_run
//! use trimodal::Control;
//! use trimodal_batch::{Job, ShardError, Workspace, run_shard};
//!
//! let files = trimodal_batch::gather("sweep.toml".as_ref())?;
//! let job = Job::from_files(files)?;
//! let workspace = Workspace::default();
//! for shard in 0..job.shards() {
//!     let rows = run_shard(&job, shard, &workspace, &Control::none())?;
//!     println!("{shard}: {} rows", rows.num_rows());
//! }
//! # Ok::<(), ShardError>(())
//! ```

mod collect;
mod folder;
mod gather;
mod job;
mod own_network;
mod pack;
mod place;
mod plans;
mod replications;
mod rows;
mod run;
mod shard;
mod summary;
mod sweep;

pub use collect::{Collected, collect, rows_of};
pub use folder::{BatchFolder, Part};
pub use gather::{JOB, gather};
pub use job::Job;
pub use run::{Ran, run_shards};
pub use shard::{ShardError, Workspace, run_shard, schema};
