//! The simulator's truth, indexed for looking things up, and the filters that checks use.

use std::collections::{BTreeMap, HashMap, HashSet};

use anyhow::{Context as _, bail};
use chrono::{DateTime, Duration, NaiveTime, TimeZone as _, Utc};
use chrono_tz::Tz;
use hwa_simulator::Control;
use hwa_simulator::{IncidentTruth, JobStreamTruth, JobTruth, Truth, WorkstationTruth};

/// Everything the simulator knows at one instant.
#[derive(Debug)]
pub struct Known {
    /// Counts and incidents.
    pub truth: Truth,
    /// Every job.
    pub jobs: Vec<JobTruth>,
    /// Every job stream.
    pub streams: Vec<JobStreamTruth>,
    /// Every workstation.
    pub workstations: Vec<WorkstationTruth>,
    job_index: HashMap<String, usize>,
    stream_index: HashMap<String, usize>,
    workstation_index: HashMap<String, usize>,
}

impl Known {
    /// Asks the simulator, past its REST API.
    #[must_use]
    pub fn read(control: &Control) -> Self {
        let (jobs, streams, workstations) = (control.jobs(), control.job_streams(), control.workstations());
        Self {
            truth: control.truth(),
            job_index: jobs.iter().enumerate().map(|(at, job)| (job.id.clone(), at)).collect(),
            stream_index: streams.iter().enumerate().map(|(at, stream)| (stream.id.clone(), at)).collect(),
            workstation_index: workstations
                .iter()
                .enumerate()
                .map(|(at, one)| (one.id.clone(), at))
                .collect(),
            jobs,
            streams,
            workstations,
        }
    }

    /// A job by its identifier.
    #[must_use]
    pub fn job(&self, id: &str) -> Option<&JobTruth> {
        self.job_index.get(id).map(|at| &self.jobs[*at])
    }

    /// A job stream by its identifier.
    #[must_use]
    pub fn stream(&self, id: &str) -> Option<&JobStreamTruth> {
        self.stream_index.get(id).map(|at| &self.streams[*at])
    }

    /// A workstation by its identifier.
    #[must_use]
    pub fn workstation(&self, id: &str) -> Option<&WorkstationTruth> {
        self.workstation_index.get(id).map(|at| &self.workstations[*at])
    }

    /// The first planted incident of a kind.
    #[must_use]
    pub fn incident(&self, kind: &str) -> Option<&IncidentTruth> {
        self.truth.incidents.iter().find(|incident| incident.kind.to_string() == kind)
    }

    /// `now-30m`, `now-2h`, or `t22:00`: the last time the engine's clock showed it.
    ///
    /// # Errors
    /// When the text is neither.
    pub fn instant(&self, text: &str) -> anyhow::Result<DateTime<Utc>> {
        let now = self.truth.engine.now;
        if let Some(back) = text.strip_prefix("now-") {
            let (amount, unit) = back.split_at(back.len().saturating_sub(1));
            let amount: i64 = amount.parse().with_context(|| format!("{text:?} is no time"))?;
            return match unit {
                "m" => Ok(now - Duration::minutes(amount)),
                "h" => Ok(now - Duration::hours(amount)),
                _ => bail!("{text:?} has no unit"),
            };
        }
        let clock = text.strip_prefix('t').with_context(|| format!("{text:?} is no time"))?;
        let clock = NaiveTime::parse_from_str(clock, "%H:%M")?;
        let zone: Tz = self.truth.engine.time_zone.parse()?;
        let today = now.with_timezone(&zone).date_naive();
        let at = |day: chrono::NaiveDate| zone.from_local_datetime(&day.and_time(clock)).earliest();
        at(today)
            .filter(|time| *time <= now)
            .or_else(|| at(today.pred_opt()?))
            .map(|time| time.with_timezone(&Utc))
            .context("the engine's zone skips that time")
    }

