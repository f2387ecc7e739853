//! Jobs that are early, late, or slow.

use super::{IncidentKind, Planted, Scene, Thing};
use crate::plan::{LateStart, Outcome};

/// A start time that has not come.
pub(super) fn start_time(scene: &mut Scene<'_>) -> Planted {
    let chain = scene.chain(72, 3);
    let job = chain.jobs[1];
    let at = scene.builder.opening + 3 * 3_600;
    scene.builder.times(job).at = Some(at);
    Planted::new(
        IncidentKind::StartTimeInFuture,
        "The job must not start before its start time, which is still to come.",
        vec![Thing::Job(chain.jobs[2]), Thing::Job(job)],
    )
    .words(&["time"])
}

/// A latest start that passed while the predecessor was still running.
pub(super) fn until_passed(scene: &mut Scene<'_>) -> Planted {
    let chain = scene.chain(135, 3);
    let (before, job) = (chain.jobs[0], chain.jobs[1]);
    scene.outcome(before, Outcome { seconds: Some(75 * 60), ..Outcome::default() });
    let until = scene.builder.opening - 95 * 60;
    let times = scene.builder.times(job);
    times.until = Some(until);
    times.on_until = Some(LateStart::DoNotRun);
    Planted::new(
        IncidentKind::UntilPassed,
        "The latest start time passed before the job could start, so it is suppressed.",
        vec![Thing::Job(chain.jobs[2]), Thing::Job(job)],
    )
    .words(&["until|latest start|suppress"])
    .codes(&["AWSBHT202I"])
}

/// A run far beyond its estimate.
pub(super) fn long_running(scene: &mut Scene<'_>) -> Planted {
    let chain = scene.chain(145, 3);
    let job = chain.jobs[1];
    scene.builder.job_mut(job).estimated = 600;
    let lines = vec!["waiting for row lock on POSITIONS, session 412 is the blocker".to_owned()];
    scene.outcome(job, Outcome { seconds: Some(9 * 3_600), lines: lines.clone(), ..Outcome::default() });
    Planted::new(
        IncidentKind::LongRunning,
        "The job has been running for much longer than estimated.",
        vec![Thing::Job(job)],
    )
    .words(&["long|running|estimate"])
    .failed(None, &lines)
}

/// A critical job whose deadline passed because a predecessor is slow.
pub(super) fn late(scene: &mut Scene<'_>) -> Planted {
    let chain = scene.chain(165, 4);
    let (slow, critical) = (chain.jobs[1], chain.jobs[3]);
    scene.builder.job_mut(slow).estimated = 1_200;
    scene.outcome(slow, Outcome { seconds: Some(5 * 3_600), ..Outcome::default() });
    let deadline = scene.builder.opening - 25 * 60;
    scene.builder.times(critical).deadline = Some(deadline);
    scene.builder.job_mut(critical).critical = true;
    scene.builder.stream_mut(chain.stream).times.deadline = Some(deadline);
    Planted::new(
        IncidentKind::LatePastDeadline,
        "The critical job missed its deadline because a predecessor still runs.",
        vec![Thing::Job(critical), Thing::Job(chain.jobs[2]), Thing::Job(slow)],
    )
    .words(&["late|deadline"])
}
