//! Lists and counts of events.

use resync_api::audit::model::{AuditPage, AuditReport, AuditResult, AuditSearch, CountedName};

use super::AuditError;
use super::chain::{self, word};
use crate::page_token;
use crate::store::schema::AUDIT_EVENT;
use crate::store::{Condition, Order, Query, Store, StoreError, Value, time_text};

const DEFAULT_PAGE: u32 = 100;
const MAX_PAGE: u32 = 1_000;
/// Names of one list of a report.
const NAMES: u32 = 50;

/// The search as a query without order.
pub(super) fn query(search: &AuditSearch) -> Query {
    let AuditSearch { engine, actor, category, action, target, result, correlation_id, from, until } = search;
    let texts = [
        ("engine", engine.clone()),
        ("actor", actor.clone()),
        ("category", category.as_ref().map(word).unwrap_or_default()),
        ("action", action.clone()),
        ("result", result.as_ref().map(word).unwrap_or_default()),
        ("correlation_id", correlation_id.clone()),
    ];
    let mut conditions: Vec<_> = texts
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(field, text)| Condition::Is(field, text.into()))
        .collect();
    if !target.is_empty() {
        conditions.push(Condition::Begins("target", target.clone()));
    }
    conditions.extend(from.map(|from| Condition::AtLeast("at", time_text(from).into())));
    conditions.extend(until.map(|until| Condition::Below("at", time_text(until).into())));
    conditions.into_iter().fold(Query::of(AUDIT_EVENT), Query::and)
}

/// A page of entries, the newest event first. A page size of 0 means 100; more than 1000 is taken as 1000.
///
/// # Errors
/// When the token is not one of this list, or the store cannot be used.
pub async fn list(
    store: &dyn Store,
    search: &AuditSearch,
    page_size: u32,
    page_token: &str,
) -> Result<AuditPage, AuditError> {
    let size = if page_size == 0 { DEFAULT_PAGE } else { page_size.min(MAX_PAGE) };
    let after = page_token::parse(page_token).ok_or(AuditError::PageToken)?;
    let query = query(search).order(Order::Down("at")).limit(size).after(after);
    let records = store.find(query.clone()).await?;
    let full = records.len() == usize::try_from(size).unwrap_or(usize::MAX);
    let next = records.last().filter(|_| full).map(|last| page_token::write(&query.cursor(last)));
    let entries = records.iter().map(chain::read).collect::<Result<_, StoreError>>()?;
    Ok(AuditPage { entries, next_page_token: next.unwrap_or_default() })
}

/// Events counted. Of the search, any part may be set.
///
/// # Errors
/// When the store cannot be used.
pub async fn report(store: &dyn Store, search: &AuditSearch) -> Result<AuditReport, AuditError> {
    let all = query(search);
    let mut report = AuditReport::default();
    for count in store.count(all.clone(), &[]).await? {
        report.events += count.records;
    }
    report.by_category = names(store, &all, &["category"], &mut report.truncated).await?;
    report.by_result = names(store, &all, &["result"], &mut report.truncated).await?;
    report.by_actor = names(store, &all, &["actor"], &mut report.truncated).await?;
    report.by_action = names(store, &all, &["action"], &mut report.truncated).await?;
    report.by_engine = names(store, &all, &["engine"], &mut report.truncated).await?;
    let trouble = [AuditResult::Refused, AuditResult::Failed].map(|result| word(&result).into());
    let troubled = all.and(Condition::OneOf("result", trouble.to_vec()));
    report.troubled_actors = names(store, &troubled, &["actor"], &mut report.truncated).await?;
    Ok(report)
}

async fn names(
    store: &dyn Store,
    query: &Query,
    by: &'static [&'static str],
    truncated: &mut bool,
) -> Result<Vec<CountedName>, StoreError> {
    let counts = store.count(query.clone().limit(NAMES + 1), by).await?;
    *truncated |= counts.len() > NAMES as usize;
    let name = |value: Option<Value>| match value {
        Some(Value::Text(text)) => text,
        Some(Value::Integer(number)) => number.to_string(),
        None => String::new(),
    };
    Ok(counts
        .into_iter()
        .take(NAMES as usize)
        .map(|count| CountedName {
            name: name(count.values.into_iter().next().flatten()),
            events: count.records,
        })
        .collect())
}
