//! The watched folder: what lies in it can be found, as it lies there, and what cannot be read says why.

use std::fs;

use resync_fault::Fault as _;

use crate::pdf::Pdf;
use crate::room::{Place, write};

#[tokio::test]
async fn files_come_change_and_go() {
    let place = Place { watched: true, ..Place::new() };
    let folder = place.runbooks();
    write(&folder, "night/agents.md", "# Agents\n\nLink the workstation.");
    write(&folder, "resources.txt", "Ask for more units.");
    write(&folder, "picture.png", "no document");
    write(&folder, "locked.pdf", Pdf::new("x").page(&["secret"]).locked("hunter2"));
    let room = place.open().await;
    room.until("the files", |index| index.documents == 3 && index.pending_documents == 0).await;
    assert_eq!(room.citations("units").await, ["resources.txt"]);
    assert_eq!(room.citations("workstation link").await, ["Agents"]);
    let documents = room.documents();
    let names: Vec<_> = documents.iter().map(|document| document.name.as_str()).collect();
    assert_eq!(names, ["locked.pdf", "night/agents.md", "resources.txt"]);
    let problem = documents[0].problem.as_ref().expect("it is locked");
    assert_eq!(
        (problem.reason.as_str(), problem.hint.as_str()),
        ("DOCUMENT_ENCRYPTED", "save it without a password")
    );
    assert_eq!(room.handle.status().unreadable_documents, 1);
    assert_eq!(room.handle.status().folder_problem, None);

    write(&folder, "night/agents.md", "# Agents\n\nCall somebody.");
    write(&folder, "locked.pdf", Pdf::new("Open").page(&["now readable"]).bytes());
    fs::remove_file(folder.join("resources.txt")).expect("removed");
    room.until("the changes", |index| index.documents == 2 && index.unreadable_documents == 0).await;
    let changed = || async { (room.citations("call somebody").await == ["Agents"]).then_some(()) };
    resync_testkit::eventually("the new text", crate::room::BOUND, changed).await.expect("it is read");
    assert_eq!(room.citations("units").await, Vec::<String>::new());
    assert_eq!(room.citations("readable").await, ["Open, p. 1"]);
    let held = room.handle.delete(&room.documents()[0].id).await.expect_err("it would come back");
    assert_eq!(held.reason(), "DOCUMENT_FROM_FOLDER");
    room.close().await;

    // Nothing changed while it was closed, and nothing is read again; what changed is.
    write(&folder, "night/agents.md", "# Agents\n\nReboot everything.");
    let room = place.open().await;
    let changed = || async { (room.citations("reboot").await == ["Agents"]).then_some(()) };
    resync_testkit::eventually("the change", crate::room::BOUND, changed).await.expect("it is read");
    room.close().await;
}

#[tokio::test]
async fn a_folder_that_is_away_or_suddenly_empty_loses_nothing() {
    let place = Place { watched: true, ..Place::new() };
    let (folder, elsewhere) = (place.runbooks(), place.runbooks().with_extension("moved"));
    write(&folder, "a.md", "first document");
    let room = place.open().await;
    room.until("the file", |index| index.passages == 1).await;
    fs::rename(&folder, &elsewhere).expect("unmounted");
    let status = room.until("the problem", |index| index.folder_problem.is_some()).await;
    assert_eq!(status.documents, 1);
    fs::create_dir(&folder).expect("an empty mount point");
    let is_empty = |problem: &Option<String>| problem.as_ref().is_some_and(|text| text.contains("is empty"));
    room.until("the emptiness", |index| is_empty(&index.folder_problem)).await;
    assert_eq!(room.citations("first document").await, ["a.md"]);
    // Who means it says so.
    room.handle.delete(&room.documents()[0].id).await.expect("its file is gone");
    room.until("peace", |index| index.folder_problem.is_none() && index.documents == 0).await;
    fs::remove_dir(&folder).expect("removed");
    fs::rename(&elsewhere, &folder).expect("mounted again");
    room.until("the file again", |index| index.passages == 1).await;
    room.close().await;
}

#[tokio::test]
async fn files_that_cannot_be_taken_in_are_named() {
    let mut place = Place { watched: true, ..Place::new() };
    place.limits.document_bytes = 100;
    place.limits.folder_files = 2;
    let folder = place.runbooks();
    write(&folder, "large.md", "word ".repeat(50));
    write(&folder, "small.md", "fits");
    let room = place.open().await;
    let status =
        room.until("both looks", |index| index.passages == 1 && index.folder_problem.is_some()).await;
    assert_eq!(
        status.folder_problem.as_deref(),
        Some("not taken in: large.md: the document is larger than 100 bytes")
    );
    write(&folder, "large.md", "small now");
    room.until("no problem", |index| index.passages == 2 && index.folder_problem.is_none()).await;
    room.close().await;
}
