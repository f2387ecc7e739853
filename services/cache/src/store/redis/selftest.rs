//! Whether the user may do all that the cache needs, found out at start and not at the first request of the night.
//!
//! Every command runs once on keys of its own, by itself first, so that Redis names it when it is not allowed, and then
//! inside the scripts.

use std::time::Duration;

use ::redis::{Cmd, ErrorKind, RedisResult, ServerErrorKind};
use resync_api::cache::model::InvalidationScope;

use super::Keys;
use super::connection::Connection;
use super::scripts::Scripts;
use crate::store::scope;

/// The probe's keys vanish by themselves should the process die midway.
const LIFE: Duration = Duration::from_secs(60);

/// Runs every command; gives what it was for when one fails.
pub(super) async fn run(
    connection: &mut Connection,
    keys: &Keys,
    scripts: &Scripts,
    probe: &str,
) -> Result<(), (String, ::redis::RedisError)> {
    let [text, hash, stream] = ["text", "hash", "stream"].map(|kind| keys.entry(&format!("{probe}/{kind}")));
    let life = LIFE.as_millis() as usize;
    let scope = scope::encode(&InvalidationScope::everything());
    let commands: [(&str, Vec<&[u8]>); 13] = [
        ("TIME", vec![]),
        ("SET", vec![text.as_bytes(), b"1", b"PX", b"60000"]),
        ("GET", vec![text.as_bytes()]),
        ("MGET", vec![text.as_bytes()]),
        ("HSET", vec![hash.as_bytes(), b"field", b"1"]),
        ("HMGET", vec![hash.as_bytes(), b"field"]),
        ("PEXPIRE", vec![hash.as_bytes(), b"60000"]),
        ("XADD", vec![stream.as_bytes(), b"MAXLEN", b"~", b"10000", b"*", b"scope", &scope]),
        ("XREAD", vec![b"COUNT", b"1", b"STREAMS", stream.as_bytes(), b"0"]),
        ("XRANGE", vec![stream.as_bytes(), b"-", b"+"]),
        ("DEL", vec![stream.as_bytes()]),
        ("UNLINK", vec![text.as_bytes()]),
        ("UNLINK", vec![hash.as_bytes()]),
    ];
    for (name, arguments) in commands {
        let mut command = ::redis::cmd(name);
        for argument in arguments {
            command.arg(argument);
        }
        only_whether(connection, &command).await.map_err(|error| (name.to_owned(), error))?;
    }
    // The history itself is only looked at: an entry of the probe would be an invalidation.
    let mut look = ::redis::cmd("XRANGE");
    look.arg(keys.history()).arg("-").arg("+").arg("COUNT").arg(1);
    only_whether(connection, &look).await.map_err(|error| ("XRANGE".to_owned(), error))?;

    let (record, quota, lease) = (keys.record(probe), keys.quota(probe), keys.lease(probe));
    let scripted = async {
        scripts
            .claim
            .key(&record)
            .arg("h")
            .arg(probe)
            .arg(life)
            .arg(life)
            .invoke_async::<()>(connection)
            .await?;
        scripts.release.key(&record).arg(probe).invoke_async::<()>(connection).await?;
        scripts.take.key(&quota).arg(1000).arg(1000).arg(1).invoke_async::<()>(connection).await?;
        let (micros, token) = (1_000_000, 0);
        scripts.acquire.key(&lease).arg(probe).arg(micros).arg(life).invoke_async::<()>(connection).await?;
        scripts
            .renew
            .key(&lease)
            .arg(probe)
            .arg(token)
            .arg(0)
            .arg(life)
            .invoke_async::<()>(connection)
            .await?;
        scripts.complete.key(&record).arg(probe).arg("").arg(life).invoke_async::<()>(connection).await
    };
    scripted.await.map_err(|error| ("EVALSHA and SCRIPT LOAD".to_owned(), error))
}

/// Runs a command for its permission alone. A cluster that moves slots just now is not the user's fault.
async fn only_whether(connection: &mut Connection, command: &Cmd) -> RedisResult<()> {
    match command.query_async::<::redis::Value>(connection).await {
        Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::TryAgain) => Ok(()),
        outcome => outcome.map(|_| ()),
    }
}
