//! Which memories of one scope say the opposite of each other. Deterministic and explainable, and no more than a hint:
//! nothing follows from it but that people are shown both.
//!
//! Three rules for facts: the same words, denied once; the same words around another value; the same words with one of
//! opposite meaning. A correction contradicts another of the same question with another query.

use std::collections::HashSet;

use resync_api::memories::model::{Memory, MemoryConflict, MemoryContradiction};

use super::wording::words;

/// Words two statements must share so that what differs is said of the same.
const SHARED: usize = 2;
/// Words of a value at most.
const VALUE: usize = 4;

const ENGLISH_NEGATIONS: [&str; 5] = ["not", "never", "no", "cannot", "without"];
const PORTUGUESE_NEGATIONS: [&str; 5] = ["nao", "nunca", "jamais", "nem", "sem"];
/// Portuguese for "is", which without its accent is "and".
const IS: &str = "eh";
/// Words that say nothing of their own, and make the language known.
const ENGLISH_FILLERS: [&str; 24] = [
    "the", "a", "an", "is", "are", "be", "been", "was", "were", "does", "do", "did", "it", "this", "that",
    "there", "of", "to", "always", "has", "have", "will", "any", "ever",
];
const PORTUGUESE_FILLERS: [&str; 27] = [
    "o", "a", "os", "as", "um", "uma", "e", IS, "sao", "esta", "estao", "foi", "isto", "isso", "de", "do",
    "da", "dos", "das", "no", "na", "em", "sempre", "tem", "ser", "ha", "que",
];
/// Between what is spoken of and what is said of it.
const COPULAS: [&str; 13] =
    ["is", "are", "=", "equals", "was", "means", IS, "sao", "foi", "fica", "significa", "sera", "igual"];
const OPPOSITES: [(&str, &str); 27] = [
    ("safe", "unsafe"),
    ("possible", "impossible"),
    ("before", "after"),
    ("enabled", "disabled"),
    ("enable", "disable"),
    ("required", "optional"),
    ("allowed", "forbidden"),
    ("critical", "harmless"),
    ("start", "stop"),
    ("on", "off"),
    ("up", "down"),
    ("first", "last"),
    ("increase", "decrease"),
    ("normal", "abnormal"),
    ("early", "late"),
    ("hold", "release"),
    ("seguro", "inseguro"),
    ("segura", "insegura"),
    ("possivel", "impossivel"),
    ("antes", "depois"),
    ("ativado", "desativado"),
    ("habilitado", "desabilitado"),
    ("obrigatorio", "opcional"),
    ("permitido", "proibido"),
    ("primeiro", "ultimo"),
    ("normal", "anormal"),
    ("cedo", "tarde"),
];

/// How `own` contradicts `other`, when it does. Both are of one scope.
pub(super) fn contradiction(own: &Memory, other: &Memory) -> Option<MemoryContradiction> {
    let found = |conflict, own_words: String, other_words: String| {
        Some(MemoryContradiction { memory_id: other.id.clone(), conflict, own_words, other_words })
    };
    match (&own.correction, &other.correction) {
        (Some(mine), Some(theirs)) => {
            let (mine, theirs) = (&mine.intended_query, &theirs.intended_query);
            if mine.is_empty() || theirs.is_empty() || mine == theirs {
                return None;
            }
            found(MemoryConflict::Intent, mine.clone(), theirs.clone())
        }
        (None, None) => {
            let about = own.scope.about.as_ref().map(|about| words(&about.name)).unwrap_or_default();
            let (conflict, mine, theirs) = opposed(&own.text, &other.text, &about)?;
            found(conflict, mine, theirs)
        }
        _ => None,
    }
}

/// The words of a statement.
fn told(text: &str) -> Vec<String> {
    let kept = text.split_whitespace().map(|word| if matches!(word, "é" | "É") { IS } else { word });
    words(&kept.collect::<Vec<_>>().join(" "))
}

/// The rule that two texts break, with the words that differ.
fn opposed(own: &str, other: &str, about: &[String]) -> Option<(MemoryConflict, String, String)> {
    let (own_words, other_words) = (told(own), told(other));
    let (mine, theirs) = (Statement::of(&own_words), Statement::of(&other_words));
    if mine.content == theirs.content {
        let denied = mine.negations.len() % 2 != theirs.negations.len() % 2;
        return denied
            .then(|| (MemoryConflict::Negation, mine.negations.join(" "), theirs.negations.join(" ")));
    }
    if mine.negations.len() % 2 != theirs.negations.len() % 2 {
        return None;
    }
    let (ours, others) = between(&mine.content, &theirs.content);
    let named =
        |content: &[&str]| content.iter().filter(|word| about.iter().any(|name| name == *word)).count();
    // What a memory is about need not be named in its text, and is shared all the same.
    let unnamed = !about.is_empty() && named(&mine.content) == named(ours);
    let shared = mine.content.len() - ours.len() + usize::from(unnamed);
    let texts = || (ours.join(" "), others.join(" "));
    if shared >= SHARED {
        if let ([one], [another]) = (ours, others)
            && OPPOSITES.iter().any(|&(a, b)| (*one, *another) == (a, b) || (*one, *another) == (b, a))
        {
            let (mine, theirs) = texts();
            return Some((MemoryConflict::Opposite, mine, theirs));
        }
        let value =
            |part: &[&str]| (1..=VALUE).contains(&part.len()) && part.iter().any(|word| has_digit(word));
        if value(ours) && value(others) {
            let (mine, theirs) = texts();
            return Some((MemoryConflict::Value, mine, theirs));
        }
    }
    told_otherwise(&own_words, &other_words, about)
}

