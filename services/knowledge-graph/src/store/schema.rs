//! What stores hold, as steps from an empty store to today's, the same for every adapter.
//!
//! A step that was released is never changed; a new need is a new step. An adapter notes the last step it took, and
//! refuses a store that is further than this list.

use std::collections::BTreeMap;

use super::record::Collection;

/// The kinds of value a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Texts, times among them.
    Text,
    /// Numbers.
    Integer,
}

/// A part of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// A new collection with its fields; its key is unique.
    Collection(Collection, &'static [(&'static str, Kind)]),
    /// A new field, which older records do not have.
    Field(Collection, &'static str, Kind),
    /// No two records share a value of this field.
    Unique(Collection, &'static str),
    /// Searches use these fields together, in this order.
    Index(Collection, &'static [&'static str]),
}

/// One step: the changes that make version `n` out of version `n - 1`.
pub type Step = &'static [Change];

/// Commands that were claimed, by who claimed them with which key.
pub const COMMAND: Collection = Collection("Command");
/// Objects that a command is working on, or whose last command has no known outcome.
pub const COMMAND_TARGET: Collection = Collection("CommandTarget");
/// Commands that wait for a person's decision, or waited for one.
pub const PROPOSAL: Collection = Collection("Proposal");
/// Heads of the chains of audit events.
pub const AUDIT_CHAIN: Collection = Collection("AuditChain");
/// Audit events.
pub const AUDIT_EVENT: Collection = Collection("AuditEvent");
/// Runs of jobs that ended.
pub const RUN: Collection = Collection("Run");
/// Conversations with the agent, by owner.
pub const CONVERSATION: Collection = Collection("Conversation");
/// Their turns.
pub const CONVERSATION_TURN: Collection = Collection("ConversationTurn");
/// Facts and corrections that people taught, by what was proposed.
pub const MEMORY: Collection = Collection("Memory");
/// Failures of the plans with one cause.
pub const INCIDENT: Collection = Collection("Incident");
/// Jobs that failed in an incident.
pub const INCIDENT_MEMBER: Collection = Collection("IncidentMember");
/// What an incident is found by when another looks like it.
pub const INCIDENT_TRAIT: Collection = Collection("IncidentTrait");

// The copy of the plan, see docs/neo4j.md.
/// How far the copy of an engine's plan is, and who writes it.
pub const PLAN_COPY: Collection = Collection("PlanCopy");
/// Jobs of the plan.
pub const JOB: Collection = Collection("Job");
/// Job streams of the plan.
pub const JOB_STREAM: Collection = Collection("JobStream");
/// Starts of job streams that wait for something.
pub const STREAM_START: Collection = Collection("StreamStart");
/// Workstations.
pub const WORKSTATION: Collection = Collection("Workstation");
/// Resources that something needs.
pub const RESOURCE: Collection = Collection("Resource");
/// Prompts that something waits for.
pub const PROMPT: Collection = Collection("Prompt");
/// Files that something waits for.
pub const FILE: Collection = Collection("File");
/// Some or all of several dependencies.
pub const JOIN: Collection = Collection("Join");
/// Jobs of other scheduling networks.
pub const REMOTE_JOB: Collection = Collection("RemoteJob");
/// Predecessors that the plan does not hold.
pub const MISSING_PREDECESSOR: Collection = Collection("MissingPredecessor");

use Change::{Collection as New, Index, Unique};
use Kind::{Integer, Text};

