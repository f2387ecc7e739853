//! The durable side of the role, put together: the store, what stands on it, and the work in the background.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use resync_service_kit::shutdown::Drain;
use resync_service_kit::vitals::{PoolKind, PoolSettingNames, PoolVitals, Registration, Vitals};
use tokio::sync::watch;

use crate::audit::{AuditError, AuditLog, CheckpointKey, Checkpoints, Clock, Recorder, Spool};
use crate::conversations::{Conversations, Limits};
use crate::incidents::{Incidents, IncidentsConfig};
use crate::journal::Journal;
use crate::memories::Memories;
use crate::store::Store;
use crate::store::neo4j::{Neo4jConfig, Neo4jStore};
use crate::store::sqlite::SqliteStore;

/// The chain of the audit log. One is enough: whoever appends in another process is kept apart by the head's revision.
const CHAIN: &str = "main";
/// File of signed heads, in the data folder.
pub const CHECKPOINTS_FILE: &str = "audit.checkpoints";
/// File of events that wait for the store, in the data folder.
pub const SPOOL_FILE: &str = "audit.spool";
/// Between two looks for proposals whose time is over.
const EXPIRY: Duration = Duration::from_secs(15);
/// Between two questions whether the embedded store can be used.
const HEALTH: Duration = Duration::from_secs(60);
/// The same while it cannot.
const RECOVERY: Duration = Duration::from_secs(2);

/// Which store.
#[derive(Debug, Clone)]
pub enum StoreConfig {
    /// One file.
    Embedded(PathBuf),
    /// A Neo4j database.
    Neo4j(Box<Neo4jConfig>),
}

/// What the durable side is made of.
pub struct DurableConfig {
    /// The store.
    pub store: StoreConfig,
    /// Where files outside the store lie.
    pub data_dir: PathBuf,
    /// Secret from which checkpoints are signed, used for nothing else.
    pub checkpoint_seed: [u8; 32],
    /// Most bytes of security events that wait for the store.
    pub spool_bytes: u64,
    /// How much of conversations is kept, and for how long.
    pub conversations: Limits,
}

impl std::fmt::Debug for DurableConfig {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("DurableConfig").field("store", &self.store).finish_non_exhaustive()
    }
}

/// The durable side. Clones are the same.
#[derive(Clone)]
pub struct Durable {
    /// The store.
    pub store: Arc<dyn Store>,
    /// Security events of all roles.
    pub recorder: Recorder,
    /// Signed heads of the audit log.
    pub checkpoints: Checkpoints,
    /// Commands and proposals.
    pub journal: Journal,
    /// Conversations with the agent.
    pub conversations: Conversations,
    /// What people taught.
    pub memories: Memories,
    log: AuditLog,
    clock: Clock,
    neo4j: Option<Arc<Neo4jStore>>,
    health: Duration,
    usable: watch::Sender<bool>,
}

impl DurableConfig {
    /// Opens everything. A Neo4j database that is out is waited for in the background; one that refuses us is an error.
    ///
    /// # Errors
    /// When the store or a file cannot be used as it is.
    pub async fn build(self) -> Result<Durable, AuditError> {
        let Self { store, data_dir, checkpoint_seed, spool_bytes, conversations } = self;
        let (store, neo4j, health): (Arc<dyn Store>, _, _) = match store {
            StoreConfig::Embedded(path) => (Arc::new(SqliteStore::open(&path).await?), None, HEALTH),
            StoreConfig::Neo4j(config) => {
                let health = config.pool.health_check_interval;
                let store = Arc::new(Neo4jStore::new(*config)?);
                (Arc::clone(&store) as Arc<dyn Store>, Some(store), health)
            }
        };
        match store.check().await {
            Err(error) if error.is_outage() => {
                tracing::warn!(%error, "the store is out; what needs it is refused until it is back");
            }
            checked => checked?,
        }
        let clock: Clock = Arc::new(Utc::now);
        let log = AuditLog::new(Arc::clone(&store), CHAIN, Arc::clone(&clock));
        let key = CheckpointKey::from_seed(&checkpoint_seed);
        let checkpoints = Checkpoints::open(&data_dir.join(CHECKPOINTS_FILE), key).await?;
        let spool = Spool::open(&data_dir.join(SPOOL_FILE), spool_bytes).await?;
        Ok(Durable {
            recorder: Recorder::new(log.clone(), spool),
            journal: Journal::new(log.clone(), Arc::clone(&clock)),
            conversations: Conversations::new(log.clone(), Arc::clone(&clock), conversations),
            memories: Memories::new(log.clone(), Arc::clone(&clock)),
            // Whoever reports it begins with "serving": an outage at the start is the first change.
            usable: watch::Sender::new(true),
            checkpoints,
            store,
            log,
            clock,
            neo4j,
            health,
        })
    }
}

