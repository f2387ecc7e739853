//! Cuts a message into tokens and says what each looks like: a word, a number, a clock time, or
//! something only an object of the plan would be called. It knows shapes, not meanings.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

mod contraction;
mod shape;

pub(super) use shape::{DateMark, Shape, TimeUnit};

/// Longest message that is read; the interface refuses longer ones.
const MAX_CHARS: usize = 4_000;
/// Tokens beyond this are not read: no question needs them and work stays bounded.
const MAX_TOKENS: usize = 220;
/// Longest quoted name.
const MAX_QUOTED: usize = 160;

/// A piece of a message.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    /// As typed, without the punctuation around it.
    pub(super) raw: String,
    /// Lower case, without accents.
    pub(super) word: String,
    /// What it looks like.
    pub(super) shape: Shape,
    /// In capitals while the rest of the message is not.
    pub(super) shouted: bool,
    /// Stood in quotes.
    pub(super) quoted: bool,
    /// Which clause it belongs to, by punctuation.
    pub(super) clause: usize,
}

/// Lower case without accents, compatibility forms unified.
pub(super) fn fold(text: &str) -> String {
    text.nfkd().filter(|character| !is_combining_mark(*character)).flat_map(char::to_lowercase).collect()
}

/// Cuts a message into tokens; `is_word` tells whether a folded word belongs to the vocabulary, which
/// decides between a compound such as `long-running` and a name such as `agt-sp-01`.
pub(super) fn tokenise(message: &str, is_word: impl Fn(&str) -> bool) -> Vec<Token> {
    let characters: Vec<char> = message.chars().take(MAX_CHARS).collect();
    let shouting = !characters
        .split(|character| character.is_whitespace())
        .filter(|word| word.iter().all(|character| character.is_alphabetic() || !character.is_alphanumeric()))
        .any(|word| word.iter().any(|character| character.is_lowercase()));
    let mut reader = Reader { tokens: Vec::new(), clause: 0, shouting, is_word };
    let mut position = 0;
    while position < characters.len() && reader.tokens.len() < MAX_TOKENS {
        let character = characters[position];
        if let Some(end) = quoted_end(&characters, position) {
            let text: String = characters[position + 1..end].iter().collect();
            reader.push_quoted(text.trim());
            position = end + 1;
        } else if separates(character) {
            if matches!(character, ',' | ';' | '(' | ')' | '…' | '\n') {
                reader.clause += 1;
            }
            position += 1;
        } else {
            let length = characters[position..].iter().take_while(|next| !separates(**next)).count();
            let chunk: String = characters[position..position + length].iter().collect();
            reader.push_chunk(&chunk);
            if chunk.ends_with(['.', '!', '?', ':', '–', '—', '-']) {
                reader.clause += 1;
            }
            position += length;
        }
    }
    reader.tokens.truncate(MAX_TOKENS);
    reader.tokens
}

/// Where a quotation that opens here ends. An apostrophe inside a word opens nothing.
fn quoted_end(characters: &[char], start: usize) -> Option<usize> {
    let close = match characters[start] {
        '"' => '"',
        '`' => '`',
        '“' | '”' => '”',
        '«' => '»',
        '\'' | '‘' if start == 0 || characters[start - 1].is_whitespace() => '\'',
        _ => return None,
    };
    let rest = &characters[start + 1..];
    let length = rest
        .iter()
        .take(MAX_QUOTED)
        .position(|character| *character == close || (close == '\'' && *character == '’'))?;
    let ends_word = rest.get(length + 1).is_none_or(|next| !next.is_alphanumeric());
    (length > 0 && ends_word).then_some(start + 1 + length)
}

fn separates(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(
            character,
            ',' | ';'
                | '('
                | ')'
                | '['
                | ']'
                | '{'
                | '}'
                | '…'
                | '"'
                | '“'
                | '”'
                | '«'
                | '»'
                | '`'
                | '¿'
                | '¡'
                | '|'
        )
}

struct Reader<F> {
    tokens: Vec<Token>,
    clause: usize,
    shouting: bool,
    is_word: F,
}

impl<F: Fn(&str) -> bool> Reader<F> {
    fn push(&mut self, raw: &str, shape: Shape) {
        let shouted = !self.shouting
            && raw.chars().filter(|character| character.is_alphabetic()).count() > 1
            && !raw.chars().any(char::is_lowercase);
        self.tokens.push(Token {
            raw: raw.to_owned(),
            word: fold(raw),
            shape,
            shouted,
            quoted: false,
            clause: self.clause,
        });
    }

