//! What keeps a browser safe: content policy, headers, origins, and reports about what went against them.

use crate::mesh::Mesh;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn the_page_runs_its_own_script_and_nothing_else() {
    let mesh = Mesh::start().await;
    let mut nonces = Vec::new();
    for path in ["/", "/login"] {
        let response = mesh.get_anonymously(path).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8");
        assert_eq!(response.headers()["cache-control"], "no-store");
        let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
        for directive in [
            "default-src 'none'",
            "'strict-dynamic'",
            "connect-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "object-src 'none'",
            "require-trusted-types-for 'script'",
            "report-uri /csp-violation-report",
        ] {
            assert!(policy.contains(directive), "{directive} in {policy}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains('*'));
        let page = response.text().await.unwrap();
        assert!(
            page.contains(&format!("nonce=\"{nonce}\"")),
            "the page's script has the nonce of its policy"
        );
        assert!(!page.contains("{{nonce}}"));
        nonces.push(nonce);
    }
    assert!(nonces[0].len() >= 22 && nonces[0] != nonces[1]);
}

#[tokio::test]
async fn every_response_carries_the_security_headers() {
    let mesh = Mesh::start().await;
    for path in ["/", "/assets/app.js", "/api/health/app", "/api/status", "/nothing"] {
        let response = mesh.get_anonymously(path).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-embedder-policy", "require-corp"),
        ] {
            assert_eq!(response.headers()[name], value, "{path}");
        }
        let policy = response.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{path}");
        assert!(response.headers().contains_key("permissions-policy"), "{path}");
        assert!(!response.headers().contains_key("set-cookie"), "{path}: no cookie, so no forged requests");
        assert!(!response.headers().contains_key("strict-transport-security"), "{path}: not on plain HTTP");
    }
}

#[tokio::test]
async fn files_are_revalidated_by_their_tag() {
    let mesh = Mesh::start().await;
    for (path, kind) in [("/assets/app.js", "text/javascript"), ("/assets/style.css", "text/css")] {
        let first = mesh.get_anonymously(path).await;
        assert_eq!(first.status(), 200);
        assert!(first.headers()["content-type"].to_str().unwrap().starts_with(kind));
        assert_eq!(first.headers()["cache-control"], "no-cache");
        let tag = first.headers()["etag"].clone();
        let again = mesh.http.get(format!("{}{path}", mesh.url)).header("if-none-match", tag);
        assert_eq!(again.send().await.unwrap().status(), 304);
    }
}

#[tokio::test]
async fn other_origins_call_only_when_they_are_listed() {
    let friend = "https://ops.example.com";
    let mesh = Mesh::with(|config| config.cors_origins = vec![friend.to_owned()]).await;
    let preflight = async |origin: &str| {
        let request = mesh
            .http
            .request(Method::OPTIONS, format!("{}/resync.tws.v1.TwsService/ListJobs", mesh.url))
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "x-grpc-web,authorization");
        request.send().await.unwrap()
    };
    let allowed = preflight(friend).await;
    assert_eq!(allowed.status(), 204);
    assert_eq!(allowed.headers()["access-control-allow-origin"], friend);
    assert!(allowed.headers()["access-control-allow-headers"].to_str().unwrap().contains("x-grpc-web"));
    assert!(!allowed.headers().contains_key("access-control-allow-credentials"));
    let stranger = preflight("https://evil.example").await;
    assert!(!stranger.headers().contains_key("access-control-allow-origin"));
    assert_eq!(stranger.headers()["vary"], "origin");

    let request = mesh.http.get(format!("{}/api/health/app", mesh.url)).header("origin", friend);
    let answer = request.send().await.unwrap();
    let exposed = answer.headers()["access-control-expose-headers"].to_str().unwrap();
    assert!(exposed.contains("grpc-status-details-bin") && exposed.contains("grpc-status"));
}

#[tokio::test]
async fn violation_reports_are_taken_in_both_forms_and_bounded() {
    let mesh = Mesh::start().await;
    let old = json!({"csp-report": {
        "document-uri": "http://10.0.0.5:8000/?q=secret",
        "violated-directive": "script-src-elem",
        "blocked-uri": "data:\u{1b}[31m",
    }});
    let new = json!([{"type": "csp-violation", "body": {"effectiveDirective": "img-src"}}]);
    for (kind, body, status) in [
        ("application/csp-report", old.to_string(), 204),
        ("application/reports+json", new.to_string(), 204),
        ("application/csp-report", "{".to_owned(), 400),
        ("text/plain", old.to_string(), 415),
        ("application/csp-report", format!("\"{}\"", "x".repeat(20_000)), 413),
    ] {
        let request =
            mesh.http.post(format!("{}/csp-violation-report", mesh.url)).header("content-type", kind);
        assert_eq!(request.body(body).send().await.unwrap().status(), status, "{kind}");
    }
}
