//! What can be wrong with a store, in words a person can act on.

use std::borrow::Cow;

use resync_fault::{ErrorKind, Fault};

/// Why a store did not do what it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// The settings cannot work.
    Settings,
    /// Nobody listens at its address.
    Refused,
    /// It does not answer in time.
    TimedOut,
    /// The connection broke, or the address cannot be reached.
    Unreachable,
    /// It still reads its data after a start.
    Loading,
    /// It does not accept the user or password.
    Authentication,
    /// The user may not do what the cache needs.
    Permission,
    /// The encrypted connection cannot be made.
    Tls,
    /// A single server was configured as a cluster, or the other way round.
    ClusterMismatch,
    /// The cluster does not serve all of its slots.
    ClusterDown,
    /// It is a replica, or cannot write to its disk.
    ReadOnly,
    /// Its memory or file is full.
    Full,
    /// Every connection is in use.
    Busy,
    /// It was written by a newer version of Resync.
    Newer,
    /// The file cannot be used.
    File,
    /// It evicts records that must stay.
    Evicts,
    /// It forgets records when it restarts.
    Forgets,
    /// The cache is stopping.
    Closed,
    /// It said something that this version does not understand.
    Other,
}

impl Cause {
    /// Stable reason, for metrics, metadata and start errors.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::Settings => "STORE_SETTINGS",
            Self::Refused => "STORE_REFUSED",
            Self::TimedOut => "STORE_TIMED_OUT",
            Self::Unreachable => "STORE_UNREACHABLE",
            Self::Loading => "STORE_LOADING",
            Self::Authentication => "STORE_AUTHENTICATION",
            Self::Permission => "STORE_PERMISSION",
            Self::Tls => "STORE_TLS",
            Self::ClusterMismatch => "STORE_CLUSTER_MISMATCH",
            Self::ClusterDown => "STORE_CLUSTER_DOWN",
            Self::ReadOnly => "STORE_READ_ONLY",
            Self::Full => "STORE_FULL",
            Self::Busy => "STORE_BUSY",
            Self::Newer => "STORE_NEWER",
            Self::File => "STORE_FILE",
            Self::Evicts => "STORE_EVICTS",
            Self::Forgets => "STORE_FORGETS",
            Self::Closed => "STORE_CLOSED",
            Self::Other => "STORE_UNUSABLE",
        }
    }

    /// What a person can do about it.
    #[must_use]
    pub fn hint(self) -> &'static str {
        match self {
            Self::Settings => "correct the setting named",
            Self::Refused => "start Redis, or correct its address in the settings",
            Self::TimedOut => {
                "check that Redis is not overloaded or blocked, and that no firewall drops packets"
            }
            Self::Unreachable => "check the address of Redis and the network between",
            Self::Loading => "wait until Redis has read its data, or allow more attempts at start",
            Self::Authentication => "correct the user and password of Redis in the settings",
            Self::Permission => {
                "give the Redis user the command or key pattern named; the cache's README lists all it needs"
            }
            Self::Tls => {
                "use rediss:// only for a TLS port, and name the CA file that signed the certificate of Redis"
            }
            Self::ClusterMismatch => "set the cluster setting to what the Redis servers are",
            Self::ClusterDown => "look at `redis-cli cluster info`: every slot must be served",
            Self::ReadOnly => {
                "name the primary, or look at the last save of Redis: it refuses writes it cannot persist"
            }
            Self::Full => "raise maxmemory of Redis, or the size of the cache's file",
            Self::Busy => "raise the maximum size of the pool, or ask for less at once",
            Self::Newer => "use the newer version of Resync again, or move the file away",
            Self::File => {
                "check the data folder: its permissions, its disk, and that no other process uses it"
            }
            Self::Evicts => {
                "run `redis-cli config set maxmemory-policy noeviction` and put it into redis.conf"
            }
            Self::Forgets => "run `redis-cli config set appendonly yes` and put it into redis.conf",
            Self::Closed => "connect again",
            Self::Other => "look at the log of the cache role and of the store",
        }
    }

    /// The store itself is out: every other operation would fail the same way.
    #[must_use]
    pub fn is_outage(self) -> bool {
        matches!(
            self,
            Self::Refused
                | Self::TimedOut
                | Self::Unreachable
                | Self::Loading
                | Self::Authentication
                | Self::Tls
                | Self::ClusterDown
        )
    }

    /// Another attempt at start may help.
    #[must_use]
    pub fn may_pass(self) -> bool {
        matches!(
            self,
            Self::Refused
                | Self::TimedOut
                | Self::Unreachable
                | Self::Loading
                | Self::ClusterDown
                | Self::Other
        )
    }
}

/// What a store failed with. As an error at start it ends the process; while running it is the cause of another.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct StoreError {
    /// Why.
    pub cause: Cause,
    /// What happened, without secrets.
    pub detail: String,
}

impl StoreError {
    /// An error with its cause.
    #[must_use]
    pub fn new(cause: Cause, detail: impl Into<String>) -> Self {
        Self { cause, detail: detail.into() }
    }
}

impl Fault for StoreError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::FailedPrecondition
    }

    fn reason(&self) -> &str {
        self.cause.reason()
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        Some(self.cause.hint().into())
    }
}
