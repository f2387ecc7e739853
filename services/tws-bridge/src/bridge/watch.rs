//! One subscriber of a plan: an overview first, then changes, and the overview again when its counts changed.
//!
//! Nothing is queued for a subscriber: it reads the shared memory of changes at its own pace, as the transport takes
//! messages. One that falls behind that memory is dropped and goes on with its resume token.

use std::sync::Arc;
use std::time::Duration;

use futures::Stream;
use resync_api::tws::model::{PlanOverview, PlanUpdate, StatusCount};
use tokio::sync::watch;
use tokio::time::Instant;

use super::plan_view::PlanView;
use crate::error::Error;
use crate::figures::WATCH_SUBSCRIBERS;
use crate::plan::{Position, QueryError};

/// Most changes in one message.
const CHANGES_PER_MESSAGE: usize = 500;
/// Shortest time between two overviews of one subscriber.
const OVERVIEW_INTERVAL: Duration = Duration::from_secs(1);

/// One subscriber.
pub(super) struct Subscription {
    view: PlanView,
    published: watch::Receiver<()>,
    position: Position,
    /// Send an overview with the next message whatever the counts are.
    overview_due: bool,
    gap: bool,
    last_counts: Option<Counts>,
    last_overview: Instant,
}

/// What makes an overview worth sending again.
#[derive(PartialEq)]
struct Counts {
    jobs: Vec<StatusCount>,
    job_streams: Vec<StatusCount>,
    others: [u64; 5],
    stale: bool,
}

impl Counts {
    fn of(overview: &PlanOverview) -> Self {
        Self {
            jobs: overview.jobs_by_status.clone(),
            job_streams: overview.job_streams_by_status.clone(),
            others: [
                overview.late_jobs,
                overview.long_running_jobs,
                overview.at_risk_jobs,
                overview.open_prompts,
                overview.unhealthy_workstations,
            ],
            stale: overview.freshness.stale_since.is_some(),
        }
    }
}

impl Subscription {
    pub(super) fn begin(view: PlanView, resume_token: &str) -> Result<Self, Error> {
        let published = view.published();
        let end = view.with_changes(|log| log.end());
        let (position, resumed) = match resume_token {
            "" => (end, false),
            token => (token.parse().map_err(|_| QueryError::ResumeToken)?, true),
        };
        let gap = resumed && view.with_changes(|log| log.after(position, 0).gap);
        Ok(Self {
            view,
            published,
            // Behind a gap the overview says how things are; what is left of the changes would only confuse.
            position: if gap { end } else { position },
            // Also to whoever comes back: the counts may have changed meanwhile, and a stream should begin at once.
            overview_due: true,
            gap,
            last_counts: None,
            last_overview: Instant::now(),
        })
    }

    /// Messages until the mirror stops or the subscriber falls behind.
    pub(super) fn stream(mut self) -> impl Stream<Item = Result<PlanUpdate, Error>> + Send {
        async_stream::stream! {
            let _counted = Counted::new(self.view.engine());
            loop {
                match self.next().await {
                    Ok(update) => yield Ok(update),
                    Err(error) => {
                        yield Err(error);
                        return;
                    }
                }
            }
        }
    }

    async fn next(&mut self) -> Result<PlanUpdate, Error> {
        loop {
            // Before looking, so that what is published meanwhile wakes the wait below.
            self.published.borrow_and_update();
            let after = self.view.with_changes(|log| log.after(self.position, CHANGES_PER_MESSAGE));
            if after.gap {
                return Err(Error::SlowReader { resume_token: self.position.to_string() });
            }
            let more = after.changes.len() == CHANGES_PER_MESSAGE;
            self.position = after.position;
            let overview = self.overview()?;
            if overview.is_some() || !after.changes.is_empty() {
                return Ok(PlanUpdate {
                    overview: overview.map(Arc::unwrap_or_clone),
                    changes: after.changes,
                    resume_token: self.position.to_string(),
                    gap: std::mem::take(&mut self.gap),
                });
            }
            if !more {
                self.wait().await?;
            }
        }
    }

    /// The overview when it is due and its counts changed.
    fn overview(&mut self) -> Result<Option<Arc<PlanOverview>>, Error> {
        if !self.overview_due && self.last_overview.elapsed() < OVERVIEW_INTERVAL {
            return Ok(None);
        }
        let overview = self.view.overview(0)?;
        let counts = Some(Counts::of(&overview));
        let news = self.overview_due || (self.last_counts.is_some() && self.last_counts != counts);
        self.overview_due = false;
        self.last_counts = counts;
        if news {
            self.last_overview = Instant::now();
        }
        Ok(news.then_some(overview))
    }

    /// Until something is published, and once more when an overview may be sent again.
    async fn wait(&mut self) -> Result<(), Error> {
        let next_overview = self.last_overview + OVERVIEW_INTERVAL;
        let waits_for_overview = next_overview > Instant::now();
        tokio::select! {
            changed = self.published.changed() => changed.map_err(|_| Error::Stopping),
            () = tokio::time::sleep_until(next_overview), if waits_for_overview => Ok(()),
        }
    }
}

/// Counts a subscriber while it lives.
struct Counted(String);

impl Counted {
    fn new(engine: &str) -> Self {
        metrics::gauge!(WATCH_SUBSCRIBERS, "engine" => engine.to_owned()).increment(1.0);
        Self(engine.to_owned())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        metrics::gauge!(WATCH_SUBSCRIBERS, "engine" => self.0.clone()).decrement(1.0);
    }
}
