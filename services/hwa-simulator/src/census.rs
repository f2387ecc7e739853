//! Computes the truth from the engine's state.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::config::SpecVariant;
use crate::engine::Engine;
use crate::incidents::{IncidentKind, Planted, Thing};
use crate::plan::dependency::{Dependency, DependencyKind, Node, Verdict};
use crate::plan::status::JobStatus;
use crate::plan::{JobIndex, Plan, PromptIndex, ResourceIndex, Seconds, StreamIndex, WorkstationIndex};
use crate::truth::{
    DependencyTruth, EngineTruth, IncidentTruth, JobStreamTruth, JobTruth, ObjectRef, ObjectType,
    PromptTruth, ResourceTruth, RunTruth, StatusCounts, Truth, WorkstationCounts, WorkstationTruth,
};
use crate::wire::View;
use crate::wire::stream::is_late;
use crate::wire::time::Stamp;
use crate::wire::workstation::{active_states, is_linked};

/// Reads the truth off an engine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Census<'a> {
    pub(crate) engine: &'a Engine,
}

impl StatusCounts {
    fn add(&mut self, status: &str, common: &str) {
        self.total += 1;
        *self.by_status.entry(status.to_owned()).or_default() += 1;
        *self.by_common_status.entry(common.to_owned()).or_default() += 1;
    }
}

fn tally<T>(items: &[T], name: impl Fn(&T) -> &'static str) -> BTreeMap<String, usize> {
    items.iter().fold(BTreeMap::new(), |mut counts, item| {
        *counts.entry(name(item).to_owned()).or_default() += 1;
        counts
    })
}

fn instant(at: Seconds) -> chrono::DateTime<chrono::Utc> {
    Stamp(at).instant()
}

