//! Mentions of plan objects: which tokens may be names, and what the live plan has by those names.
//! It never corrects a name; near names are kept as suggestions only.

use resync_api::tws::model::{FoundObject, MatchKind, ObjectKind};

use super::Linker;
use super::lexicon::{Cue, Lexicon, Meaning, Role};
use super::reading::{Reading, Unit};
use super::token::{Shape, fold};

/// Names looked up for one message; further ones are left as they are.
const MAX_LOOK_UPS: usize = 8;
/// Candidates asked for.
const MAX_CANDIDATES: u32 = 12;

/// A name in a message and what it may stand for.
#[derive(Clone, Debug)]
pub(super) struct Mention {
    /// As typed.
    pub(super) text: String,
    /// The kind named with it.
    pub(super) hint: Option<ObjectKind>,
    /// It holds `@`, `*` or `?`.
    pub(super) wildcard: bool,
    /// Objects it names: exactly, or by its wildcards.
    pub(super) objects: Vec<FoundObject>,
    /// How many it names in all.
    pub(super) total: u64,
    /// Near names, for suggestions.
    pub(super) nearest: Vec<FoundObject>,
}

impl Mention {
    fn new(text: &str, hint: Option<ObjectKind>) -> Self {
        Self {
            text: text.to_owned(),
            hint,
            wildcard: text.contains(['@', '*', '?']),
            objects: Vec::new(),
            total: 0,
            nearest: Vec::new(),
        }
    }

    /// A name nothing is known about.
    pub(super) fn unknown(text: &str) -> Self {
        Self::new(text, None)
    }

    /// Whether it names an object of the kind.
    pub(super) fn names(&self, kind: ObjectKind) -> bool {
        self.objects.iter().any(|object| object.kind == kind)
    }

    /// Whether all it names are of these kinds.
    pub(super) fn only_names(&self, kinds: &[ObjectKind]) -> bool {
        !self.objects.is_empty() && self.objects.iter().all(|object| kinds.contains(&object.kind))
    }

    /// It says where the object is, not only its bare name.
    pub(super) fn qualified(&self) -> bool {
        self.text.contains(['#', '/', '.'])
    }
}

/// Looks up every token that may be a name, sure ones first.
pub(super) async fn look_up<L: Linker>(reading: &mut Reading, linker: &L) -> Result<(), L::Error> {
    let mut positions: Vec<(Certainty, usize)> = (0..reading.tokens.len())
        .filter_map(|position| Some((certainty(reading, position)?, position)))
        .collect();
    positions.sort_unstable();
    for (certainty, position) in positions.into_iter().take(MAX_LOOK_UPS) {
        let text = reading.tokens[position].raw.clone();
        let mut mention = find(&text, hint(reading, position), linker).await?;
        if mention.hint.is_none()
            && let Some(kind) = kind_after(reading, position)
            && mention.names(kind)
        {
            mention.objects.retain(|object| object.kind == kind);
            mention.hint = Some(kind);
        }
        let index = reading.mentions.len();
        if certainty == Certainty::Name || !mention.objects.is_empty() {
            reading.token_mentions[position] = Some(index);
        } else {
            reading.token_suspects[position] = Some(index);
        }
        reading.mentions.push(mention);
    }
    for position in 0..reading.tokens.len() {
        // Beyond the bound: still a name by its looks, only nothing is known about it.
        if certainty(reading, position) == Some(Certainty::Name) && reading.token_mentions[position].is_none()
        {
            reading.token_mentions[position] = Some(reading.mentions.len());
            let mention = Mention::unknown(&reading.tokens[position].raw);
            reading.mentions.push(mention);
        }
    }
    Ok(())
}

/// Looks up words of the vocabulary that may be names after all, because the question lacks one.
/// True when exactly one is a name.
pub(super) async fn look_up_generic<L: Linker>(
    reading: &mut Reading,
    lexicon: &Lexicon,
    linker: &L,
) -> Result<bool, L::Error> {
    let mut found = Vec::new();
    let candidates: Vec<usize> = (0..reading.tokens.len())
        .filter(|position| {
            let token = &reading.tokens[*position];
            token.shape == Shape::Word
                && token.word.len() > 2
                && reading.token_mentions[*position].is_none()
                && may_be_generic_name(lexicon, reading, *position)
        })
        .take(MAX_LOOK_UPS)
        .collect();
    for position in candidates {
        let mention = find(&reading.tokens[position].raw.clone(), hint(reading, position), linker).await?;
        if !mention.objects.is_empty() && !mention.wildcard {
            found.push((position, mention));
        }
    }
    if let [(position, _)] = found[..]
        && let Some((_, mention)) = found.pop()
    {
        reading.mentions.push(mention);
        reading.token_mentions[position] = Some(reading.mentions.len() - 1);
        return Ok(true);
    }
    Ok(false)
}

