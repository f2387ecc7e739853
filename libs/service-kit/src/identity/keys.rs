//! The one secret of an installation, and the keys derived from it.
//!
//! With SECRET_KEY in the settings every replica derives the same keys. Without it a random root is made once and kept in
//! the data folder, readable by its owner only.

use super::IdentityError;
use crate::data_dir::DataDir;
use ed25519_dalek::pkcs8::EncodePrivateKey as _;
use hkdf::Hkdf;
use rand::Rng as _;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::path::Path;
use zeroize::Zeroizing;

const FILE: &str = "root.key";
const BYTES: usize = 32;
const SALT: &[u8] = b"resync key derivation v1";
const MIN_SECRET_CHARS: usize = 32;

/// Root secret of an installation. Never leaves the process; only derived keys are used.
pub struct RootKey(Zeroizing<Vec<u8>>);

impl RootKey {
    /// Name of its file in a data folder.
    pub const FILE: &'static str = FILE;

    /// From the SECRET_KEY setting.
    ///
    /// # Errors
    /// When it is shorter than 32 characters.
    pub fn from_secret(secret: &SecretString) -> Result<Self, IdentityError> {
        let text = secret.expose_secret();
        if text.chars().count() < MIN_SECRET_CHARS {
            return Err(IdentityError::WeakSecret { min_chars: MIN_SECRET_CHARS });
        }
        Ok(Self(Zeroizing::new(text.as_bytes().to_vec())))
    }

    /// From the data folder, made at first use.
    ///
    /// # Errors
    /// When the file cannot be read or written, or is not a key.
    pub fn load_or_create(data_dir: &DataDir) -> Result<Self, IdentityError> {
        let bytes = data_dir
            .read_or_create_secret(FILE, || {
                let mut fresh = Zeroizing::new(vec![0_u8; BYTES]);
                rand::rng().fill(fresh.as_mut_slice());
                fresh
            })
            .map_err(|error| IdentityError::Key(error.to_string()))?;
        Self::of_file(bytes)
    }

    /// From a folder that is only read, such as that of a running process or of a backup; unset: it has none.
    ///
    /// # Errors
    /// When the file cannot be read, or is not a key.
    pub fn load(folder: &Path) -> Result<Option<Self>, IdentityError> {
        match std::fs::read(folder.join(FILE)) {
            Ok(bytes) => Self::of_file(Zeroizing::new(bytes)).map(Some),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(IdentityError::Key(format!("{FILE} cannot be read: {error}"))),
        }
    }

    fn of_file(bytes: Zeroizing<Vec<u8>>) -> Result<Self, IdentityError> {
        if bytes.len() != BYTES {
            return Err(IdentityError::Key(format!("{FILE} does not hold {BYTES} bytes")));
        }
        Ok(Self(bytes))
    }

    /// 32 bytes for one purpose. Different purposes give unrelated keys.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        let mut key = Zeroizing::new([0_u8; 32]);
        Hkdf::<Sha256>::new(Some(SALT), &self.0)
            .expand(purpose.as_bytes(), key.as_mut_slice())
            .expect("HKDF-SHA256 yields up to 8160 bytes");
        key
    }

    /// The Ed25519 key for one purpose.
    ///
    /// # Errors
    /// When the key cannot be encoded for the token library.
    pub fn signing_key(&self, purpose: &str) -> Result<SigningKey, IdentityError> {
        SigningKey::from_seed(&self.derive(purpose))
    }
}

impl fmt::Debug for RootKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RootKey")
    }
}

/// An Ed25519 key pair in the form the token library wants, with its id.
#[derive(Clone)]
pub struct SigningKey {
    pub(super) encoding: jsonwebtoken::EncodingKey,
    pub(super) decoding: jsonwebtoken::DecodingKey,
    key_id: String,
}

impl SigningKey {
    fn from_seed(seed: &[u8; 32]) -> Result<Self, IdentityError> {
        let pair = ed25519_dalek::SigningKey::from_bytes(seed);
        let der = pair.to_pkcs8_der().map_err(|error| IdentityError::Key(error.to_string()))?;
        let public = pair.verifying_key().to_bytes();
        Ok(Self {
            encoding: jsonwebtoken::EncodingKey::from_ed_der(der.as_bytes()),
            decoding: jsonwebtoken::DecodingKey::from_ed_der(&public),
            key_id: Sha256::digest(public).iter().take(6).map(|byte| format!("{byte:02x}")).collect(),
        })
    }

    /// Short id of the public key, written into each token's header.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.key_id
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replicas_with_one_secret_agree_and_purposes_do_not_mix() {
        let secret = SecretString::from("correct horse battery staple 0123456789");
        let (one, two) = (RootKey::from_secret(&secret).unwrap(), RootKey::from_secret(&secret).unwrap());
        assert_eq!(*one.derive("mesh"), *two.derive("mesh"));
        assert_ne!(*one.derive("mesh"), *one.derive("csrf"));
        assert!(RootKey::from_secret(&SecretString::from("short")).is_err());
    }
}
