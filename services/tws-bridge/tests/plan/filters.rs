//! Filters, orders, pages, counts and groups against a plain loop over the rows.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use proptest::prelude::*;
use resync_api::filter::{Comparison, Expression, Filter, Operator, OrderBy, Pattern};
use resync_api::tws::model::{Job, ObjectKind, Status};
use resync_fault::{ErrorKind, Fault};
use resync_tws_bridge::plan::{CountQuery, ListQuery, Listed, QueryError, Snapshot, Update};

use crate::fixture::*;

/// Beyond one chunk of rows.
const JOBS: u64 = 1_400;
const SEEDS: u64 = 4;

fn list(
    plan: &Snapshot,
    filter: &str,
    order_by: &str,
    size: u32,
    token: &str,
) -> Result<Listed<Job>, QueryError> {
    let filter = Filter::parse(filter)?;
    let order_by = OrderBy::parse(order_by)?;
    let query = ListQuery { filter: &filter, order_by: &order_by, page_size: size, page_token: token };
    plan.list(ObjectKind::Job, &query, noon(), |plan, row| Some(plan.job(row, noon())))
}

/// All pages.
fn all(plan: &Snapshot, filter: &str, order_by: &str) -> Vec<Job> {
    let mut jobs = Vec::new();
    let mut token = String::new();
    loop {
        let page = list(plan, filter, order_by, 1_000, &token).expect("a valid query");
        jobs.extend(page.items);
        if page.next_page_token.is_empty() {
            assert_eq!(page.total_size, jobs.len() as u64);
            return jobs;
        }
        token = page.next_page_token;
    }
}

fn ids(jobs: &[Job]) -> Vec<String> {
    jobs.iter().map(|job| job.id.clone()).collect()
}

/// The plan of a seed below [`SEEDS`], made once.
fn plan_of(seed: u64) -> Arc<Snapshot> {
    static PLANS: OnceLock<Vec<Arc<Snapshot>>> = OnceLock::new();
    let plans =
        PLANS.get_or_init(|| (0..SEEDS).map(|seed| mirror_of(any_plan(seed, JOBS, 40)).snapshot()).collect());
    Arc::clone(&plans[seed as usize])
}

/// The obvious reading of a filter on one row.
fn passes(job: &Job, expression: &Expression) -> bool {
    match expression {
        Expression::And(parts) => parts.iter().all(|part| passes(job, part)),
        Expression::Or(parts) => parts.iter().any(|part| passes(job, part)),
        Expression::Not(inner) => !passes(job, inner),
        Expression::Comparison(comparison) => compares(job, comparison),
    }
}

fn compares(job: &Job, Comparison { field, operator, literal, .. }: &Comparison) -> bool {
    let text = |actual: &str| match operator {
        Operator::Equal => literal.pattern().matches(actual),
        Operator::NotEqual => !literal.pattern().matches(actual),
        Operator::Has if literal.is_any() => !actual.is_empty(),
        _ => Pattern::typed(&format!("*{}*", literal.text())).matches(actual),
    };
    let ordered = |actual: Option<i64>, wanted: Option<i64>| match (actual, wanted) {
        (Some(_), _) if literal.is_any() => true,
        (Some(actual), Some(wanted)) => match operator {
            Operator::Equal => actual == wanted,
            Operator::NotEqual => actual != wanted,
            Operator::Less => actual < wanted,
            Operator::LessOrEqual => actual <= wanted,
            Operator::Greater => actual > wanted,
            Operator::GreaterOrEqual => actual >= wanted,
            Operator::Has => false,
        },
        _ => false,
    };
    let number = |actual: Option<i64>| ordered(actual, literal.integer());
    let flag = |actual: bool| {
        literal.is_any() || (actual == (literal.text() == "true")) == (*operator == Operator::Equal)
    };
    let time = |actual: Option<chrono::DateTime<chrono::Utc>>| {
        ordered(
            actual.map(|time| time.timestamp_millis()),
            literal.time().map(|time| time.timestamp_millis()),
        )
    };
    let span = |actual: Option<std::time::Duration>| {
        let millis = |span: std::time::Duration| span.as_millis() as i64;
        ordered(actual.map(millis), literal.duration().map(millis))
    };
    match field.as_str() {
        "job_name" => text(&job.job_name),
        "folder" => text(&job.folder),
        "workstation" => text(&job.workstation),
        "job_stream_name" => text(&job.job_stream_name),
        "user" => text(&job.user),
        "internal_status" => text(&job.internal_status),
        "substatus" => text(&job.substatus),
        "key" => text(&job.key),
        "id" => text(&job.id),
        "status" => {
            let word = serde_json::to_value(job.status).expect("a word");
            literal.is_any() || (word == literal.text().as_str()) == (*operator == Operator::Equal)
        }
        "priority" => number(Some(i64::from(job.priority))),
        "return_code" => number(job.return_code.map(i64::from)),
        "run_count" => number(Some(i64::from(job.run_count))),
        "dependency_count" => number(Some(i64::from(job.dependency_count))),
        "start_time" => time(job.start_time),
        "end_time" => time(job.end_time),
        "deadline" => time(job.deadline),
        "elapsed" => span(job.elapsed),
        "estimated_duration" => span(job.estimated_duration),
        "critical" => flag(job.critical),
        "late" => flag(job.late),
        "at_risk" => flag(job.at_risk),
        "long_running" => flag(job.long_running),
        "carried_forward" => flag(job.carried_forward),
        other => panic!("the test does not read {other}"),
    }
}

