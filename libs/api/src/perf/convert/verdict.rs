//! Health and recommendations: between domain and Protobuf.

use super::field::{Field, enumeration_field, same_message};
use crate::perf::model::{
    Area, AreaHealth, Evidence, Finding, OverallHealth, PerformanceHealth, Recommendation, Severity,
    Standing, Window,
};
use crate::proto::perf::v1 as proto;
use crate::protocol_error::ProtocolError;

enumeration_field!(Window { OneMinute, FifteenMinutes, OneDay });
enumeration_field!(Severity { Ok, Warning, Critical });
enumeration_field!(OverallHealth { Healthy, Degraded });
enumeration_field!(Area { Cache, Pool, Resource, Api, Process });
enumeration_field!(Standing { Idle, Ok, Warning, Critical });

same_message! {
    Evidence {
        name, value, unit,
    }
    Finding {
        area, subject, severity, text, evidence,
    }
    AreaHealth {
        area, severity, findings,
    }
    PerformanceHealth {
        overall_health, severity, areas, resource_utilization, generated_at, window, processes,
    }
    Recommendation {
        area, subject, severity, text, setting, present, suggested, effect, evidence, window,
        covered,
    }
}
