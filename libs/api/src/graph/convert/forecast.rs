//! Forecasts and risks: between domain and Protobuf.

use crate::graph::model::{
    Basis, CauseKind, CriticalPath, CriticalStep, DeadlineRisk, ForecastAssumptions, ForecastRequest,
    JobForecast, ObjectForecast, PlanForecast, Prospect, Relation, RiskClass, RiskRequest, Risks, TimeRange,
};
use crate::proto::graph::v1 as proto;
use crate::wire::same_enumeration;

same_enumeration!(Basis { Actual, History, PlanEstimate, Guess });
same_enumeration!(Prospect { Over, Running, WillRun, WillBeSkipped, Blocked });
same_enumeration!(RiskClass { Met, OnTrack, PotentialRisk, HighRisk, Blocked, Missed });

messages! {
    TimeRange as TimeRange {
        low: time,
        expected: time,
        high: time,
    }
    ForecastAssumptions as ForecastAssumptions {
        samples: plain,
        from_history: plain,
        from_estimates: plain,
        guessed: plain,
        pace: plain,
        taken_as_met: list,
        taken_as_met_total: plain,
        limits_ignored: plain,
        limits_ignored_total: plain,
    }
    JobForecast as JobForecast {
        job: message,
        prospect: choice(proto::Prospect, Prospect),
        start: optional,
        end: optional,
        basis: choice(proto::Basis, Basis),
        deadline: moment,
        late_probability: plain,
        critical: plain,
    }
    ForecastRequest as GetCriticalPathRequest {
        engine: plain,
        object: plain,
        max_results: plain,
    }
    ForecastRequest as ForecastJobRequest {
        engine: plain,
        object: plain,
        max_results: plain,
    }
    ForecastRequest as ForecastPlanRequest {
        engine: plain,
        object: plain,
        max_results: plain,
    }
    ObjectForecast as ForecastJobResponse {
        subject: message,
        prospect: choice(proto::Prospect, Prospect),
        start: optional,
        end: optional,
        basis: choice(proto::Basis, Basis),
        deadline: moment,
        late_probability: plain,
        critical_path: list,
        causes: list,
        assumptions: message,
        coverage: message,
        freshness: message,
    }
    PlanForecast as ForecastPlanResponse {
        end: optional,
        jobs: list,
        watched_jobs: plain,
        jobs_to_run: plain,
        blocked_jobs: plain,
        truncated: plain,
        assumptions: message,
        coverage: message,
        freshness: message,
    }
    CriticalStep as CriticalStep {
        object: message,
        relation: optional_choice(proto::Relation, Relation),
        conditions: plain,
        start: time,
        end: time,
        duration: length,
        basis: choice(proto::Basis, Basis),
        starts_by_clock: plain,
        prospect: choice(proto::Prospect, Prospect),
    }
    CriticalPath as GetCriticalPathResponse {
        subject: message,
        steps: list,
        total_steps: plain,
        end: moment,
        deadline: moment,
        slack_seconds: plain,
        causes: list,
        assumptions: message,
        coverage: message,
        freshness: message,
    }
    RiskRequest as AssessRiskRequest {
        engine: plain,
        object: plain,
        max_results: plain,
    }
    DeadlineRisk as DeadlineRisk {
        object: message,
        deadline: time,
        class: choice(proto::RiskClass, RiskClass),
        late_probability: plain,
        failure_probability: plain,
        end: optional,
        slack_seconds: plain,
        blocked_by: optional_choice(proto::CauseKind, CauseKind),
        reason: list,
        causes: list,
    }
    Risks as AssessRiskResponse {
        deadlines: list,
        total: plain,
        assumptions: message,
        coverage: message,
        freshness: message,
    }
}
