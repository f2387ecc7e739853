//! Settings of the knowledge graph: its store, the plan's copy in it, how long runs, conversations and incidents are kept,
//! and documents with an endpoint that finds them by meaning.

use super::{UnusableSetting, key};
use crate::data;
use crate::failure::{Failure, Result};
use resync_fault::ErrorKind;
use resync_knowledge_graph::conversations;
use resync_knowledge_graph::documents::adapter::embeddings::EmbeddingsConfig;
use resync_knowledge_graph::documents::reader::ReaderConfig;
use resync_knowledge_graph::documents::{self, FolderConfig, Limits};
use resync_knowledge_graph::durable::{DurableConfig, StoreConfig};
use resync_knowledge_graph::history::Retention;
use resync_knowledge_graph::incidents::IncidentsConfig;
use resync_knowledge_graph::plan_copy::PlanCopyConfig;
use resync_knowledge_graph::store::neo4j::{Neo4jConfig, PoolConfig};
use resync_service_kit::settings::{Key, Kind, Settings};
use resync_service_kit::vitals::PoolSettingNames;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long transient errors of Neo4j are tried again before a caller is told.
const RETRY_FOR: Duration = Duration::from_secs(10);
/// Seconds of a day.
const DAY: u64 = 24 * 3_600;
/// Security events that wait for the store on disk.
const SPOOL_BYTES: u64 = 64 << 20;
/// The hidden subcommand with which the program reads one document in a process of its own.
pub(crate) const READ_DOCUMENT: &str = "read-document";

pub(super) const KEYS: &[Key] = &[
    key(
        "neo4j.uri",
        Kind::Text,
        None,
        "Address of Neo4j, such as bolt://graph:7687, or bolt+s:// for TLS; unset: an embedded store",
    ),
    key("neo4j.user", Kind::Text, Some("neo4j"), "User of Neo4j"),
    key("neo4j.password", Kind::Secret, None, "Password of Neo4j"),
    key("neo4j.database", Kind::Text, None, "Database of the server; unset: its default"),
    key(
        "connection_pool.db_pool_min_size",
        Kind::Integer(0, 1_000),
        Some("20"),
        "Neo4j connections kept ready",
    ),
    key(
        "connection_pool.db_pool_max_size",
        Kind::Integer(1, 1_000),
        Some("100"),
        "Neo4j connections at most",
    ),
    key(
        "connection_pool.db_pool_connect_timeout",
        Kind::Integer(1, 3_600),
        Some("60"),
        "Seconds to open a Neo4j connection, and for each of its answers",
    ),
    key(
        "connection_pool.db_pool_idle_timeout",
        Kind::Integer(1, 86_400),
        Some("1200"),
        "Seconds without use after which Neo4j connections are closed",
    ),
    key(
        "connection_pool.db_pool_max_lifetime",
        Kind::Integer(1, 86_400),
        Some("1800"),
        "Seconds after which Neo4j connections are replaced",
    ),
    key(
        "connection_pool.db_pool_health_check_interval",
        Kind::Integer(1, 3_600),
        Some("60"),
        "Seconds between two checks of Neo4j while nothing fails",
    ),
    key("history.days", Kind::Integer(1, 36_500), Some("200"), "Days that finished runs are kept"),
    key(
        "history.runs_per_job",
        Kind::Integer(10, 1_000_000),
        Some("1000"),
        "Finished runs of each job that are kept, the latest; figures rest on at most 2000",
    ),
    key(
        "conversations.retention_days",
        Kind::Integer(1, 36_500),
        Some("90"),
        "Days after its last turn at which a conversation is deleted",
    ),
    key(
        "plan_copy.mode",
        Kind::Choice(&["auto", "on", "off"]),
        Some("auto"),
        "Whether the live plan is copied into the store for people's own queries; auto: into Neo4j only, because nobody \
         asks the embedded store",
    ),
    key("plan_copy.interval", Kind::Duration, Some("10s"), "Between two looks at what that copy lacks"),
    key("runbooks.folder", Kind::Text, None, "Folder whose files are runbooks and manuals"),
    key("runbooks.interval", Kind::Duration, Some("30s"), "Between two looks at that folder"),
    key(
        "embeddings.url",
        Kind::Text,
        None,
        "Base address of an OpenAI-compatible service, such as https://api.example.com/v1, that finds documents by meaning; \
         unset: they are found by their words",
    ),
    key("embeddings.model", Kind::Text, None, "Model of that service"),
    key("embeddings.api_key", Kind::Secret, None, "Key of that service"),
    key(
        "incidents.window",
        Kind::Duration,
        Some("2h"),
        "A failure joins an unresolved incident with the same cause that failed last within this",
    ),
    key(
        "incidents.retention_days",
        Kind::Integer(1, 36_500),
        Some("400"),
        "Days that resolved incidents are kept, from their resolution; others are kept",
    ),
    key(
        "incidents.logs_per_minute",
        Kind::Integer(0, 6_000),
        Some("60"),
        "Logs of failed jobs read to tell what an incident shows; 0: none, incidents then say so",
    ),
];

