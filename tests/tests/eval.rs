//! The question engine understands people, and never states a wrong fact.

use resync_tests::{SEEDS, evaluate, questions};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nearly_every_question_is_answered_right_and_no_fact_is_wrong() {
    let report = evaluate(&questions(), &SEEDS).await.expect("the evaluation runs");
    println!("{report}");
    let (right, asked) = report.totals(None);
    assert!(asked >= 1000, "{asked} questions over three nights");
    assert!(report.wrong_facts.is_empty(), "{:#?}", report.wrong_facts);
    assert!(report.score() >= 0.95, "{right} of {asked} right: {:#?}", report.failures);
}