/// "The owner of X is A" and "the owner of X is B": the same is said to be two things.
fn told_otherwise(
    own: &[String],
    other: &[String],
    about: &[String],
) -> Option<(MemoryConflict, String, String)> {
    let split = |all: &[String]| -> Option<(HashSet<String>, Vec<String>)> {
        let at = all.iter().position(|word| COPULAS.contains(&word.as_str()))?;
        let part =
            |part: &[String]| Statement::of(part).content.into_iter().map(str::to_owned).collect::<Vec<_>>();
        Some((part(&all[..at]).into_iter().collect(), part(&all[at + 1..])))
    };
    let ((mine, own_value), (theirs, other_value)) = (split(own)?, split(other)?);
    // A subject alone is not enough: much can be said of it. There must be an attribute too.
    let named = mine.iter().filter(|word| !about.contains(word)).count();
    let needed = if about.is_empty() { SHARED } else { 1 };
    let within = |part: &[String], whole: &[String]| part.iter().all(|word| whole.contains(word));
    let same = mine == theirs && named >= needed;
    let other_thing = !own_value.is_empty()
        && !other_value.is_empty()
        && own_value.len().max(other_value.len()) <= VALUE
        && !within(&own_value, &other_value)
        && !within(&other_value, &own_value);
    (same && other_thing).then(|| (MemoryConflict::Value, own_value.join(" "), other_value.join(" ")))
}

/// What a statement says, its denials apart.
struct Statement<'a> {
    content: Vec<&'a str>,
    negations: Vec<&'a str>,
}

impl<'a> Statement<'a> {
    fn of(words: &'a [String]) -> Self {
        let count = |list: &[&str]| words.iter().filter(|word| list.contains(&word.as_str())).count();
        // "no" denies in English and is "in the" in Portuguese.
        let portuguese = count(&PORTUGUESE_FILLERS) + count(&PORTUGUESE_NEGATIONS)
            > count(&ENGLISH_FILLERS) + count(&ENGLISH_NEGATIONS);
        let (negations, fillers): (&[&str], &[&str]) = if portuguese {
            (&PORTUGUESE_NEGATIONS, &PORTUGUESE_FILLERS)
        } else {
            (&ENGLISH_NEGATIONS, &ENGLISH_FILLERS)
        };
        let mut statement = Self { content: Vec::new(), negations: Vec::new() };
        for word in words {
            let word = word.as_str();
            if negations.contains(&word) {
                statement.negations.push(word);
            } else if let Some(verb) = denied(word) {
                statement.negations.push(word);
                if !fillers.contains(&verb) {
                    statement.content.push(verb);
                }
            } else if !fillers.contains(&word) {
                statement.content.push(word);
            }
        }
        statement
    }
}

/// The verb of "isn't", "can’t".
fn denied(word: &str) -> Option<&str> {
    let stem = word.strip_suffix("n't").or_else(|| word.strip_suffix("n’t"))?;
    Some(if stem == "ca" { "can" } else { stem })
}

/// What is left of each without the words both begin and end with.
fn between<'a, 'b>(own: &'a [&'b str], other: &'a [&'b str]) -> (&'a [&'b str], &'a [&'b str]) {
    let first = own.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (own, other) = (&own[first..], &other[first..]);
    let last = own.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    (&own[..own.len() - last], &other[..other.len() - last])
}

fn has_digit(word: &str) -> bool {
    word.chars().any(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conflict(own: &str, other: &str, about: &str) -> Option<MemoryConflict> {
        let about = words(about);
        let found = opposed(own, other, &about).map(|(conflict, ..)| conflict);
        assert_eq!(opposed(other, own, &about).map(|(conflict, ..)| conflict), found, "either way round");
        found
    }

    #[test]
    fn what_denies_differs_or_is_opposite_is_flagged() {
        for (own, other, expected) in [
            ("PAYROLL may be rerun", "PAYROLL may not be rerun.", MemoryConflict::Negation),
            ("PAYROLL can be rerun safely", "PAYROLL can't be rerun safely", MemoryConflict::Negation),
            ("It is always safe to rerun it", "It is never safe to rerun it", MemoryConflict::Negation),
            ("O job pode ser reexecutado", "O job não pode ser reexecutado", MemoryConflict::Negation),
            ("PAYROLL usually takes 20 minutes", "PAYROLL usually takes 2 hours", MemoryConflict::Value),
            ("PAYROLL termina às 06:00", "PAYROLL termina às 07:30", MemoryConflict::Value),
            ("the owner of PAYROLL is Ana", "The owner of PAYROLL is Bruno.", MemoryConflict::Value),
            ("Run it before PAYROLL", "Run it after PAYROLL", MemoryConflict::Opposite),
            ("É seguro reexecutar o PAYROLL", "É inseguro reexecutar o PAYROLL", MemoryConflict::Opposite),
        ] {
            assert_eq!(conflict(own, other, ""), Some(expected), "{own} | {other}");
        }
        assert_eq!(
            conflict("its owner is Ana", "its owner is Bruno", "PAYROLL"),
            Some(MemoryConflict::Value)
        );
    }

    #[test]
    fn what_merely_adds_or_speaks_of_something_else_is_not() {
        for (own, other, about) in [
            ("PAYROLL may be rerun", "payroll may be rerun!", ""),
            ("PAYROLL is critical", "PAYROLL is owned by finance", "PAYROLL"),
            ("PAYROLL may be rerun", "BILLING may not be rerun", ""),
            ("PAYROLL takes 20 minutes", "BILLING starts at 6", ""),
            ("the owner of PAYROLL is Ana", "the owner of PAYROLL is Ana Souza", ""),
            ("PAYROLL waits for the file", "PAYROLL fails without disk space", "PAYROLL"),
            ("O job roda no CPU1", "O job roda cedo", ""),
        ] {
            assert_eq!(conflict(own, other, about), None, "{own} | {other}");
        }
    }
}
