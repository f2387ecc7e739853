//! Why something waits, in English.

use crate::phrases::waiting::{Advice, Clause, WaitingMessage};
use crate::phrases::{InEnglish, Pieces, number_of, pieces};

impl InEnglish for WaitingMessage {
    fn in_english(self) -> Pieces {
        match self {
            Self::Because { subject, cause } => pieces![subject, " has not started because ", cause, "."],
            Self::SeveralCauses { subject, count } => {
                pieces![subject, " has not started; ", count, " causes stand behind it, and each has to go:"]
            }
            Self::Runs { subject, since, expected_end } => {
                let since = since.map(|since| pieces![" since ", since]);
                let end = expected_end.map(|end| pieces![" and should end around ", end]);
                pieces![subject, " is not waiting: it has been running", since, end, "."]
            }
            Self::EndedWell { subject, at } => {
                let at = at.map(|at| pieces![" at ", at]);
                pieces![subject, " is not waiting: it ended well", at, "."]
            }
            Self::Canceled { subject } => {
                pieces![subject, " is not waiting: it was canceled and will not run unless it is rerun."]
            }
            Self::Failed { subject } => {
                pieces![subject, " is not waiting: it has already run, or tried to, and failed."]
            }
            Self::Suppressed { subject, cause } => {
                pieces![subject, " will not run as things are, because ", cause, "."]
            }
            Self::State { status, internal, substatus } => {
                let substatus = substatus.map(|substatus| pieces![", ", substatus]);
                pieces!["Its status is ", status, " (", internal, substatus, ")."]
            }
            Self::Step { held, cause } => pieces![held, ": ", cause],
            Self::Root { cause } => cause,
            Self::LongRun { elapsed, estimated } => {
                let usual = estimated.map(|estimated| pieces!["; it usually takes ", estimated]);
                pieces!["It has been running for ", elapsed, usual, "."]
            }
            Self::Truncated => {
                "There may be more: the chain was followed only as far as an answer allows.".into()
            }
        }
    }
}

impl InEnglish for Clause {
    fn in_english(self) -> Pieces {
        match self {
            Self::Failed { cause, return_code } => {
                let code = return_code.map(|code| pieces![" with return code ", code]);
                pieces![cause, " ended in error", code]
            }
            Self::LaunchFailed { cause } => pieces![cause, " could not be started (launch failed)"],
            Self::Running { cause, since, expected_end, usual } => {
                let since = since.map(|since| pieces![", since ", since]);
                let end = expected_end.map(|end| pieces![", and should end around ", end]);
                let usual = usual.map(|usual| pieces![", longer than its usual ", usual]);
                pieces![cause, " is still running", since, usual, end]
            }
            Self::Waiting { cause, status } => {
                let status = status.map(|status| pieces![" (", status, ")"]);
                pieces!["its predecessor ", cause, " has not run yet", status]
            }
            Self::Stuck { cause } => pieces!["its predecessor ", cause, " is stuck and cannot end by itself"],
            Self::ToConfirm { cause } => {
                pieces![cause, " has ended and waits for an operator to confirm its outcome"]
            }
            Self::Pending { cause } => {
                pieces!["its predecessor ", cause, " is not in the plan yet (pending)"]
            }
            Self::Zombie { cause } => {
                pieces![
                    "its predecessor ",
                    cause,
                    " can never resolve (zombie): nothing in the plan matches it"
                ]
            }
            Self::Unknown { cause } => pieces!["the state of its predecessor ", cause, " is not known"],
            Self::ConditionNotMet { cause, status, conditions } => {
                let status = status.map(|status| pieces![" (it is ", status, ")"]);
                let asked = conditions.map(|conditions| pieces!["; the condition asks for ", conditions]);
                pieces!["the condition on its predecessor ", cause, " was not met", status, asked]
            }
            Self::StartTime { held, at, wait } => {
                pieces!["the start time of ", held, " has not come: ", at, ", in ", wait]
            }
            Self::LatestStartPassed { held, at } => {
                pieces!["the latest start time (until) of ", held, " has passed: ", at]
            }
            Self::PriorityZero { held, priority } => {
                pieces![held, " is held: its priority is ", priority]
            }
            Self::StreamPriorityZero { cause, priority } => {
                pieces!["the job stream ", cause, " is held: its priority is ", priority]
            }
            Self::StreamLimitZero { cause, limit } => {
                pieces!["the limit of job stream ", cause, " is ", limit, ", so none of its jobs may start"]
            }
            Self::StreamLimitReached { cause, limit, running } => {
                let noun = jobs(&running);
                pieces!["job stream ", cause, " already runs ", running, noun, "; its limit is ", limit]
            }
            Self::WorkstationLimitZero { cause, limit } => {
                pieces!["the job limit of workstation ", cause, " is ", limit, ", so no job may start there"]
            }
            Self::WorkstationLimitReached { cause, limit, running } => {
                let noun = jobs(&running);
                pieces!["workstation ", cause, " already runs ", running, noun, "; its limit is ", limit]
            }
            Self::Fence { cause, fence, priority } => pieces![
                "the fence of workstation ",
                cause,
                " is ",
                fence,
                " and its priority is only ",
                priority,
                ": a job starts only with a priority above the fence"
            ],
            Self::WorkstationUnlinked { cause } => pieces!["workstation ", cause, " is not linked"],
            Self::AgentDown { cause } => {
                pieces!["the agent of workstation ", cause, " is down (its job process is not running)"]
            }
            Self::WorkstationNotInitialized { cause } => {
                pieces!["workstation ", cause, " has not received the plan (not initialised)"]
            }
            Self::PoolWithoutMembers { cause } => {
                pieces!["no member of the pool ", cause, " is linked and able to run jobs"]
            }
            Self::WorkstationIgnored { cause } => {
                pieces!["workstation ", cause, " is left out of the plan (ignored)"]
            }
            Self::Resource { cause, needed, available, quantity } => {
                let quantity = quantity.map(|quantity| pieces![" of ", quantity]);
                let free = available.map(|free| pieces![" and only ", free, quantity, " is free"]);
                let units = number_of(&needed, " unit", " units");
                pieces!["it needs ", needed, units, " of resource ", cause, free]
            }
            Self::ResourceHeld { cause, units, resource } => {
                let noun = number_of(&units, " unit of resource ", " units of resource ");
                pieces![cause, " holds ", units, noun, resource]
            }
            Self::PromptAsked { cause, number, text } => {
                let number = number.map(|number| pieces![" (number ", number, ")"]);
                pieces!["prompt ", cause, number, " waits for an answer: “", text, "”"]
            }
            Self::PromptNotAsked { cause, text } => {
                pieces!["prompt ", cause, " has not been asked yet: “", text, "”"]
            }
            Self::PromptAnsweredNo { cause, text } => {
                pieces!["prompt ", cause, " was answered no: “", text, "”"]
            }
            Self::File { path, workstation, qualifier } => {
                let test = qualifier.map(|qualifier| pieces![" (test ", qualifier, ")"]);
                pieces!["the file ", path, test, " is missing on workstation ", workstation]
            }
            Self::Join { cause, needed, members, satisfied } => {
                pieces!["join ", cause, " needs ", needed, " of ", members, " members and has ", satisfied]
            }
            Self::Internetwork { remote, agent } => pieces![
                "the state of ",
                remote,
                " in another network is not known (internetwork dependency through ",
                agent,
                ")"
            ],
            Self::Submitted { cause, workstation } => pieces![
                cause,
                " was handed to the agent on workstation ",
                workstation,
                ", which has not started it yet"
            ],
            Self::Unexplained { cause, internal, substatus } => {
                let substatus = substatus.map(|substatus| pieces![", ", substatus]);
                pieces!["the plan shows no obstacle for ", cause, "; its state is ", internal, substatus]
            }
        }
    }
}

