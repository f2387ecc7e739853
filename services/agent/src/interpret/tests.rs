//! Tests of understanding: phrases of operators, in both languages, against a small plan in memory.
//! Each table row is a message and the canonical text (or question back) it must come to.

use std::convert::Infallible;

use chrono::{DateTime, TimeZone, Utc};
use futures::FutureExt;
use resync_api::agent::model::Language;
use resync_api::tws::model::{Found, FoundObject, Freshness, MatchKind, ObjectKind, Status};

use super::token::fold;
use super::{Context, Interpretation, Interpreter, Linker};
use crate::conversation::{Conversation, Turn};
use crate::query::Object;

mod selections;
mod objects;
mod times;
mod actions;
mod questions_back;
mod colloquial;
mod conversations;
mod robustness;
mod graph;
mod recall;

/// A plan that is searched the way the bridge searches the live one.
struct Plan {
    objects: Vec<FoundObject>,
}

impl Plan {
    fn new() -> Self {
        let mut plan = Self { objects: Vec::new() };
        for (stream, status) in [
            ("MDM#/FIN/PAYROLL", Status::Blocked),
            ("MDM#/FIN/CLOSING_DAILY", Status::Running),
            ("MDM#/FIN/AP/INVOICES", Status::Running),
            ("MDM#/SALES/REPORT", Status::Waiting),
            ("MDM#/OPS/BACKUP", Status::Waiting),
            ("MDM#/HR/BACKUP", Status::Waiting),
            ("MDM#/FINAL", Status::Waiting),
        ] {
            plan.add(ObjectKind::JobStream, stream, stream.rsplit('/').next().unwrap(), Some(status));
        }
        for (job, status) in [
            ("MDM#/FIN/PAYROLL.PAY_LOAD", Status::Waiting),
            ("MDM#/FIN/PAYROLL.PAY_CALC", Status::Error),
            ("MDM#/FIN/PAYROLL.PAY_EXTRACT", Status::Running),
            ("MDM#/FIN/CLOSING_DAILY.LEDGER_POST", Status::Running),
            ("MDM#/FIN/CLOSING_DAILY.LOAD", Status::Waiting),
            ("MDM#/FIN/AP/INVOICES.LOAD", Status::Error),
            ("MDM#/SALES/REPORT.RPT_SALES01", Status::Waiting),
            ("MDM#/OPS/BACKUP.BKP_FULL", Status::Ready),
            ("MDM#/FINAL.MAKEPLAN", Status::Waiting),
        ] {
            plan.add(ObjectKind::Job, job, job.rsplit('.').next().unwrap(), Some(status));
        }
        for workstation in ["AGT01", "AGT02", "MDM", "POOL_SAP", "br-sp-01"] {
            plan.add(ObjectKind::Workstation, workstation, workstation, None);
        }
        for folder in ["/FIN", "/FIN/AP", "/SALES", "/OPS"] {
            plan.add(ObjectKind::Folder, folder, folder, None);
        }
        plan.add(ObjectKind::Resource, "AGT01#DBLOCK", "DBLOCK", None);
        plan.add(ObjectKind::User, "batchfin", "batchfin", None);
        plan.add(ObjectKind::User, "batch", "batch", None);
        plan.add(ObjectKind::Prompt, "12", "12", None);
        plan
    }

    fn add(&mut self, kind: ObjectKind, key: &str, name: &str, status: Option<Status>) {
        self.objects.push(FoundObject {
            kind,
            id: format!("id-{}", self.objects.len()),
            key: key.to_owned(),
            object_name: name.to_owned(),
            matched: MatchKind::Exact,
            score: 1.0,
            scheduled_time: None,
            status,
        });
    }

    fn object(&self, key: &str) -> Object {
        super::link::object_of(self.objects.iter().find(|object| object.key == key).unwrap())
    }

    fn search(&self, text: &str, kinds: &[ObjectKind]) -> Vec<FoundObject> {
        let text = fold(text);
        let fits = |object: &&FoundObject| kinds.is_empty() || kinds.contains(&object.kind);
        let with = |matched: MatchKind, test: &dyn Fn(&str) -> bool| -> Vec<FoundObject> {
            self.objects
                .iter()
                .filter(fits)
                .filter(|object| test(&fold(&object.object_name)) || test(&fold(&object.key)))
                .map(|object| FoundObject { matched, ..object.clone() })
                .collect()
        };
        if text.contains(['@', '*', '?']) {
            let pattern = format!(
                "^{}$",
                regex::escape(&text).replace("\\*", ".*").replace('@', ".*").replace("\\?", ".")
            );
            let pattern = regex::Regex::new(&pattern).unwrap();
            return with(MatchKind::Wildcard, &|name| pattern.is_match(name));
        }
        let exact = with(MatchKind::Exact, &|name| name == text);
        if !exact.is_empty() {
            return exact;
        }
        let prefix = with(MatchKind::Prefix, &|name| name.starts_with(&text));
        if !prefix.is_empty() {
            return prefix;
        }
        with(MatchKind::Fuzzy, &|name| strsim::normalized_damerau_levenshtein(name, &text) > 0.5)
    }
}

