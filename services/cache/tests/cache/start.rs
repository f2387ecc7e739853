//! A Redis that cannot be used ends the start, with a reason and a hint of its own for each way it can fail.

use std::fs;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use resync_cache::{Cause, RedisConfig, StoreError};
use resync_fault::{ErrorKind, Fault as _};
use resync_testkit::{RedisServer, eventually};

use crate::support::{BOUND, NEEDED, Place, Role, redis};

async fn refused(config: RedisConfig) -> StoreError {
    let error = match Role::over(config).await {
        Ok(role) => {
            role.stop().await;
            panic!("it started")
        }
        Err(error) => error,
    };
    assert_eq!(error.kind(), ErrorKind::FailedPrecondition, "the process exits with 1");
    assert!(!error.to_string().contains('\n'), "one line: {error}");
    assert!(error.hint().is_some_and(|hint| !hint.is_empty()));
    assert!(!error.to_string().contains("secret"), "{error}");
    error
}

/// Only the one who asks is connected.
async fn all_closed(server: &RedisServer) {
    eventually("every connection to be closed", BOUND, || async {
        let clients = server.command(&["CLIENT", "LIST"]).await.ok()?;
        (clients.lines().count() == 1).then_some(())
    })
    .await
    .expect("closed");
}

#[tokio::test]
async fn nobody_listening_is_tried_again_and_then_told() {
    let mut server = RedisServer::start(&[]).await.expect("Redis runs");
    server.kill().await.expect("it ran");
    let error = refused(RedisConfig { start_attempts: 3, ..redis(&server.url()) }).await;
    assert_eq!(error.cause, Cause::Refused);
    assert!(error.to_string().ends_with("(3 attempts)"), "{error}");

    // It comes up while the role still tries.
    let config = RedisConfig { start_attempts: 20, ..redis(&server.url()) };
    let (role, restarted) = tokio::join!(Role::over(config), server.restart());
    restarted.expect("it starts");
    role.expect("a later attempt succeeds").stop().await;
    all_closed(&server).await;
}

#[tokio::test]
async fn one_that_does_not_answer_is_a_timeout() {
    let server = RedisServer::start(&[]).await.expect("Redis runs");
    server.pause().await.expect("it runs");
    let mut config = redis(&server.url());
    config.pool.connect_timeout = Duration::from_millis(300);
    assert_eq!(refused(config).await.cause, Cause::TimedOut);
    server.unpause().await.expect("it runs");
    all_closed(&server).await;
}

#[tokio::test]
async fn one_that_still_loads_its_data_is_waited_for() {
    let mut server =
        RedisServer::start(&["--key-load-delay", "20000", "--loading-process-events-interval-bytes", "1024"])
            .await
            .expect("Redis runs");
    for number in 0..100 {
        let value = "x".repeat(1024);
        server.command(&["SET", &format!("k{number}"), &value]).await.expect("set");
    }
    server.command(&["SAVE"]).await.expect("saved");
    server.kill().await.expect("it ran");
    server.restart().await.expect("it starts");
    assert_eq!(refused(redis(&server.url())).await.cause, Cause::Loading);
    let role = Role::over(RedisConfig { start_attempts: 10, ..redis(&server.url()) }).await;
    role.expect("once it has loaded").stop().await;
}

#[tokio::test]
async fn wrong_credentials_are_told_at_once_and_never_shown() {
    let mut server = RedisServer::start(&["--requirepass", "right-secret"]).await.expect("Redis runs");
    server.speak_as(&["-a", "right-secret"]);
    let of = |password: Option<&str>| RedisConfig {
        password: password.map(Into::into),
        start_attempts: 5,
        ..redis(&server.url())
    };
    for config in [of(None), of(Some("wrong-secret"))] {
        let error = refused(config).await;
        assert_eq!(error.cause, Cause::Authentication);
        assert!(!error.to_string().contains("attempts"), "trying again would not help: {error}");
    }
    all_closed(&server).await;
    Role::over(of(Some("right-secret"))).await.expect("the right one is let in").stop().await;
    let in_url = format!("redis://:right-secret@127.0.0.1:{}", server.port());
    Role::over(redis(&in_url)).await.expect("also in the address").stop().await;
}

#[tokio::test]
async fn a_user_without_a_permission_is_told_which_one_it_misses() {
    let server = RedisServer::start(&[]).await.expect("Redis runs");
    let user = |rules: String| {
        let server = &server;
        async move {
            server.command(&["ACL", "DELUSER", "cache"]).await.expect("deleted");
            let mut words = vec!["ACL", "SETUSER", "cache", "on", ">secret"];
            words.extend(rules.split_whitespace());
            server.command(&words).await.expect("set");
            RedisConfig {
                username: Some("cache".to_owned()),
                password: Some("secret".into()),
                ..redis(&server.url())
            }
        }
    };
    let config = user(format!("~resync:* {NEEDED}")).await;
    Role::over(config).await.expect("this is all it needs").stop().await;
    for missing in ["xadd", "hmget", "evalsha", "unlink", "xread", "script|load", "time", "info"] {
        // Scripts stay loaded; without this the permission to load them would not be missed.
        server.command(&["SCRIPT", "FLUSH"]).await.expect("flushed");
        let config = user(format!("~resync:* {NEEDED} -{missing}")).await;
        let error = refused(config).await;
        assert_eq!(error.cause, Cause::Permission, "{missing}: {error}");
        let named = error.to_string().to_lowercase();
        assert!(missing.split('|').all(|word| named.contains(word)), "{missing}: {error}");
    }
    let error = refused(user(format!("~other:* {NEEDED}")).await).await;
    assert_eq!(error.cause, Cause::Permission, "the keys: {error}");
    all_closed(&server).await;
}

