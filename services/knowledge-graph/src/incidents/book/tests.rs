//! Which failures are one incident.

use super::*;
use crate::incidents::failure::tests::failure;
use crate::incidents::symptom::{LogRead, symptom};
use proptest::prelude::*;

fn book() -> Book {
    Book::new(TimeDelta::hours(2), 100)
}

fn log(lines: &[&str]) -> LogRead {
    LogRead::Lines(lines.iter().map(|line| (*line).to_owned()).collect())
}

fn take(book: &mut Book, failure: &Failure, read: &LogRead) -> Taken {
    book.take_in(failure, symptom(failure, read))
}

fn not_launched(job: &str, minute: i64) -> Failure {
    Failure { internal_status: "FAIL".to_owned(), return_code: None, ..failure(job, minute) }
}

fn only(book: &Book) -> &Kept {
    let mut changed = book.changed();
    let only = &changed.next().expect("one incident").value;
    assert!(changed.next().is_none(), "more than one incident");
    only
}

#[test]
fn a_dead_agent_is_one_incident_however_many_jobs_it_fails() {
    let mut book = book();
    let silent =
        log(&["AWSITA245E An error occurred getting the HTTP response from the agent. CURL error 35"]);
    assert_eq!(take(&mut book, &not_launched("J0", 0), &silent), Taken::Opened);
    for n in 1..200 {
        let failed = not_launched(&format!("J{n}"), n);
        // After a few of them, no further log is needed.
        let read = if book.explains(&failed) { LogRead::Spared } else { silent.clone() };
        assert_eq!(read == LogRead::Spared, n >= 3);
        assert_eq!(take(&mut book, &failed, &read), Taken::Joined);
    }
    let kept = only(&book);
    let incident = &kept.incident;
    assert_eq!((incident.member_count, incident.failing_count, incident.failure_count), (200, 200, 200));
    assert_eq!(
        (incident.cause.kind, incident.cause.object.key.as_str()),
        (CauseKind::WorkstationDown, "AGT1")
    );
    assert_eq!(incident.symptom.message_codes, ["AWSITA245E"]);
    assert_eq!(book.changed_members().count(), 200);
    assert!(kept.timeline.len() < 60, "jobs that fail together are one entry");
    assert_eq!(kept.timeline.iter().map(|entry| entry.job_count).sum::<u32>(), 200);
}

#[test]
fn without_logs_a_workstation_that_launches_nothing_is_one_incident() {
    for read in [LogRead::Off, LogRead::Unavailable("x".to_owned())] {
        let mut book = book();
        take(&mut book, &not_launched("A", 0), &read);
        assert_eq!(take(&mut book, &not_launched("B", 1), &read), Taken::Joined);
        assert_eq!(only(&book).incident.cause.grouping, IncidentGrouping::Workstation);
        let elsewhere = Failure { workstation: "AGT2".to_owned(), ..not_launched("C", 1) };
        assert_eq!(take(&mut book, &elsewhere, &read), Taken::Opened);
    }
    // Runs that end with the workstation and have no code belong to it; one with a code failed by itself.
    let mut book = book();
    let down = Failure { workstation_down: true, ..not_launched("A", 0) };
    take(&mut book, &down, &LogRead::Off);
    let cut_off = Failure { workstation_down: true, return_code: None, ..failure("B", 1) };
    assert_eq!(take(&mut book, &cut_off, &LogRead::Off), Taken::Joined);
    let own = Failure { workstation_down: true, ..failure("C", 1) };
    assert_eq!(take(&mut book, &own, &LogRead::Off), Taken::Opened);
}

#[test]
fn jobs_with_the_same_symptom_are_one_incident_and_others_are_not() {
    let mut book = book();
    let full = log(&["[10:00:00] ORA-01653: unable to extend table GL.E by 8192 in tablespace GL_DATA"]);
    assert_eq!(take(&mut book, &failure("A", 0), &full), Taken::Opened);
    let later = log(&["[11:10:00] ORA-01653: unable to extend table GL.E by 16 in tablespace GL_DATA"]);
    assert_eq!(take(&mut book, &failure("B", 70), &later), Taken::Joined);
    assert_eq!(take(&mut book, &failure("C", 70), &log(&["curl: (7) Connection refused"])), Taken::Opened);
    // Only nothing but the job is the same where the log is not known.
    assert_eq!(take(&mut book, &failure("D", 70), &LogRead::Spared), Taken::Opened);
    assert_eq!(take(&mut book, &failure("E", 70), &LogRead::Spared), Taken::Opened);
    // And beyond the window.
    assert_eq!(take(&mut book, &failure("F", 70 + 121), &full), Taken::Opened);
}

