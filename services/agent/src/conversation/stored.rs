//! A turn as it is kept between processes: JSON with a version, so that a process of another version starts afresh instead
//! of misunderstanding.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Turn;

/// Of this form. It changes with every change of what a [`Turn`] holds, queries included.
const VERSION: u64 = 1;
/// Most bytes of it; rows of the answer that do not fit cannot be referred to after a restart.
const MAX_BYTES: usize = 60 * 1024;

#[derive(Serialize, Deserialize)]
struct Stored {
    version: u64,
    turn: Turn,
}

/// The turn to be kept; empty when it cannot be.
pub(crate) fn to_context(turn: &Turn) -> Map<String, Value> {
    let mut turn = turn.clone();
    loop {
        let Ok(Value::Object(context)) =
            serde_json::to_value(Stored { version: VERSION, turn: turn.clone() })
        else {
            return Map::new();
        };
        if Value::Object(context.clone()).to_string().len() <= MAX_BYTES {
            return context;
        }
        if turn.rows.is_empty() {
            return Map::new();
        }
        turn.rows.truncate(turn.rows.len() / 2);
    }
}

/// The turn that was kept; unset when this version does not know its form.
pub(crate) fn from_context(context: Map<String, Value>) -> Option<Turn> {
    if context.get("version").and_then(Value::as_u64) != Some(VERSION) {
        return None;
    }
    serde_json::from_value::<Stored>(Value::Object(context)).ok().map(|stored| stored.turn)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interpret::Choice;
    use crate::query::{Condition, Field, Intent, Object, Operator, Order, Query, Selection, Value as Given};
    use resync_api::agent::model::Language;
    use resync_api::tws::model::{ObjectKind, Status};
    use serde_json::json;

    fn job() -> Object {
        Object {
            kind: ObjectKind::Job,
            id: "1".to_owned(),
            key: "FTA#PAY.CALC".to_owned(),
            object_name: "CALC".to_owned(),
        }
    }

    fn turn() -> Turn {
        let selection = Selection {
            kind: ObjectKind::Job,
            conditions: vec![Condition {
                field: Field::Status,
                operator: Operator::Is,
                values: vec![Given::Status(Status::Error), Given::Text("FTA*".to_owned())],
            }],
            order: Some(Order { field: Field::Elapsed, descending: true }),
            limit: Some(5),
        };
        let query = Query { intent: Intent::List(selection), language: Language::Portuguese };
        let choice = Choice {
            object: job(),
            question: "why did FTA#PAY.CALC fail?".to_owned(),
            label: "job".to_owned(),
            query: Query { intent: Intent::WhyFailed(job()), language: Language::English },
            status: Some(Status::Error),
            scheduled_time: Some(chrono::DateTime::UNIX_EPOCH),
        };
        Turn {
            query: Some(query),
            focus: Some(job()),
            rows: vec![job()],
            choices: vec![choice],
            language: Language::Portuguese,
        }
    }

    /// What version 1 wrote. When this fails, what is stored has changed: make a new version, and keep this text for the one
    /// that is no longer read.
    #[test]
    fn the_form_of_this_version_does_not_change() {
        let object = json!({"kind": "JOB", "id": "1", "key": "FTA#PAY.CALC", "object_name": "CALC"});
        let form = json!({"version": 1, "turn": {
            "query": {
                "intent": {"List": {
                    "kind": "JOB",
                    "conditions": [
                        {"field": "Status", "operator": "Is", "values": [{"Status": "ERROR"}, {"Text": "FTA*"}]},
                    ],
                    "order": {"field": "Elapsed", "descending": true},
                    "limit": 5,
                }},
                "language": "pt-BR",
            },
            "focus": object,
            "rows": [object],
            "choices": [{
                "object": object,
                "question": "why did FTA#PAY.CALC fail?",
                "label": "job",
                "query": {"intent": {"WhyFailed": object}, "language": "en"},
                "status": "ERROR",
                "scheduled_time": "1970-01-01T00:00:00Z",
            }],
            "language": "pt-BR",
        }});
        assert_eq!(Value::Object(to_context(&turn())), form);
        assert_eq!(from_context(form.as_object().cloned().unwrap()), Some(turn()));
    }

    #[test]
    fn another_version_is_not_understood_and_nothing_else_either() {
        let mut newer = to_context(&turn());
        newer.insert("version".to_owned(), json!(2));
        for context in [newer, Map::new(), Map::from_iter([("version".to_owned(), json!(1))])] {
            assert_eq!(from_context(context), None);
        }
    }

    #[test]
    fn rows_that_do_not_fit_are_left_out() {
        let long = Object { key: "K".repeat(2_000), ..job() };
        let big = Turn { rows: vec![long; 100], ..turn() };
        let context = to_context(&big);
        assert!(Value::Object(context.clone()).to_string().len() <= MAX_BYTES);
        let kept = from_context(context).unwrap();
        assert_eq!(kept.rows.len(), 25);
        assert_eq!((kept.query, kept.focus), (big.query, big.focus));
    }
}
