//! The structure's health: between domain and Protobuf.

use crate::graph::model::{Cycle, Dangling, FragileJob, HealthRequest, TopologyHealth};
use crate::proto::graph::v1 as proto;

messages! {
    HealthRequest as GetTopologyHealthRequest {
        engine: plain,
        max_results: plain,
    }
    Cycle as Cycle {
        objects: plain,
        path: list,
    }
    Dangling as Dangling {
        object: message,
        absent: plain,
        never: plain,
    }
    FragileJob as FragileJob {
        job: message,
        failure_rate: plain,
        runs: plain,
        blocked_jobs: plain,
        critical_jobs: plain,
        deadline_jobs: plain,
        score: plain,
    }
    TopologyHealth as GetTopologyHealthResponse {
        jobs: plain,
        job_streams: plain,
        dependencies: plain,
        conditional: plain,
        joins: plain,
        things: plain,
        cycles: list,
        cycles_total: plain,
        orphans: list,
        orphans_total: plain,
        dangling: list,
        dangling_total: plain,
        fragile: list,
        coverage: message,
        freshness: message,
    }
}
