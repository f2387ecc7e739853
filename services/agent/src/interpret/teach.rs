//! Messages that teach, and questions for what was taught: "remember that…", "what have you learned about X?".
//!
//! What is to be remembered is kept as it was typed and understood no further; only the object it is about is looked for.

use resync_api::agent::model::Language;
use resync_api::tws::model::{FoundObject, ObjectKind};

use super::link::{Linking, object_of};
use super::mention::{self, Mention};
use super::token::fold;
use super::{Context, Interpretation, Linker, UnknownName};
use crate::query::{Intent, Object};

/// Names of a text that are looked for.
const MAX_NAMES: usize = 5;

/// Beginnings of what is to be remembered, folded.
const REMEMBER: [(&str, Language); 16] = [
    ("please remember that", Language::English),
    ("remember that", Language::English),
    ("please remember:", Language::English),
    ("remember:", Language::English),
    ("keep in mind that", Language::English),
    ("take note that", Language::English),
    ("por favor lembre que", Language::Portuguese),
    ("por favor, lembre que", Language::Portuguese),
    ("lembre-se de que", Language::Portuguese),
    ("lembre-se que", Language::Portuguese),
    ("lembre que", Language::Portuguese),
    ("lembra que", Language::Portuguese),
    ("lembre:", Language::Portuguese),
    ("anote que", Language::Portuguese),
    ("aprenda que", Language::Portuguese),
    ("registre que", Language::Portuguese),
];

/// Beginnings of the question for what was taught, folded; longer ones first.
const LEARNED: [(&str, Language); 14] = [
    ("what have you learned", Language::English),
    ("what have you learnt", Language::English),
    ("what did you learn", Language::English),
    ("what have you been taught", Language::English),
    ("what do you remember", Language::English),
    ("what was learned", Language::English),
    ("what has been learned", Language::English),
    ("o que voce aprendeu", Language::Portuguese),
    ("o que vc aprendeu", Language::Portuguese),
    ("o que voce lembra", Language::Portuguese),
    ("o que vc lembra", Language::Portuguese),
    ("o que foi aprendido", Language::Portuguese),
    ("o que aprendeu", Language::Portuguese),
    ("que aprendeu", Language::Portuguese),
];

/// Words between the question and the name, and before a name.
const GLUE: [&str; 22] = [
    "about",
    "on",
    "of",
    "so",
    "far",
    "regarding",
    "the",
    "a",
    "sobre",
    "de",
    "do",
    "da",
    "dos",
    "das",
    "a",
    "o",
    "os",
    "as",
    "ate",
    "agora",
    "acerca",
    "quanto",
];

/// Nouns for kinds of objects, folded.
fn kind_of(noun: &str) -> Option<ObjectKind> {
    Some(match noun {
        "job" | "jobs" => ObjectKind::Job,
        "stream" | "streams" | "malha" | "malhas" | "schedule" | "schedules" => ObjectKind::JobStream,
        "workstation" | "workstations" | "agent" | "agents" | "agente" | "agentes" | "cpu" | "estacao" => {
            ObjectKind::Workstation
        }
        "resource" | "resources" | "recurso" | "recursos" => ObjectKind::Resource,
        "prompt" | "prompts" => ObjectKind::Prompt,
        _ => return None,
    })
}

/// What a message has to do with teaching.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Lesson {
    /// This is to be remembered.
    Remember(String),
    /// What was taught is asked for, of one name if given.
    Learned(Option<(String, Option<ObjectKind>)>),
}

/// Reads a lesson; none when the message is something else.
pub(super) fn read(message: &str) -> Option<(Lesson, Language)> {
    let message = message.trim();
    for (beginning, language) in REMEMBER {
        if let Some(text) = after(message, beginning) {
            let text = text.trim_start_matches([':', ',']).trim();
            return (!text.is_empty()).then(|| (Lesson::Remember(text.to_owned()), language));
        }
    }
    for (beginning, language) in LEARNED {
        let Some(rest) = after(message, beginning) else { continue };
        let mut hint = None;
        let mut names = Vec::new();
        for word in rest.split_whitespace() {
            let word = word.trim_matches(|c: char| "?!.,;:\"'“”`".contains(c));
            let folded = fold(word);
            if names.is_empty()
                && let Some(kind) = kind_of(&folded)
            {
                // "job stream": the later noun says it better.
                hint = Some(kind);
                continue;
            }
            let glue = names.is_empty() && GLUE.contains(&folded.as_str());
            if !word.is_empty() && !glue {
                names.push(word);
            }
        }
        return match names[..] {
            [] => Some((Lesson::Learned(None), language)),
            [name] => Some((Lesson::Learned(Some((name.to_owned(), hint))), language)),
            // More than a name: the grammar may know what to make of it.
            _ => None,
        };
    }
    None
}

/// What follows a folded beginning, as typed.
fn after<'a>(message: &'a str, beginning: &str) -> Option<&'a str> {
    let mut rest = message;
    for word in beginning.split(' ') {
        rest = rest.trim_start();
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (typed, more) = rest.split_at(end);
        let folded = fold(typed);
        if folded == word || folded.trim_end_matches(['?', '!', '.']) == word {
            rest = more;
        } else if word.ends_with(':') && folded.starts_with(word) {
            // "remember:this" is typed without a space.
            return rest.get(word.len()..);
        } else {
            return None;
        }
    }
    Some(rest)
}

