//! What follows from something: impact, root causes, critical paths, forecasts, risk, comparisons, ways, structure.

use super::{check, dialogue};

const LOAD: &str = "job MDM#/FIN/PAYROLL.PAY_LOAD";
const CALC: &str = "job MDM#/FIN/PAYROLL.PAY_CALC";
const PAYROLL: &str = "job_stream MDM#/FIN/PAYROLL";

fn check_about(question: &str, object: &str, messages: &[&str]) {
    let expected = question.replace("{}", object);
    check(&messages.iter().map(|message| (*message, expected.as_str())).collect::<Vec<_>>());
}

#[test]
fn impact_is_asked_of_anything_that_others_wait_for() {
    check_about(
        "impact {}",
        LOAD,
        &[
            "what is the impact of PAY_LOAD?",
            "what will not run if PAY_LOAD fails?",
            "which jobs will not run if pay_load stays failed",
            "who is affected by PAY_LOAD?",
            "what does PAY_LOAD affect",
            "what happens if PAY_LOAD fails?",
            "if PAY_LOAD does not finish what else will not run?",
            "o que o PAY_LOAD afeta?",
            "qual é o impacto do PAY_LOAD?",
            "o que não roda se o PAY_LOAD falhar?",
            "quem é afetado pelo PAY_LOAD",
            "o que deixa de rodar se o PAY_LOAD continuar falhando?",
        ],
    );
    check_about(
        "impact {}",
        "workstation AGT01",
        &["what is affected if AGT01 goes down?", "qual o impacto do AGT01?"],
    );
    check_about("impact {}", PAYROLL, &["impact of job stream PAYROLL", "qual o impacto da malha PAYROLL?"]);
    // The walk itself keeps its words.
    check(&[("everything downstream of PAY_LOAD", "successors job MDM#/FIN/PAYROLL.PAY_LOAD transitive")]);
}

#[test]
fn root_causes_are_asked_for_by_name() {
    check_about(
        "root_cause {}",
        LOAD,
        &[
            "what is the root cause of PAY_LOAD?",
            "root cause of PAY_LOAD",
            "why is PAY_LOAD really stuck?",
            "causa raiz do PAY_LOAD",
            "qual a causa raiz da espera do PAY_LOAD?",
            "por que o PAY_LOAD está realmente travado?",
        ],
    );
    check(&[
        ("why is PAY_LOAD stuck?", "why_waiting job MDM#/FIN/PAYROLL.PAY_LOAD"),
        ("root cause of the PAY_CALC failure", "why_failed job MDM#/FIN/PAYROLL.PAY_CALC"),
    ]);
}

#[test]
fn critical_paths_lead_to_an_object_or_to_the_end_of_the_plan() {
    check_about(
        "critical_path {}",
        PAYROLL,
        &[
            "critical path to PAYROLL",
            "what is the critical path of PAYROLL?",
            "show me the critical path to stream PAYROLL",
            "what is holding up PAYROLL the most?",
            "caminho crítico da PAYROLL",
            "qual o caminho crítico até a PAYROLL?",
            "o que mais atrasa a PAYROLL?",
        ],
    );
    check(&[
        ("what is the critical path of the plan?", "critical_path"),
        ("qual o caminho crítico do plano?", "critical_path"),
    ]);
}

#[test]
fn forecasts_are_about_what_is_to_come() {
    check_about(
        "forecast {}",
        PAYROLL,
        &[
            "when will PAYROLL end?",
            "when will PAYROLL finish?",
            "what time will PAYROLL start?",
            "at what time is PAYROLL expected to finish?",
            "will PAYROLL finish?",
            "forecast for PAYROLL",
            "quando termina a PAYROLL?",
            "que horas a PAYROLL vai terminar?",
            "quando a PAYROLL deve começar?",
        ],
    );
    check_about("forecast {}", LOAD, &["when will PAY_LOAD run?", "quando o PAY_LOAD vai rodar?"]);
    check_about(
        "forecast {} by 2026-11-23T09:00:00Z",
        LOAD,
        &[
            "will PAY_LOAD finish before 06:00?",
            "is PAY_LOAD going to be done by 6 am?",
            "PAY_LOAD termina antes das 6h?",
            "o PAY_LOAD vai acabar até as 06:00?",
        ],
    );
    check(&[
        ("when will the batch finish?", "forecast"),
        ("when will the plan end", "forecast"),
        ("quando o plano vai terminar?", "forecast"),
        // What has been, or has no future in it, stays what it was.
        ("when did pay_load run", "detail job MDM#/FIN/PAYROLL.PAY_LOAD"),
        ("when does PAY_LOAD start?", "detail job MDM#/FIN/PAYROLL.PAY_LOAD"),
        ("has PAYROLL finished?", "progress job_stream MDM#/FIN/PAYROLL"),
    ]);
}

