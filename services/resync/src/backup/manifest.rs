//! What a backup holds. The manifest is written last: a folder without one is no backup.

use super::{failed, files_below, refused, write_file};
use crate::failure::{Failure, Result};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Component, Path};

/// Its name in the folder.
pub(super) const FILE: &str = "backup.json";
/// Of the backup's form; a later one is refused.
const FORMAT: u32 = 1;

/// A whole backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    format: u32,
    /// Version of the product that made it.
    pub(crate) version: String,
    pub(crate) made_at: DateTime<Utc>,
    pub(crate) files: Vec<Kept>,
}

/// A file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// From the folder, with `/`.
    pub(crate) path: String,
    pub(crate) bytes: u64,
    sha256: String,
}

impl Manifest {
    /// Of everything that lies in `folder` now; written there.
    pub(super) fn write(folder: &Path) -> Result<Self> {
        let mut files = Vec::new();
        for path in files_below(folder)? {
            let (bytes, sha256) = sum(&folder.join(&path))?;
            files.push(Kept { path, bytes, sha256 });
        }
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let manifest = Self { format: FORMAT, version, made_at: Utc::now(), files };
        let text =
            serde_json::to_vec_pretty(&manifest).map_err(|error| Failure::io("JSON", &error.into()))?;
        write_file(&folder.join(FILE), &mut text.as_slice())?;
        Ok(manifest)
    }

    /// Reads it and looks whether every file is there as it was.
    pub(super) fn check(folder: &Path) -> Result<Self> {
        let path = folder.join(FILE);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let text = format!("{} is no complete backup: it has no {FILE}", folder.display());
                return Err(refused("NO_BACKUP", text));
            }
            Err(error) => return Err(failed(&path)(error)),
        };
        let manifest: Self = serde_json::from_slice(&text)
            .map_err(|error| refused("BACKUP_UNREADABLE", format!("{}: {error}", path.display())))?;
        if manifest.format > FORMAT {
            return Err(refused("BACKUP_NEWER", "the backup was made by a newer version of Resync"));
        }
        for Kept { path, bytes, sha256 } in &manifest.files {
            let parts: Vec<_> = Path::new(path).components().collect();
            if parts.is_empty() || !parts.iter().all(|part| matches!(part, Component::Normal(_))) {
                return Err(refused("BACKUP_UNREADABLE", format!("the backup names {path:?}")));
            }
            if sum(&folder.join(path))? != (*bytes, sha256.clone()) {
                return Err(refused("BACKUP_DAMAGED", format!("{path} is not what was backed up"))
                    .hint("use another copy of this backup, or another backup"));
            }
        }
        Ok(manifest)
    }

    /// Whether it holds a file.
    pub(super) fn has(&self, path: &str) -> bool {
        self.files.iter().any(|file| file.path == path)
    }

    /// Bytes of all files.
    pub(crate) fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }
}

/// Size and SHA-256 of a file.
fn sum(path: &Path) -> Result<(u64, String)> {
    let read = || {
        let (mut file, mut hash, mut bytes) = (File::open(path)?, Sha256::new(), 0);
        let mut part = vec![0; 1 << 16];
        loop {
            let read = file.read(&mut part)?;
            if read == 0 {
                break;
            }
            hash.update(&part[..read]);
            bytes += u64::try_from(read).unwrap_or(0);
        }
        Ok((bytes, hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()))
    };
    read().map_err(failed(path))
}
