//! The file keeps what it acknowledged, in order, within its bound, whatever a crash leaves of it.

use super::*;
use chrono::DateTime;
use resync_api::audit::model::{
    Actor, ActorKind, AuditCategory, AuditOrigin, AuditOutcome, AuditResult, Justification,
};

fn event(id: &str) -> AuditEvent {
    AuditEvent {
        id: id.to_owned(),
        at: DateTime::UNIX_EPOCH,
        category: AuditCategory::Authentication,
        action: "login\nwith a line feed".to_owned(),
        actor: Actor { subject: "ana".to_owned(), kind: ActorKind::Person },
        origin: AuditOrigin::default(),
        target: None,
        parameters: serde_json::Map::new(),
        justification: Justification::default(),
        outcome: AuditOutcome { result: AuditResult::Failed, reason: String::new(), message: String::new() },
        correlation_id: String::new(),
    }
}

async fn ids(spool: &Spool) -> Vec<String> {
    spool.peek(100).await.unwrap().0.into_iter().map(|event| event.id).collect()
}

#[tokio::test]
async fn events_come_out_in_order_and_the_file_empties() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("spool");
    let spool = Spool::open(&path, 10_000).await.unwrap();
    assert!(spool.is_empty());
    spool.push(&[event("a"), event("b")]).await.unwrap();
    spool.push(&[event("c")]).await.unwrap();
    let (first, mark) = spool.peek(2).await.unwrap();
    assert_eq!(first, [event("a"), event("b")]);
    spool.shipped(mark).await.unwrap();
    assert_eq!(ids(&spool).await, ["c"]);
    // What was shipped is known to this process only: another one ships it again.
    assert_eq!(ids(&Spool::open(&path, 10_000).await.unwrap()).await, ["a", "b", "c"]);
    let (_, mark) = spool.peek(2).await.unwrap();
    spool.push(&[event("d")]).await.unwrap();
    spool.shipped(mark).await.unwrap();
    assert_eq!(ids(&spool).await, ["d"]);
    let (_, mark) = spool.peek(2).await.unwrap();
    spool.shipped(mark).await.unwrap();
    assert!(spool.is_empty());
    assert_eq!(std::fs::metadata(&path).unwrap().len(), 0);
}

#[tokio::test]
async fn a_full_file_refuses_and_keeps_what_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("spool");
    let spool = Spool::open(&path, 900).await.unwrap();
    spool.push(&[event("a")]).await.unwrap();
    let refused = spool.push(&[event("b"), event("c")]).await;
    assert!(matches!(refused, Err(AuditError::SpoolFull { bytes: 900 })), "{refused:?}");
    spool.push(&[event("d")]).await.unwrap();
    assert_eq!(ids(&Spool::open(&path, 900).await.unwrap()).await, ["a", "d"]);
}

#[tokio::test]
async fn a_line_that_was_cut_off_is_dropped_and_a_damaged_one_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("spool");
    let spool = Spool::open(&path, 10_000).await.unwrap();
    spool.push(&[event("a"), event("b")]).await.unwrap();
    let whole = std::fs::read(&path).unwrap();
    let line = whole.len() / 2;
    for cut in 1..line {
        std::fs::write(&path, &whole[..whole.len() - cut]).unwrap();
        let spool = Spool::open(&path, 10_000).await.unwrap();
        assert_eq!(ids(&spool).await, ["a"], "{cut} bytes missing");
        spool.push(&[event("c")]).await.unwrap();
        assert_eq!(ids(&Spool::open(&path, 10_000).await.unwrap()).await, ["a", "c"]);
    }
    let mut damaged = whole;
    damaged[line / 2] ^= 1;
    std::fs::write(&path, damaged).unwrap();
    assert!(matches!(Spool::open(&path, 10_000).await, Err(AuditError::Spool(_))));
}
