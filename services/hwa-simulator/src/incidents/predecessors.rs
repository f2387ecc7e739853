//! Jobs that wait for others: failed, missing, foreign, or of yesterday.

use super::{IncidentKind, Planted, Scene, Thing};
use crate::plan::dependency::{
    AbsentPredecessor, Condition, Dependency, DependencyKind, Internetwork, Join, Node,
};

/// An ABEND two job streams away from the job that waits.
pub(super) fn upstream_abend(scene: &mut Scene<'_>) -> Planted {
    let first = scene.chain(170, 4);
    let second = scene.chain(150, 3);
    let third = scene.chain(120, 4);
    let failed = first.jobs[1];
    let lines = vec!["ERROR: checksum of the feed does not match its trailer".to_owned()];
    scene.fails(failed, Some(12), &lines);
    scene.builder.follow(second.jobs[0], first.jobs[3]);
    scene.builder.follow_stream(Node::Stream(third.stream), second.stream);
    let chain = [third.jobs[1], third.jobs[0]].map(Thing::Job).into_iter();
    let middle = [second.jobs[2], second.jobs[1], second.jobs[0]].map(Thing::Job);
    let upstream = [first.jobs[3], first.jobs[2], failed].map(Thing::Job);
    let chain = chain.chain([Thing::Stream(second.stream)]).chain(middle).chain(upstream).collect();
    Planted::new(
        IncidentKind::UpstreamAbend,
        "A job two job streams upstream ended with an error; everything behind it waits.",
        chain,
    )
    .words(&["abend|fail|error"])
    .failed(Some(12), &lines)
}

/// A failed job that stops its whole stream.
pub(super) fn stream_stuck(scene: &mut Scene<'_>) -> Planted {
    let chain = scene.chain(100, 6);
    let failed = chain.jobs[2];
    let lines = vec!["ERROR: reference rate for today is missing".to_owned()];
    scene.fails(failed, Some(3), &lines);
    Planted::new(
        IncidentKind::StreamStuck,
        "The job stream is STUCK behind a failed job.",
        vec![Thing::Stream(chain.stream), Thing::Job(failed)],
    )
    .words(&["stuck|abend|fail|error"])
    .failed(Some(3), &lines)
}

/// A predecessor that is not in the plan: yet (pending), or ever (zombie).
pub(super) fn absent(scene: &mut Scene<'_>, pending: bool) -> Planted {
    let chain = scene.chain(if pending { 55 } else { 130 }, 3);
    let (workstation, opening) = (scene.builder.machines.master, scene.builder.opening);
    let place = format!("/{}", scene.builder.machines.all[workstation.position()].name);
    let predecessor = AbsentPredecessor {
        workstation: place,
        folder: "/OPS/".to_owned(),
        stream: if pending { "MONTH_END_GATE" } else { "OLD_FEED_V1" }.to_owned(),
        job: (!pending).then(|| "OLD_FEED_LOAD".to_owned()),
        sched_time: opening - 5 * 3_600,
        pending,
    };
    let key = predecessor.key();
    scene.builder.depend(Node::Job(chain.jobs[1]), DependencyKind::Absent(Box::new(predecessor)));
    let (kind, summary, words): (_, _, &[_]) = if pending {
        (
            IncidentKind::PendingPredecessor,
            "The job waits for a job stream that is not in the plan yet.",
            &["pending|not in the plan"],
        )
    } else {
        (
            IncidentKind::ZombiePredecessor,
            "The job waits for a predecessor that can never be resolved.",
            &["zombie|never|not in the plan"],
        )
    };
    let links = vec![Thing::Job(chain.jobs[2]), Thing::Job(chain.jobs[1]), Thing::Absent(key)];
    Planted::new(kind, summary, links).words(words)
}

/// A job that should run only if its predecessor fails; it did not.
pub(super) fn condition_not_met(scene: &mut Scene<'_>) -> Planted {
    let chain = scene.chain(105, 2);
    let name = format!("{}_REPAIR", chain.blueprint.prefix);
    let repair = scene.builder.add_job(chain.stream, &name, 60);
    let when = Condition::IF_ABEND;
    scene.builder.depend(Node::Job(repair), DependencyKind::Job { job: chain.jobs[1], when });
    let name = format!("{}_REPAIR_REPORT", chain.blueprint.prefix);
    let report = scene.builder.add_job(chain.stream, &name, 60);
    scene.builder.follow(report, repair);
    Planted::new(
        IncidentKind::ConditionNotMet,
        "The job runs only if its predecessor ends in ABEND, which it did not: it is suppressed.",
        vec![Thing::Job(repair), Thing::Job(chain.jobs[1])],
    )
    .words(&["condition|suppress"])
}

/// A join of which too few members came.
pub(super) fn join(scene: &mut Scene<'_>) -> Planted {
    let good = scene.chain(160, 2);
    let bad = scene.chain(155, 2);
    let late = scene.chain(-120, 2);
    let waiting = scene.chain(90, 3);
    let lines = vec!["ERROR: counterparty file rejected, 17 invalid records".to_owned()];
    scene.fails(bad.jobs[1], Some(11), &lines);
    let members: Vec<Dependency> = [&good, &bad, &late]
        .map(|chain| DependencyKind::Job { job: chain.jobs[1], when: Condition::SUCCESS }.into())
        .into();
    let join = Join { name: "TWO_OF_THREE".to_owned(), need: Some(2), members };
    scene.builder.depend(Node::Job(waiting.jobs[0]), DependencyKind::Join(Box::new(join)));
    Planted::new(
        IncidentKind::JoinUnsatisfied,
        "The join needs two of three predecessors; one failed and one is not due yet.",
        vec![Thing::Job(waiting.jobs[1]), Thing::Job(waiting.jobs[0]), Thing::Job(bad.jobs[1])],
    )
    .also_caused_by(Thing::Job(late.jobs[1]))
    .words(&["join|2 of 3|two of three|abend|error"])
    .failed(Some(11), &lines)
}

/// A dependency on another network whose state is not known.
pub(super) fn internetwork(scene: &mut Scene<'_>) -> Planted {
    let chain = scene.chain(115, 3);
    let agent = scene.builder.machines.remote_network;
    let name = scene.builder.machines.all[agent.position()].name.clone();
    let remote = "BCBCLEAR.CLEAR_CONFIRM".to_owned();
    let key = format!("{name}::{remote}");
    scene.builder.depend(
        Node::Job(chain.jobs[0]),
        DependencyKind::Internetwork(Box::new(Internetwork { agent, remote })),
    );
    Planted::new(
        IncidentKind::InternetworkUndecided,
        "The state of a job in another network is not known.",
        vec![Thing::Job(chain.jobs[1]), Thing::Job(chain.jobs[0]), Thing::Absent(key)],
    )
    .words(&["network|internetwork|undecided"])
}

/// A stream of the previous day that still waits for a failure of the previous day.
pub(super) fn carried_forward(scene: &mut Scene<'_>) -> Planted {
    let day = 24 * 60;
    let first = scene.chain(day + 90, 3);
    let second = scene.chain(day + 60, 3);
    let lines = vec!["ERROR: business date is already closed".to_owned()];
    scene.fails(first.jobs[0], Some(16), &lines);
    scene.builder.follow_stream(Node::Stream(second.stream), first.stream);
    Planted::new(
        IncidentKind::CarriedForwardWaiting,
        "A job stream carried forward from the previous day waits behind a failure of that day.",
        vec![Thing::Job(second.jobs[0]), Thing::Stream(first.stream), Thing::Job(first.jobs[0])],
    )
    .words(&["abend|error|fail"])
    .failed(Some(16), &lines)
}
