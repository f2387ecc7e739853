//! One question is one trace, from the gateway to the engine, by OpenTelemetry's conventions and without anybody's
//! secrets; and every log line about it carries its id, in whichever process it is written.

mod collector;
mod tap;

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use collector::{Collector, Span, one};
use hwa_simulator::{Config as SimulatorConfig, Simulator};
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use resync_testkit::eventually;
use resync_tests::processes::{ADMIN_PASSWORD, Outside, PATIENCE, Product, RoleProcess};
use secrecy::SecretString;
use serde_json::{Value, json};
use tap::Tap;
use tempfile::TempDir;

const ENGINE_PASSWORD: &str = "engine-pass-7391";
const CORRELATION: &str = "night-4711";
/// Span of the client that asks.
const CALLER: &str = "00f067aa0ba902b7";
/// Spans leave soon, so that nobody waits for them.
const SOON: (&str, &str) = ("OTEL_BSP_SCHEDULE_DELAY", "50");

/// An engine over plain HTTP with a tap before it, and a collector.
struct Scene {
    simulator: Simulator,
    tap: Tap,
    collector: Collector,
    folder: TempDir,
}

impl Scene {
    async fn start() -> Result<Self> {
        let config = SimulatorConfig {
            jobs: 300,
            seed: 72,
            stepped: true,
            tls: None,
            password: SecretString::from(ENGINE_PASSWORD),
            ..SimulatorConfig::default()
        };
        let user = config.user.clone();
        let simulator = Simulator::start(config).await?;
        let upstream = simulator.base_url().trim_start_matches("http://").trim_end_matches('/').parse()?;
        let tap = Tap::start(upstream).await?;
        let folder = TempDir::new()?;
        let settings = format!(
            "[engines.default]\nurls = 'http://{}'\nuser = '{user}'\npassword = '{ENGINE_PASSWORD}'\n\
             requests_per_second = 0\n",
            tap.address
        );
        std::fs::write(folder.path().join("settings.toml"), settings)?;
        Ok(Self { simulator, tap, collector: Collector::start().await?, folder })
    }

    fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A question that cannot be answered without asking the engine.
    fn question(&self) -> Result<String> {
        let failed = self.simulator.control().truth().incidents;
        let disk = failed.iter().find(|incident| incident.open && incident.kind.to_string() == "disk_full");
        Ok(format!("why did {} fail?", disk.context("nobody planted disk_full")?.symptom.key))
    }

    /// The spans of a trace once they are all here: the request's own ends last.
    async fn complete(&self, trace: &str) -> Result<Vec<Span>> {
        let look = async || {
            let spans = self.collector.trace(trace);
            let all_parents_here = spans
                .iter()
                .all(|span| span.parent == CALLER || spans.iter().any(|other| other.id == span.parent));
            let engine = spans.iter().any(|span| span.attributes.contains_key("url.template"));
            (all_parents_here && engine).then_some(spans)
        };
        eventually("the whole trace", PATIENCE, look)
            .await
            .with_context(|| format!("there is {:#?}", self.collector.trace(trace)))
    }
}

/// Asks as a client does that traces itself.
async fn ask(who: &Outside, question: &str, accept: &str, trace: &str, sampled: bool) -> Result<String> {
    let flags = if sampled { "01" } else { "00" };
    let answer = reqwest::Client::new()
        .post(format!("{}/api/chat", who.url))
        .bearer_auth(&who.token)
        .header("accept", accept)
        .header("traceparent", format!("00-{trace}-{CALLER}-{flags}"))
        .header("x-correlation-id", CORRELATION)
        .json(&json!({ "message": question }))
        .send()
        .await?
        .error_for_status()?;
    let header = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok());
    ensure!(header("x-trace-id") == Some(trace), "{:?}", answer.headers());
    ensure!(header("x-correlation-id") == Some(CORRELATION), "{:?}", answer.headers());
    Ok(answer.text().await?)
}

fn has(span: &Span, attributes: &[(&str, &str)]) -> Result<()> {
    for (name, value) in attributes {
        ensure!(span.get(name) == *value, "{name} is not {value:?}: {span:#?}");
    }
    Ok(())
}