/// Every step, from the first.
pub const STEPS: &[Step] = &[
    &[
        New(
            COMMAND,
            &[
                ("command_id", Text),
                ("principal", Text),
                ("engine", Text),
                ("target", Text),
                ("kind", Text),
                ("state", Text),
                ("open", Integer),
                ("created_at", Text),
                ("proposal_id", Text),
            ],
        ),
        Unique(COMMAND, "command_id"),
        Index(COMMAND, &["created_at"]),
        Index(COMMAND, &["open", "created_at"]),
        Index(COMMAND, &["state", "created_at"]),
        Index(COMMAND, &["target", "created_at"]),
        New(
            COMMAND_TARGET,
            &[("engine", Text), ("target", Text), ("state", Text), ("command_id", Text), ("since", Text)],
        ),
        Index(COMMAND_TARGET, &["state", "since"]),
        New(
            PROPOSAL,
            &[
                ("engine", Text),
                ("target", Text),
                ("kind", Text),
                ("state", Text),
                ("requested_by", Text),
                ("created_at", Text),
                ("expires_at", Text),
            ],
        ),
        Index(PROPOSAL, &["created_at"]),
        Index(PROPOSAL, &["state", "created_at"]),
        New(AUDIT_CHAIN, &[]),
        New(
            AUDIT_EVENT,
            &[
                ("chain", Text),
                ("position", Text),
                ("hash", Text),
                ("at", Text),
                ("category", Text),
                ("action", Text),
                ("actor", Text),
                ("engine", Text),
                ("target", Text),
                ("result", Text),
                ("correlation_id", Text),
            ],
        ),
        Unique(AUDIT_EVENT, "position"),
        Index(AUDIT_EVENT, &["at"]),
        Index(AUDIT_EVENT, &["category", "at"]),
        Index(AUDIT_EVENT, &["actor", "at"]),
        Index(AUDIT_EVENT, &["target", "at"]),
        Index(AUDIT_EVENT, &["correlation_id"]),
    ],
    &[
        // Run history.
        New(
            RUN,
            &[("engine", Text), ("job", Text), ("status", Text), ("ended_at", Text), ("ended_on", Text)],
        ),
        Index(RUN, &["ended_at"]),
        Index(RUN, &["engine", "ended_at"]),
        Index(RUN, &["engine", "status", "ended_at"]),
        Index(RUN, &["engine", "job", "ended_at"]),
        Index(RUN, &["engine", "ended_on"]),
        // Conversations.
        New(CONVERSATION, &[("owner", Text), ("last_at", Text)]),
        Index(CONVERSATION, &["owner", "last_at"]),
        Index(CONVERSATION, &["last_at"]),
        New(CONVERSATION_TURN, &[("conversation", Text), ("number", Integer)]),
        Index(CONVERSATION_TURN, &["conversation", "number"]),
        // Memories.
        New(
            MEMORY,
            &[
                ("kind", Text),
                ("state", Text),
                ("engine", Text),
                ("scope", Text),
                ("about", Text),
                ("pattern", Integer),
                ("says", Text),
                ("proposed_by", Text),
                ("created_at", Text),
                ("expires_at", Text),
            ],
        ),
        Index(MEMORY, &["created_at"]),
        Index(MEMORY, &["state", "created_at"]),
        Index(MEMORY, &["scope", "created_at"]),
        Index(MEMORY, &["about", "created_at"]),
        Index(MEMORY, &["pattern", "engine"]),
        Index(MEMORY, &["says"]),
        Index(MEMORY, &["proposed_by", "state"]),
        // Incidents.
        New(
            INCIDENT,
            &[
                ("engine", Text),
                ("state", Text),
                ("cause", Text),
                ("object", Text),
                ("opened_at", Text),
                ("last_failed_at", Text),
                ("resolved_at", Text),
            ],
        ),
        Index(INCIDENT, &["last_failed_at"]),
        Index(INCIDENT, &["engine", "last_failed_at"]),
        Index(INCIDENT, &["state", "resolved_at"]),
        Index(INCIDENT, &["object", "last_failed_at"]),
        New(
            INCIDENT_MEMBER,
            &[
                ("incident", Text),
                ("engine", Text),
                ("job_id", Text),
                ("job", Text),
                ("failing", Integer),
                ("failed_at", Text),
            ],
        ),
        Index(INCIDENT_MEMBER, &["incident", "failed_at"]),
        Index(INCIDENT_MEMBER, &["job_id", "failed_at"]),
        Index(INCIDENT_MEMBER, &["job", "failed_at"]),
        Index(INCIDENT_MEMBER, &["failing"]),
        New(INCIDENT_TRAIT, &[("trait", Text), ("incident", Text), ("engine", Text)]),
        Index(INCIDENT_TRAIT, &["trait"]),
        Index(INCIDENT_TRAIT, &["incident"]),
        // The copy of the plan.
        New(
            PLAN_COPY,
            &[
                ("engine", Text),
                ("state", Text),
                ("plan_version", Integer),
                ("engine_time", Text),
                ("copied_at", Text),
                ("writer", Text),
                ("renewed_at", Text),
            ],
        ),
        New(
            JOB,
            &[
                ("engine", Text),
                ("id", Text),
                ("name", Text),
                ("job_key", Text),
                ("stream_key", Text),
                ("workstation", Text),
                ("status", Text),
                ("detail", Text),
                ("priority", Integer),
                ("critical", Integer),
                ("cancel_pending", Integer),
                ("continues_after_failure", Integer),
                ("every", Integer),
                ("earliest_start", Text),
                ("latest_start", Text),
                ("deadline", Text),
                ("started", Text),
                ("ended", Text),
                ("estimate_seconds", Integer),
                ("dependencies_known", Text),
            ],
        ),
        Index(JOB, &["job_key"]),
        Index(JOB, &["status"]),
        New(
            JOB_STREAM,
            &[
                ("engine", Text),
                ("id", Text),
                ("stream_key", Text),
                ("status", Text),
                ("priority", Integer),
                ("limit", Integer),
                ("earliest_start", Text),
                ("deadline", Text),
                ("started", Text),
                ("dependencies_known", Text),
            ],
        ),
        Index(JOB_STREAM, &["stream_key"]),
        New(STREAM_START, &[("engine", Text), ("stream_key", Text)]),
        New(
            WORKSTATION,
            &[("engine", Text), ("name", Text), ("up", Integer), ("fence", Integer), ("limit", Integer)],
        ),
        Index(WORKSTATION, &["name"]),
        New(
            RESOURCE,
            &[
                ("engine", Text),
                ("name", Text),
                ("workstation", Text),
                ("available", Integer),
                ("holders", Text),
            ],
        ),
        Index(RESOURCE, &["name"]),
        New(
            PROMPT,
            &[("engine", Text), ("name", Text), ("number", Integer), ("text", Text), ("status", Text)],
        ),
        New(
            FILE,
            &[("engine", Text), ("path", Text), ("workstation", Text), ("qualifier", Text), ("status", Text)],
        ),
        New(JOIN, &[("engine", Text), ("name", Text), ("needed", Integer)]),
        New(REMOTE_JOB, &[("engine", Text), ("agent", Text), ("job", Text)]),
        New(
            MISSING_PREDECESSOR,
            &[("engine", Text), ("name", Text), ("awaited", Integer), ("zombie", Integer)],
        ),
    ],
];

/// The fields of each collection after all steps, in the order they came.
#[must_use]
pub(super) fn fields(steps: &[Step]) -> BTreeMap<Collection, Vec<(&'static str, Kind)>> {
    let mut fields: BTreeMap<Collection, Vec<_>> = BTreeMap::new();
    for change in steps.iter().copied().flatten() {
        match change {
            Change::Collection(collection, own) => {
                fields.insert(*collection, own.to_vec());
            }
            Change::Field(collection, name, kind) => {
                fields.entry(*collection).or_default().push((name, *kind));
            }
            Change::Unique(..) | Change::Index(..) => {}
        }
    }
    fields
}

/// The number of a list of steps: what a store that took them all notes.
#[must_use]
pub(super) fn version(steps: &[Step]) -> i64 {
    i64::try_from(steps.len()).unwrap_or(i64::MAX)
}
