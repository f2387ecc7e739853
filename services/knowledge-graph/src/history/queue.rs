//! Runs on their way to the store: a bounded queue that outlasts an outage of the store, as far as it holds.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono_tz::Tz;
use tokio::sync::Notify;

use super::telemetry;
use crate::graphs::RunKeeper;
use crate::topology::FinishedRun;

/// A run that waits, with its place in the order of arrival.
#[derive(Clone, Debug)]
struct Waiting {
    number: u64,
    engine: Arc<str>,
    zone: Tz,
    run: FinishedRun,
}

/// Runs of one engine from the head of the queue.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) engine: Arc<str>,
    pub(super) zone: Tz,
    pub(super) runs: Vec<FinishedRun>,
    last: u64,
}

#[derive(Debug, Default)]
struct Line {
    waiting: VecDeque<Waiting>,
    next: u64,
}

/// The queue. Full, it drops the oldest runs and counts them: the newest say most, and what is still in the plan comes
/// again with the next start.
#[derive(Debug)]
pub(super) struct RunQueue {
    line: Mutex<Line>,
    added: Notify,
    bound: usize,
}

impl RunQueue {
    pub(super) fn new(bound: usize) -> Self {
        Self { line: Mutex::default(), added: Notify::new(), bound: bound.max(1) }
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        // Each change under the lock leaves the queue whole, so that a panic elsewhere does not matter.
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// At most so many runs from the head, which stay until they are [`done`](Self::done).
    pub(super) fn head(&self, most: usize) -> Option<Head> {
        let line = self.line();
        let first = line.waiting.front()?;
        let (engine, zone) = (Arc::clone(&first.engine), first.zone);
        let same = |waiting: &&Waiting| waiting.engine == engine && waiting.zone == zone;
        let taken: Vec<&Waiting> = line.waiting.iter().take(most).take_while(same).collect();
        let last = taken.last()?.number;
        let runs = taken.into_iter().map(|waiting| waiting.run.clone()).collect();
        drop(line);
        Some(Head { engine, zone, runs, last })
    }

    /// Takes a head off.
    pub(super) fn done(&self, head: &Head) {
        let mut line = self.line();
        while line.waiting.pop_front_if(|first| first.number <= head.last).is_some() {}
        telemetry::waiting(line.waiting.len());
    }

    /// Waits until runs come.
    pub(super) async fn added(&self) {
        self.added.notified().await;
    }
}

impl RunKeeper for RunQueue {
    fn keep(&self, engine: &str, zone: Tz, runs: &[FinishedRun]) {
        let engine: Arc<str> = engine.into();
        let mut line = self.line();
        for run in runs {
            let number = line.next;
            line.next += 1;
            line.waiting.push_back(Waiting { number, engine: Arc::clone(&engine), zone, run: run.clone() });
            if line.waiting.len() > self.bound
                && let Some(oldest) = line.waiting.pop_front()
            {
                telemetry::dropped(&oldest.engine, 1);
            }
        }
        telemetry::waiting(line.waiting.len());
        drop(line);
        self.added.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    fn run(number: i64) -> FinishedRun {
        let at = DateTime::from_timestamp(1_800_000_000 + number, 0).expect("in range");
        FinishedRun {
            job: "J".to_owned(),
            job_id: "id".to_owned(),
            job_number: number,
            run_count: 1,
            workstation: "WS".to_owned(),
            scheduled_time: None,
            started: at,
            ended: at,
            succeeded: true,
            internal_status: String::new(),
            return_code: None,
        }
    }

    fn numbers(head: &Head) -> Vec<i64> {
        head.runs.iter().map(|run| run.job_number).collect()
    }

    #[test]
    fn a_full_queue_drops_the_oldest_also_from_a_head_that_is_being_written() {
        let queue = RunQueue::new(4);
        queue.keep("a", Tz::UTC, &[run(0), run(1), run(2)]);
        let head = queue.head(2).expect("some wait");
        assert_eq!(numbers(&head), [0, 1]);
        queue.keep("a", Tz::UTC, &[run(3), run(4), run(5)]);
        queue.done(&head);
        let rest = queue.head(10).expect("some wait");
        assert_eq!(numbers(&rest), [2, 3, 4, 5], "what came later is not taken for what was written");
        queue.done(&rest);
        assert!(queue.head(10).is_none());
    }

    #[test]
    fn a_head_is_of_one_engine() {
        let queue = RunQueue::new(10);
        queue.keep("a", Tz::UTC, &[run(0)]);
        queue.keep("b", Tz::UTC, &[run(1)]);
        let head = queue.head(10).expect("some wait");
        assert_eq!((&*head.engine, numbers(&head)), ("a", vec![0]));
        queue.done(&head);
        assert_eq!(&*queue.head(10).expect("some wait").engine, "b");
    }
}
