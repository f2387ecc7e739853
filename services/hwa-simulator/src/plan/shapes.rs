//! The inner shape of ordinary job streams: chains, parallel partitions, merges and shared closing steps.

use super::builder::Builder;
use super::dependency::{Condition, DependencyKind, Node};
use super::dice::Dice;
use super::names::{Blueprint, SHARED_STEPS};
use super::{JobIndex, Seconds, StreamIndex};

/// Fills a stream with `count` jobs tied together as such streams are.
pub(crate) fn fill(builder: &mut Builder, stream: StreamIndex, blueprint: &Blueprint, count: usize) {
    let mut names = Names { blueprint, next: 0 };
    let mut before: Vec<JobIndex> = Vec::new();
    let branch = count >= 8 && builder.dice.chance(15);
    let repeating = count >= 8 && builder.dice.chance(12);
    let mut left = count - usize::from(branch) - usize::from(repeating);
    while left > 0 {
        let closing = left <= 2 && count > 5 && builder.dice.chance(60);
        if closing {
            let name = *builder.dice.pick(SHARED_STEPS);
            let taken = before.iter().any(|job| &*builder.job(*job).name == name);
            if !taken {
                before = segment(builder, stream, &[name.to_owned()], &before);
                left -= 1;
                continue;
            }
        }
        let step = names.step();
        let width = if left >= 5 && builder.dice.chance(30) {
            usize::try_from(builder.dice.between(2, 4)).unwrap_or(2)
        } else {
            1
        };
        let labels: Vec<String> = if width == 1 {
            vec![step]
        } else {
            (1..=width).map(|part| format!("{step}_{part:02}")).collect()
        };
        before = segment(builder, stream, &labels, &before);
        left -= width;
    }
    if branch {
        conditional_branch(builder, stream, blueprint);
    }
    if repeating {
        repeating_job(builder, stream, blueprint);
    }
}

/// A job that repeats beside the others for a while. Nobody follows it: they would wait for its last repetition.
fn repeating_job(builder: &mut Builder, stream: StreamIndex, blueprint: &Blueprint) {
    let job = builder.add_job(stream, &format!("{}_WATCH", blueprint.prefix), 40);
    let begin = builder.stream(stream).sched_time.max(builder.start);
    let every = builder.dice.between(2, 4) * 300;
    let times = builder.times(job);
    times.every = Some(every);
    times.every_until = Some(begin + 2 * 3_600);
}

/// A last job that runs only under a condition on another job of the stream: an alarm, or a courtesy.
fn conditional_branch(builder: &mut Builder, stream: StreamIndex, blueprint: &Blueprint) {
    let first = builder.stream(stream).first_job;
    let last = i64::from(builder.stream(stream).job_count) - 1;
    let watched = JobIndex(first + u32::try_from(builder.dice.between(0, last)).unwrap_or_default());
    let (step, when) =
        if builder.dice.chance(60) { ("ALERT", Condition::IF_ABEND) } else { ("THANKS", Condition::IF_SUCC) };
    let job = builder.add_job(stream, &format!("{}_{step}", blueprint.prefix), 20);
    builder.depend(Node::Job(job), DependencyKind::Job { job: watched, when });
}

fn segment(
    builder: &mut Builder,
    stream: StreamIndex,
    labels: &[String],
    before: &[JobIndex],
) -> Vec<JobIndex> {
    let mut added = Vec::with_capacity(labels.len());
    for (part, label) in labels.iter().enumerate() {
        let estimate = estimate(&mut builder.dice, label);
        let job = builder.add_job(stream, label, estimate);
        if before.len() == labels.len() {
            builder.follow(job, before[part]);
        } else {
            for predecessor in before {
                builder.follow(job, *predecessor);
            }
        }
        added.push(job);
    }
    added
}

/// How long a step of that name usually takes.
pub(crate) fn estimate(dice: &mut Dice, name: &str) -> Seconds {
    let step = name.rsplit_once('_').map_or(name, |(stem, last)| {
        if last.bytes().all(|byte| byte.is_ascii_digit()) { stem } else { name }
    });
    let ends = |words: &[&str]| words.iter().any(|word| step.ends_with(word));
    if ends(&["NOTIFY_OPS", "CHECK_SPACE", "ACK", "PRECHECK", "RELEASE", "CONFIRM", "SIGN"]) {
        dice.between(10, 45)
    } else if ends(&[
        "CALC",
        "LOAD",
        "MERGE",
        "SETTLE",
        "RUN",
        "AGGREGATE",
        "SCREEN",
        "BACKUP_TABLES",
        "ACCRUE",
    ]) {
        dice.between(420, 1_800)
    } else {
        dice.between(60, 540)
    }
}

/// Step names of one stream: the area's steps in order, numbered from the second round on.
struct Names<'a> {
    blueprint: &'a Blueprint,
    next: usize,
}

impl Names<'_> {
    fn step(&mut self) -> String {
        let steps = self.blueprint.area().steps;
        let (round, step) = (self.next / steps.len(), steps[self.next % steps.len()]);
        self.next += 1;
        let prefix = &self.blueprint.prefix;
        if round == 0 { format!("{prefix}_{step}") } else { format!("{prefix}_{step}{}", round + 1) }
    }
}
