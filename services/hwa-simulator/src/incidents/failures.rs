//! Jobs that ended badly, or could not even be launched.

use super::{Chain, IncidentKind, Planted, Scene, Thing};
use crate::engine::Operation;
use crate::plan::{End, Outcome, PromptKind, Recovery, RecoveryOption};

/// How a failure shows.
struct Failure {
    summary: &'static str,
    code: Option<i32>,
    lines: Vec<String>,
    words: &'static [&'static str],
    codes: &'static [&'static str],
}

/// Plants a failure of one job with jobs waiting behind it.
pub(super) fn plant(scene: &mut Scene<'_>, kind: IncidentKind) -> Planted {
    let minutes_ago = scene.builder.dice.between(50, 200);
    let chain = scene.chain(minutes_ago, 4);
    let job = chain.jobs[1];
    if kind == IncidentKind::VariableNotSubstituted {
        let text = format!("{} ^BUSINESS_DATE^", scene.builder.definition_of(job).text);
        scene.builder.command(job, &text);
    }
    let failure = failure(scene, kind, &chain);
    scene.fails(job, failure.code, &failure.lines);
    Planted::new(kind, failure.summary, vec![Thing::Job(job)])
        .words(failure.words)
        .codes(failure.codes)
        .failed(failure.code, &failure.lines)
}

fn failure(scene: &mut Scene<'_>, kind: IncidentKind, chain: &Chain) -> Failure {
    let area = chain.blueprint.area().folder.to_lowercase();
    let stem = chain.blueprint.prefix.to_lowercase();
    let number = scene.builder.dice.between(1_000, 9_999);
    let script = scene.builder.definition_of(chain.jobs[1]).text.clone();
    let user = chain.blueprint.area().user;
    let (summary, code, lines, words, codes): (_, _, Vec<String>, &[_], &[_]) = match kind {
        IncidentKind::DiskFull => (
            "The program could not write because the file system is full.",
            Some(2),
            vec![
                format!("cp: error writing '/data01/{area}/work/{stem}.dat': No space left on device"),
                "ERROR: file system /data01 is 100% full".to_owned(),
            ],
            &["space|disk|full"],
            &[],
        ),
        IncidentKind::OracleError => (
            "The database could not extend a table.",
            Some(5),
            vec![
                format!(
                    "ORA-01653: unable to extend table {}.ENTRIES by 8192 in tablespace {}_DATA",
                    area.to_uppercase(),
                    area.to_uppercase()
                ),
                "SP2-0734: load rolled back, 0 rows committed".to_owned(),
            ],
            &["ora-01653|tablespace"],
            &["ORA-01653"],
        ),
        IncidentKind::InputFileNotFound => (
            "An input file that the program opens does not exist.",
            Some(4),
            vec![format!(
                "ERROR: cannot open /data/{area}/in/{stem}_{number}.csv: No such file or directory"
            )],
            &["file", "no such file|not found|missing"],
            &[],
        ),
        IncidentKind::PermissionDenied => (
            "The user of the job may not write a file.",
            Some(13),
            vec![format!("/opt/batch/bin/put: /data/{area}/out/{stem}_{number}.dat: Permission denied")],
            &["permission"],
            &[],
        ),
        IncidentKind::OutOfMemory => (
            "The system ended the program because memory ran out.",
            Some(137),
            vec![
                format!("Out of memory: Killed process {number} (java) total-vm:16384000kB"),
                "/opt/batch/bin/run: line 48: Killed".to_owned(),
            ],
            &["memory|oom"],
            &[],
        ),
        IncidentKind::ConnectionRefused => (
            "A remote service refused the connection.",
            Some(7),
            vec![format!(
                "curl: (7) Failed to connect to {stem}.gateway.bank.example port 8443 after 2 ms: Connection refused"
            )],
            &["connect"],
            &[],
        ),
        IncidentKind::LockTimeout => (
            "The program gave up waiting for a database lock.",
            Some(8),
            vec![
                "SQL0911N The current transaction has been rolled back because of a deadlock or timeout. \
                 Reason code \"68\". SQLSTATE=40001"
                    .to_owned(),
            ],
            &["lock|timeout"],
            &["SQL0911N"],
        ),
        IncidentKind::VariableNotSubstituted => (
            "A variable was not replaced, so the command got its name instead of a value.",
            Some(2),
            vec!["ERROR: '^BUSINESS_DATE^' is not a valid date (expected YYYYMMDD)".to_owned()],
            &["variable|^business_date^"],
            &[],
        ),
        IncidentKind::ScriptMissing => (
            "The script of the job does not exist, so it could not be launched.",
            None,
            vec![format!(
                "AWSBDW057E The job was not launched for the following reason: the script {script} does not exist."
            )],
            &["script|not exist|launch"],
            &["AWSBDW057E"],
        ),
        IncidentKind::UserPasswordExpired => (
            "The logon user of the job is not usable: its password expired.",
            None,
            vec![format!(
                "AWSBDW009E The following operating system error occurred retrieving the password \
                         structure for the logon user \"{user}\": the password has expired."
            )],
            &["password|user"],
            &["AWSBDW009E"],
        ),
        _ => (
            "The program ended with return code 1.",
            Some(1),
            vec![
                format!("ERROR {stem}: debit total 18420113.07 differs from credit total 18420031.07"),
                "processing stopped, nothing was posted".to_owned(),
            ],
            &["return code 1|exit|differs|total"],
            &[],
        ),
    };
    Failure { summary, code, lines, words, codes }
}

