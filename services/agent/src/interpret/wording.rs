//! Words of ours in questions back: labels and questions ready to send. The facts of answers are not
//! worded here.

use resync_api::agent::model::Language;
use resync_api::tws::model::{FoundObject, ObjectKind};

use super::AskBackReason;
use super::token::fold;
use crate::query::{GraphQuestion, Intent, RecallQuestion, kind_name};

/// The noun for a kind of object.
fn noun(kind: ObjectKind, language: Language) -> &'static str {
    match (kind, language) {
        (ObjectKind::JobStream, _) => "job stream",
        (ObjectKind::Workstation, Language::Portuguese) => "agente",
        (ObjectKind::Resource, Language::Portuguese) => "recurso",
        (ObjectKind::Folder, Language::Portuguese) => "pasta",
        (ObjectKind::User, Language::Portuguese) => "usuário",
        (kind, _) => kind_name(kind),
    }
}

/// What a button shows.
pub(super) fn label(found: &FoundObject, same_key: bool, language: Language) -> String {
    format!("{} {}{}", noun(found.kind, language), found.key, instance(found, same_key))
}

/// Tells instances of the same key apart.
fn instance(found: &FoundObject, same_key: bool) -> String {
    match found.scheduled_time.filter(|_| same_key) {
        Some(time) => format!(" ({})", time.format("%Y-%m-%d %H:%M UTC")),
        None => String::new(),
    }
}

/// The message with the object's key in the place of its name. Where no name stood, the question is
/// made from what was understood.
pub(super) fn question(
    message: &str,
    mention: &str,
    found: &FoundObject,
    same_key: bool,
    intent: &Intent,
    language: Language,
) -> String {
    let name = label(found, same_key, language);
    if let Some((before, after)) = split_at_mention(message, mention) {
        let before = without_trailing_noun(before);
        return format!("{before}{name}{after}");
    }
    plain(intent, &name, language)
}

fn split_at_mention<'a>(message: &'a str, mention: &str) -> Option<(&'a str, &'a str)> {
    if mention.is_empty() {
        return None;
    }
    let in_word = |character: Option<char>| {
        character.is_some_and(|character| character.is_alphanumeric() || character == '_')
    };
    let (start, _) = message.match_indices(mention).find(|(start, found)| {
        !in_word(message[..*start].chars().next_back())
            && !in_word(message[start + found.len()..].chars().next())
    })?;
    let (before, rest) = message.split_at(start);
    let after = &rest[mention.len()..];
    Some((
        before.trim_end_matches(['"', '\'', '“', '‘', '`', '«']),
        after.trim_start_matches(['"', '\'', '”', '’', '`', '»']),
    ))
}

/// The kind was perhaps said before the name already.
fn without_trailing_noun(before: &str) -> &str {
    let trimmed = before.trim_end();
    let folded = fold(trimmed);
    let nouns = [
        "job stream",
        "jobstream",
        "stream",
        "malha",
        "schedule",
        "job",
        "workstation",
        "agent",
        "agente",
        "cpu",
        "resource",
        "recurso",
        "folder",
        "pasta",
        "user",
        "usuario",
    ];
    for noun in nouns {
        let boundary = folded.strip_suffix(noun).is_some_and(|rest| rest.is_empty() || rest.ends_with(' '));
        if boundary && trimmed.len() >= noun.len() && trimmed.is_char_boundary(trimmed.len() - noun.len()) {
            return &trimmed[..trimmed.len() - noun.len()];
        }
    }
    before
}

fn plain(intent: &Intent, name: &str, language: Language) -> String {
    let english = language == Language::English;
    match intent {
        Intent::WhyWaiting(_) if english => format!("why is {name} not running?"),
        Intent::WhyWaiting(_) => format!("por que {name} não está rodando?"),
        Intent::WhyFailed(_) if english => format!("why did {name} fail?"),
        Intent::WhyFailed(_) => format!("por que {name} falhou?"),
        Intent::Log { .. } if english => format!("show the log of {name}"),
        Intent::Log { .. } => format!("mostra o log de {name}"),
        Intent::Dependencies { direction: resync_api::tws::model::Direction::Successors, .. } if english => {
            format!("successors of {name}")
        }
        Intent::Dependencies { direction: resync_api::tws::model::Direction::Successors, .. } => {
            format!("sucessoras de {name}")
        }
        Intent::Dependencies { .. } if english => format!("predecessors of {name}"),
        Intent::Dependencies { .. } => format!("predecessoras de {name}"),
        Intent::Graph(question) => plain_graph(question, name, english),
        Intent::Recall(question) => plain_recall(question, name, english),
        Intent::Act { verb, .. } => format!("{verb} {name}"),
        _ if english => format!("status of {name}"),
        _ => format!("situação de {name}"),
    }
}

