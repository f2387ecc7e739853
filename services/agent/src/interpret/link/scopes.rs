//! Names that narrow a selection: on a workstation, in a job stream or folder, of a user.

use resync_api::tws::model::{FoundObject, ObjectKind};

use super::{Linking, intents};
use crate::interpret::draft::{Draft, Selected, Wanted};
use crate::interpret::mention::Mention;
use crate::interpret::reading::Reading;
use crate::interpret::slots::normalise;
use crate::interpret::{AskBackReason, Context, Interpretation, UnknownName, conman, follow_up};
use crate::query::{Condition, Field, Intent, Operator, Selection, Value};

/// Links a selection.
pub(super) fn selection(
    draft: &Draft,
    reading: &Reading,
    context: &Context<'_>,
    linking: &Linking<'_>,
) -> Interpretation {
    let mut selected = draft.selection.clone();
    let scopes = std::mem::take(&mut selected.scopes);
    let refines = follow_up::refines(draft, context);
    let earlier_kind = refines.as_ref().map(|earlier| earlier.kind());
    let kind = selected.kind.or(earlier_kind).unwrap_or(ObjectKind::Job);
    for scope in &scopes {
        let mention = &reading.mentions[scope.mention];
        if mention.wildcard && mention.qualified() {
            selected.conditions.extend(conman::selector(&mention.text, kind));
            continue;
        }
        let candidates = narrow(kind, &mention.objects);
        let operator = if scope.negated { Operator::IsNot } else { Operator::Is };
        match unambiguous(&candidates) {
            Some(found) => selected.conditions.push(condition(kind, found, operator, mention.qualified())),
            None => {
                let complete = |found: &FoundObject| {
                    let mut own = selected.clone();
                    own.conditions.push(condition(kind, found, operator, true));
                    finish(&draft.wanted, own, kind, refines.as_ref(), draft)
                };
                if candidates.is_empty() {
                    let others = narrow(kind, &mention.nearest);
                    if others.is_empty() && !mention.objects.is_empty() {
                        return linking.ask(AskBackReason::NotCovered);
                    }
                    let nearest = linking.choices(mention, others.iter(), complete);
                    return Interpretation::UnknownName(UnknownName {
                        mention: mention.text.clone(),
                        kind: mention.hint,
                        nearest,
                        language: linking.language,
                    });
                }
                return linking.ambiguous(mention, candidates.iter(), candidates.len() as u64, complete);
            }
        }
    }
    if (draft.marks.it || draft.marks.there)
        && refines.is_none()
        && let follow_up::Focus::Object(place) = follow_up::focus(context)
        && let [found] = &narrow(kind, &[super::known(&place, None)])[..]
        && found.kind != kind
    {
        // "its jobs", "what is running there?"
        selected.conditions.push(condition(kind, found, Operator::Is, true));
    }
    if refines.is_none() && selected.is_empty() && !selected.kind_said && selected.kind.is_none() {
        return linking.ask(AskBackReason::NotUnderstood);
    }
    match finish(&draft.wanted, selected, kind, refines.as_ref(), draft) {
        Ok(intent) => linking.query(intent, None),
        Err(reason) => linking.ask(reason),
    }
}

/// The jobs of the one job stream a name stands for.
pub(super) fn jobs_of_stream(mention: &Mention, linking: &Linking<'_>) -> Interpretation {
    let jobs = |found: &FoundObject| {
        Ok(Intent::List(Selection {
            kind: ObjectKind::Job,
            conditions: vec![condition(ObjectKind::Job, found, Operator::Is, mention.qualified())],
            order: None,
            limit: None,
        }))
    };
    match unambiguous(&mention.objects) {
        Some(found) => match jobs(found) {
            Ok(intent) => linking.query(intent, None),
            Err(reason) => linking.ask(reason),
        },
        None => linking.ambiguous(mention, mention.objects.iter(), mention.total, jobs),
    }
}

/// The intent of a complete selection.
fn finish(
    wanted: &Wanted,
    mut selected: Selected,
    kind: ObjectKind,
    refines: Option<&follow_up::Earlier>,
    draft: &Draft,
) -> Result<Intent, AskBackReason> {
    normalise(&mut selected.conditions);
    if let Some(earlier) = refines {
        return Ok(earlier.refined(selected, draft));
    }
    let Selected { conditions, group_by, order, limit, .. } = selected;
    let selection = Selection { kind, conditions, order, limit };
    Ok(match wanted {
        Wanted::Count => Intent::Count { selection, group_by },
        Wanted::Act { verb, argument } => Intent::ActAll { verb: *verb, selection, argument: *argument },
        _ if !group_by.is_empty() => Intent::Count { selection, group_by },
        _ => Intent::List(selection),
    })
}

/// Objects that can narrow rows of a kind.
fn narrow(kind: ObjectKind, objects: &[FoundObject]) -> Vec<FoundObject> {
    use ObjectKind::{Folder, Job, JobStream, Prompt, Resource, User, Workstation};
    let kinds: &[ObjectKind] = match kind {
        Job => &[Workstation, JobStream, Folder, User, Job],
        JobStream => &[Workstation, Folder, JobStream],
        Workstation => &[Workstation, Folder],
        Resource => &[Workstation, Folder, Resource],
        Prompt | Folder | User => &[],
    };
    let fitting: Vec<FoundObject> =
        objects.iter().filter(|found| kinds.contains(&found.kind)).cloned().collect();
    // A container of that name is meant before rows of that name; several rows were named as such.
    let containers: Vec<FoundObject> = fitting.iter().filter(|found| found.kind != kind).cloned().collect();
    if containers.is_empty() { fitting } else { containers }
}

/// The object a condition can be made of: the only one, or several that give the same condition.
fn unambiguous(candidates: &[FoundObject]) -> Option<&FoundObject> {
    let first = candidates.first()?;
    let same = |other: &FoundObject| {
        other.kind == first.kind
            && match first.kind {
                // Instances of one job stream share its key; bare names of jobs may repeat.
                ObjectKind::JobStream => other.key == first.key,
                _ => other.object_name == first.object_name,
            }
    };
    candidates.iter().all(same).then_some(first)
}

fn condition(kind: ObjectKind, found: &FoundObject, operator: Operator, exactly: bool) -> Condition {
    let (field, value) = match found.kind {
        ObjectKind::Workstation if kind == ObjectKind::Workstation => {
            (Field::WorkstationName, found.object_name.clone())
        }
        ObjectKind::Workstation => (Field::Workstation, found.object_name.clone()),
        ObjectKind::JobStream if exactly && kind == ObjectKind::Job => (Field::JobStreamId, found.id.clone()),
        ObjectKind::JobStream => (Field::JobStreamName, found.object_name.clone()),
        ObjectKind::Folder => (Field::Folder, intents::folder_pattern(&found.object_name)),
        ObjectKind::User => (Field::User, found.object_name.clone()),
        ObjectKind::Resource => (Field::ResourceName, found.object_name.clone()),
        ObjectKind::Job | ObjectKind::Prompt => (Field::JobName, found.object_name.clone()),
    };
    Condition { field, operator, values: vec![Value::Text(value)] }
}
