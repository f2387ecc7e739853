//! The run history survives the wire, and messages that break the contract are rejected with the name of the field.

use chrono::{DateTime, NaiveDate, Utc};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use resync_api::graph::model::{GraphObject, GraphObjectKind};
use resync_api::history::model::{
    ComparedWith, DurationFigures, DurationQuantile, FinishedRun, MonthPart, MonthPartDurations, RunPage,
    RunSearch, RunStatistics, StartFigures, StatisticsRequest, Unusual, UnusualCheck, UnusualRequest,
    UnusualVerdict, Weekday, WeekdayDurations,
};
use resync_api::proto::graph::v1 as proto;
use resync_api::tws::model::{Freshness, Status};

fn time() -> impl Strategy<Value = DateTime<Utc>> {
    (0_i64..4_000_000_000, 0_u32..1_000_000_000)
        .prop_map(|(seconds, nanos)| DateTime::from_timestamp(seconds, nanos).expect("in range"))
}

fn run() -> impl Strategy<Value = FinishedRun> {
    let status = prop::sample::select(vec![Status::Successful, Status::Error]);
    let day = (1_970_i32..2_200, 1_u32..366).prop_map(|(year, day)| NaiveDate::from_yo_opt(year, day));
    (".*", any::<i32>(), option::of(time()), (time(), time()), status, day).prop_map(
        |(text, number, scheduled_time, (start_time, end_time), status, day)| FinishedRun {
            run_id: text.clone(),
            engine: text.clone(),
            job: text.clone(),
            job_id: text.clone(),
            job_number: number.into(),
            run_count: number,
            workstation: text.clone(),
            scheduled_time,
            plan_day: day.expect("a day of every year"),
            start_time,
            end_time,
            duration_seconds: f64::from(number) / 8.0,
            status,
            internal_status: text,
            return_code: (number % 2 == 0).then_some(number),
        },
    )
}

fn figures() -> impl Strategy<Value = DurationFigures> {
    let quantile =
        (0.0..1.0, 0.0..1e6).prop_map(|(probability, seconds)| DurationQuantile { probability, seconds });
    (any::<u32>(), 0.0..1e6, vec(quantile, 0..4)).prop_map(|(runs, seconds, quantiles)| DurationFigures {
        runs,
        mean_seconds: seconds,
        deviation_seconds: seconds / 4.0,
        shortest_seconds: seconds / 2.0,
        longest_seconds: seconds * 2.0,
        quantiles,
    })
}

fn statistics() -> impl Strategy<Value = RunStatistics> {
    let times = (option::of(time()), option::of(time()), option::of(0.0..1.0));
    (".*", any::<u32>(), times, vec(figures(), 0..3), any::<bool>()).prop_map(
        |(text, runs, (first_end, last_end, rate), figures, truncated)| RunStatistics {
            engine: text.clone(),
            job: text.clone(),
            runs,
            failed_runs: runs / 2,
            failure_rate: rate,
            first_end,
            last_end,
            truncated,
            durations: figures.first().cloned(),
            weekdays: figures
                .iter()
                .map(|durations| WeekdayDurations { weekday: Weekday::Sunday, durations: durations.clone() })
                .collect(),
            month_parts: figures
                .iter()
                .map(|durations| MonthPartDurations {
                    month_part: MonthPart::End,
                    durations: durations.clone(),
                })
                .collect(),
            starts: figures
                .iter()
                .map(|figures| StartFigures {
                    scheduled_at: text.clone(),
                    runs: figures.runs,
                    usual_start: text.clone(),
                    early_start: text.clone(),
                    late_start: text.clone(),
                    usual_delay_seconds: -figures.mean_seconds,
                    early_delay_seconds: figures.shortest_seconds,
                    late_delay_seconds: figures.longest_seconds,
                })
                .collect(),
            runs_needed: 8,
            time_zone: text,
        },
    )
}

