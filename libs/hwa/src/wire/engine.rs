//! What the engine says about itself, and the small envelopes of several calls.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::wire::job::JobInPlan;
use crate::wire::stream::JobStreamInPlan;

wire! {
    /// Version, time zone and licence of an engine.
    EngineInfo {
        /// Version for people, e.g. `10.2.8`.
        display_version: text,
        /// Version with all its parts.
        full_version: text,
        /// IANA zone of the engine.
        timezone: text,
        /// Language of its messages.
        locale: text,
        /// Licence model.
        license_type: text,
        /// Name the engine goes by.
        reference_id: text,
        /// Optional abilities by family.
        capabilities: one<BTreeMap<String, serde_json::Value>>,
    }
}

wire! {
    /// A total, optionally split into groups.
    GroupedCount {
        /// All objects that match.
        count: int,
        /// Objects by group.
        grouped_count: one<BTreeMap<String, i64>>,
    }
}

wire! {
    /// Why a job does not start, in the engine's words.
    Issue {
        /// UUID of the job.
        id: text,
        /// Text for people.
        issue_message: text,
        /// Kind; the values are not documented.
        issue_type: text,
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Issues {
    #[serde(deserialize_with = "crate::wire::scalar::list::deserialize")]
    pub(crate) issues: Vec<Issue>,
}

/// A predecessor or successor: either a job or a whole job stream.
#[derive(Debug, Clone, PartialEq)]
pub enum FlowNode {
    /// A job.
    Job(Box<JobInPlan>),
    /// A job stream.
    JobStream(Box<JobStreamInPlan>),
}

impl<'de> Deserialize<'de> for FlowNode {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(input)?;
        let named_stream =
            value.get("flowNodeType").and_then(serde_json::Value::as_str).is_some_and(|kind| kind != "JOB");
        if named_stream {
            serde_json::from_value(value).map(Box::new).map(Self::JobStream).map_err(serde::de::Error::custom)
        } else {
            serde_json::from_value(value).map(Box::new).map(Self::Job).map_err(serde::de::Error::custom)
        }
    }
}

wire! {
    /// Labels and actions of one kind of plan object.
    ObjectInfo {
        /// What can be done with objects of this kind.
        actions: list<ActionInfo>,
        /// Internal status words and their labels.
        status: list<Label>,
        /// Status words to show and their labels.
        common_status: list<Label>,
    }
}

wire! {
    /// How an action is called.
    ActionInfo {
        /// Stable word for the action.
        key: text,
        /// Label in the engine's language.
        label: text,
        /// HTTP method.
        http_method: text,
        /// URL with placeholders.
        parametric_url: text,
    }
}

wire! {
    /// A word and its label.
    Label {
        /// Stable word.
        key: text,
        /// Label in the engine's language.
        label: text,
    }
}
