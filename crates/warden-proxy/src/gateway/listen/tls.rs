//! TLS: certificate, key, and whose certificates clients have to show.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use rustls::{
    RootCertStore, ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem, pem::PemObject as _},
    server::WebPkiClientVerifier,
};
use tokio::net::TcpStream;
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use super::certificate;
use crate::gateway::settings::Tls;

/// Why TLS cannot be set up. Names files, never what is in them.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TlsError {
    /// A file cannot be read, or is no PEM of the kind that is looked for.
    #[error("cannot read `{}`", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: pem::Error,
    },
    /// A file has no certificate in it.
    #[error("there is no certificate in `{}`", path.display())]
    Empty {
        /// Which.
        path: PathBuf,
    },
    /// Certificate and key are there, but do not work.
    #[error("certificate and key do not work together")]
    Pair(#[source] rustls::Error),
    /// A certificate of an authority does not work.
    #[error("the authorities in `{}` cannot be used", path.display())]
    Authority {
        /// Which file.
        path: PathBuf,
    },
}

/// A connection after its handshake.
pub(super) struct Accepted {
    pub(super) stream: TlsStream<TcpStream>,
    pub(super) http2: bool,
    /// The name in the certificate that was shown.
    pub(super) name: Option<Arc<str>>,
    /// The certificate itself, in DER.
    pub(super) leaf: Option<Arc<[u8]>>,
}

/// Makes handshakes with what was read last.
#[derive(Debug)]
pub(super) struct Acceptor(RwLock<Arc<ServerConfig>>);

impl Acceptor {
    /// With what is in `files`.
    pub(super) fn new(files: &Tls) -> Result<Self, TlsError> {
        Ok(Self(RwLock::new(Arc::new(config(files)?))))
    }

    /// With what is in `files` from now on.
    pub(super) fn reload(&self, files: &Tls) -> Result<(), TlsError> {
        let config = Arc::new(config(files)?);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = config;
        Ok(())
    }

    /// Makes one handshake.
    pub(super) async fn accept(&self, socket: TcpStream) -> io::Result<Accepted> {
        let config = Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner));
        let stream = TlsAcceptor::from(config).accept(socket).await?;
        let session = stream.get_ref().1;
        let http2 = session.alpn_protocol() == Some(b"h2");
        let shown = session.peer_certificates().and_then(<[_]>::first);
        let name = shown.and_then(|shown| certificate::name(shown)).map(Arc::from);
        let leaf = shown.map(|shown| Arc::from(&**shown));
        Ok(Accepted { stream, http2, name, leaf })
    }
}

/// Says whether these files could be used.
pub(crate) fn check(files: &Tls) -> Result<(), TlsError> {
    config(files).map(drop)
}

fn config(files: &Tls) -> Result<ServerConfig, TlsError> {
    let chain = certificates(&files.certificate)?;
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|source| TlsError::File { path: files.key.clone(), source })?;
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(TlsError::Pair)?;
    let builder = match &files.client_authority {
        None => builder.with_no_client_auth(),
        Some(path) => {
            let broken = || TlsError::Authority { path: path.clone() };
            let mut roots = RootCertStore::empty();
            for certificate in certificates(path)? {
                roots.add(certificate).map_err(|_| broken())?;
            }
            let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider);
            builder.with_client_cert_verifier(verifier.build().map_err(|_| broken())?)
        }
    };
    let mut config = builder.with_single_cert(chain, key).map_err(TlsError::Pair)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let failed = |source| TlsError::File { path: path.to_owned(), source };
    let read = CertificateDer::pem_file_iter(path).map_err(failed)?;
    let chain = read.collect::<Result<Vec<_>, _>>().map_err(failed)?;
    if chain.is_empty() {
        return Err(TlsError::Empty { path: path.to_owned() });
    }
    Ok(chain)
}
