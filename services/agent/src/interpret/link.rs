//! Links the names of a draft to the plan and makes the query, or the question back.

use resync_api::agent::model::Language;
use resync_api::tws::model::{FoundObject, MatchKind, ObjectKind, Status};

use super::draft::{Draft, GraphWanted, Outcome, Target, Wanted, Why};
use super::mention::Mention;
use super::reading::Reading;
use super::{
    Ambiguity, AskBack, AskBackReason, Assumption, Choice, Context, Interpretation, Linker, Understood,
    UnknownName, conman, decide, follow_up, wording,
};
use crate::query::{Intent, Object, Query};

mod graph;
mod recall;
mod intents;
mod scopes;

/// Candidates offered to choose from.
const MAX_CHOICES: usize = 8;

/// Instances of one key that are told apart.
const MAX_INSTANCES: u32 = 20;

/// What every step needs.
pub(super) struct Linking<'a> {
    pub(super) message: &'a str,
    pub(super) language: Language,
    pub(super) engine: Option<String>,
}

/// Links what the grammar made of a message.
pub(super) async fn outcome<L: Linker>(
    outcome: Outcome,
    reading: &Reading,
    message: &str,
    context: &Context<'_>,
    linker: &L,
) -> Result<Interpretation, L::Error> {
    let linking = Linking { message, language: reading.answer_language, engine: reading.engine.clone() };
    Ok(match outcome {
        Outcome::Ask(reason) => linking.ask(reason),
        Outcome::Outside(reason) => Interpretation::OutOfScope { reason, language: linking.language },
        Outcome::Draft(draft) => {
            let draft = follow_up::apply(draft, reading, context);
            let status = status_now(&draft, context, linker).await?;
            link(draft, status, reading, context, &linking)
        }
    })
}

/// The status of an object of an earlier turn, where the question turns on it: a bare "why?".
async fn status_now<L: Linker>(
    draft: &Draft,
    context: &Context<'_>,
    linker: &L,
) -> Result<Option<Status>, L::Error> {
    let object = match (&draft.wanted, draft.target) {
        (Wanted::Why(Why::ByStatus), Target::Earlier) => match follow_up::focus(context) {
            follow_up::Focus::Object(object) => object,
            follow_up::Focus::Rows(_) | follow_up::Focus::Nothing => return Ok(None),
        },
        (Wanted::Why(Why::ByStatus), Target::Row(row)) => match follow_up::row(context, row) {
            Some(object) => object,
            None => return Ok(None),
        },
        _ => return Ok(None),
    };
    let found = linker.find(&object.key, &[object.kind], MAX_INSTANCES).await?;
    Ok(found.objects.iter().find(|found| found.id == object.id).and_then(|found| found.status))
}

/// Links a command in the style of the scheduler's own command line.
pub(super) async fn command<L: Linker>(
    command: conman::Command,
    message: &str,
    context: &Context<'_>,
    linker: &L,
) -> Result<Interpretation, L::Error> {
    let earlier = context.conversation.and_then(|earlier| earlier.language());
    let linking =
        Linking { message, language: context.language.or(earlier).unwrap_or_default(), engine: None };
    let (wanted, name) = match command {
        conman::Command::Intent(intent) => return Ok(linking.query(intent, None)),
        conman::Command::NotCovered => return Ok(linking.ask(AskBackReason::NotCovered)),
        conman::Command::About { wanted, name, kind } => {
            (wanted, super::mention::find(&name, kind, linker).await?)
        }
    };
    let shown_job = wanted == Wanted::Rows;
    let wanted = if shown_job { Wanted::Detail } else { wanted };
    let draft = Draft {
        wanted,
        target: Target::Mention(0),
        qualifiers: Vec::new(),
        selection: super::draft::Selected::default(),
        marks: super::draft::Marks::default(),
    };
    if shown_job && name.only_names(&[ObjectKind::JobStream]) {
        // `sj X` shows the jobs of X when X is a job stream.
        return Ok(scopes::jobs_of_stream(&name, &linking));
    }
    Ok(about_one(&draft, &name, &[], None, &linking))
}

