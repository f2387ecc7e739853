//! The watched folder: what lies in it, and which of it may have changed since the last look.
//!
//! Links are not followed and hidden files are not seen, so nothing outside of the folder gets in by accident.

use std::collections::BTreeMap;
use std::fs::{self, File, Metadata};
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use resync_api::documents::model::DocumentSource;

use crate::documents::name;

/// Deeper folders are not entered.
const MAX_DEPTH: usize = 8;

/// A file that changed this long ago has a change time of its own.
const SETTLED: Duration = Duration::from_secs(2);

/// What tells that a file is not the one that was looked at: its size and its change time, which nobody can set back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    size: u64,
    inode: u64,
    changed: (i64, i64),
}

/// A file that may be a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) path: PathBuf,
    pub(crate) stamp: Stamp,
}

impl Found {
    pub(crate) fn size(&self) -> u64 {
        self.stamp.size
    }

    /// Whether a later change would show: change times are coarse, and a file may change twice in one step of them.
    pub(crate) fn is_settled(&self, now: SystemTime) -> bool {
        let changed = u64::try_from(self.stamp.changed.0).unwrap_or(0);
        now.duration_since(UNIX_EPOCH)
            .is_ok_and(|now| now.saturating_sub(Duration::from_secs(changed)) > SETTLED)
    }
}

/// What one look found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Look {
    /// By name: the path from the folder.
    pub(crate) files: BTreeMap<String, Found>,
    /// Files that look like documents and cannot be taken in, and why.
    pub(crate) refused: BTreeMap<String, String>,
}

/// Looks through the folder; at most `limit` files are taken, the others named.
///
/// # Errors
/// When the folder or one below it cannot be listed: what is missing then is not known to be gone.
pub(crate) fn look(folder: &Path, limit: usize) -> Result<Look, String> {
    let mut look = Look::default();
    let mut open = vec![(folder.to_owned(), String::new(), 0)];
    while let Some((path, prefix, depth)) = open.pop() {
        let failed = |error: std::io::Error| format!("{} cannot be read: {error}", path.display());
        for entry in fs::read_dir(&path).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let Ok(file_name) = entry.file_name().into_string() else {
                let name = format!("{prefix}{}", entry.file_name().display());
                look.refused.insert(name, "its name cannot be read".to_owned());
                continue;
            };
            let name = format!("{prefix}{file_name}");
            // A file that vanishes while it is looked at is not there.
            let Ok(metadata) = entry.metadata() else { continue };
            if file_name.starts_with('.') {
                continue;
            }
            if metadata.is_dir() && depth < MAX_DEPTH {
                open.push((entry.path(), format!("{name}/"), depth + 1));
            } else if metadata.is_file() && name::format(&name).is_some() {
                if name::checked(&name, DocumentSource::Folder).is_err() {
                    look.refused.insert(name, "its name has signs that cannot be shown".to_owned());
                } else if look.files.len() >= limit {
                    look.refused.insert(name, format!("there are more than {limit} files"));
                } else {
                    look.files.insert(name, Found { path: entry.path(), stamp: stamp(&metadata) });
                }
            }
        }
    }
    Ok(look)
}

/// The content of a file that was found.
///
/// # Errors
/// When it cannot be read, or is not the file that was found: it may have become a link to another.
pub(crate) fn content(found: &Found) -> Result<Vec<u8>, String> {
    let failed = |error: io::Error| format!("{}: {error}", found.path.display());
    let file = File::open(&found.path).map_err(failed)?;
    if stamp(&file.metadata().map_err(failed)?) != found.stamp {
        return Err(format!("{} changed since it was found", found.path.display()));
    }
    let mut content = Vec::new();
    file.take(found.size()).read_to_end(&mut content).map_err(failed)?;
    Ok(content)
}

fn stamp(metadata: &Metadata) -> Stamp {
    Stamp { size: metadata.len(), inode: metadata.ino(), changed: (metadata.ctime(), metadata.ctime_nsec()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn only_plain_files_inside_of_the_folder_are_seen() {
        let (outside, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let at = |name: &str| folder.path().join(name);
        fs::write(outside.path().join("secret.md"), "x").unwrap();
        fs::create_dir_all(at("night/.git")).unwrap();
        for name in ["a.md", "night/b.pdf", "night/.git/c.md", ".d.md", "e.exe", "f\u{202e}.md"] {
            fs::write(at(name), "x").unwrap();
        }
        symlink(outside.path().join("secret.md"), at("g.md")).unwrap();
        symlink(outside.path(), at("h")).unwrap();
        let first = look(folder.path(), 9).unwrap();
        assert_eq!(first.files.keys().collect::<Vec<_>>(), ["a.md", "night/b.pdf"]);
        assert_eq!(first.refused.len(), 1);
        assert_eq!(look(folder.path(), 9).unwrap(), first);

        fs::write(at("a.md"), "xy").unwrap();
        let second = look(folder.path(), 9).unwrap();
        assert_ne!(second.files["a.md"], first.files["a.md"]);
        let at_once = SystemTime::now();
        assert!(!second.files["a.md"].is_settled(at_once));
        assert!(second.files["a.md"].is_settled(at_once + 2 * SETTLED));
        assert_eq!(look(folder.path(), 1).unwrap().refused.len(), 2);
        assert!(look(&at("missing"), 9).is_err());

        assert_eq!(content(&second.files["a.md"]).as_deref(), Ok(b"xy".as_slice()));
        fs::remove_file(at("a.md")).unwrap();
        symlink(outside.path().join("secret.md"), at("a.md")).unwrap();
        assert!(content(&second.files["a.md"]).is_err(), "it became a link");
    }
}
