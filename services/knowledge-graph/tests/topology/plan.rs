//! Small plans made from a seed, as written down: statuses, dependencies, and the messages that export them.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use resync_api::tws::model::{
    Dependency, DependencyOwner, DependencyState, DependencyTarget, EdgeKnowledge, EdgeSource, Freshness,
    Predecessor, Prompt, PromptStatus, Resource, Status, TopologyDependencies, TopologyFile, TopologyJob,
    TopologyJobStream, TopologyObjects, TopologyUpdate, Workstation,
};
use resync_knowledge_graph::topology::{Graph, Ledger};

/// A small generator; a test repeats from its seed.
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

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.roll() % bound as u64) as usize
    }

    pub(crate) fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub(crate) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum On {
    Job(usize),
    Stream(usize),
    Join { quorum: u32, members: Vec<Dep> },
    Prompt(usize),
    File(usize),
    Resource(usize, i32),
    Absent(usize, bool),
    Remote,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Dep {
    pub(crate) on: On,
    pub(crate) conditions: Vec<&'static str>,
    pub(crate) from_plan: bool,
    pub(crate) released: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) stream: usize,
    pub(crate) status: Status,
    pub(crate) internal: &'static str,
    pub(crate) priority: i32,
    pub(crate) workstation: usize,
    pub(crate) continues: bool,
    pub(crate) cancel_pending: bool,
    pub(crate) at_later: bool,
    pub(crate) critical: bool,
    pub(crate) deadline: Option<i64>,
    pub(crate) estimate: u64,
    pub(crate) started: Option<i64>,
    pub(crate) deps: Vec<Dep>,
}

#[derive(Debug, Clone)]
pub(crate) struct Stream {
    pub(crate) status: Status,
    pub(crate) priority: i32,
    pub(crate) at_later: bool,
    pub(crate) deps: Vec<Dep>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Machine {
    pub(crate) up: bool,
    pub(crate) limit: Option<i32>,
    pub(crate) fence: i32,
}

#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) jobs: Vec<Job>,
    pub(crate) streams: Vec<Stream>,
    pub(crate) machines: Vec<Machine>,
    pub(crate) prompts: Vec<PromptStatus>,
    pub(crate) files: Vec<bool>,
    pub(crate) resources: Vec<i32>,
}

/// What a random plan may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Edges lead backwards only.
    Acyclic,
    /// Anything may wait for anything.
    Any,
}

/// The engine's clock, in seconds.
pub(crate) const NOW: i64 = 1_772_366_400;

pub(crate) fn job_id(job: usize) -> String {
    format!("job-{job}")
}

pub(crate) fn stream_id(stream: usize) -> String {
    format!("stream-{stream}")
}

pub(crate) fn stream_key(stream: usize) -> String {
    format!("WS#/F/S{stream}")
}

pub(crate) fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).expect("in range")
}

impl Plan {
    pub(crate) fn random(seed: u64, size: usize, shape: Shape) -> Self {
        let mut dice = Dice(seed);
        let streams = 1 + dice.below(1 + size / 2);
        let mut plan = Self {
            jobs: Vec::new(),
            streams: Vec::new(),
            machines: (0..2).map(|_| dice.machine()).collect(),
            prompts: (0..3)
                .map(|_| {
                    dice.pick(&[PromptStatus::Asked, PromptStatus::AnsweredYes, PromptStatus::AnsweredNo])
                })
                .collect(),
            files: (0..2).map(|_| dice.one_in(2)).collect(),
            resources: (0..2).map(|_| dice.below(3) as i32).collect(),
        };
        // Jobs of a stream are neighbours, so that backwards edges make no cycle through a stream.
        for stream in 0..streams {
            let deps = plan.deps(&mut dice, size, shape, None, stream);
            plan.streams.push(dice.stream(deps));
            let jobs = dice.below(1 + 2 * size / streams);
            for _ in 0..jobs {
                let deps = plan.deps(&mut dice, size, shape, Some(plan.jobs.len()), stream);
                plan.jobs.push(dice.job(stream, deps));
            }
        }
        let (jobs, streams) = (plan.jobs.len(), plan.streams.len());
        let valid = |dep: &Dep| match dep.on {
            On::Job(job) => job < jobs,
            On::Stream(stream) => stream < streams,
            _ => true,
        };
        let owners = plan.jobs.iter_mut().map(|job| &mut job.deps);
        for deps in owners.chain(plan.streams.iter_mut().map(|stream| &mut stream.deps)) {
            deps.retain(valid);
            for dep in deps {
                if let On::Join { members, .. } = &mut dep.on {
                    members.retain(valid);
                }
            }
        }
        plan
    }

