//! Commands, their steps and outcomes, and blocked targets.

use crate::bounds;
use crate::journal::model::{
    BlockedTarget, Command, CommandOutcome, CommandRequest, CommandSearch, CommandStep, Resolution,
};
use crate::proto::graph::v1 as proto;
use crate::protocol_error::ProtocolError;
use crate::wire::{all, enumeration, into_all, optional_time, required, required_time, timestamp};

impl From<CommandRequest> for proto::CommandRequest {
    fn from(value: CommandRequest) -> Self {
        let CommandRequest {
            command_id,
            key,
            request_hash,
            engine,
            kind,
            nature,
            target,
            target_version,
            parameters,
            justification,
            proposal_id,
            acting,
        } = value;
        Self {
            command_id,
            key,
            request_hash,
            engine,
            kind,
            nature: proto::CommandNature::from(nature).into(),
            target,
            target_version,
            parameters_json: bounds::object_text(parameters),
            justification: Some(justification.into()),
            proposal_id,
            acting: Some(acting.into()),
        }
    }
}

impl TryFrom<proto::CommandRequest> for CommandRequest {
    type Error = ProtocolError;

    fn try_from(value: proto::CommandRequest) -> Result<Self, ProtocolError> {
        let proto::CommandRequest {
            command_id,
            key,
            request_hash,
            engine,
            kind,
            nature,
            target,
            target_version,
            parameters_json,
            justification,
            proposal_id,
            acting,
        } = value;
        if key.is_empty() || key.len() > 255 {
            return Err(ProtocolError::rule("command.key", "1 to 255 bytes"));
        }
        if request_hash.is_empty() || request_hash.len() > 128 {
            return Err(ProtocolError::rule("command.request_hash", "1 to 128 bytes"));
        }
        Ok(Self {
            command_id: bounds::short_id(command_id, "command.command_id")?,
            key,
            request_hash,
            engine: bounds::required_name(engine, "command.engine")?,
            kind: bounds::required_name(kind, "command.kind")?,
            nature: enumeration::<proto::CommandNature, _>(nature, "command.nature")?,
            target: bounds::resource(crate::wire::non_empty(target, "command.target")?, "command.target")?,
            target_version: bounds::name(target_version, "command.target_version")?,
            parameters: bounds::object(&parameters_json, "command.parameters_json")?,
            justification: justification.map(TryInto::try_into).transpose()?.unwrap_or_default(),
            proposal_id: bounds::name(proposal_id, "command.proposal_id")?,
            acting: required(acting, "command.acting")?.try_into()?,
        })
    }
}

impl From<CommandStep> for proto::CommandStep {
    fn from(value: CommandStep) -> Self {
        let CommandStep { at, name, details } = value;
        Self { at: Some(timestamp(at)), name, details_json: bounds::object_text(details) }
    }
}

impl TryFrom<proto::CommandStep> for CommandStep {
    type Error = ProtocolError;

    fn try_from(value: proto::CommandStep) -> Result<Self, ProtocolError> {
        let proto::CommandStep { at, name, details_json } = value;
        let details = bounds::object(&details_json, "step.details_json")?;
        Ok(Self { at: required_time(at, "step.at")?, name, details })
    }
}

impl From<CommandOutcome> for proto::CommandOutcome {
    fn from(value: CommandOutcome) -> Self {
        let CommandOutcome { state, reason, message, details } = value;
        Self {
            state: proto::CommandState::from(state).into(),
            reason,
            message,
            details_json: bounds::object_text(details),
        }
    }
}

impl TryFrom<proto::CommandOutcome> for CommandOutcome {
    type Error = ProtocolError;

    fn try_from(value: proto::CommandOutcome) -> Result<Self, ProtocolError> {
        let proto::CommandOutcome { state, reason, message, details_json } = value;
        Ok(Self {
            state: enumeration::<proto::CommandState, _>(state, "outcome.state")?,
            reason: bounds::name(reason, "outcome.reason")?,
            message: bounds::text(message, "outcome.message")?,
            details: bounds::object(&details_json, "outcome.details_json")?,
        })
    }
}

impl From<Resolution> for proto::Resolution {
    fn from(value: Resolution) -> Self {
        let Resolution { by, at, reason, took_effect } = value;
        Self { by, at: Some(timestamp(at)), reason, took_effect }
    }
}

impl TryFrom<proto::Resolution> for Resolution {
    type Error = ProtocolError;

    fn try_from(value: proto::Resolution) -> Result<Self, ProtocolError> {
        let proto::Resolution { by, at, reason, took_effect } = value;
        Ok(Self { by, at: required_time(at, "resolution.at")?, reason, took_effect })
    }
}

impl From<Command> for proto::Command {
    fn from(value: Command) -> Self {
        let Command { request, state, claimed_at, steps, outcome, finished_at, resolution } = value;
        Self {
            request: Some(request.into()),
            state: proto::CommandState::from(state).into(),
            claimed_at: Some(timestamp(claimed_at)),
            steps: into_all(steps),
            outcome: outcome.map(Into::into),
            finished_at: finished_at.map(timestamp),
            resolution: resolution.map(Into::into),
        }
    }
}

impl TryFrom<proto::Command> for Command {
    type Error = ProtocolError;

    fn try_from(value: proto::Command) -> Result<Self, ProtocolError> {
        let proto::Command { request, state, claimed_at, steps, outcome, finished_at, resolution } = value;
        Ok(Self {
            request: required(request, "command.request")?.try_into()?,
            state: enumeration::<proto::CommandState, _>(state, "command.state")?,
            claimed_at: required_time(claimed_at, "command.claimed_at")?,
            steps: all(steps)?,
            outcome: outcome.map(TryInto::try_into).transpose()?,
            finished_at: optional_time(finished_at, "command.finished_at")?,
            resolution: resolution.map(TryInto::try_into).transpose()?,
        })
    }
}

impl From<BlockedTarget> for proto::BlockedTarget {
    fn from(value: BlockedTarget) -> Self {
        let BlockedTarget { engine, target, command_id, since, unknown } = value;
        Self { engine, target, command_id, since: Some(timestamp(since)), unknown }
    }
}

impl TryFrom<proto::BlockedTarget> for BlockedTarget {
    type Error = ProtocolError;

    fn try_from(value: proto::BlockedTarget) -> Result<Self, ProtocolError> {
        let proto::BlockedTarget { engine, target, command_id, since, unknown } = value;
        Ok(Self { engine, target, command_id, since: required_time(since, "target.since")?, unknown })
    }
}

impl CommandSearch {
    /// A page of the commands that match.
    pub(crate) fn page(self, page_size: u32, page_token: String) -> proto::ListCommandsRequest {
        let Self { engine, states, target, principal } = self;
        proto::ListCommandsRequest {
            engine,
            states: states.into_iter().map(|state| proto::CommandState::from(state).into()).collect(),
            target,
            principal,
            page_size: crate::wire::to_i32(page_size),
            page_token,
        }
    }
}

impl TryFrom<proto::ListCommandsRequest> for CommandSearch {
    type Error = ProtocolError;

    fn try_from(value: proto::ListCommandsRequest) -> Result<Self, ProtocolError> {
        let proto::ListCommandsRequest { engine, states, target, principal, page_size: _, page_token: _ } =
            value;
        let state = |state| enumeration::<proto::CommandState, _>(state, "states");
        Ok(Self {
            engine,
            states: states.into_iter().map(state).collect::<Result<_, _>>()?,
            target,
            principal,
        })
    }
}
