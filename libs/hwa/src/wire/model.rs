//! Definitions in the model: job streams with their structure, and job definitions.

use serde::{Deserialize, Serialize};

use crate::wire::enums::MatchingCriteria;

/// A model object: its full name and its definition.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct ModelObject<T> {
    /// Kind, e.g. `JobStream`.
    pub kind: Option<String>,
    /// Readable full name.
    pub key: Option<String>,
    /// The definition.
    #[serde(rename = "def")]
    pub definition: T,
}

wire! {
    /// A job stream as defined.
    JobStreamDefinition {
        /// UUID of this version.
        id: text,
        /// UUID that all versions share and that external predecessors name.
        abstract_id: text,
        /// Folder.
        folder: text,
        /// Name.
        name: text,
        /// Workstation with its folder.
        workstation: text,
        /// First day of validity.
        valid_from: text,
        /// Last day of validity.
        valid_to: text,
        /// IANA zone.
        time_zone: text,
        /// Free text.
        description: text,
        /// `draft`, `carryForward`, `monitored`.
        options: list<String>,
        /// Default priority.
        priority: int,
        /// How many jobs may run at once.
        limit: int,
        /// Default way to match predecessors.
        matching_criteria: one<Matching>,
        /// Predecessors outside the stream.
        external_predecessors: list<ExternalPredecessor>,
        /// Sets of predecessors of which some suffice.
        join_conditions: list<JoinCondition>,
        /// Prompts.
        prompt_dependencies: list<PromptDependency>,
        /// Files.
        file_dependencies: list<FileDependency>,
        /// Resources.
        resource_dependencies: list<ResourceDependency>,
        /// Remote jobs.
        inter_network_dependencies: list<InterNetworkDependency>,
        /// Jobs.
        jobs: list<JobInStream>,
    }
}

wire! {
    /// A job inside a job stream definition.
    JobInStream {
        /// UUID within this version.
        id: text,
        /// UUID that all versions share.
        abstract_id: text,
        /// Name within the stream.
        name: text,
        /// UUID of the job definition.
        job_definition_ref_id: text,
        /// Full name of the job definition.
        job_definition_ref: text,
        /// Workstation with its folder.
        workstation: text,
        /// `nop`, `confirmed`, `critical`, `monitored`.
        options: list<String>,
        /// Priority.
        priority: int,
        /// Predecessors outside the stream.
        external_predecessors: list<ExternalPredecessor>,
        /// Predecessors inside the stream.
        internal_predecessors: list<InternalPredecessor>,
        /// Sets of predecessors of which some suffice.
        join_conditions: list<JoinCondition>,
        /// Prompts.
        prompt_dependencies: list<PromptDependency>,
        /// Files.
        file_dependencies: list<FileDependency>,
        /// Resources.
        resource_dependencies: list<ResourceDependency>,
        /// Remote jobs.
        inter_network_dependencies: list<InterNetworkDependency>,
    }
}

wire! {
    /// How an external predecessor's instance is chosen.
    Matching {
        /// Rule.
        kind: typed<MatchingCriteria>,
    }
}

wire! {
    /// A predecessor in another stream: the whole stream, or one of its jobs.
    ExternalPredecessor {
        /// Abstract UUID of the stream.
        job_stream_abstract_id: text,
        /// Abstract UUID of the job.
        job_abstract_id: text,
        /// Workstation of the stream.
        workstation: text,
        /// Path of the stream.
        job_stream: text,
        /// Name of the job.
        job_name: text,
        /// How the instance is chosen.
        matching_criteria: one<Matching>,
        /// Output conditions that satisfy it.
        output_conditions: list<String>,
        /// Ends that satisfy it.
        status_conditions: list<String>,
    }
}

wire! {
    /// A predecessor in the same stream.
    InternalPredecessor {
        /// UUID of the job within the stream.
        job_id: text,
        /// Name of the job within the stream.
        job_name: text,
        /// Output conditions that satisfy it.
        output_conditions: list<String>,
        /// Ends that satisfy it.
        status_conditions: list<String>,
    }
}

wire! {
    /// A set of predecessors of which `how_many` suffice; absent or 0 means all.
    JoinCondition {
        /// Name.
        name: text,
        /// How many must be satisfied.
        how_many: int,
        /// Members outside the stream.
        external_predecessors: list<ExternalPredecessor>,
        /// Members inside the stream.
        internal_predecessors: list<InternalPredecessor>,
    }
}

wire! {
    /// A prompt that must be answered.
    PromptDependency {
        /// Path of a predefined prompt.
        global_prompt: text,
        /// Question of an ad hoc prompt.
        message: text,
    }
}

wire! {
    /// A file that must be there.
    FileDependency {
        /// Workstation whose file it is.
        workstation: text,
        /// Path.
        filename: text,
        /// Test it must pass.
        qualifier: text,
    }
}

wire! {
    /// Units of a resource.
    ResourceDependency {
        /// Path of the resource, with its workstation.
        resource: text,
        /// Units needed.
        quantity: int,
    }
}

wire! {
    /// A job on a remote system.
    InterNetworkDependency {
        /// Workstation that watches it.
        network_agent: text,
        /// Remote object.
        dependency: text,
    }
}

wire! {
    /// A job definition.
    JobDefinition {
        /// UUID.
        id: text,
        /// Folder.
        folder: text,
        /// Name.
        name: text,
        /// Workstation with its folder.
        workstation: text,
        /// Free text.
        description: text,
        /// Type of task.
        kind: typed<String>,
        /// Task by type; the key's case varies.
        task: one<serde_json::Value>,
        /// What happens after a failure.
        recovery: one<Recovery>,
    }
}

wire! {
    /// What happens after a failure.
    Recovery {
        /// Option.
        action: one<crate::wire::enums::RecoveryOption>,
        /// Pause between reruns.
        repeat_interval: duration,
        /// How often to rerun.
        repeat_occurrences: int,
        /// Full name of a recovery job.
        recovery_job_definition_ref: text,
        /// Question to ask first.
        abend_prompt: text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_was_read_is_written_so_that_it_reads_the_same() {
        let stream = json!({"kind": "JobStream", "key": "/AGT#/FIN/PAY", "def": {"id": 7, "name": "PAY", "priority": "10",
            "matchingCriteria": {"type": "PREVIOUS"}, "options": null,
            "externalPredecessors": [{"jobStream": "/FIN/UP", "statusConditions": ["SUCC"]}],
            "jobs": [{"name": "LOAD", "joinConditions": [{"howMany": 1, "internalPredecessors": [{"jobName": "X"}]}]}]}});
        let read: ModelObject<JobStreamDefinition> = serde_json::from_value(stream).unwrap();
        let written = serde_json::to_string(&read).unwrap();
        assert!(!written.contains("null"), "what is unset is left out: {written}");
        assert_eq!(serde_json::from_str::<ModelObject<JobStreamDefinition>>(&written).unwrap(), read);

        let job = json!({"id": "d", "type": "EXECUTABLE", "task": {"executable": {"interactive": false}},
            "recovery": {"repeatInterval": "PT4M0.5S", "repeatOccurrences": 3}});
        let read: JobDefinition = serde_json::from_value(job).unwrap();
        let written = serde_json::to_value(&read).unwrap();
        assert_eq!(serde_json::from_value::<JobDefinition>(written).unwrap(), read);
    }
}