/// A run that exceeds its maximum duration and is killed.
pub(super) fn max_duration(scene: &mut Scene<'_>) -> Planted {
    let chain = scene.chain(150, 4);
    let job = chain.jobs[1];
    let lines = vec!["waiting for the end-of-feed marker, 0 of 1 received".to_owned()];
    scene.outcome(job, Outcome { seconds: Some(3 * 3_600), lines: lines.clone(), ..Outcome::default() });
    scene.builder.times(job).max_duration = Some(20 * 60);
    Planted::new(
        IncidentKind::MaxDurationKilled,
        "The job ran longer than its maximum duration and was killed.",
        vec![Thing::Job(job)],
    )
    .words(&["maximum duration|max duration|killed|143"])
    .codes(&["AWSBHT203I"])
    .failed(Some(143), &lines)
}

/// A failure whose recovery job fails as well.
pub(super) fn recovery_job(scene: &mut Scene<'_>) -> Planted {
    let chain = scene.chain(110, 4);
    let job = chain.jobs[2];
    let lines = vec!["ERROR: staging area is not empty, load refused".to_owned()];
    scene.fails(job, Some(9), &lines);
    let (folder, workstation) =
        (scene.builder.stream(chain.stream).folder, scene.builder.stream(chain.stream).workstation);
    let name = format!("{}_RECOVER", chain.blueprint.prefix);
    let definition = scene.builder.definition(folder, workstation, &name);
    scene.builder.behaviour(job).recovery = Some(Outcome {
        end: End::ReturnCode(4),
        seconds: Some(35),
        lines: vec!["ERROR: cannot truncate staging table: resource busy".to_owned()],
    });
    let recovery = Recovery {
        option: RecoveryOption::Rerun,
        interval: 60,
        occurrences: 3,
        job: Some(definition),
        prompt: None,
    };
    scene.builder.recovery(job, recovery);
    Planted::new(
        IncidentKind::RecoveryJobFailed,
        "The job failed, and its recovery job failed too, so it was not rerun.",
        vec![Thing::Job(job)],
    )
    .words(&["recovery"])
    .failed(Some(9), &lines)
}

/// A failure that waits for an answer to its recovery prompt.
pub(super) fn restart_prompt(scene: &mut Scene<'_>) -> Planted {
    let chain = scene.chain(75, 4);
    let job = chain.jobs[1];
    let lines = vec!["ERROR: 3 records rejected, threshold is 0".to_owned()];
    scene.fails(job, Some(6), &lines);
    let text = format!("{} failed. Restart?", scene.builder.job(job).name);
    let prompt = scene.builder.add_prompt(PromptKind::Restart, "", &text);
    scene.builder.prompt_mut(prompt).waiters.push(crate::plan::dependency::Node::Job(job));
    let recovery = Recovery {
        option: RecoveryOption::RerunPrompt,
        interval: 0,
        occurrences: 1,
        job: None,
        prompt: Some(text.into()),
    };
    scene.builder.recovery(job, recovery);
    Planted::new(
        IncidentKind::RestartPromptUnanswered,
        "The job failed and its recovery prompt has not been answered.",
        vec![Thing::Job(job), Thing::Prompt(prompt)],
    )
    .also_caused_by(Thing::Job(job))
    .words(&["prompt", "answer|reply"])
    .failed(Some(6), &lines)
}

/// A cancelled predecessor lets its follower run without data.
pub(super) fn cancelled_predecessor(scene: &mut Scene<'_>) -> Planted {
    let chain = scene.chain(120, 4);
    let (cancelled, failed) = (chain.jobs[1], chain.jobs[2]);
    // Held back for an hour, so that the operator's cancellation comes first.
    let opening = scene.builder.opening;
    scene.builder.times(cancelled).at = Some(opening - 30 * 60);
    scene.builder.diary.push((opening - 70 * 60, Operation::Cancel(cancelled)));
    let lines = vec!["ERROR: input has 0 records, expected at least 1".to_owned()];
    scene.fails(failed, Some(6), &lines);
    Planted::new(
        IncidentKind::CancelledPredecessor,
        "A predecessor was cancelled, which released this job without its input.",
        vec![Thing::Job(failed), Thing::Job(cancelled)],
    )
    .words(&["cancel"])
    .failed(Some(6), &lines)
}
