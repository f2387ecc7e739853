//! Health with reasons: each area is as bad as the worst check in it.

use resync_api::perf::model::{Area, AreaHealth, Finding, OverallHealth, PerformanceHealth, Severity};

use crate::survey::Survey;

/// Most findings listed of one area; the gravest are.
const LISTED: usize = 100;

pub(crate) fn of(survey: &Survey) -> PerformanceHealth {
    let areas: Vec<AreaHealth> = Area::ALL.into_iter().map(|area| of_area(survey, area)).collect();
    let severity = areas.iter().map(|area| area.severity).max().unwrap_or(Severity::Ok);
    PerformanceHealth {
        overall_health: match severity {
            Severity::Ok => OverallHealth::Healthy,
            Severity::Warning | Severity::Critical => OverallHealth::Degraded,
        },
        severity,
        areas,
        resource_utilization: survey.resources.utilization,
        generated_at: survey.now.wall,
        window: survey.window,
        processes: survey.processes.iter().filter(|process| !process.missing).count() as u32,
    }
}

fn of_area(survey: &Survey, area: Area) -> AreaHealth {
    let wrong = survey.checks.iter().filter(|check| check.severity > Severity::Ok);
    let mut findings: Vec<Finding> =
        wrong.filter(|check| check.rule.area() == area).map(|check| check.finding()).collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings.truncate(LISTED);
    let severity = findings.first().map_or(Severity::Ok, |finding| finding.severity);
    AreaHealth { area, severity, findings }
}
