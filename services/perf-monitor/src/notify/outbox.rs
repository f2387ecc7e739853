//! The buffers and workers of all destinations.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use resync_api::perf::model::DeliveryOutcome;
use resync_resilience::Backoff;
use resync_service_kit::shutdown::Drain;
use secrecy::SecretString;
use tokio::sync::Notify;
use url::Url;
use uuid::Uuid;

use super::message::Message;
use super::{Config, Destination, DestinationKind, Event, form, signature, target};
use crate::adapters::http::Poster;
use crate::alert::Notice;
use crate::clock::Clock;
use crate::error::ConfigError;
use crate::plan_event::PlanEvent;
use crate::telemetry;

/// Events that wait for one destination; beyond that they are counted and not kept.
pub const BUFFERED: usize = 1000;
/// When the process stops, each destination gets one more try of at most this long.
const LAST_TRY: Duration = Duration::from_secs(3);

/// All destinations. Clones are the same.
#[derive(Clone, Debug)]
pub(crate) struct Delivery(Arc<[Outbox]>);

impl Delivery {
    pub(crate) fn new(config: Config, clock: Clock) -> Result<Self, ConfigError> {
        let Config { destinations, allowed_hosts, proxy, group_wait, attempts, backoff, timeout } = config;
        let poster = Poster::new(timeout, proxy.as_ref()).map_err(ConfigError::Client)?;
        let mut outboxes: Vec<Outbox> = Vec::new();
        for destination in destinations {
            let name = &destination.name;
            if name.is_empty() || outboxes.iter().any(|other| other.destination.name == *name) {
                return Err(ConfigError::Name(name.clone()));
            }
            let url = target::check(name, &destination.url, &allowed_hosts)?;
            let signed = destination.kind == DestinationKind::Webhook;
            let length = |secret: &SecretString| secrecy::ExposeSecret::expose_secret(secret).len();
            if signed && destination.signing_secret.as_ref().map_or(0, length) < signature::MIN_SECRET {
                return Err(ConfigError::SigningSecret(name.clone()));
            }
            outboxes.push(Outbox {
                destination,
                url,
                poster: poster.clone(),
                clock,
                group_wait,
                attempts: attempts.max(1),
                backoff,
                buffer: Mutex::default(),
                filled: Notify::new(),
            });
        }
        Ok(Self(outboxes.into()))
    }

    pub(crate) fn wants_plan_events(&self) -> bool {
        self.0.iter().any(|outbox| outbox.destination.plan_events.is_some())
    }

    pub(crate) fn tell_alerts(&self, notices: &[Notice]) {
        for outbox in self.0.iter() {
            let Some(least) = outbox.destination.alerts else { continue };
            for notice in notices.iter().filter(|notice| notice.told >= least) {
                outbox.push(Event::Alert(notice.clone()));
            }
        }
    }

    pub(crate) fn tell_plan_event(&self, event: &PlanEvent) {
        for outbox in self.0.iter() {
            let wanted = outbox.destination.plan_events.as_ref().is_some_and(|filter| filter.passes(event));
            if wanted {
                outbox.push(Event::Plan(event.clone()));
            }
        }
    }

    /// One try for each destination named (empty: all), at once and past filters. Unset: there is none of that name.
    pub(crate) async fn test(&self, name: &str, by: &str) -> Result<Vec<DeliveryOutcome>, Vec<String>> {
        let named: Vec<&Outbox> =
            self.0.iter().filter(|outbox| name.is_empty() || outbox.destination.name == name).collect();
        if named.is_empty() {
            return Err(self.0.iter().map(|outbox| outbox.destination.name.clone()).collect());
        }
        let tries = named.into_iter().map(|outbox| async move {
            let (kind, _) = outbox.attempt(&outbox.message(vec![Event::Test { by: by.to_owned() }], 0)).await;
            let (delivered, detail) = match kind {
                Outcome::Delivered => (true, "taken".to_owned()),
                Outcome::Refused(detail) | Outcome::Failed(detail) => (false, detail),
            };
            let destination = outbox.destination.name.clone();
            DeliveryOutcome { destination, delivered, attempts: 1, detail }
        });
        Ok(futures::future::join_all(tries).await)
    }

    /// Delivers until the drain begins; then each destination gets what is left in one more try.
    pub(crate) async fn run(&self, drain: &Drain) {
        futures::future::join_all(self.0.iter().map(|outbox| outbox.run(drain))).await;
    }
}

