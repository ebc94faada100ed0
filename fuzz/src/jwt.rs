//! Tokens, keys and proofs (RFC 7519, RFC 7517, RFC 9449): what is taken is what any reader would
//! read, and nothing is taken that the key has not signed.

use std::sync::OnceLock;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use warden_seal::{
    KeyKind, LocalKey, Signer as _, VerifyKey,
    jose::{Algorithm, BadToken, Expected, KeySet, MOST_TOKEN, NoKey, Proof, Unverified},
};

/// A key, and the set that it is in.
static KEY: OnceLock<(LocalKey, KeySet)> = OnceLock::new();

/// A token, a set of keys, a proof; and a header and, after a line break, claims to be signed.
pub fn check(data: &[u8]) {
    if let Ok(set) = KeySet::read(data) {
        assert!(set.thumbprints().all(|print| print.len() == 43));
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (key, set) = KEY.get_or_init(make);
    assert!(read(text, set).is_err(), "nobody has signed this");
    let expected = Expected {
        method: "POST",
        is_here: &|_| true,
        token: "token",
        bound_to: Some("nobody"),
        nonces: &[],
        now: 0,
        window: i64::MAX,
    };
    assert!(Proof::check(text, &Algorithm::ALL, &expected).is_err(), "it is bound to nobody");
    let (header, claims) = text.split_once('\n').unwrap_or((r#"{"alg":"EdDSA","kid":"a"}"#, text));
    signed(key, set, header, claims);
}

fn make() -> (LocalKey, KeySet) {
    let key = LocalKey::generate(KeyKind::Ed25519).expect("a key");
    let VerifyKey::Ed25519(public) = key.public() else { unreachable!("it is of Ed25519") };
    let x = URL_SAFE_NO_PAD.encode(public);
    let set = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "a", "x": x}]});
    (key, KeySet::read(set.to_string().as_bytes()).expect("a set"))
}

/// Why a token is not taken.
#[derive(Debug)]
enum No {
    Token(#[expect(dead_code, reason = "it is shown")] BadToken),
    Key(#[expect(dead_code, reason = "it is shown")] NoKey),
}

fn read(token: &str, set: &KeySet) -> Result<warden_seal::jose::Claims, No> {
    let token = Unverified::read(token).map_err(No::Token)?;
    let keys = set.find(token.header()).map_err(No::Key)?;
    token.verify(&keys, &Algorithm::ALL).map(|(claims, _)| claims).map_err(No::Token)
}

/// What is taken of a token that is signed as it should be says what the usual parser reads.
fn signed(key: &LocalKey, set: &KeySet, header: &str, claims: &str) {
    let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let signature = key.sign(text.as_bytes()).expect("a signature");
    let token = format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature));
    let found = read(&token, set);
    assert_eq!(found.is_ok(), read(&token, set).is_ok(), "two readings differ");
    let Ok(found) = found else { return };
    assert!(token.len() <= MOST_TOKEN);
    let header: Value = serde_json::from_str(header).expect("a header that is taken is JSON");
    assert!(header.get("crit").is_none(), "what is critical was passed over");
    assert!(matches!(header["alg"].as_str(), Some("EdDSA" | "Ed25519")), "{header}");
    let claims: Value = serde_json::from_str(claims).expect("claims that are taken are JSON");
    for (name, value) in claims.as_object().expect("claims are an object") {
        if !name.starts_with('/') {
            assert_eq!(found.get(name), Some(value));
        }
    }
}
