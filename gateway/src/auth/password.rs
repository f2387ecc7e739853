//! Passwords: hashed with Argon2id in memory, checked on the blocking pool, few at a time.
//!
//! A check takes tens of milliseconds and 19 MiB on purpose, so it is the cheapest way to overload a login: at most
//! [`CHECKS_AT_ONCE`] run, at most [`CHECKS_WAITING`] wait, the rest is told to come back.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;

const CHECKS_AT_ONCE: usize = 2;
const CHECKS_WAITING: usize = 32;

/// A stored password: an Argon2id string in PHC form.
#[derive(Clone)]
pub(crate) struct StoredPassword(Arc<str>);

impl fmt::Debug for StoredPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoredPassword")
    }
}

/// A password cannot be stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the password of {user} cannot be used: {reason}")]
pub struct PasswordError {
    /// Whose password.
    pub user: String,
    /// Why not, without the password.
    pub reason: String,
}

impl StoredPassword {
    /// Hashes a password that came in clear from settings. Takes tens of milliseconds.
    pub(crate) fn hash(user: &str, password: &SecretString) -> Result<Self, PasswordError> {
        Argon2::default()
            .hash_password(password.expose_secret().as_bytes())
            .map(|hash| Self(hash.to_string().into()))
            .map_err(|error| PasswordError { user: user.to_owned(), reason: error.to_string() })
    }

    /// Whether `password` is this one. Takes tens of milliseconds.
    fn matches(&self, password: &SecretString) -> bool {
        PasswordHash::new(&self.0).is_ok_and(|hash| {
            Argon2::default().verify_password(password.expose_secret().as_bytes(), &hash).is_ok()
        })
    }
}

/// Checks passwords, a bounded number at a time.
#[derive(Debug)]
pub(crate) struct PasswordChecks {
    slots: Semaphore,
    waiting: AtomicUsize,
    /// Checked for users that do not exist, so that their absence takes as long as a wrong password.
    nobody: StoredPassword,
}

/// Too many checks wait already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Busy;

impl PasswordChecks {
    /// Checks that compare unknown users with `nobody`.
    pub(crate) fn new(nobody: StoredPassword) -> Self {
        Self { slots: Semaphore::new(CHECKS_AT_ONCE), waiting: AtomicUsize::new(0), nobody }
    }

    /// Whether `password` is `stored`; never for a user that does not exist.
    pub(crate) async fn check(
        &self,
        stored: Option<&StoredPassword>,
        password: SecretString,
    ) -> Result<bool, Busy> {
        let _place = Place::take(&self.waiting)?;
        // The semaphore is never closed.
        let _slot = self.slots.acquire().await.map_err(|_| Busy)?;
        let exists = stored.is_some();
        let stored = stored.unwrap_or(&self.nobody).clone();
        let matches = tokio::task::spawn_blocking(move || stored.matches(&password)).await.unwrap_or(false);
        Ok(matches && exists)
    }
}

/// A place in the queue, given back however the check ends.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize) -> Result<Self, Busy> {
        let before = waiting.fetch_add(1, Ordering::AcqRel);
        let place = Self(waiting);
        if before < CHECKS_AT_ONCE + CHECKS_WAITING { Ok(place) } else { Err(Busy) }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}