    fn push_quoted(&mut self, text: &str) {
        if !text.is_empty() {
            let token = Token {
                raw: text.to_owned(),
                word: fold(text),
                shape: Shape::Name,
                shouted: false,
                quoted: true,
                clause: self.clause,
            };
            self.tokens.push(token);
        }
    }

    fn push_chunk(&mut self, chunk: &str) {
        let chunk = chunk
            .trim_start_matches(['.', ':', '-', '–', '—', '•', '\'', '‘', '’', '?'])
            .trim_end_matches(['.', ':', '?', '-', '–', '—', '\'', '‘', '’']);
        let chunk = chunk.trim_end_matches(['!', '.', '?']);
        let chunk = if chunk.starts_with("!=") { chunk } else { chunk.trim_start_matches('!') };
        if chunk.is_empty() {
            return;
        }
        if let Some((head, tail)) = chunk.split_once(['\'', '’']) {
            return self.push_contraction(head, tail);
        }
        if let Some(position) = chunk.find(['=', '<', '>', '≥', '≤', '%', '~', '≠']) {
            return self.push_comparison(chunk, position);
        }
        if let Some((label, value)) = chunk.split_once(':')
            && label.chars().all(char::is_alphabetic)
            && !value.is_empty()
        {
            self.push_chunk(label);
            return self.push_chunk(value);
        }
        let folded = fold(chunk);
        let lower_case = self.shouting || chunk.chars().any(char::is_lowercase);
        if let Some(words) = contraction::written_out(&folded).filter(|_| lower_case) {
            words.iter().for_each(|word| self.push(word, Shape::Word));
            return;
        }
        let shape = shape::of(chunk, &folded);
        if shape == Shape::Name && !chunk.starts_with('/') {
            let parts: Vec<&str> = chunk.split(['-', '/', '.']).collect();
            let lower_case = chunk.chars().any(char::is_lowercase);
            if parts.len() > 1 && lower_case && parts.iter().all(|part| (self.is_word)(&fold(part))) {
                parts.into_iter().for_each(|part| self.push_chunk(part));
                return;
            }
        }
        self.push(chunk, shape);
    }

    /// `isn't` is two words, `PAYROLL's` a name and a mark of possession that says nothing.
    fn push_contraction(&mut self, head: &str, tail: &str) {
        let folded = fold(head);
        match fold(tail).as_str() {
            "t" if folded.len() > 2 && folded.ends_with('n') => {
                let stem = match folded.as_str() {
                    "won" => "will",
                    "can" => "can",
                    other => &other[..other.len() - 1],
                };
                self.push_chunk(stem);
                self.push_chunk("not");
            }
            "s" | "re" | "m"
                if matches!(
                    folded.as_str(),
                    "what"
                        | "who"
                        | "how"
                        | "why"
                        | "where"
                        | "when"
                        | "it"
                        | "that"
                        | "there"
                        | "here"
                        | "they"
                        | "we"
                        | "i"
                ) =>
            {
                self.push_chunk(head);
                self.push_chunk("is");
            }
            "s" | "" => self.push_chunk(head),
            _ => {
                self.push_chunk(head);
                self.push_chunk(tail);
            }
        }
    }

    /// `rc>=8` is a word, an operator and a number.
    fn push_comparison(&mut self, chunk: &str, position: usize) {
        let is_operator = |character: char| "=<>≥≤%~≠".contains(character);
        let (head, rest) = chunk.split_at(position);
        let end = rest.find(|character| !is_operator(character)).unwrap_or(rest.len());
        let (operator, tail) = rest.split_at(end);
        let head = head.trim_end_matches('!');
        let negated = chunk[..position].ends_with('!');
        self.push_chunk(head);
        let symbol = match operator {
            "%" => '%',
            ">" => '>',
            "<" => '<',
            ">=" | "=>" | "≥" => '≥',
            "<=" | "=<" | "≤" => '≤',
            "<>" | "≠" | "~" | "~=" => '≠',
            _ if negated => '≠',
            _ => '=',
        };
        self.push(&symbol.to_string(), Shape::Symbol(symbol));
        self.push_chunk(tail);
    }
}
