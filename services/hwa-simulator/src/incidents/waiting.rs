//! Jobs that wait for people or files.

use super::{IncidentKind, Planted, Scene, Thing};
use crate::engine::Operation;
use crate::plan::PromptKind;
use crate::plan::dependency::{DependencyKind, Node};

/// A prompt nobody answered, or answered no.
pub(super) fn prompt(scene: &mut Scene<'_>, answered_no: bool) -> Planted {
    let chain = scene.chain(if answered_no { 125 } else { 88 }, 4);
    let (name, text) = if answered_no {
        ("OKSEND", "Send the file to the clearing house?")
    } else {
        ("OKPAY", "Payment totals verified?")
    };
    let prompt = scene.builder.add_prompt(PromptKind::Predefined, name, text);
    if answered_no {
        scene.builder.prompt_mut(prompt).reply = Some((600, false));
    }
    scene.builder.depend(Node::Job(chain.jobs[1]), DependencyKind::Prompt(prompt));
    let links = vec![
        Thing::Job(chain.jobs[3]),
        Thing::Job(chain.jobs[2]),
        Thing::Job(chain.jobs[1]),
        Thing::Prompt(prompt),
    ];
    let (kind, summary) = if answered_no {
        (IncidentKind::PromptAnsweredNo, "The prompt was answered no, so the job does not run.")
    } else {
        (IncidentKind::PromptUnanswered, "The prompt has not been answered.")
    };
    Planted::new(kind, summary, links).words(&["prompt"])
}

/// A file that has not come.
pub(super) fn file(scene: &mut Scene<'_>) -> Planted {
    let chain = scene.chain(92, 3);
    let job = chain.jobs[1];
    let stem = chain.blueprint.prefix.to_lowercase();
    let path = format!("/data/{}/in/{stem}_feed.csv", chain.blueprint.area().folder.to_lowercase());
    let workstation = scene.builder.job(job).workstation;
    let file = scene.builder.add_file(&path, workstation, None);
    scene.builder.depend(Node::Job(job), DependencyKind::File(file));
    Planted::new(
        IncidentKind::FileMissing,
        "The file the job depends on has not arrived.",
        vec![Thing::Job(chain.jobs[2]), Thing::Job(job), Thing::File(file)],
    )
    .words(&["file"])
}

/// A job an operator put on hold.
pub(super) fn job_held(scene: &mut Scene<'_>) -> Planted {
    let chain = scene.chain(78, 4);
    let held = chain.jobs[2];
    let at = scene.builder.opening - 77 * 60;
    scene.builder.diary.push((at, Operation::SetPriority(Node::Job(held), 0)));
    Planted::new(
        IncidentKind::JobHeld,
        "The job is held: its priority is 0.",
        vec![Thing::Job(chain.jobs[3]), Thing::Job(held)],
    )
    .words(&["held|priority|hold"])
}

/// A job stream an operator put on hold.
pub(super) fn stream_held(scene: &mut Scene<'_>) -> Planted {
    let chain = scene.chain(82, 3);
    let at = scene.builder.opening - 5 * 3_600;
    scene.builder.diary.push((at, Operation::SetPriority(Node::Stream(chain.stream), 0)));
    Planted::new(
        IncidentKind::StreamHeld,
        "The job stream is held: its priority is 0.",
        vec![Thing::Job(chain.jobs[0]), Thing::Stream(chain.stream)],
    )
    .words(&["held|priority|hold"])
}

/// A job that ended and waits for somebody to confirm it.
pub(super) fn confirmation(scene: &mut Scene<'_>) -> Planted {
    let chain = scene.chain(68, 3);
    let job = chain.jobs[1];
    scene.builder.job_mut(job).requires_confirmation = true;
    Planted::new(
        IncidentKind::PendingConfirmation,
        "The job ended and waits for its outcome to be confirmed.",
        vec![Thing::Job(chain.jobs[2]), Thing::Job(job)],
    )
    .words(&["confirm"])
}
