//! Job logs, always in bounded pieces.
//!
//! A log can be larger than the engine can serve: the vendor warns that asking for a very large one whole can bring
//! the server down. So every read names its lines, and reading stops at a number of bytes whatever the engine sends.

use std::time::Duration;

use super::Client;
use super::request::Request;
use crate::error::Result;
use crate::oql::Oql;

/// Which part of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogRange {
    /// First line, counted from 1.
    pub from_line: u32,
    /// Last line, included.
    pub to_line: u32,
    /// Reading stops here.
    pub max_bytes: usize,
    /// Leave out the header and footer that the product puts around the job's own output.
    pub content_only: bool,
}

impl Default for LogRange {
    fn default() -> Self {
        Self { from_line: 1, to_line: 2_000, max_bytes: 256 * 1024, content_only: false }
    }
}

/// A piece of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogExcerpt {
    /// The text. Bytes that are not UTF-8 are replaced.
    pub text: String,
    /// Reading stopped at the byte bound; more was coming.
    pub cut: bool,
}

impl Client {
    /// A piece of the log of one run.
    pub async fn run_log(&self, run_id: &str, range: LogRange) -> Result<LogExcerpt> {
        self.log(Request::get("plan/job/run").segment(run_id).then("joblog"), range).await
    }

    /// A piece of the log of the last run of the one job that the filter selects.
    pub async fn job_log(&self, oql: &Oql, range: LogRange) -> Result<LogExcerpt> {
        self.log(Request::get("plan/job/joblog").parameter("oql", &oql.to_string()), range).await
    }

    async fn log(&self, request: Request, range: LogRange) -> Result<LogExcerpt> {
        let request = request
            .parameter("contentOnly", if range.content_only { "true" } else { "false" })
            .parameter("from_line", &range.from_line.to_string())
            .parameter("to_line", &range.to_line.to_string())
            .accepting("text/plain")
            .within(Duration::from_secs(30));
        self.connected(&request, self.excerpt(&request, range)).await
    }

    async fn excerpt(&self, request: &Request, range: LogRange) -> Result<LogExcerpt> {
        let (mut response, base) = self.send(request).await?;
        let mut bytes = Vec::new();
        let mut cut = false;
        while let Some(chunk) = self.chunk(&mut response, request, base, bytes.len()).await? {
            let room = range.max_bytes - bytes.len();
            if chunk.len() > room {
                bytes.extend_from_slice(&chunk[..room]);
                cut = true;
                break;
            }
            bytes.extend_from_slice(&chunk);
        }
        // Dropping an unfinished response closes its connection, so the engine stops sending.
        drop(response);
        if cut {
            bytes.truncate(whole_characters(&bytes));
        }
        Ok(LogExcerpt { text: String::from_utf8_lossy(&bytes).into_owned(), cut })
    }
}

/// Length without a last character that the cut split.
fn whole_characters(bytes: &[u8]) -> usize {
    match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => error.valid_up_to(),
        _ => bytes.len(),
    }
}
