//! The only conversions between the run history's types and Protobuf.

use chrono::NaiveDate;

use super::model::{
    ComparedWith, DurationFigures, DurationQuantile, FinishedRun, MonthPart, MonthPartDurations, RunPage,
    RunSearch, RunStatistics, StartFigures, StatisticsRequest, Unusual, UnusualCheck, UnusualRequest,
    UnusualVerdict, Weekday, WeekdayDurations,
};
use crate::bounds;
use crate::graph::convert::messages;
use crate::proto::graph::v1 as proto;
use crate::proto::tws::v1 as tws;
use crate::protocol_error::ProtocolError;
use crate::tws::model::Status;
use crate::wire::{
    enumeration, optional_enumeration, optional_time, required_time, same_enumeration, timestamp, to_i32,
    to_u32,
};

same_enumeration!(Weekday { Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday });
same_enumeration!(MonthPart { Begin, Middle, End });
same_enumeration!(ComparedWith { AllRuns, SameWeekday, SameMonthPart, SameSchedule });
same_enumeration!(UnusualVerdict { Usual, Unusual, NotEnoughRuns, NotApplicable });

impl From<FinishedRun> for proto::FinishedRun {
    fn from(value: FinishedRun) -> Self {
        let FinishedRun {
            run_id,
            engine,
            job,
            job_id,
            job_number,
            run_count,
            workstation,
            scheduled_time,
            plan_day,
            start_time,
            end_time,
            duration_seconds,
            status,
            internal_status,
            return_code,
        } = value;
        Self {
            run_id,
            engine,
            job,
            job_id,
            job_number,
            run_count,
            workstation,
            scheduled_time: scheduled_time.map(timestamp),
            plan_day: plan_day.to_string(),
            start_time: Some(timestamp(start_time)),
            end_time: Some(timestamp(end_time)),
            duration_seconds,
            status: tws::Status::from(status).into(),
            internal_status,
            return_code,
        }
    }
}

impl TryFrom<proto::FinishedRun> for FinishedRun {
    type Error = ProtocolError;

    fn try_from(value: proto::FinishedRun) -> Result<Self, ProtocolError> {
        let proto::FinishedRun {
            run_id,
            engine,
            job,
            job_id,
            job_number,
            run_count,
            workstation,
            scheduled_time,
            plan_day,
            start_time,
            end_time,
            duration_seconds,
            status,
            internal_status,
            return_code,
        } = value;
        Ok(Self {
            run_id,
            engine,
            job,
            job_id,
            job_number,
            run_count,
            workstation,
            scheduled_time: optional_time(scheduled_time, "scheduled_time")?,
            plan_day: plan_day
                .parse::<NaiveDate>()
                .map_err(|_| ProtocolError::invalid("plan_day", &plan_day))?,
            start_time: required_time(start_time, "start_time")?,
            end_time: required_time(end_time, "end_time")?,
            duration_seconds,
            status: enumeration::<tws::Status, Status>(status, "status")?,
            internal_status,
            return_code,
        })
    }
}

impl From<RunSearch> for proto::ListRunsRequest {
    fn from(value: RunSearch) -> Self {
        let RunSearch { engine, job, from, until, status, page_size, page_token } = value;
        Self {
            engine,
            job,
            from: from.map(timestamp),
            until: until.map(timestamp),
            status: status.map_or(0, |status| tws::Status::from(status).into()),
            page_size: to_i32(page_size),
            page_token,
        }
    }
}

impl TryFrom<proto::ListRunsRequest> for RunSearch {
    type Error = ProtocolError;

