//! A plan of any size with the proportions of a real one.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use resync_api::filter::{Filter, OrderBy};
use resync_api::tws::model::{
    Dependency, DependencyOwner, DependencyState, DependencyTarget, EdgeSource, Job, ObjectKind, Predecessor,
    Status,
};
use resync_tws_bridge::plan::{
    DependencyList, EngineState, FlowId, JobFacts, JobStreamFacts, ListQuery, Mirror, PlanIdentity, RunFacts,
    Snapshot, Update,
};

/// Edges a job, on average.
pub(crate) const EDGES: u64 = 3;

/// The instant of the plan.
pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_366_400, 0).expect("in range")
}

/// Spreads numbers as a generator would, without its state.
fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 31)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (number ^ (number >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) ^ (number >> 17)
}

fn uuid(kind: u64, number: u64) -> String {
    let spread = mixed(number * 4 + kind);
    format!(
        "{:08x}-{:04x}-3{:03x}-8{:03x}-{number:012x}",
        spread >> 32,
        spread & 0xffff,
        kind,
        spread >> 20 & 0xfff
    )
}

/// Plan id of a job.
pub(crate) fn job_id(number: u64) -> String {
    uuid(1, number)
}

fn stream(number: u64) -> JobStreamFacts {
    JobStreamFacts {
        id: uuid(2, number),
        job_stream_name: format!("STREAM_{number:05}"),
        folder: format!("/FOLDER_{:02}", number % 40),
        workstation: format!("AGENT_{:03}", number % 300),
        status: Status::Running,
        internal_status: "EXEC".to_owned(),
        limit: None,
        priority: 10,
        scheduled_time: Some(now() - TimeDelta::hours(8)),
        earliest_start: None,
        latest_start: None,
        deadline: None,
        start_time: None,
        end_time: None,
        estimated_duration: None,
        carried_forward: false,
        dependency_count: None,
        unresolved_dependency_count: None,
    }
}

fn job(number: u64, streams: u64, round: u64) -> JobFacts {
    let of = stream(number % streams);
    let (dice, fixed) = (mixed(number + round * 7_919), mixed(number));
    let (status, internal_status) = match dice % 20 {
        0..8 => (Status::Successful, "SUCC"),
        8 => (Status::Error, "ABEND"),
        9 | 10 => (Status::Running, "EXEC"),
        11 => (Status::Ready, "READY"),
        _ => (Status::Waiting, "HOLD"),
    };
    let started = matches!(status, Status::Successful | Status::Error | Status::Running);
    let ended = started && status != Status::Running;
    let start = now() - TimeDelta::seconds(3_600 + (dice >> 8) as i64 % 20_000);
    let run = RunFacts {
        id: uuid(3, number + round),
        job_number: (dice >> 32) as i64,
        run_type: "REGULAR".to_owned(),
        status,
        internal_status: internal_status.to_owned(),
        return_code: ended.then_some(if status == Status::Error { 8 } else { 0 }),
        start_time: Some(start),
        end_time: ended.then(|| start + TimeDelta::seconds((dice >> 16) as i64 % 3_600)),
        actual_workstation: of.workstation.clone(),
    };
    JobFacts {
        id: job_id(number),
        job_name: format!("JOB_{number:06}"),
        workstation: of.workstation.clone(),
        job_stream_id: of.id,
        job_stream_name: of.job_stream_name,
        job_stream_workstation: of.workstation,
        folder: of.folder,
        status,
        internal_status: internal_status.to_owned(),
        substatus: if status == Status::Waiting { "HOLD_WAITING_FOR_PREDECESSOR" } else { "" }.to_owned(),
        cancel_pending: false,
        priority: (fixed >> 24) as i32 % 100,
        user: format!("user{:02}", fixed >> 40 & 31),
        scheduled_time: of.scheduled_time,
        earliest_start: None,
        latest_start: None,
        deadline: (fixed % 3 == 0)
            .then(|| now() + TimeDelta::seconds((fixed >> 12) as i64 % 40_000 - 10_000)),
        critical_start: None,
        estimated_duration: Some(Duration::from_secs(fixed >> 44 & 4_095)),
        critical: fixed % 50 == 0,
        late_by_engine: false,
        requires_confirmation: false,
        every: false,
        carried_forward: false,
        recovery_option: "STOP".to_owned(),
        position: (number / streams) as u32 + 1,
        dependency_count: Some(EDGES as u32),
        unresolved_dependency_count: Some((dice % 4) as u32),
        task: format!("/opt/batch/app{:02}/bin/job_{number:06}.sh", number % 25),
        description: String::new(),
        runs: if started { vec![run] } else { Vec::new() },
    }
}

