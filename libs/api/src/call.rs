//! What the typed clients have in common.

use crate::protocol_error::ProtocolError;
use resync_fault::FaultBody;

/// Methods of a client whose calls take one message and return one. Where it is used, `proto` names the messages.
macro_rules! unary {
    ($($(#[$doc:meta])* $name:ident($request:ty) -> $response:ty = $rpc:ident as $message:ident;)+) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        /// What the server answered, or that it could not be reached.
        pub async fn $name(&self, request: $request) -> Result<$response, FaultBody> {
            let message: proto::$message = request.into();
            let answer = self.inner.clone().$rpc(self.context.request(message)).await;
            received(answer.map_err(|status| from_status(&status))?.into_inner().try_into())
        }
    )+};
}
pub(crate) use unary;

/// An answer that breaks the contract is the server's defect, not the caller's.
pub(crate) fn received<T>(answer: Result<T, ProtocolError>) -> Result<T, FaultBody> {
    answer.map_err(|error| {
        FaultBody::new(
            resync_fault::ErrorKind::Internal,
            "BAD_ANSWER",
            format!("the answer of another part of Resync breaks the contract: {error}"),
        )
    })
}