    fn try_from(value: proto::ListRunsRequest) -> Result<Self, ProtocolError> {
        let proto::ListRunsRequest { engine, job, from, until, status, page_size, page_token } = value;
        let status = optional_enumeration::<tws::Status, Status>(status, "status")?;
        if status.is_some_and(|status| !matches!(status, Status::Successful | Status::Error)) {
            return Err(ProtocolError::rule("status", "SUCCESSFUL or ERROR"));
        }
        Ok(Self {
            engine: bounds::name(engine, "engine")?,
            job: bounds::resource(job, "job")?,
            from: optional_time(from, "from")?,
            until: optional_time(until, "until")?,
            status,
            page_size: to_u32(page_size, "page_size")?,
            page_token,
        })
    }
}

impl From<StatisticsRequest> for proto::GetRunStatisticsRequest {
    fn from(value: StatisticsRequest) -> Self {
        let StatisticsRequest { engine, job, from, until } = value;
        Self { engine, job, from: from.map(timestamp), until: until.map(timestamp) }
    }
}

impl TryFrom<proto::GetRunStatisticsRequest> for StatisticsRequest {
    type Error = ProtocolError;

    fn try_from(value: proto::GetRunStatisticsRequest) -> Result<Self, ProtocolError> {
        let proto::GetRunStatisticsRequest { engine, job, from, until } = value;
        Ok(Self {
            engine: bounds::name(engine, "engine")?,
            job: bounds::resource(crate::wire::non_empty(job, "job")?, "job")?,
            from: optional_time(from, "from")?,
            until: optional_time(until, "until")?,
        })
    }
}

impl From<UnusualRequest> for proto::CheckUnusualRequest {
    fn from(value: UnusualRequest) -> Self {
        let UnusualRequest { engine, job } = value;
        Self { engine, job }
    }
}

impl TryFrom<proto::CheckUnusualRequest> for UnusualRequest {
    type Error = ProtocolError;

    fn try_from(value: proto::CheckUnusualRequest) -> Result<Self, ProtocolError> {
        let proto::CheckUnusualRequest { engine, job } = value;
        Ok(Self {
            engine: bounds::name(engine, "engine")?,
            job: bounds::resource(crate::wire::non_empty(job, "job")?, "job")?,
        })
    }
}

messages! {
    RunPage as ListRunsResponse {
        runs: list,
        next_page_token: plain,
    }
    DurationQuantile as DurationQuantile {
        probability: plain,
        seconds: plain,
    }
    DurationFigures as DurationFigures {
        runs: plain,
        mean_seconds: plain,
        deviation_seconds: plain,
        shortest_seconds: plain,
        longest_seconds: plain,
        quantiles: list,
    }
    WeekdayDurations as WeekdayDurations {
        weekday: choice(proto::Weekday, Weekday),
        durations: message,
    }
    MonthPartDurations as MonthPartDurations {
        month_part: choice(proto::MonthPart, MonthPart),
        durations: message,
    }
    StartFigures as StartFigures {
        scheduled_at: plain,
        runs: plain,
        usual_start: plain,
        early_start: plain,
        late_start: plain,
        usual_delay_seconds: plain,
        early_delay_seconds: plain,
        late_delay_seconds: plain,
    }
    RunStatistics as GetRunStatisticsResponse {
        engine: plain,
        job: plain,
        runs: plain,
        failed_runs: plain,
        failure_rate: plain,
        first_end: moment,
        last_end: moment,
        truncated: plain,
        durations: optional,
        weekdays: list,
        month_parts: list,
        starts: list,
        runs_needed: plain,
        time_zone: plain,
    }
    UnusualCheck as UnusualCheck {
        verdict: choice(proto::UnusualVerdict, UnusualVerdict),
        seconds: plain,
        growing: plain,
        start_time: moment,
        earlier_run: plain,
        runs: plain,
        runs_needed: plain,
        compared_with: optional_choice(proto::ComparedWith, ComparedWith),
        usual_seconds: plain,
        limit_seconds: plain,
        quantile: plain,
    }
    Unusual as CheckUnusualResponse {
        job: message,
        scheduled_time: moment,
        start_time: moment,
        end_time: moment,
        duration: message,
        start: message,
        freshness: message,
    }
}
