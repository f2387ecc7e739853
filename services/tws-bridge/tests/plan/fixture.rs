//! Plans made from a seed: enough variety that filters, groups and walks have something to tell apart.

use std::time::Duration;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use resync_api::tws::model::{
    Dependency, DependencyOwner, DependencyState, DependencyTarget, EdgeSource, Predecessor, PromptStatus,
    Status,
};
use resync_tws_bridge::plan::{
    DependencyList, EngineState, FlowId, JobFacts, JobStreamFacts, Mirror, PlanIdentity, PromptFacts,
    ResourceFacts, RunFacts, Update, WorkstationFacts,
};

/// Noon by the engine's clock, the instant of all fixtures.
pub(crate) fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_366_400, 0).expect("in range")
}

pub(crate) fn minutes(minutes: i64) -> TimeDelta {
    TimeDelta::minutes(minutes)
}

/// A small generator; tests repeat from its seed.
#[derive(Debug, Clone)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.roll() % bound
    }

    pub(crate) fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    pub(crate) fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len() as u64) as usize]
    }
}

pub(crate) const STATES: [(Status, &str); 10] = [
    (Status::Waiting, "HOLD"),
    (Status::Ready, "READY"),
    (Status::Running, "EXEC"),
    (Status::Successful, "SUCC"),
    (Status::Error, "ABEND"),
    (Status::Canceled, "CANCL"),
    (Status::Held, "HOLD"),
    (Status::Undecided, "EXTRN"),
    (Status::Blocked, "SUSP"),
    (Status::Suppressed, "SUPPR"),
];

pub(crate) fn uuid(kind: u32, number: u64) -> String {
    format!("{kind:08x}-0000-4000-8000-{number:012x}")
}

pub(crate) fn job_id(number: u64) -> String {
    uuid(1, number)
}

pub(crate) fn stream_id(number: u64) -> String {
    uuid(2, number)
}

