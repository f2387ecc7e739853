//! TLS, and large plans.

use hwa_simulator::{Config, Error, Incidents, Tls};
use reqwest::{Certificate, Client, StatusCode};

use crate::harness::{Night, config, install_provider, results};

fn private(hostnames: &[&str]) -> Config {
    let hostnames = hostnames.iter().map(|name| (*name).to_owned()).collect();
    Config { tls: Some(Tls::SelfSigned { hostnames, ca_out: None }), jobs: 300, ..config() }
}

fn trusting(night: &Night) -> Client {
    install_provider();
    let pem = night.simulator.ca_pem().expect("a private authority");
    let authority = Certificate::from_pem(pem.as_bytes()).expect("a certificate");
    Client::builder().tls_certs_only([authority]).build().expect("a client")
}

#[tokio::test]
async fn clients_that_trust_the_private_authority_are_served() {
    let night = Night::start(private(&["localhost"])).await;
    assert!(night.simulator.base_url().starts_with("https://localhost:"));
    let url = format!("{}/twsd/api/v2/engine/info", night.simulator.base_url());
    let response = trusting(&night).get(&url).basic_auth("wauser", Some("simulated")).send().await;
    assert_eq!(response.expect("an answer").status(), StatusCode::OK);
    assert!(night.client.get(&url).send().await.is_err(), "an unknown authority is refused");
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused_by_clients() {
    let night = Night::start(private(&["mdm.bank.example"])).await;
    let url = format!("https://localhost:{}/twsd/", night.simulator.address().port());
    assert!(trusting(&night).get(&url).send().await.is_err());
}

#[tokio::test]
async fn missing_certificate_files_are_named() {
    let tls = Tls::Files { cert: "/nonexistent/cert.pem".into(), key: "/nonexistent/key.pem".into() };
    let error =
        hwa_simulator::Simulator::start(Config { tls: Some(tls), ..config() }).await.expect_err("refused");
    assert!(matches!(&error, Error::CertificateFile { path, .. } if path.ends_with("cert.pem")), "{error}");
}

#[tokio::test]
async fn a_hundred_thousand_jobs_are_served_in_pages() {
    let night = Night::start(Config { jobs: 100_000, incidents: Incidents::All, ..config() }).await;
    let page = night.read("/plan/job?limit=500&offset=99700").await;
    assert_eq!((page["count"].clone(), results(&page).len()), (100_000.into(), 300));
    let truth = night.control().truth();
    assert!(truth.incidents.iter().all(|incident| incident.open));
    assert!(truth.jobs.by_status["SUCC"] > 20_000, "{:?}", truth.jobs.by_status);
    assert!(truth.jobs.by_status["EXEC"] > 200, "{:?}", truth.jobs.by_status);
}
