//! What one installation keeps in its data folder: the root key, the generated administrator password, the token of the
//! local command line, and where the running product can be reached.

use crate::failure::{Failure, Result};
use rand::Rng as _;
use rand::distr::Alphanumeric;
use resync_fault::ErrorKind;
use resync_service_kit::data_dir::DataDir;
use resync_service_kit::identity::RootKey;
use resync_service_kit::vitals::{Resources, Scope};
use secrecy::SecretString;
use std::path::Path;
use zeroize::Zeroizing;

/// File of the generated password of the administrator.
pub(crate) const PASSWORD_FILE: &str = "admin.password";
const TOKEN_FILE: &str = "cli.token";
const ADDRESS_FILE: &str = "address";
/// Twenty characters out of 62 are about 119 bits.
const PASSWORD_CHARS: usize = 20;
const TOKEN_CHARS: usize = 43;

/// The data folder of this installation, in use by this process.
#[derive(Debug)]
pub(crate) struct Installation {
    folder: DataDir,
}

impl Installation {
    pub(crate) fn open(path: &Path) -> Result<Self> {
        Ok(Self { folder: DataDir::open(path)? })
    }

    /// Counts the lock of the folder among what the process holds.
    pub(crate) fn lock_counted_in(&self, resources: &Resources) -> Scope {
        self.folder.counted_in(resources)
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The root of all keys: SECRET_KEY when set, else a random one made at first start.
    pub(crate) fn root_key(&self, secret: Option<&SecretString>) -> Result<RootKey> {
        Ok(match secret {
            Some(secret) => RootKey::from_secret(secret)?,
            None => RootKey::load_or_create(&self.folder)?,
        })
    }

    /// The administrator's password, generated at first start.
    pub(crate) fn admin_password(&self) -> Result<SecretString> {
        self.secret(PASSWORD_FILE, PASSWORD_CHARS)
    }

    /// Where that password lies.
    pub(crate) fn admin_password_file(&self) -> std::path::PathBuf {
        self.folder.path().join(PASSWORD_FILE)
    }

    /// The token with which commands on this machine log in.
    pub(crate) fn local_token(&self) -> Result<SecretString> {
        self.secret(TOKEN_FILE, TOKEN_CHARS)
    }

    /// Tells commands that use the same data folder where to call.
    pub(crate) fn publish_address(&self, url: &str) -> Result<()> {
        Ok(self.folder.write_secret(ADDRESS_FILE, url.as_bytes())?)
    }

    fn secret(&self, file: &str, chars: usize) -> Result<SecretString> {
        let fresh = || Zeroizing::new(random_text(chars).into_bytes());
        let bytes = self.folder.read_or_create_secret(file, fresh)?;
        let text = Zeroizing::new(String::from_utf8_lossy(&bytes).trim().to_owned());
        if text.is_empty() {
            // An interrupted copy or a full disk; accepted, it would let everybody in.
            let path = self.folder.path().join(file);
            let message = format!("{} is empty", path.display());
            return Err(Failure::new(ErrorKind::FailedPrecondition, "SECRET_FILE_EMPTY", message)
                .hint("delete the file: the next start writes a new one"));
        }
        Ok(SecretString::from(text.as_str()))
    }
}

/// Letters and digits from the operating system's randomness.
pub(crate) fn random_text(chars: usize) -> String {
    rand::rng().sample_iter(Alphanumeric).take(chars).map(char::from).collect()
}

/// What a command reads from the data folder of a product that runs.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) url: Option<String>,
    pub(crate) token: Option<SecretString>,
}

impl Running {
    /// Reads without locking: the folder belongs to the running process.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let file = |name: &str| match std::fs::read_to_string(folder.join(name)) {
            Ok(text) => Ok(Some(text.trim().to_owned())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            // Somebody else's product on a shared machine: log in like everybody.
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => Ok(None),
            Err(error) => Err(Failure::io(&format!("cannot read {}", folder.join(name).display()), &error)),
        };
        Ok(Self {
            url: file(ADDRESS_FILE)?,
            token: file(TOKEN_FILE)?.filter(|token| !token.is_empty()).map(SecretString::from),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_secret_file_is_refused_and_no_token_to_log_in_with() {
        let folder = tempfile::tempdir().unwrap();
        let installation = Installation::open(folder.path()).unwrap();
        for (file, read) in [
            (PASSWORD_FILE, Installation::admin_password as fn(&Installation) -> Result<SecretString>),
            (TOKEN_FILE, Installation::local_token),
        ] {
            read(&installation).unwrap();
            for empty in ["", " \n"] {
                std::fs::write(folder.path().join(file), empty).unwrap();
                let refused = format!("{:?}", read(&installation).unwrap_err());
                assert!(refused.contains("SECRET_FILE_EMPTY") && refused.contains(file), "{refused}");
            }
        }
        assert!(Running::read(folder.path()).unwrap().token.is_none());
    }
}
