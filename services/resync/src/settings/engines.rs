//! Settings of the engines: where they are, how to log in, how gently to ask.

use super::{UnusableSetting, key, pem};
use resync_hwa::{Auth, Limits, Tls};
use resync_service_kit::settings::{Key, Kind, Settings};
use resync_tws_bridge::engine::{EngineConfig, Pace};

pub(super) const KEYS: &[Key] = &[
    key("engines.*.urls", Kind::List, None, "Addresses, master first, then backups; or give host and port"),
    key("engines.*.host", Kind::Text, None, "Host of the master, over HTTPS"),
    key("engines.*.port", Kind::Integer(1, 65_535), Some("31116"), "Port of the REST API; 31111 is netman's"),
    key("engines.*.user", Kind::Text, None, "User of the engine"),
    key("engines.*.password", Kind::Secret, None, "The user's password"),
    key("engines.*.token", Kind::Secret, None, "An API key, instead of user and password"),
    key(
        "engines.*.ca_file",
        Kind::Text,
        None,
        "PEM file of the authority that signed the engine's certificate",
    ),
    key("engines.*.host_name", Kind::Text, None, "Name in the certificate, when it is not the name dialled"),
    key("engines.*.insecure", Kind::Boolean, Some("false"), "Accept any certificate"),
    key(
        "engines.*.time_zone",
        Kind::Text,
        Some("UTC"),
        "Zone to assume when the engine does not tell its own",
    ),
    key(
        "engines.*.start_of_day",
        Kind::Text,
        Some("06:00"),
        "When the engine's plan day begins, in its zone",
    ),
    key("engines.*.page_size", Kind::Integer(10, 10_000), Some("1000"), "Objects a page"),
    key(
        "engines.*.requests_per_second",
        Kind::Number(0.0, 10_000.0),
        Some("5"),
        "Requests a second; 0: no cap",
    ),
    key(
        "engines.*.burst",
        Kind::Integer(1, 10_000),
        Some("30"),
        "Requests that may go at once after a quiet time",
    ),
    key(
        "engines.*.concurrency",
        Kind::Integer(1, 64),
        Some("3"),
        "Requests under way while a whole plan is read",
    ),
    key("engines.*.changes_interval", Kind::Duration, Some("2s"), "Between two looks for starts and ends"),
    key("engines.*.active_interval", Kind::Duration, Some("10s"), "Between two reads of the active jobs"),
    key(
        "engines.*.objects_interval",
        Kind::Duration,
        Some("15s"),
        "Between two reads of workstations and the like",
    ),
    key("engines.*.counts_interval", Kind::Duration, Some("15s"), "Between two comparisons of counts"),
    key("engines.*.sweep_period", Kind::Duration, Some("5m"), "Every job is read again within this time"),
    key(
        "engines.*.dependencies_interval",
        Kind::Duration,
        Some("2m"),
        "Between two reads of a waiting job's dependencies",
    ),
    key("engines.*.model_interval", Kind::Duration, Some("30m"), "Between two reads of the definitions"),
    key("engines.*.connect_timeout", Kind::Duration, None, "Time to open a connection [default: 5s]"),
    key("engines.*.request_timeout", Kind::Duration, Some("60s"), "Time for one request"),
    key("engines.*.max_connections", Kind::Integer(1, 1_000), None, "Connections at one time [default: 4]"),
];

/// Every configured engine; none means that the built-in simulator is wanted.
pub(crate) fn engines(settings: &Settings) -> Result<Vec<EngineConfig>, UnusableSetting> {
    settings.names("engines").into_iter().map(|name| engine(settings, name)).collect()
}

