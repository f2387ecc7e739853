//! Between domain and Protobuf, for commands and proposals.

mod command;
mod proposal;

use super::model::{Acting, CommandNature, CommandState, ProposalState};
use crate::bounds;
use crate::proto::graph::v1 as proto;
use crate::protocol_error::ProtocolError;
use crate::wire::{required, same_enumeration};

same_enumeration!(CommandNature { Absolute, Transition, Creating });
same_enumeration!(CommandState { Claimed, Dispatched, Succeeded, Failed, Unknown, Cancelled });
same_enumeration!(ProposalState { Pending, Approved, Rejected, Expired, Used });

impl From<Acting> for proto::Acting {
    fn from(value: Acting) -> Self {
        let Acting { actor, origin, correlation_id } = value;
        Self { actor: Some(actor.into()), origin: Some(origin.into()), correlation_id }
    }
}

impl TryFrom<proto::Acting> for Acting {
    type Error = ProtocolError;

    fn try_from(value: proto::Acting) -> Result<Self, ProtocolError> {
        let proto::Acting { actor, origin, correlation_id } = value;
        Ok(Self {
            actor: required(actor, "acting.actor")?.try_into()?,
            origin: origin.map(TryInto::try_into).transpose()?.unwrap_or_default(),
            correlation_id: bounds::name(correlation_id, "acting.correlation_id")?,
        })
    }
}
