//! Rate limits, and what their headers promise.

use crate::mesh::Mesh;
use serde_json::Value;
use std::num::NonZeroU32;

fn quota(requests: u32) -> NonZeroU32 {
    NonZeroU32::new(requests).unwrap()
}

#[tokio::test]
async fn a_principal_sees_its_quota_shrink_and_is_then_refused() {
    let mesh = Mesh::with(|config| config.quotas.principal = quota(3)).await;
    let token = mesh.token("viewer").await;
    let other = mesh.token("admin").await;
    for left in [2, 1, 0] {
        let response = mesh.get("/api/engines", &token).await;
        assert_eq!(response.status(), 200);
        let headers = response.headers();
        assert_eq!(headers["ratelimit-policy"], "\"principal\";q=3;w=60, \"address\";q=24000;w=60");
        let expected = format!("\"principal\";r={left};t={}", (3 - left) * 20);
        assert_eq!(headers["ratelimit"], expected.as_str());
    }
    let refused = mesh.get("/api/engines", &token).await;
    assert_eq!(refused.status(), 429);
    let wait: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=20).contains(&wait));
    assert_eq!(refused.headers()["ratelimit"], format!("\"principal\";r=0;t={wait}").as_str());
    let problem: Value = refused.json().await.unwrap();
    assert_eq!(problem["type"], "https://iana.org/assignments/http-problem-types#quota-exceeded");
    assert_eq!(problem["code"], "RATE_LIMITED");
    assert_eq!(mesh.get("/api/engines", &other).await.status(), 200, "others are not affected");
}

#[tokio::test]
async fn an_address_is_bounded_before_anything_else_happens() {
    let mesh = Mesh::with(|config| config.quotas.address = quota(2)).await;
    for status in [200, 200, 429] {
        assert_eq!(mesh.get_anonymously("/api/health/app").await.status(), status);
    }
    let refused = mesh.get_anonymously("/nothing").await;
    assert_eq!(refused.headers()["ratelimit"].to_str().unwrap().split(';').next(), Some("\"address\""));
    assert!(refused.headers().contains_key("content-security-policy"), "refusals are safe to show, too");
}

#[tokio::test]
async fn the_token_endpoint_is_stricter() {
    let mesh = Mesh::with(|config| config.quotas.login = quota(2)).await;
    let form = [("grant_type", "refresh_token"), ("refresh_token", "guess")];
    for status in [400, 400, 429] {
        assert_eq!(mesh.post_token(&form).await.status(), status);
    }
    assert_eq!(mesh.get_anonymously("/api/health/app").await.status(), 200);
}
