//! Shards of a folder, computed on this machine.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use trimodal::Control;
use trimodal::model::control::Progress;

use crate::folder::BatchFolder;
use crate::shard::{ShardError, Workspace, run_shard};

/// How a run ended.
#[derive(Debug)]
pub struct Ran {
    /// The shards that were computed.
    pub computed: usize,
    /// The first shard that failed, and why. Those after it were not begun.
    pub error: Option<(u32, ShardError)>,
}

/// Computes shards and keeps their parts, with the threads of the current pool.
pub fn run_shards(
    folder: &BatchFolder,
    shards: &[u32],
    workspace: &Workspace,
    control: &Control,
) -> Ran {
    let run = Run { folder, shards, workspace, control };
    let (next, computed, error) = (AtomicUsize::new(0), AtomicUsize::new(0), Mutex::new(None));
    let work = || {
        while let Some(shard) = shards.get(next.fetch_add(1, Ordering::Relaxed)) {
            match run.one(*shard, computed.load(Ordering::Relaxed)) {
                Ok(()) => drop(computed.fetch_add(1, Ordering::Relaxed)),
                Err(why) => {
                    next.store(shards.len(), Ordering::Relaxed);
                    let mut first = error.lock().unwrap_or_else(|e| e.into_inner());
                    first.get_or_insert((*shard, why));
                }
            }
        }
    };
    // Plans keep one core busy each; the other engines all of them.
    if folder.job.kind() == "plan" {
        let workers = rayon::current_num_threads();
        rayon::scope(|scope| (0..workers).for_each(|_| scope.spawn(|_| work())));
    } else {
        work();
    }
    let error = error.into_inner().unwrap_or_else(|e| e.into_inner());
    Ran { computed: computed.into_inner(), error }
}

struct Run<'a> {
    folder: &'a BatchFolder,
    shards: &'a [u32],
    workspace: &'a Workspace,
    control: &'a Control<'a>,
}

impl Run<'_> {
    fn one(&self, shard: u32, done: usize) -> Result<(), ShardError> {
        let all = self.shards.len();
        self.control.step("shards", done, all);
        let show = |p: Progress<'_>| match all {
            // One shard: its own progress says more.
            1 => self.control.step(p.stage, p.done, p.total),
            _ => self.control.step("shards", done, all),
        };
        let control = self.control.clone().with_progress(&show);
        let rows = run_shard(&self.folder.job, shard, self.workspace, &control)?;
        self.folder.keep(shard, &rows).map_err(|problem| ShardError::Problems(vec![problem]))?;
        Ok(())
    }
}
