//! Fills the placeholders of a question with objects of one night: `{disk_full}` is what a person
//! would type for the job of that incident, `{disk_full.key}` its key, `{folder}` some folder.

use anyhow::{Context as _, bail};
use hwa_simulator::{IncidentTruth, JobTruth, ObjectRef, ObjectType};

use super::known::{Known, bare, common, folder};
use super::ripple::Ripples;

/// An object a placeholder stands for.
#[derive(Clone, Debug)]
pub struct Picked {
    /// What it is.
    pub object: ObjectRef,
    /// The incident it belongs to.
    pub incident: Option<IncidentTruth>,
}

/// Replaces every `{…}` of a text.
///
/// # Errors
/// When a placeholder is unknown, or this night has no such object.
pub fn fill(text: &str, known: &Known) -> anyhow::Result<String> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        let end = rest[start..].find('}').context("a placeholder is not closed")? + start;
        filled.push_str(&rest[..start]);
        filled.push_str(&value(&rest[start + 1..end], known)?);
        rest = &rest[end + 1..];
    }
    filled.push_str(rest);
    Ok(filled)
}

/// The object behind a placeholder such as `disk_full`, `job.succeeded` or `fence_above_priority.root`.
///
/// # Errors
/// When the placeholder is unknown, or this night has no such object.
pub fn pick(name: &str, known: &Known) -> anyhow::Result<Picked> {
    let job = |job: Option<&JobTruth>| {
        let job = job.with_context(|| format!("this night has no {name}"))?;
        Ok(Picked { object: job_ref(job), incident: None })
    };
    match name {
        "running" => return job(sorted(known).find(|job| common(&job.common_status) == "RUNNING")),
        "job.succeeded" => {
            return job(sorted(known)
                .find(|job| common(&job.common_status) == "SUCCESSFUL" && unique(&job.name, known)));
        }
        "job.with_successors" => {
            return job(sorted(known).find(|job| {
                (2..=6).contains(&job.successor_job_ids.len())
                    && job.successor_job_stream_ids.is_empty()
                    && unique(&job.name, known)
            }));
        }
        "job.with_predecessors" => {
            return job(sorted(known).find(|job| {
                let predecessors =
                    job.dependencies.iter().filter(|dependency| is_job(dependency.target.as_ref()));
                (2..=6).contains(&predecessors.count()) && unique(&job.name, known)
            }));
        }
        "ambiguous.job" => return job(sorted(known).find(|job| !unique(&job.name, known))),
        "failed" => return pick("application_error", known),
        "waiting_agent" => return pick("agent_unlinked", known),
        "stream.running" => {
            let mut streams: Vec<_> =
                known.streams.iter().filter(|stream| stream.common_status == "RUNNING").collect();
            streams.sort_by(|one, other| one.key.cmp(&other.key));
            let stream = streams
                .into_iter()
                .find(|stream| unique(&stream.name, known) && stream.jobs.total > 3)
                .context("this night has no running stream")?;
            let object = ObjectRef {
                object_type: ObjectType::JobStream,
                id: stream.id.clone(),
                key: stream.key.clone(),
                name: stream.name.clone(),
            };
            return Ok(Picked { object, incident: None });
        }
        "ripple" | "ripple.end" => {
            let ripples = Ripples::new(known);
            let (root, lost) = ripples.first(2..=40).context("this night has no plain ripple")?;
            let last = lost.iter().filter_map(|id| known.job(id)).find(|job| unique(&job.name, known));
            return job(if name == "ripple" { Some(root) } else { last });
        }
        "stream.stuck" => return pick("stream_stuck.stream", known),
        _ => {}
    }
    let (kind, part) = name.split_once('.').unwrap_or((name, ""));
    let incident = known.incident(kind).with_context(|| format!("{name:?} is no placeholder"))?;
    let chain = || incident.chain.iter().chain(&incident.root_causes).chain([&incident.symptom]);
    let object = match part {
        "" => Some(&incident.symptom),
        "root" => incident.root_causes.first(),
        "resource" => chain().find(|object| object.object_type == ObjectType::Resource),
        "stream" => {
            if let Some(job) = known.job(&incident.symptom.id) {
                return Ok(Picked { object: job.job_stream.clone(), incident: Some(incident.clone()) });
            }
            Some(&incident.symptom)
        }
        _ => bail!("{part:?} is no part of an incident"),
    };
    let object = object.with_context(|| format!("the incident has no {part}"))?.clone();
    Ok(Picked { object, incident: Some(incident.clone()) })
}

