//! Which lines of a job log say why the job failed: a catalogue of what programs print, each with a weight.
//!
//! The lines are untrusted text: they are matched and shown, never followed.

use std::sync::LazyLock;

use regex::{Regex, RegexSet, RegexSetBuilder};
use resync_api::agent::model::{Language, LogLine};
use resync_api::tws::model::JobLog;
use serde::Serialize;

use super::Meaning;

/// A class of failures: what went wrong, in the person's terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum FailureClass {
    DiskFull,
    OutOfMemory,
    DatabaseLock,
    DatabaseError,
    FileNotFound,
    PermissionDenied,
    PasswordExpired,
    ScriptMissing,
    NotExecutable,
    NameNotResolved,
    ConnectionRefused,
    ConnectionTimeout,
    AgentUnreachable,
    VariableNotReplaced,
    MaximumDuration,
    Killed,
    Crashed,
    RecoveryFailed,
    LaunchFailed,
    DataError,
    ProgramError,
}

/// One row a pattern: class, weight, expression. A heavier line is nearer to the cause.
const PATTERNS: &[(FailureClass, u32, &str)] = &[
    (FailureClass::RecoveryFailed, 96, r"recovery job.*(fail|abend|error)|(fail|abend)\w*.*recovery job"),
    (
        FailureClass::DatabaseLock,
        95,
        r"ORA-000(54|60)|deadlock|SQL0?911N|lock.{0,20}(time-?out|timed out|wait)|time-?out.{0,30}lock",
    ),
    (
        FailureClass::DiskFull,
        94,
        r"no space left|disk(?: is)? full|ENOSPC|file ?system(?: is)? full|not enough (?:disk )?space",
    ),
    (
        FailureClass::OutOfMemory,
        94,
        r"out of memory|oom[- ]?kill|OutOfMemoryError|cannot allocate memory|memory cgroup",
    ),
    (
        FailureClass::PasswordExpired,
        93,
        r"AWSBDW009E|password.{0,20}expired|account.{0,20}(locked|expired)|ORA-280(00|01)|logon failure",
    ),
    (FailureClass::MaximumDuration, 92, r"max(?:imum)?[ _-]?dur|MaxDurationExceeded|longer than its maximum"),
    (FailureClass::VariableNotReplaced, 91, r"\^[A-Za-z][A-Za-z0-9_]*\^"),
    (FailureClass::AgentUnreachable, 90, r"AWSITA(320|245)E|AWKJDE235W|AWSITA104E"),
    (
        FailureClass::DatabaseError,
        88,
        r"\bORA-\d{5}|\bSQL\d{4,5}N\b|SQLSTATE|SQLCODE|\bDSN[A-Z]\d{3}I|\bPLS-\d{5}|psql:.*error",
    ),
    (
        FailureClass::ScriptMissing,
        87,
        r"AWSBDW057E|command not found|: not found\s*$|(script|jcl|job) ?file.{0,60}(not found|does not exist)",
    ),
    (FailureClass::NotExecutable, 86, r"bad interpreter|cannot execute|not executable|exec format error"),
    (
        FailureClass::FileNotFound,
        85,
        r"no such file|file.{0,80}not found|FileNotFound|cannot (?:open|find|stat)|ENOENT|does not exist|arquivo.{0,60}n[aã]o encontrado",
    ),
    (
        FailureClass::PermissionDenied,
        84,
        r"permission denied|access(?: is)? denied|EACCES|operation not permitted|not authori[sz]ed|acesso negado",
    ),
    (
        FailureClass::NameNotResolved,
        83,
        r"could not resolve|cannot resolve|unknown host|name or service not known|getaddrinfo|AWSITA366E",
    ),
    (
        FailureClass::ConnectionRefused,
        82,
        r"connection refused|ECONNREFUSED|unable to connect|could not connect|no route to host|conex[aã]o recusada|AWKRCE012E|AWKDBE009E",
    ),
    (
        FailureClass::ConnectionTimeout,
        81,
        r"connection.{0,20}(timed out|timeout|reset)|ETIMEDOUT|read timed out",
    ),
    (FailureClass::Crashed, 80, r"segmentation fault|core dumped|SIGSEGV|stack smashing|bus error"),
    (FailureClass::Killed, 78, r"\bkilled\b|signal (9|15)\b|SIGKILL|SIGTERM"),
    (
        FailureClass::DataError,
        70,
        r"invalid (?:record|number|date|data)|malformed|checksum|duplicate key|constraint.{0,20}violat|parse error|unparsable",
    ),
    (FailureClass::ProgramError, 60, r"\bAW[SK][A-Z]{3}\d{3}E\b"),
    (FailureClass::ProgramError, 50, r"\b(fatal|severe|panic|traceback|unhandled|exception)\b"),
    (FailureClass::ProgramError, 40, r"\b(errors?|erros?|failed|failure|falha|falhou|abend|abort(?:ed)?)\b"),
    (FailureClass::ProgramError, 5, r"exit status\s*:\s*-?[1-9]"),
];

