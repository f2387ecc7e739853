//! Questions and answers about the graph, and the export it is built from: domain to Protobuf and back is the identity, and
//! what breaks the contract is rejected with the name of the field.

use std::time::Duration;

use chrono::{DateTime, Utc};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use resync_api::graph::model::{
    Basis, CauseKind, Coverage, CriticalStep, ForecastAssumptions, GraphObject, GraphObjectKind,
    ObjectForecast, PathStep, Prospect, Relation, RootCause, SimulationRequest, TimeRange, WhatIf,
};
use resync_api::proto::{graph, tws};
use resync_api::protocol_error::ProtocolError;
use resync_api::tws::model::{
    EdgeKnowledge, EdgeSource, Freshness, Status, TopologyFile, TopologyJob, TopologyObjects, TopologyUpdate,
};

fn time() -> impl Strategy<Value = DateTime<Utc>> {
    (0_i64..4_000_000_000, 0_u32..1_000_000_000)
        .prop_map(|(seconds, nanos)| DateTime::from_timestamp(seconds, nanos).expect("in range"))
}

fn length() -> impl Strategy<Value = Duration> {
    (0_u64..1_000_000, 0_u32..1_000_000_000).prop_map(|(seconds, nanos)| Duration::new(seconds, nanos))
}

fn status() -> impl Strategy<Value = Status> {
    prop::sample::select(vec![Status::Waiting, Status::Error, Status::Suppressed])
}

fn freshness() -> impl Strategy<Value = Freshness> {
    (any::<u64>(), time(), option::of(time()), ".*").prop_map(|(plan_version, engine_time, other, text)| {
        Freshness {
            plan_version,
            oldest_observed_at: other,
            engine_time,
            time_zone: text.clone(),
            stale_since: other,
            stale_reason: text,
            plan_day_start: other,
        }
    })
}

fn object() -> impl Strategy<Value = GraphObject> {
    let kinds = vec![GraphObjectKind::Job, GraphObjectKind::Join, GraphObjectKind::Workstation];
    (prop::sample::select(kinds), ".*", ".*", option::of(status()))
        .prop_map(|(kind, id, key, status)| GraphObject { kind, id, key, status })
}

fn relation() -> impl Strategy<Value = Relation> {
    prop::sample::select(vec![Relation::Follows, Relation::EndsWithJob, Relation::RunsOn])
}

fn step() -> impl Strategy<Value = PathStep> {
    let source = prop::sample::select(vec![EdgeSource::Model, EdgeSource::Plan]);
    (object(), option::of(relation()), vec(".*", 0..3), option::of(source))
        .prop_map(|(object, relation, conditions, source)| PathStep { object, relation, conditions, source })
}

fn cause() -> impl Strategy<Value = RootCause> {
    let kind = prop::sample::select(vec![CauseKind::Failed, CauseKind::Cycle, CauseKind::Unexplained]);
    let times = (option::of(time()), option::of(time()));
    (kind, object(), any::<bool>(), times, vec(".*", 0..3), any::<u32>(), vec(step(), 0..4)).prop_map(
        |(kind, object, needs_action, (since, until), holders, steps, path)| RootCause {
            kind,
            object,
            needs_action,
            since,
            until,
            holders,
            steps,
            path,
        },
    )
}

fn range() -> impl Strategy<Value = TimeRange> {
    (time(), time(), time()).prop_map(|(low, expected, high)| TimeRange { low, expected, high })
}

fn critical_step() -> impl Strategy<Value = CriticalStep> {
    (object(), option::of(relation()), vec(".*", 0..3), time(), time(), length(), any::<bool>()).prop_map(
        |(object, relation, conditions, start, end, duration, starts_by_clock)| CriticalStep {
            object,
            relation,
            conditions,
            start,
            end,
            duration,
            basis: Basis::PlanEstimate,
            starts_by_clock,
            prospect: Prospect::WillRun,
        },
    )
}

