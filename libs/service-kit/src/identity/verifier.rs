//! Checks tokens, and remembers the ones it has checked: a signature costs far more than a lookup.

use super::token::{Claims, ISSUER, TokenProfile, now};
use super::{IdentityError, Principal, SigningKey};
use jsonwebtoken::{Algorithm, Validation};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::sync::Arc;

/// Clocks of two machines may differ this much.
const SKEW_SECONDS: u64 = 5;
const MAX_TOKEN_BYTES: usize = 16 * 1024;
/// Verified tokens kept; the least used ones go first.
const REMEMBERED: u64 = 10_000;

/// What a revocation list may want to know of a token.
#[derive(Debug, Clone, Copy)]
pub struct TokenFacts<'a> {
    /// Whose token.
    pub subject: &'a str,
    /// Its unique id.
    pub token_id: &'a str,
    /// When it was issued, seconds since 1970.
    pub issued_at: u64,
}

/// Asked at every use of a token, also of a remembered one; must be quick.
pub type Revocations = Arc<dyn Fn(&TokenFacts<'_>) -> bool + Send + Sync>;

/// A token that passed.
#[derive(Debug, Clone)]
pub struct Verified {
    /// Who it speaks for.
    pub principal: Arc<Principal>,
    /// Its unique id.
    pub token_id: Arc<str>,
    /// When it was issued, seconds since 1970.
    pub issued_at: u64,
    /// When it ends, seconds since 1970.
    pub expires_at: u64,
}

/// Verifies tokens of one profile with one key.
pub struct Verifier {
    key: SigningKey,
    profile: TokenProfile,
    validation: Validation,
    remembered: moka::sync::Cache<[u8; 32], Verified>,
    revoked: Option<Revocations>,
}

impl Verifier {
    /// A verifier without a revocation list.
    #[must_use]
    pub fn new(key: SigningKey, profile: TokenProfile) -> Self {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_audience(&[profile.audience]);
        validation.set_issuer(&[ISSUER]);
        validation.set_required_spec_claims(&["exp", "nbf", "aud", "iss", "sub"]);
        // Times are checked below, for fresh and remembered tokens alike.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        Self { key, profile, validation, remembered: moka::sync::Cache::new(REMEMBERED), revoked: None }
    }

    /// The same verifier, asking `revoked` at every use of a token.
    #[must_use]
    pub fn with_revocations(mut self, revoked: Revocations) -> Self {
        self.revoked = Some(revoked);
        self
    }

    /// Who a token speaks for.
    ///
    /// # Errors
    /// Anything but a current, unrevoked token of this profile signed with this key.
    pub fn verify(&self, token: &str) -> Result<Verified, IdentityError> {
        self.verify_at(token, now())
    }

    fn verify_at(&self, token: &str, now: u64) -> Result<Verified, IdentityError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(IdentityError::Invalid { detail: "oversized" });
        }
        let digest: [u8; 32] = Sha256::digest(token).into();
        let verified = match self.remembered.get(&digest) {
            Some(known) => known,
            None => {
                let fresh = self.check_signature(token)?;
                self.remembered.insert(digest, fresh.clone());
                fresh
            }
        };
        self.check_now(&verified, now)?;
        Ok(verified)
    }

    fn check_signature(&self, token: &str) -> Result<Verified, IdentityError> {
        let invalid = |detail| IdentityError::Invalid { detail };
        let header = jsonwebtoken::decode_header(token).map_err(|_| invalid("malformed"))?;
        if header.typ.as_deref() != Some(self.profile.kind) {
            return Err(invalid("wrong typ"));
        }
        // Algorithm, signature, audience and issuer; keys named by the token itself are never fetched.
        let claims = jsonwebtoken::decode::<Claims>(token, &self.key.decoding, &self.validation)
            .map_err(|_| invalid("signature, audience or claims"))?
            .claims;
        if claims.sub != claims.principal.subject {
            return Err(invalid("subject mismatch"));
        }
        if claims.exp.saturating_sub(claims.iat) > self.profile.max_lifetime.as_secs() {
            return Err(invalid("lives too long"));
        }
        Ok(Verified {
            principal: Arc::new(claims.principal),
            token_id: claims.jti.into(),
            issued_at: claims.iat,
            expires_at: claims.exp,
        })
    }

    fn check_now(&self, token: &Verified, now: u64) -> Result<(), IdentityError> {
        if now >= token.expires_at + SKEW_SECONDS {
            return Err(IdentityError::Expired);
        }
        if now + SKEW_SECONDS < token.issued_at {
            return Err(IdentityError::Invalid { detail: "not yet valid" });
        }
        let facts = TokenFacts {
            subject: &token.principal.subject,
            token_id: &token.token_id,
            issued_at: token.issued_at,
        };
        if self.revoked.as_ref().is_some_and(|revoked| revoked(&facts)) {
            return Err(IdentityError::Revoked);
        }
        Ok(())
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier").field("profile", &self.profile).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
