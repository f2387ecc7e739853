//! Groups of a count: "by workstation", "which agent has the most failed jobs", "streams with failed jobs".

use resync_api::tws::model::ObjectKind;

use super::{field_of, introduces_name};
use crate::interpret::draft::Selected;
use crate::interpret::lexicon::{Cue, Meaning, Rank, Role, State};
use crate::interpret::reading::Reading;
use crate::query::{Field, Order};

/// "by workstation", "por pasta", "per stream and status".
pub(super) fn take_groups(reading: &mut Reading, sorting: bool) -> Vec<Field> {
    let mut groups = Vec::new();
    let mut position = 0;
    while position < reading.pieces.len() {
        let leads =
            matches!(reading.meaning(position), Some(Meaning::Role(Role::By) | Meaning::Cue(Cue::Group)))
                || (!groups.is_empty() && matches!(reading.meaning(position), Some(Meaning::And)));
        let mut next = position + 1;
        while matches!(reading.meaning(next), Some(Meaning::Article | Meaning::All | Meaning::Role(Role::By)))
        {
            next += 1;
        }
        let field = match reading.meaning(next) {
            Some(Meaning::Kind { kind, .. }) if reading.name(next + 1).is_none() => field_of(kind),
            Some(Meaning::Cue(Cue::Detail)) => Some(Field::Status),
            Some(Meaning::Column(
                field @ (Field::Priority
                | Field::ReturnCode
                | Field::Type
                | Field::InternalStatus
                | Field::Substatus),
            )) if !sorting => Some(field),
            _ => None,
        };
        match field.filter(|field| leads && groups.len() < 3 && !groups.contains(field)) {
            Some(field) => {
                groups.push(field);
                (position..=next).for_each(|taken| reading.take(taken));
                position = next + 1;
            }
            None => position += 1,
        }
    }
    groups
}

/// "which workstation has the most failed jobs": a count by the kind that is asked for.
pub(super) fn take_most(reading: &mut Reading, selected: &mut Selected) -> bool {
    let ranked = reading.positions(|meaning| matches!(meaning, Meaning::Rank(Rank::Most | Rank::Fewest)));
    // "top 3 workstations by failed jobs"
    let by = reading.positions(|meaning| meaning == Meaning::Role(Role::By)).into_iter().find(|by| {
        let next = reading.after(*by).and_then(|next| reading.meaning(next));
        matches!(
            next,
            Some(
                Meaning::State(_)
                    | Meaning::Kind { kind: ObjectKind::Job, plural: true, .. }
                    | Meaning::Cue(Cue::Count)
            )
        )
    });
    // "the most delayed stream" ranks streams by their delay.
    let delayed = ranked.first().is_some_and(|most| {
        matches!(reading.meaning(most + 1), Some(Meaning::State(State::Flag(Field::Late | Field::AtRisk, _))))
    });
    if delayed {
        return false;
    }
    let Some(most) = ranked.first().copied().or(by).or_else(|| possession(reading)) else { return false };
    let fewest = reading.meaning(most) == Some(Meaning::Rank(Rank::Fewest));
    let owner = (0..reading.pieces.len()).find_map(|position| match reading.meaning(position) {
        Some(Meaning::Kind { kind, plural, .. })
            if kind != ObjectKind::Job
                && !reading.pieces[position].used
                && !introduces_name(reading, position) =>
        {
            field_of(kind).map(|field| (field, plural))
        }
        _ => None,
    });
    let Some((field, plural)) = owner else { return false };
    // Something countable has to follow: jobs, or a state jobs are in.
    let counted = (most.min(reading.pieces.len())..reading.pieces.len()).any(|position| {
        matches!(
            reading.meaning(position),
            Some(Meaning::Kind { kind: ObjectKind::Job, .. } | Meaning::State(_) | Meaning::Cue(Cue::Ran))
        )
    });
    if !counted {
        return false;
    }
    if ranked.contains(&most) {
        reading.take(most);
    }
    let limited = ranked.contains(&most) && !plural;
    selected.kind = Some(ObjectKind::Job);
    selected.kind_said = true;
    selected.vague = false;
    selected.conditions.clear();
    selected.group_by = vec![field];
    selected.limit = limited.then_some(1);
    if fewest {
        // Groups come largest first; the natural order is turned around.
        selected.order = Some(Order { field: Field::JobCount, descending: false });
    }
    true
}

/// "streams with failed jobs", "which agents have jobs in error": jobs, counted by what has them.
fn possession(reading: &Reading) -> Option<usize> {
    let jobs = (0..reading.pieces.len()).find(|position| {
        matches!(reading.meaning(*position), Some(Meaning::Kind { kind: ObjectKind::Job, plural: true, .. }))
    })?;
    let states = (0..reading.pieces.len())
        .any(|position| matches!(reading.meaning(position), Some(Meaning::State(_))));
    let owner = (0..jobs).find(|position| {
        matches!(reading.meaning(*position), Some(Meaning::Kind { kind, .. }) if kind != ObjectKind::Job)
            && !introduces_name(reading, *position)
            && !reading.pieces[*position].used
    })?;
    let joined = (owner..jobs).any(|position| reading.meaning(position) == Some(Meaning::And));
    (states && !joined).then_some(jobs)
}
