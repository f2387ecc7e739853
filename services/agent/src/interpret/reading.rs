//! A message as pieces with meanings: vocabulary phrases, numbers, times, and mentions of plan objects.

use resync_api::agent::model::Language;
use resync_api::tws::model::ObjectKind;

use super::lexicon::{Cue, Lexicon, Meaning, Outside, State};
use super::mention::Mention;
use super::token::{self, Shape, Token};
use super::{Context, ScopeReason, clauses, compounds};

/// Corrections of spelling in one message; more mistakes than this are not read.
const MAX_CORRECTIONS: usize = 12;

/// One piece of a message.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// What it is.
    pub(super) unit: Unit,
    /// Its first token.
    pub(super) start: usize,
    /// How many tokens it covers.
    pub(super) length: usize,
    /// As typed.
    pub(super) raw: String,
    /// Its first word, folded.
    pub(super) word: String,
    /// In capitals while the rest of the message is not.
    pub(super) shouted: bool,
    /// A slot has taken it.
    pub(super) used: bool,
    /// Nothing is known of what it says: no vocabulary, or only a part of phrases.
    pub(super) loose: bool,
}

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Unit {
    /// A phrase of the vocabulary.
    Known(Meaning),
    /// A mention of an object, by its position among the mentions.
    Name(usize),
    /// A number, time, code or operator.
    Shape(Shape),
    /// A word that is neither vocabulary nor a name of the plan.
    Unknown,
}

/// A message being read.
#[derive(Debug)]
pub(super) struct Reading {
    /// Tokens, in order.
    pub(super) tokens: Vec<Token>,
    /// For each token, the mention it is, if any.
    pub(super) token_mentions: Vec<Option<usize>>,
    /// For each unknown word, the mention it would be, with its near names.
    pub(super) token_suspects: Vec<Option<usize>>,
    /// Mentions of plan objects.
    pub(super) mentions: Vec<Mention>,
    /// Pieces, in order; empty until tagged.
    pub(super) pieces: Vec<Piece>,
    /// Language of the message.
    pub(super) language: Language,
    /// Language to answer in.
    pub(super) answer_language: Language,
    /// The engine it names.
    pub(super) engine: Option<String>,
    /// Vocabulary words after correction, by token.
    words: Vec<String>,
    outside: Option<ScopeReason>,
}

impl Reading {
    /// Cuts and corrects a message, finds its language and whether it is about the plan at all.
    pub(super) fn new(lexicon: &Lexicon, message: &str, context: &Context<'_>) -> Self {
        let mut tokens = token::tokenise(message, |word| lexicon.knows(word));
        let engine = take_engine(&mut tokens, context.engines);
        let fallback = context
            .language
            .or_else(|| context.conversation.and_then(|earlier| earlier.language()))
            .unwrap_or_default();
        let language = language_of(lexicon, &tokens, fallback);
        let mut reading = Self {
            token_mentions: vec![None; tokens.len()],
            token_suspects: vec![None; tokens.len()],
            tokens,
            mentions: Vec::new(),
            pieces: Vec::new(),
            language,
            answer_language: context.language.unwrap_or(language),
            engine,
            words: Vec::new(),
            outside: None,
        };
        reading.correct(lexicon);
        reading.tag(lexicon);
        reading.set_small_talk_aside(lexicon);
        reading.outside = reading.find_outside();
        reading
    }

    /// Why the message is not about the plan, if it is not.
    pub(super) fn outside(&self) -> Option<ScopeReason> {
        self.outside
    }

    fn correct(&mut self, lexicon: &Lexicon) {
        let mut corrections = 0;
        self.words = self
            .tokens
            .iter()
            .map(|token| {
                // What stands in capitals is more likely a name than a slip.
                let sure = token.shape != Shape::Word || token.shouted || lexicon.knows(&token.word);
                if sure || corrections == MAX_CORRECTIONS {
                    return token.word.clone();
                }
                corrections += 1;
                lexicon.correct(&token.word).unwrap_or_else(|| token.word.clone())
            })
            .collect();
    }

