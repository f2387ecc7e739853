//! The graph at 10,000, 100,000 and 500,000 jobs with three edges each. Prints each figure beside its budget and beside a
//! minimal loop over the same edges in the same run; at the two smaller sizes impact and root cause beside a real Neo4j.
//! Criterion measures the questions of the largest plan again, one by one.
//!
//! `cargo bench -p resync-knowledge-graph --bench graph -- memory` leaves Neo4j aside, `-- neo4j` everything else.

#![expect(clippy::print_stdout, reason = "a bench reports on the terminal")]

#[path = "graph/against.rs"]
mod against;
#[path = "graph/large.rs"]
mod large;
#[path = "graph/neo4j.rs"]
mod neo4j;
#[path = "graph/plain.rs"]
mod plain;

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::Criterion;
use large::{Reach, id};
use plain::Plain;
use resync_api::graph::model::{
    Assumption, ForecastRequest, HealthRequest, Impact, ImpactRequest, PathRequest, RiskRequest,
    RootCauseRequest, RootCauses, SimulationRequest, WhatIf,
};
use resync_knowledge_graph::topology::{Graph, Ledger, NoHistory};

/// Earlier runs of every job.
const RUNS: u32 = 10;

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let wants = |part: &str| wanted.is_empty() || wanted.iter().any(|word| word == part);
    let mut largest = None;
    if wants("memory") {
        heading("minimal loop", "budget");
        for jobs in [10_000, 100_000, 500_000] {
            largest = Some(measure(jobs, Reach::Neighbours));
        }
        measure_impact(500_000, Reach::Anywhere);
    }
    if wants("neo4j") {
        heading("Neo4j", "found");
        if let Err(error) = against::compare(&[10_000, 100_000]) {
            println!("Neo4j: {error:#}");
        }
    }
    let Some(graph) = largest else { return };
    let mut criterion = Criterion::default().sample_size(10);
    criterion.bench_function("impact, 500,000 jobs", |bench| bench.iter(|| impact(&graph, 250_000)));
    criterion.bench_function("root cause, 500,000 jobs", |bench| {
        bench.iter(|| root_cause(&graph, 499_000, 20));
    });
    criterion.bench_function("critical path, 500,000 jobs", |bench| {
        bench.iter(|| critical_path(&graph, 499_000));
    });
    criterion.final_summary();
}

fn heading(beside: &str, last: &str) {
    println!("\n{:<8} {:<58} {:>10} {beside:>24} {:>9} {last:>12}", "jobs", "figure", "measured", "ratio");
}

fn row(jobs: u64, figure: &str, measured: Duration, beside: Option<Duration>, last: &str) {
    let ratio = beside.map(|beside| format!("{:.1}x", measured.as_secs_f64() / beside.as_secs_f64()));
    let beside = beside.map(|beside| format!("{beside:.2?}"));
    told(
        jobs,
        figure,
        &format!("{measured:.2?}"),
        &beside.unwrap_or_default(),
        &ratio.unwrap_or_default(),
        last,
    );
}

fn told(jobs: u64, figure: &str, measured: &str, beside: &str, ratio: &str, last: &str) {
    println!("{jobs:<8} {figure:<58} {measured:>10} {beside:>24} {ratio:>9} {last:>12}");
}

/// The result, and the processor time it took: on a machine that is shared, the clock measures the neighbours.
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let (started, before) = (Instant::now(), processor_time());
    let result = black_box(work());
    let took = before.zip(processor_time()).map(|(before, after)| after.saturating_sub(before));
    (result, took.unwrap_or_else(|| started.elapsed()))
}

/// Of this thread, where the system tells it.
fn processor_time() -> Option<Duration> {
    // The system brings its figure up to date when the thread is taken off its processor.
    std::thread::yield_now();
    let figures = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(figures.split_whitespace().next()?.parse().ok()?))
}

/// The graph of such a plan, and how long both steps to it took.
fn graph(jobs: u64, reach: Reach) -> (Ledger, Graph, Duration, Duration) {
    let export = large::export(jobs, reach);
    let mut ledger = Ledger::default();
    let (_, taken) = timed(|| ledger.apply(export));
    let (graph, built) = timed(|| ledger.publish().expect("complete"));
    (ledger, graph, taken, built)
}

fn measure(jobs: u64, reach: Reach) -> Graph {
    let (plain, plain_built) = timed(|| Plain::new(jobs, reach));
    let (mut ledger, graph, taken, built) = graph(jobs, reach);
    row(jobs, &format!("take in the export, {} edges", plain.edges()), taken, None, "");
    row(jobs, "build", built, Some(plain_built), "");
    let bytes = format!("{:.0} B", graph.structure_bytes() as f64 / jobs as f64);
    told(jobs, "memory of the structure, a job", &bytes, "", "", "");
    questions(jobs, &graph, &plain);
    let changes = large::changes(jobs, 1_000);
    let (_, patched) = timed(|| {
        ledger.apply(changes);
        ledger.publish().expect("complete")
    });
    row(jobs, "take in 1,000 changed states, 20 failures", patched, None, "");
    graph
}

