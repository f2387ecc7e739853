//! Return codes of programs, and codes that programs print.

use std::sync::LazyLock;

use resync_api::agent::model::Language;

use super::{InBoth, Meaning, columns};

/// Families in which a job's own return code is looked up, most likely first.
const EXIT_CODE_FAMILIES: [&str; 2] = ["shell", "windows"];

static CODES: LazyLock<Vec<InBoth>> = LazyLock::new(|| {
    let english = include_str!("../../data/return-codes.tsv").lines().skip(1);
    let portuguese = include_str!("../../data/return-codes.pt.tsv").lines().skip(1);
    let rows = english.zip(portuguese).map(|(english, portuguese)| {
        let [source, code, meaning, usual_cause, what_to_do] = columns(english);
        let english = Meaning { code, source, meaning, usual_cause, what_to_do, confidence: "general" };
        let [_source, _code, meaning, usual_cause, what_to_do] = columns(portuguese);
        InBoth { english, portuguese: Meaning { meaning, usual_cause, what_to_do, ..english } }
    });
    rows.collect()
});

/// What a job's return code usually means; programs may define their own.
pub(crate) fn by_number(code: i32, language: Language) -> Vec<Meaning> {
    let code = code.to_string();
    let rows = EXIT_CODE_FAMILIES.iter().filter_map(|family| {
        CODES.iter().find(|row| row.english.source == *family && row.english.code == code)
    });
    rows.map(|row| row.within(language)).collect()
}

/// What a printed code such as `ORA-00942` means.
pub(crate) fn by_code(code: &str, language: Language) -> Vec<Meaning> {
    let same = CODES.iter().filter(|row| row.english.code.eq_ignore_ascii_case(code));
    same.map(|row| row.within(language)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_by_number_and_by_text() {
        let english = Language::English;
        assert!(by_number(127, english)[0].meaning.contains("not found"));
        assert!(by_number(127, Language::Portuguese)[0].meaning.contains("não encontrado"));
        assert_eq!(by_number(143, english)[0].source, "shell");
        assert!(by_code("ora-00942", english)[0].meaning.contains("Table or view"));
        assert!(by_number(4_711, english).is_empty());
    }

    #[test]
    fn both_languages_have_the_same_codes_in_the_same_order() {
        let codes = |text: &'static str| text.lines().skip(1).map(columns::<2>);
        let english = codes(include_str!("../../data/return-codes.tsv"));
        let portuguese = codes(include_str!("../../data/return-codes.pt.tsv"));
        assert!(english.eq(portuguese));
        for InBoth { english, portuguese } in CODES.iter() {
            let texts = [portuguese.meaning, portuguese.usual_cause, portuguese.what_to_do];
            assert!(texts.iter().all(|text| !text.is_empty()), "{} {}", english.source, english.code);
            assert_ne!(portuguese.meaning, english.meaning, "{} {}", english.source, english.code);
        }
    }
}
