//! Dependencies, progress and changes, in English.

use crate::phrases::flow::FlowMessage;
use crate::phrases::{InEnglish, Pieces, number_of, pieces};

impl InEnglish for FlowMessage {
    fn in_english(self) -> Pieces {
        match self {
            Self::WaitsFor { subject, count, transitive, at_least } => {
                let direct = if transitive { ", all the way up." } else { " directly." };
                let noun = number_of(&count, " predecessor", " predecessors");
                pieces![subject, " has ", at_least.then_some("at least "), count, noun, direct]
            }
            Self::WaitedForBy { subject, count, transitive, at_least } => {
                let direct = if transitive { ", all the way down." } else { " directly." };
                let noun = number_of(&count, " successor", " successors");
                pieces![subject, " has ", at_least.then_some("at least "), count, noun, direct]
            }
            Self::NoPredecessors { subject, count } => {
                pieces![subject, " has no predecessors (", count, ")."]
            }
            Self::NoSuccessors { subject, count } => {
                pieces!["Nothing depends on ", subject, ": it has ", count, " successors."]
            }
            Self::Kinds { jobs, job_streams } => {
                let (job, stream) = (
                    number_of(&jobs, " job and ", " jobs and "),
                    number_of(&job_streams, " job stream.", " job streams."),
                );
                pieces!["They are ", jobs, job, job_streams, stream]
            }
            Self::Unfinished { unfinished, failed } => {
                pieces!["Not finished: ", unfinished, "; in error: ", failed, "."]
            }
            Self::These { names } => pieces!["Nearest: ", Pieces::joined(names, ", ", " and "), "."],
            Self::Others { count } => {
                let noun = number_of(&count, " other dependency", " other dependencies");
                pieces!["It also has ", count, noun, " (files, resources, prompts or joins)."]
            }
            Self::Coverage { share } => pieces![
                "Read from the plan itself: ",
                share,
                " of these; the rest comes from the definitions."
            ],
            Self::Truncated => "There are more than an answer shows.".into(),
            Self::Progress { stream, done, jobs, share, status } => {
                pieces![stream, " is ", status, ": ", done, " of ", jobs, " jobs done (", share, ")."]
            }
            Self::Left { left, running, failed } => {
                pieces!["Left: ", left, "; running: ", running, "; in error: ", failed, "."]
            }
            Self::ExpectedEnd { at } => pieces!["By its estimate it should end around ", at, "."],
            Self::WorkLeft { work } => {
                pieces![
                    "The run times still to come add up to ",
                    work,
                    ", were they to run one after the other."
                ]
            }
            Self::StreamNotStarted { at } => {
                let at = at.map(|at| pieces![" It is scheduled for ", at, "."]);
                pieces!["It has not started.", at]
            }
            Self::StreamEnded { at } => pieces!["It ended at ", at, "."],
            Self::Changes { count, since, key, at_least } => {
                let noun = number_of(&count, " change", " changes");
                let since = since.map(|since| pieces![" since ", since]);
                let of = key.map(|key| pieces![" of ", key]);
                pieces![at_least.then_some("At least "), count, noun, of, since, "."]
            }
            Self::NoChanges { count, since, key } => {
                let since = since.map(|since| pieces![" since ", since]);
                let of = key.map(|key| pieces![" of ", key]);
                pieces!["No change", of, " is known", since, " (", count, ")."]
            }
            Self::ChangesByKind { parts } => {
                let parts = parts.into_iter().map(|(kind, count)| pieces![kind, " ", count]).collect();
                pieces!["By kind: ", Pieces::joined(parts, ", ", ", "), "."]
            }
            Self::Forgotten { since } => pieces!["Changes before ", since, " are not remembered."],
            Self::ChangesTruncated => "There are more changes than shown.".into(),
        }
    }
}
