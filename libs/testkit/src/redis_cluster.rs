//! A real Redis Cluster of six local servers: three primaries, a replica each.

use std::time::Duration;

use anyhow::Context as _;
use tokio::process::Command;

use crate::eventually;
use crate::redis::{RedisServer, free_port, said};

const SERVERS: usize = 6;
const BOUND: Duration = Duration::from_secs(30);
const ATTEMPTS: usize = 5;

/// Six servers that form a cluster.
#[derive(Debug)]
pub struct RedisCluster {
    servers: Vec<RedisServer>,
}

impl RedisCluster {
    /// Starts the servers and joins them.
    ///
    /// # Errors
    /// When Redis is not installed, or the cluster does not form.
    pub async fn start() -> anyhow::Result<Self> {
        let mut servers = Vec::new();
        while servers.len() < SERVERS {
            servers.push(node().await?);
        }
        let cluster = Self { servers };
        let mut create = Command::new("redis-cli");
        create.args(["--cluster", "create"]);
        for server in &cluster.servers {
            create.arg(format!("127.0.0.1:{}", server.port()));
        }
        said(create.args(["--cluster-replicas", "1", "--cluster-yes"]), "--cluster create").await?;
        eventually("the cluster to be in order", BOUND, || cluster.in_order()).await?;
        Ok(cluster)
    }

    /// Every server says that all slots are served, and every replica has its primary's data.
    async fn in_order(&self) -> Option<()> {
        for server in &self.servers {
            let info = server.command(&["CLUSTER", "INFO"]).await.ok()?;
            let known = format!("cluster_known_nodes:{SERVERS}");
            if !info.contains("cluster_state:ok") || !info.contains(&known) {
                return None;
            }
            let replication = server.command(&["INFO", "replication"]).await.ok()?;
            if replication.contains("role:slave") && !replication.contains("master_link_status:up") {
                return None;
            }
        }
        Some(())
    }

    /// The servers, primaries first.
    #[must_use]
    pub fn servers(&self) -> &[RedisServer] {
        &self.servers
    }

    /// Addresses of all servers.
    #[must_use]
    pub fn urls(&self) -> Vec<String> {
        self.servers.iter().map(RedisServer::url).collect()
    }

    /// Moves the slot of a key, with its keys, from its primary to another; gives the port of the new one.
    ///
    /// # Errors
    /// When Redis refuses.
    pub async fn move_slot_of(&self, key: &str) -> anyhow::Result<u16> {
        let first = self.servers.first().context("there are servers")?;
        let slot = first.command(&["CLUSTER", "KEYSLOT", key]).await?;
        let owner = self.owner(&slot).await?;
        let target =
            self.primaries().await?.into_iter().find(|port| *port != owner).context("three primaries")?;
        let (from, to) = (self.id(owner).await?, self.id(target).await?);
        let (from_server, to_server) = (self.at(owner)?, self.at(target)?);
        to_server.command(&["CLUSTER", "SETSLOT", &slot, "IMPORTING", &from]).await?;
        from_server.command(&["CLUSTER", "SETSLOT", &slot, "MIGRATING", &to]).await?;
        loop {
            let keys = from_server.command(&["CLUSTER", "GETKEYSINSLOT", &slot, "100"]).await?;
            if keys.is_empty() {
                break;
            }
            let port = target.to_string();
            let mut migrate = vec!["MIGRATE", "127.0.0.1", &port, "", "0", "5000", "KEYS"];
            migrate.extend(keys.lines());
            from_server.command(&migrate).await?;
        }
        for server in [to_server, from_server] {
            server.command(&["CLUSTER", "SETSLOT", &slot, "NODE", &to]).await?;
        }
        Ok(target)
    }

    /// Kills the primary that serves a key, as a crash would.
    ///
    /// # Errors
    /// When there is none.
    pub async fn kill_primary_of(&mut self, key: &str) -> anyhow::Result<()> {
        let first = self.servers.first().context("there are servers")?;
        let slot = first.command(&["CLUSTER", "KEYSLOT", key]).await?;
        let owner = self.owner(&slot).await?;
        let server = self.servers.iter_mut().find(|server| server.port() == owner).context("one of ours")?;
        server.kill().await
    }

    fn at(&self, port: u16) -> anyhow::Result<&RedisServer> {
        self.servers.iter().find(|server| server.port() == port).context("one of ours")
    }

    async fn id(&self, port: u16) -> anyhow::Result<String> {
        self.at(port)?.command(&["CLUSTER", "MYID"]).await
    }

    /// Ports of the primaries.
    async fn primaries(&self) -> anyhow::Result<Vec<u16>> {
        let mut ports = Vec::new();
        for server in &self.servers {
            if server.command(&["INFO", "replication"]).await?.contains("role:master") {
                ports.push(server.port());
            }
        }
        Ok(ports)
    }

    /// The port of the primary that serves a slot.
    async fn owner(&self, slot: &str) -> anyhow::Result<u16> {
        let slot: u32 = slot.parse()?;
        for port in self.primaries().await? {
            let nodes = self.at(port)?.command(&["CLUSTER", "NODES"]).await?;
            let own = nodes.lines().find(|line| line.contains("myself")).context("a node knows itself")?;
            let serves = own.split_whitespace().skip(8).any(|range| {
                let (low, high) = range.split_once('-').unwrap_or((range, range));
                matches!((low.parse::<u32>(), high.parse::<u32>()), (Ok(low), Ok(high)) if (low..=high).contains(&slot))
            });
            if serves {
                return Ok(port);
            }
        }
        anyhow::bail!("nobody serves slot {slot}")
    }
}

async fn node() -> anyhow::Result<RedisServer> {
    let mut last = None;
    for _ in 0..ATTEMPTS {
        let bus = free_port()?.to_string();
        let arguments = [
            "--cluster-enabled",
            "yes",
            "--cluster-port",
            &bus,
            "--cluster-node-timeout",
            "3000",
            "--repl-diskless-sync-delay",
            "0",
            "--appendonly",
            "yes",
        ];
        match RedisServer::start_at(free_port()?, &arguments).await {
            Ok(server) => return Ok(server),
            Err(error) => last = Some(error),
        }
    }
    Err(last.context("at least one attempt")?)
}