impl std::fmt::Debug for Durable {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Durable").field("store", &self.store).finish_non_exhaustive()
    }
}

impl Durable {
    /// The incidents, kept in this store.
    #[must_use]
    pub fn incidents(&self, config: IncidentsConfig) -> Incidents {
        Incidents::new(self.log.clone(), Arc::clone(&self.clock), config)
    }

    /// Whether the store can be used, and when that changes.
    #[must_use]
    pub fn usable(&self) -> watch::Receiver<bool> {
        self.usable.subscribe()
    }

    /// The store as the real one, for whoever reports its connections; unset for the embedded one.
    #[must_use]
    pub fn neo4j(&self) -> Option<&Arc<Neo4jStore>> {
        self.neo4j.as_ref()
    }

    /// Reports the connections of the store among the vitals of the process, as long as the registration is held; the
    /// embedded store has none. `settings` names what changes their bounds.
    #[must_use]
    pub fn report_to(&self, vitals: &Vitals, settings: PoolSettingNames) -> Option<Registration> {
        let store = Arc::clone(self.neo4j.as_ref()?);
        Some(vitals.register_pool(move || PoolVitals {
            min: u64::try_from(store.least_connections()).unwrap_or(u64::MAX),
            ..PoolVitals::of_permits("neo4j", PoolKind::Database, settings.clone(), store.pool().snapshot())
        }))
    }

    /// The work in the background, until the drain begins: ships events, states checkpoints, notes expired proposals,
    /// deletes conversations whose retention is over, looks after the store. The last head is stated before it returns.
    pub async fn run(self, drain: Drain) {
        let work = async {
            tokio::join!(
                self.recorder.ship(),
                self.checkpoints.follow(&self.log, Arc::clone(&self.clock)),
                self.expire(),
                self.conversations.maintain(),
                self.watch(),
                self.maintain(),
            )
        };
        drain.unless_begun(work).await;
        if let Err(error) = self.checkpoints.state_now(&self.log, &self.clock).await {
            tracing::error!(%error, "the last audit checkpoint was not kept");
        }
    }

    async fn expire(&self) {
        loop {
            tokio::time::sleep(EXPIRY).await;
            match self.journal.expire().await {
                Ok(0) => {}
                Ok(expired) => tracing::info!(expired, "proposals expired"),
                Err(error) => tracing::debug!(%error, "expired proposals are noted later"),
            }
        }
    }

    async fn watch(&self) {
        loop {
            let usable = self.store.check().await.is_ok();
            let changed = self.usable.send_if_modified(|known| std::mem::replace(known, usable) != usable);
            if changed && usable {
                tracing::info!("the store can be used again");
            } else if changed {
                tracing::warn!("the store cannot be used");
            }
            tokio::time::sleep(if usable { self.health } else { RECOVERY }).await;
        }
    }

    async fn maintain(&self) {
        if let Some(store) = &self.neo4j {
            store.maintain().await;
        }
    }
}
