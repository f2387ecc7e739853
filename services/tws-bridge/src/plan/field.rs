//! Fields that filters, orders and groups may name: those of the contract's messages, with their types.

use resync_api::tws::model::ObjectKind;

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldType {
    Text,
    /// Several texts.
    List,
    Status,
    PromptStatus,
    Integer,
    Time,
    Duration,
    Boolean,
}

impl FieldType {
    /// As it is named to people.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::List => "a list of texts",
            Self::Status => "a status",
            Self::PromptStatus => "a prompt status",
            Self::Integer => "a whole number",
            Self::Time => "a time such as 2026-03-01T06:00:00Z",
            Self::Duration => "a duration such as 90s or 1h30m",
            Self::Boolean => "true or false",
        }
    }

    /// Few enough distinct values to group by.
    pub(crate) fn is_groupable(self) -> bool {
        !matches!(self, Self::List | Self::Time | Self::Duration)
    }
}

macro_rules! fields {
    ($($variant:ident $name:literal),* $(,)?) => {
        /// A field of some kind of row.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) enum Field { $($variant),* }

        impl Field {
            /// As it is written.
            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }
        }
    };
}

fields! {
    ActiveStates "active_states", AskedTime "asked_time", AtRisk "at_risk", Available "available",
    CancelPending "cancel_pending", CarriedForward "carried_forward", Critical "critical",
    CriticalStart "critical_start", Deadline "deadline", DependencyCount "dependency_count", Domain "domain",
    EarliestStart "earliest_start", Elapsed "elapsed", EndTime "end_time", EstimatedDuration "estimated_duration",
    Every "every", Fence "fence", Folder "folder", Healthy "healthy", Host "host", Id "id", Ignored "ignored",
    InUse "in_use", Initialized "initialized", InternalStatus "internal_status", JobCount "job_count",
    JobKey "job_key", JobName "job_name", JobNumber "job_number", JobStreamId "job_stream_id",
    JobStreamKey "job_stream_key", JobStreamName "job_stream_name", JobStreamWorkstation "job_stream_workstation",
    JobmanUp "jobman_up", Key "key", Late "late", LatestStart "latest_start", Limit "limit", Linked "linked",
    LongRunning "long_running", Node "node", Number "number", ObservedAt "observed_at", Os "os",
    Position "position", Priority "priority", PromptName "prompt_name", Quantity "quantity",
    RecoveryOption "recovery_option", RequiresConfirmation "requires_confirmation", ResourceName "resource_name",
    ReturnCode "return_code", RunCount "run_count", RunNumber "run_number", ScheduledTime "scheduled_time",
    StartTime "start_time", Status "status", Substatus "substatus", Text "text", Type "type",
    UnresolvedDependencyCount "unresolved_dependency_count", User "user", Version "version",
    Workstation "workstation", WorkstationName "workstation_name",
}

use FieldType::{Boolean, Duration, Integer, List, PromptStatus, Status, Text, Time};

const JOB: &[(Field, FieldType)] = &[
    (Field::Id, Text),
    (Field::Key, Text),
    (Field::JobName, Text),
    (Field::Folder, Text),
    (Field::Workstation, Text),
    (Field::JobStreamId, Text),
    (Field::JobStreamName, Text),
    (Field::JobStreamWorkstation, Text),
    (Field::Status, Status),
    (Field::InternalStatus, Text),
    (Field::Substatus, Text),
    (Field::CancelPending, Boolean),
    (Field::Priority, Integer),
    (Field::ReturnCode, Integer),
    (Field::User, Text),
    (Field::ScheduledTime, Time),
    (Field::EarliestStart, Time),
    (Field::LatestStart, Time),
    (Field::Deadline, Time),
    (Field::CriticalStart, Time),
    (Field::StartTime, Time),
    (Field::EndTime, Time),
    (Field::EstimatedDuration, Duration),
    (Field::Elapsed, Duration),
    (Field::RunCount, Integer),
    (Field::JobNumber, Integer),
    (Field::Critical, Boolean),
    (Field::Late, Boolean),
    (Field::AtRisk, Boolean),
    (Field::LongRunning, Boolean),
    (Field::RequiresConfirmation, Boolean),
    (Field::Every, Boolean),
    (Field::RecoveryOption, Text),
    (Field::DependencyCount, Integer),
    (Field::UnresolvedDependencyCount, Integer),
    (Field::ObservedAt, Time),
    (Field::Position, Integer),
    (Field::CarriedForward, Boolean),
];

