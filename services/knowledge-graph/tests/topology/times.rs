//! When things end, beside the longest way worked out from the plan as written down, with durations that do not vary; and
//! what a change does to it.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::NaiveDate;
use proptest::prelude::*;
use resync_api::graph::model::{
    CriticalPath, ForecastRequest, Prospect, Simulation, SimulationRequest, WhatIf,
};
use resync_api::tws::model::Status;
use resync_knowledge_graph::topology::{DurationHistory, Durations, Failures, Graph, Outcome};

use crate::brute::{Assumed, Object, Outcomes, outcomes};
use crate::plan::{Dep, NOW, On, Plan, Shape, at, job_id, stream_id};

/// Every run takes exactly as long as the plan estimates.
#[derive(Debug)]
struct Exact;

impl DurationHistory for Exact {
    fn durations(&self, _: &str, _: NaiveDate, estimate: Option<f32>) -> Option<Durations> {
        Some(Durations { quantiles: [estimate?; 9], runs: 1 })
    }

    fn failures(&self, _: &str) -> Failures {
        Failures::default()
    }

    fn all_failures(&self) -> Failures {
        Failures::default()
    }

    fn night_sigma(&self) -> f32 {
        0.01
    }
}

const PAST: f64 = f64::NEG_INFINITY;

/// Ends from now, in seconds.
struct Times<'a> {
    plan: &'a Plan,
    outcomes: &'a Outcomes,
    delays: BTreeMap<usize, f64>,
    known: BTreeMap<Object, f64>,
}

