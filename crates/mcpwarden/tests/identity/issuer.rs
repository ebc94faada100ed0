//! An authorization server that signs what it is told to.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::{SystemTime, UNIX_EPOCH},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use warden_seal::{KeyKind, LocalKey, Signer as _, VerifyKey};

/// Seconds since 1970.
#[expect(clippy::disallowed_methods, reason = "the gateway under test goes by the same clock")]
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// The server; it ends with the tests.
pub(crate) struct Issuer {
    pub(crate) url: String,
    pub(crate) key: Key,
    known: Arc<Mutex<Known>>,
}

/// What it knows and has seen.
struct Known {
    keys: Vec<Value>,
    /// The forms that were posted to the token endpoint.
    asked: Vec<String>,
    /// What it issues there.
    issues: Value,
    /// What it says of tokens that say nothing by themselves; nothing at all while it is away.
    opaque: Option<BTreeMap<String, Value>>,
    /// What was shown to it with each question about one of them.
    inspected: Vec<String>,
}

impl Issuer {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a port");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let key = Key::new("one");
        let known = Arc::new(Mutex::new(Known {
            keys: vec![key.jwk()],
            asked: Vec::new(),
            issues: json!({}),
            opaque: Some(BTreeMap::new()),
            inspected: Vec::new(),
        }));
        let (served, at) = (Arc::clone(&known), url.clone());
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (served, at) = (Arc::clone(&served), at.clone());
                // A connection that breaks concerns nobody else.
                thread::spawn(move || drop(serve(&stream, &served, &at)));
            }
        });
        Self { url, key, known }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the token endpoint answers from now on.
    pub(crate) fn issues(&self, answer: Value) {
        self.known().issues = answer;
    }

    /// The forms that were posted to the token endpoint.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.known().asked.clone()
    }

    /// What it says of a token that says nothing by itself.
    pub(crate) fn says(&self, token: &str, answer: Value) {
        self.known().opaque.get_or_insert_default().insert(token.into(), answer);
    }

    /// Answers no question about tokens any more.
    pub(crate) fn goes_away(&self) {
        self.known().opaque = None;
    }

    /// The `Authorization` that came with each question about a token.
    pub(crate) fn inspected(&self) -> Vec<String> {
        self.known().inspected.clone()
    }

    /// Has only this key from now on.
    pub(crate) fn rotates_to(&self, key: &Key) {
        self.known().keys = vec![key.jwk()];
    }

    /// A token with these claims.
    pub(crate) fn token(&self, claims: &Value) -> String {
        self.key.token(claims)
    }
}

fn serve(stream: &TcpStream, known: &Mutex<Known>, url: &str) -> std::io::Result<()> {
    let mut from = BufReader::new(stream.try_clone()?);
    let mut to = stream.try_clone()?;
    loop {
        let (mut head, mut length) = (String::new(), 0);
        loop {
            let mut line = String::new();
            if from.read_line(&mut line)? == 0 {
                return Ok(());
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().map_err(std::io::Error::other)?;
            }
            if line.trim().is_empty() {
                break;
            }
            head.push_str(&line);
        }
        let mut body = vec![0; length];
        from.read_exact(&mut body)?;
        let path = head.split(' ').nth(1).unwrap_or_default();
        let answer = answer((path, &head), &String::from_utf8_lossy(&body), known, url);
        let (status, body) = match answer {
            Some(answer) => ("200 OK", answer.to_string()),
            None => ("404 Not Found", String::new()),
        };
        write!(
            to,
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )?;
    }
}

fn answer(
    (path, head): (&str, &str),
    body: &str,
    known: &Mutex<Known>,
    url: &str,
) -> Option<Value> {
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    match path {
        "/.well-known/oauth-authorization-server" | "/.well-known/openid-configuration" => {
            Some(json!({
                "issuer": url, "jwks_uri": format!("{url}/keys"),
                "token_endpoint": format!("{url}/token"),
                "authorization_endpoint": format!("{url}/auth"),
                "code_challenge_methods_supported": ["S256"],
            }))
        }
        "/keys" => Some(json!({ "keys": known.keys })),
        "/token" => {
            known.asked.push(body.to_owned());
            Some(known.issues.clone())
        }
        "/introspect" => {
            let shown = head.lines().filter_map(|line| line.split_once(": "));
            let mut shown = shown.filter(|(name, _)| name.eq_ignore_ascii_case("authorization"));
            let shown = shown.next().map(|(_, value)| value.trim().to_owned());
            known.inspected.push(shown.unwrap_or_default());
            let token = body.split('&').find_map(|pair| pair.strip_prefix("token="))?;
            let said = known.opaque.as_ref()?.get(token).cloned();
            Some(said.unwrap_or(json!({"active": false})))
        }
        _ => None,
    }
}

/// A key, of an issuer or of nobody that is known.
pub(crate) struct Key {
    key: LocalKey,
    name: &'static str,
}

impl Key {
    pub(crate) fn new(name: &'static str) -> Self {
        Self { key: LocalKey::generate(KeyKind::Ed25519).expect("there is randomness"), name }
    }

    fn jwk(&self) -> Value {
        let VerifyKey::Ed25519(key) = self.key.public() else { panic!("of Ed25519") };
        json!({"kty": "OKP", "crv": "Ed25519", "x": b64(key), "kid": self.name})
    }

    /// An access token.
    pub(crate) fn token(&self, claims: &Value) -> String {
        self.sign(&json!({"alg": "EdDSA", "typ": "at+jwt", "kid": self.name}), claims)
    }

    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        let signed = format!("{}.{}", b64(header.to_string()), b64(claims.to_string()));
        let signature = self.key.sign(signed.as_bytes()).expect("it can sign");
        format!("{signed}.{}", b64(signature))
    }
}

pub(crate) fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Key {
    /// The key without a name, as a proof has it.
    fn bare(&self) -> Value {
        let VerifyKey::Ed25519(key) = self.key.public() else { panic!("of Ed25519") };
        json!({"kty": "OKP", "crv": "Ed25519", "x": b64(key)})
    }

    /// What a token is bound to that only this key can use.
    pub(crate) fn thumbprint(&self) -> String {
        let jwk = warden_seal::jose::Jwk::read(&self.bare()).expect("it is a key");
        jwk.thumbprint().to_owned()
    }

    /// A proof for a message to the gateway with this token, changed by `change`.
    pub(crate) fn proof(&self, token: &str, change: impl FnOnce(&mut Value)) -> String {
        let hash = warden_model::Digest::of(token.as_bytes());
        let number = warden_testkit::gateway::visitor::next();
        let mut claims = json!({
            "jti": format!("proof-{number}"), "htm": "POST", "htu": crate::RESOURCE, "iat": now(),
            "ath": b64(hash.bytes()),
        });
        change(&mut claims);
        self.sign(&json!({"alg": "EdDSA", "typ": "dpop+jwt", "jwk": self.bare()}), &claims)
    }
}
