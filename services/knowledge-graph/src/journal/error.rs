//! Why the journal refuses.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use resync_api::journal::model::{CommandState, ProposalState};
use resync_fault::{ErrorKind, Fault};

use crate::audit::AuditError;
use crate::store::StoreError;

/// A target under way is asked for again after this.
const BUSY_RETRY: Duration = Duration::from_secs(1);

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The store's own error.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The audit log's own error.
    #[error(transparent)]
    Audit(AuditError),
    /// The key was used for another request.
    #[error("this idempotency key was used for another command")]
    KeyReused {
        /// What has the key.
        command_id: String,
    },
    /// Another command is under way.
    #[error("another command is under way on {target}")]
    TargetBusy {
        /// The target.
        target: String,
        /// What has it.
        command_id: String,
        /// Since when.
        since: DateTime<Utc>,
    },
    /// The outcome of the last command is unknown.
    #[error("{target} takes no commands: the outcome of command {command_id} is not known")]
    TargetBlocked {
        /// The target.
        target: String,
        /// What has it.
        command_id: String,
        /// Since when.
        since: DateTime<Utc>,
    },
    /// No such command.
    #[error("there is no command {0}")]
    NoCommand(String),
    /// It has ended, otherwise than is said now.
    #[error("command {command_id} has ended already, as {state:?}")]
    Ended {
        /// Which.
        command_id: String,
        /// How.
        state: CommandState,
    },
    /// It was sent, so it cannot be taken back.
    #[error("command {0} was sent already")]
    Sent(String),
    /// There is nothing to resolve.
    #[error("the outcome of command {0} is not unknown")]
    NotUnknown(String),
    /// Only a person may decide this.
    #[error("only a person may decide this")]
    NotAPerson,
    /// Why is missing.
    #[error("a reason is required")]
    NoReason,
    /// What is said is no end of a command.
    #[error("{0:?} is no outcome of a command")]
    NoOutcome(CommandState),
    /// A command takes no more steps.
    #[error("command {0} has too many steps")]
    TooManySteps(String),
    /// No such proposal.
    #[error("there is no proposal {0}")]
    NoProposal(String),
    /// It is not in the state this needs.
    #[error("proposal {proposal_id} is {}", word(*.state))]
    ProposalState {
        /// Which.
        proposal_id: String,
        /// How it stands.
        state: ProposalState,
        /// What it must be.
        needed: ProposalState,
    },
    /// What is approved or executed is not what was proposed.
    #[error("this is not what proposal {0} proposes")]
    Tampered(String),
    /// The target changed since.
    #[error("{target} has changed since the proposal was made")]
    Stale {
        /// The target.
        target: String,
    },
    /// Who asked may not decide.
    #[error("somebody else than {0} must decide this")]
    OwnProposal(String),
    /// A proposal of that name proposes something else.
    #[error("proposal {0} exists and proposes something else")]
    ProposalReused(String),
    /// A page token that we did not make.
    #[error("the page token is not one of this list")]
    PageToken,
    /// Others were first, again and again.
    #[error("too many others changed the same rows")]
    Contended,
}

fn word(state: ProposalState) -> &'static str {
    match state {
        ProposalState::Pending => "not decided",
        ProposalState::Approved => "approved",
        ProposalState::Rejected => "rejected",
        ProposalState::Expired => "expired",
        ProposalState::Used => "executed already",
    }
}

impl From<AuditError> for JournalError {
    fn from(error: AuditError) -> Self {
        match error {
            AuditError::Store(error) => Self::Store(error),
            other => Self::Audit(other),
        }
    }
}

