//! Bad input that only the whole mesh can judge: each is refused with what is wrong, where, and what to do,
//! over REST and over gRPC alike, and nothing falls over.

use anyhow::{Context as _, Result, ensure};
use hwa_simulator::JobTruth;
use resync_fault::status::from_status;
use resync_testkit::eventually;
use resync_tests::processes::{GenericGrpc, Outside, PATIENCE, Product, SimulatedEngine, resync};
use serde_json::json;
use tempfile::TempDir;
use tonic::Code;

const LIST_JOBS: &str = "resync.tws.v1.TwsService/ListJobs";
const GET_JOB: &str = "resync.tws.v1.TwsService/GetJob";
const ASK: &str = "resync.agent.v1.AgentService/Ask";

#[tokio::test]
async fn bad_input_is_refused_with_what_is_wrong_and_what_to_do() -> Result<()> {
    let folder = TempDir::new()?;
    let engine = SimulatedEngine::start(folder.path(), "engine", &["--seed", "76"]).await?;
    let settings = engine.settings("production", engine.address, &[]);
    std::fs::write(folder.path().join("settings.toml"), settings)?;
    let product = Product::up(folder.path(), &[], &[]).await?;
    let admin = product.administrator().await?;
    let grpc = GenericGrpc::connect(&admin.url, &admin.token).await?;
    admin.plan_is_read().await?;

    bad_bodies(&admin).await?;
    bad_queries(&admin, &grpc).await?;
    unknown_objects(&admin, &grpc, &engine).await?;

    let command = resync(folder.path(), &[], &["jobs", "statsu = ERROR"]).await?;
    command.expect(2, &["statsu", "did you mean status?", "hint: "])?;
    let answer = admin.ask("how many jobs failed?").await?;
    ensure!(answer.body["kind"] == "answer", "after all that it still answers: {answer:#?}");
    Ok(())
}

async fn bad_bodies(admin: &Outside) -> Result<()> {
    let json = "application/json";
    let question = |text: &str| json!({ "message": text }).to_string();
    for (content_type, body, status, code, says) in [
        (json, "{\"message\": \"why".to_owned(), 400, "JSON_MALFORMED", "line 1"),
        (
            json,
            "{\"message\": \"hi\", \"engin\": \"x\"}".to_owned(),
            400,
            "FIELD_UNKNOWN",
            "Did you mean engine?",
        ),
        (json, question(&"x".repeat(100_000)), 413, "BODY_TOO_LARGE", "65536"),
        ("text/plain", question("hi"), 415, "MEDIA_TYPE_UNSUPPORTED", "application/json"),
        (
            json,
            json!({"message": "hi", "engine": "prodution"}).to_string(),
            404,
            "ENGINE_UNKNOWN",
            "production",
        ),
        (json, json!({"message": "hi", "agent_id": "nobody"}).to_string(), 404, "AGENT_UNKNOWN", "nobody"),
        (
            json,
            json!({"message": "how many jobs failed?", "time_zone": "Mars/Base"}).to_string(),
            400,
            "TIME_ZONE_UNKNOWN",
            "\"field\":\"time_zone\"",
        ),
    ] {
        let what = format!("{content_type} {body:.60}");
        let reply = admin.post("/api/chat", content_type, body).await?;
        reply.expect_problem(status, code, says).context(what.clone())?;
        ensure!(!reply.hint().is_empty(), "{what}: no hint: {reply:#?}");
    }
    Ok(())
}

async fn bad_queries(admin: &Outside, grpc: &GenericGrpc) -> Result<()> {
    for (filter, code, says) in [
        ("status =", "FILTER_INVALID", "character 9"),
        ("statsu = ERROR", "FIELD_UNKNOWN", "did you mean status?"),
        ("status = BROKEN", "FILTER_VALUE", "character 10"),
        ("priority = high", "FILTER_VALUE", "character 12"),
    ] {
        let encoded = filter.replace(' ', "%20").replace('=', "%3D");
        let reply = admin.get(&format!("/api/engines/production/jobs?filter={encoded}")).await?;
        reply.expect_problem(400, code, says).with_context(|| filter.to_owned())?;
        ensure!(!reply.hint().is_empty(), "{filter}: no hint: {reply:#?}");
        ensure!(reply.body["errors"][0]["field"] == "filter", "{filter}: which field? {reply:#?}");

        let refused = grpc.call(LIST_JOBS, &[("engine", "production"), ("filter", filter)]).await;
        let refused = refused.err().with_context(|| filter.to_owned())?;
        let fault = from_status(&refused);
        ensure!(refused.code() == Code::InvalidArgument && fault.reason == code, "{filter}: {fault:?}");
        ensure!(fault.hint.as_deref() == Some(reply.hint()), "{filter}: {fault:?}");
        ensure!(fault.violations.first().is_some_and(|one| one.field == "filter"), "{filter}: {fault:?}");
    }
    let order = admin.get("/api/engines/production/jobs?order_by=sped").await?;
    ensure!(order.status == 400 && order.body["errors"][0]["field"] == "order_by", "{order:#?}");
    let page = admin.get("/api/engines/production/jobs?page_token=made-up").await?;
    page.expect_problem(400, "PAGE_TOKEN_INVALID", "page_token")?;
    Ok(())
}

