//! Plan and model filters: the selection syntax of conman, `folder/workstation#folder/stream.job`, with the
//! qualifiers that narrow by state.

use crate::oql::value::matches_wildcards;
use crate::plan::status::{CommonStatus, JobStatus};
use crate::plan::{FolderIndex, JobIndex, Plan, Seconds, StreamIndex, WorkstationIndex};

/// Why a filter was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("AWSBHU009E The plan filter is not valid: {0}")]
pub(crate) struct FilterError(String);

/// A folder and a name, both with wildcards.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    folder: String,
    name: String,
}

impl Place {
    fn any() -> Self {
        Self { folder: "/@/".to_owned(), name: "@".to_owned() }
    }

    fn parse(text: &str) -> Self {
        let (folder, name) = match text.rsplit_once('/') {
            Some((folder, name)) => (format!("{folder}/"), name),
            None => ("/@/".to_owned(), text),
        };
        let name = if name.is_empty() { "@" } else { name };
        // A bare slash stands for everything, as `/MDMDA#/` does.
        let folder = if folder == "/" && name == "@" { "/@/".to_owned() } else { folder };
        Self { folder, name: name.to_owned() }
    }

    fn accepts(&self, folder: &str, name: &str) -> bool {
        // `/@/` reaches the root folder too.
        (self.folder == "/@/" || matches_wildcards(&self.folder, folder))
            && matches_wildcards(&self.name, name)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Qualifier {
    State(String),
    Critical,
    Started,
    Finished,
    Late,
}

/// A parsed filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlanFilter {
    workstation: Place,
    /// Folder and name; of the stream, when there is a workstation part or a job part.
    object: Place,
    job: String,
    qualifiers: Vec<(bool, Qualifier)>,
}

impl PlanFilter {
    pub(crate) fn parse(text: &str) -> Result<Self, FilterError> {
        let (selection, qualifiers) = split_qualifiers(text.trim());
        if selection.is_empty() || selection.contains(char::is_whitespace) {
            return Err(FilterError(format!("`{text}` selects nothing")));
        }
        let (workstation, rest) = match selection.split_once('#') {
            Some((workstation, rest)) => (Place::parse(workstation), rest),
            None => (Place::any(), selection),
        };
        if rest.contains('#') {
            return Err(FilterError(format!("`{text}` names two workstations")));
        }
        let name_at = rest.rfind('/').map_or(0, |slash| slash + 1);
        let (object, job) = match rest[name_at..].split_once('.') {
            Some((_, job)) => (&rest[..rest.len() - job.len() - 1], job),
            None => (rest, "@"),
        };
        let qualifiers = qualifiers.into_iter().map(qualifier).collect::<Result<_, _>>()?;
        Ok(Self { workstation, object: Place::parse(object), job: job.to_owned(), qualifiers })
    }

    pub(crate) fn accepts_job(&self, plan: &Plan, now: Seconds, job: JobIndex) -> bool {
        let record = &plan[job];
        self.matches_stream(plan, record.stream)
            && matches_wildcards(&self.job, &record.name)
            && self.qualifiers.iter().all(|(wanted, qualifier)| {
                let holds = match qualifier {
                    Qualifier::State(state) => {
                        is_state(state, record.status.name(), record.status.common(record.priority))
                    }
                    Qualifier::Critical => record.critical,
                    Qualifier::Started => {
                        record.status >= JobStatus::Exec && record.status != JobStatus::Cancl
                    }
                    Qualifier::Finished => record.ended().is_some(),
                    Qualifier::Late => record.is_late(now),
                };
                holds == *wanted
            })
    }

    pub(crate) fn accepts_stream(&self, plan: &Plan, now: Seconds, stream: StreamIndex) -> bool {
        let record = &plan[stream];
        self.matches_stream(plan, stream)
            && self.qualifiers.iter().all(|(wanted, qualifier)| {
                let holds = match qualifier {
                    Qualifier::State(state) => {
                        is_state(state, record.status.name(), record.status.common(record.priority))
                    }
                    Qualifier::Critical => plan.jobs_of(stream).any(|job| plan[job].critical),
                    Qualifier::Started => record.started.is_some(),
                    Qualifier::Finished => record.ended.is_some(),
                    Qualifier::Late => crate::wire::stream::is_late(record, now),
                };
                holds == *wanted
            })
    }

    fn matches_stream(&self, plan: &Plan, stream: StreamIndex) -> bool {
        let record = &plan[stream];
        self.object.accepts(&plan[record.folder].path, &record.name)
            && self.workstation.accepts("/", &plan[record.workstation].name)
    }

