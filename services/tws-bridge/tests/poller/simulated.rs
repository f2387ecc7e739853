//! A simulated night over TLS, in both generations of the API: what the poller says is the truth, step after step.

use std::collections::BTreeMap;
use std::time::Duration;

use hwa_simulator::{Config, ObjectType, Simulator, SpecVariant, Switches, Tls};
use resync_api::tws::model::{EdgeSource, Status};
use resync_hwa::Auth;
use resync_tws_bridge::engine::EngineConfig;
use resync_tws_bridge::plan::FlowId;

use crate::ledger::Ledger;
use crate::night;

async fn start(variant: SpecVariant) -> (Simulator, EngineConfig) {
    let simulator = Simulator::start(Config {
        jobs: 800,
        variant,
        stepped: true,
        tls: Some(Tls::SelfSigned { hostnames: vec!["localhost".into()], ca_out: None }),
        ..Config::default()
    })
    .await
    .unwrap();
    let mut config = night::config(simulator.address());
    let url = format!("https://localhost:{}", simulator.address().port());
    config.access.urls = vec![url.parse().unwrap()];
    config.access.auth = Auth::Basic { user: "wauser".into(), password: "simulated".into() };
    config.access.tls.ca_pem = Some(simulator.ca_pem().unwrap().to_owned());
    config.pace.page_size = 200;
    (simulator, config)
}

/// The statuses that the truth and the ledger give the same job.
fn differing(simulator: &Simulator, ledger: &Ledger) -> BTreeMap<String, (String, Option<Status>)> {
    let jobs = simulator.control().jobs().into_iter();
    jobs.map(|job| (job.key, job.common_status, ledger.status(&job.id)))
        .filter(|(_, truth, told)| told.is_none_or(|told| word(told) != truth))
        .map(|(key, truth, told)| (key, (truth, told)))
        .collect()
}

fn word(status: Status) -> &'static str {
    match status {
        Status::Waiting => "WAITING",
        Status::Ready => "READY",
        Status::Running => "RUNNING",
        Status::Successful => "SUCCESSFUL",
        Status::Error => "ERROR",
        Status::Canceled => "CANCELED",
        Status::Held => "HELD",
        Status::Undecided => "UNDECIDED",
        Status::Blocked => "BLOCKED",
        Status::Suppressed => "SUPPRESS",
    }
}

#[tokio::test]
async fn a_night_is_followed_step_by_step_without_a_sweep() {
    for variant in [SpecVariant::A, SpecVariant::B] {
        let (simulator, mut config) = start(variant).await;
        config.pace.active = Duration::from_millis(100);
        config.pace.counts = Duration::from_millis(100);
        let mut ledger = Ledger::start(&config);
        ledger.synced().await;
        assert!(differing(&simulator, &ledger).is_empty());
        for step in 0..6 {
            simulator.control().step(Duration::from_secs(900));
            ledger.until(&format!("step {step}"), |ledger| differing(&simulator, ledger).is_empty()).await;
        }
        ledger.stop.cancel();
        simulator.shutdown().await;
    }
}

#[tokio::test]
async fn edges_of_the_model_and_of_the_plan_are_the_true_ones() {
    let (simulator, config) = start(SpecVariant::A).await;
    let mut ledger = Ledger::start(&config);
    ledger.synced().await;
    let waiting: Vec<_> = simulator
        .control()
        .jobs()
        .into_iter()
        .filter(|job| job.common_status == "WAITING" && job.dependencies.iter().any(|one| !one.satisfied))
        .collect();
    assert!(waiting.len() > 50);
    let owner = |id: &str| FlowId::Job(id.to_owned());
    let read = |ledger: &Ledger, id: &str, source| {
        ledger.dependencies.get(&owner(id)).is_some_and(|list| list.source == source)
    };
    ledger.until("a definition for every job", |ledger| ledger.dependencies.len() >= waiting.len()).await;
    let mut compared = 0;
    // The simulator defines a stream by its first instance; a later one may have other jobs.
    let mut instances: BTreeMap<String, u32> = BTreeMap::new();
    for stream in simulator.control().job_streams() {
        *instances.entry(stream.key).or_default() += 1;
    }
    for job in simulator.control().jobs().into_iter().filter(|job| instances[&job.job_stream.key] == 1) {
        let Some(list) =
            ledger.dependencies.get(&owner(&job.id)).filter(|list| list.source == EdgeSource::Model)
        else {
            continue;
        };
        let told: Vec<_> = list
            .dependencies
            .iter()
            .filter_map(|edge| edge.target.predecessor())
            .map(|one| one.id.as_str())
            .collect();
        for one in &job.dependencies {
            if let Some(target) = one
                .target
                .as_ref()
                .filter(|target| matches!(target.object_type, ObjectType::Job | ObjectType::JobStream))
            {
                assert!(told.contains(&target.id.as_str()), "{}: {target:?} not among {told:?}", job.key);
                compared += 1;
            }
        }
    }
    assert!(compared > 200, "{compared}");
    ledger
        .until("the plan's own edges of all that wait", |ledger| {
            waiting.iter().all(|job| read(ledger, &job.id, EdgeSource::Plan))
        })
        .await;
    for job in &waiting {
        assert_eq!(
            ledger.dependencies[&owner(&job.id)].dependencies.len(),
            job.dependencies.len(),
            "{}",
            job.key
        );
    }
    simulator.shutdown().await;
}

#[tokio::test]
async fn lists_that_begin_to_carry_dependencies_are_used() {
    let (simulator, config) = start(SpecVariant::B).await;
    simulator
        .control()
        .set_switches(Switches { dependencies_in_lists: true, ..simulator.control().switches() });
    let mut ledger = Ledger::start(&config);
    ledger.synced().await;
    let truth = simulator.control().jobs();
    assert!(truth.iter().filter(|job| !job.dependencies.is_empty()).all(|job| {
        ledger
            .dependencies
            .get(&FlowId::Job(job.id.clone()))
            .is_some_and(|list| list.source == EdgeSource::Plan)
    }));
    simulator.shutdown().await;
}
