//! The dependency graph's answers, in English.

use crate::findings::Lack;
use crate::phrases::graph::{Follow, GraphMessage, Supposition};
use crate::phrases::{InEnglish, Pieces, number_of, pieces};
use crate::query::Structure;

impl InEnglish for GraphMessage {
    fn in_english(self) -> Pieces {
        match self {
            Self::Unavailable { lack, instead } => unavailable(lack, instead).into(),
            Self::WouldBlock { subject, jobs, streams } => {
                let (jobs, streams) = blocked(jobs, streams);
                pieces!["If ", subject, " fails, ", jobs, " of ", streams, " will not run."]
            }
            Self::Blocks { subject, jobs, streams } => {
                let (jobs, streams) = blocked(jobs, streams);
                pieces!["As ", subject, " stands, ", jobs, " of ", streams, " cannot run."]
            }
            Self::WouldBlockWithout { subject, jobs, streams } => {
                let (jobs, streams) = blocked(jobs, streams);
                pieces!["Without ", subject, ", ", jobs, " of ", streams, " will not run."]
            }
            Self::BlocksNothing { subject, jobs } => {
                pieces!["Nothing else stops because of ", subject, ": ", jobs, " jobs depend on how it ends."]
            }
            Self::OfThese { critical, deadlines } => {
                pieces!["Critical among them: ", critical, "; with a deadline: ", deadlines, "."]
            }
            Self::First { names } => pieces!["Hit first: ", Pieces::joined(names, ", ", " and "), "."],
            Self::Alternatives { count } => {
                let noun = number_of(&count, " job runs in that case only.", " jobs run in that case only.");
                pieces![count, noun]
            }
            Self::NoCauseUpstream { subject, count } => {
                pieces!["Upstream nothing else holds ", subject, " back (", count, " other causes)."]
            }
            Self::Causes { subject, count, between } => {
                let noun = number_of(&count, " root cause holds ", " root causes hold ");
                pieces![
                    "In the dependency graph, ",
                    count,
                    noun,
                    subject,
                    " back; objects in between that wait as well: ",
                    between,
                    "."
                ]
            }
            Self::Cause { sort, object, kind, since, steps } => {
                let sort = sort.map(|sort| pieces![sort, " "]);
                let since = since.map(|since| pieces![", since ", since]);
                let noun = number_of(&steps, " step away).", " steps away).");
                pieces!["Cause: ", sort, object, ": ", kind, since, " (", steps, noun]
            }
            Self::Ways => "The table shows the way from each cause.".into(),
            Self::CriticalPath { subject, steps, end } => {
                let what = subject.map_or(Pieces::from("the plan"), Pieces::from);
                let noun = number_of(&steps, " step", " steps");
                let end = end.map(|end| pieces![" and ends around ", end]);
                pieces!["The critical path to ", what, " has ", steps, noun, end, "."]
            }
            Self::EndsLast { job } => pieces!["Last of the plan ends ", job, "."],
            Self::NoPath { subject, steps } => {
                let what = subject.map_or(Pieces::from("the plan"), Pieces::from);
                pieces!["Nothing decides any more when ", what, " ends (", steps, " steps)."]
            }
            Self::Longest { object, duration } => {
                pieces!["Its longest step is ", object, " with ", duration, "."]
            }
            Self::Slack { deadline, slack } => {
                pieces!["The deadline is ", deadline, ", which leaves ", slack, "."]
            }
            Self::TooLate { deadline, by } => {
                pieces!["The deadline is ", deadline, ": it would be missed by ", by, "."]
            }
            Self::DoesNotRun { subject } => pieces![subject, " does not run unless somebody acts."],
            Self::HasEnded { subject, at } => {
                let at = at.map(|at| pieces![" at ", at]);
                pieces![subject, " has already ended", at, "."]
            }
            Self::RunsUntil { subject, end } => {
                pieces![subject, " is running and should end around ", end, "."]
            }
            Self::WillRun { subject, start, end } => {
                pieces![subject, " should start around ", start, " and end around ", end, "."]
            }
            Self::WillBeSkipped { subject } => {
                pieces![subject, " will be skipped: a condition does not come true."]
            }
            Self::Range { low, high } => {
                pieces!["In four of five cases it ends between ", low, " and ", high, "."]
            }
            Self::Compared { verdict, by } => pieces!["That is ", verdict, " ", by, "."],
            Self::LateShare { deadline, share } => {
                pieces![
                    "Its deadline is ",
                    deadline,
                    "; it is missed in ",
                    share,
                    " of the nights played through."
                ]
            }
            Self::HasDeadline { deadline } => pieces!["Its deadline is ", deadline, "."],
            Self::OwnBasis { basis } => pieces!["Its own run time rests on ", basis, "."],
            Self::RestsOn { history, estimates, guessed } => pieces![
                "Run times in the calculation: from earlier runs ",
                history,
                ", from the plan's own estimates ",
                estimates,
                ", guessed ",
                guessed,
                "."
            ],
            Self::TakenAsMet { count } => {
                pieces!["Prompts, files and the like taken to be there: ", count, "."]
            }
            Self::LimitsIgnored { count } => {
                pieces!["Workstations whose limit was not taken into account: ", count, "."]
            }
            Self::PlanEnds { end } => pieces!["The last job that will run should end around ", end, "."],
            Self::NothingLeft { jobs } => pieces!["No job is left that will run (", jobs, ")."],
            Self::PlanJobs { to_run, blocked, watched } => pieces![
                "Jobs that will still run or are running: ",
                to_run,
                "; that do not run unless somebody acts: ",
                blocked,
                "; critical ones and those with a deadline that are not over: ",
                watched,
                "."
            ],
            Self::Risk { object, deadline, class, share } => {
                pieces![
                    object,
                    " has its deadline at ",
                    deadline,
                    ": ",
                    class,
                    ", missed in ",
                    share,
                    " of the nights played through."
                ]
            }
            Self::Expected { end } => pieces!["It should end around ", end, "."],
            Self::FailureShare { share } => {
                pieces![
                    "Apart from that, a job on its critical path fails first in ",
                    share,
                    " of the nights."
                ]
            }
            Self::NoDeadline { deadlines } => {
                pieces!["No deadline of it is open (", deadlines, "), so that there is none to miss."]
            }
            Self::Risks { endangered, total, at_least } => {
                let least = at_least.then_some("at least ");
                let noun =
                    number_of(&total, " open deadline is in danger.", " open deadlines are in danger.");
                pieces!["By the forecast, ", least, endangered, " of ", total, noun]
            }
            Self::RiskParts { missed, blocked, high, potential } => pieces![
                "Passed already: ",
                missed,
                "; the job does not run unless somebody acts: ",
                blocked,
                "; more likely missed than met: ",
                high,
                "; at some risk: ",
                potential,
                "."
            ],
            Self::Supposed { target, change } => match change {
                Supposition::Delay(by) => pieces!["Supposing ", target, " comes ", by, " later:"],
                Supposition::Fail => pieces!["Supposing ", target, " fails:"],
                Supposition::Cancel => pieces!["Supposing ", target, " is canceled:"],
                Supposition::Hold => pieces!["Supposing ", target, " is held:"],
                Supposition::Limit(limit) => pieces!["Supposing the limit of ", target, " is ", limit, ":"],
            },
            Self::NothingChanges { total } => pieces!["no job fares differently (", total, ")."],
            Self::Changes { later, earlier, stopped, started } => pieces![
                "jobs that end later: ",
                later,
                "; earlier: ",
                earlier,
                "; that no longer run: ",
                stopped,
                "; that run in that case only: ",
                started,
                "."
            ],
            Self::Ends { before, after } => {
                pieces!["The last job downstream ends around ", after, " instead of ", before, "."]
            }
            Self::SameEnd { at } => {
                pieces!["The last job downstream still ends around ", at, "."]
            }
            Self::Shift { by, later: true } => pieces!["That is ", by, " later."],
            Self::Shift { by, .. } => pieces!["That is ", by, " earlier."],
            Self::NoEnd { before } => {
                pieces!["Of what would have ended around ", before, " downstream, nothing runs any more."]
            }
            Self::Deadlines { lost, won } => {
                pieces![
                    "Deadlines that become more likely missed than met: ",
                    lost,
                    "; the other way round: ",
                    won,
                    "."
                ]
            }
            Self::WithLimits => {
                "Limits of workstations were taken into account, with usual run times.".into()
            }
            Self::LeadsTo { first, last, steps } => {
                let noun = number_of(&steps, " step.", " steps.");
                pieces![last, " hangs on ", first, " through ", steps, noun]
            }
            Self::NoWay { first, last } => {
                pieces!["No way leads from ", first, " to ", last, " or back: neither waits for the other."]
            }
            Self::Step { object, relation, status } => {
                let relation = relation.map(|relation| pieces![relation, ": "]);
                let status = status.map(|status| pieces![" (", status, ")"]);
                pieces![relation, object, status]
            }
            Self::Oddities { which, count } => match which {
                Structure::Fragile => {
                    pieces![
                        "The most fragile jobs: those whose failure would cost the most and is not unlikely (",
                        count,
                        " shown)."
                    ]
                }
                Structure::Cycles => {
                    let noun = number_of(
                        &count,
                        " group of objects waits for itself.",
                        " groups of objects wait for themselves.",
                    );
                    pieces![count, noun]
                }
                Structure::Orphans => {
                    let noun = number_of(
                        &count,
                        " job waits for nothing, and nothing waits for it or its stream.",
                        " jobs wait for nothing, and nothing waits for them or their streams.",
                    );
                    pieces![count, noun]
                }
                Structure::Dangling => {
                    let noun = number_of(
                        &count,
                        " dependency names what the plan does not hold.",
                        " dependencies name what the plan does not hold.",
                    );
                    pieces![count, noun]
                }
            },
            Self::Fragile { job, rate, jobs } => {
                let noun = number_of(&jobs, " job.", " jobs.");
                pieces![
                    "First comes ",
                    job,
                    ": it fails in ",
                    rate,
                    " of its runs, and would stop ",
                    jobs,
                    noun
                ]
            }
            Self::Extent { jobs, dependencies } => {
                pieces!["Looked at: ", jobs, " jobs with ", dependencies, " dependencies."]
            }
            Self::Coverage { share, known, definitions } => pieces![
                "Dependencies are known from the plan itself for ",
                share,
                " of its jobs (",
                known,
                "), from the definitions alone for ",
                definitions,
                "."
            ],
            Self::MoreThanShown => "There are more than the tables show.".into(),
            Self::Next(follow) => next(follow).into(),
        }
    }
}

