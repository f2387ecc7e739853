//! Settings of the gateway, and of who may log in.

use super::cache::key_lifetimes;
use super::process::address;
use super::{UnusableSetting, key};
use resync_gateway::{Config, Lifetimes, Quotas, Role, UserAccount};
use resync_service_kit::settings::{Key, Kind, Settings};
use secrecy::{ExposeSecret as _, SecretString};
use std::num::NonZeroU32;

const PER_MINUTE: Kind = Kind::Integer(1, 10_000_000);
const MIN_PASSWORD_CHARS: usize = 8;

pub(super) const KEYS: &[Key] = &[
    key(
        "gateway.listen",
        Kind::Text,
        Some("127.0.0.1:8000"),
        "Address of REST, gRPC, grpc-web and the console",
    ),
    key(
        "gateway.anonymous_permissions",
        Kind::List,
        Some("performance.read,metrics.read,health.read"),
        "What callers without a login may do; only on loopback and not in production",
    ),
    key("gateway.trusted_proxies", Kind::List, None, "Networks of proxies whose X-Forwarded-For is believed"),
    key("gateway.cors_origins", Kind::List, None, "Origins of other sites that may call"),
    key(
        "gateway.reflection",
        Kind::Choice(&["auto", "on", "off"]),
        Some("auto"),
        "Whether generic gRPC clients may ask for the contract; auto: not in production",
    ),
    key("gateway.request_timeout", Kind::Duration, Some("30s"), "A response must begin within this time"),
    key("gateway.max_connections", Kind::Integer(1, 1_000_000), Some("4096"), "Connections open at once"),
    key(
        "gateway.requests_per_minute_per_address",
        PER_MINUTE,
        Some("24000"),
        "Rate limit of one network address",
    ),
    key("gateway.requests_per_minute_per_user", PER_MINUTE, Some("6000"), "Rate limit of one user"),
    key(
        "gateway.shared_limits",
        Kind::Boolean,
        Some("false"),
        "Whether all gateways count users and logins together, at the cache role",
    ),
    key("gateway.logins_per_minute_per_address", PER_MINUTE, Some("60"), "Rate limit of the token endpoint"),
    key("auth.access_token_lifetime", Kind::Duration, Some("10m"), "Life of an access token, at most 15m"),
    key("auth.refresh_token_lifetime", Kind::Duration, Some("12h"), "Life of an unused refresh token"),
    key("auth.admin_username", Kind::Text, Some("admin"), "Name of the administrator"),
    key(
        "auth.admin_password",
        Kind::Secret,
        None,
        "Password of the administrator; generated at first start when unset",
    ),
    key("users.*.password", Kind::Secret, None, "Password of a further user"),
    key(
        "users.*.role",
        Kind::Choice(&["admin", "reviewer", "operator", "viewer", "auditor"]),
        Some("viewer"),
        "What the user is for",
    ),
    key("users.*.engines", Kind::List, None, "Engines the user may see; left out: all"),
];

/// The gateway's configuration.
pub(crate) fn gateway(settings: &Settings, production: bool) -> Result<Config, UnusableSetting> {
    let mut trusted_proxies = Vec::new();
    for network in settings.list("gateway.trusted_proxies") {
        let parsed = network.parse().map_err(|_| {
            UnusableSetting::new(
                "gateway.trusted_proxies",
                format!("{network} is no network such as 10.0.0.0/8"),
            )
        })?;
        trusted_proxies.push(parsed);
    }
    let quota = |path| NonZeroU32::new(settings.integer(path)).unwrap_or(NonZeroU32::MIN);
    Ok(Config {
        listen: address(settings, "gateway.listen")?,
        production,
        trusted_proxies,
        cors_origins: settings.list("gateway.cors_origins"),
        anonymous_permissions: settings.list("gateway.anonymous_permissions"),
        reflection: match settings.text("gateway.reflection") {
            "on" => true,
            "off" => false,
            _ => !production,
        },
        quotas: Quotas {
            address: quota("gateway.requests_per_minute_per_address"),
            principal: quota("gateway.requests_per_minute_per_user"),
            login: quota("gateway.logins_per_minute_per_address"),
        },
        lifetimes: Lifetimes {
            access: settings.duration("auth.access_token_lifetime"),
            refresh: settings.duration("auth.refresh_token_lifetime"),
        },
        request_timeout: settings.duration("gateway.request_timeout"),
        max_connections: settings.integer("gateway.max_connections"),
        grace: settings.duration("shutdown.grace"),
        shared_limits: settings.flag("gateway.shared_limits"),
        keys: key_lifetimes(settings),
        ..Config::default()
    })
}

/// The accounts of the settings. `generated` is the administrator's password when the settings do not say one.
pub(crate) fn accounts(
    settings: &Settings,
    generated: SecretString,
) -> Result<Vec<UserAccount>, UnusableSetting> {
    let password = match settings.secret("auth.admin_password") {
        Some(given) => long_enough("auth.admin_password", given)?,
        None => generated,
    };
    let admin = settings.text("auth.admin_username").to_owned();
    let mut accounts =
        vec![UserAccount { name: admin.clone(), password, role: Role::Admin, engines: Vec::new() }];
    for name in settings.names("users") {
        let path = format!("users.{name}.password");
        if name == admin || name == resync_gateway::LOCAL_USER {
            return Err(UnusableSetting::new(format!("users.{name}"), "this name is taken"));
        }
        let given = settings
            .secret(&path)
            .ok_or_else(|| UnusableSetting::new(&path, "every user needs a password"))?;
        accounts.push(UserAccount {
            password: long_enough(&path, given)?,
            role: settings
                .text(&format!("users.{name}.role"))
                .parse()
                .map_err(|error| UnusableSetting::new(format!("users.{name}.role"), error))?,
            engines: engines_of(settings, &name)?,
            name,
        });
    }
    Ok(accounts)
}

/// To the gateway no engines means all of them; whoever writes an empty list means the opposite.
fn engines_of(settings: &Settings, user: &str) -> Result<Vec<String>, UnusableSetting> {
    let path = format!("users.{user}.engines");
    match settings.optional_list(&path) {
        Some(given) if given.iter().all(|engine| engine.trim().is_empty()) => {
            Err(UnusableSetting::new(path, "name at least one engine, or leave it out for all of them"))
        }
        given => Ok(given.unwrap_or_default()),
    }
}

fn long_enough(path: &str, password: SecretString) -> Result<SecretString, UnusableSetting> {
    if password.expose_secret().chars().count() < MIN_PASSWORD_CHARS {
        return Err(UnusableSetting::new(
            path,
            format!("at least {MIN_PASSWORD_CHARS} characters are needed"),
        ));
    }
    Ok(password)
}
