//! Requests and responses: between domain and Protobuf. What is left unspecified gets its default here.

use std::time::Duration;

use super::field::Field;
use crate::perf::model::{
    NewSilence, PerformanceHealth, PerformanceReport, ProcessReport, Recommendation, RecommendationQuery,
    ReportAnswer, Silence, Window,
};
use crate::proto::perf::v1 as proto;
use crate::protocol_error::ProtocolError;
use crate::wire::{all, into_all, required};

/// A resource held longer than this is listed as a leak when the caller names no lifetime.
const DEFAULT_MAX_LIFETIME: Duration = Duration::from_secs(60 * 60);

fn window(number: i32) -> Result<Window, ProtocolError> {
    Option::<Window>::from_wire(number, "window").map(Option::unwrap_or_default)
}

/// A request of which only the window matters.
macro_rules! asks_for_window {
    ($($message:ident),+) => {$(
        impl From<Window> for proto::$message {
            fn from(window: Window) -> Self {
                Self { window: window.into_wire() }
            }
        }

        impl TryFrom<proto::$message> for Window {
            type Error = ProtocolError;

            fn try_from(proto::$message { window: number }: proto::$message) -> Result<Self, ProtocolError> {
                window(number)
            }
        }
    )+};
}
asks_for_window!(GetPerformanceHealthRequest, GetPerformanceReportRequest);

impl From<RecommendationQuery> for proto::ListRecommendationsRequest {
    fn from(RecommendationQuery { window, area }: RecommendationQuery) -> Self {
        Self { window: window.into_wire(), area: area.into_wire() }
    }
}

impl TryFrom<proto::ListRecommendationsRequest> for RecommendationQuery {
    type Error = ProtocolError;

    fn try_from(value: proto::ListRecommendationsRequest) -> Result<Self, ProtocolError> {
        let proto::ListRecommendationsRequest { window: number, area } = value;
        Ok(Self { window: window(number)?, area: Option::from_wire(area, "area")? })
    }
}

/// How long a resource may be held before it is listed.
impl TryFrom<proto::ListLeaksRequest> for Duration {
    type Error = ProtocolError;

    fn try_from(
        proto::ListLeaksRequest { max_lifetime }: proto::ListLeaksRequest,
    ) -> Result<Self, ProtocolError> {
        Ok(Option::from_wire(max_lifetime, "max_lifetime")?.unwrap_or(DEFAULT_MAX_LIFETIME))
    }
}

/// A message that wraps one domain value.
macro_rules! wraps {
    ($($message:ident { $field:ident: $domain:ty })+) => {$(
        impl From<$domain> for proto::$message {
            fn from(value: $domain) -> Self {
                Self { $field: Some(value.into()) }
            }
        }

        impl TryFrom<proto::$message> for $domain {
            type Error = ProtocolError;

            fn try_from(proto::$message { $field }: proto::$message) -> Result<Self, ProtocolError> {
                required($field, stringify!($field))?.try_into()
            }
        }
    )+};
}
wraps! {
    GetPerformanceHealthResponse { health: PerformanceHealth }
    GetPerformanceReportResponse { report: PerformanceReport }
    CreateSilenceRequest { silence: NewSilence }
    CreateSilenceResponse { silence: Silence }
    ReportRequest { report: ProcessReport }
}

impl From<Vec<Recommendation>> for proto::ListRecommendationsResponse {
    fn from(recommendations: Vec<Recommendation>) -> Self {
        Self { recommendations: into_all(recommendations) }
    }
}

impl TryFrom<proto::ListRecommendationsResponse> for Vec<Recommendation> {
    type Error = ProtocolError;

    fn try_from(value: proto::ListRecommendationsResponse) -> Result<Self, ProtocolError> {
        all(value.recommendations)
    }
}

impl From<ReportAnswer> for proto::ReportResponse {
    fn from(ReportAnswer { dropped }: ReportAnswer) -> Self {
        Self { dropped }
    }
}

impl From<proto::ReportResponse> for ReportAnswer {
    fn from(proto::ReportResponse { dropped }: proto::ReportResponse) -> Self {
        Self { dropped }
    }
}
