//! Five questions to try, about objects that are in the plan right now.

use super::Session;
use crate::failure::Result;
use crate::terminal::clean;
use resync_api::tws::model::{Job, Status};
use std::time::Duration;

const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// Questions about what stands out, once the plan has been read.
pub(super) async fn from_plan(session: &Session) -> Result<Vec<String>> {
    loop {
        if session.tws.list_engines().await?.iter().any(|engine| engine.synced) {
            break;
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    let overview = session.tws.overview("", 100).await?;
    let failed = overview.attention.iter().find(|job| job.status == Status::Error);
    let stuck = overview.attention.iter().find(|job| is_stuck(job));
    let running = overview.attention.iter().find(|job| job.status == Status::Running);
    let mut questions = vec!["how is the plan doing?".to_owned()];
    questions.extend(failed.map(|job| format!("why did {} fail?", clean(&job.key))));
    questions.extend(stuck.map(|job| format!("why is {} not running?", clean(&job.key))));
    questions.extend(stuck.or(failed).or(running).map(|job| format!("what depends on {}?", clean(&job.key))));
    questions.extend(general().into_iter().filter(|question| question != "how is the plan doing?"));
    questions.truncate(5);
    Ok(questions)
}

fn is_stuck(job: &Job) -> bool {
    matches!(job.status, Status::Waiting | Status::Held | Status::Blocked) && job.start_time.is_none()
}

/// Questions that fit every plan.
pub(super) fn general() -> Vec<String> {
    [
        "how is the plan doing?",
        "o que está atrasado?",
        "which jobs failed in the last two hours?",
        "which workstations have problems?",
        "how many jobs are waiting by workstation?",
    ]
    .map(str::to_owned)
    .to_vec()
}
