//! What is kept stays kept, through restarts and crashes, and never grows beyond its bound.

use super::*;
use chrono::DateTime;
use resync_api::documents::model::{DocumentFormat, DocumentSource};

fn document(id: &str, content: &[u8]) -> Document {
    Document {
        id: id.to_owned(),
        name: format!("{id}.md"),
        title: id.to_owned(),
        format: DocumentFormat::Markdown,
        source: DocumentSource::Upload,
        size_bytes: content.len() as u64,
        sha256: hash(content),
        passages: 1,
        pages: 0,
        stored_at: DateTime::UNIX_EPOCH,
        stored_by: "ana".to_owned(),
        problem: None,
    }
}

async fn put(store: &FileStore, id: &str, content: &'static [u8]) -> Result<(), Error> {
    store.put(document(id, content), Some(Bytes::from_static(content))).await
}

async fn content(store: &FileStore, id: &str) -> Option<Bytes> {
    store.content(id).await.unwrap()
}

fn contents(folder: &Path) -> usize {
    fs::read_dir(folder.join(CONTENTS)).unwrap().count()
}

#[tokio::test]
async fn documents_survive_a_restart_and_contents_live_as_long_as_a_document_has_them() {
    let folder = tempfile::tempdir().unwrap();
    let open = || FileStore::open(folder.path(), Bounds::default()).unwrap();
    let store = open();
    put(&store, "a", b"same").await.unwrap();
    put(&store, "../b", b"same").await.unwrap();
    put(&store, "c", b"other").await.unwrap();
    assert_eq!(contents(folder.path()), 2);

    let store = open();
    assert_eq!(store.list().await.unwrap().len(), 3);
    assert_eq!(content(&store, "../b").await.unwrap(), "same");
    put(&store, "a", b"newer").await.unwrap();
    store.delete("../b").await.unwrap();
    store.delete("../b").await.unwrap();
    assert_eq!(contents(folder.path()), 2, "nobody has the old one any more");

    let mut renamed = document("c", b"other");
    renamed.title = "C".to_owned();
    store.put(renamed.clone(), None).await.unwrap();
    assert_eq!(open().list().await.unwrap(), [document("a", b"newer"), renamed]);
    assert!(store.put(document("d", b"never sent"), None).await.is_err());
    assert_eq!(content(&store, "d").await, None);
}

#[tokio::test]
async fn a_full_store_refuses_and_drops_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = FileStore::open(folder.path(), Bounds { bytes: 10, documents: 2 }).unwrap();
    put(&store, "a", b"123456").await.unwrap();
    assert!(matches!(put(&store, "b", b"654321").await, Err(Error::StoreFull { .. })));
    put(&store, "b", b"123456").await.unwrap();
    assert!(matches!(put(&store, "c", b"1").await, Err(Error::StoreFull { .. })));
    put(&store, "a", b"1234567890").await.expect_err("together with b it is too much");
    store.delete("b").await.unwrap();
    put(&store, "a", b"1234567890").await.unwrap();
    assert_eq!(store.list().await.unwrap(), [document("a", b"1234567890")]);
}

#[tokio::test]
async fn what_a_crash_leaves_over_is_removed_unless_a_record_is_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let open = || FileStore::open(folder.path(), Bounds::default()).unwrap();
    put(&open(), "a", b"kept").await.unwrap();
    let left_over = || fs::write(folder.path().join(CONTENTS).join(hash(b"left")), b"left").unwrap();
    left_over();
    fs::write(folder.path().join(DRAFT), b"half").unwrap();
    let store = open();
    assert_eq!(contents(folder.path()), 1);
    assert_eq!(content(&store, "a").await.unwrap(), "kept");

    // The content of a damaged record might be the one left over.
    fs::write(folder.path().join(RECORDS).join(record_name("b")), b"{").unwrap();
    left_over();
    assert_eq!(open().list().await.unwrap().len(), 1);
    assert_eq!(contents(folder.path()), 2);

    fs::write(folder.path().join(CONTENTS).join(hash(b"kept")), b"bent").unwrap();
    let damaged = open().content("a").await.unwrap_err();
    assert!(damaged.to_string().contains("damaged"), "{damaged}");
}