fn value(placeholder: &str, known: &Known) -> anyhow::Result<String> {
    let (name, form) = placeholder.split_once('|').unwrap_or((placeholder, ""));
    if name.starts_with("now-") || (name.starts_with('t') && name.contains(':')) {
        return Ok(known.instant(name)?.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
    }
    if name == "folder" {
        let failed = pick("failed", known)?;
        let job = known.job(&failed.object.id).context("the failed object is a job")?;
        return Ok(folder(&job.folder).to_owned());
    }
    if name == "ambiguous.job" {
        return Ok(pick(name, known)?.object.name);
    }
    if let Ok(picked) = pick(name, known) {
        let typed = typed(&picked.object, known);
        return Ok(match form {
            "lower" => typed.to_lowercase(),
            "typo" => misspelt(&picked.object.name),
            _ => typed,
        });
    }
    let (name, part) = name.rsplit_once('.').with_context(|| format!("{placeholder:?} is no placeholder"))?;
    let object = pick(name, known)?.object;
    let job = || known.job(&object.id).with_context(|| format!("{name} is no job"));
    Ok(match part {
        "key" => object.key.trim_start_matches('/').to_owned(),
        "id" => object.id,
        "name" => object.name,
        "kind" => match object.object_type {
            ObjectType::Job => "job",
            ObjectType::JobStream => "job_stream",
            ObjectType::Workstation => "workstation",
            ObjectType::Resource => "resource",
            ObjectType::Prompt => "prompt",
            ObjectType::File | ObjectType::Absent => bail!("{name} is not in the plan"),
        }
        .to_owned(),
        "workstation" => bare(&job()?.workstation).to_owned(),
        "prefix" => object.name.split('_').next().unwrap_or(&object.name).to_owned(),
        "short" => {
            let job = job()?;
            format!("{}.{}", job.job_stream.name, job.name)
        }
        "ws" => {
            let stream = known.stream(&object.id).with_context(|| format!("{name} is no job stream"))?;
            bare(&stream.workstation).to_owned()
        }
        _ => bail!("{part:?} is no part of an object"),
    })
}

/// What a person types: the bare name when one object has it, else as much of the key as is needed.
fn typed(object: &ObjectRef, known: &Known) -> String {
    if object.object_type == ObjectType::Workstation || unique(&object.name, known) {
        return bare(&object.name).to_owned();
    }
    let Some(job) = known.job(&object.id) else { return object.key.trim_start_matches('/').to_owned() };
    let same = |other: &&JobTruth| other.name == job.name && other.job_stream.name == job.job_stream.name;
    if known.jobs.iter().filter(same).count() == 1 {
        format!("{}.{}", job.job_stream.name, job.name)
    } else {
        object.key.trim_start_matches('/').to_owned()
    }
}

fn unique(name: &str, known: &Known) -> bool {
    let jobs = known.jobs.iter().filter(|job| job.name == name).count();
    let streams = known.streams.iter().filter(|stream| stream.name == name).count();
    jobs + streams == 1
}

fn sorted(known: &Known) -> impl Iterator<Item = &JobTruth> {
    let mut jobs: Vec<_> = known.jobs.iter().collect();
    jobs.sort_by(|one, other| one.key.cmp(&other.key));
    jobs.into_iter()
}

fn is_job(target: Option<&ObjectRef>) -> bool {
    target.is_some_and(|target| target.object_type == ObjectType::Job)
}

fn job_ref(job: &JobTruth) -> ObjectRef {
    ObjectRef {
        object_type: ObjectType::Job,
        id: job.id.clone(),
        key: job.key.clone(),
        name: job.name.clone(),
    }
}

/// The name with two letters swapped in the middle.
fn misspelt(name: &str) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let middle = letters.len() / 2;
    let swappable =
        |at: usize| letters[at] != letters[at - 1] && letters[at] != '_' && letters[at - 1] != '_';
    let swap = (1..middle).rev().find(|at| swappable(*at));
    if let Some(at) = swap {
        letters.swap(at, at - 1);
    }
    letters.into_iter().collect()
}
