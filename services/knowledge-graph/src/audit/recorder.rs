//! Events that others report, such as logins: into the chain, or into the local file while the store is out, in order.

use std::sync::Arc;
use std::time::Duration;

use resync_api::audit::model::{AuditEvent, Recorded};
use tokio::sync::{Mutex, Notify};

use super::{AuditError, AuditLog, Spool};

/// Events shipped at once.
const SHIPMENT: usize = 200;
/// Between two attempts to reach the store.
const RETRY: Duration = Duration::from_secs(2);
/// How long a report waits for the store before it goes into the file: whoever logs in waits for it.
const PATIENCE: Duration = Duration::from_secs(3);

/// Takes reports. Clones are the same one.
#[derive(Debug, Clone)]
pub struct Recorder {
    log: AuditLog,
    spool: Spool,
    /// Held while it is decided where a report goes, so that none overtakes another on its way.
    turn: Arc<Mutex<()>>,
    waiting: Arc<Notify>,
}

impl Recorder {
    /// Reports go to `log`, or to `spool`.
    #[must_use]
    pub fn new(log: AuditLog, spool: Spool) -> Self {
        Self { log, spool, turn: Arc::default(), waiting: Arc::new(Notify::new()) }
    }

    /// Keeps events, in order. Once one went into the file, all go there until it is empty.
    ///
    /// # Errors
    /// When they can be kept neither here nor there.
    pub async fn record(&self, events: Vec<AuditEvent>) -> Result<Recorded, AuditError> {
        let _turn = self.turn.lock().await;
        if self.spool.is_empty() {
            let chained = self.log.append_all(events.clone());
            match tokio::time::timeout(PATIENCE, chained).await {
                Ok(Ok(_)) => return Ok(Recorded::Chained),
                Ok(Err(AuditError::Store(error))) if error.is_outage() => {
                    tracing::warn!(%error, "the store is out; security events go into a local file");
                }
                Ok(Err(error)) => return Err(error),
                // What was sent may still be kept; shipping the same events again leaves them out.
                Err(_) => tracing::warn!("the store is slow; security events go into a local file"),
            }
        }
        self.spool.push(&events).await?;
        self.waiting.notify_one();
        Ok(Recorded::Spooled)
    }

    /// Keeps events in the chain, or not at all.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn record_chained(&self, events: Vec<AuditEvent>) -> Result<Recorded, AuditError> {
        self.log.append_all(events).await.map(|_| Recorded::Chained)
    }

    /// Ships what is in the file, whenever something is. Runs until it is dropped.
    pub async fn ship(&self) {
        loop {
            match self.ship_once().await {
                Ok(0) => self.waiting.notified().await,
                Ok(shipped) => tracing::info!(events = shipped, "security events were shipped"),
                Err(error) => {
                    tracing::debug!(%error, "security events wait for the store");
                    tokio::time::sleep(RETRY).await;
                }
            }
        }
    }

    /// Ships the oldest events of the file; tells how many.
    async fn ship_once(&self) -> Result<usize, AuditError> {
        let (events, mark) = self.spool.peek(SHIPMENT).await?;
        if events.is_empty() {
            return Ok(0);
        }
        let shipped = events.len();
        self.log.append_all(events).await?;
        self.spool.shipped(mark).await?;
        Ok(shipped)
    }
}
