//! Runs of a simulated night: kept, told, and remembered by the next process.

use std::time::Duration;

use resync_api::history::model::{RunSearch, StatisticsRequest, UnusualRequest, UnusualVerdict};
use resync_api::tws::model::Status;
use resync_fault::ErrorKind;
use resync_knowledge_graph::topology::Failures;
use resync_service_kit::identity::Permission;
use resync_testkit::eventually;

use crate::answers::{jobs, known};
use crate::mesh::{BOUND, Mesh};

async fn failures(graphs: &resync_knowledge_graph::Graphs) -> Option<Failures> {
    graphs.ask("default", |_, history| Ok(history.all_failures())).await.ok()
}

#[tokio::test]
async fn every_finished_run_of_a_night_is_kept_once_also_when_another_process_begins() {
    let mesh = Mesh::start().await;
    known(&mesh).await;
    // What had ended before anybody looked is kept too.
    let history = mesh.history();
    let search = RunSearch { page_size: 1_000, ..RunSearch::default() };
    let all = || async {
        mesh.simulator.control().step(Duration::from_secs(300));
        let runs = history.list(search.clone()).await.ok()?.runs;
        let plan = jobs(&mesh, "status = SUCCESSFUL OR status = ERROR").await;
        let ended: Vec<_> =
            plan.into_iter().filter(|job| job.start_time.is_some() && job.end_time.is_some()).collect();
        let kept = |id: &str| runs.iter().any(|run| run.job_id == id);
        let failed = runs.iter().any(|run| run.status == Status::Error);
        (failed && ended.len() > 30 && ended.iter().all(|job| kept(&job.id))).then_some((runs, ended))
    };
    let (runs, ended) = eventually("the runs of the night", BOUND, all).await.expect("kept");
    let job = &ended[0];
    let run = runs.iter().find(|run| run.job_id == job.id).expect("it is among them");
    assert_eq!((&run.job, run.end_time > run.start_time), (&job.key, true));
    assert_eq!((&run.workstation, run.scheduled_time), (&job.workstation, job.scheduled_time));

    // By plan id as well as by key.
    for object in [&job.id, &job.key] {
        let request = StatisticsRequest { job: object.clone(), ..StatisticsRequest::default() };
        let statistics = history.statistics(request).await.expect("an answer");
        assert_eq!((&statistics.job, statistics.engine.as_str()), (&job.key, "default"));
        assert!(statistics.runs >= 1 && statistics.first_end.is_some(), "{statistics:?}");
    }
    let request = UnusualRequest { engine: String::new(), job: job.id.clone() };
    let unusual = history.unusual(request).await.expect("an answer");
    assert_eq!(unusual.job.id, job.id);
    assert_eq!(unusual.duration.verdict, UnusualVerdict::NotEnoughRuns, "one night is not enough");
    assert!(unusual.duration.seconds.is_some() && unusual.freshness.plan_version > 0);

    // Another process reads the same plan and the same store: it knows all runs, and keeps none twice.
    let graphs = mesh.another();
    let remembered = eventually("the other process", BOUND, || async {
        let failures = failures(&graphs).await?;
        (graphs.forgetful().is_empty() && failures.runs as usize >= runs.len()).then_some(failures)
    })
    .await
    .expect("it remembers");
    assert!(remembered.failed > 0);
    let again = history.list(search).await.expect("an answer").runs;
    let mut starts: Vec<_> = again.iter().map(|run| (&run.job, run.start_time, run.job_number)).collect();
    starts.sort_unstable();
    starts.dedup();
    assert_eq!(starts.len(), again.len(), "each once");
    mesh.stop().await;
}

#[tokio::test]
async fn only_those_who_may_read_the_graph_are_told_of_runs() {
    let mesh = Mesh::start().await;
    known(&mesh).await;
    let stranger = mesh.history().with(Mesh::person(&[Permission::everywhere("plan.read")]));
    let search = RunSearch { engine: "default".to_owned(), ..RunSearch::default() };
    assert_eq!(stranger.list(search.clone()).await.expect_err("refused").kind, ErrorKind::PermissionDenied);
    let elsewhere = mesh.history().with(Mesh::person(&[Permission::within("graph.read", "other")]));
    let request = UnusualRequest { engine: "default".to_owned(), job: "J".to_owned() };
    assert_eq!(elsewhere.unusual(request).await.expect_err("refused").kind, ErrorKind::PermissionDenied);
    let ana = mesh.history().with(Mesh::person(&[Permission::within("graph.read", "default")]));
    let request = UnusualRequest { engine: "default".to_owned(), job: "NO#/SUCH.JOB".to_owned() };
    assert_eq!(ana.unusual(request).await.expect_err("no such job").reason, "OBJECT_UNKNOWN");
    let nothing = StatisticsRequest { job: "NO#/SUCH.JOB".to_owned(), ..StatisticsRequest::default() };
    assert_eq!(ana.statistics(nothing).await.expect("an answer").runs, 0, "it may have run before");
    let foreign = RunSearch { page_token: "x".to_owned(), ..search };
    assert_eq!(ana.list(foreign).await.expect_err("no token of ours").reason, "PAGE_TOKEN_INVALID");
    mesh.stop().await;
}
