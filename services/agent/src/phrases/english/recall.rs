//! What was kept, in English.

use crate::findings::Lack;
use crate::phrases::recall::RecallMessage;
use crate::phrases::{InEnglish, Pieces, number_of, pieces};

impl InEnglish for RecallMessage {
    fn in_english(self) -> Pieces {
        match self {
            Self::Unavailable(Lack::Unreachable) => {
                "Documents, incidents and the run history cannot be reached right now, so this cannot be looked up. \
                 Questions about the live plan still work."
                    .into()
            }
            Self::Unavailable(Lack::NotReady) => {
                "What was kept is not ready for this engine yet. Questions about the live plan still work.".into()
            }
            Self::NoPassage { text, count, documents } => {
                let noun = number_of(&documents, " document", " documents");
                pieces!["No passage about \"", text, "\" was found (", count, " hits in ", documents, noun, ")."]
            }
            Self::Passages { count, documents } => {
                let noun = number_of(&count, " passage fits", " passages fit");
                let of = number_of(&documents, " document.", " documents.");
                pieces![count, noun, ", of ", documents, of, " These are quotations:"]
            }
            Self::Passage { citation, excerpt } => pieces![citation, ": \"", excerpt, "\""],
            Self::NotSearched { unreadable, pending } => pieces![
                "Not searched: ",
                unreadable,
                " documents that cannot be read, ",
                pending,
                " that are still being read."
            ],
            Self::Degraded => "Only keywords were compared: the search by meaning does not work right now.".into(),
            Self::NoneSimilar { count } => {
                pieces!["Nothing like it was kept (", count, " similar incidents)."]
            }
            Self::NothingFailed { job, status } => {
                pieces![job, " has not failed (it is ", status, "), so there is nothing to compare."]
            }
            Self::NotNoted { job } => {
                pieces!["The failure of ", job, " is not noted as an incident yet; ask again in a moment."]
            }
            Self::Similar { count, resolved } => {
                let noun = number_of(&count, " earlier incident looks like it", " earlier incidents look like it");
                pieces![count, noun, "; how it was resolved is known of ", resolved, "."]
            }
            Self::Likest { incident, opened, likeness, reasons } => pieces![
                "The likest is ",
                incident,
                ", opened ",
                opened,
                " (likeness ",
                likeness,
                "). They share: ",
                Pieces::joined(reasons, "; ", "; "),
                "."
            ],
            Self::Reason { kind, shared } => {
                let shared = shared.map(|shared| pieces![" (", shared, ")"]);
                pieces![kind, shared]
            }
            Self::ResolvedBy { incident, text, by, at, confirmed } => {
                let confirmed = confirmed.map(|person| pieces![", confirmed by ", person]);
                pieces![incident, " was resolved: \"", text, "\" (", by, ", ", at, confirmed, ")."]
            }
            Self::NotResolved { incident, state } => {
                pieces!["Nobody has written down how ", incident, " was resolved (it is ", state, ")."]
            }
            Self::Reported { worked, failed } => {
                pieces!["Reported since: worked ", worked, " times, did not work ", failed, " times."]
            }
            Self::NoOpenIncident { count } => pieces!["There are no unresolved incidents (", count, ")."],
            Self::OpenIncidents { count, failing, more } => {
                let least = if more { "At least " } else { "" };
                let noun = number_of(&count, " incident is", " incidents are");
                let jobs = number_of(&failing, " job still fails", " jobs still fail");
                pieces![least, count, noun, " unresolved; ", failing, jobs, " in them."]
            }
            Self::RunTime { job, unusual, goes_on, earlier, seconds, usual } => {
                let verdict = if unusual { "That is unusual: " } else { "That is usual: " };
                let took = match (goes_on, earlier) {
                    (true, _) => " has been running for ",
                    (false, true) => " has not run yet; its latest run took ",
                    (false, false) => " took ",
                };
                pieces![verdict, job, took, seconds, "; half of its runs take no longer than ", usual, "."]
            }
            Self::StartTime { job, unusual, waits, seconds, usual } => {
                let verdict = if unusual { "Its start is unusually late: " } else { "Its start is as usual: " };
                let started = if waits { " has waited since its scheduled time for " } else { " started after its scheduled time by " };
                pieces![verdict, job, started, seconds, "; usual is ", usual, "."]
            }
            Self::ComparedWith { runs, which, share, limit } => {
                let noun = number_of(&runs, " run", " runs");
                let share = share.map(|share| pieces!["; ", share, " of them are not above it"]);
                let limit = limit.map(|limit| pieces!["; unusual begins above ", limit]);
                pieces!["Compared with ", runs, noun, " (", which, ")", share, limit, "."]
            }
            Self::TooFewRuns { job, runs, needed } => {
                let noun = number_of(&runs, " run", " runs");
                pieces!["There is too little to tell: ", job, " has ", runs, noun, " to compare with, and ", needed, " are needed."]
            }
            Self::NothingToCompare { job } => pieces![job, " has not run, so there is no run time to compare."],
            Self::NoRuns { job, runs } => pieces!["No finished runs of ", job, " were kept (", runs, ")."],
            Self::Runs { job, latest, runs, failed, rate } => {
                let noun = number_of(&runs, " run", " runs");
                let rate = rate.map(|rate| pieces![" (", rate, ")"]);
                let which = if latest { "Of the latest " } else { "Of " };
                pieces![which, runs, noun, " of ", job, " that were kept, ", failed, " failed", rate, "."]
            }
            Self::UsuallyTakes { usual, short, long } => pieces![
                "It usually takes ",
                usual,
                "; eight of ten runs take between ",
                short,
                " and ",
                long,
                "."
            ],
            Self::UsuallyStarts { at, early, late, zone } => pieces![
                "It usually starts at ",
                at,
                ", mostly between ",
                early,
                " and ",
                late,
                " (",
                zone,
                ")."
            ],
            Self::Since { first, last } => pieces!["These runs ended from ", first, " to ", last, "."],
        }
    }
}
