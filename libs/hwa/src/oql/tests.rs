//! The builder writes what the manual shows, and no value can break out of its quotes.

use proptest::prelude::*;

use super::*;

#[test]
fn filters_read_as_the_manual_writes_them() {
    let since = "2025-03-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap();
    let waiting = Condition::one_of("commonStatus", ["WAITING", "READY"]).unwrap();
    let late = Condition::compare("schedTime", Comparison::GreaterOrEqual, since).unwrap();
    assert_eq!(
        Oql::from(waiting.clone().and(late.clone())).order_by("name", Order::Descending).unwrap().to_string(),
        "commonStatus IN ['WAITING','READY'] AND schedTime >= '2025-03-01T00:00:00.000Z' ORDER BY name DESC"
    );
    let either = waiting.or(Condition::like("name", "@PAY?").unwrap());
    assert_eq!(
        either.and(late).to_string(),
        "(commonStatus IN ['WAITING','READY'] OR name LIKE '@PAY?') AND schedTime >= '2025-03-01T00:00:00.000Z'"
    );
    let order =
        Oql::all().order_by("folder", Order::Ascending).unwrap().order_by("name", Order::Ascending).unwrap();
    assert_eq!(order.to_string(), "ORDER BY folder ASC, name ASC");
    assert!(Oql::all().is_empty());
    assert_eq!(
        Condition::compare("endTime", Comparison::NotEqual, Value::Null).unwrap().to_string(),
        "endTime != null"
    );
}

#[test]
fn what_cannot_be_written_is_refused() {
    assert_eq!(Condition::one_of::<&str>("name", []), Err(OqlError::EmptyList));
    for name in ["", "1name", "na me", "name'", "n=1 OR name", "_x"] {
        assert!(matches!(Condition::equal(name, 1), Err(OqlError::BadField(_))), "{name}");
    }
    assert!(matches!(Condition::like("name", "x' OR name LIKE '@"), Err(OqlError::UnquotableText(_))));
}

proptest! {
    #[test]
    fn a_text_value_is_refused_or_reads_back_whole(text in "\\PC{0,24}|[a-z' \\n]{0,12}") {
        match Condition::equal("name", text.as_str()) {
            Err(error) => {
                prop_assert_eq!(error, OqlError::UnquotableText(text.clone()));
                prop_assert!(text.chars().any(|c| c == '\'' || c.is_control()));
            }
            Ok(condition) => {
                let written = condition.to_string();
                let quoted = written.strip_prefix("name = ").unwrap();
                let mut pieces = quoted.split('\'');
                prop_assert_eq!((pieces.next(), pieces.next(), pieces.next(), pieces.next()),
                    (Some(""), Some(text.as_str()), Some(""), None));
            }
        }
    }

    #[test]
    fn brackets_keep_the_meaning_of_any_tree(tree in tree()) {
        let (condition, expected) = build(&tree);
        for bits in 0..8u8 {
            prop_assert_eq!(evaluate(&condition.to_string(), bits), expected(bits), "{}", condition);
        }
    }
}

#[derive(Debug, Clone)]
enum Tree {
    Leaf(u8),
    And(Box<Tree>, Box<Tree>),
    Or(Box<Tree>, Box<Tree>),
}

fn tree() -> impl Strategy<Value = Tree> {
    (0u8..3).prop_map(Tree::Leaf).prop_recursive(5, 24, 2, |inner| {
        let pair = (inner.clone(), inner);
        prop_oneof![
            pair.clone().prop_map(|(a, b)| Tree::And(Box::new(a), Box::new(b))),
            pair.prop_map(|(a, b)| Tree::Or(Box::new(a), Box::new(b))),
        ]
    })
}

type Truth = Box<dyn Fn(u8) -> bool>;

fn build(tree: &Tree) -> (Condition, Truth) {
    match tree {
        Tree::Leaf(bit) => {
            let bit = *bit;
            (
                Condition::equal(["a", "b", "c"][usize::from(bit)], true).unwrap(),
                Box::new(move |bits| bits >> bit & 1 == 1),
            )
        }
        Tree::And(left, right) => {
            let ((a, x), (b, y)) = (build(left), build(right));
            (a.and(b), Box::new(move |bits| x(bits) && y(bits)))
        }
        Tree::Or(left, right) => {
            let ((a, x), (b, y)) = (build(left), build(right));
            (a.or(b), Box::new(move |bits| x(bits) || y(bits)))
        }
    }
}

/// A reader that binds AND tighter than OR, as the engine does.
fn evaluate(text: &str, bits: u8) -> bool {
    let spaced = text.replace('(', " ( ").replace(')', " ) ").replace(" = true", "");
    let tokens: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let value = any(&tokens, &mut at, bits);
    assert_eq!(at, tokens.len(), "{text}");
    value
}

fn any(tokens: &[&str], at: &mut usize, bits: u8) -> bool {
    let mut value = all(tokens, at, bits);
    while tokens.get(*at) == Some(&"OR") {
        *at += 1;
        value |= all(tokens, at, bits);
    }
    value
}

fn all(tokens: &[&str], at: &mut usize, bits: u8) -> bool {
    let mut value = one(tokens, at, bits);
    while tokens.get(*at) == Some(&"AND") {
        *at += 1;
        value &= one(tokens, at, bits);
    }
    value
}

fn one(tokens: &[&str], at: &mut usize, bits: u8) -> bool {
    let token = tokens[*at];
    *at += 1;
    if token != "(" {
        return bits >> ["a", "b", "c"].iter().position(|name| *name == token).unwrap() & 1 == 1;
    }
    let value = any(tokens, at, bits);
    assert_eq!(tokens[*at], ")");
    *at += 1;
    value
}
