//! Answers of the dependency graph through the whole mesh: what a failure stops is what a plain walk over the
//! simulator's truth stops, job by job.

use std::collections::BTreeSet;

use anyhow::{Context as _, ensure};
use resync_api::agent::model::{Answer, AnswerKind, BlockContent, Question};
use resync_tests::eval::ripple::Ripples;
use resync_tests::night::Night;

/// Failures that are compared.
const COMPARED: usize = 25;

async fn ask(night: &Night, message: &str) -> anyhow::Result<Answer> {
    let question = Question { message: message.to_owned(), ..Question::default() };
    night.agent.ask(question).await.with_context(|| message.to_owned())
}

fn value<'a>(answer: &'a Answer, field: &str) -> Option<&'a str> {
    answer.citations.iter().find(|citation| citation.field == field).map(|citation| citation.value.as_str())
}

/// Plan ids of the jobs in the tables.
fn jobs_listed(answer: &Answer) -> BTreeSet<String> {
    let tables = answer.blocks.iter().filter_map(|block| match &block.content {
        BlockContent::Table { rows, .. } => Some(rows),
        _ => None,
    });
    let cells = tables.flatten().filter_map(|row| row.first());
    cells
        .filter_map(|cell| answer.citations.iter().find(|citation| citation.id == cell.citation_id))
        .filter_map(|citation| citation.resource.split_once("/jobs/").map(|(_, id)| id.to_owned()))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_impact_is_what_a_walk_over_the_truth_stops() -> anyhow::Result<()> {
    let night = Night::start(11).await?;
    let known = night.known();
    let ripples = Ripples::new(&known);
    let decided = known.jobs.iter().filter_map(|job| {
        let lost = ripples.of(&job.id)?;
        (1..=50).contains(&lost.len()).then_some((job, lost))
    });
    let mut compared = 0;
    for (job, lost) in decided.take(COMPARED) {
        let answer =
            ask(&night, &format!("what is the impact of {}?", job.key.trim_start_matches('/'))).await?;
        ensure!(answer.interpretation.starts_with("impact job "), "{}", answer.interpretation);
        ensure!(
            value(&answer, "/blocked_jobs") == Some(lost.len().to_string().as_str()),
            "{}: {:?} instead of {}",
            job.key,
            value(&answer, "/blocked_jobs"),
            lost.len()
        );
        ensure!(jobs_listed(&answer) == lost, "{}: {:?} instead of {lost:?}", job.key, jobs_listed(&answer));
        ensure!(answer.kind == AnswerKind::Answer && value(&answer, "/coverage/plan_share").is_some());
        compared += 1;
    }
    ensure!(compared == COMPARED, "only {compared} failures can be decided by a plain walk");
    night.end().await;
    Ok(())
}
