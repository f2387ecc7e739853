//! Calls between roles, over both transports: what a caller sees must not depend on where the other side runs.

mod cluster;
mod echo;

use cluster::{Cluster, Over, open_stream};
use echo::call;
use futures::FutureExt as _;
use resync_fault::ErrorKind;
use resync_resilience::{BreakerState, Deadline};
use resync_service_kit::channel::Channel;
use resync_service_kit::correlation::CorrelationId;
use resync_service_kit::identity::{Caller, Permission, Principal, PrincipalKind};
use resync_testkit::ChaosProxy;
use std::time::Duration;
use tonic::Request;

fn reader() -> Caller {
    Caller::new(Principal {
        subject: "ana".into(),
        display: "Ana".into(),
        kind: PrincipalKind::Person,
        permissions: vec![Permission::everywhere("echo.read")],
    })
}

fn with<E: Clone + Send + Sync + 'static>(text: &str, extension: E) -> Request<String> {
    let mut request = Request::new(text.to_owned());
    request.extensions_mut().insert(extension);
    request
}

#[tokio::test]
async fn both_transports_answer_alike() {
    for over in [Over::Process, Over::Tcp, Over::MutualTls] {
        let cluster = Cluster::start(over).await;
        let channel = cluster.channel();

        // Who calls, for which request, arrive with the call; the handler's own calls pass them on.
        let mut request = with("caller", reader());
        request.extensions_mut().insert(CorrelationId::parse("req-7").unwrap());
        assert_eq!(call(&channel, "Say", request).await.unwrap(), "ana req-7", "{over:?}");
        assert_eq!(
            call(&channel, "Say", Request::new("caller".into())).await.unwrap().split(' ').next(),
            Some("role:tester")
        );
        assert_eq!(
            call(&channel, "Say", with("relay", reader())).await.unwrap().split(' ').next(),
            Some("ana"),
            "{over:?}"
        );

        // The remaining time arrives, not the given one.
        let left =
            call(&channel, "Say", with("deadline", Deadline::after(Duration::from_secs(3)))).await.unwrap();
        let left: u128 = left.parse().unwrap();
        assert!(left > 0 && left <= 3_000, "{over:?}: {left} ms");

        for (method, text, kind, reason) in [
            ("Act", "caller", ErrorKind::PermissionDenied, "PERMISSION_DENIED"),
            ("Say", "fail", ErrorKind::FailedPrecondition, "ECHO_BROKEN"),
            ("Say", "panic", ErrorKind::Internal, "HANDLER_PANICKED"),
            ("Nothing", "", ErrorKind::Unimplemented, "UNKNOWN_RPC"),
        ] {
            let fault = call(&channel, method, with(text, reader())).await.unwrap_err();
            assert_eq!((fault.kind, fault.reason.as_str()), (kind, reason), "{over:?} {method} {text}");
        }
        let fault = call(&channel, "Say", Request::new("fail".into())).await.unwrap_err();
        assert_eq!(fault.hint.as_deref(), Some("mend it"), "{over:?}");

        let fault = call(&channel, "Say", with("hang", Deadline::after(Duration::from_millis(50))))
            .await
            .unwrap_err();
        assert_eq!(
            (fault.kind, fault.reason.as_str()),
            (ErrorKind::DeadlineExceeded, "DEADLINE_EXCEEDED"),
            "{over:?}"
        );
        cluster.stop().await.unwrap();
    }
}