    fn set_small_talk_aside(&mut self, lexicon: &Lexicon) {
        let idle = clauses::small_talk(self);
        if idle.is_empty() {
            return;
        }
        let kept: Vec<bool> = self.tokens.iter().map(|token| !idle.contains(&token.clause)).collect();
        let mut keep = kept.iter();
        self.tokens.retain(|_| keep.next().is_none_or(|kept| *kept));
        let mut keep = kept.iter();
        self.words.retain(|_| keep.next().is_none_or(|kept| *kept));
        self.token_mentions = vec![None; self.tokens.len()];
        self.token_suspects = vec![None; self.tokens.len()];
        self.tag(lexicon);
    }

    /// The word a token was read as.
    pub(super) fn word(&self, token: usize) -> &str {
        self.words.get(token).map_or("", String::as_str)
    }

    /// Cuts the tokens into pieces again, after mentions changed.
    pub(super) fn tag(&mut self, lexicon: &Lexicon) {
        let mut pieces = Vec::with_capacity(self.tokens.len());
        let mut position = 0;
        while let Some(token) = self.tokens.get(position) {
            let (unit, length) = if let Some(mention) = self.token_mentions[position] {
                (Unit::Name(mention), 1)
            } else if token.shape != Shape::Word {
                (Unit::Shape(token.shape), 1)
            } else {
                self.phrase(lexicon, position)
            };
            pieces.push(Piece {
                unit,
                start: position,
                length,
                raw: token.raw.clone(),
                word: self.words[position].clone(),
                shouted: token.shouted,
                used: false,
                loose: match unit {
                    Unit::Unknown => true,
                    Unit::Known(Meaning::Filler) if length == 1 => {
                        lexicon.longest(&[self.word(position)], self.language).is_none()
                    }
                    _ => false,
                },
            });
            position += length;
        }
        self.pieces = pieces;
        compounds::join(self);
    }

    fn phrase(&self, lexicon: &Lexicon, position: usize) -> (Unit, usize) {
        // "é" is a verb, "e" joins: only the accent tells.
        if matches!(self.tokens[position].raw.as_str(), "é" | "É") {
            return (Unit::Known(Meaning::Auxiliary), 1);
        }
        let words: Vec<&str> = (position..self.tokens.len())
            .take_while(|next| {
                self.tokens[*next].shape == Shape::Word && self.token_mentions[*next].is_none()
            })
            .take(8)
            .map(|next| self.word(next))
            .collect();
        match lexicon.longest(&words, self.language) {
            Some(found) => (Unit::Known(found.meaning), found.length),
            // A word that is only a part of phrases says nothing by itself.
            None if lexicon.knows(self.word(position)) => (Unit::Known(Meaning::Filler), 1),
            None => (Unit::Unknown, 1),
        }
    }

    fn find_outside(&self) -> Option<ScopeReason> {
        let mut found = None;
        for piece in &self.pieces {
            let Unit::Known(Meaning::Outside(outside)) = piece.unit else { continue };
            // A slip of the finger is no reason to decline.
            let corrected = (piece.start..piece.start + piece.length)
                .any(|token| self.words[token] != self.tokens[token].word);
            if corrected {
                continue;
            }
            match outside {
                Outside::Instructions => return Some(ScopeReason::Instructions),
                Outside::Secrets if !self.any_state() => found = Some(ScopeReason::Secrets),
                Outside::Topic if found.is_none() => found = Some(ScopeReason::Topic),
                Outside::Topic | Outside::Secrets | Outside::Greeting => {}
            }
        }
        found
    }

    fn any_state(&self) -> bool {
        self.pieces.iter().any(|piece| matches!(piece.unit, Unit::Known(Meaning::State(_))))
    }

    /// What a piece means, if it is vocabulary.
    pub(super) fn meaning(&self, position: usize) -> Option<Meaning> {
        match self.pieces.get(position)?.unit {
            Unit::Known(meaning) => Some(meaning),
            Unit::Name(_) | Unit::Shape(_) | Unit::Unknown => None,
        }
    }

    /// The mention a piece is.
    pub(super) fn name(&self, position: usize) -> Option<usize> {
        match self.pieces.get(position)?.unit {
            Unit::Name(mention) => Some(mention),
            Unit::Known(_) | Unit::Shape(_) | Unit::Unknown => None,
        }
    }

    /// A number, in digits or as a word.
    pub(super) fn number(&self, position: usize) -> Option<i64> {
        match self.pieces.get(position)?.unit {
            Unit::Shape(Shape::Number(number)) | Unit::Known(Meaning::Amount(number)) => Some(number),
            _ => None,
        }
    }

