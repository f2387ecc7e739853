//! What was kept, as tools see it: passages of documents, earlier incidents, runs.

mod open_incidents;
mod passages;
mod run_statistics;
mod similar_incidents;
mod unusual;

pub(crate) use open_incidents::ListOpenIncidents;
pub(crate) use passages::FindPassages;
pub(crate) use run_statistics::ReadRunStatistics;
pub(crate) use similar_incidents::FindSimilarIncidents;
pub(crate) use unusual::CheckUnusual;
