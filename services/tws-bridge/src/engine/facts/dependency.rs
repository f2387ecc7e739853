//! What a job or job stream of the plan waits for.

use resync_api::tws::model::{
    Dependency, DependencyOwner, DependencyState, DependencyTarget, EdgeSource, Predecessor,
};
use resync_hwa::wire::dependency::Dependency as Wire;
use resync_hwa::wire::enums::{DependencyStatus, DependencyType};

use super::object::prompt_status;
use super::{named, small, status, word};
use crate::engine::names;
use crate::plan::PromptFacts;

/// All dependencies that can be told; one of a kind not known is left out, since nothing could be said about it.
pub(crate) fn dependencies(wire: &[Wire], owner: DependencyOwner) -> Vec<Dependency> {
    wire.iter().filter_map(|one| dependency(one, owner)).collect()
}

fn dependency(wire: &Wire, owner: DependencyOwner) -> Option<Dependency> {
    let target = match wire.dependency_type.as_ref()? {
        DependencyType::Internal => DependencyTarget::Internal(predecessor(wire, wire.job_id.as_ref())),
        DependencyType::ExternalJob => DependencyTarget::ExternalJob(predecessor(wire, wire.job_id.as_ref())),
        DependencyType::ExternalJobStream => {
            DependencyTarget::ExternalJobStream(predecessor(wire, wire.job_stream_id.as_ref()))
        }
        DependencyType::Join => DependencyTarget::Join {
            join_name: word(wire.join_name.as_ref()),
            quantity: wire.join_quantity.and_then(|quantity| u32::try_from(quantity).ok()).unwrap_or(0),
            members: dependencies(&wire.members, owner),
        },
        DependencyType::File => {
            let file = wire.file.as_ref()?;
            DependencyTarget::File {
                path: word(file.name.as_ref()),
                workstation: named(file.workstation.as_deref()),
                qualifier: word(file.qualifier.as_ref()),
                status: file.status.as_ref().map(|status| status.as_str().to_owned()).unwrap_or_default(),
            }
        }
        DependencyType::Resource => DependencyTarget::Resource {
            resource_name: named(wire.name.as_deref()),
            workstation: named(wire.workstation.as_deref()),
            quantity: small(wire.quantity),
        },
        DependencyType::Prompt => DependencyTarget::Prompt {
            prompt_name: word(wire.prompt_name.as_ref()),
            number: wire.number.unwrap_or(0),
            text: word(wire.text.as_ref()),
            status: prompt_status(wire.prompt_status.as_ref()),
        },
        DependencyType::Internetwork => DependencyTarget::Internetwork {
            network_agent: named(wire.network_agent.as_deref()),
            remote_dependency: word(wire.dependency.as_ref()),
        },
        DependencyType::Other(kind) => {
            tracing::debug!(dependency.kind = %kind, "dependency of an unknown kind left out");
            return None;
        }
    };
    Some(Dependency {
        id: word(wire.id.as_ref()),
        state: state(wire),
        source: EdgeSource::Plan,
        owner,
        target,
    })
}

fn state(wire: &Wire) -> DependencyState {
    if wire.dependency_status == Some(DependencyStatus::Unbound)
        || wire.pending == Some(true)
        || wire.zombie == Some(true)
    {
        return DependencyState::Unbound;
    }
    match wire.is_satisfied() {
        Some(true) => DependencyState::Satisfied,
        Some(false) if wire.dependency_status != Some(DependencyStatus::Undecided) => {
            DependencyState::Unsatisfied
        }
        _ => DependencyState::Undecided,
    }
}

fn predecessor(wire: &Wire, id: Option<&String>) -> Predecessor {
    let stream = wire.job_stream_name.as_deref().unwrap_or_default();
    let workstation = names::bare(wire.job_stream_workstation.as_deref().unwrap_or_default());
    let folder = names::folder(wire.job_stream_folder.as_deref().unwrap_or_default());
    let key = match wire.job_name.as_deref() {
        Some(job) => names::job_key(workstation, &folder, stream, job),
        None => names::stream_key(workstation, &folder, stream),
    };
    let composite = wire.predecessor_status.as_ref();
    let internal_status = word(composite.and_then(|composite| composite.status.as_ref()));
    Predecessor {
        id: word(id),
        key,
        status: (!internal_status.is_empty()).then(|| status(None, composite)),
        internal_status,
        conditions: wire.status_conditions.iter().chain(&wire.output_conditions).cloned().collect(),
        zombie: wire.zombie.unwrap_or(false),
        pending: wire.pending.unwrap_or(false),
    }
}

/// The prompts among dependencies: the only place where engines without a prompt list show them.
pub(crate) fn prompts_among(wire: &[Wire], job_key: &str, job_stream_key: &str) -> Vec<PromptFacts> {
    wire.iter()
        .filter(|one| one.dependency_type == Some(DependencyType::Prompt))
        .filter_map(|one| {
            Some(PromptFacts {
                id: one.id.clone()?,
                prompt_name: word(one.prompt_name.as_ref()),
                number: one.number.unwrap_or(0),
                text: word(one.text.as_ref()),
                status: prompt_status(one.prompt_status.as_ref()),
                kind: one.prompt_type.as_ref().map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
                job_key: job_key.to_owned(),
                job_stream_key: job_stream_key.to_owned(),
                asked_time: None,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_dependency_keeps_what_matters_about_it() {
        let wire: Vec<Wire> = serde_json::from_str(
            r#"[{"dependencyType":"INTERNAL","id":"d1","dependencyStatus":"UNSATISFIED","jobId":"p","jobName":"LOAD",
                 "jobStreamName":"PAY","jobStreamWorkstation":"/AGT","jobStreamFolder":"/PAYROLL/","predecessorStatus":{"status":"ABEND"}},
                {"dependencyType":"JOIN","satisfied":false,"joinName":"J","joinQuantity":1,
                 "members":[{"dependencyType":"EXTERNAL_JOBSTREAM","jobStreamId":"s","dependencyStatus":"UNDECIDED","satisfied":false}]},
                {"dependencyType":"EXTERNAL_JOB","jobName":"X","pending":true},
                {"dependencyType":"FILE","satisfied":true,"file":{"name":"/in/a","workstation":"/AGT","status":"Exists"}},
                {"dependencyType":"PROMPT","id":"p1","number":7,"text":"ok?","promptStatus":"ASKED"},
                {"dependencyType":"TELEPATHY"}]"#,
        )
        .unwrap();
        let read = dependencies(&wire, DependencyOwner::Job);
        assert_eq!(read.len(), 5);
        let DependencyTarget::Internal(load) = &read[0].target else { panic!("{:?}", read[0]) };
        assert_eq!((load.id.as_str(), load.key.as_str()), ("p", "AGT#/PAYROLL/PAY.LOAD"));
        assert_eq!(load.status, Some(resync_api::tws::model::Status::Error));
        assert_eq!(read[0].state, DependencyState::Unsatisfied);
        let DependencyTarget::Join { members, .. } = &read[1].target else { panic!("{:?}", read[1]) };
        assert_eq!(
            (read[1].state, members[0].state),
            (DependencyState::Unsatisfied, DependencyState::Undecided)
        );
        assert_eq!(read[2].state, DependencyState::Unbound);
        assert_eq!(read[3].state, DependencyState::Satisfied);
        assert_eq!(prompts_among(&wire, "k", "s")[0].number, 7);
    }
}
