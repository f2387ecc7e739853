//! Follow-ups.

use super::{Plan, dialogue, dialogue_with_rows};

const LOAD: &str = "job MDM#/FIN/PAYROLL.PAY_LOAD";

#[test]
fn an_object_is_referred_to() {
    let cases: &[(&[&str], String)] = &[
        (&["status of PAY_LOAD", "why?"], format!("why_waiting {LOAD}")),
        (&["status of PAY_LOAD", "why is it not running?"], format!("why_waiting {LOAD}")),
        (&["why is PAY_LOAD not running", "and its successors?"], format!("successors {LOAD}")),
        (&["why is PAY_LOAD not running", "show its log"], format!("log {LOAD}")),
        (&["why is PAY_LOAD not running", "log"], format!("log {LOAD}")),
        (&["why is PAY_LOAD not running", "what depends on it?"], format!("successors {LOAD}")),
        (&["why is PAY_LOAD not running", "what does it depend on?"], format!("predecessors {LOAD}")),
        (&["status of PAY_LOAD", "rerun it"], format!("act rerun {LOAD}")),
        (&["por que o PAY_LOAD não rodou?", "e as sucessoras dele?"], format!("successors {LOAD}")),
        (&["status do PAY_LOAD", "por quê?"], format!("why_waiting {LOAD}")),
        (&["status do PAY_LOAD", "mostra o log dele"], format!("log {LOAD}")),
        (&["status do PAY_LOAD", "e os predecessores?"], format!("predecessors {LOAD}")),
        (&["log of PAY_CALC", "and PAY_LOAD?"], format!("log {LOAD}")),
        (&["status of PAY_CALC", "why?"], "why_failed job MDM#/FIN/PAYROLL.PAY_CALC".to_owned()),
        (&["status of PAY_LOAD", "is it late?"], format!("detail {LOAD}")),
        (&["status do PAY_LOAD", "ele está atrasado?"], format!("detail {LOAD}")),
        (&["status do PAY_LOAD", "o que ele espera?"], format!("predecessors {LOAD}")),
        (&["successors of PAY_CALC", "what about PAY_LOAD"], format!("successors {LOAD}")),
        (&["sucessoras do PAY_CALC", "e do PAY_LOAD?"], format!("successors {LOAD}")),
    ];
    for (messages, expected) in cases {
        assert_eq!(dialogue(messages), *expected, "{messages:?}");
    }
}

