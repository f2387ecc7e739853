//! Audit events, commands and proposals say on the wire what was meant, and requests beyond the limits are refused by the
//! name of the field.

use std::time::Duration;

use chrono::{DateTime, Utc};
use proptest::collection::{hash_map, vec};
use proptest::option;
use proptest::prelude::*;
use resync_api::audit::model::{
    Actor, ActorKind, AuditCategory, AuditEntry, AuditEvent, AuditOrigin, AuditOutcome, AuditResult,
    AuditTarget, Justification,
};
use resync_api::journal::model::{
    Acting, Command, CommandNature, CommandOutcome, CommandRequest, CommandState, CommandStep, Decision,
    Proposal, ProposalRequest, ProposalState, Resolution,
};
use resync_api::proto::audit::v1 as audit;
use resync_api::proto::graph::v1 as graph;
use resync_api::protocol_error::ProtocolError;
use serde_json::{Map, Value};

fn time() -> impl Strategy<Value = DateTime<Utc>> {
    (0_i64..4_000_000_000, 0_u32..1_000_000_000)
        .prop_map(|(seconds, nanos)| DateTime::from_timestamp(seconds, nanos).expect("in range"))
}

fn name() -> impl Strategy<Value = String> {
    "[a-zé:/.]{1,20}"
}

fn object() -> impl Strategy<Value = Map<String, Value>> {
    let value = prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        ".{0,9}".prop_map(Value::from),
        Just(Value::Null),
        vec(any::<u32>(), 0..3).prop_map(Value::from),
    ];
    hash_map(".{0,9}", value, 0..4).prop_map(|map| map.into_iter().collect())
}

fn justification() -> impl Strategy<Value = Justification> {
    (".{0,9}", ".{0,9}", ".{0,30}").prop_map(|(category, ticket, text)| Justification {
        category,
        ticket,
        text,
    })
}

fn acting() -> impl Strategy<Value = Acting> {
    let kind = prop_oneof![Just(ActorKind::Person), Just(ActorKind::Service), Just(ActorKind::Anonymous)];
    (".{0,9}", kind, ".{0,9}", ".{0,30}", ".{0,9}").prop_map(|(subject, kind, address, client, role)| {
        Acting {
            actor: Actor { subject, kind },
            origin: AuditOrigin { address, client, session: role.clone(), role },
            correlation_id: "request".to_owned(),
        }
    })
}

fn entry() -> impl Strategy<Value = AuditEntry> {
    let category = prop_oneof![Just(AuditCategory::Authentication), Just(AuditCategory::Security)];
    let result = prop_oneof![Just(AuditResult::Intended), Just(AuditResult::Unknown)];
    let outcome = (result, ".{0,9}", ".{0,30}").prop_map(|(result, reason, message)| AuditOutcome {
        result,
        reason,
        message,
    });
    let target = option::of((".{0,9}", ".{0,9}").prop_map(|(engine, name)| AuditTarget { engine, name }));
    (name(), time(), category, acting(), target, object(), justification(), outcome, any::<u64>()).prop_map(
        |(id, at, category, acting, target, parameters, justification, outcome, sequence)| AuditEntry {
            chain: "main".to_owned(),
            sequence,
            recorded_at: at,
            previous_hash: "00".to_owned(),
            event: AuditEvent {
                action: id.clone(),
                id,
                at,
                category,
                actor: acting.actor,
                origin: acting.origin,
                target,
                parameters,
                justification,
                outcome,
                correlation_id: acting.correlation_id,
            },
            hash: "ff".to_owned(),
        },
    )
}

fn command() -> impl Strategy<Value = Command> {
    let request = (name(), object(), justification(), acting()).prop_map(
        |(name, parameters, justification, acting)| CommandRequest {
            command_id: name.clone(),
            key: name.clone(),
            request_hash: name.clone(),
            engine: name.clone(),
            kind: name.clone(),
            nature: CommandNature::Creating,
            target: name.clone(),
            target_version: name.clone(),
            parameters,
            justification,
            proposal_id: name,
            acting,
        },
    );
    let steps = vec(
        (time(), name(), object()).prop_map(|(at, name, details)| CommandStep { at, name, details }),
        0..3,
    );
    let outcome = option::of((".{0,9}", ".{0,30}", object()).prop_map(|(reason, message, details)| {
        CommandOutcome { state: CommandState::Unknown, reason, message, details }
    }));
    let resolution =
        option::of((".{0,9}", time(), any::<bool>()).prop_map(|(by, at, took_effect)| Resolution {
            reason: by.clone(),
            by,
            at,
            took_effect,
        }));
    (request, time(), steps, outcome, option::of(time()), resolution).prop_map(
        |(request, claimed_at, steps, outcome, finished_at, resolution)| Command {
            request,
            state: CommandState::Dispatched,
            claimed_at,
            steps,
            outcome,
            finished_at,
            resolution,
        },
    )
}

