//! Alerts and silences: between domain and Protobuf.

use super::field::{Field, enumeration_field, same_message};
use crate::perf::model::{Alert, AlertState, DeliveryOutcome, NewSilence, Silence, SilenceMatcher};
use crate::proto::perf::v1 as proto;
use crate::protocol_error::ProtocolError;

enumeration_field!(AlertState { Pending, Firing, Resolved });

same_message! {
    Alert {
        fingerprint, rule, severity, area, subject, state, text, value, threshold, unit,
        pending_since, firing_since, resolved_at, flapping, silence, instances,
    }
    SilenceMatcher {
        rule, subject, severity,
    }
    Silence {
        id, matcher, comment, author, created_at, expires_at,
    }
    NewSilence {
        matcher, comment, duration,
    }
    DeliveryOutcome {
        destination, delivered, attempts, detail,
    }
}