async fn unknown_objects(admin: &Outside, grpc: &GenericGrpc, engine: &SimulatedEngine) -> Result<()> {
    for path in ["/api/status?engine=prodution", "/api/engines/prodution/jobs"] {
        admin.get(path).await?.expect_problem(404, "ENGINE_UNKNOWN", "production")?;
    }
    // A key with one letter missing at its end: the nearest is the right one.
    let incident = engine.incident("disk_full").await?;
    let job: JobTruth =
        serde_json::from_value(engine.truth(&format!("/truth/jobs/{}", incident.symptom.id)).await?)?;
    let typo = &job.key[..job.key.len() - 1];
    let encoded = typo.replace('/', "%2F").replace('#', "%23");
    let reply = admin.get(&format!("/api/engines/production/jobs/{encoded}")).await?;
    reply.expect_problem(404, "OBJECT_NOT_FOUND", &job.name)?;
    ensure!(reply.hint().starts_with("did you mean"), "{reply:#?}");
    let refused = grpc.call(GET_JOB, &[("engine", "production"), ("job", typo)]).await;
    let refused = refused.err().context("there is no such job")?;
    ensure!(refused.code() == Code::NotFound, "{refused:?}");
    ensure!(from_status(&refused).hint.as_deref() == Some(reply.hint()), "{refused:?}");

    let typo = &job.name[..job.name.len() - 1];
    let answer = admin.ask(&format!("why did {typo} fail?")).await?;
    let text = answer.body.to_string();
    ensure!(answer.status == 200 && text.contains(&job.name), "the nearest name is offered: {answer:#?}");
    Ok(())
}

#[tokio::test]
async fn tokens_that_are_not_valid_any_more_or_never_were_are_told_apart() -> Result<()> {
    let folder = TempDir::new()?;
    let engine = SimulatedEngine::start(folder.path(), "engine", &["--seed", "77"]).await?;
    let (here, there) = (folder.path().join("here"), folder.path().join("there"));
    std::fs::create_dir(&here)?;
    std::fs::create_dir(&there)?;
    let environment = engine.environment();
    let short = ["auth.access_token_lifetime=1s"];
    let product = Product::up(&here, &environment, &short).await?;
    let foreign = Product::up(&there, &environment, &[]).await?;
    let foreign = foreign.administrator().await?.token;
    let admin = product.administrator().await?;
    let grpc = GenericGrpc::connect(&admin.url, "").await?;
    let fields = [("question.message", "how many jobs failed?")];

    let expired = async || admin.get("/api/status").await.ok().filter(|reply| reply.status == 401);
    eventually("the end of the token", PATIENCE, expired).await?;
    let (head, signature) = admin.token.rsplit_once('.').context("a token is signed")?;
    let forged = format!("{head}.{}", signature.chars().rev().collect::<String>());
    for (token, code, says) in [
        (admin.token.as_str(), "TOKEN_EXPIRED", "refresh"),
        (&foreign, "TOKEN_INVALID", "log in again"),
        (&forged, "TOKEN_INVALID", "log in again"),
        ("rubbish", "TOKEN_INVALID", "log in again"),
        ("", "LOGIN_REQUIRED", "resync login"),
    ] {
        let caller = admin.with_token(token);
        for path in ["/api/status", "/api/engines/default/jobs", "/api/agents"] {
            caller.get(path).await?.expect_problem(401, code, says)?;
        }
        caller.ask("how many jobs failed?").await?.expect_problem(401, code, says)?;
        let refused = grpc.with_token(token).call(ASK, &fields).await.err().context("nobody may ask")?;
        let fault = from_status(&refused);
        ensure!(refused.code() == Code::Unauthenticated && fault.reason == code, "{token}: {fault:?}");
    }
    Ok(())
}
