//! What a server is shown so that it lets somebody in, with every request of a connection.

use std::sync::{Arc, Mutex, PoisonError};

use hyper::{
    HeaderMap, Response, StatusCode,
    body::Incoming,
    header::{HeaderName, HeaderValue, WWW_AUTHENTICATE},
};
use warden_model::Hidden;
use warden_policy::access::Principal;

use crate::{
    credentials::{CredentialError, Credentials},
    gateway::upstream::LinkError,
};

/// On whose behalf something is sent.
#[derive(Clone, Debug)]
pub(crate) struct Behalf {
    pub(crate) principal: Arc<Principal>,
    /// The token that the principal has shown us. It goes to no server.
    pub(crate) subject: Option<Arc<Hidden>>,
}

/// What the server of a connection is shown.
#[derive(Debug)]
pub(crate) struct Shown {
    credentials: Arc<Credentials>,
    behalf: Mutex<Arc<Behalf>>,
}

/// The headers that a request has got.
pub(super) type Worn = Vec<(HeaderName, Hidden)>;

impl Shown {
    pub(crate) const fn new(credentials: Arc<Credentials>, behalf: Arc<Behalf>) -> Self {
        Self { credentials, behalf: Mutex::new(behalf) }
    }

    /// Takes over what the same principal has shown since.
    pub(crate) fn speaks_for(&self, behalf: Arc<Behalf>) {
        *self.behalf.lock().unwrap_or_else(PoisonError::into_inner) = behalf;
    }

    fn behalf(&self) -> Arc<Behalf> {
        Arc::clone(&self.behalf.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Adds what a request has to show.
    pub(super) async fn dress(&self, headers: &mut HeaderMap) -> Result<Worn, LinkError> {
        let behalf = self.behalf();
        let subject = behalf.subject.as_deref();
        // Most requests find a token that is there; the way to a new one is long.
        let worn = Box::pin(self.credentials.headers(&behalf.principal, subject)).await;
        wear(headers, worn)
    }

    /// Puts something else in the place of what was refused.
    pub(super) async fn anew(&self, headers: &mut HeaderMap, worn: &Worn) -> Result<(), LinkError> {
        let behalf = self.behalf();
        let subject = behalf.subject.as_deref();
        let worn = Box::pin(self.credentials.anew(&behalf.principal, subject, worn)).await;
        wear(headers, worn).map(|_| ())
    }
}

fn wear(headers: &mut HeaderMap, worn: Result<Worn, CredentialError>) -> Result<Worn, LinkError> {
    let worn = worn.map_err(|error| LinkError::Credential(error.code()))?;
    for (name, value) in &worn {
        let value = HeaderValue::from_str(value.reveal());
        let mut value = value.map_err(|_| LinkError::Credential("token-form"))?;
        value.set_sensitive(true);
        headers.insert(name.clone(), value);
    }
    Ok(worn)
}

/// Whether a server refuses what it was shown, and may take something else (RFC 6750, section 3.1).
pub(super) fn is_refusal(answer: &Response<Incoming>) -> bool {
    let said = || answer.headers().get_all(WWW_AUTHENTICATE).iter();
    let narrow = |said: &HeaderValue| {
        said.to_str().is_ok_and(|said| said.contains("error=\"insufficient_scope\""))
    };
    match answer.status() {
        StatusCode::UNAUTHORIZED => true,
        StatusCode::FORBIDDEN => said().any(narrow),
        _ => false,
    }
}
