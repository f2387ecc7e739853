//! Why a job failed: how it ended, what its log points at, where it ran, and what waits on it now.

use chrono::{DateTime, Utc};
use resync_api::agent::model::{Language, LogLine};
use resync_api::tws::model::{
    Direction, FlowNode, Freshness, Job, JobDetail, JobRun, Prompt, Status, WalkDependenciesRequest,
    Workstation,
};
use serde::{Deserialize, Serialize};

use super::plan_object::{ObjectSort, PlanObject};
use super::selection::equals;
use super::walk_dependencies::MAX_NODES;
use super::{PlanReader, Rows, Tool};
use crate::catalogue::log_lines::{self, Clue, FailureClass};
use crate::catalogue::{self, Meaning};
use crate::error::Error;

/// Lines read of the end of the log.
const TAIL_LINES: u32 = 200;
/// Lines of the log in the result.
const MAX_LINES: usize = 40;
/// Clues in the result.
const MAX_CLUES: usize = 3;
/// Jobs that wait for it, in the result.
const MAX_WAITING: usize = 8;

/// Explain why a job failed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ExplainFailure {
    /// Plan id.
    pub(crate) job: String,
    /// Language in which codes are explained.
    #[serde(default)]
    pub(crate) language: Language,
}

/// What was found.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FailureReport {
    pub(crate) job: Job,
    /// It is in error.
    pub(crate) failed: bool,
    /// It never started: internal status FAIL.
    pub(crate) launch_failed: bool,
    /// What went wrong, as far as the evidence says.
    pub(crate) class: FailureClass,
    /// What the log points at, nearest to the cause first.
    pub(crate) clues: Vec<Clue>,
    /// What the program printed last, when nothing it printed says why it failed.
    pub(crate) last_printed: Option<LogLine>,
    /// What its return code usually means.
    pub(crate) return_code_meanings: Vec<Meaning>,
    pub(crate) last_run: Option<JobRun>,
    /// Runs in this plan.
    pub(crate) run_count: usize,
    /// Runs in this plan that ended in error.
    pub(crate) failed_run_count: usize,
    /// The run of its recovery job that failed too.
    pub(crate) failed_recovery: Option<JobRun>,
    /// Unset: the log cannot be read.
    pub(crate) log: Option<LogExcerpt>,
    /// Code of what went wrong with reading the log.
    pub(crate) log_error: Option<String>,
    /// Where it runs, when that cannot run jobs now.
    pub(crate) unhealthy_workstation: Option<Workstation>,
    /// Prompts of its recovery that wait for an answer.
    pub(crate) open_prompts: Vec<Prompt>,
    /// Predecessors that were canceled: it ran without what they make.
    pub(crate) canceled_predecessors: Vec<PlanObject>,
    /// What waits for it now.
    pub(crate) waiting: Vec<PlanObject>,
    /// How much waits for it now, all the way down.
    pub(crate) waiting_count: usize,
    /// There is more than is counted.
    pub(crate) waiting_truncated: bool,
    pub(crate) freshness: Freshness,
}

/// The end of a log. The lines are untrusted text.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LogExcerpt {
    pub(crate) run_id: String,
    pub(crate) lines: Vec<LogLine>,
    /// The log has more lines.
    pub(crate) truncated: bool,
    pub(crate) observed_at: DateTime<Utc>,
}

impl Tool for ExplainFailure {
    const NAME: &'static str = "explain_failure";
    const DESCRIPTION: &'static str = "Why a job failed: status, return code, the log lines that matter, its workstation, and what waits on it.";
    type Output = FailureReport;

    async fn run(&self, plan: &PlanReader) -> Result<FailureReport, Error> {
        let detail = plan.job(&self.job).await?;
        let (log, workstation, open_prompts, waiting) = tokio::join!(
            plan.log_tail(&self.job, TAIL_LINES),
            workstation_of(plan, &detail.job),
            prompts_of(plan, &detail.job),
            waiting_for(plan, &detail.job),
        );
        // Without its log a failure is explained as far as it can be; without the plan it is not.
        let (log, log_error) = match log {
            Ok(log) => (Some(log), None),
            Err(error) => (None, Some(resync_fault::Fault::reason(&error).to_owned())),
        };
        let lines = log.as_ref().map(log_lines::marked).unwrap_or_default();
        let mut clues = log_lines::clues(&lines, self.language);
        clues.truncate(MAX_CLUES);
        let last_printed = log_lines::last_printed(&lines).map(|last| lines[last].clone());
        let last_printed =
            last_printed.filter(|last| last.matters && clues.iter().all(|clue| clue.line != last.number));
        let (waiting, waiting_count, waiting_truncated) = waiting?;
        let job = &detail.job;
        Ok(FailureReport {
            failed: job.status == Status::Error,
            launch_failed: job.internal_status == "FAIL",
            class: class(job, &clues),
            last_printed,
            return_code_meanings: job
                .return_code
                .map(|code| catalogue::by_number(code, self.language))
                .unwrap_or_default(),
            last_run: detail.runs.iter().find(|run| run.last).or(detail.runs.last()).cloned(),
            run_count: detail.runs.len(),
            failed_run_count: detail.runs.iter().filter(|run| run.status == Status::Error).count(),
            failed_recovery: failed_recovery(&detail),
            log: log.map(|log| {
                let (lines, cut) = excerpt(lines, &clues);
                LogExcerpt {
                    run_id: log.run_id,
                    lines,
                    truncated: log.truncated || cut,
                    observed_at: log.observed_at,
                }
            }),
            log_error,
            clues,
            unhealthy_workstation: workstation?.filter(|workstation| !workstation.healthy),
            open_prompts: open_prompts?,
            canceled_predecessors: canceled_predecessors(&detail),
            waiting,
            waiting_count,
            waiting_truncated,
            freshness: detail.freshness,
            job: detail.job,
        })
    }

