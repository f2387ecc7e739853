//! Which words of a message are names, and which of them a question is about.

use resync_api::tws::model::ObjectKind;

use super::{Named, Scene, is_place, ordinal};
use crate::interpret::draft::{Selected, Target};
use crate::interpret::lexicon::{Cue, Meaning, Pattern, Role};
use crate::interpret::reading::{Reading, Unit};
use crate::interpret::slots::{field_of, states::is_negated};
use crate::query::{Condition, Field, Operator, Value};

/// An unknown word is a name after all where only a name can stand: after a kind, a preposition of
/// place, or a verb of waiting.
pub(super) fn promote_unknown(reading: &mut Reading) {
    for position in 0..reading.pieces.len() {
        if reading.pieces[position].unit != Unit::Unknown || reading.pieces[position].word.len() < 3 {
            continue;
        }
        let expects_name = matches!(
            reading.before(position).and_then(|earlier| reading.meaning(earlier)),
            Some(
                Meaning::Kind { plural: false, .. }
                    | Meaning::Role(Role::In | Role::Of | Role::By | Role::Named)
                    | Meaning::Cue(
                        Cue::Depends
                            | Cue::Why
                            | Cue::Log
                            | Cue::Successors
                            | Cue::Impact
                            | Cue::Predecessors
                            | Cue::Blocking
                            | Cue::Happened
                    )
                    | Meaning::Pattern(_)
                    | Meaning::Verb(_)
            )
        );
        // "the finance folder /FIN": the name follows.
        let adjective = matches!(reading.meaning(position + 1), Some(Meaning::Kind { .. }))
            && reading.name(position + 2).is_some();
        if adjective {
            continue;
        }
        let describes_name = matches!(reading.meaning(position + 1), Some(Meaning::Pattern(_)));
        if expects_name
            || describes_name
            || reading.pieces[position].shouted
            || nearly_names(reading, position)
        {
            reading.promote(position);
        }
    }
}

/// Nearness of a plan name from which an unknown word is taken for a misspelt name, and asked back.
const NEARLY: f64 = 0.8;

fn nearly_names(reading: &Reading, position: usize) -> bool {
    let suspect = reading.token_suspects[reading.pieces[position].start];
    suspect.is_some_and(|mention| reading.mentions[mention].nearest.iter().any(|found| found.score >= NEARLY))
}

/// The names of a message that no slot has taken.
pub(super) fn collect(reading: &mut Reading) -> Vec<Named> {
    let mut names: Vec<Named> = Vec::new();
    for piece in 0..reading.pieces.len() {
        let Some(mention) = reading.name(piece) else { continue };
        if reading.pieces[piece].used {
            continue;
        }
        let mut lead = reading.before(piece);
        // "in job stream X", "on any agent named X"
        while let Some(at) = lead
            && matches!(
                reading.meaning(at),
                Some(Meaning::Kind { .. } | Meaning::Role(Role::Named) | Meaning::All | Meaning::Pronoun(_))
            )
        {
            lead = reading.before(at);
        }
        let continued = lead
            .is_some_and(|lead| matches!(reading.meaning(lead), Some(Meaning::And | Meaning::Or)))
            && names.last().is_some_and(|last: &Named| last.scoped);
        let scoped = continued || is_place(lead.and_then(|lead| reading.meaning(lead)));
        let negated = is_negated(reading, piece) && lead.is_some_and(|lead| lead_denies(reading, lead))
            || (continued && names.last().is_some_and(|last| last.negated));
        names.push(Named { piece, mention, scoped, negated });
    }
    names
}

fn lead_denies(reading: &Reading, lead: usize) -> bool {
    let denies = |at: usize| matches!(reading.meaning(at), Some(Meaning::Not | Meaning::Except));
    denies(lead) || (is_place(reading.meaning(lead)) && lead.checked_sub(1).is_some_and(denies))
}