    /// Identifiers of the objects that a filter such as `jobs status=ERROR folder=/FIN` leaves.
    ///
    /// # Errors
    /// When the filter is not understood.
    pub fn select(&self, filter: &str) -> anyhow::Result<HashSet<String>> {
        let mut words = filter.split_whitespace();
        let kind = words.next().context("a filter starts with jobs, streams or workstations")?;
        let mut tests = Vec::new();
        for word in
            words.filter(|word| !word.contains("by=") && !word.contains("limit=") && !word.contains("order="))
        {
            tests.push(Test::parse(word)?);
        }
        Ok(match kind {
            "jobs" => {
                let mut ids = HashSet::new();
                for job in &self.jobs {
                    if tests
                        .iter()
                        .map(|test| self.job_passes(job, test))
                        .collect::<anyhow::Result<Vec<_>>>()?
                        .iter()
                        .all(|ok| *ok)
                    {
                        ids.insert(job.id.clone());
                    }
                }
                ids
            }
            "streams" => {
                let status = tests.iter().find(|test| test.field == "status").map(|test| test.value.as_str());
                let matches =
                    |stream: &&JobStreamTruth| status.is_none_or(|status| stream.common_status == status);
                self.streams.iter().filter(matches).map(|stream| stream.id.clone()).collect()
            }
            "workstations" => self.workstations.iter().map(|workstation| workstation.id.clone()).collect(),
            _ => bail!("{kind:?} cannot be selected"),
        })
    }

    /// Counts of the selected objects by a field, keyed as the mirror spells it.
    ///
    /// # Errors
    /// When the filter is not understood.
    pub fn group(&self, filter: &str, by: &str) -> anyhow::Result<BTreeMap<String, u64>> {
        let mut groups = BTreeMap::new();
        for id in self.select(filter)? {
            let label = match (self.job(&id), self.stream(&id), by) {
                (Some(job), _, "workstation") => bare(&job.workstation).to_owned(),
                (Some(job), _, "status") => common(&job.common_status).to_owned(),
                (Some(job), _, "folder") => folder(&job.folder).to_owned(),
                (Some(job), _, "stream") => job.job_stream.name.clone(),
                (None, Some(stream), "status") => common(&stream.common_status).to_owned(),
                _ => bail!("cannot group by {by:?}"),
            };
            *groups.entry(label).or_default() += 1;
        }
        Ok(groups)
    }

    fn job_passes(&self, job: &JobTruth, test: &Test) -> anyhow::Result<bool> {
        let number = || test.value.parse::<i64>().with_context(|| format!("{:?} is no number", test.value));
        let flag = |value: bool| test.value == value.to_string();
        let equal = match test.field.as_str() {
            "status" => common(&job.common_status) == test.value,
            "workstation" => bare(&job.workstation) == bare(&test.value),
            "stream" => job.job_stream.id == test.value,
            "folder" => {
                let (inside, outside) = (folder(&job.folder), folder(&test.value));
                inside == outside || inside.starts_with(&format!("{outside}/"))
            }
            "name" => job.name.starts_with(test.value.trim_end_matches('*')),
            "critical" => flag(job.critical),
            "late" => flag(job.late),
            "unfinished" => flag(!matches!(common(&job.common_status), "SUCCESSFUL" | "ERROR" | "CANCELED")),
            "priority" => return Ok(i64::from(job.priority) > number()?),
            "elapsed" => {
                return Ok(job
                    .elapsed_seconds
                    .is_some_and(|elapsed| number().is_ok_and(|limit| elapsed > limit)));
            }
            "started" => {
                let since = DateTime::parse_from_rfc3339(&test.value)?;
                return Ok(job.started_at.is_some_and(|started| started > since));
            }
            field => bail!("jobs cannot be selected by {field:?}"),
        };
        Ok(equal != test.negated)
    }
}

#[derive(Debug)]
struct Test {
    field: String,
    negated: bool,
    value: String,
}

impl Test {
    fn parse(word: &str) -> anyhow::Result<Self> {
        let at = word.find(['=', '>', '!']).with_context(|| format!("{word:?} compares nothing"))?;
        let (field, rest) = word.split_at(at);
        let negated = rest.starts_with('!');
        Ok(Self {
            field: field.to_owned(),
            negated,
            value: rest.trim_start_matches(['!', '=', '>']).to_owned(),
        })
    }
}

/// A workstation without its folder.
#[must_use]
pub fn bare(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// A folder without the slash at its end; the root is empty.
#[must_use]
pub fn folder(path: &str) -> &str {
    path.trim_end_matches('/')
}

/// A common status as the mesh spells it.
#[must_use]
pub fn common(status: &str) -> &str {
    match status {
        "SUPPRESS" | "SUPPRESS_BY_COND" => "SUPPRESSED",
        other => other,
    }
}
