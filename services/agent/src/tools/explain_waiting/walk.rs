//! The walk from the object asked about to the roots: level by level, every object once, within bounds.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use futures::future::try_join_all;
use resync_api::tws::model::{Freshness, JobDetail, JobStreamDetail, ObjectKind, Workstation};

use super::reason::{Reason, Step};
use super::{WaitingReport, dispatch, flow, is_held_back};
use crate::error::Error;
use crate::tools::plan_object::PlanObject;
use crate::tools::selection::equals;
use crate::tools::{PlanReader, Rows};

/// Obstacles in a report. A report longer than this helps nobody at night.
const MAX_STEPS: usize = 60;
/// Levels below the subject.
const MAX_LEVELS: u32 = 30;
/// Objects looked at in one level.
const MAX_BREADTH: usize = 12;

/// An obstacle before it has a place in the report.
#[derive(Debug, Clone)]
pub(super) struct Obstacle {
    /// What is held back, when it is not the object looked at but its job stream.
    pub(super) held: Option<PlanObject>,
    pub(super) reason: Reason,
    pub(super) cause: PlanObject,
    /// Where to look for what stands behind it; none: it is a root.
    pub(super) behind: Option<Behind>,
}

impl Obstacle {
    pub(super) fn root(reason: Reason, cause: PlanObject) -> Self {
        Self { held: None, reason, cause, behind: None }
    }

    pub(super) fn before(reason: Reason, cause: PlanObject, behind: Behind) -> Self {
        Self { behind: Some(behind), ..Self::root(reason, cause) }
    }
}

/// What to look at next.
#[derive(Debug, Clone)]
pub(super) enum Behind {
    Job(String),
    JobStream(String),
    /// Obstacles already known, such as the members of a join.
    Known(Vec<Obstacle>),
}

/// What was read about one object.
enum Looked {
    Job(Box<JobDetail>, Option<Box<JobStreamDetail>>, Option<Box<Workstation>>),
    JobStream(Box<JobStreamDetail>),
}

pub(super) struct Walk<'a> {
    plan: &'a PlanReader,
    steps: Vec<Step>,
    seen: HashSet<String>,
    /// Streams whose own obstacles have their place.
    streams: HashSet<String>,
    truncated: bool,
}

impl<'a> Walk<'a> {
    pub(super) fn new(plan: &'a PlanReader) -> Self {
        Self { plan, steps: Vec::new(), seen: HashSet::new(), streams: HashSet::new(), truncated: false }
    }

    pub(super) async fn explain(mut self, kind: ObjectKind, object: &str) -> Result<WaitingReport, Error> {
        let looked = match kind {
            ObjectKind::JobStream => look_at_stream(self.plan, object).await?,
            _ => look_at_job(self.plan, object).await?,
        };
        let (subject, freshness) = match &looked {
            Looked::Job(detail, ..) => (PlanObject::from(&detail.job), detail.freshness.clone()),
            Looked::JobStream(detail) => (PlanObject::from(&detail.job_stream), detail.freshness.clone()),
        };
        self.seen.insert(subject.id.clone());
        let waiting = subject.status.is_some_and(|status| is_held_back(status, &subject.internal_status));
        if waiting {
            let first = self.obstacles(&looked, freshness.engine_time).await?;
            let mut level = self.place(None, 0, &subject, first);
            let mut depth = 1;
            while !level.is_empty() {
                if depth > MAX_LEVELS {
                    self.truncated = true;
                    break;
                }
                level = self.descend(level, depth, freshness.engine_time).await?;
                depth += 1;
            }
        }
        Ok(self.report(subject, waiting, freshness))
    }

    /// Looks at every object of a level and places what holds it back.
    async fn descend(
        &mut self,
        level: Vec<(usize, Behind)>,
        depth: u32,
        now: DateTime<Utc>,
    ) -> Result<Vec<(usize, Behind)>, Error> {
        let mut next = Vec::new();
        let mut targets = Vec::new();
        for (parent, behind) in level {
            match behind {
                Behind::Known(known) => {
                    let held = self.steps[parent].held.clone();
                    next.extend(self.place(Some(parent), depth, &held, known));
                }
                Behind::Job(ref id) | Behind::JobStream(ref id) => {
                    if self.seen.insert(id.clone()) {
                        targets.push((parent, behind));
                    }
                }
            }
        }
        if targets.len() > MAX_BREADTH {
            self.truncated = true;
            targets.truncate(MAX_BREADTH);
        }
        let plan = self.plan;
        let looked = try_join_all(targets.iter().map(async |(_, behind)| match behind {
            Behind::Job(id) => look_at_job(plan, id).await.map(Some),
            Behind::JobStream(id) => look_at_stream(plan, id).await.map(Some),
            Behind::Known(_) => Ok(None),
        }))
        .await?;
        for ((parent, _), looked) in targets.into_iter().zip(looked) {
            let Some(looked) = looked else { continue };
            let held = match &looked {
                Looked::Job(detail, ..) => PlanObject::from(&detail.job),
                Looked::JobStream(detail) => PlanObject::from(&detail.job_stream),
            };
            let obstacles = self.obstacles(&looked, now).await?;
            self.steps[parent].root = obstacles.is_empty() && !held_by_its_stream(&looked);
            // The row read for the walk says more than the edge that led to it.
            self.steps[parent].cause = held.clone();
            next.extend(self.place(Some(parent), depth, &held, obstacles));
        }
        Ok(next)
    }

