//! How much two incidents look alike, in what, and which of many is worth reading first.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use resync_api::graph::model::GraphObjectKind;
use resync_api::incidents::model::{
    Incident, IncidentGrouping, IncidentLog, Likeness, LikenessKind, SimilarIncident,
};

/// What both share that is named; the rest is counted.
const SHARED: usize = 10;
/// Less is not worth telling.
pub const LEAST: f64 = 0.25;

/// What each part can add. A part of which one side knows nothing is left out, and the others count for more.
const PARTS: [(LikenessKind, f64); 7] = [
    (LikenessKind::Lines, 0.40),
    (LikenessKind::MessageCodes, 0.18),
    (LikenessKind::Job, 0.14),
    (LikenessKind::Cause, 0.10),
    (LikenessKind::ReturnCode, 0.08),
    (LikenessKind::JobStream, 0.06),
    (LikenessKind::InternalStatus, 0.04),
];

/// Texts of one part on both sides; unset: one side knows nothing of it.
type Sides = Option<(BTreeSet<String>, BTreeSet<String>)>;

/// Compares two incidents.
#[must_use]
pub fn compare(wanted: &Incident, found: Incident) -> SimilarIncident {
    let parts: Vec<_> = PARTS
        .into_iter()
        .filter_map(|(kind, weight)| Some((kind, weight, sides(kind, wanted, &found)?)))
        .collect();
    let whole: f64 = parts.iter().map(|(_, weight, _)| weight).sum();
    let mut reasons: Vec<Likeness> = parts
        .into_iter()
        .filter_map(|(kind, weight, (one, other))| {
            let shared: Vec<String> = one.intersection(&other).cloned().collect();
            let shared_count = shared.len();
            let overlap = 2.0 * shared_count as f64 / (one.len() + other.len()) as f64;
            (shared_count > 0).then(|| Likeness {
                kind,
                shared_count: shared_count as u32,
                total_count: one.union(&other).count() as u32,
                shared: shared.into_iter().take(SHARED).collect(),
                weight: overlap * weight / whole,
            })
        })
        .collect();
    reasons.sort_by(|one, other| other.weight.total_cmp(&one.weight));
    let likeness = reasons.iter().map(|reason| reason.weight).sum();
    let rank = likeness * usefulness(&found);
    SimilarIncident { incident: found, likeness, rank, reasons }
}

/// Those worth telling, best first.
#[must_use]
pub fn best(wanted: &Incident, found: Vec<Incident>, limit: usize) -> Vec<SimilarIncident> {
    let compared = found.into_iter().map(|found| compare(wanted, found));
    let mut similar: Vec<_> = compared.filter(|similar| similar.likeness >= LEAST).collect();
    similar.sort_by(|one, other| {
        let newest = |similar: &SimilarIncident| Reverse(similar.incident.last_failed_at);
        other.rank.total_cmp(&one.rank).then_with(|| newest(one).cmp(&newest(other)))
    });
    similar.truncate(limit);
    similar
}

/// What reading it is worth: one with a resolution counts whole, more when it was reported to help, less when it was
/// reported not to; one without counts least.
fn usefulness(found: &Incident) -> f64 {
    if found.resolution.is_none() {
        return 0.6;
    }
    // Nobody's report is half a success.
    let worked = f64::from(found.worked_count) + 1.0;
    let all = f64::from(found.worked_count) + f64::from(found.failed_count) + 2.0;
    0.7 + 0.6 * worked / all
}

fn sides(kind: LikenessKind, wanted: &Incident, found: &Incident) -> Sides {
    let both = |of: fn(&Incident) -> Option<BTreeSet<String>>| Some((of(wanted)?, of(found)?));
    let (one, other) = match kind {
        LikenessKind::Lines => both(|incident| read(incident, &incident.symptom.lines))?,
        LikenessKind::MessageCodes => both(|incident| read(incident, &incident.symptom.message_codes))?,
        LikenessKind::ReturnCode => both(|incident| {
            Some(incident.symptom.return_code.map(|code| code.to_string()).into_iter().collect())
        })?,
        LikenessKind::Job => both(|incident| Some(incident.jobs.iter().cloned().collect()))?,
        LikenessKind::JobStream => {
            both(|incident| Some(incident.jobs.iter().map(|job| stream_of(job).to_owned()).collect()))?
        }
        LikenessKind::InternalStatus => {
            both(|incident| Some(BTreeSet::from([incident.symptom.internal_status.clone()])))?
        }
        LikenessKind::Cause => {
            // Of a failure that stands for itself the cause says no more than its job and its lines.
            let tells = |incident: &Incident| incident.cause.grouping == IncidentGrouping::Workstation;
            if !tells(wanted) && !tells(found) {
                return None;
            }
            both(|incident| {
                let workstation = incident.cause.object.kind == GraphObjectKind::Workstation;
                Some(workstation.then(|| incident.cause.object.key.clone()).into_iter().collect())
            })?
        }
    };
    (!one.is_empty() || !other.is_empty()).then_some((one, other))
}