/// Checks the chain of one call between roles, and gives its server's span.
fn call<'a>(spans: &'a [Span], method: &str, over_tcp: bool) -> Result<&'a Span> {
    let of = |kind| move |span: &Span| span.kind == kind && span.name == method;
    let client = one(spans, &format!("client of {method}"), of(SpanKind::Client))?;
    let server = one(spans, &format!("server of {method}"), of(SpanKind::Server))?;
    ensure!(server.parent == client.id, "the server's span is no child of the client's: {spans:#?}");
    for span in [client, server] {
        has(
            span,
            &[("rpc.system.name", "grpc"), ("rpc.method", method), ("rpc.response.status_code", "OK")],
        )?;
        ensure!(!span.failed && span.get("error.type").is_empty(), "{span:#?}");
    }
    let told = client.get("server.address") == "127.0.0.1" && !client.get("server.port").is_empty();
    ensure!(told == over_tcp, "{client:#?}");
    Ok(server)
}

/// Checks every hop of an asked question; gives the engine's span.
fn hops<'a>(spans: &'a [Span], ask: &str, over_tcp: bool) -> Result<&'a Span> {
    let request = one(spans, "request", |span| span.parent == CALLER)?;
    ensure!(request.kind == SpanKind::Server && request.name == "POST /api/chat", "{request:#?}");
    has(
        request,
        &[
            ("http.request.method", "POST"),
            ("http.route", "/api/chat"),
            ("url.path", "/api/chat"),
            ("url.scheme", "http"),
            ("http.response.status_code", "200"),
            ("resync.correlation_id", CORRELATION),
        ],
    )?;
    let agent = call(spans, ask, over_tcp)?;
    ensure!(ancestors(spans, agent).any(|span| span.id == request.id), "{spans:#?}");
    let log = call(spans, "resync.tws.v1.TwsService/GetJobLog", over_tcp)?;
    let tool = |span: &Span| span.get("gen_ai.tool.name") == "explain_failure";
    ensure!(ancestors(spans, log).any(tool), "the tool is not among the callers: {spans:#?}");
    ensure!(ancestors(spans, log).any(|span| span.id == agent.id), "{spans:#?}");
    let engine = one(spans, "request to the engine", |span| span.attributes.contains_key("url.template"))?;
    ensure!(engine.kind == SpanKind::Client && engine.parent == log.id, "{engine:#?}");
    ensure!(engine.name == "GET /api/v2/plan/job/run/{id}/joblog", "{engine:#?}");
    has(
        engine,
        &[
            ("http.request.method", "GET"),
            ("server.address", "127.0.0.1"),
            ("http.response.status_code", "200"),
        ],
    )?;
    Ok(engine)
}

fn ancestors<'a>(spans: &'a [Span], of: &'a Span) -> impl Iterator<Item = &'a Span> {
    std::iter::successors(Some(of), |span| spans.iter().find(|other| other.id == span.parent)).skip(1)
}

