//! Makes an ordinary night: job streams spread over the day, tied to each other, with the small variety that
//! real plans have. Trouble is planted first, so that its streams look like all others.

use std::collections::VecDeque;

use chrono::{DateTime, Utc};

use super::builder::Builder;
use super::dependency::{Condition, DependencyKind, Join, Node};
use super::dice::Dice;
use super::names::{AREAS, Blueprint, Site, blueprints};
use super::{
    End, JobIndex, LateStart, Outcome, Plan, PromptKind, Recovery, RecoveryOption, ResourceIndex, Seconds,
    StreamIndex, shapes,
};
use crate::config::Config;
use crate::incidents::{self, Planted};

const MINUTE: Seconds = 60;
const HOUR: Seconds = 3_600;

/// A plan and what was planted in it.
#[derive(Debug)]
pub(crate) struct Night {
    pub(crate) plan: Plan,
    pub(crate) planted: Vec<Planted>,
}

/// Makes the night that `config` asks for, with the engine's clock at `opening`.
pub(crate) fn generate(config: &Config, opening: DateTime<Utc>) -> Night {
    let mut builder = Builder::new(config.seed, opening.timestamp(), config.time_zone, config.jobs);
    let mut supply = Supply::new(config.seed);
    let planted = incidents::plant(&mut builder, &mut supply, &config.incidents);
    own_streams(&mut builder);
    ordinary_streams(&mut builder, &mut supply, config);
    let run_number = u32::try_from(Dice::new(config.seed, 99).between(14, 900)).unwrap_or(14);
    Night { plan: builder.finish(run_number), planted }
}

/// Blueprints in the order in which they are used: the head office's in a seeded order, then, without end, the
/// branches'.
pub(crate) struct Supply {
    first: VecDeque<Blueprint>,
    rest: Box<dyn Iterator<Item = Blueprint>>,
}

impl Supply {
    fn new(seed: u64) -> Self {
        let head_office: usize = AREAS.iter().map(|area| area.streams.len()).sum();
        let mut first: Vec<Blueprint> = blueprints().take(head_office).collect();
        Dice::new(seed, 7).shuffle(&mut first);
        Self { first: first.into(), rest: Box::new(blueprints().skip(head_office)) }
    }

    pub(crate) fn take(&mut self) -> Blueprint {
        self.first.pop_front().or_else(|| self.rest.next()).expect("branches never end")
    }

    /// The next blueprint whose jobs are scripts on a Unix host.
    pub(crate) fn take_unix(&mut self) -> Blueprint {
        let unix = |blueprint: &Blueprint| blueprint.area().site != Site::Windows;
        let found = self.first.iter().position(unix).and_then(|at| self.first.remove(at));
        found.or_else(|| self.rest.find(unix)).expect("branches never end")
    }
}

/// The streams that turn the plan over: the previous day's reports, and tomorrow's plan at the end.
fn own_streams(builder: &mut Builder) {
    let agent = builder.machines.master_agent;
    let root = Builder::folder_of(None);
    let reports = |builder: &mut Builder, sched_time| {
        let stream = builder.begin(root, "FINALPOSTREPORTS", agent, sched_time);
        for (name, estimate) in [("CHECKSYNC", 40), ("CREATEPOSTREPORTS", 90), ("UPDATESTATS", 240)] {
            builder.add_job(stream, name, estimate);
        }
        let first = builder.stream(stream).first_job;
        builder.follow(JobIndex(first + 1), JobIndex(first));
        builder.follow(JobIndex(first + 2), JobIndex(first));
        stream
    };
    let rollover = builder.start + 24 * HOUR - MINUTE;
    reports(builder, builder.start - MINUTE);
    let last = builder.begin(root, "FINAL", agent, rollover);
    for (name, estimate) in [("STARTAPPSERVER", 20), ("MAKEPLAN", 300), ("SWITCHPLAN", 120)] {
        let job = builder.add_job(last, name, estimate);
        if job.0 > builder.stream(last).first_job {
            builder.follow(job, JobIndex(job.0 - 1));
        }
    }
    let switch = builder.last_job(last);
    let next = reports(builder, rollover);
    builder.depend(Node::Stream(next), DependencyKind::Job { job: switch, when: Condition::SUCCESS });
}

