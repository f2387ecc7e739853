//! What a wanted answer means for an object of a kind: asking "why" about a workstation is asking about
//! its health, and only jobs have logs.

use resync_api::tws::model::{Direction, FoundObject, ObjectKind, Status};

use super::{graph, recall};
use crate::interpret::AskBackReason;
use crate::interpret::draft::{Wanted, Why};
use crate::interpret::mention::Mention;
use crate::interpret::slots::status_value;
use crate::query::{Condition, Field, GraphQuestion, Intent, Object, Operator, Selection, Value, Verb};

/// The intent for an object, or why there is none.
pub(super) fn about(
    wanted: &Wanted,
    object: Object,
    status: Option<Status>,
) -> Result<Intent, AskBackReason> {
    use ObjectKind::{Folder, Job, JobStream, Prompt, Resource, User, Workstation};
    Ok(match (wanted, object.kind) {
        (Wanted::Act { verb, argument }, kind) if acts_on(*verb, kind) => {
            Intent::Act { verb: *verb, object, argument: *argument }
        }
        (Wanted::Act { .. }, _) => return Err(AskBackReason::NotCovered),
        (Wanted::Changes { since }, _) => {
            Intent::Changes { since: since.and_then(|window| window.from), object: Some(object) }
        }
        (Wanted::Log { tail_lines }, Job) => Intent::Log { object, tail_lines: *tail_lines },
        (Wanted::Log { .. }, _) => return Err(AskBackReason::NeedsObject),
        (Wanted::Graph(wanted), _) => return graph::about(*wanted, object),
        (Wanted::Recall(wanted), _) => return recall::about(wanted, object),
        (Wanted::Why(why), Job | JobStream) => because(*why, object, status),
        (Wanted::Dependencies { direction, transitive }, Job | JobStream) => {
            Intent::Dependencies { object, direction: *direction, transitive: *transitive }
        }
        (Wanted::Dependencies { direction: Direction::Successors, .. }, Workstation) => {
            unfinished_on(&object)
        }
        (Wanted::Dependencies { .. } | Wanted::Holders | Wanted::Why(_), Resource) => {
            Intent::ResourceHolders(Some(object))
        }
        (Wanted::Progress, JobStream) => Intent::Progress(object),
        (Wanted::Prompts, Job | JobStream) => Intent::OpenPrompts(Some(object)),
        (Wanted::Why(_) | Wanted::Health, Workstation) => Intent::WorkstationHealth(Some(object)),
        (Wanted::Dependencies { .. }, _) => return Err(AskBackReason::NotCovered),
        (_, Folder) => by_status(Field::Folder, folder_pattern(&object.object_name)),
        (_, User) => by_status(Field::User, object.object_name),
        (_, Job | JobStream | Workstation | Resource | Prompt) => Intent::Detail(object),
    })
}

/// Intents that need no object.
pub(super) fn without_object(wanted: &Wanted) -> Option<Intent> {
    Some(match wanted {
        Wanted::Overview | Wanted::Progress => Intent::Overview,
        Wanted::Health => Intent::WorkstationHealth(None),
        Wanted::Holders => Intent::ResourceHolders(None),
        Wanted::Prompts => Intent::OpenPrompts(None),
        Wanted::Changes { since } => {
            Intent::Changes { since: since.and_then(|window| window.from), object: None }
        }
        Wanted::Meaning(term) => Intent::Meaning(term.clone()),
        Wanted::Graph(wanted) => return graph::without_object(*wanted),
        Wanted::Recall(wanted) => return recall::without_object(wanted),
        Wanted::Help => Intent::Help,
        Wanted::Rows
        | Wanted::Count
        | Wanted::Detail
        | Wanted::Why(_)
        | Wanted::Dependencies { .. }
        | Wanted::Log { .. }
        | Wanted::Act { .. } => return None,
    })
}

/// Kinds of objects an answer is about, the likeliest first; none: every kind.
pub(super) fn kinds(wanted: &Wanted) -> &'static [ObjectKind] {
    use ObjectKind::{Job, JobStream, Prompt, Resource, Workstation};
    match wanted {
        Wanted::Log { .. } => &[Job],
        Wanted::Graph(wanted) => graph::kinds(*wanted),
        Wanted::Recall(wanted) => recall::kinds(wanted),
        Wanted::Why(_) => &[Job, JobStream, Workstation, Resource, Prompt],
        Wanted::Dependencies { .. } => &[Job, JobStream, Workstation, Resource],
        Wanted::Act { verb, .. } => match verb {
            Verb::Link | Verb::Unlink | Verb::Start | Verb::Stop | Verb::SetFence => &[Workstation],
            Verb::SetLimit => &[Workstation, JobStream],
            Verb::Reply => &[Prompt],
            Verb::Rerun | Verb::Confirm | Verb::Kill => &[Job],
            Verb::Cancel | Verb::Hold | Verb::Release | Verb::SetPriority | Verb::Submit => &[Job, JobStream],
        },
        _ => &[],
    }
}

