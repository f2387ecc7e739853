//! Which failing jobs are over by a version of the graph.

use resync_api::tws::model::Status;

use super::*;
use crate::incidents::failure::tests::{job, round, whole};
use crate::topology::Ledger;

#[test]
fn what_has_left_the_plan_is_over_and_what_is_not_in_it_yet_is_not() {
    let mut ledger = Ledger::default();
    let jobs = ["fails", "runs-well", "leaves"].map(|id| job(id, Status::Error, 1)).to_vec();
    ledger.apply(whole(jobs, true));
    let graph = ledger.publish().expect("a version");
    let noted = Some(Instant::now());
    let mut watched: BTreeMap<String, Option<Instant>> =
        ["fails", "runs-well", "leaves", "comes"].map(|id| (id.to_owned(), noted)).into();
    let Looked { over, held } = look(&graph, &watched);
    assert!(over.is_empty(), "{over:?}");
    assert_eq!(held, ["fails", "leaves", "runs-well"]);
    for id in held {
        watched.insert(id, None);
    }
    // Was failing when this process started.
    watched.insert("left-long-ago".to_owned(), None);
    let mut next = round(vec![job("runs-well", Status::Successful, 2)], true);
    next.removed_jobs = vec!["leaves".to_owned()];
    ledger.apply(next);
    let graph = ledger.publish().expect("a version");
    let Looked { over, held } = look(&graph, &watched);
    let left = graph.freshness().engine_time - LEFT;
    let ended = DateTime::from_timestamp(1_002, 0).expect("in range");
    let expected = [("runs-well", ended), ("leaves", left), ("left-long-ago", left)];
    assert_eq!(over, expected.map(|(id, at)| (id.to_owned(), at)));
    assert!(held.is_empty());
    if let Some(long_ago) = Instant::now().checked_sub(PUBLISHED) {
        watched.insert("comes".to_owned(), Some(long_ago));
        let Looked { over, .. } = look(&graph, &watched);
        assert!(over.contains(&("comes".to_owned(), left)), "no version ever held it");
    }
}
