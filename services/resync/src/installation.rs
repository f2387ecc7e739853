//! What one installation keeps in its data folder: the root key, the generated administrator password, the token of the
//! local command line, and where the running product can be reached.

use crate::failure::{Failure, Result};
use rand::Rng as _;
use rand::distr::Alphanumeric;
use resync_service_kit::data_dir::{DataDir, DataDirError};
use resync_service_kit::identity::RootKey;
use secrecy::SecretString;
use std::path::Path;
use zeroize::Zeroizing;

const PASSWORD_FILE: &str = "admin.password";
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
        Ok(self.secret(PASSWORD_FILE, PASSWORD_CHARS)?)
    }

    /// Where that password lies.
    pub(crate) fn admin_password_file(&self) -> std::path::PathBuf {
        self.folder.path().join(PASSWORD_FILE)
    }

    /// The token with which commands on this machine log in.
    pub(crate) fn local_token(&self) -> Result<SecretString> {
        Ok(self.secret(TOKEN_FILE, TOKEN_CHARS)?)
    }

    /// Tells commands that use the same data folder where to call.
    pub(crate) fn publish_address(&self, url: &str) -> Result<()> {
        Ok(self.folder.write_secret(ADDRESS_FILE, url.as_bytes())?)
    }

    fn secret(&self, file: &str, chars: usize) -> std::result::Result<SecretString, DataDirError> {
        let fresh = || Zeroizing::new(random_text(chars).into_bytes());
        let bytes = self.folder.read_or_create_secret(file, fresh)?;
        Ok(SecretString::from(String::from_utf8_lossy(&bytes).trim().to_owned()))
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
        Ok(Self { url: file(ADDRESS_FILE)?, token: file(TOKEN_FILE)?.map(SecretString::from) })
    }
}
