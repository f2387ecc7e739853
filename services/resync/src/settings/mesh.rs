//! Where the other roles are, and how calls between processes are secured.

use super::process::address;
use super::{UnusableSetting, key, pem};
use resync_service_kit::channel::ChannelTls;
use resync_service_kit::server::{ListenConfig, ServerTls};
use resync_service_kit::settings::{Key, Kind, Settings};
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

pub(super) const KEYS: &[Key] = &[
    key(
        "mesh.listen",
        Kind::Text,
        Some("127.0.0.1:8002"),
        "Address where the roles of this process are called",
    ),
    key("mesh.tws_bridge", Kind::Text, None, "Address of the role tws-bridge, such as http://host:8002"),
    key("mesh.agent", Kind::Text, None, "Address of the role agent"),
    key("mesh.cache", Kind::Text, None, "Address of the role cache"),
    key("mesh.knowledge_graph", Kind::Text, None, "Address of the role knowledge-graph"),
    key("mesh.perf_monitor", Kind::Text, None, "Address of the role perf-monitor"),
    key(
        "mesh.call_timeout",
        Kind::Duration,
        Some("30s"),
        "Bound for calls between roles whose caller set none",
    ),
    key("mesh.ca_file", Kind::Text, None, "PEM file of the authority of the roles' certificates"),
    key(
        "mesh.certificate_file",
        Kind::Text,
        None,
        "PEM file of this process's certificate chain; with it, calls need TLS",
    ),
    key("mesh.key_file", Kind::Text, None, "PEM file of this process's private key"),
    key(
        "mesh.require_client_certificates",
        Kind::Boolean,
        Some("false"),
        "Whether callers must show a certificate of the authority",
    ),
    key(
        "mesh.host_name",
        Kind::Text,
        None,
        "Name in the other roles' certificates, when it is not the name dialled",
    ),
];

/// Typed settings of calls between processes.
#[derive(Debug, Clone)]
pub(crate) struct Mesh {
    pub(crate) listen: SocketAddr,
    /// Addresses by name of the role.
    pub(crate) addresses: BTreeMap<String, String>,
    pub(crate) call_timeout: Duration,
    pub(crate) client_tls: ChannelTls,
    pub(crate) server: ListenConfig,
}

impl Mesh {
    pub(crate) fn read(settings: &Settings) -> Result<Self, UnusableSetting> {
        let file = |leaf: &str| {
            let path = format!("mesh.{leaf}");
            settings.optional_text(&path).map(|file| pem(&path, file)).transpose()
        };
        let (ca, certificate) = (file("ca_file")?, file("certificate_file")?);
        let key = file("key_file")?.map(SecretString::from);
        let demanding = settings.flag("mesh.require_client_certificates");
        if demanding && ca.is_none() {
            let problem = "needs mesh.ca_file to check them against";
            return Err(UnusableSetting::new("mesh.require_client_certificates", problem));
        }
        let identity = match (certificate, key) {
            (Some(certificate), Some(key)) => Some((certificate, key)),
            (None, None) => None,
            _ => {
                return Err(UnusableSetting::new(
                    "mesh.certificate_file",
                    "needs mesh.key_file, and the other way round",
                ));
            }
        };
        let tls = identity.clone().map(|(certificate, key)| ServerTls {
            certificate,
            key,
            client_ca: ca.clone().filter(|_| demanding),
        });
        let roles = ["tws-bridge", "agent", "cache", "knowledge-graph", "perf-monitor"];
        let addresses = roles.into_iter().filter_map(|role| {
            let address = settings.optional_text(&format!("mesh.{}", role.replace('-', "_")))?;
            Some((role.to_owned(), address.to_owned()))
        });
        Ok(Self {
            listen: address(settings, "mesh.listen")?,
            addresses: addresses.collect(),
            call_timeout: settings.duration("mesh.call_timeout"),
            client_tls: ChannelTls {
                ca,
                host_name: settings.optional_text("mesh.host_name").map(str::to_owned),
                identity,
            },
            server: ListenConfig {
                tls,
                grace: settings.duration("shutdown.grace"),
                ..ListenConfig::default()
            },
        })
    }
}
