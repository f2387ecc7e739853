//! What must be true once: idempotency keys, rate limits, leases.

use std::time::Duration;

use futures::future::join_all;
use resync_api::cache::model::{Claim, ClaimRequest, LeaseAnswer, QuotaRequest, limits};
use resync_testkit::eventually;

use crate::support::{BOUND, MINUTE, Place, claim, in_both_stores, response};

in_both_stores!(
    of_many_claims_one_is_granted,
    a_finished_operation_is_replayed_and_another_request_is_a_mismatch,
    a_repeated_call_gives_the_same_answer,
    an_operation_of_unknown_outcome_is_never_granted_again,
    a_released_key_and_a_forgotten_one_are_granted_anew,
    records_and_leases_outlive_the_process,
    a_rate_limit_gives_its_burst_and_no_more,
    a_lease_has_one_holder_and_its_tokens_grow,
);

fn granted(claim: Claim) -> String {
    match claim {
        Claim::Granted { token, .. } => token,
        other => panic!("{other:?}"),
    }
}

async fn of_many_claims_one_is_granted(place: Place) {
    let role = place.open().await;
    let claims = (0..50).map(|attempt| role.client.claim(claim("k", "h", &format!("a{attempt}"))));
    let claims = join_all(claims).await;
    let outcome =
        |wanted: fn(&Claim) -> bool| claims.iter().filter(|claim| claim.as_ref().is_ok_and(wanted)).count();
    assert_eq!(outcome(|claim| matches!(claim, Claim::Granted { .. })), 1);
    assert_eq!(outcome(|claim| matches!(claim, Claim::InProgress { .. })), 49);
    role.stop().await;
}