impl Times<'_> {
    fn of(&mut self, object: Object) -> f64 {
        if let Some(known) = self.known.get(&object) {
            return *known;
        }
        let time = match object {
            Object::Job(job) => self.job(job),
            // What runs, is suppressed or is cancelled already waits for nothing, and neither does what is cancelled now.
            Object::Gate(stream)
                if self.outcomes.gates[stream] == Outcome::Canceled
                    || matches!(
                        self.plan.streams[stream].status,
                        Status::Running | Status::Successful | Status::Error | Status::Suppressed
                    ) =>
            {
                PAST
            }
            Object::Gate(stream) => {
                let facts = &self.plan.streams[stream];
                let clock = if facts.at_later { 7200.0 } else { PAST };
                let decided = match self.outcomes.gates[stream] {
                    Outcome::Suppressed => self.first(&facts.deps).unwrap_or(PAST),
                    _ => self.all(&facts.deps),
                };
                decided.max(clock)
            }
            Object::End(stream) if self.outcomes.ends[stream] == Outcome::Canceled => PAST,
            Object::End(stream) => {
                let jobs = 0..self.plan.jobs.len();
                let own: Vec<usize> = jobs.filter(|job| self.plan.jobs[*job].stream == stream).collect();
                own.into_iter().map(|job| self.of(Object::Job(job))).fold(PAST, f64::max)
            }
            Object::Prompt(_) | Object::Machine(_) => PAST,
        };
        self.known.insert(object, time);
        time
    }

    fn job(&mut self, job: usize) -> f64 {
        let facts = &self.plan.jobs[job];
        let outcome = self.outcomes.jobs[job];
        let over = matches!(
            facts.status,
            Status::Successful | Status::Error | Status::Canceled | Status::Suppressed
        );
        if over || outcome == Outcome::Stopped || facts.internal == "PEND" {
            return PAST;
        }
        let delay = self.delays.get(&job).copied().unwrap_or_default();
        let takes = facts.estimate as f64;
        let with_stream = self.outcomes.gates[facts.stream] == Outcome::Canceled;
        if outcome == Outcome::Canceled && (with_stream || !facts.cancel_pending) {
            return PAST;
        }
        if facts.status == Status::Running {
            let elapsed = (NOW - facts.started.expect("it runs")) as f64;
            let longer = if elapsed > takes { elapsed * 0.3 * 0.5 / 0.55 } else { takes - elapsed };
            return longer + delay;
        }
        let gate = Object::Gate(facts.stream);
        let start = if facts.status == Status::Ready {
            PAST
        } else if outcome == Outcome::Suppressed {
            // The first that shows it decides.
            let gate = (self.outcomes.gates[facts.stream] == Outcome::Suppressed).then(|| self.of(gate));
            self.first(&facts.deps).into_iter().chain(gate).reduce(f64::min).unwrap_or(PAST)
        } else {
            let lets_through = self.outcomes.gates[facts.stream] == Outcome::Success;
            self.all(&facts.deps).max(if lets_through { self.of(gate) } else { PAST })
        };
        if !outcome.runs() {
            return start;
        }
        start.max(if facts.at_later { 3600.0 } else { 0.0 }) + delay + takes
    }

    /// When the last is met. One that never is does not count: only a job that is assumed to run all the same has any.
    fn all(&mut self, deps: &[Dep]) -> f64 {
        let met: Vec<&Dep> = deps.iter().filter(|dep| self.is_met(dep)).collect();
        met.into_iter().map(|dep| self.dep(dep)).fold(PAST, f64::max)
    }

    /// When the first of the conditions that do not come true is known.
    fn first(&mut self, deps: &[Dep]) -> Option<f64> {
        let impossible = deps.iter().filter(|dep| {
            let open = match dep.on {
                On::Job(job) => self.outcomes.jobs[job] == Outcome::Stopped,
                On::Stream(stream) => self.outcomes.ends[stream] == Outcome::Stopped,
                _ => true,
            };
            !open && !dep.conditions.is_empty() && !self.is_met(dep)
        });
        let impossible: Vec<&Dep> = impossible.collect();
        impossible.into_iter().map(|dep| self.dep(dep)).reduce(f64::min)
    }

    fn dep(&mut self, dep: &Dep) -> f64 {
        if dep.released && dep.from_plan {
            return PAST;
        }
        match &dep.on {
            On::Job(job) => self.of(Object::Job(*job)),
            On::Stream(stream) => self.of(Object::End(*stream)),
            On::Join { quorum, members } => {
                let mut ends: Vec<f64> = Vec::new();
                for member in members {
                    if self.is_met(member) {
                        ends.push(self.dep(member));
                    }
                }
                ends.sort_by(f64::total_cmp);
                let needed = if *quorum == 0 { members.len() } else { *quorum as usize };
                if needed == 0 { PAST } else { ends.get(needed - 1).copied().unwrap_or(PAST) }
            }
            _ => PAST,
        }
    }

    fn is_met(&self, dep: &Dep) -> bool {
        if dep.released && dep.from_plan {
            return true;
        }
        match &dep.on {
            On::Job(job) => flow_is_met(dep, self.outcomes.jobs[*job], self.plan.jobs[*job].continues, false),
            On::Stream(stream) => flow_is_met(dep, self.outcomes.ends[*stream], false, true),
            On::Join { quorum, members } => {
                let met = members.iter().filter(|member| self.is_met(member)).count();
                met >= if *quorum == 0 { members.len() } else { *quorum as usize }
            }
            On::Prompt(prompt) => {
                self.plan.prompts[*prompt] != resync_api::tws::model::PromptStatus::AnsweredNo
            }
            On::Absent(_, zombie) => !(*zombie && dep.from_plan),
            _ => true,
        }
    }
}

fn flow_is_met(dep: &Dep, outcome: Outcome, continues: bool, stream: bool) -> bool {
    let named = |word: &str| dep.conditions.contains(&word);
    match outcome {
        Outcome::Canceled => true,
        Outcome::Success => dep.conditions.is_empty() || named("SUCC") || named("MY_OUTPUT"),
        Outcome::Abend => dep.conditions.is_empty() && continues || named("ABEND") || named("MY_OUTPUT"),
        Outcome::Fail => named("FAIL"),
        Outcome::Suppressed => dep.conditions.is_empty() && stream || named("SUPPR"),
        Outcome::Stopped | Outcome::Open => false,
    }
}

/// Ends of the jobs that run, by id.
fn ends(plan: &Plan, outcomes: &Outcomes, delays: BTreeMap<usize, f64>) -> BTreeMap<String, f64> {
    let mut times = Times { plan, outcomes, delays, known: BTreeMap::new() };
    (0..plan.jobs.len())
        .filter(|job| {
            let facts = &plan.jobs[*job];
            let over = matches!(facts.status, Status::Successful | Status::Error);
            !over && outcomes.jobs[*job].runs() && facts.internal != "PEND"
        })
        .map(|job| (job_id(job), times.of(Object::Job(job))))
        .collect()
}

