//! What the scheduler's codes mean: message codes, return codes, statuses, and lines of job logs.
//!
//! The texts are our own words; `confidence` says where an entry comes from: the manuals, a running engine, or
//! only the list of existing codes.

mod messages;
mod return_codes;
mod statuses;
pub(crate) mod log_lines;

pub(crate) use messages::{Component, component, message};
pub(crate) use return_codes::{by_code, by_number};
pub(crate) use statuses::status;

use resync_api::agent::model::Language;
use serde::Serialize;

/// One meaning of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Meaning {
    /// The code as the catalogue writes it.
    pub(crate) code: &'static str,
    /// Part of the product or family of programs it belongs to.
    pub(crate) source: &'static str,
    pub(crate) meaning: &'static str,
    /// Empty: not known.
    pub(crate) usual_cause: &'static str,
    /// Empty: not known.
    pub(crate) what_to_do: &'static str,
    /// `doc`, `lab`, `catalogue` or `general`.
    pub(crate) confidence: &'static str,
}

/// A meaning in each language of the product.
#[derive(Clone, Copy, Debug)]
struct InBoth {
    english: Meaning,
    portuguese: Meaning,
}

impl InBoth {
    fn within(self, language: Language) -> Meaning {
        said([self.english, self.portuguese], language)
    }
}

/// The English or the Portuguese one.
fn said<T>([english, portuguese]: [T; 2], language: Language) -> T {
    match language {
        Language::English => english,
        Language::Portuguese => portuguese,
    }
}

/// Columns of a line of a data file.
fn columns<const N: usize>(line: &'static str) -> [&'static str; N] {
    let mut columns = [""; N];
    for (column, text) in columns.iter_mut().zip(line.split('\t')) {
        *column = text.trim();
    }
    columns
}
