//! Documents over TCP: a typed client, a server with its gate, permissions, and uploads in pieces.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use futures::FutureExt as _;
use resync_api::channel::Channel;
use resync_api::documents::client::DocumentsClient;
use resync_api::documents::model::{
    DocumentHeader, DocumentUploadOutcome, GetDocument, ListDocuments, SearchRequest,
};
use resync_api::policy;
use resync_fault::{ErrorKind, FaultBody};
use resync_knowledge_graph::documents::{Handle, grpc};
use resync_service_kit::channel;
use resync_service_kit::identity::{
    Caller, MESH, Minter, Permission, Principal, PrincipalKind, RootKey, Verifier,
};
use resync_service_kit::policy::{Exposure, PolicyTable, RpcPolicy};
use resync_service_kit::server::{self, ListenConfig, serve};
use resync_service_kit::shutdown::Shutdown;
use resync_service_kit::tasks::{OnDrain, OnError, Tasks};
use tokio::net::TcpListener;

use crate::room::{BOUND, Place};

struct Mesh {
    client: DocumentsClient,
    tasks: Tasks,
    shutdown: Shutdown,
}

impl Mesh {
    async fn over(handle: Handle) -> Self {
        let shutdown = Shutdown::new();
        let tasks = Tasks::new(shutdown.clone());
        let key = RootKey::from_secret(&"a secret of at least 32 characters".to_owned().into())
            .and_then(|root| root.signing_key("mesh"))
            .expect("a key");
        let config = server::Config {
            verifier: Some(Arc::new(Verifier::new(key.clone(), MESH))),
            ..server::Config::new("knowledge-graph", policies(), tasks.drain())
        };
        let server = config.build().service(grpc::service(handle)).finish().await.expect("a server");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("bound"));
        let serving = serve(server, listener, ListenConfig::default(), tasks.drain());
        tasks.spawn("server", OnError::Report, OnDrain::Finish, serving);
        let config = channel::Config {
            minter: Some(Minter::new(key)),
            ..channel::Config::new(Caller::new(Principal::role("tester")), policies())
        };
        let channel = config.dial(&address, &channel::ChannelTls::default(), &tasks).expect("an address");
        Self { client: DocumentsClient::new(Channel::new(channel)), tasks, shutdown }
    }

    fn of(&self, permissions: &[&str]) -> DocumentsClient {
        self.client.with(Caller::new(Principal {
            subject: "ana".to_owned(),
            display: "Ana".to_owned(),
            kind: PrincipalKind::Person,
            permissions: permissions.iter().map(|name| Permission::everywhere(*name)).collect(),
        }))
    }

    async fn stop(self) {
        self.shutdown.begin();
        assert_eq!(self.tasks.finish(BOUND).map(Ok::<_, Infallible>).await, Ok(Vec::<&str>::new()));
    }
}

/// The contract's rows.
fn policies() -> PolicyTable {
    policy::RPCS
        .iter()
        .map(|rpc| RpcPolicy {
            path: rpc.path,
            permission: rpc.permission,
            scope_field: rpc.scope_field,
            exposure: match rpc.exposure {
                policy::Exposure::Public => Exposure::Public,
                policy::Exposure::Internal => Exposure::Internal,
            },
            idempotent: rpc.idempotent,
        })
        .collect()
}

fn header(name: &str) -> DocumentHeader {
    DocumentHeader { name: name.to_owned(), title: "Agent  runbook".to_owned() }
}

fn question(query: &str) -> SearchRequest {
    SearchRequest { query: query.to_owned(), ..SearchRequest::default() }
}

#[tokio::test]
async fn a_document_goes_all_the_way_in_and_out() {
    let place = Place::new();
    let room = place.open().await;
    let mesh = Mesh::over(room.handle.clone()).await;
    let ana = mesh.of(&["documents.read", "documents.manage"]);
    // Several pieces.
    let text = format!("# Agents\n\n{}\n\n## Unlinked\n\nLink it again.\n", "Filling text. ".repeat(40_000));
    let uploaded = ana.upload(header("agents.md"), Bytes::from(text)).await.expect("taken in");
    assert_eq!(uploaded.outcome, DocumentUploadOutcome::Created);
    let document = uploaded.document;
    assert_eq!((document.title.as_str(), document.stored_by.as_str()), ("Agent runbook", "ana"));

    let found = ana.search(question("unlinked")).await.expect("answered");
    assert_eq!(found.hits[0].passage.citation, "Agent runbook, Agents › Unlinked");
    assert_eq!(ana.list(ListDocuments::default()).await.expect("listed").documents[0], document);
    let request = GetDocument { document_id: document.id.clone(), ..GetDocument::default() };
    let read = ana.get(request.clone()).await.expect("read");
    assert_eq!((read.passages.len(), read.next_page_token.as_str()), (20, "20"));
    assert_eq!(ana.reindex().await.expect("begun").documents, 1);
    ana.delete(&document.id).await.expect("forgotten");
    assert_eq!(ana.get(request).await.expect_err("gone").reason, "DOCUMENT_NOT_FOUND");
    mesh.stop().await;
    room.close().await;
}

#[tokio::test]
async fn readers_may_not_manage_and_refusals_say_what_to_do() {
    let place = Place::new();
    let room = place.open().await;
    let mesh = Mesh::over(room.handle.clone()).await;
    let (reader, manager, stranger) =
        (mesh.of(&["documents.read"]), mesh.of(&["documents.manage"]), mesh.of(&["plan.read"]));
    let denied = |refusal: FaultBody| refusal.kind == ErrorKind::PermissionDenied;
    let text = || Bytes::from_static(b"text");
    assert!(denied(reader.upload(header("a.md"), text()).await.expect_err("a reader")));
    assert!(denied(reader.delete("x").await.expect_err("a reader")));
    assert!(denied(reader.reindex().await.expect_err("a reader")));
    assert!(denied(stranger.search(question("agent")).await.expect_err("a stranger")));
    assert!(denied(manager.list(ListDocuments::default()).await.expect_err("may not read")));

    let large = manager.upload(header("large.md"), vec![b'x'; 50 << 20].into()).await.expect_err("too large");
    assert_eq!((large.kind, large.reason.as_str()), (ErrorKind::InvalidArgument, "DOCUMENT_TOO_LARGE"));
    assert!(large.hint.is_some());
    let odd = manager.upload(header("a.exe"), text()).await.expect_err("no format");
    assert_eq!(
        (odd.reason.as_str(), odd.violations[0].field.as_str()),
        ("DOCUMENT_FORMAT_UNKNOWN", "header.name")
    );
    for (query, reason) in [("", "FIELD_MISSING"), ("what is it?", "DOCUMENT_QUERY_EMPTY")] {
        assert_eq!(reader.search(question(query)).await.expect_err("no words").reason, reason);
    }
    mesh.stop().await;
    room.close().await;
}
