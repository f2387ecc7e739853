//! What will not run if a job fails, by a plain walk over what the simulator says waits for what. It knows nothing of
//! how the product computes it, and gives up where a plain walk cannot decide: joins, conditions, other obstacles.

use std::collections::{BTreeSet, HashMap, HashSet};

use hwa_simulator::{DependencyTruth, JobTruth, ObjectType};

use super::known::{Known, common};

/// Who waits for whom, over a whole night.
#[derive(Debug)]
pub struct Ripples<'a> {
    known: &'a Known,
    /// Owners by what they wait for; an owner is a job or job stream.
    waiting: HashMap<&'a str, Vec<(&'a str, &'a DependencyTruth)>>,
    of_stream: HashMap<&'a str, Vec<&'a JobTruth>>,
}

impl<'a> Ripples<'a> {
    /// Indexes a night.
    #[must_use]
    pub fn new(known: &'a Known) -> Self {
        let mut ripples = Self { known, waiting: HashMap::new(), of_stream: HashMap::new() };
        let of_jobs = known.jobs.iter().map(|job| (job.id.as_str(), &job.dependencies));
        let of_streams = known.streams.iter().map(|stream| (stream.id.as_str(), &stream.dependencies));
        for (owner, dependencies) in of_jobs.chain(of_streams) {
            for dependency in dependencies {
                for part in [dependency].into_iter().chain(&dependency.members) {
                    if let Some(target) = &part.target {
                        ripples.waiting.entry(&target.id).or_default().push((owner, dependency));
                    }
                }
            }
        }
        for job in &known.jobs {
            ripples.of_stream.entry(&job.job_stream.id).or_default().push(job);
        }
        ripples
    }

    /// Jobs that have not begun and would not, were this job to fail; none when a plain walk cannot tell.
    #[must_use]
    pub fn of(&self, job: &str) -> Option<BTreeSet<String>> {
        let failing = self.known.job(job)?;
        if !matches!(common(&failing.common_status), "RUNNING" | "WAITING" | "READY") {
            return None;
        }
        let mut stopped: HashSet<&str> = HashSet::from([job]);
        let mut queue = vec![job];
        while let Some(next) = queue.pop() {
            for (owner, dependency) in self.waiting.get(next).into_iter().flatten() {
                if dependency.conditional || !dependency.members.is_empty() {
                    return None;
                }
                if let Some(stream) = self.of_stream.get(owner) {
                    for held in stream {
                        self.stop(&held.id, &mut stopped, &mut queue);
                    }
                } else {
                    self.stop(owner, &mut stopped, &mut queue);
                }
            }
            // A job stream does not end before all of its jobs do.
            if let Some(own) = self.known.job(next)
                && stopped.insert(&own.job_stream.id)
            {
                queue.push(&own.job_stream.id);
            }
        }
        let lost: BTreeSet<String> = stopped
            .into_iter()
            .filter(|id| *id != job && self.known.job(id).is_some())
            .map(str::to_owned)
            .collect();
        let mut known = HashMap::from([(failing.id.as_str(), true)]);
        let otherwise_fine = lost.iter().all(|id| self.would_run(id, &mut known));
        otherwise_fine.then_some(lost)
    }

    fn stop(&self, id: &str, stopped: &mut HashSet<&'a str>, queue: &mut Vec<&'a str>) {
        let Some(job) = self.known.job(id) else { return };
        if not_begun(job) && stopped.insert(&job.id) {
            queue.push(&job.id);
        }
    }

    /// Whether a job ends well, by what is known of others already.
    fn would_run(&self, id: &str, known: &mut HashMap<&'a str, bool>) -> bool {
        let Some(job) = self.known.job(id) else { return false };
        if let Some(known) = known.get(job.id.as_str()) {
            return *known;
        }
        // Whoever waits for itself does not run.
        known.insert(&job.id, false);
        let runs = matches!(common(&job.common_status), "SUCCESSFUL" | "RUNNING")
            || (not_begun(job) && self.may_start(job) && self.is_released(job, known));
        known.insert(&job.id, runs);
        runs
    }

    /// Nobody holds it, and its workstation runs jobs.
    fn may_start(&self, job: &JobTruth) -> bool {
        let place = job.workstation.rsplit('/').next().unwrap_or_default();
        let stream = self.known.stream(&job.job_stream.id);
        job.priority > 0
            && stream.is_some_and(|stream| stream.priority > 0 && stream.limit != 0)
            && self.known.workstations.iter().any(|workstation| {
                workstation.name == place
                    && workstation.linked
                    && workstation.jobman_up
                    && workstation.limit != 0
                    && workstation.fence < job.priority
            })
    }

    /// What it and its job stream wait for comes.
    fn is_released(&self, job: &JobTruth, known: &mut HashMap<&'a str, bool>) -> bool {
        let stream = self.known.stream(&job.job_stream.id);
        let of_stream = stream.map(|stream| &stream.dependencies).into_iter().flatten();
        job.dependencies.iter().chain(of_stream).all(|dependency| {
            let Some(target) = &dependency.target else { return dependency.satisfied };
            dependency.satisfied
                || match target.object_type {
                    ObjectType::Job => self.would_run(&target.id, known),
                    ObjectType::JobStream => {
                        let jobs = self.of_stream.get(target.id.as_str()).cloned().unwrap_or_default();
                        !jobs.is_empty() && jobs.iter().all(|job| self.would_run(&job.id, known))
                    }
                    _ => false,
                }
        })
    }

    /// The first running job, by key, of a name of its own, whose failure is decided and stops so many others.
    #[must_use]
    pub fn first(&self, among: std::ops::RangeInclusive<usize>) -> Option<(&'a JobTruth, BTreeSet<String>)> {
        let mut jobs: Vec<&JobTruth> = self.known.jobs.iter().collect();
        jobs.sort_by(|one, other| one.key.cmp(&other.key));
        let named_alone = |name: &str| {
            self.known.jobs.iter().filter(|job| job.name == name).count() == 1
                && self.known.streams.iter().all(|stream| stream.name != name)
        };
        jobs.retain(|job| common(&job.common_status) == "RUNNING");
        jobs.into_iter().find_map(|job| {
            let lost = self.of(&job.id)?;
            (among.contains(&lost.len()) && named_alone(&job.name)).then_some((job, lost))
        })
    }
}

fn not_begun(job: &JobTruth) -> bool {
    matches!(common(&job.common_status), "WAITING" | "READY")
}
