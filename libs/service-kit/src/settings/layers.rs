//! Where values come from, before anybody knows whether they make sense.

use super::SettingsError;
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// The source of a value. Later ones win.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Built in.
    Default,
    /// A settings file.
    File(PathBuf),
    /// An environment variable.
    Environment(String),
    /// A command line flag.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Environment(name) => f.write_str(name),
            Self::Flag(flag) => f.write_str(flag),
        }
    }
}

/// A value given on the command line.
#[derive(Debug, Clone)]
pub struct Flag {
    /// The flag as typed, such as `--data-dir` or `--set`.
    pub flag: String,
    /// Path of the setting.
    pub path: String,
    /// Its value.
    pub value: String,
}

/// Everything the layers are read from. Tests hand in their own environment.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// `settings.toml`; unset: that name in the working folder, if it exists.
    pub file: Option<PathBuf>,
    /// Environment variables.
    pub variables: BTreeMap<String, String>,
    /// Command line.
    pub flags: Vec<Flag>,
    /// Name of the environment given on the command line.
    pub environment: Option<String>,
}

const DEFAULT_FILE: &str = "settings.toml";
const DEFAULT_ENVIRONMENT: &str = "development";

impl Sources {
    /// The process's own environment, and what the command line said.
    #[must_use]
    pub fn of_process(file: Option<PathBuf>, environment: Option<String>, flags: Vec<Flag>) -> Self {
        // A variable that is not Unicode cannot be one of ours.
        let variables = std::env::vars_os()
            .filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)))
            .collect();
        Self { file, variables, flags, environment }
    }

    /// Name of the environment.
    #[must_use]
    pub fn environment(&self) -> String {
        let variable = || self.variables.get("APP_ENVIRONMENT").filter(|name| !name.is_empty()).cloned();
        self.environment.clone().or_else(variable).unwrap_or_else(|| DEFAULT_ENVIRONMENT.to_owned())
    }

    /// The leaves of both files, lowest priority first, as path and value.
    pub(super) fn files(&self, errors: &mut Vec<SettingsError>) -> Vec<(Origin, String, toml::Value)> {
        let environment = self.environment();
        let base = self.file.clone().unwrap_or_else(|| PathBuf::from(DEFAULT_FILE));
        let specific = base.with_extension(format!("{environment}.toml"));
        let mut leaves = Vec::new();
        for (path, required) in [(base, self.file.is_some()), (specific, false)] {
            match read(&path, required) {
                Ok(None) => {}
                Ok(Some(table)) => {
                    let origin = Origin::File(path);
                    for (path, value) in sections(table, &environment) {
                        leaves.push((origin.clone(), path, value));
                    }
                }
                Err(detail) => errors.push(SettingsError::File { path, detail }),
            }
        }
        leaves
    }
}

fn read(path: &Path, required: bool) -> Result<Option<toml::Table>, String> {
    match std::fs::read_to_string(path) {
        // The parser's full message quotes the line, which may hold a secret.
        Ok(text) => text.parse().map(Some).map_err(|error: toml::de::Error| {
            let line =
                error.span().map_or(1, |span| text[..span.start.min(text.len())].lines().count().max(1));
            format!("line {line}: {}", error.message())
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound && !required => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

/// Leaves of a file: bare ones, then those of `[default]`, then those of the section named after the environment.
fn sections(table: toml::Table, environment: &str) -> Vec<(String, toml::Value)> {
    let rank = |name: &str| match name.to_ascii_lowercase() {
        name if name == environment.to_ascii_lowercase() => 2,
        name if name == "default" => 1,
        _ => 0,
    };
    let mut ranked: Vec<_> = table.into_iter().map(|(name, value)| (rank(&name), name, value)).collect();
    ranked.sort_by_key(|(rank, ..)| *rank);
    let mut leaves = Vec::new();
    for (rank, name, value) in ranked {
        match (rank, value) {
            (1 | 2, toml::Value::Table(inner)) => {
                for (name, value) in inner {
                    flatten(name, value, &mut leaves);
                }
            }
            (_, value) => flatten(name, value, &mut leaves),
        }
    }
    leaves
}

fn flatten(path: String, value: toml::Value, leaves: &mut Vec<(String, toml::Value)>) {
    match value {
        toml::Value::Table(inner) => {
            for (name, value) in inner {
                flatten(format!("{path}.{name}"), value, leaves);
            }
        }
        leaf => leaves.push((path, leaf)),
    }
}