pub(crate) fn stream(number: u64) -> JobStreamFacts {
    JobStreamFacts {
        id: stream_id(number),
        job_stream_name: format!("STREAM_{number:04}"),
        folder: ["/", "/FIN", "/FIN/EU", "/HR/"][number as usize % 4].to_owned(),
        workstation: format!("WS{}", number % 7),
        status: Status::Waiting,
        internal_status: "HOLD".to_owned(),
        limit: None,
        priority: 10,
        scheduled_time: Some(noon() - minutes(600)),
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

/// A job that waits and has nothing special.
pub(crate) fn plain_job(number: u64, in_stream: u64) -> JobFacts {
    let stream = stream(in_stream);
    JobFacts {
        id: job_id(number),
        job_name: format!("JOB_{number:05}"),
        workstation: stream.workstation.clone(),
        job_stream_id: stream.id,
        job_stream_name: stream.job_stream_name,
        job_stream_workstation: stream.workstation,
        folder: stream.folder,
        status: Status::Waiting,
        internal_status: "HOLD".to_owned(),
        substatus: String::new(),
        cancel_pending: false,
        priority: 10,
        user: "batch".to_owned(),
        scheduled_time: stream.scheduled_time,
        earliest_start: None,
        latest_start: None,
        deadline: None,
        critical_start: None,
        estimated_duration: Some(Duration::from_secs(600)),
        critical: false,
        late_by_engine: false,
        requires_confirmation: false,
        every: false,
        carried_forward: false,
        recovery_option: "STOP".to_owned(),
        position: 1,
        dependency_count: None,
        unresolved_dependency_count: None,
        task: format!("/opt/batch/job_{number}.sh"),
        description: String::new(),
        runs: Vec::new(),
    }
}

/// The same job in another state, with the run that belongs to it.
pub(crate) fn in_state(mut job: JobFacts, status: Status, internal_status: &str) -> JobFacts {
    job.status = status;
    job.internal_status = internal_status.to_owned();
    let started = matches!(status, Status::Running | Status::Successful | Status::Error);
    job.runs = if started { vec![run(&job, 1)] } else { Vec::new() };
    job
}

pub(crate) fn run(job: &JobFacts, attempt: i64) -> RunFacts {
    let ended = matches!(job.status, Status::Successful | Status::Error);
    RunFacts {
        id: format!("{}-{attempt}", job.id),
        job_number: 987_000_000 + attempt,
        run_type: if attempt == 1 { "REGULAR" } else { "RERUN" }.to_owned(),
        status: job.status,
        internal_status: job.internal_status.clone(),
        return_code: ended.then(|| if job.status == Status::Error { 8 } else { 0 }),
        start_time: Some(noon() - minutes(30)),
        end_time: ended.then(|| noon() - minutes(10)),
        actual_workstation: job.workstation.clone(),
    }
}

/// A job with everything rolled.
pub(crate) fn any_job(dice: &mut Dice, number: u64, streams: u64) -> JobFacts {
    let in_stream = dice.below(streams);
    let (status, internal_status) = *dice.pick(&STATES);
    let mut job = in_state(plain_job(number, in_stream), status, internal_status);
    if dice.one_in(5) {
        // Names shared by several jobs, as in real plans.
        job.job_name = format!("{}_{}", dice.pick(&["LOAD", "CHECK", "load", "PAY-RUN"]), dice.below(4));
    }
    let time = |dice: &mut Dice| Some(noon() + minutes(dice.below(600) as i64 - 300));
    job.substatus =
        (*dice.pick(&["", "", "HOLD_WAITING_FOR_PREDECESSOR", "READY_WAITING_FOR_LIMIT"])).to_owned();
    job.cancel_pending = dice.one_in(20);
    job.priority = dice.below(102) as i32;
    job.user = (*dice.pick(&["batch", "sapadm", "Batch", ""])).to_owned();
    job.workstation = format!("WS{}", dice.below(9));
    job.deadline = if dice.one_in(3) { time(dice) } else { None };
    job.critical_start = if dice.one_in(6) { time(dice) } else { None };
    job.estimated_duration = (!dice.one_in(4)).then(|| Duration::from_secs(dice.below(3_600)));
    job.critical = dice.one_in(10);
    job.late_by_engine = dice.one_in(30);
    job.every = dice.one_in(15);
    job.carried_forward = dice.one_in(12);
    for run in &mut job.runs {
        run.start_time = Some(noon() - minutes(dice.below(300) as i64));
        run.return_code = run.return_code.map(|_| dice.below(5) as i32);
    }
    if !job.runs.is_empty() && dice.one_in(6) {
        let earlier = run(&job, 0);
        job.runs.insert(0, earlier);
    }
    job.dependency_count = dice.one_in(2).then(|| dice.below(5) as u32);
    job.unresolved_dependency_count = job.dependency_count.map(|all| all / 2);
    job
}

pub(crate) fn workstation(name: &str) -> WorkstationFacts {
    WorkstationFacts {
        id: format!("id-of-{name}"),
        workstation_name: name.to_owned(),
        folder: "/".to_owned(),
        kind: "AGENT".to_owned(),
        linked: true,
        jobman_up: true,
        initialized: true,
        active_states: vec!["LINKED".to_owned(), "JOBMAN_UP".to_owned()],
        limit: Some(10),
        fence: 0,
        domain: "MASTERDM".to_owned(),
        host: String::new(),
        os: "UNIX".to_owned(),
        node: format!("{}.example.com", name.to_lowercase()),
        version: "10.2".to_owned(),
        run_number: 7,
        ignored: false,
    }
}

pub(crate) fn prompt(number: i64, status: PromptStatus) -> PromptFacts {
    PromptFacts {
        id: format!("prompt-{number}"),
        prompt_name: format!("ASK{number}"),
        number,
        text: "Is the tape mounted?".to_owned(),
        status,
        kind: "Predefined Prompt".to_owned(),
        job_key: String::new(),
        job_stream_key: String::new(),
        asked_time: Some(noon() - minutes(20)),
    }
}

pub(crate) fn resource(name: &str, in_use: i32) -> ResourceFacts {
    ResourceFacts {
        id: format!("resource-{name}"),
        resource_name: name.to_owned(),
        folder: "/".to_owned(),
        workstation: "WS1".to_owned(),
        quantity: 4,
        available: 4 - in_use,
        in_use,
        holders: Vec::new(),
    }
}

/// An edge to a job or stream by plan id.
pub(crate) fn edge(target: DependencyTarget, source: EdgeSource) -> Dependency {
    Dependency {
        id: String::new(),
        state: DependencyState::Undecided,
        source,
        owner: DependencyOwner::Job,
        target,
    }
}

pub(crate) fn predecessor(id: &str, key: &str) -> Predecessor {
    Predecessor {
        id: id.to_owned(),
        key: key.to_owned(),
        status: None,
        internal_status: String::new(),
        conditions: Vec::new(),
        zombie: false,
        pending: false,
    }
}

pub(crate) fn after_job(id: &str) -> Dependency {
    edge(DependencyTarget::ExternalJob(predecessor(id, "")), EdgeSource::Model)
}

pub(crate) fn after_stream(id: &str) -> Dependency {
    edge(DependencyTarget::ExternalJobStream(predecessor(id, "")), EdgeSource::Model)
}

pub(crate) fn of_job(number: u64, dependencies: Vec<Dependency>) -> DependencyList {
    DependencyList { owner: FlowId::Job(job_id(number)), source: EdgeSource::Model, dependencies }
}

pub(crate) fn of_stream(number: u64, dependencies: Vec<Dependency>) -> DependencyList {
    DependencyList { owner: FlowId::JobStream(stream_id(number)), source: EdgeSource::Model, dependencies }
}

pub(crate) fn engine_state() -> EngineState {
    EngineState {
        reachable: true,
        time_zone: "America/Sao_Paulo".to_owned(),
        start_of_day: NaiveTime::from_hms_opt(6, 0, 0).expect("a time"),
        version: "10.2.8".to_owned(),
        ..EngineState::new("default", "https://engine.example.com:31116")
    }
}

/// A batch read at noon.
pub(crate) fn batch() -> Update {
    Update::new(noon(), noon())
}

/// The batch that is a whole plan.
pub(crate) fn whole_plan() -> Update {
    Update {
        begins_plan: Some(PlanIdentity { plan_id: "plan".to_owned(), run_number: 7 }),
        completes_plan: true,
        ..batch()
    }
}

/// A whole plan of this many rolled jobs.
pub(crate) fn any_plan(seed: u64, jobs: u64, streams: u64) -> Update {
    let mut dice = Dice(seed);
    Update {
        job_streams: (0..streams).map(stream).collect(),
        jobs: (0..jobs).map(|number| any_job(&mut dice, number, streams)).collect(),
        workstations: (0..9).map(|number| workstation(&format!("WS{number}"))).collect(),
        ..whole_plan()
    }
}

pub(crate) fn mirror() -> Mirror {
    Mirror::new(engine_state(), noon() - minutes(60), || {})
}

pub(crate) fn mirror_of(update: Update) -> Mirror {
    let mut mirror = mirror();
    mirror.apply(update);
    mirror
}