fn link(
    draft: Draft,
    status: Option<Status>,
    reading: &Reading,
    context: &Context<'_>,
    linking: &Linking<'_>,
) -> Interpretation {
    if let Wanted::Act { verb, argument } = draft.wanted
        && let Some(reason) = decide::lacks_number(verb, argument)
    {
        return linking.ask(reason);
    }
    let selecting = match draft.wanted {
        Wanted::Rows | Wanted::Count => true,
        Wanted::Act { .. } => draft.target == Target::None,
        _ => false,
    };
    if selecting {
        return scopes::selection(&draft, reading, context, linking);
    }
    if let Wanted::Graph(GraphWanted::Path { to }) = draft.wanted {
        return graph::path(&draft, to, reading, context, linking);
    }
    match draft.target {
        Target::None => match intents::without_object(&draft.wanted) {
            Some(intent) => linking.query(intent, None),
            None => linking.ask(AskBackReason::NeedsObject),
        },
        Target::Mention(mention) => {
            let qualifiers: Vec<&Mention> =
                draft.qualifiers.iter().map(|index| &reading.mentions[*index]).collect();
            about_one(&draft, &reading.mentions[mention], &qualifiers, Some(reading), linking)
        }
        Target::Earlier => match follow_up::focus(context) {
            follow_up::Focus::Object(object) => linking.about(&draft.wanted, object, status, None),
            follow_up::Focus::Rows(rows) => linking.choose_row(&draft.wanted, &rows),
            follow_up::Focus::Nothing
                if draft.wanted == Wanted::Detail && !draft.marks.it && !draft.marks.them =>
            {
                linking.query(Intent::Overview, None)
            }
            follow_up::Focus::Nothing if draft.marks.it || draft.marks.them => {
                linking.ask(AskBackReason::NothingToReferTo)
            }
            follow_up::Focus::Nothing => linking.ask(AskBackReason::NeedsObject),
        },
        Target::Row(row) => match follow_up::row(context, row) {
            Some(object) => linking.about(&draft.wanted, object, status, None),
            None => linking.ask(AskBackReason::NothingToReferTo),
        },
    }
}

/// Links the one name a question is about.
fn about_one(
    draft: &Draft,
    mention: &Mention,
    qualifiers: &[&Mention],
    reading: Option<&Reading>,
    linking: &Linking<'_>,
) -> Interpretation {
    let wanted = &draft.wanted;
    let candidates = intents::candidates(wanted, mention, qualifiers);
    match &candidates[..] {
        [found] => linking.about(wanted, object_of(found), found.status, None),
        [] => {
            if let Some(near) = same_but_for_separators(mention, wanted) {
                return linking.about(wanted, object_of(near), near.status, Some(mention.text.clone()));
            }
            let language = reading.map_or(linking.language, |reading| reading.answer_language);
            let nearest = intents::fitting(wanted, &mention.nearest);
            let other_kinds = intents::fitting(wanted, &mention.objects);
            let nearest = linking.choices(mention, nearest.iter().chain(&other_kinds), |found| {
                intents::about(wanted, object_of(found), found.status)
            });
            let kind = mention.hint.or_else(|| {
                (!mention.objects.is_empty()).then(|| intents::kinds(wanted).first().copied()).flatten()
            });
            Interpretation::UnknownName(UnknownName {
                mention: mention.text.clone(),
                kind,
                nearest,
                language,
            })
        }
        several => {
            let total =
                if several.len() == mention.objects.len() { mention.total } else { several.len() as u64 };
            linking.ambiguous(mention, several.iter(), total, |found| {
                intents::about(wanted, object_of(found), found.status)
            })
        }
    }
}

