//! Nearest first, through restarts, damage, other models and full memory.

use super::*;
use chrono::DateTime;
use proptest::collection::vec;
use proptest::prelude::*;
use resync_api::documents::model::{DocumentFormat, DocumentSource};

fn document(id: &str, passages: u32) -> Document {
    Document {
        id: id.to_owned(),
        name: id.to_owned(),
        title: id.to_owned(),
        format: DocumentFormat::Text,
        source: DocumentSource::Upload,
        size_bytes: 1,
        sha256: id.to_owned(),
        passages,
        pages: 0,
        stored_at: DateTime::UNIX_EPOCH,
        stored_by: String::new(),
        problem: None,
    }
}

#[test]
fn the_nearest_passages_come_first_and_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (document("a", 2), document("b", 1));
    let open =
        |model: &str, limit| Vectors::open(folder.path(), model, limit, &[a.clone(), b.clone()]).unwrap();
    let mut vectors = open("m", 10);
    vectors.put(&a, &[vec![1.0, 0.0, 0.0], vec![0.0, 5.0, 0.0]]).unwrap();
    vectors.put(&b, &[vec![3.0, 3.0, 0.0]]).unwrap();
    assert!(vectors.put(&b, &[vec![3.0, 3.0]]).is_err(), "a model does not change its mind");

    let places = |vectors: &Vectors, among: &[String]| -> Vec<_> {
        let near = vectors.search(&[0.1, 2.0, 0.0], among, 0.5, 9);
        near.into_iter().map(|near| format!("{}/{}", near.document, near.ordinal)).collect()
    };
    assert_eq!(places(&vectors, &[]), ["a/1", "b/0"]);
    assert_eq!(places(&vectors, &["b".to_owned()]), ["b/0"]);
    let again = open("m", 10);
    assert_eq!((again.len(), places(&again, &[])), (3, places(&vectors, &[])));
    assert!(again.has(&a) && !again.has(&document("a", 3)));
    assert!(again.search(&[1.0, 0.0], &[], 0.0, 9).is_empty(), "of another length");

    let small = open("m", 2);
    assert_eq!((small.len(), small.has_room_for(&b), small.has_room_for(&a)), (2, false, true));
    let file = folder.path().join(again.file(&a));
    fs::write(&file, b"damaged").unwrap();
    assert_eq!(open("m", 10).len(), 1);
    assert_eq!(open("other model", 10).len(), 0);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "what belongs to no model is removed");
}

proptest! {
    #[test]
    fn the_fast_product_is_the_plain_one(pairs in vec((-1.0..1.0_f32, -1.0..1.0_f32), 0..40)) {
        let (a, b): (Vec<f32>, Vec<f32>) = pairs.iter().copied().unzip();
        let plain: f32 = pairs.iter().map(|(a, b)| a * b).sum();
        prop_assert!((dot(&a, &b) - plain).abs() < 1e-4);
    }

    #[test]
    fn any_file_is_loaded_or_left(bytes in vec(any::<u8>(), 0..200)) {
        let folder = tempfile::tempdir().unwrap();
        let vectors = Vectors::open(folder.path(), "m", 10, &[]).unwrap();
        fs::write(folder.path().join("x"), bytes).unwrap();
        prop_assert_eq!(vectors.load("x", 1), None);
    }
}
