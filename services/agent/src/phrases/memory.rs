//! What is said of what people taught.

use crate::evidence::Fact;

#[derive(Clone, Debug)]
pub(crate) enum MemoryMessage {
    /// It waits for a reviewer from now on.
    Proposed { text: Fact },
    /// It is remembered.
    KnownAlready { text: Fact, by: Fact, at: Fact },
    /// It was proposed, and is not remembered.
    ProposedBefore { text: Fact, state: Fact },
    /// What a proposal is about.
    IsAbout { about: Fact },
    /// Something else says the opposite.
    IsContradicted,
    /// So much was learned.
    Learned { count: Fact },
    /// There is more than is shown.
    More,
    /// One memory, with who vouches for it.
    Reviewed { text: Fact, about: Option<Fact>, by: Fact, at: Fact, contradicted: bool },
    /// A question was understood as a reviewer said.
    CorrectionApplied { query: Fact, by: Fact, at: Fact },
    /// What a reviewer said cannot be asked of the plan.
    CorrectionUnusable { query: Fact, by: Fact, at: Fact },
    /// Reviewers said different things.
    CorrectionsContradict { count: Fact },
    /// Nobody could be asked.
    LookUpFailed,
}
