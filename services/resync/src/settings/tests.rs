//! The registry as a whole: defaults fit the parts' own, the predecessor's files and variables load as they are.

use super::*;
use resync_service_kit::settings::{Settings, SettingsError, Sources, Status};
use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

fn load(file: &str, variables: &[(&str, &str)]) -> Result<Settings, Vec<SettingsError>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("settings.toml");
    fs::write(&path, file).unwrap();
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let sources = Sources { file: Some(path), variables, ..Sources::default() };
    Settings::load(&REGISTRY, &sources).map_err(|errors| errors.0)
}

const ENGINE: &[(&str, &str)] =
    &[("TWS_HOST", "mdm.example.com"), ("TWS_USER", "ana"), ("TWS_PASSWORD", "geheim")];

#[test]
fn every_key_is_named_once_and_every_default_reads() {
    let mut seen = BTreeSet::new();
    for key in REGISTRY.keys() {
        assert!(seen.insert(key.path), "{} is declared twice", key.path);
        assert!(key.default.is_none() || key.status == Status::Supported, "{}", key.path);
    }
    for name in REGISTRY.env_names {
        assert!(REGISTRY.find(name.path).is_some(), "{} sets an unknown key", name.name);
    }
}

#[test]
fn without_any_setting_the_parts_get_their_own_defaults() {
    let settings = load("", &[]).unwrap();
    assert!(engines(&settings).unwrap().is_empty(), "the simulator is wanted");
    let production = Process::read(&settings, "resync".to_owned()).unwrap().production;
    assert_eq!(
        format!("{:?}", gateway(&settings, production).unwrap()),
        format!("{:?}", resync_gateway::Config::default())
    );
    assert_eq!(agent(&settings), resync_agent::Config::default());
    assert_eq!(
        format!("{:?}", monitor(&settings).unwrap()),
        format!("{:?}", resync_perf_monitor::Config::default())
    );
    assert_eq!(near_caches(&settings), resync_near_cache::Settings::default());
    assert_eq!(bridge_lives(&settings), resync_tws_bridge::engine::Lives::default());
    assert!(Mesh::read(&settings).unwrap().addresses.is_empty());
    assert_eq!(simulator(&settings, "x".into()).unwrap().jobs, 2_000);
}

#[test]
fn plain_names_of_one_engine_become_the_engine_default_over_https() {
    let settings = load("", ENGINE).unwrap();
    let [engine] = &engines(&settings).unwrap()[..] else { panic!("one engine") };
    assert_eq!(engine.name, "default");
    assert_eq!(engine.access.urls[0].as_str(), "https://mdm.example.com:31116/");
    let pace = resync_tws_bridge::engine::Pace::default();
    assert_eq!(format!("{:?}", engine.pace), format!("{pace:?}"));
    let incomplete = load("", &ENGINE[..2]).unwrap();
    assert_eq!(engines(&incomplete).unwrap_err().setting, "engines.default.password");
}

#[test]
fn several_engines_have_their_own_addresses_and_credentials() {
    let settings = load(
        "[engines.prod]\nurls = ['https://a:31116', 'https://b:31116']\ntoken = 'geheim'\nsweep_period = '1m'\n\
         [engines.test]\nurls = ['http://127.0.0.1:1']\nuser = 'u'\npassword = 'p'\nrequests_per_second = 0",
        &[],
    )
    .unwrap();
    let found = engines(&settings).unwrap();
    assert_eq!(
        found.iter().map(|engine| (engine.name.as_str(), engine.access.urls.len())).collect::<Vec<_>>(),
        [("prod", 2), ("test", 1)]
    );
    assert_eq!(found[0].pace.sweep, Duration::from_secs(60));
    assert_eq!(found[1].pace.requests_per_second, None);
    assert!(!format!("{found:?}").contains("geheim"));
}

#[test]
fn the_predecessors_toml_blocks_load_verbatim() {
    let block = r#"
[default.ASYNC_CACHE]
TTL_SECONDS = 60              # Default TTL for cache entries
CLEANUP_INTERVAL = 30         # Background cleanup interval
NUM_SHARDS = 8                # Number of cache shards
MAX_WORKERS = 4               # Max concurrent workers

[default.CONNECTION_POOL]
# Database Pool
DB_POOL_MIN_SIZE = 20
DB_POOL_MAX_SIZE = 100
DB_POOL_CONNECT_TIMEOUT = 60
DB_POOL_IDLE_TIMEOUT = 1200
DB_POOL_MAX_LIFETIME = 1800
DB_POOL_HEALTH_CHECK_INTERVAL = 60

# Redis Pool
REDIS_POOL_MIN_SIZE = 5
REDIS_POOL_MAX_SIZE = 20
REDIS_POOL_CONNECT_TIMEOUT = 30
REDIS_POOL_IDLE_TIMEOUT = 300
REDIS_POOL_MAX_LIFETIME = 1800
REDIS_POOL_HEALTH_CHECK_INTERVAL = 60

# HTTP Pool
HTTP_POOL_MIN_SIZE = 10
HTTP_POOL_MAX_SIZE = 100
HTTP_POOL_CONNECT_TIMEOUT = 10
HTTP_POOL_IDLE_TIMEOUT = 300
HTTP_POOL_MAX_LIFETIME = 1800
HTTP_POOL_HEALTH_CHECK_INTERVAL = 60
"#;
    let settings = load(block, ENGINE).unwrap();
    let access = &engines(&settings).unwrap()[0].access;
    assert_eq!(access.limits.max_connections, 100);
    assert_eq!(access.limits.connect_timeout, Duration::from_secs(10));
    assert_eq!(access.limits.idle_timeout, Duration::from_secs(300));
    let rows = settings.rows();
    let shown =
        |path: &str| rows.iter().find(|row| row.path == path).map(|row| (row.value.clone(), row.status));
    assert_eq!(shown("async_cache.num_shards"), Some((Some("8".into()), "not_applicable")));
    assert_eq!(shown("connection_pool.db_pool_max_size"), Some((Some("100".into()), "supported")));
    assert_eq!(settings.warnings().len(), 4, "one for each value without effect: {:?}", settings.warnings());
}

