//! The engine dies, refuses, comes back.

use std::time::Duration;

use resync_api::tws::model::Status;
use resync_testkit::ChaosProxy;

use crate::ledger::{Ledger, poll_until};
use crate::night::{Night, config};

#[tokio::test]
async fn while_the_engine_is_gone_the_last_plan_stays_and_news_arrive_when_it_is_back() {
    let night = Night::start().await;
    let proxy = ChaosProxy::start(night.address).await.unwrap();
    let mut ledger = Ledger::start(&config(proxy.address()));
    ledger.synced().await;
    let before = chrono::Utc::now();

    proxy.cut();
    ledger.until_state("the outage", |state| !state.reachable).await;
    let state = ledger.feed.state.borrow().clone();
    let since = state.unreachable_since.unwrap();
    assert!(since <= chrono::Utc::now() && since >= before - chrono::TimeDelta::seconds(20), "{since}");
    assert_eq!(state.last_error, "ENGINE_UNREACHABLE");
    assert!(state.last_error_hint.contains("closed the connection"), "{}", state.last_error_hint);
    night.plan().run("plan-1-PAY-J4");
    let refused = ledger.feed.reader.dependencies("plan-1-PAY-J4".into(), 1).await.unwrap_err();
    assert_eq!(refused.reason, "ENGINE_UNREACHABLE");
    ledger.drain();
    assert_eq!((ledger.jobs.len(), ledger.plans_completed), (20, 1), "nothing was thrown away");

    proxy.restore();
    ledger
        .until("what happened meanwhile", |ledger| ledger.status("plan-1-PAY-J4") == Some(Status::Running))
        .await;
    let state = ledger.feed.state.borrow().clone();
    assert!(state.reachable && state.unreachable_since.is_none() && state.last_error.is_empty(), "{state:?}");
    assert_eq!(ledger.plans_completed, 1, "the same plan needs no second reading");
}

#[tokio::test]
async fn an_engine_that_is_down_at_the_start_is_waited_for_gently() {
    let night = Night::start().await;
    let proxy = ChaosProxy::start(night.address).await.unwrap();
    proxy.cut();
    let mut ledger = Ledger::start(&config(proxy.address()));
    ledger.until_state("the failure", |state| state.unreachable_since.is_some()).await;
    poll_until("further attempts", || ledger.feed.state.borrow().requests_sent >= 3).await;
    proxy.restore();
    ledger.synced().await;
    assert_eq!(ledger.jobs.len(), 20);
}

#[tokio::test]
async fn a_wrong_password_is_told_with_what_to_do_and_tried_again_rarely() {
    let night = Night::start().await;
    night.plan().refuse.push(("engine/info", 401));
    let mut ledger = Ledger::start(&night.config());
    ledger.until_state("the refusal", |state| state.last_error == "ENGINE_LOGIN_REFUSED").await;
    assert!(ledger.feed.state.borrow().last_error_hint.contains("registry"));
    assert_eq!(
        night.count("engine/info"),
        1,
        "a second wrong password comes no sooner than the longest wait"
    );
    night.plan().refuse.clear();
    ledger.synced().await;
    assert!(ledger.feed.state.borrow().last_error.is_empty());
}

#[tokio::test]
async fn what_one_call_may_not_do_does_not_stop_the_others() {
    let night = Night::start().await;
    let refused = [
        ("model/jobstream", 403),
        ("plan/job/count", 400),
        ("plan/resource", 403),
        ("plan/workstation", 403),
    ];
    night.plan().refuse.extend(refused);
    let mut config = night.config();
    config.pace.counts = Duration::from_millis(20);
    let mut ledger = Ledger::start(&config);
    ledger.synced().await;
    poll_until("both refusals", || night.count("model/jobstream") > 0 && night.count("plan/job/count") > 0)
        .await;
    night.plan().run("plan-1-PAY-J0");
    ledger.until("news all the same", |ledger| ledger.status("plan-1-PAY-J0") == Some(Status::Running)).await;
    assert!(ledger.feed.state.borrow().reachable);
    assert_eq!(night.count("model/jobstream"), 1, "what was refused is not asked for at every turn");
}

#[tokio::test]
async fn an_engine_that_understands_no_filter_is_followed_by_sweeps_alone() {
    let night = Night::start().await;
    night.plan().knows_no_filters = true;
    let mut config = night.config();
    config.pace.active = Duration::from_millis(50);
    config.pace.counts = Duration::from_millis(50);
    config.pace.sweep = Duration::from_millis(300);
    let mut ledger = Ledger::start(&config);
    ledger.synced().await;
    {
        let mut plan = night.plan();
        plan.run("plan-1-PAY-J1");
        plan.jobs.remove("plan-1-DONE-J2");
    }
    ledger
        .until("the start and the removal", |ledger| {
            ledger.status("plan-1-PAY-J1") == Some(Status::Running) && ledger.removed == ["plan-1-DONE-J2"]
        })
        .await;
}

#[tokio::test]
async fn a_plan_that_may_not_be_read_is_told_as_such() {
    let night = Night::start().await;
    night.plan().refuse.push(("plan/jobstream", 403));
    let mut ledger = Ledger::start(&night.config());
    ledger.until_state("the refusal", |state| state.last_error == "ENGINE_FORBIDS").await;
    let state = ledger.feed.state.borrow().clone();
    assert!(state.reachable && state.last_error_hint.contains("security file"), "{}", state.last_error_hint);
    night.plan().refuse.clear();
    ledger.synced().await;
}

#[tokio::test]
async fn a_backup_takes_over_when_the_master_is_gone() {
    let night = Night::start().await;
    let master = ChaosProxy::start(night.address).await.unwrap();
    let address = master.address();
    let mut config = config(address);
    config.access.urls.push(format!("http://{}", night.address).parse().unwrap());
    let mut ledger = Ledger::start(&config);
    ledger.synced().await;
    assert_eq!(ledger.feed.state.borrow().url, address.to_string());
    drop(master);
    ledger.until_state("the backup", |state| state.reachable && state.url == night.address.to_string()).await;
}
