//! Command line flags that every command of the program shares; each is a setting by another name.

use crate::settings::{Flag, Registry, Settings, SettingsErrors, Sources};
use std::path::PathBuf;

/// Flags about settings.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Settings")]
pub struct SettingsArgs {
    /// Settings file [default: settings.toml, when it exists]
    #[arg(long, global = true, value_name = "FILE")]
    pub settings: Option<PathBuf>,

    /// Environment, which chooses settings.ENVIRONMENT.toml [default: development]
    #[arg(long, global = true, value_name = "NAME")]
    pub environment: Option<String>,

    /// Folder for keys, the generated password and stores [default: .resync]
    #[arg(long, global = true, value_name = "FOLDER")]
    pub data_dir: Option<PathBuf>,

    /// Any setting, by its path; can be given several times
    #[arg(long = "set", global = true, value_name = "KEY=VALUE", value_parser = key_and_value)]
    pub set: Vec<(String, String)>,
}

fn key_and_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => Ok((key.trim().to_owned(), value.to_owned())),
        _ => Err("write it like gateway.listen=127.0.0.1:9000".to_owned()),
    }
}

impl SettingsArgs {
    /// Reads all layers, these flags as the highest. `more` are values from flags of single commands.
    ///
    /// # Errors
    /// Every problem found.
    pub fn load(&self, registry: &'static Registry, more: Vec<Flag>) -> Result<Settings, SettingsErrors> {
        let mut flags: Vec<_> = self
            .set
            .iter()
            .map(|(path, value)| Flag { flag: "--set".to_owned(), path: path.clone(), value: value.clone() })
            .collect();
        flags.extend(self.data_dir.as_ref().map(|folder| Flag {
            flag: "--data-dir".to_owned(),
            path: "data_dir".to_owned(),
            value: folder.display().to_string(),
        }));
        flags.extend(more);
        Settings::load(registry, &Sources::of_process(self.settings.clone(), self.environment.clone(), flags))
    }
}