    fn deps(
        &self,
        dice: &mut Dice,
        size: usize,
        shape: Shape,
        job: Option<usize>,
        stream: usize,
    ) -> Vec<Dep> {
        let first_of_stream =
            self.jobs.iter().position(|job| job.stream == stream).unwrap_or(self.jobs.len());
        let (jobs, streams) = match shape {
            Shape::Any => (2 * size, 1 + size / 2),
            Shape::Acyclic => (job.unwrap_or(first_of_stream), stream),
        };
        let count = dice.pick(&[0, 0, 1, 1, 2, 3]);
        let mut deps = Vec::new();
        for _ in 0..count {
            if dice.one_in(6) {
                let members = (0..2 + dice.below(3)).map(|_| dice.dep(jobs, streams)).collect();
                let quorum = dice.below(4) as u32;
                deps.push(Dep {
                    on: On::Join { quorum, members },
                    conditions: Vec::new(),
                    from_plan: true,
                    released: dice.one_in(12),
                });
            } else {
                deps.push(dice.dep(jobs, streams));
            }
        }
        deps
    }

    /// The whole plan in one message.
    pub(crate) fn export(&self) -> TopologyUpdate {
        TopologyUpdate {
            begins: true,
            completes: true,
            job_streams: (0..self.streams.len()).map(|stream| self.export_stream(stream)).collect(),
            jobs: (0..self.jobs.len()).map(|job| self.export_job(job)).collect(),
            dependencies: self.export_dependencies(),
            objects: Some(self.export_objects()),
            removed_jobs: Vec::new(),
            removed_job_streams: Vec::new(),
            freshness: Some(freshness()),
        }
    }

    pub(crate) fn graph(&self) -> Graph {
        let mut ledger = Ledger::default();
        ledger.apply(self.export());
        ledger.publish().expect("the plan is complete")
    }

    pub(crate) fn export_job(&self, job: usize) -> TopologyJob {
        let facts = &self.jobs[job];
        let over = matches!(facts.status, Status::Successful | Status::Error);
        let ended = over.then(|| facts.started.unwrap_or(NOW - 600) + facts.estimate as i64);
        TopologyJob {
            id: job_id(job),
            job_name: format!("J{job}"),
            job_stream_id: stream_id(facts.stream),
            workstation: format!("M{}", facts.workstation),
            status: facts.status,
            internal_status: facts.internal.to_owned(),
            cancel_pending: facts.cancel_pending,
            priority: facts.priority,
            return_code: None,
            job_number: 0,
            run_count: 0,
            scheduled_time: None,
            earliest_start: facts.at_later.then(|| at(NOW + 3600)),
            latest_start: None,
            deadline: facts.deadline.map(at),
            start_time: facts.started.map(at),
            end_time: ended.map(at),
            estimated_duration: (facts.estimate > 0).then(|| Duration::from_secs(facts.estimate)),
            critical: facts.critical,
            requires_confirmation: false,
            every: false,
            recovery_option: if facts.continues { "CONTINUE" } else { "STOP" }.to_owned(),
            edges: EdgeKnowledge::Plan,
        }
    }

    pub(crate) fn export_stream(&self, stream: usize) -> TopologyJobStream {
        let facts = &self.streams[stream];
        TopologyJobStream {
            id: stream_id(stream),
            key: stream_key(stream),
            status: facts.status,
            limit: None,
            priority: facts.priority,
            scheduled_time: None,
            earliest_start: facts.at_later.then(|| at(NOW + 7200)),
            latest_start: None,
            deadline: None,
            start_time: None,
            end_time: None,
            edges: EdgeKnowledge::Plan,
        }
    }