async fn a_finished_operation_is_replayed_and_another_request_is_a_mismatch(place: Place) {
    let role = place.open().await;
    let token = granted(role.client.claim(claim("k", "h", "a")).await.expect("answered"));
    assert_eq!(role.client.claim(claim("k", "other", "b")).await.expect("answered"), Claim::Mismatch);
    let expires = role.client.complete(token, response("{}"), MINUTE).await.expect("completed");
    match role.client.claim(claim("k", "h", "b")).await.expect("answered") {
        Claim::Finished { response: replayed, expires_at } => {
            assert_eq!((replayed, expires_at), (response("{}"), expires));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(role.client.claim(claim("k", "other", "b")).await.expect("answered"), Claim::Mismatch);
    let another = role.client.claim(claim("k2", "other", "b")).await.expect("answered");
    assert!(matches!(another, Claim::Granted { .. }));
    role.stop().await;
}

async fn a_repeated_call_gives_the_same_answer(place: Place) {
    let role = place.open().await;
    let first = role.client.claim(claim("k", "h", "a")).await.expect("answered");
    assert_eq!(role.client.claim(claim("k", "h", "a")).await.expect("answered"), first);
    let token = granted(first);
    let expires = role.client.complete(&token, response("1"), MINUTE).await.expect("completed");
    let again = role.client.complete(&token, response("2"), 2 * MINUTE).await.expect("completed");
    assert_eq!(again, expires, "the first response stays");
    role.client.release(&token).await.expect("answered");
    let claimed = role.client.claim(claim("k", "h", "b")).await.expect("answered");
    assert!(matches!(claimed, Claim::Finished { response: kept, .. } if kept == response("1")));
    role.stop().await;
}

async fn an_operation_of_unknown_outcome_is_never_granted_again(place: Place) {
    let role = place.open().await;
    let patient = ClaimRequest { patience: Duration::from_millis(50), ..claim("k", "h", "a") };
    let token = granted(role.client.claim(patient).await.expect("answered"));
    let unknown = || async {
        let claimed = role.client.claim(claim("k", "h", "b")).await.expect("answered");
        assert!(!matches!(claimed, Claim::Granted { .. }));
        matches!(claimed, Claim::OutcomeUnknown { .. }).then_some(())
    };
    eventually("the end of patience", BOUND, unknown).await.expect("it ends");
    role.client.complete(token, response("late"), MINUTE).await.expect("it may still complete");
    let claimed = role.client.claim(claim("k", "h", "b")).await.expect("answered");
    assert!(matches!(claimed, Claim::Finished { .. }));
    role.stop().await;
}

async fn a_released_key_and_a_forgotten_one_are_granted_anew(place: Place) {
    let role = place.open().await;
    let token = granted(role.client.claim(claim("k", "h", "a")).await.expect("answered"));
    role.client.release(&token).await.expect("released");
    granted(role.client.claim(claim("k", "h2", "b")).await.expect("answered"));
    let lost = role.client.complete(&token, response(""), MINUTE).await.expect_err("it is another's");
    assert_eq!(lost.reason, "IDEMPOTENCY_CLAIM_LOST");
    role.client.release(&token).await.expect("changes nothing");
    let kept = role.client.claim(claim("k", "h2", "c")).await.expect("answered");
    assert!(matches!(kept, Claim::InProgress { .. }));

    let short = ClaimRequest { ttl: Duration::from_millis(50), ..claim("short", "h", "a") };
    granted(role.client.claim(short).await.expect("answered"));
    let forgotten = || async {
        let claimed = role.client.claim(claim("short", "h", "b")).await.expect("answered");
        matches!(claimed, Claim::Granted { .. }).then_some(())
    };
    eventually("its end", BOUND, forgotten).await.expect("it ends");
    let refused = role.client.release("nonsense").await.expect_err("no token");
    assert_eq!(refused.violations[0].field, "token");
    role.stop().await;
}

async fn records_and_leases_outlive_the_process(place: Place) {
    let role = place.open().await;
    let token = granted(role.client.claim(claim("done", "h", "a")).await.expect("answered"));
    role.client.complete(token, response("kept"), MINUTE).await.expect("completed");
    granted(role.client.claim(claim("begun", "h", "a")).await.expect("answered"));
    let lease = match role.client.acquire_lease("poller", "one", MINUTE).await.expect("answered") {
        LeaseAnswer::Granted(lease) => lease,
        held => panic!("{held:?}"),
    };
    role.stop().await;
    let role = place.open().await;
    let done = role.client.claim(claim("done", "h", "b")).await.expect("answered");
    assert!(matches!(done, Claim::Finished { response: kept, .. } if kept == response("kept")));
    let begun = role.client.claim(claim("begun", "h", "b")).await.expect("answered");
    assert!(matches!(begun, Claim::InProgress { .. }));
    let held = role.client.acquire_lease("poller", "two", MINUTE).await.expect("answered");
    assert!(matches!(held, LeaseAnswer::Held { holder, .. } if holder == "one"));
    assert_eq!(role.client.renew_lease(&lease, MINUTE).await.expect("still its own"), lease);
    role.stop().await;
}

async fn a_rate_limit_gives_its_burst_and_no_more(place: Place) {
    let role = place.open().await;
    let quota = |key: &str, limit, window, cost| QuotaRequest {
        name: "api".to_owned(),
        key: key.to_owned(),
        limit,
        window,
        cost,
    };
    let day = limits::QUOTA_WINDOW_MAX;
    let taken = join_all((0..60).map(|_| role.client.take_quota(quota("ana", 10, day, 1)))).await;
    assert_eq!(taken.iter().filter(|quota| quota.as_ref().is_ok_and(|quota| quota.allowed)).count(), 10);
    let refused = role.client.take_quota(quota("ana", 10, day, 1)).await.expect("answered");
    assert_eq!((refused.allowed, refused.remaining), (false, 0));
    assert!(refused.retry_after.is_some_and(|wait| wait <= day / 10));
    assert!(refused.reset_after > day / 10 * 9);
    let other = role.client.take_quota(quota("bea", 10, day, 4)).await.expect("answered");
    assert_eq!((other.allowed, other.remaining), (true, 6));
    let never = role.client.take_quota(quota("bea", 10, day, 11)).await.expect("answered");
    assert_eq!((never.allowed, never.retry_after), (false, None));

    let short = Duration::from_millis(300);
    assert!(role.client.take_quota(quota("caio", 1, short, 1)).await.expect("answered").allowed);
    let again = || async {
        let taken = role.client.take_quota(quota("caio", 1, short, 1)).await.expect("answered");
        taken.allowed.then_some(())
    };
    eventually("the next unit", BOUND, again).await.expect("it drips in");
    let fine = quota("ana", limits::QUOTA_UNITS, Duration::from_millis(1), 1);
    assert_eq!(role.client.take_quota(fine).await.expect_err("too fine").violations[0].field, "limit");
    role.stop().await;
}

async fn a_lease_has_one_holder_and_its_tokens_grow(place: Place) {
    let role = place.open().await;
    let acquire =
        async |holder: &str, ttl| role.client.acquire_lease("poller", holder, ttl).await.expect("answered");
    let short = Duration::from_millis(200);
    let contenders = join_all(
        (0..20).map(|number| role.client.acquire_lease("contended", format!("holder-{number}"), MINUTE)),
    )
    .await;
    let won = |answer: &&Result<_, _>| matches!(answer, Ok(LeaseAnswer::Granted(_)));
    assert_eq!(contenders.iter().filter(won).count(), 1);

    let LeaseAnswer::Granted(first) = acquire("one", short).await else { panic!("free") };
    let LeaseAnswer::Granted(same) = acquire("one", short).await else { panic!("its own") };
    assert_eq!(same.fencing_token, first.fencing_token);
    let second = eventually("the lease's end", BOUND, || async {
        match acquire("two", MINUTE).await {
            LeaseAnswer::Granted(lease) => Some(lease),
            LeaseAnswer::Held { holder, remaining } => {
                assert!(holder == "one" && remaining <= short);
                None
            }
        }
    })
    .await
    .expect("it ends");
    assert!(second.fencing_token > first.fencing_token);
    let lost = role.client.renew_lease(&first, MINUTE).await.expect_err("it is another's");
    assert_eq!(lost.reason, "LEASE_LOST");
    assert!(!role.client.release_lease(&first).await.expect("answered"));
    assert!(role.client.renew_lease(&second, MINUTE).await.is_ok());
    assert!(role.client.release_lease(&second).await.expect("answered"));
    let LeaseAnswer::Granted(third) = acquire("one", MINUTE).await else { panic!("free again") };
    assert!(third.fencing_token > second.fencing_token);
    role.stop().await;
}