fn ordinary_streams(builder: &mut Builder, supply: &mut Supply, config: &Config) {
    let resources = ordinary_resources(builder, config.jobs);
    let total = config.job_streams.unwrap_or_else(|| (config.jobs / 14).max(60));
    let mut made: Vec<StreamIndex> = Vec::new();
    let mut repeat: Option<(Blueprint, Seconds)> = None;
    while builder.job_count() < config.jobs {
        let jobs_left = config.jobs - builder.job_count();
        let streams_left = total.saturating_sub(builder.stream_count()).max(1);
        let average = (jobs_left / streams_left).clamp(1, 900);
        let spread = i64::try_from(average / 3).unwrap_or_default();
        let varied = i64::try_from(average).unwrap_or(1) + builder.dice.between(-spread, spread);
        let count = usize::try_from(varied).unwrap_or(1).clamp(1, jobs_left);
        let count = if streams_left == 1 { jobs_left.min(60_000) } else { count };
        let (blueprint, sched_time) = match repeat.take() {
            Some(again) => again,
            None => {
                let offset = builder.dice.between(0, 13 * 60) * MINUTE;
                (supply.take(), builder.start + offset)
            }
        };
        let carried = builder.dice.chance(2);
        let stream =
            builder.begin_from(&blueprint, if carried { sched_time - 24 * HOUR } else { sched_time });
        shapes::fill(builder, stream, &blueprint, count);
        decorate(builder, stream, &blueprint, &resources, &made);
        if !carried && streams_left > 3 && builder.dice.chance(6) {
            repeat = Some((blueprint, sched_time + builder.dice.between(1, 3) * HOUR));
        }
        made.push(stream);
    }
}

fn ordinary_resources(builder: &mut Builder, jobs: usize) -> Vec<ResourceIndex> {
    const NAMES: [(&str, &str); 6] = [
        ("DB_SESSIONS", "Database sessions"),
        ("TAPE_DRIVES", "Tape drives"),
        ("FTP_SLOTS", "Transfer slots"),
        ("ETL_SLOTS", "Warehouse load slots"),
        ("REPORT_LIC", "Report server licences"),
        ("SAP_DIALOG", "SAP dialog processes"),
    ];
    (0..(jobs / 300).max(NAMES.len()))
        .map(|number| {
            let (stem, description) = NAMES[number % NAMES.len()];
            let name = match number / NAMES.len() {
                0 => stem.to_owned(),
                round => format!("{stem}_{round}"),
            };
            let quantity = u32::try_from(builder.dice.between(4, 12)).unwrap_or(4);
            let workstation = builder.machines.master;
            builder.add_resource(&name, workstation, description, quantity)
        })
        .collect()
}

/// Adds to a stream what makes plans various.
fn decorate(
    builder: &mut Builder,
    stream: StreamIndex,
    blueprint: &Blueprint,
    resources: &[ResourceIndex],
    made: &[StreamIndex],
) {
    let (first, count) = (builder.stream(stream).first_job, i64::from(builder.stream(stream).job_count));
    let any = |builder: &mut Builder| {
        JobIndex(first + u32::try_from(builder.dice.between(0, count - 1)).unwrap_or(0))
    };
    let sched_time = builder.stream(stream).sched_time;
    let last = builder.last_job(stream);

    let priority = match builder.dice.between(0, 99) {
        0..=69 => 10,
        70..=84 => 20,
        85..=94 => 50,
        _ => 100,
    };
    let record = builder.stream_mut(stream);
    record.priority = priority;
    record.original_priority = priority;
    for job in (first..=last.0).map(JobIndex) {
        let job = builder.job_mut(job);
        job.priority = priority;
        job.original_priority = priority;
    }

    if builder.dice.chance(40) {
        let (job, resource) = (any(builder), *builder.dice.pick(resources));
        let quantity = u32::try_from(builder.dice.between(1, 2)).unwrap_or(1);
        builder.depend(Node::Job(job), DependencyKind::Resource { resource, quantity });
    }
    if builder.dice.chance(12) {
        let job = JobIndex(first);
        let path = format!(
            "/data/{}/in/{}_{}.csv",
            blueprint.area().folder.to_lowercase(),
            blueprint.prefix.to_lowercase(),
            builder.dice.between(100, 999)
        );
        let arrival = sched_time + builder.dice.between(-30, 25) * MINUTE;
        let workstation = builder.job(job).workstation;
        let file = builder.add_file(&path, workstation, Some(arrival));
        builder.depend(Node::Job(job), DependencyKind::File(file));
    }
    if builder.dice.chance(7) {
        let job = any(builder);
        let text = format!("{} totals verified?", blueprint.prefix);
        let prompt = builder.add_prompt(PromptKind::AdHoc, "", &text);
        let delay = builder.dice.between(2, 20) * MINUTE;
        builder.prompt_mut(prompt).reply = Some((delay, true));
        builder.depend(Node::Job(job), DependencyKind::Prompt(prompt));
    }
    if builder.dice.chance(6) {
        let job = any(builder);
        let remote = builder.machines.remote_engine;
        builder.run_on(job, remote);
    }
    tie_to_earlier(builder, stream, made);
    give_times(builder, stream, last);
    if builder.dice.chance(30) {
        let job = any(builder);
        small_failure(builder, job);
    }
    if count >= 6 && builder.dice.chance(8) {
        builder.job_mut(last).no_operation = true;
    }
}

