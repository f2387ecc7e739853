//! Likeness of meaning through an endpoint that speaks the protocol: fused with words, stored, and done without when the
//! endpoint fails.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use resync_api::documents::model::DocumentSearchMethod;
use resync_knowledge_graph::documents::adapter::embeddings::{EmbeddingsConfig, EmbeddingsEndpoint};
use resync_knowledge_graph::documents::embed::{Embedder, Purpose};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::room::{BOUND, Place};

/// How the endpoint behaves.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Mood {
    Well,
    /// The next so many requests get this status.
    Failing(u16, usize),
    Silent,
    /// Answers with vectors of this length.
    Length(usize),
    Nonsense,
}

#[derive(Debug)]
struct Seen {
    mood: Mood,
    batches: Vec<usize>,
    refused: usize,
}

/// An endpoint whose model knows a few things that go by several names.
struct Endpoint {
    address: String,
    seen: Arc<Mutex<Seen>>,
    server: JoinHandle<()>,
}

const THINGS: [&[&str]; 3] = [
    &["unlinked", "disconnected", "offline", "desconectado"],
    &["salary", "payroll", "wages"],
    &["disk", "storage", "armazenamento"],
];

fn vector(text: &str, length: usize) -> Vec<f32> {
    let text = text.to_lowercase();
    let mut vector = vec![0.01; length];
    for (value, names) in vector.iter_mut().zip(THINGS) {
        *value += names.iter().filter(|name| text.contains(**name)).count() as f32;
    }
    if vector.iter().all(|value| *value < 1.0) {
        vector[length - 1] = 1.0;
    }
    vector
}

async fn answer(
    State(seen): State<Arc<Mutex<Seen>>>,
    headers: HeaderMap,
    Json(ask): Json<Value>,
) -> Response {
    let inputs: Vec<String> = serde_json::from_value(ask["input"].clone()).expect("texts");
    let mood = {
        let mut seen = seen.lock().expect("no panic");
        seen.batches.push(inputs.len());
        let mood = seen.mood;
        if let Mood::Failing(status, times) = mood {
            seen.mood = if times > 1 { Mood::Failing(status, times - 1) } else { Mood::Well };
        }
        mood
    };
    if headers.get("authorization").is_none_or(|value| value != "Bearer the key") || ask["model"] != "small" {
        seen.lock().expect("no panic").refused += 1;
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let length = match mood {
        Mood::Failing(status, _) => {
            return StatusCode::from_u16(status).expect("a status").into_response();
        }
        Mood::Silent => return std::future::pending().await,
        Mood::Nonsense => return Json(json!({"data": [{"index": 7, "embedding": [1.0]}]})).into_response(),
        Mood::Length(length) => length,
        Mood::Well => THINGS.len() + 1,
    };
    // The order is the index's, not the list's.
    let data: Vec<_> = inputs
        .iter()
        .enumerate()
        .rev()
        .map(
            |(index, text)| json!({"object": "embedding", "index": index, "embedding": vector(text, length)}),
        )
        .collect();
    Json(json!({"object": "list", "data": data, "model": "small"})).into_response()
}

impl Endpoint {
    async fn start() -> Self {
        let seen = Arc::new(Mutex::new(Seen { mood: Mood::Well, batches: Vec::new(), refused: 0 }));
        let routes = Router::new().route("/v1/embeddings", post(answer)).with_state(Arc::clone(&seen));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}/v1/", listener.local_addr().expect("bound"));
        let server = tokio::spawn(async move { axum::serve(listener, routes).await.expect("serves") });
        Self { address, seen, server }
    }

    fn mood(&self, mood: Mood) {
        self.seen.lock().expect("no panic").mood = mood;
    }

    fn requests(&self) -> Vec<usize> {
        self.seen.lock().expect("no panic").batches.clone()
    }

    fn client(&self) -> EmbeddingsEndpoint {
        let mut config = EmbeddingsConfig::new(self.address.parse().expect("an address"), "small");
        config.api_key = Some("the key".to_owned().into());
        config.batch = 3;
        config.question_time = Duration::from_millis(500);
        config.documents_time = Duration::from_secs(5);
        EmbeddingsEndpoint::new(config).expect("usable settings")
    }

    fn place(&self) -> Place {
        Place { embedder: Some(Arc::new(self.client())), ..Place::new() }
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.server.abort();
    }
}

