//! The keys of an issuer, as they are known now.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicI64, Ordering},
    },
};

use serde_json::Value;
use tokio::sync::{Mutex, MutexGuard};
use warden_seal::{
    jose::{Header, KeySet, MOST_SET, NoKey},
    read_strict,
};

use super::{
    reason::Reason,
    settings::{self, KeysFrom},
    web::{NoAnswer, Web},
};

/// For how many seconds keys are taken without looking again.
const FRESH: i64 = 300;

/// For how many seconds keys are taken while their issuer does not answer.
const USABLE: i64 = 3600;

/// How many seconds there are between two looks that a key nobody knows gives rise to.
const REST: i64 = 30;

/// How many seconds there are between two looks where no key is known.
const SOON: i64 = 5;

/// Where there is nothing yet. It is far away from any time, and not so far that sums overflow.
const NEVER: i64 = i64::MIN / 4;

/// An issuer and its keys.
#[derive(Debug)]
pub(super) struct Issuer {
    pub(super) settings: settings::Issuer,
    pub(super) web: Web,
    keys: RwLock<Arc<KeySet>>,
    /// When they were read, in seconds.
    read: AtomicI64,
    /// When somebody last looked.
    tried: AtomicI64,
    /// Held by whoever looks: the address of the keys, once it is known.
    looking: Mutex<Option<String>>,
}

impl Issuer {
    pub(super) fn new(settings: settings::Issuer, web: Web) -> Self {
        Self {
            settings,
            web,
            keys: RwLock::default(),
            read: AtomicI64::new(NEVER),
            tried: AtomicI64::new(NEVER),
            looking: Mutex::default(),
        }
    }

    /// Whether what was verified with the keys still counts without looking.
    pub(super) fn is_fresh(&self, now: i64) -> bool {
        let age = now.saturating_sub(self.read.load(Ordering::Acquire));
        (0..FRESH).contains(&age)
    }

    /// Looks at the keys again if they are old. Returns the thumbprints that are gone.
    ///
    /// # Errors
    /// When they are so old that they no longer count.
    pub(super) async fn freshen(&self, now: i64) -> Result<BTreeSet<Box<str>>, Reason> {
        if self.is_fresh(now) {
            return Ok(BTreeSet::new());
        }
        if self.is_usable(now) {
            // While somebody looks, or where nobody answers, these still do.
            let Ok(place) = self.looking.try_lock() else { return Ok(BTreeSet::new()) };
            return Ok(self.look(place, now, REST).await);
        }
        let place = self.looking.lock().await;
        let gone = self.look(place, now, SOON).await;
        if self.is_usable(now) { Ok(gone) } else { Err(Reason::KeysAway) }
    }

    fn is_usable(&self, now: i64) -> bool {
        now.saturating_sub(self.read.load(Ordering::Acquire)) < USABLE
    }

    /// Whether this is still one of the keys.
    pub(super) fn has(&self, thumbprint: &str) -> bool {
        self.known().thumbprints().any(|print| print == thumbprint)
    }

    /// The keys, one of which a token with this header may be signed by. What is gone meanwhile is
    /// added to `gone`.
    pub(super) async fn keys(
        &self,
        header: &Header,
        now: i64,
        gone: &mut BTreeSet<Box<str>>,
    ) -> Result<Arc<KeySet>, Reason> {
        gone.append(&mut self.freshen(now).await?);
        let keys = self.known();
        if !matches!(keys.find(header), Err(NoKey::Unknown)) {
            return Ok(keys);
        }
        let place = self.looking.lock().await;
        gone.append(&mut self.look(place, now, REST).await);
        Ok(self.known())
    }

    fn known(&self) -> Arc<KeySet> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Looks, unless somebody has within `rest` seconds: whoever waited while another looked does
    /// not look again.
    async fn look(
        &self,
        mut place: MutexGuard<'_, Option<String>>,
        now: i64,
        rest: i64,
    ) -> BTreeSet<Box<str>> {
        let since = now.saturating_sub(self.tried.load(Ordering::Acquire));
        // A clock that was set back must not keep us from looking.
        if (0..rest).contains(&since) {
            return BTreeSet::new();
        }
        self.tried.store(now, Ordering::Release);
        if let Ok(keys) = self.fetch(&mut place).await {
            return self.replace(keys, now);
        }
        // It may have moved.
        *place = None;
        BTreeSet::new()
    }

    fn replace(&self, keys: KeySet, now: i64) -> BTreeSet<Box<str>> {
        let mut known = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        let stay: BTreeSet<&str> = keys.thumbprints().collect();
        let gone = known.thumbprints().filter(|print| !stay.contains(print));
        let gone = gone.map(Into::into).collect();
        *known = Arc::new(keys);
        self.read.store(now, Ordering::Release);
        gone
    }

    async fn fetch(&self, place: &mut Option<String>) -> Result<KeySet, NoAnswer> {
        let uri = match (&self.settings.keys, &*place) {
            (KeysFrom::Nowhere, _) => return Err(NoAnswer),
            (KeysFrom::Url(uri), _) | (KeysFrom::Discovery, Some(uri)) => uri.clone(),
            (KeysFrom::Discovery, None) => place.insert(self.discover().await?).clone(),
        };
        let text = self.web.get(&uri).await?.ok_or(NoAnswer)?;
        let keys = KeySet::read(&text).map_err(|_| NoAnswer)?;
        if keys.is_empty() { Err(NoAnswer) } else { Ok(keys) }
    }

    /// The `jwks_uri` of the issuer's metadata.
    async fn discover(&self) -> Result<String, NoAnswer> {
        for uri in places(&self.settings.url).ok_or(NoAnswer)? {
            let Some(text) = self.web.get(&uri).await? else { continue };
            let document = read_strict(&text, MOST_SET).map_err(|_| NoAnswer)?;
            let member = |name| document.get(name).and_then(Value::as_str);
            // RFC 8414, section 3.3: metadata of somebody else must not be used.
            if member("issuer") != Some(&self.settings.url) {
                return Err(NoAnswer);
            }
            return member("jwks_uri").map(str::to_owned).ok_or(NoAnswer);
        }
        Err(NoAnswer)
    }
}

/// Where metadata may be, in the order of the authorization part of MCP: RFC 8414, section 3.1, with
/// the path behind, and `OpenID` Connect Discovery 1.0, section 4, with the path before.
fn places(issuer: &str) -> Option<[String; 3]> {
    let (origin, path) = super::uri::split(issuer)?;
    let path = path.trim_end_matches('/');
    Some([
        format!("{origin}/.well-known/oauth-authorization-server{path}"),
        format!("{origin}/.well-known/openid-configuration{path}"),
        format!("{origin}{path}/.well-known/openid-configuration"),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_are_looked_for_where_the_standards_say() {
        assert_eq!(
            places("https://a.example/t/1").unwrap(),
            [
                "https://a.example/.well-known/oauth-authorization-server/t/1",
                "https://a.example/.well-known/openid-configuration/t/1",
                "https://a.example/t/1/.well-known/openid-configuration",
            ]
        );
        let root = "https://a.example/.well-known/oauth-authorization-server";
        assert_eq!(places("https://a.example/").unwrap()[0], root);
    }
}