#[test]
fn a_job_that_fails_again_joins_its_open_incident_and_one_that_recovers_is_proposed_as_recovered() {
    let mut book = book();
    let read = log(&["ERROR: x"]);
    let first = failure("A", 0);
    take(&mut book, &first, &read);
    assert_eq!(take(&mut book, &first, &read), Taken::Known, "the same run");
    // Whatever it shows and however late: it is still the same trouble.
    assert_eq!(take(&mut book, &failure("A", 500), &log(&["ERROR: y"])), Taken::Again);
    assert_eq!((only(&book).incident.failure_count, only(&book).incident.member_count), (2, 1));
    // An end before the last failure is that of an earlier run.
    assert!(!book.end("id-A", failure("A", 499).at));
    let end = failure("A", 510).at;
    assert!(book.end("id-A", end) && !book.end("id-A", end));
    let incident = &only(&book).incident;
    assert_eq!((incident.state, incident.recovered_at), (IncidentState::Recovered, Some(end)));
    assert_eq!(take(&mut book, &failure("A", 520), &read), Taken::Again);
    let incident = &only(&book).incident;
    assert_eq!(
        (incident.state, incident.failing_count, incident.recovered_at),
        (IncidentState::Open, 1, None)
    );
    let kinds: Vec<_> = only(&book).timeline.iter().map(|entry| entry.kind).collect();
    use IncidentEntryKind as E;
    assert_eq!(kinds, [E::Opened, E::FailedAgain, E::Ended, E::Recovered, E::FailedAgain]);
}

#[test]
fn a_resolved_incident_takes_no_more_failures_and_keeps_those_it_has() {
    let mut first = book();
    let read = log(&["ERROR: x"]);
    take(&mut first, &failure("A", 0), &read);
    let mut kept = only(&first).clone();
    kept.incident.state = IncidentState::Resolved;
    let members: Vec<_> =
        first.changed_members().map(|(id, entry)| (id.to_owned(), entry.value.clone())).collect();
    let mut book = book();
    book.add(kept, 2);
    for (incident, member) in members {
        book.add_member(&incident, member, 1);
    }
    assert_eq!(take(&mut book, &failure("A", 0), &read), Taken::Known);
    assert_eq!(take(&mut book, &failure("A", 1), &read), Taken::Opened);
    let none = &mut Book::new(TimeDelta::hours(2), 0);
    assert_eq!(take(none, &failure("A", 1), &read), Taken::NoRoom);
}

#[test]
fn a_failure_without_number_and_time_is_noted_once_until_its_job_has_ended_well() {
    let untimed = |minute| Failure { job_number: 0, timed: false, ..not_launched("A", minute) };
    let mut book = book();
    assert_eq!(take(&mut book, &untimed(0), &LogRead::Off), Taken::Opened);
    // Every export shows it at another time, also once the incident is resolved.
    assert_eq!(take(&mut book, &untimed(200), &LogRead::Off), Taken::Known);
    book.incidents[0].value.incident.state = IncidentState::Resolved;
    assert_eq!(take(&mut book, &untimed(400), &LogRead::Off), Taken::Known);
    assert!(book.end("id-A", failure("A", 410).at));
    assert_eq!(take(&mut book, &untimed(420), &LogRead::Off), Taken::Opened);
    assert_eq!(take(&mut book, &untimed(430), &LogRead::Off), Taken::Known);
    // A run that has a number, or a time, is told from it.
    assert_eq!(take(&mut book, &failure("A", 440), &LogRead::Off), Taken::Opened);
}

#[test]
fn a_job_of_a_dead_agent_that_later_fails_by_itself_is_another_incident() {
    let mut book = book();
    let silent = log(&["AWSITA320E The gateway cannot reach the broker of the agent"]);
    take(&mut book, &not_launched("A", 0), &silent);
    assert_eq!(take(&mut book, &failure("A", 10), &log(&["ERROR: no input"])), Taken::Opened);
    assert_eq!(book.changed().count(), 2);
    assert!(book.end("id-A", failure("A", 20).at));
    assert!(book.changed().all(|entry| entry.value.incident.state == IncidentState::Recovered));
}

/// As a store gives them back.
fn read_again(book: &Book) -> Book {
    let mut again = self::book();
    for entry in book.changed() {
        // By its time, and as that of a member.
        again.add(entry.value.clone(), 1);
        again.add(entry.value.clone(), 1);
    }
    for (incident, entry) in book.changed_members() {
        again.add_member(incident, entry.value.clone(), 1);
    }
    again
}

