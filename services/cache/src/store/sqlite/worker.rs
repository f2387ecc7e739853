//! A connection on a thread of its own: SQLite blocks, the runtime must not.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode};
use tokio::sync::{mpsc, oneshot};

use super::SqliteConfig;
use super::schema::{self, Durability, OpenError};
use crate::store::{Cause, StoreError};

/// Jobs in line; whoever comes when it is full waits, within the time an operation may take.
const QUEUE: usize = 1024;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// The thread and the way to it.
#[derive(Debug)]
pub(super) struct Worker {
    jobs: Mutex<Option<mpsc::Sender<Job>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    /// Held while writing: SQLite allows one writer, and polls for its turn.
    writing: Arc<Mutex<()>>,
    timeout: Duration,
}

impl Worker {
    pub(super) async fn open(
        config: &SqliteConfig,
        name: &str,
        durability: Durability,
        writing: &Arc<Mutex<()>>,
    ) -> Result<Self, StoreError> {
        let (jobs, mut queue) = mpsc::channel::<Job>(QUEUE);
        let (opened, open) = oneshot::channel();
        let at = config.clone();
        let work = move || match schema::open(&at, durability) {
            Ok(mut connection) => {
                let _ = opened.send(Ok(()));
                while let Some(job) = queue.blocking_recv() {
                    job(&mut connection);
                }
            }
            Err(error) => drop(opened.send(Err(refusal(&at, error)))),
        };
        let thread = thread::Builder::new().name(name.to_owned()).spawn(work).map_err(|error| {
            StoreError::new(Cause::File, format!("no thread for the cache's file: {error}"))
        })?;
        let ended = || StoreError::new(Cause::File, "the thread of the cache's file has ended");
        open.await.map_err(|_| ended())??;
        Ok(Self {
            jobs: Mutex::new(Some(jobs)),
            thread: Mutex::new(Some(thread)),
            writing: Arc::clone(writing),
            timeout: config.timeout,
        })
    }

    /// Runs a job that writes.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let writing = Arc::clone(&self.writing);
        self.run(move |connection| {
            let _turn = writing.lock().unwrap_or_else(PoisonError::into_inner);
            job(connection)
        })
        .await
    }

    /// Runs a job that only reads.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner).clone().ok_or_else(closed)?;
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            // Nobody waits any more: nothing is done in their name.
            if !answer.is_closed() {
                let _ = answer.send(job(connection));
            }
        });
        let asking = async move {
            jobs.send(job).await.map_err(|_| closed())?;
            answered.await.map_err(|_| closed())?.map_err(|error| failure(&error))
        };
        match tokio::time::timeout(self.timeout, asking).await {
            Ok(outcome) => outcome,
            Err(_) => {
                let what = format!("the cache's file did not answer within {:?}", self.timeout);
                Err(StoreError::new(Cause::TimedOut, what))
            }
        }
    }

    /// Finishes the jobs in line and closes the connection.
    pub(super) async fn close(&self) {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner).take();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // A job that panicked was the end of one caller's wait; there is nothing more to say about it here.
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

fn closed() -> StoreError {
    StoreError::new(Cause::Closed, "the cache is stopping")
}

fn refusal(config: &SqliteConfig, error: OpenError) -> StoreError {
    let path = config.path.display();
    match error {
        OpenError::Newer(version) => StoreError::new(
            Cause::Newer,
            format!("the cache's file {path} has tables of version {version}, newer than this program"),
        ),
        OpenError::Sqlite(error) => {
            let error = failure(&error);
            StoreError::new(error.cause, format!("the cache's file {path}: {}", error.detail))
        }
    }
}

fn failure(error: &rusqlite::Error) -> StoreError {
    let cause = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => Cause::Full,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Cause::Busy,
        Some(ErrorCode::ReadOnly) => Cause::ReadOnly,
        Some(_) => Cause::File,
        None => Cause::Other,
    };
    StoreError::new(cause, format!("SQLite: {error}"))
}
