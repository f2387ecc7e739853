//! OQL, the engine's query language: `name LIKE '@PAY@' AND priority > 10 ORDER BY name DESC`.
//!
//! This module reads text into a tree; `value` compares, `fields` knows which fields each object has. Whatever
//! the grammar does not hold is refused with the engine's own error token.

pub(crate) mod value;
pub(crate) mod fields;
pub(crate) mod query;

use self::value::Literal;

/// The engine's answer to text it cannot read.
pub(crate) const SYNTAX_ERROR: &str = "OQL_FILTER_SYNTAX_ERROR";
/// Deeper nesting than any real query has is refused instead of risking the stack.
const DEEPEST: usize = 64;

/// Why a query was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{SYNTAX_ERROR}: {0}")]
pub(crate) struct SyntaxError(pub(crate) String);

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expression<F> {
    And(Vec<Expression<F>>),
    Or(Vec<Expression<F>>),
    Test(Test<F>),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Test<F> {
    pub(crate) field: F,
    pub(crate) check: Check,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Check {
    Compare(Comparison, Literal),
    In { values: Vec<Literal>, negated: bool },
    Like { pattern: String, negated: bool },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    Greater,
    LessOrEqual,
    GreaterOrEqual,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Statement<F> {
    pub(crate) filter: Option<Expression<F>>,
    /// Field, and whether the order is descending.
    pub(crate) order: Vec<(F, bool)>,
}

/// Reads a whole query.
pub(crate) fn parse(text: &str) -> Result<Statement<String>, SyntaxError> {
    let mut parser = Parser { tokens: tokens(text)?, next: 0, depth: 0 };
    let filter = if parser.peek_word("ORDER") || parser.done() { None } else { Some(parser.expression()?) };
    let mut order = Vec::new();
    if parser.take_word("ORDER") {
        parser.expect_word("BY")?;
        loop {
            let field = parser.field()?;
            let descending = if parser.take_word("DESC") {
                true
            } else {
                parser.take_word("ASC");
                false
            };
            order.push((field, descending));
            if !parser.take(&Token::Comma) {
                break;
            }
        }
    }
    if parser.done() { Ok(Statement { filter, order }) } else { Err(parser.unexpected()) }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Number(i64),
    Compare(Comparison),
    Open,
    Close,
    OpenList,
    CloseList,
    Comma,
}

fn tokens(text: &str) -> Result<Vec<Token>, SyntaxError> {
    let mut tokens = Vec::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let mut followed_by_equals = || letters.next_if_eq(&'=').is_some();
        let token = match letter {
            ' ' | '\t' | '\n' | '\r' => continue,
            '(' => Token::Open,
            ')' => Token::Close,
            '[' => Token::OpenList,
            ']' => Token::CloseList,
            ',' => Token::Comma,
            '=' => Token::Compare(Comparison::Equal),
            '!' if followed_by_equals() => Token::Compare(Comparison::NotEqual),
            '<' if followed_by_equals() => Token::Compare(Comparison::LessOrEqual),
            '<' => Token::Compare(Comparison::Less),
            '>' if followed_by_equals() => Token::Compare(Comparison::GreaterOrEqual),
            '>' => Token::Compare(Comparison::Greater),
            '\'' => {
                let mut content = String::new();
                loop {
                    match letters.next() {
                        Some('\'') => break,
                        Some(letter) => content.push(letter),
                        None => return Err(SyntaxError("a string is not closed".to_owned())),
                    }
                }
                Token::Text(content)
            }
            letter if letter.is_ascii_digit() || letter == '-' => {
                let mut digits = String::from(letter);
                while let Some(digit) = letters.next_if(char::is_ascii_digit) {
                    digits.push(digit);
                }
                Token::Number(digits.parse().map_err(|_| SyntaxError(format!("`{digits}` is not a number")))?)
            }
            letter if letter.is_ascii_alphabetic() => {
                let mut word = String::from(letter);
                let belongs =
                    |next: &char| next.is_ascii_alphanumeric() || matches!(next, '.' | '-' | '#' | '_');
                while let Some(next) = letters.next_if(belongs) {
                    word.push(next);
                }
                Token::Word(word)
            }
            other => return Err(SyntaxError(format!("`{other}` is not expected"))),
        };
        tokens.push(token);
    }
    Ok(tokens)
}

struct Parser {
    tokens: Vec<Token>,
    next: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next)
    }

    fn done(&self) -> bool {
        self.next >= self.tokens.len()
    }

    fn take(&mut self, token: &Token) -> bool {
        let found = self.peek() == Some(token);
        self.next += usize::from(found);
        found
    }

    fn peek_word(&self, keyword: &str) -> bool {
        matches!(self.peek(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(keyword))
    }

    fn take_word(&mut self, keyword: &str) -> bool {
        let found = self.peek_word(keyword);
        self.next += usize::from(found);
        found
    }

    fn expect_word(&mut self, keyword: &str) -> Result<(), SyntaxError> {
        if self.take_word(keyword) { Ok(()) } else { Err(self.unexpected()) }
    }

    fn expect(&mut self, token: &Token) -> Result<(), SyntaxError> {
        if self.take(token) { Ok(()) } else { Err(self.unexpected()) }
    }

    fn unexpected(&self) -> SyntaxError {
        match self.peek() {
            Some(token) => SyntaxError(format!("{token:?} is not expected")),
            None => SyntaxError("the query ends too early".to_owned()),
        }
    }

    fn expression(&mut self) -> Result<Expression<String>, SyntaxError> {
        let mut either = vec![self.conjunction()?];
        while self.take_word("OR") {
            either.push(self.conjunction()?);
        }
        Ok(if either.len() == 1 { either.remove(0) } else { Expression::Or(either) })
    }

    fn conjunction(&mut self) -> Result<Expression<String>, SyntaxError> {
        let mut both = vec![self.term()?];
        while self.take_word("AND") {
            both.push(self.term()?);
        }
        Ok(if both.len() == 1 { both.remove(0) } else { Expression::And(both) })
    }

    fn term(&mut self) -> Result<Expression<String>, SyntaxError> {
        if self.take(&Token::Open) {
            self.depth += 1;
            if self.depth > DEEPEST {
                return Err(SyntaxError("too many parentheses".to_owned()));
            }
            let inner = self.expression()?;
            self.expect(&Token::Close)?;
            self.depth -= 1;
            return Ok(inner);
        }
        let field = self.field()?;
        let negated = self.take_word("NOT");
        let check = if self.take_word("IN") {
            self.expect(&Token::OpenList)?;
            let mut values = vec![self.literal()?];
            while self.take(&Token::Comma) {
                values.push(self.literal()?);
            }
            self.expect(&Token::CloseList)?;
            Check::In { values, negated }
        } else if self.take_word("LIKE") {
            match self.literal()? {
                Literal::Text(pattern) => Check::Like { pattern, negated },
                _ => return Err(SyntaxError("LIKE needs a string".to_owned())),
            }
        } else if let (false, Some(Token::Compare(comparison))) = (negated, self.peek().cloned()) {
            self.next += 1;
            Check::Compare(comparison, self.literal()?)
        } else {
            return Err(self.unexpected());
        };
        Ok(Expression::Test(Test { field, check }))
    }

    fn field(&mut self) -> Result<String, SyntaxError> {
        const KEYWORDS: [&str; 7] = ["AND", "OR", "NOT", "IN", "LIKE", "ORDER", "BY"];
        match self.peek() {
            Some(Token::Word(word)) if !KEYWORDS.iter().any(|keyword| word.eq_ignore_ascii_case(keyword)) => {
                let word = word.clone();
                self.next += 1;
                Ok(word)
            }
            _ => Err(self.unexpected()),
        }
    }

    fn literal(&mut self) -> Result<Literal, SyntaxError> {
        let literal = match self.peek() {
            Some(Token::Text(text)) => Literal::Text(text.clone()),
            Some(Token::Number(number)) => Literal::Number(*number),
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("true") => Literal::Flag(true),
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("false") => Literal::Flag(false),
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("null") => Literal::Null,
            _ => return Err(self.unexpected()),
        };
        self.next += 1;
        Ok(literal)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::query::Query;
    use super::*;
    use crate::oql::fields::{JOB, RESOURCE, STREAM, WORKSTATION};

    #[test]
    fn documented_queries_are_understood() {
        for query in [
            "",
            "name = 'UPDATESTATS'",
            "ORDER BY key.name ASC",
            "name = 'MY_NAME' AND folder LIKE '/FOL@' ORDER BY name DESC",
            "folder IN ['/FOL1','/FOL2']",
            "id = 'id_example' AND (folder = '/FOL' OR name LIKE '@EXAMPLE@')",
            "jobruns.compositeStatus.status = 'SUCC'",
            "jobruns.commonStatus IN ['HELD']",
            "jobOptions.critical = true",
            "priority = '101' or priority > 9",
            "dependencies.jobStreamId = '6d19eaf1-c9da-3799-96ed-131f07832a01'",
            "compositeStatus.status IN ['SUCC','ABEND','FAIL'] AND timeInfo.actualStartTime < '2025-02-27T11:15:00.000Z'",
        ] {
            assert!(Query::new(query, JOB).is_ok(), "{query}: {:?}", Query::new(query, JOB).err());
        }
        for query in [
            "commonStatus = 'SUCCESSFUL'",
            "(commonStatus IN ['WAITING','READY'] AND schedTime >= '2025-03-01T00:00:00.000Z')",
            "(name NOT LIKE '@JS@' AND (limit > 1 AND limit <= 3)) OR (name LIKE '@A@' AND (priority > 9 AND priority <= 100))",
            "timeInfo.estimatedDuration = 'PT4H20S' order by schedTime, name desc",
        ] {
            assert!(Query::new(query, STREAM).is_ok(), "{query}: {:?}", Query::new(query, STREAM).err());
        }
        let query = "(activeStates IN ['LINKED'] AND jobmanUp = true) OR (type IN ['FTA'] AND domainName != 'MASTERDM')";
        assert!(Query::new(query, WORKSTATION).is_ok());
        assert!(Query::new("quantityAvailable < 3 AND status = 'NOT_AVAILABLE'", RESOURCE).is_ok());
    }

    #[test]
    fn what_the_engine_refuses_is_refused_with_its_token() {
        for query in [
            "key.name = 'UPDATESTATS'",
            "nosuchfield = 1",
            "Name = 'X'",
            "name = X",
            "name = 'X",
            "name 'X'",
            "name IN ('A','B')",
            "name IN []",
            "name LIKE 3",
            "priority LIKE '1@'",
            "priority = 'high'",
            "jobOptions.critical = 'perhaps'",
            "timeRestrictions.untilTime > 'yesterday'",
            "name = 'A' AND",
            "AND name = 'A'",
            "(name = 'A'",
            "name = 'A')",
            "name NOT = 'A'",
            "name = 'A' ORDER name",
            "name = 'A' ORDER BY",
            "name == 'A'",
            "name = 'A'; DROP",
            "name = 99999999999999999999",
        ] {
            let error = Query::new(query, JOB).expect_err(query);
            assert!(error.to_string().starts_with(SYNTAX_ERROR), "{error}");
        }
        let deep = format!("{}name = 'A'{}", "(".repeat(5_000), ")".repeat(5_000));
        assert!(Query::new(&deep, JOB).is_err(), "nesting is bounded");
    }

    #[test]
    fn and_binds_tighter_than_or() {
        let parsed = parse("a = 1 OR b = 2 AND c = 3").expect("a query").filter.expect("a filter");
        let Expression::Or(parts) = parsed else { panic!("{parsed:?}") };
        assert!(matches!(parts[..], [Expression::Test(_), Expression::And(_)]), "{parts:?}");
    }

    /// Writes a tree back as text.
    fn show(expression: &Expression<String>) -> String {
        let join = |parts: &[Expression<String>], word: &str| {
            let parts: Vec<String> = parts.iter().map(|part| format!("({})", show(part))).collect();
            parts.join(word)
        };
        let literal = |literal: &Literal| match literal {
            Literal::Text(text) => format!("'{text}'"),
            Literal::Number(number) => number.to_string(),
            Literal::Flag(flag) => flag.to_string(),
            Literal::Null => "null".to_owned(),
        };
        let not = |negated: bool| if negated { "NOT " } else { "" };
        match expression {
            Expression::And(parts) => join(parts, " AND "),
            Expression::Or(parts) => join(parts, " OR "),
            Expression::Test(Test { field, check }) => match check {
                Check::Compare(comparison, value) => {
                    let sign = match comparison {
                        Comparison::Equal => "=",
                        Comparison::NotEqual => "!=",
                        Comparison::Less => "<",
                        Comparison::Greater => ">",
                        Comparison::LessOrEqual => "<=",
                        Comparison::GreaterOrEqual => ">=",
                    };
                    format!("{field} {sign} {}", literal(value))
                }
                Check::In { values, negated } => {
                    let values: Vec<String> = values.iter().map(literal).collect();
                    format!("{field} {}IN [{}]", not(*negated), values.join(", "))
                }
                Check::Like { pattern, negated } => format!("{field} {}LIKE '{pattern}'", not(*negated)),
            },
        }
    }

    fn literals() -> impl Strategy<Value = Literal> {
        prop_oneof![
            "[^']{0,12}".prop_map(Literal::Text),
            any::<i64>()
                .prop_filter("a lone minus has no digits", |n| *n > i64::MIN)
                .prop_map(Literal::Number),
            any::<bool>().prop_map(Literal::Flag),
            Just(Literal::Null),
        ]
    }

    fn expressions() -> impl Strategy<Value = Expression<String>> {
        let comparison = prop_oneof![
            Just(Comparison::Equal),
            Just(Comparison::NotEqual),
            Just(Comparison::Less),
            Just(Comparison::Greater),
            Just(Comparison::LessOrEqual),
            Just(Comparison::GreaterOrEqual),
        ];
        let check = prop_oneof![
            (comparison, literals()).prop_map(|(comparison, literal)| Check::Compare(comparison, literal)),
            (prop::collection::vec(literals(), 1..4), any::<bool>())
                .prop_map(|(values, negated)| Check::In { values, negated }),
            ("[^']{0,8}", any::<bool>()).prop_map(|(pattern, negated)| Check::Like { pattern, negated }),
        ];
        let test = ("x[a-zA-Z0-9.#-]{0,10}", check)
            .prop_map(|(field, check)| Expression::Test(Test { field, check }));
        test.prop_recursive(4, 24, 3, |inner| {
            let parts = prop::collection::vec(inner, 2..4);
            prop_oneof![parts.clone().prop_map(Expression::And), parts.prop_map(Expression::Or)]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(expression in expressions()) {
            let text = show(&expression);
            let parsed = parse(&text).map(|statement| statement.filter);
            prop_assert_eq!(parsed, Ok(Some(expression)), "{}", text);
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,60}") {
            // Refused or not, it must come back.
            let _outcome = parse(&text);
        }

        #[test]
        fn wildcards_agree_with_a_naive_matcher(pattern in "[ab@?]{0,7}", text in "[ab]{0,7}") {
            fn naive(pattern: &[u8], text: &[u8]) -> bool {
                match pattern.split_first() {
                    None => text.is_empty(),
                    Some((b'@', rest)) => (0..=text.len()).any(|skip| naive(rest, &text[skip..])),
                    Some((letter, rest)) => text
                        .split_first()
                        .is_some_and(|(first, others)| (*letter == b'?' || letter == first) && naive(rest, others)),
                }
            }
            let expected = naive(pattern.as_bytes(), text.as_bytes());
            prop_assert_eq!(value::matches_wildcards(&pattern, &text), expected);
        }
    }
}
