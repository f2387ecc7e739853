//! The checker is shown answers that were tampered with.

use resync_api::agent::model::{AnswerKind, Language, ToolCall};
use serde_json::json;

use super::*;
use crate::assemble::assemble;
use crate::compose::compose;
use crate::evidence::At;
use crate::findings::Findings;

fn locale() -> Locale {
    Locale {
        language: Language::English,
        zone: chrono_tz::UTC,
        says_zone: false,
        today: chrono::NaiveDate::default(),
    }
}

fn entry() -> Arc<Entry> {
    let call = ToolCall {
        id: "t1".to_owned(),
        name: "stream_progress".to_owned(),
        arguments: json!({}),
        ok: true,
        duration: std::time::Duration::ZERO,
    };
    let result = json!({
        "job_stream": {
            "name": "engines/default/jobStreams/S1", "key": "PAY#/PAYROLL/PAY_DAILY", "status": "RUNNING",
            "jobs_by_status": [{"status": "SUCCESSFUL", "count": 3}, {"status": "RUNNING", "count": 2}],
        },
        "jobs": 5, "done": 3, "left": 2, "done_share": 0.6, "work_left_seconds": 600.0,
        "expected_end": "1970-01-01T05:00:00Z",
        "running": [], "running_count": 2, "failed": [], "failed_count": 0,
    });
    Entry::record(call, result)
}

fn answer(entry: &Arc<Entry>) -> Parts {
    let draft = compose(&Findings::Progress(At::root(entry)), &locale());
    assert_eq!(draft.kind, AnswerKind::Answer);
    assemble(&draft)
}

fn violations(tamper: impl FnOnce(&mut Parts)) -> Vec<Violation> {
    let entry = entry();
    let mut parts = answer(&entry);
    tamper(&mut parts);
    let evidence = [Arc::clone(&entry)];
    let checker = Checker::new(&evidence, locale());
    let found = checker.enforce(&mut parts);
    assert!(checker.enforce(&mut parts).is_empty(), "what was withheld leaves a supported answer");
    found
}

fn first_fact(parts: &mut Parts) -> (&mut String, &mut String) {
    let spans = parts.sentences.iter_mut().flat_map(|sentence| &mut sentence.part);
    let mut facts = spans.filter_map(|span| match span {
        Span::Fact { citation_id, value } => Some((citation_id, value)),
        Span::Text(_) => None,
    });
    facts.next().unwrap()
}

#[test]
fn an_answer_as_composed_is_supported() {
    assert_eq!(violations(|_| ()), []);
}

#[test]
fn a_changed_value_is_withheld() {
    let found = violations(|parts| *first_fact(parts).1 = "PAY#/PAYROLL/PAY_WEEKLY".to_owned());
    assert_eq!(found, [Violation::Unsupported("PAY#/PAYROLL/PAY_WEEKLY".to_owned())]);
}

#[test]
fn a_value_that_cites_another_place_is_withheld() {
    let found = violations(|parts| *first_fact(parts).0 = "c2".to_owned());
    assert_eq!(found, [Violation::Unsupported("PAY#/PAYROLL/PAY_DAILY".to_owned())]);
}

#[test]
fn a_value_without_a_citation_is_withheld() {
    let found = violations(|parts| *first_fact(parts).0 = "c99".to_owned());
    assert_eq!(found.len(), 1);
}

#[test]
fn a_citation_that_misquotes_its_source_supports_nothing() {
    let found = violations(|parts| parts.sentences[0].citations[0].value = "PAY#/OTHER".to_owned());
    assert_eq!(found, [Violation::Unsupported("PAY#/PAYROLL/PAY_DAILY".to_owned())]);
}

#[test]
fn a_digit_in_a_text_is_withheld() {
    for text in ["3 jobs failed", "seit ² Stunden", "٣"] {
        let found = violations(|parts| parts.sentences[0].part[0] = Span::Text(text.to_owned()));
        assert_eq!(found, [Violation::Digit(text.to_owned())]);
    }
}

#[test]
fn the_name_of_an_object_in_a_text_is_withheld() {
    let text = "Look at PAY#/PAYROLL/PAY_DAILY.";
    let found = violations(|parts| parts.sentences[0].part.push(Span::Text(text.to_owned())));
    assert_eq!(found, [Violation::Name("PAY#/PAYROLL/PAY_DAILY".to_owned())]);
}

#[test]
fn a_chart_that_differs_from_its_source_is_dropped() {
    for (label, value) in [("successful", 4.0), ("in error", 3.0)] {
        let found = violations(|parts| {
            let BlockContent::Chart { bars, .. } = &mut parts.blocks[0].part.content else {
                panic!("a chart")
            };
            (bars[0].label, bars[0].value) = (label.to_owned(), value);
        });
        assert_eq!(found, [Violation::Differs(label.to_owned())]);
    }
}
