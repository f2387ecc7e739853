//! What the dependency graph finds, and what is answered instead when it cannot be asked.
//!
//! Where an answer without the graph exists (the walk over the bridge's dependencies, why something waits, the details
//! of an object), it is given, and the person is told what is missing.

use resync_api::agent::model::Language;
use resync_api::tws::model::{Direction, ObjectKind};
use resync_fault::ErrorKind;

use super::{Findings, detail, progress, rows, unfinished_on, why_failed, why_waiting};
use crate::error::Error;
use crate::evidence::At;
use crate::query::{Field, GraphQuestion, Object, Operator, Selection, Structure, Value};
use crate::tools::{
    AssessRisk, CriticalPathTo, FindDependencyPath, FindRootCause, ForecastJob, ForecastPlan, GetImpact,
    Named, ReadPlanOverview, ReadTopologyHealth, SimulateChange, Tool, Toolbox, WalkDependencies,
};

/// The reason the graph gives while it has not received a plan.
const NOT_READY: &str = "GRAPH_NOT_READY";

/// What was found. Each `At` is the root of a tool's result.
#[derive(Debug)]
pub(crate) enum GraphFindings {
    Impact(At),
    RootCause {
        report: At,
        /// What the object itself says: why it waits or failed.
        own: Box<Findings>,
    },
    CriticalPath {
        report: At,
        whole_plan: bool,
    },
    Forecast(At),
    PlanForecast(At),
    Risk {
        report: At,
        /// The forecast of an object without a deadline.
        forecast: Option<At>,
        one: bool,
    },
    WhatIf(At),
    Path(At),
    Structure {
        report: At,
        which: Structure,
    },
    /// The graph could not be asked.
    Unavailable {
        lack: Lack,
        /// What can be said without it.
        instead: Option<Box<Findings>>,
    },
}

/// What the graph lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lack {
    /// It cannot be reached.
    Unreachable,
    /// It has not received the plan of this engine yet.
    NotReady,
}

impl Lack {
    /// What the graph lacks, if that is why a call failed.
    pub(super) fn of(error: &Error) -> Option<Self> {
        match error {
            Error::NoGraph => Some(Self::Unreachable),
            Error::Graph(body) if body.reason == NOT_READY => Some(Self::NotReady),
            Error::Graph(body) if body.kind == ErrorKind::Unavailable => Some(Self::Unreachable),
            _ => None,
        }
    }
}

/// Makes the calls for a question to the graph.
pub(super) async fn gather(
    question: &GraphQuestion,
    language: Language,
    tools: &Toolbox,
    max_rows: u32,
) -> Result<Findings, Error> {
    let found = match ask(question, language, tools).await {
        Ok(found) => found,
        Err(error) => {
            let Some(lack) = Lack::of(&error) else { return Err(error) };
            let instead = Box::pin(without_graph(question, language, tools, max_rows)).await?;
            GraphFindings::Unavailable { lack, instead: instead.map(Box::new) }
        }
    };
    Ok(Findings::Graph(found))
}

