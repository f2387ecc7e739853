//! One mirror for each engine, kept fresh by its poller, and a cheap handle for everybody who asks.

mod keeper;
mod handle;
mod plan_view;
mod plan_day;
mod watch;
mod export;

pub use handle::Handle;
pub use plan_view::PlanView;

use chrono::Utc;
use resync_service_kit::shutdown::Drain;
use tokio_util::sync::CancellationToken;

use crate::engine::{EngineFeed, Poller};
use crate::error::ConfigError;
use crate::figures;
use keeper::Keeper;

/// The running part. Queries go through its [`Handle`], before, while and after it runs.
#[derive(Debug, Default)]
pub struct Bridge {
    engines: Vec<(Keeper, Option<Poller>)>,
    handle: Handle,
}

impl Bridge {
    /// Adds an engine that somebody feeds: its poller, or whoever holds the other end of the feed.
    ///
    /// # Errors
    /// When there is an engine of that name already.
    pub fn add(&mut self, feed: EngineFeed, poller: Option<Poller>) -> Result<(), ConfigError> {
        figures::describe();
        let (keeper, view) = Keeper::new(feed, Utc::now());
        let name = view.engine().to_owned();
        if !self.handle.insert(view) {
            return Err(ConfigError::Duplicate(name));
        }
        self.engines.push((keeper, poller));
        Ok(())
    }

    /// What callers use.
    #[must_use]
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Keeps all mirrors fresh until the drain begins.
    pub async fn run(self, drain: Drain) {
        let stop = CancellationToken::new();
        let work = self.engines.into_iter().map(|(keeper, poller)| {
            let stop = stop.clone();
            async move {
                let polling = async move {
                    match poller {
                        Some(poller) => poller.run(stop).await,
                        None => stop.cancelled().await,
                    }
                };
                // A keeper ends when its feed does; the other engines go on.
                futures::future::join(polling, keeper.run()).await;
            }
        });
        drain.unless_begun(futures::future::join_all(work)).await;
        stop.cancel();
    }
}
