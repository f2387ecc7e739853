//! Searches, reports, verdicts and checkpoints.

use crate::audit::model::{
    AuditPage, AuditReport, AuditSearch, ChainBreak, ChainVerdict, Checkpoint, CountedName, ExportFormat,
};
use crate::proto::audit::v1 as proto;
use crate::protocol_error::ProtocolError;
use crate::wire::{
    all, enumeration, into_all, optional_enumeration, optional_time, required_time, timestamp,
};

impl AuditSearch {
    /// A page of the events that match.
    pub(crate) fn page(self, page_size: u32, page_token: String) -> proto::ListAuditEventsRequest {
        let Self { engine, actor, category, action, target, result, correlation_id, from, until } = self;
        proto::ListAuditEventsRequest {
            engine,
            actor,
            category: category.map_or(0, |category| proto::AuditCategory::from(category).into()),
            action,
            target,
            result: result.map_or(0, |result| proto::AuditResult::from(result).into()),
            correlation_id,
            from: from.map(timestamp),
            until: until.map(timestamp),
            page_size: crate::wire::to_i32(page_size),
            page_token,
        }
    }

    /// The events that match as a file; `action`, `target`, `result` and `correlation_id` are not part of it.
    pub(crate) fn export(self, format: ExportFormat) -> proto::ExportAuditEventsRequest {
        use proto::export_audit_events_request::Format;
        let format = match format {
            ExportFormat::JsonLines => Format::JsonLines,
            ExportFormat::Csv => Format::Csv,
        };
        proto::ExportAuditEventsRequest {
            format: format.into(),
            engine: self.engine,
            actor: self.actor,
            category: self.category.map_or(0, |category| proto::AuditCategory::from(category).into()),
            from: self.from.map(timestamp),
            until: self.until.map(timestamp),
        }
    }
}

impl TryFrom<proto::ListAuditEventsRequest> for AuditSearch {
    type Error = ProtocolError;

    fn try_from(value: proto::ListAuditEventsRequest) -> Result<Self, ProtocolError> {
        let proto::ListAuditEventsRequest {
            engine,
            actor,
            category,
            action,
            target,
            result,
            correlation_id,
            from,
            until,
            page_size: _,
            page_token: _,
        } = value;
        Ok(Self {
            engine,
            actor,
            category: optional_enumeration::<proto::AuditCategory, _>(category, "category")?,
            action,
            target,
            result: optional_enumeration::<proto::AuditResult, _>(result, "result")?,
            correlation_id,
            from: optional_time(from, "from")?,
            until: optional_time(until, "until")?,
        })
    }
}

impl TryFrom<proto::GetAuditReportRequest> for AuditSearch {
    type Error = ProtocolError;

    fn try_from(value: proto::GetAuditReportRequest) -> Result<Self, ProtocolError> {
        let proto::GetAuditReportRequest { engine, from, until } = value;
        Ok(Self {
            engine,
            from: optional_time(from, "from")?,
            until: optional_time(until, "until")?,
            ..Self::default()
        })
    }
}

impl TryFrom<proto::ExportAuditEventsRequest> for (AuditSearch, ExportFormat) {
    type Error = ProtocolError;

    fn try_from(value: proto::ExportAuditEventsRequest) -> Result<Self, ProtocolError> {
        use proto::export_audit_events_request::Format;
        let proto::ExportAuditEventsRequest { format, engine, actor, category, from, until } = value;
        let format = match Format::try_from(format) {
            Ok(Format::JsonLines) => ExportFormat::JsonLines,
            Ok(Format::Csv) => ExportFormat::Csv,
            Ok(Format::Unspecified) | Err(_) => return Err(ProtocolError::invalid("format", format)),
        };
        let search = AuditSearch {
            engine,
            actor,
            category: optional_enumeration::<proto::AuditCategory, _>(category, "category")?,
            from: optional_time(from, "from")?,
            until: optional_time(until, "until")?,
            ..AuditSearch::default()
        };
        Ok((search, format))
    }
}

impl From<AuditPage> for proto::ListAuditEventsResponse {
    fn from(value: AuditPage) -> Self {
        let AuditPage { entries, next_page_token } = value;
        Self { entries: into_all(entries), next_page_token }
    }
}

