//! The graph at 10,000, 100,000 and 500,000 jobs with three edges each. Prints each figure beside its budget and beside a
//! minimal loop over the same edges in the same run; criterion measures the questions again, one by one.

#![expect(clippy::print_stdout, reason = "a bench reports on the terminal")]

#[path = "graph/large.rs"]
mod large;
#[path = "graph/plain.rs"]
mod plain;

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::Criterion;
use large::{Reach, id};
use plain::Plain;
use resync_api::graph::model::{
    Assumption, ForecastRequest, HealthRequest, ImpactRequest, PathRequest, RiskRequest, RootCauseRequest,
};
use resync_knowledge_graph::topology::{Graph, Ledger, NoHistory};

fn main() {
    println!("{:<10} {:<52} {:>14} {:>10} {:>16}", "jobs", "path", "figure", "budget", "minimal loop");
    let mut kept = None;
    for jobs in [10_000, 100_000, 500_000] {
        kept = Some(measure(jobs, Reach::Neighbours));
    }
    measure_impact(500_000, Reach::Anywhere);
    let Some(graph) = kept else { return };
    let mut criterion = Criterion::default().sample_size(10).configure_from_args();
    criterion.bench_function("impact, 500,000 jobs", |bench| bench.iter(|| impact(&graph, 250_000)));
    criterion.bench_function("root cause, 500,000 jobs", |bench| bench.iter(|| root_cause(&graph, 499_000)));
    criterion.bench_function("critical path, 500,000 jobs", |bench| {
        bench.iter(|| critical_path(&graph, 499_000));
    });
    criterion.final_summary();
}

fn row(jobs: u64, path: &str, figure: String, budget: &str, minimal: String) {
    println!("{jobs:<10} {path:<52} {figure:>14} {budget:>10} {minimal:>16}");
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let started = Instant::now();
    let result = black_box(work());
    (result, started.elapsed())
}

fn measure(jobs: u64, reach: Reach) -> Graph {
    let export = large::export(jobs, reach);
    let (plain, plain_built) = timed(|| Plain::new(jobs, reach));
    let mut ledger = Ledger::default();
    let ((), taken) = timed(|| drop(ledger.apply(export)));
    row(jobs, "take in the export", format!("{taken:.1?}"), "", String::new());
    let (graph, built) = timed(|| ledger.publish().expect("complete"));
    row(jobs, "build", format!("{built:.1?}"), "", format!("{plain_built:.1?}"));
    let bytes = graph.structure_bytes() as f64 / jobs as f64;
    row(jobs, "memory of the structure, a job", format!("{bytes:.0} B"), "", String::new());
    let changes = large::changes(jobs, 1_000);
    let (_, patched) = timed(|| {
        ledger.apply(changes);
        ledger.publish().expect("complete")
    });
    row(jobs, "take in 1,000 changed states, 20 failures", format!("{patched:.1?}"), "", String::new());
    questions(jobs, &graph, &plain);
    graph
}

fn measure_impact(jobs: u64, reach: Reach) {
    let mut ledger = Ledger::default();
    ledger.apply(large::export(jobs, reach));
    let graph = ledger.publish().expect("complete");
    let plain = Plain::new(jobs, reach);
    let (figure, most) = p99(200, |step| impact(&graph, jobs / 4 + step * (jobs * 3 / 4 / 200)));
    let (minimal, _) = p99(200, |step| plain.downstream((jobs / 4 + step * (jobs * 3 / 4 / 200)) as u32));
    row(
        jobs,
        &format!("impact where all hangs together, p99 (to {most} jobs)"),
        format!("{figure:.2?}"),
        "",
        format!("{minimal:.2?}"),
    );
}

fn questions(jobs: u64, graph: &Graph, plain: &Plain) {
    let asked = 300;
    let spread = |step: u64| jobs / 4 + step * (jobs * 3 / 4 / asked);
    let (impact_p99, most) = p99(asked, |step| impact(graph, spread(step)));
    let (minimal, _) = p99(asked, |step| plain.downstream(spread(step) as u32));
    let budget = if jobs == 500_000 { "< 25 ms" } else { "" };
    row(
        jobs,
        &format!("impact of a job, p99 (to {most} jobs)"),
        format!("{impact_p99:.2?}"),
        budget,
        format!("{minimal:.2?}"),
    );
    let (cause_p99, most) = p99(asked, |step| root_cause(graph, spread(step)));
    let (minimal, _) = p99(asked, |step| plain.upstream(spread(step) as u32));
    row(
        jobs,
        &format!("root cause of a job, p99 (to {most} causes)"),
        format!("{cause_p99:.2?}"),
        "",
        format!("{minimal:.2?}"),
    );
    let (path_p99, most) = p99(asked, |step| path(graph, jobs / 4 + step, spread(step)));
    row(
        jobs,
        &format!("path between two jobs, p99 (to {most} steps)"),
        format!("{path_p99:.2?}"),
        "",
        String::new(),
    );
    let (critical, most) = p99(50, |step| critical_path(graph, jobs / 4 + step * (jobs * 3 / 4 / 50)));
    let (_, minimal) = timed(|| plain.longest());
    row(
        jobs,
        &format!("critical path to a job, p99 (to {most} steps)"),
        format!("{critical:.2?}"),
        "",
        format!("{minimal:.2?}"),
    );
    let object = ForecastRequest { object: id(jobs - 100), ..ForecastRequest::default() };
    let (found, took) = timed(|| graph.forecast_object(&object, &NoHistory).expect("in the plan"));
    let nights = found.assumptions.samples;
    row(
        jobs,
        &format!("forecast of a job near the end, {nights} nights"),
        format!("{took:.1?}"),
        "",
        String::new(),
    );
    let (found, took) = timed(|| graph.forecast_plan(&ForecastRequest::default(), &NoHistory));
    let nights = found.assumptions.samples;
    row(jobs, &format!("forecast of the plan, {nights} nights"), format!("{took:.1?}"), "", String::new());
    let (found, took) = timed(|| graph.risks(&RiskRequest::default(), &NoHistory).expect("no object"));
    let deadlines = found.total;
    row(jobs, &format!("risk of all {deadlines} deadlines"), format!("{took:.1?}"), "", String::new());
    let (_, took) = timed(|| graph.health(&HealthRequest::default(), &NoHistory));
    row(jobs, "health with the 20 most fragile jobs", format!("{took:.1?}"), "", String::new());
}

fn impact(graph: &Graph, job: u64) -> usize {
    let request = ImpactRequest {
        engine: String::new(),
        object: id(job),
        assumption: Assumption::Fails,
        max_results: 100,
    };
    graph.impact(&request).expect("in the plan").blocked_jobs as usize
}

fn root_cause(graph: &Graph, job: u64) -> usize {
    let request = RootCauseRequest { engine: String::new(), object: id(job), max_results: 20 };
    graph.root_causes(&request).expect("in the plan").total as usize
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
