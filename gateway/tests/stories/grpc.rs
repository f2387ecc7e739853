//! gRPC clients from outside: the generated one and a generic one with reflection.

use crate::mesh::Mesh;
use resync_api::channel::Channel as ApiChannel;
use resync_api::proto::tws::v1::tws_service_client::TwsServiceClient;
use resync_api::proto::tws::v1::{GetJobLogRequest, ListEnginesRequest, ListJobsRequest, WatchPlanRequest};
use resync_api::tws::client::TwsClient;
use resync_fault::status::from_status;
use std::time::Duration;
use tonic::body::Body;
use tonic::metadata::MetadataValue;
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Code, Request, Status};
use tower::ServiceExt as _;

/// Adds a bearer token.
#[derive(Clone)]
struct Bearer(String);

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        let value = MetadataValue::try_from(format!("Bearer {}", self.0)).unwrap();
        request.metadata_mut().insert("authorization", value);
        Ok(request)
    }
}

async fn channel(mesh: &Mesh) -> Channel {
    Channel::from_shared(mesh.url.clone()).unwrap().connect().await.unwrap()
}

#[tokio::test]
async fn a_call_passes_with_its_answer_and_its_error_details() {
    let mesh = Mesh::start().await;
    let token = mesh.token("viewer").await;
    let mut client = TwsServiceClient::with_interceptor(channel(&mesh).await, Bearer(token));
    let mut request = Request::new(ListEnginesRequest {});
    request.metadata_mut().insert("x-correlation-id", MetadataValue::from_static("night-42"));
    let answer = client.list_engines(request).await.unwrap();
    assert_eq!(answer.metadata().get("x-correlation-id").unwrap(), "night-42");
    assert_eq!(answer.into_inner().engines[0].engine, "default");
    assert_eq!(*mesh.seen.caller.lock().unwrap(), ("viewer".to_owned(), "night-42".to_owned()));

    let filter = "bad(".to_owned();
    let error = client.list_jobs(ListJobsRequest { filter, ..Default::default() }).await.unwrap_err();
    let fault = from_status(&error);
    assert_eq!((fault.reason.as_str(), fault.violations.len()), ("FILTER_INVALID", 1));
    assert_eq!(fault.hint.as_deref(), Some("write it like status = \"ERROR\""));
}

#[tokio::test]
async fn a_stream_passes_message_by_message() {
    let mesh = Mesh::start().await;
    let token = mesh.token("viewer").await;
    let mut client = TwsServiceClient::with_interceptor(channel(&mesh).await, Bearer(token));
    let mut stream = client.watch_plan(WatchPlanRequest::default()).await.unwrap().into_inner();
    for number in 1..=2 {
        assert_eq!(stream.message().await.unwrap().unwrap().resume_token, format!("token-{number}"));
    }
}

#[tokio::test]
async fn calls_without_a_right_are_refused_as_grpc_says() {
    let mesh = Mesh::start().await;
    let mut nobody = TwsServiceClient::new(channel(&mesh).await);
    let error = nobody.list_engines(ListEnginesRequest {}).await.unwrap_err();
    assert_eq!(
        (error.code(), from_status(&error).reason.as_str()),
        (Code::Unauthenticated, "LOGIN_REQUIRED")
    );
    let token = mesh.token("viewer").await;
    let mut viewer = TwsServiceClient::with_interceptor(channel(&mesh).await, Bearer(token));
    let error = viewer.get_job_log(GetJobLogRequest::default()).await.unwrap_err();
    assert_eq!(
        (error.code(), from_status(&error).reason.as_str()),
        (Code::PermissionDenied, "PERMISSION_DENIED")
    );
}

