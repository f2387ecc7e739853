//! Certificates: a private authority, a name that differs from the one dialled, and what is refused.

use std::sync::Arc;

use crate::peer::{Peer, closed_port, config, json};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use resync_hwa::check::{Outcome, StepName, check};
use resync_hwa::error::{Error, Kind, TlsProblem, UnreachableReason};
use resync_hwa::{Client, Config};
use rustls_pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use tokio_rustls::TlsAcceptor;

const INFO: &str = r#"{"displayVersion":"10.2.8","fullVersion":"10.2.8.00","timezone":"America/Sao_Paulo"}"#;

struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).unwrap().pem();
        Self { pem, issuer: Issuer::new(params, key) }
    }

    fn server(&self, names: &[&str], expired: bool) -> TlsAcceptor {
        let key = KeyPair::generate().unwrap();
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        if expired {
            params.not_before = rcgen::date_time_ymd(2020, 1, 1);
            params.not_after = rcgen::date_time_ymd(2021, 1, 1);
        }
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let config =
            rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_no_client_auth()
                .with_single_cert(
                    vec![CertificateDer::from(certificate.der().to_vec())],
                    PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
                )
                .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }
}

async fn engine(acceptor: TlsAcceptor) -> (Peer, Config) {
    let peer = Peer::tls(acceptor, |_| json(INFO)).await;
    let config = config(&format!("https://localhost:{}", peer.address.port()));
    (peer, config)
}

async fn tls_problem(config: &Config) -> TlsProblem {
    match Client::new(config).unwrap().engine_info().await.unwrap_err() {
        Error::Unreachable(unreachable) => match unreachable.reason {
            UnreachableReason::Tls(problem) => problem,
            other => panic!("{other}"),
        },
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn only_the_given_authority_is_trusted() {
    let authority = Authority::new();
    let (_peer, mut config) = engine(authority.server(&["localhost"], false)).await;
    config.tls.ca_pem = Some(authority.pem.clone());
    assert_eq!(
        Client::new(&config).unwrap().engine_info().await.unwrap().display_version.as_deref(),
        Some("10.2.8")
    );

    config.tls.ca_pem = Some(Authority::new().pem);
    assert_eq!(tls_problem(&config).await, TlsProblem::UnknownIssuer);
    for bad in ["", "not pem", "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----"] {
        config.tls.ca_pem = Some(bad.to_owned());
        assert_eq!(Client::new(&config).unwrap_err().failure(), Kind::Config, "{bad}");
    }
}

#[tokio::test]
async fn a_name_mismatch_tells_the_names_and_the_server_name_setting_cures_it() {
    let authority = Authority::new();
    let (_peer, mut config) = engine(authority.server(&["hwa-lab", "mdm.example"], false)).await;
    config.tls.ca_pem = Some(authority.pem.clone());
    let expected = TlsProblem::NameMismatch {
        expected: "localhost".into(),
        presented: vec!["hwa-lab".into(), "mdm.example".into()],
    };
    assert_eq!(tls_problem(&config).await, expected);

    config.tls.server_name = Some("hwa-lab".into());
    assert!(Client::new(&config).unwrap().engine_info().await.is_ok());
    config.tls.server_name = Some("other".into());
    assert!(matches!(tls_problem(&config).await, TlsProblem::NameMismatch { .. }));
    // The chain is still verified when the name is overridden.
    config.tls.server_name = Some("hwa-lab".into());
    config.tls.ca_pem = Some(Authority::new().pem);
    assert_eq!(tls_problem(&config).await, TlsProblem::UnknownIssuer);
}

#[tokio::test]
async fn expired_certificates_are_refused_and_insecure_mode_accepts_all() {
    let authority = Authority::new();
    let (_peer, mut config) = engine(authority.server(&["localhost"], true)).await;
    config.tls.ca_pem = Some(authority.pem.clone());
    assert_eq!(tls_problem(&config).await, TlsProblem::Expired);
    config.tls.ca_pem = None;
    config.tls.insecure = true;
    assert!(Client::new(&config).unwrap().engine_info().await.is_ok());
}

#[tokio::test]
async fn the_check_names_the_step_that_fails_and_examines_every_address() {
    let authority = Authority::new();
    let (_peer, mut config) = engine(authority.server(&["hwa-lab"], false)).await;
    config.tls.ca_pem = Some(authority.pem.clone());
    config.urls.push(format!("https://localhost:{}", closed_port().await).parse().unwrap());
    config.urls.push("https://no-such-host.invalid:31116".parse().unwrap());
    let reports = check(&config).await;
    let failing: Vec<_> = reports
        .iter()
        .map(|report| {
            let failed: Vec<_> = report
                .steps
                .iter()
                .filter(|step| step.outcome == Outcome::Failed)
                .map(|step| step.name)
                .collect();
            assert_eq!(report.steps.len(), 7, "every step is reported");
            assert_eq!(report.step(StepName::Clock).unwrap().outcome, Outcome::Skipped);
            failed
        })
        .collect();
    assert_eq!(failing, [vec![StepName::Tls], vec![StepName::Port], vec![StepName::Name]]);
    let mismatch = reports[0].step(StepName::Tls).unwrap();
    assert!(mismatch.detail.contains("hwa-lab") && mismatch.hint.as_ref().unwrap().contains("hwa-lab"));

    config.tls.server_name = Some("hwa-lab".into());
    let report = check(&config).await.remove(0);
    assert!(report.passed(), "{report:#?}");
    assert!(report.step(StepName::Version).unwrap().detail.contains("10.2.8"));
}
