//! The operations of the store, each a command or a script on one key.

use std::sync::Arc;
use std::time::Duration;

use ::redis::RedisResult;
use bytes::Bytes;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use resync_api::cache::model::{
    ClaimRequest, Invalidation, InvalidationScope, Lease, LeaseAnswer, Position, StoreKind,
};
use tokio::time::Instant;

use super::condition::{self, Server, condition};
use super::connection::Connection;
use super::{RedisStore, Work};
use crate::entry::millis;
use crate::gcra::{Taken, Terms};
use crate::idempotency::Record;
use crate::store::{Answer, Cause, Claimed, Condition, Part, PoolState, Store};

/// How long the token of a lease is remembered after the lease has ended.
const LEASE_MEMORY: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// What the claim script gives: clock, request hash, attempt, since, patience, expires, response.
type ClaimReply = (u64, String, String, u64, u64, u64, Option<Vec<u8>>);

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// Looks how the servers are.
struct Look {
    key: String,
}

impl Work<Vec<Server>> for Look {
    async fn run(self, connection: &mut Connection) -> RedisResult<Vec<Server>> {
        ::redis::cmd("PING").query_async::<()>(connection).await?;
        // A full server, or one that cannot persist, still answers to reads.
        let mut write = ::redis::cmd("SET");
        write.arg(self.key).arg(1).arg("PX").arg(60_000);
        write.query_async::<()>(connection).await?;
        condition::servers(connection).await
    }
}

impl Store for RedisStore {
    fn kind(&self) -> StoreKind {
        self.kind
    }

    fn get<'a>(&'a self, keys: &'a [String]) -> Answer<'a, Vec<Option<Bytes>>> {
        async move {
            if keys.is_empty() {
                return Ok(Vec::new());
            }
            let mut command = ::redis::cmd("MGET");
            for key in keys {
                command.arg(self.keys.entry(key));
            }
            let found: Vec<Option<Vec<u8>>> = self.commands.with(command).await?;
            Ok(found.into_iter().map(|bytes| bytes.map(Bytes::from)).collect())
        }
        .boxed()
    }

    fn put<'a>(&'a self, key: &'a str, bytes: Bytes, ttl: Duration) -> Answer<'a, ()> {
        async move {
            let mut command = ::redis::cmd("SET");
            command.arg(self.keys.entry(key)).arg(&bytes[..]).arg("PX").arg(millis(ttl).max(1));
            self.commands.with(command).await
        }
        .boxed()
    }

    fn remove<'a>(&'a self, keys: &'a [String]) -> Answer<'a, ()> {
        async move {
            let mut command = ::redis::cmd("UNLINK");
            for key in keys {
                command.arg(self.keys.entry(key));
            }
            self.commands.with(command).await
        }
        .boxed()
    }

    fn append<'a>(&'a self, scope: &'a InvalidationScope) -> Answer<'a, Position> {
        self.append_event(scope).boxed()
    }

    fn history(&self) -> Answer<'_, Vec<Arc<Invalidation>>> {
        self.whole_history().boxed()
    }

    fn follow(&self, after: Position) -> Answer<'_, Part> {
        self.next_events(after).boxed()
    }

    fn claim<'a>(&'a self, name: &'a str, request: &'a ClaimRequest) -> Answer<'a, Claimed> {
        async move {
            let mut script = self.scripts.claim.key(self.keys.record(name));
            script.arg(&request.request_hash).arg(&request.attempt);
            script.arg(millis(request.ttl)).arg(millis(request.patience));
            let (now_ms, request_hash, attempt, since_ms, patience_ms, expires_ms, response): ClaimReply =
                self.commands.with(script).await?;
            let response = response.map(Bytes::from);
            let record = Record { request_hash, attempt, since_ms, patience_ms, expires_ms, response };
            Ok(Claimed { record, now_ms })
        }
        .boxed()
    }

    fn complete<'a>(
        &'a self,
        name: &'a str,
        attempt: &'a str,
        response: Bytes,
        ttl: Duration,
    ) -> Answer<'a, Option<u64>> {
        async move {
            let mut script = self.scripts.complete.key(self.keys.record(name));
            script.arg(attempt).arg(&response[..]).arg(millis(ttl));
            self.commands.with(script).await
        }
        .boxed()
    }

    fn release<'a>(&'a self, name: &'a str, attempt: &'a str) -> Answer<'a, ()> {
        async move {
            let mut script = self.scripts.release.key(self.keys.record(name));
            script.arg(attempt);
            self.commands.with(script).await
        }
        .boxed()
    }

    fn take<'a>(&'a self, name: &'a str, terms: Terms) -> Answer<'a, Taken> {
        async move {
            let mut script = self.scripts.take.key(self.keys.quota(name));
            script.arg(terms.share).arg(terms.window).arg(u8::from(terms.possible));
            let (allowed, now, arrival): (bool, u64, u64) = self.commands.with(script).await?;
            Ok(Taken { allowed, now, arrival })
        }
        .boxed()
    }

    fn acquire<'a>(&'a self, wanted: &'a Lease) -> Answer<'a, LeaseAnswer> {
        async move {
            let mut script = self.scripts.acquire.key(self.keys.lease(&wanted.name));
            script.arg(&wanted.holder).arg(micros(wanted.ttl)).arg(millis(LEASE_MEMORY));
            let (granted, holder, fencing_token, rest): (bool, String, u64, u64) =
                self.commands.with(script).await?;
            let rest = Duration::from_micros(rest);
            Ok(if granted {
                LeaseAnswer::Granted(Lease { name: wanted.name.clone(), holder, fencing_token, ttl: rest })
            } else {
                LeaseAnswer::Held { holder, remaining: rest }
            })
        }
        .boxed()
    }

    fn renew<'a>(&'a self, lease: &'a Lease) -> Answer<'a, bool> {
        async move {
            let mut script = self.scripts.renew.key(self.keys.lease(&lease.name));
            script.arg(&lease.holder).arg(lease.fencing_token);
            script.arg(micros(lease.ttl)).arg(millis(LEASE_MEMORY));
            self.commands.with(script).await
        }
        .boxed()
    }

    fn give_back<'a>(&'a self, lease: &'a Lease) -> Answer<'a, bool> {
        async move {
            let mut script = self.scripts.renew.key(self.keys.lease(&lease.name));
            script.arg(&lease.holder).arg(lease.fencing_token).arg(0).arg(millis(LEASE_MEMORY));
            self.commands.with(script).await
        }
        .boxed()
    }

    fn probe(&self) -> Answer<'_, Condition> {
        async move {
            let asked = Instant::now();
            let look = || self.probe.with(Look { key: self.keys.entry("probe/health") });
            let servers = match look().await {
                // The connection kept from the last time may just have broken; a new one tells why.
                Err(error) if error.cause == Cause::Unreachable => look().await?,
                outcome => outcome?,
            };
            if servers.is_empty() {
                return Err(self.commands.finding(Cause::ClusterDown, "no primary answers"));
            }
            Ok(condition(&servers, asked))
        }
        .boxed()
    }

    fn sweep(&self) -> Answer<'_, ()> {
        // Redis forgets by itself.
        futures::future::ready(Ok(())).boxed()
    }

    fn pool(&self) -> Option<PoolState> {
        self.commands.state()
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        async move {
            self.commands.close();
            self.feed.close().await;
            self.probe.close().await;
        }
        .boxed()
    }
}
