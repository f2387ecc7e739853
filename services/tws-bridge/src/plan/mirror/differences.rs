//! From rows before and after to the changes subscribers hear of.

use chrono::{DateTime, Utc};
use resync_api::tws::model::{ChangeKind, PlanChange, PromptStatus, Status};

use crate::plan::jobs::flag;
use crate::plan::packed::{status_word, unpack_time};
use crate::plan::records::StreamRecord;
use crate::plan::snapshot::Snapshot;
use crate::plan::table::Written;
use crate::plan::update::{PromptFacts, ResourceFacts, WorkstationFacts};

/// Collects the changes of one batch.
pub(super) struct Differences<'a> {
    pub(super) found: &'a mut Vec<PlanChange>,
    /// The engine's clock when the batch was read.
    pub(super) time: DateTime<Utc>,
}

/// What subscribers care about of a job, before it is written over.
#[derive(Clone, Copy)]
pub(super) struct JobBefore {
    status: Status,
    internal_status: u16,
    substatus: u16,
    priority: i16,
    cancel_pending: bool,
    last_run: u128,
}

impl JobBefore {
    pub(super) fn of(plan: &Snapshot, row: u32) -> Self {
        Self {
            status: plan.jobs.status(row),
            internal_status: plan.jobs.internal_status.get(row),
            substatus: plan.jobs.substatus.get(row),
            priority: plan.jobs.priority.get(row),
            cancel_pending: plan.jobs.has(row, flag::CANCEL_PENDING),
            last_run: plan.jobs.last_run_id.get(row),
        }
    }

