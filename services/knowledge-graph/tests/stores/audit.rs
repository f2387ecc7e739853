//! The audit log: entries follow each other, are found, counted and exported, and never hold secrets.

use std::sync::Arc;

use anyhow::{Context as _, ensure};
use chrono::TimeDelta;
use futures::{StreamExt as _, TryStreamExt as _};
use resync_api::audit::model::{AuditCategory, AuditResult, AuditSearch, ExportFormat};
use resync_knowledge_graph::audit::{AuditError, export, list, report, verify};
use resync_knowledge_graph::store::schema::{AUDIT_CHAIN, AUDIT_EVENT, COMMAND};
use resync_knowledge_graph::store::{Batch, Query, Record};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::events::{event, key, log, noon};
use crate::place::Place;
use crate::{Case, cases};

pub(crate) const CASES: &[Case] = cases![
    entries_follow_each_other_and_verify,
    a_chain_that_grows_while_it_is_verified_is_sound,
    an_event_and_its_writes_happen_together_or_not_at_all,
    reporting_again_changes_nothing,
    appenders_of_several_processes_make_one_chain,
    secrets_never_reach_the_store,
    events_are_found_by_page_and_counted,
    an_export_can_be_verified_by_others,
    a_spreadsheet_gets_no_formulas,
];

async fn entries_follow_each_other_and_verify(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    let log = log(&store);
    let first = log.append(event(0), Batch::new()).await?;
    assert_eq!((first.sequence, first.previous_hash.as_str()), (1, "0".repeat(64).as_str()));
    // More than verification reads at once.
    for part in 0..3 {
        let events = (1 + part * 800..=(part + 1) * 800).map(event).collect();
        assert_eq!(log.append_all(events).await?.len(), 800);
    }
    let second = log.append(event(9_999), Batch::new()).await?;
    let mut read = Vec::new();
    let verdict = verify(store.as_ref(), "main", &[], &key(), |entries| read.push(entries)).await?;
    assert_eq!((verdict.sound, &verdict.head, &verdict.first_break), (2_402, &second.hash, &None));
    assert_eq!(read, [1_000, 2_000, 2_402]);
    let unknown = verify(store.as_ref(), "no such chain", &[], &key(), |_| ()).await?;
    assert_eq!((unknown.sound, unknown.first_break), (0, None));
    Ok(())
}

async fn a_chain_that_grows_while_it_is_verified_is_sound(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    let log = log(&store);
    log.append(event(0), Batch::new()).await?;
    let growing = tokio::spawn(async move {
        for n in 1..=200 {
            log.append(event(n), Batch::new()).await?;
        }
        Ok::<_, AuditError>(())
    });
    let mut looks = 0;
    while !growing.is_finished() {
        let verdict = verify(store.as_ref(), "main", &[], &key(), |_| ()).await?;
        ensure!(verdict.first_break.is_none(), "{verdict:?}");
        looks += 1;
    }
    growing.await??;
    let verdict = verify(store.as_ref(), "main", &[], &key(), |_| ()).await?;
    ensure!(verdict.sound == 201 && verdict.first_break.is_none() && looks > 1, "{verdict:?}, {looks} looks");
    Ok(())
}

async fn an_event_and_its_writes_happen_together_or_not_at_all(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    let log = log(&store);
    let command = |key: &str| Record::new(COMMAND, key, "{}".into()).with("command_id", key);
    log.append(event(1), Batch::new().insert(command("a"))).await?;
    let late = log.append(event(2), Batch::new().insert(command("b")).insert(command("a"))).await;
    ensure!(matches!(&late, Err(AuditError::Store(error)) if error.is_conflict()), "{late:?}");
    ensure!(store.get(COMMAND, "b").await?.is_none(), "nothing of it is kept");
    ensure!(store.get(AUDIT_EVENT, "event-2").await?.is_none(), "not the event either");
    let next = log.append(event(2), Batch::new().insert(command("b"))).await?;
    assert_eq!(next.sequence, 2);
    Ok(())
}

