//! Messages to a real HTTP server: signed, tried again, grouped, refused where they may not go, and in each form.

use std::time::Duration;

use chrono::Utc;
use hmac::{Hmac, Mac as _};
use resync_api::perf::model::{NewSilence, ProcessReport, Severity, SilenceMatcher};
use resync_fault::{ErrorKind, Fault as _};
use resync_perf_monitor::clock::Clock;
use resync_perf_monitor::notify::{Config as Notify, Destination, DestinationKind};
use resync_perf_monitor::{Config, ConfigError, Dependencies, alert};
use resync_resilience::Backoff;
use resync_testkit::eventually;
use serde_json::json;
use sha2::Sha256;

use crate::mesh::{BOUND, MemoryStore, Mesh, Process};
use crate::receiver::{Order, Received, Receiver};
use crate::shapes::{leases, report};

const SECRET: &str = "a secret of sixteen bytes";

pub(crate) fn destination(name: &str, kind: DestinationKind, url: String) -> Destination {
    Destination {
        name: name.to_owned(),
        kind,
        url: url.into(),
        signing_secret: (kind == DestinationKind::Webhook).then(|| SECRET.to_owned().into()),
        alerts: Some(Severity::Warning),
        plan_events: None,
    }
}

/// Everything as fast as it goes.
pub(crate) fn hasty(destinations: Vec<Destination>) -> Config {
    Config {
        notify: Notify {
            destinations,
            allowed_hosts: vec!["127.0.0.1".to_owned()],
            group_wait: Duration::from_millis(50),
            attempts: 3,
            backoff: Backoff::doubling(Duration::from_millis(10), Duration::from_millis(20)),
            timeout: Duration::from_millis(500),
            ..Notify::default()
        },
        alerts: alert::Config { resolve_after: Duration::ZERO, ..alert::Config::default() },
        evaluate_every: Duration::from_millis(20),
        ..Config::default()
    }
}

async fn mesh(destinations: Vec<Destination>) -> Mesh {
    Mesh::start(hasty(destinations), MemoryStore::default(), Clock::system(), None).await
}

/// Makes the process leak, or not any more.
async fn leak(process: &mut Process, leaked: u64) {
    let report = ProcessReport { resources: leases(leaked), ..report("a", &["tws-bridge"]) };
    process.send(report).await.expect("taken");
}

fn signed(request: &Received) -> bool {
    let mut code = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any length");
    code.update(request.header("resync-timestamp").as_bytes());
    code.update(b".");
    code.update(&request.body);
    let expected: Vec<u8> = code.finalize().into_bytes().to_vec();
    let hex: String = expected.iter().map(|byte| format!("{byte:02x}")).collect();
    request.header("resync-signature") == format!("v1={hex}")
}

#[tokio::test]
async fn a_webhook_is_signed_tried_again_and_told_once_of_each_news() {
    let receiver = Receiver::start(&[Order::Status(500), Order::Silence]).await;
    let mesh = mesh(vec![destination("ops", DestinationKind::Webhook, receiver.url())]).await;
    let mut process = mesh.process().await;
    leak(&mut process, 2).await;

    let tries = receiver.requests(3).await;
    assert!(tries.iter().all(signed), "{tries:?}");
    assert_eq!(tries[0].path, "/hook/secret-part");
    assert_eq!(tries[0].header("content-type"), "application/json");
    let ids: Vec<_> = tries.iter().map(|request| request.header("resync-delivery")).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "a receiver can tell a repetition: {ids:?}");
    let second: i64 = tries[2].header("resync-timestamp").parse().expect("a number");
    assert!((Utc::now().timestamp() - second).abs() < 60);
    let body = tries[2].json();
    assert_eq!(body["id"], ids[0]);
    assert_eq!(body["summary"], "1 alert firing");
    let told = &body["alerts"][0];
    assert_eq!((&told["rule"], &told["news"]), (&json!("resource_leak"), &json!("firing")));
    assert_eq!(told["text"], "2 of lease held for longer than they should be");

    leak(&mut process, 3).await;
    leak(&mut process, 0).await;
    let after = receiver.requests(4).await;
    assert_eq!(after[3].json()["summary"], "1 alert resolved", "more of the same was no news");
    assert_eq!(after[3].json()["alerts"][0]["fingerprint"], told["fingerprint"]);
    mesh.stop().await;
    assert_eq!(receiver.received().len(), 4);
}

