//! Which engine is asked, how its mirror does, and by which clock and zone the answer speaks.

use resync_api::tws::model::{EngineStatus, Freshness};
use serde::{Deserialize, Serialize};

use super::{PlanReader, Tool};
use crate::error::Error;

/// Name of the engine that plain settings make.
const DEFAULT_ENGINE: &str = "default";

/// Read the state of one engine.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ReadEngineStatus {
    /// Name in the settings; empty: the only one, or `default`.
    pub(crate) engine: String,
    /// Zone the person asked for; empty: the engine's.
    pub(crate) display_zone: String,
}

/// The state of one engine.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct EngineReport {
    /// The engine.
    pub(crate) status: EngineStatus,
    /// How fresh its mirror is.
    pub(crate) freshness: Freshness,
    /// Zone in which times are shown.
    pub(crate) display_zone: String,
    /// Every engine in the settings.
    pub(crate) engines: Vec<String>,
}

impl Tool for ReadEngineStatus {
    const NAME: &'static str = "engine_status";
    const DESCRIPTION: &'static str =
        "State of an engine and of the mirror of its plan: reachable, how fresh, clock and time zone.";
    type Output = EngineReport;

    async fn run(&self, plan: &PlanReader) -> Result<EngineReport, Error> {
        let engines = plan.engines().await?;
        let known: Vec<_> = engines.iter().map(|status| status.engine.clone()).collect();
        let wanted = match (self.engine.as_str(), known.as_slice()) {
            ("", [only]) => only.as_str(),
            ("", _) => DEFAULT_ENGINE,
            (name, _) => name,
        };
        let status = engines.into_iter().find(|status| status.engine == wanted);
        let Some(status) = status else {
            return Err(Error::UnknownEngine { name: self.engine.clone(), known });
        };
        let Some(freshness) = status.freshness.clone() else {
            return Err(Error::PlanNotRead {
                engine: status.engine,
                code: status.last_error,
                hint: status.last_error_hint,
            });
        };
        let display_zone = match self.display_zone.as_str() {
            "" => freshness.time_zone.clone(),
            zone => zone.to_owned(),
        };
        Ok(EngineReport { status, freshness, display_zone, engines: known })
    }

    fn summary(report: &EngineReport) -> String {
        match report.freshness.stale_since {
            None => format!("engine {} answers", report.status.engine),
            Some(since) => format!("engine {} has not answered since {since}", report.status.engine),
        }
    }
}
