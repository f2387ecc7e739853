//! The same jobs asked about in memory and in Neo4j, one after the other.

use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use resync_api::graph::model::CauseKind;
use resync_api::tws::model::Status;
use resync_knowledge_graph::topology::Graph;
use resync_testkit::Neo4jServer;

use crate::large::{self, Reach};
use crate::neo4j::{CAP, Neo4j, Question};
use crate::{graph, impact, root_cause, told};

/// Objects asked about, spread over what is still to come.
const OBJECTS: u64 = 9;

/// # Errors
/// When there is no server to start, it fails, or the two answers differ.
pub(crate) fn compare(sizes: &[u64]) -> anyhow::Result<()> {
    Neo4jServer::installation().context("not fetched; run `cargo xtask neo4j` once")?;
    let runtime = tokio::runtime::Runtime::new()?;
    for jobs in sizes {
        runtime.block_on(compare_one(*jobs))?;
    }
    Ok(())
}

async fn compare_one(jobs: u64) -> anyhow::Result<()> {
    let (_, graph, taken, built) = graph(jobs, Reach::Neighbours);
    let started = Instant::now();
    let neo4j = Neo4j::load(jobs, Reach::Neighbours).await?;
    let loaded = format!("{:.1?}", started.elapsed());
    told(jobs, "load, starting the server included", &format!("{:.2?}", taken + built), &loaded, "", "");
    for (name, question) in [
        ("impact, median", Question::Impact),
        ("root cause, median", Question::Causes),
        ("impact, median; conditions on the way", Question::ImpactAsWritten),
        ("root cause, median; conditions on the way", Question::CausesAsWritten),
    ] {
        ask(jobs, name, question, &graph, &neo4j).await?;
    }
    Ok(())
}

/// How many were found, at least and at most: causes beyond the listed ones are of an unknown kind.
fn in_memory(question: Question, graph: &Graph, job: u64) -> RangeInclusive<u64> {
    match question {
        Question::Impact | Question::ImpactAsWritten => {
            let blocked = impact(graph, job).blocked_jobs;
            blocked..=blocked
        }
        Question::Causes | Question::CausesAsWritten => {
            let found = root_cause(graph, job, 1_000);
            let running = found.causes.iter().filter(|cause| cause.kind == CauseKind::Running).count() as u64;
            running..=running + (found.total - found.causes.len() as u64)
        }
    }
}

async fn ask(jobs: u64, name: &str, question: Question, graph: &Graph, neo4j: &Neo4j) -> anyhow::Result<()> {
    let (mut ours, mut theirs, mut most) = (Vec::new(), Vec::new(), 0);
    let mut finished = true;
    for step in 0..OBJECTS {
        let begin = jobs / 4 + step * (jobs * 3 / 4 / OBJECTS);
        let waits = |job: &u64| large::status(*job, jobs) == Status::Waiting;
        let job = (begin..jobs).find(waits).context("a job that waits")?;
        // By the clock, as the server's answer is measured.
        let started = Instant::now();
        let found = in_memory(question, graph, job);
        ours.push(started.elapsed());
        most = most.max(*found.end());
        // The first answer of a kind includes the planning of its query.
        if step == 0 && neo4j.ask(question, jobs - 1).await?.is_none() {
            finished = false;
            break;
        }
        let Some((count, took)) = neo4j.ask(question, job).await? else {
            finished = false;
            break;
        };
        ensure!(found.contains(&count), "{question:?} of job {job}: {found:?} in memory, {count} in Neo4j");
        theirs.push(took);
    }
    let ours = median(&mut ours);
    let found = format!("to {most}");
    let measured = format!("{ours:.2?}");
    if finished {
        let theirs = median(&mut theirs);
        let ratio = format!("1/{:.0}", theirs.as_secs_f64() / ours.as_secs_f64());
        told(jobs, name, &measured, &format!("{theirs:.2?}"), &ratio, &found);
    } else {
        let beside = format!("did not finish in {} s", CAP.as_secs());
        told(jobs, name, &measured, &beside, "", &found);
    }
    Ok(())
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