#[tokio::test]
async fn what_is_refused_or_redirected_is_not_tried_again_and_the_next_message_is_sent() {
    let receiver = Receiver::start(&[Order::Redirect, Order::Status(403)]).await;
    let mesh = mesh(vec![destination("ops", DestinationKind::Webhook, receiver.url())]).await;
    let mut process = mesh.process().await;
    for (number, leaked) in [1, 0, 1].into_iter().enumerate() {
        leak(&mut process, leaked).await;
        receiver.requests(number + 1).await;
    }
    let received = receiver.received();
    assert_eq!(received.len(), 3);
    assert!(received.iter().all(|request| request.path == "/hook/secret-part"), "no redirect was followed");
    mesh.stop().await;
}

#[tokio::test]
async fn a_receiver_that_stays_away_gets_what_came_together_when_it_is_back() {
    let receiver = Receiver::start(&[Order::Status(503); 3]).await;
    let mesh = mesh(vec![destination("ops", DestinationKind::Webhook, receiver.url())]).await;
    let mut process = mesh.process().await;
    leak(&mut process, 1).await;
    let given_up = receiver.requests(3).await;
    assert!(
        given_up
            .iter()
            .all(|request| request.header("resync-delivery") == given_up[0].header("resync-delivery"))
    );
    leak(&mut process, 0).await;
    let next = receiver.requests(4).await.remove(3);
    assert_eq!(next.json()["summary"], "1 alert resolved", "the message that was given up is gone");
    mesh.stop().await;
}

#[tokio::test]
async fn teams_and_slack_get_their_own_forms_and_severity_decides_who_is_told() {
    let (teams, slack) = (Receiver::start(&[]).await, Receiver::start(&[]).await);
    let quiet = Receiver::start(&[]).await;
    let deaf = Destination { alerts: None, ..destination("deaf", DestinationKind::Webhook, quiet.url()) };
    let mesh = mesh(vec![
        destination("teams", DestinationKind::Teams, teams.url()),
        destination("slack", DestinationKind::Slack, slack.url()),
        deaf,
    ])
    .await;
    let mut process = mesh.process().await;
    leak(&mut process, 1).await;
    let card = teams.requests(1).await.remove(0);
    let content = &card.json()["attachments"][0]["content"];
    assert_eq!(content["type"], "AdaptiveCard");
    assert_eq!(content["body"][0]["text"], "Resync: 1 alert firing");
    assert_eq!(content["body"][1]["inlines"][1]["text"], "1 of lease held for longer than they should be");
    assert!(card.header("resync-signature").is_empty());
    let blocks = slack.requests(1).await.remove(0).json();
    assert_eq!(blocks["text"], "Resync: 1 alert firing");
    assert_eq!(blocks["blocks"][1]["type"], "rich_text");
    mesh.stop().await;
    assert!(quiet.received().is_empty());
}

#[tokio::test]
async fn a_silenced_alert_is_told_of_when_its_silence_ends() {
    let receiver = Receiver::start(&[]).await;
    let mesh = mesh(vec![destination("ops", DestinationKind::Webhook, receiver.url())]).await;
    let silence = NewSilence {
        matcher: SilenceMatcher { subject: "lea*".to_owned(), ..SilenceMatcher::default() },
        comment: "being looked at".to_owned(),
        duration: Duration::from_secs(3600),
    };
    let made = mesh.client().create_silence(silence).await.expect("sound");
    let mut process = mesh.process().await;
    leak(&mut process, 1).await;
    eventually("the alert", BOUND, || async { (!mesh.firing().await.is_empty()).then_some(()) })
        .await
        .expect("it fires");
    mesh.client().delete_silence(&made.id).await.expect("in force");
    let told = receiver.requests(1).await;
    assert_eq!(told[0].json()["alerts"][0]["news"], "firing");
    mesh.stop().await;
    assert_eq!(receiver.received().len(), 1, "nothing was sent while it was silenced");
}

