//! One's own conversations over REST, in front of the service that keeps them.

use crate::mesh::{Mesh, dial, root_key, serve_role};
use chrono::Utc;
use resync_api::agent::model::{AnswerKind, Language};
use resync_api::conversations::model::{AppendTurn, ConversationTurn};
use resync_gateway::CONVERSATION_SERVICE;
use resync_knowledge_graph::audit::AuditLog;
use resync_knowledge_graph::conversations::{Conversations, Limits, grpc};
use resync_knowledge_graph::store::sqlite::SqliteStore;
use resync_service_kit::shutdown::Shutdown;
use resync_service_kit::tasks::Tasks;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

const ONE: &str = "/api/conversations/c";

fn append(id: &str) -> AppendTurn {
    let turn = ConversationTurn {
        id: id.to_owned(),
        number: 0,
        at: Utc::now(),
        question: format!("question {id}"),
        kind: AnswerKind::Answer,
        markdown: "It is in **ERROR**".to_owned(),
        citations: Vec::new(),
        interpretation: "overview".to_owned(),
        data_age: None,
        stale_since: None,
        engine: "default".to_owned(),
        mode: "engine".to_owned(),
        language: Language::English,
        shortened: false,
    };
    AppendTurn { conversation_id: "c".to_owned(), turn, context: Default::default(), follows: 0 }
}

#[tokio::test]
async fn ones_own_conversations_are_read_exported_and_deleted() {
    let (root, behind, folder) = (root_key(), Shutdown::new(), tempfile::tempdir().unwrap());
    let tasks = Tasks::new(behind.clone());
    let store = SqliteStore::open(&folder.path().join("knowledge.db")).await.unwrap();
    let log = AuditLog::new(Arc::new(store), "main", Arc::new(Utc::now));
    let kept = Conversations::new(log, Arc::new(Utc::now), Limits::default());
    for id in ["t1", "t2", "t3"] {
        kept.append("viewer", append(id)).await.unwrap();
    }
    let address = serve_role(&root, &tasks, |server| server.service(grpc::service(kept))).await;
    let further = BTreeMap::from([(CONVERSATION_SERVICE.to_owned(), dial(&root, &tasks, address))]);
    let mesh = Mesh::over(further, |_| {}).await;
    let viewer = mesh.token("viewer").await;

    let list: Value = mesh.get("/api/conversations", &viewer).await.json().await.unwrap();
    assert_eq!(list["conversations"][0]["id"], "c");
    assert_eq!(list["conversations"][0]["title"], "question t1");
    let first: Value = mesh.get(&format!("{ONE}?page_size=2"), &viewer).await.json().await.unwrap();
    assert_eq!(first["turns"].as_array().unwrap().len(), 2);
    let next = format!("{ONE}?page_token={}", first["next_page_token"].as_str().unwrap());
    let rest: Value = mesh.get(&next, &viewer).await.json().await.unwrap();
    assert_eq!(rest["turns"][0]["question"], "question t3");

    let lines = mesh.get(&format!("{ONE}/export?format=jsonl"), &viewer).await;
    assert_eq!(lines.headers()["content-type"], "application/jsonl");
    let lines = lines.text().await.unwrap();
    let turns: Vec<ConversationTurn> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(turns.iter().map(|turn| turn.number).collect::<Vec<_>>(), [1, 2, 3]);
    let page = mesh.get(&format!("{ONE}/export"), &viewer).await;
    assert_eq!(page.headers()["content-type"], "text/markdown; charset=utf-8");
    assert!(page.text().await.unwrap().starts_with("# Conversation c"));
    assert_eq!(mesh.get(&format!("{ONE}/export?format=pdf"), &viewer).await.status(), 400);

    // An administrator sees no more than the own ones, and a stranger nothing.
    let admin = mesh.token("admin").await;
    let none: Value = mesh.get("/api/conversations", &admin).await.json().await.unwrap();
    assert_eq!(none["conversations"], Value::Array(Vec::new()));
    for path in [ONE.to_owned(), format!("{ONE}/export")] {
        let refused = mesh.get(&path, &admin).await;
        assert_eq!(refused.status(), 404, "{path}");
        assert_eq!(refused.json::<Value>().await.unwrap()["code"], "CONVERSATION_UNKNOWN");
        assert_eq!(mesh.get_anonymously(&path).await.status(), 401, "{path}");
    }
    let delete = async |token: &str| {
        mesh.http.delete(format!("{}{ONE}", mesh.url)).bearer_auth(token).send().await.unwrap().status()
    };
    assert_eq!(delete(&admin).await, 404);
    assert_eq!(delete(&viewer).await, 204);
    assert_eq!(mesh.get(ONE, &viewer).await.status(), 404);
    behind.begin();
}
