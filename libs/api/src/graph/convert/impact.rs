//! Impact: between domain and Protobuf.

use crate::graph::model::{Assumption, Impact, ImpactRequest, ImpactedJob, ImpactedStream};
use crate::proto::graph::v1 as proto;
use crate::wire::same_enumeration;

same_enumeration!(Assumption { Fails, Stops, Canceled });

messages! {
    ImpactRequest as GetImpactRequest {
        engine: plain,
        object: plain,
        assumption: choice(proto::Assumption, Assumption),
        max_results: plain,
    }
    ImpactedJob as ImpactedJob {
        job: message,
        job_stream_id: plain,
        critical: plain,
        deadline: moment,
        steps: plain,
        path: list,
    }
    ImpactedStream as ImpactedStream {
        job_stream: message,
        jobs: plain,
        critical_jobs: plain,
        earliest_deadline: moment,
    }
    Impact as GetImpactResponse {
        subject: message,
        assumption: choice(proto::Assumption, Assumption),
        happened: plain,
        blocked_jobs: plain,
        critical_jobs: plain,
        deadline_jobs: plain,
        blocked_streams: plain,
        jobs: list,
        streams: list,
        alternative_jobs: plain,
        alternatives: list,
        truncated: plain,
        coverage: message,
        freshness: message,
    }
}