/// Lines below this weight do not say why a job failed.
const MATTERS: u32 = 40;

static SET: LazyLock<RegexSet> = LazyLock::new(|| {
    RegexSetBuilder::new(PATTERNS.iter().map(|row| row.2))
        .case_insensitive(true)
        .build()
        .unwrap_or_else(|_| RegexSet::empty())
});

static CODE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\b(AW[SK][A-Z]{2,4}\d{3}[EWI]|ORA-\d{5}|SQL\d{4,5}N|PLS-\d{5}|SP2-\d{4})\b").ok()
});

/// What one line of a log points at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Clue {
    pub(crate) class: FailureClass,
    pub(crate) weight: u32,
    /// Line number in the log, from 1.
    pub(crate) line: u32,
    /// The line; untrusted text.
    pub(crate) text: String,
    /// A code in the line that the catalogues know.
    pub(crate) code: Option<Meaning>,
}

/// The tail with the lines that matter marked, numbered as in the log.
pub(crate) fn marked(log: &JobLog) -> Vec<LogLine> {
    let numbers = log.first_line..;
    let lines = log.lines.iter().zip(numbers);
    let mut lines: Vec<_> = lines
        .map(|(text, number)| LogLine {
            number,
            text: text.clone(),
            matters: weigh(text).is_some_and(|(_, weight)| weight >= MATTERS),
        })
        .collect();
    // A program that was killed says nothing of it: what it did last is the nearest thing to a reason.
    let last = last_printed(&lines);
    if let Some(last) = last.filter(|&last| lines[..=last].iter().all(|line| !line.matters)) {
        lines[last].matters = true;
    }
    lines
}

/// Index of the last line the program itself printed: the one before the footer, which stands between the last
/// two rules. None when the log has no footer yet, or the program printed nothing.
pub(crate) fn last_printed(lines: &[LogLine]) -> Option<usize> {
    let is_rule = |line: &LogLine| line.text.starts_with("====");
    let mut rules = lines.iter().enumerate().rev().filter(|(_, line)| is_rule(line)).map(|(index, _)| index);
    let (_end, footer) = (rules.next()?, rules.next()?);
    let last = footer.checked_sub(1)?;
    (!lines[last].text.starts_with('=')).then_some(last)
}

/// What the log points at, nearest to the cause first, one clue a class; codes are explained in `language`.
pub(crate) fn clues(lines: &[LogLine], language: Language) -> Vec<Clue> {
    let mut clues: Vec<Clue> = Vec::new();
    for line in lines.iter().filter(|line| line.matters) {
        let Some((class, weight)) = weigh(&line.text) else { continue };
        if clues.iter().any(|clue| clue.class == class && clue.weight >= weight) {
            continue;
        }
        clues.retain(|clue| clue.class != class);
        clues.push(Clue {
            class,
            weight,
            line: line.number,
            text: line.text.trim().to_owned(),
            code: code_in(&line.text, language),
        });
    }
    // Of equal weight the first printed comes first: what follows an error is often only its echo.
    clues.sort_by_key(|clue| std::cmp::Reverse(clue.weight));
    clues
}

