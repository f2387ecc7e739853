//! Silences over the wire, over a restart, and while the store is out.

use std::time::Duration;

use resync_api::perf::model::{AlertState, NewSilence, ProcessReport, SilenceMatcher};
use resync_fault::ErrorKind;

use crate::mesh::{MemoryStore, Mesh, TICK, start_of_time};
use crate::shapes::{leases, report};

fn of_leaks() -> NewSilence {
    NewSilence {
        matcher: SilenceMatcher { rule: "resource_leak".to_owned(), ..SilenceMatcher::default() },
        comment: "being looked at".to_owned(),
        duration: Duration::from_secs(3600),
    }
}

async fn tick() {
    tokio::time::advance(TICK).await;
    tokio::task::yield_now().await;
}

#[tokio::test(start_paused = true)]
async fn a_silence_names_its_author_matches_listed_alerts_and_ends_by_id() {
    let mesh = Mesh::stepped().await;
    let mut process = mesh.process().await;
    process.ticks(3, || ProcessReport { resources: leases(1), ..report("a", &["agent"]) }).await;
    let ana = mesh.client_with("performance.*");
    let made = ana.create_silence(of_leaks()).await.expect("sound");
    assert_eq!(made.author, "Ana");
    let alert = mesh.alerts(AlertState::Firing).await.remove(0);
    assert_eq!(alert.silence, made.id, "silenced, and still listed");
    assert_eq!(ana.silences().await.expect("allowed"), std::slice::from_ref(&made));

    let wrong = NewSilence { comment: String::new(), ..of_leaks() };
    let refused = ana.create_silence(wrong).await.expect_err("it must say why");
    assert_eq!((refused.kind, refused.reason.as_str()), (ErrorKind::InvalidArgument, "SILENCE_INVALID"));
    assert_eq!(refused.violations[0].field, "comment");

    ana.delete_silence(&made.id).await.expect("in force");
    assert!(mesh.alerts(AlertState::Firing).await.remove(0).silence.is_empty());
    let refused = ana.delete_silence(&made.id).await.expect_err("it is over");
    assert_eq!((refused.kind, refused.reason.as_str()), (ErrorKind::NotFound, "SILENCE_UNKNOWN"));
    mesh.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_restart_keeps_silences_and_their_ends() {
    let store = MemoryStore::default();
    let first = Mesh::over(store.clone(), start_of_time()).await;
    let made = first.client().create_silence(of_leaks()).await.expect("sound");
    first.stop().await;

    let soon = start_of_time() + Duration::from_secs(1800);
    let second = Mesh::over(store.clone(), soon).await;
    tick().await;
    assert_eq!(second.client().silences().await.expect("allowed"), [made]);
    second.stop().await;

    let later = start_of_time() + Duration::from_secs(3601);
    let third = Mesh::over(store, later).await;
    tick().await;
    assert!(third.client().silences().await.expect("allowed").is_empty(), "its time is over");
    third.stop().await;
}

#[tokio::test(start_paused = true)]
async fn with_the_store_out_silences_hold_and_are_written_when_it_is_back() {
    let store = MemoryStore::default();
    let kept = Mesh::over(store.clone(), start_of_time()).await;
    let earlier = kept.client().create_silence(of_leaks()).await.expect("sound");
    tick().await;
    kept.stop().await;

    store.set_out(true);
    let mesh = Mesh::over(store.clone(), start_of_time()).await;
    let meanwhile = mesh.client().create_silence(of_leaks()).await.expect("it holds in memory");
    for _ in 0..10 {
        tick().await;
    }
    assert_eq!(mesh.client().silences().await.expect("allowed"), std::slice::from_ref(&meanwhile));
    store.set_out(false);
    for _ in 0..3 {
        tick().await;
    }
    let mut both = mesh.client().silences().await.expect("allowed");
    both.sort_by(|a, b| a.id.cmp(&b.id));
    let mut expected = [earlier, meanwhile];
    expected.sort_by(|a, b| a.id.cmp(&b.id));
    assert_eq!(both, expected, "nothing was written over what could not be read");
    mesh.stop().await;

    let after = Mesh::over(store, start_of_time()).await;
    tick().await;
    assert_eq!(after.client().silences().await.expect("allowed").len(), 2);
    after.stop().await;
}
