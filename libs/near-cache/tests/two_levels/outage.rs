//! The shared level goes away: readers do not notice, and afterwards nobody keeps what he should have dropped.

use crate::mesh::{BOUND, Process, Role, Wire};
use resync_api::cache::model::InvalidationScope;
use resync_near_cache::Source;
use resync_testkit::eventually;

#[tokio::test]
async fn without_the_shared_level_values_are_served_and_loaded_as_before_and_shared_again_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let (role, wire) = (Role::open(folder.path()).await, Wire::default());
    wire.plug(&role);
    let [one, two] = [Process::start(&wire), Process::start(&wire)];
    one.hears(&two).await;
    two.hears(&one).await;
    one.read("kept", 1).await;
    two.read("kept", 1).await;

    wire.unplug();
    role.stop().await;
    assert_eq!(two.read("kept", 2).await.source, Source::FirstLevel, "what lives is served");
    assert_eq!(one.read("new", 3).await.source, Source::Origin);
    assert_eq!(two.read("new", 4).await.source, Source::Origin, "nothing is shared meanwhile");
    assert!(
        one.caches.invalidate(InvalidationScope::key("numbers/kept")).await.is_err(),
        "others cannot be told"
    );
    assert_eq!(one.read("kept", 5).await.value.as_deref(), Some(&5), "here it is dead all the same");
    assert_eq!(two.read("kept", 6).await.value.as_deref(), Some(&1));

    let role = Role::open(folder.path()).await;
    wire.plug(&role);
    one.hears(&two).await;
    two.hears(&one).await;
    one.caches.invalidate(InvalidationScope::key("numbers/kept")).await.unwrap();
    eventually("the others told", BOUND, || async {
        (two.read("kept", 7).await.value.as_deref() == Some(&7)).then_some(())
    })
    .await
    .unwrap();
    eventually("sharing", BOUND, || async {
        (one.read("kept", 8).await.value.as_deref() == Some(&7)).then_some(())
    })
    .await
    .unwrap();
    for process in [one, two] {
        process.stop().await;
    }
    role.stop().await;
}

#[tokio::test]
async fn invalidations_that_were_missed_follow_or_else_everything_is_dropped() {
    for same_history in [true, false] {
        let (folder, other_folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let role = Role::open(folder.path()).await;
        let (wire, away) = (Wire::default(), Wire::default());
        wire.plug(&role);
        away.plug(&role);
        let (here, cut_off) = (Process::start(&wire), Process::start(&away));
        cut_off.hears(&here).await;
        for key in ["invalidated", "untouched"] {
            cut_off.read(key, 1).await;
        }
        // Only this process loses the role; the others go on, and the role ends the stream when it stops.
        away.unplug();
        here.caches.invalidate(InvalidationScope::key("numbers/before")).await.unwrap();
        role.stop().await;
        let role = Role::open(if same_history { folder.path() } else { other_folder.path() }).await;
        wire.plug(&role);
        here.caches.invalidate(InvalidationScope::key("numbers/invalidated")).await.unwrap();
        assert_eq!(cut_off.read("invalidated", 2).await.value.as_deref(), Some(&1), "nobody could tell");

        away.plug(&role);
        eventually("the missed invalidation", BOUND, || async {
            (cut_off.read("invalidated", 2).await.value.as_deref() == Some(&2)).then_some(())
        })
        .await
        .unwrap();
        let untouched = cut_off.read("untouched", 3).await;
        let expected = if same_history { Source::FirstLevel } else { Source::Origin };
        assert_eq!(untouched.source, expected, "same history: {same_history}");
        for process in [here, cut_off] {
            process.stop().await;
        }
        role.stop().await;
    }
}
