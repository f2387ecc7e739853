//! What a failure shows: from a run's codes and the end of its log to a bounded symptom and its fingerprint.

use std::sync::LazyLock;

use regex::Regex;
use resync_api::incidents::model::{IncidentLog, IncidentSymptom};
use sha2::{Digest as _, Sha256};

use super::failure::Failure;
use super::normal::{is_code, normal};

/// Lines of one symptom.
pub const LINES: usize = 20;
/// Codes of one symptom.
pub const CODES: usize = 20;
/// Lines that are kept when none tells of a failure.
const LAST_LINES: usize = 5;
/// Of what is told about a log that could not be read, in bytes.
const PROBLEM_BYTES: usize = 300;

/// What lines that tell of a failure say, in English and Portuguese.
static TELLS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)error|\berro\b|fail|falh|fatal|exception|denied|negad|refused|recusad|cannot|can't|could not|unable|not found|no such|no space|not exist|killed|abort|abend|time.?out|timed out|expired|invalid|not valid|missing|rejected|out of memory|rolled back|differs|unreachable|cannot reach|não",
    )
    .expect("the pattern is a constant")
});

/// What a read of a log gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogRead {
    /// Its last lines.
    Lines(Vec<String>),
    /// Why it could not be read.
    Unavailable(String),
    /// It was not asked for.
    Spared,
    /// Logs are not read.
    Off,
}

/// The symptom of a failure.
#[must_use]
pub fn symptom(failure: &Failure, log: &LogRead) -> IncidentSymptom {
    let (lines, codes, state, problem) = match log {
        LogRead::Lines(lines) => {
            let (lines, codes) = telling(lines);
            (lines, codes, IncidentLog::Read, String::new())
        }
        LogRead::Unavailable(why) => {
            let mut why = normal(why);
            why.truncate(floor(&why, PROBLEM_BYTES));
            (Vec::new(), Vec::new(), IncidentLog::Unavailable, why)
        }
        LogRead::Spared => (Vec::new(), Vec::new(), IncidentLog::Spared, String::new()),
        LogRead::Off => (Vec::new(), Vec::new(), IncidentLog::Off, String::new()),
    };
    IncidentSymptom {
        fingerprint: fingerprint(failure, &codes, &lines),
        status: failure.status,
        internal_status: failure.internal_status.clone(),
        return_code: failure.return_code,
        message_codes: codes,
        lines,
        lines_withheld: false,
        log: state,
        log_problem: problem,
    }
}

/// Whether something in it tells of a failure; the end of a log that says nothing of one does not.
#[must_use]
pub fn tells(symptom: &IncidentSymptom) -> bool {
    !symptom.message_codes.is_empty() || symptom.lines.iter().any(|line| TELLS.is_match(line))
}

fn floor(text: &str, most: usize) -> usize {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    end
}

/// The normal lines that tell of a failure, and the codes in them; when none tells, the last lines.
fn telling(lines: &[String]) -> (Vec<String>, Vec<String>) {
    // What the scheduler itself writes around a log begins so, and says nothing of why.
    let own = |line: &&String| !line.trim_start().starts_with('=') && !line.trim().is_empty();
    let told: Vec<&String> = lines.iter().filter(own).collect();
    let telling = |line: &&String| TELLS.is_match(line) || codes_in(line).next().is_some();
    let mut chosen: Vec<&String> = told.iter().copied().filter(telling).collect();
    if chosen.is_empty() {
        chosen = told.iter().rev().take(LAST_LINES).rev().copied().collect();
    }
    let (mut kept, mut codes): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    // The last ones are nearest to the end, so they are chosen first and put back in order.
    for line in chosen.iter().rev() {
        let line = normal(line);
        if kept.len() < LINES && !line.is_empty() && !kept.contains(&line) {
            kept.push(line);
        }
    }
    kept.reverse();
    for line in &chosen {
        for code in codes_in(line) {
            if codes.len() < CODES && !codes.contains(&code) {
                codes.push(code);
            }
        }
    }
    (kept, codes)
}

fn codes_in(line: &str) -> impl Iterator<Item = String> + '_ {
    line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
        .filter(|word| word.len() <= 16 && is_code(word))
        .map(str::to_owned)
}

fn fingerprint(failure: &Failure, codes: &[String], lines: &[String]) -> String {
    let sorted = |texts: &[String]| {
        let mut texts = texts.to_vec();
        texts.sort();
        texts
    };
    let text =
        serde_json::json!([failure.internal_status, failure.return_code, sorted(codes), sorted(lines)]);
    let digest = Sha256::new().chain_update(b"resync symptom v1\n").chain_update(text.to_string()).finalize();
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incidents::failure::tests::failure;

    fn lines(lines: &[&str]) -> LogRead {
        LogRead::Lines(lines.iter().map(|line| (*line).to_owned()).collect())
    }

    #[test]
    fn the_lines_that_tell_are_found_and_the_same_failure_has_the_same_fingerprint() {
        let failed = failure("j1", 10);
        let one = symptom(
            &failed,
            &lines(&[
                "===============",
                "= JOB       : A#/F/S.J",
                "[10:00:00] reading block 7, 412 records",
                "[10:00:03] ORA-01653: unable to extend table GL.ENTRIES by 8192 in tablespace GL_DATA",
                "[10:00:03] SP2-0734: load rolled back, 0 rows committed",
                "= Exit Status           : 5",
            ]),
        );
        assert_eq!(one.message_codes, ["ORA-01653", "SP2-0734"]);
        assert_eq!(
            one.lines,
            [
                "ORA-01653: unable to extend table GL.ENTRIES by # in tablespace GL_DATA",
                "SP2-0734: load rolled back, # rows committed"
            ]
        );
        let again = symptom(
            &failure("j2", 10),
            &lines(&[
                "[23:10:00] commit 9: 41 records so far",
                "[23:11:09] SP2-0734: load rolled back, 17 rows committed",
                "[23:11:07] ORA-01653: unable to extend table GL.ENTRIES by 128 in tablespace GL_DATA",
            ]),
        );
        assert_eq!(again.fingerprint, one.fingerprint);
        let other_code = Failure { return_code: Some(9), ..failed.clone() };
        assert_ne!(
            symptom(&other_code, &LogRead::Off).fingerprint,
            symptom(&failed, &LogRead::Off).fingerprint
        );
    }

    #[test]
    fn a_log_that_tells_nothing_gives_its_end_and_one_that_is_unreadable_gives_why() {
        let failed = failure("j1", 10);
        let many: Vec<String> =
            (0..400).map(|n| format!("step {} done", char::from(b'a' + n as u8 % 26))).collect();
        let plain = symptom(&failed, &LogRead::Lines(many.clone()));
        assert_eq!(plain.lines.len(), LAST_LINES);
        let many: Vec<String> = many.iter().map(|line| format!("ERROR {line}")).collect();
        assert_eq!(symptom(&failed, &LogRead::Lines(many)).lines.len(), LINES);
        let gone = symptom(&failed, &LogRead::Unavailable("engine unreachable\nx".to_owned()));
        assert_eq!((gone.log, gone.log_problem.as_str()), (IncidentLog::Unavailable, "engine unreachable x"));
        assert!(gone.lines.is_empty());
    }
}
