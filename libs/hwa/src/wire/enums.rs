//! The closed vocabularies of the API, each with an `Other` that keeps what a newer engine says.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::{Serialize, Serializer};

/// Defines an enum over the words of one vocabulary. Synonyms read as the same variant; unknown words survive.
macro_rules! vocabulary {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal $(| $synonym:literal)*),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum $name {
            $(#[doc = concat!("`", $word, "`")] $(#[$vmeta])* $variant,)+
            /// A word this version does not know, as the engine wrote it.
            Other(Box<str>),
        }

        impl $name {
            /// The word as the API writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::Other(word) => word,
                }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                match word {
                    $($word $(| $synonym)* => Self::$variant,)+
                    other => Self::Other(other.into()),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
                output.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                struct Word;
                impl Visitor<'_> for Word {
                    type Value = $name;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str(concat!("a word of ", stringify!($name)))
                    }
                    fn visit_str<E: de::Error>(self, word: &str) -> Result<$name, E> {
                        Ok(word.into())
                    }
                }
                input.deserialize_str(Word)
            }
        }
    };
}

vocabulary! {
    /// The status shown to people, shared by jobs and job streams.
    CommonStatus {
        Waiting = "WAITING",
        WaitingForTrigger = "WAITING_FOR_TRIGGER",
        Ready = "READY",
        ReadyPreviousWorkstationNotReporting = "READY_PREV_WS_NONREP",
        Completed = "COMPLETED",
        SuppressByCondition = "SUPPRESS_BY_COND",
        Interrupted = "INTERRUPTED",
        DummyCompleted = "DUMMY_COMPLETED",
        Running = "RUNNING",
        Successful = "SUCCESSFUL" | "SUCCEED",
        Error = "ERROR",
        Canceled = "CANCELED",
        Held = "HELD",
        Undecided = "UNDECIDED",
        Blocked = "BLOCKED",
        Suppress = "SUPPRESS",
    }
}

vocabulary! {
    /// Why a job run exists.
    RerunType {
        Regular = "REGULAR",
        Rerun = "RERUN",
        RerunFrom = "RERUN_FROM",
        RerunStep = "RERUN_STEP",
        RerunEvery = "RERUN_EVERY",
        Recovery = "RECOVERY",
        RecoveryRerun = "RECOVERY_RERUN",
    }
}

vocabulary! {
    /// What a dependency waits for.
    DependencyType {
        Internal = "INTERNAL",
        ExternalJob = "EXTERNAL_JOB",
        ExternalJobStream = "EXTERNAL_JOBSTREAM",
        Join = "JOIN",
        File = "FILE",
        Resource = "RESOURCE",
        Internetwork = "INTERNETWORK",
        Prompt = "PROMPT",
    }
}

vocabulary! {
    /// Whether a dependency holds its owner back.
    DependencyStatus {
        Satisfied = "SATISFIED",
        Unsatisfied = "UNSATISFIED",
        Undecided = "UNDECIDED",
        Unbound = "UNBOUND",
    }
}

vocabulary! {
    /// Kinds of workstation. The manual and the schema spell four of them differently; both are read.
    WorkstationType {
        Agent = "AGENT",
        Pool = "POOL",
        DynamicPool = "D-POOL" | "DYNAMIC_POOL",
        RemoteEngine = "REM-ENG" | "REMOTE_ENGINE",
        Manager = "MANAGER",
        FaultTolerantAgent = "FTA",
        ExtendedAgent = "X-AGENT" | "XA",
        StandardAgent = "S-AGENT" | "SA",
        WorkloadBroker = "WORKLOAD_BROKER" | "BROKER",
        DomainManager = "DOMAIN_MANAGER",
    }
}

