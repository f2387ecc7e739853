//! Jobs that are free to run and do not: agents, limits, fences, pools and resources.

use super::{IncidentKind, Planted, Scene, Thing};
use crate::engine::Operation;
use crate::plan::dependency::{DependencyKind, Node};
use crate::plan::{Outcome, WorkstationKind};

/// The agent lost its link while jobs were due on it.
pub(super) fn agent_unlinked(scene: &mut Scene<'_>) -> Planted {
    let agent = scene.builder.machines.add("FTA_BR07", WorkstationKind::FaultTolerant, "Branch server 7", 20);
    let opening = scene.builder.opening;
    let chain = scene.chain_on(agent, 95, 4);
    // One more stream is due there later, so that more than one job waits.
    scene.chain_on(agent, 40, 3);
    scene.builder.diary.push((opening - 94 * 60, Operation::Link(agent, false)));
    Planted::new(
        IncidentKind::AgentUnlinked,
        "The agent is not linked, so its jobs stay READY.",
        vec![Thing::Job(chain.jobs[1]), Thing::Workstation(agent)],
    )
    .words(&["link|agent"])
}

/// A new agent has limit 0 until somebody raises it.
pub(super) fn limit_zero(scene: &mut Scene<'_>) -> Planted {
    let agent =
        scene.builder.machines.add("AGT_NEW9", WorkstationKind::Agent, "Agent installed yesterday", 0);
    let chain = scene.chain_on(agent, 80, 3);
    Planted::new(
        IncidentKind::WorkstationLimitZero,
        "The limit of the workstation is 0, so no job starts there.",
        vec![Thing::Job(chain.jobs[0]), Thing::Workstation(agent)],
    )
    .words(&["limit"])
}

/// The fence keeps jobs of ordinary priority out.
pub(super) fn fence(scene: &mut Scene<'_>) -> Planted {
    let agent = scene.builder.machines.add("FTA_HUB2", WorkstationKind::FaultTolerant, "Message hub 2", 20);
    scene.builder.machines.all[agent.position()].fence = 40;
    let chain = scene.chain_on(agent, 85, 3);
    Planted::new(
        IncidentKind::FenceAbovePriority,
        "The fence of the workstation is above the priority of the job.",
        vec![Thing::Job(chain.jobs[0]), Thing::Workstation(agent)],
    )
    .words(&["fence"])
}

/// The broker's calls to the agent fail.
pub(super) fn broker(scene: &mut Scene<'_>) -> Planted {
    let agent = scene.builder.machines.add("AGT_EDGE4", WorkstationKind::Agent, "Edge server 4", 20);
    let chain = scene.chain_on(agent, 70, 3);
    let opening = scene.builder.opening;
    scene.builder.diary.push((opening - 69 * 60, Operation::SetReachable(agent, false)));
    Planted::new(
        IncidentKind::BrokerCannotReachAgent,
        "The broker cannot reach the agent, so the job could not be launched.",
        vec![Thing::Job(chain.jobs[1]), Thing::Workstation(agent)],
    )
    .words(&["broker|agent|reach|http"])
    .codes(&["AWSITA245E", "AWSITA320E"])
    .failed(None, &["AWSITA245E".to_owned()])
}

/// A pool none of whose members is linked.
pub(super) fn pool(scene: &mut Scene<'_>) -> Planted {
    let machines = &mut scene.builder.machines;
    let members: Vec<_> = ["AGT_RPT1", "AGT_RPT2"]
        .into_iter()
        .map(|name| machines.add(name, WorkstationKind::Agent, "Report server", 20))
        .collect();
    for member in &members {
        machines.all[member.position()].linked = false;
        machines.all[member.position()].jobman_up = false;
    }
    let pool = machines.add("POOL_RPT", WorkstationKind::Pool, "Report servers", 20);
    machines.all[pool.position()].members = members;
    let chain = scene.chain_on(pool, 65, 3);
    Planted::new(
        IncidentKind::PoolWithoutMembers,
        "No member of the pool is linked.",
        vec![Thing::Job(chain.jobs[0]), Thing::Workstation(pool)],
    )
    .words(&["pool|member|agent|link"])
}

/// Another job holds all units of a resource.
pub(super) fn resource(scene: &mut Scene<'_>) -> Planted {
    let holder = scene.chain(140, 2);
    let waiter = scene.chain(90, 3);
    let workstation = scene.builder.machines.master;
    let resource = scene.builder.add_resource("LEDGER_LOCK", workstation, "Exclusive use of the ledger", 1);
    let (holding, waiting) = (holder.jobs[0], waiter.jobs[1]);
    for job in [holding, waiting] {
        scene.builder.depend(Node::Job(job), DependencyKind::Resource { resource, quantity: 1 });
    }
    scene.outcome(holding, Outcome { seconds: Some(6 * 3_600), ..Outcome::default() });
    scene.builder.job_mut(holding).estimated = 7_200;
    Planted::new(
        IncidentKind::ResourceExhausted,
        "All units of the resource are held by another job.",
        vec![Thing::Job(waiting), Thing::Resource(resource), Thing::Job(holding)],
    )
    .also_caused_by(Thing::Resource(resource))
    .words(&["ledger_lock", "resource"])
}

/// A stream whose limit is 0.
pub(super) fn stream_limit(scene: &mut Scene<'_>) -> Planted {
    let chain = scene.chain(60, 3);
    scene.builder.stream_mut(chain.stream).limit = 0;
    Planted::new(
        IncidentKind::StreamLimitZero,
        "The limit of the job stream is 0, so none of its jobs starts.",
        vec![Thing::Job(chain.jobs[0]), Thing::Stream(chain.stream)],
    )
    .words(&["limit"])
}
