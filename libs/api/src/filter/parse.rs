//! The parser: recursive descent, bounded in length, comparisons and depth.
//!
//! ```text
//! filter     = [ and ]
//! and        = or { "AND" or }            OR binds closer than AND, as AIP-160 has it
//! or         = operand { "OR" operand }
//! operand    = "NOT" operand | "(" and ")" | comparison
//! comparison = field operator literal
//! ```

use super::{Comparison, Expression, Filter, FilterError, FilterProblem, Literal, Operator};

/// Most characters in a filter.
pub const MAX_LENGTH: usize = 16_384;
/// Most comparisons in a filter.
pub const MAX_COMPARISONS: usize = 512;
/// Deepest nesting of parentheses and NOT.
pub const MAX_DEPTH: usize = 32;

const FIELD: &str = "a field name such as status";
const CONDITION: &str = "a field name such as status, NOT or (";
const OPERATOR: &str = "an operator: = != < <= > >= or :";
const VALUE: &str = "a value: a word, a number, a time or a \"string\"";
const END: &str = "AND, OR or the end";

pub(super) fn filter(text: &str) -> Result<Filter, FilterError> {
    if text.len() > MAX_LENGTH && text.chars().count() > MAX_LENGTH {
        return Err(FilterError { position: MAX_LENGTH + 1, problem: FilterProblem::TooLong });
    }
    let mut parser = Parser { text, at: 0, depth: 0, comparisons: 0 };
    parser.skip_space();
    if parser.rest().is_empty() {
        return Ok(Filter::default());
    }
    let expression = parser.and()?;
    if !parser.rest().is_empty() {
        return Err(parser.expected(END));
    }
    Ok(Filter { expression: Some(expression) })
}

struct Parser<'a> {
    text: &'a str,
    /// In bytes; always at a character.
    at: usize,
    depth: usize,
    comparisons: usize,
}

impl<'a> Parser<'a> {
    fn and(&mut self) -> Result<Expression, FilterError> {
        self.joined("AND", Self::or, Expression::And)
    }

    fn or(&mut self) -> Result<Expression, FilterError> {
        self.joined("OR", Self::operand, Expression::Or)
    }

    fn joined(
        &mut self,
        word: &str,
        part: fn(&mut Self) -> Result<Expression, FilterError>,
        join: fn(Vec<Expression>) -> Expression,
    ) -> Result<Expression, FilterError> {
        let first = part(self)?;
        if !self.take_word(word) {
            return Ok(first);
        }
        let mut parts = vec![first, part(self)?];
        while self.take_word(word) {
            parts.push(part(self)?);
        }
        Ok(join(parts))
    }

    fn operand(&mut self) -> Result<Expression, FilterError> {
        let start = self.at;
        let negated = self.take_word("NOT");
        if !negated && !self.take("(") {
            return self.comparison();
        }
        if self.depth == MAX_DEPTH {
            return Err(self.problem_at(start, FilterProblem::TooDeep));
        }
        self.depth += 1;
        let inner = if negated {
            Expression::Not(Box::new(self.operand()?))
        } else {
            let inner = self.and()?;
            if !self.take(")") {
                return Err(self.expected("AND, OR or )"));
            }
            inner
        };
        self.depth -= 1;
        Ok(inner)
    }

    fn comparison(&mut self) -> Result<Expression, FilterError> {
        if self.comparisons == MAX_COMPARISONS {
            return Err(self.problem_at(self.at, FilterProblem::TooManyComparisons));
        }
        self.comparisons += 1;
        let field_at = self.at;
        let field = self.identifier();
        if field.is_empty() {
            return Err(self.expected(CONDITION));
        }
        if matches!(field, "AND" | "OR") {
            self.at = field_at;
            return Err(self.expected(FIELD));
        }
        self.skip_space();
        let operator = Operator::ALL.into_iter().find(|operator| self.take(operator.as_str()));
        let Some(operator) = operator else {
            return Err(self.expected(OPERATOR));
        };
        let literal_at = self.at;
        let literal = self.literal()?;
        self.skip_space();
        Ok(Expression::Comparison(Comparison {
            field: field.to_owned(),
            operator,
            literal,
            field_position: self.position(field_at),
            literal_position: self.position(literal_at),
        }))
    }

    fn literal(&mut self) -> Result<Literal, FilterError> {
        let rest = self.rest();
        if let Some(delimiter) = rest.chars().next().filter(|first| matches!(first, '"' | '\'')) {
            return self.string(delimiter);
        }
        let end = rest.find(ends_word).unwrap_or(rest.len());
        let word = &rest[..end];
        if word.is_empty() || matches!(word, "AND" | "OR" | "NOT") {
            return Err(self.expected(VALUE));
        }
        self.at += end;
        Ok(Literal::word(word))
    }

    fn string(&mut self, delimiter: char) -> Result<Literal, FilterError> {
        let start = self.at;
        let mut raw = String::new();
        let mut characters = self.rest().char_indices().skip(1);
        while let Some((offset, character)) = characters.next() {
            match character {
                '\\' => match characters.next() {
                    Some((_, escaped)) if matches!(escaped, '\\' | '"' | '\'' | '*' | '?') => {
                        // A single quote needs no escape in the form we keep, which is printed in double quotes.
                        if escaped != '\'' {
                            raw.push('\\');
                        }
                        raw.push(escaped);
                    }
                    Some((_, other)) => {
                        let problem = FilterProblem::Escape { found: other.to_string() };
                        return Err(self.problem_at(start + offset, problem));
                    }
                    None => break,
                },
                other if other == delimiter => {
                    self.at = start + offset + 1;
                    return Ok(Literal::string(raw));
                }
                '"' => raw.push_str("\\\""),
                other => raw.push(other),
            }
        }
        Err(self.problem_at(start, FilterProblem::OpenString))
    }

    fn identifier(&mut self) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        let word = &rest[..end];
        if word.starts_with(|first: char| first.is_ascii_digit()) {
            return "";
        }
        self.at += end;
        word
    }

    /// Takes a keyword when it stands here as a whole word.
    fn take_word(&mut self, word: &str) -> bool {
        let follows = self.rest().strip_prefix(word);
        let whole = follows.is_some_and(|rest| {
            rest.chars().next().is_none_or(|next| next.is_whitespace() || matches!(next, '(' | ')'))
        });
        whole && self.take(word)
    }

    fn take(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
            self.skip_space();
        }
        found
    }

    fn skip_space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn position(&self, at: usize) -> usize {
        self.text[..at].chars().count() + 1
    }

    fn problem_at(&self, at: usize, problem: FilterProblem) -> FilterError {
        FilterError { position: self.position(at), problem }
    }

    fn expected(&self, expected: &'static str) -> FilterError {
        let rest = self.rest();
        let end = rest.find(ends_word).filter(|end| *end > 0);
        let shown: String = match (rest.is_empty(), end) {
            (true, _) => "the end".to_owned(),
            (_, Some(end)) => format!("{:?}", rest[..end].chars().take(40).collect::<String>()),
            (_, None) if rest.starts_with(ends_word) => {
                format!("{:?}", rest.chars().take(1).collect::<String>())
            }
            (_, None) => format!("{:?}", rest.chars().take(40).collect::<String>()),
        };
        self.problem_at(self.at, FilterProblem::Expected { expected, found: shown })
    }
}

fn ends_word(character: char) -> bool {
    character.is_whitespace()
        || matches!(character, '"' | '\'' | '(' | ')' | ',' | '=' | '!' | '<' | '>' | '\\')
}