fn proposal() -> impl Strategy<Value = Proposal> {
    let ttl =
        (1_u64..600_000, 0_u32..1_000_000_000).prop_map(|(seconds, nanos)| Duration::new(seconds, nanos));
    let request = (name(), object(), justification(), acting(), any::<bool>(), ttl).prop_map(
        |(name, parameters, justification, acting, needs_other_person, ttl)| ProposalRequest {
            proposal_id: name.clone(),
            engine: name.clone(),
            kind: name.clone(),
            nature: CommandNature::Absolute,
            target: name.clone(),
            target_version: name,
            effects: parameters.clone(),
            parameters,
            justification,
            needs_other_person,
            ttl,
            acting,
        },
    );
    let decision = option::of((".{0,9}", time(), any::<bool>()).prop_map(|(by, at, approved)| Decision {
        reason: by.clone(),
        by,
        at,
        approved,
    }));
    (request, time(), decision).prop_map(|(request, created_at, decision)| Proposal {
        request,
        parameters_hash: "ab".to_owned(),
        state: ProposalState::Approved,
        created_at,
        expires_at: created_at,
        decision,
        command_id: String::new(),
    })
}

proptest! {
    #[test]
    fn entries_commands_and_proposals_survive_the_wire_and_json(
        entry in entry(), command in command(), proposal in proposal(),
    ) {
        prop_assert_eq!(AuditEntry::try_from(audit::AuditEntry::from(entry.clone())), Ok(entry.clone()));
        prop_assert_eq!(Command::try_from(graph::Command::from(command.clone())), Ok(command.clone()));
        prop_assert_eq!(Proposal::try_from(graph::Proposal::from(proposal.clone())), Ok(proposal));
        let json = serde_json::to_string(&entry).expect("it can be written");
        prop_assert_eq!(serde_json::from_str::<AuditEntry>(&json).expect("it can be read"), entry);
        let json = serde_json::to_string(&command).expect("it can be written");
        prop_assert_eq!(serde_json::from_str::<Command>(&json).expect("it can be read"), command);
    }
}

#[test]
fn a_request_beyond_the_limits_is_refused_by_the_name_of_the_field() {
    let actor = || Some(audit::Actor { subject: "ana".into(), kind: audit::ActorKind::Person.into() });
    let good = || graph::CommandRequest {
        command_id: "c".into(),
        key: "k".into(),
        request_hash: "h".into(),
        engine: "prod".into(),
        kind: "job.hold".into(),
        nature: graph::CommandNature::Absolute.into(),
        target: "t".into(),
        acting: Some(graph::Acting { actor: actor(), ..graph::Acting::default() }),
        ..graph::CommandRequest::default()
    };
    assert!(CommandRequest::try_from(good()).is_ok());
    type Change = fn(&mut graph::CommandRequest);
    let changes: [(&str, Change); 9] = [
        ("command.command_id", |request| request.command_id = "c".repeat(49)),
        ("command.key", |request| request.key = "k".repeat(256)),
        ("command.request_hash", |request| request.request_hash.clear()),
        ("command.engine", |request| request.engine.clear()),
        ("command.nature", |request| request.nature = 0),
        ("command.target", |request| request.target = "t".repeat(1_001)),
        ("command.parameters_json", |request| request.parameters_json = "[1]".into()),
        ("command.parameters_json", |request| {
            request.parameters_json = format!("{{\"a\":\"{}\"}}", "x".repeat(70_000))
        }),
        ("command.acting", |request| request.acting = None),
    ];
    for (field, change) in changes {
        let mut request = good();
        change(&mut request);
        let refused: Result<CommandRequest, ProtocolError> = request.try_into();
        assert_eq!(refused.map_err(|error| error.field()), Err(field));
    }
}
