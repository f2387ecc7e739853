//! Engine status: between domain and Protobuf.

use std::time::Duration;

use crate::proto::tws::v1 as proto;
use crate::protocol_error::ProtocolError;
use crate::tws::model::EngineStatus;
use crate::wire::{duration, required, required_duration};

impl From<EngineStatus> for proto::EngineStatus {
    fn from(value: EngineStatus) -> Self {
        let EngineStatus {
            engine,
            url,
            reachable,
            version,
            time_zone,
            clock_skew_seconds,
            freshness,
            synced,
            job_count,
            job_stream_count,
            workstation_count,
            plan_edge_coverage,
            sweep_period,
            last_error,
            last_error_hint,
            requests_sent,
            capabilities,
        } = value;
        Self {
            engine,
            url,
            reachable,
            version,
            time_zone,
            clock_skew: Some(signed_seconds(clock_skew_seconds)),
            freshness: freshness.map(Into::into),
            synced,
            job_count,
            job_stream_count,
            workstation_count,
            plan_edge_coverage,
            sweep_period: Some(duration(sweep_period)),
            last_error,
            last_error_hint,
            requests_sent,
            capabilities,
        }
    }
}

impl TryFrom<proto::EngineStatus> for EngineStatus {
    type Error = ProtocolError;

    fn try_from(value: proto::EngineStatus) -> Result<Self, ProtocolError> {
        let proto::EngineStatus {
            engine,
            url,
            reachable,
            version,
            time_zone,
            clock_skew,
            freshness,
            synced,
            job_count,
            job_stream_count,
            workstation_count,
            plan_edge_coverage,
            sweep_period,
            last_error,
            last_error_hint,
            requests_sent,
            capabilities,
        } = value;
        let skew = required(clock_skew, "clock_skew")?;
        Ok(Self {
            engine,
            url,
            reachable,
            version,
            time_zone,
            clock_skew_seconds: seconds(&skew),
            freshness: freshness.map(TryInto::try_into).transpose()?,
            synced,
            job_count,
            job_stream_count,
            workstation_count,
            plan_edge_coverage,
            sweep_period: required_duration(sweep_period, "sweep_period")?,
            last_error,
            last_error_hint,
            requests_sent,
            capabilities,
        })
    }
}

/// Clock skew is the one duration that can be negative; both parts of the message carry the sign.
fn signed_seconds(value: f64) -> prost_types::Duration {
    let magnitude = Duration::try_from_secs_f64(value.abs()).unwrap_or_default();
    let mut message = duration(magnitude);
    if value < 0.0 {
        message.seconds = -message.seconds;
        message.nanos = -message.nanos;
    }
    message
}

#[expect(clippy::cast_precision_loss, reason = "a clock skew of 2^53 seconds does not occur")]
fn seconds(message: &prost_types::Duration) -> f64 {
    message.seconds as f64 + f64::from(message.nanos) / 1e9
}