#[test]
fn a_selection_is_narrowed_or_changed() {
    for (messages, expected) in [
        (&["which jobs failed?", "only in /FIN"][..], "list job where status is ERROR and folder is /FIN/*"),
        (
            &["which jobs are on AGT01?", "only the failed ones"],
            "list job where status is ERROR and workstation is AGT01",
        ),
        (
            &["quais jobs falharam?", "só os da pasta /FIN"],
            "list job where status is ERROR and folder is /FIN/*",
        ),
        (
            &["jobs com erro no AGT01", "e no agente AGT02?"],
            "list job where status is ERROR and workstation is AGT02",
        ),
        (
            &["failed jobs on AGT01", "and on AGT02?"],
            "list job where status is ERROR and workstation is AGT02",
        ),
        (
            &["failed jobs on AGT01", "and the late ones?"],
            "list job where workstation is AGT01 and late is true",
        ),
        (
            &["jobs com erro no AGT01", "e os atrasados?"],
            "list job where workstation is AGT01 and late is true",
        ),
        (&["failed jobs on AGT01", "how many?"], "count job where status is ERROR and workstation is AGT01"),
        (&["how many jobs failed", "by workstation?"], "count job where status is ERROR by workstation"),
        (
            &["how many jobs failed today", "list them"],
            "list job where status is ERROR and end_time above 2026-11-23T03:00:00Z",
        ),
        (
            &["what failed today?", "and yesterday?"],
            "list job where status is ERROR and end_time above 2026-11-22T03:00:00Z and end_time below 2026-11-23T03:00:00Z",
        ),
        (
            &["o que falhou hoje?", "e ontem?"],
            "list job where status is ERROR and end_time above 2026-11-22T03:00:00Z and end_time below 2026-11-23T03:00:00Z",
        ),
        (
            &["which jobs failed?", "only the critical ones"],
            "list job where status is ERROR and critical is true",
        ),
        (&["which jobs failed?", "which streams are stuck?"], "list job_stream where status is BLOCKED"),
        (&["which jobs failed?", "how is the plan?"], "overview"),
        (
            &["which jobs failed?", "only on AGT01", "how many?", "and the late ones?", "by stream"],
            "count job where workstation is AGT01 and late is true by job_stream_name",
        ),
        (
            &["list running jobs", "sort by duration", "top 3"],
            "list job where status is RUNNING order elapsed desc limit 3",
        ),
        (
            &["list running jobs", "which of them are critical?"],
            "list job where status is RUNNING and critical is true",
        ),
        (&["how many jobs failed?", "which ones?"], "list job where status is ERROR"),
        (&["quantos jobs falharam?", "quais são?"], "list job where status is ERROR"),
        (
            &["quais jobs falharam?", "e no AGT02?", "e na pasta /SALES?"],
            "list job where status is ERROR and folder is /SALES/*",
        ),
        (
            &["how many jobs failed?", "in PAYROLL?", "and in CLOSING_DAILY?"],
            "count job where status is ERROR and job_stream_name is CLOSING_DAILY",
        ),
        (
            &["jobs on AGT01", "except the successful ones"],
            "list job where status is not SUCCESSFUL and workstation is AGT01",
        ),
        (&["open prompts", "how many?"], "count prompt where status is ASKED"),
        (
            &["status of PAYROLL", "which of its jobs failed?"],
            "list job where status is ERROR and job_stream_id is id-0",
        ),
        (
            &["how is AGT01", "what is running there?"],
            "list job where status is RUNNING and workstation is AGT01",
        ),
        (&["how is AGT01", "and AGT02?"], "workstation_health workstation AGT02"),
        (&["what does STUCK mean?", "and FENCE?"], "meaning status FENCE"),
        (&["what changed since 22:00?", "and since 1am?"], "changes since 2026-11-23T04:00:00Z"),
    ] {
        assert_eq!(dialogue(messages), expected, "{messages:?}");
    }
}

#[test]
fn rows_are_referred_to_by_position() {
    let plan = Plan::new();
    let rows = [plan.object("MDM#/FIN/PAYROLL.PAY_CALC"), plan.object("MDM#/FIN/AP/INVOICES.LOAD")];
    for (message, expected) in [
        ("the second one", "detail job MDM#/FIN/AP/INVOICES.LOAD"),
        ("why did the first one fail?", "why_failed job MDM#/FIN/PAYROLL.PAY_CALC"),
        ("log do segundo", "log job MDM#/FIN/AP/INVOICES.LOAD"),
        ("why?", "which : MDM#/FIN/PAYROLL.PAY_CALC | MDM#/FIN/AP/INVOICES.LOAD"),
    ] {
        assert_eq!(dialogue_with_rows(&["which jobs failed?", message], &rows), expected, "{message}");
    }
}

#[test]
fn a_question_back_is_answered() {
    let invoices = "why_waiting job MDM#/FIN/AP/INVOICES.LOAD";
    for answer in [
        "2",
        "the second",
        "the second one",
        "#2",
        "o segundo",
        "MDM#/FIN/AP/INVOICES.LOAD",
        "invoices",
        "job MDM#/FIN/AP/INVOICES.LOAD",
        "why is job MDM#/FIN/AP/INVOICES.LOAD not running",
    ] {
        assert_eq!(dialogue(&["why is LOAD not running", answer]), invoices, "{answer}");
    }
    assert_eq!(
        dialogue(&["why is LOAD not running", "which jobs failed?"]),
        "list job where status is ERROR"
    );
}
