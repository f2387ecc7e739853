//! Links questions to the dependency graph.

use resync_api::tws::model::{FoundObject, ObjectKind};

use super::{Linking, follow_up, intents, object_of};
use crate::interpret::draft::{Draft, GraphWanted, Target, Wanted};
use crate::interpret::mention::Mention;
use crate::interpret::reading::Reading;
use crate::interpret::{AskBackReason, Context, Interpretation, UnknownName};
use crate::query::{Change, GraphQuestion, Intent, Object};

/// The intent for an object, or why there is none.
pub(super) fn about(wanted: GraphWanted, object: Object) -> Result<Intent, AskBackReason> {
    use ObjectKind::{Folder, Job, JobStream, User, Workstation};
    let work = matches!(object.kind, Job | JobStream);
    Ok(Intent::Graph(match wanted {
        GraphWanted::Impact if !matches!(object.kind, Folder | User) => GraphQuestion::Impact(object),
        GraphWanted::CriticalPath if work => GraphQuestion::CriticalPath(Some(object)),
        GraphWanted::Forecast { by } if work => GraphQuestion::Forecast { object: Some(object), by },
        GraphWanted::Risk if work => GraphQuestion::Risk(Some(object)),
        GraphWanted::WhatIf(change) => match (change, object.kind) {
            (Change::Limit(_), Workstation) | (Change::Fail, Job) => GraphQuestion::WhatIf { object, change },
            (Change::Fail, _) if !matches!(object.kind, Folder | User) => GraphQuestion::Impact(object),
            (Change::Delay(_) | Change::Cancel | Change::Hold, Job | JobStream) => {
                GraphQuestion::WhatIf { object, change }
            }
            _ => return Err(AskBackReason::NotCovered),
        },
        _ => return Err(AskBackReason::NotCovered),
    }))
}

/// Intents that need no object.
pub(super) fn without_object(wanted: GraphWanted) -> Option<Intent> {
    Some(Intent::Graph(match wanted {
        GraphWanted::CriticalPath => GraphQuestion::CriticalPath(None),
        GraphWanted::Forecast { by } => GraphQuestion::Forecast { object: None, by },
        GraphWanted::Risk => GraphQuestion::Risk(None),
        GraphWanted::Structure(which) => GraphQuestion::Structure(which),
        GraphWanted::Impact | GraphWanted::WhatIf(_) | GraphWanted::Path { .. } => return None,
    }))
}

/// Kinds of objects an answer is about, the likeliest first.
pub(super) fn kinds(wanted: GraphWanted) -> &'static [ObjectKind] {
    use ObjectKind::{Job, JobStream, Prompt, Resource, Workstation};
    match wanted {
        GraphWanted::Impact | GraphWanted::WhatIf(Change::Fail) => {
            &[Job, JobStream, Workstation, Resource, Prompt]
        }
        GraphWanted::WhatIf(Change::Limit(_)) => &[Workstation],
        _ => &[Job, JobStream],
    }
}

/// Links the two names of a way. The first that is not clear is asked back, once the other one is.
pub(super) fn path(
    draft: &Draft,
    to: usize,
    reading: &Reading,
    context: &Context<'_>,
    linking: &Linking<'_>,
) -> Interpretation {
    let wanted = &draft.wanted;
    let last = &reading.mentions[to];
    let ends = match draft.target {
        Target::Mention(from) => End::of(wanted, &reading.mentions[from]),
        _ => match follow_up::focus(context) {
            follow_up::Focus::Object(object) => End::Clear(object),
            _ => return linking.ask(AskBackReason::NothingToReferTo),
        },
    };
    match (ends, End::of(wanted, last)) {
        (End::Clear(from), End::Clear(to)) => linking.query(between(from, to), None),
        (End::Unknown(mention), _) | (End::Clear(_), End::Unknown(mention)) => unknown(mention, linking),
        (End::Unclear(mention, found), other) => {
            let End::Clear(to) = other else { return linking.ask(AskBackReason::NeedsObject) };
            linking.ambiguous(mention, found.iter(), found.len() as u64, |found| {
                Ok(between(object_of(found), to.clone()))
            })
        }
        (End::Clear(from), End::Unclear(mention, found)) => {
            linking.ambiguous(mention, found.iter(), found.len() as u64, |found| {
                Ok(between(from.clone(), object_of(found)))
            })
        }
    }
}

/// One end of a way.
enum End<'a> {
    Clear(Object),
    Unclear(&'a Mention, Vec<FoundObject>),
    Unknown(&'a Mention),
}

impl<'a> End<'a> {
    fn of(wanted: &Wanted, mention: &'a Mention) -> Self {
        let found = intents::candidates(wanted, mention, &[]);
        match &found[..] {
            [] => Self::Unknown(mention),
            [only] => Self::Clear(object_of(only)),
            _ => Self::Unclear(mention, found),
        }
    }
}

fn between(from: Object, to: Object) -> Intent {
    Intent::Graph(GraphQuestion::Path { from, to })
}

fn unknown(mention: &Mention, linking: &Linking<'_>) -> Interpretation {
    Interpretation::UnknownName(UnknownName {
        mention: mention.text.clone(),
        kind: mention.hint,
        nearest: Vec::new(),
        language: linking.language,
    })
}
