//! Layers, masking and every way a setting can be wrong, against a small registry.

use super::*;
use std::fs;
use std::path::PathBuf;

const fn key(path: &'static str, kind: Kind, default: Option<&'static str>) -> Key {
    Key { path, kind, default, doc: "for tests", status: Status::Supported }
}

static REGISTRY: Registry = Registry {
    keys: &[
        &[
            key("gateway.listen", Kind::Text, Some("127.0.0.1:8000")),
            key("gateway.max_body_bytes", Kind::Integer(1, 1_000_000), Some("65536")),
            key("engines.*.url", Kind::List, None),
            key("engines.*.user", Kind::Text, None),
            key("engines.*.password", Kind::Secret, None),
            key("engines.*.poll_interval", Kind::Duration, Some("5s")),
            key("log.format", Kind::Choice(&["pretty", "json"]), Some("pretty")),
        ],
        &[
            Key {
                path: "redis.url",
                kind: Kind::Secret,
                default: None,
                doc: "for tests",
                status: Status::NotBuiltYet("the Redis store"),
            },
            Key {
                path: "connection_pool.http_pool_min_size",
                kind: Kind::Integer(0, 1000),
                default: None,
                doc: "for tests",
                status: Status::NotApplicable("the HTTP client opens connections on demand"),
            },
        ],
    ],
    env_names: &[
        EnvName { name: "TWS_PASSWORD", path: "engines.default.password" },
        EnvName { name: "REDIS_URL", path: "redis.url" },
    ],
    env_not_built: &[("NEO4J_", "the Neo4j store")],
};

type Pairs = &'static [(&'static str, &'static str)];

/// Sources with a file, an environment file, variables and flags.
fn sources(
    file: &str,
    specific: &str,
    variables: &[(&str, &str)],
    flags: &[(&str, &str)],
) -> (tempfile::TempDir, Sources) {
    let folder = tempfile::tempdir().unwrap();
    let base = folder.path().join("settings.toml");
    fs::write(&base, file).unwrap();
    fs::write(folder.path().join("settings.production.toml"), specific).unwrap();
    let sources = Sources {
        file: Some(base),
        variables: variables.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
        flags: flags
            .iter()
            .map(|(path, value)| Flag { flag: "--set".into(), path: (*path).into(), value: (*value).into() })
            .collect(),
        environment: Some("production".into()),
    };
    (folder, sources)
}

fn errors(file: &str, variables: &[(&str, &str)], flags: &[(&str, &str)]) -> Vec<SettingsError> {
    let (_folder, sources) = sources(file, "", variables, flags);
    Settings::load(&REGISTRY, &sources).expect_err("must not load").0
}

#[test]
fn each_layer_wins_over_the_one_below() {
    let steps: [(&str, &str, Pairs, Pairs, u64); 6] = [
        ("", "", &[], &[], 65_536),
        ("[gateway]\nmax_body_bytes = 1", "", &[], &[], 1),
        ("[default.GATEWAY]\nMAX_BODY_BYTES = 1\n[production.gateway]\nmax_body_bytes = 2", "", &[], &[], 2),
        ("[gateway]\nmax_body_bytes = 1", "[gateway]\nmax_body_bytes = 3", &[], &[], 3),
        ("[gateway]\nmax_body_bytes = 1", "", &[("APP_GATEWAY__MAX_BODY_BYTES", "4")], &[], 4),
        ("", "", &[("APP_GATEWAY__MAX_BODY_BYTES", "4")], &[("gateway.max_body_bytes", "5")], 5),
    ];
    for (file, specific, variables, flags, expected) in steps {
        let (_folder, sources) = sources(file, specific, variables, flags);
        let settings = Settings::load(&REGISTRY, &sources).unwrap();
        assert_eq!(settings.integer::<u64>("gateway.max_body_bytes"), expected, "{file} {specific}");
    }
}

#[test]
fn tables_of_named_things_keep_their_names_and_get_defaults() {
    let file = "[engines.PROD]\nurl = ['https://a:31116', 'https://b:31116']\n[engines.test]\nuser = 'ana'\npoll_interval = '250ms'";
    let (_folder, sources) = sources(file, "", &[("TWS_PASSWORD", "geheim")], &[]);
    let settings = Settings::load(&REGISTRY, &sources).unwrap();
    assert_eq!(settings.names("engines").into_iter().collect::<Vec<_>>(), ["PROD", "default", "test"]);
    assert_eq!(settings.list("engines.PROD.url").len(), 2);
    assert_eq!(settings.duration("engines.PROD.poll_interval"), Duration::from_secs(5));
    assert_eq!(settings.duration("engines.test.poll_interval"), Duration::from_millis(250));
    assert!(settings.secret("engines.default.password").is_some());
}