#[tokio::test]
async fn only_calls_that_may_be_repeated_are_repeated() {
    for over in [Over::Process, Over::Tcp] {
        let cluster = Cluster::start(over).await;
        let channel = cluster.channel();
        assert_eq!(
            call(&channel, "Say", Request::new("flaky".into())).await.unwrap(),
            "attempt 3",
            "{over:?}"
        );
        let fault = call(&channel, "Act", Request::new("flaky".into())).await.unwrap_err();
        assert_eq!(fault.kind, ErrorKind::Unavailable);
        assert_eq!(cluster.attempts(), 4, "{over:?}: three for the read, one for the act");
        cluster.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_process_in_drain_finishes_calls_ends_streams_and_takes_no_more() {
    let cluster = Cluster::start(Over::Tcp).await;
    let channel = cluster.channel();
    let mut stream = open_stream(&channel).await;
    assert_eq!(stream.message().await.unwrap().as_deref(), Some("first"));
    let in_flight = tokio::spawn({
        let channel = channel.clone();
        async move { call(&channel, "Say", Request::new("gate".into())).await }
    });
    cluster.call_waits_at_gate().await;

    cluster.begin_drain();
    let ended = stream.message().await.unwrap_err();
    assert_eq!(resync_fault::status::from_status(&ended).reason, "DRAINING");
    cluster.open_gate();
    assert_eq!(in_flight.await.unwrap().unwrap(), "through the gate");
    assert!(cluster.stop().await.is_ok(), "nothing was cut off");
}

#[tokio::test]
async fn a_role_reports_its_calls_and_the_streams_it_holds() {
    let cluster = Cluster::start(Over::Process).await;
    let channel = cluster.channel();
    for text in ["caller", "fail", "panic"] {
        let _ = call(&channel, "Say", Request::new(text.into())).await;
    }
    let vitals = cluster.vitals();
    assert!(vitals.resources.kinds.is_empty(), "an answer that is there at once holds nothing");
    let counts: Vec<_> = vitals.rpcs.iter().map(|rpc| (rpc.method.as_str(), rpc.calls, rpc.errors)).collect();
    assert_eq!(
        counts,
        [("/test.Echo/Say", 3, 1)],
        "a failed precondition is an answer, a panic is a failure"
    );

    let mut stream = open_stream(&channel).await;
    assert_eq!(stream.message().await.unwrap().as_deref(), Some("first"));
    assert!(stream.message().now_or_never().is_none());
    let held = cluster.vitals().resources.oldest;
    assert_eq!(held.len(), 1);
    assert_eq!((held[0].kind, &*held[0].owner), ("stream", "/test.Echo/Watch"));
    drop(stream);
    assert!(cluster.vitals().resources.oldest.is_empty());
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_dead_peer_is_left_alone_and_the_caller_told() {
    let channel = Cluster::dead_peer().await;
    let mut reasons = Vec::new();
    for _ in 0..8 {
        reasons.push(call(&channel, "Act", Request::new("x".into())).await.unwrap_err().reason);
    }
    assert_eq!(reasons[0], "PEER_UNREACHABLE");
    assert_eq!(reasons[7], "BREAKER_OPEN");
    assert_eq!(channel.breaker_state(), BreakerState::Open);
}

#[tokio::test]
async fn a_connection_that_breaks_is_an_unreachable_peer_and_not_a_slow_one() {
    let cluster = Cluster::start(Over::Tcp).await;
    let peer = cluster.address();
    let peer = format!("127.0.0.1:{}", peer.rsplit_once(':').unwrap().1).parse().unwrap();
    let proxy = ChaosProxy::start(peer).await.unwrap();
    let unreachable = async |channel: Channel| {
        let fault = call(&channel, "Act", Request::new("caller".into())).await.unwrap_err();
        assert_eq!((fault.kind, fault.reason.as_str()), (ErrorKind::Unavailable, "PEER_UNREACHABLE"));
    };
    let used = Cluster::channel_through(proxy.address());
    assert!(call(&used, "Act", Request::new("caller".into())).await.is_ok());
    proxy.cut();
    unreachable(used).await;
    // The peer takes the connection and hangs up at once; when exactly it is noticed differs from time to time.
    for _ in 0..20 {
        unreachable(Cluster::channel_through(proxy.address())).await;
    }
}

#[tokio::test]
async fn tokens_decide_over_tcp_and_health_needs_none() {
    let cluster = Cluster::start(Over::Tcp).await;
    let connection = tonic::transport::Channel::from_shared(cluster.address()).unwrap().connect_lazy();
    for header in [None, Some("Bearer nonsense"), Some("Basic YTpi")] {
        let mut request = Request::new("caller".to_owned());
        if let Some(header) = header {
            request.metadata_mut().insert("authorization", header.parse().unwrap());
        }
        let fault = call(&connection, "Say", request).await.unwrap_err();
        assert_eq!(fault.kind, ErrorKind::Unauthenticated, "{header:?}");
        assert!(fault.hint.is_some());
    }
    let mut health = tonic_health::pb::health_client::HealthClient::new(connection);
    let request = tonic_health::pb::HealthCheckRequest { service: "test.Echo".into() };
    assert_eq!(health.check(request).await.unwrap().into_inner().status, 1);
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_full_role_refuses_at_once_but_still_answers_health() {
    let cluster = Cluster::start_with(Over::Tcp, 1).await;
    let channel = cluster.channel();
    let holder = tokio::spawn({
        let channel = channel.clone();
        async move { call(&channel, "Act", Request::new("gate".into())).await }
    });
    cluster.call_waits_at_gate().await;
    let fault = call(&channel, "Act", Request::new("caller".into())).await.unwrap_err();
    assert_eq!((fault.kind, fault.reason.as_str()), (ErrorKind::ResourceExhausted, "OVERLOADED"));
    assert!(fault.retry_after_ms.is_some());
    let connection = tonic::transport::Channel::from_shared(cluster.address()).unwrap().connect_lazy();
    let mut health = tonic_health::pb::health_client::HealthClient::new(connection);
    assert!(health.check(tonic_health::pb::HealthCheckRequest::default()).await.is_ok());
    cluster.open_gate();
    holder.await.unwrap().unwrap();
    cluster.stop().await.unwrap();
}
