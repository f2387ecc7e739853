//! Finding what a person typed.

use std::sync::Arc;

use resync_api::tws::model::{MatchKind, ObjectKind, PromptStatus};
use resync_fault::Fault;
use resync_tws_bridge::plan::{FindQuery, FoundObjects, Snapshot, Update};

use crate::fixture::*;

fn plan() -> Arc<Snapshot> {
    let named = |number: u64, in_stream: u64, name: &str| {
        let mut job = plain_job(number, in_stream);
        job.job_name = name.to_owned();
        job
    };
    let streams = [(0, "PAY_DAILY"), (1, "PAY_MONTHLY"), (2, "GL_CLOSE"), (3, "PAY_DAILY")];
    let update = Update {
        job_streams: streams
            .map(|(number, name)| {
                let mut facts = stream(number);
                facts.job_stream_name = name.to_owned();
                facts
            })
            .to_vec(),
        jobs: vec![
            named(1, 0, "PAY_LOAD"),
            named(2, 0, "PAY_CHECK"),
            named(3, 1, "PAY_LOAD"),
            named(4, 2, "GL_POST"),
            named(5, 3, "PAY_LOAD"),
        ],
        workstations: vec![workstation("WS0"), workstation("PAYHOST")],
        resources: vec![resource("DBLOCK", 1)],
        prompts: vec![prompt(7, PromptStatus::Asked)],
        ..whole_plan()
    };
    mirror_of(update).snapshot()
}

fn find(plan: &Snapshot, text: &str, kinds: &[ObjectKind]) -> FoundObjects {
    plan.find(&FindQuery { text, kinds, limit: 20 })
}

fn keys(found: &FoundObjects) -> Vec<&str> {
    found.objects.iter().map(|object| object.key.as_str()).collect()
}

#[test]
fn names_and_keys_are_found_in_every_form() {
    let plan = plan();
    let load = ["WS0#/PAY_DAILY.PAY_LOAD", "WS1#/FIN/PAY_MONTHLY.PAY_LOAD", "WS3#/HR/PAY_DAILY.PAY_LOAD"];
    let table: &[(&str, MatchKind, &[&str])] = &[
        ("pay_load", MatchKind::Exact, &load),
        ("PAY_DAILY.PAY_LOAD", MatchKind::Exact, &[load[0], load[2]]),
        ("WS3#PAY_DAILY.PAY_LOAD", MatchKind::Exact, &[load[2]]),
        ("/WS3#/HR/PAY_DAILY.PAY_LOAD", MatchKind::Exact, &[load[2]]),
        ("WS0#/PAY_DAILY.PAY_LOAD", MatchKind::Exact, &[load[0]]),
        ("/FIN/PAY_MONTHLY.PAY_LOAD", MatchKind::Exact, &[load[1]]),
        ("ws0#pay_daily", MatchKind::Exact, &["WS0#/PAY_DAILY"]),
        ("PAY_DAILY.@", MatchKind::Wildcard, &["WS0#/PAY_DAILY.PAY_CHECK", load[0], load[2]]),
        ("ws1#@.@", MatchKind::Wildcard, &[load[1]]),
        ("GL*", MatchKind::Wildcard, &["WS2#/FIN/EU/GL_CLOSE.GL_POST", "WS2#/FIN/EU/GL_CLOSE"]),
        ("PAY_CH", MatchKind::Prefix, &["WS0#/PAY_DAILY.PAY_CHECK"]),
        ("gl-post", MatchKind::Fuzzy, &["WS2#/FIN/EU/GL_CLOSE.GL_POST"]),
        ("GL_PSOT", MatchKind::Fuzzy, &["WS2#/FIN/EU/GL_CLOSE.GL_POST"]),
        ("MONTHLY", MatchKind::Fuzzy, &["WS1#/FIN/PAY_MONTHLY"]),
        ("GL_CLOES.GL_POST", MatchKind::Fuzzy, &["WS2#/FIN/EU/GL_CLOSE.GL_POST"]),
        ("/FIN/EU", MatchKind::Exact, &["/FIN/EU"]),
        ("dblock", MatchKind::Exact, &["WS1#DBLOCK"]),
        ("ASK7", MatchKind::Exact, &["ASK7"]),
        ("7", MatchKind::Exact, &["ASK7"]),
        ("batch", MatchKind::Exact, &["batch"]),
    ];
    for (text, kind, expected) in table {
        let found = find(&plan, text, &[]);
        assert_eq!(keys(&found), *expected, "{text}");
        assert!(found.objects.iter().all(|object| object.matched == *kind), "{text}: {:?}", found.objects);
        assert_eq!(found.total_size, expected.len() as u64, "{text}");
    }
    for text in ["NO_SUCH_THING", "ZZ@", "#", ".", "/", "", "MAINFRAME#PAY_LOAD"] {
        assert_eq!(keys(&find(&plan, text, &[])), Vec::<&str>::new(), "{text}");
    }
}

#[test]
fn an_exact_match_ends_the_search_and_kinds_narrow_it() {
    let plan = plan();
    let exact = find(&plan, "PAY_DAILY", &[]);
    assert_eq!(
        keys(&exact),
        ["WS0#/PAY_DAILY", "WS3#/HR/PAY_DAILY"],
        "PAY_MONTHLY and PAY_LOAD are no answer"
    );
    let prefixed = find(&plan, "PAY", &[ObjectKind::Workstation]);
    assert_eq!(keys(&prefixed), ["PAYHOST"]);
    let by_id = find(&plan, &job_id(4), &[]);
    assert_eq!(keys(&by_id), ["WS2#/FIN/EU/GL_CLOSE.GL_POST"]);
    let limited = plan.find(&FindQuery { text: "@", kinds: &[ObjectKind::Job], limit: 2 });
    assert_eq!((limited.objects.len(), limited.total_size), (2, 5));
}

#[test]
fn a_key_of_several_or_of_none_is_refused_with_candidates() {
    let plan = plan();
    assert_eq!(plan.job_view("WS3#/HR/PAY_DAILY.PAY_LOAD", noon()).expect("one").job.id, job_id(5));
    let name = format!("engines/default/jobs/{}", job_id(5));
    assert_eq!(plan.job_view(&name, noon()).expect("one").job.id, job_id(5));
    let several = plan.job_view("PAY_LOAD", noon()).expect_err("three");
    assert_eq!(several.reason(), "OBJECT_AMBIGUOUS");
    assert!(several.metadata()["candidate_ids"].contains(&job_id(3)));
    let none = plan.job_view("PAY_LOAF", noon()).expect_err("none");
    assert_eq!(none.reason(), "OBJECT_NOT_FOUND");
    assert!(none.hint().is_some_and(|hint| hint.contains("PAY_LOAD")), "{:?}", none.hint());
    assert!(plan.job_stream_view("GL_CLOSE", noon()).is_ok());
    assert_eq!(plan.job_stream_view("PAY_DAILY", noon()).expect_err("two").reason(), "OBJECT_AMBIGUOUS");
}
