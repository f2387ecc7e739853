//! Settings in layers: defaults, `settings.toml`, `settings.{environment}.toml`, environment variables, flags.
//!
//! Which settings exist is a registry handed in by the program: path, kind, default, meaning, whether it is secret, and
//! whether this build honours it at all. From that follow parsing, unknown-key errors with the nearest known name,
//! `config show` and its masking. Files are read without regard to case and may use the sections `[default]` and
//! `[{environment}]`. Nothing else in the product reads environment variables.

mod key;
mod value;
mod layers;
mod resolve;
mod error;
mod show;

pub use error::{SettingsError, SettingsErrors};
pub use key::{EnvName, Key, Kind, Registry, Status};
pub use layers::{Flag, Origin, Sources};
pub use show::Row;
pub use value::{Value, parse_duration};

use secrecy::SecretString;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// One effective value and where it came from.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) value: Value,
    pub(crate) origin: Origin,
    pub(crate) key: &'static Key,
}

/// All effective settings. Getters take paths of the registry; asking for one that is not there is a defect of the
/// program, found by the first test that reads its configuration.
#[derive(Clone)]
pub struct Settings {
    registry: &'static Registry,
    entries: BTreeMap<String, Entry>,
    warnings: Vec<String>,
    environment: String,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings").field("keys", &self.entries.len()).finish_non_exhaustive()
    }
}

impl Settings {
    /// Reads and checks all layers.
    ///
    /// # Errors
    /// Every problem found, not only the first.
    pub fn load(registry: &'static Registry, sources: &Sources) -> Result<Self, SettingsErrors> {
        resolve::resolve(registry, sources)
    }

    /// Name of the environment, such as `production`.
    #[must_use]
    pub fn environment(&self) -> &str {
        &self.environment
    }

    /// What an operator should know although it is no error.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The names below a table of named things: `engines` for keys like `engines.*.url`.
    #[must_use]
    pub fn names(&self, table: &str) -> BTreeSet<String> {
        self.entries
            .keys()
            .filter_map(|path| path.strip_prefix(table)?.strip_prefix('.')?.split_once('.'))
            .map(|(name, _)| name.to_owned())
            .collect()
    }

    /// Was it set by somebody, rather than left at its default?
    #[must_use]
    pub fn is_set(&self, path: &str) -> bool {
        self.entries.get(path).is_some_and(|entry| entry.origin != Origin::Default)
    }

    fn get(&self, path: &str) -> Option<&Value> {
        let entry = self.entries.get(path);
        assert!(entry.is_some() || self.registry.find(path).is_some(), "the setting {path} is not declared");
        entry.map(|entry| &entry.value)
    }

    fn present<T>(&self, path: &str, value: Option<T>) -> T {
        value.unwrap_or_else(|| panic!("the setting {path} is declared without a default of this kind"))
    }

    /// A text without default, when set.
    #[must_use]
    pub fn optional_text(&self, path: &str) -> Option<&str> {
        self.get(path).and_then(Value::as_text)
    }

    /// A text.
    #[must_use]
    pub fn text(&self, path: &str) -> &str {
        self.present(path, self.optional_text(path))
    }

    /// A secret, when set.
    #[must_use]
    pub fn secret(&self, path: &str) -> Option<SecretString> {
        self.get(path).and_then(Value::as_text).map(SecretString::from)
    }

    /// A switch.
    #[must_use]
    pub fn flag(&self, path: &str) -> bool {
        self.present(path, self.get(path).and_then(Value::as_boolean))
    }

    /// A whole number, in the integer type the caller needs; the registry's bounds make it fit.
    #[must_use]
    pub fn integer<T: TryFrom<i64>>(&self, path: &str) -> T {
        self.present(path, self.optional_integer(path))
    }

    /// A whole number without default, when set.
    #[must_use]
    pub fn optional_integer<T: TryFrom<i64>>(&self, path: &str) -> Option<T> {
        self.get(path).and_then(Value::as_integer).and_then(|number| T::try_from(number).ok())
    }

    /// A span of time without default, when set.
    #[must_use]
    pub fn optional_duration(&self, path: &str) -> Option<Duration> {
        self.get(path).and_then(Value::as_duration)
    }

    /// A number.
    #[must_use]
    pub fn number(&self, path: &str) -> f64 {
        self.present(path, self.get(path).and_then(Value::as_number))
    }

    /// A span of time.
    #[must_use]
    pub fn duration(&self, path: &str) -> Duration {
        self.present(path, self.optional_duration(path))
    }

    /// A list of texts; empty when unset.
    #[must_use]
    pub fn list(&self, path: &str) -> Vec<String> {
        self.optional_list(path).unwrap_or_default()
    }

    /// A list of texts, when set: one that was given empty is not the same as none.
    #[must_use]
    pub fn optional_list(&self, path: &str) -> Option<Vec<String>> {
        self.get(path).and_then(Value::as_list).map(<[String]>::to_vec)
    }

    /// All effective values with their origins, secrets masked.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        show::rows(self.registry, &self.entries)
    }
}

#[cfg(test)]
mod tests;