    pub(crate) fn export_dependencies(&self) -> Vec<TopologyDependencies> {
        let of_jobs = self.jobs.iter().enumerate().map(|(job, facts)| TopologyDependencies {
            owner: DependencyOwner::Job,
            owner_id: job_id(job),
            dependencies: facts.deps.iter().map(|dep| self.export_dep(dep)).collect(),
        });
        let of_streams = self.streams.iter().enumerate().map(|(stream, facts)| TopologyDependencies {
            owner: DependencyOwner::JobStream,
            owner_id: stream_id(stream),
            dependencies: facts.deps.iter().map(|dep| self.export_dep(dep)).collect(),
        });
        of_jobs.chain(of_streams).collect()
    }

    fn export_dep(&self, dep: &Dep) -> Dependency {
        let predecessor = |id: String, key: String, zombie: bool| Predecessor {
            id,
            key,
            status: None,
            internal_status: String::new(),
            conditions: dep.conditions.iter().map(|word| (*word).to_owned()).collect(),
            zombie,
            pending: false,
        };
        let target = match &dep.on {
            On::Job(job) => DependencyTarget::ExternalJob(predecessor(job_id(*job), String::new(), false)),
            On::Stream(stream) => {
                DependencyTarget::ExternalJobStream(predecessor(stream_id(*stream), String::new(), false))
            }
            On::Join { quorum, members } => DependencyTarget::Join {
                join_name: "JOIN".to_owned(),
                quantity: *quorum,
                members: members.iter().map(|member| self.export_dep(member)).collect(),
            },
            On::Prompt(prompt) => DependencyTarget::Prompt {
                prompt_name: format!("P{prompt}"),
                number: 0,
                text: String::new(),
                status: PromptStatus::NotAsked,
            },
            On::File(file) => DependencyTarget::File {
                path: format!("/f{file}"),
                workstation: String::new(),
                qualifier: String::new(),
                status: String::new(),
            },
            On::Resource(resource, quantity) => DependencyTarget::Resource {
                resource_name: format!("R{resource}"),
                workstation: "WS".to_owned(),
                quantity: *quantity,
            },
            On::Absent(number, zombie) => {
                DependencyTarget::ExternalJob(predecessor(String::new(), format!("GONE{number}"), *zombie))
            }
            On::Remote => DependencyTarget::Internetwork {
                network_agent: "NET".to_owned(),
                remote_dependency: "X.Y".to_owned(),
            },
        };
        Dependency {
            id: String::new(),
            state: if dep.released { DependencyState::Satisfied } else { DependencyState::Unsatisfied },
            source: if dep.from_plan { EdgeSource::Plan } else { EdgeSource::Model },
            owner: DependencyOwner::Job,
            target,
        }
    }

    pub(crate) fn export_objects(&self) -> TopologyObjects {
        let prompt = |(number, status): (usize, &PromptStatus)| Prompt {
            name: String::new(),
            id: format!("prompt-{number}"),
            prompt_name: format!("P{number}"),
            number: 0,
            text: String::new(),
            status: *status,
            kind: String::new(),
            job_key: String::new(),
            job_stream_key: String::new(),
            asked_time: None,
            observed_at: at(NOW),
        };
        let file = |(number, there): (usize, &bool)| TopologyFile {
            path: format!("/f{number}"),
            workstation: "M0".to_owned(),
            qualifier: String::new(),
            status: if *there { "Exists" } else { "Unavailable" }.to_owned(),
        };
        let resource = |(number, available): (usize, &i32)| Resource {
            name: String::new(),
            id: format!("resource-{number}"),
            resource_name: format!("R{number}"),
            folder: "/".to_owned(),
            workstation: "WS".to_owned(),
            quantity: 2,
            available: *available,
            in_use: 0,
            holders: Vec::new(),
            observed_at: at(NOW),
        };
        TopologyObjects {
            workstations: self.machines.iter().enumerate().map(|(number, it)| machine(number, it)).collect(),
            resources: self.resources.iter().enumerate().map(resource).collect(),
            prompts: self.prompts.iter().enumerate().map(prompt).collect(),
            files: self.files.iter().enumerate().map(file).collect(),
        }
    }
}