#[derive(Debug, Default)]
struct Buffer {
    events: VecDeque<Event>,
    dropped: u64,
}

#[derive(Debug)]
struct Outbox {
    destination: Destination,
    url: Url,
    poster: Poster,
    clock: Clock,
    group_wait: Duration,
    attempts: u32,
    backoff: Backoff,
    buffer: Mutex<Buffer>,
    filled: Notify,
}

enum Outcome {
    Delivered,
    /// Trying again would not help.
    Refused(String),
    /// Trying again may help.
    Failed(String),
}

impl Outbox {
    fn push(&self, event: Event) {
        let mut buffer = self.buffer.lock().unwrap_or_else(PoisonError::into_inner);
        if buffer.events.len() < BUFFERED {
            buffer.events.push_back(event);
        } else {
            buffer.dropped += 1;
            telemetry::event_dropped(&self.destination.name);
        }
        drop(buffer);
        self.filled.notify_one();
    }

    /// All that has come together; unset: nothing.
    fn take(&self) -> Option<Message> {
        let Buffer { events, dropped } =
            std::mem::take(&mut *self.buffer.lock().unwrap_or_else(PoisonError::into_inner));
        (!events.is_empty()).then(|| self.message(events.into(), dropped))
    }

    fn message(&self, events: Vec<Event>, dropped: u64) -> Message {
        Message::of(Uuid::new_v4().to_string(), self.clock.now().wall, events, dropped)
    }

    async fn run(&self, drain: &Drain) {
        while drain.unless_begun(self.filled.notified()).await.is_some() {
            if !drain.sleep(self.group_wait).await {
                break;
            }
            if let Some(message) = self.take() {
                self.deliver(&message, drain).await;
            }
        }
        if let Some(message) = self.take() {
            let last = tokio::time::timeout(LAST_TRY, self.attempt(&message)).await;
            let outcome =
                last.map_or(Outcome::Failed("did not answer in time".to_owned()), |(outcome, _)| outcome);
            self.conclude(&message, &outcome);
        }
    }

    async fn deliver(&self, message: &Message, drain: &Drain) {
        for number in 1..=self.attempts {
            let (outcome, wait) = self.attempt(message).await;
            let again = matches!(outcome, Outcome::Failed(_)) && number < self.attempts;
            if again {
                let wait = self.backoff.delay(number).max(wait.unwrap_or_default());
                if drain.sleep(wait).await {
                    continue;
                }
            }
            return self.conclude(message, &outcome);
        }
    }

    /// One try, and how long the other side wants to be left alone.
    async fn attempt(&self, message: &Message) -> (Outcome, Option<Duration>) {
        telemetry::attempt(&self.destination.name);
        let body = form::of(self.destination.kind, &self.destination.name, message).to_string();
        let mut headers = Vec::new();
        if let (DestinationKind::Webhook, Some(secret)) =
            (self.destination.kind, &self.destination.signing_secret)
        {
            // Signed anew for each try, so that a receiver may refuse what is old.
            let second = self.clock.now().wall.timestamp();
            headers.push(("Resync-Delivery", message.id.clone()));
            headers.push(("Resync-Timestamp", second.to_string()));
            headers.push(("Resync-Signature", signature::sign(secret, second, body.as_bytes())));
        }
        match self.poster.post(&self.url, &headers, Bytes::from(body)).await {
            Err(reason) => (Outcome::Failed(reason), None),
            Ok(answer) => {
                let said = format!("answered {}", answer.status);
                let outcome = match answer.status {
                    200..=299 => Outcome::Delivered,
                    300..=399 => Outcome::Refused(format!("{said}, a redirect, which is not followed")),
                    408 | 425 | 429 | 500..=599 => Outcome::Failed(said),
                    _ => Outcome::Refused(said),
                };
                (outcome, answer.retry_after)
            }
        }
    }

    fn conclude(&self, message: &Message, outcome: &Outcome) {
        let name = &self.destination.name;
        let (word, reason) = match outcome {
            Outcome::Delivered => ("delivered", None),
            Outcome::Refused(reason) => ("refused", Some(reason)),
            Outcome::Failed(reason) => ("gave_up", Some(reason)),
        };
        telemetry::notification(name, word);
        if let Some(reason) = reason {
            tracing::error!(
                destination = %name, message = %message.id, outcome = word, %reason, summary = %message.summary(),
                "a message was not delivered"
            );
        }
    }
}
