//! One engine as callers see it: questions in, domain answers out. Answers come from the mirror, so asking is cheap for
//! the engine and quick; job logs alone are read from it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use futures::Stream;
use resync_api::filter::{Filter, OrderBy};
use resync_api::tws::model::{
    CountRequest, Counts, DependencyOwner, DependencyWalk, EngineStatus, FindRequest, Found, Freshness, Job,
    JobDetail, JobLog, JobLogRequest, JobRun, JobStream, JobStreamDetail, ListChangesRequest, ListRequest,
    ObjectKind, Page, PlanChanges, PlanOverview, PlanUpdate, Prompt, Resource, Status, TopologyUpdate,
    WalkDependenciesRequest, WatchRequest, Workstation,
};
use tokio::sync::watch;

use super::plan_day::plan_day_start;
use super::watch::Subscription;
use crate::engine::{EngineReader, LogLines, LogRange, RunStage};
use crate::error::Error;
use crate::plan::{
    ChangeLog, CountQuery, EngineState, FindQuery, JobView, ListQuery, QueryError, Reader, Snapshot,
    WalkQuery,
};

const DEFAULT_ATTENTION: u32 = 100;
const MAX_ATTENTION: u32 = 1000;
const DEFAULT_CHANGES: u32 = 200;
const MAX_CHANGES: u32 = 2000;
const DEFAULT_LOG_LINES: u32 = 200;
const MAX_LOG_LINES: u32 = 2000;
/// The last lines of a log may reach the engine after the end of the run, but not later than this.
const LOG_SETTLES: TimeDelta = TimeDelta::seconds(60);
/// A job's dependencies are read afresh when that takes no longer; else those of the model are shown.
const FRESH_READ: Duration = Duration::from_millis(250);

/// One engine as callers see it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct PlanView {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    name: String,
    mirror: Reader,
    state: watch::Receiver<EngineState>,
    published: watch::Receiver<()>,
    engine: Arc<dyn EngineReader>,
    /// The last overview of the default size: it is asked for far more often than it changes.
    overview: Mutex<Option<CachedOverview>>,
}

#[derive(Debug)]
struct CachedOverview {
    version: u64,
    second: i64,
    overview: Arc<PlanOverview>,
}

/// What one answer is computed from: one version of the plan at one instant.
struct Moment {
    plan: Arc<Snapshot>,
    engine: Arc<EngineState>,
    now: DateTime<Utc>,
}

impl Moment {
    fn freshness(&self, oldest_observed_at: Option<DateTime<Utc>>) -> Freshness {
        let engine = &self.engine;
        let zone: Option<Tz> = engine.time_zone.parse().ok();
        Freshness {
            plan_version: self.plan.version(),
            oldest_observed_at,
            engine_time: self.now,
            time_zone: engine.time_zone.clone(),
            stale_since: engine.unreachable_since,
            stale_reason: stale_reason(engine),
            plan_day_start: plan_day_start(self.now, zone.unwrap_or(Tz::UTC), engine.start_of_day),
        }
    }
}

fn stale_reason(engine: &EngineState) -> String {
    if engine.unreachable_since.is_none() {
        return String::new();
    }
    [engine.last_error.as_str(), engine.last_error_hint.as_str()]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join(": ")
}

impl PlanView {
    pub(super) fn new(
        mirror: Reader,
        state: watch::Receiver<EngineState>,
        published: watch::Receiver<()>,
        engine: Arc<dyn EngineReader>,
    ) -> Self {
        let name = mirror.engine().engine.clone();
        Self { inner: Arc::new(Inner { name, mirror, state, published, engine, overview: Mutex::default() }) }
    }

    /// Name of the engine.
    #[must_use]
    pub fn engine(&self) -> &str {
        &self.inner.name
    }

    fn moment(&self) -> Result<Moment, Error> {
        let engine = self.inner.mirror.engine();
        let plan = self.inner.mirror.snapshot();
        if !plan.is_complete() {
            return Err(Error::NotSynced { engine: self.inner.name.clone(), cause: stale_reason(&engine) });
        }
        let now = engine.engine_time(Utc::now());
        Ok(Moment { plan, engine, now })
    }

