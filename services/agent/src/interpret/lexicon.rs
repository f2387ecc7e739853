//! The vocabulary: phrases of both languages and what they mean, found by longest match.
//!
//! Tables live in the sub-modules, one family of words each. In a table `|` separates synonyms and a
//! trailing `~` marks a stem that takes any ending.

use std::collections::{HashMap, HashSet};

use resync_api::agent::model::Language;

mod meaning;
mod states;
mod nouns;
mod cues;
mod graph;
mod recall;
mod verbs;
mod moments;
mod glue;
mod outside;
mod spelling;

pub(super) use meaning::{Compare, Cue, Meaning, Moment, Outside, Pattern, Pronoun, Rank, Role, State};

/// What some phrases mean: the meaning, the English phrases, the Portuguese phrases.
struct Row(Meaning, &'static str, &'static str);

/// Words that stand for different things in the two languages: they count only in a message of theirs.
const HOMOGRAPHS: &[&str] = &[
    "a", "as", "ate", "come", "do", "e", "for", "mate", "me", "no", "nos", "o", "os", "para", "pare", "sem",
    "so", "some", "time", "use", "via", "fora", "era", "pause", "n", "q", "y", "fim", "as", "pra", "h", "ha",
    "late", "sent", "te", "mal", "eu", "pro",
];

/// Articles may stand anywhere inside a phrase.
const ARTICLES: &[&str] = &["the", "a", "an", "o", "os", "as", "um", "uma"];

/// Longest ending a stem takes.
const MAX_ENDING: usize = 7;

#[derive(Debug)]
enum Piece {
    Word(&'static str),
    Stem(&'static str),
}

impl Piece {
    fn matches(&self, word: &str) -> bool {
        match self {
            Self::Word(own) => *own == word,
            Self::Stem(stem) => word.strip_prefix(stem).is_some_and(|ending| ending.len() <= MAX_ENDING),
        }
    }
}

#[derive(Debug)]
struct Phrase {
    pieces: Vec<Piece>,
    meaning: Meaning,
    language: Language,
}

/// The vocabulary, built once.
#[derive(Debug)]
pub(super) struct Lexicon {
    phrases: Vec<Phrase>,
    by_word: HashMap<&'static str, Vec<usize>>,
    by_stem: HashMap<&'static str, Vec<usize>>,
    english: Words,
    portuguese: Words,
    spelling: spelling::Index,
}

/// Which words a language's phrases are made of.
#[derive(Debug, Default)]
struct Words {
    exact: HashSet<&'static str>,
    stems: HashSet<&'static str>,
}

impl Words {
    fn contains(&self, word: &str) -> bool {
        self.exact.contains(word) || stems_of(word).any(|stem| self.stems.contains(stem))
    }
}

/// The beginnings of a word that a stem of the tables may be.
fn stems_of(word: &str) -> impl Iterator<Item = &str> {
    let shortest = word.len().saturating_sub(MAX_ENDING).max(3);
    (shortest..=word.len()).filter_map(|length| word.get(..length))
}

/// A phrase found in a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Match {
    /// Words it covers.
    pub(super) length: usize,
    /// What it means.
    pub(super) meaning: Meaning,
}

impl Lexicon {
    /// Builds the vocabulary from its tables.
    pub(super) fn new() -> Self {
        let mut lexicon = Self {
            phrases: Vec::new(),
            by_word: HashMap::new(),
            by_stem: HashMap::new(),
            english: Words::default(),
            portuguese: Words::default(),
            spelling: spelling::Index::default(),
        };
        let tables = [
            states::ROWS,
            nouns::ROWS,
            cues::ROWS,
            graph::ROWS,
            recall::ROWS,
            verbs::ROWS,
            moments::ROWS,
            glue::ROWS,
            outside::ROWS,
        ];
        for Row(meaning, english, portuguese) in tables.into_iter().flatten() {
            lexicon.add(*meaning, english, Language::English);
            lexicon.add(*meaning, portuguese, Language::Portuguese);
        }
        lexicon
    }

