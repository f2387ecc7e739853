//! Message codes of the product.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{Meaning, columns};

static MESSAGES: LazyLock<HashMap<&'static str, Meaning>> = LazyLock::new(|| {
    let lines = include_str!("../../data/messages.tsv").lines().skip(1);
    let meanings = lines.map(|line| {
        let [code, _severity, source, meaning, usual_cause, what_to_do, confidence] = columns(line);
        Meaning { code, source, meaning, usual_cause, what_to_do, confidence }
    });
    meanings.map(|meaning| (meaning.code, meaning)).collect()
});

/// What a message code means.
pub(crate) fn message(code: &str) -> Option<Meaning> {
    MESSAGES.get(code.to_uppercase().as_str()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_data_is_a_meaning() {
        let lines = include_str!("../../data/messages.tsv").lines().skip(1).count();
        assert_eq!(MESSAGES.len(), lines, "no code twice");
        for meaning in MESSAGES.values() {
            assert!(!meaning.meaning.is_empty() && !meaning.confidence.is_empty(), "{}", meaning.code);
        }
        assert!(message("awsbdw009e").is_some(), "case does not matter");
    }
}