async fn ask(question: &GraphQuestion, language: Language, tools: &Toolbox) -> Result<GraphFindings, Error> {
    Ok(match question {
        GraphQuestion::Impact(object) => {
            GraphFindings::Impact(at(tools, GetImpact { object: object.into() }).await?)
        }
        GraphQuestion::RootCause(object) => {
            let report = at(tools, FindRootCause { object: object.into() }).await?;
            GraphFindings::RootCause { report, own: Box::new(own_reason(object, language, tools).await?) }
        }
        GraphQuestion::CriticalPath(Some(object)) => GraphFindings::CriticalPath {
            report: at(tools, CriticalPathTo { object: object.into() }).await?,
            whole_plan: false,
        },
        GraphQuestion::CriticalPath(None) => {
            // What decides when the plan ends is what decides when its last job does.
            let plan = tools.call(ForecastPlan {}).await?;
            match plan.output.answer.last.as_ref().map(Named::of_graph) {
                Some(object) => GraphFindings::CriticalPath {
                    report: at(tools, CriticalPathTo { object }).await?,
                    whole_plan: true,
                },
                None => GraphFindings::PlanForecast(plan.at()),
            }
        }
        GraphQuestion::Forecast { object: Some(object), by } => {
            GraphFindings::Forecast(at(tools, ForecastJob { object: object.into(), by: *by }).await?)
        }
        GraphQuestion::Forecast { object: None, .. } => {
            GraphFindings::PlanForecast(at(tools, ForecastPlan {}).await?)
        }
        GraphQuestion::Risk(object) => {
            let risk = AssessRisk { object: object.as_ref().map(Into::into) };
            let recorded = tools.call(risk).await?;
            let forecast = match object {
                Some(object) if recorded.output.answer.risks.total == 0 => {
                    Some(at(tools, ForecastJob { object: object.into(), by: None }).await?)
                }
                _ => None,
            };
            GraphFindings::Risk { report: recorded.at(), forecast, one: object.is_some() }
        }
        GraphQuestion::WhatIf { object, change } => {
            GraphFindings::WhatIf(at(tools, SimulateChange::of(object, *change)).await?)
        }
        GraphQuestion::Path { from, to } => {
            let find = FindDependencyPath { from: from.into(), to: to.into() };
            GraphFindings::Path(at(tools, find).await?)
        }
        GraphQuestion::Structure(which) => {
            GraphFindings::Structure { report: at(tools, ReadTopologyHealth {}).await?, which: *which }
        }
    })
}

async fn at<T: Tool>(tools: &Toolbox, tool: T) -> Result<At, Error> {
    Ok(tools.call(tool).await?.at())
}

/// Why the object itself waits or failed.
async fn own_reason(object: &Object, language: Language, tools: &Toolbox) -> Result<Findings, Error> {
    match object.kind {
        ObjectKind::Job => why_waiting(object, language, tools).await,
        _ => {
            let waiting = why_waiting(object, language, tools).await?;
            let free =
                matches!(&waiting, Findings::Waiting { report, .. } if !report.get("waiting").is_true());
            if free { why_failed(object, language, tools).await } else { Ok(waiting) }
        }
    }
}

/// What can be said without the graph.
async fn without_graph(
    question: &GraphQuestion,
    language: Language,
    tools: &Toolbox,
    max_rows: u32,
) -> Result<Option<Findings>, Error> {
    Ok(match question {
        GraphQuestion::Impact(object) => match object.kind {
            ObjectKind::Job | ObjectKind::JobStream => {
                let walk = WalkDependencies {
                    kind: object.kind,
                    object: object.id.clone(),
                    direction: Direction::Successors,
                    transitive: true,
                };
                Some(Findings::Walk(at(tools, walk).await?))
            }
            ObjectKind::Workstation => {
                Some(Findings::Rows(rows(&unfinished_on(&object.object_name), tools, max_rows).await?))
            }
            _ => None,
        },
        GraphQuestion::RootCause(object) => Some(own_reason(object, language, tools).await?),
        GraphQuestion::Forecast { object: Some(object), .. } | GraphQuestion::Risk(Some(object)) => {
            Some(match object.kind {
                ObjectKind::JobStream => Findings::Progress(progress(&object.id, tools).await?),
                _ => detail(object, tools).await?,
            })
        }
        GraphQuestion::Forecast { object: None, .. } => {
            Some(Findings::Overview(at(tools, ReadPlanOverview { attention_limit: super::ATTENTION }).await?))
        }
        GraphQuestion::CriticalPath(_)
        | GraphQuestion::Risk(None)
        | GraphQuestion::WhatIf { .. }
        | GraphQuestion::Path { .. }
        | GraphQuestion::Structure(_) => None,
    })
}

/// Whether a list asks for jobs at risk and nothing else: the forecast knows more of them.
pub(super) fn asks_for_risk(selection: &Selection) -> bool {
    let [condition] = selection.conditions.as_slice() else { return false };
    selection.kind == ObjectKind::Job
        && condition.field == Field::AtRisk
        && condition.operator == Operator::Is
        && condition.values == [Value::Flag(true)]
}

/// Every deadline by its risk; none when the graph cannot be asked: the list stands without it.
pub(super) async fn risks(tools: &Toolbox) -> Result<Option<At>, Error> {
    match at(tools, AssessRisk { object: None }).await {
        Ok(report) => Ok(Some(report)),
        Err(Error::NoGraph | Error::Graph(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
