//! Proposals and decisions about them.

use std::time::Duration;

use crate::bounds;
use crate::journal::model::{
    Decision, Proposal, ProposalDecision, ProposalRequest, ProposalSearch, ProposalState,
};
use crate::proto::graph::v1 as proto;
use crate::protocol_error::ProtocolError;
use crate::wire::{
    duration, enumeration, non_empty, optional_enumeration, required, required_duration, required_time,
    timestamp,
};

const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(7 * 24 * 60 * 60);

impl From<ProposalRequest> for proto::ProposalRequest {
    fn from(value: ProposalRequest) -> Self {
        let ProposalRequest {
            proposal_id,
            engine,
            kind,
            nature,
            target,
            target_version,
            parameters,
            effects,
            justification,
            needs_other_person,
            ttl,
            acting,
        } = value;
        Self {
            proposal_id,
            engine,
            kind,
            nature: proto::CommandNature::from(nature).into(),
            target,
            target_version,
            parameters_json: bounds::object_text(parameters),
            effects_json: bounds::object_text(effects),
            justification: Some(justification.into()),
            needs_other_person,
            ttl: Some(duration(ttl)),
            acting: Some(acting.into()),
        }
    }
}

impl TryFrom<proto::ProposalRequest> for ProposalRequest {
    type Error = ProtocolError;

    fn try_from(value: proto::ProposalRequest) -> Result<Self, ProtocolError> {
        let proto::ProposalRequest {
            proposal_id,
            engine,
            kind,
            nature,
            target,
            target_version,
            parameters_json,
            effects_json,
            justification,
            needs_other_person,
            ttl,
            acting,
        } = value;
        let ttl = required_duration(ttl, "proposal.ttl")?;
        if !(SHORTEST..=LONGEST).contains(&ttl) {
            return Err(ProtocolError::rule("proposal.ttl", "1 second to 7 days"));
        }
        Ok(Self {
            proposal_id: bounds::short_id(proposal_id, "proposal.proposal_id")?,
            engine: bounds::required_name(engine, "proposal.engine")?,
            kind: bounds::required_name(kind, "proposal.kind")?,
            nature: enumeration::<proto::CommandNature, _>(nature, "proposal.nature")?,
            target: bounds::resource(non_empty(target, "proposal.target")?, "proposal.target")?,
            target_version: bounds::name(target_version, "proposal.target_version")?,
            parameters: bounds::object(&parameters_json, "proposal.parameters_json")?,
            effects: bounds::object(&effects_json, "proposal.effects_json")?,
            justification: justification.map(TryInto::try_into).transpose()?.unwrap_or_default(),
            needs_other_person,
            ttl,
            acting: required(acting, "proposal.acting")?.try_into()?,
        })
    }
}

impl From<Decision> for proto::Decision {
    fn from(value: Decision) -> Self {
        let Decision { by, at, approved, reason } = value;
        Self { by, at: Some(timestamp(at)), approved, reason }
    }
}

impl TryFrom<proto::Decision> for Decision {
    type Error = ProtocolError;

    fn try_from(value: proto::Decision) -> Result<Self, ProtocolError> {
        let proto::Decision { by, at, approved, reason } = value;
        Ok(Self { by, at: required_time(at, "decision.at")?, approved, reason })
    }
}

impl From<Proposal> for proto::Proposal {
    fn from(value: Proposal) -> Self {
        let Proposal { request, parameters_hash, state, created_at, expires_at, decision, command_id } =
            value;
        Self {
            request: Some(request.into()),
            parameters_hash,
            state: proto::ProposalState::from(state).into(),
            created_at: Some(timestamp(created_at)),
            expires_at: Some(timestamp(expires_at)),
            decision: decision.map(Into::into),
            command_id,
        }
    }
}

impl TryFrom<proto::Proposal> for Proposal {
    type Error = ProtocolError;

    fn try_from(value: proto::Proposal) -> Result<Self, ProtocolError> {
        let proto::Proposal { request, parameters_hash, state, created_at, expires_at, decision, command_id } =
            value;
        Ok(Self {
            request: required(request, "proposal.request")?.try_into()?,
            parameters_hash,
            state: enumeration::<proto::ProposalState, ProposalState>(state, "proposal.state")?,
            created_at: required_time(created_at, "proposal.created_at")?,
            expires_at: required_time(expires_at, "proposal.expires_at")?,
            decision: decision.map(TryInto::try_into).transpose()?,
            command_id,
        })
    }
}

impl From<ProposalDecision> for proto::DecideProposalRequest {
    fn from(value: ProposalDecision) -> Self {
        let ProposalDecision { proposal_id, parameters_hash, approve, reason, acting } = value;
        Self { proposal_id, parameters_hash, approve, reason, acting: Some(acting.into()) }
    }
}

impl TryFrom<proto::DecideProposalRequest> for ProposalDecision {
    type Error = ProtocolError;

    fn try_from(value: proto::DecideProposalRequest) -> Result<Self, ProtocolError> {
        let proto::DecideProposalRequest { proposal_id, parameters_hash, approve, reason, acting } = value;
        Ok(Self {
            proposal_id: bounds::short_id(proposal_id, "proposal_id")?,
            parameters_hash: bounds::required_name(parameters_hash, "parameters_hash")?,
            approve,
            reason: bounds::text(reason, "reason")?,
            acting: required(acting, "acting")?.try_into()?,
        })
    }
}

impl ProposalSearch {
    /// A page of the proposals that match.
    pub(crate) fn page(self, page_size: u32, page_token: String) -> proto::ListProposalsRequest {
        let Self { engine, state, requested_by } = self;
        proto::ListProposalsRequest {
            engine,
            state: state.map_or(0, |state| proto::ProposalState::from(state).into()),
            requested_by,
            page_size: crate::wire::to_i32(page_size),
            page_token,
        }
    }
}

impl TryFrom<proto::ListProposalsRequest> for ProposalSearch {
    type Error = ProtocolError;

    fn try_from(value: proto::ListProposalsRequest) -> Result<Self, ProtocolError> {
        let proto::ListProposalsRequest { engine, state, requested_by, page_size: _, page_token: _ } = value;
        let state = optional_enumeration::<proto::ProposalState, _>(state, "state")?;
        Ok(Self { engine, state, requested_by })
    }
}