#[tokio::test]
async fn a_restart_does_not_tell_again_of_what_still_fires_and_tells_of_what_ended() {
    let receiver = Receiver::start(&[]).await;
    let store = MemoryStore::default();
    let start = async || {
        let config = hasty(vec![destination("ops", DestinationKind::Webhook, receiver.url())]);
        Mesh::start(config, store.clone(), Clock::system(), None).await
    };
    let first = start().await;
    let mut process = first.process().await;
    leak(&mut process, 1).await;
    receiver.requests(1).await;
    first.stop().await;

    let second = start().await;
    let mut process = second.process().await;
    leak(&mut process, 1).await;
    eventually("the alert", BOUND, || async { (!second.firing().await.is_empty()).then_some(()) })
        .await
        .expect("it fires on");
    leak(&mut process, 0).await;
    let told = receiver.requests(2).await;
    assert_eq!(told[1].json()["summary"], "1 alert resolved");
    second.stop().await;
    assert_eq!(receiver.received().len(), 2);
}

#[tokio::test]
async fn a_test_message_is_sent_at_once_and_its_outcome_is_told() {
    let (well, sick) = (Receiver::start(&[]).await, Receiver::start(&[Order::Status(404)]).await);
    let mesh = mesh(vec![
        destination("well", DestinationKind::Slack, well.url()),
        destination("sick", DestinationKind::Teams, sick.url()),
    ])
    .await;
    let ana = mesh.client_with("performance.manage");
    let outcomes = ana.send_test_notification(None).await.expect("allowed");
    let told: Vec<_> = outcomes
        .iter()
        .map(|outcome| (outcome.destination.as_str(), outcome.delivered, outcome.detail.as_str()))
        .collect();
    assert_eq!(told, [("well", true, "taken"), ("sick", false, "answered 404")]);
    assert!(well.received()[0].json().to_string().contains("Ana asked for this message"));
    let unknown = ana.send_test_notification(Some("nobody")).await.expect_err("there is none");
    assert_eq!((unknown.kind, unknown.reason.as_str()), (ErrorKind::NotFound, "DESTINATION_UNKNOWN"));
    assert_eq!(unknown.hint.as_deref(), Some("destinations: well, sick"));
    mesh.stop().await;
}

#[tokio::test]
async fn destinations_that_must_not_be_are_refused_before_anything_runs() {
    let refused = |change: fn(&mut Notify)| -> ConfigError {
        let url = "https://hooks.example.com/secret".to_owned();
        let mut config = hasty(vec![destination("ops", DestinationKind::Webhook, url)]);
        config.notify.allowed_hosts = vec!["hooks.example.com".to_owned()];
        change(&mut config.notify);
        let store = std::sync::Arc::new(MemoryStore::default());
        config.build(Dependencies { store, tws: None, clock: Clock::system() }).expect_err("refused")
    };
    for (change, reason) in [
        ((|notify| notify.allowed_hosts.clear()) as fn(&mut Notify), "DESTINATION_HOST"),
        (
            |notify| notify.destinations[0].url = "http://hooks.example.com/".to_owned().into(),
            "DESTINATION_ADDRESS",
        ),
        (|notify| notify.destinations[0].signing_secret = None, "DESTINATION_SECRET"),
        (
            |notify| notify.destinations[0].signing_secret = Some("short".to_owned().into()),
            "DESTINATION_SECRET",
        ),
        (|notify| notify.destinations.push(notify.destinations[0].clone()), "DESTINATION_NAME"),
    ] {
        let error = refused(change);
        assert_eq!(error.reason(), reason);
        assert!(!format!("{error} {error:?}").contains("secret\""), "{error:?}");
    }
}
