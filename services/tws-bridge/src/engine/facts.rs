//! From the engine's wire types to the mirror's facts: names bare, words mapped, nothing derived.

mod dependency;
mod object;

use resync_api::tws::model::Status;
use resync_hwa::wire::dependency::DependenciesStats;
use resync_hwa::wire::enums::CommonStatus;
use resync_hwa::wire::job::{CompositeStatus, JobInPlan, JobRun, TimeRestrictions};
use resync_hwa::wire::stream::JobStreamInPlan;

pub(crate) use dependency::{dependencies, prompts_among};
pub(crate) use object::{file, prompt, resource, workstation};

use crate::engine::names;
use crate::plan::{JobFacts, JobStreamFacts, RunFacts};

/// A job; `None` without the two identifiers that nothing works without.
pub(crate) fn job(wire: &JobInPlan, carried_forward: bool) -> Option<JobFacts> {
    let composite = wire.last_run_composite_status.as_ref();
    let definition = wire.job_definition.as_ref();
    let task = definition.and_then(|definition| definition.task());
    let flags = wire.job_status_flags.as_ref();
    let options = wire.job_options.as_ref();
    let times = Times::read(wire.time_restrictions.as_ref());
    let (dependency_count, unresolved_dependency_count) = counts(wire.dependencies_stats.as_ref());
    let mut runs: Vec<&JobRun> = wire.jobruns.iter().collect();
    // The engine lists runs oldest first, but says itself which one is current.
    runs.sort_by_key(|run| run.last_in_rerun_chain == Some(true));
    let current = runs.last();
    Some(JobFacts {
        id: wire.id.clone()?,
        job_name: wire.name.clone().unwrap_or_default(),
        workstation: named(wire.workstation.as_deref()),
        job_stream_id: wire.job_stream_id.clone()?,
        job_stream_name: wire.job_stream_name.clone().unwrap_or_default(),
        job_stream_workstation: named(wire.job_stream_workstation.as_deref().or(wire.workstation.as_deref())),
        folder: names::folder(wire.folder.as_deref().unwrap_or_default()),
        status: status(wire.last_run_common_status.as_ref(), composite),
        internal_status: word(composite.and_then(|composite| composite.status.as_ref())),
        substatus: word(composite.and_then(|composite| composite.substatus.as_ref())),
        cancel_pending: composite.and_then(|composite| composite.cancel_pending).unwrap_or(false),
        priority: small(wire.priority),
        user: task
            .and_then(|task| task.user)
            .or_else(|| definition?.user_logins.first().map(String::as_str))
            .unwrap_or_default()
            .to_owned(),
        scheduled_time: wire.sched_time,
        earliest_start: times.earliest_start,
        latest_start: times.latest_start,
        deadline: times.deadline,
        critical_start: wire.critical_start,
        estimated_duration: definition
            .and_then(|definition| definition.estimated_duration)
            .or_else(|| current?.time_info.as_ref()?.estimated_duration),
        critical: options.and_then(|options| options.critical).unwrap_or(false),
        // Not `deadlineHasPassed`: it is true as well for jobs that ended well before their deadline.
        late_by_engine: flags.is_some_and(|flags| flags.job_late == Some(true)),
        requires_confirmation: options.and_then(|options| options.requires_confirmation).unwrap_or(false),
        every: options.and_then(|options| options.every).unwrap_or(false),
        carried_forward,
        recovery_option: definition
            .and_then(|definition| definition.recovery_option.as_ref())
            .map(|option| option.as_str().to_owned())
            .unwrap_or_default(),
        position: wire.position.and_then(|position| u32::try_from(position).ok()).unwrap_or(0),
        dependency_count,
        unresolved_dependency_count,
        task: task.and_then(|task| task.command).unwrap_or_default().to_owned(),
        description: definition.and_then(|definition| definition.description.clone()).unwrap_or_default(),
        runs: runs.into_iter().map(run).collect(),
    })
}

/// A job stream; `None` without its identifier.
pub(crate) fn job_stream(wire: &JobStreamInPlan) -> Option<JobStreamFacts> {
    let composite = wire.composite_status.as_ref();
    let times = Times::read(wire.time_restrictions.as_ref());
    let ran = wire.time_info.as_ref();
    let (dependency_count, unresolved_dependency_count) = counts(wire.dependencies_stats.as_ref());
    Some(JobStreamFacts {
        id: wire.id.clone()?,
        job_stream_name: wire.name.clone().unwrap_or_default(),
        folder: names::folder(wire.folder.as_deref().unwrap_or_default()),
        workstation: named(wire.workstation.as_deref()),
        status: status(wire.common_status.as_ref(), composite),
        internal_status: word(composite.and_then(|composite| composite.status.as_ref())),
        limit: wire.limit.filter(|limit| *limit >= 0).map(|limit| small(Some(limit))),
        priority: small(wire.priority),
        scheduled_time: wire.sched_time,
        earliest_start: times.earliest_start,
        latest_start: times.latest_start,
        deadline: times.deadline,
        start_time: ran.and_then(|ran| ran.actual_start_time),
        end_time: ran.and_then(|ran| ran.actual_end_time),
        estimated_duration: ran.and_then(|ran| ran.estimated_duration),
        carried_forward: carried_forward(wire),
        dependency_count,
        unresolved_dependency_count,
    })
}

pub(crate) fn carried_forward(wire: &JobStreamInPlan) -> bool {
    wire.js_definition_flags.as_ref().is_some_and(|flags| flags.carried_forward == Some(true))
}