/// The same for questions to what was kept.
fn plain_recall(question: &RecallQuestion, name: &str, english: bool) -> String {
    match (question, english) {
        (RecallQuestion::Passages { .. }, true) => format!("what does the runbook say about {name}?"),
        (RecallQuestion::Passages { .. }, false) => format!("o que o manual diz sobre {name}?"),
        (RecallQuestion::Similar(_), true) => format!("similar incidents to {name}"),
        (RecallQuestion::Similar(_), false) => format!("incidentes parecidos com {name}"),
        (RecallQuestion::Unusual(_), true) => format!("is the run time of {name} unusual?"),
        (RecallQuestion::Unusual(_), false) => format!("o tempo de {name} é incomum?"),
        (RecallQuestion::Usual(_), true) => format!("statistics of {name}"),
        (RecallQuestion::Usual(_), false) => format!("estatísticas de {name}"),
        (RecallQuestion::OpenIncidents, true) => "which incidents are open?".to_owned(),
        (RecallQuestion::OpenIncidents, false) => "quais incidentes estão abertos?".to_owned(),
    }
}

/// The same for questions to the dependency graph.
fn plain_graph(question: &GraphQuestion, name: &str, english: bool) -> String {
    match (question, english) {
        (GraphQuestion::Impact(_), true) => format!("what is the impact of {name}?"),
        (GraphQuestion::Impact(_), false) => format!("qual o impacto de {name}?"),
        (GraphQuestion::RootCause(_), true) => format!("what is the root cause of {name}?"),
        (GraphQuestion::RootCause(_), false) => format!("qual a causa raiz de {name}?"),
        (GraphQuestion::CriticalPath(_), true) => format!("critical path of {name}"),
        (GraphQuestion::CriticalPath(_), false) => format!("caminho crítico de {name}"),
        (GraphQuestion::Risk(_), true) => format!("will {name} miss its deadline?"),
        (GraphQuestion::Risk(_), false) => format!("{name} vai perder o prazo?"),
        (_, true) => format!("when will {name} end?"),
        (_, false) => format!("quando {name} vai terminar?"),
    }
}

/// Questions that would be understood.
pub(super) fn suggestions(reason: AskBackReason, language: Language) -> Vec<String> {
    let english = language == Language::English;
    let texts: &[&str] = match (reason, english) {
        (AskBackReason::OneAtATime, true) => {
            &["which jobs are late?", "which jobs failed?", "which jobs are at risk?"]
        }
        (AskBackReason::OneAtATime, false) => {
            &["quais jobs estão atrasados?", "quais jobs falharam?", "quais jobs estão em risco?"]
        }
        (AskBackReason::NeedsNumber, true) => &["help"],
        (AskBackReason::NeedsNumber, false) => &["ajuda"],
        (AskBackReason::NeedsObject | AskBackReason::NothingToReferTo, true) => {
            &["which jobs failed?", "which job streams are stuck?", "which jobs are late?"]
        }
        (AskBackReason::NeedsObject | AskBackReason::NothingToReferTo, false) => {
            &["quais jobs falharam?", "quais malhas estão travadas?", "quais jobs estão atrasados?"]
        }
        (AskBackReason::NotUnderstood | AskBackReason::NotCovered, true) => &[
            "how is the plan?",
            "which jobs failed?",
            "what is late?",
            "which workstations are down?",
            "help",
        ],
        (AskBackReason::NotUnderstood | AskBackReason::NotCovered, false) => &[
            "como está o plano?",
            "quais jobs falharam?",
            "o que está atrasado?",
            "quais agentes estão fora do ar?",
            "ajuda",
        ],
    };
    texts.iter().map(|text| (*text).to_owned()).collect()
}