impl TryFrom<proto::ListAuditEventsResponse> for AuditPage {
    type Error = ProtocolError;

    fn try_from(value: proto::ListAuditEventsResponse) -> Result<Self, ProtocolError> {
        let proto::ListAuditEventsResponse { entries, next_page_token } = value;
        Ok(Self { entries: all(entries)?, next_page_token })
    }
}

impl From<CountedName> for proto::CountedName {
    fn from(value: CountedName) -> Self {
        let CountedName { name, events } = value;
        Self { name, events }
    }
}

impl From<proto::CountedName> for CountedName {
    fn from(value: proto::CountedName) -> Self {
        let proto::CountedName { name, events } = value;
        Self { name, events }
    }
}

impl From<AuditReport> for proto::GetAuditReportResponse {
    fn from(value: AuditReport) -> Self {
        let AuditReport {
            events,
            by_category,
            by_result,
            by_actor,
            by_action,
            by_engine,
            troubled_actors,
            truncated,
        } = value;
        Self {
            events,
            by_category: into_all(by_category),
            by_result: into_all(by_result),
            by_actor: into_all(by_actor),
            by_action: into_all(by_action),
            by_engine: into_all(by_engine),
            troubled_actors: into_all(troubled_actors),
            truncated,
        }
    }
}

impl From<proto::GetAuditReportResponse> for AuditReport {
    fn from(value: proto::GetAuditReportResponse) -> Self {
        let proto::GetAuditReportResponse {
            events,
            by_category,
            by_result,
            by_actor,
            by_action,
            by_engine,
            troubled_actors,
            truncated,
        } = value;
        Self {
            events,
            by_category: into_all(by_category),
            by_result: into_all(by_result),
            by_actor: into_all(by_actor),
            by_action: into_all(by_action),
            by_engine: into_all(by_engine),
            troubled_actors: into_all(troubled_actors),
            truncated,
        }
    }
}

impl From<Checkpoint> for proto::Checkpoint {
    fn from(value: Checkpoint) -> Self {
        let Checkpoint { chain, sequence, hash, at, key_id, signature } = value;
        Self { chain, sequence, hash, at: Some(timestamp(at)), key_id, signature }
    }
}

impl TryFrom<proto::Checkpoint> for Checkpoint {
    type Error = ProtocolError;

    fn try_from(value: proto::Checkpoint) -> Result<Self, ProtocolError> {
        let proto::Checkpoint { chain, sequence, hash, at, key_id, signature } = value;
        Ok(Self { chain, sequence, hash, at: required_time(at, "checkpoint.at")?, key_id, signature })
    }
}

impl From<ChainBreak> for proto::ChainBreak {
    fn from(value: ChainBreak) -> Self {
        let ChainBreak { sequence, kind, explanation } = value;
        Self { sequence, kind: proto::BreakKind::from(kind).into(), explanation }
    }
}

impl TryFrom<proto::ChainBreak> for ChainBreak {
    type Error = ProtocolError;

    fn try_from(value: proto::ChainBreak) -> Result<Self, ProtocolError> {
        let proto::ChainBreak { sequence, kind, explanation } = value;
        let kind = enumeration::<proto::BreakKind, _>(kind, "first_break.kind")?;
        Ok(Self { sequence, kind, explanation })
    }
}

impl From<ChainVerdict> for proto::ChainVerdict {
    fn from(value: ChainVerdict) -> Self {
        let ChainVerdict { chain, sound, head, checkpoints, first_break } = value;
        Self { chain, sound, head, checkpoints, first_break: first_break.map(Into::into) }
    }
}

impl TryFrom<proto::ChainVerdict> for ChainVerdict {
    type Error = ProtocolError;

    fn try_from(value: proto::ChainVerdict) -> Result<Self, ProtocolError> {
        let proto::ChainVerdict { chain, sound, head, checkpoints, first_break } = value;
        let first_break = first_break.map(ChainBreak::try_from).transpose()?;
        Ok(Self { chain, sound, head, checkpoints, first_break })
    }
}