fn jobs(count: &crate::evidence::Fact) -> &'static str {
    number_of(count, " job", " jobs")
}

impl InEnglish for Advice {
    fn in_english(self) -> Pieces {
        match self {
            Self::FixAndRerun => "Next: ask why it failed, fix that and rerun it; or confirm or cancel it if its work is not needed.",
            Self::WaitForRun => "Next: wait for it to end; nothing has to be done now.",
            Self::WatchLongRun => "Next: look at its log to see whether it still moves, and decide whether to let it run.",
            Self::Confirm => "Next: check its outcome and confirm it.",
            Self::CheckPredecessor => "Next: check why the predecessor is not in the plan; submit it or release the dependency.",
            Self::ReleaseZombie => "Next: release the dependency if its work is not needed, or submit the predecessor.",
            Self::DecideCondition => "Next: decide whether it should run anyway; if so release the dependency.",
            Self::WaitForTime => "Next: wait for that time, or change the time restriction if it must run earlier.",
            Self::RaisePriority => "Next: find out who held it and why, then raise its priority to release it.",
            Self::RaiseLimit => "Next: raise the limit.",
            Self::WaitForSlot => "Next: wait for a free slot, or raise the limit.",
            Self::LowerFence => "Next: lower the fence, or raise the priority of the job above it.",
            Self::LinkWorkstation => "Next: check that the machine and its agent are up, then link the workstation.",
            Self::StartAgent => "Next: check the machine and start the agent.",
            Self::LinkPoolMember => "Next: bring at least one member of the pool up and link it.",
            Self::FreeResource => "Next: wait for the holder to end, or check whether it hangs.",
            Self::AnswerPrompt => "Next: answer the prompt.",
            Self::PromptStaysNo => "Next: a prompt answered no is not asked again; release the dependency or cancel the job.",
            Self::WaitForPrompt => "Next: the prompt is asked when everything before it is done; see what else holds it.",
            Self::BringFile => "Next: find out who delivers the file; when it must run without it, release the dependency.",
            Self::CheckOtherNetwork => "Next: check the network agent and the job in the other network.",
            Self::LatestStart => "Next: decide whether it may still run today; if so, change its latest start time or submit it again.",
            Self::RestoreWorkstation => "Next: the workstation is set to be ignored; change that in its definition, or run the job elsewhere.",
            Self::WaitForAgent => "Next: it should start within moments; when it does not, check the agent.",
            Self::CheckPlan => "Next: look at the object in the engine's console; the mirror shows nothing that holds it.",
        }
        .into()
    }
}