impl Fault for JournalError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Store(error) => error.kind(),
            Self::Audit(error) => error.kind(),
            Self::KeyReused { .. } | Self::NoReason | Self::NoOutcome(_) | Self::PageToken => {
                ErrorKind::InvalidArgument
            }
            Self::TargetBusy { .. } | Self::Ended { .. } | Self::ProposalReused(_) | Self::Contended => {
                ErrorKind::Conflict
            }
            Self::NoCommand(_) | Self::NoProposal(_) => ErrorKind::NotFound,
            Self::NotAPerson | Self::OwnProposal(_) => ErrorKind::PermissionDenied,
            Self::TooManySteps(_) => ErrorKind::ResourceExhausted,
            Self::TargetBlocked { .. }
            | Self::Sent(_)
            | Self::NotUnknown(_)
            | Self::ProposalState { .. }
            | Self::Tampered(_)
            | Self::Stale { .. } => ErrorKind::FailedPrecondition,
        }
    }

    fn reason(&self) -> &str {
        match self {
            Self::Store(error) => error.reason(),
            Self::Audit(error) => error.reason(),
            Self::KeyReused { .. } => "IDEMPOTENCY_MISMATCH",
            Self::TargetBusy { .. } => "TARGET_BUSY",
            Self::TargetBlocked { .. } => "TARGET_BLOCKED",
            Self::NoCommand(_) => "COMMAND_UNKNOWN",
            Self::Ended { .. } => "COMMAND_ENDED",
            Self::Sent(_) => "COMMAND_SENT",
            Self::NotUnknown(_) => "COMMAND_NOT_UNKNOWN",
            Self::NotAPerson => "NEEDS_A_PERSON",
            Self::NoReason => "REASON_MISSING",
            Self::NoOutcome(_) => "NOT_AN_OUTCOME",
            Self::TooManySteps(_) => "COMMAND_STEPS_FULL",
            Self::NoProposal(_) => "PROPOSAL_UNKNOWN",
            Self::ProposalState { state, .. } => match state {
                ProposalState::Pending => "PROPOSAL_NOT_DECIDED",
                ProposalState::Approved => "PROPOSAL_APPROVED",
                ProposalState::Rejected => "PROPOSAL_REJECTED",
                ProposalState::Expired => "PROPOSAL_EXPIRED",
                ProposalState::Used => "PROPOSAL_USED",
            },
            Self::Tampered(_) => "PROPOSAL_TAMPERED",
            Self::Stale { .. } => "STALE_TARGET",
            Self::OwnProposal(_) => "PROPOSAL_OWN",
            Self::ProposalReused(_) => "PROPOSAL_REUSED",
            Self::PageToken => "PAGE_TOKEN_INVALID",
            Self::Contended => "JOURNAL_CONTENDED",
        }
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::Store(error) => return error.hint(),
            Self::Audit(error) => return error.hint(),
            Self::KeyReused { .. } => "use a new key for another command".into(),
            Self::TargetBusy { .. } | Self::Contended => "wait for the other command, then look again".into(),
            Self::TargetBlocked { command_id, .. } => format!(
                "look at the target in the engine, then say what became of command {command_id}, with a reason"
            )
            .into(),
            Self::Ended { .. } | Self::NotUnknown(_) => "look at the command again".into(),
            Self::Sent(_) => "wait for its outcome".into(),
            Self::ProposalState { .. } | Self::Stale { .. } | Self::Tampered(_) => {
                "look at the target again and make a new proposal".into()
            }
            Self::OwnProposal(_) => "ask a colleague with the permission to decide".into(),
            Self::ProposalReused(_) => "make a proposal with another name".into(),
            Self::PageToken => "ask for the first page again".into(),
            Self::NoCommand(_)
            | Self::NoProposal(_)
            | Self::NotAPerson
            | Self::NoReason
            | Self::NoOutcome(_)
            | Self::TooManySteps(_) => return None,
        })
    }

    fn retryable(&self) -> bool {
        match self {
            Self::Store(error) => error.retryable(),
            Self::Audit(error) => error.retryable(),
            Self::TargetBusy { .. } | Self::Contended => true,
            _ => false,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        matches!(self, Self::TargetBusy { .. }).then_some(BUSY_RETRY)
    }

    fn metadata(&self) -> BTreeMap<String, String> {
        let of = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        match self {
            Self::TargetBusy { target, command_id, since }
            | Self::TargetBlocked { target, command_id, since } => {
                of(&[("target", target), ("command_id", command_id), ("since", &since.to_rfc3339())])
            }
            Self::KeyReused { command_id } | Self::Ended { command_id, .. } => {
                of(&[("command_id", command_id)])
            }
            Self::NoCommand(id) | Self::Sent(id) | Self::NotUnknown(id) | Self::TooManySteps(id) => {
                of(&[("command_id", id)])
            }
            Self::NoProposal(id) | Self::Tampered(id) | Self::ProposalReused(id) => {
                of(&[("proposal_id", id)])
            }
            Self::ProposalState { proposal_id, .. } => of(&[("proposal_id", proposal_id)]),
            Self::Stale { target } => of(&[("target", target)]),
            _ => BTreeMap::new(),
        }
    }
}
