//! Tokens and proofs as others could make them.

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
        RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair,
    },
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

enum Key {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
}

impl Key {
    fn rsa() -> Self {
        Self::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).unwrap())
    }

    fn ec() -> Self {
        Self::Ec(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
    }

    fn ed() -> Self {
        Self::Ed(Ed25519KeyPair::generate().unwrap())
    }

    fn jwk(&self) -> Value {
        match self {
            Self::Rsa(key) => {
                let public = key.public_key();
                let n: aws_lc_rs::rsa::PublicKeyComponents<Vec<u8>> = public.into();
                json!({"kty": "RSA", "n": b64(&n.n), "e": b64(&n.e)})
            }
            Self::Ec(key) => {
                let point = key.public_key().as_ref();
                json!({"kty": "EC", "crv": "P-256", "x": b64(&point[1..33]), "y": b64(&point[33..])})
            }
            Self::Ed(key) => {
                json!({"kty": "OKP", "crv": "Ed25519", "x": b64(key.public_key().as_ref())})
            }
        }
    }

    fn named(&self, more: Value) -> Value {
        let mut jwk = self.jwk();
        let Value::Object(more) = more else { unreachable!() };
        jwk.as_object_mut().unwrap().extend(more);
        jwk
    }

    fn sign(&self, algorithm: &str, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                let padding = if algorithm == "PS256" {
                    key.sign(&RSA_PSS_SHA256, &random, message, &mut signature)
                } else {
                    key.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                };
                padding.unwrap();
                signature
            }
            Self::Ec(key) => key.sign(&random, message).unwrap().as_ref().to_vec(),
            Self::Ed(key) => key.sign(message).as_ref().to_vec(),
        }
    }

    fn token(&self, header: &Value, claims: &Value) -> String {
        self.raw(header["alg"].as_str().unwrap_or(""), &header.to_string(), &claims.to_string())
    }

    fn raw(&self, algorithm: &str, header: &str, claims: &str) -> String {
        let signed = format!("{}.{}", b64(header), b64(claims));
        let signature = self.sign(algorithm, signed.as_bytes());
        format!("{signed}.{}", b64(signature))
    }
}

fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn set(keys: &[Value]) -> KeySet {
    KeySet::read(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
}

/// What becomes of a token that is shown to somebody who knows these keys.
fn look(token: &str, set: &KeySet) -> Result<Claims, String> {
    let token = Unverified::read(token).map_err(|error| error.to_string())?;
    let keys = set.find(token.header()).map_err(|error| error.to_string())?;
    let verified = token.verify(&keys, &Algorithm::ALL).map_err(|error| error.to_string())?;
    Ok(verified.0)
}

#[test]
fn every_kind_of_key_verifies_its_own_tokens_and_no_others() {
    let keys =
        [(Key::rsa(), "RS256"), (Key::rsa(), "PS256"), (Key::ec(), "ES256"), (Key::ed(), "EdDSA")];
    for (at, (key, algorithm)) in keys.iter().enumerate() {
        let token = key.token(&json!({"alg": algorithm, "kid": "a"}), &json!({"sub": "ann"}));
        let claims = look(&token, &set(&[key.named(json!({"kid": "a"}))])).unwrap();
        assert_eq!(claims.text("sub"), Some("ann"));
        for (other, (wrong, _)) in keys.iter().enumerate().filter(|(other, _)| *other != at) {
            let wrong = set(&[wrong.named(json!({"kid": "a"}))]);
            assert!(look(&token, &wrong).is_err(), "{algorithm} by {other}");
        }
        // Any change of any part.
        for at in (0..token.len()).step_by(7) {
            let mut bad = token.clone().into_bytes();
            bad[at] = if bad[at] == b'A' { b'B' } else { b'A' };
            let bad = String::from_utf8(bad).unwrap();
            assert!(look(&bad, &set(&[key.named(json!({"kid": "a"}))])).is_err(), "byte {at}");
        }
    }
}

// unsigned tokens, shared secrets, and a public key that is taken for one.
#[test]
fn a_token_without_a_signature_by_a_private_key_is_none() {
    let key = Key::rsa();
    let keys = set(&[key.named(json!({"kid": "a"}))]);
    let claims = b64(r#"{"sub":"ann"}"#);
    for alg in ["none", "None", "HS256", "HS512", "", "RS1"] {
        let header = b64(json!({"alg": alg, "kid": "a"}).to_string());
        // The secret that an unwary verifier would take: the modulus, as it is published.
        let secret = aws_lc_rs::hmac::Key::new(
            aws_lc_rs::hmac::HMAC_SHA256,
            key.jwk()["n"].as_str().unwrap().as_bytes(),
        );
        let tag = aws_lc_rs::hmac::sign(&secret, format!("{header}.{claims}").as_bytes());
        for signature in [String::new(), b64(tag)] {
            let token = format!("{header}.{claims}.{signature}");
            assert_eq!(
                Unverified::read(&token).unwrap_err(),
                BadToken::Algorithm,
                "{alg} {signature}"
            );
        }
    }
    let unsigned = format!("{}.{claims}.", b64(r#"{"alg":"RS256","kid":"a"}"#));
    assert_eq!(look(&unsigned, &keys), Err("the signature is not right".into()));
    // A shared secret among the keys is left out.
    let shared = set(&[json!({"kty": "oct", "k": b64("secret"), "kid": "a", "alg": "HS256"})]);
    assert!(shared.is_empty());
}

// a key is used for what it is for.
#[test]
fn a_key_serves_only_its_own_kind_algorithm_and_use() {
    let (rsa, ec) = (Key::rsa(), Key::ec());
    let ps = rsa.token(&json!({"alg": "PS256", "kid": "a"}), &json!({}));
    assert!(look(&ps, &set(&[rsa.named(json!({"kid": "a"}))])).is_ok());
    let unfit = Err("the key is not for this algorithm".into());
    assert_eq!(look(&ps, &set(&[rsa.named(json!({"kid": "a", "alg": "RS256"}))])), unfit);
    let rs = ec.token(&json!({"alg": "RS256", "kid": "a"}), &json!({}));
    assert_eq!(look(&rs, &set(&[ec.named(json!({"kid": "a"}))])), unfit);
    for not in [
        json!({"use": "enc"}),
        json!({"key_ops": ["sign"]}),
        json!({"key_ops": "verify"}),
        json!({"alg": "RS256"}),
        json!({"alg": "HS256"}),
        json!({"crv": "P-384"}),
        json!({"crv": "secp256k1"}),
        json!({"x": "AAAA"}),
        json!({"kty": "RSA"}),
        json!({"kid": 1}),
    ] {
        assert!(set(&[ec.named(not.clone())]).is_empty(), "{not}");
    }
    for not in [json!({"n": "AQAB"}), json!({"e": "AQ"}), json!({"e": "Ag"}), json!({"e": ""})] {
        assert!(set(&[rsa.named(not.clone())]).is_empty(), "{not}");
    }
    // One whose private half everybody knows.
    assert_eq!(Jwk::read(&ec.named(json!({"d": b64([1; 32])}))).unwrap_err(), BadJwk::Private);
}

#[test]
fn a_key_is_found_by_its_name_or_if_it_is_the_only_one() {
    let (one, two) = (Key::ec(), Key::ec());
    let both = set(&[one.named(json!({"kid": "1"})), two.named(json!({"kid": "2"}))]);
    let named = |kid: &str| two.token(&json!({"alg": "ES256", "kid": kid}), &json!({}));
    assert!(look(&named("2"), &both).is_ok());
    assert_eq!(look(&named("1"), &both), Err("the signature is not right".into()));
    assert_eq!(look(&named("3"), &both), Err("the issuer has no such key".into()));
    let unnamed = two.token(&json!({"alg": "ES256"}), &json!({}));
    let several = "the token does not say by which key it is signed";
    assert_eq!(look(&unnamed, &both), Err(several.into()));
    assert!(look(&unnamed, &set(&[two.jwk()])).is_ok());
    // What comes along in the header is never looked at.
    let own = one.token(
        &json!({"alg": "ES256", "jwk": one.jwk(), "jku": "https://evil.example"}),
        &json!({}),
    );
    assert_eq!(look(&own, &set(&[two.jwk()])), Err("the signature is not right".into()));
    assert!(KeySet::read(br#"{"keys":[],"keys":[]}"#).is_err());
    let many = vec![one.jwk(); 65];
    assert!(KeySet::read(json!({ "keys": many }).to_string().as_bytes()).is_err());
}

// what readers could read differently, and what would cost much.
#[test]
fn what_is_malformed_large_or_critical_is_refused() {
    let key = Key::ed();
    let ok = r#"{"alg":"EdDSA"}"#;
    let deep = format!("{}1{}", r#"{"a":"#.repeat(13), "}".repeat(13));
    let cases = [
        (ok, r#"{"sub":"a","sub":"b"}"#, BadToken::Malformed),
        (ok, r#"{"a":{"b":1,"b":2}}"#, BadToken::Malformed),
        (r#"{"alg":"EdDSA","alg":"EdDSA"}"#, "{}", BadToken::Malformed),
        (ok, "[]", BadToken::Malformed),
        (ok, "\"x\"", BadToken::Malformed),
        (ok, deep.as_str(), BadToken::Malformed),
        (r#"{"alg":"EdDSA","crit":["x"],"x":1}"#, "{}", BadToken::Critical),
        (r#"{"alg":"EdDSA","b64":false,"crit":["b64"]}"#, "{}", BadToken::Critical),
        (r#"{"alg":["EdDSA"]}"#, "{}", BadToken::Malformed),
        (r#"{"alg":"EdDSA","kid":7}"#, "{}", BadToken::Malformed),
        ("{}", "{}", BadToken::Algorithm),
    ];
    for (header, claims, why) in cases {
        let token = key.raw("EdDSA", header, claims);
        assert_eq!(Unverified::read(&token).unwrap_err(), why, "{header} {claims}");
    }
    let long = key.token(&json!({"alg": "EdDSA"}), &json!({"a": "x".repeat(MOST_TOKEN)}));
    assert_eq!(Unverified::read(&long).unwrap_err(), BadToken::Long);
    let good = key.token(&json!({"alg": "EdDSA"}), &json!({}));
    let wide = key.token(&json!({"alg": "EdDSA", "x": "x".repeat(5000)}), &json!({}));
    for bad in
        ["", ".", "..", "a.b", &format!("{good}."), &format!("{good}="), &wide, &format!(" {good}")]
    {
        assert!(look(bad, &set(&[key.jwk()])).is_err(), "{bad}");
    }
}

/// RFC 7638, section 3.1.
#[test]
fn a_thumbprint_is_that_of_the_standard() {
    let jwk = json!({"kty": "RSA", "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw", "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"});
    assert_eq!(
        Jwk::read(&jwk).unwrap().thumbprint(),
        "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    );
}

type Change = fn(&mut Value, &mut Value);

fn proof(key: &Key, change: impl Fn(&mut Value, &mut Value)) -> String {
    let hash = b64(warden_model::Digest::of(b"token").bytes());
    let mut header = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": key.jwk()});
    let mut claims = json!({
        "jti": "1", "htm": "POST", "htu": "https://gate.example/mcp", "iat": 1000, "ath": hash
    });
    change(&mut header, &mut claims);
    key.token(&header, &claims)
}

fn check(proof: &str, bound_to: Option<&str>, nonces: &[&str]) -> Result<Proof, BadProof> {
    let is_here = |uri: &str| uri == "https://gate.example/mcp";
    let expected = Expected {
        method: "POST",
        is_here: &is_here,
        token: "token",
        bound_to,
        nonces,
        now: 1010,
        window: 60,
    };
    Proof::check(proof, &[Algorithm::Es256], &expected)
}

// RFC 9449, section 4.3.
#[test]
fn a_proof_is_about_this_request_this_token_and_this_moment() {
    let key = Key::ec();
    let thumbprint = Jwk::read(&key.jwk()).unwrap().thumbprint().to_owned();
    let good = proof(&key, |_, _| ());
    let found = check(&good, Some(&thumbprint), &[]).unwrap();
    assert_eq!((&*found.thumbprint, found.made), (&*thumbprint, 1000));
    assert_eq!(check(&good, Some("other"), &[]), Err(BadProof::Key));
    let cases: &[(&str, Change, BadProof)] = &[
        ("method", |_, claims| claims["htm"] = json!("GET"), BadProof::Other),
        ("uri", |_, claims| claims["htu"] = json!("https://gate.example/sse"), BadProof::Other),
        ("token", |_, claims| claims["ath"] = json!("x"), BadProof::Other),
        (
            "no token",
            |_, claims| drop(claims.as_object_mut().unwrap().remove("ath")),
            BadProof::Malformed,
        ),
        ("old", |_, claims| claims["iat"] = json!(949), BadProof::Time),
        ("future", |_, claims| claims["iat"] = json!(1071), BadProof::Time),
        ("no time", |_, claims| claims["iat"] = json!("1000"), BadProof::Malformed),
        ("no id", |_, claims| claims["jti"] = json!(""), BadProof::Malformed),
        ("long id", |_, claims| claims["jti"] = json!("x".repeat(257)), BadProof::Malformed),
        ("typ", |header, _| header["typ"] = json!("jwt"), BadProof::Malformed),
        (
            "no key",
            |header, _| drop(header.as_object_mut().unwrap().remove("jwk")),
            BadProof::Malformed,
        ),
        ("private key", |header, _| header["jwk"]["d"] = json!("AAAA"), BadProof::Malformed),
        ("other key", |header, _| header["jwk"] = Key::ec().jwk(), BadProof::Malformed),
        ("algorithm", |header, _| header["alg"] = json!("EdDSA"), BadProof::Malformed),
    ];
    for (name, change, why) in cases {
        assert_eq!(check(&proof(&key, change), None, &[]), Err(*why), "{name}");
    }
    assert_eq!(check(&good, None, &["n1", "n0"]), Err(BadProof::Nonce));
    let with = |nonce: &'static str| proof(&key, move |_, claims| claims["nonce"] = json!(nonce));
    assert!(check(&with("n0"), None, &["n1", "n0"]).is_ok());
    assert_eq!(check(&with("n2"), None, &["n1", "n0"]), Err(BadProof::Nonce));
    // Two keys may use one name for their proofs.
    let other = check(&proof(&Key::ec(), |_, _| ()), None, &[]).unwrap();
    assert_ne!(other.id, found.id);
}

#[test]
fn secrets_are_the_same_only_if_all_of_them_is() {
    assert!(same(b"abc", b"abc") && !same(b"abc", b"abd") && !same(b"abc", b"ab"));
}

proptest! {
    #[test]
    fn no_text_breaks_the_reader(text in "(ey[A-Za-z0-9_-]{0,40}\\.){0,3}[A-Za-z0-9_.=-]{0,40}") {
        prop_assert!(look(&text, &KeySet::default()).is_err());
        prop_assert!(check(&text, None, &[]).is_err());
    }

    #[test]
    fn no_json_breaks_the_reader(header in "[{}\":,a-z\\[\\]0-9]{0,40}", claims in "[{}\":,a-z]{0,40}") {
        let text = format!("{}.{}.AA", b64(header), b64(claims));
        prop_assert!(look(&text, &KeySet::default()).is_err());
    }
}