fn acts_on(verb: Verb, kind: ObjectKind) -> bool {
    let wanted = Wanted::Act { verb, argument: None };
    kinds(&wanted).contains(&kind) || (verb == Verb::Rerun && kind == ObjectKind::JobStream)
}

/// Candidates that fit what is wanted; the kinds that fit best hide the others.
pub(super) fn candidates(wanted: &Wanted, mention: &Mention, qualifiers: &[&Mention]) -> Vec<FoundObject> {
    let mut fitting = fitting(wanted, &mention.objects);
    let work = |found: &FoundObject| matches!(found.kind, ObjectKind::Job | ObjectKind::JobStream);
    let preferred: Option<fn(&FoundObject) -> bool> = match wanted {
        Wanted::Progress => Some(|found| found.kind == ObjectKind::JobStream),
        Wanted::Health => Some(|found| found.kind == ObjectKind::Workstation),
        Wanted::Holders => Some(|found| found.kind == ObjectKind::Resource),
        Wanted::Prompts => Some(|found| found.kind != ObjectKind::Workstation),
        Wanted::Why(_) | Wanted::Dependencies { .. } | Wanted::Graph(_) | Wanted::Recall(_) => Some(work),
        _ => None,
    };
    if let Some(preferred) = preferred
        && fitting.iter().any(preferred)
    {
        fitting.retain(preferred);
    }
    for qualifier in qualifiers {
        let belongs = |found: &FoundObject| qualifier.objects.iter().any(|place| lies_in(&found.key, place));
        if fitting.iter().any(belongs) {
            fitting.retain(belongs);
        }
    }
    fitting
}

/// Objects of the kinds that fit.
pub(super) fn fitting(wanted: &Wanted, objects: &[FoundObject]) -> Vec<FoundObject> {
    let kinds = kinds(wanted);
    objects.iter().filter(|found| kinds.is_empty() || kinds.contains(&found.kind)).cloned().collect()
}

/// Whether a key lies in a job stream, workstation or folder.
fn lies_in(key: &str, place: &FoundObject) -> bool {
    let (workstation, path) = key.split_once('#').unwrap_or(("", key));
    match place.kind {
        ObjectKind::JobStream => key.starts_with(&format!("{}.", place.key)),
        ObjectKind::Workstation => {
            workstation == place.object_name || workstation.ends_with(&format!("/{}", place.object_name))
        }
        ObjectKind::Folder => path.starts_with(&format!("{}/", place.object_name.trim_end_matches('/'))),
        ObjectKind::Job | ObjectKind::Resource | ObjectKind::Prompt | ObjectKind::User => false,
    }
}

fn because(why: Why, object: Object, status: Option<Status>) -> Intent {
    match (why, status) {
        (Why::Root, _) => Intent::Graph(GraphQuestion::RootCause(object)),
        (Why::Failed, _) | (Why::ByStatus, Some(Status::Error)) => Intent::WhyFailed(object),
        (Why::ByStatus, Some(Status::Running | Status::Successful | Status::Canceled)) => {
            Intent::Detail(object)
        }
        (Why::Waiting | Why::ByStatus, _) => Intent::WhyWaiting(object),
    }
}

/// What a workstation holds up: the jobs on it that have not ended.
fn unfinished_on(object: &Object) -> Intent {
    let on = Condition {
        field: Field::Workstation,
        operator: Operator::Is,
        values: vec![Value::Text(object.object_name.clone())],
    };
    let ended = [Status::Successful, Status::Error, Status::Canceled];
    Intent::List(Selection {
        kind: ObjectKind::Job,
        conditions: vec![status_value(Operator::IsNot, ended), on],
        order: None,
        limit: None,
    })
}

fn by_status(field: Field, value: String) -> Intent {
    let condition = Condition { field, operator: Operator::Is, values: vec![Value::Text(value)] };
    Intent::Count {
        selection: Selection { kind: ObjectKind::Job, conditions: vec![condition], order: None, limit: None },
        group_by: vec![Field::Status],
    }
}

/// A folder with its sub-folders.
pub(super) fn folder_pattern(folder: &str) -> String {
    format!("{}/*", folder.trim_end_matches(['/', '*']))
}