impl Linker for Plan {
    type Error = Infallible;

    async fn find(&self, text: &str, kinds: &[ObjectKind], limit: u32) -> Result<Found, Infallible> {
        let mut objects = self.search(text, kinds);
        let total_size = objects.len() as u64;
        objects.truncate(limit as usize);
        Ok(Found {
            objects,
            total_size,
            freshness: Freshness {
                plan_version: 1,
                oldest_observed_at: None,
                engine_time: now(),
                time_zone: "America/Sao_Paulo".to_owned(),
                stale_since: None,
                stale_reason: String::new(),
                plan_day_start: None,
            },
        })
    }
}

/// 02:30 in São Paulo, in the middle of the night from the 22nd to the 23rd.
fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 23, 5, 30, 0).unwrap()
}

fn context(conversation: Option<&Conversation>) -> Context<'_> {
    Context {
        now: now(),
        time_zone: chrono_tz::America::Sao_Paulo,
        plan_day_start: None,
        language: None,
        engines: &[],
        conversation,
    }
}

fn interpret_in(message: &str, conversation: Option<&Conversation>) -> Interpretation {
    thread_local! {
        static INTERPRETER: Interpreter = Interpreter::new();
    }
    INTERPRETER.with(|interpreter| {
        let interpreting =
            async { interpreter.interpret(message, &context(conversation), &Plan::new()).await };
        let found = interpreting.now_or_never().expect("an in-memory plan never makes wait");
        found.unwrap_or_else(|never| match never {})
    })
}

fn interpret(message: &str) -> Interpretation {
    interpret_in(message, None)
}

/// One line for a result, for the tables.
fn text(interpretation: &Interpretation) -> String {
    match interpretation {
        Interpretation::Query(understood) if understood.assumed.is_empty() => understood.query.to_string(),
        Interpretation::Query(understood) => format!("{} (assumed)", understood.query),
        Interpretation::Ambiguous(ambiguity) => {
            let keys: Vec<&str> =
                ambiguity.candidates.iter().map(|choice| choice.object.key.as_str()).collect();
            format!("which {}: {}", ambiguity.mention, keys.join(" | "))
        }
        Interpretation::UnknownName(unknown) => format!("unknown {}", unknown.mention),
        Interpretation::AskBack(ask) => format!("ask {:?}", ask.reason),
        Interpretation::OutOfScope { reason, .. } => format!("declined {reason:?}"),
    }
}

/// Checks every row of a table and reports all that differ at once.
fn check(table: &[(&str, &str)]) {
    let wrong: Vec<String> = table
        .iter()
        .filter_map(|(message, expected)| {
            let found = text(&interpret(message));
            (found != *expected).then(|| format!("{message}\n  expected {expected}\n  found    {found}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), table.len(), wrong.join("\n"));
}

/// Asks the messages one after another; the last one's result.
fn dialogue(messages: &[&str]) -> String {
    dialogue_with_rows(messages, &[])
}

/// The same, where every list shows these objects.
fn dialogue_with_rows(messages: &[&str], rows: &[Object]) -> String {
    let mut conversation = Conversation::default();
    let mut last = String::new();
    for message in messages {
        let found = interpret_in(message, Some(&conversation));
        let listed = text(&found).starts_with("list");
        conversation.push(Turn::new(&found, if listed { rows.to_vec() } else { Vec::new() }), 10);
        last = text(&found);
    }
    last
}

#[test]
fn the_language_of_the_message_is_the_language_of_the_answer() {
    for (message, language) in [
        ("which jobs failed?", Language::English),
        ("quais jobs falharam?", Language::Portuguese),
        ("pq o pay_load nao rodou", Language::Portuguese),
        ("status do PAY_LOAD", Language::Portuguese),
        ("status of PAY_LOAD", Language::English),
        ("cadê o log do PAY_CALC", Language::Portuguese),
    ] {
        let Interpretation::Query(understood) = interpret(message) else { panic!("{message}") };
        assert_eq!(understood.query.language, language, "{message}");
    }
}