async fn reporting_again_changes_nothing(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    let log = log(&store);
    log.append_all(vec![event(1), event(2)]).await?;
    let again = log.append_all(vec![event(2), event(3), event(3), event(1)]).await?;
    assert_eq!(again.iter().map(|entry| entry.event.id.as_str()).collect::<Vec<_>>(), ["event-3"]);
    assert_eq!(log.append_all(vec![event(1)]).await?, []);
    let twice = log.append(event(1), Batch::new()).await;
    ensure!(matches!(&twice, Err(AuditError::Store(error)) if error.is_conflict()), "{twice:?}");
    let verdict = verify(store.as_ref(), "main", &[], &key(), |_| ()).await?;
    assert_eq!((verdict.sound, verdict.first_break), (3, None));
    Ok(())
}

async fn appenders_of_several_processes_make_one_chain(place: Place) -> anyhow::Result<()> {
    let logs = [log(&place.open().await?), log(&place.open().await?), log(&place.open().await?)];
    let appenders: Vec<_> = (0..3_i64)
        .zip(logs)
        .map(|(appender, log)| {
            tokio::spawn(async move {
                for n in 0..15 {
                    // What a caller does who was told to try again.
                    while let Err(error) = log.append_all(vec![event(appender * 100 + n)]).await {
                        let conflict = matches!(&error, AuditError::Store(error) if error.is_conflict());
                        ensure!(conflict, "{error}");
                    }
                }
                anyhow::Ok(())
            })
        })
        .collect();
    for appender in appenders {
        appender.await??;
    }
    let store = place.open().await?;
    let verdict = verify(store.as_ref(), "main", &[], &key(), |_| ()).await?;
    assert_eq!((verdict.sound, verdict.first_break), (45, None));
    Ok(())
}

async fn secrets_never_reach_the_store(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    let mut event = event(1);
    event.parameters = serde_json::from_value(json!({
        "variables": [{"name": "DB_PASSWORD", "value": "hunter2-a"}],
        "password": "hunter2-b",
        "note": "run with token=hunter2-c please",
    }))?;
    event.justification.text = "password: hunter2-d".to_owned();
    event.outcome.message = "authorization: Bearer hunter2-e-abcdef".to_owned();
    let entry = log(&store).append(event, Batch::new()).await?;
    let kept = store.get(AUDIT_EVENT, "event-1").await?.context("it is there")?;
    let told = serde_json::to_string(&entry)?;
    ensure!(!kept.body.contains("hunter2"), "{}", kept.body);
    ensure!(!told.contains("hunter2"), "{told}");
    ensure!(kept.body.contains("run with token"), "the rest stays: {}", kept.body);
    Ok(())
}

async fn events_are_found_by_page_and_counted(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    log(&store).append_all((0..60).map(event).collect()).await?;
    let ids = async |search: &AuditSearch, size: u32| {
        let (mut ids, mut token) = (Vec::new(), String::new());
        loop {
            let page = list(store.as_ref(), search, size, &token).await?;
            ids.extend(page.entries.into_iter().map(|entry| entry.event.id));
            if page.next_page_token.is_empty() {
                return anyhow::Ok(ids);
            }
            token = page.next_page_token;
        }
    };
    let expected = |test: &dyn Fn(i64) -> bool| -> Vec<String> {
        (0..60).rev().filter(|n| test(*n)).map(|n| format!("event-{n}")).collect()
    };
    let all = AuditSearch::default();
    for size in [0, 7, 60, 5_000] {
        assert_eq!(ids(&all, size).await?, expected(&|_| true));
    }
    let search = AuditSearch {
        engine: "prod".into(),
        category: Some(AuditCategory::Command),
        action: "job.hold".into(),
        target: "engines/prod/jobs/JOB".into(),
        result: Some(AuditResult::Succeeded),
        from: Some(noon() + TimeDelta::seconds(10)),
        until: Some(noon() + TimeDelta::seconds(50)),
        ..AuditSearch::default()
    };
    let held = |n: i64| (10..50).contains(&n) && n % 3 == 2 && n % 5 != 0;
    assert_eq!(ids(&search, 4).await?, expected(&held));
    let request = AuditSearch { correlation_id: "request-4".into(), ..AuditSearch::default() };
    assert_eq!(ids(&request, 0).await?, ["event-9", "event-8"]);
    let actor = AuditSearch { actor: "user3".into(), ..AuditSearch::default() };
    assert_eq!(ids(&actor, 100).await?, expected(&|n| n % 4 == 3));
    for token in ["?", "eyJ9", "bm90IG9uZQ"] {
        let refused = list(store.as_ref(), &all, 10, token).await;
        ensure!(matches!(refused, Err(AuditError::PageToken)), "{token}: {refused:?}");
    }

    let counted = report(store.as_ref(), &all).await?;
    let pairs = |list: &[resync_api::audit::model::CountedName]| -> Vec<(String, u64)> {
        list.iter().map(|count| (count.name.clone(), count.events)).collect()
    };
    assert_eq!(counted.events, 60);
    assert_eq!(pairs(&counted.by_category), [("command".into(), 40), ("authentication".into(), 20)]);
    assert_eq!(pairs(&counted.by_result), [("succeeded".into(), 48), ("refused".into(), 12)]);
    assert_eq!(pairs(&counted.by_engine), [("prod".into(), 40), (String::new(), 20)]);
    assert_eq!(counted.by_actor.len(), 4);
    assert_eq!(counted.troubled_actors.iter().map(|count| count.events).sum::<u64>(), 12);
    assert!(!counted.truncated);
    Ok(())
}

