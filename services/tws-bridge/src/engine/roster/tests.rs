//! What is read next, and what counts as unseen.

use chrono::TimeDelta;
use serde_json::json;

use super::*;
use crate::engine::facts;

fn note(roster: &mut Roster, id: &str, more: serde_json::Value) -> Noted {
    let mut value = json!({"id": id, "name": id, "jobStreamId": "s", "lastRunCommonStatus": "WAITING",
        "dependenciesStats": {"numberOfUnresolvedDependencies": 1, "numberOfDependencies": 1}});
    value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let wire: JobInPlan = serde_json::from_value(value).unwrap();
    let facts = facts::job(&wire, false).unwrap();
    roster.note_job(&wire, &facts, Instant::now())
}

#[tokio::test(start_paused = true)]
async fn the_most_urgent_unread_job_is_read_first() {
    let now = Utc::now();
    let at = |minutes: i64| (now + TimeDelta::minutes(minutes)).to_rfc3339();
    let mut roster = Roster::default();
    note(&mut roster, "later", json!({"schedTime": at(60)}));
    note(&mut roster, "soon", json!({"schedTime": at(60), "timeRestrictions": {"deadlineTime": at(90)}}));
    note(&mut roster, "overdue", json!({"schedTime": at(-5)}));
    note(&mut roster, "critical", json!({"schedTime": at(90), "jobOptions": {"critical": true}}));
    note(&mut roster, "done", json!({"lastRunCommonStatus": "SUCCESSFUL"}));
    note(&mut roster, "free", json!({"dependenciesStats": {"numberOfUnresolvedDependencies": 0}}));
    let ids = |roster: &Roster, most| {
        let flows = roster.worth_reading(most, now, Duration::from_secs(120));
        flows
            .into_iter()
            .map(|flow| match flow {
                FlowId::Job(id) | FlowId::JobStream(id) => id,
            })
            .collect::<Vec<_>>()
    };
    tokio::time::advance(Duration::from_secs(600)).await;
    assert_eq!(ids(&roster, 9), ["critical", "overdue", "soon", "later"]);
    assert_eq!(ids(&roster, 2), ["critical", "overdue"]);

    roster.note_dependencies(&FlowId::Job("critical".into()), Instant::now());
    assert_eq!(ids(&roster, 9), ["overdue", "soon", "later"], "just read");
    note(
        &mut roster,
        "critical",
        json!({"jobOptions": {"critical": true},
        "dependenciesStats": {"numberOfUnresolvedDependencies": 2}}),
    );
    assert_eq!(ids(&roster, 1), ["critical"], "its count changed");
    roster.note_dependencies(&FlowId::Job("critical".into()), Instant::now());
    tokio::time::advance(Duration::from_secs(121)).await;
    assert_eq!(ids(&roster, 9).last().unwrap(), "critical", "old readings come after what was never read");
}

#[tokio::test(start_paused = true)]
async fn unseen_jobs_are_told_and_forgotten_with_their_stream() {
    let mut roster = Roster::default();
    assert_eq!(note(&mut roster, "a", json!({})), Noted::New);
    let stream: JobStreamInPlan = serde_json::from_value(json!({"id": "s", "name": "S"})).unwrap();
    let facts = facts::job_stream(&stream).unwrap();
    assert!(roster.note_stream(&stream, &facts, Instant::now()));
    assert_eq!(roster.streams["s"].jobs.len(), 1, "a job listed before its stream belongs to it");
    tokio::time::advance(Duration::from_secs(1)).await;
    let mark = Instant::now();
    for (status, noted) in [("RUNNING", Noted::New), ("ERROR", Noted::Moved), ("ERROR", Noted::Same)] {
        assert_eq!(note(&mut roster, "b", json!({"lastRunCommonStatus": status})), noted);
    }
    assert_eq!(roster.unseen_jobs(mark), ["a"]);
    assert!(roster.active_jobs_unseen(mark).is_empty());
    assert_eq!(roster.counts()[&Status::Error], 1);
    roster.forget_stream("s");
    assert!(roster.jobs.is_empty());
}
