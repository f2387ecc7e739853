//! What was kept: documents, earlier incidents, how a job usually runs.

use super::{check, dialogue};

const LOAD: &str = "job MDM#/FIN/PAYROLL.PAY_LOAD";

fn check_about(question: &str, messages: &[&str]) {
    let expected = format!("{question} {LOAD}");
    check(&messages.iter().map(|message| (*message, expected.as_str())).collect::<Vec<_>>());
}

#[test]
fn similar_incidents_are_asked_of_a_job() {
    check_about(
        "similar_incidents",
        &[
            "has PAY_LOAD happened before?",
            "similar incidents to PAY_LOAD",
            "how was PAY_LOAD solved last time?",
            "has PAY_LOAD failed like this before",
            "o PAY_LOAD já aconteceu antes?",
            "incidentes parecidos com o PAY_LOAD",
            "como foi resolvido o PAY_LOAD da última vez?",
        ],
    );
    check(&[
        ("which incidents are open?", "open_incidents"),
        ("list the unresolved incidents", "open_incidents"),
        ("quais incidentes estão abertos?", "open_incidents"),
    ]);
}

#[test]
fn a_run_is_compared_with_the_usual() {
    check_about(
        "unusual",
        &[
            "is the run time of PAY_LOAD unusual?",
            "does PAY_LOAD usually take this long?",
            "is PAY_LOAD abnormal",
            "o tempo do PAY_LOAD é incomum?",
            "o PAY_LOAD costuma demorar tanto?",
        ],
    );
    check_about(
        "usual",
        &[
            "how long does PAY_LOAD usually take?",
            "when does PAY_LOAD usually start?",
            "how often does PAY_LOAD fail?",
            "failure rate of PAY_LOAD",
            "statistics of PAY_LOAD",
            "quanto tempo o PAY_LOAD normalmente demora?",
            "com que frequência o PAY_LOAD falha?",
            "estatísticas do PAY_LOAD",
        ],
    );
}

#[test]
fn documents_are_searched_for_words_and_for_objects() {
    check(&[
        ("what does the runbook say about AWSBDW009E?", "passages \"AWSBDW009E\""),
        ("what does the manual say about disk space", "passages \"disk space\""),
        ("how do I fix PAY_LOAD?", "passages job MDM#/FIN/PAYROLL.PAY_LOAD about \"\""),
        ("o que o manual diz sobre o AWSBDW009E?", "passages \"AWSBDW009E\""),
        ("como resolver o PAY_LOAD?", "passages job MDM#/FIN/PAYROLL.PAY_LOAD about \"\""),
    ]);
}

#[test]
fn they_follow_on_what_was_talked_about() {
    let asked = ["status of PAY_LOAD", "situação do PAY_LOAD"];
    let follow_ups = [
        (0, "is that unusual?", format!("unusual {LOAD}")),
        (0, "has this happened before?", format!("similar_incidents {LOAD}")),
        (0, "how do I fix it?", format!("passages {LOAD} about \"\"")),
        (1, "isso é normal?", format!("unusual {LOAD}")),
        (1, "já aconteceu antes?", format!("similar_incidents {LOAD}")),
    ];
    for (first, then, expected) in follow_ups {
        assert_eq!(dialogue(&[asked[first], then]), expected, "{then}");
    }
    let again = dialogue(&["how often does PAY_LOAD fail?", "and PAY_CALC?"]);
    assert_eq!(again, "usual job MDM#/FIN/PAYROLL.PAY_CALC");
}
