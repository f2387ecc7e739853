//! One reader of a plan's structure: the whole plan, then again and again what changed since.
//!
//! Nothing is queued for a reader: between two rounds it holds the version it was sent last, and the next round is the
//! difference to the newest. A slow reader skips versions.

use std::sync::Arc;
use std::time::Duration;

use futures::Stream;
use resync_api::tws::model::TopologyUpdate;
use tokio::time::{Instant, timeout};

use super::plan_view::PlanView;
use crate::error::Error;
use crate::plan::{Export, Snapshot};

/// Shortest time between two rounds.
const ROUND: Duration = Duration::from_millis(500);
/// A reader hears at least this often how fresh its plan is.
const SILENCE: Duration = Duration::from_secs(5);

/// Messages until the mirror stops.
pub(super) fn follow(view: PlanView) -> impl Stream<Item = Result<TopologyUpdate, Error>> + Send {
    async_stream::stream! {
        let mut published = view.published();
        let mut sent: Option<Arc<Snapshot>> = None;
        loop {
            // Before looking, so that what is published meanwhile ends the wait below.
            published.borrow_and_update();
            let round = Instant::now();
            let (plan, freshness) = match view.exported() {
                Ok(found) => found,
                Err(error) => {
                    yield Err(error);
                    return;
                }
            };
            let export = Export::new(Arc::clone(&plan), sent.as_deref());
            if export.is_empty() {
                yield Ok(TopologyUpdate { completes: true, freshness: Some(freshness), ..TopologyUpdate::default() });
            } else {
                for mut update in export {
                    if update.completes {
                        update.freshness = Some(freshness.clone());
                    }
                    yield Ok(update);
                    // Pieces are built in one go; other readers of this runtime want their turn.
                    tokio::task::yield_now().await;
                }
            }
            sent = Some(plan);
            loop {
                match timeout(SILENCE.saturating_sub(round.elapsed()), published.changed()).await {
                    Ok(Ok(())) if sent.as_ref().is_some_and(|sent| sent.version() == view.version()) => {}
                    Ok(Ok(())) | Err(_) => break,
                    Ok(Err(_)) => {
                        yield Err(Error::Stopping);
                        return;
                    }
                }
            }
            tokio::time::sleep_until(round + ROUND).await;
        }
    }
}
