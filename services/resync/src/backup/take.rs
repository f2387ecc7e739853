//! Makes a backup, also while the product runs.

use super::manifest::Manifest;
use super::{KEYS, failed, make_folder, refused, sync_folders, write_file};
use crate::data;
use crate::failure::Result;
use resync_knowledge_graph::documents::store::files::FileStore;
use resync_knowledge_graph::durable::{CHECKPOINTS_FILE, SPOOL_FILE};
use resync_knowledge_graph::store::sqlite;
use std::fs;
use std::io;
use std::path::Path;

/// Copies what lies in `folder` to `to`, which is made or is empty.
pub(crate) async fn take(folder: &Path, to: &Path, with_keys: bool) -> Result<Manifest> {
    let existed = to.exists();
    if existed && fs::read_dir(to).map_err(failed(to))?.next().is_some() {
        return Err(refused("BACKUP_EXISTS", format!("{} is not empty", to.display()))
            .hint("name a folder that does not exist yet"));
    }
    make_folder(to)?;
    let made = copy(folder, to, with_keys).await;
    if made.is_err() && !existed {
        // What is half there is worth nothing.
        let _ = fs::remove_dir_all(to);
    }
    made
}

async fn copy(folder: &Path, to: &Path, with_keys: bool) -> Result<Manifest> {
    // An event moves from the gateway's file to that of the store's role, and from there into the store: each is copied
    // before the next one, so that an event on its way is in one of them, or in both, which does no harm.
    for name in [data::EVENTS, SPOOL_FILE, CHECKPOINTS_FILE] {
        lines(folder, to, name)?;
    }
    let (knowledge, cache) = (folder.join(data::KNOWLEDGE), folder.join(data::CACHE));
    if knowledge.exists() {
        sqlite::backup(&knowledge, &to.join(data::KNOWLEDGE)).await?;
    }
    if cache.exists() {
        resync_cache::backup(&cache, &to.join(data::CACHE)).await?;
    }
    let originals = Path::new(data::DOCUMENTS).join(data::ORIGINALS);
    if folder.join(&originals).exists() {
        FileStore::copy(&folder.join(&originals), &to.join(&originals)).await?;
    }
    for name in KEYS.into_iter().filter(|_| with_keys) {
        whole(folder, to, name)?;
    }
    let manifest = Manifest::write(to)?;
    if manifest.files.is_empty() {
        return Err(refused("NOTHING_TO_BACK_UP", format!("{} holds nothing to back up", folder.display()))
            .hint("name the data folder with --data-dir; Neo4j and Redis have backups of their own"));
    }
    sync_folders(to)?;
    Ok(manifest)
}

/// Copies a file that grows by lines, without one that is being written.
fn lines(folder: &Path, to: &Path, name: &str) -> Result<()> {
    let Some(content) = read(&folder.join(name))? else { return Ok(()) };
    let end = content.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    write_file(&to.join(name), &mut &content[..end])
}

fn whole(folder: &Path, to: &Path, name: &str) -> Result<()> {
    let Some(content) = read(&folder.join(name))? else { return Ok(()) };
    write_file(&to.join(name), &mut content.as_slice())
}

fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(path)(error)),
    }
}
