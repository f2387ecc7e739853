//! What each form looks like, and that hostile names stay names.

use resync_api::perf::model::{Alert, AlertState, Area, Severity};

use super::*;
use crate::alert::{News, Notice};
use crate::fixture::wall;
use crate::notify::Event;
use crate::plan_event::{PlanEventKind, fixture};

const HOSTILE: &str = "NY1#/A.**<!channel>** <b>&[x](https://evil.example) `c`\n@all";

fn notice(news: News, severity: Severity) -> Event {
    let alert = Alert {
        fingerprint: "0123456789abcdef".to_owned(),
        rule: "pool_wait_high".to_owned(),
        severity,
        area: Area::Pool,
        subject: "redis".to_owned(),
        state: AlertState::Firing,
        text: "a connection of pool redis is waited for 250.0 ms, above 200.0 ms".to_owned(),
        value: 0.25,
        threshold: 0.2,
        unit: "seconds".to_owned(),
        pending_since: wall(0),
        firing_since: Some(wall(60)),
        resolved_at: None,
        flapping: false,
        silence: String::new(),
        instances: 3,
    };
    Event::Alert(Notice { news, told: severity, alert })
}

fn storm() -> Message {
    let mut events =
        vec![notice(News::Resolved, Severity::Critical), notice(News::Firing, Severity::Critical)];
    events.push(Event::Plan(fixture(PlanEventKind::Late, HOSTILE)));
    for number in 0..200 {
        events.push(Event::Plan(fixture(PlanEventKind::Failed, &format!("NY1#/A.JOB{number}"))));
    }
    Message::of("id".to_owned(), wall(0), events, 7)
}

#[test]
fn two_hundred_failures_are_one_message_with_counts() {
    let message = storm();
    assert_eq!(
        message.summary(),
        "1 alert firing, 1 alert resolved, 200 jobs failed, 1 job late, 7 events left out"
    );
    let (lines, more) = message.lines(LINES);
    assert_eq!((lines.len(), more), (10, 193));
    assert_eq!((lines[0].word, lines[1].word, lines[2].word), ("critical", "resolved", "failed"));
    assert!(lines[0].text.ends_with("(3 processes)"));

    let json = of(DestinationKind::Webhook, "ops", &message);
    assert_eq!(json["counts"]["jobs_failed"], 200);
    assert_eq!(json["counts"]["left_out"], 7);
    assert_eq!(json["plan_events"].as_array().map(Vec::len), Some(100));
    assert_eq!(json["truncated"], true);
    assert_eq!(json["alerts"][0]["news"], "firing");
    assert_eq!(json["alerts"][0]["fingerprint"], "0123456789abcdef");
    assert_eq!(json["plan_events"][0]["kind"], "failed");
}

/// All strings of a value at these keys.
fn strings<'v>(value: &'v Value, found: &mut Vec<(&'v str, &'v str)>, kind: &'v str) {
    match value {
        Value::Object(fields) => {
            let kind = fields.get("type").and_then(Value::as_str).unwrap_or(kind);
            for field in fields.values() {
                strings(field, found, kind);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| strings(item, found, kind)),
        Value::String(text) => found.push((kind, text)),
        _ => {}
    }
}

#[test]
fn a_hostile_name_stands_only_where_it_is_taken_literally() {
    let events = vec![Event::Plan(fixture(PlanEventKind::Failed, HOSTILE))];
    let message = Message::of("id".to_owned(), wall(0), events, 0);
    for (kind, literal) in [(DestinationKind::Teams, "TextRun"), (DestinationKind::Slack, "text")] {
        let form = of(kind, "ops", &message);
        let mut found = Vec::new();
        strings(&form, &mut found, "");
        let holding: Vec<_> = found.iter().filter(|(_, text)| text.contains("channel")).collect();
        assert_eq!(holding.len(), 1, "{kind:?}");
        assert_eq!(holding[0].0, literal, "{kind:?}");
        assert!(!holding[0].1.contains('\n'), "{kind:?}");
    }
    let webhook = of(DestinationKind::Webhook, "ops", &message);
    assert_eq!(webhook["plan_events"][0]["key"], HOSTILE, "programs get it whole");
}

#[test]
fn a_teams_card_and_slack_blocks_have_the_shape_their_receivers_take() {
    let message = storm();
    let teams = of(DestinationKind::Teams, "ops", &message);
    assert_eq!(teams["type"], "message");
    let attachment = &teams["attachments"][0];
    assert_eq!(attachment["contentType"], "application/vnd.microsoft.card.adaptive");
    let card = &attachment["content"];
    assert_eq!((&card["type"], &card["version"]), (&Value::from("AdaptiveCard"), &Value::from("1.4")));
    assert_eq!(card["body"][0]["color"], "Attention");
    assert_eq!(card["body"].as_array().map(Vec::len), Some(1 + 10 + 1 + 1));
    assert_eq!(card["body"][11]["text"], "and 193 more");
    assert!(teams.to_string().len() < 28_000, "the bound of a Teams message");

    let slack = of(DestinationKind::Slack, "ops", &message);
    assert_eq!(slack["blocks"][0]["type"], "header");
    assert_eq!(slack["blocks"][0]["text"]["type"], "plain_text");
    let list = &slack["blocks"][1]["elements"][0];
    assert_eq!((&slack["blocks"][1]["type"], &list["type"]), (&"rich_text".into(), &"rich_text_list".into()));
    assert_eq!(list["elements"].as_array().map(Vec::len), Some(11));
    assert_eq!(list["elements"][0]["elements"][0]["name"], "red_circle");
    assert_eq!(slack["text"], format!("Resync: {}", message.summary()));
}

#[test]
fn good_news_looks_good() {
    let message = Message::of("id".to_owned(), wall(0), vec![notice(News::Resolved, Severity::Critical)], 0);
    let teams = of(DestinationKind::Teams, "ops", &message);
    assert_eq!(teams["attachments"][0]["content"]["body"][0]["color"], "Good");
    let by_test = Message::of("id".to_owned(), wall(0), vec![Event::Test { by: "ana".to_owned() }], 0);
    assert_eq!(by_test.summary(), "1 test message");
    assert_eq!(of(DestinationKind::Webhook, "ops", &by_test)["test"], true);
}
