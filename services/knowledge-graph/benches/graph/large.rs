//! Plans of any size with the proportions of a real one: streams of some fifty jobs, chains inside them, some edges between
//! neighbouring streams, few across the whole plan.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use resync_api::tws::model::{
    Dependency, DependencyOwner, DependencyState, DependencyTarget, EdgeKnowledge, EdgeSource, Freshness,
    Predecessor, Status, TopologyDependencies, TopologyJob, TopologyJobStream, TopologyUpdate,
};
use resync_knowledge_graph::topology::RunHistory;

/// How far edges between streams reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Mostly to one of the twenty streams before.
    Neighbours,
    /// To any earlier job, so that an early job reaches nearly the whole plan.
    Anywhere,
}

pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_366_400, 0).expect("in range")
}

/// Spreads numbers as a generator would, without its state.
pub(crate) fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 31)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (number ^ (number >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) ^ (number >> 17)
}

const PER_STREAM: u64 = 50;

pub(crate) fn id(number: u64) -> String {
    format!("{:08x}-0000-4000-8000-{number:012x}", mixed(number) as u32)
}

/// Predecessors of a job, three for most.
pub(crate) fn predecessors(number: u64, reach: Reach) -> Vec<u64> {
    let (stream, place) = (number / PER_STREAM, number % PER_STREAM);
    let dice = mixed(number);
    let mut found = Vec::new();
    if place > 0 {
        found.push(number - 1);
        found.push(number - 1 - dice % place.min(8));
    }
    if stream > 0 {
        let far = reach == Reach::Anywhere || dice.is_multiple_of(500);
        let back = if far { dice >> 20 } else { (dice >> 20) % 20 } % stream + 1;
        found.push((stream - back) * PER_STREAM + (dice >> 40) % PER_STREAM);
    }
    found
}

/// The first quarter is done, and some of the others run.
pub(crate) fn status(number: u64, jobs: u64) -> Status {
    match mixed(number ^ 0x5555) % 20 {
        _ if number * 4 < jobs => Status::Successful,
        0 => Status::Running,
        _ => Status::Waiting,
    }
}

fn job(number: u64, jobs: u64) -> TopologyJob {
    let dice = mixed(number ^ 0x5555);
    let status = status(number, jobs);
    let internal = match status {
        Status::Successful => "SUCC",
        Status::Running => "EXEC",
        _ => "HOLD",
    };
    let start = now() - TimeDelta::seconds(60 + (dice >> 8) as i64 % 5_000);
    TopologyJob {
        id: id(number),
        job_name: format!("JOB_{number:06}"),
        job_stream_id: format!("stream-{}", number / PER_STREAM),
        workstation: format!("AGENT_{:03}", number / PER_STREAM % 300),
        status,
        internal_status: internal.to_owned(),
        cancel_pending: false,
        priority: 10,
        return_code: None,
        job_number: 0,
        run_count: 0,
        scheduled_time: None,
        earliest_start: None,
        latest_start: None,
        deadline: (dice % 40 == 3).then(|| now() + TimeDelta::hours(6)),
        start_time: (status != Status::Waiting).then_some(start),
        end_time: (status == Status::Successful).then(|| start + TimeDelta::seconds(30)),
        estimated_duration: Some(Duration::from_secs(5 + (dice >> 44 & 255))),
        critical: dice % 50 == 7,
        requires_confirmation: false,
        every: false,
        recovery_option: "STOP".to_owned(),
        edges: EdgeKnowledge::Plan,
    }
}

fn stream_key(number: u64) -> String {
    format!("AGENT_{:03}#/FOLDER_{:02}/STREAM_{number:05}", number % 300, number % 40)
}

/// So many earlier runs of every job.
pub(crate) fn history(jobs: u64, runs: u32) -> RunHistory {
    let mut history = RunHistory::new(chrono_tz::Tz::UTC, 45);
    for day in (1..=runs).rev() {
        for number in 0..jobs {
            let seconds = 5.0 + (mixed(number ^ u64::from(day) << 40) % 300) as f32;
            let key = format!("{}.JOB_{number:06}", stream_key(number / PER_STREAM));
            history.record(&key, now() - TimeDelta::days(day.into()), seconds, true);
        }
    }
    history
}

fn stream(number: u64) -> TopologyJobStream {
    TopologyJobStream {
        id: format!("stream-{number}"),
        key: stream_key(number),
        status: Status::Waiting,
        limit: None,
        priority: 10,
        scheduled_time: None,
        earliest_start: None,
        latest_start: None,
        deadline: None,
        start_time: None,
        end_time: None,
        edges: EdgeKnowledge::Plan,
    }
}

fn after(number: u64) -> Dependency {
    Dependency {
        id: String::new(),
        state: DependencyState::Unsatisfied,
        source: EdgeSource::Plan,
        owner: DependencyOwner::Job,
        target: DependencyTarget::ExternalJob(Predecessor {
            id: id(number),
            key: String::new(),
            status: None,
            internal_status: String::new(),
            conditions: Vec::new(),
            zombie: false,
            pending: false,
        }),
    }
}

/// The export of such a plan.
pub(crate) fn export(jobs: u64, reach: Reach) -> TopologyUpdate {
    TopologyUpdate {
        begins: true,
        completes: true,
        job_streams: (0..jobs.div_ceil(PER_STREAM)).map(stream).collect(),
        jobs: (0..jobs).map(|number| job(number, jobs)).collect(),
        dependencies: (0..jobs)
            .map(|number| TopologyDependencies {
                owner: DependencyOwner::Job,
                owner_id: id(number),
                dependencies: predecessors(number, reach).into_iter().map(after).collect(),
            })
            .collect(),
        freshness: Some(freshness()),
        ..TopologyUpdate::default()
    }
}

/// So many jobs in another state.
pub(crate) fn changes(jobs: u64, changed: u64) -> TopologyUpdate {
    let mut update =
        TopologyUpdate { completes: true, freshness: Some(freshness()), ..TopologyUpdate::default() };
    for step in 0..changed {
        let mut job = job(mixed(step) % jobs, jobs);
        (job.status, job.internal_status) = if step % 50 == 0 {
            (Status::Error, "ABEND".to_owned())
        } else {
            (Status::Running, "EXEC".to_owned())
        };
        job.start_time = Some(now());
        update.jobs.push(job);
    }
    update
}

fn freshness() -> Freshness {
    Freshness {
        plan_version: 1,
        oldest_observed_at: None,
        engine_time: now(),
        time_zone: "UTC".to_owned(),
        stale_since: None,
        stale_reason: String::new(),
        plan_day_start: Some(now() - TimeDelta::hours(6)),
    }
}
