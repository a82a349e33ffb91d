//! A request to run a plan.

use std::ops::Range;

/// Most replications that a precision can ask for.
pub const MAX_REPLICATIONS: u32 = 10_000;

/// A request to simulate a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The part of the plan that is run, for users.
    pub case: String,
    /// Multiple of today's capacity.
    pub multiple: f64,
    /// Fingerprint of the description before options.
    pub digest: String,
    /// Whether the plan was made without law.
    pub counterfactual_no_law: bool,
    /// Notices for every reader.
    pub notices: Vec<String>,
    /// Demand that is permitted and that the plan does not carry, as reported to users.
    pub missing: Vec<String>,
    /// Replications; with a precision, the minimum.
    pub replications: u32,
    /// Run only these of the replications, counted from 0; the others are run elsewhere. The warm-up is that of
    /// the whole, so that each replication is the same as in one run.
    pub part: Option<Range<u32>>,
    /// Precision to reach: half width of the 95 % interval over the mean of the volume delivered.
    pub precision: Option<f64>,
    /// Seed.
    pub seed: u64,
    /// Whether to look for the largest share of the plan that holds.
    pub derate: bool,
    /// Minimum years of warm-up: those of another run that it is compared with.
    pub warm_years: u32,
    /// Whether to keep the measurements of each replication.
    pub replicates: bool,
    /// Whether to record the first replication.
    pub recording: bool,
    /// Threads; none: as many as there are cores.
    pub threads: Option<usize>,
}

impl Default for Request {
    /// 32 replications of today's flows with seed 1, as many threads as there are cores.
    fn default() -> Request {
        Request {
            case: "today".into(),
            multiple: 1.0,
            digest: String::new(),
            counterfactual_no_law: false,
            notices: Vec::new(),
            missing: Vec::new(),
            replications: 32,
            part: None,
            precision: None,
            seed: 1,
            derate: false,
            warm_years: 0,
            replicates: false,
            recording: false,
            threads: None,
        }
    }
}
