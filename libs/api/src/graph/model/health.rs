//! What is odd about the structure itself: cycles, orphans, fragile jobs, and how much of it is known.

use serde::{Deserialize, Serialize};

use super::{Coverage, GraphObject, PathStep};
use crate::tws::model::Freshness;

/// The structure's health.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthRequest {
    /// Name in the settings; empty: the only one, or `default`.
    pub engine: String,
    /// Most entries of each list; 0 means 20, at most 1000.
    pub max_results: u32,
}

/// Objects that wait for each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cycle {
    /// Objects that are part of it or of another through the same objects.
    pub objects: u64,
    /// One way round, ending where it began.
    pub path: Vec<PathStep>,
}

/// A job or job stream that waits for what the plan does not hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dangling {
    /// Who waits.
    pub object: GraphObject,
    /// Key of what is absent.
    pub absent: String,
    /// It can never come; else it may still.
    pub never: bool,
}

/// A job whose failure would cost much and is not unlikely.
///
/// The score is the chance that it fails, times the jobs that would not run, critical ones counted ten times and those
/// with a deadline three times.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FragileJob {
    /// The job.
    pub job: GraphObject,
    /// Chance that a run fails, shrunk towards that of all jobs where runs are few.
    pub failure_rate: f64,
    /// Earlier runs the rate rests on.
    pub runs: u32,
    /// Jobs that would not run.
    pub blocked_jobs: u64,
    /// Of these, marked critical.
    pub critical_jobs: u64,
    /// Of these, with a deadline.
    pub deadline_jobs: u64,
    /// Failure rate times weighted jobs.
    pub score: f64,
}

/// How the structure stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TopologyHealth {
    /// Jobs.
    pub jobs: u64,
    /// Job streams.
    pub job_streams: u64,
    /// Dependencies, those of joins included; not counting that jobs belong to streams.
    pub dependencies: u64,
    /// Of these, with a condition.
    pub conditional: u64,
    /// Joins.
    pub joins: u64,
    /// Prompts, files, resources, remote jobs and absent predecessors that something waits for.
    pub things: u64,
    /// Objects that wait for each other.
    pub cycles: Vec<Cycle>,
    /// All of them.
    pub cycles_total: u64,
    /// Jobs that wait for nothing and that nothing waits for, nor for their stream.
    pub orphans: Vec<GraphObject>,
    /// All of them.
    pub orphans_total: u64,
    /// Dependencies on what the plan does not hold.
    pub dangling: Vec<Dangling>,
    /// All of them.
    pub dangling_total: u64,
    /// Unfinished jobs, highest score first.
    pub fragile: Vec<FragileJob>,
    /// How much of the dependencies is known.
    pub coverage: Coverage,
    /// How fresh the plan is.
    pub freshness: Freshness,
}
