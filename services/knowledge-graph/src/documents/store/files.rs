//! Originals as files in a folder: contents named by their hash, and a record for each document.
//!
//! A content is on the disk before the record that names it, and every file appears whole or not at all, so a crash
//! leaves the old state or the new. What a crash leaves over is removed at the next start.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use resync_api::documents::model::Document;
use sha2::{Digest as _, Sha256};

use super::DocumentStore;
use crate::documents::error::Error;

const CONTENTS: &str = "contents";
const RECORDS: &str = "records";
const DRAFT: &str = "draft";
/// How often a document that changes while it is copied is looked at again.
const COPY_ATTEMPTS: usize = 3;

/// How much is kept.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Of all contents together.
    pub bytes: u64,
    /// Documents.
    pub documents: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { bytes: 1 << 30, documents: 10_000 }
    }
}

/// The store; clones are the same one. Its folder must belong to one process.
#[derive(Clone, Debug)]
pub struct FileStore {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    folder: PathBuf,
    bounds: Bounds,
    /// One writer at a time; held while files are written.
    kept: Mutex<BTreeMap<String, Document>>,
}

impl FileStore {
    /// Opens the folder, making it if need be.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub fn open(folder: impl Into<PathBuf>, bounds: Bounds) -> Result<Self, Error> {
        let folder = folder.into();
        for part in [CONTENTS, RECORDS] {
            let path = folder.join(part);
            DirBuilder::new().recursive(true).mode(0o700).create(&path).map_err(|error| at(&path, &error))?;
        }
        let inner = Inner { folder, bounds, kept: Mutex::default() };
        let (records, broken) = inner.load()?;
        if broken == 0 {
            inner.sweep(&records)?;
        } else {
            tracing::error!(broken, "records of documents are unreadable; their contents are left alone");
        }
        *inner.kept() = records;
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Copies the originals in `folder` to `copy`, which must not exist, also while a store is open there: each record with
    /// the content that it names. What is removed meanwhile may be missing.
    ///
    /// # Errors
    /// When something cannot be read or written.
    pub async fn copy(folder: &Path, copy: &Path) -> Result<(), Error> {
        let (folder, copy) = (folder.to_owned(), copy.to_owned());
        let work = tokio::task::spawn_blocking(move || copied(&folder, &copy));
        work.await.map_err(|error| Error::Store(error.to_string()))?
    }

    fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> Result<T, Error> + Send + 'static,
    ) -> BoxFuture<'_, Result<T, Error>> {
        let inner = Arc::clone(&self.inner);
        let work = tokio::task::spawn_blocking(move || work(&inner));
        async move { work.await.map_err(|error| Error::Store(error.to_string()))? }.boxed()
    }
}

impl DocumentStore for FileStore {
    fn list(&self) -> BoxFuture<'_, Result<Vec<Document>, Error>> {
        self.blocking(|inner| Ok(inner.kept().values().cloned().collect()))
    }

    fn content(&self, id: &str) -> BoxFuture<'_, Result<Option<Bytes>, Error>> {
        let id = id.to_owned();
        self.blocking(move |inner| {
            let hash = inner.kept().get(&id).map(|document| document.sha256.clone());
            hash.map(|hash| inner.read(&hash)).transpose()
        })
    }

    fn put(&self, document: Document, content: Option<Bytes>) -> BoxFuture<'_, Result<(), Error>> {
        self.blocking(move |inner| inner.put(document, content.as_deref()))
    }

    fn delete(&self, id: &str) -> BoxFuture<'_, Result<(), Error>> {
        let id = id.to_owned();
        self.blocking(move |inner| inner.delete(&id))
    }
}

impl Inner {
    fn put(&self, document: Document, content: Option<&[u8]>) -> Result<(), Error> {
        let mut kept = self.kept();
        let before = kept.get(&document.id).map(|before| before.sha256.clone());
        if let Some(content) = content {
            self.room_for(&kept, &document)?;
            if hash(content) != document.sha256 {
                return Err(Error::Store("a document's hash is not its content's".to_owned()));
            }
            self.write(CONTENTS, &document.sha256, content)?;
        } else if !self.path(CONTENTS, &document.sha256).exists() {
            return Err(Error::Store("a document's content is not kept".to_owned()));
        }
        let record = serde_json::to_vec(&document).map_err(|error| Error::Store(error.to_string()))?;
        self.write(RECORDS, &record_name(&document.id), &record)?;
        kept.insert(document.id.clone(), document);
        self.drop_content(&kept, before.as_deref())
    }

    fn delete(&self, id: &str) -> Result<(), Error> {
        let mut kept = self.kept();
        let Some(document) = kept.get(id) else { return Ok(()) };
        let hash = document.sha256.clone();
        self.remove(RECORDS, &record_name(id))?;
        kept.remove(id);
        self.drop_content(&kept, Some(&hash))
    }

