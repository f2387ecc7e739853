//! Puts the layers together and checks every value against the registry.

use super::{
    Entry, Key, Kind, Origin, Registry, Settings, SettingsError, SettingsErrors, Sources, Status, Value,
};
use std::collections::{BTreeMap, BTreeSet};

const APP_PREFIX: &str = "APP_";
/// Chooses the environment-specific file; not a setting inside one.
const ENVIRONMENT_VARIABLE: &str = "APP_ENVIRONMENT";

struct Resolution {
    registry: &'static Registry,
    entries: BTreeMap<String, Entry>,
    errors: Vec<SettingsError>,
    warnings: Vec<String>,
}

pub(super) fn resolve(registry: &'static Registry, sources: &Sources) -> Result<Settings, SettingsErrors> {
    let mut resolution =
        Resolution { registry, entries: BTreeMap::new(), errors: Vec::new(), warnings: Vec::new() };
    for (origin, path, value) in sources.files(&mut resolution.errors) {
        resolution.read_file_leaf(origin, &path, &value);
    }
    resolution.read_environment(&sources.variables);
    for flag in &sources.flags {
        let origin = Origin::Flag(flag.flag.clone());
        let path = flag.path.to_lowercase();
        match registry.find(&path) {
            Some(key) => resolution.set(path, key, origin, |kind| Value::from_text(kind, &flag.value)),
            None => resolution.unknown(&flag.path, origin),
        }
    }
    resolution.fill_defaults();
    let Resolution { entries, errors, warnings, .. } = resolution;
    if !errors.is_empty() {
        return Err(SettingsErrors(errors));
    }
    Ok(Settings { registry, entries, warnings, environment: sources.environment() })
}

impl Resolution {
    fn read_file_leaf(&mut self, origin: Origin, written: &str, value: &toml::Value) {
        match self.lookup(written) {
            Some((path, key)) => self.set(path, key, origin, |kind| Value::from_toml(kind, value)),
            None => self.unknown(written, origin),
        }
    }

    fn read_environment(&mut self, variables: &BTreeMap<String, String>) {
        // An empty variable is how compose files say "not set".
        let set = |name: &str| variables.get(name).filter(|value| !value.is_empty());
        for (name, value) in variables.iter().filter(|(_, value)| !value.is_empty()) {
            let part = self.registry.env_not_built.iter().find(|(prefix, _)| name.starts_with(prefix));
            let plain = self.registry.env_names.iter().find(|known| known.name == *name);
            match (plain, part) {
                (Some(known), _) => self.variable(name, known.path, value),
                (None, Some((_, part))) => {
                    let origin = Origin::Environment(name.clone());
                    self.errors.push(SettingsError::NotBuiltYet { path: name.clone(), origin, part });
                }
                (None, None) => {}
            }
        }
        // The prefixed form of a name wins over its plain form.
        for name in
            variables.keys().filter(|name| name.starts_with(APP_PREFIX) && *name != ENVIRONMENT_VARIABLE)
        {
            let Some(value) = set(name) else { continue };
            let rest = &name[APP_PREFIX.len()..];
            let plain = self.registry.env_names.iter().find(|known| known.name == rest);
            let path =
                plain.map_or_else(|| rest.to_lowercase().replace("__", "."), |known| known.path.to_owned());
            if self.registry.find(&path).is_some() {
                self.variable(name, &path, value);
            } else {
                let nearest =
                    self.registry.nearest(&path).map(|near| format!("; did you mean {}?", env_form(&near)));
                self.warnings
                    .push(format!("{name} is no setting and is ignored{}", nearest.unwrap_or_default()));
            }
        }
    }

    fn variable(&mut self, name: &str, path: &str, value: &str) {
        let Some(key) = self.registry.find(path) else {
            return self.unknown(path, Origin::Environment(name.to_owned()));
        };
        self.set(path.to_owned(), key, Origin::Environment(name.to_owned()), |kind| {
            Value::from_text(kind, value)
        });
    }

    /// The key for a path as written in a file: case does not matter except in names people chose.
    fn lookup(&self, written: &str) -> Option<(String, &'static Key)> {
        let lower = written.to_lowercase();
        let key = self.registry.find(&lower)?;
        let path: Vec<_> = key
            .path
            .split('.')
            .zip(written.split('.'))
            .map(|(pattern, name)| if pattern == "*" { name } else { pattern })
            .collect();
        Some((path.join("."), key))
    }

    fn set(&mut self, path: String, key: &'static Key, origin: Origin, read: impl Fn(Kind) -> Option<Value>) {
        match key.status {
            Status::NotBuiltYet(part) => {
                return self.errors.push(SettingsError::NotBuiltYet { path, origin, part });
            }
            Status::NotApplicable(why) => {
                self.warnings.push(format!("{origin}: {path} is not applicable: {why}"));
            }
            Status::Supported => {}
        }
        match read(key.kind) {
            Some(value) => {
                self.entries.insert(path, Entry { value, origin, key });
            }
            None => self.errors.push(SettingsError::Invalid { path, origin, expected: key.kind.to_string() }),
        }
    }

    fn unknown(&mut self, written: &str, origin: Origin) {
        let nearest = self.registry.nearest(&written.to_lowercase());
        self.errors.push(SettingsError::Unknown { path: written.to_owned(), origin, nearest });
    }

    /// Defaults for plain keys, and for each name that exists in a table of named things.
    fn fill_defaults(&mut self) {
        for key in self.registry.keys() {
            let Some(value) = key.default.and_then(|text| Value::from_text(key.kind, text)) else { continue };
            let paths: BTreeSet<String> = match key.path.split_once(".*.") {
                None => [key.path.to_owned()].into(),
                Some((table, leaf)) => {
                    self.names(table).map(|name| format!("{table}.{name}.{leaf}")).collect()
                }
            };
            for path in paths {
                let entry = Entry { value: value.clone(), origin: Origin::Default, key };
                self.entries.entry(path).or_insert(entry);
            }
        }
    }

    fn names(&self, table: &str) -> impl Iterator<Item = String> {
        let names: BTreeSet<_> = self
            .entries
            .keys()
            .filter_map(|path| path.strip_prefix(table)?.strip_prefix('.')?.split_once('.'))
            .map(|(name, _)| name.to_owned())
            .collect();
        names.into_iter()
    }
}

fn env_form(path: &str) -> String {
    format!("{APP_PREFIX}{}", path.to_uppercase().replace('.', "__"))
}
