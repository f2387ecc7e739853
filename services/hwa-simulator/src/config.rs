//! What a simulated engine is asked to be. Plain values with defaults that give a believable night;
//! command-line parsing lives in `args`.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::incidents::IncidentKind;

/// Everything that decides how a [`Simulator`](crate::Simulator) looks and behaves.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the REST API listens. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where the control port listens; `None` leaves it out. It has no authentication: loopback only.
    pub control_listen: Option<SocketAddr>,
    /// The same seed, start and size give the same plan, ids included.
    pub seed: u64,
    /// Number of jobs in the plan. Planted incidents and the plan's own streams count towards it; when it
    /// is smaller than what they need, the plan is as large as they need.
    pub jobs: usize,
    /// Number of job streams; `None` scales it from `jobs` (at least 60).
    pub job_streams: Option<usize>,
    /// User of HTTP basic authentication.
    pub user: String,
    /// Password of HTTP basic authentication.
    pub password: SecretString,
    /// Bearer tokens (the engine's API keys) that are accepted.
    pub tokens: Vec<SecretString>,
    /// TLS; `None` serves plain HTTP.
    pub tls: Option<Tls>,
    /// Which of the two published API specifications is served.
    pub variant: SpecVariant,
    /// Engine seconds per wall second: 1.0 is real time, 0.0 stands still.
    pub clock_rate: f64,
    /// The clock stands still and moves only by [`Control::step`](crate::Control::step).
    pub stepped: bool,
    /// Which kinds of trouble are planted.
    pub incidents: Incidents,
    /// Zone of the engine and of every workstation.
    pub time_zone: Tz,
    /// The engine's clock at the moment the simulator starts, in the middle of the plan's night. `None` is
    /// the wall clock. The plan began some six hours before it.
    pub start: Option<DateTime<Utc>>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            control_listen: None,
            seed: 1,
            jobs: 2_000,
            job_streams: None,
            user: "wauser".to_owned(),
            password: SecretString::from("simulated"),
            tokens: Vec::new(),
            tls: None,
            variant: SpecVariant::B,
            clock_rate: 1.0,
            stepped: false,
            incidents: Incidents::All,
            time_zone: chrono_tz::America::Sao_Paulo,
            start: None,
        }
    }
}

/// Where the certificate of the REST listener comes from.
#[derive(Debug, Clone)]
pub enum Tls {
    /// A private certificate authority made at start.
    SelfSigned {
        /// Names and addresses in the server certificate.
        hostnames: Vec<String>,
        /// File to write the authority's certificate to (PEM).
        ca_out: Option<PathBuf>,
    },
    /// Certificate chain and key in PEM files.
    Files {
        /// The certificate chain.
        cert: PathBuf,
        /// The private key.
        key: PathBuf,
    },
}

/// The two published versions of the API.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    clap::ValueEnum,
    strum::IntoStaticStr,
    strum::Display,
)]
pub enum SpecVariant {
    /// 10.1.0.1: predecessors and successors, no prompt and file lists.
    #[value(name = "A", alias = "a")]
    A,
    /// 2.1.6.0, served by release 10.2.8: prompt and file lists, no predecessors and successors.
    #[value(name = "B", alias = "b")]
    B,
}

/// Which kinds of trouble the plan holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Incidents {
    /// One of every kind.
    All,
    /// A night without trouble.
    None,
    /// One of each of these.
    Only(Vec<IncidentKind>),
}

impl Incidents {
    pub(crate) fn includes(&self, kind: IncidentKind) -> bool {
        match self {
            Self::All => true,
            Self::None => false,
            Self::Only(kinds) => kinds.contains(&kind),
        }
    }
}
