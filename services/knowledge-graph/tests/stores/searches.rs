//! Searching: the same answers as looking at every record in memory.

use anyhow::ensure;
use resync_knowledge_graph::store::schema::AUDIT_EVENT;
use resync_knowledge_graph::store::{Batch, Condition, Count, Order, Query, Record, Store, Value};

use crate::place::Place;
use crate::{Case, cases};

pub(crate) const CASES: &[Case] = cases![
    conditions_select_what_they_say,
    pages_hold_every_record_once_in_order,
    counts_are_grouped_and_the_biggest_come_first,
];

/// Events that differ in all fields; every third has no engine.
async fn filled(place: &Place) -> anyhow::Result<(std::sync::Arc<dyn Store>, Vec<Record>)> {
    let store = place.open().await?;
    let records: Vec<_> = (0..60_i64)
        .map(|n| {
            Record::new(AUDIT_EVENT, format!("k{:02}", (n * 37) % 60), "{}".into())
                .with("position", format!("c/{n:04}"))
                .with("at", format!("2026-01-{:02}", n / 7 + 1))
                .with("category", ["login", "command", "setting"][usize::try_from(n % 3).unwrap_or(0)])
                .with("actor", format!("user{}", n % 4))
                .with_some("engine", (n % 3 != 0).then_some("prod%_é"))
        })
        .collect();
    store.commit(records.iter().cloned().fold(Batch::new(), Batch::insert)).await?;
    Ok((store, records))
}

fn text<'a>(record: &'a Record, field: &str) -> &'a str {
    record.text(field).unwrap_or_default()
}

async fn conditions_select_what_they_say(place: Place) -> anyhow::Result<()> {
    let (store, records) = filled(&place).await?;
    type Test = fn(&Record) -> bool;
    let cases: [(&str, Vec<Condition>, Test); 7] = [
        ("all", vec![], |_| true),
        ("is", vec![Condition::Is("actor", "user2".into())], |r| text(r, "actor") == "user2"),
        ("one of", vec![Condition::OneOf("category", vec!["login".into(), "setting".into()])], |r| {
            text(r, "category") != "command"
        }),
        ("none of none", vec![Condition::OneOf("category", vec![])], |_| false),
        (
            "between",
            vec![Condition::AtLeast("at", "2026-01-03".into()), Condition::Below("at", "2026-01-05".into())],
            |r| ("2026-01-03".."2026-01-05").contains(&text(r, "at")),
        ),
        ("begins", vec![Condition::Begins("engine", "prod%_".into())], |r| r.text("engine").is_some()),
        ("two", vec![Condition::Is("actor", "user1".into()), Condition::Begins("key", "k3".into())], |r| {
            text(r, "actor") == "user1" && r.key.starts_with("k3")
        }),
    ];
    for (name, conditions, test) in cases {
        let query = conditions.into_iter().fold(Query::of(AUDIT_EVENT), Query::and);
        let mut expected: Vec<_> = records.iter().filter(|record| test(record)).cloned().collect();
        expected.sort_by(|one, other| one.key.cmp(&other.key));
        ensure!(store.find(query).await? == expected, "{name}");
    }
    Ok(())
}

async fn pages_hold_every_record_once_in_order(place: Place) -> anyhow::Result<()> {
    let (store, mut records) = filled(&place).await?;
    for (order, down) in [
        (Order::Up("position"), false),
        (Order::Up("category"), false),
        (Order::Down("at"), true),
        (Order::Down("key"), true),
    ] {
        let by = |record: &Record| match order {
            Order::Up("key") | Order::Down("key") => (String::new(), record.key.clone()),
            Order::Up(field) | Order::Down(field) => (text(record, field).to_owned(), record.key.clone()),
        };
        records.sort_by_key(by);
        if down {
            records.reverse();
        }
        let mut paged: Vec<Record> = Vec::new();
        let query = Query::of(AUDIT_EVENT).order(order).limit(7);
        loop {
            let after = paged.last().map(|record| query.cursor(record));
            let page = store.find(query.clone().after(after)).await?;
            if page.is_empty() {
                break;
            }
            paged.extend(page);
        }
        ensure!(paged == records, "{order:?}");
    }
    Ok(())
}

async fn counts_are_grouped_and_the_biggest_come_first(place: Place) -> anyhow::Result<()> {
    let (store, _) = filled(&place).await?;
    let count = |values: &[Option<&str>], records| Count {
        values: values.iter().map(|value| value.map(Value::from)).collect(),
        records,
    };
    let by_category = store.count(Query::of(AUDIT_EVENT), &["category"]).await?;
    assert_eq!(by_category, ["command", "login", "setting"].map(|name| count(&[Some(name)], 20)));
    let of_two = Query::of(AUDIT_EVENT).and(Condition::Below("at", "2026-01-02".into()));
    assert_eq!(
        store.count(of_two.clone(), &["engine", "actor"]).await?,
        [
            count(&[Some("prod%_é"), Some("user1")], 2),
            count(&[Some("prod%_é"), Some("user0")], 1),
            count(&[Some("prod%_é"), Some("user2")], 1),
            count(&[None, Some("user0")], 1),
            count(&[None, Some("user2")], 1),
            count(&[None, Some("user3")], 1),
        ]
    );
    assert_eq!(store.count(of_two.limit(1), &["engine", "actor"]).await?.len(), 1);
    Ok(())
}
