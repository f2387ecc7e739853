//! Return codes of programs, and codes that programs print.

use std::sync::LazyLock;

use super::{Meaning, columns};

/// Families in which a job's own return code is looked up, most likely first.
const EXIT_CODE_FAMILIES: [&str; 2] = ["shell", "windows"];

static CODES: LazyLock<Vec<Meaning>> = LazyLock::new(|| {
    let lines = include_str!("../../data/return-codes.tsv").lines().skip(1);
    lines
        .map(|line| {
            let [source, code, meaning, usual_cause, what_to_do] = columns(line);
            Meaning { code, source, meaning, usual_cause, what_to_do, confidence: "general" }
        })
        .collect()
});

/// What a job's return code usually means; programs may define their own.
pub(crate) fn by_number(code: i32) -> Vec<Meaning> {
    let code = code.to_string();
    let of_family =
        |family: &&str| CODES.iter().find(|row| row.source == *family && row.code == code).copied();
    EXIT_CODE_FAMILIES.iter().filter_map(of_family).collect()
}

/// What a printed code such as `ORA-00942` means.
pub(crate) fn by_code(code: &str) -> Vec<Meaning> {
    let same = |row: &&Meaning| row.code.eq_ignore_ascii_case(code);
    CODES.iter().filter(same).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_by_number_and_by_text() {
        assert!(by_number(127)[0].meaning.contains("not found"));
        assert_eq!(by_number(143)[0].source, "shell");
        assert!(by_code("ora-00942")[0].meaning.contains("Table or view"));
        assert!(by_number(4_711).is_empty());
    }
}
