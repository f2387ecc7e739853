//! A small engine over HTTP: just the calls that a poller makes, over a plan that the test changes as it likes.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use resync_hwa::{Auth, Config};
use resync_tws_bridge::engine::{EngineConfig, Pace};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub(crate) struct Night {
    pub(crate) address: SocketAddr,
    plan: Arc<Mutex<Plan>>,
    server: JoinHandle<()>,
}

pub(crate) struct Plan {
    pub(crate) plan_id: String,
    pub(crate) jobs: BTreeMap<String, Value>,
    pub(crate) streams: BTreeMap<String, Value>,
    /// Own dependencies of jobs, shown by single reads.
    pub(crate) dependencies: HashMap<String, Value>,
    pub(crate) model: Vec<Value>,
    pub(crate) clock_ahead: TimeDelta,
    /// Status answered for paths that begin so.
    pub(crate) refuse: Vec<(&'static str, u16)>,
    pub(crate) log_lines: u32,
    /// No filter and no order is understood.
    pub(crate) knows_no_filters: bool,
    /// Paths and queries, in order.
    pub(crate) requests: Vec<String>,
}

impl Night {
    /// Two streams of ten jobs each: one done, one waiting.
    pub(crate) async fn start() -> Self {
        let mut plan = Plan {
            plan_id: "plan-1".into(),
            jobs: BTreeMap::new(),
            streams: BTreeMap::new(),
            dependencies: HashMap::new(),
            model: Vec::new(),
            clock_ahead: TimeDelta::zero(),
            refuse: Vec::new(),
            log_lines: 0,
            knows_no_filters: false,
            requests: Vec::new(),
        };
        plan.fill();
        let plan = Arc::new(Mutex::new(plan));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new().fallback(answer).with_state(plan.clone());
        let server = tokio::spawn(async move {
            let _ = axum::serve(listener, app).await;
        });
        Self { address, plan, server }
    }

    pub(crate) fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap()
    }

    pub(crate) fn config(&self) -> EngineConfig {
        config(self.address)
    }

    pub(crate) fn count(&self, part: &str) -> usize {
        self.plan().requests.iter().filter(|request| request.contains(part)).count()
    }
}

impl Drop for Night {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Quick for tests: no cap, news every 20 ms, everything else only when a test shortens it.
pub(crate) fn config(address: SocketAddr) -> EngineConfig {
    let hour = Duration::from_secs(3_600);
    let auth = Auth::Basic { user: "opuser".into(), password: "geheim".into() };
    EngineConfig {
        name: "default".into(),
        access: Config::new(format!("http://{address}").parse().unwrap(), auth),
        pace: Pace {
            requests_per_second: None,
            page_size: 7,
            changes: Duration::from_millis(20),
            active: hour,
            objects: hour,
            counts: hour,
            sweep: hour,
            reconnect: (Duration::from_millis(20), Duration::from_millis(80)),
            ..Pace::default()
        },
        start_of_day: chrono::NaiveTime::MIN,
        fallback_time_zone: "UTC".into(),
    }
}

impl Plan {
    pub(crate) fn fill(&mut self) {
        self.jobs.clear();
        self.streams.clear();
        for (stream, status) in [("DONE", "SUCCESSFUL"), ("PAY", "WAITING")] {
            let id = format!("{}-{stream}", self.plan_id);
            let plan = self.plan_id.clone();
            self.streams.insert(
                id.clone(),
                json!({"id": id, "planId": plan, "name": stream, "originalJobStreamName": stream, "folder": "/FIN/",
                    "workstation": "/AGT1", "commonStatus": status, "schedTime": "2026-03-01T06:00:00Z"}),
            );
            for number in 0..10 {
                let job = format!("{id}-J{number}");
                self.jobs.insert(
                    job.clone(),
                    json!({"id": job, "planId": plan, "name": format!("J{number}"), "jobStreamId": id, "jobStreamName": stream,
                        "folder": "/FIN/", "workstation": "/AGT1", "jobStreamWorkstation": "/AGT1",
                        "lastRunCommonStatus": status, "jobruns": [], "schedTime": "2026-03-01T06:00:00Z"}),
                );
            }
        }
    }

    /// Changes a status and nothing that a query on times would see.
    pub(crate) fn set_status(&mut self, job: &str, status: &str) {
        self.jobs.get_mut(job).unwrap()["lastRunCommonStatus"] = status.into();
    }

