//! The index survives what happens to its folder, and finds what was put in last.

use super::*;
use chrono::DateTime;
use resync_api::documents::model::{DocumentFormat, DocumentSource};

fn document(id: &str, title: &str) -> Document {
    Document {
        id: id.to_owned(),
        name: format!("{id}.md"),
        title: title.to_owned(),
        format: DocumentFormat::Markdown,
        source: DocumentSource::Upload,
        size_bytes: 1,
        sha256: format!("sha of {title}"),
        passages: 1,
        pages: 0,
        stored_at: DateTime::UNIX_EPOCH,
        stored_by: String::new(),
        problem: None,
    }
}

fn put(id: &str, title: &str, texts: &[&str]) -> Change {
    let pieces = texts
        .iter()
        .map(|text| Piece { section: vec!["Part".to_owned()], page: Some(2), text: (*text).to_owned() })
        .collect();
    Change::Put { document: document(id, title).into(), pieces }
}

fn found(index: &Index, query: &str, among: &[&str]) -> Vec<String> {
    let among: Vec<_> = among.iter().map(|id| (*id).to_owned()).collect();
    let hits = index.search(&Question::parse(query).unwrap(), &among, 10).unwrap();
    hits.into_iter().map(|(passage, _)| format!("{}/{}", passage.document_id, passage.ordinal)).collect()
}

#[test]
fn documents_are_put_replaced_and_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let (index, fresh) = Index::open(folder.path()).unwrap();
    assert!(fresh);
    index
        .write(vec![
            put("a", "Agents", &["Restart the agent.", "Then link it."]),
            put("b", "Resources", &["A resource has units. An agent does not."]),
        ])
        .unwrap();
    assert_eq!(found(&index, "restarting agents", &[]), ["a/0", "a/1", "b/0"]);
    assert_eq!(found(&index, "restarting agents", &["b"]), ["b/0"]);
    assert_eq!(index.passages("a", 0, 9).unwrap().len(), 2);
    assert_eq!(index.passage("a", 1).unwrap().unwrap().citation, "Agents, Part, p. 2");
    assert!(index.has(&document("a", "Agents")).unwrap() && !index.has(&document("a", "Other")).unwrap());

    index
        .write(vec![put("a", "Agents", &["Call somebody."]), Change::Delete { id: "b".to_owned() }])
        .unwrap();
    assert_eq!(found(&index, "call restart resource", &[]), ["a/0"]);
    assert_eq!((index.len(), index.passage("a", 1).unwrap()), (1, None));
    index.keep_only(&[document("a", "Agents")]).unwrap();
    assert_eq!(index.len(), 1);
    index.keep_only(&[]).unwrap();
    assert_eq!(index.len(), 0);
}

#[test]
fn it_is_there_after_a_restart_and_empty_after_damage_or_another_version() {
    let folder = tempfile::tempdir().unwrap();
    let open = || Index::open(folder.path()).unwrap();
    let fill = |index: &Index| index.write(vec![put("a", "Agents", &["Restart the agent."])]).unwrap();
    fill(&open().0);
    let (index, fresh) = open();
    assert_eq!((fresh, found(&index, "agent", &[])), (false, vec!["a/0".to_owned()]));
    drop(index);

    let files = folder.path().join(FILES);
    let largest = fs::read_dir(&files).unwrap().map(|entry| entry.unwrap().path());
    let store = largest.into_iter().find(|path| path.extension().is_some_and(|end| end == "store")).unwrap();
    let mut bytes = fs::read(&store).unwrap();
    bytes[3] ^= 0xff;
    fs::write(&store, bytes).unwrap();
    let (index, fresh) = open();
    assert_eq!((fresh, index.len()), (true, 0));
    fill(&index);
    drop(index);

    fs::write(files.join("meta.json"), "{").unwrap();
    assert!(open().1);
    fs::remove_dir_all(&files).unwrap();
    assert!(open().1);
    fs::write(folder.path().join(MADE_BY), "0 0.0.1").unwrap();
    assert!(open().1);
    assert!(!open().1);
}

#[test]
fn a_question_without_words_or_too_long_is_refused() {
    assert_eq!(Question::parse("how do I do it?").unwrap_err(), Error::QueryEmpty);
    assert_eq!(Question::parse(&"x".repeat(1_001)).unwrap_err(), Error::QueryTooLong { limit: 1_000 });
    let many: String = (0..200).map(|number| format!("w{number} ")).collect();
    assert_eq!(Question::parse(&many).unwrap().shown().len(), 32);
}
