//! Counts, by group when asked, with each group's share.

use resync_api::tws::model::{CountRequest, Freshness, ObjectKind};
use serde::{Deserialize, Serialize};

use super::selection::{Criteria, Echo};
use super::{PlanReader, Tool};
use crate::error::Error;

/// Count objects.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct CountObjects {
    /// Anything but folders and users.
    pub(crate) kind: ObjectKind,
    /// Which objects; order is by size.
    #[serde(flatten)]
    pub(crate) criteria: Criteria,
    /// Fields to group by; none: one total.
    pub(crate) group_by: Vec<String>,
}

/// The counts.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Counted {
    /// What was asked for.
    #[serde(flatten)]
    pub(crate) echo: Echo,
    pub(crate) kind: ObjectKind,
    pub(crate) group_by: Vec<String>,
    /// All matching objects.
    pub(crate) total: u64,
    /// Largest first.
    pub(crate) groups: Vec<Group>,
    /// Number of groups shown.
    pub(crate) group_count: usize,
    /// There are more groups.
    pub(crate) truncated: bool,
    pub(crate) freshness: Freshness,
}

/// One group.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Group {
    /// One value per field.
    pub(crate) values: Vec<String>,
    pub(crate) count: u64,
    /// Of the total, 0 to 1.
    pub(crate) share: f64,
}

impl Tool for CountObjects {
    const NAME: &'static str = "count_objects";
    const DESCRIPTION: &'static str = "How many jobs, job streams, workstations, resources or prompts meet conditions, by group when asked.";
    type Output = Counted;

    async fn run(&self, plan: &PlanReader) -> Result<Counted, Error> {
        let request = CountRequest {
            engine: String::new(),
            kind: self.kind,
            filter: self.criteria.filter(),
            group_by: self.group_by.clone(),
            max_groups: self.criteria.limit,
        };
        let counts = plan.count(request).await?;
        let whole = counts.total.max(1) as f64;
        let mut groups: Vec<_> = counts
            .groups
            .into_iter()
            .map(|group| Group {
                values: group.values,
                count: group.count,
                share: group.count as f64 / whole,
            })
            .collect();
        if self.group_by.is_empty() {
            groups.clear();
        }
        Ok(Counted {
            echo: self.criteria.echo(),
            kind: self.kind,
            group_by: self.group_by.clone(),
            total: counts.total,
            group_count: groups.len(),
            groups,
            truncated: counts.truncated,
            freshness: counts.freshness,
        })
    }

    fn summary(counted: &Counted) -> String {
        match counted.groups.len() {
            0 => format!("{}", counted.total),
            groups => format!("{} in {groups} groups", counted.total),
        }
    }
}
