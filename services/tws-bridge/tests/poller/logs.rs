//! Direct reads of logs: bounded, and tails of logs whose length nobody tells.

use resync_api::tws::model::JobLog;
use resync_tws_bridge::engine::{LogLines, LogRange};

use crate::ledger::Ledger;
use crate::night::Night;

async fn read(ledger: &Ledger, run_id: &str, lines: LogLines) -> JobLog {
    let range = LogRange { job_id: "plan-1-PAY-J0".into(), run_id: run_id.into(), lines };
    ledger.feed.reader.job_log(range).await.unwrap()
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
