//! From bytes to an outline: one reading process for each document, started, watched and ended here.
//!
//! Nothing of a document is parsed in the asking process. What comes back is untrusted too: bounded in size, and checked.

pub mod process;
pub mod outline;
mod charset;
mod markdown;
mod html;
mod text;
mod pdf;
mod bookmarks;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use resync_api::documents::model::DocumentFormat;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::documents::error::Error;
use crate::documents::telemetry;
pub(crate) use charset::clean;
use outline::{Failure, Outline, Sheet};
use process::Order;

/// What every format adds to a process's own needs: the outline and the answer made of it, beside the document.
const ANSWER_FACTOR: usize = 2;
/// Room in an answer for what is not text: kinds, page numbers, punctuation.
const ANSWER_OVERHEAD: usize = 64 * 1024;

/// How the reading process is started and what it may use.
#[derive(Clone, Debug)]
pub struct ReaderConfig {
    /// Program that calls [`process::main`]: usually this very program.
    pub program: PathBuf,
    /// What makes it do so, such as the name of a hidden subcommand.
    pub arguments: Vec<OsString>,
    /// Longest that reading one document may take.
    pub time: Duration,
    /// Most memory of a reading process.
    pub memory_bytes: u64,
    /// Most text of one document; a longer one is refused.
    pub text_bytes: usize,
    /// Reading processes at once; further documents wait.
    pub at_once: usize,
}

impl ReaderConfig {
    /// The usual limits: 30 seconds, 512 MiB, 16 MiB of text, two at once.
    #[must_use]
    pub fn new(program: PathBuf, arguments: Vec<OsString>) -> Self {
        Self {
            program,
            arguments,
            time: Duration::from_secs(30),
            memory_bytes: 512 << 20,
            text_bytes: 16 << 20,
            at_once: 2,
        }
    }
}

/// Reads documents; clones share the bound on processes.
#[derive(Clone, Debug)]
pub struct Reader {
    config: Arc<ReaderConfig>,
    places: Arc<Semaphore>,
}

impl Reader {
    /// A reader that has started nothing yet.
    #[must_use]
    pub fn new(config: ReaderConfig) -> Self {
        let places = Arc::new(Semaphore::new(config.at_once.max(1)));
        Self { config: Arc::new(config), places }
    }

    /// How many documents can be read at once.
    pub(crate) fn at_once(&self) -> usize {
        self.config.at_once.max(1)
    }

    /// Reads one document. Dropping the future ends the process.
    ///
    /// # Errors
    /// When the document cannot be read within the limits, or no process can be started.
    pub async fn read(&self, format: DocumentFormat, content: Bytes) -> Result<Outline, Error> {
        let Ok(_place) = self.places.acquire().await else {
            return Err(Error::ReaderFailed("the places for readers are closed".to_owned()));
        };
        let outcome = self.run(format, content).await;
        telemetry::reading(format, outcome.as_ref().err());
        outcome
    }

    async fn run(&self, format: DocumentFormat, content: Bytes) -> Result<Outline, Error> {
        let config = &*self.config;
        let order = Order {
            format,
            text_bytes: config.text_bytes,
            memory_bytes: config.memory_bytes,
            // The processor's limit stands in for the clock's, should this process die first.
            cpu_seconds: config.time.as_secs().saturating_add(2),
        };
        let mut child = Command::new(&config.program)
            .args(&config.arguments)
            .args(order.arguments())
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| Error::ReaderFailed(error.to_string()))?;
        let talk = talk(&mut child, content, config.text_bytes * ANSWER_FACTOR + ANSWER_OVERHEAD);
        let answer = match timeout(config.time, talk).await {
            Ok(Ok(Some(answer))) => answer,
            Ok(Ok(None)) => {
                end(&mut child).await;
                return Err(Error::TooMuchText { limit: config.text_bytes });
            }
            Ok(Err(error)) => {
                end(&mut child).await;
                return Err(Error::ReaderFailed(error.to_string()));
            }
            Err(_elapsed) => {
                end(&mut child).await;
                return Err(Error::TimedOut { limit: config.time });
            }
        };
        let status = child.wait().await.map_err(|error| Error::ReaderFailed(error.to_string()))?;
        if !status.success() {
            return Err(self.died(status));
        }
        match serde_json::from_slice::<Result<Outline, Failure>>(&answer) {
            Ok(Ok(outline)) => Ok(outline),
            Ok(Err(Failure::Encrypted)) => Err(Error::Encrypted),
            Ok(Err(Failure::TooMuchText { limit })) => Err(Error::TooMuchText { limit }),
            Ok(Err(Failure::Unreadable(detail))) => Err(Error::Unreadable { detail }),
            Err(_) => Err(Error::Unreadable { detail: "its reader answered nonsense".to_owned() }),
        }
    }

    /// What the end of a process by force says about its document.
    fn died(&self, status: std::process::ExitStatus) -> Error {
        use std::os::unix::process::ExitStatusExt as _;
        match (status.code(), status.signal()) {
            (Some(code @ 2..=5), _) => {
                Error::ReaderFailed(format!("the reading process ended with code {code}"))
            }
            (_, Some(signal)) if signal == rustix::process::Signal::XCPU.as_raw() => {
                Error::TimedOut { limit: self.config.time }
            }
            _ => Error::Unreadable {
                detail: format!(
                    "its reader broke down, or needed more than {} MiB of memory",
                    self.config.memory_bytes >> 20
                ),
            },
        }
    }
}

/// Gives the document and takes the answer at once, so that neither waits for the other; unset when it is too long.
async fn talk(child: &mut Child, content: Bytes, limit: usize) -> std::io::Result<Option<Vec<u8>>> {
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(std::io::Error::other("the reading process has no pipes"));
    };
    let give = async move {
        // A process that ended early says why by its exit code.
        let _ = input.write_all(&content).await;
        drop(input);
    };
    let mut answer = Vec::new();
    let mut bounded = output.take(u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1));
    let ((), taken) = tokio::join!(give, bounded.read_to_end(&mut answer));
    taken?;
    Ok((answer.len() <= limit).then_some(answer))
}

async fn end(child: &mut Child) {
    if let Err(error) = child.kill().await {
        tracing::warn!(%error, "a reading process could not be ended");
    }
}

/// Reads a document in this process. Only the reading process and tests of the formats call this.
fn read(format: DocumentFormat, bytes: &[u8], text_bytes: usize) -> Result<Outline, Failure> {
    let mut sheet = Sheet::new(text_bytes);
    match format {
        DocumentFormat::Pdf => pdf::read(bytes, &mut sheet)?,
        DocumentFormat::Markdown => markdown::read(&charset::decode(bytes)?, &mut sheet)?,
        DocumentFormat::Html => html::read(&charset::decode(bytes)?, &mut sheet)?,
        DocumentFormat::Text => text::read(&charset::decode(bytes)?, &mut sheet)?,
    }
    Ok(sheet.finish())
}

#[cfg(test)]
mod tests;
