//! Credentials against an authorization server and a store that are told what to say.

mod answers;
mod consents;
pub(super) mod fake;
mod grants;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use warden_model::Hidden;
use warden_policy::access::{How, Principal, SessionKey};
use warden_seal::Vault;

use super::{
    settings::{ClientAuth, Exchange, Issuer, PerUser},
    *,
};
use crate::store::{Away, Entry, NotPut, Reply, Space, Store};
use fake::Fake;

/// A store in memory that can be away.
#[derive(Debug, Default)]
pub(super) struct Memory {
    all: Mutex<BTreeMap<String, Entry>>,
    count: AtomicU64,
    away: AtomicBool,
}

impl Memory {
    fn there(&self) -> Result<(), Away> {
        if self.away.load(Ordering::Relaxed) { Err(Away) } else { Ok(()) }
    }
}

impl Store for Memory {
    fn get<'a>(&'a self, _: Space, key: &'a str) -> Reply<'a, Result<Option<Entry>, Away>> {
        Box::pin(async move { self.there().map(|()| self.all.lock().unwrap().get(key).cloned()) })
    }

    fn put<'a>(
        &'a self,
        _: Space,
        key: &'a str,
        value: &'a [u8],
        before: Option<u64>,
    ) -> Reply<'a, Result<u64, NotPut>> {
        Box::pin(async move {
            self.there()?;
            let mut all = self.all.lock().unwrap();
            if all.get(key).map(|entry| entry.number) != before {
                return Err(NotPut::Changed);
            }
            let number = self.count.fetch_add(1, Ordering::Relaxed);
            all.insert(key.to_owned(), Entry { value: value.to_vec(), number });
            Ok(number)
        })
    }

    fn forget<'a>(&'a self, _: Space, key: &'a str) -> Reply<'a, Result<(), Away>> {
        Box::pin(async move { self.there().map(|()| drop(self.all.lock().unwrap().remove(key))) })
    }

    fn all(&self, _: Space) -> Reply<'_, Result<Vec<(String, Entry)>, Away>> {
        Box::pin(async move {
            let all = self.all.lock().unwrap();
            self.there().map(|()| all.iter().map(|(k, v)| (k.clone(), v.clone())).collect())
        })
    }
}

/// Everything that a test needs beside the authorization server.
pub(super) struct Stage {
    pub(super) store: Arc<Memory>,
    pub(super) time: Arc<AtomicU64>,
    pub(super) means: Arc<Means>,
}

pub(super) fn stage() -> Stage {
    let (store, time) = (Arc::<Memory>::default(), Arc::new(AtomicU64::new(1_000_000)));
    let now = Arc::clone(&time);
    let clock: Clock =
        Arc::new(move || SystemTime::UNIX_EPOCH + Duration::from_secs(now.load(Ordering::Relaxed)));
    let means = Means {
        secrets: None,
        store: Some(Arc::<Memory>::clone(&store) as Arc<dyn Store>),
        vault: Arc::new(Vault::random("credentials").unwrap()),
        clock,
    };
    Stage { store, time, means: Arc::new(means) }
}

pub(super) fn principal(user: &str) -> Principal {
    Principal {
        how: How::Token,
        user: Some(user.into()),
        agent: "helper".into(),
        client: None,
        machine: None,
        delegation: Vec::new(),
        tenant: "".into(),
        purpose: None,
        roles: BTreeSet::new(),
        scopes: None,
        allowlist: None,
        session: SessionKey::derived(&["session", user]),
        expires: None,
    }
}

fn grant(base: &str) -> Grant {
    Grant {
        issuer: Issuer {
            identifier: None,
            token_endpoint: Some(format!("{base}/token")),
            origins: Vec::new(),
            authorities: None,
        },
        client: "gate way".into(),
        auth: ClientAuth::Basic(Template::text("s3cret:1")),
        scopes: ["read".to_owned(), "write".to_owned()].into(),
        assumed: None,
    }
}

fn settings(kind: Kind) -> CredentialSettings {
    CredentialSettings {
        server: "tickets".into(),
        resource: "https://tickets.example/mcp".into(),
        authorities: None,
        kind,
    }
}

fn exchange(base: &str) -> Kind {
    Kind::Exchange(Exchange {
        grant: grant(base),
        subject_type: token::ACCESS_TOKEN.into(),
        audience: Some("tickets".into()),
        actor: None,
    })
}

pub(super) fn subject() -> Hidden {
    Hidden::from("subject-token")
}

#[track_caller]
fn value(headers: Result<Vec<(HeaderName, Hidden)>, CredentialError>) -> String {
    let headers = headers.expect("there is a credential");
    let [(name, value)] = &*headers else { panic!("one header") };
    assert_eq!(name, AUTHORIZATION);
    value.reveal().to_owned()
}
