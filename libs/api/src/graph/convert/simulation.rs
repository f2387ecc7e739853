//! What-if: between domain and Protobuf.

use crate::graph::model::{
    AffectedJob, Expectation, Prospect, RiskClass, Simulation, SimulationRequest, WhatIf,
};
use crate::proto::graph::v1 as proto;
use crate::proto::graph::v1::what_if::{Delay, Kind, Limit};
use crate::protocol_error::ProtocolError;
use crate::wire::{duration, required, required_duration};

messages! {
    SimulationRequest as SimulateChangeRequest {
        engine: plain,
        changes: list,
        max_results: plain,
    }
    Expectation as Expectation {
        prospect: choice(proto::Prospect, Prospect),
        end: moment,
        late_probability: plain,
        risk: optional_choice(proto::RiskClass, RiskClass),
    }
    AffectedJob as AffectedJob {
        job: message,
        critical: plain,
        deadline: moment,
        before: message,
        after: message,
        shift_seconds: plain,
        path: list,
    }
    Simulation as SimulateChangeResponse {
        no_longer_run: plain,
        newly_run: plain,
        later: plain,
        earlier: plain,
        deadlines_lost: plain,
        deadlines_won: plain,
        end_before: moment,
        end_after: moment,
        jobs: list,
        total: plain,
        with_limits: plain,
        assumptions: message,
        coverage: message,
        freshness: message,
    }
}

impl From<WhatIf> for proto::WhatIf {
    fn from(value: WhatIf) -> Self {
        let kind = match value {
            WhatIf::Delay { object, by } => Kind::Delay(Delay { object, by: Some(duration(by)) }),
            WhatIf::Fail { object } => Kind::Fail(object),
            WhatIf::Cancel { object } => Kind::Cancel(object),
            WhatIf::Hold { object } => Kind::Hold(object),
            WhatIf::SetLimit { workstation, limit } => Kind::SetLimit(Limit { workstation, limit }),
        };
        Self { kind: Some(kind) }
    }
}

impl TryFrom<proto::WhatIf> for WhatIf {
    type Error = ProtocolError;

    fn try_from(value: proto::WhatIf) -> Result<Self, ProtocolError> {
        let proto::WhatIf { kind } = value;
        Ok(match required(kind, "kind")? {
            Kind::Delay(Delay { object, by }) => Self::Delay { object, by: required_duration(by, "by")? },
            Kind::Fail(object) => Self::Fail { object },
            Kind::Cancel(object) => Self::Cancel { object },
            Kind::Hold(object) => Self::Hold { object },
            Kind::SetLimit(Limit { workstation, limit }) => Self::SetLimit { workstation, limit },
        })
    }
}
