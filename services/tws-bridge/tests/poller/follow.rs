//! How changes reach the mirror: one story for each of the four means, alone.

use std::time::Duration;

use chrono::TimeDelta;
use resync_api::tws::model::Status;

use crate::ledger::Ledger;
use crate::night::Night;

#[tokio::test]
async fn a_whole_plan_is_read_once_and_the_engine_introduces_itself() {
    let night = Night::start().await;
    night.plan().clock_ahead = TimeDelta::minutes(90);
    let mut ledger = Ledger::start(&night.config());
    ledger.synced().await;
    assert_eq!((ledger.jobs.len(), ledger.streams.len()), (20, 2));
    let plan = ledger.plan.clone().unwrap();
    assert_eq!((plan.plan_id.as_str(), plan.run_number), ("plan-1", 14));
    let state = ledger.feed.state.borrow().clone();
    assert!(
        state.reachable && state.version == "10.2.8.00" && state.time_zone == "America/Sao_Paulo",
        "{state:?}"
    );
    assert!(
        (state.clock_skew - TimeDelta::minutes(90)).abs() <= TimeDelta::seconds(1),
        "{}",
        state.clock_skew
    );
    assert_eq!(night.count("plan/job?ORDER BY id ASC"), 3, "twenty jobs on pages of seven");
    ledger.stop.cancel();
    ledger.task.await.unwrap();
}

#[tokio::test]
async fn a_start_is_seen_with_the_next_look_and_brings_its_stream_along() {
    let night = Night::start().await;
    night.plan().clock_ahead = -TimeDelta::hours(3);
    let mut ledger = Ledger::start(&night.config());
    ledger.synced().await;
    {
        let mut plan = night.plan();
        plan.run("plan-1-PAY-J3");
        plan.streams.get_mut("plan-1-PAY").unwrap()["commonStatus"] = "RUNNING".into();
    }
    ledger
        .until("the start and its stream", |ledger| {
            ledger.status("plan-1-PAY-J3") == Some(Status::Running)
                && ledger.streams["plan-1-PAY"] == Status::Running
        })
        .await;
    assert!(ledger.jobs["plan-1-PAY-J3"].runs[0].start_time.is_some());
}

#[tokio::test]
async fn what_leaves_motion_without_a_start_or_an_end_is_read_by_name() {
    let night = Night::start().await;
    night.plan().set_status("plan-1-PAY-J1", "HELD");
    let mut config = night.config();
    config.pace.active = Duration::from_millis(50);
    let mut ledger = Ledger::start(&config);
    ledger.synced().await;
    night.plan().set_status("plan-1-PAY-J1", "WAITING");
    night.plan().set_status("plan-1-PAY-J2", "READY");
    ledger
        .until("the release and the new one", |ledger| {
            ledger.status("plan-1-PAY-J1") == Some(Status::Waiting)
                && ledger.status("plan-1-PAY-J2") == Some(Status::Ready)
        })
        .await;
}

#[tokio::test]
async fn counts_that_differ_lead_to_what_was_missed() {
    let night = Night::start().await;
    let mut config = night.config();
    config.pace.counts = Duration::from_millis(50);
    let mut ledger = Ledger::start(&config);
    ledger.synced().await;
    night.plan().set_status("plan-1-PAY-J7", "CANCELED");
    ledger
        .until("the silent cancellation", |ledger| ledger.status("plan-1-PAY-J7") == Some(Status::Canceled))
        .await;
    assert_eq!(night.count("plan/job?ORDER BY id ASC"), 3, "without reading everything again");
}

#[tokio::test]
async fn a_difference_that_no_status_explains_leads_to_a_sweep() {
    let night = Night::start().await;
    let mut config = night.config();
    config.pace.counts = Duration::from_millis(50);
    let mut ledger = Ledger::start(&config);
    ledger.synced().await;
    night.plan().jobs.remove("plan-1-DONE-J0");
    ledger.until("the job to be gone", |ledger| ledger.removed == ["plan-1-DONE-J0"]).await;
    assert_eq!(ledger.jobs.len(), 19);
}

#[tokio::test]
async fn the_sweep_finds_what_the_counts_cannot_and_asks_before_it_removes() {
    let night = Night::start().await;
    let mut config = night.config();
    config.pace.sweep = Duration::from_millis(400);
    let mut ledger = Ledger::start(&config);
    ledger.synced().await;
    {
        let mut plan = night.plan();
        plan.set_status("plan-1-PAY-J5", "SUCCESSFUL");
        plan.set_status("plan-1-DONE-J5", "WAITING");
        plan.jobs.remove("plan-1-DONE-J9");
        let mut late = plan.jobs["plan-1-PAY-J0"].clone();
        late["id"] = "plan-1-PAY-NEW".into();
        late["name"] = "NEW".into();
        plan.jobs.insert("plan-1-PAY-NEW".into(), late);
    }
    ledger
        .until("everything silent", |ledger| {
            ledger.status("plan-1-PAY-J5") == Some(Status::Successful)
                && ledger.status("plan-1-DONE-J5") == Some(Status::Waiting)
                && ledger.status("plan-1-PAY-NEW").is_some()
                && ledger.removed == ["plan-1-DONE-J9"]
        })
        .await;
    assert!(night.count("plan/job?id IN ['plan-1-DONE-J9']") >= 1, "its absence was confirmed by name");
    assert_eq!(ledger.feed.state.borrow().sweep_period, Duration::from_millis(400));
}

#[tokio::test]
async fn the_sweep_period_grows_when_the_cap_cannot_keep_it() {
    let night = Night::start().await;
    let mut config = night.config();
    config.pace.page_size = 1;
    config.pace.sweep = Duration::from_secs(1);
    config.pace.requests_per_second = Some(4.0);
    config.pace.burst = 100;
    let mut ledger = Ledger::start(&config);
    ledger.synced().await;
    ledger.until_state("the honest period", |state| state.sweep_period >= Duration::from_secs(11)).await;
}

#[tokio::test]
async fn a_new_plan_is_read_whole_and_takes_the_old_ones_place() {
    let night = Night::start().await;
    let mut ledger = Ledger::start(&night.config());
    ledger.synced().await;
    {
        let mut plan = night.plan();
        plan.plan_id = "plan-2".into();
        plan.fill();
        plan.run("plan-2-PAY-J0");
    }
    ledger.until("the next plan", |ledger| ledger.plans_completed == 2).await;
    assert_eq!(ledger.plan.clone().unwrap().plan_id, "plan-2");
    assert!(ledger.jobs.len() == 20 && ledger.jobs.keys().all(|id| id.starts_with("plan-2")));
}
