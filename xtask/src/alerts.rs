//! The files that operators take for their own monitoring: alert rules with their tests, and a dashboard whose
//! queries parse. That the metrics in them exist is tested against the running product, in `tests`.

use std::fmt::Write as _;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process;
use crate::workspace::Workspace;

const FOLDER: &str = "docs/observability";

/// What Grafana puts in the place of its variables, or something alike.
const VARIABLES: [(&str, &str); 3] = [("$__rate_interval", "5m"), ("$job", ".*"), ("$instance", ".*")];

/// Runs promtool over the rules, their tests, the scrape settings, and the dashboard's queries.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let folder = workspace.path(FOLDER);
    let promtool = |args: &[&str]| process::run(Command::new("promtool").args(args).current_dir(&folder));
    promtool(&["check", "config", "prometheus.yml"])?;
    promtool(&["test", "rules", "alerts.test.yml"])?;
    let path = folder.join("dashboard.json");
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let queries = queries(&serde_json::from_str(&text).context("dashboard.json is no JSON")?)?;
    // promtool parses queries only where they are rules.
    let rules = workspace.target.join("dashboard-queries.yml");
    std::fs::write(&rules, as_rules(&queries)).with_context(|| rules.display().to_string())?;
    promtool(&["check", "rules", &rules.to_string_lossy()])
}

/// Every query of a dashboard, after a look at its form.
fn queries(dashboard: &Value) -> Result<Vec<String>> {
    let items = |value: &Value, key: &str| value[key].as_array().cloned().unwrap_or_default();
    let variables = items(&dashboard["templating"], "list");
    if !variables.iter().any(|variable| variable["type"] == "datasource" && variable["name"] == "datasource")
    {
        bail!("the dashboard has no variable for its data source");
    }
    let mut ids = Vec::new();
    let mut queries = Vec::new();
    for panel in items(dashboard, "panels") {
        let title = panel["title"].as_str().unwrap_or("a panel without a title");
        ids.push(panel["id"].as_u64().with_context(|| format!("{title} has no id"))?);
        if panel["type"] == "row" {
            continue;
        }
        if panel["datasource"]["uid"] != "${datasource}" {
            bail!("{title} does not ask the chosen data source");
        }
        let targets = items(&panel, "targets");
        if targets.is_empty() || panel["description"].as_str().is_none_or(str::is_empty) {
            bail!("{title} has no query or no description");
        }
        for target in targets {
            queries
                .push(target["expr"].as_str().with_context(|| format!("{title} has no query"))?.to_owned());
        }
    }
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    if queries.is_empty() || ids.len() != all {
        bail!("the dashboard has no panels, or two of one id");
    }
    Ok(queries)
}

fn as_rules(queries: &[String]) -> String {
    let mut rules = String::from("groups:\n  - name: dashboard\n    rules:\n");
    for (number, query) in queries.iter().enumerate() {
        let query = VARIABLES.iter().fold(query.clone(), |query, (name, value)| query.replace(name, value));
        // Writing to a string cannot fail; a JSON text is a YAML text.
        let _ =
            writeln!(rules, "      - record: dashboard:query:{number}\n        expr: {}", Value::from(query));
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn dashboard() -> Value {
        json!({
            "templating": {"list": [{"type": "datasource", "name": "datasource"}]},
            "panels": [
                {"id": 1, "type": "row", "title": "Row"},
                {"id": 2, "type": "stat", "title": "Up", "description": "Who answers.",
                 "datasource": {"uid": "${datasource}"}, "targets": [{"expr": "up{job=~\"$job\"}[$__rate_interval]"}]},
            ],
        })
    }

    #[test]
    fn a_sound_dashboard_gives_its_queries_with_variables_filled_in() {
        let rules = as_rules(&queries(&dashboard()).unwrap());
        assert!(rules.ends_with("expr: \"up{job=~\\\".*\\\"}[5m]\"\n"), "{rules}");
    }

    #[test]
    fn what_grafana_would_show_empty_is_refused() {
        for (pointer, value) in [
            ("/templating/list", json!([])),
            ("/panels/1/datasource/uid", json!("prometheus-of-mine")),
            ("/panels/1/targets", json!([])),
            ("/panels/1/description", json!("")),
            ("/panels/1/id", json!(1)),
            ("/panels", json!([])),
        ] {
            let mut broken = dashboard();
            *broken.pointer_mut(pointer).unwrap() = value;
            assert!(queries(&broken).is_err(), "{pointer}");
        }
    }
}