    /// Positions of free pieces with a meaning that fits.
    pub(super) fn positions(&self, fits: impl Fn(Meaning) -> bool) -> Vec<usize> {
        (0..self.pieces.len())
            .filter(|position| !self.pieces[*position].used && self.meaning(*position).is_some_and(&fits))
            .collect()
    }

    /// Whether the question is after this.
    pub(super) fn has(&self, cue: Cue) -> bool {
        self.first(cue).is_some()
    }

    /// Where it is first said what the question is after.
    pub(super) fn first(&self, cue: Cue) -> Option<usize> {
        (0..self.pieces.len()).find(|position| self.meaning(*position) == Some(Meaning::Cue(cue)))
    }

    /// Whether a state is mentioned.
    pub(super) fn has_state(&self, state: State) -> bool {
        (0..self.pieces.len()).any(|position| self.meaning(position) == Some(Meaning::State(state)))
    }

    /// The nearest piece before that is more than an article, courtesy or an auxiliary.
    pub(super) fn before(&self, position: usize) -> Option<usize> {
        (0..position).rev().find(|earlier| !self.is_weak(*earlier))
    }

    /// The nearest piece after that is more than an article, courtesy or an auxiliary.
    pub(super) fn after(&self, position: usize) -> Option<usize> {
        (position + 1..self.pieces.len()).find(|later| !self.is_weak(*later))
    }

    /// Whether a piece says nothing by itself.
    pub(super) fn is_weak(&self, position: usize) -> bool {
        matches!(self.meaning(position), Some(Meaning::Article | Meaning::Filler | Meaning::Auxiliary))
    }

    /// Marks a piece as taken.
    pub(super) fn take(&mut self, position: usize) {
        if let Some(piece) = self.pieces.get_mut(position) {
            piece.used = true;
        }
    }

    /// The kind a singular kind word gives, if the piece is one.
    pub(super) fn singular_kind(&self, position: usize) -> Option<ObjectKind> {
        match self.meaning(position)? {
            Meaning::Kind { kind, plural: false, .. } => Some(kind),
            _ => None,
        }
    }

    /// Whether any object is named.
    pub(super) fn mentions_anything(&self) -> bool {
        self.pieces.iter().any(|piece| matches!(piece.unit, Unit::Name(_)))
    }

    /// The piece that holds a token.
    pub(super) fn piece_of(&self, token: usize) -> Option<usize> {
        self.pieces.iter().position(|piece| (piece.start..piece.start + piece.length).contains(&token))
    }

    /// Takes an unknown word for a name after all, because of where it stands.
    pub(super) fn promote(&mut self, position: usize) -> usize {
        let piece = &self.pieces[position];
        let mention = self.token_suspects.get(piece.start).copied().flatten().unwrap_or_else(|| {
            self.mentions.push(Mention::unknown(&piece.raw));
            self.mentions.len() - 1
        });
        self.pieces[position].unit = Unit::Name(mention);
        self.pieces[position].loose = false;
        mention
    }
}

/// Removes "on engine X" and tells the engine.
fn take_engine(tokens: &mut Vec<Token>, engines: &[String]) -> Option<String> {
    let position = (1..tokens.len()).find(|position| {
        matches!(tokens[position - 1].word.as_str(), "engine" | "motor" | "ambiente" | "environment")
            && engines.iter().any(|engine| engine.eq_ignore_ascii_case(&tokens[*position].raw))
    })?;
    let engine = engines.iter().find(|engine| engine.eq_ignore_ascii_case(&tokens[position].raw)).cloned();
    tokens.drain(position - 1..=position);
    engine
}

/// The language most words speak for.
fn language_of(lexicon: &Lexicon, tokens: &[Token], fallback: Language) -> Language {
    let leaning: i32 = tokens
        .iter()
        .filter(|token| token.shape == Shape::Word && !token.quoted)
        .map(|token| {
            let accents = token.raw.chars().any(|character| "ãõçáéíóúâêôàÃÕÇÁÉÍÓÚÂÊÔÀ".contains(character));
            lexicon.leaning(&token.word) + if accents { 2 } else { 0 }
        })
        .sum();
    match leaning {
        1.. => Language::Portuguese,
        0 => fallback,
        _ => Language::English,
    }
}