fn check() -> impl Strategy<Value = UnusualCheck> {
    let verdict = prop::sample::select(vec![
        UnusualVerdict::Usual,
        UnusualVerdict::Unusual,
        UnusualVerdict::NotEnoughRuns,
        UnusualVerdict::NotApplicable,
    ]);
    let compared = prop::sample::select(vec![
        ComparedWith::AllRuns,
        ComparedWith::SameWeekday,
        ComparedWith::SameMonthPart,
        ComparedWith::SameSchedule,
    ]);
    (verdict, option::of(compared), option::of(-1e6..1e6), option::of(time()), any::<bool>()).prop_map(
        |(verdict, compared_with, seconds, start_time, growing)| UnusualCheck {
            verdict,
            seconds,
            growing,
            start_time,
            earlier_run: !growing,
            runs: 11,
            runs_needed: 10,
            compared_with,
            usual_seconds: seconds.map(|seconds| seconds / 2.0),
            limit_seconds: seconds.map(|seconds| seconds * 2.0),
            quantile: seconds.map(|_| 0.5),
        },
    )
}

fn freshness(engine_time: DateTime<Utc>) -> Freshness {
    Freshness {
        plan_version: 3,
        oldest_observed_at: None,
        engine_time,
        time_zone: "Europe/Lisbon".to_owned(),
        stale_since: None,
        stale_reason: String::new(),
        plan_day_start: None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn runs_survive_the_wire_and_json(runs in vec(run(), 0..4), next_page_token in ".*") {
        let page = RunPage { runs, next_page_token };
        let message = proto::ListRunsResponse::from(page.clone());
        prop_assert_eq!(RunPage::try_from(message).expect("it was sent by us"), page.clone());
        let json = serde_json::to_string(&page).expect("serialises");
        prop_assert_eq!(serde_json::from_str::<RunPage>(&json).expect("parses"), page);
    }

    #[test]
    fn statistics_survive_the_wire(statistics in statistics()) {
        let message = proto::GetRunStatisticsResponse::from(statistics.clone());
        prop_assert_eq!(RunStatistics::try_from(message).expect("it was sent by us"), statistics);
    }

    #[test]
    fn checks_survive_the_wire(
        duration in check(), start in check(), at in time(), scheduled_time in option::of(time()), key in ".*",
    ) {
        let unusual = Unusual {
            job: GraphObject { kind: GraphObjectKind::Job, id: key.clone(), key, status: Some(Status::Running) },
            scheduled_time,
            start_time: scheduled_time,
            end_time: None,
            duration,
            start,
            freshness: freshness(at),
        };
        let message = proto::CheckUnusualResponse::from(unusual.clone());
        prop_assert_eq!(Unusual::try_from(message).expect("it was sent by us"), unusual);
    }

    #[test]
    fn requests_survive_the_wire(
        engine in "[a-z]{0,9}", job in "[A-Z#/.]{1,20}", from in option::of(time()), page_size in 0_u32..9_000,
    ) {
        let search = RunSearch {
            engine: engine.clone(),
            job: job.clone(),
            from,
            until: from,
            status: Some(Status::Error),
            page_size,
            page_token: job.clone(),
        };
        prop_assert_eq!(RunSearch::try_from(proto::ListRunsRequest::from(search.clone())), Ok(search));
        let request = StatisticsRequest { engine: engine.clone(), job: job.clone(), from, until: from };
        let message = proto::GetRunStatisticsRequest::from(request.clone());
        prop_assert_eq!(StatisticsRequest::try_from(message), Ok(request));
        let request = UnusualRequest { engine, job };
        prop_assert_eq!(UnusualRequest::try_from(proto::CheckUnusualRequest::from(request.clone())), Ok(request));
    }
}

#[test]
fn messages_that_break_the_contract_name_the_field() {
    let list = proto::ListRunsRequest { page_size: -1, ..proto::ListRunsRequest::default() };
    assert_eq!(RunSearch::try_from(list).expect_err("negative").field(), "page_size");
    let list = proto::ListRunsRequest { status: 3, ..proto::ListRunsRequest::default() };
    assert_eq!(RunSearch::try_from(list).expect_err("runs that ended are not running").field(), "status");
    let nobody = proto::GetRunStatisticsRequest::default();
    assert_eq!(StatisticsRequest::try_from(nobody).expect_err("no job").field(), "job");
    let nobody = proto::CheckUnusualRequest::default();
    assert_eq!(UnusualRequest::try_from(nobody).expect_err("no job").field(), "job");
    let run = proto::FinishedRun { plan_day: "yesterday".to_owned(), ..proto::FinishedRun::default() };
    assert_eq!(FinishedRun::try_from(run).expect_err("no day").field(), "plan_day");
}