fn blocked(jobs: crate::evidence::Fact, streams: crate::evidence::Fact) -> (Pieces, Pieces) {
    let (job, stream) =
        (number_of(&jobs, " job", " jobs"), number_of(&streams, " job stream", " job streams"));
    (pieces![jobs, job], pieces![streams, stream])
}

fn unavailable(lack: Lack, instead: bool) -> &'static str {
    match (lack, instead) {
        (Lack::Unreachable, true) => {
            "The knowledge graph cannot be reached, so this is what the plan alone tells. Everything about the plan itself works as usual."
        }
        (Lack::Unreachable, false) => {
            "The knowledge graph cannot be reached, and this question needs it. Questions about the plan itself work as usual."
        }
        (Lack::NotReady, true) => {
            "The knowledge graph has not received the dependencies of this engine yet, so this is what the plan alone tells. Ask again in a moment."
        }
        (Lack::NotReady, false) => {
            "The knowledge graph has not received the dependencies of this engine yet, and this question needs them. Ask again in a moment; questions about the plan itself work as usual."
        }
    }
}

fn next(follow: Follow) -> &'static str {
    match follow {
        Follow::Impact => {
            "You can go on: and its critical path? when will it end? and if it is delayed by an hour?"
        }
        Follow::Forecast => {
            "You can go on: what is its critical path? and if it fails? will it meet its deadline?"
        }
        Follow::CriticalPath => "You can go on: and if it is delayed by an hour? its impact?",
        Follow::WhatIf => "Nothing was changed. You can go on: and if it is canceled? its impact?",
    }
}
