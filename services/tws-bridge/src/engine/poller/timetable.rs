//! Which task is due next. Among due tasks the more urgent kind goes first, so a sweep never delays news.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Kinds of work, most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Task {
    Changes,
    Touched,
    Active,
    Objects,
    Counts,
    Sweep,
    Model,
    Dependencies,
}

impl Task {
    const ALL: [Self; 8] = [
        Self::Changes,
        Self::Touched,
        Self::Active,
        Self::Objects,
        Self::Counts,
        Self::Sweep,
        Self::Model,
        Self::Dependencies,
    ];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Changes => "changes",
            Self::Touched => "touched_streams",
            Self::Active => "active",
            Self::Objects => "objects",
            Self::Counts => "counts",
            Self::Sweep => "sweep",
            Self::Model => "model",
            Self::Dependencies => "dependencies",
        }
    }

    /// May wait while the bucket of requests is nearly empty.
    pub(super) fn is_background(self) -> bool {
        matches!(self, Self::Sweep | Self::Model | Self::Dependencies)
    }
}

/// When each task is due; unset: only when something asks for it.
#[derive(Debug)]
pub(super) struct Timetable {
    due: [Option<Instant>; Task::ALL.len()],
}

impl Timetable {
    pub(super) fn new(now: Instant) -> Self {
        Self { due: [Some(now); Task::ALL.len()] }
    }

    pub(super) fn at(&mut self, task: Task, when: Option<Instant>) {
        self.due[task as usize] = when;
    }

    pub(super) fn postpone(&mut self, task: Task, by: Duration) {
        self.at(task, Some(Instant::now() + by));
    }

    /// Makes a task due at `when`, unless it is due sooner.
    pub(super) fn hasten(&mut self, task: Task, when: Instant) {
        let due = &mut self.due[task as usize];
        *due = Some(due.map_or(when, |due| due.min(when)));
    }

    /// The most urgent task that is due, waiting for one if need be. It stays due until it is put elsewhere.
    pub(super) async fn next(&self) -> Task {
        loop {
            let now = Instant::now();
            if let Some(task) =
                Task::ALL.into_iter().find(|task| self.due[*task as usize].is_some_and(|due| due <= now))
            {
                // Other tasks of this process must get their turn even when there is always something due here.
                tokio::task::yield_now().await;
                return task;
            }
            match self.due.iter().flatten().min() {
                Some(due) => sleep_until(*due).await,
                None => std::future::pending().await,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_urgent_task_goes_first_and_nothing_due_means_waiting() {
        let start = Instant::now();
        let mut timetable = Timetable::new(start);
        assert_eq!(timetable.next().await, Task::Changes);
        for task in Task::ALL {
            timetable.at(task, None);
        }
        timetable.postpone(Task::Sweep, Duration::from_secs(3));
        timetable.postpone(Task::Active, Duration::from_secs(9));
        timetable.hasten(Task::Active, start + Duration::from_secs(3));
        timetable.hasten(Task::Active, start + Duration::from_secs(5));
        assert_eq!(timetable.next().await, Task::Active, "both are due; active is more urgent");
        assert_eq!(start.elapsed(), Duration::from_secs(3));
    }
}
