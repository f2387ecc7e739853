//! Stopping: what is under way finishes, streams are ended, nothing new is accepted.

use crate::mesh::{Mesh, PATIENCE};
use resync_api::proto::tws::v1::WatchPlanRequest;
use resync_api::proto::tws::v1::tws_service_client::TwsServiceClient;
use resync_fault::status::from_status;
use tonic::transport::Channel;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

#[tokio::test]
async fn a_drain_ends_streams_and_leaves_nobody_behind() {
    let mut mesh = Mesh::start().await;
    let token = mesh.token("viewer").await;
    let mut watching = mesh.get("/api/events", &token).await;
    watching.chunk().await.unwrap().unwrap();
    let channel = Channel::from_shared(mesh.url.clone()).unwrap().connect().await.unwrap();
    let mut request = tonic::Request::new(WatchPlanRequest::default());
    request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    let mut stream = TwsServiceClient::new(channel).watch_plan(request).await.unwrap().into_inner();
    stream.message().await.unwrap().unwrap();
    let channel = Channel::from_shared(mesh.url.clone()).unwrap().connect().await.unwrap();
    let mut health =
        HealthClient::new(channel).watch(HealthCheckRequest::default()).await.unwrap().into_inner();
    health.message().await.unwrap().unwrap();
    mesh.shutdown.begin();
    let rest = async {
        while let Ok(Some(_)) = watching.chunk().await {}
        loop {
            match stream.message().await {
                Ok(message) => assert!(message.is_some(), "it is not the plan that ended"),
                Err(status) => return from_status(&status),
            }
        }
    };
    let fault = tokio::time::timeout(PATIENCE, rest).await.expect("the streams end");
    assert_eq!((fault.reason.as_str(), fault.retryable), ("STREAM_ENDED", true));
    let ended = mesh.ended.take().expect("nobody else waits for the end");
    let ended = tokio::time::timeout(PATIENCE, ended).await.expect("the gateway ends").unwrap();
    assert_eq!(ended, Ok(()), "nothing had to be cut off");
    assert!(mesh.tasks.finish(PATIENCE).await.is_empty(), "the gateway ends by itself");
    assert!(mesh.http.get(format!("{}/api/health/app", mesh.url)).send().await.is_err());
}
