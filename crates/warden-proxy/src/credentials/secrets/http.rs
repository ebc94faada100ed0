//! A key-value store of version 2, as `HashiCorp` Vault and what is compatible with it speak:
//! `GET /v1/MOUNT/data/PATH`.

use std::path::{Path, PathBuf};

use hyper::{StatusCode, header::HeaderName};
use serde_json::Value;
use warden_model::Hidden;
use warden_policy::Time;

use super::{Found, Keeper, Reply, aside, is_secret_name};
use crate::credentials::{
    error::{CredentialError, Denied, Missing},
    reach::{Question, Reach},
    settings::KeyValue,
};

const TOKEN: HeaderName = HeaderName::from_static("x-vault-token");
const NAMESPACE: HeaderName = HeaderName::from_static("x-vault-namespace");
/// Without it an agent between us and the store refuses (it keeps browsers away).
const REQUEST: HeaderName = HeaderName::from_static("x-vault-request");

/// The field of a secret that has one value.
const FIELD: &str = "value";

/// The longest token of the store.
const MOST_TOKEN: usize = 4096;

/// A store as a source.
pub(super) struct Stored {
    reach: Reach,
    base: String,
    namespace: Option<String>,
    token: PathBuf,
}

impl Stored {
    pub(super) fn new(store: &KeyValue) -> Result<Self, CredentialError> {
        if !is_secret_name(&store.mount) || store.mount.contains('#') {
            return Err(Missing::NotSetUp.into());
        }
        let address = store.address.trim_end_matches('/');
        let reach = Reach::new([address], store.authorities.clone())?;
        let base = format!("{address}/v1/{}/data/", store.mount);
        Ok(Self { reach, base, namespace: store.namespace.clone(), token: store.token.clone() })
    }

    async fn ask(&self, path: &str) -> Result<Value, CredentialError> {
        let file = self.token.clone();
        let token = aside(move || token(&file)).await?;
        let mut headers = vec![(TOKEN, token), (REQUEST, Hidden::from("true"))];
        if let Some(namespace) = &self.namespace {
            headers.push((NAMESPACE, Hidden::new(namespace.as_str())));
        }
        let url = format!("{}{path}", self.base);
        let answer = self.reach.ask(Question { url: &url, headers, form: None }).await;
        // Whatever is wrong with it, it is the source of secrets that is.
        let answer = answer.map_err(|_| Missing::Secrets)?;
        match answer.status {
            StatusCode::OK => Ok(answer.object().ok_or(Missing::Secrets)?),
            // Also what a version that was deleted is answered with.
            StatusCode::NOT_FOUND => Err(Denied::NoSecret.into()),
            _ => Err(Missing::Secrets.into()),
        }
    }
}

impl Keeper for Stored {
    fn fetch<'a>(&'a self, name: &'a str) -> Reply<'a, Result<Found, CredentialError>> {
        Box::pin(async move {
            let (path, field) = name.split_once('#').unwrap_or((name, FIELD));
            let answer = self.ask(path).await?;
            let data = answer.pointer("/data/data").and_then(Value::as_object);
            let value = data.ok_or(Missing::Secrets)?.get(field).ok_or(Denied::NoSecret)?;
            let value = Hidden::new(value.as_str().ok_or(Missing::Secrets)?);
            let made = answer.pointer("/data/metadata/created_time").and_then(Value::as_str);
            let made = made.and_then(Time::from_rfc3339).map(Time::micros);
            let changed = made.and_then(|micros| u64::try_from(micros / 1_000_000).ok());
            Ok(Found { value, changed })
        })
    }
}

/// The token in a file that only its owner may read.
fn token(path: &Path) -> Result<Hidden, CredentialError> {
    // A passphrase is read by the same rules: who may read the file, how long it is.
    let bytes = warden_seal::read_private(path, MOST_TOKEN).map_err(|_| Missing::Secrets)?;
    let text = str::from_utf8(&bytes).map_err(|_| Missing::Secrets)?.trim();
    if text.is_empty() { Err(Missing::Secrets.into()) } else { Ok(Hidden::new(text)) }
}
