//! How to reach one engine: addresses, credentials, trust and limits.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::error::Error;

/// Everything a [`crate::Client`] needs to know.
#[derive(Debug, Clone)]
pub struct Config {
    /// Addresses of the engine: the master first, then its backups. Without a path, `/twsd` is meant.
    pub urls: Vec<Url>,
    /// Credentials.
    pub auth: Auth,
    /// Whom to trust.
    pub tls: Tls,
    /// Bounds on time, memory and connections.
    pub limits: Limits,
}

/// Credentials, sent with every request.
#[derive(Debug, Clone)]
pub enum Auth {
    /// User and password.
    Basic {
        /// User as the engine's registry knows it.
        user: String,
        /// Password.
        password: SecretString,
    },
    /// An API key (a JSON web token made in the engine's console).
    Bearer(SecretString),
}

/// Whom to trust.
#[derive(Debug, Clone, Default)]
pub struct Tls {
    /// PEM text of the certificate authorities to trust; without it, those of the machine.
    pub ca_pem: Option<String>,
    /// Name to expect in the certificate when it is not the name that is dialled.
    pub server_name: Option<String>,
    /// Accept any certificate. Every start logs a warning.
    pub insecure: bool,
}

/// Bounds on time, memory and connections.
#[derive(Debug, Clone)]
pub struct Limits {
    /// To open a connection, including TLS.
    pub connect_timeout: Duration,
    /// For a whole exchange.
    pub request_timeout: Duration,
    /// How long an unused connection is kept.
    pub idle_timeout: Duration,
    /// Connections, and so requests, at one time; further ones wait.
    pub max_connections: usize,
    /// Largest body accepted.
    pub max_response_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            request_timeout: Duration::from_secs(60),
            idle_timeout: Duration::from_secs(60),
            max_connections: 4,
            max_response_bytes: 64 * 1024 * 1024,
        }
    }
}

impl Config {
    /// Settings for one address with every limit at its default.
    #[must_use]
    pub fn new(url: Url, auth: Auth) -> Self {
        Self { urls: vec![url], auth, tls: Tls::default(), limits: Limits::default() }
    }
}

