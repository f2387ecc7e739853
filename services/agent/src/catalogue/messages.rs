//! Message codes of the product, and what the letters of a code say when the code itself is not known.

use std::collections::HashMap;
use std::sync::LazyLock;

use resync_api::agent::model::Language;
use serde::Serialize;

use super::{InBoth, Meaning, columns, said};

/// Letters that name a component, at most: `AWSBDW`; some components have fewer.
const LETTERS: std::ops::RangeInclusive<usize> = 5..=6;

static MESSAGES: LazyLock<HashMap<&'static str, InBoth>> = LazyLock::new(|| {
    let english = include_str!("../../data/messages.tsv").lines().skip(1);
    let portuguese = include_str!("../../data/messages.pt.tsv").lines().skip(1);
    let rows = english.zip(portuguese).map(|(english, portuguese)| {
        let [code, _severity, source, meaning, usual_cause, what_to_do, confidence] = columns(english);
        let english = Meaning { code, source, meaning, usual_cause, what_to_do, confidence };
        let [_code, meaning, usual_cause, what_to_do] = columns(portuguese);
        (code, InBoth { english, portuguese: Meaning { meaning, usual_cause, what_to_do, ..english } })
    });
    rows.collect()
});

/// Components by the letters their codes begin with: in English and in Portuguese.
static COMPONENTS: LazyLock<HashMap<&'static str, [&'static str; 2]>> = LazyLock::new(|| {
    let lines = include_str!("../../data/components.tsv").lines().skip(1);
    lines.map(columns).map(|[letters, english, portuguese]| (letters, [english, portuguese])).collect()
});

/// The part of the product that a code belongs to by its letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Component {
    /// Such as `AWSBDW`.
    pub(crate) letters: &'static str,
    pub(crate) component: &'static str,
}

/// What a message code means.
pub(crate) fn message(code: &str, language: Language) -> Option<Meaning> {
    MESSAGES.get(code.to_uppercase().as_str()).map(|both| both.within(language))
}

/// Which component a code names, known or not.
pub(crate) fn component(code: &str, language: Language) -> Option<Component> {
    let code = code.to_uppercase();
    LETTERS.rev().find_map(|length| {
        let (letters, names) = COMPONENTS.get_key_value(code.get(..length)?)?;
        Some(Component { letters, component: said(*names, language) })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_data_is_a_meaning_in_both_languages() {
        let codes = |text: &'static str| text.lines().skip(1).map(|line| columns::<1>(line)[0]);
        let english = codes(include_str!("../../data/messages.tsv"));
        let portuguese = codes(include_str!("../../data/messages.pt.tsv"));
        assert!(english.clone().eq(portuguese), "the files have the same codes in the same order");
        assert_eq!(MESSAGES.len(), english.count(), "no code twice");
        for InBoth { english, portuguese } in MESSAGES.values() {
            let code = english.code;
            assert!(!english.meaning.is_empty() && !english.confidence.is_empty(), "{code}");
            assert!(!portuguese.meaning.is_empty() && portuguese.meaning != english.meaning, "{code}");
            assert_eq!(english.usual_cause.is_empty(), portuguese.usual_cause.is_empty(), "{code}");
            assert_eq!(english.what_to_do.is_empty(), portuguese.what_to_do.is_empty(), "{code}");
            assert!(component(code, Language::English).is_some(), "{code}");
        }
        assert!(message("awsbdw009e", Language::English).is_some(), "case does not matter");
    }

    #[test]
    fn of_an_unknown_code_the_letters_are_known() {
        let unknown = "AWSBDW999E";
        assert_eq!(message(unknown, Language::English), None);
        let named = component(unknown, Language::Portuguese);
        assert_eq!(named, Some(Component { letters: "AWSBDW", component: "jobman" }));
        assert_eq!(component("AWSUI9999E", Language::English).map(|found| found.component), Some("console"));
        assert_eq!(component("AWSQQQ001E", Language::English), None);
        assert_eq!(component("ção", Language::English), None);
    }
}
