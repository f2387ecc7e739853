//! Direct reads of logs: bounded, and tails of logs whose length nobody tells.

use std::time::Duration;

use futures::future::join_all;
use resync_api::cache::model::InvalidationScope;
use resync_api::tws::model::JobLog;
use resync_fault::ErrorKind;
use resync_near_cache::{Caches, Settings};
use resync_service_kit::vitals::Vitals;
use resync_tws_bridge::engine::{Lives, LogLines, LogRange, RunStage, Surroundings};

use crate::ledger::{Ledger, poll_until};
use crate::night::Night;

async fn read(ledger: &Ledger, run_id: &str, lines: LogLines) -> JobLog {
    ledger.feed.reader.job_log(range(run_id, RunStage::Open, lines)).await.unwrap()
}

fn range(run_id: &str, stage: RunStage, lines: LogLines) -> LogRange {
    LogRange { job_id: "plan-1-PAY-J0".into(), run_id: run_id.into(), started: None, stage, lines }
}

#[tokio::test]
async fn ranges_and_tails_of_short_and_long_logs_are_exact() {
    let night = Night::start().await;
    let ledger = Ledger::start(&night.config());
    for total in [1, 50, 1_999, 2_000, 2_001, 9_999, 123_456] {
        night.plan().log_lines = total;
        night.plan().requests.clear();
        let tail = read(&ledger, "r", LogLines::Tail(20)).await;
        let first = total.saturating_sub(19).max(1);
        assert_eq!((tail.first_line, tail.lines.len()), (first, (total - first + 1) as usize), "of {total}");
        assert_eq!(tail.lines.last().unwrap(), &format!("line {total}"));
        assert_eq!(tail.truncated, first > 1, "of {total}");
        let asked = night.count("joblog");
        assert!(asked <= if total < 2_000 { 1 } else { 16 }, "{asked} requests for {total} lines");
    }
    let middle = read(&ledger, "r", LogLines::From { line: 100, count: 5 }).await;
    assert_eq!((middle.first_line, middle.lines.len(), middle.truncated), (100, 5, true));
    let end = read(&ledger, "", LogLines::From { line: 123_455, count: 10 }).await;
    assert_eq!((end.lines.len(), end.truncated), (2, false));
    assert!(night.count("plan/job/joblog?id = 'plan-1-PAY-J0'") == 1, "without a run, the job's last one");
}

#[tokio::test]
async fn people_who_read_without_pause_leave_the_poller_its_part_of_the_rate() {
    let night = Night::start().await;
    let mut config = night.config();
    config.pace.requests_per_second = Some(50.0);
    config.pace.burst = 10;
    config.pace.changes = Duration::from_millis(500);
    config.pace.sweep = Duration::from_secs(1);
    let mut ledger = Ledger::start(&config);
    ledger.synced().await;
    night.plan().log_lines = 10;
    let reader = ledger.feed.reader.clone();
    let crowd = tokio::spawn(async move {
        let one = |n: u32| {
            let reader = &reader;
            async move {
                loop {
                    reader.job_log(range("r", RunStage::Open, LogLines::Tail(n))).await.unwrap();
                }
            }
        };
        join_all((1..=12).map(one)).await;
    });
    poll_until("the crowd to be reading", || night.count("run/r/joblog") > 10).await;
    night.plan().requests.clear();
    // Background reading goes only when the bucket holds a reserve for people.
    ledger.until("sweeps to go on", |_| night.count("ORDER BY") >= 3).await;
    crowd.abort();
}

#[tokio::test]
async fn more_readers_than_places_and_line_are_told_to_come_back() {
    let night = Night::start().await;
    let mut config = night.config();
    config.pace.requests_per_second = Some(20.0);
    config.pace.burst = 2;
    let ledger = Ledger::start(&config);
    night.plan().log_lines = 10;
    // Each wants other lines, or they would share one read.
    let read = |lines| ledger.feed.reader.job_log(range("r", RunStage::Open, LogLines::Tail(lines)));
    let outcomes = join_all((1..=30).map(read)).await;
    let refused: Vec<_> = outcomes.into_iter().filter_map(Result::err).collect();
    assert_eq!(refused.len(), 10, "four read, sixteen wait");
    for busy in refused {
        assert_eq!((busy.kind, busy.reason.as_str()), (ErrorKind::ResourceExhausted, "ENGINE_READS_BUSY"));
        assert!(busy.retryable && busy.retry_after().is_some() && busy.hint.is_some());
    }
}

#[tokio::test]
async fn a_log_is_read_once_for_all_who_ask_but_never_shown_across_the_end_of_its_run() {
    let night = Night::start().await;
    let vitals = Vitals::new();
    let caches = Caches::new(Settings::default(), None, &vitals);
    let surroundings = Surroundings::new(&caches, Lives::default(), &vitals);
    let ledger = Ledger::start_in(&night.config(), &surroundings);
    night.plan().log_lines = 10;
    let read = |stage, started| {
        let range = LogRange { started, ..range("r", stage, LogLines::Tail(5)) };
        ledger.feed.reader.job_log(range)
    };
    let crowd = join_all((0..20).map(|_| read(RunStage::Open, None))).await;
    let first = crowd[0].clone().unwrap();
    assert!(crowd.into_iter().all(|log| log.unwrap() == first), "all of one reading, its time included");
    assert_eq!(night.count("joblog"), 1);

    night.plan().log_lines = 12;
    assert_eq!(read(RunStage::Open, None).await.unwrap().observed_at, first.observed_at);
    for stage in [RunStage::Ended, RunStage::Settled] {
        let log = read(stage, None).await.unwrap();
        assert_eq!(
            log.lines.last().unwrap(),
            "line 12",
            "the end of the run is not hidden by what was read before"
        );
        assert!(log.observed_at > first.observed_at);
    }
    read(RunStage::Settled, Some(chrono::Utc::now())).await.unwrap();
    assert_eq!(night.count("joblog"), 4, "a run that began at another time is another run");

    caches.invalidate(InvalidationScope::tag("engines/default")).await.unwrap();
    read(RunStage::Settled, None).await.unwrap();
    assert_eq!(night.count("joblog"), 5);

    let snapshot = vitals.snapshot();
    let pool = &snapshot.pools[0];
    assert_eq!((&*pool.name, pool.max, pool.errors), ("engine:default", 4, 0));
    assert!(pool.acquired >= 5);
    assert_eq!(snapshot.caches[0].name, "job_logs");
}

#[tokio::test]
async fn a_log_that_cannot_be_read_is_asked_for_again() {
    let night = Night::start().await;
    let ledger = Ledger::start_in(&night.config(), &Surroundings::default());
    night.plan().log_lines = 10;
    night.plan().refuse.push(("plan/job/run", 404));
    let read = || ledger.feed.reader.job_log(range("r", RunStage::Settled, LogLines::Tail(5)));
    assert_eq!(read().await.unwrap_err().kind, ErrorKind::NotFound);
    night.plan().refuse.clear();
    assert_eq!(read().await.unwrap().lines.len(), 5);
}
