//! What a server must know about each RPC before it lets a call in. The rows are data from the contract; this crate
//! knows the columns, not the names.

use std::collections::HashMap;
use std::sync::Arc;

/// Who may reach an RPC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exposure {
    /// Outside callers, through the gateway.
    Public,
    /// Roles of the mesh only.
    Internal,
}

/// One RPC's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RpcPolicy {
    /// `/package.Service/Method`.
    pub path: &'static str,
    /// Permission the caller needs (in any scope; the handler checks the scope itself).
    pub permission: &'static str,
    /// Request field that carries the scope; empty when the permission is not scoped.
    pub scope_field: &'static str,
    /// Who may reach it.
    pub exposure: Exposure,
    /// May a call be repeated without a second effect?
    pub idempotent: bool,
}

/// Services every process offers and nobody needs a permission for: they tell nothing about the plan.
const OPEN_SERVICES: [&str; 3] = [
    "/grpc.health.v1.Health/",
    "/grpc.reflection.v1.ServerReflection/",
    "/grpc.reflection.v1alpha.ServerReflection/",
];

/// All rows, by path. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct PolicyTable(Arc<HashMap<&'static str, RpcPolicy>>);

impl FromIterator<RpcPolicy> for PolicyTable {
    fn from_iter<I: IntoIterator<Item = RpcPolicy>>(rows: I) -> Self {
        Self(Arc::new(rows.into_iter().map(|row| (row.path, row)).collect()))
    }
}

impl PolicyTable {
    /// The row of an RPC.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&RpcPolicy> {
        self.0.get(path)
    }

    /// Is this an RPC that needs no caller (health, reflection)?
    #[must_use]
    pub fn is_open(path: &str) -> bool {
        OPEN_SERVICES.iter().any(|prefix| path.starts_with(prefix))
    }
}