fn critical_path(graph: &Graph, object: &str) -> CriticalPath {
    let request = ForecastRequest { object: object.to_owned(), max_results: 2000, ..Default::default() };
    graph.critical_path(&request, &Exact).expect("in the plan")
}

fn check_path(path: &CriticalPath, expected: f64) {
    let close = |one: f64, other: f64| (one - other).abs() < 0.1 + other.abs() * 1e-5;
    let seconds = |time: chrono::DateTime<chrono::Utc>| (time - at(NOW)).num_milliseconds() as f64 / 1000.0;
    let end = seconds(path.end.expect("it runs"));
    assert!(close(end, expected), "{end} is not {expected}");
    let first = &path.steps[0];
    assert!(
        first.starts_by_clock || first.prospect == Prospect::Running || seconds(first.start).abs() < 0.1,
        "it begins now, by the clock, or runs: {first:?}"
    );
    for pair in path.steps.windows(2) {
        assert!(!pair[1].starts_by_clock, "the clock begins a path");
        assert!(close(seconds(pair[1].start), seconds(pair[0].end)), "a gap in {pair:?}");
    }
}

fn simulate(graph: &Graph, change: WhatIf) -> Simulation {
    let request = SimulationRequest { engine: String::new(), changes: vec![change], max_results: 2000 };
    graph.simulate(&request, &Exact).expect("in the plan")
}

fn check_critical_paths(plan: &Plan) {
    let graph = plan.graph();
    let outcomes = outcomes(plan, &Vec::new());
    let ends = ends(plan, &outcomes, BTreeMap::new());
    for job in 0..plan.jobs.len() {
        let path = critical_path(&graph, &job_id(job));
        match ends.get(&job_id(job)) {
            Some(end) => check_path(&path, *end),
            None => {
                let blocked = outcomes.jobs[job] == Outcome::Stopped;
                assert!(!blocked || path.steps.is_empty() && !path.causes.is_empty());
            }
        }
    }
    for stream in 0..plan.streams.len() {
        let last = (0..plan.jobs.len())
            .filter(|job| plan.jobs[*job].stream == stream)
            .filter_map(|job| ends.get(&job_id(job)))
            .fold(f64::NEG_INFINITY, |last, end| last.max(*end));
        if outcomes.ends[stream] != Outcome::Stopped && plan.streams[stream].status != Status::Canceled {
            let end =
                critical_path(&graph, &stream_id(stream)).end.map(|end| (end - at(NOW)).as_seconds_f64());
            assert!(
                end.unwrap_or(f64::NEG_INFINITY) >= last - 0.1 - last.abs() * 1e-5,
                "{end:?} before {last}"
            );
        }
    }
}