fn measure_impact(jobs: u64, reach: Reach) {
    let (_, graph, ..) = graph(jobs, reach);
    let plain = Plain::new(jobs, reach);
    let spread = |step: u64| jobs / 4 + step * (jobs * 3 / 4 / 200);
    let (figure, most) = p99(200, |step| impact(&graph, spread(step)).blocked_jobs as usize);
    let (minimal, _) = p99(200, |step| plain.downstream(spread(step) as u32));
    let name = format!("impact where all hangs together, p99 (to {most} jobs)");
    row(jobs, &name, figure, Some(minimal), "< 25 ms");
}

fn questions(jobs: u64, graph: &Graph, plain: &Plain) {
    let asked = 300;
    let spread = |step: u64| jobs / 4 + step * (jobs * 3 / 4 / asked);
    let (figure, most) = p99(asked, |step| impact(graph, spread(step)).blocked_jobs as usize);
    let (minimal, _) = p99(asked, |step| plain.downstream(spread(step) as u32));
    let budget = if jobs == 500_000 { "< 25 ms" } else { "" };
    row(jobs, &format!("impact of a job, p99 (to {most} jobs)"), figure, Some(minimal), budget);
    let (figure, most) = p99(asked, |step| root_cause(graph, spread(step), 20).total as usize);
    let (minimal, _) = p99(asked, |step| plain.upstream(spread(step) as u32));
    row(jobs, &format!("root cause of a job, p99 (to {most} causes)"), figure, Some(minimal), "");
    let (figure, most) = p99(asked, |step| path(graph, jobs / 4 + step, spread(step)));
    row(jobs, &format!("path between two jobs, p99 (to {most} steps)"), figure, None, "");
    let far = |step: u64| jobs / 4 + step * (jobs * 3 / 4 / 50);
    let (figure, most) = p99(50, |step| critical_path(graph, far(step)));
    let (minimal, _) = p99(50, |step| plain.longest(far(step) as u32));
    row(jobs, &format!("critical path to a job, p99 (to {most} steps)"), figure, Some(minimal), "");
    let object = ForecastRequest { object: id(jobs - 100), ..ForecastRequest::default() };
    let (found, took) = timed(|| graph.forecast_object(&object, &NoHistory).expect("in the plan"));
    let nights = found.assumptions.samples;
    let (_, minimal) = timed(|| plain.nights(nights));
    row(jobs, &format!("forecast of a job near the end, {nights} nights"), took, Some(minimal), "");
    let (found, took) = timed(|| graph.forecast_plan(&ForecastRequest::default(), &NoHistory));
    let nights = found.assumptions.samples;
    let (_, minimal) = timed(|| plain.nights(nights));
    row(jobs, &format!("forecast of the plan, {nights} nights"), took, Some(minimal), "");
    let history = large::history(jobs, RUNS);
    let (_, took) = timed(|| graph.forecast_plan(&ForecastRequest::default(), &history));
    row(jobs, &format!("the same with {RUNS} earlier runs of every job"), took, Some(minimal), "");
    let (found, took) = timed(|| graph.risks(&RiskRequest::default(), &history).expect("no object"));
    row(jobs, &format!("risk of all {} deadlines, with the runs", found.total), took, Some(minimal), "");
    let late = WhatIf::Delay { object: id(jobs / 2), by: Duration::from_secs(3_600) };
    let late = SimulationRequest { engine: String::new(), changes: vec![late], max_results: 100 };
    let (found, took) = timed(|| graph.simulate(&late, &NoHistory).expect("in the plan"));
    row(jobs, &format!("what if a job is an hour late ({} jobs shift)", found.total), took, None, "");
    let (_, took) = timed(|| graph.health(&HealthRequest::default(), &NoHistory));
    row(jobs, "health with the 20 most fragile jobs", took, None, "");
}

fn impact(graph: &Graph, job: u64) -> Impact {
    let request = ImpactRequest {
        engine: String::new(),
        object: id(job),
        assumption: Assumption::Fails,
        max_results: 100,
    };
    graph.impact(&request).expect("in the plan")
}

fn root_cause(graph: &Graph, job: u64, max_results: u32) -> RootCauses {
    let request = RootCauseRequest { engine: String::new(), object: id(job), max_results };
    graph.root_causes(&request).expect("in the plan")
}

fn path(graph: &Graph, from: u64, to: u64) -> usize {
    let request = PathRequest { engine: String::new(), from: id(from), to: id(to) };
    graph.path_between(&request).expect("in the plan").steps.len()
}

fn critical_path(graph: &Graph, job: u64) -> usize {
    let request = ForecastRequest { object: id(job), ..ForecastRequest::default() };
    graph.critical_path(&request, &NoHistory).expect("in the plan").total_steps as usize
}

fn p99(asked: u64, mut ask: impl FnMut(u64) -> usize) -> (Duration, usize) {
    let mut most = 0;
    let mut times: Vec<Duration> = (0..asked)
        .map(|step| {
            let (size, took) = timed(|| ask(step));
            most = most.max(size);
            took
        })
        .collect();
    times.sort_unstable();
    (times[times.len() * 99 / 100], most)
}