    fn add(&mut self, meaning: Meaning, synonyms: &'static str, language: Language) {
        for phrase in synonyms.split('|').map(str::trim).filter(|phrase| !phrase.is_empty()) {
            let pieces: Vec<Piece> = phrase
                .split_whitespace()
                .map(|word| word.strip_suffix('~').map_or(Piece::Word(word), Piece::Stem))
                .collect();
            let words = match language {
                Language::English => &mut self.english,
                Language::Portuguese => &mut self.portuguese,
            };
            for piece in &pieces {
                match piece {
                    Piece::Word(word) => words.exact.insert(word),
                    Piece::Stem(stem) => words.stems.insert(stem),
                };
                let (Piece::Word(text) | Piece::Stem(text)) = piece;
                self.spelling.add(text, matches!(piece, Piece::Stem(_)));
            }
            let index = self.phrases.len();
            match pieces.first() {
                Some(Piece::Word(word)) => self.by_word.entry(word).or_default().push(index),
                Some(Piece::Stem(stem)) => self.by_stem.entry(stem).or_default().push(index),
                None => continue,
            }
            self.phrases.push(Phrase { pieces, meaning, language });
        }
    }

    /// Whether any phrase uses the word.
    pub(super) fn knows(&self, word: &str) -> bool {
        self.english.contains(word) || self.portuguese.contains(word)
    }

    /// How strongly a word speaks for a language: positive for Portuguese, negative for English.
    pub(super) fn leaning(&self, word: &str) -> i32 {
        if matches!(word, "do" | "no" | "o" | "e" | "os" | "para" | "pra" | "ha" | "fora" | "sem") {
            return 1;
        }
        if HOMOGRAPHS.contains(&word) {
            return 0;
        }
        match (self.english.contains(word), self.portuguese.contains(word)) {
            (true, false) => -2,
            (false, true) => 2,
            (true, true) | (false, false) => 0,
        }
    }

    /// The vocabulary word that was most likely meant, if one is near enough.
    pub(super) fn correct(&self, word: &str) -> Option<String> {
        self.spelling.nearest(word)
    }

    /// The longest phrase at the beginning of `words`; equal ones by language, then by table order.
    pub(super) fn longest(&self, words: &[&str], language: Language) -> Option<Match> {
        let first = *words.first()?;
        let by_word = self.by_word.get(first).into_iter().flatten();
        let by_stem = stems_of(first).filter_map(|stem| self.by_stem.get(stem)).flatten();
        let mut best = None;
        for &index in by_word.chain(by_stem) {
            let phrase = &self.phrases[index];
            let Some(length) = covered(&phrase.pieces, words) else { continue };
            let native = phrase.language == language;
            if !native && phrase.pieces.len() == 1 && HOMOGRAPHS.contains(&first) {
                continue;
            }
            let exact = matches!(phrase.pieces.first(), Some(Piece::Word(_)));
            // Of two phrases of as many words, the one without a word skipped in it.
            let skipped = length - phrase.pieces.len();
            let rank =
                (phrase.pieces.len(), std::cmp::Reverse(skipped), native, exact, std::cmp::Reverse(index));
            if best.as_ref().is_none_or(|(other, _): &(_, Match)| rank > *other) {
                best = Some((rank, Match { length, meaning: phrase.meaning }));
            }
        }
        best.map(|(_, found)| found)
    }
}

/// How many of `words` the pieces cover, articles inside a phrase aside.
fn covered(pieces: &[Piece], words: &[&str]) -> Option<usize> {
    let mut position = 0;
    for (index, piece) in pieces.iter().enumerate() {
        if index > 0 && !words.get(position).is_some_and(|word| piece.matches(word)) {
            // One article may stand between two words of a phrase.
            if !ARTICLES.contains(words.get(position)?) {
                return None;
            }
            position += 1;
        }
        if !piece.matches(words.get(position)?) {
            return None;
        }
        position += 1;
    }
    Some(position)
}