#[tokio::test]
async fn in_production_a_redis_that_forgets_is_refused() {
    let server = RedisServer::start(&["--appendonly", "yes"]).await.expect("Redis runs");
    let production = || RedisConfig { production: true, ..redis(&server.url()) };
    Role::over(production()).await.expect("it evicts nothing and persists").stop().await;
    server.set("maxmemory-policy", "allkeys-lru").await.expect("set");
    let error = refused(production()).await;
    assert_eq!(error.cause, Cause::Evicts);
    assert!(error.to_string().contains("allkeys-lru"), "{error}");
    let role = Role::over(redis(&server.url())).await.expect("elsewhere it is a warning");
    let health = role.client.health().await.expect("told");
    assert!(!health.idempotency_safe && health.idempotency_warning.contains("allkeys-lru"), "{health:?}");
    role.stop().await;
    server.set("maxmemory-policy", "noeviction").await.expect("set");
    server.set("appendonly", "no").await.expect("set");
    assert_eq!(refused(production()).await.cause, Cause::Forgets);
    server.set("save", "3600 1").await.expect("set");
    let role = Role::over(production()).await.expect("save points are enough");
    let health = role.client.health().await.expect("told");
    assert!(health.idempotency_safe && !health.idempotency_warning.is_empty(), "{health:?}");
    assert_eq!((health.persistence.as_str(), health.eviction_policy.as_str()), ("rdb", "noeviction"));
    assert!(health.version.starts_with(|digit: char| digit.is_ascii_digit()) && health.used_memory_bytes > 0);
    role.stop().await;
    all_closed(&server).await;
}

#[tokio::test]
async fn settings_that_cannot_work_are_told_before_anything_is_dialled() {
    let nowhere = "redis://127.0.0.1:1";
    let mut small = redis(nowhere);
    small.pool.min_size = small.pool.max_size + 1;
    let with = |change: fn(&mut RedisConfig)| {
        let mut config = redis(nowhere);
        change(&mut config);
        config
    };
    for config in [
        small,
        with(|config| config.urls.clear()),
        with(|config| config.urls = vec!["http://secret@127.0.0.1".into()]),
        with(|config| config.urls.push("redis://127.0.0.1:2".into())),
        with(|config| config.command_timeout = Duration::ZERO),
        with(|config| config.start_attempts = 0),
        with(|config| config.username = Some("cache".to_owned())),
        with(|config| config.ca_file = Some("/no/such/file".into())),
        with(|config| config.key_prefix = "{tag}:".to_owned()),
    ] {
        assert_eq!(refused(config).await.cause, Cause::Settings);
    }
}

#[tokio::test]
async fn an_encrypted_connection_needs_the_right_authority() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let authority = |name: &str| {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(Vec::<String>::new()).expect("parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        fs::write(path(name), params.self_signed(&key).expect("signed").pem()).expect("written");
        Issuer::new(params, key)
    };
    let (issuer, _) = (authority("ca.pem"), authority("other.pem"));
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).expect("parameters");
    let certificate = params.signed_by(&key, &issuer).expect("signed");
    fs::write(path("server.pem"), certificate.pem()).expect("written");
    fs::write(path("server.key"), key.serialize_pem()).expect("written");
    let text = |name: &str| path(name).to_string_lossy().into_owned();
    let encrypted =
        std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("bound").port();
    let server = RedisServer::start(&[
        "--tls-port",
        &encrypted.to_string(),
        "--tls-cert-file",
        &text("server.pem"),
        "--tls-key-file",
        &text("server.key"),
        "--tls-ca-cert-file",
        &text("ca.pem"),
        "--tls-auth-clients",
        "no",
    ])
    .await
    .expect("Redis runs");
    let of = |port: u16, ca: &str| RedisConfig {
        ca_file: Some(path(ca)),
        ..redis(&format!("rediss://127.0.0.1:{port}"))
    };
    let role = Role::over(of(encrypted, "ca.pem")).await.expect("the right authority");
    role.load("logs/1", &[], "1").await;
    role.stop().await;
    assert_eq!(refused(of(encrypted, "other.pem")).await.cause, Cause::Tls);
    let plain = refused(of(server.port(), "ca.pem")).await;
    assert!(plain.cause == Cause::TimedOut && plain.to_string().contains("TLS"), "{plain}");
    let system = redis(&format!("rediss://127.0.0.1:{encrypted}"));
    assert_eq!(refused(system).await.cause, Cause::Tls, "the system's authorities did not sign it");
}

#[tokio::test]
async fn a_file_of_a_newer_version_is_left_alone() {
    let place = Place::file();
    place.open().await.stop().await;
    let Place::File(folder) = &place else { unreachable!("a file") };
    let path = folder.path().join("cache.sqlite");
    let connection = rusqlite::Connection::open(&path).expect("opens");
    connection.pragma_update(None, "user_version", 99).expect("set");
    drop(connection);
    let Err(error) = Role::open(place.config()).await else { panic!("it was taken") };
    assert_eq!((error.cause, error.kind()), (Cause::Newer, ErrorKind::FailedPrecondition));
    fs::write(&path, b"this is no database, whatever it is called").expect("written");
    let Err(error) = Role::open(place.config()).await else { panic!("it was taken") };
    assert_eq!(error.cause, Cause::File);
}