vocabulary! {
    /// Facts that hold about a workstation now.
    WorkstationState {
        Master = "MASTER",
        Manager = "MANAGER",
        Linked = "LINKED",
        FullyLinked = "FULLY_LINKED",
        DirectlyLinked = "DIRECTLY_LINKED",
        HostLinked = "HOST_LINKED",
        ExtendedLinked = "EXTENDED_LINKED",
        Broker = "BROKER",
        Start = "START",
        Running = "RUNNING",
        TcpIpLinked = "TCP_IP_LINKED",
        Monman = "MONMAN",
        InstalledAndRunning = "INSTALLED_AND_RUNNING",
        Installed = "INSTALLED",
        Update = "UPDATE",
        ServerStarted = "SERVER_STARTED",
        ServerRestarting = "SERVER_RESTARTING",
        Online = "ONLINE",
        WriterRunning = "WRITER_RUNNING",
        JobmanUp = "JOBMAN_UP",
        WriterUp = "WRITER_UP",
        EventProcessorRunning = "EVT_PROC_RUNNING",
        SsmRunning = "SSM_RUNNING",
        ConfigUpdated = "CONFIG_UPDATED",
        BehindFirewall = "BEHIND_FIREWALL",
        Initialised = "IS_INITED",
    }
}

vocabulary! {
    /// Whether units of a resource are free.
    ResourceStatus {
        Available = "AVAILABLE",
        NotAvailable = "NOT_AVAILABLE",
        Undecided = "UNDECIDED",
    }
}

vocabulary! {
    /// How far a prompt has come.
    PromptStatus {
        NotAsked = "NOT_ASKED",
        Asked = "ASKED",
        AnsweredYes = "ANSWERED_YES",
        AnsweredNo = "ANSWERED_NO",
    }
}

vocabulary! {
    /// Where a prompt comes from.
    PromptType {
        AdHoc = "Ad Hoc Prompt",
        Predefined = "Predefined Prompt",
        Restart = "Restart Prompt",
    }
}

vocabulary! {
    /// What the last test of a watched file said.
    FileStatus {
        NotChecked = "Not Checked",
        Checking = "Checking",
        Exists = "Exists",
        Unavailable = "Unavailable",
        Resync = "Resync",
    }
}

vocabulary! {
    /// What happens after a job fails.
    RecoveryOption {
        Stop = "STOP",
        Continue = "CONTINUE",
        ContinuePrompt = "CONTINUE_PROMPT",
        Rerun = "RERUN",
        RerunPrompt = "RERUN_PROMPT",
    }
}

vocabulary! {
    /// How a follows dependency picks the predecessor's instance.
    MatchingCriteria {
        UseDefault = "useDefault",
        Previous = "previous",
        SameDay = "sameDay",
        Relative = "relative",
        Absolute = "absolute",
    }
}

vocabulary! {
    /// Whether a predecessor or successor is a job or a job stream.
    FlowNodeType {
        Job = "JOB",
        JobStream = "JOBSTREAM" | "JOB_STREAM",
    }
}

impl WorkstationState {
    /// True for each of the ways in which a workstation can be linked.
    #[must_use]
    pub fn is_link(&self) -> bool {
        matches!(
            self,
            Self::Linked
                | Self::FullyLinked
                | Self::DirectlyLinked
                | Self::HostLinked
                | Self::ExtendedLinked
                | Self::TcpIpLinked
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_words_survive_a_round_trip_and_synonyms_meet() {
        let status: CommonStatus = serde_json::from_str("\"HALF_DONE\"").unwrap();
        assert_eq!(status, CommonStatus::Other("HALF_DONE".into()));
        assert_eq!(serde_json::to_string(&status).unwrap(), "\"HALF_DONE\"");
        for (manual, schema) in
            [("DYNAMIC_POOL", "D-POOL"), ("REMOTE_ENGINE", "REM-ENG"), ("XA", "X-AGENT"), ("SA", "S-AGENT")]
        {
            assert_eq!(WorkstationType::from(manual), WorkstationType::from(schema));
            assert_eq!(WorkstationType::from(manual).as_str(), schema);
        }
    }
}