fn run(wire: &JobRun) -> RunFacts {
    let composite = wire.composite_status.as_ref();
    let times = wire.time_info.as_ref();
    RunFacts {
        id: wire.id.clone().unwrap_or_default(),
        job_number: wire.job_number.unwrap_or(0),
        run_type: wire.rerun_type.as_ref().map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
        status: status(wire.common_status.as_ref(), composite),
        internal_status: word(composite.and_then(|composite| composite.status.as_ref())),
        return_code: wire.return_code.and_then(|code| i32::try_from(code).ok()),
        start_time: times.and_then(|times| times.actual_start_time),
        end_time: times.and_then(|times| times.actual_end_time),
        actual_workstation: named(wire.actual_workstation.as_deref()),
    }
}

/// The status to show; the internal one decides when the engine does not say it, or says it in a word not known.
pub(crate) fn status(common: Option<&CommonStatus>, composite: Option<&CompositeStatus>) -> Status {
    if composite.is_some_and(|composite| composite.canceled == Some(true)) {
        return Status::Canceled;
    }
    common.and_then(common_status).unwrap_or_else(|| {
        composite.and_then(|composite| composite.status.as_deref()).map_or(Status::Undecided, internal_status)
    })
}

/// The status to show for the engine's word; `None` for words not known.
pub(crate) fn common_status(common: &CommonStatus) -> Option<Status> {
    Some(match common {
        CommonStatus::Waiting | CommonStatus::WaitingForTrigger => Status::Waiting,
        CommonStatus::Ready | CommonStatus::ReadyPreviousWorkstationNotReporting => Status::Ready,
        CommonStatus::Running => Status::Running,
        CommonStatus::Successful | CommonStatus::Completed | CommonStatus::DummyCompleted => {
            Status::Successful
        }
        CommonStatus::Error | CommonStatus::Interrupted => Status::Error,
        CommonStatus::Canceled => Status::Canceled,
        CommonStatus::Held => Status::Held,
        CommonStatus::Undecided => Status::Undecided,
        CommonStatus::Blocked => Status::Blocked,
        CommonStatus::Suppress | CommonStatus::SuppressByCondition => Status::Suppressed,
        CommonStatus::Other(_) => return None,
    })
}

fn internal_status(word: &str) -> Status {
    match word {
        "ADD" | "PEND" | "WAIT" | "INTRO" | "HOLD" | "PENDPRED" | "ARRVING" => Status::Waiting,
        "READY" | "FENCE" => Status::Ready,
        "EXEC" | "SUCCP" | "ABENP" | "BOUND" | "STARTED" => Status::Running,
        "SUCC" | "COMPLT" | "COMPLETE" => Status::Successful,
        "ABEND" | "FAIL" | "INTRPT" => Status::Error,
        "CANCL" | "CANCLP" => Status::Canceled,
        "STUCK" | "SUSP" => Status::Blocked,
        "SUPPR" => Status::Suppressed,
        _ => Status::Undecided,
    }
}

/// Limits in time under the mirror's names.
#[derive(Default)]
struct Times {
    earliest_start: Option<chrono::DateTime<chrono::Utc>>,
    latest_start: Option<chrono::DateTime<chrono::Utc>>,
    deadline: Option<chrono::DateTime<chrono::Utc>>,
}

impl Times {
    fn read(wire: Option<&TimeRestrictions>) -> Self {
        wire.map_or_else(Self::default, |wire| Self {
            earliest_start: wire.start_time,
            latest_start: wire.latest_start_time,
            deadline: wire.deadline_time,
        })
    }
}

fn counts(stats: Option<&DependenciesStats>) -> (Option<u32>, Option<u32>) {
    let count = |number: Option<i64>| number.and_then(|number| u32::try_from(number).ok());
    stats.map_or((None, None), |stats| {
        (count(stats.number_of_dependencies), count(stats.number_of_unresolved_dependencies))
    })
}

pub(super) fn named(path: Option<&str>) -> String {
    names::bare(path.unwrap_or_default()).to_owned()
}

pub(super) fn word(text: Option<&String>) -> String {
    text.cloned().unwrap_or_default()
}

pub(super) fn small(number: Option<i64>) -> i32 {
    let number = number.unwrap_or(0);
    i32::try_from(number).unwrap_or(if number < 0 { i32::MIN } else { i32::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_shown_even_when_the_engine_gives_only_half_of_it() {
        let composite = |word: &str| CompositeStatus { status: Some(word.to_owned()), ..Default::default() };
        assert_eq!(status(Some(&CommonStatus::Held), Some(&composite("HOLD"))), Status::Held);
        assert_eq!(status(None, Some(&composite("FENCE"))), Status::Ready);
        assert_eq!(
            status(Some(&CommonStatus::Other("NEW".into())), Some(&composite("ABEND"))),
            Status::Error
        );
        assert_eq!(status(None, None), Status::Undecided);
        let canceled = CompositeStatus { canceled: Some(true), ..composite("HOLD") };
        assert_eq!(status(Some(&CommonStatus::Waiting), Some(&canceled)), Status::Canceled);
    }

    #[test]
    fn the_current_run_comes_last_wherever_the_engine_lists_it() {
        let wire: JobInPlan = serde_json::from_str(
            r#"{"id":"j","jobStreamId":"s","jobruns":[{"id":"2","lastInRerunChain":true},{"id":"1"}],"folder":"/A/"}"#,
        )
        .unwrap();
        let facts = job(&wire, false).unwrap();
        assert_eq!(facts.runs.iter().map(|run| run.id.as_str()).collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(facts.folder, "/A");
        assert!(job(&JobInPlan { id: None, ..wire }, false).is_none());
    }
}
