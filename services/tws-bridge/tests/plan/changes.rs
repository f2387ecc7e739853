//! What subscribers hear of: each change once, with the words of before and after.

use resync_api::tws::model::{ChangeKind, PlanChange, PromptStatus, Status};
use resync_tws_bridge::plan::{Mirror, RowKind, Update};

use crate::fixture::*;

/// Kinds reported by one step.
fn heard(mirror: &mut Mirror, step: impl FnOnce(&mut Mirror)) -> Vec<PlanChange> {
    let before = mirror.reader().changes().end();
    step(mirror);
    let reader = mirror.reader();
    let after = reader.changes().after(before, 1_000);
    assert!(!after.gap);
    after.changes
}

fn kinds(changes: &[PlanChange]) -> Vec<ChangeKind> {
    changes.iter().map(|change| change.kind).collect()
}

fn plan() -> Mirror {
    mirror_of(Update {
        job_streams: vec![stream(0)],
        jobs: vec![plain_job(1, 0), plain_job(2, 0)],
        workstations: vec![workstation("WS0")],
        resources: vec![resource("DBLOCK", 0)],
        prompts: vec![prompt(1, PromptStatus::NotAsked)],
        ..whole_plan()
    })
}

#[test]
fn the_life_of_a_job_is_told_step_by_step() {
    let mut mirror = plan();
    let mut step = |status, internal: &str| {
        let job = in_state(plain_job(1, 0), status, internal);
        let changes = heard(&mut mirror, |mirror| {
            mirror.apply(Update { jobs: vec![job], ..batch() });
        });
        let [change] = changes.as_slice() else { panic!("one change, not {changes:?}") };
        assert_eq!(change.object, format!("engines/default/jobs/{}", job_id(1)));
        assert_eq!(change.key, "WS0#/STREAM_0000.JOB_00001");
        (change.kind, change.before.clone(), change.after.clone(), change.time)
    };
    let words = |before: &str, after: &str| (before.to_owned(), after.to_owned());
    for (status, internal, kind, (before, after), time) in [
        (Status::Ready, "READY", ChangeKind::JobChanged, words("WAITING HOLD", "READY READY"), noon()),
        (
            Status::Running,
            "EXEC",
            ChangeKind::JobStarted,
            words("READY READY", "RUNNING EXEC"),
            noon() - minutes(30),
        ),
        (
            Status::Error,
            "ABEND",
            ChangeKind::JobFailed,
            words("RUNNING EXEC", "ERROR ABEND"),
            noon() - minutes(10),
        ),
        (
            Status::Successful,
            "SUCC",
            ChangeKind::JobSucceeded,
            words("ERROR ABEND", "SUCCESSFUL SUCC"),
            noon() - minutes(10),
        ),
    ] {
        assert_eq!(step(status, internal), (kind, before, after, time), "{internal}");
    }
}

#[test]
fn a_rerun_that_fails_again_is_news() {
    let mut mirror = plan();
    let mut failed = in_state(plain_job(1, 0), Status::Error, "ABEND");
    mirror.apply(Update { jobs: vec![failed.clone()], ..batch() });
    let same = heard(&mut mirror, |mirror| {
        mirror.apply(Update { jobs: vec![failed.clone()], ..batch() });
    });
    assert!(same.is_empty());
    failed.runs.push(run(&failed, 2));
    let again = heard(&mut mirror, |mirror| {
        mirror.apply(Update { jobs: vec![failed], ..batch() });
    });
    assert_eq!(kinds(&again), [ChangeKind::JobFailed]);
}

#[test]
fn every_kind_of_object_reports_what_matters() {
    let mut mirror = plan();
    let mut tell = |update: Update| {
        kinds(&heard(&mut mirror, |mirror| {
            mirror.apply(update);
        }))
    };
    let with_stream = |status, internal: &str| {
        let mut facts = stream(0);
        (facts.status, facts.internal_status) = (status, internal.to_owned());
        Update { job_streams: vec![facts], ..batch() }
    };
    assert_eq!(tell(with_stream(Status::Running, "EXEC")), [ChangeKind::JobStreamChanged]);
    assert_eq!(tell(with_stream(Status::Blocked, "STUCK")), [ChangeKind::JobStreamBlocked]);
    assert_eq!(tell(with_stream(Status::Successful, "SUCC")), [ChangeKind::JobStreamCompleted]);
    let with_workstation = |change: fn(&mut resync_tws_bridge::plan::WorkstationFacts)| {
        let mut facts = workstation("WS0");
        change(&mut facts);
        Update { workstations: vec![facts], ..batch() }
    };
    assert_eq!(tell(with_workstation(|facts| facts.linked = false)), [ChangeKind::WorkstationUnlinked]);
    assert_eq!(tell(with_workstation(|_| {})), [ChangeKind::WorkstationLinked]);
    assert_eq!(tell(with_workstation(|facts| facts.limit = Some(0))), [ChangeKind::WorkstationChanged]);
    assert_eq!(
        tell(Update { resources: vec![resource("DBLOCK", 2)], ..batch() }),
        [ChangeKind::ResourceChanged]
    );
    assert_eq!(
        tell(Update { prompts: vec![prompt(1, PromptStatus::Asked)], ..batch() }),
        [ChangeKind::PromptAsked]
    );
    let answered = Update { prompts: vec![prompt(1, PromptStatus::AnsweredYes)], ..batch() };
    assert_eq!(tell(answered), [ChangeKind::PromptAnswered]);
    assert_eq!(tell(Update { jobs: vec![plain_job(9, 0)], ..batch() }), [ChangeKind::JobAdded]);
    assert_eq!(
        tell(Update { removed: vec![(RowKind::Job, job_id(9))], ..batch() }),
        [ChangeKind::JobRemoved]
    );
    assert_eq!(
        tell(any_plan(3, 40, 4)),
        [ChangeKind::PlanReplaced],
        "a new plan is one change, not hundreds"
    );
}

#[test]
fn time_alone_makes_jobs_late_and_long_once() {
    let mut due = plain_job(1, 0);
    due.deadline = Some(noon() + minutes(5));
    let mut running = in_state(plain_job(2, 0), Status::Running, "EXEC");
    running.runs[0].start_time = Some(noon() - minutes(5));
    let mut mirror =
        mirror_of(Update { job_streams: vec![stream(0)], jobs: vec![due, running], ..whole_plan() });
    let mut at = |offset: i64| {
        kinds(&heard(&mut mirror, |mirror| {
            mirror.tick(noon() + minutes(offset));
        }))
    };
    assert_eq!(at(1), []);
    assert_eq!(at(6), [ChangeKind::JobLate]);
    assert_eq!(at(30), [ChangeKind::JobLongRunning]);
    assert_eq!(at(31), []);
}

#[test]
fn an_engine_that_goes_and_comes_back_is_news_once() {
    let mut mirror = plan();
    let mut lost = engine_state();
    lost.reachable = false;
    lost.unreachable_since = Some(noon());
    lost.last_error = "ENGINE_UNREACHABLE".to_owned();
    let mut tell = |state: resync_tws_bridge::plan::EngineState| {
        kinds(&heard(&mut mirror, |mirror| mirror.set_engine(state)))
    };
    assert_eq!(tell(lost.clone()), [ChangeKind::EngineUnreachable]);
    assert_eq!(tell(lost), []);
    assert_eq!(tell(engine_state()), [ChangeKind::EngineRecovered]);
}
