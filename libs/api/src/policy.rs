//! What the contract says of each RPC: who may call it, from where, and whether it may be repeated.
//! The table is generated from the options in `proto/`; enforcing it is the servers' part.

/// From where an RPC can be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Exposure {
    /// From outside, through the gateway.
    Public,
    /// By roles of the mesh only.
    Internal,
}

/// What the contract says of one RPC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RpcPolicy {
    /// `/package.Service/Method`.
    pub path: &'static str,
    /// Needed permission, such as `plan.read`.
    pub permission: &'static str,
    /// Request field that holds the scope; empty: the permission is not scoped.
    pub scope_field: &'static str,
    /// From where it can be called.
    pub exposure: Exposure,
    /// It may be retried and its answer cached.
    pub idempotent: bool,
}

/// Every RPC of the contract.
pub const RPCS: &[RpcPolicy] = include!(concat!(env!("OUT_DIR"), "/policy.rs"));

/// The policy of one RPC by its path; unset: no such RPC.
#[must_use]
pub fn find(path: &str) -> Option<&'static RpcPolicy> {
    RPCS.iter().find(|policy| policy.path == path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rpc_has_a_permission_and_reads_may_be_repeated() {
        assert!(RPCS.len() > 15, "the table was generated");
        let list_jobs = find("/resync.tws.v1.TwsService/ListJobs").expect("in the contract");
        assert_eq!(list_jobs.permission, "plan.read");
        assert_eq!(list_jobs.scope_field, "engine");
        assert_eq!(list_jobs.exposure, Exposure::Public);
        assert!(list_jobs.idempotent);
        assert!(find("/resync.tws.v1.TwsService/NoSuchCall").is_none());
    }
}
