//! What to change: as a sentence for each cache or pool, and with the setting and the evidence for programs.

use super::figures::{name_of, window};
use crate::call::{Call, json};
use crate::error::Error;
use crate::params::Params;
use axum::extract::RawQuery;
use axum::response::Response;
use chrono::{DateTime, Utc};
use resync_api::perf::model::{Area, PerformanceReport, Recommendation, RecommendationQuery, Standing};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;

const IDLE: &str = "Too little traffic in this window to judge.";

/// What is recommended for one subject of a report, in words; never empty.
pub(super) fn texts<'a>(
    report: &'a PerformanceReport,
    area: Area,
    subject: &str,
    standing: Standing,
) -> Vec<&'a str> {
    let found: Vec<_> = of(report, area)
        .filter(|recommendation| recommendation.subject == subject)
        .map(|recommendation| recommendation.text.as_str())
        .collect();
    if !found.is_empty() {
        return found;
    }
    vec![match (standing, area) {
        (Standing::Idle, _) => IDLE,
        (Standing::Ok, Area::Pool) => "Connection pool performance is optimal.",
        (Standing::Ok, _) => "Cache performance is optimal.",
        (Standing::Warning | Standing::Critical, _) => {
            "It is past a target, and no setting is known that would help."
        }
    }]
}

fn of(report: &PerformanceReport, area: Area) -> impl Iterator<Item = &Recommendation> {
    report.recommendations.iter().filter(move |recommendation| recommendation.area == area)
}

/// The body of the routes that recommend for one area.
#[derive(Debug, Serialize)]
pub(super) struct Verdicts<'a> {
    timestamp: DateTime<Utc>,
    window: &'static str,
    recommendations: BTreeMap<&'a str, Vec<&'a str>>,
    /// The same with the setting, the present and the suggested value, and the evidence.
    details: Vec<&'a Recommendation>,
}

pub(super) fn verdicts<'a>(
    report: &'a PerformanceReport,
    area: Area,
    subjects: impl Iterator<Item = (&'a str, Standing)>,
) -> Verdicts<'a> {
    Verdicts {
        timestamp: report.generated_at,
        window: name_of(report.window),
        recommendations: subjects
            .map(|(label, standing)| (label, texts(report, area, label, standing)))
            .collect(),
        details: of(report, area).collect(),
    }
}

/// `GET /api/performance/recommendations`
pub(crate) async fn recommendations(call: Call, RawQuery(query): RawQuery) -> Result<Response, Error> {
    let client = call.perf("ListRecommendations")?;
    let mut params = Params::from_query(query.as_deref(), &["window", "area"])?;
    let window = window(&mut params)?;
    let area = match params.take("area") {
        None => None,
        Some(name) => {
            let known = Area::ALL.into_iter().find(|area| area.as_str() == name);
            let names = || Area::ALL.map(Area::as_str).join(", ");
            Some(known.ok_or_else(|| Error::field("area", format!("one of {} is needed", names())))?)
        }
    };
    let found = client
        .recommendations(RecommendationQuery { window, area })
        .await
        .map_err(|fault| Error::upstream(&fault))?;
    json(&json!({
        "timestamp": Utc::now(),
        "window": name_of(window),
        "total": found.len(),
        "recommendations": found,
    }))
}
