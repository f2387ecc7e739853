//! Impact and root cause asked of a real Neo4j server in Cypher, over the same jobs and edges.
//!
//! Two ways: as a person writes it, with what must hold on the way as a condition; and over relations that say already
//! whether the one before waits, so that the server may prune. The second has the same answer as the graph in memory.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use neo4rs::{BoltMap, BoltType, ConfigBuilder, Graph, Query, query};
use resync_testkit::Neo4jServer;

use crate::large::{self, Reach, predecessors};
use resync_api::tws::model::Status;

/// Longer than this no question is waited for.
pub(crate) const CAP: Duration = Duration::from_secs(60);
const ROWS: usize = 10_000;

/// What is asked of a job.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Question {
    ImpactAsWritten,
    Impact,
    CausesAsWritten,
    Causes,
}

impl Question {
    fn cypher(self) -> &'static str {
        match self {
            Self::ImpactAsWritten => {
                "MATCH p = (:Job {n: $n})-[:PRECEDES*1..]->(b:Job) \
                 WHERE all(job IN tail(nodes(p)) WHERE job.state = 'WAITING') RETURN count(DISTINCT b) AS found"
            }
            Self::Impact => "MATCH (:Job {n: $n})-[:HOLDS*1..]->(b) RETURN count(DISTINCT b) AS found",
            Self::CausesAsWritten => {
                "MATCH p = (:Job {n: $n})<-[:PRECEDES*1..]-(c:Job) WHERE c.state = 'RUNNING' \
                 AND all(job IN nodes(p)[1..-1] WHERE job.state = 'WAITING') RETURN count(DISTINCT c) AS found"
            }
            Self::Causes => {
                "MATCH (:Job {n: $n})<-[:AFTER_WAITING*0..]-(w) WITH DISTINCT w \
                 MATCH (w)<-[:AFTER_RUNNING]-(c) RETURN count(DISTINCT c) AS found"
            }
        }
    }
}

/// A server with the jobs and edges of one plan.
pub(crate) struct Neo4j {
    graph: Graph,
    /// Ends with the bench.
    _server: Neo4jServer,
}

fn state(status: Status) -> &'static str {
    match status {
        Status::Waiting => "WAITING",
        Status::Running => "RUNNING",
        _ => "DONE",
    }
}

fn row(fields: &[(&str, BoltType)]) -> BoltType {
    let mut map = BoltMap::default();
    for (name, value) in fields {
        map.put((*name).into(), value.clone());
    }
    BoltType::Map(map)
}

impl Neo4j {
    /// Starts a server and loads the plan.
    pub(crate) async fn load(jobs: u64, reach: Reach) -> anyhow::Result<Self> {
        let server = Neo4jServer::start_at_full_speed(CAP.as_secs()).await?;
        let config = ConfigBuilder::default()
            .uri(server.uri())
            .user(Neo4jServer::USER)
            .password(Neo4jServer::PASSWORD)
            // The driver waits no longer for any answer, so the server's own limit comes first.
            .connection_timeout(CAP * 2);
        let graph = Graph::connect(config.build()?)?;
        let neo4j = Self { graph, _server: server };
        neo4j.graph.run("CREATE CONSTRAINT FOR (job:Job) REQUIRE job.n IS UNIQUE").await?;
        let nodes: Vec<BoltType> = (0..jobs)
            .map(|job| {
                row(&[
                    ("n", (job as i64).into()),
                    ("s", state(large::status(job, jobs)).into()),
                    ("id", large::id(job).into()),
                ])
            })
            .collect();
        let create = "UNWIND $rows AS row CREATE (:Job {n: row.n, id: row.id, state: row.s})";
        neo4j.unwind(create, nodes).await?;
        let mut precedes = Vec::new();
        let (mut holds, mut after_waiting, mut after_running) = (Vec::new(), Vec::new(), Vec::new());
        for job in 0..jobs {
            for before in predecessors(job, reach) {
                let edge = row(&[("a", (before as i64).into()), ("b", (job as i64).into())]);
                if large::status(job, jobs) == Status::Waiting {
                    holds.push(edge.clone());
                }
                match large::status(before, jobs) {
                    Status::Waiting => after_waiting.push(edge.clone()),
                    Status::Running => after_running.push(edge.clone()),
                    _ => {}
                }
                precedes.push(edge);
            }
        }
        for (kind, edges) in [
            ("PRECEDES", precedes),
            ("HOLDS", holds),
            ("AFTER_WAITING", after_waiting),
            ("AFTER_RUNNING", after_running),
        ] {
            let create = format!(
                "UNWIND $rows AS row MATCH (a:Job {{n: row.a}}), (b:Job {{n: row.b}}) CREATE (a)-[:{kind}]->(b)"
            );
            neo4j.unwind(&create, edges).await?;
        }
        Ok(neo4j)
    }

    async fn unwind(&self, statement: &str, rows: Vec<BoltType>) -> anyhow::Result<()> {
        for rows in rows.chunks(ROWS) {
            self.graph.run(query(statement).param("rows", rows.to_vec())).await?;
        }
        Ok(())
    }

    async fn number(&self, question: Query) -> anyhow::Result<i64> {
        let mut rows = self.graph.execute(question).await?;
        let row = rows.next().await?.context("a row")?;
        let found = row.get("found")?;
        while rows.next().await?.is_some() {}
        Ok(found)
    }

    /// How many objects were found, and how long it took; unset: it did not finish.
    pub(crate) async fn ask(&self, question: Question, job: u64) -> anyhow::Result<Option<(u64, Duration)>> {
        let started = Instant::now();
        match self.number(query(question.cypher()).param("n", job as i64)).await {
            Ok(found) => Ok(Some((found.try_into()?, started.elapsed()))),
            // The server ended it.
            Err(_) if started.elapsed() >= CAP => Ok(None),
            Err(error) => Err(error),
        }
    }
}