#[test]
fn secrets_are_masked_wherever_settings_are_shown() {
    let file = "[engines.prod]\nurl = ['https://ana:geheim@host:31116']\npassword = 'geheim'";
    let (_folder, sources) = sources(file, "", &[], &[]);
    let settings = Settings::load(&REGISTRY, &sources).unwrap();
    let shown = serde_json::to_string(&settings.rows()).unwrap() + &format!("{settings:?}");
    assert!(!shown.contains("geheim"), "{shown}");
    let row = settings.rows().into_iter().find(|row| row.path == "engines.prod.password").unwrap();
    assert_eq!((row.value.as_deref(), row.origin.ends_with("settings.toml")), (Some("***"), true));
}

#[test]
fn unknown_keys_are_errors_that_name_the_nearest() {
    let found =
        errors("[gatway]\nlisten = 'x'\n[engines.prod]\npasword = 'geheim'", &[], &[("log.fromat", "json")]);
    let text: Vec<_> = found.iter().map(ToString::to_string).collect();
    assert_eq!(text.len(), 3, "all of them at once: {text:?}");
    assert!(text.iter().any(|line| line.contains("gatway.listen; did you mean gateway.listen?")), "{text:?}");
    assert!(text.iter().any(|line| line.contains("did you mean engines.prod.password?")), "{text:?}");
    assert!(
        text.iter().any(|line| line.contains("--set: unknown setting log.fromat; did you mean log.format?")),
        "{text:?}"
    );
    assert!(!text.concat().contains("geheim"));
}

#[test]
fn unknown_prefixed_variables_only_warn() {
    let (_folder, sources) = sources("", "", &[("APP_GATEWAY__LISTN", "x"), ("HOME", "/root")], &[]);
    let settings = Settings::load(&REGISTRY, &sources).unwrap();
    assert_eq!(settings.warnings().len(), 1);
    assert!(settings.warnings()[0].contains("APP_GATEWAY__LISTEN"), "{:?}", settings.warnings());
}

#[test]
fn parts_not_built_yet_stop_the_start_and_empty_variables_do_not() {
    for (variables, part) in [
        (&[("REDIS_URL", "redis://h")], "the Redis store"),
        (&[("NEO4J_URI", "bolt://h")], "the Neo4j store"),
        (&[("APP_REDIS__URL", "redis://h")], "the Redis store"),
    ] {
        let found = errors("", variables, &[]);
        assert!(
            matches!(&found[..], [SettingsError::NotBuiltYet { part: p, .. }] if *p == part),
            "{found:?}"
        );
    }
    assert_eq!(errors("[redis]\nurl = 'x'", &[], &[]).len(), 1);
    let (_folder, sources) = sources("", "", &[("REDIS_URL", "")], &[]);
    assert!(Settings::load(&REGISTRY, &sources).is_ok());
}

#[test]
fn what_cannot_be_honoured_is_accepted_and_said() {
    let (_folder, sources) = sources("[default.CONNECTION_POOL]\nHTTP_POOL_MIN_SIZE = 10", "", &[], &[]);
    let settings = Settings::load(&REGISTRY, &sources).unwrap();
    assert!(settings.warnings()[0].contains("on demand"));
    let row = settings.rows().into_iter().find(|row| row.path.ends_with("http_pool_min_size")).unwrap();
    assert_eq!((row.status, row.value.as_deref()), ("not_applicable", Some("10")));
}

#[test]
fn wrong_values_say_what_would_be_right_without_repeating_them() {
    for (file, expected) in [
        ("[gateway]\nmax_body_bytes = 'lots'", "a whole number from 1 to 1000000"),
        ("[gateway]\nmax_body_bytes = 0", "a whole number from 1 to 1000000"),
        ("[log]\nformat = 'xml'", "one of pretty, json"),
        ("[engines.a]\npoll_interval = 'soon'", "a time such as"),
        ("[engines.a]\npassword = 7", "a text"),
    ] {
        let text = errors(file, &[], &[])[0].to_string();
        assert!(text.contains(expected), "{text}");
    }
}

#[test]
fn broken_and_missing_files_are_named() {
    let text = errors("[gateway\nlisten = 'geheim'", &[], &[])[0].to_string();
    assert!(text.contains("settings.toml: line") && !text.contains("geheim"), "{text}");
    let absent = Sources { file: Some(PathBuf::from("/nowhere/settings.toml")), ..Sources::default() };
    assert!(Settings::load(&REGISTRY, &absent).is_err());
}
