//! Finished runs: kept once each, listed, pruned, and read again by the next process; and what they say of a run.

use std::sync::Arc;

use anyhow::{Context as _, ensure};
use chrono::{DateTime, Datelike as _, Days, TimeDelta, Utc};
use chrono_tz::Tz;
use resync_api::graph::model::{GraphObject, GraphObjectKind};
use resync_api::history::model::{ComparedWith, MonthPart, RunSearch, Unusual, UnusualVerdict, Weekday};
use resync_api::tws::model::{Freshness, Status};
use resync_knowledge_graph::Graphs;
use resync_knowledge_graph::history::{History, HistoryError, Kept, Retention, RunStore, check, statistics};
use resync_knowledge_graph::store::Store;
use resync_knowledge_graph::topology::{DurationHistory as _, FinishedRun, Instance, Phase, RunHistory};
use resync_service_kit::shutdown::Shutdown;
use resync_testkit::eventually;

use crate::place::Place;
use crate::{Case, cases};

pub(crate) const CASES: &[Case] = cases![
    a_run_that_is_seen_again_is_kept_once,
    runs_are_listed_latest_first_in_pages,
    runs_that_are_kept_no_longer_are_removed,
    after_a_restart_statistics_and_forecasts_are_the_same,
    figures_say_how_many_runs_they_rest_on,
    a_long_run_and_a_late_start_are_told,
    a_run_is_compared_with_its_like,
    few_runs_give_no_verdict,
    what_waits_is_written_before_the_process_ends,
];

const ENGINE: &str = "prod";
const JOB: &str = "WS#/DAILY.LOAD";

/// The n-th day, a quarter past nine in the evening of January 15th, 2027 being the first.
fn scheduled(day: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_047_700, 0).expect("in range") + TimeDelta::days(day)
}

/// A job that starts ten minutes after its time and takes so many seconds.
pub(crate) fn finished(job: &str, day: i64, seconds: i64) -> FinishedRun {
    let started = scheduled(day) + TimeDelta::seconds(600 + day % 5 * 10);
    FinishedRun {
        job: job.to_owned(),
        job_id: format!("{job} {day}"),
        job_number: 1_000 + day,
        run_count: 1,
        workstation: "WS".to_owned(),
        scheduled_time: Some(scheduled(day)),
        started,
        ended: started + TimeDelta::seconds(seconds),
        succeeded: true,
        internal_status: "SUCC".to_owned(),
        return_code: Some(0),
    }
}

/// A run of each day that takes some five minutes, or a quarter of an hour where the month ends; each tenth fails.
fn days(number: i64) -> Vec<FinishedRun> {
    let run = |day: i64| {
        let date = scheduled(day).date_naive();
        let ends = (date + Days::new(2)).month() != date.month();
        let failed = day % 10 == 9;
        FinishedRun {
            succeeded: !failed,
            internal_status: if failed { "ABEND" } else { "SUCC" }.to_owned(),
            return_code: Some(i32::from(failed)),
            ..finished(JOB, day, if ends { 900 } else { 300 + day % 7 })
        }
    };
    (0..number).map(run).collect()
}

async fn runs(place: &Place) -> anyhow::Result<RunStore> {
    Ok(RunStore::new(place.open().await?))
}

fn search(job: &str) -> RunSearch {
    RunSearch { engine: ENGINE.to_owned(), job: job.to_owned(), ..RunSearch::default() }
}

