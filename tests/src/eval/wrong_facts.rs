//! Looks for wrong facts: every citation that states a property of a job, job stream or workstation
//! is compared with the simulator's truth, whatever the question was.

use chrono::{DateTime, Utc};
use resync_api::agent::model::Answer;

use super::known::{Known, bare, common, folder};

/// Every cited value that is not true, in words.
#[must_use]
pub fn wrong_facts(answer: &Answer, known: &Known) -> Vec<String> {
    let mut wrong = Vec::new();
    for citation in &answer.citations {
        let Some(field) = citation.field.rsplit('/').next() else { continue };
        // Counts of other objects stand inside the object they are counted for.
        if citation.field.contains("_by_status/") {
            continue;
        }
        let mut parts = citation.resource.rsplit('/');
        let (Some(id), Some(collection)) = (parts.next(), parts.next()) else { continue };
        let truth = match collection {
            "jobs" => job_value(known, id, field),
            "jobStreams" => stream_value(known, id, field),
            "workstations" => workstation_value(known, id, field),
            _ => None,
        };
        let exists = match collection {
            "jobs" => known.job(id).is_some(),
            "jobStreams" => known.stream(id).is_some(),
            "workstations" => known.workstation(id).is_some(),
            _ => true,
        };
        if !exists {
            wrong.push(format!("{} does not exist", citation.resource));
        }
        if let Some(truth) = truth
            && !same(&truth, &citation.value)
        {
            wrong.push(format!(
                "{field} of {} is {truth:?}, the answer says {:?}",
                citation.resource, citation.value
            ));
        }
    }
    wrong
}

/// Times may be written with more or fewer digits; everything else is the same text.
fn same(truth: &str, said: &str) -> bool {
    if truth == common(said)
        || truth == folder(said)
        || truth == bare(said)
        || truth == said.trim_start_matches('/')
    {
        return true;
    }
    match (DateTime::parse_from_rfc3339(truth), DateTime::parse_from_rfc3339(said)) {
        (Ok(truth), Ok(said)) => (truth - said).num_seconds() == 0,
        _ => false,
    }
}

fn time(time: Option<DateTime<Utc>>) -> Option<String> {
    time.map(|time| time.to_rfc3339())
}

fn job_value(known: &Known, id: &str, field: &str) -> Option<String> {
    let job = known.job(id)?;
    match field {
        "status" => Some(common(&job.common_status).to_owned()),
        "internal_status" => Some(job.status.clone()),
        "job_name" => Some(job.name.clone()),
        "key" => Some(job.key.trim_start_matches('/').to_owned()),
        "workstation" => Some(bare(&job.workstation).to_owned()),
        "job_stream_name" => Some(job.job_stream.name.clone()),
        "priority" => Some(job.priority.to_string()),
        "return_code" => job.return_code.map(|code| code.to_string()),
        "critical" => Some(job.critical.to_string()),
        "late" => Some(job.late.to_string()),
        "start_time" => time(job.started_at),
        "end_time" => time(job.ended_at),
        "deadline" => time(job.deadline),
        _ => None,
    }
}

fn stream_value(known: &Known, id: &str, field: &str) -> Option<String> {
    let stream = known.stream(id)?;
    match field {
        "status" => Some(common(&stream.common_status).to_owned()),
        "internal_status" => Some(stream.status.clone()),
        "job_stream_name" => Some(stream.name.clone()),
        "key" => Some(stream.key.trim_start_matches('/').to_owned()),
        "workstation" => Some(bare(&stream.workstation).to_owned()),
        "priority" => Some(stream.priority.to_string()),
        "job_count" => Some(stream.jobs.total.to_string()),
        "scheduled_time" => time(Some(stream.sched_time)),
        _ => None,
    }
}

fn workstation_value(known: &Known, id: &str, field: &str) -> Option<String> {
    let workstation = known.workstation(id)?;
    match field {
        "workstation_name" => Some(workstation.name.clone()),
        "linked" => Some(workstation.linked.to_string()),
        "jobman_up" => Some(workstation.jobman_up.to_string()),
        "limit" if workstation.limit >= 0 => Some(workstation.limit.to_string()),
        "fence" => Some(workstation.fence.to_string()),
        "type" | "kind" => Some(workstation.workstation_type.clone()),
        _ => None,
    }
}
