//! The whole way: a simulated engine over TLS, its poller, the mirror, and a client that compares with the truth.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::DateTime;
use futures::StreamExt;
use hwa_simulator::{JobTruth, ObjectType, Simulator, SpecVariant, Tls};
use resync_api::tws::client::TwsClient;
use resync_api::tws::model::{
    Direction, FlowNode, Job, JobLogRequest, ListRequest, ObjectRef, Status, WalkDependenciesRequest,
    WatchRequest,
};
use resync_hwa::Auth;
use resync_testkit::eventually;
use resync_tws_bridge::Config;
use resync_tws_bridge::engine::{EngineConfig, Pace};

use crate::mesh::{BOUND, Mesh};

async fn night(variant: SpecVariant) -> (Simulator, Mesh) {
    let simulator = Simulator::start(hwa_simulator::Config {
        jobs: 700,
        variant,
        stepped: true,
        // The night is the same whenever the test runs.
        start: DateTime::from_timestamp(1_772_420_400, 0),
        tls: Some(Tls::SelfSigned { hostnames: vec!["localhost".into()], ca_out: None }),
        ..hwa_simulator::Config::default()
    })
    .await
    .expect("a simulator");
    let url = format!("https://localhost:{}", simulator.address().port()).parse().expect("an address");
    let auth = Auth::Basic { user: "wauser".into(), password: "simulated".into() };
    let mut access = resync_hwa::Config::new(url, auth);
    access.tls.ca_pem = simulator.ca_pem().map(str::to_owned);
    let quick = Duration::from_millis(50);
    let engine = EngineConfig {
        name: "default".to_owned(),
        access,
        pace: Pace {
            requests_per_second: None,
            changes: quick,
            active: 8 * quick,
            objects: 20 * quick,
            counts: 20 * quick,
            // What neither starts nor ends is seen by the sweep.
            sweep: Duration::from_secs(3),
            ..Pace::default()
        },
        start_of_day: chrono::NaiveTime::MIN,
        fallback_time_zone: "UTC".to_owned(),
    };
    let mesh = Mesh::of_engines(Config { engines: vec![engine] }).await;
    mesh.synced(1).await;
    (simulator, mesh)
}

async fn all_jobs(client: &TwsClient) -> BTreeMap<String, Job> {
    let mut jobs = BTreeMap::new();
    let mut page_token = String::new();
    loop {
        let request = ListRequest { page_size: 1_000, page_token, ..ListRequest::default() };
        let page = client.list_jobs(request).await.expect("read");
        jobs.extend(page.items.into_iter().map(|job| (job.id.clone(), job)));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return jobs;
        }
    }
}

fn word(status: Status) -> String {
    let word = serde_json::to_value(status).ok().and_then(|word| word.as_str().map(str::to_owned));
    // The engine cuts this one short.
    word.unwrap_or_default().replace("SUPPRESSED", "SUPPRESS")
}

/// What the truth and the mirror say of one job, in the same words.
fn facts_of_truth(job: &JobTruth) -> Vec<String> {
    vec![
        job.key.trim_start_matches('/').to_owned(),
        job.name.clone(),
        job.common_status.clone(),
        job.status.clone(),
        job.priority.to_string(),
        job.critical.to_string(),
        format!("{:?}", job.return_code),
        format!("{:?} {:?}", job.started_at, job.ended_at),
        format!("{:?} {}", job.deadline, job.runs.len()),
    ]
}

fn facts_of_mirror(job: &Job) -> Vec<String> {
    vec![
        job.key.clone(),
        job.job_name.clone(),
        word(job.status),
        job.internal_status.clone(),
        job.priority.to_string(),
        job.critical.to_string(),
        format!("{:?}", job.return_code),
        format!("{:?} {:?}", job.start_time, job.end_time),
        format!("{:?} {}", job.deadline, job.run_count),
    ]
}

/// Jobs of which the mirror says something else than the truth.
async fn differing(simulator: &Simulator, client: &TwsClient) -> Vec<(Vec<String>, Option<Vec<String>>)> {
    let mirrored = all_jobs(client).await;
    let truth = simulator.control().jobs();
    let pairs = truth.iter().map(|job| (facts_of_truth(job), mirrored.get(&job.id).map(facts_of_mirror)));
    pairs.filter(|(truth, told)| told.as_ref() != Some(truth)).collect()
}

