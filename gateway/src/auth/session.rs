//! Sessions and their refresh tokens: each token is used once and replaced; a second use ends the session, because one
//! of the two users of the token is a thief.
//!
//! Kept in memory, bounded, by the hash of the token: after a restart people log in again. A session remembers the
//! access tokens it gave, so ending it also ends them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use moka::sync::Cache;
use rand::RngCore;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

const MAX_SESSIONS: u64 = 10_000;
const TOKEN_BYTES: usize = 32;
/// More live access tokens than this no session has: the route's rate limit sees to that.
const MAX_ACCESS_TOKENS: usize = 256;

type TokenHash = [u8; 32];

/// Open sessions.
#[derive(Debug)]
pub(crate) struct Sessions {
    /// The current and all spent tokens of every session.
    tokens: Cache<TokenHash, Arc<Session>>,
    /// Ids of access tokens that ended before their time.
    revoked: Cache<String, ()>,
    /// Until there is a first one, nobody needs to look.
    any_revoked: AtomicBool,
}

/// One login and what followed from it.
#[derive(Debug)]
pub(crate) struct Session {
    /// Who logged in.
    pub(crate) user: String,
    /// The one token that may be used; none once the session has ended.
    current: Mutex<Option<TokenHash>>,
    /// Ids of its newest access tokens, oldest first.
    issued: Mutex<VecDeque<String>>,
}

/// Why a refresh token was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Never issued, forgotten or expired, or its session has ended.
    Unknown,
    /// Used a second time: the session was ended now.
    Reused {
        /// Whose session it was.
        user: String,
    },
}

impl Sessions {
    /// Sessions that last `lifetime` after their last use; access tokens live at most `access_lifetime`.
    pub(crate) fn new(lifetime: Duration, access_lifetime: Duration) -> Self {
        Self {
            tokens: Cache::builder().max_capacity(MAX_SESSIONS * 8).time_to_live(lifetime).build(),
            revoked: Cache::builder().max_capacity(MAX_SESSIONS).time_to_live(access_lifetime).build(),
            any_revoked: AtomicBool::new(false),
        }
    }

    /// Opens a session and gives its first refresh token.
    pub(crate) fn open(&self, user: &str) -> (Arc<Session>, SecretString) {
        let (token, hash) = new_token();
        let session = Arc::new(Session {
            user: user.to_owned(),
            current: Mutex::new(Some(hash)),
            issued: Mutex::default(),
        });
        self.tokens.insert(hash, Arc::clone(&session));
        (session, token)
    }

    /// Exchanges a refresh token for the next one.
    pub(crate) fn rotate(&self, token: &SecretString) -> Result<(Arc<Session>, SecretString), Refusal> {
        let presented = hash_of(token);
        let session = self.tokens.get(&presented).ok_or(Refusal::Unknown)?;
        let mut current = session.current.lock().unwrap_or_else(PoisonError::into_inner);
        match *current {
            None => Err(Refusal::Unknown),
            Some(expected) if expected == presented => {
                let (next, hash) = new_token();
                *current = Some(hash);
                drop(current);
                self.tokens.insert(hash, Arc::clone(&session));
                Ok((session, next))
            }
            Some(_) => {
                *current = None;
                drop(current);
                self.revoke_access(&session);
                Err(Refusal::Reused { user: session.user.clone() })
            }
        }
    }

    /// Remembers an access token given to a session. If the session ended while the token was made, so does the token.
    pub(crate) fn issued(&self, session: &Session, token_id: String) {
        {
            let mut issued = session.issued.lock().unwrap_or_else(PoisonError::into_inner);
            if issued.len() == MAX_ACCESS_TOKENS {
                issued.pop_front();
            }
            issued.push_back(token_id);
        }
        if session.current.lock().unwrap_or_else(PoisonError::into_inner).is_none() {
            self.revoke_access(session);
        }
    }

    fn revoke_access(&self, session: &Session) {
        for token_id in session.issued.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            self.revoked.insert(token_id, ());
        }
        self.any_revoked.store(true, Ordering::Release);
    }

    /// Whether an access token ended before its time.
    pub(crate) fn is_revoked(&self, token_id: &str) -> bool {
        self.any_revoked.load(Ordering::Acquire) && self.revoked.contains_key(token_id)
    }
}

fn new_token() -> (SecretString, TokenHash) {
    let mut bytes = [0_u8; TOKEN_BYTES];
    rand::rng().fill_bytes(&mut bytes);
    let token = SecretString::from(URL_SAFE_NO_PAD.encode(bytes));
    let hash = hash_of(&token);
    (token, hash)
}

/// Looking a token up by its hash leaves nothing to compare in constant time.
fn hash_of(token: &SecretString) -> TokenHash {
    Sha256::digest(token.expose_secret().as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3_600);

    #[test]
    fn a_refresh_token_works_once_and_its_second_use_ends_the_session() {
        let sessions = Sessions::new(HOUR, HOUR);
        let (session, first) = sessions.open("maria");
        sessions.issued(&session, "one".to_owned());
        let (_, second) = sessions.rotate(&first).unwrap();
        sessions.issued(&session, "two".to_owned());
        let (_, third) = sessions.rotate(&second).unwrap();
        assert!(!sessions.is_revoked("one"));
        assert_eq!(sessions.rotate(&first).unwrap_err(), Refusal::Reused { user: "maria".to_owned() });
        assert!(sessions.is_revoked("one") && sessions.is_revoked("two"), "access ends with the session");
        assert_eq!(
            sessions.rotate(&third).unwrap_err(),
            Refusal::Unknown,
            "so does the newest refresh token"
        );
        sessions.issued(&session, "late".to_owned());
        assert!(sessions.is_revoked("late"), "and what was being issued meanwhile");
        let (_, token) = sessions.open("maria");
        assert!(
            sessions.rotate(&token).is_ok() && !sessions.is_revoked("three"),
            "a new login is not affected"
        );
    }

    #[test]
    fn a_made_up_token_is_unknown() {
        let sessions = Sessions::new(HOUR, HOUR);
        sessions.open("maria");
        assert_eq!(sessions.rotate(&SecretString::from("guess")).unwrap_err(), Refusal::Unknown);
    }
}
