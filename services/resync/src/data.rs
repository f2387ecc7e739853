//! What lies in a data folder, by name. What is not named here can be made again.

/// Store of the knowledge graph, when it is embedded.
pub(crate) const KNOWLEDGE: &str = "knowledge.sqlite";
/// Store of the cache role, when it is embedded.
pub(crate) const CACHE: &str = "cache.sqlite";
/// Folder of what documents are found by.
pub(crate) const DOCUMENTS: &str = "documents";
/// Folder of the documents themselves, in that one.
pub(crate) const ORIGINALS: &str = "originals";
/// Security events of the gateway that wait for the audit log.
pub(crate) const EVENTS: &str = "security.spool";