    /// Starts a job now, by the engine's clock.
    pub(crate) fn run(&mut self, job: &str) {
        let now = (Utc::now() + self.clock_ahead).to_rfc3339();
        self.set_status(job, "RUNNING");
        self.jobs.get_mut(job).unwrap()["jobruns"] =
            json!([{"id": "r", "timeInfo": {"actualStartTime": now}}]);
    }
}

async fn answer(State(plan): State<Arc<Mutex<Plan>>>, uri: Uri) -> Response {
    let mut plan = plan.lock().unwrap();
    let query: HashMap<String, String> = url_pairs(uri.query().unwrap_or_default());
    let path = uri.path().trim_start_matches("/twsd/").trim_start_matches("api/v2/").to_owned();
    plan.requests.push(format!("{path}?{}", query.get("oql").map_or("", String::as_str)));
    let date = (Utc::now() + plan.clock_ahead).to_rfc2822().replace("+0000", "GMT");
    let mut response = match plan.refuse.iter().find(|(prefix, _)| path.starts_with(prefix)) {
        Some((_, status)) => (StatusCode::from_u16(*status).unwrap(), "AWSJDB817E no").into_response(),
        None if plan.knows_no_filters && query.contains_key("oql") => {
            (StatusCode::BAD_REQUEST, "OQL_FILTER_SYNTAX_ERROR").into_response()
        }
        None => plan.answer(&path, &query),
    };
    response.headers_mut().insert(header::DATE, date.parse().unwrap());
    response
}

impl Plan {
    fn answer(&self, path: &str, query: &HashMap<String, String>) -> Response {
        let not_found = || (StatusCode::NOT_FOUND, "AWSJDB101E gone").into_response();
        let value = match path {
            "engine/info" => {
                json!({"displayVersion": "10.2.8", "fullVersion": "10.2.8.00", "timezone": "America/Sao_Paulo"})
            }
            "WA_API3_v2.json" => {
                json!({"info": {"version": "10.1.0.1"}, "paths": {"/twsd/api/v2/plan/job": {"get": {}}}})
            }
            "plan/workstation" => {
                page(&[json!({"id": "w", "name": "MDM", "activeStates": ["MASTER"], "runNumber": 14})], query)
            }
            "plan/resource" => page(&[], query),
            "plan/job" => page(&select(&self.jobs, query), query),
            "plan/jobstream" => page(&select(&self.streams, query), query),
            "model/jobstream" => page(&self.model, query),
            "plan/job/count" => {
                let mut groups: BTreeMap<&str, u64> = BTreeMap::new();
                for job in self.jobs.values() {
                    *groups.entry(job["lastRunCommonStatus"].as_str().unwrap()).or_default() += 1;
                }
                json!({"count": self.jobs.len(), "groupedCount": groups})
            }
            _ => match path
                .strip_prefix("plan/job/run/")
                .map(|_| ())
                .or_else(|| path.strip_suffix("joblog").map(|_| ()))
            {
                Some(()) => {
                    let number = |name: &str| query[name].parse::<u32>().unwrap();
                    let lines = (number("from_line")..=number("to_line").min(self.log_lines))
                        .map(|n| format!("line {n}\n"));
                    return lines.collect::<String>().into_response();
                }
                None => {
                    if let Some(stream) =
                        path.strip_prefix("plan/jobstream/").and_then(|id| self.streams.get(id))
                    {
                        return axum::Json(stream).into_response();
                    }
                    let Some(id) = path.strip_prefix("plan/job/") else { return not_found() };
                    let Some(mut job) = self.jobs.get(id).cloned() else { return not_found() };
                    job["dependencies"] = self.dependencies.get(id).cloned().unwrap_or(json!([]));
                    job
                }
            },
        };
        axum::Json(value).into_response()
    }
}

fn page(items: &[Value], query: &HashMap<String, String>) -> Value {
    let number = |name: &str| query[name].parse::<usize>().unwrap();
    let shown: Vec<&Value> = items.iter().skip(number("offset")).take(number("limit")).collect();
    json!({"count": items.len(), "results": shown})
}

/// Understands the filters of the poller: a list of values, or times, one OR the other.
fn select(items: &BTreeMap<String, Value>, query: &HashMap<String, String>) -> Vec<Value> {
    let oql = query.get("oql").map_or("", String::as_str);
    let condition = oql.split("ORDER BY").next().unwrap().trim();
    let matches = |item: &Value| {
        if condition.is_empty() {
            return true;
        }
        if let Some((field, list)) = condition.split_once(" IN ") {
            let value = match field {
                "id" => &item["id"],
                "jobruns.commonStatus" => &item["lastRunCommonStatus"],
                "commonStatus" => &item["commonStatus"],
                other => panic!("field {other}"),
            };
            return list.contains(&format!("'{}'", value.as_str().unwrap_or("?")));
        }
        condition.split(" OR ").any(|term| {
            let (field, since) = term.split_once(" >= ").unwrap_or_else(|| panic!("filter {condition}"));
            let name = field.rsplit('.').next().unwrap();
            let since: DateTime<Utc> = since.trim_matches('\'').parse().unwrap();
            let runs = item["jobruns"].as_array().into_iter().flatten();
            runs.filter_map(|run| run["timeInfo"][name].as_str())
                .any(|at| at.parse::<DateTime<Utc>>().unwrap() >= since)
        })
    };
    items.values().filter(|item| matches(item)).cloned().collect()
}

fn url_pairs(query: &str) -> HashMap<String, String> {
    let url: url::Url = format!("http://x/?{query}").parse().unwrap();
    url.query_pairs().into_owned().collect()
}
