//! Texts as they are compared: case, accents and punctuation do not count, names and patterns do.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// The words of a text, folded.
pub(super) fn words(text: &str) -> Vec<String> {
    let folded: String =
        text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    // A question mark ends a sentence, and stands for one character within a name.
    let folded = folded.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '?' | '!' | '.'));
    let kept = |c: char| c.is_alphanumeric() || "*?@#/_-=+<>%$".contains(c);
    let words = folded.split_whitespace().map(|word| word.trim_matches(|c| !kept(c)));
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The text on one line, folded: equal for equal wordings.
pub(super) fn wording(text: &str) -> String {
    words(text).join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_spaces_and_punctuation_do_not_count_and_names_do() {
        let same = [
            "Por que o PAYROLL_CALC não começou?",
            "por que o payroll_calc nao  comecou",
            "Por que, o PAYROLL_CALC, não começou ?!",
        ];
        for text in same {
            assert_eq!(wording(text), "por que o payroll_calc nao comecou");
        }
        assert_ne!(wording("which jobs match PAY*"), wording("which jobs match PAY"));
        assert_ne!(wording("CPU1#PAY.A"), wording("CPU1#PAY.B"));
        assert_ne!(wording("jobs like PAY? now"), wording("jobs like PAY now"));
        assert_eq!(wording(" ?! "), "");
    }
}
