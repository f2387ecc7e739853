//! Every setting of the product, and their translation into the configuration of each part.
//!
//! The mechanism (layers, unknown keys, masking) is the service kit's; here are the names. A setting has a reader in one of
//! the modules below, or a status that says why it has none.

mod process;
mod cache;
mod gateway;
mod graph;
mod agent;
mod engines;
mod mesh;
mod perf;
mod simulator;
mod seed;

pub(crate) use agent::agent;
pub(crate) use cache::{bridge_lives, cache, near_caches};
pub(crate) use engines::engines;
pub(crate) use gateway::{accounts, gateway};
pub(crate) use graph::{
    READ_DOCUMENT, durable, embeddings, history, incidents, library, neo4j_pool_names, plan_copy,
};
pub(crate) use mesh::Mesh;
pub(crate) use perf::monitor;
pub(crate) use process::Process;
pub(crate) use simulator::simulator;

use resync_fault::{ErrorKind, Fault};
use resync_service_kit::settings::{EnvName, Key, Kind, Registry, Status};
use std::borrow::Cow;

/// Every setting.
pub(crate) static REGISTRY: Registry = Registry {
    keys: &[
        process::KEYS,
        gateway::KEYS,
        agent::KEYS,
        engines::KEYS,
        mesh::KEYS,
        cache::KEYS,
        perf::KEYS,
        graph::KEYS,
        simulator::KEYS,
        seed::KEYS,
    ],
    env_names: seed::ENV_NAMES,
    env_not_built: &[("LLM_", "the connection to a language model")],
};

/// A setting that this build honours.
const fn key(path: &'static str, kind: Kind, default: Option<&'static str>, doc: &'static str) -> Key {
    Key { path, kind, default, doc, status: Status::Supported }
}

/// A setting that has no effect, and why.
const fn idle(path: &'static str, kind: Kind, doc: &'static str, why: &'static str) -> Key {
    Key { path, kind, default: None, doc, status: Status::NotApplicable(why) }
}

/// A setting of a part that does not exist yet.
const fn later(path: &'static str, kind: Kind, doc: &'static str, part: &'static str) -> Key {
    Key { path, kind, default: None, doc, status: Status::NotBuiltYet(part) }
}

/// A plain environment variable.
const fn env(name: &'static str, path: &'static str) -> EnvName {
    EnvName { name, path }
}

/// A value of the right form that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{setting}: {problem}")]
pub(crate) struct UnusableSetting {
    pub(crate) setting: String,
    pub(crate) problem: String,
}

impl UnusableSetting {
    fn new(setting: impl Into<String>, problem: impl ToString) -> Self {
        Self { setting: setting.into(), problem: problem.to_string() }
    }
}

impl Fault for UnusableSetting {
    fn kind(&self) -> ErrorKind {
        ErrorKind::InvalidArgument
    }
    fn reason(&self) -> &'static str {
        "SETTING_UNUSABLE"
    }
    fn hint(&self) -> Option<Cow<'_, str>> {
        Some("resync config show lists every setting with its value and where it came from".into())
    }
}

/// Content of a PEM file named by a setting.
fn pem(setting: &str, path: &str) -> Result<String, UnusableSetting> {
    std::fs::read_to_string(path)
        .map_err(|error| UnusableSetting::new(setting, format!("cannot read {path}: {error}")))
}

#[cfg(test)]
mod reference;
#[cfg(test)]
mod tests;