#[test]
fn redis_is_pooled_as_the_predecessor_said_and_production_needs_it() {
    let variables = [("REDIS_URL", "redis://app:geheim@a:1, redis://b:2"), ("REDIS_POOL_MAX_SIZE", "7")];
    let config = cache(&load("", &variables).unwrap(), "data".as_ref(), true).unwrap();
    assert!(!format!("{config:?}").contains("geheim"));
    let resync_cache::StoreConfig::Redis(redis) = config.store else { panic!("Redis") };
    assert_eq!((redis.urls.len(), redis.pool.max_size, redis.production), (2, 7, true));
    assert_eq!(redis.pool.min_size, resync_cache::PoolConfig::default().min_size);

    let embedded = |file: &str, production| cache(&load(file, &[]).unwrap(), "data".as_ref(), production);
    assert!(matches!(embedded("", false).unwrap().store, resync_cache::StoreConfig::Sqlite(_)));
    assert_eq!(embedded("", true).unwrap_err().exit_code(), 1);
    assert!(embedded("allow_embedded = true", true).is_ok());
}

#[test]
fn the_plan_is_copied_where_people_can_ask_it() {
    let copied = |file: &str, uri: &[(&str, &str)]| plan_copy(&load(file, uri).unwrap());
    let neo4j = [("NEO4J_URI", "bolt://h:7687")];
    assert_eq!((copied("", &[]), copied("[plan_copy]\nmode = 'off'", &neo4j)), (None, None));
    let every = |config: Option<resync_knowledge_graph::plan_copy::PlanCopyConfig>| config.unwrap().interval;
    assert_eq!(every(copied("", &neo4j)), Duration::from_secs(10));
    assert_eq!(every(copied("[plan_copy]\nmode = 'on'\ninterval = '1m'", &[])), Duration::from_secs(60));
    let names = neo4j_pool_names();
    for name in [names.min, names.max, names.connect_timeout] {
        assert!(REGISTRY.find(&name).is_some(), "{name} is no setting");
    }
}

#[test]
fn destinations_are_read_with_their_filters_and_say_what_is_wrong() {
    let file = "[alerts]\nallowed_hosts = ['hooks.example.com']\n[alerts.destinations.night]\nkind = 'slack'\n\
                url = 'https://hooks.example.com/geheim'\nplan_events = ['failed']\nfilter = 'critical = true'";
    let config = monitor(&load(file, &[]).unwrap()).unwrap();
    let [night] = &config.notify.destinations[..] else { panic!("one destination") };
    assert_eq!((night.name.as_str(), night.plan_events.is_some()), ("night", true));
    assert!(!format!("{config:?}").contains("geheim"));
    for (change, setting) in [
        (("critical = true", "colour = 1"), "alerts.destinations.night.filter"),
        (("'failed'", "'sad'"), "alerts.destinations.night.plan_events"),
        (("url = ", "signing_secret = "), "alerts.destinations.night.url"),
        (("[alerts]", "[alerts]\ndisabled_rules = ['no_such']"), "alerts.disabled_rules"),
    ] {
        let settings = load(&file.replacen(change.0, change.1, 1), &[]).unwrap();
        assert_eq!(monitor(&settings).unwrap_err().setting, setting);
    }
}

#[test]
fn parts_of_later_versions_stop_the_start() {
    for (name, part) in [
        ("LLM_ENDPOINT", "the connection to a language model"),
        ("LLM_MODEL", "the connection to a language model"),
        ("APP_LLM__API_KEY", "the connection to a language model"),
    ] {
        let errors = load("", &[(name, "value")]).unwrap_err();
        assert!(
            matches!(&errors[..], [SettingsError::NotBuiltYet { part: said, .. }] if *said == part),
            "{name}: {errors:?}"
        );
    }
}

#[test]
fn accounts_need_passwords_and_their_own_names() {
    let generated = || secrecy::SecretString::from("generated-password");
    let settings =
        load("[users.bia]\npassword = 'long enough'\nrole = 'operator'\nengines = ['prod']", &[]).unwrap();
    let found = accounts(&settings, generated()).unwrap();
    assert_eq!(found.iter().map(|account| account.name.as_str()).collect::<Vec<_>>(), ["admin", "bia"]);
    for (file, setting) in [
        ("[users.admin]\npassword = 'long enough'", "users.admin"),
        ("[users.local]\npassword = 'long enough'", "users.local"),
        ("[users.bia]\nrole = 'viewer'", "users.bia.password"),
        ("[users.bia]\npassword = 'short'", "users.bia.password"),
        ("[users.bia]\npassword = 'long enough'\nengines = []", "users.bia.engines"),
        ("[users.bia]\npassword = 'long enough'\nengines = [' ']", "users.bia.engines"),
    ] {
        assert_eq!(accounts(&load(file, &[]).unwrap(), generated()).unwrap_err().setting, setting);
    }
    let weak = load("", &[("ADMIN_PASSWORD", "short")]).unwrap();
    assert!(accounts(&weak, generated()).is_err());
}
