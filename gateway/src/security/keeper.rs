//! Brings events from the queue onto the disk, and from the disk to the audit log.

use super::Witness;
use crate::counters;
use chrono::Utc;
use resync_api::audit::client::AuditClient;
use resync_api::audit::model::{
    Actor, ActorKind, AuditCategory, AuditEvent, AuditOrigin, AuditOutcome, AuditResult, Justification,
};
use resync_fault::{ErrorKind, FaultBody};
use resync_resilience::Deadline;
use resync_service_kit::identity::Caller;
use resync_service_kit::spool::{Spool, SpoolError};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{Notify, mpsc, oneshot};

/// Bytes of events that wait for the audit log; further ones are lost, and their number is told.
const SPOOL_BYTES: u64 = 64 << 20;
/// Events written, and shipped, at once.
const BATCH: usize = 200;
/// Between two attempts to reach the audit log.
const RETRY: Duration = Duration::from_secs(2);
/// For one attempt.
const PATIENCE: Duration = Duration::from_secs(10);

/// The work behind a [`Witness`].
#[derive(Debug)]
pub(crate) struct Keeper {
    queue: mpsc::Receiver<AuditEvent>,
    lost: Arc<AtomicU64>,
    spool: Spool<AuditEvent>,
    /// Speaks in the gateway's own name; unset: nobody keeps a log here, and events stay in the file.
    audit: Option<AuditClient>,
}

/// Why events did not get to the log.
#[derive(Debug, thiserror::Error)]
enum ShipError {
    #[error(transparent)]
    Spool(#[from] SpoolError),
    #[error("{}", .0.message)]
    Log(FaultBody),
}

impl Keeper {
    /// A witness, and its keeper over the file at `path`.
    ///
    /// # Errors
    /// When the file cannot be used.
    pub(crate) async fn open(
        path: &Path,
        audit: Option<&AuditClient>,
        own: Caller,
    ) -> Result<(Witness, Self), SpoolError> {
        let spool = Spool::open(path, SPOOL_BYTES).await?;
        let (witness, queue, lost) = Witness::new();
        let audit = audit.map(|audit| audit.with(own));
        Ok((witness, Self { queue, lost, spool, audit }))
    }

    /// Works until `finish` is dropped or told; what is in the queue by then is on the disk when it returns.
    pub(crate) async fn run(self, finish: oneshot::Receiver<()>) {
        let Self { queue, lost, spool, audit } = self;
        let fresh = Notify::new();
        tokio::select! {
            () = keep(queue, &lost, &spool, &fresh, finish) => {}
            () = ship(&spool, audit, &fresh) => {}
        }
    }
}

async fn keep(
    mut queue: mpsc::Receiver<AuditEvent>,
    lost: &AtomicU64,
    spool: &Spool<AuditEvent>,
    fresh: &Notify,
    mut finish: oneshot::Receiver<()>,
) {
    let (mut batch, mut open, mut failing) = (Vec::with_capacity(BATCH), true, false);
    loop {
        let received = tokio::select! {
            received = queue.recv_many(&mut batch, BATCH) => received,
            _ = &mut finish, if open => {
                open = false;
                queue.close();
                continue;
            }
        };
        if received == 0 {
            return;
        }
        let missing = lost.swap(0, Ordering::Relaxed);
        if missing > 0 {
            batch.push(gap(missing));
        }
        match spool.push(&batch).await {
            Ok(()) => {
                counters::add_as(counters::SECURITY_EVENTS, "outcome", "kept", batch.len());
                fresh.notify_one();
                failing = false;
            }
            Err(error) => {
                if !std::mem::replace(&mut failing, true) {
                    tracing::error!(%error, "security events are lost: they cannot be kept on disk");
                }
                counters::add_as(counters::SECURITY_EVENTS, "outcome", "lost", received);
                lost.fetch_add(missing + u64::try_from(received).unwrap_or(0), Ordering::Relaxed);
            }
        }
        batch.clear();
    }
}

/// Says that events are missing.
fn gap(missing: u64) -> AuditEvent {
    AuditEvent {
        id: uuid::Uuid::new_v4().to_string(),
        at: Utc::now(),
        category: AuditCategory::Security,
        action: "events.lost".to_owned(),
        actor: Actor { subject: "role:gateway".to_owned(), kind: ActorKind::Service },
        origin: AuditOrigin { role: "gateway".to_owned(), ..AuditOrigin::default() },
        target: None,
        parameters: serde_json::Map::from_iter([("events".to_owned(), missing.into())]),
        justification: Justification::default(),
        outcome: AuditOutcome {
            result: AuditResult::Failed,
            reason: "EVENTS_LOST".to_owned(),
            message: "neither the queue nor the disk took them".to_owned(),
        },
        correlation_id: String::new(),
    }
}

async fn ship(spool: &Spool<AuditEvent>, audit: Option<AuditClient>, fresh: &Notify) {
    let Some(audit) = audit else { return std::future::pending().await };
    let mut out = false;
    loop {
        match ship_once(spool, &audit).await {
            Ok(0) => fresh.notified().await,
            Ok(shipped) => {
                counters::add_as(counters::SECURITY_EVENTS, "outcome", "shipped", shipped);
                if std::mem::take(&mut out) {
                    tracing::info!(events = shipped, "security events reach the audit log again");
                }
            }
            Err(error) => {
                if !std::mem::replace(&mut out, true) {
                    tracing::warn!(%error, "security events wait on disk for the audit log");
                }
                tokio::time::sleep(RETRY).await;
            }
        }
    }
}

/// Ships the oldest events; tells how many.
async fn ship_once(spool: &Spool<AuditEvent>, audit: &AuditClient) -> Result<usize, ShipError> {
    let (events, mark) = spool.peek(BATCH).await?;
    if events.is_empty() {
        return Ok(0);
    }
    let shipped = events.len();
    match record_all(&events, audit).await {
        Ok(()) => spool.shipped(mark).await?,
        Err(fault) => return Err(ShipError::Log(fault)),
    }
    Ok(shipped)
}

/// Reports events; one that the log will never take is dropped, so that it does not keep back those after it.
async fn record_all(events: &[AuditEvent], audit: &AuditClient) -> Result<(), FaultBody> {
    let audit = || audit.with(Deadline::after(PATIENCE));
    match audit().record(events.to_vec()).await {
        Err(fault) if fault.kind == ErrorKind::InvalidArgument => {}
        outcome => return outcome.map(drop),
    }
    for event in events {
        match audit().record(vec![event.clone()]).await {
            Ok(_) => {}
            Err(fault) if fault.kind == ErrorKind::InvalidArgument => {
                tracing::error!(error = %fault, action = event.action, "the audit log refuses an event");
                counters::count_as(counters::SECURITY_EVENTS, "outcome", "refused");
            }
            Err(fault) => return Err(fault),
        }
    }
    Ok(())
}