#[tokio::test]
async fn what_does_not_exist_is_unimplemented() {
    let mesh = Mesh::start().await;
    let token = mesh.token("admin").await;
    for path in ["/evil.v1.EvilService/Do", "/resync.tws.v1.TwsService/DropPlan"] {
        let path = http::uri::PathAndQuery::from_static(path);
        let mut grpc = tonic::client::Grpc::new(channel(&mesh).await);
        grpc.ready().await.unwrap();
        let mut request = Request::new(ListEnginesRequest {});
        let bearer = MetadataValue::try_from(format!("Bearer {token}")).unwrap();
        request.metadata_mut().insert("authorization", bearer);
        let codec = tonic_prost::ProstCodec::<ListEnginesRequest, ListEnginesRequest>::default();
        let error = grpc.unary(request, path, codec).await.unwrap_err();
        assert_eq!(error.code(), Code::Unimplemented);
    }
}

#[tokio::test]
async fn a_message_that_is_too_large_is_told_to_be() {
    let mesh = Mesh::start().await;
    let token = mesh.token("viewer").await;
    let mut client = TwsServiceClient::with_interceptor(channel(&mesh).await, Bearer(token));
    let filter = "x".repeat(2 * 1024 * 1024);
    let error = client.list_jobs(ListJobsRequest { filter, ..Default::default() }).await.unwrap_err();
    assert_eq!(from_status(&error).reason, "BODY_TOO_LARGE", "{error:?}");
}

#[tokio::test]
async fn a_deadline_of_the_caller_holds() {
    let mesh = Mesh::start().await;
    let token = mesh.token("viewer").await;
    let mut client = TwsServiceClient::with_interceptor(channel(&mesh).await, Bearer(token));
    let mut request = Request::new(ListJobsRequest { engine: "slow".to_owned(), ..Default::default() });
    request.set_timeout(Duration::from_millis(100));
    let error = client.list_jobs(request).await.unwrap_err();
    assert!(matches!(error.code(), Code::DeadlineExceeded | Code::Cancelled), "{error:?}");
}

#[tokio::test]
async fn the_typed_client_works_through_the_gateway() {
    let mesh = Mesh::start().await;
    let bearer = Bearer(mesh.token("viewer").await);
    let channel =
        InterceptedService::new(channel(&mesh).await, bearer).map_response(|answer| answer.map(Body::new));
    let client = TwsClient::new(ApiChannel::new(channel));
    assert_eq!(client.overview("", 0).await.unwrap(), crate::plan::overview());
}

#[tokio::test]
async fn a_generic_client_learns_the_contract_unless_it_is_hidden() {
    use futures::StreamExt as _;
    use tonic_reflection::pb::v1::ServerReflectionRequest;
    use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
    use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
    use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
    for shown in [true, false] {
        let mesh = Mesh::with(|config| config.reflection = shown).await;
        let mut client = ServerReflectionClient::new(channel(&mesh).await);
        let request = ServerReflectionRequest {
            host: String::new(),
            message_request: Some(MessageRequest::ListServices(String::new())),
        };
        let answer = client.server_reflection_info(futures::stream::iter([request])).await;
        if !shown {
            assert_eq!(answer.unwrap_err().code(), Code::Unimplemented);
            continue;
        }
        let message = answer.unwrap().into_inner().next().await.unwrap().unwrap();
        let Some(MessageResponse::ListServicesResponse(list)) = message.message_response else {
            panic!("a list of services")
        };
        assert!(list.service.iter().any(|service| service.name == "resync.agent.v1.AgentService"));
    }
}

#[tokio::test]
async fn health_is_served_and_names_what_can_be_reached() {
    use tonic_health::pb::HealthCheckRequest;
    use tonic_health::pb::health_client::HealthClient;
    let mesh = Mesh::start().await;
    let mut client = HealthClient::new(channel(&mesh).await);
    for (service, known) in [("", true), ("resync.tws.v1.TwsService", true), ("evil.v1.EvilService", false)] {
        let answer = client.check(HealthCheckRequest { service: service.to_owned() }).await;
        match answer {
            Ok(answer) => assert!(known && answer.into_inner().status == 1, "{service}"),
            Err(error) => assert!(!known && error.code() == Code::NotFound, "{service}"),
        }
    }
}
