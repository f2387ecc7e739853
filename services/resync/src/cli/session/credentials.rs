//! What `resync login` remembers: tokens by address, in a 0600 file of the user's configuration folder. Never passwords.

use super::{Place, Tokens};
use crate::failure::{Failure, Result};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A token about to expire is not worth using.
const SPARE: Duration = Duration::from_secs(30);

/// One remembered login.
#[derive(Serialize, Deserialize)]
pub(crate) struct Remembered {
    user: String,
    access_token: String,
    refresh_token: String,
    /// Seconds since 1970.
    expires_at: u64,
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs())
}

impl Remembered {
    /// Keeps the tokens of a login.
    pub(crate) fn keep(place: &Place, user: &str, tokens: &Tokens) -> Result<PathBuf> {
        let path = file()?;
        let mut all = read(&path)?;
        all.insert(place.url.to_string(), Self::new(user, tokens));
        write(&path, &all)?;
        Ok(path)
    }

    fn new(user: &str, tokens: &Tokens) -> Self {
        Self {
            user: user.to_owned(),
            access_token: tokens.access_token.expose_secret().to_owned(),
            refresh_token: tokens.refresh_token.expose_secret().to_owned(),
            expires_at: now() + tokens.expires_in,
        }
    }

    /// A valid token for an address, refreshed when need be; none when nobody logged in there or the login has ended.
    pub(super) async fn access_token(place: &Place) -> Result<Option<SecretString>> {
        let Ok(path) = file() else { return Ok(None) };
        let mut all = read(&path)?;
        let Some(known) = all.get(place.url.as_str()) else { return Ok(None) };
        if known.expires_at > now() + SPARE.as_secs() {
            return Ok(Some(known.access_token.clone().into()));
        }
        let form = [("grant_type", "refresh_token"), ("refresh_token", known.refresh_token.as_str())];
        match place.tokens(&form).await {
            Ok(tokens) => {
                let renewed = Self::new(&known.user.clone(), &tokens);
                all.insert(place.url.to_string(), renewed);
                write(&path, &all)?;
                Ok(Some(tokens.access_token))
            }
            // The session has ended; logging in again, or the local token, is the way on.
            Err(refused) if refused.exit_code() == 4 => {
                all.remove(place.url.as_str());
                write(&path, &all)?;
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

fn file() -> Result<PathBuf> {
    let folder = std::env::var_os("XDG_CONFIG_HOME")
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".config")));
    folder.map(|folder| folder.join("resync").join("credentials.json")).ok_or_else(|| {
        Failure::new(
            resync_fault::ErrorKind::FailedPrecondition,
            "NO_HOME",
            "there is no home folder to remember a login in",
        )
    })
}

fn read(path: &Path) -> Result<BTreeMap<String, Remembered>> {
    match std::fs::read(path) {
        // A file that does not read is as good as none; the next login replaces it.
        Ok(bytes) => Ok(serde_json::from_slice(&bytes).unwrap_or_default()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(BTreeMap::new()),
        Err(error) => Err(Failure::io(&format!("cannot read {}", path.display()), &error)),
    }
}

fn write(path: &Path, all: &BTreeMap<String, Remembered>) -> Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
    let save = || {
        if let Some(folder) = path.parent() {
            std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        let draft = path.with_extension("new");
        let mut file =
            std::fs::OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&draft)?;
        file.write_all(&serde_json::to_vec_pretty(all)?)?;
        file.sync_all()?;
        std::fs::rename(draft, path)
    };
    save().map_err(|error| Failure::io(&format!("cannot write {}", path.display()), &error))
}
