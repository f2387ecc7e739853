//! The form of manifests and source files, and the boundary between domain modules and the edges around them.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::workspace::{Package, Workspace};

/// Longer files are split by noun, unless listed here with the reason.
const MAX_LINES: usize = 500;
const LONG_FILES: &[(&str, &str)] = &[];

/// Libraries of the edges; a domain module that names one has a decision in the wrong place.
const EDGE_LIBRARIES: &[&str] = &["tonic", "prost", "axum", "reqwest"];

/// Where a service may name them: the RPC surface and the adapters to outside systems.
const EDGE_MODULES: &[&str] = &["grpc", "client", "clients", "adapter", "adapters"];

/// Crates that are edges as a whole: a server of another product, the composition root, and the roles that have no
/// domain yet, only an RPC surface that says so.
const EDGE_CRATES: &[&str] =
    &["services/hwa-simulator", "services/resync", "services/knowledge-graph", "services/cache"];

/// One line for each file that breaks a rule.
pub(super) fn problems(workspace: &Workspace) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for package in &workspace.packages {
        manifest_problems(workspace, package, &mut problems)?;
        let place = package.place(workspace);
        let is_domain = place.starts_with("services/") && !EDGE_CRATES.contains(&place.as_str());
        for folder in ["src", "tests", "benches"] {
            for file in rust_files(&package.folder().join(folder))? {
                let text = std::fs::read_to_string(&file).with_context(|| format!("{}", file.display()))?;
                let name = workspace.display(&file).replace('\\', "/");
                problems.extend(form_problem(&name, &text));
                if folder == "src" && is_domain && !is_edge_module(&name) {
                    problems.extend(boundary_problem(&name, &text));
                }
            }
        }
    }
    Ok(problems)
}

/// Every shipped source by its name below the root, without the tests at its end.
pub(super) fn shipped_sources(workspace: &Workspace) -> Result<Vec<(String, String)>> {
    let mut sources = Vec::new();
    for package in &workspace.packages {
        for file in rust_files(&package.folder().join("src"))? {
            let mut text = std::fs::read_to_string(&file).with_context(|| format!("{}", file.display()))?;
            if let Some(tests) = text.find("\n#[cfg(test)]") {
                text.truncate(tests);
            }
            sources.push((workspace.display(&file).replace('\\', "/"), text));
        }
    }
    Ok(sources)
}

fn manifest_problems(workspace: &Workspace, package: &Package, problems: &mut Vec<String>) -> Result<()> {
    let name = workspace.display(&package.manifest_path);
    let text = std::fs::read_to_string(&package.manifest_path).with_context(|| name.clone())?;
    let manifest: toml::Table = toml::from_str(&text).with_context(|| name.clone())?;
    let inherits = |value: &toml::Value| value.get("workspace").and_then(toml::Value::as_bool) == Some(true);
    if !manifest.get("lints").is_some_and(inherits) {
        problems.push(format!("{name}: needs `[lints] workspace = true`"));
    }
    for table in ["dependencies", "dev-dependencies", "build-dependencies"] {
        let Some(dependencies) = manifest.get(table).and_then(toml::Value::as_table) else {
            continue;
        };
        for (dependency, _) in dependencies.iter().filter(|(_, value)| !inherits(value)) {
            problems
                .push(format!("{name}: {dependency} has a version of its own; versions live in the root"));
        }
    }
    Ok(())
}

fn form_problem(name: &str, text: &str) -> Option<String> {
    if name.ends_with("/mod.rs") {
        return Some(format!("{name}: a module `foo` lives in foo.rs, its children in foo/"));
    }
    if !text.starts_with("//!") {
        return Some(format!("{name}: opens without `//!` saying what it is for"));
    }
    let lines = text.lines().count();
    if lines > MAX_LINES && !LONG_FILES.iter().any(|(long, _)| *long == name) {
        return Some(format!("{name}: {lines} lines, more than {MAX_LINES}; split it by noun"));
    }
    None
}

/// `src/grpc.rs`, anything below `src/grpc/`, and `src/engine/adapter.rs` are edges.
fn is_edge_module(name: &str) -> bool {
    let Some((_, inside)) = name.split_once("/src/") else {
        return false;
    };
    inside.trim_end_matches(".rs").split('/').any(|part| EDGE_MODULES.contains(&part))
}

/// The first line of shipped code that names a library of the edges, or generated types.
fn boundary_problem(name: &str, text: &str) -> Option<String> {
    let shipped = text.lines().enumerate().take_while(|(_, line)| !line.starts_with("#[cfg(test)]"));
    for (number, line) in shipped {
        let code = line.split("//").next().unwrap_or_default();
        let named = EDGE_LIBRARIES.iter().copied().find(|library| names_crate(code, library));
        if let Some(library) = named {
            return Some(format!("{name}:{}: names {library}; only edge modules may", number + 1));
        }
        if code.contains("resync_api::proto") {
            return Some(format!("{name}:{}: names generated types; only grpc.rs may", number + 1));
        }
    }
    None
}

/// Whether code has the path `library::…`, rather than a longer word that ends in it.
fn names_crate(code: &str, library: &str) -> bool {
    code.match_indices(library).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        code[at + library.len()..].starts_with("::")
            && !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
    })
}

fn rust_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    if !folder.is_dir() {
        return Ok(files);
    }
    for entry in std::fs::read_dir(folder).with_context(|| format!("could not list {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_module_may_not_name_an_edge_library() {
        let name = "services/agent/src/compose.rs";
        assert!(boundary_problem(name, "//! x\nuse tonic::Status;\n").is_some());
        assert!(boundary_problem(name, "//! x\nfn f() -> reqwest::Result<()> {}\n").is_some());
        assert!(boundary_problem(name, "//! x\nuse resync_api::proto::tws;\n").is_some());
        for innocent in [
            "// tonic::Status is named in grpc.rs",
            "use my_tonic::x;",
            "use crate::tonic::x;",
            "let axum = 1;",
        ] {
            assert_eq!(boundary_problem(name, innocent), None);
        }
        assert_eq!(boundary_problem(name, "//! x\n#[cfg(test)]\nmod tests { use axum::Router; }\n"), None);
    }

    #[test]
    fn edges_are_recognised_by_their_module() {
        assert!(is_edge_module("services/agent/src/grpc.rs"));
        assert!(is_edge_module("services/agent/src/grpc/answer.rs"));
        assert!(!is_edge_module("services/agent/src/grpcish.rs"));
    }

    #[test]
    fn files_open_with_their_purpose_and_stay_short() {
        assert!(form_problem("libs/a/src/x.rs", "use std::fmt;\n").is_some());
        assert!(form_problem("libs/a/src/x/mod.rs", "//! fine\n").is_some());
        assert!(form_problem("libs/a/src/x.rs", &format!("//! x\n{}", "\n".repeat(MAX_LINES))).is_some());
        assert_eq!(form_problem("libs/a/src/x.rs", "//! fine\n"), None);
    }
}