    /// Workstations are selected by the object part: `/@/AGT@`.
    pub(crate) fn accepts_workstation(&self, plan: &Plan, workstation: WorkstationIndex) -> bool {
        self.object.accepts("/", &plan[workstation].name)
    }

    /// Objects that hang on a workstation or on nothing, by name.
    pub(crate) fn accepts_named(&self, workstation: Option<&str>, folder: &str, name: &str) -> bool {
        workstation.is_none_or(|workstation| self.workstation.accepts("/", workstation))
            && self.object.accepts(folder, name)
    }

    /// Definitions: the same as for jobs, without a stream.
    pub(crate) fn accepts_definition(
        &self,
        plan: &Plan,
        at: WorkstationIndex,
        folder: FolderIndex,
        name: &str,
    ) -> bool {
        self.workstation.accepts("/", &plan[at].name) && self.object.accepts(&plan[folder].path, name)
    }
}

fn split_qualifiers(text: &str) -> (&str, Vec<(bool, &str)>) {
    let Some(start) = text.find(['+', '~']) else { return (text, Vec::new()) };
    let mut qualifiers = Vec::new();
    let mut rest = &text[start..];
    while let Some(sign) = rest.chars().next() {
        let body = &rest[1..];
        let end = body.find(['+', '~']).unwrap_or(body.len());
        qualifiers.push((sign == '+', body[..end].trim()));
        rest = &body[end..];
    }
    (text[..start].trim_end(), qualifiers)
}

fn qualifier((wanted, text): (bool, &str)) -> Result<(bool, Qualifier), FilterError> {
    let lower = text.to_ascii_lowercase();
    let qualifier = match lower.split_once('=') {
        Some(("state", state)) => Qualifier::State(state.trim().to_ascii_uppercase()),
        None if lower == "critical" => Qualifier::Critical,
        None if lower == "started" => Qualifier::Started,
        None if lower == "finished" => Qualifier::Finished,
        None if lower == "late" => Qualifier::Late,
        _ => return Err(FilterError(format!("`{text}` is not a known qualifier"))),
    };
    Ok((wanted, qualifier))
}

/// `FAILED` and `CANCEL` are conman's words for FAIL and CANCL.
fn is_state(state: &str, status: &str, common: CommonStatus) -> bool {
    let state = match state {
        "FAILED" => "FAIL",
        "CANCEL" => "CANCL",
        "SUPPRESS" => "SUPPR",
        other => other,
    };
    state == status || state == common.name()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::plan::generate::generate;

    fn plan() -> Plan {
        let opening = "2026-03-02T05:20:00Z".parse().expect("a valid instant");
        generate(&Config { jobs: 400, ..Config::default() }, opening).plan
    }

    fn jobs(plan: &Plan, filter: &str) -> usize {
        let filter = PlanFilter::parse(filter).expect(filter);
        (0..plan.jobs.len() as u32).filter(|at| filter.accepts_job(plan, plan.opening, JobIndex(*at))).count()
    }

    #[test]
    fn selections_choose_by_workstation_folder_stream_and_job() {
        let plan = plan();
        let all = plan.jobs.len();
        assert_eq!(jobs(&plan, "/@/@#/@/@.@"), all);
        assert_eq!(jobs(&plan, "@#@.@"), all);
        assert_eq!(jobs(&plan, "/MDM_XA#/"), 9, "the engine's own streams");
        assert_eq!(jobs(&plan, "/@/@#/@/FINAL.@"), 3);
        assert_eq!(jobs(&plan, "/@/@#/@/FINAL.MAKEPLAN"), 1);
        assert_eq!(jobs(&plan, "/@/@#/@/FINAL@.@"), 9);
        let in_folder =
            plan.jobs.iter().filter(|job| &*plan[plan[job.stream].folder].path == "/FIN/").count();
        assert_eq!(jobs(&plan, "/@/@#/FIN/@.@"), in_folder);
        assert_eq!(jobs(&plan, "/@/@#/NOSUCH/@.@"), 0);
    }

    #[test]
    fn qualifiers_narrow_and_exclude() {
        let plan = plan();
        let held = jobs(&plan, "@#@.@+state=hold");
        assert_eq!(held, plan.jobs.len(), "nothing has begun");
        assert_eq!(jobs(&plan, "@#@.@~state=hold"), 0);
        assert_eq!(jobs(&plan, "@#@.@+state=waiting~critical"), held - jobs(&plan, "@#@.@+critical"));
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "  ", "a b", "a#b#c.d", "@#@.@+colour=red", "@#@.@+"] {
            assert!(PlanFilter::parse(text).is_err(), "{text}");
        }
    }
}
