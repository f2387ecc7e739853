//! Logging in, staying logged in, and what happens to those who try too often or with somebody else's tokens.

use crate::mesh::{LOCAL_TOKEN, Mesh, PASSWORD};
use resync_gateway::LOCAL_USER;
use serde_json::{Value, json};

#[tokio::test]
async fn a_password_gives_tokens_that_open_the_plan() {
    let mesh = Mesh::start().await;
    let answer = mesh.login("admin").await;
    assert_eq!(answer["token_type"], "Bearer");
    assert!(answer["expires_in"].as_u64().unwrap() <= 15 * 60);
    let response = mesh.get("/api/status", answer["access_token"].as_str().unwrap()).await;
    assert_eq!(response.status(), 200);
    let status: Value = response.json().await.unwrap();
    assert_eq!(status["jobs_by_status"], json!([{"status": "ERROR", "count": 3}]));
    assert_eq!(status["truncated"], false);
}

#[tokio::test]
async fn what_is_wrong_with_a_login_is_told_as_oauth_says() {
    let mesh = Mesh::start().await;
    let wrong = "the credentials are not valid";
    for (form, error, text) in [
        (
            &[("grant_type", "password"), ("username", "admin"), ("password", "no")][..],
            "invalid_grant",
            wrong,
        ),
        (
            &[("grant_type", "password"), ("username", "nobody"), ("password", PASSWORD)],
            "invalid_grant",
            wrong,
        ),
        (&[("grant_type", "password"), ("username", LOCAL_USER), ("password", "no")], "invalid_grant", wrong),
        (&[("grant_type", "refresh_token"), ("refresh_token", "guess")], "invalid_grant", wrong),
        (
            &[("grant_type", "password"), ("username", "admin")],
            "invalid_request",
            "username and password are required",
        ),
        (&[("username", "admin"), ("password", PASSWORD)], "invalid_request", "grant_type is required"),
        (
            &[("grant_type", "client_credentials")],
            "unsupported_grant_type",
            "password and refresh_token are supported",
        ),
        (
            &[("grant_type", "password"), ("grant_type", "password")],
            "invalid_request",
            "grant_type: given more than once",
        ),
    ] {
        let response = mesh.post_token(form).await;
        assert_eq!(response.status(), 400, "{form:?}");
        assert_eq!(response.headers()["cache-control"], "no-store");
        let body: Value = response.json().await.unwrap();
        assert_eq!(body, json!({"error": error, "error_description": text}), "{form:?}");
    }
    let json = mesh.http.post(format!("{}/token", mesh.url)).json(&json!({})).send().await.unwrap();
    assert_eq!(json.status(), 415);
}

#[tokio::test]
async fn a_refresh_token_works_once_and_its_reuse_ends_the_session() {
    let mesh = Mesh::start().await;
    let first = mesh.login("viewer").await;
    let exchange = async |answer: &Value| {
        let token = answer["refresh_token"].as_str().unwrap();
        mesh.post_token(&[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    };
    let second: Value = exchange(&first).await.json().await.unwrap();
    let access = second["access_token"].as_str().unwrap();
    assert_eq!(mesh.get("/api/status", access).await.status(), 200);

    assert_eq!(exchange(&first).await.status(), 400, "a second use");
    assert_eq!(exchange(&second).await.status(), 400, "the session is over for both sides");
    let refused = mesh.get("/api/status", access).await;
    assert_eq!(refused.status(), 401);
    assert_eq!(refused.json::<Value>().await.unwrap()["code"], "TOKEN_REVOKED");
    let again = mesh.token("viewer").await;
    assert_eq!(mesh.get("/api/status", &again).await.status(), 200, "a new login is welcome");
}

#[tokio::test]
async fn the_local_user_has_the_token_of_the_data_folder() {
    let mesh = Mesh::start().await;
    let token = mesh.token(LOCAL_USER).await;
    assert_eq!(mesh.get("/api/engines", &token).await.status(), 200);
    // As read from a file, with its line end.
    let padded = format!("{LOCAL_TOKEN}\n");
    let form = [("grant_type", "password"), ("username", LOCAL_USER), ("password", &padded)];
    assert_eq!(mesh.post_token(&form).await.status(), 200);
}

#[tokio::test]
async fn guessing_a_password_costs_more_and_more_time() {
    let mesh = Mesh::start().await;
    let wrong = [("grant_type", "password"), ("username", "admin"), ("password", "guess")];
    for _ in 0..5 {
        assert_eq!(mesh.post_token(&wrong).await.status(), 400);
    }
    let right = [("grant_type", "password"), ("username", "admin"), ("password", PASSWORD)];
    let throttled = mesh.post_token(&right).await;
    assert_eq!(throttled.status(), 429, "even the right one has to wait now");
    assert!(throttled.headers()["retry-after"].to_str().unwrap().parse::<u64>().unwrap() >= 1);
    assert_eq!(throttled.json::<Value>().await.unwrap()["error"], "temporarily_unavailable");
    mesh.token("viewer").await;
}
