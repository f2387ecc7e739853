//! A process is killed between claiming a key and completing it. Whatever the moment, the operation never runs twice.
//!
//! The process is this test's own program, started again for one test: it claims, executes by writing a line, completes.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use resync_api::cache::model::Claim;
use resync_cache::{Config, SqliteConfig, StoreConfig};
use resync_testkit::eventually;
use tokio::process::{Child, Command};

use crate::support::{BOUND, MINUTE, Place, Role, claim, in_both_stores, redis, response};

const STORE: &str = "RESYNC_TEST_STORE";
const FOLDER: &str = "RESYNC_TEST_FOLDER";
const ATTEMPT: &str = "RESYNC_TEST_ATTEMPT";
const HANGS: &str = "RESYNC_TEST_HANGS";
const KEY: &str = "kill";

in_both_stores!(a_killed_process_never_makes_an_operation_run_twice);

/// Executed once more whenever a line is added.
fn executed(folder: &Path) -> PathBuf {
    folder.join("executed")
}

fn runs(folder: &Path) -> usize {
    fs::read_to_string(executed(folder)).map_or(0, |lines| lines.lines().count())
}

#[tokio::test]
#[ignore = "the process that the tests beside start and kill"]
async fn the_process() {
    let variable = |name| std::env::var(name).unwrap_or_default();
    let (store, folder, attempt) = (variable(STORE), PathBuf::from(variable(FOLDER)), variable(ATTEMPT));
    if store.is_empty() {
        return;
    }
    let store = match store.strip_prefix("file:") {
        Some(path) => StoreConfig::Sqlite(SqliteConfig::new(path)),
        None => StoreConfig::Redis(Box::new(redis(&store))),
    };
    let role = Role::open(Config::new(store)).await.expect("opens");
    let key = variable("RESYNC_TEST_KEY");
    fs::write(folder.join(format!("ready-{attempt}")), "").expect("written");
    if let Claim::Granted { token, .. } =
        role.client.claim(claim(&key, "h", &attempt)).await.expect("answered")
    {
        let mut file = OpenOptions::new().create(true).append(true).open(executed(&folder)).expect("opens");
        file.write_all(format!("{attempt}\n").as_bytes()).expect("written");
        if !variable(HANGS).is_empty() {
            std::future::pending::<()>().await;
        }
        role.client.complete(token, response("{}"), MINUTE).await.expect("completed");
    }
    role.stop().await;
}

fn start(store: &str, folder: &Path, key: &str, attempt: &str, hangs: bool) -> Child {
    Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "crash::the_process", "--ignored"])
        .env(STORE, store)
        .env(FOLDER, folder)
        .env(ATTEMPT, attempt)
        .env("RESYNC_TEST_KEY", key)
        .env(HANGS, if hangs { "1" } else { "" })
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("starts")
}

async fn a_killed_process_never_makes_an_operation_run_twice(place: Place) {
    let files = tempfile::tempdir().expect("a folder");
    let store = match &place {
        Place::File(folder) => format!("file:{}", folder.path().join("cache.sqlite").display()),
        Place::Redis(server) => server.url(),
    };
    let written = |name: String| {
        let path = files.path().join(name);
        async move { eventually("a sign of the process", BOUND, || async { path.exists().then_some(()) }).await }
    };

    // Killed after it has executed: the next one must be refused.
    let mut first = start(&store, files.path(), KEY, "first", true);
    written("executed".to_owned()).await.expect("it executes");
    first.kill().await.expect("it ran");
    let second = start(&store, files.path(), KEY, "second", false).wait().await.expect("it ends");
    assert!(second.success());
    assert_eq!(fs::read_to_string(executed(files.path())).expect("written"), "first\n");
    let role = place.open().await;
    let claimed = role.client.claim(claim(KEY, "h", "third")).await.expect("answered");
    assert!(matches!(claimed, Claim::InProgress { .. }), "{claimed:?}");
    role.stop().await;

    // Killed at any moment around the claim: executed once at most, and by whom it was is known.
    for round in 0..12_u64 {
        let (key, attempt) = (format!("round-{round}"), format!("a{round}"));
        let before = runs(files.path());
        let mut racing = start(&store, files.path(), &key, &attempt, false);
        written(format!("ready-{attempt}")).await.expect("it is ready");
        // Not a wait for anything: the moment of the kill is what varies.
        tokio::time::sleep(Duration::from_micros(300 * round)).await;
        racing.kill().await.expect("it ran");
        let after = start(&store, files.path(), &key, &format!("b{round}"), false).wait().await;
        assert!(after.expect("it ends").success());
        assert!(runs(files.path()) - before <= 1, "round {round}");
    }
}
