//! Runbooks as people keep them: uploaded over REST and the command line, found, shown and removed, by those who may.

use std::fmt::Write as _;

use anyhow::{Context as _, Result, ensure};
use resync_tests::processes::{Outside, Product, Reply, resync};
use serde_json::json;
use tempfile::TempDir;

const USERS: &str = "[users.viewer]\npassword = 'only-looking'\n\
                     [users.night]\npassword = 'runs-the-plan'\nrole = 'operator'\n";
const RUNBOOK: &str = "# Agents\n\n## A workstation does not link\n\nStart netman with the command StartUp and look at \
                       port 31111.\n\n## Disk full\n\nRemove old stdlist folders.\n";
/// More than an ordinary body may have.
const LARGE: usize = 3 << 19;

/// A PDF of one page with one line of text, and so many bytes of something that is not shown.
fn pdf(line: &str, hidden: usize) -> String {
    let content = format!("BT /F1 12 Tf 50 800 Td ({line}) Tj ET");
    let stream = |content: &str| format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len());
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        stream(&content),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
        stream(&"x".repeat(hidden)),
    ];
    let (mut file, mut places) = ("%PDF-1.4\n".to_owned(), String::new());
    for (number, object) in (1..).zip(&objects) {
        let _ = writeln!(places, "{:010} 00000 n ", file.len());
        let _ = write!(file, "{number} 0 obj\n{object}\nendobj\n");
    }
    let begin = file.len();
    let _ = write!(
        file,
        "xref\n0 7\n0000000000 65535 f \n{places}trailer\n<< /Size 7 /Root 1 0 R >>\nstartxref\n{begin}\n%%EOF\n"
    );
    file
}