impl<'a> Census<'a> {
    fn plan(self) -> &'a Plan {
        &self.engine.plan
    }

    pub(crate) fn truth(self, planted: &[Planted], variant: SpecVariant) -> Truth {
        let plan = self.plan();
        let mut jobs = StatusCounts::default();
        for job in &plan.jobs {
            jobs.add(job.status.name(), job.status.common(job.priority).name());
        }
        let mut job_streams = StatusCounts::default();
        for stream in &plan.streams {
            job_streams.add(stream.status.name(), stream.status.common(stream.priority).name());
        }
        let (linked, unlinked): (Vec<_>, Vec<_>) =
            self.every_workstation().partition(|at| is_linked(plan, *at));
        Truth {
            engine: EngineTruth {
                now: instant(self.engine.now),
                plan_start: instant(plan.start),
                plan_end: instant(plan.end),
                time_zone: plan.zone.name().to_owned(),
                master: plan[plan.master].name.to_string(),
                plan_id: plan.id.to_string(),
                run_number: plan.run_number,
                seed: plan.seed,
                variant,
            },
            jobs,
            job_streams,
            workstations: WorkstationCounts {
                total: plan.workstations.len(),
                linked: linked.len(),
                unlinked: unlinked.into_iter().map(|at| plan[at].key()).collect(),
                by_type: tally(&plan.workstations, |machine| machine.kind.into()),
            },
            resources: plan.resources.len(),
            prompts: tally(&plan.prompts, |prompt| prompt.status.into()),
            files: tally(&plan.files, |file| file.status.into()),
            incidents: self.incidents(planted),
        }
    }

    fn every_workstation(self) -> impl Iterator<Item = WorkstationIndex> {
        (0..u32::try_from(self.plan().workstations.len()).unwrap_or(u32::MAX)).map(WorkstationIndex)
    }

    pub(crate) fn every_job(self) -> impl Iterator<Item = JobIndex> {
        (0..u32::try_from(self.plan().jobs.len()).unwrap_or(u32::MAX)).map(JobIndex)
    }

    pub(crate) fn every_stream(self) -> impl Iterator<Item = StreamIndex> {
        (0..u32::try_from(self.plan().streams.len()).unwrap_or(u32::MAX)).map(StreamIndex)
    }

    pub(crate) fn incidents(self, planted: &[Planted]) -> Vec<IncidentTruth> {
        planted.iter().map(|planted| self.incident(planted)).collect()
    }

    fn incident(self, planted: &Planted) -> IncidentTruth {
        let plan = self.plan();
        let symptom = planted.chain.first().cloned().unwrap_or(Thing::Absent(String::new()));
        let open = match &symptom {
            Thing::Job(job) => plan[*job].status != JobStatus::Succ,
            Thing::Stream(stream) => !plan[*stream].status.is_over(),
            _ => true,
        };
        let refs = |things: &[Thing]| things.iter().map(|thing| self.reference(thing)).collect();
        IncidentTruth {
            kind: planted.kind,
            summary: planted.summary.clone(),
            root_causes: refs(&planted.roots),
            symptom: self.reference(&symptom),
            chain: refs(&planted.chain),
            affected_job_ids: self.affected(planted),
            cause_words: planted.words.iter().map(|word| (*word).to_owned()).collect(),
            codes: planted.codes.iter().map(|code| (*code).to_owned()).collect(),
            return_code: planted.return_code,
            log_lines: planted.lines.clone(),
            open,
        }
    }

    fn affected(self, planted: &Planted) -> Vec<String> {
        let plan = self.plan();
        let waits = |job: JobIndex| plan[job].status != JobStatus::Succ;
        let mut from: Vec<Node> = Vec::new();
        for thing in planted.roots.iter().chain(&planted.chain) {
            match thing {
                Thing::Job(job) => from.extend(waits(*job).then_some(Node::Job(*job))),
                // A stream that is a link of the chain holds its followers up through its own jobs.
                Thing::Stream(stream) if !plan[*stream].status.is_over() => from.push(Node::Stream(*stream)),
                Thing::Workstation(machine) => {
                    let stuck = [JobStatus::Ready, JobStatus::Fence, JobStatus::Fail];
                    let there = self.every_job().filter(|job| plan[*job].workstation == *machine);
                    from.extend(there.filter(|job| stuck.contains(&plan[*job].status)).map(Node::Job));
                }
                Thing::Resource(resource) => {
                    from.extend(plan[*resource].waiters.iter().copied().map(Node::Job))
                }
                Thing::Prompt(prompt) => from.extend(&plan[*prompt].waiters),
                Thing::File(file) => from.extend(&plan[*file].waiters),
                Thing::Stream(_) | Thing::Absent(_) => {}
            }
        }
        let mut jobs = plan.held_up_by(&from);
        jobs.extend(from.iter().filter_map(|node| match node {
            Node::Job(job) if waits(*job) => Some(*job),
            _ => None,
        }));
        // Cancelling releases followers: nobody is held up by it.
        if planted.kind == IncidentKind::CancelledPredecessor {
            jobs.retain(|job| plan[*job].status != JobStatus::Cancl);
        }
        jobs.into_iter().map(|job| plan[job].id.to_string()).collect()
    }

    fn reference(self, thing: &Thing) -> ObjectRef {
        let plan = self.plan();
        let (object_type, id, key, name) = match thing {
            Thing::Job(job) => (ObjectType::Job, plan[*job].id, plan.job_key(*job), &plan[*job].name),
            Thing::Stream(stream) => {
                (ObjectType::JobStream, plan[*stream].id, plan.stream_key(*stream), &plan[*stream].name)
            }
            Thing::Workstation(machine) => {
                (ObjectType::Workstation, plan[*machine].id, plan[*machine].key(), &plan[*machine].name)
            }
            Thing::Resource(resource) => {
                let record = &plan[*resource];
                let key = format!("{}#/{}", plan[record.workstation].key(), record.name);
                (ObjectType::Resource, record.id, key, &record.name)
            }
            Thing::Prompt(prompt) => {
                let record = &plan[*prompt];
                (ObjectType::Prompt, record.id, format!("/{}", record.name), &record.name)
            }
            Thing::File(file) => {
                let record = &plan[*file];
                let key = format!("{}#{}", plan[record.workstation].key(), record.name);
                (ObjectType::File, record.id, key, &record.name)
            }
            Thing::Absent(key) => {
                let name = key.rsplit(['.', '/', ':']).next().unwrap_or(key).to_owned();
                let object_type = ObjectType::Absent;
                return ObjectRef { object_type, id: String::new(), key: key.clone(), name };
            }
        };
        ObjectRef { object_type, id: id.to_string(), key, name: name.to_string() }
    }

    pub(crate) fn find_job(self, id: &str) -> Option<JobIndex> {
        self.engine.directory.jobs.get(&Uuid::parse_str(id).ok()?).copied()
    }

    pub(crate) fn find_stream(self, id: &str) -> Option<StreamIndex> {
        self.engine.directory.streams.get(&Uuid::parse_str(id).ok()?).copied()
    }

    pub(crate) fn job(self, job: JobIndex) -> JobTruth {
        let plan = self.plan();
        let record = &plan[job];
        let now = self.engine.now;
        let view = View { plan, now, definitions: false, dependencies: false };
        let run = record.current_run();
        let (started, ended) = (run.and_then(|run| run.started), run.and_then(|run| run.ended));
        JobTruth {
            id: record.id.to_string(),
            name: record.name.to_string(),
            key: plan.job_key(job),
            folder: plan[plan[record.stream].folder].path.to_string(),
            job_stream: self.reference(&Thing::Stream(record.stream)),
            workstation: plan[record.workstation].key(),
            status: record.status.name().to_owned(),
            substatus: crate::wire::job::substatus(view, job).map(str::to_owned),
            common_status: record.status.common(record.priority).name().to_owned(),
            priority: record.priority,
            critical: record.critical,
            late: record.is_late(now),
            deadline: record.deadline().map(instant),
            start_time: record.at().map(instant),
            started_at: started.map(instant),
            ended_at: ended.map(instant),
            estimated_seconds: i64::from(record.estimated),
            elapsed_seconds: started.map(|started| ended.unwrap_or(now) - started),
            return_code: record
                .current_run()
                .filter(|run| run.ended.is_some())
                .and_then(|run| run.return_code),
            runs: record
                .runs
                .iter()
                .map(|run| RunTruth {
                    id: run.id.to_string(),
                    job_number: run.number,
                    status: run.status.name().to_owned(),
                    rerun_type: run.kind.name().to_owned(),
                    started_at: run.started.map(instant),
                    ended_at: run.ended.map(instant),
                    return_code: run.return_code.filter(|_| run.ended.is_some()),
                })
                .collect(),
            dependencies: self.dependencies(Node::Job(job)),
            successor_job_ids: followers(&record.followers, |node| match node {
                Node::Job(job) => Some(plan[job].id),
                Node::Stream(_) => None,
            }),
            successor_job_stream_ids: followers(&record.followers, |node| match node {
                Node::Stream(stream) => Some(plan[stream].id),
                Node::Job(_) => None,
            }),
        }
    }

    fn dependencies(self, node: Node) -> Vec<DependencyTruth> {
        self.plan().dependencies(node).iter().map(|dependency| self.dependency(node, dependency)).collect()
    }

    fn dependency(self, node: Node, dependency: &Dependency) -> DependencyTruth {
        let plan = self.plan();
        let internal = |job: JobIndex| matches!(node, Node::Job(own) if plan[own].stream == plan[job].stream);
        let mut members = Vec::new();
        let (kind, conditional, target) = match &dependency.kind {
            DependencyKind::Job { job, when } => {
                let kind = if internal(*job) { "INTERNAL" } else { "EXTERNAL_JOB" };
                (kind, when.is_conditional(), Some(Thing::Job(*job)))
            }
            DependencyKind::Stream { stream, when } => {
                ("EXTERNAL_JOBSTREAM", when.is_conditional(), Some(Thing::Stream(*stream)))
            }
            DependencyKind::Absent(absent) => {
                let kind = if absent.job.is_some() { "EXTERNAL_JOB" } else { "EXTERNAL_JOBSTREAM" };
                (kind, false, Some(Thing::Absent(absent.key())))
            }
            DependencyKind::Join(join) => {
                members = join.members.iter().map(|member| self.dependency(node, member)).collect();
                ("JOIN", false, None)
            }
            DependencyKind::File(file) => ("FILE", false, Some(Thing::File(*file))),
            DependencyKind::Resource { resource, .. } => {
                ("RESOURCE", false, Some(Thing::Resource(*resource)))
            }
            DependencyKind::Prompt(prompt) => ("PROMPT", false, Some(Thing::Prompt(*prompt))),
            DependencyKind::Internetwork(remote) => {
                let key = format!("{}::{}", plan[remote.agent].name, remote.remote);
                ("INTERNETWORK", false, Some(Thing::Absent(key)))
            }
        };
        DependencyTruth {
            dependency_type: kind.to_owned(),
            satisfied: plan.verdict_for(node, dependency) == Verdict::Satisfied,
            conditional,
            target: target.map(|thing| self.reference(&thing)),
            members,
        }
    }

    pub(crate) fn stream(self, stream: StreamIndex) -> JobStreamTruth {
        let plan = self.plan();
        let record = &plan[stream];
        let mut jobs = StatusCounts::default();
        for job in plan.jobs_of(stream) {
            jobs.add(plan[job].status.name(), plan[job].status.common(plan[job].priority).name());
        }
        JobStreamTruth {
            id: record.id.to_string(),
            name: record.name.to_string(),
            key: plan.stream_key(stream),
            folder: plan[record.folder].path.to_string(),
            workstation: plan[record.workstation].key(),
            sched_time: instant(record.sched_time),
            status: record.status.name().to_owned(),
            common_status: record.status.common(record.priority).name().to_owned(),
            priority: record.priority,
            limit: record.limit,
            carried_forward: record.carried_forward,
            deadline: record.times.deadline.map(instant),
            late: is_late(record, self.engine.now),
            started_at: record.started.map(instant),
            ended_at: record.ended.map(instant),
            jobs,
            dependencies: self.dependencies(Node::Stream(stream)),
        }
    }

    pub(crate) fn workstations(self) -> Vec<WorkstationTruth> {
        let plan = self.plan();
        let mut jobs: Vec<StatusCounts> = vec![StatusCounts::default(); plan.workstations.len()];
        for job in &plan.jobs {
            jobs[job.workstation.position()].add(job.status.name(), job.status.common(job.priority).name());
        }
        self.every_workstation()
            .zip(jobs)
            .map(|(at, jobs)| WorkstationTruth {
                id: plan[at].id.to_string(),
                name: plan[at].name.to_string(),
                key: plan[at].key(),
                workstation_type: <&str>::from(plan[at].kind).to_owned(),
                linked: is_linked(plan, at),
                jobman_up: active_states(plan, at).contains(&"JOBMAN_UP"),
                limit: plan[at].limit,
                fence: plan[at].fence,
                jobs,
            })
            .collect()
    }

    pub(crate) fn resources(self) -> Vec<ResourceTruth> {
        let plan = self.plan();
        (0..u32::try_from(plan.resources.len()).unwrap_or(u32::MAX))
            .map(ResourceIndex)
            .map(|at| {
                let reference = self.reference(&Thing::Resource(at));
                ResourceTruth {
                    id: reference.id,
                    name: reference.name,
                    key: reference.key,
                    quantity: plan[at].quantity,
                    available: plan[at].available(),
                    holders: plan[at]
                        .holders
                        .iter()
                        .map(|(job, _)| self.reference(&Thing::Job(*job)))
                        .collect(),
                    waiting: plan[at].waiters.iter().map(|job| self.reference(&Thing::Job(*job))).collect(),
                }
            })
            .collect()
    }

    pub(crate) fn prompts(self) -> Vec<PromptTruth> {
        let plan = self.plan();
        (0..u32::try_from(plan.prompts.len()).unwrap_or(u32::MAX))
            .map(PromptIndex)
            .map(|at| PromptTruth {
                id: plan[at].id.to_string(),
                name: plan[at].name.to_string(),
                number: plan[at].number,
                text: plan[at].text.to_string(),
                status: <&str>::from(plan[at].status).to_owned(),
                asked_at: plan[at].asked.map(instant),
                waiting: plan[at]
                    .waiters
                    .iter()
                    .map(|node| match node {
                        Node::Job(job) => self.reference(&Thing::Job(*job)),
                        Node::Stream(stream) => self.reference(&Thing::Stream(*stream)),
                    })
                    .collect(),
            })
            .collect()
    }
}

fn followers(nodes: &[Node], id: impl Fn(Node) -> Option<Uuid>) -> Vec<String> {
    nodes.iter().filter_map(|node| id(*node)).map(|id| id.to_string()).collect()
}
