//! What happens without being asked: the watched folder is taken in, what the index lacks is read again, and passages get
//! their vectors.
//!
//! It reads documents itself and hands the results to the writer in batches. What fails for a reason that may pass is tried
//! again with growing waits.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use chrono::Utc;
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use resync_api::documents::model::{Document, DocumentFormat, DocumentSource};
use resync_resilience::Backoff;
use resync_service_kit::shutdown::Drain;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use crate::documents::error::Error;
use crate::documents::folder::{self, Found, Look, Stamp};
use crate::documents::library::FolderConfig;
use crate::documents::library::embedding::embed;
use crate::documents::library::shelf::{Reading, Shelf, blocking};
use crate::documents::library::writer::{Entry, Orders};
use crate::documents::name;
use crate::documents::store::files::hash;

/// Documents written together at most, and bytes of their contents.
const BATCH: usize = 64;
const BATCH_BYTES: usize = 16 << 20;
/// Problems of the folder that are named; more are counted.
const NAMED: usize = 3;
const RETRY: Backoff = Backoff::doubling(Duration::from_secs(2), Duration::from_secs(300));

/// Wakes the importer.
#[derive(Debug, Default)]
pub(crate) struct Bell {
    ring: Notify,
    everything: AtomicBool,
}

impl Bell {
    /// Something was written; it may need vectors.
    pub(crate) fn written(&self) {
        self.ring.notify_one();
    }

    /// All documents shall be read again.
    pub(crate) fn read_everything(&self) {
        self.everything.store(true, Ordering::Relaxed);
        self.ring.notify_one();
    }
}

/// Something to read.
#[derive(Debug)]
enum Work {
    /// A kept document.
    Kept(String),
    /// A file of the folder.
    File(String, Found),
}

/// Works until the drain begins.
#[derive(Debug)]
pub(crate) struct Importer {
    pub(crate) shelf: Arc<Shelf>,
    pub(crate) orders: Orders,
    pub(crate) bell: Arc<Bell>,
    pub(crate) folder: Option<FolderConfig>,
    /// Kept documents that the index lacks.
    pub(crate) missing: Vec<String>,
}

/// What the importer remembers from one round to the next.
#[derive(Debug, Default)]
struct Memory {
    queue: VecDeque<Work>,
    /// Files that are in the store as they lie in the folder.
    known: HashMap<String, Stamp>,
    /// Why files of the folder are not in the store, by name.
    problems: BTreeMap<String, String>,
    /// What is wrong with the folder as a whole.
    folder_problem: Option<String>,
    failures: u32,
}

/// Something that was read and is to be written.
#[derive(Debug)]
struct Ready {
    entry: Entry,
    work: Work,
}

impl Memory {
    /// A file that is in the store is not looked at again until it changes.
    fn settle(&mut self, work: Work) {
        if let Work::File(name, found) = work {
            self.problems.remove(&name);
            if found.is_settled(SystemTime::now()) {
                self.known.insert(name, found.stamp);
            }
        }
    }

    /// Everything that is wrong with the folder, in one line.
    fn problem(&self) -> Option<String> {
        if self.folder_problem.is_some() || self.problems.is_empty() {
            return self.folder_problem.clone();
        }
        let named: Vec<_> =
            self.problems.iter().take(NAMED).map(|(name, why)| format!("{name}: {why}")).collect();
        let more = self.problems.len() - named.len();
        let rest = if more > 0 { format!("; and {more} more") } else { String::new() };
        Some(format!("not taken in: {}{rest}", named.join("; ")))
    }
}

impl Importer {
    pub(crate) async fn run(mut self, drain: Drain) {
        let mut memory = Memory::default();
        memory.queue.extend(std::mem::take(&mut self.missing).into_iter().map(Work::Kept));
        let mut next_look = Instant::now();
        loop {
            let round = async {
                if self.bell.everything.swap(false, Ordering::Relaxed) {
                    let all: Vec<_> =
                        self.shelf.catalogue(|all| all.keys().cloned().map(Work::Kept).collect());
                    memory.queue = all.into();
                    memory.known.clear();
                    memory.problems.clear();
                }
                if let Some(folder) = &self.folder
                    && Instant::now() >= next_look
                {
                    self.look(folder, &mut memory).await;
                    next_look = Instant::now() + folder.every;
                }
                let read = self.work_off(&mut memory).await;
                let embedded = embed(&self.shelf).await;
                self.tell(memory.problem());
                let well = read && embedded;
                memory.failures = if well { 0 } else { memory.failures.saturating_add(1) };
            };
            if drain.unless_begun(round).await.is_none() {
                return;
            }
            let again = (memory.failures > 0).then(|| Instant::now() + RETRY.delay(memory.failures));
            let due = self.folder.as_ref().map(|_| next_look);
            let wake = again.into_iter().chain(due).min();
            let pause = async {
                match wake {
                    Some(wake) => tokio::select! {
                        () = self.bell.ring.notified() => {}
                        () = sleep_until(wake) => {}
                    },
                    None => self.bell.ring.notified().await,
                }
            };
            if drain.unless_begun(pause).await.is_none() {
                return;
            }
        }
    }

