//! A whole simulated engine over TLS, in both generations of its API and with every kind of error body.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use futures::TryStreamExt;
use hwa_simulator::{
    Config as SimulatorConfig, ErrorBodies, Fault, FaultRule, Faults, Simulator, SpecVariant, Switches, Tls,
};
use resync_hwa::check::{Outcome, StepName, check};
use resync_hwa::error::{Error, Kind, TlsProblem, UnreachableReason};
use resync_hwa::oql::{Comparison, Condition};
use resync_hwa::wire::job::JobInPlan;
use resync_hwa::wire::model::{JobStreamDefinition, ModelObject};
use resync_hwa::{Auth, Client, Config, Grouping, LogRange, Oql, Query, Support};

async fn start(variant: SpecVariant) -> (Simulator, Config) {
    let simulator = Simulator::start(SimulatorConfig {
        jobs: 600,
        variant,
        stepped: true,
        tls: Some(Tls::SelfSigned { hostnames: vec!["localhost".into()], ca_out: None }),
        ..SimulatorConfig::default()
    })
    .await
    .unwrap();
    let url = format!("https://localhost:{}", simulator.address().port());
    let auth = Auth::Basic { user: "wauser".into(), password: "simulated".into() };
    let mut config = Config::new(url.parse().unwrap(), auth);
    config.tls.ca_pem = Some(simulator.ca_pem().unwrap().to_owned());
    (simulator, config)
}

#[tokio::test]
async fn both_generations_are_read_whole_and_agree_with_the_truth() {
    for variant in [SpecVariant::A, SpecVariant::B] {
        let (simulator, config) = start(variant).await;
        let client = Client::new(&config).unwrap();
        let truth = simulator.control().truth();
        let info = client.engine_info().await.unwrap();
        assert_eq!(info.timezone.as_deref(), Some(truth.engine.time_zone.as_str()));

        let query = Query { limit: 97, ..Query::default() };
        let pages: Vec<_> = client.pages::<JobInPlan>(query).try_collect().await.unwrap();
        assert!(
            pages
                .iter()
                .all(|page| page.unreadable.is_empty() && page.total == Some(truth.jobs.total as u64))
        );
        let jobs: Vec<_> = pages.into_iter().flat_map(|page| page.items).collect();
        assert_eq!(jobs.len(), truth.jobs.total);
        let mut statuses: BTreeMap<String, usize> = BTreeMap::new();
        for job in &jobs {
            *statuses.entry(job.last_run_common_status.as_ref().unwrap().to_string()).or_default() += 1;
        }
        assert_eq!(statuses, truth.jobs.by_common_status, "{variant}");
        let counted = client.job_count(&[Grouping::Status]).await.unwrap().grouped_count.unwrap();
        assert!(
            counted.iter().all(|(status, count)| statuses[status] == usize::try_from(*count).unwrap()),
            "{counted:?}"
        );

        let capabilities = client.capabilities().await.unwrap();
        let newer = variant == SpecVariant::B;
        assert_eq!(capabilities.prompt_list(), if newer { Support::Yes } else { Support::No });
        assert_eq!(capabilities.neighbours(), if newer { Support::No } else { Support::Yes });
        let waiting = jobs.iter().find(|job| {
            job.dependencies_stats
                .as_ref()
                .is_some_and(|stats| stats.number_of_unresolved_dependencies > Some(0))
        });
        let waiting = client.job(waiting.unwrap().id.as_deref().unwrap()).await.unwrap();
        assert!(!waiting.dependencies.is_empty(), "single reads carry dependencies");
        if newer {
            assert!(!client.prompts(&Query::default()).await.unwrap().items.is_empty());
            assert!(!client.files(&Query::default()).await.unwrap().items.is_empty());
        } else {
            assert!(!client.job_predecessors(waiting.id.as_deref().unwrap(), 1).await.unwrap().is_empty());
            assert_eq!(client.prompts(&Query::default()).await.unwrap_err().failure(), Kind::NotFound);
        }
        let streams = client.job_streams(&Query::default()).await.unwrap();
        assert_eq!(streams.total, Some(truth.job_streams.total as u64));
        let workstations = client.workstations(&Query::default()).await.unwrap();
        assert_eq!(workstations.items.len(), truth.workstations.total);
        assert!(!client.resources(&Query::default()).await.unwrap().items.is_empty());
        let model = client.list::<ModelObject<JobStreamDefinition>>(&Query::default()).await.unwrap();
        assert!(model.items.iter().any(|object| object.definition.jobs.len() > 1));
        assert!(model.unreadable.is_empty());

        let failed =
            jobs.iter().find(|job| job.last_run_common_status.as_ref().unwrap().as_str() == "ERROR").unwrap();
        let run = failed.jobruns.last().unwrap().id.as_deref().unwrap();
        let log = client.run_log(run, LogRange::default()).await.unwrap();
        assert_eq!(
            log.text.lines().map(str::to_owned).collect::<Vec<_>>(),
            simulator.control().job_log(failed.id.as_deref().unwrap()).unwrap()
        );
        simulator.shutdown().await;
    }
}