    /// How the engine and its mirror do.
    #[must_use]
    pub fn status(&self) -> EngineStatus {
        // The engine side's own copy: its counter of requests wakes nobody.
        let state = self.inner.state.borrow().clone();
        let plan = self.inner.mirror.snapshot();
        let moment = self.moment().ok();
        let oldest = |moment: &Moment| moment.plan.oldest_job_observed_at();
        EngineStatus {
            engine: self.inner.name.clone(),
            url: state.url,
            reachable: state.reachable,
            version: state.version,
            time_zone: state.time_zone,
            clock_skew_seconds: state.clock_skew.num_milliseconds() as f64 / 1000.0,
            freshness: moment.as_ref().map(|moment| moment.freshness(oldest(moment))),
            synced: plan.is_complete(),
            job_count: plan.job_count() as u64,
            job_stream_count: plan.job_stream_count() as u64,
            workstation_count: plan.workstation_count() as u64,
            plan_edge_coverage: plan.plan_edge_coverage(),
            sweep_period: state.sweep_period,
            last_error: state.last_error,
            last_error_hint: state.last_error_hint,
            requests_sent: state.requests_sent,
            capabilities: state.capabilities,
        }
    }

    /// The plan at a glance; 0 means at most 100 jobs that need attention.
    ///
    /// # Errors
    /// When the plan was not read yet.
    pub fn overview(&self, attention_limit: u32) -> Result<Arc<PlanOverview>, Error> {
        let moment = self.moment()?;
        let limit = bounded(attention_limit, DEFAULT_ATTENTION, MAX_ATTENTION);
        if limit != DEFAULT_ATTENTION {
            return Ok(Arc::new(overview_at(&moment, limit)));
        }
        let (version, second) = (moment.plan.version(), moment.now.timestamp());
        let cached = || self.inner.overview.lock().unwrap_or_else(PoisonError::into_inner);
        let stale = moment.engine.unreachable_since;
        if let Some(last) = cached().as_ref()
            && (last.version, last.second, last.overview.freshness.stale_since) == (version, second, stale)
        {
            return Ok(Arc::clone(&last.overview));
        }
        let overview = Arc::new(overview_at(&moment, limit));
        *cached() = Some(CachedOverview { version, second, overview: Arc::clone(&overview) });
        Ok(overview)
    }

    /// A page of jobs.
    ///
    /// # Errors
    /// When the plan was not read yet or the request does not fit.
    pub fn jobs(&self, request: &ListRequest) -> Result<Page<Job>, Error> {
        let moment = self.moment()?;
        page(&moment, ObjectKind::Job, request, |plan, row| Some(plan.job(row, moment.now)))
    }

    /// A page of job streams.
    ///
    /// # Errors
    /// When the plan was not read yet or the request does not fit.
    pub fn job_streams(&self, request: &ListRequest) -> Result<Page<JobStream>, Error> {
        let moment = self.moment()?;
        page(&moment, ObjectKind::JobStream, request, |plan, row| plan.job_stream(row, moment.now))
    }

    /// A page of workstations.
    ///
    /// # Errors
    /// When the plan was not read yet or the request does not fit.
    pub fn workstations(&self, request: &ListRequest) -> Result<Page<Workstation>, Error> {
        let moment = self.moment()?;
        let build = moment.plan.workstation_rows();
        page(&moment, ObjectKind::Workstation, request, |_, row| build(row))
    }

    /// A page of resources.
    ///
    /// # Errors
    /// When the plan was not read yet or the request does not fit.
    pub fn resources(&self, request: &ListRequest) -> Result<Page<Resource>, Error> {
        page(&self.moment()?, ObjectKind::Resource, request, Snapshot::resource)
    }

    /// A page of prompts.
    ///
    /// # Errors
    /// When the plan was not read yet or the request does not fit.
    pub fn prompts(&self, request: &ListRequest) -> Result<Page<Prompt>, Error> {
        page(&self.moment()?, ObjectKind::Prompt, request, Snapshot::prompt)
    }

    /// One job. The dependencies of a job that is held back are read from the engine when the mirror knows them from
    /// the model only and the engine answers at once.
    ///
    /// # Errors
    /// When the plan was not read yet, or nothing or several jobs have that id or key.
    pub async fn job(&self, job: &str) -> Result<JobDetail, Error> {
        let moment = self.moment()?;
        let view = moment.plan.job_view(job, moment.now)?;
        let freshness = moment.freshness(Some(view.job.observed_at));
        let fresh = if wants_fresh_edges(&view) { self.fresh_dependencies(&view.job.id).await } else { None };
        let JobView { job, runs, mut dependencies, task, description, has_plan_edges: _ } = view;
        if let Some(own) = fresh {
            dependencies.retain(|dependency| dependency.owner == DependencyOwner::JobStream);
            dependencies.splice(0..0, own);
        }
        Ok(JobDetail { job, runs, dependencies, task, description, freshness })
    }