    /// Queues what is new in the folder and forgets what is gone.
    async fn look(&self, folder: &FolderConfig, memory: &mut Memory) {
        let (path, limit): (PathBuf, usize) = (folder.path.clone(), self.shelf.limits.folder_files);
        let looked = blocking(move || Ok(folder::look(&path, limit))).await;
        let look = match looked.map_err(|error| error.to_string()).flatten() {
            Ok(look) => look,
            Err(problem) => {
                memory.folder_problem = Some(problem);
                return;
            }
        };
        let gone: Vec<String> = self.shelf.catalogue(|all| {
            let from_folder = all.values().filter(|document| document.source == DocumentSource::Folder);
            let gone = from_folder.filter(|document| !look.files.contains_key(&document.name));
            gone.map(|document| document.id.clone()).collect()
        });
        if !gone.is_empty() && look.files.is_empty() {
            // A file system that is not mounted looks just like this.
            memory.folder_problem =
                Some("the folder is empty; the documents that were in it are kept".to_owned());
            return;
        }
        memory.folder_problem = None;
        if let Err(error) = self.orders.delete(gone).await {
            tracing::warn!(%error, "documents whose files are gone could not be removed");
        }
        let Look { files, refused } = look;
        memory.known.retain(|name, _| files.contains_key(name));
        memory.problems.retain(|name, _| files.contains_key(name));
        memory.problems.extend(refused);
        // What is still queued from an earlier look may have changed or gone.
        memory.queue.retain(|work| matches!(work, Work::Kept(_)));
        let news = files.into_iter().filter(|(name, found)| memory.known.get(name) != Some(&found.stamp));
        memory.queue.extend(news.map(|(name, found)| Work::File(name, found)));
    }

    fn tell(&self, problem: Option<String>) {
        let mut told = self.shelf.folder_problem();
        if *told != problem {
            if let Some(problem) = &problem {
                tracing::warn!(%problem, "the watched folder has a problem");
            }
            *told = problem;
        }
    }

    /// Reads everything that is queued; false when something shall be tried again.
    async fn work_off(&self, memory: &mut Memory) -> bool {
        let at_once = self.shelf.reader.at_once();
        let mut again = Vec::new();
        let mut running = FuturesUnordered::new();
        let mut batch: Vec<Ready> = Vec::new();
        loop {
            while running.len() < at_once
                && let Some(work) = memory.queue.pop_front()
            {
                running.push(self.prepare(work));
            }
            self.shelf.set_pending(memory.queue.len() + running.len() + batch.len() + again.len());
            let Some((work, outcome)) = running.next().await else { break };
            match outcome {
                Ok(Some(entry)) => batch.push(Ready { entry, work }),
                Ok(None) => memory.settle(work),
                Err(error) => {
                    tracing::warn!(%error, ?work, "a document could not be taken in");
                    match work {
                        Work::File(name, found) if error.is_about_content() => {
                            memory.known.insert(name.clone(), found.stamp);
                            memory.problems.insert(name, error.to_string());
                        }
                        work => again.push(work),
                    }
                }
            }
            let contents = batch.iter().filter_map(|ready| ready.entry.content.as_ref());
            let full = batch.len() >= BATCH || contents.map(Bytes::len).sum::<usize>() >= BATCH_BYTES;
            if full || (running.is_empty() && memory.queue.is_empty()) {
                self.write(&mut batch, memory, &mut again).await;
            }
        }
        drop(running);
        memory.queue.extend(again);
        self.shelf.set_pending(memory.queue.len());
        memory.queue.is_empty()
    }

    /// Has a batch written. What fails is queued again.
    async fn write(&self, batch: &mut Vec<Ready>, memory: &mut Memory, again: &mut Vec<Work>) {
        let batch = std::mem::take(batch);
        let (entries, works): (Vec<_>, Vec<_>) =
            batch.into_iter().map(|ready| (ready.entry, ready.work)).unzip();
        match self.orders.put_all(entries).await {
            Ok(()) => works.into_iter().for_each(|work| memory.settle(work)),
            Err(error) => {
                tracing::warn!(%error, "documents could not be taken in");
                for work in works {
                    if let Work::File(name, _) = &work {
                        memory.problems.insert(name.clone(), error.to_string());
                    }
                    again.push(work);
                }
            }
        }
    }

    /// Reads one document; nothing comes of it when it is kept as it is.
    async fn prepare(&self, work: Work) -> (Work, Result<Option<Entry>, Error>) {
        let outcome = match &work {
            Work::Kept(id) => self.kept(id).await,
            Work::File(name, found) => self.file(name, found).await,
        };
        (work, outcome)
    }

    async fn kept(&self, id: &str) -> Result<Option<Entry>, Error> {
        let Some(mut document) = self.shelf.document(id) else { return Ok(None) };
        let Some(content) = self.shelf.store.content(id).await? else { return Ok(None) };
        if document.problem.is_some() {
            // Its title was only its name.
            document.title.clear();
        }
        let read = self.shelf.read(document.format, content).await;
        let pieces = Reading::applied(read, &mut document)?;
        Ok(Some(Entry { document, content: None, pieces }))
    }

    async fn file(&self, name: &str, found: &Found) -> Result<Option<Entry>, Error> {
        let limit = self.shelf.limits.document_bytes;
        if found.size() > limit {
            return Err(Error::TooLarge { limit });
        }
        let file = found.clone();
        let content: Bytes = blocking(move || folder::content(&file).map_err(Error::Store)).await?.into();
        let (id, sha256) = (name::id(name, DocumentSource::Folder), hash(&content));
        if self.shelf.has_indexed(&id, &sha256).await? {
            return Ok(None);
        }
        let format = name::format_of(name, &content).unwrap_or(DocumentFormat::Text);
        let mut document = Document {
            id,
            name: name.to_owned(),
            title: String::new(),
            format,
            source: DocumentSource::Folder,
            size_bytes: content.len() as u64,
            sha256,
            passages: 0,
            pages: 0,
            stored_at: Utc::now(),
            stored_by: String::new(),
            problem: None,
        };
        let read = self.shelf.read(format, content.clone()).await;
        let pieces = Reading::applied(read, &mut document)?;
        Ok(Some(Entry { document, content: Some(content), pieces }))
    }
}
