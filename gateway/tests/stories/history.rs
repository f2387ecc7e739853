//! The REST routes over earlier runs, before a role that notes what it is asked.

use crate::mesh::{Mesh, dial, root_key, serve_role};
use crate::plan::JOB_KEY;
use chrono::DateTime;
use resync_api::history::model::{
    FinishedRun, RunPage, RunSearch, RunStatistics, StatisticsRequest, UnusualRequest,
};
use resync_api::proto::graph::v1::history_service_server::{HistoryService, HistoryServiceServer};
use resync_api::proto::graph::v1::*;
use resync_api::tws::model::Status as JobStatus;
use resync_fault::status::to_status;
use resync_fault::{ErrorKind, FaultBody};
use resync_gateway::HISTORY_SERVICE;
use resync_service_kit::shutdown::Shutdown;
use resync_service_kit::tasks::Tasks;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tonic::{Request, Response, Status};

const JOB: &str = "/api/engines/default/jobs/MASTER%23%2FFIN%2FCLOSE.POST";

/// What was asked last.
#[derive(Debug, Default)]
struct Asked {
    search: Mutex<RunSearch>,
    statistics: Mutex<StatisticsRequest>,
}

struct Runs(Arc<Asked>);

#[tonic::async_trait]
impl HistoryService for Runs {
    async fn list_runs(
        &self,
        request: Request<ListRunsRequest>,
    ) -> Result<Response<ListRunsResponse>, Status> {
        *self.0.search.lock().unwrap() = request.into_inner().try_into().unwrap();
        let end = DateTime::from_timestamp(1_700_000_060, 0).unwrap();
        let run = FinishedRun {
            run_id: "r".to_owned(),
            engine: "default".to_owned(),
            job: JOB_KEY.to_owned(),
            job_id: "1".to_owned(),
            job_number: 77,
            run_count: 1,
            workstation: "MASTER".to_owned(),
            scheduled_time: None,
            plan_day: end.date_naive(),
            start_time: DateTime::from_timestamp(1_700_000_000, 0).unwrap(),
            end_time: end,
            duration_seconds: 60.0,
            status: JobStatus::Error,
            internal_status: "ABEND".to_owned(),
            return_code: Some(8),
        };
        let page = RunPage { runs: vec![run], next_page_token: "next".to_owned() };
        Ok(Response::new(page.into()))
    }

    async fn get_run_statistics(
        &self,
        request: Request<GetRunStatisticsRequest>,
    ) -> Result<Response<GetRunStatisticsResponse>, Status> {
        let request = StatisticsRequest::try_from(request.into_inner()).unwrap();
        let statistics = RunStatistics {
            engine: request.engine.clone(),
            job: request.job.clone(),
            runs: 4,
            failed_runs: 1,
            failure_rate: Some(0.25),
            first_end: None,
            last_end: None,
            truncated: false,
            durations: None,
            weekdays: Vec::new(),
            month_parts: Vec::new(),
            starts: Vec::new(),
            runs_needed: 5,
            time_zone: "Etc/UTC".to_owned(),
        };
        *self.0.statistics.lock().unwrap() = request;
        Ok(Response::new(statistics.into()))
    }

    async fn check_unusual(
        &self,
        request: Request<CheckUnusualRequest>,
    ) -> Result<Response<CheckUnusualResponse>, Status> {
        let request = UnusualRequest::try_from(request.into_inner()).unwrap();
        let text = format!("the plan holds no object {:?}", request.job);
        Err(to_status(&FaultBody::new(ErrorKind::NotFound, "OBJECT_UNKNOWN", text)))
    }
}

#[tokio::test]
async fn runs_are_asked_for_by_job_and_time() {
    let (root, behind, asked) = (root_key(), Shutdown::new(), Arc::new(Asked::default()));
    let tasks = Tasks::new(behind.clone());
    let runs = HistoryServiceServer::new(Runs(Arc::clone(&asked)));
    let address = serve_role(&root, &tasks, |server| server.service(runs)).await;
    let further = BTreeMap::from([(HISTORY_SERVICE.to_owned(), dial(&root, &tasks, address))]);
    let mesh = Mesh::over(further, |_| {}).await;
    let token = mesh.token("viewer").await;

    let query = "from=2023-11-01T00:00:00-03:00&status=ERROR&page_size=20&page_token=t";
    let answer = mesh.get(&format!("{JOB}/runs?{query}"), &token).await;
    assert_eq!(answer.status(), 200);
    let page: Value = answer.json().await.unwrap();
    assert_eq!(page["next_page_token"], "next");
    let run = &page["runs"][0];
    assert_eq!(
        (&run["status"], &run["plan_day"], &run["return_code"]),
        (&json!("ERROR"), &json!("2023-11-14"), &json!(8))
    );
    let search = asked.search.lock().unwrap().clone();
    let expected = RunSearch {
        engine: "default".to_owned(),
        job: JOB_KEY.to_owned(),
        from: DateTime::from_timestamp(1_698_807_600, 0),
        until: None,
        status: Some(JobStatus::Error),
        page_size: 20,
        page_token: "t".to_owned(),
    };
    assert_eq!(search, expected);
    assert_eq!(mesh.get("/api/engines/default/runs", &token).await.status(), 200);
    assert_eq!(asked.search.lock().unwrap().job, "", "of every job");

    let answer = mesh.get(&format!("{JOB}/statistics?until=2023-11-01T00:00:00Z"), &token).await;
    assert_eq!(answer.json::<Value>().await.unwrap()["failure_rate"], 0.25);
    assert_eq!(asked.statistics.lock().unwrap().until, DateTime::from_timestamp(1_698_796_800, 0));

    let unknown = mesh.get(&format!("{JOB}/unusual"), &token).await;
    assert_eq!(unknown.status(), 404);
    assert_eq!(unknown.json::<Value>().await.unwrap()["code"], "OBJECT_UNKNOWN");
    for wrong in ["runs?from=yesterday", "runs?status=RUNNING", "statistics?page_size=1", "unusual?from=x"] {
        assert_eq!(mesh.get(&format!("{JOB}/{wrong}"), &token).await.status(), 400, "{wrong}");
    }
    assert_eq!(mesh.get_anonymously(&format!("{JOB}/runs")).await.status(), 401);
    // Somebody for another engine.
    let night = mesh.token("night").await;
    assert_eq!(mesh.get(&format!("{JOB}/runs"), &night).await.status(), 403);
    behind.begin();
}