/// The one near name that differs only in how its parts are joined: `pay-load` for `PAY_LOAD`.
fn same_but_for_separators<'a>(mention: &'a Mention, wanted: &Wanted) -> Option<&'a FoundObject> {
    let letters = |text: &str| {
        super::token::fold(text).chars().filter(|character| character.is_alphanumeric()).collect::<String>()
    };
    let own = letters(&mention.text);
    let kinds = intents::kinds(wanted);
    let mut same = mention.nearest.iter().filter(|found| {
        letters(&found.object_name) == own
            && (kinds.is_empty() || kinds.contains(&found.kind))
            && mention.hint.is_none_or(|hint| hint == found.kind)
    });
    let first = same.next()?;
    (own.len() > 4 && same.next().is_none()).then_some(first)
}

pub(super) fn object_of(found: &FoundObject) -> Object {
    Object {
        kind: found.kind,
        id: found.id.clone(),
        key: found.key.clone(),
        object_name: found.object_name.clone(),
    }
}

impl Linking<'_> {
    pub(super) fn query(&self, intent: Intent, assumed: Option<Assumption>) -> Interpretation {
        Interpretation::Query(Understood {
            query: Query { intent, language: self.language },
            assumed: assumed.into_iter().collect(),
            engine: self.engine.clone(),
        })
    }

    pub(super) fn ask(&self, reason: AskBackReason) -> Interpretation {
        Interpretation::AskBack(AskBack {
            reason,
            suggestions: wording::suggestions(reason, self.language),
            language: self.language,
        })
    }

    fn about(
        &self,
        wanted: &Wanted,
        object: Object,
        status: Option<Status>,
        assumed: Option<String>,
    ) -> Interpretation {
        let assumed = assumed.map(|mention| Assumption { mention, object: object.clone() });
        match intents::about(wanted, object, status) {
            Ok(intent) => self.query(intent, assumed),
            Err(reason) => self.ask(reason),
        }
    }

    /// Which of the rows listed before is meant.
    fn choose_row(&self, wanted: &Wanted, rows: &[follow_up::Row]) -> Interpretation {
        let mention = Mention::unknown("");
        let found: Vec<FoundObject> = rows.iter().map(follow_up::Row::as_found).collect();
        self.ambiguous(&mention, found.iter(), rows.len() as u64, |found| {
            intents::about(wanted, object_of(found), found.status)
        })
    }

    pub(super) fn ambiguous<'f>(
        &self,
        mention: &Mention,
        found: impl Iterator<Item = &'f FoundObject>,
        total: u64,
        intent: impl Fn(&FoundObject) -> Result<Intent, AskBackReason>,
    ) -> Interpretation {
        let candidates = self.choices(mention, found, intent);
        if candidates.is_empty() {
            return self.ask(AskBackReason::NeedsObject);
        }
        Interpretation::Ambiguous(Ambiguity {
            mention: mention.text.clone(),
            candidates,
            total,
            language: self.language,
        })
    }

    pub(super) fn choices<'f>(
        &self,
        mention: &Mention,
        found: impl Iterator<Item = &'f FoundObject>,
        intent: impl Fn(&FoundObject) -> Result<Intent, AskBackReason>,
    ) -> Vec<Choice> {
        let found: Vec<&FoundObject> = found.take(MAX_CHOICES).collect();
        found
            .iter()
            .filter_map(|candidate| {
                let same_key = found
                    .iter()
                    .filter(|other| other.key == candidate.key && other.kind == candidate.kind)
                    .count()
                    > 1;
                let intent = intent(candidate).ok()?;
                Some(Choice {
                    object: object_of(candidate),
                    question: wording::question(
                        self.message,
                        &mention.text,
                        candidate,
                        same_key,
                        &intent,
                        self.language,
                    ),
                    label: wording::label(candidate, same_key, self.language),
                    query: Query { intent, language: self.language },
                    status: candidate.status,
                    scheduled_time: candidate.scheduled_time,
                })
            })
            .collect()
    }
}

/// A candidate as the linker would have found it, for objects that are known already.
pub(super) fn known(object: &Object, status: Option<Status>) -> FoundObject {
    FoundObject {
        kind: object.kind,
        id: object.id.clone(),
        key: object.key.clone(),
        object_name: object.object_name.clone(),
        matched: MatchKind::Exact,
        score: 1.0,
        scheduled_time: None,
        status,
    }
}