fn citation(reply: &Reply) -> &str {
    reply.body["hits"][0]["passage"]["citation"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn documents_are_kept_found_and_removed_by_those_who_may() -> Result<()> {
    let folder = TempDir::new()?;
    std::fs::write(folder.path().join("settings.toml"), USERS)?;
    let product = Product::up(folder.path(), &[], &[]).await?;
    let admin = product.administrator().await?;
    let viewer = Outside::log_in(&product.url, "viewer", "only-looking").await?;
    let night = Outside::log_in(&product.url, "night", "runs-the-plan").await?;
    let upload = "/api/documents?name=agents.md";
    let markdown = || RUNBOOK.to_owned();

    for one in [&viewer, &night] {
        let refused = one.post(upload, "text/markdown", markdown()).await?;
        refused.expect_problem(403, "PERMISSION_DENIED", "documents.manage")?;
        one.delete("/api/documents/agents.md").await?.expect_problem(403, "PERMISSION_DENIED", "manage")?;
        let refused = one.post("/api/documents/reindex", "text/plain", String::new()).await?;
        refused.expect_problem(403, "PERMISSION_DENIED", "documents.manage")?;
    }
    let made = admin.post(upload, "text/markdown", markdown()).await?;
    ensure!(made.status == 201 && made.body["outcome"] == "created", "{made:#?}");
    let again = admin.post(upload, "text/markdown", markdown()).await?;
    ensure!(again.status == 200 && again.body["outcome"] == "unchanged", "{again:#?}");
    for (path, content_type, status, code) in [
        ("/api/documents", "text/markdown", 400, "FIELD_INVALID"),
        ("/api/documents?name=a.md&titel=x", "text/markdown", 400, "FIELD_UNKNOWN"),
        ("/api/documents?name=../a.md", "text/markdown", 400, "DOCUMENT_NAME_INVALID"),
        (upload, "multipart/form-data; boundary=x", 415, "MEDIA_TYPE_UNSUPPORTED"),
        (upload, "application/x-www-form-urlencoded", 415, "MEDIA_TYPE_UNSUPPORTED"),
    ] {
        admin.post(path, content_type, markdown()).await?.expect_problem(status, code, "")?;
    }
    let large = admin.post(upload, "text/markdown", "x".repeat((32 << 20) + 1)).await?;
    large.expect_problem(413, "BODY_TOO_LARGE", "33554432")?;
    let long = pdf("Restart the mailman process", LARGE);
    let kept = admin.post("/api/documents?name=long.pdf", "application/pdf", long).await?;
    ensure!(kept.status == 201, "more than an ordinary body may have: {}", kept.status);
    let printed = pdf("Recover the Symphony file with stageman and logman", 0);
    let made =
        admin.post("/api/documents?name=recovery.pdf&title=Recovery", "application/pdf", printed).await?;
    ensure!(made.status == 201 && made.body["document"]["pages"] == 1, "{made:#?}");
    let id = made.body["document"]["id"].as_str().context("an identifier")?;

    let found = viewer.until("/api/documents/search?q=netman%20StartUp", |reply| !citation(reply).is_empty());
    let found = found.await?;
    ensure!(citation(&found).contains("A workstation does not link"), "{found:#?}");
    let found = viewer.until("/api/documents/search?q=stageman&limit=1", |reply| !citation(reply).is_empty());
    ensure!(found.await?.body["hits"][0]["passage"]["page"] == 1);
    for name in [id, "recovery.pdf"] {
        let shown = viewer.get(&format!("/api/documents/{name}")).await?;
        ensure!(shown.body["document"]["title"] == "Recovery", "{name}: {shown:#?}");
        ensure!(shown.body["passages"].to_string().contains("Symphony"), "{shown:#?}");
    }
    let listed = viewer.get("/api/documents?page_size=2").await?.body;
    ensure!(listed["total_size"] == 3 && listed["documents"][0]["name"] == "agents.md", "{listed:#}");
    viewer.get("/api/documents/search").await?.expect_problem(400, "FIELD_INVALID", "required")?;

    let cli = async |arguments: &[&str]| resync(folder.path(), &[], arguments).await;
    std::fs::write(folder.path().join("night.pdf"), pdf("Call the database team before a second rerun", 0))?;
    cli(&["documents", "add", "night.pdf", "--title", "Night shift"])
        .await?
        .expect(0, &["night.pdf is added"])?;
    cli(&["documents", "add", "settings.toml"]).await?.expect(2, &["settings.toml"])?;
    let manual = pdf("Look at the mailbox of the agent", LARGE);
    std::fs::write(folder.path().join("manual.pdf"), manual)?;
    let added = cli(&["documents", "add", "manual.pdf"]).await?;
    added.expect(0, &["manual.pdf is added"]).context("over gRPC, larger than an ordinary message may be")?;
    cli(&["documents", "list"]).await?.expect(0, &["night.pdf", "Night shift", "agents.md", "admin"])?;
    cli(&["documents", "show", "night.pdf"]).await?.expect(0, &["database team"])?;
    let search = ["documents", "search", "second rerun database"];
    let hit = resync_testkit::eventually("the passage", resync_tests::processes::PATIENCE, async || {
        let ended = cli(&search).await.ok()?;
        ended.output.contains("Night shift").then_some(())
    });
    hit.await?;
    cli(&["documents", "reindex"]).await?.expect(0, &["are being read again"])?;
    cli(&["documents", "remove", "night.pdf"]).await?.expect(0, &["is removed"])?;
    cli(&["documents", "show", "night.pdf"]).await?.expect(3, &["no document"])?;

    let removed = admin.delete("/api/documents/recovery.pdf").await?;
    ensure!(removed.status == 204, "{removed:#?}");
    admin.get("/api/documents/recovery.pdf").await?.expect_problem(404, "DOCUMENT_NOT_FOUND", "")?;
    let gone = viewer.until("/api/documents/search?q=stageman", |reply| reply.body["hits"] == json!([]));
    gone.await?;
    let uploads = "/api/audit/events?action=document.upload&result=succeeded";
    let told =
        admin.until(uploads, |reply| reply.body["entries"].as_array().is_some_and(|all| all.len() == 6));
    told.await?;
    Ok(())
}
