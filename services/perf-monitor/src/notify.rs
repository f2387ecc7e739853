//! Who is told of what, in which form, and how hard it is tried.
//!
//! Each destination has a buffer and a worker. The worker waits a little after the first event, so that two hundred
//! failures are one message with a count, and sends what has come together; what comes meanwhile is the next message. A
//! message is tried a few times with growing waits; after that it is given up, logged and counted. A buffer holds
//! [`BUFFERED`] events; beyond that events are counted but not kept, and the next message says how many.

pub mod filter;
mod target;
mod text;
mod message;
mod form;
mod signature;
mod outbox;

use std::time::Duration;

use resync_api::perf::model::Severity;
use resync_resilience::Backoff;
use secrecy::SecretString;

pub use filter::PlanFilter;
pub use outbox::BUFFERED;
pub(crate) use outbox::Delivery;

use crate::alert::Notice;
use crate::plan_event::PlanEvent;

/// The form of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DestinationKind {
    /// Signed JSON.
    Webhook,
    /// An Adaptive Card, as a Teams workflow takes it.
    Teams,
    /// Blocks, as a Slack incoming webhook takes them.
    Slack,
}

/// Somebody to tell.
#[derive(Clone, Debug)]
pub struct Destination {
    /// Unique; appears in figures and logs.
    pub name: String,
    /// The form of messages.
    pub kind: DestinationKind,
    /// Whole address. Those of Teams and Slack are secrets themselves.
    pub url: SecretString,
    /// Required for a webhook, unused otherwise.
    pub signing_secret: Option<SecretString>,
    /// Tell of alerts from this severity on. Unset: of none.
    pub alerts: Option<Severity>,
    /// Tell of these jobs. Unset: of none.
    pub plan_events: Option<PlanFilter>,
}

/// How messages are delivered.
#[derive(Clone, Debug)]
pub struct Config {
    /// Whom to tell.
    pub destinations: Vec<Destination>,
    /// Hosts that messages may go to: names, or `*.` and a domain.
    pub allowed_hosts: Vec<String>,
    /// An HTTP proxy on the way. Unset: none, whatever the environment says.
    pub proxy: Option<SecretString>,
    /// How long to wait for more events before a message is sent.
    pub group_wait: Duration,
    /// Tries for one message.
    pub attempts: u32,
    /// Waits between them.
    pub backoff: Backoff,
    /// Time for one try.
    pub timeout: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            destinations: Vec::new(),
            allowed_hosts: Vec::new(),
            proxy: None,
            group_wait: Duration::from_secs(10),
            attempts: 5,
            backoff: Backoff::doubling(Duration::from_secs(1), Duration::from_secs(60)),
            timeout: Duration::from_secs(10),
        }
    }
}

/// Something to tell.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Event {
    Alert(Notice),
    Plan(PlanEvent),
    /// Somebody wants to see whether messages arrive.
    Test {
        by: String,
    },
}
