//! Who is at the door: users and their roles, logins and sessions, and the check of a bearer token.
//!
//! Tokens are made and read by the service kit; this module decides whether to make one. A session's refresh token
//! rotates, and the access tokens of a session end with it.

mod roles;
mod users;
mod password;
mod throttle;
mod session;

pub use password::PasswordError;
pub use roles::Role;
pub use users::{LOCAL_USER, UserAccount};

use crate::context::network_of;
use crate::counters;
use crate::error::Error;
use password::PasswordChecks;
use resync_service_kit::identity::{ACCESS, Caller, IdentityError, SigningKey, Verifier, mint};
use secrecy::SecretString;
use session::{Refusal, Sessions};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use throttle::LoginThrottle;
use users::Users;

/// Nobody has a longer name, and the throttle remembers names.
const MAX_NAME_BYTES: usize = 128;

/// How long tokens live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetimes {
    /// Of an access token, at most 15 minutes.
    pub access: Duration,
    /// Of a refresh token that is not used.
    pub refresh: Duration,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self { access: Duration::from_secs(10 * 60), refresh: Duration::from_secs(12 * 60 * 60) }
    }
}

/// Logs people in and recognises them.
#[derive(Debug)]
pub(crate) struct Auth {
    users: Users,
    checks: PasswordChecks,
    throttle: LoginThrottle,
    sessions: Arc<Sessions>,
    key: SigningKey,
    verifier: Verifier,
    lifetimes: Lifetimes,
}

/// What a successful login gives.
#[derive(Debug)]
pub(crate) struct Grant {
    /// Bearer token.
    pub(crate) access_token: SecretString,
    /// How long it lives.
    pub(crate) expires_in: Duration,
    /// Gives the next pair, once.
    pub(crate) refresh_token: SecretString,
}

/// Why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LoginError {
    /// Wrong user, password or refresh token; which one is not told.
    Wrong,
    /// The refresh token was used before; its session was ended. To the outside this is [`Self::Wrong`].
    Reused {
        /// Whose session it was.
        user: String,
    },
    /// Too many wrong ones; come back after this.
    Throttled(Duration),
    /// Too many logins at once.
    Busy,
    /// The token could not be signed.
    Unsigned,
}

impl Auth {
    /// Hashes the passwords that came in clear: tens of milliseconds each, so not for an async thread.
    pub(crate) fn new(
        accounts: Vec<UserAccount>,
        local_token: Option<SecretString>,
        key: SigningKey,
        lifetimes: Lifetimes,
    ) -> Result<Self, PasswordError> {
        let (users, nobody) = Users::new(accounts, local_token)?;
        let sessions = Arc::new(Sessions::new(lifetimes.refresh, ACCESS.max_lifetime));
        let ended = Arc::clone(&sessions);
        let verifier = Verifier::new(key.clone(), ACCESS)
            .with_revocations(Arc::new(move |facts| ended.is_revoked(facts.token_id)));
        Ok(Self {
            users,
            checks: PasswordChecks::new(nobody),
            throttle: LoginThrottle::new(),
            sessions,
            key,
            verifier,
            lifetimes,
        })
    }

    /// Exchanges a password for tokens.
    pub(crate) async fn login(
        &self,
        user: &str,
        password: SecretString,
        address: IpAddr,
    ) -> Result<Grant, LoginError> {
        if user.len() > MAX_NAME_BYTES {
            return Err(LoginError::Wrong);
        }
        let network = network_of(address);
        if let Some(wait) = self.throttle.wait(user, network, Instant::now()) {
            record(user, address, "throttled");
            return Err(LoginError::Throttled(wait));
        }
        let right = if user == LOCAL_USER {
            self.users.is_local_token(&password, address)
        } else {
            self.checks.check(self.users.password(user), password).await.map_err(|_| LoginError::Busy)?
        };
        if !right {
            self.throttle.failed(user, network, Instant::now());
            record(user, address, "refused");
            return Err(LoginError::Wrong);
        }
        self.throttle.succeeded(user, network);
        record(user, address, "accepted");
        let (session, refresh_token) = self.sessions.open(user);
        self.grant(&session, refresh_token)
    }

    /// Exchanges a refresh token for the next pair.
    pub(crate) fn refresh(&self, token: &SecretString, address: IpAddr) -> Result<Grant, LoginError> {
        match self.sessions.rotate(token) {
            Ok((session, next)) => self.grant(&session, next),
            Err(Refusal::Unknown) => Err(LoginError::Wrong),
            Err(Refusal::Reused { user }) => {
                record(&user, address, "refresh_token_reused");
                Err(LoginError::Reused { user })
            }
        }
    }

    fn grant(&self, session: &session::Session, refresh_token: SecretString) -> Result<Grant, LoginError> {
        // The account may have been removed since the login.
        let principal = self.users.principal(&session.user).ok_or(LoginError::Wrong)?;
        let (token, claims) =
            mint(&self.key, &ACCESS, principal, self.lifetimes.access).map_err(|_| LoginError::Unsigned)?;
        self.sessions.issued(session, claims.jti);
        Ok(Grant {
            access_token: token.into(),
            expires_in: Duration::from_secs(claims.exp.saturating_sub(claims.iat)),
            refresh_token,
        })
    }

    /// Who a bearer token speaks for.
    pub(crate) fn recognise(&self, token: &str) -> Result<Caller, Error> {
        match self.verifier.verify(token) {
            Ok(verified) => Ok(Caller::new(verified.principal)),
            Err(IdentityError::Expired) => Err(Error::TokenExpired),
            Err(IdentityError::Revoked) => Err(Error::TokenRevoked),
            Err(_) => Err(Error::TokenInvalid),
        }
    }
}

/// The trail of logins. The user's name is a stranger's text until the password was right.
fn record(user: &str, address: IpAddr, outcome: &'static str) {
    counters::count_as(counters::LOGINS, "outcome", outcome);
    let user = crate::context::inert(user, 64);
    match outcome {
        "accepted" => tracing::info!(user, client.address = %address, outcome, "login"),
        _ => tracing::warn!(user, client.address = %address, outcome, "login"),
    }
}
