//! Certificates of the REST listener: a private authority made at start, or files.

use std::path::Path;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    IsCa, KeyPair, KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use crate::config::Tls;
use crate::error::Error;

/// What a listener needs, and what its clients need to trust it.
pub(crate) struct Prepared {
    pub(crate) acceptor: TlsAcceptor,
    /// Certificate of the private authority.
    pub(crate) authority: Option<String>,
    /// The first name in the certificate.
    pub(crate) hostname: Option<String>,
}

pub(crate) fn prepare(tls: &Tls) -> Result<Prepared, Error> {
    match tls {
        Tls::SelfSigned { hostnames, ca_out } => {
            let made = private_authority(hostnames)?;
            if let Some(path) = ca_out {
                std::fs::write(path, &made.authority).map_err(|error| Error::CertificateFile {
                    path: path.clone(),
                    reason: error.to_string(),
                })?;
            }
            Ok(Prepared {
                acceptor: acceptor(made.chain, made.key)?,
                authority: Some(made.authority),
                hostname: hostnames.first().cloned(),
            })
        }
        Tls::Files { cert, key } => {
            let chain = read(cert, |path| CertificateDer::pem_file_iter(path)?.collect())?;
            let key = read(key, |path| PrivateKeyDer::from_pem_file(path))?;
            Ok(Prepared { acceptor: acceptor(chain, key)?, authority: None, hostname: None })
        }
    }
}

fn read<T>(
    path: &Path,
    parse: impl FnOnce(&Path) -> Result<T, rustls_pki_types::pem::Error>,
) -> Result<T, Error> {
    parse(path).map_err(|error| Error::CertificateFile { path: path.to_owned(), reason: error.to_string() })
}

fn acceptor(chain: Vec<CertificateDer<'static>>, key: PrivateKeyDer<'static>) -> Result<TlsAcceptor, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|error| Error::Certificate(error.to_string()))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

struct Made {
    authority: String,
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

fn private_authority(hostnames: &[String]) -> Result<Made, Error> {
    let failed = |error: rcgen::Error| Error::Certificate(error.to_string());
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    authority.distinguished_name = name("Simulated engine CA");
    let issuer =
        CertifiedIssuer::self_signed(authority, KeyPair::generate().map_err(failed)?).map_err(failed)?;

    let mut server = CertificateParams::new(hostnames.to_vec()).map_err(failed)?;
    server.distinguished_name = name(hostnames.first().map_or("MDM", String::as_str));
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate().map_err(failed)?;
    let certificate = server.signed_by(&key, &issuer).map_err(failed)?;
    let key =
        PrivateKeyDer::try_from(key.serialize_der()).map_err(|error| Error::Certificate(error.to_owned()))?;
    Ok(Made { authority: issuer.pem(), chain: vec![certificate.der().clone()], key })
}

fn name(common_name: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common_name);
    name
}
