//! Lists and counts, in English.

use resync_api::tws::model::ObjectKind;

use crate::phrases::rows::{Comparison, Flag, Noun, Qualifier, RowsMessage};
use crate::phrases::{InEnglish, Pieces, number_of, pieces};

impl InEnglish for RowsMessage {
    fn in_english(self) -> Pieces {
        match self {
            Self::HowMany { count, noun, qualifiers } => {
                let (one, many) = noun.english();
                let noun = number_of(&count, one, many);
                let start = match (count.is_zero(), count.is_one()) {
                    (true, _) => "None: there are ",
                    (_, true) => "There is ",
                    _ => "There are ",
                };
                pieces![start, count, noun, qualifiers, "."]
            }
            Self::These { names } if names.len() == 1 => {
                pieces!["It is ", Pieces::joined(names, "", ""), "."]
            }
            Self::These { names } => pieces!["They are ", Pieces::joined(names, ", ", " and "), "."],
            Self::First { name, value, by } => {
                let value = value.map(|value| pieces![", ", by, " ", value]);
                pieces!["First comes ", name, value, "."]
            }
            Self::Ordered { by, descending } => {
                pieces!["Ordered by ", by, if descending { ", highest first." } else { ", lowest first." }]
            }
            Self::NotShown { not_shown } => {
                let are = number_of(&not_shown, " more is not shown.", " more are not shown.");
                pieces![not_shown, are]
            }
            Self::LargestGroup { values, count, share } => {
                pieces!["The largest is ", values, ": ", count, " (", share, ")."]
            }
            Self::Groups { count } => {
                let groups = number_of(&count, " group.", " groups.");
                pieces!["They fall into ", count, groups]
            }
            Self::MoreGroups => "There are more groups than shown.".into(),
            Self::Named { name, status } => {
                let status = status.map(|status| pieces![" (", status, ")"]);
                pieces![name, status]
            }
        }
    }
}

impl Noun {
    fn english(self) -> (&'static str, &'static str) {
        match self.0 {
            ObjectKind::Job => (" job", " jobs"),
            ObjectKind::JobStream => (" job stream", " job streams"),
            ObjectKind::Workstation => (" workstation", " workstations"),
            ObjectKind::Resource => (" resource", " resources"),
            ObjectKind::Prompt => (" prompt", " prompts"),
            ObjectKind::Folder => (" folder", " folders"),
            ObjectKind::User => (" user", " users"),
        }
    }
}

fn any(values: Vec<Pieces>) -> Pieces {
    Pieces::joined(values, ", ", " or ")
}

/// `is`, `after` and `before` as they stand before a time; `over` and `under` before a number.
fn compared(
    comparison: Comparison,
    is: &'static str,
    above: &'static str,
    below: &'static str,
) -> &'static str {
    match comparison {
        Comparison::Is | Comparison::IsNot => is,
        Comparison::Above => above,
        Comparison::Below => below,
    }
}

fn not(comparison: Comparison, is: &'static str, is_not: &'static str) -> &'static str {
    match comparison {
        Comparison::IsNot => is_not,
        _ => is,
    }
}

impl InEnglish for Qualifier {
    fn in_english(self) -> Pieces {
        match self {
            Self::Status(how, values) => pieces![not(how, " ", " not "), any(values)],
            Self::InternalStatus(how, values) => {
                pieces![not(how, " in state ", " not in state "), any(values)]
            }
            Self::Substatus(how, values) => {
                pieces![not(how, " in substate ", " not in substate "), any(values)]
            }
            Self::Name(how, values) => pieces![not(how, " named ", " not named "), any(values)],
            Self::OfStream(how, values) => {
                pieces![not(how, " of job stream ", " not of job stream "), any(values)]
            }
            Self::OfStreamsOn(how, values) => {
                pieces![
                    not(how, " of job streams on workstation ", " not of job streams on workstation "),
                    any(values)
                ]
            }
            Self::OnWorkstation(how, values) => {
                pieces![not(how, " on workstation ", " not on workstation "), any(values)]
            }
            Self::InFolder(how, values) => pieces![not(how, " in folder ", " not in folder "), any(values)],
            Self::OfUser(how, values) => pieces![not(how, " of user ", " not of user "), any(values)],
            Self::OfType(how, values) => pieces![not(how, " of type ", " not of type "), any(values)],
            Self::Started(how, values) => {
                pieces![compared(how, " started at ", " started after ", " started before "), any(values)]
            }
            Self::Ended(how, values) => {
                pieces![compared(how, " ended at ", " ended after ", " ended before "), any(values)]
            }
            Self::Scheduled(how, values) => pieces![
                compared(how, " scheduled for ", " scheduled after ", " scheduled before "),
                any(values)
            ],
            Self::Deadline(how, values) => pieces![
                compared(how, " with a deadline at ", " with a deadline after ", " with a deadline before "),
                any(values)
            ],
            Self::RunTime(how, values) => pieces![
                compared(how, " with a run time of ", " with a run time over ", " with a run time under "),
                any(values)
            ],
            Self::Other(label, how, values) => {
                let compared = match how {
                    Comparison::Is => " ",
                    Comparison::IsNot => " not ",
                    Comparison::Above => " above ",
                    Comparison::Below => " below ",
                };
                pieces![" with ", label, compared, any(values)]
            }
            Self::Flag(flag, holds) => flag.english(holds).into(),
            Self::OfThatStream(name) => match name {
                Some(name) => pieces![" of job stream ", name],
                None => " of that job stream".into(),
            },
        }
    }
}

impl Flag {
    fn english(self, holds: bool) -> &'static str {
        match (self, holds) {
            (Self::Late, true) => " late",
            (Self::Late, false) => " not late",
            (Self::AtRisk, true) => " at risk of being late",
            (Self::AtRisk, false) => " not at risk of being late",
            (Self::LongRunning, true) => " running longer than usual",
            (Self::LongRunning, false) => " not running longer than usual",
            (Self::Critical, true) => " marked critical",
            (Self::Critical, false) => " not marked critical",
            (Self::Every, true) => " set to repeat",
            (Self::Every, false) => " not set to repeat",
            (Self::CarriedForward, true) => " carried forward from an earlier plan",
            (Self::CarriedForward, false) => " of this plan's own day",
            (Self::RequiresConfirmation, true) => " to be confirmed at their end",
            (Self::RequiresConfirmation, false) => " not to be confirmed",
            (Self::Healthy, true) => " able to run jobs",
            (Self::Healthy, false) => " unable to run jobs",
            (Self::Linked, true) => " linked",
            (Self::Linked, false) => " not linked",
        }
    }
}
