//! The simulated engine that `resync up` starts when no engine is configured.

use super::{UnusableSetting, key};
use resync_service_kit::settings::{Key, Kind, Settings};
use secrecy::SecretString;
use std::net::{Ipv4Addr, SocketAddr};

pub(super) const KEYS: &[Key] = &[
    key("simulator.seed", Kind::Integer(0, i64::MAX), Some("1"), "Seed of the simulated night"),
    key("simulator.jobs", Kind::Integer(100, 1_000_000), Some("2000"), "Jobs in the simulated plan"),
    key("simulator.clock_rate", Kind::Number(0.0, 10_000.0), Some("1"), "Engine seconds per second"),
    key("simulator.time_zone", Kind::Text, Some("America/Sao_Paulo"), "Zone of the simulated engine"),
    key(
        "simulator.control_port",
        Kind::Integer(0, 65_535),
        None,
        "Loopback port of the simulator's truth and faults; unset: none",
    ),
];

/// Configuration of the built-in simulator: loopback, a free port, a certificate and a password of this run.
pub(crate) fn simulator(
    settings: &Settings,
    password: SecretString,
) -> Result<hwa_simulator::Config, UnusableSetting> {
    let control_port = settings.optional_integer::<u16>("simulator.control_port");
    Ok(hwa_simulator::Config {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        control_listen: control_port.map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port))),
        seed: settings.integer("simulator.seed"),
        jobs: settings.integer("simulator.jobs"),
        clock_rate: settings.number("simulator.clock_rate"),
        time_zone: settings
            .text("simulator.time_zone")
            .parse()
            .map_err(|error| UnusableSetting::new("simulator.time_zone", error))?,
        password,
        tls: Some(hwa_simulator::Tls::SelfSigned { hostnames: vec!["127.0.0.1".to_owned()], ca_out: None }),
        ..hwa_simulator::Config::default()
    })
}