/// Dependencies on streams that are scheduled before this one.
fn tie_to_earlier(builder: &mut Builder, stream: StreamIndex, made: &[StreamIndex]) {
    let sched_time = builder.stream(stream).sched_time;
    let recent = &made[made.len().saturating_sub(200)..];
    let earlier: Vec<StreamIndex> =
        recent.iter().copied().filter(|other| builder.stream(*other).sched_time < sched_time).collect();
    if earlier.is_empty() {
        return;
    }
    if builder.dice.chance(22) {
        let predecessor = *builder.dice.pick(&earlier);
        builder.follow_stream(Node::Stream(stream), predecessor);
    }
    if builder.dice.chance(25) {
        let predecessor = *builder.dice.pick(&earlier);
        let (job, before) = (JobIndex(builder.stream(stream).first_job), builder.last_job(predecessor));
        builder.follow(job, before);
    }
    if earlier.len() >= 3 && builder.dice.chance(7) {
        let mut members: Vec<StreamIndex> = earlier;
        builder.dice.shuffle(&mut members);
        let members = members[..3]
            .iter()
            .map(|stream| DependencyKind::Stream { stream: *stream, when: Condition::SUCCESS }.into())
            .collect();
        let join = Join { name: "FEEDS_READY".to_owned(), need: Some(2), members };
        builder.depend(Node::Stream(stream), DependencyKind::Join(Box::new(join)));
    }
}

fn give_times(builder: &mut Builder, stream: StreamIndex, last: JobIndex) {
    let sched_time = builder.stream(stream).sched_time;
    if builder.dice.chance(35) {
        let deadline = sched_time.max(builder.start) + builder.dice.between(5, 13) * HOUR;
        builder.stream_mut(stream).times.deadline = Some(deadline);
        builder.times(last).deadline = Some(deadline);
        builder.job_mut(last).critical = builder.dice.chance(50);
    }
    if builder.dice.chance(6) {
        let at = sched_time + builder.dice.between(20, 90) * MINUTE;
        builder.times(last).at = Some(at);
    }
    if builder.dice.chance(8) {
        let until = sched_time.max(builder.start) + builder.dice.between(9, 12) * HOUR;
        let action = if builder.dice.chance(50) { LateStart::Cancel } else { LateStart::DoNotRun };
        let times = builder.times(last);
        times.until = Some(until);
        times.on_until = Some(action);
    }
}

/// A failure that was dealt with: by recovery, or by an operator's rerun.
fn small_failure(builder: &mut Builder, job: JobIndex) {
    let lines = vec![
        "ERROR: communication with the database listener was lost".to_owned(),
        "ORA-03113: end-of-file on communication channel".to_owned(),
    ];
    let failed = Outcome { end: End::ReturnCode(3), seconds: None, lines };
    let by_operator = builder.dice.chance(40);
    let wait = builder.dice.between(4, 25) * MINUTE;
    let behaviour = builder.behaviour(job);
    behaviour.attempts = vec![failed, Outcome::default()];
    if by_operator {
        behaviour.rerun_after = Some(wait);
    } else {
        let recovery = Recovery {
            option: RecoveryOption::Rerun,
            interval: 2 * MINUTE,
            occurrences: 3,
            job: None,
            prompt: None,
        };
        builder.recovery(job, recovery);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Engine;

    fn night(seed: u64, jobs: usize) -> Night {
        let opening = "2026-03-02T05:20:00Z".parse().expect("a valid instant");
        generate(&Config { seed, jobs, ..Config::default() }, opening)
    }

    #[test]
    fn the_same_seed_and_start_give_the_same_night() {
        let (first, second) = (night(3, 2_000), night(3, 2_000));
        assert_eq!(format!("{:?}", first.plan), format!("{:?}", second.plan));
        assert_ne!(first.plan.jobs[0].id, night(4, 2_000).plan.jobs[0].id);
    }

    #[test]
    fn the_size_of_the_steps_does_not_change_the_night() {
        let mut coarse = Engine::new(night(5, 1_000).plan);
        let mut fine = Engine::new(night(5, 1_000).plan);
        let end = coarse.now + 6 * HOUR;
        coarse.advance(end);
        while fine.now < end {
            fine.advance((fine.now + 97).min(end));
        }
        assert_eq!(format!("{:?}", coarse.plan), format!("{:?}", fine.plan));
    }

    #[test]
    fn plans_have_the_size_asked_for() {
        for (jobs, streams) in [(2_000, 60), (100_000, 5_000)] {
            let plan = night(1, jobs).plan;
            assert_eq!(plan.jobs.len(), jobs);
            assert!(plan.streams.len() >= streams, "{} streams", plan.streams.len());
        }
    }

    #[test]
    fn a_night_goes_on_past_its_opening() {
        let mut engine = Engine::new(night(2, 2_000).plan);
        let done = |engine: &Engine| {
            engine.plan.jobs.iter().filter(|job| job.status == crate::plan::status::JobStatus::Succ).count()
        };
        let before = done(&engine);
        assert!((400..1_400).contains(&before), "{before} jobs done at the opening");
        engine.advance(engine.plan.end);
        assert!(done(&engine) > before + 400, "{} jobs done at the end", done(&engine));
    }
}
