//! Prompts that wait for an operator's answer.

use resync_api::tws::model::{Freshness, Prompt};
use serde::{Deserialize, Serialize};

use super::selection::equals;
use super::{PlanReader, Rows, Tool};
use crate::error::Error;

/// Prompts read; only those of the object are kept when one is named.
const MAX_PROMPTS: u32 = 1_000;
/// Prompts in the result.
const MAX_SHOWN: usize = 30;

/// Report open prompts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct OpenPrompts {
    /// Key of a job or job stream, or name of a prompt; empty: all.
    pub(crate) key: String,
}

/// Open prompts.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PromptsReport {
    /// What was asked about; empty: all.
    pub(crate) key: String,
    pub(crate) prompts: Vec<Prompt>,
    pub(crate) total: u64,
    /// Not all are shown.
    pub(crate) truncated: bool,
    pub(crate) freshness: Freshness,
}

impl Tool for OpenPrompts {
    const NAME: &'static str = "open_prompts";
    const DESCRIPTION: &'static str = "Prompts that were asked and not answered yet.";
    type Output = PromptsReport;

    async fn run(&self, plan: &PlanReader) -> Result<PromptsReport, Error> {
        let filter = equals("status", "ASKED");
        let rows = Rows { filter: &filter, order_by: "", limit: MAX_PROMPTS };
        let page = plan.prompts(rows).await?;
        let mut prompts: Vec<_> = page
            .items
            .into_iter()
            .filter(|prompt| self.key.is_empty() || belongs_to(prompt, &self.key))
            .collect();
        let total = if self.key.is_empty() { page.total_size } else { prompts.len() as u64 };
        prompts.truncate(MAX_SHOWN);
        Ok(PromptsReport {
            key: self.key.clone(),
            truncated: total > prompts.len() as u64 || page.total_size > u64::from(MAX_PROMPTS),
            prompts,
            total,
            freshness: page.freshness,
        })
    }

    fn summary(report: &PromptsReport) -> String {
        format!("{} open prompts", report.total)
    }
}

/// The prompt is the object's own, or of a job of that stream.
fn belongs_to(prompt: &Prompt, key: &str) -> bool {
    let of_stream = |job: &str| job.strip_prefix(key).is_some_and(|rest| rest.starts_with('.'));
    prompt.prompt_name == key
        || prompt.job_key == key
        || prompt.job_stream_key == key
        || of_stream(&prompt.job_key)
}