#[tokio::test]
async fn filters_select_and_a_bad_one_is_refused_whatever_the_body_looks_like() {
    let (simulator, config) = start(SpecVariant::B).await;
    let client = Client::new(&config).unwrap();
    let since = simulator.control().now() - TimeDelta::hours(1);
    let started =
        Condition::compare("jobruns.timeInfo.actualStartTime", Comparison::GreaterOrEqual, since).unwrap();
    let ended =
        Condition::compare("jobruns.timeInfo.actualEndTime", Comparison::GreaterOrEqual, since).unwrap();
    let recent = client.jobs(&Oql::from(started.or(ended)).into()).await.unwrap();
    assert!(recent.total.unwrap() > 0 && recent.total.unwrap() < 600);
    let ids: Vec<_> = recent.items.iter().take(3).map(|job| job.id.clone().unwrap()).collect();
    let again = client
        .jobs(&Oql::from(Condition::one_of("id", ids.iter().map(String::as_str)).unwrap()).into())
        .await
        .unwrap();
    assert_eq!(again.items.len(), 3);

    for body in [ErrorBodies::Json, ErrorBodies::Text, ErrorBodies::Html] {
        simulator.control().set_switches(Switches { error_bodies: body, ..simulator.control().switches() });
        let unknown = Oql::from(Condition::equal("key.name", "X").unwrap());
        let error = client.jobs(&unknown.into()).await.unwrap_err();
        assert_eq!(error.failure(), Kind::BadRequest, "{error}");
        assert!(error.refusal().unwrap().messages.is_filter_syntax(), "{error}");
        let gone = client.job("00000000-0000-3000-8000-000000000000").await.unwrap_err();
        assert_eq!((gone.failure(), gone.cause_code()), (Kind::NotFound, Some("AWSJDB101E")), "{gone}");
    }
    simulator.shutdown().await;
}

#[tokio::test]
async fn faults_on_the_way_are_told_apart() {
    let (simulator, config) = start(SpecVariant::B).await;
    let client = Client::new(&config).unwrap();
    let cases = [
        (Fault::TruncatedBody, Kind::Protocol),
        (Fault::HtmlBody, Kind::Protocol),
        (Fault::Drop, Kind::Connect),
        (Fault::Unauthorized, Kind::Unauthorized),
        (Fault::Status(503), Kind::Unavailable),
    ];
    for (fault, kind) in cases {
        let rule = FaultRule { path_prefix: String::new(), count: Some(1), fault };
        simulator.control().set_faults(Faults { skew_seconds: 0, rules: vec![rule] });
        let error = client.jobs(&Query::default()).await.unwrap_err();
        assert_eq!(error.failure(), kind, "{fault:?}: {error}");
        assert!(error.is_outage() && !error.advice().is_empty());
        assert!(client.engine_info().await.is_ok(), "the next call works");
    }
    simulator.shutdown().await;
}

#[tokio::test]
async fn the_check_passes_and_names_a_wrong_password_a_wrong_name_and_a_skewed_clock() {
    let (simulator, mut config) = start(SpecVariant::A).await;
    simulator.control().set_faults(Faults { skew_seconds: 3_600, rules: Vec::new() });
    let report = check(&config).await.remove(0);
    assert!(report.passed(), "{report:#?}");
    assert!(report.step(StepName::Capabilities).unwrap().detail.contains("lacks prompt list, file list"));
    assert!(report.step(StepName::Clock).unwrap().hint.as_ref().unwrap().contains("time source"));

    config.auth = Auth::Basic { user: "wauser".into(), password: "wrong".into() };
    let report = check(&config).await.remove(0);
    let login = report.step(StepName::Login).unwrap();
    assert_eq!(login.outcome, Outcome::Failed);
    assert!(login.hint.as_ref().unwrap().contains("registry"));

    config.urls = vec![format!("https://127.0.0.1:{}", simulator.address().port()).parse().unwrap()];
    let error = Client::new(&config).unwrap().engine_info().await.unwrap_err();
    let Error::Unreachable(unreachable) = error else { panic!("{error}") };
    assert!(
        matches!(unreachable.reason, UnreachableReason::Tls(TlsProblem::NameMismatch { .. })),
        "{unreachable}"
    );
    config.tls.server_name = Some("localhost".into());
    assert_eq!(Client::new(&config).unwrap().engine_info().await.unwrap_err().failure(), Kind::Unauthorized);
    simulator.shutdown().await;
}