#[tokio::test]
async fn passages_are_found_by_meaning_and_words_together() {
    let endpoint = Endpoint::start().await;
    let place = endpoint.place();
    let room = place.open().await;
    room.upload("agents.md", "# Agents\n\nAn unlinked agent needs help.").await.expect("sound");
    room.upload("money.md", "# Money\n\nThe payroll is late.").await.expect("sound");
    room.upload("words.md", "# Words\n\nA wage agreement is bedtime reading.").await.expect("sound");
    room.until("vectors", |index| index.embedded_passages == 3).await;

    let found = room.search("is anything disconnected?").await;
    assert_eq!((found.method, found.degraded), (DocumentSearchMethod::Fused, None));
    let best = &found.hits[0];
    assert_eq!((best.passage.citation.as_str(), best.matched_terms.len()), ("Agents", 0));
    assert!(best.similarity.is_some_and(|similarity| similarity > 0.9));
    // One word and no meaning, against meaning and no word: both are there.
    let found = room.search("salary agreement").await;
    let citations: Vec<_> = found.hits.iter().map(|hit| hit.passage.citation.as_str()).collect();
    assert!(citations.contains(&"Money") && citations.contains(&"Words"), "{citations:?}");
    assert_eq!(room.search("disk").await.hits, [], "what is not alike is not found");

    let asked = endpoint.requests().len();
    room.close().await;
    let room = place.open().await;
    assert_eq!(room.handle.status().embedded_passages, 3, "nobody pays twice");
    assert_eq!(endpoint.requests().len(), asked);
    room.handle.delete(&room.documents()[0].id).await.expect("kept");
    assert_eq!(room.handle.status().embedded_passages, 2);
    room.upload("money.md", "# Money\n\nThe storage is cheap.").await.expect("sound");
    room.until("new vectors", |index| index.embedded_passages == 2).await;
    assert_eq!(room.citations("disk").await.first().map(String::as_str), Some("Money"));
    room.close().await;
}

#[tokio::test]
async fn an_endpoint_that_fails_costs_the_vectors_and_nothing_else() {
    let endpoint = Endpoint::start().await;
    let place = endpoint.place();
    let room = place.open().await;
    room.upload("agents.md", "# Agents\n\nAn unlinked agent needs help.").await.expect("sound");
    room.until("vectors", |index| index.embedded_passages == 1).await;
    for mood in
        [Mood::Failing(500, 99), Mood::Failing(401, 99), Mood::Silent, Mood::Nonsense, Mood::Length(9)]
    {
        endpoint.mood(mood);
        let found = room.search("agent").await;
        assert_eq!(found.method, DocumentSearchMethod::Keywords, "{mood:?}");
        assert!(found.degraded.is_some_and(|why| why.contains("embeddings endpoint")), "{mood:?}");
        assert_eq!(found.hits[0].passage.citation, "Agents", "{mood:?}");
    }
    endpoint.mood(Mood::Well);
    let recovered = || async {
        let found = room.search("disconnected").await;
        (found.method == DocumentSearchMethod::Fused).then_some(found)
    };
    let found =
        resync_testkit::eventually("recovery", BOUND, recovered).await.expect("it recovers by itself");
    assert_eq!(found.hits[0].passage.citation, "Agents");
    room.close().await;
}

#[tokio::test]
async fn documents_taken_in_while_the_endpoint_is_away_get_their_vectors_later() {
    let endpoint = Endpoint::start().await;
    let place = endpoint.place();
    let room = place.open().await;
    endpoint.mood(Mood::Failing(503, 4));
    room.upload("agents.md", "# Agents\n\nAn unlinked agent needs help.").await.expect("kept all the same");
    assert_eq!(room.citations("help").await, ["Agents"]);
    room.until("vectors", |index| index.embedded_passages == 1).await;
    room.close().await;
}

#[tokio::test]
async fn the_client_asks_in_order_retries_what_may_pass_and_trusts_no_answer() {
    let endpoint = Endpoint::start().await;
    let client = endpoint.client();
    let ask = |texts: &[&str], purpose| {
        client.embed(texts.iter().map(|text| (*text).to_owned()).collect(), purpose)
    };
    endpoint.mood(Mood::Failing(429, 1));
    let vectors = ask(&["disk", "salary"], Purpose::Documents).await.expect("the second attempt");
    assert_eq!(endpoint.requests(), [2, 2]);
    assert!(vectors[0][2] > 1.0 && vectors[1][1] > 1.0, "in the order of the texts: {vectors:?}");

    for (mood, words) in [
        (Mood::Failing(400, 1), "status 400"),
        (Mood::Nonsense, "for other texts"),
        (Mood::Length(9), "another length"),
        (Mood::Silent, "in time"),
    ] {
        endpoint.mood(mood);
        let error = ask(&["disk"], Purpose::Question).await.expect_err("no answer to trust").to_string();
        assert!(error.contains(words), "{error}");
        assert!(!error.contains("the key"));
    }
    assert!(!format!("{client:?}").contains("the key"));
    assert_eq!(endpoint.seen.lock().expect("no panic").refused, 0, "the key goes with every request");
}
