//! The command line of the simulator, made to be flattened into another program's.

use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use secrecy::SecretString;

use crate::config::{Config, Incidents, SpecVariant, Tls};
use crate::error::Error;
use crate::incidents::IncidentKind;
use crate::simulator::Simulator;

/// Run a simulated engine.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Address to listen on.
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    pub bind: IpAddr,
    /// Port of the REST API; 0 takes a free one.
    #[arg(long, default_value_t = 31116)]
    pub port: u16,
    /// Port of the control interface on loopback (truth, clock, faults); left out when not given.
    #[arg(long)]
    pub control_port: Option<u16>,
    /// Seed of the plan.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Jobs in the plan.
    #[arg(long, default_value_t = 2_000)]
    pub jobs: usize,
    /// Job streams in the plan; scaled from the jobs when not given.
    #[arg(long)]
    pub job_streams: Option<usize>,
    /// User of HTTP basic authentication.
    #[arg(long, default_value = "wauser")]
    pub user: String,
    /// Password of HTTP basic authentication.
    #[arg(long, env = "HWA_SIMULATOR_PASSWORD", default_value = "simulated", hide_env_values = true)]
    pub password: SecretString,
    /// Bearer token to accept; may be given several times.
    #[arg(long = "token")]
    pub tokens: Vec<SecretString>,
    /// Serve plain HTTP instead of HTTPS.
    #[arg(long, conflicts_with_all = ["cert", "key", "ca_out", "hostnames"])]
    pub plain_http: bool,
    /// Certificate chain (PEM). Without it a private authority is made at start.
    #[arg(long, requires = "key")]
    pub cert: Option<PathBuf>,
    /// Private key (PEM).
    #[arg(long, requires = "cert")]
    pub key: Option<PathBuf>,
    /// Where to write the certificate of the private authority (PEM).
    #[arg(long)]
    pub ca_out: Option<PathBuf>,
    /// Names in the private certificate; may be given several times.
    #[arg(long = "hostname", default_values_t = ["localhost".to_owned(), "127.0.0.1".to_owned()])]
    pub hostnames: Vec<String>,
    /// API variant to serve.
    #[arg(long, value_enum, default_value_t = SpecVariant::B)]
    pub variant: SpecVariant,
    /// Engine seconds per wall second.
    #[arg(long, default_value_t = 1.0)]
    pub clock_rate: f64,
    /// Let the clock stand still; it moves by steps from the control port.
    #[arg(long)]
    pub stepped: bool,
    /// Plant only these kinds of incident; may be given several times.
    #[arg(long = "incident", conflicts_with = "no_incidents")]
    pub incidents: Vec<IncidentKind>,
    /// Plant no incident.
    #[arg(long)]
    pub no_incidents: bool,
    /// Time zone of the engine.
    #[arg(long, default_value_t = chrono_tz::America::Sao_Paulo)]
    pub time_zone: Tz,
    /// The engine's clock at start (RFC 3339); the wall clock when not given.
    #[arg(long)]
    pub start: Option<DateTime<Utc>>,
}

impl From<Args> for Config {
    fn from(args: Args) -> Self {
        let Args {
            bind,
            port,
            control_port,
            seed,
            jobs,
            job_streams,
            user,
            password,
            tokens,
            plain_http,
            cert,
            key,
            ca_out,
            hostnames,
            variant,
            clock_rate,
            stepped,
            incidents,
            no_incidents,
            time_zone,
            start,
        } = args;
        let tls = match (plain_http, cert, key) {
            (true, _, _) => None,
            (false, Some(cert), Some(key)) => Some(Tls::Files { cert, key }),
            (false, _, _) => Some(Tls::SelfSigned { hostnames, ca_out }),
        };
        Self {
            listen: SocketAddr::new(bind, port),
            control_listen: control_port.map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port))),
            seed,
            jobs,
            job_streams,
            user,
            password,
            tokens,
            tls,
            variant,
            clock_rate,
            stepped,
            incidents: match (no_incidents, incidents.is_empty()) {
                (true, _) => Incidents::None,
                (false, true) => Incidents::All,
                (false, false) => Incidents::Only(incidents),
            },
            time_zone,
            start,
        }
    }
}

/// Runs a simulator until `shutdown` resolves.
pub async fn run(args: Args, shutdown: impl Future<Output = ()>) -> Result<(), Error> {
    let simulator = Simulator::start(args.into()).await?;
    tracing::info!(
        url = %simulator.base_url(),
        control = ?simulator.control_address(),
        "simulated engine is ready"
    );
    shutdown.await;
    simulator.shutdown().await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Program {
        #[command(flatten)]
        args: Args,
    }

    fn config(flags: &[&str]) -> Result<Config, clap::Error> {
        Program::try_parse_from([&["program"], flags].concat()).map(|program| program.args.into())
    }

    #[test]
    fn flags_become_a_configuration() {
        let parsed =
            config(&["--variant", "A", "--control-port", "0", "--incident", "disk_full", "--stepped"]);
        let parsed = parsed.expect("good flags");
        assert_eq!(parsed.variant, SpecVariant::A);
        assert_eq!(parsed.incidents, Incidents::Only(vec![IncidentKind::DiskFull]));
        assert!(parsed.control_listen.is_some_and(|address| address.ip().is_loopback()));
        assert!(matches!(parsed.tls, Some(Tls::SelfSigned { .. })), "TLS is the default");
        assert!(config(&["--plain-http", "--variant", "b"]).expect("good flags").tls.is_none());
    }

    #[test]
    fn contradictions_are_refused() {
        for flags in [
            &["--cert", "c.pem"][..],
            &["--plain-http", "--ca-out", "ca.pem"],
            &["--no-incidents", "--incident", "disk_full"],
            &["--incident", "earthquake"],
            &["--variant", "C"],
            &["--start", "yesterday"],
        ] {
            assert!(config(flags).is_err(), "{flags:?}");
        }
    }
}