fn comparisons() -> impl Strategy<Value = String> {
    let texts =
        prop::sample::select(&["job_name", "folder", "workstation", "job_stream_name", "user", "key"][..]);
    let words = prop::sample::select(&["internal_status", "substatus", "id"][..]);
    let patterns = prop::sample::select(
        &[
            "\"JOB_000*\"",
            "load_1",
            "\"*\"",
            "\"/FIN*\"",
            "WS3",
            "\"WS?\"",
            "batch",
            "\"\"",
            "HOLD",
            "\"*PRED*\"",
            "EU",
        ][..],
    );
    let equality = prop::sample::select(&["=", "!=", ":"][..]);
    let orders = prop::sample::select(&["=", "!=", "<", "<=", ">", ">="][..]);
    let integers = prop::sample::select(&["priority", "return_code", "run_count", "dependency_count"][..]);
    let times = prop::sample::select(&["start_time", "end_time", "deadline"][..]);
    let spans = prop::sample::select(&["elapsed", "estimated_duration"][..]);
    let flags = prop::sample::select(&["critical", "late", "at_risk", "long_running", "carried_forward"][..]);
    let statuses = prop::sample::select(&["ERROR", "WAITING", "RUNNING", "SUCCESSFUL", "BLOCKED"][..]);
    prop_oneof![
        (texts, equality.clone(), patterns.clone())
            .prop_map(|(field, op, value)| format!("{field} {op} {value}")),
        (words, equality, patterns).prop_map(|(field, op, value)| format!("{field} {op} {value}")),
        (integers.clone(), orders.clone(), 0..100_u32)
            .prop_map(|(field, op, value)| format!("{field} {op} {value}")),
        (times.clone(), orders.clone(), -300..300_i64).prop_map(|(field, op, offset)| {
            format!(
                "{field} {op} {}",
                (noon() + minutes(offset)).to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
            )
        }),
        (spans.clone(), orders, 0..4_000_u32)
            .prop_map(|(field, op, seconds)| format!("{field} {op} {seconds}s")),
        (flags, any::<bool>(), any::<bool>()).prop_map(|(field, equal, value)| {
            format!("{field} {} {value}", if equal { "=" } else { "!=" })
        }),
        (statuses, any::<bool>())
            .prop_map(|(value, equal)| format!("status {} {value}", if equal { "=" } else { "!=" })),
        prop_oneof![integers, times, spans].prop_map(|field| format!("{field}:*")),
    ]
}

