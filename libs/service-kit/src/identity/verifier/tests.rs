//! Every way a token can be wrong.

use super::*;
use crate::identity::token::sign;
use crate::identity::{ACCESS, MESH, RootKey, mint};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::SecretString;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

fn key(secret: &str) -> SigningKey {
    RootKey::from_secret(&SecretString::from(secret.repeat(8))).unwrap().signing_key("mesh").unwrap()
}

fn claims() -> Claims {
    Claims::new(&MESH, &Principal::role("agent"), Duration::from_secs(60), now())
}

fn detail(result: Result<Verified, IdentityError>) -> &'static str {
    match result {
        Err(IdentityError::Invalid { detail }) => detail,
        other => panic!("expected an invalid token, got {other:?}"),
    }
}

#[test]
fn a_minted_token_tells_who_calls() {
    let verifier = Verifier::new(key("secret"), MESH);
    let (token, _) = mint(&key("secret"), &MESH, &Principal::role("agent"), Duration::from_secs(60)).unwrap();
    assert_eq!(*verifier.verify(&token).unwrap().principal, Principal::role("agent"));
}

#[test]
fn unsigned_and_symmetric_tokens_are_refused() {
    let verifier = Verifier::new(key("secret"), MESH);
    let body = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&claims()).unwrap());
    for algorithm in ["none", "None", "HS256"] {
        let header = URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"{algorithm}","typ":"mesh+jwt"}}"#));
        for signature in ["", "AAAA"] {
            detail(verifier.verify(&format!("{header}.{body}.{signature}")));
        }
    }
}

#[test]
fn a_foreign_key_audience_or_type_is_refused() {
    let verifier = Verifier::new(key("secret"), MESH);
    assert_eq!(
        detail(verifier.verify(&sign(&key("other!"), &MESH, &claims()).unwrap())),
        "signature, audience or claims"
    );

    let mut elsewhere = claims();
    elsewhere.aud = ACCESS.audience.to_owned();
    assert_eq!(
        detail(verifier.verify(&sign(&key("secret"), &MESH, &elsewhere).unwrap())),
        "signature, audience or claims"
    );

    // The right claims under the type of another profile.
    assert_eq!(detail(verifier.verify(&sign(&key("secret"), &ACCESS, &claims()).unwrap())), "wrong typ");

    let mut eternal = claims();
    eternal.exp = eternal.iat + 86_400;
    assert_eq!(detail(verifier.verify(&sign(&key("secret"), &MESH, &eternal).unwrap())), "lives too long");

    let mut disguised = claims();
    disguised.sub = "somebody else".to_owned();
    assert_eq!(
        detail(verifier.verify(&sign(&key("secret"), &MESH, &disguised).unwrap())),
        "subject mismatch"
    );

    for garbage in ["", "a.b", "a.b.c", "....", &"x".repeat(20_000)] {
        detail(verifier.verify(garbage));
    }
}

#[test]
fn a_changed_payload_breaks_the_signature() {
    let verifier = Verifier::new(key("secret"), MESH);
    let token = sign(&key("secret"), &MESH, &claims()).unwrap();
    let mut parts: Vec<_> = token.split('.').map(str::to_owned).collect();
    let mut forged = claims();
    forged.principal.subject = "admin".into();
    forged.sub = "admin".into();
    parts[1] = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&forged).unwrap());
    detail(verifier.verify(&parts.join(".")));
}

#[test]
fn a_remembered_token_still_expires_and_can_be_revoked() {
    let revoked = Arc::new(AtomicBool::new(false));
    let switch = Arc::clone(&revoked);
    let verifier = Verifier::new(key("secret"), MESH)
        .with_revocations(Arc::new(move |_| switch.load(Ordering::Relaxed)));
    let token = sign(&key("secret"), &MESH, &claims()).unwrap();
    let start = now();
    assert!(verifier.verify_at(&token, start).is_ok());
    assert!(matches!(verifier.verify_at(&token, start + 120), Err(IdentityError::Expired)));
    assert_eq!(detail(verifier.verify_at(&token, start - 60)), "not yet valid");
    revoked.store(true, Ordering::Relaxed);
    assert!(matches!(verifier.verify_at(&token, start), Err(IdentityError::Revoked)));
}
