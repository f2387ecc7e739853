//! Signed statements about the heads of chains, in a file outside the store.
//!
//! A store can be cut, rewritten or put back as a whole by who can write to it; what it said at a time that a checkpoint
//! holds, it cannot take back. The file is appended to and synced. When it grows, every second of its older statements
//! is left out, so that long ago stays covered, only more coarsely.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use ed25519_dalek::{Signature, Signer as _, SigningKey, Verifier as _, VerifyingKey};
use resync_api::audit::model::Checkpoint;
use sha2::{Digest as _, Sha256};
use tokio::sync::Mutex;

use super::chain::hex;
use super::log::Committed;
use super::{AuditError, AuditLog, Clock};

/// Statements kept before the older half is thinned.
const MOST: usize = 2_048;
/// Between two statements about one chain that grows without pause.
const PAUSE: Duration = Duration::from_secs(1);

/// Signs checkpoints and checks signatures.
#[derive(Clone)]
pub struct CheckpointKey {
    signing: SigningKey,
    id: String,
}

impl CheckpointKey {
    /// From a secret of the installation that is used for nothing else.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let signing = SigningKey::from_bytes(seed);
        let id = hex(&Sha256::digest(signing.verifying_key().to_bytes())[..6]);
        Self { signing, id }
    }

    /// The public half, in hexadecimal: enough to check checkpoints elsewhere.
    #[must_use]
    pub fn public_key(&self) -> String {
        hex(&self.signing.verifying_key().to_bytes())
    }

    fn sign(&self, chain: &str, head: &Committed, at: DateTime<Utc>) -> Checkpoint {
        let mut checkpoint = Checkpoint {
            chain: chain.to_owned(),
            sequence: head.sequence,
            hash: head.hash.clone(),
            at,
            key_id: self.id.clone(),
            signature: String::new(),
        };
        let signature = self.signing.sign(statement(&checkpoint).as_bytes());
        checkpoint.signature = hex(&signature.to_bytes());
        checkpoint
    }

    /// Whether the checkpoint was signed by this installation.
    #[must_use]
    pub fn signed(&self, checkpoint: &Checkpoint) -> bool {
        let key: VerifyingKey = self.signing.verifying_key();
        unhex(&checkpoint.signature)
            .and_then(|bytes| Signature::from_slice(&bytes).ok())
            .is_some_and(|signature| key.verify(statement(checkpoint).as_bytes(), &signature).is_ok())
    }
}

impl std::fmt::Debug for CheckpointKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("CheckpointKey").field("id", &self.id).finish_non_exhaustive()
    }
}

/// What is signed.
fn statement(checkpoint: &Checkpoint) -> String {
    let Checkpoint { chain, sequence, hash, at, key_id, signature: _ } = checkpoint;
    let at = at.to_rfc3339_opts(SecondsFormat::Nanos, true);
    format!("resync audit checkpoint v1\n{chain}\n{sequence}\n{hash}\n{at}\n{key_id}\n")
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

/// The file of checkpoints. Clones write to the same file.
#[derive(Debug, Clone)]
pub struct Checkpoints {
    path: PathBuf,
    key: CheckpointKey,
    kept: Arc<Mutex<Vec<Checkpoint>>>,
}

impl Checkpoints {
    /// Opens the file, which may not exist yet.
    ///
    /// # Errors
    /// When it cannot be read, or holds something else than checkpoints.
    pub async fn open(path: &Path, key: CheckpointKey) -> Result<Self, AuditError> {
        let path = path.to_owned();
        let kept = {
            let path = path.clone();
            blocking(move || load(&path)).await?
        };
        Ok(Self { path, key, kept: Arc::new(Mutex::new(kept)) })
    }

    /// All of a file that is only read, oldest first; a line that was not finished is left out.
    ///
    /// # Errors
    /// When the file cannot be read, or holds something else than checkpoints.
    pub async fn read(path: &Path) -> Result<Vec<Checkpoint>, AuditError> {
        let path = path.to_owned();
        blocking(move || match fs::read_to_string(&path) {
            Ok(text) => whole(&text).1,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error),
        })
        .await
    }

    /// Checks signatures of this installation.
    #[must_use]
    pub fn key(&self) -> &CheckpointKey {
        &self.key
    }

    /// All that are kept, oldest first.
    pub async fn all(&self) -> Vec<Checkpoint> {
        self.kept.lock().await.clone()
    }

    /// The newest of each chain.
    pub async fn newest(&self) -> Vec<Checkpoint> {
        let kept = self.kept.lock().await;
        let newest: BTreeMap<_, _> = kept.iter().map(|checkpoint| (&checkpoint.chain, checkpoint)).collect();
        newest.into_values().cloned().collect()
    }

    /// States each head that the log commits, the newest only, at most one a second. Runs until it is dropped; a file that
    /// cannot be written is an error of the process that is told once and tried again.
    pub async fn follow(&self, log: &AuditLog, clock: Clock) {
        let mut heads = log.committed();
        let mut failing = false;
        loop {
            let head = heads.borrow_and_update().clone();
            if let Some(head) = head {
                let outcome = self.state(log.chain(), &head, clock()).await;
                match &outcome {
                    Err(error) if !failing => tracing::error!(%error, "audit checkpoints cannot be kept"),
                    Ok(()) if failing => tracing::info!("audit checkpoints are kept again"),
                    _ => {}
                }
                failing = outcome.is_err();
            }
            tokio::time::sleep(PAUSE).await;
            if !failing && heads.changed().await.is_err() {
                return;
            }
        }
    }

    /// Keeps a statement about one head. When it returns, it is on disk.
    async fn state(&self, chain: &str, head: &Committed, at: DateTime<Utc>) -> Result<(), AuditError> {
        let mut kept = self.kept.lock().await;
        let last = kept.iter().rev().find(|checkpoint| checkpoint.chain == chain);
        if last.is_some_and(|last| last.sequence >= head.sequence) {
            return Ok(());
        }
        let checkpoint = self.key.sign(chain, head, at);
        let mut next = kept.clone();
        next.push(checkpoint);
        let thinned = next.len() > MOST;
        if thinned {
            next = thin(next);
        }
        let path = self.path.clone();
        let content = next.clone();
        blocking(move || if thinned { rewrite(&path, &content) } else { append(&path, content.last()) })
            .await?;
        *kept = next;
        Ok(())
    }

    /// States the head of the log now, for who cannot wait for [`Self::follow`]: at shutdown, and in tests.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn state_now(&self, log: &AuditLog, clock: &Clock) -> Result<(), AuditError> {
        let head = log.committed().borrow().clone();
        match head {
            Some(head) => self.state(log.chain(), &head, clock()).await,
            None => Ok(()),
        }
    }
}