async fn a_run_that_is_seen_again_is_kept_once(place: Place) -> anyhow::Result<()> {
    let store = runs(&place).await?;
    let all: Vec<_> = (0..1_200).map(|day| finished(JOB, day, 60)).collect();
    let kept = store.keep(ENGINE, Tz::UTC, &all[..700]).await?;
    assert_eq!(kept, Kept { new: 700, known: 0 });
    // Another process sees the whole plan, which has other ids since it was extended.
    let store = runs(&place).await?;
    let again: Vec<_> = all
        .iter()
        .map(|run| FinishedRun { job_id: format!("other {}", run.job_id), ..run.clone() })
        .collect();
    assert_eq!(store.keep(ENGINE, Tz::UTC, &again).await?, Kept { new: 500, known: 700 });
    // The same name on another engine is another job; another start is another run.
    assert_eq!(store.keep("test", Tz::UTC, &all[..3]).await?, Kept { new: 3, known: 0 });
    let rerun = FinishedRun { started: all[0].started + TimeDelta::seconds(1), ..all[0].clone() };
    assert_eq!(store.keep(ENGINE, Tz::UTC, &[rerun]).await?, Kept { new: 1, known: 0 });
    assert_eq!(store.of_job(ENGINE, JOB, None, None).await?.runs.len(), 1_201);
    Ok(())
}