/// Finds the object that a lesson is about.
pub(super) async fn link<L: Linker>(
    (lesson, language): (Lesson, Language),
    message: &str,
    context: &Context<'_>,
    linker: &L,
) -> Result<Interpretation, L::Error> {
    let linking = Linking { message, language: context.language.unwrap_or(language), engine: None };
    match lesson {
        Lesson::Remember(text) => {
            let about = subject(&text, linker).await?;
            Ok(linking.query(Intent::Remember { text, about }, None))
        }
        Lesson::Learned(None) => Ok(linking.query(Intent::Learned(None), None)),
        Lesson::Learned(Some((name, hint))) => {
            let mut mention = mention::find(&name, hint, linker).await?;
            one_of_each_key(&mut mention.objects);
            Ok(learned(&mention, &linking))
        }
    }
}

fn learned(mention: &Mention, linking: &Linking<'_>) -> Interpretation {
    let intent = |found: &FoundObject| Ok(Intent::Learned(Some(object_of(found))));
    match &mention.objects[..] {
        [found] => linking.query(Intent::Learned(Some(object_of(found))), None),
        [] => Interpretation::UnknownName(UnknownName {
            mention: mention.text.clone(),
            kind: mention.hint,
            nearest: linking.choices(mention, mention.nearest.iter(), intent),
            language: linking.language,
        }),
        several => linking.ambiguous(mention, several.iter(), several.len() as u64, intent),
    }
}

/// Instances of one object are one thing to know something about.
fn one_of_each_key(objects: &mut Vec<FoundObject>) {
    let mut seen = Vec::new();
    objects.retain(|object| {
        let new = !seen.contains(&(object.kind, object.key.clone()));
        if new {
            seen.push((object.kind, object.key.clone()));
        }
        new
    });
}

/// The first name of a text that names something in the plan, by the name that was typed; a pattern when a kind stands
/// before it.
async fn subject<L: Linker>(text: &str, linker: &L) -> Result<Option<Object>, L::Error> {
    let words: Vec<&str> = text
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| ".,;:!()\"'“”`".contains(c)))
        .filter(|word| !word.is_empty())
        .collect();
    let mut looked = 0;
    for (position, word) in words.iter().enumerate() {
        let before = position.checked_sub(1).and_then(|before| words.get(before));
        let hint = before.and_then(|noun| kind_of(&fold(noun)));
        let named = |kind| Object {
            kind,
            id: String::new(),
            key: word.replace('@', "*"),
            object_name: word.replace('@', "*"),
        };
        if word.contains(['*', '@']) {
            if let Some(kind) = hint.filter(|_| word.chars().filter(|c| c.is_alphanumeric()).count() > 1) {
                return Ok(Some(named(kind)));
            }
            continue;
        }
        let like_a_name = word.len() > 2
            && (word.contains(['_', '#', '/']) || word.chars().filter(char::is_ascii_uppercase).count() > 1)
            || hint.is_some() && word.len() > 2;
        if !like_a_name {
            continue;
        }
        looked += 1;
        if looked > MAX_NAMES {
            break;
        }
        let mut mention = mention::find(word, hint, linker).await?;
        mention.objects.retain(|object| hint.is_none_or(|hint| hint == object.kind));
        if let Some(found) = mention.objects.first() {
            return Ok(Some(Object { id: found.id.clone(), ..named(found.kind) }));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lessons_are_told_from_other_messages() {
        let remember = |text: &str| Some(Lesson::Remember(text.to_owned()));
        let learned = |name: &str, kind| Some(Lesson::Learned(Some((name.to_owned(), kind))));
        for (message, lesson) in [
            ("Remember that PAY_1 may be rerun", remember("PAY_1 may be rerun")),
            ("please remember that it is Ana's", remember("it is Ana's")),
            ("remember: X waits for the bank", remember("X waits for the bank")),
            ("remember:X waits", remember("X waits")),
            ("Lembre-se de que o PAY_1 é crítico", remember("o PAY_1 é crítico")),
            ("lembre que o PAY_1 pode ser reexecutado", remember("o PAY_1 pode ser reexecutado")),
            ("What have you learned about PAY_1?", learned("PAY_1", None)),
            (
                "what did you learn about the job stream PAYROLL",
                learned("PAYROLL", Some(ObjectKind::JobStream)),
            ),
            ("O que você aprendeu sobre a malha FOLHA?", learned("FOLHA", Some(ObjectKind::JobStream))),
            ("o que você aprendeu?", Some(Lesson::Learned(None))),
            ("What have you learned so far?", Some(Lesson::Learned(None))),
            ("remember that", None),
            ("remember when PAY_1 failed?", None),
            ("what failed?", None),
            ("what have you learned about why PAY_1 failed", None),
            ("does it remember that PAY_1 failed", None),
        ] {
            assert_eq!(read(message).map(|(lesson, _)| lesson), lesson, "{message}");
        }
        assert_eq!(read("lembre que X").map(|(_, language)| language), Some(Language::Portuguese));
    }
}
