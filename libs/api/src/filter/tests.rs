//! Rules of the filter and order languages, and properties of their parsers.

use std::time::Duration;

use proptest::prelude::*;
use resync_fault::{ErrorKind, Fault};

use super::*;

#[test]
fn text_reads_back_in_its_plain_form() {
    for (text, plain) in [
        ("", ""),
        ("  ", ""),
        ("status=ERROR", "status = ERROR"),
        ("a=1 AND b=2 OR c=3", "a = 1 AND (b = 2 OR c = 3)"),
        ("(a=1 AND b=2) OR c!=3", "(a = 1 AND b = 2) OR c != 3"),
        ("NOT a:x", "NOT a:x"),
        ("NOT (a<=1 OR b>=2)", "NOT (a <= 1 OR b >= 2)"),
        ("NOT NOT late = true", "NOT (NOT late = true)"),
        (r#"job_name = 'it''"#, ""),
        (r#"job_name = 'say "hi"'"#, r#"job_name = "say \"hi\"""#),
        (r#"job_name = 'it\'s'"#, r#"job_name = "it's""#),
        ("start_time > 2026-01-02T03:04:05Z", "start_time > 2026-01-02T03:04:05Z"),
        ("elapsed>1h30m", "elapsed > 1h30m"),
        ("user:*", "user:*"),
        ("ANDROID = 1 AND ORDER=2", "ANDROID = 1 AND ORDER = 2"),
        ("((((a=1))))", "a = 1"),
    ] {
        match Filter::parse(text) {
            Ok(filter) => assert_eq!(filter.to_string(), plain, "{text}"),
            Err(error) => assert_eq!(plain, "", "{text}: {error}"),
        }
    }
}

#[test]
fn a_wrong_filter_says_where_and_what_was_expected() {
    let table = [
        ("status", 7, "expected an operator: = != < <= > >= or :, found the end"),
        ("status ERROR", 8, "expected an operator: = != < <= > >= or :, found \"ERROR\""),
        ("status =", 9, "expected a value: a word, a number, a time or a \"string\", found the end"),
        (
            "status = AND a = 1",
            10,
            "expected a value: a word, a number, a time or a \"string\", found \"AND\"",
        ),
        ("a = 1 b = 2", 7, "expected AND, OR or the end, found \"b\""),
        ("a = 1 and b = 2", 7, "expected AND, OR or the end, found \"and\""),
        ("(a = 1", 7, "expected AND, OR or ), found the end"),
        ("a = 1)", 6, "expected AND, OR or the end, found \")\""),
        ("= 1", 1, "expected a field name such as status, NOT or (, found \"=\""),
        ("a = 1 AND", 10, "expected a field name such as status, NOT or (, found the end"),
        ("OR = 1", 1, "expected a field name such as status, found \"OR\""),
        ("é = 1", 1, "expected a field name such as status, NOT or (, found \"é\""),
        ("a = \"éé", 5, "the string that begins here has no closing quote"),
        ("a = \"é\\n\"", 7, "after a backslash expected one of \\ \" ' * ?, found n"),
    ];
    for (text, position, problem) in table {
        let error = Filter::parse(text).expect_err(text);
        assert_eq!((error.position, error.problem.to_string().as_str()), (position, problem), "{text}");
        assert_eq!((error.kind(), error.reason()), (ErrorKind::InvalidArgument, "FILTER_INVALID"));
        assert_eq!(error.violations()[0].field, "filter");
    }
}

#[test]
fn size_is_bounded() {
    let nested = |depth: usize| format!("{}a = 1{}", "(".repeat(depth), ")".repeat(depth));
    assert!(Filter::parse(&nested(MAX_DEPTH)).is_ok());
    let problem = |text: &str| Filter::parse(text).expect_err("too large").problem;
    assert_eq!(problem(&nested(MAX_DEPTH + 1)), FilterProblem::TooDeep);
    assert_eq!(problem(&"NOT ".repeat(50_000)[..16_000]), FilterProblem::TooDeep);
    assert_eq!(problem(&"x".repeat(MAX_LENGTH + 1)), FilterProblem::TooLong);
    let many = vec!["a = 1"; MAX_COMPARISONS + 1].join(" OR ");
    assert_eq!(problem(&many), FilterProblem::TooManyComparisons);
}

#[test]
fn literals_have_typed_readings() {
    let literal = |text: &str| {
        let filter = Filter::parse(&format!("f = {text}")).expect(text);
        match filter.expression {
            Some(Expression::Comparison(comparison)) => comparison.literal,
            other => panic!("{other:?}"),
        }
    };
    for (text, seconds) in
        [("90s", 90.0), ("1h30m", 5400.0), ("1d", 86_400.0), ("1.5s", 1.5), ("250ms", 0.25)]
    {
        assert_eq!(literal(text).duration(), Some(Duration::from_secs_f64(seconds)), "{text}");
    }
    for text in ["90", "m", "1s1h", "1m1m", "h1", "1e9s", "\"\""] {
        assert_eq!(literal(text).duration(), None, "{text}");
    }
    assert_eq!(literal("-3").integer(), Some(-3));
    assert_eq!(literal("true").boolean(), Some(true));
    assert_eq!(literal("TRUE").boolean(), None);
    assert_eq!(literal("2026-01-02T03:04:05+01:00").time(), literal("'2026-01-02T02:04:05Z'").time());
    assert!(literal("2026-01-02").time().is_none());
    assert!(literal("*").is_any() && !literal("\"*\"").is_any());
    assert_eq!(literal(r#""a\*b""#).text(), "a*b");
    assert!(literal(r#""a\*b""#).pattern().matches("A*B") && !literal(r#""a\*b""#).pattern().matches("AxB"));
}

#[test]
fn patterns_match_whole_texts_without_case() {
    let table = [
        ("*", "", true),
        ("a*", "ABC", true),
        ("*c", "abc", true),
        ("a*b*c", "a-b-b-c", true),
        ("a*b*c", "a-c-b", false),
        ("a?c", "aéc", true),
        ("a?c", "ac", false),
        ("??", "é", false),
        ("*aab", "aaaaaab", true),
        ("", "x", false),
        ("é*", "É", false),
    ];
    for (pattern, text, matches) in table {
        assert_eq!(Pattern::typed(pattern).matches(text), matches, "{pattern} {text}");
    }
    assert!(Pattern::typed("@x@").matches("axb"));
    assert_eq!(Pattern::typed("abc").exact().as_deref(), Some("ABC"));
    assert_eq!(Pattern::typed("ab?").exact(), None);
}

#[test]
fn orders_read_and_print() {
    let order = OrderBy::parse(" start_time DESC,job_name ").expect("valid");
    assert_eq!(order.to_string(), "start_time desc, job_name");
    assert_eq!(OrderBy::parse("").expect("empty"), OrderBy::default());
    for text in ["a b", "a desc desc", ",", "a,", "a,a", "a,b,c,d,e,f", "1a", "a-b"] {
        let error = OrderBy::parse(text).expect_err(text);
        assert_eq!(error.reason(), "ORDER_BY_INVALID");
        assert_eq!(error.violations()[0].field, "order_by");
    }
}

fn literals() -> impl Strategy<Value = Literal> {
    prop_oneof![
        any::<String>().prop_map(|text| Literal::exactly(&text)),
        "[A-Za-z0-9*?.:/#@+-]{1,12}"
            .prop_filter("keywords are not values", |word| !matches!(word.as_str(), "AND" | "OR" | "NOT"))
            .prop_map(|word| Literal::word(&word)),
    ]
}

fn expressions() -> impl Strategy<Value = Expression> {
    let leaf = ("[a-z_][a-z0-9_]{0,8}", proptest::sample::select(&Operator::ALL[..]), literals()).prop_map(
        |(field, operator, literal)| {
            Expression::Comparison(Comparison {
                field,
                operator,
                literal,
                field_position: 0,
                literal_position: 0,
            })
        },
    );
    leaf.prop_recursive(5, 40, 4, |inner| {
        let parts = proptest::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            parts.clone().prop_map(Expression::And),
            parts.prop_map(Expression::Or),
            inner.prop_map(|inner| Expression::Not(Box::new(inner))),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_printed_parses_to_the_same(expression in expressions()) {
        let filter = Filter { expression: Some(expression) };
        prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter));
    }

    #[test]
    fn any_text_parses_or_says_where_it_does_not(text in "[ a-z=<>!:()\"'\\\\*?é]{0,40}|(NOT |AND |OR |\\(|a=1 ){0,12}") {
        if let Err(error) = Filter::parse(&text) {
            prop_assert!(error.position >= 1 && error.position <= text.chars().count() + 1);
        }
    }

    #[test]
    fn quoted_text_stands_for_itself_alone(text in any::<String>(), other in any::<String>()) {
        let filter = Filter::parse(&format!("f = {}", quote(&text))).expect("quoted");
        let Some(Expression::Comparison(comparison)) = filter.expression else { panic!("one comparison") };
        prop_assert_eq!(comparison.literal.text(), text.clone());
        let pattern = comparison.literal.pattern();
        prop_assert!(pattern.matches(&text));
        prop_assert_eq!(pattern.matches(&other), text.eq_ignore_ascii_case(&other));
    }

    #[test]
    fn patterns_agree_with_the_obvious_matcher(pattern in "[ab*?]{0,8}", text in "[ab]{0,8}") {
        fn obvious(pattern: &[u8], text: &[u8]) -> bool {
            match pattern.split_first() {
                None => text.is_empty(),
                Some((b'*', rest)) => (0..=text.len()).any(|skip| obvious(rest, &text[skip..])),
                Some((b'?', rest)) => !text.is_empty() && obvious(rest, &text[1..]),
                Some((byte, rest)) => text.first() == Some(byte) && obvious(rest, &text[1..]),
            }
        }
        prop_assert_eq!(Pattern::typed(&pattern).matches(&text), obvious(pattern.as_bytes(), text.as_bytes()));
    }
}
