//! A message in the form its destination takes. Untrusted text only ever stands where the format takes it literally: in
//! JSON strings, in text runs of an Adaptive Card, in text elements of Slack's rich text. None of these reads markup,
//! links or mentions, so there is nothing to escape and nothing to forget.

mod webhook;
mod teams;
mod slack;

use serde_json::Value;

use super::DestinationKind;
use super::message::Message;

/// Lines of a message for people; the rest is counted.
const LINES: usize = 10;

pub(super) fn of(kind: DestinationKind, destination: &str, message: &Message) -> Value {
    match kind {
        DestinationKind::Webhook => webhook::of(destination, message),
        DestinationKind::Teams => teams::of(message),
        DestinationKind::Slack => slack::of(message),
    }
}

#[cfg(test)]
mod tests;
