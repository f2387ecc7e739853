//! What the RPC services of the role share: who calls, what they may, whom they act for.

use resync_api::audit::model::{Actor, ActorKind, AuditOrigin};
use resync_api::journal::model::Acting;
use resync_api::protocol_error::ProtocolError;
use resync_api::status::to_status;
use resync_fault::Fault;
use resync_service_kit::context::CallContext;
use resync_service_kit::identity::{Caller, IdentityError, PrincipalKind};
use tonic::{Request, Status};

/// Every engine, and what belongs to none.
const EVERYWHERE: &str = "*";

pub(crate) fn refused(fault: impl Fault) -> Status {
    to_status(&fault)
}

/// The request's caller, put there by the server's gate.
pub(crate) fn caller<T>(request: &Request<T>) -> Result<Caller, Status> {
    request.extensions().get::<Caller>().cloned().ok_or_else(|| refused(IdentityError::Missing))
}

/// The permission for one engine, or everywhere when none is named.
pub(crate) fn require(caller: &Caller, permission: &str, engine: &str) -> Result<(), Status> {
    let scope = if engine.is_empty() { EVERYWHERE } else { engine };
    caller.require(permission, scope).map_err(refused)
}

pub(crate) fn page_size(value: i32) -> Result<u32, Status> {
    u32::try_from(value).map_err(|_| {
        refused(ProtocolError::Invalid { field: "page_size", value: "a negative number".to_owned() })
    })
}

/// Whoever calls acts, from where the request came into the mesh: nobody speaks for others here.
pub(crate) fn in_person<T>(request: &Request<T>) -> Result<Acting, Status> {
    let caller = caller(request)?;
    let context = request.extensions().get::<CallContext>();
    let address = context.and_then(|context| context.client_address);
    Ok(Acting {
        actor: Actor { subject: caller.subject.clone(), kind: kind(&caller) },
        origin: AuditOrigin {
            address: address.map(|address| address.0.to_string()).unwrap_or_default(),
            role: "knowledge-graph".to_owned(),
            ..AuditOrigin::default()
        },
        correlation_id: context.map(|context| context.correlation_id.to_string()).unwrap_or_default(),
    })
}

fn kind(caller: &Caller) -> ActorKind {
    match caller.kind {
        PrincipalKind::Person => ActorKind::Person,
        PrincipalKind::Service => ActorKind::Service,
    }
}

/// Who acts: whoever calls, except that roles of the mesh speak for those they serve.
pub(crate) fn acting(caller: &Caller, said: Acting) -> Acting {
    if caller.kind == PrincipalKind::Service && caller.subject.starts_with("role:") {
        return said;
    }
    Acting { actor: Actor { subject: caller.subject.clone(), kind: kind(caller) }, ..said }
}
