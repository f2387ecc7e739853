//! Incidents that look alike, and why.

use serde::{Deserialize, Serialize};

use super::Incident;

/// What is compared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SimilarTo {
    /// An incident, by id.
    Incident(String),
    /// The failure of a job of the plan.
    Job {
        /// Name in the settings; empty: the only one, or `default`.
        engine: String,
        /// Plan id or key.
        job: String,
    },
}

/// Which incidents look like it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindSimilar {
    /// What is compared with.
    pub to: SimilarTo,
    /// 0 means 10; more than 50 is taken as 50.
    pub limit: u32,
}

/// In what two incidents are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LikenessKind {
    /// Lines of the log, without what varies.
    Lines,
    /// Message codes.
    MessageCodes,
    /// The return code.
    ReturnCode,
    /// The same jobs.
    Job,
    /// Jobs of the same job streams.
    JobStream,
    /// Put down to the same thing.
    Cause,
    /// The engine's internal status.
    InternalStatus,
}

/// One reason why an incident is like another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Likeness {
    /// In what.
    pub kind: LikenessKind,
    /// What both have, at most 10; empty for lines that are withheld.
    pub shared: Vec<String>,
    /// How many they share.
    pub shared_count: u32,
    /// How many they have together.
    pub total_count: u32,
    /// What it adds to the likeness, between 0 and 1.
    pub weight: f64,
}

/// An incident that looks like the one asked about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SimilarIncident {
    /// It.
    pub incident: Incident,
    /// Between 0 and 1: the sum of the weights.
    pub likeness: f64,
    /// By which they are ordered: likeness, and what was reported of the resolution.
    pub rank: f64,
    /// Why, the weightiest first.
    pub reasons: Vec<Likeness>,
}

/// Incidents that look like one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SimilarIncidents {
    /// What was compared with.
    pub incident: Incident,
    /// Best first.
    pub similar: Vec<SimilarIncident>,
    /// More incidents share something than were looked at.
    pub truncated: bool,
}
