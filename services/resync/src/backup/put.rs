//! Puts a backup into a data folder that no process has. What is there before is moved aside, never deleted.

use super::manifest::Manifest;
use super::{KEYS, failed, make_folder, refused, sync_folders, write_file};
use crate::data;
use crate::failure::Result;
use crate::trail;
use chrono::Utc;
use resync_api::audit::model::{
    Actor, ActorKind, AuditCategory, AuditEvent, AuditOrigin, AuditOutcome, AuditResult, ChainVerdict,
    Justification,
};
use resync_gateway::LOCAL_USER;
use resync_knowledge_graph::audit::{CheckpointKey, Checkpoints, Spool};
use resync_knowledge_graph::durable::{CHECKPOINTS_FILE, SPOOL_FILE};
use resync_knowledge_graph::store::sqlite;
use resync_service_kit::data_dir::DataDir;
use resync_service_kit::identity::RootKey;
use secrecy::SecretString;
use serde_json::json;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// Where files lie until all of them are there.
const STAGE: &str = ".restoring";
/// Where files go that were there before, with the time.
const ASIDE: &str = "replaced-";

/// A backup that was put into a folder.
#[derive(Debug)]
pub(crate) struct Put {
    pub(crate) manifest: Manifest,
    /// Of every chain of the audit log.
    pub(crate) verdicts: Vec<ChainVerdict>,
    /// Where what was there before lies.
    pub(crate) aside: Option<PathBuf>,
}

/// Puts the backup in `from` into `folder`. `secret` is the SECRET_KEY of the settings.
pub(crate) async fn put(
    from: &Path,
    folder: &DataDir,
    secret: Option<&SecretString>,
    replace: bool,
) -> Result<Put> {
    let manifest = Manifest::check(from)?;
    if manifest.has(data::KNOWLEDGE) {
        sqlite::check(&from.join(data::KNOWLEDGE)).await?;
    }
    if manifest.has(data::CACHE) {
        resync_cache::check(&from.join(data::CACHE)).await?;
    }
    let with_keys = manifest.has(RootKey::FILE);
    let root = root_key(from, folder.path(), secret, with_keys)?;
    signed_here(from, root.as_ref()).await?;
    let before = before(folder.path(), with_keys)?;
    if !before.is_empty() && !replace {
        let text = format!(
            "{} is not empty: it holds {}",
            folder.path().display(),
            before[..before.len().min(5)].join(", ")
        );
        return Err(refused("DATA_DIR_NOT_EMPTY", text)
            .hint("name another folder with --data-dir, or move what is there aside with --replace"));
    }
    let stage = folder.path().join(STAGE);
    if stage.exists() {
        fs::remove_dir_all(&stage).map_err(failed(&stage))?;
    }
    for file in &manifest.files {
        let (source, target) = (from.join(&file.path), stage.join(&file.path));
        make_folder(target.parent().unwrap_or(&stage))?;
        write_file(&target, &mut File::open(&source).map_err(failed(&source))?)?;
    }
    make_folder(&stage)?;
    sync_folders(&stage)?;
    let verdicts = if manifest.has(data::KNOWLEDGE) {
        let (store, checkpoints) = (stage.join(data::KNOWLEDGE), stage.join(CHECKPOINTS_FILE));
        trail::verify(&store, &checkpoints, root.as_ref(), "", Vec::new()).await?
    } else {
        Vec::new()
    };
    let aside = exchange(folder.path(), &stage, &before)?;
    if manifest.has(data::KNOWLEDGE) {
        note(folder.path(), &manifest, aside.as_deref(), &verdicts).await?;
    }
    Ok(Put { manifest, verdicts, aside })
}

/// Has the next start write into the audit log that it was put back: the log itself would not show it.
async fn note(
    folder: &Path,
    manifest: &Manifest,
    aside: Option<&Path>,
    verdicts: &[ChainVerdict],
) -> Result<()> {
    let sound = verdicts.iter().all(|verdict| verdict.first_break.is_none());
    let parameters = [
        ("made_at", json!(manifest.made_at)),
        ("version", json!(manifest.version)),
        ("replaced", json!(aside)),
        ("log_is_sound", json!(sound)),
    ];
    let event = AuditEvent {
        id: uuid::Uuid::new_v4().to_string(),
        at: Utc::now(),
        category: AuditCategory::Administration,
        action: "backup.restore".to_owned(),
        actor: Actor { subject: LOCAL_USER.to_owned(), kind: ActorKind::Person },
        origin: AuditOrigin { client: "resync restore".to_owned(), ..AuditOrigin::default() },
        target: None,
        parameters: parameters.map(|(name, value)| (name.to_owned(), value)).into_iter().collect(),
        justification: Justification::default(),
        outcome: AuditOutcome {
            result: AuditResult::Succeeded,
            reason: String::new(),
            message: String::new(),
        },
        correlation_id: String::new(),
    };
    let waiting = Spool::open(&folder.join(SPOOL_FILE), u64::MAX).await?;
    Ok(waiting.push(&[event]).await?)
}

/// The key that the installation will have.
fn root_key(
    from: &Path,
    folder: &Path,
    secret: Option<&SecretString>,
    with_keys: bool,
) -> Result<Option<RootKey>> {
    Ok(match secret {
        Some(secret) => Some(RootKey::from_secret(secret)?),
        None if with_keys => RootKey::load(from)?,
        None => RootKey::load(folder)?,
    })
}

/// With another key every checkpoint would look forged from then on.
async fn signed_here(from: &Path, root: Option<&RootKey>) -> Result<()> {
    let checkpoints = Checkpoints::read(&from.join(CHECKPOINTS_FILE)).await?;
    let Some(newest) = checkpoints.last() else { return Ok(()) };
    let signed =
        root.is_some_and(|root| CheckpointKey::from_seed(&trail::checkpoint_seed(root)).signed(newest));
    if signed {
        return Ok(());
    }
    let text = "the audit checkpoints of this backup were signed with a key that is not at hand";
    Err(refused("KEY_NEEDED", text).hint(format!(
        "set SECRET_KEY as the product had it, or put its {} into the data folder first",
        RootKey::FILE
    )))
}

/// Names in the folder that the backup takes the place of.
fn before(folder: &Path, with_keys: bool) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed(folder))? {
        let name = entry.map_err(failed(folder))?.file_name().to_string_lossy().into_owned();
        let stays = name == DataDir::LOCK_FILE
            || name == STAGE
            || name.starts_with(ASIDE)
            || (!with_keys && KEYS.contains(&name.as_str()));
        if !stays {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// Moves what was there aside, and what is staged into its place.
fn exchange(folder: &Path, stage: &Path, before: &[String]) -> Result<Option<PathBuf>> {
    let rename = |from: PathBuf, to: PathBuf| fs::rename(&from, &to).map_err(failed(&from));
    let aside = if before.is_empty() {
        None
    } else {
        let aside = folder.join(format!("{ASIDE}{}", Utc::now().format("%Y%m%dT%H%M%S%.3fZ")));
        make_folder(&aside)?;
        for name in before {
            rename(folder.join(name), aside.join(name))?;
        }
        Some(aside)
    };
    for entry in fs::read_dir(stage).map_err(failed(stage))? {
        let name = entry.map_err(failed(stage))?.file_name();
        rename(stage.join(&name), folder.join(&name))?;
    }
    fs::remove_dir(stage).map_err(failed(stage))?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed(folder))?;
    Ok(aside)
}
