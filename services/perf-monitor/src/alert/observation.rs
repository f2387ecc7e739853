//! The word of all processes on one rule and subject: that of the worst.

use std::collections::BTreeMap;

use resync_api::perf::model::Severity;

use crate::check::{Check, Rule, Subject};
use crate::survey::Survey;

/// What a rule says of a subject now.
#[derive(Clone, Debug)]
pub(crate) struct Observation {
    /// Of the process that is worst off.
    pub(crate) worst: Check,
    /// Processes concerned.
    pub(crate) instances: u32,
}

/// One observation for each rule and subject that could be judged, each over the window of its rule.
pub(crate) fn observe(surveys: &[Survey]) -> BTreeMap<(Rule, Subject), Observation> {
    let mut observed: BTreeMap<(Rule, Subject), Observation> = BTreeMap::new();
    for survey in surveys {
        for check in survey.checks.iter().filter(|check| check.rule.window() == survey.window) {
            let wrong = u32::from(check.severity > Severity::Ok);
            let key = (check.rule, check.subject.clone());
            match observed.get_mut(&key) {
                None => {
                    observed.insert(key, Observation { worst: check.clone(), instances: wrong });
                }
                Some(known) => {
                    known.instances += wrong;
                    if check.severity > known.worst.severity {
                        known.worst = check.clone();
                    }
                }
            }
        }
    }
    observed
}