    async fn fresh_dependencies(&self, id: &str) -> Option<Vec<resync_api::tws::model::Dependency>> {
        if !self.inner.mirror.engine().reachable {
            return None;
        }
        match tokio::time::timeout(FRESH_READ, self.inner.engine.job(id.to_owned())).await {
            Ok(Ok(reading)) => Some(reading.dependencies),
            Ok(Err(error)) => {
                tracing::debug!(job.id = id, error = %error, "dependencies shown from the model");
                None
            }
            Err(_) => None,
        }
    }

    /// One job stream.
    ///
    /// # Errors
    /// When the plan was not read yet, or nothing or several job streams have that id or key.
    pub fn job_stream(&self, job_stream: &str) -> Result<JobStreamDetail, Error> {
        let moment = self.moment()?;
        let view = moment.plan.job_stream_view(job_stream, moment.now)?;
        let freshness = moment.freshness(Some(view.job_stream.observed_at));
        Ok(JobStreamDetail { job_stream: view.job_stream, dependencies: view.dependencies, freshness })
    }

    /// A bounded range of a job's log, read from the engine.
    ///
    /// # Errors
    /// When the plan was not read yet, nothing or several jobs have that id or key, or the engine fails.
    pub async fn job_log(&self, request: &JobLogRequest) -> Result<JobLog, Error> {
        let moment = self.moment()?;
        let (job_id, mut runs) = moment.plan.runs_of(&request.job, moment.now)?;
        let run = if request.run_id.is_empty() {
            runs.pop()
        } else {
            runs.into_iter().find(|run| run.id == request.run_id)
        };
        let stage = run.as_ref().map_or(RunStage::Open, |run| stage(run, moment.now));
        let started = run.as_ref().and_then(|run| run.start_time);
        let run_id = run.map_or_else(|| request.run_id.clone(), |run| run.id);
        let lines = match request.tail_lines {
            0 => LogLines::From {
                line: request.from_line.max(1),
                count: bounded(request.max_lines, DEFAULT_LOG_LINES, MAX_LOG_LINES),
            },
            tail => LogLines::Tail(tail.min(MAX_LOG_LINES)),
        };
        Ok(self.inner.engine.job_log(LogRange { job_id, run_id, started, stage, lines }).await?)
    }

    /// Predecessors or successors.
    ///
    /// # Errors
    /// When the plan was not read yet, or nothing or several objects have that id or key.
    pub fn walk(&self, request: &WalkDependenciesRequest) -> Result<DependencyWalk, Error> {
        let moment = self.moment()?;
        let WalkDependenciesRequest { engine: _, object, direction, max_depth, max_nodes } = request;
        let (direction, max_depth, max_nodes) = (*direction, *max_depth, *max_nodes);
        let walked = moment.plan.walk(&WalkQuery { object, direction, max_depth, max_nodes }, moment.now)?;
        Ok(DependencyWalk {
            nodes: walked.nodes,
            truncated: walked.truncated,
            plan_edge_coverage: walked.plan_edge_coverage,
            freshness: moment.freshness(walked.oldest_observed_at),
            other_dependencies: walked.other_dependencies,
        })
    }

    /// Filter, group and count.
    ///
    /// # Errors
    /// When the plan was not read yet or the request does not fit.
    pub fn count(&self, request: &CountRequest) -> Result<Counts, Error> {
        let moment = self.moment()?;
        let CountRequest { engine: _, kind, filter, group_by, max_groups } = request;
        let filter = Filter::parse(filter).map_err(QueryError::from)?;
        let query = CountQuery { kind: *kind, filter: &filter, group_by, max_groups: *max_groups };
        let counted = moment.plan.count(&query, moment.now)?;
        Ok(Counts {
            total: counted.total,
            groups: counted.groups,
            truncated: counted.truncated,
            freshness: moment.freshness(counted.oldest_observed_at),
        })
    }

    /// Objects by what a person typed.
    ///
    /// # Errors
    /// When the plan was not read yet.
    pub fn find(&self, request: &FindRequest) -> Result<Found, Error> {
        let moment = self.moment()?;
        let FindRequest { engine: _, text, kinds, limit } = request;
        let found = moment.plan.find(&FindQuery { text, kinds, limit: *limit as usize });
        Ok(Found {
            objects: found.objects,
            total_size: found.total_size,
            freshness: moment.freshness(found.oldest_observed_at),
        })
    }

