//! The reference of all settings, as a page. A test keeps the page in the repository equal to the registry.

use super::REGISTRY;
use resync_service_kit::settings::{Key, Kind, Status};
use std::fmt::Write as _;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/SETTINGS.md");
const HEAD: &str = "\
# Settings

Written by a test from the registry in `src/settings`; change it there, then run
`RESYNC_WRITE_REFERENCE=1 cargo test -p resync reference`.

Layers, each winning over the one before: defaults, `settings.toml`, `settings.{environment}.toml`, environment variables, flags
(`--set key=value`). In files case does not matter and keys may stand under `[default]` or under the name of the environment.
The environment variable of `gateway.listen` is `APP_GATEWAY__LISTEN`; some settings have a plain name besides. `*` stands for a
name you choose. `resync config show` prints effective values and where they came from.
";

fn page() -> String {
    let mut text = HEAD.to_owned();
    for keys in REGISTRY.keys {
        text += "\n| setting | value | default | meaning |\n|---|---|---|---|\n";
        for key in *keys {
            row(&mut text, key).expect("writing to a string");
        }
    }
    text
}

fn row(text: &mut String, key: &Key) -> std::fmt::Result {
    let note = match key.status {
        Status::Supported => String::new(),
        Status::NotBuiltYet(part) => format!(" **Stops the start:** {part} is not built yet."),
        Status::NotApplicable(why) => format!(" **No effect:** {why}."),
    };
    let form = if key.kind == Kind::Secret { "a secret".to_owned() } else { key.kind.to_string() };
    let default = key.default.map(|value| format!("`{value}`")).unwrap_or_default();
    write!(text, "| `{}`", key.path)?;
    for name in REGISTRY.env_names.iter().filter(|name| is_instance(name.path, key.path)) {
        write!(text, " `{}`", name.name)?;
    }
    writeln!(text, " | {form} | {default} | {}.{note} |", key.doc)
}

fn is_instance(path: &str, pattern: &str) -> bool {
    REGISTRY.find(path).is_some_and(|key| key.path == pattern)
}

#[test]
fn the_reference_in_the_repository_is_the_registrys() {
    let page = page();
    if std::env::var_os("RESYNC_WRITE_REFERENCE").is_some() {
        std::fs::write(PAGE, &page).unwrap();
    }
    let kept = std::fs::read_to_string(PAGE).unwrap_or_default();
    assert!(
        kept == page,
        "SETTINGS.md is stale: run RESYNC_WRITE_REFERENCE=1 cargo test -p resync reference"
    );
}