#[test]
fn the_risk_of_one_deadline() {
    check_about(
        "risk {}",
        LOAD,
        &[
            "will PAY_LOAD be late?",
            "will PAY_LOAD meet its deadline?",
            "is PAY_LOAD going to miss its deadline?",
            "will PAY_LOAD finish on time?",
            "is PAY_LOAD at risk?",
            "o PAY_LOAD vai atrasar?",
            "PAY_LOAD vai perder o prazo?",
            "qual o risco do PAY_LOAD atrasar?",
        ],
    );
    check(&[
        ("what is at risk", "list job where at_risk is true"),
        ("which jobs are at risk tonight?", "list job where at_risk is true"),
        ("is PAY_LOAD late?", "detail job MDM#/FIN/PAYROLL.PAY_LOAD"),
    ]);
}

#[test]
fn comparisons_suppose_a_change() {
    check(&[
        ("what if PAY_LOAD is delayed by 30 minutes?", "what_if job MDM#/FIN/PAYROLL.PAY_LOAD delay 30m"),
        ("what happens if PAY_LOAD is 1 hour late?", "what_if job MDM#/FIN/PAYROLL.PAY_LOAD delay 1h"),
        ("simulate a delay of 2 hours of stream PAYROLL", "what_if job_stream MDM#/FIN/PAYROLL delay 2h"),
        ("e se o PAY_LOAD atrasar 30 minutos?", "what_if job MDM#/FIN/PAYROLL.PAY_LOAD delay 30m"),
        ("o que acontece se o PAY_LOAD atrasar uma hora?", "what_if job MDM#/FIN/PAYROLL.PAY_LOAD delay 1h"),
        ("what if PAY_LOAD fails?", "what_if job MDM#/FIN/PAYROLL.PAY_LOAD fail"),
        ("e se o PAY_LOAD falhar?", "what_if job MDM#/FIN/PAYROLL.PAY_LOAD fail"),
        ("what if PAY_LOAD is cancelled?", "what_if job MDM#/FIN/PAYROLL.PAY_LOAD cancel"),
        ("what if I cancel PAY_LOAD?", "what_if job MDM#/FIN/PAYROLL.PAY_LOAD cancel"),
        ("e se eu cancelar o PAY_LOAD?", "what_if job MDM#/FIN/PAYROLL.PAY_LOAD cancel"),
        ("what if PAYROLL is held?", "what_if job_stream MDM#/FIN/PAYROLL hold"),
        ("e se eu segurar a PAYROLL?", "what_if job_stream MDM#/FIN/PAYROLL hold"),
        ("what if the limit of AGT01 becomes 5?", "what_if workstation AGT01 limit 5"),
        ("e se o limite do AGT01 for 5?", "what_if workstation AGT01 limit 5"),
        ("what if AGT01 goes down?", "impact workstation AGT01"),
        ("what if PAY_LOAD is delayed?", "ask NeedsNumber"),
        // Orders stay orders.
        ("cancel PAY_LOAD", "act cancel job MDM#/FIN/PAYROLL.PAY_LOAD"),
    ]);
}

#[test]
fn ways_between_two_objects() {
    check_about(
        "path job MDM#/FIN/PAYROLL.PAY_EXTRACT to {}",
        CALC,
        &[
            "how does PAY_EXTRACT lead to PAY_CALC?",
            "path between PAY_EXTRACT and PAY_CALC",
            "what is the path from PAY_EXTRACT to PAY_CALC",
            "como o PAY_EXTRACT chega no PAY_CALC?",
            "qual o caminho entre PAY_EXTRACT e PAY_CALC?",
        ],
    );
}

#[test]
fn the_structure_of_the_plan() {
    check(&[
        ("what are the most fragile jobs?", "structure fragile"),
        ("quais são os jobs mais frágeis?", "structure fragile"),
        ("are there any cycles?", "structure cycles"),
        ("existem dependências circulares?", "structure cycles"),
        ("any orphan jobs?", "structure orphans"),
        ("há jobs órfãos?", "structure orphans"),
        ("dangling dependencies", "structure dangling"),
    ]);
}

#[test]
fn questions_go_on_about_the_same_object() {
    for (messages, expected) in [
        (&["why is PAY_LOAD waiting?", "its impact?"][..], format!("impact {LOAD}")),
        (&["impact of PAY_LOAD", "and if it fails?"], format!("what_if {LOAD} fail")),
        (&["what if PAY_LOAD fails?", "and PAY_CALC?"], format!("what_if {CALC} fail")),
        (&["impact of PAY_LOAD", "when will it finish?"], format!("forecast {LOAD}")),
        (&["when will PAYROLL end?", "and its critical path?"], format!("critical_path {PAYROLL}")),
        (
            &["qual o impacto do PAY_LOAD?", "e se ele atrasar 30 minutos?"],
            format!("what_if {LOAD} delay 30m"),
        ),
        (&["qual o impacto do PAY_LOAD?", "e o PAY_CALC?"], format!("impact {CALC}")),
        (&["status do PAY_LOAD", "ele vai atrasar?"], format!("risk {LOAD}")),
    ] {
        assert_eq!(dialogue(messages), expected, "{messages:?}");
    }
}
