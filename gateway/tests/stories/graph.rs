//! The REST routes over the dependency graph, in front of a role that tells what reached it and has no graph yet.

use crate::mesh::{Mesh, dial, root_key, serve_role};
use resync_api::proto::graph::v1::graph_service_server::{GraphService, GraphServiceServer};
use resync_api::proto::graph::v1::*;
use resync_fault::status::to_status;
use resync_fault::{ErrorKind, FaultBody};
use resync_gateway::GRAPH_SERVICE;
use resync_service_kit::shutdown::Shutdown;
use resync_service_kit::tasks::Tasks;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tonic::{Request, Response, Status};

#[derive(Debug, Default)]
struct NotReady(Arc<Mutex<String>>);

macro_rules! not_ready {
    ($($rpc:ident($request:ident) -> $response:ident;)+) => {
        #[tonic::async_trait]
        impl GraphService for NotReady {
            $(async fn $rpc(&self, request: Request<$request>) -> Result<Response<$response>, Status> {
                *self.0.lock().unwrap() = format!("{} {:?}", stringify!($rpc), request.into_inner());
                let fault = FaultBody::new(ErrorKind::Unavailable, "GRAPH_NOT_READY", "no dependencies yet")
                    .with_hint("try again in a moment");
                Err(to_status(&fault))
            })+
        }
    };
}

not_ready! {
    get_impact(GetImpactRequest) -> GetImpactResponse;
    find_root_cause(FindRootCauseRequest) -> FindRootCauseResponse;
    find_path(FindPathRequest) -> FindPathResponse;
    get_critical_path(GetCriticalPathRequest) -> GetCriticalPathResponse;
    forecast_job(ForecastJobRequest) -> ForecastJobResponse;
    forecast_plan(ForecastPlanRequest) -> ForecastPlanResponse;
    assess_risk(AssessRiskRequest) -> AssessRiskResponse;
    simulate_change(SimulateChangeRequest) -> SimulateChangeResponse;
    get_topology_health(GetTopologyHealthRequest) -> GetTopologyHealthResponse;
}

#[tokio::test]
async fn each_route_asks_its_question_and_passes_on_why_there_is_no_answer() {
    let (asked, behind) = (Arc::new(Mutex::new(String::new())), Shutdown::new());
    let (root, tasks) = (root_key(), Tasks::new(behind.clone()));
    let role = NotReady(Arc::clone(&asked));
    let address = serve_role(&root, &tasks, |server| server.service(GraphServiceServer::new(role))).await;
    let channel = dial(&root, &tasks, address);
    let mesh = Mesh::over(BTreeMap::from([(GRAPH_SERVICE.to_owned(), channel)]), |_| {}).await;
    let token = mesh.token("viewer").await;
    for (route, rpc, told) in [
        ("jobs/A%23%2FF%2FS.J/impact?limit=7&assumption=stops", "get_impact", "max_results: 7"),
        ("jobs/A%23%2FF%2FS.J/root-cause", "find_root_cause", "A#/F/S.J"),
        ("jobs/A%23%2FF%2FS.J/critical-path", "get_critical_path", "A#/F/S.J"),
        ("jobs/A%23%2FF%2FS.J/forecast", "forecast_job", "A#/F/S.J"),
        ("jobs/A%23%2FF%2FS.J/risk", "assess_risk", "A#/F/S.J"),
        ("forecast?limit=3", "forecast_plan", "max_results: 3"),
        ("path?from=A%23B.C&to=A%23B.D", "find_path", "from: \"A#B.C\", to: \"A#B.D\""),
        ("topology-health?limit=5", "get_topology_health", "max_results: 5"),
    ] {
        let response = mesh.get(&format!("/api/engines/prod/{route}"), &token).await;
        assert_eq!(response.status(), 503, "{route}");
        let problem: Value = response.json().await.unwrap();
        assert_eq!(problem["code"], "GRAPH_NOT_READY", "{route}");
        let asked = asked.lock().unwrap().clone();
        assert!(asked.starts_with(rpc) && asked.contains("engine: \"prod\""), "{route}: {asked}");
        assert!(asked.contains(told), "{route}: {asked}");
    }
    let what_if = |body: &'static str| {
        let request = mesh.http.post(format!("{}/api/engines/prod/what-if", mesh.url)).bearer_auth(&token);
        request.header("content-type", "application/json").body(body).send()
    };
    let body = r#"{"changes":[{"kind":"DELAY","object":"A#/F/S.J","by_seconds":1800}],"limit":9}"#;
    assert_eq!(what_if(body).await.unwrap().status(), 503);
    let said = asked.lock().unwrap().clone();
    assert!(
        said.starts_with("simulate_change")
            && said.contains("seconds: 1800")
            && said.contains("max_results: 9"),
        "{said}"
    );
    for (body, status) in
        [(r#"{"changes":[{"kind":"EXPLODE","object":"A"}]}"#, 400), (r#"{"change":[]}"#, 400), ("{", 400)]
    {
        assert_eq!(what_if(body).await.unwrap().status(), status, "{body}");
    }
    let wrong = "/api/engines/prod/jobs/A/impact?assumption=perhaps";
    assert_eq!(mesh.get(wrong, &token).await.status(), 400);
    assert_eq!(mesh.get_anonymously("/api/engines/prod/forecast").await.status(), 401);
    let foreign = mesh.token("night").await;
    assert_eq!(mesh.get("/api/engines/prod/forecast", &foreign).await.status(), 403);
    behind.begin();
}
