//! The mirror at the size of a large plan: 500,000 jobs and 1.5 million edges. Prints each figure beside its budget and
//! beside a plain loop over a vector of rows in the same run; criterion measures the queries again, one by one.

#![expect(clippy::print_stdout, reason = "a bench reports on the terminal")]

#[path = "plan/large.rs"]
mod large;

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::Criterion;
use peak_alloc::PeakAlloc;
use resync_api::filter::{Filter, OrderBy};
use resync_api::tws::model::{Direction, Job, ObjectKind, Status};
use resync_tws_bridge::plan::{CountQuery, FindQuery, ListQuery, Mirror, Snapshot, Update, WalkQuery};

const JOBS: u64 = 500_000;
const STREAMS: u64 = 10_000;

/// Counts what is allocated, to tell what a job and an update cost.
#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

fn main() {
    let empty = MEMORY.current_usage();
    let started = Instant::now();
    let mut mirror = large::mirror(JOBS, STREAMS);
    let built = started.elapsed();
    let held = MEMORY.current_usage() - empty;
    println!("plan: {JOBS} jobs, {STREAMS} job streams, {} edges, built in {built:.1?}", large::EDGES * JOBS);
    println!("{:<58} {:>12} {:>14} {:>20}", "path", "figure", "budget", "plain loop");
    let row = |path: &str, figure: String, budget: &str, baseline: String| {
        println!("{path:<58} {figure:>12} {budget:>14} {baseline:>20}");
    };
    let per_job = held as f64 / JOBS as f64;
    let naive_bytes = size_of::<Job>() as f64;
    row(
        "memory a job, names and edges included",
        format!("{per_job:.0} B"),
        "< 400 B",
        format!("> {naive_bytes:.0} B"),
    );
    for (name, changed) in [
        ("1,000 rows, 50 changed", 50),
        ("1,000 rows, all changed", 1_000),
        ("20,000 rows, all changed", 20_000),
    ] {
        let (peak, took) = apply_peak(&mut mirror, changed);
        row(&format!("peak while applying {name}"), format!("{peak:.3}x"), "< 1.3x", format!("{took:.1?}"));
    }
    let plan = mirror.snapshot();
    let naive = large::rows(&plan);
    for question in QUESTIONS {
        let fast = median(|| count(&plan, question));
        let slow = median(|| count_naive(&naive, question));
        let ratio = format!("{slow:.1?} ({:.0}x)", slow.as_secs_f64() / fast.as_secs_f64());
        row(question.name, format!("{fast:.2?}"), "< 10 ms", ratio);
    }
    row(
        "first page of 100 by start time",
        format!("{:.2?}", median(|| first_page(&plan))),
        "",
        String::new(),
    );
    row("find a misspelt name", format!("{:.2?}", median(|| find(&plan, "JOB_0O4242"))), "", String::new());
    row(
        "overview",
        format!("{:.2?}", median(|| plan.overview(100, large::now()).late_jobs)),
        "",
        String::new(),
    );
    let (p99, nodes) = walk_p99(&plan);
    row("walk of successors, p99", format!("{p99:.2?}"), "< 25 ms", format!("{nodes} nodes at most"));
    drop(naive);

    let mut criterion = Criterion::default().sample_size(20).configure_from_args();
    for question in QUESTIONS {
        criterion.bench_function(question.name, |bench| bench.iter(|| count(&plan, question)));
    }
    criterion.bench_function("overview", |bench| bench.iter(|| plan.overview(100, large::now())));
    criterion.bench_function("walk successors", |bench| bench.iter(|| walk(&plan, 4_242)));
    criterion.final_summary();
}

struct Question {
    name: &'static str,
    filter: &'static str,
    group_by: &'static [&'static str],
    passes: fn(&Job) -> bool,
    group: fn(&Job) -> String,
}

const QUESTIONS: &[Question] = &[
    Question {
        name: "count failed jobs by workstation",
        filter: "status = ERROR",
        group_by: &["workstation"],
        passes: |job| job.status == Status::Error,
        group: |job| job.workstation.clone(),
    },
    Question {
        name: "count all jobs by workstation and status",
        filter: "",
        group_by: &["workstation", "status"],
        passes: |_| true,
        group: |job| format!("{} {:?}", job.workstation, job.status),
    },
    Question {
        name: "count unfinished late jobs of a folder by stream and user",
        filter: "late = true AND folder = \"/FOLDER_0*\" AND NOT status = SUCCESSFUL",
        group_by: &["job_stream_name", "user"],
        passes: |job| job.late && job.folder.starts_with("/FOLDER_0") && job.status != Status::Successful,
        group: |job| format!("{} {}", job.job_stream_name, job.user),
    },
    Question {
        name: "count jobs whose name matches a pattern by status",
        filter: "job_name = \"*42*\"",
        group_by: &["status"],
        passes: |job| job.job_name.contains("42"),
        group: |job| format!("{:?}", job.status),
    },
];

fn count(plan: &Snapshot, question: &Question) -> u64 {
    let filter = Filter::parse(question.filter).expect("valid");
    let group_by: Vec<_> = question.group_by.iter().map(|field| (*field).to_owned()).collect();
    let query = CountQuery { kind: ObjectKind::Job, filter: &filter, group_by: &group_by, max_groups: 1_000 };
    plan.count(&query, large::now()).expect("valid").total
}

fn count_naive(rows: &[Job], question: &Question) -> u64 {
    let mut groups = std::collections::HashMap::<String, u64>::new();
    for job in rows.iter().filter(|job| (question.passes)(job)) {
        *groups.entry((question.group)(job)).or_default() += 1;
    }
    groups.values().sum()
}

fn first_page(plan: &Snapshot) -> u64 {
    let (filter, order_by) = (Filter::default(), OrderBy::parse("start_time desc").expect("valid"));
    let query = ListQuery { filter: &filter, order_by: &order_by, page_size: 100, page_token: "" };
    let page =
        plan.list(ObjectKind::Job, &query, large::now(), |plan, row| Some(plan.job(row, large::now())));
    page.expect("valid").total_size
}

fn find(plan: &Snapshot, text: &str) -> u64 {
    plan.find(&FindQuery { text, kinds: &[], limit: 10 }).total_size
}

fn walk(plan: &Snapshot, from: u64) -> usize {
    let object = large::job_id(from);
    let query =
        WalkQuery { object: &object, direction: Direction::Successors, max_depth: 100, max_nodes: 5_000 };
    plan.walk(&query, large::now()).expect("in the plan").nodes.len()
}

fn walk_p99(plan: &Snapshot) -> (Duration, usize) {
    let mut most = 0;
    let mut times: Vec<Duration> = (0..500)
        .map(|step| {
            let started = Instant::now();
            most = most.max(black_box(walk(plan, step * (JOBS / 500))));
            started.elapsed()
        })
        .collect();
    times.sort_unstable();
    (times[times.len() * 99 / 100], most)
}

fn median<T>(mut work: impl FnMut() -> T) -> Duration {
    let mut times: Vec<Duration> = (0..15)
        .map(|_| {
            let started = Instant::now();
            black_box(work());
            started.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}

/// Most memory while a batch is applied, as a multiple of the memory before; and how long it took.
fn apply_peak(mirror: &mut Mirror, changed: u64) -> (f64, Duration) {
    let update: Update = large::update(JOBS, STREAMS, changed);
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let started = Instant::now();
    black_box(mirror.apply(update));
    let took = started.elapsed();
    (MEMORY.peak_usage() as f64 / before as f64, took)
}