fn filters() -> impl Strategy<Value = String> {
    comparisons().prop_recursive(3, 12, 3, |inner| {
        let parts = prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            parts.clone().prop_map(|parts| format!("({})", parts.join(" AND "))),
            parts.prop_map(|parts| format!("({})", parts.join(" OR "))),
            inner.prop_map(|inner| format!("(NOT {inner})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_filter_passes_the_rows_that_the_obvious_loop_passes(seed in 0..SEEDS, filter in filters()) {
        let plan = plan_of(seed);
        let expression = Filter::parse(&filter).expect("generated").expression.expect("not empty");
        let expected = all(&plan, "", "").into_iter().filter(|job| passes(job, &expression));
        prop_assert_eq!(ids(&all(&plan, &filter, "")), expected.map(|job| job.id).collect::<Vec<_>>());
    }

    #[test]
    fn groups_sum_to_the_total_and_agree_with_the_rows(
        seed in 0..SEEDS,
        filter in comparisons(),
        fields in prop::sample::subsequence(
            &["status", "workstation", "folder", "user", "job_name", "critical", "late", "priority", "job_stream_id"][..],
            0..=3,
        ),
    ) {
        let plan = plan_of(seed);
        let group_by: Vec<_> = fields.iter().map(|field| (*field).to_owned()).collect();
        let parsed = Filter::parse(&filter).expect("generated");
        let query = CountQuery { kind: ObjectKind::Job, filter: &parsed, group_by: &group_by, max_groups: 100_000 };
        let counted = plan.count(&query, noon()).expect("a valid query");
        let jobs = all(&plan, &filter, "");
        prop_assert_eq!(counted.total, jobs.len() as u64);
        if !fields.is_empty() {
            let mut expected: BTreeMap<Vec<String>, u64> = BTreeMap::new();
            for job in &jobs {
                *expected.entry(fields.iter().map(|field| word(job, field)).collect()).or_default() += 1;
            }
            prop_assert_eq!(counted.groups.iter().map(|group| group.count).sum::<u64>(), counted.total);
            prop_assert!(counted.groups.windows(2).all(|pair| pair[0].count >= pair[1].count));
            let found: BTreeMap<_, _> = counted.groups.into_iter().map(|group| (group.values, group.count)).collect();
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn pages_hold_every_row_once_in_order(
        seed in 0..SEEDS,
        size in 1_u32..60,
        order in prop::sample::select(&["", "start_time desc", "workstation, priority desc", "status, elapsed", "user"][..]),
    ) {
        let plan = mirror_of(any_plan(seed, 300, 12)).snapshot();
        let whole = all(&plan, "", order);
        let mut paged = Vec::new();
        let mut token = String::new();
        loop {
            let page = list(&plan, "", order, size, &token).expect("a valid query");
            prop_assert!(page.items.len() <= size as usize);
            paged.extend(page.items);
            token = page.next_page_token;
            if token.is_empty() {
                break;
            }
        }
        prop_assert_eq!(paged.len(), 300);
        prop_assert_eq!(ids(&paged), ids(&whole));
    }
}

fn word(job: &Job, field: &str) -> String {
    match field {
        "status" => serde_json::to_value(job.status).expect("a word").as_str().unwrap_or_default().to_owned(),
        "workstation" => job.workstation.clone(),
        "folder" => job.folder.clone(),
        "user" => job.user.clone(),
        "job_name" => job.job_name.clone(),
        "critical" => job.critical.to_string(),
        "late" => job.late.to_string(),
        "priority" => job.priority.to_string(),
        "job_stream_id" => job.job_stream_id.clone(),
        other => panic!("the test does not read {other}"),
    }
}

#[test]
fn unset_values_come_last_in_either_direction() {
    let plan = mirror_of(any_plan(3, 200, 8)).snapshot();
    for order in ["deadline", "deadline desc"] {
        let set: Vec<_> = all(&plan, "", order).iter().map(|job| job.deadline.is_some()).collect();
        assert!(set.windows(2).all(|pair| pair[0] >= pair[1]), "{order}");
    }
    let times: Vec<_> = all(&plan, "deadline:*", "deadline desc").iter().map(|job| job.deadline).collect();
    assert!(times.windows(2).all(|pair| pair[0] >= pair[1]));
}

#[test]
fn the_next_page_begins_behind_the_last_row_even_when_rows_came_and_went() {
    let mut mirror = mirror_of(any_plan(5, 100, 4));
    let first = list(&mirror.snapshot(), "", "", 10, "").expect("a page");
    let rest = list(&mirror.snapshot(), "", "", 1_000, &first.next_page_token).expect("a page");
    // One row before the place goes, another comes.
    let gone = first.items[2].id.clone();
    let mut new = plain_job(9_999, 0);
    new.job_name = "AAA".to_owned();
    let mut update = batch();
    update.removed.push((resync_tws_bridge::plan::RowKind::Job, gone));
    update.jobs.push(new);
    mirror.apply(update);
    let again = list(&mirror.snapshot(), "", "", 1_000, &first.next_page_token).expect("a page");
    assert_eq!(ids(&again.items), ids(&rest.items));
}

#[test]
fn wrong_questions_say_what_would_be_right() {
    let plan = mirror_of(any_plan(1, 50, 4)).snapshot();
    let table = [
        ("statu = ERROR", "", "FIELD_UNKNOWN", "filter", "did you mean status?"),
        ("colour = RED", "", "FIELD_UNKNOWN", "filter", "fields of a job: id, key"),
        ("status = ABEND", "", "FILTER_VALUE", "filter", "stand in internal_status"),
        ("status > ERROR", "", "FILTER_OPERATOR", "filter", "docs/filters.md"),
        ("job_name > A", "", "FILTER_OPERATOR", "filter", "docs/filters.md"),
        ("priority = high", "", "FILTER_VALUE", "filter", "priority = 8"),
        ("start_time > yesterday", "", "FILTER_VALUE", "filter", "2026-03-01T06:00:00Z"),
        ("elapsed > 90", "", "FILTER_VALUE", "filter", "1h30m"),
        ("late = maybe", "", "FILTER_VALUE", "filter", "late = true"),
        ("status =", "", "FILTER_INVALID", "filter", "docs/filters.md"),
        ("", "colour", "FIELD_UNKNOWN", "order_by", "fields of a job"),
        ("", "status sideways", "ORDER_BY_INVALID", "order_by", "start_time desc"),
    ];
    for (filter, order, reason, field, hint) in table {
        let error = list(&plan, filter, order, 0, "").expect_err(filter);
        assert_eq!((error.kind(), error.reason()), (ErrorKind::InvalidArgument, reason), "{filter}{order}");
        assert_eq!(error.violations()[0].field, field, "{filter}{order}");
        let shown = error.hint().expect("a hint").into_owned();
        assert!(shown.contains(hint), "{filter}{order}: {shown}");
    }
    let token = list(&plan, "", "", 10, "").expect("a page").next_page_token;
    for (filter, token) in [("late = true", token.as_str()), ("", "no token"), ("", "AAAA")] {
        let error = list(&plan, filter, "", 10, token).expect_err("foreign token");
        assert_eq!(
            (error.reason(), error.violations()[0].field.as_str()),
            ("PAGE_TOKEN_INVALID", "page_token")
        );
    }
}

#[test]
fn counts_refuse_groups_that_make_no_sense() {
    let plan = mirror_of(any_plan(1, 50, 4)).snapshot();
    let everything = Filter::default();
    let reason = |kind: ObjectKind, fields: &[&str]| {
        let group_by: Vec<_> = fields.iter().map(|field| (*field).to_owned()).collect();
        let query = CountQuery { kind, filter: &everything, group_by: &group_by, max_groups: 0 };
        plan.count(&query, noon()).map(|counted| counted.total).map_err(|error| error.reason().to_owned())
    };
    assert_eq!(reason(ObjectKind::Job, &["start_time"]), Err("GROUP_BY_INVALID".to_owned()));
    assert_eq!(reason(ObjectKind::Job, &["status", "status"]), Err("GROUP_BY_INVALID".to_owned()));
    assert_eq!(
        reason(ObjectKind::Job, &["user", "status", "late", "folder"]),
        Err("GROUP_BY_INVALID".to_owned())
    );
    assert_eq!(reason(ObjectKind::Folder, &[]), Err("KIND_NOT_COUNTABLE".to_owned()));
    assert_eq!(reason(ObjectKind::Workstation, &["healthy", "type"]), Ok(9));
    assert_eq!(reason(ObjectKind::JobStream, &["folder"]), Ok(4));
}

#[test]
fn no_count_lists_more_than_ten_thousand_groups() {
    let jobs = (0..10_050).map(|number| plain_job(number, 0)).collect();
    let plan = mirror_of(Update { job_streams: vec![stream(0)], jobs, ..whole_plan() }).snapshot();
    let (everything, group_by) = (Filter::default(), ["id".to_owned()]);
    for (asked, given) in [(0, 1_000), (20, 20), (10_000, 10_000), (10_001, 10_000), (u32::MAX, 10_000)] {
        let query =
            CountQuery { kind: ObjectKind::Job, filter: &everything, group_by: &group_by, max_groups: asked };
        let counted = plan.count(&query, noon()).expect("valid");
        assert_eq!((counted.groups.len(), counted.truncated, counted.total), (given, true, 10_050));
    }
}

#[test]
fn late_and_long_follow_the_clock_without_any_update() {
    let mut job = in_state(plain_job(1, 0), Status::Running, "EXEC");
    job.deadline = Some(noon() + minutes(60));
    let plan = mirror_of(Update { job_streams: vec![stream(0)], jobs: vec![job], ..whole_plan() }).snapshot();
    let at = |offset: i64| {
        let filter = Filter::parse("late = true OR long_running = true").expect("valid");
        let group_by = ["late".to_owned(), "long_running".to_owned(), "at_risk".to_owned()];
        let query = CountQuery { kind: ObjectKind::Job, filter: &filter, group_by: &group_by, max_groups: 0 };
        let groups = plan.count(&query, noon() + minutes(offset)).expect("valid").groups;
        groups.first().map(|group| group.values.join(" "))
    };
    // Started 30 minutes ago and estimated at 10: long already, late after the deadline.
    assert_eq!(at(0).as_deref(), Some("false true false"));
    assert_eq!(at(61).as_deref(), Some("true true false"));
}
