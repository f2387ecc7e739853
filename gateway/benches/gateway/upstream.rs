//! The role behind the gateway: answers `GetPlanOverview` from memory, in process, behind the service kit's own gate.

use bytes::{BufMut as _, Bytes, BytesMut};
use chrono::DateTime;
use http::{Request, Response};
use http_body::Frame;
use http_body_util::StreamBody;
use prost::Message as _;
use resync_api::channel::Channel;
use resync_api::policy::{self, Exposure};
use resync_api::proto::tws::v1::GetPlanOverviewResponse;
use resync_api::tws::model::{Freshness, Job, PlanOverview, Status, StatusCount};
use resync_service_kit::channel::{Config as ChannelConfig, LocalServices};
use resync_service_kit::identity::{Caller, Principal};
use resync_service_kit::policy::{Exposure as KitExposure, PolicyTable, RpcPolicy};
use resync_service_kit::server::Config as ServerConfig;
use resync_service_kit::shutdown::Drain;
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};
use tonic::body::Body;
use tonic::server::NamedService;
use tower::Service;

/// A channel to a plan with `jobs` jobs that need attention.
pub(crate) async fn channel(jobs: usize, drain: Drain) -> Channel {
    let message = GetPlanOverviewResponse::from(overview(jobs)).encode_to_vec();
    let mut frame = BytesMut::new();
    frame.put_u8(0);
    frame.put_u32(u32::try_from(message.len()).unwrap());
    frame.put_slice(&message);
    let server = ServerConfig::new("upstream", policies(), drain)
        .build()
        .service(Overview(frame.freeze()))
        .finish()
        .await
        .unwrap();
    let services = LocalServices::new();
    services.add(&server);
    let own = Caller::new(Principal::role("gateway"));
    Channel::new(ChannelConfig::new(own, policies()).local(&services))
}

#[derive(Clone)]
struct Overview(Bytes);

impl NamedService for Overview {
    const NAME: &'static str = "resync.tws.v1.TwsService";
}

impl Service<Request<Body>> for Overview {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<Body>) -> Self::Future {
        let mut trailers = http::HeaderMap::new();
        trailers.insert("grpc-status", http::HeaderValue::from_static("0"));
        let frames = [Frame::data(self.0.clone()), Frame::trailers(trailers)].map(Ok::<_, tonic::Status>);
        let mut response = Response::new(Body::new(StreamBody::new(futures::stream::iter(frames))));
        let kind = http::HeaderValue::from_static("application/grpc");
        response.headers_mut().insert(http::header::CONTENT_TYPE, kind);
        ready(Ok(response))
    }
}

fn policies() -> PolicyTable {
    policy::RPCS
        .iter()
        .map(|rpc| RpcPolicy {
            path: rpc.path,
            permission: rpc.permission,
            scope_field: rpc.scope_field,
            exposure: match rpc.exposure {
                Exposure::Public => KitExposure::Public,
                Exposure::Internal => KitExposure::Internal,
            },
            idempotent: rpc.idempotent,
        })
        .collect()
}

fn overview(jobs: usize) -> PlanOverview {
    let time = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
    PlanOverview {
        jobs_by_status: vec![StatusCount { status: Status::Successful, count: 2_000 }],
        job_streams_by_status: vec![StatusCount { status: Status::Running, count: 60 }],
        workstations: Vec::new(),
        attention: (0..jobs).map(job).collect(),
        truncated: false,
        freshness: Freshness {
            plan_version: 7,
            oldest_observed_at: Some(time),
            engine_time: time,
            time_zone: "Europe/Rome".into(),
            stale_since: None,
            stale_reason: String::new(),
            plan_day_start: Some(time),
        },
        late_jobs: 1,
        long_running_jobs: 2,
        at_risk_jobs: 3,
        open_prompts: 4,
        unhealthy_workstations: 5,
    }
}

fn job(number: usize) -> Job {
    let time = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
    Job {
        name: format!("engines/default/jobs/{number}"),
        id: number.to_string(),
        key: format!("MASTER#/FINANCE/CLOSE.POST_{number:04}"),
        job_name: format!("POST_{number:04}"),
        folder: "/FINANCE".into(),
        workstation: "MASTER".into(),
        job_stream_id: "1".into(),
        job_stream_name: "CLOSE".into(),
        job_stream_workstation: "MASTER".into(),
        status: Status::Error,
        internal_status: "ABEND".into(),
        substatus: String::new(),
        cancel_pending: false,
        priority: 10,
        return_code: Some(8),
        user: "batch".into(),
        scheduled_time: Some(time),
        earliest_start: None,
        latest_start: None,
        deadline: None,
        critical_start: None,
        start_time: Some(time),
        end_time: Some(time),
        estimated_duration: None,
        elapsed: None,
        run_count: 1,
        job_number: 4_711,
        critical: false,
        late: true,
        at_risk: false,
        long_running: false,
        requires_confirmation: false,
        every: false,
        recovery_option: "STOP".into(),
        dependency_count: 2,
        unresolved_dependency_count: 0,
        observed_at: time,
        position: 1,
        carried_forward: false,
    }
}
