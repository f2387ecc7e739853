//! The nights of a plan are played once for all who ask about the same version, and again when anything is different.

use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{NaiveDate, TimeDelta};
use resync_api::graph::model::{ForecastRequest, PlanForecast, RiskRequest, Risks};
use resync_api::tws::model::TopologyUpdate;
use resync_knowledge_graph::topology::{DurationHistory, Durations, Failures, Graph, Ledger};

use crate::plan::{Plan, Shape, freshness};

/// Counts how often it is asked; a job's runs take as long as estimated, times the generation.
#[derive(Debug, Default)]
struct Counting {
    asked: AtomicU64,
    generation: Option<u64>,
}

impl DurationHistory for Counting {
    fn durations(&self, _: &str, _: NaiveDate, estimate: Option<f32>) -> Option<Durations> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        Some(Durations { quantiles: [estimate? * self.generation.unwrap_or(1) as f32; 9], runs: 1 })
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

    fn generation(&self) -> Option<u64> {
        self.generation
    }
}

impl Counting {
    /// Whether answering asked the history of anything.
    fn plays(&self, graph: &Graph) -> bool {
        let before = self.asked.load(Ordering::Relaxed);
        self.answers(graph);
        self.asked.load(Ordering::Relaxed) > before
    }

    fn answers(&self, graph: &Graph) -> (PlanForecast, Risks) {
        let forecast = graph.forecast_plan(&ForecastRequest::default(), self);
        (forecast, graph.risks(&RiskRequest::default(), self).expect("no object is named"))
    }
}

/// Large enough to have jobs that run, with and without deadlines.
fn plan() -> Plan {
    let plans = (0..).map(|seed| Plan::random(seed, 14, Shape::Acyclic));
    let risky = |plan: &Plan| {
        let history = Counting::default();
        let (forecast, risks) = history.answers(&plan.graph());
        forecast.jobs_to_run > 5 && risks.deadlines.iter().any(|risk| risk.end.is_some())
    };
    plans.into_iter().find(risky).expect("some plan is")
}

#[test]
fn nights_are_played_once_a_version_and_tell_the_same() {
    let graph = plan().graph();
    let kept = Counting { generation: Some(1), ..Counting::default() };
    let first = kept.answers(&graph);
    assert!(!kept.plays(&graph), "they are kept");
    assert!(!kept.plays(&graph.clone()), "for everybody");
    assert_eq!(kept.answers(&graph), first);
    let played_each_time = Counting::default();
    assert_eq!(played_each_time.answers(&graph), first, "and are those that would be played now");
    assert!(played_each_time.plays(&graph));
}

#[test]
fn nights_are_played_again_when_the_plan_its_clock_or_its_history_went_on() {
    let plan = plan();
    let mut ledger = Ledger::default();
    ledger.apply(plan.export());
    let graph = ledger.publish().expect("the plan is complete");
    let history = Counting { generation: Some(1), ..Counting::default() };
    let (before, _) = history.answers(&graph);
    let later = |seconds: i64| {
        let mut freshness = freshness();
        freshness.engine_time += TimeDelta::seconds(seconds);
        graph.with_freshness(freshness)
    };
    assert!(!history.plays(&later(2)));
    assert!(history.plays(&later(10)), "the clock went on");
    let slower = Counting { generation: Some(2), ..Counting::default() };
    let (after, _) = slower.answers(&graph);
    assert_ne!(after.end, before.end, "another history tells something else");
    history.answers(&graph);
    ledger.apply(TopologyUpdate {
        completes: true,
        freshness: Some(freshness()),
        ..TopologyUpdate::default()
    });
    assert!(history.plays(&ledger.publish().expect("complete")), "another version");
}