    /// The state in words of the plan, such as `WAITING HOLD HOLD_WAITING_FOR_PROMPT`.
    fn state(&self, plan: &Snapshot) -> String {
        let internal = plan.texts.word_text(self.internal_status);
        let substatus = plan.texts.word_text(self.substatus);
        let pending = if self.cancel_pending { "cancel pending" } else { "" };
        let words = [status_word(self.status), internal, substatus, pending];
        words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

impl Differences<'_> {
    pub(super) fn job(&mut self, plan: &Snapshot, row: u32, before: &JobBefore) {
        let after = JobBefore::of(plan, row);
        let rerun = after.last_run != before.last_run && before.last_run != 0;
        let states = (before.state(plan), after.state(plan));
        let (kind, time) = match after.status {
            Status::Running if before.status != Status::Running || rerun => {
                (ChangeKind::JobStarted, plan.jobs.start_time.get(row))
            }
            Status::Successful if before.status != Status::Successful || rerun => {
                (ChangeKind::JobSucceeded, plan.jobs.end_time.get(row))
            }
            Status::Error if before.status != Status::Error || rerun => {
                (ChangeKind::JobFailed, plan.jobs.end_time.get(row))
            }
            _ if states.0 != states.1 => (ChangeKind::JobChanged, 0),
            _ if before.priority != after.priority => {
                let words = (format!("priority {}", before.priority), format!("priority {}", after.priority));
                return self.push_job(plan, row, ChangeKind::JobChanged, 0, words);
            }
            _ => return,
        };
        self.push_job(plan, row, kind, time, states);
    }

    pub(super) fn job_added(&mut self, plan: &Snapshot, row: u32) {
        let state = JobBefore::of(plan, row).state(plan);
        self.push_job(plan, row, ChangeKind::JobAdded, 0, (String::new(), state));
    }

    pub(super) fn job_removed(&mut self, plan: &Snapshot, row: u32) {
        let state = JobBefore::of(plan, row).state(plan);
        self.push_job(plan, row, ChangeKind::JobRemoved, 0, (state, String::new()));
    }

    /// `time` in milliseconds; 0: when it was observed.
    pub(super) fn push_job(
        &mut self,
        plan: &Snapshot,
        row: u32,
        kind: ChangeKind,
        time: i64,
        (before, after): (String, String),
    ) {
        self.found.push(PlanChange {
            kind,
            plan_version: 0,
            time: unpack_time(time).unwrap_or(self.time),
            object: format!("engines/{}/jobs/{}", plan.engine, plan.job_id(row)),
            key: plan.job_key(row),
            before,
            after,
        });
    }

    pub(super) fn stream(&mut self, plan: &Snapshot, written: &Written<StreamRecord>) {
        let Written::Changed(row, before) = written else { return };
        let Some(record) = plan.stream(*row) else { return };
        let (old, new) = (&before.facts, &record.facts);
        if before.implied || (old.status, &old.internal_status) == (new.status, &new.internal_status) {
            return;
        }
        let (kind, time) = match new.status {
            Status::Successful => (ChangeKind::JobStreamCompleted, new.end_time),
            Status::Blocked => (ChangeKind::JobStreamBlocked, None),
            _ => (ChangeKind::JobStreamChanged, None),
        };
        let word =
            |status: Status, internal: &str| format!("{} {internal}", status_word(status)).trim().to_owned();
        self.push(
            kind,
            time,
            format!("engines/{}/jobStreams/{}", plan.engine, new.id),
            record.key.clone(),
            (word(old.status, &old.internal_status), word(new.status, &new.internal_status)),
        );
    }

    pub(super) fn workstation(&mut self, plan: &Snapshot, written: &Written<WorkstationFacts>) -> bool {
        if let Written::Changed(row, old) = written
            && let Some(new) = plan.workstations.get(*row)
        {
            let kind = match (old.linked, new.linked) {
                (false, true) => ChangeKind::WorkstationLinked,
                (true, false) => ChangeKind::WorkstationUnlinked,
                _ => ChangeKind::WorkstationChanged,
            };
            let words = (workstation_word(old), workstation_word(new));
            // Fields nobody acts on, such as a version text, make no noise.
            if words.0 != words.1 {
                let object = format!("engines/{}/workstations/{}", plan.engine, new.id);
                self.push(kind, None, object, new.workstation_name.clone(), words);
            }
        }
        !matches!(written, Written::Same(_))
    }

    pub(super) fn resource(&mut self, plan: &Snapshot, written: &Written<ResourceFacts>) -> bool {
        if let Written::Changed(row, old) = written
            && let Some(new) = plan.resources.get(*row)
            && (old.quantity, old.available, old.in_use) != (new.quantity, new.available, new.in_use)
        {
            let word = |facts: &ResourceFacts| format!("{} of {} in use", facts.in_use, facts.quantity);
            let object = format!("engines/{}/resources/{}", plan.engine, new.id);
            let key = format!("{}#{}", new.workstation, new.resource_name);
            self.push(ChangeKind::ResourceChanged, None, object, key, (word(old), word(new)));
        }
        !matches!(written, Written::Same(_))
    }

    pub(super) fn prompt(&mut self, plan: &Snapshot, written: &Written<PromptFacts>) -> bool {
        let before = match written {
            Written::Same(_) => return false,
            Written::Added(_) => PromptStatus::NotAsked,
            Written::Changed(_, old) => old.status,
        };
        if let Some(new) = plan.prompts.get(written.row())
            && new.status != before
        {
            let (kind, time) = match new.status {
                PromptStatus::Asked => (ChangeKind::PromptAsked, new.asked_time),
                PromptStatus::AnsweredYes | PromptStatus::AnsweredNo => (ChangeKind::PromptAnswered, None),
                PromptStatus::NotAsked => return true,
            };
            let object = format!("engines/{}/prompts/{}", plan.engine, new.id);
            let key =
                if new.prompt_name.is_empty() { new.number.to_string() } else { new.prompt_name.clone() };
            self.push(kind, time, object, key, (prompt_word(before), prompt_word(new.status)));
        }
        true
    }

    fn push(
        &mut self,
        kind: ChangeKind,
        time: Option<DateTime<Utc>>,
        object: String,
        key: String,
        (before, after): (String, String),
    ) {
        let time = time.unwrap_or(self.time);
        self.found.push(PlanChange { kind, plan_version: 0, time, object, key, before, after });
    }
}

fn workstation_word(facts: &WorkstationFacts) -> String {
    let yes_no = |yes: bool, word: &str| if yes { word.to_owned() } else { format!("not {word}") };
    let limit = facts.limit.map_or("no limit".to_owned(), |limit| format!("limit {limit}"));
    let mut words = vec![
        yes_no(facts.linked, "linked"),
        yes_no(facts.jobman_up, "jobman up"),
        yes_no(facts.initialized, "initialized"),
        limit,
        format!("fence {}", facts.fence),
    ];
    if facts.ignored {
        words.push("ignored".to_owned());
    }
    words.join(", ")
}

fn prompt_word(status: PromptStatus) -> String {
    match status {
        PromptStatus::NotAsked => "NOT_ASKED",
        PromptStatus::Asked => "ASKED",
        PromptStatus::AnsweredYes => "ANSWERED_YES",
        PromptStatus::AnsweredNo => "ANSWERED_NO",
    }
    .to_owned()
}
