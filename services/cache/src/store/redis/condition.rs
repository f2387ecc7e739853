//! How Redis says it is: version, clients, memory, eviction and persistence, over all primaries of a cluster.

use std::collections::HashMap;
use std::time::Duration;

use ::redis::{RedisResult, Value, from_redis_value_ref};
use chrono::Utc;
use tokio::time::Instant;

use super::connection::Connection;
use crate::store::Condition;

const NO_EVICTION: &str = "noeviction";

/// What one server said.
#[derive(Clone, Debug, Default)]
pub(super) struct Server {
    info: HashMap<String, String>,
    /// Unset: the user may not read the configuration.
    save: Option<String>,
    append_fsync: Option<String>,
}

impl Server {
    fn text(&self, name: &str) -> &str {
        self.info.get(name).map_or("", String::as_str)
    }

    fn number(&self, name: &str) -> u64 {
        self.text(name).parse().unwrap_or(0)
    }

    pub(super) fn is_cluster(&self) -> bool {
        self.text("cluster_enabled") == "1"
    }

    pub(super) fn is_replica(&self) -> bool {
        self.text("role") == "slave"
    }

    fn evicts(&self) -> bool {
        self.text("maxmemory_policy") != NO_EVICTION
    }

    fn appends(&self) -> bool {
        self.text("aof_enabled") == "1"
    }

    fn saves(&self) -> bool {
        self.save.as_deref().is_some_and(|points| !points.trim().is_empty())
    }

    fn persistence(&self) -> String {
        match (self.appends(), &self.append_fsync, self.saves()) {
            (true, Some(fsync), _) => format!("aof ({fsync})"),
            (true, None, _) => "aof".to_owned(),
            (false, _, true) => "rdb".to_owned(),
            (false, _, false) if self.save.is_none() => "unknown".to_owned(),
            (false, _, false) => "none".to_owned(),
        }
    }
}

/// Asks every primary.
pub(super) async fn servers(connection: &mut Connection) -> RedisResult<Vec<Server>> {
    let infos = connection.everywhere(&::redis::cmd("INFO")).await?;
    let mut servers = Vec::new();
    for info in &infos {
        servers.push(Server { info: lines(&from_redis_value_ref::<String>(info)?), ..Server::default() });
    }
    // Managed Redis often forbids this; what INFO says is enough for all but save points.
    let mut read = ::redis::cmd("CONFIG");
    read.arg("GET").arg("save").arg("appendfsync");
    match connection.everywhere(&read).await {
        Ok(settings) => {
            for (server, settings) in servers.iter_mut().zip(&settings) {
                take_settings(server, settings)?;
            }
        }
        Err(_) if connection.is_broken() => {}
        Err(_) => one_by_one(connection, &mut servers).await?,
    }
    Ok(servers)
}

/// Redis before version 7 takes one pattern at a time.
async fn one_by_one(connection: &mut Connection, servers: &mut [Server]) -> RedisResult<()> {
    for name in ["save", "appendfsync"] {
        let mut read = ::redis::cmd("CONFIG");
        read.arg("GET").arg(name);
        let Ok(settings) = connection.everywhere(&read).await else { return Ok(()) };
        for (server, settings) in servers.iter_mut().zip(&settings) {
            take_settings(server, settings)?;
        }
    }
    Ok(())
}

fn take_settings(server: &mut Server, settings: &Value) -> RedisResult<()> {
    let settings: HashMap<String, String> = from_redis_value_ref(settings)?;
    for (name, value) in settings {
        match name.as_str() {
            "save" => server.save = Some(value),
            "appendfsync" => server.append_fsync = Some(value),
            _ => {}
        }
    }
    Ok(())
}

fn lines(info: &str) -> HashMap<String, String> {
    info.lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect()
}

/// What the servers together are like.
pub(super) fn condition(servers: &[Server], asked: Instant) -> Condition {
    let any = |is: fn(&Server) -> bool| servers.iter().find(|server| is(server));
    let worst = any(Server::evicts).or(any(|server| !server.appends())).or(servers.first());
    let first = worst.cloned().unwrap_or_default();
    let sum = |name: &str| servers.iter().map(|server| server.number(name)).sum();
    let weakest = any(|server| !server.appends() && !server.saves());
    let warning = warning(&first, weakest.is_none());
    Condition {
        checked_at: Utc::now(),
        latency: asked.elapsed(),
        version: first.text("redis_version").to_owned(),
        connected_clients: sum("connected_clients"),
        used_bytes: sum("used_memory"),
        max_bytes: sum("maxmemory"),
        eviction_policy: first.text("maxmemory_policy").to_owned(),
        persistence: weakest.unwrap_or(&first).persistence(),
        keeps_records: !servers.is_empty() && any(Server::evicts).is_none() && weakest.is_none(),
        warning,
    }
}

fn warning(server: &Server, persists: bool) -> String {
    if server.evicts() {
        let policy = server.text("maxmemory_policy");
        format!("maxmemory-policy {policy} may evict idempotency records; only {NO_EVICTION} keeps them")
    } else if !persists && server.save.is_none() {
        "AOF is off, and the user may not read with CONFIG GET whether there are save points".to_owned()
    } else if !persists {
        "neither AOF nor save points are on: a restart forgets all idempotency records".to_owned()
    } else if !server.appends() {
        "only save points are on: a crash forgets idempotency records since the last one".to_owned()
    } else if server.append_fsync.as_deref() == Some("no") {
        "appendfsync no: a crash of the machine forgets idempotency records not yet written".to_owned()
    } else {
        String::new()
    }
}

/// Longest time to ask how a server is.
pub(super) const PROBE_TIMEOUT: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;

    fn server(policy: &str, aof: &str, save: Option<&str>) -> Server {
        let info = format!("# Memory\r\nmaxmemory_policy:{policy}\r\naof_enabled:{aof}\r\nused_memory:5\r\n");
        Server {
            info: lines(&info),
            save: save.map(str::to_owned),
            append_fsync: Some("everysec".to_owned()),
        }
    }

    #[test]
    fn records_are_safe_only_where_every_server_keeps_them() {
        let judged = |servers: &[Server]| {
            let condition = condition(servers, Instant::now());
            (condition.keeps_records, condition.persistence, condition.warning.is_empty())
        };
        let sound = || server("noeviction", "1", Some(""));
        assert_eq!(judged(&[sound()]), (true, "aof (everysec)".to_owned(), true));
        assert_eq!(judged(&[server("noeviction", "0", Some("3600 1"))]), (true, "rdb".to_owned(), false));
        assert_eq!(judged(&[server("noeviction", "0", Some(""))]), (false, "none".to_owned(), false));
        assert_eq!(judged(&[server("noeviction", "0", None)]), (false, "unknown".to_owned(), false));
        let evicts = server("allkeys-lru", "1", Some(""));
        assert_eq!(judged(&[sound(), evicts]), (false, "aof (everysec)".to_owned(), false));
        let forgets = server("noeviction", "0", Some(""));
        assert_eq!(judged(&[sound(), forgets]), (false, "none".to_owned(), false));
        assert_eq!(condition(&[sound(), sound()], Instant::now()).used_bytes, 10);
    }
}
