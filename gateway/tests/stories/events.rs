//! Following a plan over REST.

use crate::mesh::Mesh;

/// Reads until the text holds `until`.
async fn read(response: &mut reqwest::Response, until: &str) -> String {
    let mut text = String::new();
    while !text.contains(until) {
        text.push_str(std::str::from_utf8(&response.chunk().await.unwrap().unwrap()).unwrap());
    }
    text
}

#[tokio::test]
async fn changes_arrive_and_are_resumed_after_the_last_one_seen() {
    let mesh = Mesh::start().await;
    let token = mesh.token("viewer").await;
    let mut first = mesh.get("/api/events", &token).await;
    assert_eq!(first.headers()["content-type"], "text/event-stream");
    let text = read(&mut first, "token-2").await;
    assert!(
        text.starts_with("event: overview\ndata: {"),
        "the overview first, without an id to resume after"
    );
    assert!(text.contains("event: change\nid: token-1\ndata: {\"kind\":\"JOB_FAILED\""));

    let request = mesh.http.get(format!("{}/api/events", mesh.url)).bearer_auth(&token);
    let mut second = request.header("last-event-id", "token-1").send().await.unwrap();
    let text = read(&mut second, "token-2").await;
    assert!(!text.contains("overview") && !text.contains("token-1"));
    assert_eq!(*mesh.seen.asked.lock().unwrap(), "token-1");
}