/// Two predecessors in the stream, one elsewhere, all before the job, so that chains are long.
fn dependencies(number: u64, streams: u64) -> DependencyList {
    let within = [number.checked_sub(streams), number.checked_sub(2 * streams)];
    let elsewhere = (number > 0).then(|| mixed(number) % number);
    let edge = |target: u64| Dependency {
        id: String::new(),
        state: DependencyState::Undecided,
        source: EdgeSource::Model,
        owner: DependencyOwner::Job,
        target: DependencyTarget::ExternalJob(Predecessor {
            id: job_id(target),
            key: String::new(),
            status: None,
            internal_status: String::new(),
            conditions: Vec::new(),
            zombie: false,
            pending: false,
        }),
    };
    let targets = within.into_iter().flatten().chain(elsewhere).map(edge).collect();
    DependencyList { owner: FlowId::Job(job_id(number)), source: EdgeSource::Model, dependencies: targets }
}

/// A mirror that read such a plan in pages of a thousand.
pub(crate) fn mirror(jobs: u64, streams: u64) -> Mirror {
    let mut mirror = Mirror::new(EngineState::new("default", "https://engine.example.com"), now(), || {});
    let mut first = Update::new(now(), now());
    first.begins_plan = Some(PlanIdentity { plan_id: "plan".to_owned(), run_number: 1 });
    first.job_streams = (0..streams).map(stream).collect();
    mirror.apply(first);
    let pages = (0..jobs).step_by(1_000).map(|start| start..jobs.min(start + 1_000));
    for page in pages.clone() {
        let mut update = Update::new(now(), now());
        update.jobs = page.map(|number| job(number, streams, 0)).collect();
        mirror.apply(update);
    }
    for page in pages {
        let mut update = Update::new(now(), now());
        update.dependencies = page.map(|number| dependencies(number, streams)).collect();
        mirror.apply(update);
    }
    mirror.apply(Update { completes_plan: true, ..Update::new(now(), now()) });
    mirror
}

/// A batch as a poll brings it: so many jobs anywhere in the plan in another state, among a thousand seen again.
pub(crate) fn update(jobs: u64, streams: u64, changed: u64) -> Update {
    let mut update = Update::new(now() + TimeDelta::seconds(9), now());
    update.jobs = (0..changed).map(|step| job(mixed(step) % jobs, streams, 1)).collect();
    update.jobs.extend((changed..1_000).map(|step| job(mixed(step) % jobs, streams, 0)));
    update
}

/// The same jobs as plain rows.
pub(crate) fn rows(plan: &Snapshot) -> Vec<Job> {
    let (filter, order_by) = (Filter::default(), OrderBy::default());
    let mut rows = Vec::with_capacity(plan.job_count());
    let everything = |row: u32| rows.push(plan.job(row, now()));
    (0..plan.job_count() as u32).for_each(everything);
    let query = ListQuery { filter: &filter, order_by: &order_by, page_size: 1, page_token: "" };
    let page =
        plan.list(ObjectKind::Job, &query, now(), |plan, row| Some(plan.job(row, now()))).expect("valid");
    assert_eq!(page.total_size, rows.len() as u64);
    rows
}