async fn runs_are_listed_latest_first_in_pages(place: Place) -> anyhow::Result<()> {
    let store = runs(&place).await?;
    store.keep(ENGINE, Tz::UTC, &days(30)).await?;
    store.keep(ENGINE, Tz::UTC, &[finished("WS#/DAILY.OTHER", 3, 5)]).await?;
    store.keep("test", Tz::UTC, &[finished(JOB, 31, 5)]).await?;
    let mut seen = Vec::new();
    let mut page_token = String::new();
    loop {
        let page = store.list(&RunSearch { page_size: 12, page_token, ..search("") }).await?;
        ensure!(page.runs.len() <= 12, "a page of {}", page.runs.len());
        seen.extend(page.runs);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(seen.len(), 31);
    ensure!(seen.is_sorted_by(|one, next| one.end_time > next.end_time), "latest end first");
    let newest = &seen[0];
    assert_eq!((newest.job.as_str(), newest.job_number, newest.status), (JOB, 1_029, Status::Error));
    assert_eq!((newest.internal_status.as_str(), newest.return_code), ("ABEND", Some(1)));
    assert_eq!(newest.plan_day, scheduled(29).date_naive());

    let failed = store.list(&RunSearch { status: Some(Status::Error), ..search(JOB) }).await?;
    assert_eq!(failed.runs.len(), 3);
    let week = RunSearch { from: Some(seen[9].end_time), until: Some(seen[2].end_time), ..search("") };
    assert_eq!(store.list(&week).await?.runs, seen[3..10]);
    let foreign = RunSearch { page_token: "x".to_owned(), ..search("") };
    let refused = store.list(&foreign).await.err().context("refused")?;
    ensure!(matches!(refused, HistoryError::PageToken), "{refused}");
    Ok(())
}

async fn runs_that_are_kept_no_longer_are_removed(place: Place) -> anyhow::Result<()> {
    let store = runs(&place).await?;
    store.keep(ENGINE, Tz::UTC, &(0..700).map(|day| finished(JOB, day, 60)).collect::<Vec<_>>()).await?;
    store.keep("test", Tz::UTC, &[finished(JOB, 0, 60), finished(JOB, 699, 60)]).await?;
    let now = scheduled(700);
    let generous = Retention { days: 10_000, runs_per_job: 10_000 };
    assert_eq!(store.prune(generous, now).await?, 0);
    let hundred_days = Retention { days: 100, runs_per_job: 10_000 };
    assert_eq!(store.prune(hundred_days, now).await?, 602 - 1);
    let few = Retention { days: 100, runs_per_job: 7 };
    assert_eq!(store.prune(few, now).await?, 100 - 7);
    assert_eq!(store.prune(few, now).await?, 0);
    let left: Vec<_> =
        store.of_job(ENGINE, JOB, None, None).await?.runs.iter().map(|run| run.job_number).collect();
    assert_eq!(left, [1_699, 1_698, 1_697, 1_696, 1_695, 1_694, 1_693]);
    assert_eq!(store.of_job("test", JOB, None, None).await?.runs.len(), 1);
    Ok(())
}

async fn after_a_restart_statistics_and_forecasts_are_the_same(place: Place) -> anyhow::Result<()> {
    let jobs = ["WS#/DAILY.A", "WS#/DAILY.B"];
    let mut seen = days(120);
    seen.extend((0..120).map(|day| finished(jobs[0], day, 40 + day)));
    seen.extend((0..5).map(|day| finished(jobs[1], day, 4_000)));
    seen.sort_by_key(|run| run.ended);
    let mut direct = RunHistory::new(Tz::Europe__Lisbon, 45);
    let store = runs(&place).await?;
    // In the portions in which they were seen to end.
    for portion in seen.chunks(7) {
        assert!(portion.iter().all(|run| direct.take(run)));
        store.keep(ENGINE, Tz::Europe__Lisbon, portion).await?;
    }
    let before = statistics(ENGINE, JOB, &store.of_job(ENGINE, JOB, None, None).await?);
    drop(store);

    let store = runs(&place).await?;
    let after = statistics(ENGINE, JOB, &store.of_job(ENGINE, JOB, None, None).await?);
    assert_eq!(after, before);
    assert_eq!((after.runs, after.time_zone.as_str()), (120, "Europe/Lisbon"));
    let recalled = store.recall(ENGINE, Tz::Europe__Lisbon).await?;
    assert_eq!(recalled.job_count(), 3);
    for job in [JOB, jobs[0], jobs[1]] {
        assert_eq!(recalled.failures(job), direct.failures(job), "{job}");
        for day in 120..160 {
            let day = scheduled(day).date_naive();
            let expected = direct.durations(job, day, Some(100.0)).context("it ran")?;
            assert_eq!(recalled.durations(job, day, Some(100.0)), Some(expected), "{job} {day}");
        }
    }
    assert_eq!(recalled.night_sigma(), direct.night_sigma());
    assert_eq!(store.recall("test", Tz::UTC).await?.job_count(), 0);
    Ok(())
}

async fn figures_say_how_many_runs_they_rest_on(place: Place) -> anyhow::Result<()> {
    let store = runs(&place).await?;
    store.keep(ENGINE, Tz::UTC, &days(30)).await?;
    let none =
        statistics(ENGINE, "WS#/DAILY.NONE", &store.of_job(ENGINE, "WS#/DAILY.NONE", None, None).await?);
    assert_eq!((none.runs, none.failure_rate, none.durations, none.starts.len()), (0, None, None, 0));

    let month = statistics(ENGINE, JOB, &store.of_job(ENGINE, JOB, None, None).await?);
    assert_eq!((month.runs, month.failed_runs, month.failure_rate), (30, 3, Some(0.1)));
    let durations = month.durations.context("it ended well")?;
    // Two of the days are the last of January.
    assert_eq!((durations.runs, durations.shortest_seconds, durations.longest_seconds), (27, 300.0, 900.0));
    ensure!(durations.quantiles.is_sorted_by(|one, next| one.seconds <= next.seconds), "{durations:?}");
    let enough: Vec<_> = month.weekdays.iter().map(|part| (part.weekday, part.durations.runs)).collect();
    assert_eq!(
        enough,
        [(Weekday::Friday, 5)],
        "the first of thirty days is one; four runs of others are too few"
    );
    let start = &month.starts[0];
    let times = [&start.scheduled_at, &start.usual_start, &start.early_start, &start.late_start];
    assert_eq!(times, ["21:15:00", "21:25:20", "21:25:00", "21:25:40"]);
    assert_eq!((month.starts.len(), start.runs, start.usual_delay_seconds), (1, 30, 620.0));

    store.keep(ENGINE, Tz::UTC, &days(300)).await?;
    let year = statistics(ENGINE, JOB, &store.of_job(ENGINE, JOB, None, None).await?);
    assert_eq!((year.runs, year.weekdays.len()), (300, 7));
    assert_eq!(year.weekdays.iter().map(|part| part.durations.runs).sum::<u32>(), 270);
    let parts: Vec<_> = year.month_parts.iter().map(|part| part.month_part).collect();
    assert_eq!(parts, [MonthPart::Begin, MonthPart::Middle, MonthPart::End]);
    assert_eq!(year.month_parts[2].durations.mean_seconds, 900.0);
    let week = store.of_job(ENGINE, JOB, Some(scheduled(290)), Some(scheduled(297))).await?;
    assert_eq!(statistics(ENGINE, JOB, &week).runs, 7);
    Ok(())
}

/// The job on a day of the plan, which started so many seconds after its time, seen so many seconds after that time.
fn instance(day: i64, phase: Phase, started: Option<i64>, now: i64) -> Instance {
    let at = |seconds: i64| scheduled(day) + TimeDelta::seconds(seconds);
    Instance {
        job: GraphObject {
            kind: GraphObjectKind::Job,
            id: format!("{JOB} {day}"),
            key: JOB.to_owned(),
            status: None,
        },
        phase,
        scheduled: Some(scheduled(day)),
        started: started.map(at),
        ended: (phase == Phase::Ended).then(|| at(now)),
        freshness: Freshness {
            plan_version: 1,
            oldest_observed_at: None,
            engine_time: at(now),
            time_zone: "Etc/UTC".to_owned(),
            stale_since: None,
            stale_reason: String::new(),
            plan_day_start: None,
        },
    }
}

async fn judged(store: &RunStore, instance: Instance) -> anyhow::Result<Unusual> {
    Ok(check(&instance, &store.of_job(ENGINE, JOB, None, None).await?.runs))
}

async fn a_long_run_and_a_late_start_are_told(place: Place) -> anyhow::Result<()> {
    let store = runs(&place).await?;
    store.keep(ENGINE, Tz::UTC, &days(60)).await?;
    let day = 60;

    let running = judged(&store, instance(day, Phase::Running, Some(610), 610 + 200)).await?;
    assert_eq!((running.duration.verdict, running.duration.growing), (UnusualVerdict::Usual, true));
    assert_eq!((running.start.verdict, running.start.growing), (UnusualVerdict::Usual, false));
    let long = judged(&store, instance(day, Phase::Running, Some(610), 610 + 1_000)).await?.duration;
    assert_eq!((long.verdict, long.seconds, long.runs), (UnusualVerdict::Unusual, Some(1_000.0), 54));
    assert_eq!((long.compared_with, long.quantile), (Some(ComparedWith::AllRuns), Some(1.0)));
    ensure!(long.usual_seconds.is_some_and(|usual| (300.0..310.0).contains(&usual)), "{long:?}");
    ensure!(long.limit_seconds.is_some_and(|limit| limit < 1_000.0), "{long:?}");
    let ended = judged(&store, instance(day, Phase::Ended, Some(610), 610 + 1_000)).await?.duration;
    assert_eq!((ended.verdict, ended.growing), (UnusualVerdict::Unusual, false));

    let late = judged(&store, instance(day, Phase::Running, Some(2_000), 2_100)).await?.start;
    assert_eq!((late.verdict, late.seconds, late.runs), (UnusualVerdict::Unusual, Some(2_000.0), 60));
    assert_eq!((late.compared_with, late.usual_seconds), (Some(ComparedWith::SameSchedule), Some(620.0)));
    let overdue = judged(&store, instance(day, Phase::Waiting, None, 2_000)).await?;
    assert_eq!((overdue.start.verdict, overdue.start.growing), (UnusualVerdict::Unusual, true));
    ensure!(overdue.duration.earlier_run, "the latest kept run is looked at: {:?}", overdue.duration);
    let early = judged(&store, instance(day, Phase::Waiting, None, -500)).await?.start;
    assert_eq!((early.verdict, early.seconds), (UnusualVerdict::Usual, Some(-500.0)));
    let skipped = judged(&store, instance(day, Phase::Skipped, None, 2_000)).await?.start;
    assert_eq!(skipped.verdict, UnusualVerdict::NotApplicable);

    // A rerun of an instance that started in time is not late.
    let first =
        FinishedRun { succeeded: false, job_id: "in the plan before".to_owned(), ..finished(JOB, day, 5) };
    store.keep(ENGINE, Tz::UTC, std::slice::from_ref(&first)).await?;
    let rerun = judged(&store, instance(day, Phase::Running, Some(9_000), 9_100)).await?;
    assert_eq!(rerun.start.verdict, UnusualVerdict::Usual);
    assert_eq!(rerun.start.start_time, Some(first.started));
    assert_eq!(rerun.duration.seconds, Some(100.0));
    Ok(())
}

async fn a_run_is_compared_with_its_like(place: Place) -> anyhow::Result<()> {
    let store = runs(&place).await?;
    store.keep(ENGINE, Tz::UTC, &days(350)).await?;
    let month_end = (350..).find(|day| {
        let date = scheduled(*day).date_naive();
        (date + Days::new(1)).month() != date.month()
    });
    let slow = |day| judged(&store, instance(day, Phase::Ended, Some(610), 610 + 1_000));
    let usual = slow(month_end.context("months end")?).await?.duration;
    assert_eq!(usual.verdict, UnusualVerdict::Usual, "{usual:?}");
    assert_eq!((usual.compared_with, usual.usual_seconds), (Some(ComparedWith::SameMonthPart), Some(900.0)));
    let unusual = slow(month_end.context("months end")? + 10).await?.duration;
    assert_eq!(unusual.verdict, UnusualVerdict::Unusual, "{unusual:?}");
    assert_eq!(unusual.compared_with, Some(ComparedWith::SameWeekday));
    ensure!(unusual.runs < 60, "{unusual:?}");
    Ok(())
}

async fn few_runs_give_no_verdict(place: Place) -> anyhow::Result<()> {
    let store = runs(&place).await?;
    let none = judged(&store, instance(0, Phase::Running, Some(610), 90_000)).await?;
    assert_eq!((none.duration.verdict, none.duration.runs), (UnusualVerdict::NotEnoughRuns, 0));
    let never = judged(&store, instance(0, Phase::Waiting, None, 90_000)).await?;
    assert_eq!(never.duration.verdict, UnusualVerdict::NotApplicable);
    store.keep(ENGINE, Tz::UTC, &days(9)).await?;
    let nine = judged(&store, instance(9, Phase::Running, Some(90_000), 180_000)).await?;
    for check in [&nine.duration, &nine.start] {
        assert_eq!((check.verdict, check.runs, check.runs_needed), (UnusualVerdict::NotEnoughRuns, 9, 10));
        assert_eq!((check.limit_seconds, check.quantile, check.compared_with), (None, None, None));
        assert_eq!(check.seconds, Some(90_000.0));
    }
    store.keep(ENGINE, Tz::UTC, &[finished(JOB, 20, 300)]).await?;
    let ten = judged(&store, instance(21, Phase::Running, Some(90_000), 180_000)).await?;
    assert_eq!([ten.duration.verdict, ten.start.verdict], [UnusualVerdict::Unusual; 2]);
    Ok(())
}

async fn what_waits_is_written_before_the_process_ends(place: Place) -> anyhow::Result<()> {
    let store: Arc<dyn Store> = place.open().await?;
    let history = History::new(Arc::clone(&store), Retention::default());
    let keeper = history.keeper();
    let shutdown = Shutdown::new();
    let running = tokio::spawn(history.clone().run(Graphs::keeping(history.keeper()), shutdown.drain()));
    keeper.keep(ENGINE, Tz::UTC, &days(40));
    let kept =
        || async { Some(history.runs().list(&search(JOB)).await.ok()?.runs).filter(|runs| runs.len() == 40) };
    eventually("the runs in the store", crate::BOUND, kept).await?;
    keeper.keep(ENGINE, Tz::UTC, &days(400));
    shutdown.begin();
    running.await?;
    let later = runs(&place).await?.of_job(ENGINE, JOB, None, None).await?;
    assert_eq!(later.runs.len(), 400);
    Ok(())
}
