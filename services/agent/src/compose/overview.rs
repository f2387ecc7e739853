//! The plan at a glance.

use super::Draft;
use crate::evidence::At;
use crate::phrases::{Label, PlanMessage};
use crate::query::Field;
use crate::render::Format;

pub(super) fn overview(draft: &mut Draft, report: &At) {
    let number = |member: &str| report.get(member).fact(Format::Number);
    let calm = ["failed_jobs", "stuck_job_streams", "late_jobs", "long_running_jobs"]
        .iter()
        .all(|member| report.get(member).count() == 0);
    if calm {
        draft.say(PlanMessage::Calm {
            failed: number("failed_jobs"),
            stuck: number("stuck_job_streams"),
            late: number("late_jobs"),
        });
    } else {
        draft.say(PlanMessage::Trouble {
            failed: number("failed_jobs"),
            stuck: number("stuck_job_streams"),
            late: number("late_jobs"),
            long_running: number("long_running_jobs"),
        });
    }
    draft.say(PlanMessage::Extent {
        jobs: number("jobs"),
        job_streams: number("job_streams"),
        successful: number("successful_jobs"),
        share: report.get("successful_share").fact(Format::Percent),
        running: number("running_jobs"),
    });
    draft.say(PlanMessage::Surroundings {
        at_risk: number("at_risk_jobs"),
        open_prompts: number("open_prompts"),
        unhealthy: number("unhealthy_workstations"),
        workstations: number("workstation_count"),
    });
    super::rows::more(draft, report);
    if calm {
        draft.say_apart(PlanMessage::AskProgress);
    } else {
        draft.say_apart(PlanMessage::AskWhyFailed);
    }
    let by_status = report.get("jobs_by_status").items();
    draft.chart(Label::JobsByStatus, &by_status, "status", Format::Word, "count");
    let columns = [
        (Label::Job, "key", Format::Plain),
        (Label::Field(Field::Status), "status", Format::Word),
        (Label::State, "internal_status", Format::Plain),
        (Label::Field(Field::ReturnCode), "return_code", Format::Number),
        (Label::Field(Field::StartTime), "start_time", Format::Time),
        (Label::Field(Field::Deadline), "deadline", Format::Time),
    ];
    let attention = report.get("attention").items();
    let rows = attention.len() as u64;
    draft.table(Label::NeedsAttention, &columns, &attention, rows);
}
