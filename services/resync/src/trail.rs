//! The audit log of a data folder, verified without the product: the files are only read, also while it runs.

use crate::failure::{Failure, Result};
use resync_api::audit::model::{ChainVerdict, Checkpoint};
use resync_fault::ErrorKind;
use resync_knowledge_graph::audit::{CheckpointKey, Checkpoints, chains, verify as verify_chain};
use resync_knowledge_graph::store::sqlite::SqliteStore;
use resync_service_kit::identity::RootKey;
use std::path::Path;

/// The seed of the key that signs checkpoints, used for nothing else.
pub(crate) fn checkpoint_seed(root: &RootKey) -> [u8; 32] {
    *root.derive("audit checkpoints v1")
}

/// Verifies one chain, or every one when `chain` is empty, against the checkpoints of a file and those given. Without a
/// root key there must not be any: their signatures could not be checked.
pub(crate) async fn verify(
    store: &Path,
    checkpoints_file: &Path,
    root: Option<&RootKey>,
    chain: &str,
    given: Vec<Checkpoint>,
) -> Result<Vec<ChainVerdict>> {
    let mut checkpoints = given;
    checkpoints.extend(Checkpoints::read(checkpoints_file).await?);
    let key = match root {
        Some(root) => CheckpointKey::from_seed(&checkpoint_seed(root)),
        // Nothing is signed that it could be used for.
        None if checkpoints.is_empty() => CheckpointKey::from_seed(&[0; 32]),
        None => {
            let text = "the checkpoints cannot be compared without the key that signed them";
            return Err(Failure::new(ErrorKind::FailedPrecondition, "KEY_NEEDED", text)
                .hint(format!("set SECRET_KEY as the product has it, or put its {} there", RootKey::FILE)));
        }
    };
    let store = SqliteStore::open_to_read(store).await?;
    let names = if chain.is_empty() { chains(&store, &checkpoints).await? } else { vec![chain.to_owned()] };
    let mut verdicts = Vec::with_capacity(names.len());
    for name in names {
        verdicts.push(verify_chain(&store, &name, &checkpoints, &key, |_| ()).await?);
    }
    Ok(verdicts)
}

/// One line about a chain, for people.
pub(crate) fn line(verdict: &ChainVerdict) -> String {
    let ChainVerdict { chain, sound, head, checkpoints, first_break } = verdict;
    let state = if first_break.is_none() { "sound" } else { "broken" };
    let short = head.get(..12).unwrap_or(head);
    let head = if short.is_empty() { String::new() } else { format!(", ends with {short}…") };
    format!("{chain}: {state}; {sound} records are sound{head}; {checkpoints} checkpoints compared")
}

/// Fails with the first record that is not what it was.
pub(crate) fn conclude(verdicts: &[ChainVerdict]) -> Result<()> {
    let broken = verdicts.iter().find_map(|verdict| Some((verdict, verdict.first_break.as_ref()?)));
    let Some((verdict, found)) = broken else { return Ok(()) };
    let kind = format!("{:?}", found.kind).to_lowercase();
    let text = format!(
        "the audit chain {} is broken at record {} ({kind}): {}",
        verdict.chain, found.sequence, found.explanation
    );
    Err(Failure::new(ErrorKind::Internal, "AUDIT_BROKEN", text)
        .hint("keep the store and its checkpoints as they are, and compare them with a backup"))
}
