//! Job logs: of one run, or of the last run of the job a filter selects.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, header};
use uuid::Uuid;

use super::jobs;
use super::listing::{Listing, Parameters};
use crate::engine::Engine;
use crate::joblog::{JobLog, cut};
use crate::oql::fields::JOB;
use crate::plan::JobIndex;
use crate::problem::Problem;
use crate::shared::Shared;

/// How often a followed log is looked at.
const FOLLOW_PERIOD: Duration = Duration::from_millis(250);

#[derive(Debug, Clone, Copy)]
struct Wanted {
    content_only: bool,
    follow: bool,
    from: Option<usize>,
    to: Option<usize>,
}

impl Wanted {
    fn new(parameters: &Parameters) -> Result<Self, Problem> {
        Ok(Self {
            content_only: parameters.flag("contentOnly"),
            follow: parameters.flag("follow"),
            from: parameters.number("from_line")?,
            to: parameters.number("to_line")?,
        })
    }
}

pub(super) async fn of_run(
    State(shared): State<Arc<Shared>>,
    Path(run): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let wanted = Wanted::new(&Parameters::new(query.as_deref())?)?;
    let found = {
        let engine = shared.engine();
        find_run(&engine, &run)
    };
    let (job, position) = found.ok_or_else(|| Problem::no_object(&format!("run={run}")))?;
    Ok(answer(shared, job, position, wanted))
}

pub(super) async fn of_filter(
    State(shared): State<Arc<Shared>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let parameters = Parameters::new(query.as_deref())?;
    let wanted = Wanted::new(&parameters)?;
    let listing = Listing::new("/plan/job/joblog", &parameters, &headers, JOB)?;
    let found = {
        let engine = shared.engine();
        let job = jobs::select(&engine, &listing).into_iter().next();
        job.ok_or_else(|| Problem::no_object("job")).and_then(|job| {
            match engine.plan[job].runs.len().checked_sub(1) {
                Some(last) => Ok((job, last)),
                None => Err(Problem::no_object(&format!("job log of {}", engine.plan.job_key(job)))),
            }
        })
    };
    let (job, position) = found?;
    Ok(answer(shared, job, position, wanted))
}

fn find_run(engine: &Engine, id: &str) -> Option<(JobIndex, usize)> {
    let id = Uuid::parse_str(id).ok()?;
    let job = *engine.directory.runs.get(&id)?;
    Some((job, engine.plan[job].runs.iter().position(|run| run.id == id)?))
}

fn read(engine: &Engine, job: JobIndex, position: usize, wanted: Wanted) -> Vec<String> {
    let run = &engine.plan[job].runs[position];
    let lines = JobLog::new(&engine.plan, engine.now, job, run).lines(wanted.content_only);
    cut(lines, wanted.from, wanted.to)
}

fn text(lines: &[String]) -> Bytes {
    lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect::<String>().into()
}

fn answer(shared: Arc<Shared>, job: JobIndex, position: usize, wanted: Wanted) -> Response {
    let plain = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    if !wanted.follow {
        let lines = read(&shared.engine(), job, position, wanted);
        return (plain, text(&lines)).into_response();
    }
    // Sends what is new until the run has ended and everything of it was sent.
    let stream = futures::stream::unfold((shared, 0, false), move |(shared, sent, over)| async move {
        if over {
            return None;
        }
        if sent > 0 {
            tokio::time::sleep(FOLLOW_PERIOD).await;
        }
        let (fresh, ended, total) = {
            let engine = shared.engine();
            let lines = read(&engine, job, position, wanted);
            let ended = engine.plan[job].runs[position].ended.is_some();
            (text(lines.get(sent..).unwrap_or_default()), ended, lines.len())
        };
        Some((Ok::<_, std::convert::Infallible>(fresh), (shared, total.max(1), ended)))
    });
    (plain, Body::from_stream(stream)).into_response()
}