fn engine(settings: &Settings, name: String) -> Result<EngineConfig, UnusableSetting> {
    let path = |leaf: &str| format!("engines.{name}.{leaf}");
    let span = |leaf: &str| settings.duration(&path(leaf));
    let rate = settings.number(&path("requests_per_second"));
    let defaults = Pace::default();
    let start_of_day = settings.text(&path("start_of_day"));
    Ok(EngineConfig {
        access: resync_hwa::Config {
            urls: urls(settings, &name)?,
            auth: auth(settings, &name)?,
            tls: Tls {
                ca_pem: settings
                    .optional_text(&path("ca_file"))
                    .map(|file| pem(&path("ca_file"), file))
                    .transpose()?,
                server_name: settings.optional_text(&path("host_name")).map(str::to_owned),
                insecure: settings.flag(&path("insecure")),
            },
            limits: limits(settings, &name),
        },
        pace: Pace {
            requests_per_second: (rate > 0.0).then_some(rate),
            burst: settings.integer(&path("burst")),
            concurrency: settings.integer(&path("concurrency")),
            page_size: settings.integer(&path("page_size")),
            changes: span("changes_interval"),
            active: span("active_interval"),
            objects: span("objects_interval"),
            counts: span("counts_interval"),
            sweep: span("sweep_period"),
            dependencies: span("dependencies_interval"),
            model: span("model_interval"),
            reconnect: defaults.reconnect,
        },
        start_of_day: chrono::NaiveTime::parse_from_str(start_of_day, "%H:%M")
            .map_err(|_| UnusableSetting::new(path("start_of_day"), "write it like 06:00"))?,
        fallback_time_zone: settings.text(&path("time_zone")).to_owned(),
        name,
    })
}

fn urls(settings: &Settings, name: &str) -> Result<Vec<url::Url>, UnusableSetting> {
    let path = format!("engines.{name}.urls");
    let mut texts = settings.list(&path);
    if let Some(host) = settings.optional_text(&format!("engines.{name}.host")) {
        if !texts.is_empty() {
            return Err(UnusableSetting::new(&path, "give either urls or host and port, not both"));
        }
        // A host may come with its scheme, as some write it.
        let host = host.trim_end_matches('/');
        let (scheme, host) = host.split_once("://").unwrap_or(("https", host));
        let port: u16 = settings.integer(&format!("engines.{name}.port"));
        texts.push(format!("{scheme}://{host}:{port}"));
    }
    if texts.is_empty() {
        return Err(UnusableSetting::new(
            &path,
            "the engine needs an address such as https://master.example.com:31116",
        ));
    }
    texts
        .iter()
        .map(|text| {
            text.parse().map_err(|error| UnusableSetting::new(&path, format!("{error} in an address")))
        })
        .collect()
}

fn auth(settings: &Settings, name: &str) -> Result<Auth, UnusableSetting> {
    let path = |leaf: &str| format!("engines.{name}.{leaf}");
    let user = settings.optional_text(&path("user")).map(str::to_owned);
    match (user, settings.secret(&path("password")), settings.secret(&path("token"))) {
        (None, None, Some(token)) => Ok(Auth::Bearer(token)),
        (Some(user), Some(password), None) => Ok(Auth::Basic { user, password }),
        (_, _, Some(_)) => {
            Err(UnusableSetting::new(path("token"), "give either a token or user and password"))
        }
        (Some(_), None, None) => {
            Err(UnusableSetting::new(path("password"), "the engine's password is missing"))
        }
        (None, ..) => Err(UnusableSetting::new(path("user"), "the engine's user is missing")),
    }
}

/// The engine's own limits, else those of the pool settings that hold for all engines, else the client's.
fn limits(settings: &Settings, name: &str) -> Limits {
    let defaults = Limits::default();
    let span = |path: &str| settings.optional_duration(path);
    let seconds = |leaf: &str| {
        settings
            .optional_integer::<u64>(&format!("connection_pool.http_pool_{leaf}"))
            .map(std::time::Duration::from_secs)
    };
    Limits {
        connect_timeout: span(&format!("engines.{name}.connect_timeout"))
            .or_else(|| seconds("connect_timeout"))
            .unwrap_or(defaults.connect_timeout),
        request_timeout: settings.duration(&format!("engines.{name}.request_timeout")),
        idle_timeout: seconds("idle_timeout").unwrap_or(defaults.idle_timeout),
        max_connections: settings
            .optional_integer(&format!("engines.{name}.max_connections"))
            .or_else(|| settings.optional_integer("connection_pool.http_pool_max_size"))
            .unwrap_or(defaults.max_connections),
        ..defaults
    }
}
