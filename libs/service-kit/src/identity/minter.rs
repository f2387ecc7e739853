//! Mesh tokens for outgoing calls: one per principal and minute, however many calls it makes.

use super::token::{MESH, now};
use super::{Caller, IdentityError, Principal, SigningKey, mint};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

const REUSED_FOR: Duration = Duration::from_secs(60);
const LIFETIME: Duration = Duration::from_secs(180);
/// A token passed on must outlive the call it is used for.
const SPARE_SECONDS: u64 = 30;
/// Principals whose token is kept; beyond that the least used ones are minted again.
const REMEMBERED: u64 = 10_000;

/// Mints and remembers mesh tokens. Clones share the memory.
#[derive(Clone)]
pub struct Minter {
    key: SigningKey,
    minted: moka::sync::Cache<Arc<Principal>, Arc<str>>,
}

impl Minter {
    /// A minter that signs with `key`.
    #[must_use]
    pub fn new(key: SigningKey) -> Self {
        let minted = moka::sync::Cache::builder().max_capacity(REMEMBERED).time_to_live(REUSED_FOR).build();
        Self { key, minted }
    }

    /// The token to send for `caller`: the one it came with while that lasts, else one of our own.
    ///
    /// # Errors
    /// When the key cannot sign.
    pub fn token_for(&self, caller: &Caller) -> Result<Arc<str>, IdentityError> {
        if let Some(token) = caller.token_valid_for(SPARE_SECONDS, now()) {
            return Ok(token.into());
        }
        if let Some(token) = self.minted.get(caller.principal()) {
            return Ok(token);
        }
        let (token, _) = mint(&self.key, &MESH, caller, LIFETIME)?;
        let token: Arc<str> = token.into();
        self.minted.insert(Arc::clone(caller.principal()), Arc::clone(&token));
        Ok(token)
    }
}

impl fmt::Debug for Minter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Minter").field("key", &self.key).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::{RootKey, Verifier};
    use secrecy::SecretString;

    #[test]
    fn a_token_is_minted_once_and_a_received_one_passed_on() {
        let key =
            RootKey::from_secret(&SecretString::from("s".repeat(32))).unwrap().signing_key("mesh").unwrap();
        let minter = Minter::new(key.clone());
        let caller = Caller::new(Principal::role("agent"));
        let first = minter.token_for(&caller).unwrap();
        assert_eq!(minter.token_for(&caller).unwrap(), first);

        let verified = Verifier::new(key, MESH).verify(&first).unwrap();
        let received = Caller::with_token(verified.principal, &first, verified.expires_at);
        let elsewhere = Minter::new(
            RootKey::from_secret(&SecretString::from("t".repeat(32))).unwrap().signing_key("mesh").unwrap(),
        );
        assert_eq!(elsewhere.token_for(&received).unwrap(), first, "forwarded unchanged");
    }
}
