//! The question files: what is asked, how it should be understood, what must be true of the answer.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use resync_api::agent::model::{AnswerKind, Language};
use serde::Deserialize;

/// One question, alone or as a turn of a conversation.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Row of the report; turns take their conversation's.
    #[serde(default)]
    pub category: String,
    /// The words, with placeholders.
    pub ask: String,
    /// Expected interpretation, alternatives separated by `||`; unset: any.
    pub want: Option<String>,
    /// What must be true of the facts; see `judge`.
    pub check: String,
    /// Expected kind of answer.
    #[serde(default = "answer")]
    pub kind: AnswerKind,
}

fn answer() -> AnswerKind {
    AnswerKind::Answer
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    question: Vec<Question>,
    #[serde(default)]
    conversation: Vec<Conversation>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Conversation {
    category: String,
    turn: Vec<Question>,
}

/// Questions asked one after the other in one conversation; most have one turn.
#[derive(Clone, Debug)]
pub struct Dialogue {
    /// Language of the file it came from.
    pub language: Language,
    /// In order.
    pub turns: Vec<Question>,
}

/// Reads every question file of a folder. Files whose name holds `portuguese` are asked in Portuguese.
///
/// # Errors
/// When a file cannot be read, or holds what the format does not know.
pub fn load_all(folder: &Path) -> anyhow::Result<Vec<Dialogue>> {
    let entries = fs::read_dir(folder).with_context(|| format!("read {}", folder.display()))?;
    let mut files: Vec<_> = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    let mut dialogues = Vec::new();
    for file in files {
        let portuguese = file.to_string_lossy().contains("portuguese");
        let language = if portuguese { Language::Portuguese } else { Language::English };
        dialogues.extend(load(&file, language)?);
    }
    Ok(dialogues)
}

/// Reads one question file.
///
/// # Errors
/// When the file cannot be read, or holds what the format does not know.
pub fn load(path: &Path, language: Language) -> anyhow::Result<Vec<Dialogue>> {
    let text = fs::read_to_string(path).with_context(|| format!("read {}", path.display()))?;
    let file: File = toml::from_str(&text).with_context(|| format!("parse {}", path.display()))?;
    let alone = file.question.into_iter().map(|question| vec![question]);
    let together = file.conversation.into_iter().map(|Conversation { category, mut turn }| {
        for question in &mut turn {
            question.category.clone_from(&category);
        }
        turn
    });
    Ok(alone.chain(together).map(|turns| Dialogue { language, turns }).collect())
}
