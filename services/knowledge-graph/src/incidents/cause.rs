//! What a failure is put down to, as far as one failure alone tells.

use resync_api::graph::model::{CauseKind, GraphObject, GraphObjectKind};
use resync_api::incidents::model::{IncidentCause, IncidentGrouping, IncidentSymptom};

use super::failure::Failure;
use super::symptom::tells;

/// Messages of the scheduler that say of a job that was not launched: its agent does not answer.
const AGENT_SILENT: [&str; 3] = ["AWSITA245E", "AWSITA320E", "AWKJDE519E"];

/// A cause, and the text that is the same for all failures with that cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// As it is shown.
    pub shown: IncidentCause,
    /// As it is looked for.
    pub key: String,
}

/// The cause of a failure.
///
/// A workstation that is down, or does not answer, is the cause of every job that could not be launched there, and of every
/// run there that ended without a return code. So is one where jobs could not be launched and no log says why. Else
/// what the log shows is the cause, whichever job shows it; and when it shows nothing, the job is on its own.
#[must_use]
pub fn cause(failure: &Failure, symptom: &IncidentSymptom) -> Cause {
    let tells = tells(symptom);
    let not_launched = failure.was_not_launched();
    let silent = symptom.message_codes.iter().any(|code| AGENT_SILENT.contains(&code.as_str()));
    let kind = if not_launched { CauseKind::CouldNotLaunch } else { CauseKind::Failed };
    if failure.workstation_down && (not_launched || failure.return_code.is_none()) || not_launched && silent {
        return of_workstation(failure, CauseKind::WorkstationDown);
    }
    if not_launched && !tells {
        return of_workstation(failure, kind);
    }
    let (grouping, key) = if tells {
        (IncidentGrouping::Symptom, format!("symptom:{}", symptom.fingerprint))
    } else {
        (IncidentGrouping::Job, format!("job:{}:{}", failure.job, symptom.fingerprint))
    };
    let object = GraphObject {
        kind: GraphObjectKind::Job,
        id: failure.job_id.clone(),
        key: failure.job.clone(),
        status: Some(failure.status),
    };
    Cause { shown: IncidentCause { kind, object, grouping }, key }
}

/// The key under which failures of one workstation are one.
pub(super) fn workstation_key(workstation: &str) -> String {
    format!("workstation:{workstation}")
}

fn of_workstation(failure: &Failure, kind: CauseKind) -> Cause {
    let key = failure.workstation.clone();
    let object = GraphObject { kind: GraphObjectKind::Workstation, id: String::new(), key, status: None };
    Cause {
        shown: IncidentCause { kind, object, grouping: IncidentGrouping::Workstation },
        key: workstation_key(&failure.workstation),
    }
}
