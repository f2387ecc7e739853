//! The file keeps what it acknowledged, in order, within its bound, whatever a crash leaves of it.

use super::*;
use serde::Deserialize;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Item {
    id: String,
    text: String,
}

fn item(id: &str) -> Item {
    Item { id: id.to_owned(), text: "text\nwith a line feed ".repeat(14) }
}

async fn ids(spool: &Spool<Item>) -> Vec<String> {
    spool.peek(100).await.unwrap().0.into_iter().map(|item| item.id).collect()
}

#[tokio::test]
async fn items_come_out_in_order_and_the_file_empties() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("spool");
    let spool = Spool::<Item>::open(&path, 10_000).await.unwrap();
    assert!(spool.is_empty());
    spool.push(&[item("a"), item("b")]).await.unwrap();
    spool.push(&[item("c")]).await.unwrap();
    let (first, mark) = spool.peek(2).await.unwrap();
    assert_eq!(first, [item("a"), item("b")]);
    spool.shipped(mark).await.unwrap();
    assert_eq!(ids(&spool).await, ["c"]);
    // What was shipped is known to this process only: another one ships it again.
    assert_eq!(ids(&Spool::<Item>::open(&path, 10_000).await.unwrap()).await, ["a", "b", "c"]);
    let (_, mark) = spool.peek(2).await.unwrap();
    spool.push(&[item("d")]).await.unwrap();
    spool.shipped(mark).await.unwrap();
    assert_eq!(ids(&spool).await, ["d"]);
    let (_, mark) = spool.peek(2).await.unwrap();
    spool.shipped(mark).await.unwrap();
    assert!(spool.is_empty());
    assert_eq!(std::fs::metadata(&path).unwrap().len(), 0);
}

#[tokio::test]
async fn a_full_file_refuses_and_keeps_what_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("spool");
    let spool = Spool::<Item>::open(&path, 900).await.unwrap();
    spool.push(&[item("a")]).await.unwrap();
    let refused = spool.push(&[item("b"), item("c")]).await;
    assert!(matches!(refused, Err(SpoolError::Full { bytes: 900 })), "{refused:?}");
    spool.push(&[item("d")]).await.unwrap();
    assert_eq!(ids(&Spool::<Item>::open(&path, 900).await.unwrap()).await, ["a", "d"]);
}

#[tokio::test]
async fn a_line_that_was_cut_off_is_dropped_and_a_damaged_one_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("spool");
    let spool = Spool::<Item>::open(&path, 10_000).await.unwrap();
    spool.push(&[item("a"), item("b")]).await.unwrap();
    let whole = std::fs::read(&path).unwrap();
    let line = whole.len() / 2;
    for cut in 1..line {
        std::fs::write(&path, &whole[..whole.len() - cut]).unwrap();
        let spool = Spool::<Item>::open(&path, 10_000).await.unwrap();
        assert_eq!(ids(&spool).await, ["a"], "{cut} bytes missing");
        spool.push(&[item("c")]).await.unwrap();
        assert_eq!(ids(&Spool::<Item>::open(&path, 10_000).await.unwrap()).await, ["a", "c"]);
    }
    let mut damaged = whole;
    damaged[line / 2] ^= 1;
    std::fs::write(&path, damaged).unwrap();
    assert!(matches!(Spool::<Item>::open(&path, 10_000).await, Err(SpoolError::Unusable(_))));
}