fn may_be_generic_name(lexicon: &Lexicon, reading: &Reading, position: usize) -> bool {
    let found = lexicon.longest(&[reading.word(position)], reading.language);
    matches!(
        found.map(|found| found.meaning),
        Some(
            Meaning::Cue(
                Cue::Overview
                    | Cue::Plan
                    | Cue::Log
                    | Cue::Changes
                    | Cue::List
                    | Cue::Ran
                    | Cue::Progress
                    | Cue::Health
            ) | Meaning::Filler
                | Meaning::Moment(_)
                | Meaning::Verb(_)
                | Meaning::Rank(_)
                | Meaning::Column(_)
                | Meaning::State(_)
                | Meaning::Outside(_)
        )
    )
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Certainty {
    /// Looks like a name: it is one, known or not.
    Name,
    /// It is a name only if the plan has it.
    Perhaps,
}

fn certainty(reading: &Reading, position: usize) -> Option<Certainty> {
    let token = &reading.tokens[position];
    match token.shape {
        Shape::Name => Some(Certainty::Name),
        Shape::Word if token.quoted => Some(Certainty::Name),
        Shape::Number(_) if is_prompt_number(reading, position) => Some(Certainty::Name),
        Shape::Word if token.word.len() > 2 => {
            let piece = reading.piece_of(position)?;
            let unknown = matches!(reading.pieces[piece].unit, Unit::Unknown);
            let corrected = reading.word(position) != token.word;
            let state = matches!(
                reading.pieces[piece].unit,
                Unit::Known(
                    Meaning::State(_)
                        | Meaning::Kind { .. }
                        | Meaning::Verb(_)
                        | Meaning::Not
                        | Meaning::Role(_)
                )
            );
            let kind = hint(reading, position);
            let place = matches!(kind, Some(ObjectKind::User | ObjectKind::Folder));
            if place && matches!(reading.meaning(piece), Some(Meaning::Cue(Cue::Plan | Cue::Overview))) {
                // Left out, "jobs of user batch" would be all jobs.
                return Some(Certainty::Name);
            }
            let named_kind = kind.is_some_and(|kind| may_name(reading, piece, kind));
            (unknown || corrected || named_kind || (token.shouted && !state)).then_some(Certainty::Perhaps)
        }
        _ => None,
    }
}

/// Whether a word of the vocabulary right after a kind may be a name: "user batch", "stream report".
fn may_name(reading: &Reading, piece: usize, kind: ObjectKind) -> bool {
    let place = matches!(kind, ObjectKind::User | ObjectKind::Folder);
    match reading.meaning(piece) {
        Some(Meaning::Cue(Cue::Plan | Cue::Overview)) => true,
        Some(
            Meaning::Cue(_) | Meaning::Moment(_) | Meaning::Verb(_) | Meaning::Rank(_) | Meaning::Outside(_),
        ) => place,
        _ => false,
    }
}

/// Prompts are named by their number.
fn is_prompt_number(reading: &Reading, position: usize) -> bool {
    let replies = (0..reading.pieces.len())
        .any(|piece| reading.meaning(piece) == Some(Meaning::Verb(crate::query::Verb::Reply)));
    replies || (position > 0 && matches!(reading.word(position - 1), "prompt" | "pergunta"))
}

/// The kind a singular kind word right before the token gives it.
fn hint(reading: &Reading, position: usize) -> Option<ObjectKind> {
    let mut earlier = reading.piece_of(position)?;
    // "job X", "the job called X", "job the X"
    for _ in 0..3 {
        earlier = earlier.checked_sub(1)?;
        match reading.meaning(earlier) {
            Some(Meaning::Role(Role::Named) | Meaning::Article) => {}
            _ => return reading.singular_kind(earlier),
        }
    }
    None
}

/// The kind a singular kind word right after the token gives it, as in "the PAYROLL stream".
fn kind_after(reading: &Reading, position: usize) -> Option<ObjectKind> {
    reading.singular_kind(reading.piece_of(position)? + 1)
}

/// Searches the plan for a name. A qualified key that is not found whole is found by its last part and
/// narrowed by the others.
pub(super) async fn find<L: Linker>(
    text: &str,
    hint: Option<ObjectKind>,
    linker: &L,
) -> Result<Mention, L::Error> {
    let mut mention = Mention::new(text, hint);
    let kinds: Vec<ObjectKind> = hint.into_iter().collect();
    let searched = text.trim_end_matches("/*").trim_end_matches("/@").trim_end_matches('/');
    let searched = if searched.is_empty() { text } else { searched };
    let found = linker.find(searched, &kinds, MAX_CANDIDATES).await?;
    let (named, near): (Vec<_>, Vec<_>) = found
        .objects
        .into_iter()
        .partition(|object| matches!(object.matched, MatchKind::Exact | MatchKind::Wildcard));
    mention.total = found.total_size;
    mention.objects = named;
    mention.nearest = near;
    let may_be_folder = hint.is_none_or(|hint| hint == ObjectKind::Folder);
    if may_be_folder && mention.objects.is_empty() && !searched.contains(['/', '#', '.', '@', '*']) {
        let rooted = linker.find(&format!("/{searched}"), &[ObjectKind::Folder], MAX_CANDIDATES).await?;
        mention.objects = exact(rooted.objects);
    }
    if mention.objects.is_empty()
        && let Some(parts) = Parts::of(searched)
    {
        let found = linker.find(parts.last, &parts.kinds(hint), 100).await?;
        let fits = |object: &FoundObject| parts.fit(&object.key);
        mention.objects = exact(found.objects).into_iter().filter(fits).collect();
    }
    if mention.objects.is_empty() && mention.nearest.is_empty() && !kinds.is_empty() {
        // The name may belong to another kind than the one that was said.
        mention.nearest = linker.find(searched, &[], MAX_CANDIDATES).await?.objects;
    }
    mention.total = mention.total.max(mention.objects.len() as u64);
    Ok(mention)
}

fn exact(objects: Vec<FoundObject>) -> Vec<FoundObject> {
    objects.into_iter().filter(|object| object.matched == MatchKind::Exact).collect()
}

/// The parts of `WORKSTATION#/FOLDER/STREAM.JOB`, some of which may be missing.
struct Parts<'a> {
    workstation: Option<&'a str>,
    stream: Option<&'a str>,
    last: &'a str,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let (workstation, rest) = match text.split_once('#') {
            Some((workstation, rest)) => (Some(workstation).filter(|name| !name.is_empty()), rest),
            None => (None, text),
        };
        let path = rest.rsplit_once('/').map_or(rest, |(_, name)| name);
        let (stream, last) = match path.split_once('.') {
            Some((stream, job)) => (Some(stream), job),
            None => (None, path),
        };
        let split = workstation.is_some() || stream.is_some();
        (split && !last.is_empty() && !text.contains(['@', '*', '?'])).then_some(Self {
            workstation,
            stream,
            last,
        })
    }

    fn kinds(&self, hint: Option<ObjectKind>) -> Vec<ObjectKind> {
        match (hint, self.stream) {
            (Some(kind), _) => vec![kind],
            (None, Some(_)) => vec![ObjectKind::Job],
            (None, None) => vec![ObjectKind::Job, ObjectKind::JobStream, ObjectKind::Resource],
        }
    }

    fn fit(&self, key: &str) -> bool {
        let key = fold(key);
        let workstation = self.workstation.is_none_or(|name| {
            let name = fold(name);
            key.split_once('#').is_some_and(|(own, _)| own == name || own.ends_with(&format!("/{name}")))
        });
        let stream = self.stream.is_none_or(|name| {
            let path = key.split_once('#').map_or(key.as_str(), |(_, path)| path);
            let path = path.rsplit_once('/').map_or(path, |(_, name)| name);
            path.split_once('.').is_some_and(|(own, _)| own == fold(name))
        });
        workstation && stream
    }
}