fn statuses(simulator: &Simulator) -> BTreeSet<(String, String)> {
    simulator.control().jobs().into_iter().map(|job| (job.id, job.common_status)).collect()
}

#[tokio::test]
async fn the_mirror_tells_the_truth_and_goes_on_telling_it() {
    for variant in [SpecVariant::A, SpecVariant::B] {
        let (simulator, mesh) = night(variant).await;
        let client = mesh.client();
        let first = differing(&simulator, &client).await;
        assert!(first.is_empty(), "{variant:?}: {:#?}", &first[..first.len().min(3)]);

        let request = WatchRequest { engine: String::new(), resume_token: String::new() };
        let mut updates = client.watch(request).await.expect("allowed");
        let before = statuses(&simulator);
        for _ in 0..4 {
            simulator.control().step(Duration::from_secs(1_200));
            let followed = eventually("the mirror to follow", BOUND, || async {
                differing(&simulator, &client).await.is_empty().then_some(())
            });
            if followed.await.is_err() {
                panic!("{variant:?}: missed {:#?}", differing(&simulator, &client).await);
            }
        }
        let mut untold: BTreeSet<_> =
            statuses(&simulator).difference(&before).map(|(id, _)| id.clone()).collect();
        assert!(untold.len() > 10, "the night goes on");
        let told = tokio::time::timeout(BOUND, async {
            while !untold.is_empty() {
                let update = updates.next().await.expect("the stream goes on").expect("no error");
                for change in update.changes {
                    untold.remove(change.object.rsplit('/').next().unwrap_or_default());
                }
            }
        });
        assert!(told.await.is_ok(), "every job whose status changed is told of");

        let overview = client.overview("", 1_000).await.expect("read");
        let truth = simulator.control().truth();
        for count in &overview.jobs_by_status {
            assert_eq!(Some(&(count.count as usize)), truth.jobs.by_common_status.get(&word(count.status)));
        }
        assert_eq!(overview.workstations.len(), truth.workstations.total);
        mesh.stop().await;
        simulator.shutdown().await;
    }
}

#[tokio::test]
async fn causes_and_logs_of_planted_incidents_are_within_reach() {
    let (simulator, mesh) = night(SpecVariant::B).await;
    let client = mesh.client();
    let failed = simulator.control().jobs().into_iter().find(|job| {
        job.common_status == "ERROR" && simulator.control().job_log(&job.id).is_some_and(|log| log.len() > 3)
    });
    let failed = failed.expect("some job failed with a log");
    let request = JobLogRequest { job: failed.id.clone(), tail_lines: 3, ..JobLogRequest::default() };
    let log = client.job_log(request).await.expect("read");
    let truth = simulator.control().job_log(&failed.id).expect("a log");
    assert_eq!(log.lines, truth[truth.len() - 3..]);
    assert!(log.truncated);

    // Something waits for a job; from there the walk leads to it, and back.
    let waiting = simulator.control().jobs().into_iter().find_map(|job| {
        let on_job = |target: &hwa_simulator::ObjectRef| target.object_type == ObjectType::Job;
        let target = job.dependencies.iter().find(|one| !one.satisfied)?.target.clone().filter(on_job)?;
        Some((job.id, target.id))
    });
    let (waiting, cause) = waiting.expect("some job waits for another");
    let detail = eventually("dependencies", BOUND, || async {
        let object = ObjectRef { engine: String::new(), object: waiting.clone() };
        let detail = client.get_job(object).await.ok()?;
        (!detail.dependencies.is_empty()).then_some(detail)
    });
    let detail = detail.await.expect("its dependencies are read");
    let named = |id: &str| {
        detail.dependencies.iter().filter_map(|one| one.target.predecessor()).any(|one| one.id == id)
    };
    assert!(named(&cause));
    for (object, direction, wanted) in
        [(&waiting, Direction::Predecessors, &cause), (&cause, Direction::Successors, &waiting)]
    {
        let request = WalkDependenciesRequest {
            engine: String::new(),
            object: object.clone(),
            direction,
            max_depth: 1,
            max_nodes: 0,
        };
        eventually("the walk", BOUND, || async {
            let walked = client.walk(request.clone()).await.ok()?;
            let met = walked.nodes.iter().any(|node| match &node.node {
                FlowNode::Job(job) => job.id == *wanted,
                FlowNode::JobStream(_) => false,
            });
            met.then_some(())
        })
        .await
        .expect("edges lead both ways");
    }
    mesh.stop().await;
    simulator.shutdown().await;
}
