//! Which crate may depend on which (ARCHITECTURE.md, "Who may know whom").

use crate::workspace::{Dependency, Package, Workspace};

/// One line for each dependency that points the wrong way.
pub(super) fn problems(workspace: &Workspace) -> Vec<String> {
    workspace.packages.iter().flat_map(|package| package_problems(workspace, package)).collect()
}

fn package_problems(workspace: &Workspace, package: &Package) -> Vec<String> {
    let from = package.place(workspace);
    package
        .dependencies
        .iter()
        .filter_map(|dependency| {
            let to = workspace.display(dependency.path.as_deref()?);
            let reason = forbidden(&from, &to, is_dev(dependency))?;
            Some(format!(
                "{}: must not depend on {}: {reason}",
                workspace.display(&package.manifest_path),
                dependency.name
            ))
        })
        .collect()
}

fn is_dev(dependency: &Dependency) -> bool {
    dependency.kind.as_deref() == Some("dev")
}

/// Why a crate in folder `from` may not depend on the one in folder `to`, if so.
fn forbidden(from: &str, to: &str, dev: bool) -> Option<&'static str> {
    // The composition root, and the stories over the whole mesh, may know everybody.
    if matches!(from, "services/resync" | "tests") {
        return None;
    }
    if to == "libs/testkit" {
        return (!dev).then_some("testkit is for dev-dependencies");
    }
    // A test may bring up the peers of the part it tests; what ships may not.
    if dev || from == "libs/testkit" {
        return None;
    }
    match (from, to) {
        ("services/hwa-simulator", _) => {
            Some("the simulator stands for an outside system and knows nothing of Resync")
        }
        (_, "services/hwa-simulator") => Some("the simulator is linked by nobody but the binary"),
        ("libs/fault", _) => Some("fault is below everything"),
        (_, "libs/fault") => None,
        ("libs/api", _) => Some("api depends on fault alone"),
        ("libs/resilience", _) => Some("resilience knows nothing but fault"),
        ("libs/service-kit", to) if to != "libs/resilience" => Some("service-kit knows no product noun"),
        ("libs/near-cache", "libs/api" | "libs/resilience" | "libs/service-kit") => None,
        ("libs/near-cache", _) => Some("the near cache knows the contract and the kit alone"),
        ("libs/hwa", to) if to != "libs/resilience" => Some("hwa is a protocol crate without policy"),
        (_, "libs/hwa") if from != "services/tws-bridge" => Some("only the bridge talks to the scheduler"),
        (from, to) if to.starts_with("services/") || to == "gateway" => Some(if from == "gateway" {
            "the gateway meets services through their typed clients"
        } else {
            "services meet each other through their typed clients"
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::forbidden;

    #[test]
    fn directions_follow_the_design() {
        for (from, to, dev, allowed) in [
            ("libs/api", "libs/fault", false, true),
            ("libs/api", "libs/resilience", false, false),
            ("libs/service-kit", "libs/resilience", false, true),
            ("libs/service-kit", "libs/api", false, false),
            ("libs/resilience", "libs/api", false, false),
            ("services/agent", "libs/api", false, true),
            ("services/agent", "libs/near-cache", false, true),
            ("libs/near-cache", "libs/api", false, true),
            ("libs/near-cache", "libs/hwa", false, false),
            ("libs/service-kit", "libs/near-cache", false, false),
            ("services/agent", "services/tws-bridge", false, false),
            ("services/agent", "libs/hwa", false, false),
            ("services/tws-bridge", "libs/hwa", false, true),
            ("services/tws-bridge", "services/hwa-simulator", false, false),
            ("services/tws-bridge", "services/hwa-simulator", true, true),
            ("gateway", "services/agent", false, false),
            ("gateway", "libs/testkit", false, false),
            ("gateway", "libs/testkit", true, true),
            ("services/hwa-simulator", "libs/fault", false, false),
            ("services/resync", "services/agent", false, true),
        ] {
            assert_eq!(forbidden(from, to, dev).is_none(), allowed, "{from} -> {to} (dev: {dev})");
        }
    }
}
