//! The dictionaries of a plan, one for each sort of text, so that a condition on a field looks at few distinct values.

use super::dictionary::Dictionary;
use super::packed::Ids;

/// All interned texts of one plan.
#[derive(Clone, Debug, Default)]
pub(crate) struct Texts {
    /// Plan ids that are no UUIDs.
    pub(crate) ids: Ids,
    /// Bare names of jobs.
    pub(crate) job_names: Dictionary,
    /// Bare names of job streams.
    pub(crate) stream_names: Dictionary,
    /// Bare names of workstations.
    pub(crate) workstations: Dictionary,
    /// Folders.
    pub(crate) folders: Dictionary,
    /// Users.
    pub(crate) users: Dictionary,
    /// Internal statuses, substatuses, recovery options, run types: a few dozen.
    pub(crate) words: Dictionary,
    /// Tasks and descriptions.
    pub(crate) prose: Dictionary,
}

impl Texts {
    /// Symbol of a word of the engine. There are at most 65,536; what comes later is shown as empty.
    pub(crate) fn word(&mut self, word: &str) -> u16 {
        u16::try_from(self.words.intern(word)).unwrap_or(0)
    }

    /// Text of a word.
    pub(crate) fn word_text(&self, symbol: u16) -> &str {
        self.words.text(u32::from(symbol))
    }

    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        let dictionaries = [
            &self.job_names,
            &self.stream_names,
            &self.workstations,
            &self.folders,
            &self.users,
            &self.words,
            &self.prose,
        ];
        dictionaries.into_iter().map(Dictionary::bytes).sum::<usize>() + self.ids.bytes()
    }
}

/// A folder in the one form used here: absolute, no slash at the end, `/` for the root.
pub(crate) fn folder_form(folder: &str) -> String {
    let inner = folder.trim_matches('/');
    if inner.is_empty() { "/".to_owned() } else { format!("/{inner}") }
}

/// `WORKSTATION#/FOLDER/STREAM`.
pub(crate) fn stream_key(workstation: &str, folder: &str, stream: &str) -> String {
    let slash = if folder.ends_with('/') { "" } else { "/" };
    format!("{workstation}#{folder}{slash}{stream}")
}