    /// Contents are counted once, however many documents have them.
    fn room_for(&self, kept: &BTreeMap<String, Document>, document: &Document) -> Result<(), Error> {
        let others = kept.values().filter(|other| other.id != document.id);
        let mut sizes: HashMap<&str, u64> = HashMap::new();
        sizes.insert(&document.sha256, document.size_bytes);
        let mut count = 1;
        for other in others {
            sizes.insert(&other.sha256, other.size_bytes);
            count += 1;
        }
        if count > self.bounds.documents {
            return Err(Error::StoreFull { detail: format!("{} documents are kept", self.bounds.documents) });
        }
        if sizes.values().sum::<u64>() > self.bounds.bytes {
            return Err(Error::StoreFull { detail: format!("{} bytes are kept at most", self.bounds.bytes) });
        }
        Ok(())
    }

    /// Removes a content that no document has any more.
    fn drop_content(&self, kept: &BTreeMap<String, Document>, hash: Option<&str>) -> Result<(), Error> {
        match hash {
            Some(hash) if !kept.values().any(|document| document.sha256 == hash) => {
                self.remove(CONTENTS, hash)
            }
            _ => Ok(()),
        }
    }

    fn read(&self, expected: &str) -> Result<Bytes, Error> {
        let path = self.path(CONTENTS, expected);
        let content = fs::read(&path).map_err(|error| at(&path, &error))?;
        if hash(&content) != expected {
            return Err(Error::Store(format!("{} is damaged", path.display())));
        }
        Ok(content.into())
    }

    /// All records that can be read, and how many cannot.
    fn load(&self) -> Result<(BTreeMap<String, Document>, usize), Error> {
        let mut records = BTreeMap::new();
        let mut broken = 0;
        for name in self.names(RECORDS)? {
            let path = self.path(RECORDS, &name);
            let record = fs::read(&path).map_err(|error| at(&path, &error))?;
            match serde_json::from_slice::<Document>(&record) {
                Ok(document) if record_name(&document.id) == name => {
                    records.insert(document.id.clone(), document);
                }
                _ => broken += 1,
            }
        }
        Ok((records, broken))
    }

    /// Removes what a crash left over.
    fn sweep(&self, records: &BTreeMap<String, Document>) -> Result<(), Error> {
        for name in self.names(CONTENTS)? {
            self.drop_content(records, Some(&name))?;
        }
        Ok(())
    }

    fn names(&self, part: &str) -> Result<Vec<String>, Error> {
        let path = self.folder.join(part);
        let entries = fs::read_dir(&path).map_err(|error| at(&path, &error))?;
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|error| at(&path, &error))?;
            names.extend(entry.file_name().into_string().ok());
        }
        Ok(names)
    }

    /// On the disk when it returns, whole or not at all. Callers hold the lock: there is one draft.
    fn write(&self, part: &str, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let (path, draft) = (self.path(part, name), self.folder.join(DRAFT));
        let write = || -> io::Result<()> {
            let mut file =
                OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&draft)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&draft, &path)?;
            self.sync(part)
        };
        write().map_err(|error| at(&path, &error))
    }

    fn remove(&self, part: &str, name: &str) -> Result<(), Error> {
        let path = self.path(part, name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(&path, &error)),
            _ => self.sync(part).map_err(|error| at(&path, &error)),
        }
    }

    fn sync(&self, part: &str) -> io::Result<()> {
        File::open(self.folder.join(part))?.sync_all()
    }

    fn path(&self, part: &str, name: &str) -> PathBuf {
        self.folder.join(part).join(name)
    }

    fn kept(&self) -> MutexGuard<'_, BTreeMap<String, Document>> {
        // The map is changed in one step after the files; a panic in between leaves a valid one.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn copied(folder: &Path, copy: &Path) -> Result<(), Error> {
    for part in [CONTENTS, RECORDS] {
        let path = copy.join(part);
        DirBuilder::new().recursive(true).mode(0o700).create(&path).map_err(|error| at(&path, &error))?;
    }
    let records = folder.join(RECORDS);
    for entry in fs::read_dir(&records).map_err(|error| at(&records, &error))? {
        let path = entry.map_err(|error| at(&records, &error))?.path();
        let Some(name) = path.file_name() else { continue };
        // A record that is replaced meanwhile names another content by then.
        for _ in 0..COPY_ATTEMPTS {
            let record = match fs::read(&path) {
                Ok(record) => record,
                Err(error) if error.kind() == io::ErrorKind::NotFound => break,
                Err(error) => return Err(at(&path, &error)),
            };
            let document: Document = serde_json::from_slice(&record)
                .map_err(|error| Error::Store(format!("{}: {error}", path.display())))?;
            let content = folder.join(CONTENTS).join(&document.sha256);
            let kept = copy.join(CONTENTS).join(&document.sha256);
            if !kept.exists() {
                match fs::copy(&content, &kept) {
                    Ok(_) => {}
                    Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                    Err(error) => return Err(at(&content, &error)),
                }
            }
            let place = copy.join(RECORDS).join(name);
            let made = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&place);
            made.and_then(|mut file| file.write_all(&record)).map_err(|error| at(&place, &error))?;
            break;
        }
    }
    Ok(())
}

/// Identifiers are anybody's text; file names are not.
fn record_name(id: &str) -> String {
    hash(id.as_bytes())
}

pub(crate) fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn at(path: &Path, error: &io::Error) -> Error {
    Error::Store(format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests;
