//! Any text at all.

use proptest::prelude::*;

use super::{Interpretation, interpret};
use crate::query::Intent;

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_answered_without_panic(message in "\\PC{0,4000}") {
        let _ = interpret(&message);
    }

    #[test]
    fn words_of_the_vocabulary_in_any_order_are_answered(
        words in proptest::collection::vec(
            prop::sample::select(vec![
                "why", "failed", "jobs", "PAY_LOAD", "in", "/FIN", "not", "and", "only", "between", "2", "4", "am", "last",
                "hours", "by", "workstation", "top", "rc", ">", "it", "the", "second", "log", "lines", "e", "não", "desde",
                "as", "22h", "AGT01", "how", "many", "more", "than", "priority", "to", "hold", "sj", "@", "#", "'", "ago",
            ]),
            0..40,
        )
    ) {
        let _ = interpret(&words.join(" "));
    }

    #[test]
    fn a_name_is_never_another_name(suffix in "[A-Z]{3,6}") {
        // One name is never taken for another: an unknown name stays unknown whatever it resembles.
        let message = format!("why is PAY_{suffix} not running?");
        if let Interpretation::Query(understood) = interpret(&message) {
            let named = match &understood.query.intent {
                Intent::WhyWaiting(object) => object.object_name.clone(),
                other => panic!("{other}"),
            };
            prop_assert_eq!(named, format!("PAY_{suffix}"));
        }
    }
}
