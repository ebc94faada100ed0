//! What a server lets somebody do who shows nothing: how it can be told whether it knows its callers.
//!
//! It introduces itself and lists its tools, or says what it wants to see. No tool is called and no
//! other address is asked, whatever the server says about where tokens are to be had.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use rustls::{SignatureScheme, client::ResolvesClientCert, sign::CertifiedKey};

use super::{Link, Older, Opened, Refused, Streamable};
use crate::{
    Address,
    client::{Limits, ProbeError, lists::tools},
};

/// What came of asking.
#[derive(Debug)]
pub struct Stranger {
    /// Whether it asked for a certificate in the handshake of TLS.
    pub certificate: bool,
    /// What it wants to see, if it refused for want of credentials.
    pub refused: Option<Refused>,
    /// How many tools it lists, or why it lists none.
    pub listed: Result<usize, ProbeError>,
    /// Whether its own certificate is one that this machine does not trust.
    pub untrusted: bool,
}

/// Asks a server without any credential. Redirects are followed only within the same origin.
#[must_use]
pub fn as_stranger(address: &Address, limits: &Limits) -> Stranger {
    let asked = Arc::new(Asked::default());
    let means: Arc<dyn ResolvesClientCert> = Arc::<Asked>::clone(&asked);
    let (listed, refused) = match Link::stranger(address, means, limits.bytes) {
        Ok(link) => (list(&link, address, limits), link.refused()),
        Err(error) => (Err(error), None),
    };
    let untrusted = listed.as_ref().err().is_some_and(is_untrusted);
    let certificate = asked.0.load(Ordering::Relaxed);
    // A list that was refused once and then handed out was handed out.
    let refused = refused.filter(|_| listed.is_err());
    Stranger { certificate, refused, listed, untrusted }
}

fn list(link: &Link, address: &Address, limits: &Limits) -> Result<usize, ProbeError> {
    let end = Instant::now() + limits.whole;
    match Streamable::open(link, address, limits, end)? {
        Opened::Yes(mut wire, greeting) => {
            let listed = tools(&mut wire, &greeting, limits, end);
            wire.close(limits.ending);
            listed
        }
        Opened::Not => {
            let (mut wire, greeting) = Older::open(link, address, end)?;
            tools(&mut wire, &greeting, limits, end)
        }
    }
}

/// Has no certificate, and remembers that one was asked for.
#[derive(Debug, Default)]
struct Asked(AtomicBool);

impl ResolvesClientCert for Asked {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.0.store(true, Ordering::Relaxed);
        None
    }

    fn has_certs(&self) -> bool {
        false
    }
}

/// Whether we would not go on, since the server's own certificate is not good.
fn is_untrusted(error: &ProbeError) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        let inner = inner.and_then(|inner| inner.downcast_ref::<rustls::Error>());
        let found = inner.or_else(|| error.downcast_ref::<rustls::Error>());
        if matches!(found, Some(rustls::Error::InvalidCertificate(_))) {
            return true;
        }
        cause = error.source();
    }
    false
}
