//! Page tokens of lists: where the last page ended, opaque to clients.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::store::{Cursor, Value};

/// The cursor of a token: the first page's is empty. Unset: not one of ours.
pub(crate) fn parse(token: &str) -> Option<Option<Cursor>> {
    if token.is_empty() {
        return Some(None);
    }
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    let (value, key): (serde_json::Value, String) = serde_json::from_str(&text).ok()?;
    let value = match value {
        serde_json::Value::String(text) => Value::Text(text),
        serde_json::Value::Number(number) => Value::Integer(number.as_i64()?),
        _ => return None,
    };
    Some(Some(Cursor(value, key)))
}

/// The token of a cursor.
pub(crate) fn write(cursor: &Cursor) -> String {
    let Cursor(value, key) = cursor;
    let value = match value {
        Value::Text(text) => serde_json::Value::from(text.as_str()),
        Value::Integer(number) => serde_json::Value::from(*number),
    };
    URL_SAFE_NO_PAD.encode(serde_json::json!([value, key]).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_cursor_survives_its_token_and_nothing_else_is_one(
            text in ".*", number in any::<i64>(), key in ".*", noise in ".*",
        ) {
            for value in [Value::Text(text), Value::Integer(number)] {
                let cursor = Cursor(value, key.clone());
                prop_assert_eq!(parse(&write(&cursor)), Some(Some(cursor)));
            }
            prop_assert_eq!(parse(""), Some(None));
            // No panic, whatever is sent.
            let _ = parse(&noise);
        }
    }
}
