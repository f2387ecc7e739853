//! Backups of a data folder: everything that must last and cannot be made again, as files in a folder with a manifest.
//!
//! What a running product writes is copied in an order that leaves nothing out: what waits for a store before the store,
//! and signed statements about a store before the store too, so that the copy of the store is never behind them.

mod manifest;
mod put;
mod take;

pub(crate) use put::{Put, put};
pub(crate) use take::take;

use crate::failure::{Failure, Result};
use crate::installation::PASSWORD_FILE;
use resync_fault::ErrorKind;
use resync_service_kit::identity::RootKey;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

/// Secrets of an installation, which a backup may leave out.
const KEYS: [&str; 2] = [RootKey::FILE, PASSWORD_FILE];

fn failed(path: &Path) -> impl FnOnce(io::Error) -> Failure + '_ {
    |error| Failure::io(&path.display().to_string(), &error)
}

fn refused(reason: &str, text: impl Into<String>) -> Failure {
    Failure::new(ErrorKind::FailedPrecondition, reason, text)
}

/// A folder that only its owner may look into, with those above it.
fn make_folder(path: &Path) -> Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(failed(path))
}

/// Writes a new file that only its owner may read; on disk when it returns.
fn write_file(path: &Path, content: &mut impl io::Read) -> Result<()> {
    let write = |content: &mut dyn io::Read| {
        let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(path)?;
        io::copy(content, &mut file)?;
        file.sync_all()
    };
    write(content).map_err(failed(path))
}

/// Every file below a folder, as paths from there with `/`, in order.
fn files_below(folder: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut open = vec![String::new()];
    while let Some(part) = open.pop() {
        let here = folder.join(&part);
        for entry in fs::read_dir(&here).map_err(failed(&here))? {
            let entry = entry.map_err(failed(&here))?;
            let name = entry.file_name().into_string().map_err(|name| {
                refused("BACKUP_UNREADABLE", format!("{} holds the strange name {name:?}", here.display()))
            })?;
            let path = if part.is_empty() { name } else { format!("{part}/{name}") };
            let kind = entry.file_type().map_err(failed(&here))?;
            if kind.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// Waits until the names in a folder, and in those below it, are on disk.
fn sync_folders(folder: &Path) -> Result<()> {
    let mut open = vec![folder.to_owned()];
    while let Some(here) = open.pop() {
        for entry in fs::read_dir(&here).map_err(failed(&here))? {
            let entry = entry.map_err(failed(&here))?;
            if entry.file_type().map_err(failed(&here))?.is_dir() {
                open.push(entry.path());
            }
        }
        File::open(&here).and_then(|folder| folder.sync_all()).map_err(failed(&here))?;
    }
    Ok(())
}