#[test]
fn a_job_that_soon_fails_again_joins_its_own_incident_among_others() {
    let mut before = book();
    take(&mut before, &failure("A", 0), &log(&["ERROR: x"]));
    take(&mut before, &failure("B", 1), &log(&["ERROR: y"]));
    let mut book = read_again(&before);
    assert_eq!(take(&mut book, &failure("A", 2), &log(&["ERROR: x"])), Taken::Again);
    assert_eq!((only(&book).incident.failure_count, only(&book).incident.jobs[0].as_str()), (2, "M#/F/S.A"));
}

#[test]
fn a_run_that_has_another_id_in_an_extended_plan_is_the_same_run() {
    let mut before = book();
    let read = log(&["ERROR: x"]);
    take(&mut before, &failure("A", 5), &read);
    let carried = Failure { job_id: "id-A2".to_owned(), ..failure("A", 5) };
    for ended in [false, true] {
        let mut book = read_again(&before);
        // The former id has left the plan, and that may be noted first.
        assert_eq!(ended && book.end("id-A", failure("A", 30).at), ended);
        assert!(book.explains(&carried), "its log is known");
        assert_eq!(take(&mut book, &carried, &LogRead::Spared), Taken::Known);
        assert_eq!(book.moved().collect::<Vec<_>>(), [(only(&before).incident.id.as_str(), "id-A")]);
        let incident = only(&book).incident.clone();
        assert_eq!(
            (incident.state, incident.recovered_at, incident.member_count, incident.failing_count),
            (IncidentState::Open, None, 1, 1)
        );
        assert_eq!(incident.failure_count, 1);
        let members: Vec<_> = book.changed_members().map(|(_, entry)| &entry.value).collect();
        assert_eq!(
            members.iter().map(|member| (member.job_id.as_str(), member.ended_at)).collect::<Vec<_>>(),
            [("id-A2", None)]
        );
        assert_eq!(take(&mut book, &carried, &read), Taken::Known);
        assert!(!book.end("id-A", failure("A", 60).at), "the former id is no member any more");
        assert!(book.end("id-A2", failure("A", 60).at));
        assert_eq!(only(&book).incident.state, IncidentState::Recovered);
    }
    // Another run of the job is another failure, whatever its number.
    let other_day = Failure { at: failure("A", 1_440).at, ..carried };
    assert_eq!(take(&mut read_again(&before), &other_day, &read), Taken::Opened);
}

proptest! {
    /// Whatever fails in whatever order: every job is in an incident, counts hold, timelines are bounded, and the same
    /// failures again change nothing.
    #[test]
    fn counts_hold_and_the_same_failures_again_change_nothing(
        events in proptest::collection::vec((0_u8..12, 0_i64..600, 0_u8..4, any::<bool>()), 1..300),
    ) {
        let mut book = book();
        let mut events: Vec<_> = events;
        events.sort_by_key(|event| event.1);
        let mut seen = Vec::new();
        for (n, (job, minute, what, ends)) in events.into_iter().enumerate() {
            let mut failed = failure(&format!("J{job}"), minute);
            failed.job_number = n as i64 + 1;
            if what == 0 {
                failed = Failure { internal_status: "FAIL".to_owned(), return_code: None, ..failed };
            }
            let read = if what < 2 { LogRead::Off } else { log(&[["ERROR: x", "ERROR: y"][what as usize % 2]]) };
            if take(&mut book, &failed, &read) != Taken::Known {
                seen.push((failed.clone(), read));
            }
            if ends {
                book.end(&failed.job_id, failed.at);
            }
        }
        let before: Vec<Kept> = book.changed().map(|entry| entry.value.clone()).collect();
        for (failed, read) in &seen {
            prop_assert_eq!(take(&mut book, failed, read), Taken::Known);
        }
        let after: Vec<Kept> = book.changed().map(|entry| entry.value.clone()).collect();
        prop_assert_eq!(&before, &after);
        let failures: u32 = after.iter().map(|kept| kept.incident.failure_count).sum();
        prop_assert_eq!(failures as usize, seen.len());
        for kept in &after {
            let of = |failing: bool| {
                let members = book.changed_members().filter(|(id, entry)| {
                    *id == kept.incident.id && (!failing || entry.value.ended_at.is_none())
                });
                members.count() as u32
            };
            prop_assert_eq!(of(false), kept.incident.member_count);
            prop_assert_eq!(of(true), kept.incident.failing_count);
            prop_assert_eq!(kept.incident.failing_count == 0, kept.incident.state == IncidentState::Recovered);
            prop_assert!(kept.timeline.len() <= crate::incidents::kept::ENTRIES);
        }
    }
}
