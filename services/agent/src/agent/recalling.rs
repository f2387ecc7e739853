//! What people taught, on its way into an answer: corrections before a question is understood, memories after its findings.
//!
//! An answer never waits long for memories nor fails without them; it says when they could not be looked up.

use resync_api::agent::model::{Language, Question};
use resync_api::memories::model::{Memory, RecalledObject};
use resync_api::tws::model::FoundObject;

use super::linking::PlanLinker;
use super::memory::listed;
use super::understanding::Understanding;
use crate::conversation::focus;
use crate::error::Error;
use crate::evidence::At;
use crate::interpret::{Interpretation, Linker as _, Understood};
use crate::query::{Intent, Object, Query, parse};
use crate::tools::{RecallCorrections, RecallMemories, Toolbox};

/// Objects of an answer that memories are looked for.
const OBJECTS: usize = 30;
/// Memories shown with an answer.
const MEMORIES: u32 = 5;
/// Instances of one key that are told apart.
const INSTANCES: u32 = 20;

/// What was recalled for an answer.
#[derive(Debug, Default)]
pub(super) struct Recalled {
    /// They could not be looked up.
    pub(super) failed: bool,
    pub(super) correction: Option<Correction>,
    /// Notes of reviewers on the question.
    pub(super) notes: Vec<At>,
    /// About the objects of the answer.
    pub(super) memories: Vec<At>,
}

/// What became of the corrections of a question.
#[derive(Debug)]
pub(super) enum Correction {
    /// The question was understood as it says.
    Applied(At),
    /// It does not fit the plan as it is, or is no query.
    Unusable(At),
    /// There are several; none was applied. The number of them.
    Contradictory(At),
}

/// Looks for corrections of the question, and understands it as a single one says.
pub(super) async fn corrected(
    question: &Question,
    linker: &PlanLinker<'_>,
) -> Result<(Recalled, Option<Interpretation>), Error> {
    let mut recalled = Recalled::default();
    if !linker.tools.can_recall() {
        return Ok((recalled, None));
    }
    let recall = RecallCorrections { question: question.message.clone() };
    let recorded = match linker.tools.call(recall).await {
        Ok(recorded) => recorded,
        Err(error) => return forgive(error, recalled).map(|recalled| (recalled, None)),
    };
    let places = recorded.at().get("corrections").items();
    recalled.notes = places.iter().filter(|place| place.get("text").is_given()).cloned().collect();
    let mut intended = recorded.output.whole.iter().zip(&places).filter_map(|(memory, place)| {
        let query = memory.correction.as_ref().map(|correction| correction.intended_query.as_str())?;
        (!query.is_empty()).then_some((memory, query, place))
    });
    let Some((memory, query, place)) = intended.next() else { return Ok((recalled, None)) };
    if intended.any(|(_, other, _)| other != query) {
        recalled.correction = Some(Correction::Contradictory(recorded.at().get("correction_count")));
        return Ok((recalled, None));
    }
    let understood = match parse(query) {
        Ok(intent) => linked(intent, language(question, memory), linker).await?,
        Err(error) => {
            tracing::warn!(memory = memory.id, %error, "an approved correction holds no query");
            None
        }
    };
    recalled.correction = Some(match &understood {
        Some(_) => Correction::Applied(place.clone()),
        None => Correction::Unusable(place.clone()),
    });
    Ok((recalled, understood))
}

fn language(question: &Question, memory: &Memory) -> Language {
    question.language.unwrap_or_else(|| {
        memory.correction.as_ref().map(|correction| correction.language).unwrap_or_default()
    })
}

/// The query over the plan as it is now; none when its object is not there, or not only once.
async fn linked(
    mut intent: Intent,
    language: Language,
    linker: &PlanLinker<'_>,
) -> Result<Option<Interpretation>, Error> {
    for object in objects_of(&mut intent) {
        let found = linker.find(&object.key, &[object.kind], INSTANCES).await?;
        let named = |found: &&FoundObject| {
            found.kind == object.kind
                && (found.key.eq_ignore_ascii_case(&object.key)
                    || found.object_name.eq_ignore_ascii_case(&object.key))
        };
        let mut found = found.objects.iter().filter(named);
        let (Some(only), None) = (found.next(), found.next()) else { return Ok(None) };
        *object = Object {
            kind: only.kind,
            id: only.id.clone(),
            key: only.key.clone(),
            object_name: only.object_name.clone(),
        };
    }
    let query = Query { intent, language };
    Ok(Some(Interpretation::Query(Understood { query, assumed: Vec::new(), engine: None })))
}

fn objects_of(intent: &mut Intent) -> Vec<&mut Object> {
    match intent {
        Intent::Detail(object)
        | Intent::WhyWaiting(object)
        | Intent::WhyFailed(object)
        | Intent::Dependencies { object, .. }
        | Intent::Progress(object)
        | Intent::Log { object, .. } => vec![object],
        Intent::WorkstationHealth(object)
        | Intent::ResourceHolders(object)
        | Intent::OpenPrompts(object)
        | Intent::Changes { object, .. } => object.iter_mut().collect(),
        Intent::Graph(question) => question.objects_mut(),
        Intent::Recall(question) => question.objects_mut(),
        // Everything else that can be read back names no object.
        _ => Vec::new(),
    }
}

/// Looks for memories about the objects of an answer.
pub(super) async fn about(
    understanding: &Understanding,
    tools: &Toolbox,
    recalled: Recalled,
) -> Result<Recalled, Error> {
    // Who did not answer a moment ago is not asked again.
    if recalled.failed || !tools.can_recall() {
        return Ok(recalled);
    }
    let objects = objects(understanding);
    if objects.is_empty() {
        return Ok(recalled);
    }
    match tools.call(RecallMemories { objects, limit: MEMORIES }).await {
        Ok(recorded) => Ok(Recalled { memories: recorded.at().get("memories").items(), ..recalled }),
        Err(error) => forgive(error, recalled),
    }
}

/// The object asked about, and those that the answer lists.
fn objects(understanding: &Understanding) -> Vec<RecalledObject> {
    let Interpretation::Query(understood) = &understanding.outcome else { return Vec::new() };
    let intent = &understood.query.intent;
    if matches!(intent, Intent::Learned(_) | Intent::Remember { .. }) {
        return Vec::new();
    }
    let mut objects: Vec<RecalledObject> = Vec::new();
    for object in focus(intent).cloned().into_iter().chain(listed(&understanding.findings)) {
        let object = RecalledObject { kind: object.kind, key: object.key, object_name: object.object_name };
        if objects.len() < OBJECTS && !objects.contains(&object) {
            objects.push(object);
        }
    }
    objects
}

fn forgive(error: Error, recalled: Recalled) -> Result<Recalled, Error> {
    if !error.is_of_memories() {
        return Err(error);
    }
    tracing::warn!(%error, "memories could not be looked up");
    Ok(Recalled { failed: true, ..recalled })
}
