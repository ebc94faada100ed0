//! Whom a connection with TLS trusts.

use std::{
    path::PathBuf,
    sync::{Arc, OnceLock},
};

use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject as _},
};

use crate::gateway::upstream::LinkError;

/// The authorities of the system, read once.
static SYSTEM: OnceLock<RootCertStore> = OnceLock::new();

/// Settings that trust the authorities of the system, and those in a file in PEM form.
///
/// # Errors
/// When there is nobody to trust, or the file cannot be read.
pub(super) async fn settings(authorities: Option<PathBuf>) -> Result<Arc<ClientConfig>, LinkError> {
    // Reading files would hold up everybody on this thread.
    let settings = tokio::task::spawn_blocking(move || read(authorities.as_ref()));
    settings.await.map_err(|_| LinkError::Tls)?
}

/// The same for whoever is not a server; `plain`: nothing is reached with TLS, so that there need
/// not be anybody to trust.
///
/// # Errors
/// See [`settings`].
pub(crate) async fn trusted(
    authorities: Option<PathBuf>,
    plain: bool,
) -> Result<Arc<ClientConfig>, LinkError> {
    if plain { from_roots(RootCertStore::empty()) } else { settings(authorities).await }
}

fn read(authorities: Option<&PathBuf>) -> Result<Arc<ClientConfig>, LinkError> {
    let mut roots = SYSTEM.get_or_init(system).clone();
    if let Some(path) = authorities {
        for certificate in CertificateDer::pem_file_iter(path).map_err(|_| LinkError::Tls)? {
            let certificate = certificate.map_err(|_| LinkError::Tls)?;
            roots.add(certificate).map_err(|_| LinkError::Tls)?;
        }
    }
    if roots.is_empty() {
        return Err(LinkError::Tls);
    }
    from_roots(roots)
}

fn from_roots(roots: RootCertStore) -> Result<Arc<ClientConfig>, LinkError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| LinkError::Tls)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn system() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    // One that cannot be read is one that is not trusted.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots
}
