//! Tokens that are not ours, not for us, or no longer good. Each is signed by hand, because our own code makes none of
//! them.

use crate::mesh::Mesh;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

fn header() -> Value {
    json!({"alg": "EdDSA", "typ": "at+jwt"})
}

fn claims() -> Value {
    json!({
        "iss": "resync", "aud": "resync-api", "sub": "mallory", "jti": "1",
        "iat": now(), "nbf": now(), "exp": now() + 600,
        "principal": {
            "subject": "mallory", "display": "Mallory", "kind": "person",
            "permissions": [{"name": "*", "scope": "*"}],
        },
    })
}

fn sign(seed: &[u8; 32], header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(header), part(claims));
    let signature = SigningKey::from_bytes(seed).sign(signed.as_bytes()).to_bytes();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn with(mut value: Value, changes: Value) -> Value {
    for (name, change) in changes.as_object().unwrap() {
        value[name] = change.clone();
    }
    value
}

#[tokio::test]
async fn only_current_tokens_of_this_kind_for_this_gateway_count() {
    let mesh = Mesh::start().await;
    let seed = *mesh.root.derive("access");
    let good = sign(&seed, &header(), &claims());
    assert_eq!(mesh.get("/api/status", &good).await.status(), 200, "the forger knows how");

    let (head, rest) = good.split_once('.').unwrap();
    let unsigned_header = URL_SAFE_NO_PAD.encode(json!({"alg": "none", "typ": "at+jwt"}).to_string());
    let payload = rest.split_once('.').unwrap().0;
    let hmac = json!({"alg": "HS256", "typ": "at+jwt"});
    let past = json!({"iat": now() - 700, "nbf": now() - 700, "exp": now() - 100});
    for (what, token, code) in [
        ("nonsense", "nonsense".to_owned(), "TOKEN_INVALID"),
        ("alg none", format!("{unsigned_header}.{payload}."), "TOKEN_INVALID"),
        ("signature removed", format!("{head}.{payload}."), "TOKEN_INVALID"),
        ("alg HS256", sign(&seed, &hmac, &claims()), "TOKEN_INVALID"),
        ("a key of its own", sign(&[7; 32], &header(), &claims()), "TOKEN_INVALID"),
        (
            "a key by URL",
            sign(&[7; 32], &with(header(), json!({"jku": "https://evil.example/keys"})), &claims()),
            "TOKEN_INVALID",
        ),
        (
            "another kind",
            sign(&seed, &with(header(), json!({"typ": "mesh+jwt"})), &claims()),
            "TOKEN_INVALID",
        ),
        (
            "another audience",
            sign(&seed, &header(), &with(claims(), json!({"aud": "resync-mesh"}))),
            "TOKEN_INVALID",
        ),
        ("another issuer", sign(&seed, &header(), &with(claims(), json!({"iss": "evil"}))), "TOKEN_INVALID"),
        (
            "another subject",
            sign(&seed, &header(), &with(claims(), json!({"sub": "admin"}))),
            "TOKEN_INVALID",
        ),
        (
            "too long a life",
            sign(&seed, &header(), &with(claims(), json!({"exp": now() + 90_000}))),
            "TOKEN_INVALID",
        ),
        (
            "not valid yet",
            sign(&seed, &header(), &with(claims(), json!({"iat": now() + 300, "nbf": now() + 300}))),
            "TOKEN_INVALID",
        ),
        ("expired", sign(&seed, &header(), &with(claims(), past)), "TOKEN_EXPIRED"),
    ] {
        let response = mesh.get("/api/status", &token).await;
        assert_eq!(response.status(), 401, "{what}");
        let challenge = response.headers()["www-authenticate"].to_str().unwrap().to_owned();
        assert!(challenge.contains(r#"error="invalid_token""#), "{what}: {challenge}");
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["code"], code, "{what}");
        assert!(body["hint"].as_str().is_some_and(|hint| hint.contains("/token")), "{what} has a hint");
    }
}

#[tokio::test]
async fn a_mesh_token_is_no_ticket_from_outside() {
    use resync_service_kit::identity::{MESH, Principal, mint};
    use std::time::Duration;
    let mesh = Mesh::start().await;
    let key = mesh.root.signing_key("mesh").unwrap();
    let (token, _) = mint(&key, &MESH, &Principal::role("agent"), Duration::from_secs(60)).unwrap();
    assert_eq!(mesh.get("/api/status", &token).await.status(), 401);
}