#[tokio::test]
async fn one_question_is_one_trace_from_the_gateway_to_the_engine() -> Result<()> {
    let scene = Scene::start().await?;
    let endpoint = format!("telemetry.otlp_endpoint={}", scene.collector.url);
    let environment = [(SOON.0.to_owned(), SOON.1.to_owned())];
    let question = scene.question()?;
    // At once, and as it comes: the work behind a stream is done after its handler returned. Each is asked of a product that
    // has no log in its cache, so no incident may have read it before.
    let unread = "incidents.logs_per_minute=0";
    for (trace, accept, rpc) in [
        ("4bf92f3577b34da6a3ce929d0e0e4736", "application/json", "Ask"),
        ("5bf92f3577b34da6a3ce929d0e0e4737", "text/event-stream", "StreamAsk"),
    ] {
        let data = format!("data_dir={rpc}");
        let product = Product::up(scene.folder(), &environment, &[&endpoint, &data, unread]).await?;
        let admin = product.administrator().await?;
        admin.plan_is_read().await?;
        ask(&admin, &question, accept, trace, true).await?;
        let spans = scene.complete(trace).await?;
        let engine = hops(&spans, &format!("resync.agent.v1.AgentService/{rpc}"), false)?;
        let told = format!("traceparent: 00-{trace}-{}-01", engine.id);
        ensure!(scene.tap.sent().contains(&told), "the engine was not told {told}");
    }
    let product = Product::up(scene.folder(), &environment, &[&endpoint]).await?;
    let admin = product.administrator().await?;
    admin.plan_is_read().await?;
    // A caller who does not want to be traced is not, and is told the id all the same.
    let unwanted = "0af7651916cd43dd8448eb211c80319c";
    ask(&admin, &question, "application/json", unwanted, false).await?;
    // A refusal is the caller's fault and no error of the server; the client's end of the call has its status.
    let missing = admin.get("/api/engines/default/jobs/no-such-job").await?;
    ensure!(missing.status == 404, "{missing:#?}");
    let look = async || {
        let spans = scene.collector.spans();
        spans.iter().any(|span| span.get("http.response.status_code") == "404").then_some(spans)
    };
    let spans = eventually("the refusal", PATIENCE, look).await?;
    let refused =
        |kind| move |span: &Span| span.kind == kind && span.get("rpc.response.status_code") == "NOT_FOUND";
    ensure!(one(&spans, "failed client", refused(SpanKind::Client))?.get("error.type") == "NOT_FOUND");
    ensure!(!one(&spans, "innocent server", refused(SpanKind::Server))?.failed);

    ensure!(scene.collector.trace(unwanted).is_empty(), "the caller's decision is not followed");
    let roots = spans.iter().filter(|span| span.parent.is_empty() || span.parent == CALLER);
    let unasked: Vec<_> = roots.filter(|span| span.get("url.path").is_empty()).collect();
    ensure!(unasked.is_empty(), "what nobody asked for is traced: {unasked:#?}");
    let process = &spans.first().context("there are spans")?.resource;
    for name in ["service.name", "service.version", "service.instance.id"] {
        ensure!(process.get(name).is_some_and(|value| !value.is_empty()), "no {name}: {process:#?}");
    }
    let everything = format!("{spans:#?}");
    let job = question.split_whitespace().nth(2).context("a name")?;
    for secret in [ENGINE_PASSWORD, ADMIN_PASSWORD, &admin.token, &question, job, "Bearer", "Basic"] {
        ensure!(!everything.contains(secret), "{secret} is in {everything}");
    }
    ensure!(spans.iter().all(|span| span.events == 0), "log events left as events of spans");
    Ok(())
}

#[tokio::test]
async fn roles_apart_write_one_trace_and_the_same_id_into_their_logs() -> Result<()> {
    let scene = Scene::start().await?;
    let environment = [
        (SOON.0.to_owned(), SOON.1.to_owned()),
        ("APP_LOG__FORMAT".to_owned(), "json".to_owned()),
        ("APP_LOG__FILTER".to_owned(), "info,resync_service_kit=debug,resync_gateway=debug".to_owned()),
        ("APP_TELEMETRY__OTLP_ENDPOINT".to_owned(), scene.collector.url.clone()),
    ];
    let role = async |name: &str, settings: &[String]| {
        RoleProcess::start(name, scene.folder(), &environment, settings).await
    };
    let bridge = role("tws-bridge", &[]).await?;
    let bridge_at = format!("mesh.tws_bridge={}", bridge.url);
    let agent = role("agent", std::slice::from_ref(&bridge_at)).await?;
    let gateway = role("gateway", &[bridge_at, format!("mesh.agent={}", agent.url)]).await?;
    let admin = Outside::log_in(&gateway.url, "admin", ADMIN_PASSWORD).await?;
    admin.plan_is_read().await?;

    let trace = "6bf92f3577b34da6a3ce929d0e0e4738";
    ask(&admin, &scene.question()?, "application/json", trace, true).await?;
    let spans = scene.complete(trace).await?;
    hops(&spans, "resync.agent.v1.AgentService/Ask", true)?;
    let mut processes: Vec<_> = spans.iter().map(|span| &span.resource["service.instance.id"]).collect();
    processes.sort_unstable();
    processes.dedup();
    ensure!(processes.len() == 3, "three processes take part: {processes:?}");
    let mut names: Vec<_> = spans.iter().map(|span| span.resource["service.name"].as_str()).collect();
    names.sort_unstable();
    names.dedup();
    ensure!(names == ["resync-agent", "resync-gateway", "resync-tws-bridge"], "{names:?}");

    for (name, process) in [("gateway", &gateway), ("agent", &agent), ("bridge", &bridge)] {
        let line = process.process.line_with(CORRELATION, PATIENCE).await.context(name)?;
        let line: Value = serde_json::from_str(&line)?;
        ensure!(line["correlation_id"] == CORRELATION && line["trace_id"] == trace, "{name}: {line:#}");
    }
    Ok(())
}
