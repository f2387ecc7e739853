//! Which instance of a job stream a follows dependency means.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use resync_hwa::wire::enums::MatchingCriteria;

use super::{Path, path_of_instance};
use crate::engine::roster::Roster;

/// Scheduled time and identifier of a stream instance.
type Instance<'a> = (Option<DateTime<Utc>>, &'a Arc<str>);

/// Stream instances by the path of their definition, by scheduled time.
pub(super) struct Instances<'a> {
    by_path: HashMap<Path, Vec<Instance<'a>>>,
    zone: Tz,
}

impl<'a> Instances<'a> {
    pub(super) fn new(roster: &'a Roster, zone: Tz) -> Self {
        let mut by_path: HashMap<Path, Vec<_>> = HashMap::new();
        for (id, stream) in &roster.streams {
            by_path.entry(path_of_instance(stream)).or_default().push((stream.scheduled, id));
        }
        for list in by_path.values_mut() {
            list.sort();
        }
        Self { by_path, zone }
    }

    /// The instance that a dependency of a stream scheduled at `own` means; `not` is that stream itself.
    pub(super) fn pick(
        &self,
        path: &Path,
        criteria: &MatchingCriteria,
        own: Option<DateTime<Utc>>,
        not: &str,
    ) -> Option<&'a Arc<str>> {
        let candidates = self.by_path.get(path)?;
        let others = || candidates.iter().filter(|(_, id)| &***id != not);
        let Some(own) = own else { return others().next_back().map(|(_, id)| *id) };
        let before = |strictly: bool| {
            others().rfind(move |(at, _)| at.is_some_and(|at| if strictly { at < own } else { at <= own }))
        };
        let found = match criteria {
            MatchingCriteria::Previous => before(true),
            MatchingCriteria::SameDay => {
                let day = |at: DateTime<Utc>| at.with_timezone(&self.zone).date_naive();
                let same = |candidate: &&Instance<'_>| candidate.0.is_some_and(|at| day(at) == day(own));
                // Same day: the closest one before, else the first one after.
                before(false).filter(same).or_else(|| others().find(same))
            }
            // Intervals relative to or on fixed times: the closest preceding instance is nearly always the one
            // inside, and an edge read from the plan corrects the rest.
            _ => before(false).or_else(|| others().next()),
        };
        found.map(|(_, id)| *id)
    }
}