/// Texts of the log; unset when it was not read.
fn read(incident: &Incident, texts: &[String]) -> Option<BTreeSet<String>> {
    (incident.symptom.log == IncidentLog::Read).then(|| texts.iter().cloned().collect())
}

/// The job stream in a job's key.
pub(super) fn stream_of(job: &str) -> &str {
    job.rsplit_once('.').map_or(job, |(stream, _)| stream)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incidents::book::Book;
    use crate::incidents::failure::Failure;
    use crate::incidents::failure::tests::failure;
    use crate::incidents::symptom::{LogRead, symptom};
    use chrono::TimeDelta;
    use resync_api::incidents::model::IncidentResolution;

    fn incident(failure: &Failure, lines: &[&str]) -> Incident {
        let read = LogRead::Lines(lines.iter().map(|line| (*line).to_owned()).collect());
        let mut book = Book::new(TimeDelta::hours(2), 9);
        book.take_in(failure, symptom(failure, &read));
        book.changed().next().expect("it opened one").value.incident.clone()
    }

    fn resolved(mut incident: Incident, worked_count: u32, failed_count: u32) -> Incident {
        let at = incident.opened_at;
        let (by, text) = ("ana".to_owned(), "done".to_owned());
        incident.resolution = Some(IncidentResolution { text, by, at, confirmed_by: String::new() });
        Incident { worked_count, failed_count, ..incident }
    }

    const FULL: &str = "cp: error writing '/data01/gl/x7.dat': No space left on device";

    #[test]
    fn likeness_names_what_is_shared_and_never_passes_one() {
        let wanted = incident(&failure("A", 0), &[FULL, "ERROR: file system /data01 is 100% full"]);
        let same = compare(&wanted, wanted.clone());
        assert!((same.likeness - 1.0).abs() < 1e-9);
        let other = Failure { return_code: Some(2), job: "X#/G/T.B".to_owned(), ..failure("B", 0) };
        let half = compare(&wanted, incident(&other, &[FULL, "ERROR: cannot go on"]));
        let lines = &half.reasons[0];
        assert_eq!((lines.kind, lines.shared_count, lines.total_count), (LikenessKind::Lines, 1, 3));
        assert_eq!(lines.shared, ["cp: error writing '/data#/gl/x#.dat': No space left on device"]);
        assert!(!half.reasons.iter().any(|reason| reason.kind == LikenessKind::ReturnCode));
        let sum: f64 = half.reasons.iter().map(|reason| reason.weight).sum();
        assert!((sum - half.likeness).abs() < 1e-9 && half.likeness < 0.6);
        let nothing =
            compare(&wanted, incident(&Failure { internal_status: "FAIL".to_owned(), ..other }, &["x"]));
        assert!(nothing.likeness < LEAST && nothing.reasons.is_empty());
    }

    #[test]
    fn of_the_same_likeness_what_helped_comes_first_and_what_nobody_resolved_last() {
        let wanted = incident(&failure("A", 100), &[FULL]);
        let past = |minute: i64| incident(&failure("A", minute), &[FULL]);
        let (open, untried) = (past(1), resolved(past(2), 0, 0));
        let (helped, failed) = (resolved(past(3), 3, 0), resolved(past(4), 0, 3));
        let ids = |incidents: &[&Incident]| incidents.iter().map(|one| one.id.clone()).collect::<Vec<_>>();
        let expected = ids(&[&helped, &untried, &failed, &open]);
        let best = best(&wanted, vec![open, untried, failed, helped], 10);
        assert_eq!(best.iter().map(|one| one.incident.id.clone()).collect::<Vec<_>>(), expected);
    }
}
