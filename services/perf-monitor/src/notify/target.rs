//! Where messages may go: https, or http to this very machine, and only to hosts that are allowed by name. The address is
//! checked once, when the monitor is built; redirects are never followed, so that nobody is led elsewhere later.

use secrecy::{ExposeSecret as _, SecretString};
use url::{Host, Url};

use crate::error::ConfigError;

/// Checks an address and gives it parsed.
pub(super) fn check(
    destination: &str,
    address: &SecretString,
    allowed_hosts: &[String],
) -> Result<Url, ConfigError> {
    let bad = |problem: &str| ConfigError::Address {
        destination: destination.to_owned(),
        problem: problem.to_owned(),
    };
    let url = Url::parse(address.expose_secret()).map_err(|error| bad(&format!("is no address: {error}")))?;
    let host = url.host().ok_or_else(|| bad("has no host"))?;
    let loopback = match host {
        Host::Domain(name) => name.eq_ignore_ascii_case("localhost"),
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.is_loopback(),
    };
    match url.scheme() {
        "https" => {}
        "http" if loopback => {}
        _ => return Err(bad("is neither https nor on this machine")),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(bad("holds a user or password"));
    }
    let host = url.host_str().unwrap_or_default();
    if !allowed_hosts.iter().any(|allowed| allows(allowed, host)) {
        return Err(ConfigError::Host { destination: destination.to_owned(), host: host.to_owned() });
    }
    Ok(url)
}

/// `*.example.com` allows every name below `example.com`, not itself.
fn allows(allowed: &str, host: &str) -> bool {
    let (allowed, host) = (allowed.trim().to_ascii_lowercase(), host.to_ascii_lowercase());
    match allowed.strip_prefix("*.") {
        Some(domain) => host.strip_suffix(domain).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.')),
        None => allowed == host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_to_allowed_hosts_and_http_to_this_machine() {
        let allowed: Vec<String> =
            ["hooks.slack.com", "*.logic.azure.com", "127.0.0.1", "[::1]"].map(str::to_owned).into();
        for (address, reason) in [
            ("https://hooks.slack.com/services/T/B/X", ""),
            ("https://HOOKS.slack.com/x", ""),
            ("https://prod-12.westeurope.logic.azure.com:443/workflows/x", ""),
            ("http://127.0.0.1:8080/hook", ""),
            ("http://[::1]:8080/hook", ""),
            ("http://hooks.slack.com/x", "DESTINATION_ADDRESS"),
            ("http://127.0.0.1.example.com/x", "DESTINATION_ADDRESS"),
            ("https://logic.azure.com/x", "DESTINATION_HOST"),
            ("https://evillogic.azure.com/x", "DESTINATION_HOST"),
            ("https://hooks.slack.com.example.com/x", "DESTINATION_HOST"),
            ("https://hooks.slack.com@example.com/x", "DESTINATION_ADDRESS"),
            ("https://user:hunter2@hooks.slack.com/x", "DESTINATION_ADDRESS"),
            ("http://localhost/x", "DESTINATION_HOST"),
            ("file:///etc/passwd", "DESTINATION_ADDRESS"),
            ("hooks.slack.com/x", "DESTINATION_ADDRESS"),
        ] {
            let outcome = check("ops", &address.to_owned().into(), &allowed);
            let found = outcome.err().map_or(String::new(), |error| {
                assert!(!error.to_string().contains("hunter2"), "{error} shows a secret");
                resync_fault::Fault::reason(&error).to_owned()
            });
            assert_eq!(found, reason, "{address}");
        }
    }
}