    async fn obstacles(&mut self, looked: &Looked, now: DateTime<Utc>) -> Result<Vec<Obstacle>, Error> {
        match looked {
            Looked::Job(detail, ..) if !is_held_back(detail.job.status, &detail.job.internal_status) => {
                flow::behind_ended_job(self.plan, &detail.job).await
            }
            Looked::Job(detail, stream, workstation) => {
                let mut found = flow::of_job(self.plan, detail, now).await?;
                let stream = stream.as_deref();
                if let Some(stream) = stream.filter(|_| !flow::waits_within_its_stream(detail)) {
                    let of_stream = self.of_stream_itself(stream, now).await?;
                    let Some(of_stream) = of_stream else { return Ok(found) };
                    found.extend(of_stream);
                }
                if found.is_empty() {
                    found = dispatch::of_job(&detail.job, stream, workstation.as_deref());
                }
                Ok(found)
            }
            Looked::JobStream(detail) => {
                let (found, truncated) = flow::of_stream(self.plan, detail, now).await?;
                self.truncated |= truncated;
                Ok(found)
            }
        }
    }

    /// What holds a job's stream back; none when the stream was looked at for another job and is held back.
    async fn of_stream_itself(
        &mut self,
        stream: &JobStreamDetail,
        now: DateTime<Utc>,
    ) -> Result<Option<Vec<Obstacle>>, Error> {
        let found = flow::own_of_stream(self.plan, stream, now).await?;
        let held = PlanObject::from(&stream.job_stream);
        if !found.is_empty() && !self.streams.insert(held.id.clone()) {
            return Ok(None);
        }
        let of_stream = found.into_iter().map(|obstacle| Obstacle { held: Some(held.clone()), ..obstacle });
        Ok(Some(of_stream.collect()))
    }

    /// Gives obstacles their place; returns what to look at next.
    fn place(
        &mut self,
        parent: Option<usize>,
        level: u32,
        held: &PlanObject,
        obstacles: Vec<Obstacle>,
    ) -> Vec<(usize, Behind)> {
        let mut next = Vec::new();
        for obstacle in obstacles {
            if self.steps.len() >= MAX_STEPS {
                self.truncated = true;
                break;
            }
            let index = self.steps.len();
            self.steps.push(Step {
                parent,
                level,
                root: obstacle.behind.is_none(),
                held: obstacle.held.unwrap_or_else(|| held.clone()),
                reason: obstacle.reason,
                cause: obstacle.cause,
            });
            if let Some(behind) = obstacle.behind {
                next.push((index, behind));
            }
        }
        next
    }

    fn report(self, subject: PlanObject, waiting: bool, freshness: Freshness) -> WaitingReport {
        let steps = depth_first(&leading_to_roots(self.steps));
        let roots: Vec<usize> = (0..steps.len()).filter(|&index| steps[index].root).collect();
        WaitingReport {
            subject,
            waiting,
            root_count: roots.len(),
            roots,
            steps,
            truncated: self.truncated,
            freshness,
        }
    }
}

/// Only what leads to a root: an object that several wait for is explained once, and the other ways to it say
/// nothing new. Without any root everything is kept.
fn leading_to_roots(steps: Vec<Step>) -> Vec<Step> {
    let mut leads: Vec<bool> = steps.iter().map(|step| step.root).collect();
    if !leads.contains(&true) {
        return steps;
    }
    // A step stands after its parent, so one pass from the end reaches every ancestor.
    for index in (0..steps.len()).rev() {
        if let (true, Some(parent)) = (leads[index], steps[index].parent) {
            leads[parent] = true;
        }
    }
    let mut place = vec![0; steps.len()];
    let mut kept = Vec::new();
    for (index, step) in steps.into_iter().enumerate() {
        if leads[index] {
            place[index] = kept.len();
            kept.push(Step { parent: step.parent.map(|parent| place[parent]), ..step });
        }
    }
    kept
}

/// Reading order: an obstacle is followed by what stands behind it. Parents keep pointing at their steps.
fn depth_first(steps: &[Step]) -> Vec<Step> {
    let mut order = Vec::with_capacity(steps.len());
    let mut pending: Vec<usize> = (0..steps.len()).rev().filter(|&i| steps[i].parent.is_none()).collect();
    while let Some(index) = pending.pop() {
        order.push(index);
        pending.extend((0..steps.len()).rev().filter(|&i| steps[i].parent == Some(index)));
    }
    let mut place = vec![0; steps.len()];
    for (new, &old) in order.iter().enumerate() {
        place[old] = new;
    }
    order
        .iter()
        .map(|&old| Step { parent: steps[old].parent.map(|parent| place[parent]), ..steps[old].clone() })
        .collect()
}

/// A job without an obstacle of its own that waits: its stream's were placed with another of its jobs.
fn held_by_its_stream(looked: &Looked) -> bool {
    match looked {
        Looked::Job(detail, ..) => is_held_back(detail.job.status, &detail.job.internal_status),
        Looked::JobStream(_) => false,
    }
}

async fn look_at_job(plan: &PlanReader, id: &str) -> Result<Looked, Error> {
    let detail = plan.job(id).await?;
    let waits = is_held_back(detail.job.status, &detail.job.internal_status);
    if !waits {
        return Ok(Looked::Job(Box::new(detail), None, None));
    }
    let filter = equals("workstation_name", &detail.job.workstation);
    let (stream, workstations) = tokio::try_join!(
        plan.job_stream(&detail.job.job_stream_id),
        plan.workstations(Rows { filter: &filter, order_by: "", limit: 1 }),
    )?;
    let workstation = workstations.items.into_iter().next().map(Box::new);
    Ok(Looked::Job(Box::new(detail), Some(Box::new(stream)), workstation))
}

async fn look_at_stream(plan: &PlanReader, id: &str) -> Result<Looked, Error> {
    let detail = plan.job_stream(id).await?;
    Ok(Looked::JobStream(Box::new(detail)))
}