fn machine(number: usize, machine: &Machine) -> Workstation {
    Workstation {
        name: String::new(),
        id: format!("machine-{number}"),
        workstation_name: format!("M{number}"),
        folder: "/".to_owned(),
        kind: "AGENT".to_owned(),
        linked: machine.up,
        jobman_up: machine.up,
        initialized: true,
        active_states: Vec::new(),
        limit: machine.limit,
        fence: machine.fence,
        domain: String::new(),
        host: String::new(),
        os: String::new(),
        node: String::new(),
        version: String::new(),
        run_number: 1,
        ignored: false,
        healthy: machine.up && machine.limit != Some(0),
        jobs_by_status: Vec::new(),
        observed_at: at(NOW),
    }
}

pub(crate) fn freshness() -> Freshness {
    Freshness {
        plan_version: 1,
        oldest_observed_at: None,
        engine_time: at(NOW),
        time_zone: "UTC".to_owned(),
        stale_since: None,
        stale_reason: String::new(),
        plan_day_start: Some(at(NOW) - TimeDelta::hours(12)),
    }
}

impl Dice {
    fn machine(&mut self) -> Machine {
        let limit = self.pick(&[None, None, Some(4), Some(0)]);
        // A workstation with limit 0 counts as up: only its limit is in the way.
        let up = limit == Some(0) || !self.one_in(4);
        Machine { up, limit, fence: self.pick(&[0, 0, 0, 10]) }
    }

    fn dep(&mut self, jobs: usize, streams: usize) -> Dep {
        let on = match self.below(12) {
            0 => On::Prompt(self.below(3)),
            1 => On::File(self.below(2)),
            2 => On::Resource(self.below(2), 1 + self.below(2) as i32),
            3 => On::Absent(self.below(3), self.one_in(2)),
            4 if self.one_in(3) => On::Remote,
            5 | 6 if streams > 0 => On::Stream(self.below(streams)),
            _ if jobs > 0 => On::Job(self.below(jobs)),
            _ => On::File(0),
        };
        let flow = matches!(on, On::Job(_) | On::Stream(_));
        let conditions = match self.below(8) {
            0 if flow => vec!["ABEND"],
            1 if flow => vec!["SUCC", "ABEND"],
            2 if flow => vec!["SUPPR", "FAIL"],
            3 if flow && self.one_in(2) => vec!["MY_OUTPUT"],
            _ => Vec::new(),
        };
        let from_plan = !self.one_in(3);
        Dep { on, conditions, from_plan, released: self.one_in(15) }
    }

    fn stream(&mut self, deps: Vec<Dep>) -> Stream {
        let status = match self.below(14) {
            0 => Status::Canceled,
            1 => Status::Suppressed,
            2 => Status::Held,
            3..6 => Status::Running,
            6 => Status::Blocked,
            _ => Status::Waiting,
        };
        let priority = if self.one_in(20) { 0 } else { 10 };
        Stream { status, priority, at_later: self.one_in(10), deps }
    }

    fn job(&mut self, stream: usize, deps: Vec<Dep>) -> Job {
        let (status, internal) = match self.below(20) {
            0 => (Status::Error, "ABEND"),
            1 => (Status::Error, "FAIL"),
            2 => (Status::Canceled, "CANCL"),
            3 => (Status::Suppressed, "SUPPR"),
            4 => (Status::Held, "HOLD"),
            5 => (Status::Running, "EXEC"),
            6 => (Status::Ready, "READY"),
            7 if self.one_in(2) => (Status::Ready, "FENCE"),
            8 if self.one_in(2) => (Status::Waiting, "PEND"),
            9..12 => (Status::Successful, "SUCC"),
            _ => (Status::Waiting, "HOLD"),
        };
        let started = matches!(status, Status::Error | Status::Running | Status::Successful)
            .then(|| NOW - 60 - self.below(3000) as i64);
        Job {
            stream,
            status,
            internal,
            priority: self.pick(&[0, 10, 10, 10, 10, 50, 100, 101]).max(i32::from(!self.one_in(3)) * 5),
            workstation: self.below(2),
            continues: self.one_in(6),
            cancel_pending: self.one_in(25),
            at_later: self.one_in(12),
            critical: self.one_in(6),
            deadline: self.one_in(4).then(|| NOW + self.below(20_000) as i64 - 5_000),
            estimate: 10 + self.below(2000) as u64,
            started,
            deps,
        }
    }
}
