//! What is said on the wire is what was meant: domain to Protobuf and back is the identity, and
//! messages that break the contract are rejected with the name of the field.

use std::time::Duration;

use chrono::{DateTime, Utc};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use resync_api::agent::model::{Answer, AnswerKind, Block, BlockContent, Cell, Citation, Language, Span};
use resync_api::proto::{agent, tws};
use resync_api::protocol_error::ProtocolError;
use resync_api::tws::model::{
    Dependency, DependencyOwner, DependencyState, DependencyTarget, EdgeSource, FindRequest, JobRun,
    ObjectKind, Predecessor, PromptStatus, Status,
};

fn time() -> impl Strategy<Value = DateTime<Utc>> {
    (0_i64..4_000_000_000, 0_u32..1_000_000_000)
        .prop_map(|(seconds, nanos)| DateTime::from_timestamp(seconds, nanos).expect("in range"))
}

fn length() -> impl Strategy<Value = Duration> {
    (0_u64..1_000_000, 0_u32..1_000_000_000).prop_map(|(seconds, nanos)| Duration::new(seconds, nanos))
}

fn status() -> impl Strategy<Value = Status> {
    use Status::*;
    prop::sample::select(vec![
        Waiting, Ready, Running, Successful, Error, Canceled, Held, Undecided, Blocked, Suppressed,
    ])
}

fn run() -> impl Strategy<Value = JobRun> {
    let words = (".*", ".*", ".*", status(), any::<i64>());
    let times = (option::of(any::<i32>()), option::of(time()), option::of(length()), any::<bool>());
    (words, times).prop_map(
        |((id, run_type, text, status, job_number), (return_code, end_time, elapsed, last))| JobRun {
            id,
            job_number,
            run_type,
            status,
            internal_status: text.clone(),
            return_code,
            start_time: end_time,
            end_time,
            elapsed,
            actual_workstation: text,
            last,
        },
    )
}

fn predecessor() -> impl Strategy<Value = Predecessor> {
    (".*", ".*", option::of(status()), vec(".*", 0..3), any::<bool>(), any::<bool>()).prop_map(
        |(id, key, status, conditions, zombie, pending)| Predecessor {
            internal_status: key.clone(),
            id,
            key,
            status,
            conditions,
            zombie,
            pending,
        },
    )
}

fn with_target(target: DependencyTarget) -> Dependency {
    Dependency {
        id: "dependency".to_owned(),
        state: DependencyState::Unsatisfied,
        source: EdgeSource::Plan,
        owner: DependencyOwner::JobStream,
        target,
    }
}

fn dependency() -> impl Strategy<Value = Dependency> {
    let leaf = prop_oneof![
        predecessor().prop_map(DependencyTarget::Internal),
        predecessor().prop_map(DependencyTarget::ExternalJob),
        predecessor().prop_map(DependencyTarget::ExternalJobStream),
        (".*", any::<i32>()).prop_map(|(name, quantity)| DependencyTarget::Resource {
            resource_name: name.clone(),
            workstation: name,
            quantity
        }),
        (".*", any::<i64>()).prop_map(|(text, number)| DependencyTarget::Prompt {
            prompt_name: text.clone(),
            number,
            text,
            status: PromptStatus::Asked,
        }),
        (".*", ".*").prop_map(|(path, status)| DependencyTarget::File {
            workstation: path.clone(),
            qualifier: status.clone(),
            path,
            status
        }),
    ]
    .prop_map(with_target);
    leaf.prop_recursive(3, 12, 4, |inner| {
        (".*", 0_u32..5, vec(inner, 0..4)).prop_map(|(join_name, quantity, members)| {
            with_target(DependencyTarget::Join { join_name, quantity, members })
        })
    })
}

proptest! {
    #[test]
    fn a_run_survives_the_wire_and_json(run in run()) {
        let message: tws::v1::JobRun = run.clone().into();
        prop_assert_eq!(JobRun::try_from(message).expect("it was sent by us"), run.clone());
        let json = serde_json::to_value(&run).expect("serialises");
        let read: JobRun = serde_json::from_value(json).expect("parses");
        prop_assert_eq!(JobRun { elapsed: run.elapsed, ..read }, run);
    }

    #[test]
    fn any_dependency_survives_the_wire(dependency in dependency()) {
        let message: tws::v1::Dependency = dependency.clone().into();
        prop_assert_eq!(Dependency::try_from(message).expect("it was sent by us"), dependency);
    }

    #[test]
    fn an_answer_survives_the_wire(text in ".*", value in ".*", age in option::of(length()), at in option::of(time())) {
        let answer = Answer {
            conversation_id: value.clone(),
            kind: AnswerKind::Clarification,
            spans: vec![Span::Text(text.clone()), Span::Fact { citation_id: "c".to_owned(), value: value.clone() }],
            markdown: text.clone(),
            citations: vec![Citation {
                id: "c".to_owned(),
                tool_call_id: "t".to_owned(),
                resource: value.clone(),
                field: "/total".to_owned(),
                value: value.clone(),
                observed_at: at,
            }],
            blocks: vec![Block {
                id: "b".to_owned(),
                title: text,
                content: BlockContent::Table {
                    columns: vec![value.clone()],
                    rows: vec![vec![Cell { value, citation_id: "c".to_owned() }]],
                    total_rows: 9,
                },
            }],
            tool_calls: Vec::new(),
            data_age: age,
            mode: "engine".to_owned(),
            language: Language::Portuguese,
            candidates: Vec::new(),
            engine: "default".to_owned(),
            stale_since: at,
            interpretation: "overview".to_owned(),
        };
        let message: agent::v1::Answer = answer.clone().into();
        prop_assert_eq!(Answer::try_from(message).expect("it was sent by us"), answer);
    }
}

#[test]
fn messages_that_break_the_contract_name_the_field() {
    let sound = || {
        let remote_dependency = "REMOTE".to_owned();
        let target = DependencyTarget::Internetwork { network_agent: "NET".to_owned(), remote_dependency };
        tws::v1::Dependency::from(with_target(target))
    };
    let rejected = |message: tws::v1::Dependency| {
        Dependency::try_from(message).expect_err("it breaks the contract").field()
    };
    assert_eq!(rejected(tws::v1::Dependency { kind: 0, ..sound() }), "kind");
    assert_eq!(rejected(tws::v1::Dependency { kind: 99, ..sound() }), "kind");
    assert_eq!(rejected(tws::v1::Dependency { state: 0, ..sound() }), "state");
    assert_eq!(rejected(tws::v1::Dependency { source: 7, ..sound() }), "source");

    let nothing_to_find = tws::v1::FindObjectsRequest::default();
    assert_eq!(FindRequest::try_from(nothing_to_find), Err(ProtocolError::Missing { field: "text" }));
    let find =
        FindRequest { text: "A".to_owned(), kinds: vec![ObjectKind::Folder], ..FindRequest::default() };
    let message: tws::v1::FindObjectsRequest = find.clone().into();
    assert_eq!(FindRequest::try_from(message.clone()), Ok(find));
    let unknown_kind = tws::v1::FindObjectsRequest { kinds: vec![0], ..message };
    assert_eq!(FindRequest::try_from(unknown_kind).expect_err("unspecified kind").field(), "kinds");
}
