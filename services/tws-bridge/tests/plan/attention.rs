//! The plan at a glance.

use resync_api::tws::model::{PromptStatus, Status};
use resync_tws_bridge::plan::Update;

use crate::fixture::*;

#[test]
fn what_is_worst_comes_first() {
    let failed = |number| in_state(plain_job(number, 0), Status::Error, "ABEND");
    let mut late = plain_job(1, 0);
    late.deadline = Some(noon() - minutes(1));
    let long = in_state(plain_job(2, 0), Status::Running, "EXEC");
    let blocked = in_state(plain_job(3, 0), Status::Blocked, "SUSP");
    let mut critical = failed(5);
    critical.critical = true;
    let mut done_late = in_state(plain_job(8, 0), Status::Successful, "SUCC");
    done_late.late_by_engine = true;
    let update = Update {
        job_streams: vec![stream(0)],
        jobs: vec![late, long, blocked, failed(4), critical, failed(6), plain_job(7, 0), done_late],
        dependencies: vec![of_job(7, vec![after_job(&job_id(6))])],
        workstations: vec![workstation("WS0"), {
            let mut down = workstation("WS1");
            down.linked = false;
            down
        }],
        prompts: vec![prompt(1, PromptStatus::Asked), prompt(2, PromptStatus::AnsweredYes)],
        ..whole_plan()
    };
    let plan = mirror_of(update).snapshot();
    let overview = plan.overview(100, noon());
    let order: Vec<_> = overview.attention.iter().map(|job| job.job_name.as_str()).collect();
    // Critical, then what others wait for, then the rest; blocked; late; long. Late but done needs nobody.
    assert_eq!(order, ["JOB_00005", "JOB_00006", "JOB_00004", "JOB_00003", "JOB_00001", "JOB_00002"]);
    assert_eq!((overview.late_jobs, overview.long_running_jobs, overview.open_prompts), (2, 1, 1));
    assert_eq!((overview.unhealthy_workstations, overview.workstations.len()), (1, 2));
    assert_eq!(overview.workstations[0].jobs_by_status.iter().map(|count| count.count).sum::<u64>(), 8);
    let counts: Vec<_> = overview.jobs_by_status.iter().map(|count| (count.status, count.count)).collect();
    assert_eq!(
        counts,
        [
            (Status::Waiting, 2),
            (Status::Running, 1),
            (Status::Successful, 1),
            (Status::Error, 3),
            (Status::Blocked, 1)
        ]
    );
    let short = plan.overview(2, noon());
    assert_eq!((short.attention.len(), short.truncated), (2, true));
    assert_eq!(short.attention, overview.attention[..2]);
}
