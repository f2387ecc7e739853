//! What is said of workstations, resources and prompts as a whole.

use crate::evidence::Fact;

#[derive(Clone, Debug)]
pub(crate) enum EstateMessage {
    AllHealthy {
        healthy: Fact,
        total: Fact,
    },
    SomeUnhealthy {
        unhealthy: Fact,
        total: Fact,
    },
    /// What a workstation allows.
    Allows {
        limit: Option<Fact>,
        fence: Fact,
    },
    HeldThere {
        held: Fact,
        running: Fact,
        failed: Fact,
    },
    /// One resource and who holds it.
    Holder {
        job: Fact,
        units: Fact,
    },
    NobodyHolds {
        resource: Fact,
        in_use: Fact,
    },
    InUse {
        count: Fact,
    },
    NoneInUse {
        count: Fact,
    },
    OpenPrompts {
        count: Fact,
        of: Option<Fact>,
    },
    NoOpenPrompts {
        count: Fact,
        of: Option<Fact>,
    },
    /// The first, by name or text.
    FirstPrompt {
        text: Fact,
        number: Option<Fact>,
        belongs_to: Option<Fact>,
    },
    AnswerThem,
    FixWorkstations,
    MoreThanShown,
}