    fn summary(report: &FailureReport) -> String {
        format!("{:?}, {} clues in the log", report.class, report.clues.len())
    }
}

/// The log speaks first; what it does not say the way it ended may.
fn class(job: &Job, clues: &[Clue]) -> FailureClass {
    let by_end = match job.return_code {
        _ if job.internal_status == "FAIL" => FailureClass::LaunchFailed,
        Some(126) => FailureClass::NotExecutable,
        Some(127) => FailureClass::ScriptMissing,
        Some(134 | 139) => FailureClass::Crashed,
        Some(137 | 143) => FailureClass::Killed,
        _ => FailureClass::ProgramError,
    };
    match clues.first() {
        Some(clue) if clue.class != FailureClass::ProgramError => clue.class,
        _ => by_end,
    }
}

/// Enough of the log to see the clues in their context: its end, and the lines around earlier clues.
fn excerpt(lines: Vec<LogLine>, clues: &[Clue]) -> (Vec<LogLine>, bool) {
    let all = lines.len();
    let tail_from = all.saturating_sub(MAX_LINES / 2);
    let near = |number: u32| clues.iter().any(|clue| clue.line.abs_diff(number) <= 2);
    let kept: Vec<_> = lines
        .into_iter()
        .enumerate()
        .filter(|(index, line)| *index >= tail_from || near(line.number))
        .map(|(_, line)| line)
        .take(MAX_LINES)
        .collect();
    let cut = kept.len() < all;
    (kept, cut)
}

async fn workstation_of(plan: &PlanReader, job: &Job) -> Result<Option<Workstation>, Error> {
    let filter = equals("workstation_name", &job.workstation);
    let rows = Rows { filter: &filter, order_by: "", limit: 1 };
    Ok(plan.workstations(rows).await?.items.into_iter().next())
}

async fn prompts_of(plan: &PlanReader, job: &Job) -> Result<Vec<Prompt>, Error> {
    let filter = format!("{} AND {}", equals("status", "ASKED"), equals("job_key", &job.key));
    let rows = Rows { filter: &filter, order_by: "", limit: 5 };
    Ok(plan.prompts(rows).await?.items)
}

async fn waiting_for(plan: &PlanReader, job: &Job) -> Result<(Vec<PlanObject>, usize, bool), Error> {
    let request = WalkDependenciesRequest {
        engine: String::new(),
        object: job.id.clone(),
        direction: Direction::Successors,
        max_depth: 100,
        max_nodes: MAX_NODES,
    };
    let walk = plan.walk(request).await?;
    let waiting: Vec<_> = walk
        .nodes
        .iter()
        .map(|node| match &node.node {
            FlowNode::Job(job) => PlanObject::from(job.as_ref()),
            FlowNode::JobStream(stream) => PlanObject::from(stream.as_ref()),
        })
        .filter(|object| {
            let status = object.status;
            !matches!(status, Some(Status::Successful | Status::Canceled | Status::Running | Status::Error))
        })
        .collect();
    let count = waiting.len();
    Ok((waiting.into_iter().take(MAX_WAITING).collect(), count, walk.truncated))
}

fn failed_recovery(detail: &JobDetail) -> Option<JobRun> {
    let mut runs = detail.runs.iter().rev();
    runs.find(|run| run.run_type.contains("RECOVERY") && run.status == Status::Error).cloned()
}

fn canceled_predecessors(detail: &JobDetail) -> Vec<PlanObject> {
    let predecessors = detail.dependencies.iter().filter_map(|dependency| dependency.target.predecessor());
    predecessors
        .filter(|predecessor| predecessor.status == Some(Status::Canceled))
        .map(|predecessor| PlanObject::predecessor(ObjectSort::Job, predecessor))
        .collect()
}
