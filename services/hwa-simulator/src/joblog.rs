//! Job logs: the engine's frame around what a program wrote. Lines appear as the run goes on, so a running job
//! shows as much as it has done.

use crate::plan::dice::Dice;
use crate::plan::status::JobStatus;
use crate::plan::{JobIndex, Plan, Run, Seconds};
use crate::wire::time::Stamp;

const RULE: &str = "===============================================================";

/// The log of one run at one instant, in its three parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JobLog {
    pub(crate) header: Vec<String>,
    pub(crate) content: Vec<String>,
    pub(crate) footer: Vec<String>,
}

impl JobLog {
    pub(crate) fn new(plan: &Plan, now: Seconds, job: JobIndex, run: &Run) -> Self {
        Self {
            header: header(plan, job, run),
            content: content(plan, now, job, run),
            footer: footer(plan, run),
        }
    }

    /// All lines, or only what the program wrote.
    pub(crate) fn lines(self, content_only: bool) -> Vec<String> {
        if content_only {
            return self.content;
        }
        let Self { header, content, footer } = self;
        header.into_iter().chain(content).chain(footer).collect()
    }
}

fn local(plan: &Plan, at: Seconds) -> String {
    Stamp(at).instant().with_timezone(&plan.zone).format("%a %b %e %H:%M:%S %Z %Y").to_string()
}

fn header(plan: &Plan, job: JobIndex, run: &Run) -> Vec<String> {
    let record = &plan[job];
    let stream = &plan[record.stream];
    let definition = &plan[run.definition];
    let sched = Stamp(stream.sched_time).instant().with_timezone(&plan.zone).format("%H%M %m/%d/%y");
    vec![
        RULE.to_owned(),
        format!(
            "= JOB       : {}#{}{}[({sched}),({})].{}",
            plan[stream.workstation].key(),
            plan[stream.folder].path,
            stream.name,
            stream.internal_identifier,
            definition.name
        ),
        format!("= TASK      : {}", definition.text),
        format!("= USER      : {}", definition.user),
        format!("= JCLFILE   : {}", definition.text),
        "= TWSRCMAP  :".to_owned(),
        format!("= AGENT     : {}", plan[run.workstation].name),
        format!("= Job Number: {}", run.number),
        format!("= {}", local(plan, run.started.unwrap_or(run.submitted))),
        RULE.to_owned(),
    ]
}

fn footer(plan: &Plan, run: &Run) -> Vec<String> {
    let Some(ended) = run.ended else { return Vec::new() };
    let elapsed = run.started.map_or(0, |started| ended - started);
    let mut lines = vec![RULE.to_owned()];
    if let Some(code) = run.return_code {
        lines.push(format!("= Exit Status           : {code}"));
    }
    if run.max_duration_gone {
        lines.push("AWSBHT203I The job exceeded its maximum duration. The action is: kill.".to_owned());
    }
    lines.extend([
        format!(
            "= Elapsed Time (hh:mm:ss) : {:02}:{:02}:{:02}",
            elapsed / 3_600,
            elapsed / 60 % 60,
            elapsed % 60
        ),
        format!("= Job CPU usage (ms)    : {}", elapsed * 37),
        format!(
            "= Job Memory usage (kb) : {}",
            if run.started.is_some() { 1_272 + run.number % 90_000 } else { 0 }
        ),
        format!("= {}", local(plan, ended)),
        RULE.to_owned(),
    ]);
    lines
}

/// How many lines a run of ordinary length writes: mostly few, seldom very many.
fn volume(plan: &Plan, run: &Run) -> i64 {
    let mut dice = Dice::new(plan.seed, u64::from(run.number));
    match dice.between(0, 99) {
        0..=89 => dice.between(6, 40),
        90..=97 => dice.between(150, 600),
        _ => dice.between(2_000, 12_000),
    }
}

fn content(plan: &Plan, now: Seconds, job: JobIndex, run: &Run) -> Vec<String> {
    let trouble = run.lines.as_deref().unwrap_or_default();
    if run.status == JobStatus::Fail && run.started.is_none() {
        return trouble.to_vec();
    }
    let Some(started) = run.started else { return Vec::new() };
    let elapsed = run.ended.unwrap_or(now) - started;
    let usual = Seconds::from(plan[job].estimated).max(1);
    let volume = volume(plan, run);
    let written = (elapsed.saturating_mul(volume) / usual + 1).min(volume);
    let clock = |at: Seconds| Stamp(at).instant().with_timezone(&plan.zone).format("%H:%M:%S").to_string();
    let step = plan[run.definition].name.to_lowercase().replace('_', " ");
    let mut lines = Vec::with_capacity(usize::try_from(written).unwrap_or_default() + trouble.len() + 2);
    lines.push(format!("[{}] {step}: started, business date {}", clock(started), business_date(plan)));
    let mut dice = Dice::new(plan.seed, u64::from(run.number) << 1);
    for number in 1..written {
        let at = started + number * usual.min(elapsed.max(1)) / volume;
        let records = dice.between(120, 48_000);
        lines.push(match number % 4 {
            0 => format!("[{}] commit {number}: {records} records so far", clock(at)),
            1 => format!("[{}] reading block {number}, {records} records", clock(at)),
            2 => format!("[{}] INFO {step}: block {number} done in {} ms", clock(at), records % 900 + 40),
            _ => format!("[{}] checkpoint {number} written", clock(at)),
        });
    }
    let ended_badly = run.ended.is_some() || run.return_code == Some(0);
    if ended_badly && elapsed > 15 {
        let at = clock(run.ended.unwrap_or(now).saturating_sub(1));
        lines.extend(trouble.iter().map(|line| format!("[{at}] {line}")));
    } else if run.ended.is_some() {
        lines.extend(trouble.iter().cloned());
    }
    if run.ended.is_some() && run.return_code == Some(0) {
        lines.push(format!("[{}] {step}: finished", clock(started + elapsed)));
    }
    lines
}

fn business_date(plan: &Plan) -> String {
    Stamp(plan.start).instant().with_timezone(&plan.zone).format("%Y%m%d").to_string()
}

/// Lines `from` to `to`, counted from 1, both included.
pub(crate) fn cut(lines: Vec<String>, from: Option<usize>, to: Option<usize>) -> Vec<String> {
    let skip = from.unwrap_or(1).saturating_sub(1);
    let take = to.map_or(usize::MAX, |to| to.saturating_sub(skip));
    lines.into_iter().skip(skip).take(take).collect()
}
