//! Signed tokens: what is in them and how they are made. EdDSA only.

use super::{IdentityError, Principal, SigningKey};
use jsonwebtoken::{Algorithm, Header};
use serde::{Deserialize, Serialize};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// One kind of token. A token of one profile is never accepted where another is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenProfile {
    /// `typ` of the header.
    pub kind: &'static str,
    /// `aud` of the claims.
    pub audience: &'static str,
    /// Longest life a token of this kind may have; longer ones are refused whoever signed them.
    pub max_lifetime: Duration,
}

/// Calls between roles.
pub const MESH: TokenProfile =
    TokenProfile { kind: "mesh+jwt", audience: "resync-mesh", max_lifetime: Duration::from_secs(300) };

/// Calls from outside, at the gateway.
pub const ACCESS: TokenProfile =
    TokenProfile { kind: "at+jwt", audience: "resync-api", max_lifetime: Duration::from_secs(900) };

pub(super) const ISSUER: &str = "resync";

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Always `resync`.
    pub iss: String,
    /// The profile's audience.
    pub aud: String,
    /// The principal's subject.
    pub sub: String,
    /// Issued at, seconds since 1970.
    pub iat: u64,
    /// Not before.
    pub nbf: u64,
    /// Expires at.
    pub exp: u64,
    /// Unique id, for revocation.
    pub jti: String,
    /// Everything else about the caller.
    pub principal: Principal,
}

/// Seconds since 1970.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs())
}

impl Claims {
    /// Claims for `principal` from `issued_at` on, `lifetime` long (cut to what the profile allows).
    #[must_use]
    pub fn new(profile: &TokenProfile, principal: &Principal, lifetime: Duration, issued_at: u64) -> Self {
        Self {
            iss: ISSUER.to_owned(),
            aud: profile.audience.to_owned(),
            sub: principal.subject.clone(),
            iat: issued_at,
            nbf: issued_at,
            exp: issued_at + lifetime.min(profile.max_lifetime).as_secs(),
            jti: uuid::Uuid::new_v4().simple().to_string(),
            principal: principal.clone(),
        }
    }
}

/// A signed token for `principal`, valid from now on.
///
/// # Errors
/// When the key cannot sign.
pub fn mint(
    key: &SigningKey,
    profile: &TokenProfile,
    principal: &Principal,
    lifetime: Duration,
) -> Result<(String, Claims), IdentityError> {
    let claims = Claims::new(profile, principal, lifetime, now());
    Ok((sign(key, profile, &claims)?, claims))
}

pub(super) fn sign(
    key: &SigningKey,
    profile: &TokenProfile,
    claims: &Claims,
) -> Result<String, IdentityError> {
    let mut header = Header::new(Algorithm::EdDSA);
    header.typ = Some(profile.kind.to_owned());
    header.kid = Some(key.key_id().to_owned());
    jsonwebtoken::encode(&header, claims, &key.encoding)
        .map_err(|error| IdentityError::Key(error.to_string()))
}
