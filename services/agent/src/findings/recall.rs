//! What documents, earlier incidents and the run history say, and what is answered instead when they cannot be asked.

use resync_api::agent::model::Language;
use resync_api::tws::model::ObjectKind;

use super::Lack;
use crate::error::Error;
use crate::evidence::At;
use crate::query::{Object, RecallQuestion};
use crate::tools::{
    CheckUnusual, ExplainFailure, FindPassages, FindSimilarIncidents, ListOpenIncidents, ReadRunStatistics,
    Tool, Toolbox,
};

/// The reason incidents give for a job that has not failed.
const NO_FAILURE: &str = "INCIDENT_NO_FAILURE";
/// Codes of a failure that documents are searched for.
const CODES: usize = 3;

/// What was found. Each `At` is the root of a tool's result.
#[derive(Debug)]
pub(crate) enum RecallFindings {
    Passages(At),
    Similar(At),
    /// The job has not failed: this is how it stands.
    NothingFailed(At),
    /// It failed, and no incident holds that failure yet.
    NotNoted(At),
    OpenIncidents(At),
    Unusual(At),
    Usual(At),
    /// What was kept could not be asked.
    Unavailable(Lack),
}

/// Makes the calls for a question to what was kept.
pub(super) async fn gather(
    question: &RecallQuestion,
    language: Language,
    tools: &Toolbox,
) -> Result<RecallFindings, Error> {
    match ask(question, language, tools).await {
        Err(error) => Lack::of(&error).map(RecallFindings::Unavailable).ok_or(error),
        found => found,
    }
}

async fn ask(
    question: &RecallQuestion,
    language: Language,
    tools: &Toolbox,
) -> Result<RecallFindings, Error> {
    Ok(match question {
        RecallQuestion::Passages { words, object } => {
            let text = search_text(words, object.as_ref(), language, tools).await?;
            RecallFindings::Passages(at(tools, FindPassages { text }).await?)
        }
        RecallQuestion::Similar(object) => {
            let find = FindSimilarIncidents { job: object.id.clone() };
            match tools.call(find).await {
                Ok(recorded) => RecallFindings::Similar(recorded.at()),
                Err(Error::Graph(body)) if body.reason == NO_FAILURE => {
                    let explain = ExplainFailure { job: object.id.clone(), language };
                    let explained = tools.call(explain).await?;
                    // A failure of a moment ago is not noted yet.
                    if explained.output.failed {
                        RecallFindings::NotNoted(explained.at())
                    } else {
                        RecallFindings::NothingFailed(explained.at())
                    }
                }
                Err(error) => return Err(error),
            }
        }
        RecallQuestion::OpenIncidents => {
            RecallFindings::OpenIncidents(at(tools, ListOpenIncidents {}).await?)
        }
        RecallQuestion::Unusual(object) => {
            RecallFindings::Unusual(at(tools, CheckUnusual { job: object.id.clone() }).await?)
        }
        RecallQuestion::Usual(object) => {
            RecallFindings::Usual(at(tools, ReadRunStatistics { job: object.key.clone() }).await?)
        }
    })
}

/// The words of the question, the name of its object, and the codes of that object's failure.
async fn search_text(
    words: &str,
    object: Option<&Object>,
    language: Language,
    tools: &Toolbox,
) -> Result<String, Error> {
    let Some(object) = object else { return Ok(words.to_owned()) };
    let mut text = format!("{words} {}", object.object_name);
    if object.kind == ObjectKind::Job {
        let explain = ExplainFailure { job: object.id.clone(), language };
        let report = tools.call(explain).await?.output;
        let codes = report.clues.iter().filter_map(|clue| clue.code.map(|meaning| meaning.code));
        for code in codes.take(CODES) {
            text.push(' ');
            text.push_str(code);
        }
    }
    Ok(text)
}

async fn at<T: Tool>(tools: &Toolbox, tool: T) -> Result<At, Error> {
    Ok(tools.call(tool).await?.at())
}
