//! Lists, paging, counts and filters agree with the truth.

use std::collections::HashSet;

use hwa_simulator::Switches;
use serde_json::Value;

use crate::harness::{Night, config, results, text};

#[tokio::test]
async fn pages_cover_every_job_once() {
    let night = Night::start(config()).await;
    let mut seen = HashSet::new();
    let mut offset = 0;
    loop {
        let page = night.read(&format!("/plan/job?limit=300&offset={offset}")).await;
        assert_eq!(page["count"], 2_000);
        assert_eq!(page.get("previous").is_some(), offset > 0);
        for job in results(&page) {
            assert!(seen.insert(text(job, "id").to_owned()));
            assert!(job.get("dependencies").is_none(), "lists have only counts of dependencies");
        }
        offset += results(&page).len();
        let Some(next) = page.get("next").and_then(Value::as_str) else { break };
        assert!(next.contains(&format!("limit=300&offset={offset}")), "{next}");
    }
    assert_eq!(seen.len(), 2_000);
}

#[tokio::test]
async fn the_default_page_is_ten_thousand_and_the_count_can_be_left_out() {
    let night = Night::start(config()).await;
    assert_eq!(results(&night.read("/plan/job").await).len(), 2_000);
    let request = night.api("/plan/jobstream?limit=2").header("Include-Count", "false");
    let page: Value = request.send().await.expect("an answer").json().await.expect("JSON");
    assert!(page.get("count").is_none());
    assert_eq!(results(&page).len(), 2);
    assert_eq!(results(&night.read("/plan/job?offset=5000").await).len(), 0);
}

#[tokio::test]
async fn counts_by_status_are_the_truth() {
    let night = Night::start(config()).await;
    let truth = night.control().truth();
    let count = night.read("/plan/job/count?grouping_filters=status&plan_filter=/@/@%23/@/@.@").await;
    assert_eq!(count["count"], truth.jobs.total);
    assert_eq!(count["groupedCount"], serde_json::json!(truth.jobs.by_common_status));
    for (status, number) in &truth.jobs.by_common_status {
        let listed = night.query("/plan/job", &format!("jobruns.commonStatus = '{status}'")).await;
        // The field speaks of every run, so jobs that failed earlier and were rerun count as well.
        let now = results(&listed).iter().filter(|job| text(job, "lastRunCommonStatus") == status).count();
        assert_eq!(now, *number, "{status}");
    }
    for (status, number) in &truth.job_streams.by_common_status {
        let listed = night.query("/plan/jobstream", &format!("commonStatus = '{status}'")).await;
        assert_eq!(listed["count"], *number, "{status}");
    }
    let unlinked = night.query("/plan/workstation", "activeStates IN ['UNLINKED']").await;
    assert_eq!(unlinked["count"], truth.workstations.unlinked.len());
    let asked = night.query("/plan/prompt", "status = 'ASKED'").await;
    assert_eq!(asked["count"], truth.prompts["ASKED"]);
}

#[tokio::test]
async fn queries_filter_and_order() {
    let night = Night::start(config()).await;
    let ordered = night.query("/plan/job", "name LIKE 'RECON@' ORDER BY name DESC, id ASC").await;
    let names: Vec<&str> = results(&ordered).iter().map(|job| text(job, "name")).collect();
    assert!(!names.is_empty() && names.iter().all(|name| name.starts_with("RECON")), "{names:?}");
    assert!(names.is_sorted_by(|left, right| left >= right), "{names:?}");

    let by_id = night.query("/plan/job", "priority > 10 ORDER BY id").await;
    let ids: Vec<&str> = results(&by_id).iter().map(|job| text(job, "id")).collect();
    assert!(ids.len() > 100 && ids.is_sorted());
    let wanted = format!("id IN ['{}', '{}', 'none'] ORDER BY id DESC", ids[3], ids[7]);
    let some = night.query("/plan/job", &wanted).await;
    let found: Vec<&str> = results(&some).iter().map(|job| text(job, "id")).collect();
    assert_eq!(found, [ids[7], ids[3]]);

    let final_jobs = night.query("/plan/job", "jobStreamName = 'FINAL' AND priority >= '10'").await;
    assert_eq!(final_jobs["count"], 3);
    let both = night.api_with("/plan/job", &[("plan_filter", "/MDM_XA#/"), ("oql", "ORDER BY name ASC")]);
    let both: Value = both.send().await.expect("an answer").json().await.expect("JSON");
    assert_eq!(both["count"], 9);
    assert_eq!(text(&results(&both)[0], "name"), "CHECKSYNC");
}

