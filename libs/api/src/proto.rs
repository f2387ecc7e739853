//! Generated code of the contract. Only this crate and the services' `grpc.rs` name these types.
#![allow(
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    clippy::all,
    clippy::pedantic,
    reason = "generated code follows its generator's style"
)]

/// Every file of the contract, for reflection.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptor_set.bin"));

/// `resync.common`.
pub mod common {
    /// `resync.common.v1`.
    pub mod v1 {
        tonic::include_proto!("resync.common.v1");
    }
}
/// `resync.tws`.
pub mod tws {
    /// `resync.tws.v1`.
    pub mod v1 {
        tonic::include_proto!("resync.tws.v1");
    }
}
/// `resync.agent`.
pub mod agent {
    /// `resync.agent.v1`.
    pub mod v1 {
        tonic::include_proto!("resync.agent.v1");
    }
}
/// `resync.graph`.
pub mod graph {
    /// `resync.graph.v1`.
    pub mod v1 {
        tonic::include_proto!("resync.graph.v1");
    }
}
/// `resync.cache`.
pub mod cache {
    /// `resync.cache.v1`.
    pub mod v1 {
        tonic::include_proto!("resync.cache.v1");
    }
}
/// `resync.perf`.
pub mod perf {
    /// `resync.perf.v1`.
    pub mod v1 {
        tonic::include_proto!("resync.perf.v1");
    }
}
/// `resync.audit`.
pub mod audit {
    /// `resync.audit.v1`.
    pub mod v1 {
        tonic::include_proto!("resync.audit.v1");
    }
}
