//! What is said of the plan as a whole, and of how fresh an answer is.

use crate::evidence::Fact;

#[derive(Clone, Debug)]
pub(crate) enum PlanMessage {
    /// What needs attention.
    Trouble { failed: Fact, stuck: Fact, late: Fact, long_running: Fact },
    /// Nothing does.
    Calm { failed: Fact, stuck: Fact, late: Fact },
    /// How big the plan is and how far.
    Extent { jobs: Fact, job_streams: Fact, successful: Fact, share: Fact, running: Fact },
    /// What surrounds the jobs.
    Surroundings { at_risk: Fact, open_prompts: Fact, unhealthy: Fact, workstations: Fact },
    /// What to ask next.
    AskWhyFailed,
    /// What to ask next when all is calm.
    AskProgress,
    /// The engine does not answer.
    Stale { engine: Fact, since: Fact },
    /// Why it does not.
    StaleReason { reason: Fact },
    /// In which zone times are.
    Zone { zone: Fact },
    /// In the engine's own zone.
    EngineZone { zone: Fact },
}
