//! The conversation itself, in English.

use crate::interpret::{AskBackReason, ScopeReason};
use crate::phrases::dialogue::{DialogueMessage, Example};
use crate::phrases::{InEnglish, Pieces, number_of, pieces};
use crate::query::Verb;

impl InEnglish for DialogueMessage {
    fn in_english(self) -> Pieces {
        match self {
            Self::Means { term, meaning } => pieces![term, " means: ", meaning],
            Self::MeansIn { term, family, meaning } => {
                pieces!["Return code ", term, " (", family, ") usually means: ", meaning]
            }
            Self::UsualCause { cause } => pieces!["Usual cause: ", cause],
            Self::WhatToDo { advice } => pieces!["What to do: ", advice],
            Self::Confidence { confidence } => pieces!["This meaning is ", confidence, "."],
            Self::NotInCatalogue { term, count } => {
                pieces!["I do not know ", term, ": the catalogue has ", count, " entries for it."]
            }
            Self::LettersOf { letters, component } => {
                pieces!["Only its letters are known: ", letters, " stands for ", component, "."]
            }
            Self::ProgramsDiffer => "Programs may give their return codes meanings of their own.".into(),
            Self::CanAsk => "Ask me about the plan in your own words. For instance:".into(),
            Self::Example(example) => example.english().into(),
            Self::OutOfScope(reason) => declined(reason).into(),
            Self::AskBack(reason) => asked_back(reason).into(),
            Self::Took { text, name } => pieces!["I took ", text, " to mean ", name, "."],
            Self::WhichOne { text, count } => {
                pieces!["Which one do you mean by ", text, "? ", count, " objects match."]
            }
            Self::WhichOfThese => "Which of these do you mean?".into(),
            Self::NoSuchName { text, count } => {
                pieces!["Nothing in the plan is named ", text, " (", count, " matches)."]
            }
            Self::Nearest { names } => {
                pieces!["The nearest names are ", Pieces::joined(names, ", ", " and "), "."]
            }
            Self::Would { verb, target, number, choice } => {
                let number = number.map(|number| pieces![" to ", number]);
                let choice = choice.map(|choice| pieces![": ", choice]);
                pieces!["This would ", verb, " ", target, number, choice, ". Nothing was done."]
            }
            Self::NotPossible { verb, target, reason } => {
                pieces![
                    "It would not be possible to ",
                    verb,
                    " ",
                    target,
                    ": ",
                    reason,
                    ". Nothing was done."
                ]
            }
            Self::StateNow { status, internal } => pieces!["It is ", status, " (", internal, ") now."],
            Self::WaitsForIt { count } => {
                let noun =
                    number_of(&count, " object waits for it directly.", " objects wait for it directly.");
                pieces![count, noun]
            }
            Self::Caution(verb) => caution(verb).into(),
            Self::WouldForAll { count } => {
                let noun = number_of(&count, " object. Nothing was done.", " objects. Nothing was done.");
                pieces!["This would concern ", count, noun]
            }
            Self::EarlierNotKnown => {
                "What was said earlier in this conversation is not known here any more, so this answer looks at your question alone."
                    .into()
            }
            Self::NotAvailableYet => {
                "Actions are not available yet in this version: use the engine's console to carry it out."
                    .into()
            }
        }
    }
}

fn declined(reason: ScopeReason) -> &'static str {
    match reason {
        ScopeReason::Topic => {
            "I can only answer questions about the scheduler's plan: jobs, job streams, workstations, resources, prompts and their codes."
        }
        ScopeReason::Instructions => {
            "How I answer cannot be changed from a question. Ask me about the plan instead."
        }
        ScopeReason::Secrets => "I do not know any passwords or other secrets, and would not show them.",
    }
}

fn asked_back(reason: AskBackReason) -> &'static str {
    match reason {
        AskBackReason::NotUnderstood => {
            "I did not understand that well enough to answer. Say what you want to know, and about which job, job stream or workstation."
        }
        AskBackReason::NeedsObject => "Which job, job stream or workstation do you mean?",
        AskBackReason::NothingToReferTo => {
            "I do not know what that refers to, because nothing was listed before. Please name it."
        }
        AskBackReason::OneAtATime => "Please ask for one of these at a time.",
        AskBackReason::NeedsNumber => "Which value should it be set to? Please give the number.",
        AskBackReason::NotCovered => "I understand the topic, but cannot answer questions about it yet.",
    }
}

fn caution(verb: Verb) -> &'static str {
    match verb {
        Verb::Rerun => {
            "A rerun starts the same work again: check in the log whether the failed run left anything half done."
        }
        Verb::Cancel => {
            "A cancel before the start lets everything that depends on it go at once, without its data."
        }
        Verb::Kill => "A killed job ends in error; what depends on it is not released.",
        Verb::Hold => "A held job does not start, and what depends on it waits with it.",
        Verb::Release => "A release lets it start without what it waits for.",
        Verb::Confirm => {
            "A confirmation as successful lets go what depends on it, whatever the job really did."
        }
        Verb::SetPriority => {
            "A priority of zero holds it; a higher one can pass the fence of its workstation."
        }
        Verb::SetLimit => "A limit of zero stops new jobs there; a high one may overload the machine.",
        Verb::SetFence => "A fence stops every job there whose priority is not above it.",
        Verb::Submit => "A submission adds a new instance to the plan.",
        Verb::Reply => {
            "An answer of no leaves what depends on the prompt waiting, and it is not asked again."
        }
        Verb::Link | Verb::Start => "What waits there starts as soon as the workstation is back.",
        Verb::Unlink | Verb::Stop => "Jobs on that workstation wait until it is back.",
    }
}

impl Example {
    fn english(self) -> &'static str {
        match self {
            Self::Overview => "How is the plan?",
            Self::InError => "Which jobs are in error?",
            Self::WhyFailed => "Why did a job fail? (with its name)",
            Self::WhyWaiting => "Why has a job not started?",
            Self::Dependencies => "What depends on a job, or what does it wait for?",
            Self::Late => "What is late or at risk?",
            Self::Longest => "What has been running longest?",
            Self::Progress => "How far is a job stream?",
            Self::Workstations => "Which workstations are down?",
            Self::Resources => "Who holds a resource?",
            Self::Prompts => "Which prompts are open?",
            Self::Changes => "What changed in the last hour?",
            Self::Code => "What does a status, message code or return code mean?",
            Self::Log => "Show the log of a job.",
            Self::Impact => "What will not run if a job fails?",
            Self::RootCause => "What is the root cause of a wait?",
            Self::CriticalPath => "What is the critical path to a job stream?",
            Self::Forecast => "When will the batch finish?",
            Self::WhatIf => "What if a job is delayed by half an hour?",
            Self::Fragile => "Which jobs are the most fragile?",
            Self::Unusual => "Is the run time of a job unusual?",
            Self::Similar => "Has a failure happened before, and how was it solved?",
            Self::Runbook => "What does the runbook say about an error?",
            Self::FollowUp => "Then go on: and its successors? only those in a folder?",
        }
    }
}