/// How incidents are made and how long they are kept.
pub(crate) fn incidents(settings: &Settings) -> IncidentsConfig {
    let days: u64 = settings.integer("incidents.retention_days");
    IncidentsConfig {
        window: settings.duration("incidents.window"),
        retention: Duration::from_secs(days * DAY),
        logs_per_minute: settings.integer("incidents.logs_per_minute"),
    }
}

/// The durable side. Without Neo4j its store is a file in `data_dir`, which production must allow.
pub(crate) fn durable(
    settings: &Settings,
    data_dir: &Path,
    production: bool,
    checkpoint_seed: [u8; 32],
) -> Result<DurableConfig> {
    let store = match settings.optional_text("neo4j.uri") {
        Some(uri) => StoreConfig::Neo4j(Box::new(neo4j(settings, uri)?)),
        None if production && !settings.flag("allow_embedded") => {
            let text =
                "production needs Neo4j for the knowledge graph: its embedded store serves one process only";
            return Err(Failure::new(ErrorKind::FailedPrecondition, "EMBEDDED_STORE", text)
                .hint("set NEO4J_URI, or allow_embedded = true where one process is enough"));
        }
        None => StoreConfig::Embedded(data_dir.join(data::KNOWLEDGE)),
    };
    let days: u64 = settings.integer("conversations.retention_days");
    let conversations =
        conversations::Limits { retention: Duration::from_secs(days * DAY), ..Default::default() };
    let data_dir = data_dir.to_owned();
    Ok(DurableConfig { store, data_dir, checkpoint_seed, spool_bytes: SPOOL_BYTES, conversations })
}

fn neo4j(settings: &Settings, uri: &str) -> std::result::Result<Neo4jConfig, UnusableSetting> {
    let pool = |leaf: &str| format!("connection_pool.db_pool_{leaf}");
    let seconds = |leaf: &str| Duration::from_secs(settings.integer(&pool(leaf)));
    Ok(Neo4jConfig {
        uri: uri.to_owned(),
        user: settings.text("neo4j.user").to_owned(),
        password: settings
            .secret("neo4j.password")
            .ok_or_else(|| UnusableSetting::new("neo4j.password", "the password of Neo4j is missing"))?,
        database: settings.optional_text("neo4j.database").map(str::to_owned),
        pool: PoolConfig {
            min_size: settings.integer(&pool("min_size")),
            max_size: settings.integer(&pool("max_size")),
            connect_timeout: seconds("connect_timeout"),
            idle_timeout: seconds("idle_timeout"),
            max_lifetime: seconds("max_lifetime"),
            health_check_interval: seconds("health_check_interval"),
        },
        retry_for: RETRY_FOR,
    })
}

/// How long finished runs are kept.
pub(crate) fn history(settings: &Settings) -> Retention {
    Retention {
        days: settings.integer("history.days"),
        runs_per_job: settings.integer("history.runs_per_job"),
    }
}

/// How the plan is copied into the store; unset: it is not. In the embedded file the copy would be written for nobody:
/// its tables are no interface, and everything of the product reads the graph in memory.
pub(crate) fn plan_copy(settings: &Settings) -> Option<PlanCopyConfig> {
    let wanted = match settings.text("plan_copy.mode") {
        "on" => true,
        "off" => false,
        _ => settings.optional_text("neo4j.uri").is_some(),
    };
    wanted.then(|| PlanCopyConfig { interval: settings.duration("plan_copy.interval") })
}

/// What bounds the connections to Neo4j, for whoever reads how they are used.
pub(crate) fn neo4j_pool_names() -> PoolSettingNames {
    PoolSettingNames {
        min: "connection_pool.db_pool_min_size".into(),
        max: "connection_pool.db_pool_max_size".into(),
        connect_timeout: "connection_pool.db_pool_connect_timeout".into(),
    }
}

/// The library of documents, and the folder of its originals. `program` reads them in processes of its own.
pub(crate) fn library(
    settings: &Settings,
    data_dir: &Path,
    program: PathBuf,
) -> (documents::Config, PathBuf) {
    let folder = data_dir.join(data::DOCUMENTS);
    let config = documents::Config {
        data_folder: folder.clone(),
        folder: settings
            .optional_text("runbooks.folder")
            .map(|path| FolderConfig { path: path.into(), every: settings.duration("runbooks.interval") }),
        reader: ReaderConfig::new(program, vec![READ_DOCUMENT.into()]),
        limits: Limits::default(),
    };
    (config, folder.join(data::ORIGINALS))
}

/// The endpoint that finds documents by meaning, when one is set.
pub(crate) fn embeddings(
    settings: &Settings,
) -> std::result::Result<Option<EmbeddingsConfig>, UnusableSetting> {
    let Some(url) = settings.optional_text("embeddings.url") else { return Ok(None) };
    let url = url.parse().map_err(|error| UnusableSetting::new("embeddings.url", error))?;
    let model = settings
        .optional_text("embeddings.model")
        .ok_or_else(|| UnusableSetting::new("embeddings.model", "the endpoint needs the name of a model"))?;
    Ok(Some(EmbeddingsConfig {
        api_key: settings.secret("embeddings.api_key"),
        ..EmbeddingsConfig::new(url, model)
    }))
}