/// Leaves out every second of the older half.
fn thin(checkpoints: Vec<Checkpoint>) -> Vec<Checkpoint> {
    let half = checkpoints.len() / 2;
    let keep =
        |(place, checkpoint): (usize, Checkpoint)| (place >= half || place % 2 == 0).then_some(checkpoint);
    checkpoints.into_iter().enumerate().filter_map(keep).collect()
}

fn load(path: &Path) -> io::Result<Vec<Checkpoint>> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let (whole, checkpoints) = whole(&text);
    let checkpoints = checkpoints?;
    if whole < text.len() {
        // A line that a crash cut off was never stated.
        let file = OpenOptions::new().write(true).open(path)?;
        file.set_len(u64::try_from(whole).unwrap_or(u64::MAX))?;
        file.sync_all()?;
    }
    Ok(checkpoints)
}

/// Where the last whole line ends, and what stands before it.
fn whole(text: &str) -> (usize, io::Result<Vec<Checkpoint>>) {
    let whole = text.rfind('\n').map_or(0, |end| end + 1);
    let checkpoints = text[..whole].lines().map(serde_json::from_str).collect::<Result<Vec<_>, _>>();
    (whole, checkpoints.map_err(Into::into))
}

fn line(checkpoint: &Checkpoint) -> io::Result<String> {
    Ok(serde_json::to_string(checkpoint)? + "\n")
}

fn append(path: &Path, checkpoint: Option<&Checkpoint>) -> io::Result<()> {
    let Some(checkpoint) = checkpoint else { return Ok(()) };
    let new = !path.exists();
    let mut file = OpenOptions::new().create(true).append(true).mode(0o600).open(path)?;
    let before = file.metadata()?.len();
    let written = file.write_all(line(checkpoint)?.as_bytes()).and_then(|()| file.sync_all());
    if written.is_err() {
        // Half a line would make the next one unreadable.
        file.set_len(before)?;
    }
    if new {
        sync_folder(path)?;
    }
    written
}

fn rewrite(path: &Path, checkpoints: &[Checkpoint]) -> io::Result<()> {
    let draft = path.with_extension("new");
    let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&draft)?;
    for checkpoint in checkpoints {
        file.write_all(line(checkpoint)?.as_bytes())?;
    }
    file.sync_all()?;
    fs::rename(&draft, path)?;
    sync_folder(path)
}

fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, AuditError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(AuditError::Checkpoints(error.to_string())),
        Err(error) => Err(AuditError::Checkpoints(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stated(key: &CheckpointKey, sequence: u64) -> Checkpoint {
        let head = Committed { sequence, hash: format!("{sequence:064x}") };
        key.sign("main", &head, DateTime::UNIX_EPOCH)
    }

    #[test]
    fn a_checkpoint_is_signed_as_a_whole() {
        let key = CheckpointKey::from_seed(&[7; 32]);
        let good = stated(&key, 5);
        assert!(key.signed(&good));
        assert!(!CheckpointKey::from_seed(&[8; 32]).signed(&good));
        for forged in [
            Checkpoint { sequence: 6, ..good.clone() },
            Checkpoint { chain: "other".into(), ..good.clone() },
            Checkpoint { hash: "0".into(), ..good.clone() },
            Checkpoint { at: Utc::now(), ..good.clone() },
            Checkpoint { signature: "é1".into(), ..good.clone() },
            Checkpoint { signature: String::new(), ..good.clone() },
        ] {
            assert!(!key.signed(&forged), "{forged:?}");
        }
    }

    #[tokio::test]
    async fn the_file_stays_bounded_and_keeps_old_statements_coarsely() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("checkpoints");
        let key = CheckpointKey::from_seed(&[7; 32]);
        rewrite(&path, &(1..=2_048).map(|sequence| stated(&key, sequence)).collect::<Vec<_>>()).unwrap();
        let file = Checkpoints::open(&path, key.clone()).await.unwrap();
        let head = |sequence| Committed { sequence, hash: String::new() };
        file.state("main", &head(2_049), Utc::now()).await.unwrap();
        file.state("main", &head(2_049), Utc::now()).await.unwrap();
        file.state("main", &head(2_050), Utc::now()).await.unwrap();
        // A crash in the middle of a line leaves the lines before it.
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"chain\":\"ma").unwrap();
        for file in [file, Checkpoints::open(&path, key).await.unwrap()] {
            let sequences: Vec<_> = file.all().await.iter().map(|checkpoint| checkpoint.sequence).collect();
            assert_eq!(sequences.len(), 512 + 1_025 + 1);
            assert_eq!(sequences[..3], [1, 3, 5]);
            assert_eq!(sequences[sequences.len() - 2..], [2_049, 2_050]);
            assert_eq!(file.newest().await[0].sequence, 2_050);
        }
    }
}
