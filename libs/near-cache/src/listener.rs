//! Hears of invalidations from the second level.
//!
//! While nothing is heard, values go on being served within their life. Afterwards the second level says whether it can
//! tell everything that was missed; when it cannot, everything is dropped.

use crate::second_level::{SecondLevel, Watch};
use crate::window::Window;
use futures::StreamExt as _;
use resync_api::cache::model::WatchEvent;
use resync_fault::{ErrorKind, FaultBody};
use resync_resilience::Backoff;
use std::time::Duration;

/// Heartbeats come about every second; after this long without a word the stream is dead.
const SILENCE: Duration = Duration::from_secs(5);
/// Longest that a new stream may take to begin.
const BEGINNING: Duration = Duration::from_secs(5);
/// Between attempts.
const RETRY: Backoff = Backoff::doubling(Duration::from_millis(100), Duration::from_secs(5));

/// 1 while the stream of invalidations is up.
pub(crate) const CONNECTED: &str = "resync_near_cache_watch_connected";

/// Never ends; without a second level there is nothing to hear.
pub(crate) async fn listen(window: &Window, second: Option<&dyn SecondLevel>) {
    let Some(second) = second else { return std::future::pending().await };
    let connected = metrics::gauge!(CONNECTED);
    let mut failures = 0;
    loop {
        let mut begun = false;
        let error = match open(second, window).await {
            Ok(mut stream) => {
                follow(&mut stream, window, || {
                    begun = true;
                    connected.set(1.0);
                })
                .await
            }
            Err(error) => error,
        };
        connected.set(0.0);
        failures = if begun { 1 } else { failures + 1 };
        if failures == 1 {
            tracing::info!(error = %error, "invalidations are not heard; values live out their time meanwhile");
        }
        tokio::time::sleep(RETRY.delay(failures)).await;
    }
}

async fn open(second: &dyn SecondLevel, window: &Window) -> Result<Watch, FaultBody> {
    tokio::time::timeout(BEGINNING, second.watch(window.position())).await.unwrap_or_else(|_| Err(silent()))
}

/// Takes note of all that comes, until the stream fails.
async fn follow(stream: &mut Watch, window: &Window, mut on_begin: impl FnMut()) -> FaultBody {
    loop {
        let event = match tokio::time::timeout(SILENCE, stream.next()).await {
            Err(_) => return silent(),
            Ok(None) => return ended(),
            Ok(Some(Err(error))) => return error,
            Ok(Some(Ok(event))) => event,
        };
        match event {
            WatchEvent::Started { position, continuous } => {
                on_begin();
                // What this process cached before it first listened may have been invalidated, too.
                if !continuous || window.position().is_none() {
                    window.reset(position);
                }
            }
            WatchEvent::Invalidated(invalidation) => {
                window.record(&invalidation.scope, Some(invalidation.position));
                window.heard(invalidation.position);
            }
            WatchEvent::Heartbeat { position, .. } => window.heard(position),
        }
    }
}

fn silent() -> FaultBody {
    FaultBody::new(ErrorKind::Unavailable, "WATCH_SILENT", "the stream of invalidations went silent")
}

fn ended() -> FaultBody {
    FaultBody::new(ErrorKind::Unavailable, "WATCH_ENDED", "the stream of invalidations ended")
}