fn check_changes(plan: &Plan) {
    let graph = plan.graph();
    let outcomes_before = outcomes(plan, &Vec::new());
    let before = ends(plan, &outcomes_before, BTreeMap::new());
    for job in 0..plan.jobs.len() {
        let over = matches!(
            plan.jobs[job].status,
            Status::Successful | Status::Error | Status::Canceled | Status::Suppressed
        );
        let running = plan.jobs[job].status == Status::Running;
        // It has run already: whatever happens to it changes no times of its own.
        if plan.jobs[job].internal == "PEND" {
            continue;
        }
        let object = job_id(job);
        let by = Duration::from_secs(1800);
        let changes = [
            (WhatIf::Delay { object: object.clone(), by }, None, Some(1800.0)),
            (WhatIf::Fail { object: object.clone() }, Some(Outcome::Abend), None),
            (WhatIf::Cancel { object: object.clone() }, Some(Outcome::Canceled), None),
            (WhatIf::Hold { object }, (!running).then_some(Outcome::Stopped), None),
        ];
        for (change, forced, delay) in changes {
            let name = format!("{change:?}");
            let assumed: Assumed =
                forced.filter(|_| !over).map(|outcome| (Object::Job(job), outcome)).into_iter().collect();
            let outcomes_after = outcomes(plan, &assumed);
            let mut calm = plan.clone();
            if forced.is_some() && !over {
                calm.jobs[job].cancel_pending = false;
            }
            let delays = delay.map(|by| (job, by)).into_iter().collect();
            let after = ends(&calm, &outcomes_after, delays);
            let shifted = |shift: f64| shift.abs() > 61.0;
            let expected: BTreeMap<String, f64> = before
                .iter()
                .filter_map(|(id, end)| Some((id.clone(), after.get(id)? - end)))
                .filter(|(_, shift)| shifted(*shift))
                .collect();
            let answer = simulate(&graph, change);
            let found: BTreeMap<String, f64> = answer
                .jobs
                .iter()
                .filter_map(|job| Some((job.job.id.clone(), job.shift_seconds?)))
                .filter(|(_, shift)| shifted(*shift))
                .collect();
            assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>(), "{name}");
            for (id, shift) in &found {
                assert!((shift - expected[id]).abs() < 1.0, "{name} of {id}");
            }
            let lost = before.keys().filter(|id| !after.contains_key(*id)).count() as u64;
            let won = after.keys().filter(|id| !before.contains_key(*id)).count() as u64;
            assert_eq!((answer.no_longer_run, answer.newly_run), (lost, won), "{name}");
        }
    }
}

proptest! {
    #![proptest_config(crate::plans(1000))]

    #[test]
    fn the_critical_path_is_the_longest_way(seed in any::<u64>(), size in 1_usize..14) {
        check_critical_paths(&Plan::random(seed, size, Shape::Acyclic));
    }

    #[test]
    fn a_change_shifts_what_the_longest_ways_say_it_shifts(seed in any::<u64>(), size in 1_usize..10) {
        check_changes(&Plan::random(seed, size, Shape::Acyclic));
    }
}

#[test]
fn plans_that_once_disagreed_agree() {
    for (seed, size) in [(12_466_538_912_664_471_732, 13), (16_490_940_662_106_491_708, 4)] {
        check_critical_paths(&Plan::random(seed, size, Shape::Acyclic));
    }
    for (seed, size) in [(16_490_940_662_106_491_708, 4), (6_905_734_446_664_861_425, 8)] {
        check_changes(&Plan::random(seed, size, Shape::Acyclic));
    }
}

#[test]
fn a_limit_makes_jobs_queue_and_a_higher_one_lets_them_through() {
    let mut plan = Plan::random(3, 1, Shape::Acyclic);
    plan.streams.truncate(1);
    plan.streams[0] =
        crate::plan::Stream { status: Status::Running, priority: 10, at_later: false, deps: Vec::new() };
    plan.machines = vec![crate::plan::Machine { up: true, limit: Some(1), fence: 0 }; 2];
    let job = |priority: i32| crate::plan::Job {
        stream: 0,
        status: Status::Ready,
        internal: "READY",
        priority,
        workstation: 0,
        continues: false,
        cancel_pending: false,
        at_later: false,
        critical: false,
        deadline: Some(NOW + 1500),
        estimate: 1000,
        started: None,
        deps: Vec::new(),
    };
    plan.jobs = vec![job(10), job(50), job(20)];
    let graph = plan.graph();
    let limit = |limit| simulate(&graph, WhatIf::SetLimit { workstation: "M0".to_owned(), limit });
    let wider = limit(3);
    assert!(wider.with_limits);
    assert_eq!((wider.earlier, wider.later, wider.deadlines_won), (2, 0, 2));
    let shift =
        |id: usize| wider.jobs.iter().find(|job| job.job.id == job_id(id)).and_then(|job| job.shift_seconds);
    assert_eq!((shift(0), shift(1), shift(2)), (Some(-2000.0), None, Some(-1000.0)), "by priority");
    let none = limit(0);
    assert_eq!((none.no_longer_run, none.deadlines_lost), (3, 1));
    assert_eq!(none.jobs[0].path[0].object.key, plan_key(&none));
}

fn plan_key(simulation: &Simulation) -> String {
    simulation.jobs[0].job.key.clone()
}