/// The object a question about one object is about.
pub(super) fn target(scene: &Scene<'_>, kinds: &[ObjectKind]) -> Target {
    let reading = &scene.reading;
    let fits = |named: &&Named| {
        let mention = &reading.mentions[named.mention];
        mention.objects.is_empty() || kinds.iter().any(|kind| mention.names(*kind))
    };
    let linked = |named: &&Named| !reading.mentions[named.mention].objects.is_empty();
    let named = scene
        .names
        .iter()
        .find(|named| !named.scoped && fits(named) && linked(named))
        .or_else(|| scene.names.iter().find(|named| fits(named) && linked(named)))
        .or_else(|| scene.names.iter().find(fits))
        .or_else(|| scene.names.first());
    if let Some(named) = named {
        return Target::Mention(named.mention);
    }
    let row = (0..reading.pieces.len())
        .filter(|position| !reading.pieces[*position].used)
        .find_map(|position| ordinal(reading, position));
    row.map_or(Target::Earlier, Target::Row)
}

/// The kind that several names side by side share.
pub(super) fn common_kind(scene: &Scene<'_>) -> Option<ObjectKind> {
    if scene.names.len() < 2 {
        return None;
    }
    [ObjectKind::Job, ObjectKind::JobStream, ObjectKind::Workstation]
        .into_iter()
        .find(|kind| scene.names.iter().all(|named| scene.reading.mentions[named.mention].names(*kind)))
}

/// An unknown word that the question lacks as its object.
pub(super) fn promote_first_unknown(scene: &mut Scene<'_>) -> Option<Target> {
    let position = (0..scene.reading.pieces.len()).find(|position| {
        let piece = &scene.reading.pieces[*position];
        piece.unit == Unit::Unknown && piece.word.len() > 2
    })?;
    let mention = scene.reading.promote(position);
    Some(Target::Mention(mention))
}

/// "starting with PAY", "PAY*": conditions on the name of the rows.
pub(super) fn add_patterns(reading: &Reading, selected: &mut Selected) {
    let kind = selected.kind.unwrap_or(ObjectKind::Job);
    let mut conditions = Vec::new();
    selected.scopes.retain(|scope| {
        let mention = &reading.mentions[scope.mention];
        let Some(piece) = reading.pieces.iter().position(|piece| piece.unit == Unit::Name(scope.mention))
        else {
            return true;
        };
        let pattern = |at: usize| match reading.meaning(at) {
            Some(Meaning::Pattern(pattern)) => Some(pattern),
            _ => None,
        };
        // "containing X", "with X in the name"
        let lead = reading
            .before(piece)
            .and_then(pattern)
            .or_else(|| pattern(piece + 1).filter(|pattern| *pattern == Pattern::Contains));
        let text = mention.text.replace('@', "*");
        let bare = text.trim_matches('*').to_owned();
        let text = match lead {
            Some(Pattern::Begins) => format!("{bare}*"),
            Some(Pattern::Ends) => format!("*{bare}"),
            Some(Pattern::Contains) => format!("*{bare}*"),
            None if mention.wildcard && !mention.qualified() => text,
            None => return true,
        };
        let field = match mention.hint.filter(|hint| *hint != kind).and_then(field_of) {
            Some(field) => field,
            None => name_field(kind),
        };
        let operator = if scope.negated { Operator::IsNot } else { Operator::Is };
        conditions.push(Condition { field, operator, values: vec![Value::Text(text.to_uppercase())] });
        false
    });
    if !conditions.is_empty() {
        selected.conditions.append(&mut conditions);
        crate::interpret::slots::normalise(&mut selected.conditions);
    }
}

/// The field that names the rows of a kind.
pub(in crate::interpret) fn name_field(kind: ObjectKind) -> Field {
    match kind {
        ObjectKind::JobStream => Field::JobStreamName,
        ObjectKind::Workstation => Field::WorkstationName,
        ObjectKind::Resource => Field::ResourceName,
        ObjectKind::Folder => Field::Folder,
        ObjectKind::User => Field::User,
        ObjectKind::Job | ObjectKind::Prompt => Field::JobName,
    }
}
