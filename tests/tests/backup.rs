//! A backup that is made while everybody writes, put back elsewhere: nothing that was acknowledged before it is missing,
//! and what is put back proves that it is what it was.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use resync_tests::processes::{Ended, Product, Reply, resync};
use serde_json::Value;
use tempfile::TempDir;

const RUNBOOK: &str = "# Recovery\n\nAsk the night shift about zebrafish before anything else.\n";

async fn cli(folder: &Path, arguments: &[&str]) -> Result<Ended> {
    resync(folder, &[], arguments).await
}

#[tokio::test]
async fn a_backup_of_a_busy_product_is_put_back_elsewhere() -> Result<()> {
    let folder = TempDir::new()?;
    let mut product = Product::up(folder.path(), &[], &[]).await?;
    let admin = product.administrator().await?;
    let upload = "/api/documents?name=recovery.md";
    ensure!(admin.post(upload, "text/markdown", RUNBOOK.to_owned()).await?.status == 201);
    let before = "/api/audit/events?action=document.upload";
    admin.until(before, |reply| reply.body["entries"].as_array().is_some_and(|all| all.len() == 1)).await?;
    let stated = |reply: &Reply| reply.body["checkpoints"].as_array().is_some_and(|all| !all.is_empty());
    admin.until("/api/audit/checkpoints", stated).await?;

    let writing = tokio::spawn({
        let admin = admin.clone();
        async move {
            for number in 0.. {
                let path = format!("/api/documents?name=note-{}.md", number % 7);
                let text = format!("# Note\n\nWritten {number} times.\n");
                if admin.post(&path, "text/markdown", text).await.is_err() {
                    return;
                }
            }
        }
    });
    for number in 0..3 {
        let name = format!("copy-{number}");
        cli(folder.path(), &["backup", &name]).await?.expect(0, &["files", "keep it secret"])?;
    }
    cli(folder.path(), &["backup", "copy-0"]).await?.expect(1, &["is not empty"])?;
    cli(folder.path(), &["backup", "no-keys", "--without-keys"]).await?.expect(0, &[])?;
    writing.abort();
    for file in ["knowledge.sqlite", "audit.checkpoints", "root.key", "backup.json"] {
        let mode = std::fs::metadata(folder.path().join("copy-2").join(file))?.permissions().mode();
        ensure!(mode & 0o077 == 0, "{file} can be read by others: {mode:o}");
    }
    ensure!(!folder.path().join("no-keys/root.key").exists());
    ensure!(!folder.path().join("copy-2/cli.token").exists(), "a token of this machine");

    cli(folder.path(), &["restore", "copy-2"]).await?.expect(1, &["in use by another process"])?;
    for number in 0..3 {
        let elsewhere = format!("elsewhere-{number}");
        let restored =
            cli(folder.path(), &["restore", &format!("copy-{number}"), "--data-dir", &elsewhere]).await?;
        restored.expect(0, &["audit chain main: sound"])?;
    }
    cli(folder.path(), &["restore", "copy-2", "--data-dir", "elsewhere-2"])
        .await?
        .expect(1, &["--replace"])?;
    let replaced =
        cli(folder.path(), &["restore", "copy-2", "--replace", "--data-dir", "elsewhere-2"]).await?;
    replaced.expect(0, &["what was there before", "main: sound"])?;
    cli(folder.path(), &["restore", "no-keys", "--data-dir", "keyless"]).await?.expect(1, &["root.key"])?;
    ensure!(!folder.path().join("keyless/knowledge.sqlite").exists(), "nothing is left half put back");
    let mut damaged = std::fs::read(folder.path().join("copy-1/knowledge.sqlite"))?;
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    std::fs::write(folder.path().join("copy-1/knowledge.sqlite"), damaged)?;
    let refused = cli(folder.path(), &["restore", "copy-1", "--data-dir", "damaged"]).await?;
    refused.expect(1, &["knowledge.sqlite is not what was backed up"])?;
    std::fs::remove_file(folder.path().join("copy-0/backup.json"))?;
    cli(folder.path(), &["restore", "copy-0", "--data-dir", "partial"])
        .await?
        .expect(1, &["no complete backup"])?;
    product.process.kill().await?;

    // Another place, another product, the same memory.
    let place = TempDir::new()?;
    std::fs::rename(folder.path().join("elsewhere-2"), place.path().join(".resync"))?;
    let product = Product::up(place.path(), &[], &[]).await?;
    let admin = product.administrator().await?;
    let events = admin.get(before).await?.body;
    let kept = events["entries"].as_array().context("entries")?;
    ensure!(kept.iter().any(|entry| entry["event"]["parameters"]["name"] == "recovery.md"), "{events:#}");
    let restored = "/api/audit/events?action=backup.restore";
    let told =
        admin.until(restored, |reply| reply.body["entries"].as_array().is_some_and(|all| all.len() == 1));
    ensure!(told.await?.body["entries"][0]["event"]["parameters"]["log_is_sound"] == true);
    let found =
        admin.until("/api/documents/search?q=zebrafish", |reply| reply.body["hits"][0].is_object()).await?;
    ensure!(found.body["hits"][0]["passage"]["document_title"] == "Recovery", "{found:#?}");
    let verified = cli(place.path(), &["audit", "verify", "-o", "json"]).await?;
    verified.expect(0, &[])?;
    let verdicts: Value = serde_json::from_str(&verified.output)?;
    let compared = verdicts["verdicts"][0]["checkpoints"].as_u64();
    ensure!(compared.is_some_and(|compared| compared > 0), "{verdicts:#}");
    Ok(())
}