/// The heaviest pattern that a line matches. Header and footer of the log carry no cause.
fn weigh(text: &str) -> Option<(FailureClass, u32)> {
    if text.starts_with('=') {
        return None;
    }
    let matches = SET.matches(text);
    let best = matches.iter().map(|index| &PATTERNS[index]).max_by_key(|row| row.1)?;
    Some((best.0, best.1))
}

fn code_in(text: &str, language: Language) -> Option<Meaning> {
    let codes = CODE.as_ref()?;
    codes.find_iter(text).find_map(|code| {
        let known = super::message(code.as_str(), language);
        known.or_else(|| super::by_code(code.as_str(), language).first().copied())
    })
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn clues_of(lines: &[&str]) -> Vec<Clue> {
        let log = JobLog {
            run_id: "run".to_owned(),
            first_line: 1,
            lines: lines.iter().map(|&line| line.to_owned()).collect(),
            truncated: false,
            observed_at: DateTime::UNIX_EPOCH,
        };
        clues(&marked(&log), Language::English)
    }

    #[test]
    fn every_pattern_compiles() {
        assert_eq!(SET.len(), PATTERNS.len());
        assert!(CODE.is_some());
    }

    #[test]
    fn what_a_silent_program_printed_last_matters() {
        let rule = "==========";
        let lines = [
            rule,
            "= JOB : X",
            rule,
            "reading block 1",
            "waiting for the feed",
            rule,
            "= Exit Status : 143",
            rule,
        ];
        let log = JobLog {
            run_id: "run".to_owned(),
            first_line: 1,
            lines: lines.map(str::to_owned).to_vec(),
            truncated: false,
            observed_at: DateTime::UNIX_EPOCH,
        };
        let mattering = |log: &JobLog| -> Vec<u32> {
            marked(log).iter().filter(|line| line.matters).map(|line| line.number).collect()
        };
        assert_eq!(mattering(&log), [5]);
        let spoken = JobLog {
            lines: log.lines.iter().map(|line| line.replace("reading", "ERROR")).collect(),
            ..log.clone()
        };
        assert_eq!(mattering(&spoken), [4], "a program that says why is taken at its word");
        let silent = JobLog {
            lines: [rule, "= JOB : X", rule, rule, "= Exit Status : 1", rule].map(str::to_owned).to_vec(),
            ..log
        };
        assert_eq!(mattering(&silent), Vec::<u32>::new());
    }

    #[test]
    fn the_line_nearest_to_the_cause_comes_first() {
        let rows: [(&[&str], FailureClass, u32); 8] = [
            (
                &[
                    "= JOB : ERROR#X",
                    "[03:00:04] connecting",
                    "ERROR: file /data/in.csv not found",
                    "job failed",
                ],
                FailureClass::FileNotFound,
                3,
            ),
            (&["write: No space left on device", "error: step ended"], FailureClass::DiskFull, 1),
            (
                &["ORA-00942: table or view does not exist", "ORA-06512: at line 1"],
                FailureClass::DatabaseError,
                1,
            ),
            (&["ORA-00060: deadlock detected while waiting"], FailureClass::DatabaseLock, 1),
            (&["/opt/x.sh: line 3: foo: command not found"], FailureClass::ScriptMissing, 1),
            (&["curl: (7) Failed to connect: Connection refused"], FailureClass::ConnectionRefused, 1),
            (
                &["reading /data/^RUN_DATE^/in.csv", "cannot open /data/^RUN_DATE^/in.csv"],
                FailureClass::VariableNotReplaced,
                1,
            ),
            (&["AWSBDW009E The password of the logon user"], FailureClass::PasswordExpired, 1),
        ];
        for (lines, class, line) in rows {
            let clues = clues_of(lines);
            assert_eq!((clues[0].class, clues[0].line), (class, line), "{lines:?}");
        }
        assert!(clues_of(&["all good", "0 records"]).is_empty());
        let known = clues_of(&["ORA-00942: table or view does not exist"]);
        assert!(known[0].code.is_some_and(|code| code.code == "ORA-00942"));
    }
}