/// Settings that cannot work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// No address at all.
    #[error("no address is configured for the engine")]
    NoUrl,
    /// An address that is not http or https, or has no host.
    #[error("{0} is not an http or https address")]
    BadUrl(String),
    /// Credentials inside the address.
    #[error("the address carries credentials")]
    CredentialsInUrl,
    /// Credentials that cannot be put into a header.
    #[error("the {0} contains characters that cannot be sent")]
    BadCredentials(&'static str),
    /// The authority file cannot be used.
    #[error("the certificate authority file cannot be used: {0}")]
    BadCa(String),
    /// The server name is not a name.
    #[error("{0} is not a server name")]
    BadServerName(String),
    /// A bound of zero.
    #[error("{0} must not be zero")]
    Zero(&'static str),
    /// The HTTP client could not be built.
    #[error("the HTTP client cannot be built: {0}")]
    Build(String),
}

impl ConfigError {
    /// What a person can do about it.
    #[must_use]
    pub fn advice(&self) -> String {
        match self {
            Self::NoUrl => "set the engine's address, e.g. https://master.example:31116".to_owned(),
            Self::BadUrl(_) => "write the address as https://<host>:31116".to_owned(),
            Self::CredentialsInUrl => {
                "put user and password into their own settings; addresses appear in logs".to_owned()
            }
            Self::BadCredentials(_) => {
                "a user name must not hold a colon, and neither may hold control characters".to_owned()
            }
            Self::BadCa(_) => "give a PEM file with at least one CERTIFICATE block".to_owned(),
            Self::BadServerName(_) => {
                "give the name that stands in the engine's certificate, without port".to_owned()
            }
            Self::Zero(_) => "leave the setting out to get its default".to_owned(),
            Self::Build(_) => "report this message; it points to a defect".to_owned(),
        }
    }
}

/// One checked address.
#[derive(Debug, Clone)]
pub(crate) struct Base {
    /// Always ends in `/`.
    pub(crate) url: Url,
    pub(crate) host: String,
    pub(crate) port: u16,
}

impl Base {
    pub(crate) fn parse(url: &Url) -> Result<Self, ConfigError> {
        let shown =
            || ConfigError::BadUrl(format!("{}://{}", url.scheme(), url.host_str().unwrap_or_default()));
        if !matches!(url.scheme(), "http" | "https") {
            return Err(shown());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(ConfigError::CredentialsInUrl);
        }
        let host = url.host_str().ok_or_else(shown)?.to_owned();
        let port = url.port_or_known_default().ok_or_else(shown)?;
        let mut url = url.clone();
        url.set_query(None);
        url.set_fragment(None);
        let path = match url.path().trim_end_matches('/') {
            "" => "/twsd/".to_owned(),
            path => format!("{path}/"),
        };
        url.set_path(&path);
        Ok(Self { url, host, port })
    }

    pub(crate) fn is_tls(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// `host:port`, for messages.
    pub(crate) fn address(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

impl Auth {
    /// The value of the `Authorization` header, marked sensitive so that no log shows it.
    pub(crate) fn header(&self) -> Result<http::HeaderValue, Error> {
        use base64::Engine as _;
        let (value, what) = match self {
            Self::Basic { user, password } => {
                if user.contains(':') || user.chars().any(char::is_control) {
                    return Err(ConfigError::BadCredentials("user name").into());
                }
                let pair = format!("{user}:{}", password.expose_secret());
                (format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair)), "password")
            }
            Self::Bearer(key) => (format!("Bearer {}", key.expose_secret().trim()), "API key"),
        };
        let mut header = http::HeaderValue::try_from(value).map_err(|_| ConfigError::BadCredentials(what))?;
        header.set_sensitive(true);
        Ok(header)
    }
}

impl Limits {
    pub(crate) fn validate(&self) -> Result<(), ConfigError> {
        for (name, zero) in [
            ("connect_timeout", self.connect_timeout.is_zero()),
            ("request_timeout", self.request_timeout.is_zero()),
            ("max_connections", self.max_connections == 0),
            ("max_response_bytes", self.max_response_bytes == 0),
        ] {
            if zero {
                return Err(ConfigError::Zero(name));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_completed_and_checked() {
        for (given, kept) in [
            ("https://mdm:31116", "https://mdm:31116/twsd/"),
            ("https://mdm:31116/twsd", "https://mdm:31116/twsd/"),
            ("https://proxy.example/hwa/twsd/?x=1#y", "https://proxy.example/hwa/twsd/"),
        ] {
            assert_eq!(Base::parse(&given.parse().unwrap()).unwrap().url.as_str(), kept);
        }
        assert!(matches!(Base::parse(&"ftp://mdm".parse().unwrap()), Err(ConfigError::BadUrl(_))));
        let secret = Base::parse(&"https://u:geheim@mdm".parse().unwrap()).unwrap_err();
        assert_eq!(secret, ConfigError::CredentialsInUrl);
        assert!(!secret.to_string().contains("geheim"));
    }

    #[test]
    fn credentials_become_a_header_that_debug_does_not_show() {
        let auth = Auth::Basic { user: "opuser".into(), password: "s3cret".into() };
        let header = auth.header().unwrap();
        assert_eq!(header.to_str().unwrap(), "Basic b3B1c2VyOnMzY3JldA==");
        assert!(header.is_sensitive());
        let shown = format!("{auth:?} {header:?}");
        assert!(!shown.contains("s3cret") && !shown.contains("b3B1"), "{shown}");
        assert!(Auth::Basic { user: "a:b".into(), password: "x".into() }.header().is_err());
        assert!(Auth::Bearer("bad\nkey".into()).header().is_err());
    }
}
