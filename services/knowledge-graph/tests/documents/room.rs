//! A library in folders of its own, running until it is closed.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt as _;
use resync_api::documents::model::{
    Document, DocumentHeader, DocumentIndex, ListDocuments, SearchRequest, SearchResults, Uploaded,
};
use resync_knowledge_graph::documents::embed::Embedder;
use resync_knowledge_graph::documents::store::files::{Bounds, FileStore};
use resync_knowledge_graph::documents::{Config, Error, FolderConfig, Handle, Limits};
use resync_service_kit::shutdown::Shutdown;
use resync_service_kit::tasks::{OnDrain, OnError, Tasks};
use resync_testkit::eventually;
use tempfile::TempDir;

use crate::reading::config;

pub(crate) const BOUND: Duration = Duration::from_secs(30);

/// What outlives a library: its folders and how it is made.
pub(crate) struct Place {
    pub(crate) folder: TempDir,
    pub(crate) watched: bool,
    pub(crate) bounds: Bounds,
    pub(crate) limits: Limits,
    pub(crate) embedder: Option<Arc<dyn Embedder>>,
}

impl Place {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("runbooks")).expect("a folder in it");
        Self { folder, watched: false, bounds: Bounds::default(), limits: Limits::default(), embedder: None }
    }

    /// The folder that is watched, if it is.
    pub(crate) fn runbooks(&self) -> PathBuf {
        self.folder.path().join("runbooks")
    }

    pub(crate) fn index(&self) -> PathBuf {
        self.folder.path().join("data/index")
    }

    pub(crate) async fn open(&self) -> Room {
        let every = Duration::from_millis(50);
        let config = Config {
            data_folder: self.folder.path().join("data"),
            folder: self.watched.then(|| FolderConfig { path: self.runbooks(), every }),
            reader: config(),
            limits: self.limits,
        };
        let store = FileStore::open(self.folder.path().join("store"), self.bounds).expect("a store");
        let library = config.build(Arc::new(store), self.embedder.clone()).await.expect("a library");
        let shutdown = Shutdown::new();
        let tasks = Tasks::new(shutdown.clone());
        let handle = library.handle();
        let running = library.run(tasks.drain()).map(Ok::<_, Infallible>);
        tasks.spawn("documents", OnError::Shutdown, OnDrain::Finish, running);
        Room { handle, tasks, shutdown }
    }
}

/// A running library.
pub(crate) struct Room {
    pub(crate) handle: Handle,
    tasks: Tasks,
    shutdown: Shutdown,
}

impl Room {
    pub(crate) async fn upload(&self, name: &str, content: impl Into<Bytes>) -> Result<Uploaded, Error> {
        let mut upload =
            self.handle.upload(DocumentHeader { name: name.to_owned(), title: String::new() })?;
        upload.push(&content.into())?;
        upload.finish("ana").await
    }

    pub(crate) async fn search(&self, query: &str) -> SearchResults {
        let request = SearchRequest { query: query.to_owned(), ..SearchRequest::default() };
        self.handle.search(request).await.expect("a question")
    }

    /// Citations of what is found, best first.
    pub(crate) async fn citations(&self, query: &str) -> Vec<String> {
        self.search(query).await.hits.into_iter().map(|hit| hit.passage.citation).collect()
    }

    pub(crate) fn documents(&self) -> Vec<Document> {
        self.handle.list(&ListDocuments::default()).expect("the first page").documents
    }

    /// Waits until the index is as it shall be.
    pub(crate) async fn until(&self, what: &str, reached: impl Fn(&DocumentIndex) -> bool) -> DocumentIndex {
        let look = || async { Some(self.handle.status()).filter(&reached) };
        let outcome = eventually(what, BOUND, look).await;
        outcome.unwrap_or_else(|error| panic!("{error}: {:?}", self.handle.status()))
    }

    /// Ends it; no task may be left over.
    pub(crate) async fn close(self) {
        self.shutdown.begin();
        assert_eq!(self.tasks.finish(BOUND).await, Vec::<&str>::new());
    }
}

pub(crate) fn write(folder: &Path, name: &str, content: impl AsRef<[u8]>) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("below the folder")).expect("folders");
    std::fs::write(path, content).expect("a file");
}
