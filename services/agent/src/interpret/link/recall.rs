//! Links questions to what was kept.

use resync_api::tws::model::ObjectKind;

use crate::interpret::AskBackReason;
use crate::interpret::draft::RecallWanted;
use crate::query::{Intent, Object, RecallQuestion};

/// The intent for an object, or why there is none.
pub(super) fn about(wanted: &RecallWanted, object: Object) -> Result<Intent, AskBackReason> {
    let job = object.kind == ObjectKind::Job;
    Ok(Intent::Recall(match wanted {
        RecallWanted::Passages { words } => {
            RecallQuestion::Passages { words: words.clone(), object: Some(object) }
        }
        RecallWanted::Similar if job => RecallQuestion::Similar(object),
        RecallWanted::Unusual if job => RecallQuestion::Unusual(object),
        RecallWanted::Usual if job => RecallQuestion::Usual(object),
        RecallWanted::OpenIncidents => RecallQuestion::OpenIncidents,
        RecallWanted::Similar | RecallWanted::Unusual | RecallWanted::Usual => {
            return Err(AskBackReason::NeedsObject);
        }
    }))
}

/// Intents that need no object.
pub(super) fn without_object(wanted: &RecallWanted) -> Option<Intent> {
    Some(Intent::Recall(match wanted {
        RecallWanted::Passages { words } => RecallQuestion::Passages { words: words.clone(), object: None },
        RecallWanted::OpenIncidents => RecallQuestion::OpenIncidents,
        RecallWanted::Similar | RecallWanted::Unusual | RecallWanted::Usual => return None,
    }))
}

/// Kinds of objects an answer is about, the likeliest first.
pub(super) fn kinds(wanted: &RecallWanted) -> &'static [ObjectKind] {
    use ObjectKind::{Job, JobStream, Prompt, Resource, Workstation};
    match wanted {
        RecallWanted::Passages { .. } => &[Job, JobStream, Workstation, Resource, Prompt],
        _ => &[Job],
    }
}
