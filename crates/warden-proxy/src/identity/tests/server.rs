//! An authorization server that signs what it is told to.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    sync::{Arc, Mutex, MutexGuard},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, Response, body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use warden_seal::{KeyKind, LocalKey, Signer as _, VerifyKey};

use super::*;

/// When everything happens, in seconds since 1970.
pub(super) const NOW: i64 = 1_800_000_000;

/// The gateway.
pub(super) const RESOURCE: &str = "https://gate.example/mcp";

/// A server and what it knows.
pub(super) struct Server {
    pub(super) url: String,
    world: Arc<Mutex<World>>,
}

/// What a server knows and has seen.
#[derive(Default)]
pub(super) struct World {
    pub(super) keys: Vec<Value>,
    /// What it says of tokens that say nothing by themselves.
    pub(super) tokens: BTreeMap<String, Value>,
    /// It answers nothing that counts.
    pub(super) is_away: bool,
    /// How often something was asked for, by path.
    pub(super) asked: BTreeMap<String, usize>,
    /// What `Authorization` was shown last.
    pub(super) shown: Option<String>,
    /// Changes its metadata.
    pub(super) metadata: Option<Value>,
}

impl Server {
    pub(super) async fn start(keys: &[&TestKey]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let keys = keys.iter().map(|key| key.jwk()).collect();
        let world = Arc::new(Mutex::new(World { keys, ..World::default() }));
        let server = Self { url: url.clone(), world: Arc::clone(&world) };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (world, url) = (Arc::clone(&world), url.clone());
                let service =
                    service_fn(move |request| answer(Arc::clone(&world), url.clone(), request));
                let connection = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service);
                tokio::spawn(connection);
            }
        });
        server
    }

    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    pub(super) fn asked(&self, path: &str) -> usize {
        self.world().asked.get(path).copied().unwrap_or(0)
    }

    /// Settings with this as the only issuer, changed by `change`.
    pub(super) fn settings(&self, change: impl FnOnce(&mut Issuer)) -> IdentitySettings {
        let mut issuer = Issuer::new(&self.url);
        change(&mut issuer);
        IdentitySettings { issuers: vec![issuer], ..IdentitySettings::new(RESOURCE) }
    }

    pub(super) fn door(&self) -> Door {
        Door::new(self.settings(|_| ())).unwrap()
    }

    /// What an access token usually says.
    pub(super) fn claims(&self) -> Value {
        json!({
            "iss": self.url, "aud": RESOURCE, "sub": "ann", "client_id": "bot", "jti": "1",
            "exp": NOW + 600, "iat": NOW - 10, "scope": "tools:read tools:call"
        })
    }
}

async fn answer(
    world: Arc<Mutex<World>>,
    url: String,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path().to_owned();
    let shown = request.headers().get("authorization").map(|it| it.to_str().unwrap().to_owned());
    let body = request.into_body().collect().await.unwrap().to_bytes();
    let mut world = world.lock().unwrap();
    *world.asked.entry(path.clone()).or_default() += 1;
    let value = match path.as_str() {
        _ if world.is_away => None,
        "/.well-known/openid-configuration" => Some(
            world
                .metadata
                .clone()
                .unwrap_or_else(|| json!({"issuer": url, "jwks_uri": format!("{url}/keys")})),
        ),
        "/keys" => Some(json!({"keys": world.keys})),
        "/introspect" => {
            world.shown = shown;
            let body = String::from_utf8(body.to_vec()).unwrap();
            let token = body.split('&').find_map(|pair| pair.strip_prefix("token=")).unwrap();
            let said = world.tokens.get(token).cloned();
            Some(said.unwrap_or_else(|| json!({"active": false})))
        }
        _ => return Ok(Response::builder().status(404).body(Full::default()).unwrap()),
    };
    Ok(match value {
        Some(value) => Response::new(Full::new(value.to_string().into())),
        None => Response::builder().status(500).body(Full::default()).unwrap(),
    })
}

/// A key of the server or of a client.
pub(super) struct TestKey {
    key: LocalKey,
    name: &'static str,
}

impl TestKey {
    pub(super) fn new(name: &'static str) -> Self {
        Self { key: LocalKey::generate(KeyKind::Ed25519).unwrap(), name }
    }

    pub(super) fn jwk(&self) -> Value {
        let mut jwk = self.bare();
        jwk["kid"] = self.name.into();
        jwk
    }

    /// Without a name, as in a proof.
    pub(super) fn bare(&self) -> Value {
        let VerifyKey::Ed25519(key) = self.key.public() else { unreachable!() };
        json!({"kty": "OKP", "crv": "Ed25519", "x": b64(key)})
    }

    pub(super) fn thumbprint(&self) -> String {
        warden_seal::jose::Jwk::read(&self.bare()).unwrap().thumbprint().to_owned()
    }

    /// An access token.
    pub(super) fn token(&self, claims: &Value) -> String {
        self.sign(&json!({"alg": "EdDSA", "typ": "at+jwt", "kid": self.name}), claims)
    }

    /// A proof for a request to the gateway with this token, changed by `change`.
    pub(super) fn proof(&self, token: &str, change: impl FnOnce(&mut Value)) -> String {
        let hash = warden_model::Digest::of(token.as_bytes());
        let mut claims = json!({
            "jti": "p1", "htm": "POST", "htu": RESOURCE, "iat": NOW, "ath": b64(hash.bytes())
        });
        change(&mut claims);
        self.sign(&json!({"alg": "EdDSA", "typ": "dpop+jwt", "jwk": self.bare()}), &claims)
    }

    pub(super) fn sign(&self, header: &Value, claims: &Value) -> String {
        let signed = format!("{}.{}", b64(header.to_string()), b64(claims.to_string()));
        let signature = self.key.sign(signed.as_bytes()).unwrap();
        format!("{signed}.{}", b64(signature))
    }
}

pub(super) fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