    /// Changes since a time, newest first.
    ///
    /// # Errors
    /// When the plan was not read yet.
    pub fn changes(&self, request: &ListChangesRequest) -> Result<PlanChanges, Error> {
        let moment = self.moment()?;
        let limit = bounded(request.limit, DEFAULT_CHANGES, MAX_CHANGES) as usize;
        let log = self.inner.mirror.changes();
        let (changes, truncated) = log.since(request.since, limit);
        let remembered_since = log.complete_since();
        drop(log);
        let freshness = moment.freshness(moment.plan.oldest_job_observed_at());
        Ok(PlanChanges { changes, truncated, remembered_since, freshness })
    }

    /// An overview first, then changes.
    ///
    /// # Errors
    /// When the plan was not read yet or the resume token is not one of ours.
    pub fn watch(
        &self,
        request: &WatchRequest,
    ) -> Result<impl Stream<Item = Result<PlanUpdate, Error>> + Send + use<>, Error> {
        self.moment()?;
        Ok(Subscription::begin(self.clone(), &request.resume_token)?.stream())
    }

    /// The whole plan with its dependencies, then what changes.
    ///
    /// # Errors
    /// When the plan was not read yet.
    pub fn export(&self) -> Result<impl Stream<Item = Result<TopologyUpdate, Error>> + Send + use<>, Error> {
        self.moment()?;
        Ok(super::export::follow(self.clone()))
    }

    /// The newest version, and how fresh it is.
    pub(super) fn exported(&self) -> Result<(Arc<Snapshot>, Freshness), Error> {
        let moment = self.moment()?;
        let freshness = moment.freshness(moment.plan.oldest_job_observed_at());
        Ok((moment.plan, freshness))
    }

    /// Version of the newest plan.
    pub(super) fn version(&self) -> u64 {
        self.inner.mirror.snapshot().version()
    }

    pub(super) fn published(&self) -> watch::Receiver<()> {
        self.inner.published.clone()
    }

    /// Reads from the memory of changes, which is locked meanwhile.
    pub(super) fn with_changes<T>(&self, read: impl FnOnce(&ChangeLog) -> T) -> T {
        read(&self.inner.mirror.changes())
    }
}

fn bounded(wish: u32, default: u32, most: u32) -> u32 {
    if wish == 0 { default } else { wish.min(most) }
}

fn stage(run: &JobRun, now: DateTime<Utc>) -> RunStage {
    if !matches!(run.status, Status::Successful | Status::Error | Status::Canceled) {
        return RunStage::Open;
    }
    match run.end_time {
        Some(end) if now - end >= LOG_SETTLES => RunStage::Settled,
        _ => RunStage::Ended,
    }
}

fn wants_fresh_edges(view: &JobView) -> bool {
    let held_back =
        matches!(view.job.status, Status::Waiting | Status::Held | Status::Blocked | Status::Undecided);
    held_back && !view.has_plan_edges && view.job.unresolved_dependency_count > 0
}

fn overview_at(moment: &Moment, limit: u32) -> PlanOverview {
    let overview = moment.plan.overview(limit as usize, moment.now);
    PlanOverview {
        freshness: moment.freshness(overview.oldest_observed_at),
        jobs_by_status: overview.jobs_by_status,
        job_streams_by_status: overview.job_streams_by_status,
        workstations: overview.workstations,
        attention: overview.attention,
        truncated: overview.truncated,
        late_jobs: overview.late_jobs,
        long_running_jobs: overview.long_running_jobs,
        at_risk_jobs: overview.at_risk_jobs,
        open_prompts: overview.open_prompts,
        unhealthy_workstations: overview.unhealthy_workstations,
    }
}

fn page<T>(
    moment: &Moment,
    kind: ObjectKind,
    request: &ListRequest,
    build: impl Fn(&Snapshot, u32) -> Option<T>,
) -> Result<Page<T>, Error> {
    let ListRequest { engine: _, filter, order_by, page_size, page_token } = request;
    let filter = Filter::parse(filter).map_err(QueryError::from)?;
    let order_by = OrderBy::parse(order_by).map_err(QueryError::from)?;
    let query = ListQuery { filter: &filter, order_by: &order_by, page_size: *page_size, page_token };
    let listed = moment.plan.list(kind, &query, moment.now, build)?;
    Ok(Page {
        items: listed.items,
        next_page_token: listed.next_page_token,
        total_size: listed.total_size,
        freshness: moment.freshness(listed.oldest_observed_at),
    })
}