const JOB_STREAM: &[(Field, FieldType)] = &[
    (Field::Id, Text),
    (Field::Key, Text),
    (Field::JobStreamName, Text),
    (Field::Folder, Text),
    (Field::Workstation, Text),
    (Field::Status, Status),
    (Field::InternalStatus, Text),
    (Field::Limit, Integer),
    (Field::Priority, Integer),
    (Field::ScheduledTime, Time),
    (Field::EarliestStart, Time),
    (Field::LatestStart, Time),
    (Field::Deadline, Time),
    (Field::StartTime, Time),
    (Field::EndTime, Time),
    (Field::EstimatedDuration, Duration),
    (Field::Elapsed, Duration),
    (Field::Late, Boolean),
    (Field::AtRisk, Boolean),
    (Field::LongRunning, Boolean),
    (Field::CarriedForward, Boolean),
    (Field::JobCount, Integer),
    (Field::DependencyCount, Integer),
    (Field::UnresolvedDependencyCount, Integer),
    (Field::ObservedAt, Time),
];

const WORKSTATION: &[(Field, FieldType)] = &[
    (Field::Id, Text),
    (Field::WorkstationName, Text),
    (Field::Folder, Text),
    (Field::Type, Text),
    (Field::Linked, Boolean),
    (Field::JobmanUp, Boolean),
    (Field::Initialized, Boolean),
    (Field::ActiveStates, List),
    (Field::Limit, Integer),
    (Field::Fence, Integer),
    (Field::Domain, Text),
    (Field::Host, Text),
    (Field::Os, Text),
    (Field::Node, Text),
    (Field::Version, Text),
    (Field::RunNumber, Integer),
    (Field::Ignored, Boolean),
    (Field::Healthy, Boolean),
    (Field::ObservedAt, Time),
];

const RESOURCE: &[(Field, FieldType)] = &[
    (Field::Id, Text),
    (Field::ResourceName, Text),
    (Field::Folder, Text),
    (Field::Workstation, Text),
    (Field::Quantity, Integer),
    (Field::Available, Integer),
    (Field::InUse, Integer),
    (Field::ObservedAt, Time),
];

const PROMPT: &[(Field, FieldType)] = &[
    (Field::Id, Text),
    (Field::PromptName, Text),
    (Field::Number, Integer),
    (Field::Text, Text),
    (Field::Status, PromptStatus),
    (Field::Type, Text),
    (Field::JobKey, Text),
    (Field::JobStreamKey, Text),
    (Field::AskedTime, Time),
    (Field::ObservedAt, Time),
];

/// Fields of a kind of row; none for kinds without rows.
pub(crate) fn fields_of(kind: ObjectKind) -> &'static [(Field, FieldType)] {
    match kind {
        ObjectKind::Job => JOB,
        ObjectKind::JobStream => JOB_STREAM,
        ObjectKind::Workstation => WORKSTATION,
        ObjectKind::Resource => RESOURCE,
        ObjectKind::Prompt => PROMPT,
        ObjectKind::Folder | ObjectKind::User => &[],
    }
}

/// A kind as it is named to people.
pub(crate) fn kind_word(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Job => "job",
        ObjectKind::JobStream => "job stream",
        ObjectKind::Workstation => "workstation",
        ObjectKind::Resource => "resource",
        ObjectKind::Prompt => "prompt",
        ObjectKind::Folder => "folder",
        ObjectKind::User => "user",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_for_users_names_every_field() {
        let page = include_str!("../../../../docs/filters.md");
        for (kind, rows) in [
            (ObjectKind::Job, "| jobs |"),
            (ObjectKind::JobStream, "| job streams |"),
            (ObjectKind::Workstation, "| workstations |"),
            (ObjectKind::Resource, "| resources |"),
            (ObjectKind::Prompt, "| prompts |"),
        ] {
            let line = page.lines().find(|line| line.starts_with(rows)).unwrap_or_default();
            let mut named: Vec<_> = line.split('`').skip(1).step_by(2).collect();
            let mut known: Vec<_> = fields_of(kind).iter().map(|(field, _)| field.name()).collect();
            named.sort_unstable();
            known.sort_unstable();
            assert_eq!(named, known, "{rows}");
        }
    }
}