async fn an_export_can_be_verified_by_others(place: Place) -> anyhow::Result<()> {
    const EVENTS: i64 = 1_001;
    let store = place.open().await?;
    log(&store).append_all((0..1_000).map(event).collect()).await?;
    log(&store).append_all(vec![event(1_000)]).await?;
    let parts: Vec<_> =
        export(Arc::clone(&store), &AuditSearch::default(), ExportFormat::JsonLines).try_collect().await?;
    assert_eq!(parts.len(), 3, "it comes in parts");
    let text = String::from_utf8(parts.concat())?;
    let mut previous = "0".repeat(64);
    for line in text.lines() {
        // Taken apart as text, as a tool without our types would.
        let (hash, entry) = line.strip_prefix("{\"hash\":\"").context("a hash")?.split_at(64);
        let entry = entry.strip_prefix("\",\"entry\":").and_then(|entry| entry.strip_suffix('}'));
        let entry = entry.context("an entry")?;
        let digest = Sha256::digest(format!("resync audit entry v1\n{entry}"));
        assert_eq!(digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>(), hash);
        let entry: serde_json::Value = serde_json::from_str(entry)?;
        assert_eq!(entry["previous_hash"], previous.as_str());
        previous = hash.to_owned();
    }
    assert_eq!(text.lines().count(), usize::try_from(EVENTS)?);
    let empty = AuditSearch { actor: "nobody".into(), ..AuditSearch::default() };
    let parts = export(store, &empty, ExportFormat::JsonLines).collect::<Vec<_>>().await;
    assert_eq!(parts.into_iter().map(|part| part.map(|part| part.len()).ok()).collect::<Vec<_>>(), [Some(0)]);
    Ok(())
}

async fn a_spreadsheet_gets_no_formulas(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    let mut formula = event(1);
    formula.actor.subject = "=HYPERLINK(\"http://x\")".to_owned();
    formula.justification.text = "two\nlines, \"quoted\"; and more".to_owned();
    formula.justification.ticket = "+1".to_owned();
    log(&store).append_all(vec![formula.clone(), event(2)]).await?;
    let table = export(Arc::clone(&store), &AuditSearch::default(), ExportFormat::Csv)
        .try_collect::<Vec<_>>()
        .await?
        .concat();
    let mut rows = csv::Reader::from_reader(table.as_slice());
    let names = rows.headers()?.clone();
    let rows = rows.records().collect::<Result<Vec<_>, _>>()?;
    let cell = |row: usize, name: &str| {
        let column = names.iter().position(|column| column == name)?;
        rows.get(row)?.get(column)
    };
    assert_eq!(cell(0, "actor"), Some("'=HYPERLINK(\"http://x\")"));
    assert_eq!(cell(0, "ticket"), Some("'+1"));
    assert_eq!(cell(0, "justification"), Some(formula.justification.text.as_str()));
    assert_eq!((cell(1, "action"), cell(1, "sequence"), rows.len()), (Some("job.hold"), Some("2"), 2));
    ensure!(store.count(Query::of(AUDIT_CHAIN), &[]).await?[0].records == 1, "one chain");
    Ok(())
}