#[tokio::test]
async fn single_reads_have_dependencies_and_lists_do_when_switched_so() {
    let night = Night::start(config()).await;
    let truth = night.control().jobs();
    let waiting = truth.iter().find(|job| job.dependencies.len() > 1).expect("a job with dependencies");
    let job = night.read(&format!("/plan/job/{}", waiting.id)).await;
    let listed: Vec<(&str, bool)> = job["dependencies"]
        .as_array()
        .expect("dependencies")
        .iter()
        .map(|dependency| (text(dependency, "dependencyType"), dependency["satisfied"] == true))
        .collect();
    let expected: Vec<(&str, bool)> = waiting
        .dependencies
        .iter()
        .map(|dependency| (dependency.dependency_type.as_str(), dependency.satisfied))
        .collect();
    assert_eq!(listed, expected);
    assert_eq!(text(&job, "key"), waiting.key);

    let switches = night.control().switches();
    night.control().set_switches(Switches { dependencies_in_lists: true, ..switches });
    let list = night.query("/plan/job", &format!("id = '{}'", waiting.id)).await;
    assert_eq!(results(&list)[0]["dependencies"], job["dependencies"]);
}

#[tokio::test]
async fn successors_are_found_by_query_on_every_variant() {
    let night = Night::start(config()).await;
    let truth = night.control().jobs();
    let leader = truth.iter().max_by_key(|job| job.successor_job_ids.len()).expect("a job");
    let found = night.query("/plan/job", &format!("dependencies.jobId = '{}'", leader.id)).await;
    let found: HashSet<&str> = results(&found).iter().map(|job| text(job, "id")).collect();
    let expected: HashSet<&str> = leader.successor_job_ids.iter().map(String::as_str).collect();
    assert!(!expected.is_empty());
    assert_eq!(found, expected);
}

#[tokio::test]
async fn the_plan_has_every_kind_of_workstation_and_dependency() {
    let night = Night::start(config()).await;
    let workstations = night.read("/plan/workstation").await;
    let types: HashSet<&str> = results(&workstations).iter().map(|machine| text(machine, "type")).collect();
    let wanted =
        ["MANAGER", "FTA", "S-AGENT", "X-AGENT", "WORKLOAD_BROKER", "AGENT", "POOL", "D-POOL", "REM-ENG"];
    assert_eq!(types, HashSet::from(wanted));

    let control = night.control();
    let jobs = control.jobs();
    let streams = control.job_streams();
    let of_jobs = jobs.iter().flat_map(|job| &job.dependencies);
    let of_streams = streams.iter().flat_map(|stream| &stream.dependencies);
    let kinds: HashSet<&str> =
        of_jobs.chain(of_streams).map(|dependency| dependency.dependency_type.as_str()).collect();
    let wanted = [
        "INTERNAL",
        "EXTERNAL_JOB",
        "EXTERNAL_JOBSTREAM",
        "JOIN",
        "FILE",
        "RESOURCE",
        "PROMPT",
        "INTERNETWORK",
    ];
    assert_eq!(kinds, HashSet::from(wanted));
    assert!(streams.len() >= 60);
    assert!(jobs.iter().any(|job| job.critical) && jobs.iter().any(|job| job.runs.len() > 1));
    assert!(streams.iter().any(|stream| stream.carried_forward));
}

#[tokio::test]
async fn the_model_names_what_the_plan_waits_for() {
    let night = Night::start(config()).await;
    let models = night.read("/model/jobstream").await;
    let streams = night.read("/plan/jobstream").await;
    let model_ids: HashSet<&str> = results(&models).iter().map(|model| text(&model["def"], "id")).collect();
    assert!(results(&streams).iter().all(|stream| model_ids.contains(text(stream, "jobStreamModelId"))));
    let jobs = results(&models).iter().flat_map(|model| model["def"]["jobs"].as_array().expect("jobs"));
    let mut found = HashSet::new();
    for holder in jobs.chain(results(&models).iter().map(|model| &model["def"])) {
        for kind in [
            "internalPredecessors",
            "externalPredecessors",
            "joinConditions",
            "promptDependencies",
            "fileDependencies",
            "resourceDependencies",
            "interNetworkDependencies",
        ] {
            if holder.get(kind).is_some() {
                found.insert(kind);
            }
        }
    }
    assert_eq!(found.len(), 7, "{found:?}");
    let headers = night.api("/model/jobstream?limit=1").header("Only-Header", "true");
    let headers: Value = headers.send().await.expect("an answer").json().await.expect("JSON");
    assert!(results(&headers)[0]["def"].get("jobs").is_none());
    for kind in ["jobdefinition", "workstation", "resource", "prompt", "folder", "calendar"] {
        let list = night.read(&format!("/model/{kind}?limit=3")).await;
        let first = &results(&list)[0];
        let one = night.read(&format!("/model/{kind}/{}", text(&first["def"], "id"))).await;
        assert_eq!(&one, first, "{kind}");
    }
}
