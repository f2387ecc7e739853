//! Records of the smaller tables: the facts as given, with what lookups need beside them.

use super::table::Record;
use super::update::{FileFacts, JobStreamFacts, PromptFacts, ResourceFacts, WorkstationFacts};

/// A job stream.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StreamRecord {
    /// As given, the folder in its one form.
    pub(crate) facts: JobStreamFacts,
    /// `WORKSTATION#/FOLDER/STREAM`.
    pub(crate) key: String,
    /// Symbol of the bare name.
    pub(crate) name: u32,
    /// Symbol of the folder.
    pub(crate) folder: u32,
    /// Symbol of the workstation.
    pub(crate) workstation: u32,
    /// Known only from its jobs so far.
    pub(crate) implied: bool,
}

impl Record for StreamRecord {
    fn id(&self) -> &str {
        &self.facts.id
    }
}

impl Record for WorkstationFacts {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Record for ResourceFacts {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Record for PromptFacts {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Record for FileFacts {
    fn id(&self) -> &str {
        &self.id
    }
}