fn forecast() -> impl Strategy<Value = ObjectForecast> {
    let ranges = (option::of(range()), option::of(range()), option::of(time()), option::of(0.0..1.0));
    let lists = (vec(critical_step(), 0..3), vec(cause(), 0..3), vec(object(), 0..3), any::<u64>());
    (object(), ranges, lists, freshness()).prop_map(
        |(subject, (start, end, deadline, late), (path, causes, met, number), freshness)| ObjectForecast {
            subject,
            prospect: Prospect::Blocked,
            start,
            end,
            basis: Basis::History,
            deadline,
            late_probability: late,
            critical_path: path,
            causes,
            assumptions: ForecastAssumptions {
                samples: 400,
                pace: 1.25,
                taken_as_met: met,
                taken_as_met_total: number,
                limits_ignored: vec!["WS".to_owned()],
                ..ForecastAssumptions::default()
            },
            coverage: Coverage { jobs: number, assumed_conditions: 3, ..Coverage::default() },
            freshness,
        },
    )
}

fn what_if() -> impl Strategy<Value = WhatIf> {
    prop_oneof![
        (".*", length()).prop_map(|(object, by)| WhatIf::Delay { object, by }),
        ".*".prop_map(|object| WhatIf::Fail { object }),
        ".*".prop_map(|object| WhatIf::Cancel { object }),
        ".*".prop_map(|object| WhatIf::Hold { object }),
        (".*", any::<u32>()).prop_map(|(workstation, limit)| WhatIf::SetLimit { workstation, limit }),
    ]
}

fn job() -> impl Strategy<Value = TopologyJob> {
    let times = (option::of(time()), option::of(time()), option::of(length()));
    (".+", ".*", status(), option::of(any::<i32>()), times, any::<bool>()).prop_map(
        |(id, text, status, return_code, (one, other, length), flag)| TopologyJob {
            id,
            job_name: text.clone(),
            job_stream_id: text.clone(),
            workstation: text.clone(),
            status,
            internal_status: text.clone(),
            cancel_pending: flag,
            priority: 101,
            return_code,
            job_number: i64::MAX,
            run_count: 7,
            scheduled_time: one,
            earliest_start: other,
            latest_start: one,
            deadline: other,
            start_time: one,
            end_time: other,
            estimated_duration: length,
            critical: flag,
            requires_confirmation: !flag,
            every: flag,
            recovery_option: text,
            edges: EdgeKnowledge::Model,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn forecasts_survive_the_wire(forecast in forecast()) {
        let message = graph::v1::ForecastJobResponse::from(forecast.clone());
        prop_assert_eq!(ObjectForecast::try_from(message).expect("valid"), forecast);
    }

    #[test]
    fn what_might_happen_survives_the_wire(changes in vec(what_if(), 0..5), max_results in any::<u32>()) {
        let request = SimulationRequest { engine: "north".to_owned(), changes, max_results };
        let message = graph::v1::SimulateChangeRequest::from(request.clone());
        prop_assert_eq!(SimulationRequest::try_from(message).expect("valid"), request);
    }

    #[test]
    fn the_export_survives_the_wire(jobs in vec(job(), 0..4), freshness in option::of(freshness()), flag in any::<bool>()) {
        let file = TopologyFile { path: "/in/a".to_owned(), workstation: "WS".to_owned(), qualifier: String::new(), status: "Exists".to_owned() };
        let update = TopologyUpdate {
            begins: flag,
            completes: !flag,
            jobs,
            objects: flag.then(|| TopologyObjects { files: vec![file], ..TopologyObjects::default() }),
            removed_jobs: vec!["gone".to_owned()],
            freshness,
            ..TopologyUpdate::default()
        };
        let message = tws::v1::ExportTopologyResponse::from(update.clone());
        prop_assert_eq!(TopologyUpdate::try_from(message).expect("valid"), update);
    }
}

#[test]
fn what_breaks_the_contract_is_named() {
    let nothing = graph::v1::WhatIf { kind: None };
    assert_eq!(WhatIf::try_from(nothing), Err(ProtocolError::Missing { field: "kind" }));
    let nameless = tws::v1::TopologyJob::default();
    assert_eq!(TopologyJob::try_from(nameless), Err(ProtocolError::Missing { field: "id" }));
    let kindless = graph::v1::GraphObject::default();
    assert!(GraphObject::try_from(kindless).is_err());
}
